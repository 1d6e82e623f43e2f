/* The frame of the card and its buttons; its rows are in card_rows.c. */
#include "graph/wire/card.h"

#include "bot/base/text.h"
#include "graph/wire/card_body.h"

#include <string.h>

CLEAN_FN(json_decref, json_t *)

const char *card_form_name(enum card_form form)
{
#define CARD_NAME(name, text) text,
	static const char *const names[] = { CARD_FORMS(CARD_NAME) };
#undef CARD_NAME

	return names[form];
}

bool card_is_open(enum card_form form)
{
	return form == CARD_OFFER || form == CARD_ASK;
}

const char *card_word(enum card_word word, const char *language)
{
	static const char *const words[CARD_WORDS][2] = {
#define WORD(symbol, en, de) { en, de },
#include "graph/wire/card_words.def"
#undef WORD
	};
	bool de = language && strncasecmp(language, "de", 2) == 0 &&
		  (language[2] == '\0' || language[2] == '-');

	return words[word][de];
}

/* What the button brings back. The verb is in it too, since an Action.Submit has no other place. */
static json_t *press_data(const struct card_in *in, const char *verb)
{
	json_t *data = json_object();

	op_set_text(&data, "verb", verb);
	op_set(&data, "contact", json_integer(in->contact));
	op_set(&data, "attempt", json_integer(in->attempt));
	op_set(&data, "rev", json_integer(in->rev));
	return data;
}

static json_t *action(
	const struct card_in *in, const char *type, const char *title, const char *verb)
{
	json_t *a = json_object();

	op_set_text(&a, "type", type);
	op_set_text(&a, "title", title);
	op_set(&a, "data", press_data(in, verb));
	return a;
}

/* Clients that do not know Action.Execute take its fallback. */
static json_t *execute(
	const struct card_in *in, enum card_word title, const char *verb, const char *style)
{
	const char *text = card_word(title, in->language);
	json_t *a = action(in, "Action.Execute", text, verb);

	op_set_text(&a, "verb", verb);
	op_set_text(&a, "associatedInputs", "none");
	op_set_text(&a, "style", style);
	op_set(&a, "fallback", action(in, "Action.Submit", text, verb));
	return a;
}

static json_t *actions(const struct card_in *in)
{
	json_t *list = json_array();

	if (in->form == CARD_ASK)
		op_append(&list, execute(in, WORD_ACCEPT, "call.accept", "positive"));
	if (in->can_decline)
		op_append(&list, execute(in, WORD_DECLINE, "call.decline", "destructive"));
	return list;
}

/* Clients of who is listed ask us for their view of the card when it is shown or edited. */
static json_t *refresh(const struct card_in *in)
{
	json_t *r = json_object(), *a = action(in, "Action.Execute", NULL, "card.refresh");

	op_set_text(&a, "verb", "card.refresh");
	op_set(&r, "action", a);
	op_set(&r, "userIds", op_list_of(json_string(in->viewer_mri)));
	return r;
}

static json_t *frame(const struct card_in *in, const char *summary)
{
	json_t *card = json_object(), *teams = json_object();

	op_set_text(&teams, "width", "Full");
	op_set_text(&card, "$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
	op_set_text(&card, "type", "AdaptiveCard");
	op_set_text(&card, "version", "1.5");
	op_set_text(&card, "fallbackText", summary);
	op_set(&card, "msteams", teams);
	op_set(&card, "body", card_rows(in));
	if (card_is_open(in->form)) {
		op_set(&card, "actions", actions(in));
		/* What is over does not change any more: without refresh nobody asks. */
		if (in->viewer_mri && in->viewer_mri[0])
			op_set(&card, "refresh", refresh(in));
	}
	return card;
}

static enum err check(const struct card_in *in, struct why *why)
{
	const struct {
		const char *name, *value;
		size_t chars_max;
	} texts[] = {
		{ "queue", in->queue, 128 },
		{ "caller", in->caller, 256 },
		{ "path", in->path, 256 },
		{ "taken_by", in->taken_by, 256 },
		{ "notice", in->notice, 256 },
		{ "viewer_mri", in->viewer_mri, 256 },
	};
	enum err e = OK;

	for (size_t i = 0; i < ARRAY_LEN(texts) && e == OK; i++)
		e = op_may(texts[i].value, texts[i].name, texts[i].chars_max, why);
	return e;
}

enum err card_write(const struct card_in *in, char **out, char **summary, struct why *why)
{
	CLEAN(json_decref) json_t *card = NULL;
	char line[600];
	enum err e = check(in, why);

	*out = *summary = NULL;
	if (e != OK)
		return e;
	card_summary(in, line, sizeof(line));
	card = frame(in, line);
	*out = card ? json_dumps(card, JSON_COMPACT) : NULL;
	*summary = *out ? strdup(line) : NULL;
	if (*summary)
		return OK;
	free(*out);
	*out = NULL;
	return FAIL(why, E_SYSTEM, "no memory for a card");
}
