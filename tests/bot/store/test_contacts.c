/* Contact records are written behind, once each, and again from a replay where they are missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/store/shelf.h"

#include <sqlite3.h>
#include <sys/stat.h>

struct counted {
	uint32_t n, last, until;
	uint32_t unknown; /* persons */
	bool wrong;
};

/* Field by field: the bytes between fields are anybody's. */
static bool record_same(const struct record *a, const struct record *b)
{
	return a->offered_ms == b->offered_ms && a->answered_ms == b->answered_ms &&
	       a->queued_ms == b->queued_ms && a->connected_ms == b->connected_ms &&
	       a->ended_ms == b->ended_ms && a->entry == b->entry && a->queue == b->queue &&
	       a->agent == b->agent && a->n_offers == b->n_offers && a->outcome == b->outcome &&
	       a->estimated == b->estimated && a->exit == b->exit && a->priority == b->priority &&
	       a->language == b->language && memcmp(a->survey, b->survey, sizeof(a->survey)) == 0 &&
	       a->n_dials == b->n_dials && a->n_queues == b->n_queues &&
	       a->n_unanswered == b->n_unanswered && a->wrap_up_code == b->wrap_up_code &&
	       a->promised_s == b->promised_s && a->promised_ms == b->promised_ms &&
	       a->held_ms == b->held_ms;
}

static bool row_is_nth(void *arg, const struct contact_row *row)
{
	struct counted *c = arg;
	struct record want = record_nth(row->contact);

	c->n++;
	c->unknown += row->person.contact == 0;
	c->wrong |= row->contact <= c->last || !record_same(&row->record, &want) ||
		    strcmp(row->queue_name, "sales") || strcmp(row->agent_name, "Ada");
	if (row->person.contact)
		c->wrong |= strcmp(row->person.name, person_nth(row->contact).name) != 0;
	c->last = row->contact;
	return c->n != c->until;
}

static struct counted count(struct store *s)
{
	struct counted c = { 0 };
	struct why why = { 0 };

	if (store_contacts(s, row_is_nth, &c, &why) != OK)
		fail_msg("store_contacts: %s", why.text);
	assert_false(c.wrong);
	return c;
}

static void put(struct store *s, uint32_t contact)
{
	struct record r = record_nth(contact);

	store_contact_put(s, contact, &r, "sales", "Ada");
}

/* As the shell does: the outcome of a call falls out of the replay. */
struct replay {
	struct store *s;
	uint32_t n;
};

static bool put_each_call(void *arg, uint64_t seq, const struct event *ev)
{
	struct replay *r = arg;

	(void)seq;
	if (ev->kind == EV_CALL_INCOMING) {
		put(r->s, ev->contact);
		r->n++;
	}
	return true;
}

static uint32_t put_from_replay(struct store *s)
{
	struct replay r = { .s = s };

	assert_int_equal(store_replay(s, put_each_call, &r, NULL), OK);
	store_contacts_flush(s);
	return r.n;
}

static void commit_calls(struct store *s, size_t n_calls)
{
	for (uint64_t at = 1; at < 3 * n_calls; at += 255)
		assert_int_equal(commit_from(s, at, 255, NULL), OK);
}

static void records_come_back_by_contact(void **state)
{
	const char *const where[] = { path, ":memory:" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(where); i++) {
		struct store *s = open_store(where[i], NULL);
		struct counted c = { .until = 2 };
		uint32_t contact[] = { 5, 1, 9, 3, 5, 1 };

		assert_int_equal(count(s).n, 0);
		assert_int_equal(commit_from(s, 1, 30, NULL), OK);
		for (size_t j = 0; j < ARRAY_LEN(contact); j++)
			put(s, contact[j]);
		store_contacts_flush(s);
		assert_int_equal(count(s).n, 4);
		assert_int_equal(count(s).unknown, 0);
		assert_int_equal(erase_person(s, 3), OK);
		assert_int_equal(count(s).n, 4);
		assert_int_equal(count(s).unknown, 1);
		assert_int_equal(store_contacts(s, row_is_nth, &c, NULL), OK);
		assert_int_equal(c.n, 2);
		assert_int_equal(store_contacts_missed(s), 0);
		store_close(s);
	}
}

static void closing_writes_what_was_handed_over(void **state)
{
	struct store *s = open_store(path, NULL);
	struct store_summary found;
	struct stat st;
	char name[128];

	(void)state;
	commit_calls(s, 1000);
	for (uint32_t i = 1; i <= 1000; i++)
		put(s, i);
	store_close(s);
	snprintf(name, sizeof(name), "%s-contacts", path);
	assert_int_equal(stat(name, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(store_open_to_read(path, &s, &found, NULL), OK);
	assert_int_equal(count(s).n, 1000);
	put(s, 1001);
	store_contacts_flush(s);
	assert_int_equal(count(s).n, 1000);
	store_close(s);
}

/* More than the queue holds, from one replay: it waits for room instead of missing. */
static void a_replay_makes_them_anew(void **state)
{
	static const char *const loss[] = { "rm %s-contacts", "echo nonsense >%s-contacts",
		"truncate -s 9000 %s-contacts", "true %s" };
	struct store *s = open_store(path, NULL);
	uint32_t n;

	(void)state;
	commit_calls(s, 6000);
	n = put_from_replay(s);
	assert_true(n >= 6000);
	assert_int_equal(count(s).n, n);
	store_close(s);
	for (size_t i = 0; i < ARRAY_LEN(loss); i++) {
		char line[256];

		snprintf(line, sizeof(line), loss[i], path);
		assert_int_equal(system(line), 0);
		s = open_store(path, NULL);
		assert_int_equal(put_from_replay(s), n);
		assert_int_equal(count(s).n, n);
		assert_int_equal(store_contacts_missed(s), 0);
		store_close(s);
	}
}

static void sql(const char *file, const char *text)
{
	char name[128];
	sqlite3 *db;

	snprintf(name, sizeof(name), "%s%s", path, file);
	assert_int_equal(sqlite3_open(name, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static const struct {
	const char *name, *file, *text;
} strangers[] = {
	{ "of another journal", "-contacts", "update journal set id = zeroblob(16)" },
	{ "of a newer version", "-contacts", "pragma user_version = 3" },
	{ "of a journal put back to an earlier day", "", "delete from journal where seq > 60" },
};

static void a_file_that_does_not_fit_its_journal_is_thrown_away(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(strangers); i++) {
		struct store *s = open_store(path, NULL);
		uint32_t n;

		commit_calls(s, 100);
		put_from_replay(s);
		store_close(s);
		sql(strangers[i].file, strangers[i].text);
		s = open_store(path, NULL);
		if (count(s).n != 0)
			fail_msg("%s: rows are still there", strangers[i].name);
		n = put_from_replay(s);
		assert_int_equal(count(s).n, n);
		store_close(s);
		assert_int_equal(dir_remove(state), 0);
		assert_int_equal(dir_make(state), 0);
	}
}

/* A writer that holds the file makes the queue run full: the rest is missed, counted, and made up.
 */
static void the_one_too_many_is_missed_and_made_up(void **state)
{
	struct store *s = open_store(path, NULL);
	char name[128];
	sqlite3 *db;
	uint32_t n;

	(void)state;
	commit_calls(s, 6000);
	snprintf(name, sizeof(name), "%s-contacts", path);
	assert_int_equal(sqlite3_open(name, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "begin immediate", NULL, NULL, NULL), SQLITE_OK);
	for (n = 1; n <= 6000; n++)
		put(s, n);
	assert_true(store_contacts_missed(s) > 0);
	assert_int_equal(sqlite3_exec(db, "commit", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	store_contacts_flush(s);
	assert_int_equal(count(s).n, 6000 - store_contacts_missed(s));
	store_close(s);

	s = open_store(path, NULL);
	n = put_from_replay(s);
	assert_int_equal(count(s).n, n);
	store_close(s);
}

static bool first_row(void *arg, const struct contact_row *row)
{
	*(struct contact_row *)arg = *row;
	return false;
}

/* The file as version 1 left it, with one contact; its journal's id stays. */
static void make_first_version(void)
{
	sql("-contacts",
		"drop table contact; create table contact(contact integer primary key, offered_ms"
		" integer, answered_ms integer, queued_ms integer, connected_ms integer, ended_ms"
		" integer, entry integer, queue integer, agent integer, n_offers integer, outcome"
		" integer, estimated integer, queue_name text not null, agent_name text not null);"
		"insert into contact values(1, 2, 3, 4, 5, 6, 0, 1, 1, 9, 1, 1, 'sales', 'Ada');"
		"pragma user_version = 1");
}

static void a_file_of_the_first_version_is_read_and_brought_up_to_date(void **state)
{
	struct store *s = open_store(path, NULL);
	struct store_summary found;
	struct contact_row row = { 0 };

	(void)state;
	commit_calls(s, 10);
	store_close(s);
	make_first_version();
	assert_int_equal(store_open_to_read(path, &s, &found, NULL), OK);
	assert_int_equal(store_contacts(s, first_row, &row, NULL), OK);
	assert_int_equal(row.record.n_offers, 9);
	assert_int_equal(row.record.held_ms, 0);
	assert_string_equal(row.agent_name, "Ada");
	store_close(s);

	s = open_store(path, NULL);
	put_from_replay(s);
	memset(&row, 0, sizeof(row));
	assert_int_equal(store_contacts(s, first_row, &row, NULL), OK);
	assert_int_equal(row.record.n_offers, 9); /* kept as it was, not made anew */
	assert_int_equal(row.record.priority, 0);
	assert_int_equal(store_contacts_back(s, first_row, &row, NULL), OK);
	assert_true(row.contact > 1);
	assert_int_equal(row.record.held_ms, record_nth(row.contact).held_ms);
	store_close(s);
}

static void a_code_is_written_to_a_record_that_is_there(void **state)
{
	struct store *s = open_store(path, NULL);
	struct contact_row row;

	(void)state;
	commit_calls(s, 10);
	put(s, 1);
	store_contact_code(s, 1, 77);
	store_contact_code(s, 2, 78); /* nobody's yet */
	put(s, 2);
	store_contacts_flush(s);
	assert_int_equal(store_contacts(s, first_row, &row, NULL), OK);
	assert_int_equal(row.record.wrap_up_code, 77);
	assert_int_equal(store_contacts_back(s, first_row, &row, NULL), OK);
	assert_int_equal(row.contact, 2);
	assert_int_equal(row.record.wrap_up_code, record_nth(2).wrap_up_code);
	store_close(s);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, dir_make, dir_remove)
	const struct CMUnitTest tests[] = {
		ROW(records_come_back_by_contact),
		ROW(closing_writes_what_was_handed_over),
		ROW(a_replay_makes_them_anew),
		ROW(a_file_that_does_not_fit_its_journal_is_thrown_away),
		ROW(the_one_too_many_is_missed_and_made_up),
		ROW(a_file_of_the_first_version_is_read_and_brought_up_to_date),
		ROW(a_code_is_written_to_a_record_that_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
