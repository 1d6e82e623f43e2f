/* Every form of the card in both languages, against its golden file; messages and answers. */
#include "graph/wire/card.h"
#include "tests/graph/wire/files.h"

#include <jansson.h>

static const struct card_in all = {
	.language = "en-GB",
	.queue = "sales",
	.caller = "+4***01 [free](https://evil.example) *Anna* \"Ö\"",
	.path = "welcome, 1",
	.since_unix_ms = 1795543270500, /* 2026-11-24T18:01:10Z */
	.at_unix_ms = 1795543330000,
	.taken_by = "Ben <b>",
	.offers = 2,
	.contact = 7,
	.attempt = 12,
	.rev = 1,
	.can_decline = true,
	.viewer_mri = "29:1AdaMri",
};

static json_t *card_of(const struct card_in *in, char **summary)
{
	struct why why;
	char *text;
	json_t *card;

	if (card_write(in, &text, summary, &why) != OK)
		fail_msg("%s: %s", card_form_name(in->form), why.text);
	card = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(card);
	assert_true(strlen(text) < 4096);
	free(text);
	return card;
}

static void golden(const struct card_in *in, const char *name)
{
	char path[128], *summary, *text, *line;
	json_t *card = card_of(in, &summary);

	text = json_dumps(card, JSON_INDENT(1));
	assert_true(asprintf(&line, "%s\n", text) > 0);
	snprintf(path, sizeof(path), "tests/golden/wire/card-%s.json", name);
	golden_compare(path, line);
	assert_string_equal(json_string_value(json_object_get(card, "fallbackText")), summary);
	free(line), free(text), free(summary);
	json_decref(card);
}

static void every_form_is_its_golden_card(void **state)
{
	char name[64];

	(void)state;
	for (int de = 0; de < 2; de++)
		for (unsigned form = 0; form < CARD_FORM_COUNT; form++) {
			struct card_in in = all;

			in.form = (enum card_form)form;
			in.language = de ? "de-AT" : "en-GB";
			snprintf(name, sizeof(name), "%s-%s", card_form_name(in.form),
				de ? "de" : "en");
			golden(&in, name);
		}
}

static void what_is_not_known_is_left_out(void **state)
{
	struct card_in in = { .form = CARD_OFFER, .contact = 1, .attempt = 1, .rev = 1 };

	(void)state;
	golden(&in, "bare");
	in.notice = card_word(WORD_STALE, NULL);
	golden(&in, "notice");
}

/* Everything open has buttons and asks to be refreshed; nothing that is over does. */
static void only_an_open_offer_can_be_pressed(void **state)
{
	(void)state;
	for (unsigned form = 0; form < CARD_FORM_COUNT; form++) {
		struct card_in in = all;
		char *summary;
		json_t *card;

		in.form = (enum card_form)form;
		card = card_of(&in, &summary);
		assert_int_equal(json_object_get(card, "actions") != NULL,
			form == CARD_OFFER || form == CARD_ASK);
		assert_int_equal(json_object_get(card, "refresh") != NULL,
			form == CARD_OFFER || form == CARD_ASK);
		free(summary);
		json_decref(card);
	}
}

static void a_ring_that_cannot_be_withdrawn_has_no_decline(void **state)
{
	struct card_in in = all;
	char *summary;
	json_t *card;

	(void)state;
	in.form = CARD_OFFER;
	in.can_decline = false;
	card = card_of(&in, &summary);
	assert_int_equal(json_array_size(json_object_get(card, "actions")), 0);
	free(summary);
	json_decref(card);
}

static void strangers_words_are_not_markdown(void **state)
{
	struct card_in in = all;
	char *text, *summary, *block;

	(void)state;
	in.form = CARD_TAKEN;
	assert_int_equal(card_write(&in, &text, &summary, NULL), OK);
	/* The caller and the taker stand in TextRuns alone. */
	block = strstr(text, "\"text\":\"+4***01 [free]");
	assert_non_null(block);
	assert_memory_equal(block - strlen("{\"type\":\"TextRun\","), "{\"type\":\"TextRun\",", 18);
	block = strstr(text, "\"text\":\"Ben");
	assert_non_null(block);
	assert_memory_equal(block - strlen("{\"type\":\"TextRun\","), "{\"type\":\"TextRun\",", 18);
	free(text), free(summary);
}

static void what_is_not_utf8_is_refused(void **state)
{
	struct card_in in = all;
	char *text, *summary;
	struct why why;

	(void)state;
	in.caller = "\xff";
	assert_int_equal(card_write(&in, &text, &summary, &why), E_MALFORMED);
	assert_non_null(strstr(why.text, "caller"));
	assert_null(text);
	assert_null(summary);
}

static void answers_and_messages_are_golden(void **state)
{
	struct card_in in = all;
	char *card, *summary, *text, *whole, *parts[5];

	(void)state;
	in.form = CARD_GONE;
	assert_int_equal(card_write(&in, &card, &summary, NULL), OK);
	parts[0] = card_answer("{\"type\":\"AdaptiveCard\"}");
	parts[1] = card_answer_text("Über");
	parts[2] = card_answer_error(400, "BadRequest", "no such verb");
	assert_int_equal(message_of_text("a *b*", &parts[3], NULL), OK);
	assert_int_equal(
		message_of_card("{\"type\":\"AdaptiveCard\"}", "one line", true, &parts[4], NULL),
		OK);
	assert_int_equal(message_of_card(card, summary, false, &text, NULL), OK);
	assert_null(strstr(text, "notification"));
	free(text), free(card), free(summary);
	assert_true(asprintf(&whole, "%s\n%s\n%s\n%s\n%s\n", parts[0], parts[1], parts[2], parts[3],
			    parts[4]) > 0);
	golden_compare("tests/golden/wire/card-answers.txt", whole);
	for (int i = 0; i < 5; i++)
		free(parts[i]);
	free(whole);
}

static void a_message_too_large_for_teams_is_refused(void **state)
{
	char *text = calloc(28 * 1024, 1), *out;

	(void)state;
	memset(text, 'x', 28 * 1024 - 1);
	assert_int_equal(message_of_text(text, &out, NULL), E_LIMIT);
	assert_null(out);
	free(text);
}

static void every_word_is_there_twice(void **state)
{
	(void)state;
	for (unsigned w = 0; w < CARD_WORDS; w++) {
		assert_true(card_word((enum card_word)w, "de")[0]);
		assert_true(card_word((enum card_word)w, NULL)[0]);
	}
	assert_string_equal(card_word(WORD_ACCEPT, "DE"), "Annehmen");
	assert_string_equal(card_word(WORD_ACCEPT, "den"), "Accept");
	assert_string_equal(card_word(WORD_ACCEPT, "fr-FR"), "Accept");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_its_golden_card),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(only_an_open_offer_can_be_pressed),
		cmocka_unit_test(a_ring_that_cannot_be_withdrawn_has_no_decline),
		cmocka_unit_test(strangers_words_are_not_markdown),
		cmocka_unit_test(what_is_not_utf8_is_refused),
		cmocka_unit_test(answers_and_messages_are_golden),
		cmocka_unit_test(a_message_too_large_for_teams_is_refused),
		cmocka_unit_test(every_word_is_there_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
