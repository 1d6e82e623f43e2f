/* What stands in the card: a title, rows of label and value, and what has become of the call. */
#include "bot/base/text.h"
#include "graph/wire/card_body.h"
#include "graph/wire/datetime.h"

#include <string.h>

/* Our own words: Markdown and {{TIME()}} hold. */
json_t *card_block(const char *text)
{
	json_t *b = json_object();

	op_set_text(&b, "type", "TextBlock");
	op_set_text(&b, "text", text);
	op_set(&b, "wrap", json_true());
	return b;
}

/* A stranger's words: a TextRun is shown as it is. */
json_t *card_plain(const char *text)
{
	json_t *b = json_object(), *run = json_object();

	op_set_text(&run, "type", "TextRun");
	op_set_text(&run, "text", text);
	op_set_text(&b, "type", "RichTextBlock");
	op_set(&b, "inlines", op_list_of(run));
	return b;
}

static json_t *column(const char *width, json_t *item)
{
	json_t *c = json_object();

	op_set_text(&c, "type", "Column");
	op_set_text(&c, "width", width);
	op_set(&c, "items", op_list_of(item));
	return c;
}

json_t *card_row(const char *label, json_t *value)
{
	json_t *r = json_object(), *columns = json_array();
	json_t *name = card_block(label);

	op_set(&name, "isSubtle", json_true());
	op_append(&columns, column("110px", name));
	op_append(&columns, column("stretch", value));
	op_set_text(&r, "type", "ColumnSet");
	op_set_text(&r, "spacing", "Small");
	op_set(&r, "columns", columns);
	return r;
}

/* The client shows it in its own zone; without fractions, which the function does not know. */
void card_time_add(struct text *t, uint64_t unix_ms)
{
	char at[DATETIME_TEXT];

	datetime_print(unix_ms, at);
	text_add(t, "{{TIME(%.19sZ)}}", at);
}

static json_t *title(const struct card_in *in)
{
	bool past = !card_is_open(in->form) && in->form != CARD_ENDED;
	char buf[300];
	struct text t = TEXT(buf);
	json_t *b;

	text_add(&t, "%s", card_word(past ? WORD_TITLE_PAST : WORD_TITLE, in->language));
	if (in->queue && in->queue[0])
		text_add(&t, ": %s", in->queue);
	b = card_block(buf);
	op_set_text(&b, "weight", "Bolder");
	op_set_text(&b, "size", "Medium");
	return b;
}

static enum card_word fate(enum card_form form)
{
	static const enum card_word words[CARD_FORM_COUNT] = {
		[CARD_OFFER] = WORD_RINGS,
		[CARD_ASK] = WORD_ASKS,
		[CARD_ACCEPTED] = WORD_ACCEPTED,
		[CARD_YOURS] = WORD_YOURS,
		[CARD_TAKEN] = WORD_TAKEN,
		[CARD_DECLINED] = WORD_DECLINED,
		[CARD_ENDED] = WORD_ENDED,
		[CARD_GONE] = WORD_GONE,
	};

	return words[form];
}

/* "Taken by Ada 14:02": the name is a stranger's word, the time is not. */
static json_t *story(const struct card_in *in)
{
	static const char *const colors[CARD_FORM_COUNT] = {
		[CARD_OFFER] = "Attention",
		[CARD_ASK] = "Attention",
		[CARD_ACCEPTED] = "Good",
		[CARD_YOURS] = "Good",
	};
	bool timed = !card_is_open(in->form) && in->form != CARD_ACCEPTED && in->at_unix_ms;
	char buf[300];
	struct text t = TEXT(buf);
	json_t *b;

	text_add(&t, "%s", card_word(fate(in->form), in->language));
	if (in->form == CARD_TAKEN)
		return card_row(card_word(WORD_TAKEN, in->language),
			card_plain(in->taken_by && in->taken_by[0] ? in->taken_by : "–"));
	if (timed) {
		text_add(&t, ", ");
		card_time_add(&t, in->at_unix_ms);
	}
	b = card_block(buf);
	op_set_text(&b, "color", colors[in->form]);
	return b;
}

static json_t *times(uint64_t unix_ms)
{
	char buf[64];
	struct text t = TEXT(buf);

	card_time_add(&t, unix_ms);
	return card_block(buf);
}

static json_t *number(uint32_t n)
{
	char buf[16];
	struct text t = TEXT(buf);

	text_add(&t, "%u", n);
	return card_block(buf);
}

json_t *card_rows(const struct card_in *in)
{
	json_t *rows = json_array();

	if (in->notice && in->notice[0]) {
		json_t *b = card_block(in->notice);

		op_set_text(&b, "color", "Warning");
		op_append(&rows, b);
	}
	op_append(&rows, title(in));
	if (in->caller && in->caller[0])
		op_append(&rows,
			card_row(card_word(WORD_CALLER, in->language), card_plain(in->caller)));
	if (in->since_unix_ms)
		op_append(&rows,
			card_row(card_word(WORD_SINCE, in->language), times(in->since_unix_ms)));
	if (in->path && in->path[0])
		op_append(
			&rows, card_row(card_word(WORD_PATH, in->language), card_plain(in->path)));
	if (in->offers)
		op_append(
			&rows, card_row(card_word(WORD_OFFERS, in->language), number(in->offers)));
	op_append(&rows, story(in));
	return rows;
}

/* text_add cuts bytes; a character cut in two would not be UTF-8 any more. */
void card_whole_characters(char *text)
{
	size_t n = strlen(text), back = 0;

	while (back < n && back < 4 && ((unsigned char)text[n - 1 - back] & 0xc0) == 0x80)
		back++;
	if (back < n && ((unsigned char)text[n - 1 - back] & 0x80))
		text[n - 1 - back] = '\0';
}

/* Without its full stop: more follows. */
static void add_fate(struct text *t, const struct card_in *in)
{
	const char *word = card_word(fate(in->form), in->language);
	size_t n = strlen(word);

	text_add_bytes(t, word, n - (word[n - 1] == '.'));
}

void card_summary(const struct card_in *in, char *out, size_t out_size)
{
	struct text t = text_of(out, out_size);

	if (card_is_open(in->form))
		text_add(&t, "%s", card_word(WORD_TITLE, in->language));
	else
		add_fate(&t, in);
	if (in->form == CARD_TAKEN && in->taken_by)
		text_add(&t, " %s", in->taken_by);
	if (in->queue && in->queue[0])
		text_add(&t, ": %s", in->queue);
	if (card_is_open(in->form) && in->caller && in->caller[0])
		text_add(&t, ", %s", in->caller);
	if (t.cut)
		card_whole_characters(out);
}
