/* Chains, call records that are due, and those that came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/store/shelf.h"

#define TENANT "7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e"
#define CHAIN "e523d2ed-2966-4b6b-925b-754a88034cc5"

static void commit_caller(struct store *s, uint32_t contact, const char *chain)
{
	const struct event ev = { .kind = EV_CALL_INCOMING, .contact = contact, .at_ms = contact };
	struct caller p = person_nth(contact);
	const struct store_batch b = { .event = &ev, .n_events = 1, .person = &p, .n_persons = 1 };

	snprintf(p.chain_id, sizeof(p.chain_id), "%s", chain);
	snprintf(p.tenant_id, sizeof(p.tenant_id), "%s", TENANT);
	assert_int_equal(store_commit(s, &b, NULL), OK);
}

static void a_chain_is_remembered_with_its_contact(void **state)
{
	struct store *s = open_store(":memory:", NULL);
	char tenant[GUID_TEXT], chain[GUID_TEXT];
	uint32_t contact = 0;

	(void)state;
	commit_caller(s, 1, "");
	commit_caller(s, 2, CHAIN);
	commit_caller(s, 3, CHAIN);
	assert_int_equal(store_chain(s, TENANT, CHAIN, &contact, NULL), OK);
	assert_int_equal(contact, 2);
	assert_int_equal(store_chain(s, "another tenant", CHAIN, &contact, NULL), E_ABSENT);
	assert_int_equal(store_chain(s, TENANT, "", &contact, NULL), E_ABSENT);
	assert_int_equal(store_chain_of(s, 2, tenant, chain, NULL), OK);
	assert_string_equal(chain, CHAIN);
	assert_int_equal(store_chain_of(s, 1, tenant, chain, NULL), E_ABSENT);
	assert_int_equal(erase_person(s, 2), OK);
	assert_int_equal(store_chain_of(s, 2, tenant, chain, NULL), E_ABSENT);
	assert_int_equal(store_chain(s, TENANT, CHAIN, &contact, NULL), OK);
	assert_int_equal(contact, 3);
	store_close(s);
}

struct dues {
	struct record_due due[8];
	size_t n;
};

static bool see_due(void *arg, const struct record_due *due)
{
	struct dues *d = arg;

	d->due[d->n++] = *due;
	return true;
}

static void what_is_due_is_kept_until_dropped(void **state)
{
	struct store *s = open_store(":memory:", NULL);
	const struct record_due due[] = { { TENANT, "a" }, { TENANT, "b" }, { TENANT, "a" } };
	struct dues seen = { .n = 0 };

	(void)state;
	assert_int_equal(store_records_due_put(s, due, 3, NULL), OK);
	assert_int_equal(store_records_due_put(s, due, 1, NULL), OK);
	assert_int_equal(store_records_due(s, see_due, &seen, NULL), OK);
	assert_int_equal(seen.n, 2);
	assert_int_equal(store_record_due_drop(s, &due[0], NULL), OK);
	seen.n = 0;
	assert_int_equal(store_records_due(s, see_due, &seen, NULL), OK);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.due[0].id, "b");
	store_close(s);
}

struct calls {
	struct call_row row[8];
	size_t n;
};

static bool see_call(void *arg, const struct call_row *row)
{
	struct calls *c = arg;

	c->row[c->n++] = *row;
	return true;
}

static void a_newer_version_replaces_and_an_older_does_not(void **state)
{
	struct store *s = open_store(":memory:", NULL);
	struct call_row r = { .tenant = TENANT, .id = "a", .version = 2, .type = "groupCall" };
	struct calls seen = { .n = 0 };

	(void)state;
	assert_int_equal(store_record_put(s, &r, NULL), OK);
	r.version = 1;
	snprintf(r.type, sizeof(r.type), "unknown");
	assert_int_equal(store_record_put(s, &r, NULL), OK);
	assert_int_equal(store_records(s, see_call, &seen, NULL), OK);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.row[0].type, "groupCall");
	r.version = 3;
	r.contact = 7;
	r.end_unix_ms = UINT64_C(1795372325500);
	snprintf(r.how, sizeof(r.how), "chain");
	snprintf(r.failure_reason, sizeof(r.failure_reason), "Media \"lost\"");
	assert_int_equal(store_record_put(s, &r, NULL), OK);
	seen.n = 0;
	assert_int_equal(store_records(s, see_call, &seen, NULL), OK);
	assert_int_equal(seen.row[0].version, 3);
	assert_int_equal(seen.row[0].contact, 7);
	assert_int_equal(seen.row[0].end_unix_ms, r.end_unix_ms);
	assert_string_equal(seen.row[0].failure_reason, r.failure_reason);
	store_close(s);
}

struct rows {
	struct contact_row row[8];
	size_t n, most;
};

static bool see_row(void *arg, const struct contact_row *row)
{
	struct rows *r = arg;

	r->row[r->n++] = *row;
	return r->n < r->most;
}

static void a_contact_shows_its_record(void **state)
{
	struct store *s = open_store(":memory:", NULL);
	struct call_row r = {
		.tenant = TENANT, .id = "a", .version = 1, .contact = 2, .how = "participants"
	};
	struct rows seen = { .most = 8 };

	(void)state;
	for (uint32_t i = 1; i <= 3; i++) {
		struct record record = record_nth(i);

		commit_caller(s, i, CHAIN);
		store_contact_put(s, i, &record, NULL, NULL);
	}
	store_contacts_flush(s);
	assert_int_equal(store_record_put(s, &r, NULL), OK);
	snprintf(r.id, sizeof(r.id), "b");
	snprintf(r.how, sizeof(r.how), "chain"); /* by chain tells more */
	assert_int_equal(store_record_put(s, &r, NULL), OK);
	assert_int_equal(store_contacts(s, see_row, &seen, NULL), OK);
	assert_int_equal(seen.n, 3);
	assert_int_equal(seen.row[0].call.contact, 0);
	assert_int_equal(seen.row[1].call.contact, 2);
	assert_string_equal(seen.row[1].call.id, "b");
	seen = (struct rows){ .most = 2 };
	assert_int_equal(store_contacts_back(s, see_row, &seen, NULL), OK);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.row[0].contact, 3);
	assert_int_equal(seen.row[1].contact, 2);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_is_remembered_with_its_contact),
		cmocka_unit_test(what_is_due_is_kept_until_dropped),
		cmocka_unit_test(a_newer_version_replaces_and_an_older_does_not),
		cmocka_unit_test(a_contact_shows_its_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
