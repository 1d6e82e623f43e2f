/* Messages that callers left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/store/shelf.h"

struct seen {
	struct voicemail_row row[8];
	size_t n, until;
};

static bool see(void *arg, const struct voicemail_row *row)
{
	struct seen *s = arg;

	s->row[s->n++] = *row;
	return s->n != s->until;
}

static struct seen all(struct store *s, size_t until)
{
	struct seen seen = { .until = until };

	assert_int_equal(store_voicemails(s, see, &seen, NULL), OK);
	return seen;
}

static void put(struct store *s, const char *file, uint32_t contact, uint64_t at)
{
	struct voicemail_row row = { .contact = contact, .at_unix_ms = at, .length_ms = 7200 };

	snprintf(row.file, sizeof(row.file), "%s", file);
	snprintf(row.mailbox, sizeof(row.mailbox), "support");
	snprintf(row.tenant, sizeof(row.tenant), "a tenant");
	assert_int_equal(store_voicemail_put(s, &row, NULL), OK);
}

static void messages_come_back_newest_first_and_stay(void **state)
{
	struct store *s = open_store(path, NULL);
	struct seen seen;

	(void)state;
	put(s, "one.wav", 1, 1000);
	put(s, "three.wav", 3, 3000);
	put(s, "two.wav", 2, 1ULL << 41);
	assert_int_equal(store_voicemail_seen(s, "three.wav", NULL), OK);
	assert_int_equal(store_voicemail_seen(s, "nobody's.wav", NULL), OK);
	store_close(s);
	s = open_store(path, NULL);
	seen = all(s, 0);
	assert_int_equal(seen.n, 3);
	assert_string_equal(seen.row[0].file, "two.wav");
	assert_true(seen.row[0].at_unix_ms == 1ULL << 41);
	assert_string_equal(seen.row[1].mailbox, "support");
	assert_string_equal(seen.row[1].tenant, "a tenant");
	assert_true(seen.row[1].seen);
	assert_false(seen.row[2].seen);
	assert_int_equal(seen.row[2].contact, 1);
	assert_int_equal(seen.row[2].length_ms, 7200);
	assert_int_equal(all(s, 2).n, 2);
	store_close(s);
}

static void one_that_is_dropped_is_gone(void **state)
{
	struct store *s = open_store(":memory:", NULL);

	(void)state;
	put(s, "one.wav", 1, 1000);
	put(s, "two.wav", 2, 2000);
	assert_int_equal(store_voicemail_drop(s, "one.wav", NULL), OK);
	assert_int_equal(store_voicemail_drop(s, "one.wav", NULL), OK);
	assert_int_equal(all(s, 0).n, 1);
	store_close(s);
}

struct noted {
	char author[4][GUID_TEXT], name[4][8];
	size_t n;
};

static bool see_note(void *arg, const struct note_row *row)
{
	struct noted *s = arg;

	snprintf(s->author[s->n], GUID_TEXT, "%s", row->author);
	snprintf(s->name[s->n++], sizeof(s->name[0]), "%s", row->name);
	return true;
}

#define ADA "b0000000-0000-4000-8000-000000000001"
#define BEN "b0000000-0000-4000-8000-000000000002"
#define NOBODY "00000000-0000-0000-0000-000000000000"

static void who_is_forgotten_saw_to_nothing_and_wrote_no_note(void **state)
{
	struct store *s = open_store(path, NULL);
	struct note_row of[] = {
		{ .contact = 1, .at_unix_ms = 5, .author = ADA, .name = "Ada", .text = "hers" },
		{ .contact = 1, .at_unix_ms = 6, .author = BEN, .name = "Ben", .text = "his" },
	};
	struct noted noted = { .n = 0 };
	struct seen seen;

	(void)state;
	put(s, "one.wav", 1, 2000);
	put(s, "two.wav", 2, 1000);
	assert_int_equal(store_voicemail_take(s, "one.wav", ADA, 7, NULL), OK);
	assert_int_equal(store_voicemail_take(s, "two.wav", BEN, 7, NULL), OK);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(store_note_put(s, &of[i], NULL), OK);
	assert_int_equal(store_agent_erase(s, ADA, NULL), OK);
	seen = all(s, 0);
	assert_string_equal(seen.row[0].taken_by, NOBODY);
	assert_string_equal(seen.row[1].taken_by, BEN);
	assert_int_equal(store_notes(s, see_note, &noted, NULL), OK);
	assert_int_equal(noted.n, 2);
	assert_string_equal(noted.author[0], NOBODY);
	assert_string_equal(noted.name[0], "");
	assert_string_equal(noted.author[1], BEN);
	assert_string_equal(noted.name[1], "Ben");
	store_close(s);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, dir_make, dir_remove)
	const struct CMUnitTest tests[] = {
		ROW(messages_come_back_newest_first_and_stay),
		ROW(one_that_is_dropped_is_gone),
		ROW(who_is_forgotten_saw_to_nothing_and_wrote_no_note),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
