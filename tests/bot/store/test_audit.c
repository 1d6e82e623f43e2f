/* Versions of the configuration, who did what, and a caller's traces erased. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/store/shelf.h"

struct seen {
	struct version_row version[8];
	struct audit_row audit[8];
	struct event event[16];
	size_t n, until;
};

static bool see_version(void *arg, const struct version_row *row)
{
	struct seen *s = arg;

	s->version[s->n++] = *row;
	return true;
}

static bool see_audit(void *arg, const struct audit_row *row)
{
	struct seen *s = arg;

	s->audit[s->n++] = *row;
	return s->n != s->until;
}

static bool see_event(void *arg, uint64_t seq, const struct event *ev)
{
	struct seen *s = arg;

	(void)seq;
	s->event[s->n++] = *ev;
	return s->n != s->until;
}

static struct version_row version(uint8_t digest, bool taken)
{
	struct version_row row = {
		.digest = { digest }, .at_unix_ms = 1000u + digest, .taken = taken
	};

	snprintf(row.how, sizeof(row.how), "console");
	snprintf(row.comment, sizeof(row.comment), "why %u", digest);
	return row;
}

static void versions_are_numbered_and_what_was_never_taken_goes(void **state)
{
	struct store *s = open_store(path, NULL);
	struct version_row one = version(1, true), two = version(2, false),
			   three = version(3, false);
	struct seen seen = { .n = 0 };

	(void)state;
	assert_int_equal(store_version_put(s, &one, NULL), OK);
	assert_int_equal(store_version_put(s, &two, NULL), OK);
	assert_int_equal(store_version_put(s, &three, NULL), OK);
	assert_true(one.number < two.number && two.number < three.number);
	assert_int_equal(store_version_take(s, three.number, NULL), OK);
	assert_int_equal(store_versions_settle(s, NULL), OK);
	store_close(s);

	s = open_store(path, NULL);
	assert_int_equal(store_versions(s, UINT32_MAX, see_version, &seen, NULL), OK);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.version[0].number, three.number);
	assert_true(seen.version[0].taken);
	assert_string_equal(seen.version[0].comment, "why 3");
	assert_int_equal(seen.version[1].digest[0], 1);
	seen.n = 0;
	assert_int_equal(store_versions(s, three.number, see_version, &seen, NULL), OK);
	assert_int_equal(seen.n, 1);
	store_close(s);
}

static void the_audit_is_read_from_its_end_in_pages(void **state)
{
	struct store *s = open_store(path, NULL);
	struct seen seen = { .until = 2 };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct audit_row row = { .at_unix_ms = i };

		snprintf(row.what, sizeof(row.what), "%u", i);
		assert_int_equal(store_audit_put(s, &row, NULL), OK);
	}
	assert_int_equal(store_audits(s, UINT64_MAX, see_audit, &seen, NULL), OK);
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.audit[0].what, "2");
	seen.until = 0;
	assert_int_equal(store_audits(s, seen.audit[1].number, see_audit, &seen, NULL), OK);
	assert_int_equal(seen.n, 3);
	assert_string_equal(seen.audit[2].what, "0");
	store_close(s);
}

static const struct guid hash = { { 7 } }, other = { { 9 } };

static void call(struct store *s, uint32_t contact, const char *id)
{
	struct event ev[] = {
		{ .at_ms = contact, .kind = EV_CALL_INCOMING, .contact = contact },
		{ .at_ms = contact, .kind = EV_CALLER, .contact = contact, .ref = hash },
		{ .at_ms = contact, .kind = EV_DIGIT, .contact = contact, .value = '1' },
	};
	struct caller who = { .contact = contact, .kind = "phone" };
	struct store_batch batch = { ev, ARRAY_LEN(ev), &who, 1 };

	snprintf(who.id, sizeof(who.id), "%s", id);
	assert_int_equal(store_commit(s, &batch, NULL), OK);
}

static bool file_holds(const char *name, const char *needle)
{
	static char bytes[1 << 20];
	FILE *f = fopen(name, "rb");
	size_t n = f ? fread(bytes, 1, sizeof(bytes), f) : 0;

	if (f)
		fclose(f);
	return n && memmem(bytes, n, needle, strlen(needle));
}

static void a_callers_traces_go_and_the_journal_still_replays(void **state)
{
	struct store *s = open_store(path, NULL);
	const uint32_t contact[] = { 1, 3 };
	const uint64_t hashed[] = { 2, 8 };
	struct store_traces t = { contact, hashed, 2, 2, other };
	struct seen seen = { .n = 0 };
	struct caller who;
	char wal[4200];

	(void)state;
	call(s, 1, "+49301234567");
	call(s, 2, "+49307654321");
	call(s, 3, "+49301234567");
	assert_int_equal(store_traces_erase(s, &t, NULL), OK);
	assert_int_equal(store_person_get(s, 1, &who, NULL), E_ABSENT);
	assert_int_equal(store_person_get(s, 3, &who, NULL), E_ABSENT);
	assert_int_equal(store_person_get(s, 2, &who, NULL), OK);
	assert_int_equal(store_replay(s, see_event, &seen, NULL), OK);
	assert_int_equal(seen.n, 9);
	assert_true(guid_same(seen.event[1].ref, other));
	assert_true(guid_same(seen.event[4].ref, hash));
	assert_true(guid_same(seen.event[7].ref, other));
	assert_int_equal(seen.event[2].value, '1');
	snprintf(wal, sizeof(wal), "%s-wal", path);
	assert_false(file_holds(path, "49301234567"));
	assert_false(file_holds(wal, "49301234567"));
	assert_true(file_holds(path, "49307654321"));
	store_close(s);
}

static void the_journal_is_read_from_its_end(void **state)
{
	struct store *s = open_store(path, NULL);
	struct seen seen = { .until = 2 };

	(void)state;
	call(s, 1, "+491");
	assert_int_equal(store_replay_back(s, UINT64_MAX, see_event, &seen, NULL), OK);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.event[0].kind, EV_DIGIT);
	seen.until = 0;
	assert_int_equal(store_replay_back(s, 2, see_event, &seen, NULL), OK);
	assert_int_equal(seen.n, 3);
	assert_int_equal(seen.event[2].kind, EV_CALL_INCOMING);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			versions_are_numbered_and_what_was_never_taken_goes, dir_make, dir_remove),
		cmocka_unit_test_setup_teardown(
			the_audit_is_read_from_its_end_in_pages, dir_make, dir_remove),
		cmocka_unit_test_setup_teardown(
			a_callers_traces_go_and_the_journal_still_replays, dir_make, dir_remove),
		cmocka_unit_test_setup_teardown(
			the_journal_is_read_from_its_end, dir_make, dir_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
