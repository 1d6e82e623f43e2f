#include "graph/wire/chat_card.h"

#include "bot/base/text.h"
#include "graph/wire/card_body.h"

#include <string.h>

CLEAN_FN(json_decref, json_t *)

bool chat_card_is_open(enum chat_card_form form)
{
	return form == CHAT_CARD_ASK || form == CHAT_CARD_YOURS;
}

static const char *word(const struct chat_card_in *in, enum card_word w)
{
	return card_word(w, in->language);
}

static enum card_word fate(enum chat_card_form form)
{
	static const enum card_word words[CHAT_CARD_FORMS] = {
		[CHAT_CARD_ASK] = WORD_CHAT_ASKS,
		[CHAT_CARD_YOURS] = WORD_CHAT_YOURS,
		[CHAT_CARD_TAKEN] = WORD_TAKEN,
		[CHAT_CARD_DECLINED] = WORD_DECLINED,
		[CHAT_CARD_OVER] = WORD_CHAT_OVER,
	};

	return words[form];
}

static json_t *title(const struct chat_card_in *in)
{
	char buf[300];
	struct text t = TEXT(buf);
	json_t *b;

	text_add(&t, "%s: %s",
		word(in, in->form == CHAT_CARD_ASK ? WORD_CHAT_TITLE : WORD_CHAT_TITLE_PAST),
		in->queue);
	b = card_block(buf);
	op_set_text(&b, "weight", "Bolder");
	op_set_text(&b, "size", "Medium");
	return b;
}

static json_t *time_row(const struct chat_card_in *in)
{
	char buf[64];
	struct text t = TEXT(buf);

	card_time_add(&t, in->since_unix_ms);
	return card_row(word(in, WORD_CHAT_SINCE), card_block(buf));
}

static json_t *line(const struct chat_card_line *l)
{
	json_t *b = json_object(), *who = json_object(), *text = json_object(), *both;
	char buf[200];
	struct text t = TEXT(buf);

	text_add(&t, "%s: ", l->who);
	op_set_text(&who, "type", "TextRun");
	op_set_text(&who, "text", buf);
	op_set_text(&who, "weight", "Bolder");
	op_set_text(&text, "type", "TextRun");
	op_set_text(&text, "text", l->text);
	both = op_list_of(who);
	op_append(&both, text);
	op_set_text(&b, "type", "RichTextBlock");
	op_set(&b, "inlines", both);
	return b;
}

static json_t *lines(const struct chat_card_in *in)
{
	json_t *box = json_object(), *items = json_array();

	for (size_t i = 0; i < in->n_lines; i++)
		op_append(&items, line(&in->line[i]));
	op_set_text(&box, "type", "Container");
	op_set_text(&box, "style", "emphasis");
	op_set(&box, "items", items);
	return box;
}

static json_t *story(const struct chat_card_in *in)
{
	char buf[300];
	struct text t = TEXT(buf);

	if (in->form == CHAT_CARD_TAKEN)
		return card_row(
			word(in, WORD_TAKEN), card_plain(in->taken_by ? in->taken_by : "–"));
	text_add(&t, "%s", word(in, fate(in->form)));
	if (!chat_card_is_open(in->form) && in->at_unix_ms) {
		text_add(&t, ", ");
		card_time_add(&t, in->at_unix_ms);
	}
	return card_block(buf);
}

static json_t *body(const struct chat_card_in *in)
{
	json_t *rows = json_array();

	if (in->notice && in->notice[0]) {
		json_t *b = card_block(in->notice);

		op_set_text(&b, "color", "Warning");
		op_append(&rows, b);
	}
	op_append(&rows, title(in));
	if (in->person && in->person[0])
		op_append(&rows, card_row(word(in, WORD_CHAT_PERSON), card_plain(in->person)));
	if (in->since_unix_ms)
		op_append(&rows, time_row(in));
	/* Who does not have it, and will not, reads no more of it. */
	if (in->n_lines && chat_card_is_open(in->form))
		op_append(&rows, lines(in));
	op_append(&rows, story(in));
	return rows;
}

static json_t *button(const struct chat_card_in *in, const char *type, enum card_word w,
	const char *verb, json_t *fallback)
{
	json_t *a = json_object(), *data = json_object();

	op_set_text(&data, "verb", verb);
	op_set(&data, "contact", json_integer(in->handoff));
	op_set(&data, "attempt", json_integer(0));
	op_set(&data, "rev", json_integer(in->rev));
	op_set_text(&a, "type", type);
	op_set_text(&a, "title", word(in, w));
	op_set(&a, "data", data);
	if (fallback) {
		op_set_text(&a, "verb", verb);
		op_set_text(&a, "associatedInputs", "none");
		op_set(&a, "fallback", fallback);
	}
	return a;
}

/* Clients that do not know Action.Execute take its fallback. */
static json_t *execute(const struct chat_card_in *in, enum card_word w, const char *verb)
{
	return button(in, "Action.Execute", w, verb, button(in, "Action.Submit", w, verb, NULL));
}

static json_t *actions(const struct chat_card_in *in)
{
	json_t *list = json_array();

	if (in->form == CHAT_CARD_YOURS) {
		op_append(&list, execute(in, WORD_CHAT_END, "chat.end"));
		return list;
	}
	op_append(&list, execute(in, WORD_ACCEPT, "chat.accept"));
	op_append(&list, execute(in, WORD_DECLINE, "chat.decline"));
	return list;
}

static json_t *frame(const struct chat_card_in *in, const char *summary)
{
	json_t *card = json_object(), *teams = json_object();

	op_set_text(&teams, "width", "Full");
	op_set_text(&card, "$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
	op_set_text(&card, "type", "AdaptiveCard");
	op_set_text(&card, "version", "1.5");
	op_set_text(&card, "fallbackText", summary);
	op_set(&card, "msteams", teams);
	op_set(&card, "body", body(in));
	if (chat_card_is_open(in->form))
		op_set(&card, "actions", actions(in));
	return card;
}

enum err chat_card_write(const struct chat_card_in *in, char **out, char **summary, struct why *why)
{
	CLEAN(json_decref) json_t *card = NULL;
	char buf[600];
	struct text t = TEXT(buf);
	const char *what = word(in, in->form == CHAT_CARD_ASK ? WORD_CHAT_TITLE : fate(in->form));

	*out = *summary = NULL;
	text_add_bytes(&t, what, strlen(what) - (what[strlen(what) - 1] == '.'));
	text_add(&t, ": %s", in->queue);
	if (in->form == CHAT_CARD_ASK && in->person && in->person[0])
		text_add(&t, ", %s", in->person);
	if (t.cut)
		card_whole_characters(buf);
	card = frame(in, buf);
	*out = card ? json_dumps(card, JSON_COMPACT) : NULL;
	*summary = *out ? strdup(buf) : NULL;
	if (*summary)
		return OK;
	free(*out);
	*out = NULL;
	return FAIL(why, E_SYSTEM, "no memory for a card, or not UTF-8");
}
