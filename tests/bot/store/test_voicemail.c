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

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, dir_make, dir_remove)
	const struct CMUnitTest tests[] = {
		ROW(messages_come_back_newest_first_and_stay),
		ROW(one_that_is_dropped_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
