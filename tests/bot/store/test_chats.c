/* Chats come back as they were put, and leave no trace when erased. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/store/shelf.h"

#include <sqlite3.h>

static struct chat_row row_nth(unsigned n)
{
	struct chat_row r = { .app = "11111111-2222-4333-8444-555555555555",
		.tenant = "7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e",
		.service_url = "https://smba.trafficmanager.net/emea/",
		.locale = "de-DE",
		.seen_unix_ms = UINT64_C(1795543270500) + n };

	snprintf(r.user, sizeof(r.user), "bbbbbbbb-0000-4000-8000-%012u", n);
	snprintf(r.user_id, sizeof(r.user_id), "29:mri-%u", n);
	snprintf(r.conversation_id, sizeof(r.conversation_id), "a:chat-%u", n);
	snprintf(r.name, sizeof(r.name), "Agent \"%u\" Öz", n);
	return r;
}

struct seen {
	struct chat_row row[8];
	size_t n, stop;
};

static bool see(void *arg, const struct chat_row *row)
{
	struct seen *seen = arg;

	seen->row[seen->n++] = *row;
	return seen->n != seen->stop;
}

static struct seen all_of(struct store *s, size_t stop)
{
	struct seen seen = { .stop = stop };

	assert_int_equal(store_chats(s, see, &seen, NULL), OK);
	return seen;
}

static void same_row(const struct chat_row *a, const struct chat_row *b)
{
	assert_string_equal(a->app, b->app);
	assert_string_equal(a->tenant, b->tenant);
	assert_string_equal(a->user, b->user);
	assert_string_equal(a->user_id, b->user_id);
	assert_string_equal(a->conversation_id, b->conversation_id);
	assert_string_equal(a->service_url, b->service_url);
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->locale, b->locale);
	assert_string_equal(a->blocked, b->blocked);
	assert_true(a->seen_unix_ms == b->seen_unix_ms);
}

static void rows_come_back_and_are_replaced(void **state)
{
	struct chat_row rows[] = { row_nth(1), row_nth(2), row_nth(3) };
	struct store *s = open_store(path, NULL);
	struct seen seen;

	(void)state;
	assert_int_equal(store_chats_put(s, rows, 3, NULL), OK);
	snprintf(rows[1].blocked, sizeof(rows[1].blocked), "403 BotDisabledByAdmin");
	assert_int_equal(store_chats_put(s, &rows[1], 1, NULL), OK);
	store_close(s);
	s = open_store(path, NULL);
	seen = all_of(s, 0);
	assert_int_equal(seen.n, 3);
	for (size_t i = 0; i < 3; i++)
		same_row(&seen.row[i], &rows[i]);
	assert_int_equal(all_of(s, 2).n, 2);
	assert_int_equal(all_of(s, 0).n, 3);
	store_close(s);
}

static bool on_disk(const char *needle)
{
	char line[256];

	snprintf(line, sizeof(line), "grep -qra -- '%s' %s", needle, dir);
	return system(line) == 0;
}

static void who_is_erased_is_on_disk_no_more(void **state)
{
	struct chat_row rows[] = { row_nth(1), row_nth(1), row_nth(2) };
	struct store *s = open_store(path, NULL);

	(void)state;
	snprintf(rows[1].app, sizeof(rows[1].app), "22222222-2222-4333-8444-555555555555");
	snprintf(rows[1].user_id, sizeof(rows[1].user_id), "29:other-bots");
	assert_int_equal(store_chats_put(s, rows, 3, NULL), OK);
	assert_true(on_disk("29:mri-1"));
	assert_int_equal(store_chat_erase(s, rows[0].app, rows[0].tenant, rows[0].user, NULL), OK);
	assert_false(on_disk("29:mri-1"));
	assert_true(on_disk("29:other-bots"));
	assert_int_equal(store_chat_erase(s, NULL, rows[0].tenant, rows[0].user, NULL), OK);
	assert_false(on_disk("29:other-bots"));
	assert_true(on_disk("29:mri-2"));
	assert_int_equal(store_chat_erase(s, NULL, rows[0].tenant, rows[0].user, NULL), E_ABSENT);
	assert_int_equal(all_of(s, 0).n, 1);
	store_close(s);
}

/* Another tenant's person of the same id is another person. */
static void a_tenant_erases_its_own(void **state)
{
	struct chat_row row = row_nth(1);
	struct store *s = open_store(path, NULL);

	(void)state;
	assert_int_equal(store_chats_put(s, &row, 1, NULL), OK);
	assert_int_equal(
		store_chat_erase(s, NULL, "00000000-0000-4000-8000-000000000000", row.user, NULL),
		E_ABSENT);
	assert_int_equal(all_of(s, 0).n, 1);
	store_close(s);
}

/* A store made before there were chats: whoever serves it makes the table, whoever reads does not
 * need it. */
static void an_older_store_is_read_and_served(void **state)
{
	struct store *s = open_store(path, NULL);
	struct store_summary found;
	struct chat_row row = row_nth(1);
	sqlite3 *db;

	(void)state;
	store_close(s);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "drop table chat", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(store_open_to_read(path, &s, &found, NULL), OK);
	store_close(s);
	s = open_store(path, NULL);
	assert_int_equal(store_chats_put(s, &row, 1, NULL), OK);
	store_close(s);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, dir_make, dir_remove)
	const struct CMUnitTest tests[] = {
		ROW(rows_come_back_and_are_replaced),
		ROW(who_is_erased_is_on_disk_no_more),
		ROW(a_tenant_erases_its_own),
		ROW(an_older_store_is_read_and_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
