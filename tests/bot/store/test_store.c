/* What is committed is there again, in order; what is not ours is refused with a sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/store/shelf.h"

#include <sqlite3.h>
#include <sys/stat.h>

static void an_empty_store_says_so(void **state)
{
	struct store_summary found = { 7, 7, 7 };
	struct store *s = open_store(path, &found);
	struct stat st;

	(void)state;
	assert_true(found.n_events == 0 && found.last_ms == 0 && found.last_contact == 0);
	assert_int_equal(replayed(s), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	store_close(s);
}

static void events_come_back_in_order(void **state)
{
	struct store_summary found;
	struct store *s = open_store(path, NULL);
	uint64_t next = 1;

	(void)state;
	for (size_t n = 0; n < 40; next += n, n++)
		assert_int_equal(commit_from(s, next, n, NULL), OK);
	assert_int_equal(replayed(s), next - 1);
	store_close(s);

	s = open_store(path, &found);
	assert_int_equal(found.n_events, next - 1);
	assert_int_equal(found.last_ms, event_nth(next - 1).at_ms);
	assert_int_equal(found.last_contact, (next + 1) / 3);
	assert_int_equal(commit_from(s, next, 3, NULL), OK);
	assert_int_equal(replayed(s), next + 2);
	store_close(s);
}

static void replay_stops_when_told(void **state)
{
	struct store *s = open_store(":memory:", NULL);
	struct reading r = { .until = 4 };

	(void)state;
	assert_int_equal(commit_from(s, 1, 10, NULL), OK);
	assert_int_equal(store_replay(s, event_is_nth, &r, NULL), OK);
	assert_int_equal(r.n, 4);
	assert_int_equal(replayed(s), 10);
	assert_int_equal(commit_from(s, 11, 1, NULL), OK);
	store_close(s);
}

static void facts_and_configurations_come_back(void **state)
{
	static const uint8_t digest[16] = { 1, 2, 3 }, other[16] = { 9 };
	struct store *s = open_store(path, NULL);
	uint8_t value[64] = { 0 };
	size_t n = sizeof(value);
	struct why why;
	char *text;

	(void)state;
	assert_int_equal(store_fact_get(s, "secret", value, &n, &why), E_ABSENT);
	assert_int_equal(store_fact_put(s, "secret", "a\0b", 3, &why), OK);
	assert_int_equal(store_fact_put(s, "empty", "", 0, &why), OK);
	assert_int_equal(store_fact_put(s, "secret", "c\0d\0", 4, &why), OK);
	assert_int_equal(store_config_put(s, digest, "{\"a\": 1}", &why), OK);
	assert_int_equal(store_config_put(s, digest, "{\"a\": 1}", &why), OK);
	store_close(s);

	s = open_store(path, NULL);
	n = 3;
	assert_int_equal(store_fact_get(s, "secret", value, &n, &why), E_LIMIT);
	n = sizeof(value);
	assert_int_equal(store_fact_get(s, "secret", value, &n, &why), OK);
	assert_int_equal(n, 4);
	assert_memory_equal(value, "c\0d\0", 4);
	assert_int_equal(store_fact_get(s, "empty", value, &n, &why), OK);
	assert_int_equal(n, 0);
	assert_int_equal(store_config_get(s, digest, &text, &why), OK);
	assert_string_equal(text, "{\"a\": 1}");
	free(text);
	assert_int_equal(store_config_get(s, other, &text, &why), E_ABSENT);
	store_close(s);
}

/* Does any file of the store hold these bytes? */
static bool on_disk(const char *needle)
{
	char line[256];

	snprintf(line, sizeof(line), "grep -qra -- '%s' %s", needle, dir);
	return system(line) == 0;
}

static void an_erased_person_is_gone_and_the_replay_is_the_same(void **state)
{
	struct store *s = open_store(path, NULL);
	struct caller p, want = person_nth(2);
	struct why why;

	(void)state;
	assert_int_equal(commit_from(s, 1, 30, &why), OK);
	assert_int_equal(store_person_get(s, 2, &p, &why), OK);
	assert_memory_equal(&p, &want, sizeof(p));
	assert_true(on_disk(want.id));
	assert_int_equal(erase_person(s, 2), OK);
	assert_false(on_disk(want.id));
	assert_false(on_disk("Caller 2"));
	assert_true(on_disk(person_nth(3).id));
	assert_int_equal(store_person_get(s, 2, &p, &why), E_ABSENT);
	assert_int_equal(replayed(s), 30);
	store_close(s);
}

struct erasing {
	struct store *s;
	uint32_t contact;
};

static bool erase_amid(void *arg, uint64_t seq, const struct event *ev)
{
	const struct erasing *x = arg;

	(void)seq, (void)ev;
	assert_int_equal(erase_person(x->s, x->contact), OK);
	assert_true(store_log_due(x->s));
	assert_false(store_log_empty(x->s));
	return false;
}

/* Nobody waits for a reader. What was erased is gone when asked after it has read, and from the
 * next start on where nobody could ask. */
static void what_was_erased_leaves_the_log_when_nobody_reads(void **state)
{
	struct store *s = open_store(path, NULL), *reader;
	struct store_summary found;

	(void)state;
	assert_int_equal(commit_from(s, 1, 30, NULL), OK);
	assert_false(store_log_due(s));
	assert_int_equal(store_open_to_read(path, &reader, &found, NULL), OK);
	assert_int_equal(store_replay(reader, erase_amid, &(struct erasing){ s, 2 }, NULL), OK);
	assert_true(on_disk("Caller 2"));
	assert_true(store_log_empty(s));
	assert_false(store_log_due(s));
	assert_false(on_disk("Caller 2"));
	assert_int_equal(commit_from(s, 31, 40, NULL), OK);
	assert_int_equal(store_replay(reader, erase_amid, &(struct erasing){ s, 12 }, NULL), OK);
	store_close(s);
	assert_true(on_disk("Caller 12"));
	s = open_store(path, NULL);
	assert_false(on_disk("Caller 12"));
	store_close(reader);
	store_close(s);
}

static void one_service_a_store(void **state)
{
	struct store *s = open_store(path, NULL), *second = NULL;
	struct store_summary found;
	struct why why;
	char pid[32];

	(void)state;
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	assert_int_equal(store_open(path, &second, &found, &why), E_DENIED);
	assert_null(second);
	assert_non_null(strstr(why.text, pid));
	assert_non_null(strstr(why.text, path));
	store_close(s);
	store_close(open_store(path, NULL));
}

static void a_reader_reads_beside_the_service(void **state)
{
	struct store *s = open_store(path, NULL), *reader;
	struct store_summary found;
	struct caller p;
	struct why why;

	(void)state;
	assert_int_equal(store_open_to_read("/no/such/store", &reader, &found, &why), E_ABSENT);
	assert_int_equal(commit_from(s, 1, 10, &why), OK);
	assert_int_equal(store_open_to_read(path, &reader, &found, &why), OK);
	assert_int_equal(found.n_events, 10);
	assert_int_equal(commit_from(s, 11, 10, &why), OK);
	assert_int_equal(replayed(reader), 20);
	assert_int_equal(store_person_get(reader, 1, &p, &why), OK);
	assert_int_equal(commit_from(reader, 21, 1, &why), E_SYSTEM);
	assert_int_equal(replayed(s), 20);
	store_close(s);
	store_close(reader);
	/* And where nobody serves, the folder writable or not. */
	assert_int_equal(store_open_to_read(path, &reader, &found, &why), OK);
	assert_int_equal(replayed(reader), 20);
	store_close(reader);
}

static void spoil(const char *how)
{
	char line[512];

	snprintf(line, sizeof(line), "cd %s && { %s; } >/dev/null 2>&1", dir, how);
	assert_int_equal(system(line), 0);
}

static void spoil_sql(const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static const struct {
	const char *name, *how, *sql, *want; /* how in the shell, then sql; either may be NULL */
} spoiled[] = {
	{ "not a database", "seq 1000 >foyer.db", NULL, "not a database" },
	{ "another program's", "rm foyer.db*", "create table a(b)", "not a store of foyer" },
	{ "of a newer version", NULL, "pragma user_version = 9", "newer" },
	{ "cut off", "truncate -s 20000 foyer.db", NULL, "malformed" },
	{ "zeroed in the middle",
		"dd if=/dev/zero of=foyer.db bs=4096 seek=2 count=40 conv=notrunc", NULL,
		"malformed" },
	{ "a gap", NULL, "delete from journal where seq = 100", "gap" },
	{ "a short record", NULL, "update journal set body = x'00' where seq = 100", "record 100" },
	{ "an alien record", NULL, "update journal set body = zeroblob(40) where seq = 100",
		"record 100" },
	{ "a folder in its place", "rm foyer.db*; mkdir foyer.db", NULL, "foyer.db" },
};

static void what_is_not_ours_is_refused_with_a_sentence(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(spoiled); i++) {
		struct store *s = open_store(path, NULL);
		struct store_summary found;
		struct reading r = { 0 };
		struct why why = { 0 };
		enum err e;

		assert_int_equal(commit_from(s, 1, 256, &why), OK);
		assert_int_equal(commit_from(s, 257, 256, &why), OK);
		assert_int_equal(commit_from(s, 513, 256, &why), OK);
		store_close(s);
		if (spoiled[i].how)
			spoil(spoiled[i].how);
		if (spoiled[i].sql)
			spoil_sql(spoiled[i].sql);
		s = NULL;
		e = store_open(path, &s, &found, &why);
		if (e == OK)
			e = store_replay(s, event_is_nth, &r, &why);
		if (e == OK || !strstr(why.text, spoiled[i].want) || !strstr(why.text, path))
			fail_msg("%s: %d %s", spoiled[i].name, (int)e, why.text);
		store_close(s);
		assert_int_equal(dir_remove(state), 0);
		assert_int_equal(dir_make(state), 0);
	}
}

static void a_torn_tail_of_the_log_is_forgotten(void **state)
{
	struct store *s = open_store(path, NULL);

	assert_int_equal(commit_from(s, 1, 100, NULL), OK);
	/* As after a crash: the log with half a frame behind the last commit. */
	spoil("mkdir crash && cp foyer.db foyer.db-wal crash/ && head -c 3000 /dev/urandom "
	      ">>crash/foyer.db-wal");
	store_close(s);
	spoil("rm foyer.db* && mv crash/* .");
	s = open_store(path, NULL);
	assert_int_equal(replayed(s), 100);
	store_close(s);
	(void)state;
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, dir_make, dir_remove)
	const struct CMUnitTest tests[] = {
		ROW(an_empty_store_says_so),
		ROW(events_come_back_in_order),
		ROW(replay_stops_when_told),
		ROW(facts_and_configurations_come_back),
		ROW(an_erased_person_is_gone_and_the_replay_is_the_same),
		ROW(what_was_erased_leaves_the_log_when_nobody_reads),
		ROW(one_service_a_store),
		ROW(a_reader_reads_beside_the_service),
		ROW(what_is_not_ours_is_refused_with_a_sentence),
		ROW(a_torn_tail_of_the_log_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
