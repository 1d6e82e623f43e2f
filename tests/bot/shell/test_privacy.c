/* What is kept of one caller is found, and nobody else's; what was erased leaves the log in time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/text.h"
#include "bot/shell/privacy.h"
#include "bot/shell/shell.h"
#include "tests/bot/store/shelf.h"

/* By the ids that Graph gives: a number, one with its kind before it, Teams users, and two who
 * withheld theirs. */
static const char *const ids[] = { "+4915123", "4:+4915123", "8:orgid:ada", "8:orgid:ben",
	"anonymous", "", "+49 151 99" };

static struct store *store_of_callers(void)
{
	struct store_summary found;
	struct store *s;

	assert_int_equal(store_open(path, &s, &found, NULL), OK);
	for (uint32_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct event ev = { .at_ms = 1000,
			.kind = EV_CALL_INCOMING,
			.contact = i + 1,
			.ref = { { 1, (uint8_t)i } } };
		struct caller p = { .contact = i + 1, .kind = "phone", .line = "main" };

		snprintf(p.id, sizeof(p.id), "%s", ids[i]);
		assert_int_equal(
			store_commit(s,
				&(struct store_batch){
					.event = &ev, .n_events = 1, .person = &p, .n_persons = 1 },
				NULL),
			OK);
	}
	return s;
}

static const struct {
	const char *asked;
	uint32_t contact[3]; /* rising, 0: no more */
} subjects[] = {
	{ "+49 151 23", { 1, 2 } },
	{ "4915123", { 1, 2 } },
	{ "+4915199", { 7 } },
	{ "8:orgid:ada", { 3 } },
	{ "8:ORGID:Ben", { 4 } },
	{ "+4915", { 0 } },
	/* Without digits it is nobody, not everybody without. */
	{ "somebody", { 0 } },
	{ "+++", { 0 } },
};

static void a_subject_is_whoever_has_that_number_or_id(void **state)
{
	struct store *s = store_of_callers();
	atomic_bool stop = false;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(subjects); i++) {
		struct traces *t = calloc(1, sizeof(*t));
		size_t n = 0;

		t->stop = &stop;
		t->journal = strdup(path);
		snprintf(t->of.number, sizeof(t->of.number), "%s", subjects[i].asked);
		assert_int_equal(traces_find(t, NULL), OK);
		while (n < ARRAY_LEN(subjects[i].contact) && subjects[i].contact[n])
			n++;
		if (t->n_contacts != n ||
			memcmp(t->contact, subjects[i].contact, n * sizeof(t->contact[0])) != 0)
			fail_msg("%s: %zu contacts, the first %u", subjects[i].asked, t->n_contacts,
				t->contact[0]);
		traces_free(t);
	}
	store_close(s);
}

static bool erase_amid(void *arg, uint64_t seq, const struct event *ev)
{
	struct shell *s = arg;

	(void)seq, (void)ev;
	assert_int_equal(erase_person(s->store, 1), OK);
	hand_privacy_log.run(s);
	assert_true(store_log_due(s->store));
	return false;
}

static void the_log_is_asked_again_until_it_is_empty(void **state)
{
	struct shell *s = calloc(1, sizeof(*s));
	struct store_summary found;
	struct store *reader;
	uint64_t look_ms;

	(void)state;
	s->store = store_of_callers();
	assert_true(hand_privacy_log.deadline_ms(s) == UINT64_MAX);
	assert_int_equal(store_open_to_read(path, &reader, &found, NULL), OK);
	assert_int_equal(store_replay(reader, erase_amid, s, NULL), OK);
	look_ms = hand_privacy_log.deadline_ms(s);
	assert_true(look_ms > 0 && look_ms < UINT64_MAX); /* not in every turn */
	s->privacy_log_look_ms = UINT64_MAX - 1;
	hand_privacy_log.run(s);
	assert_true(store_log_due(s->store));
	s->privacy_log_look_ms = 0;
	hand_privacy_log.run(s);
	assert_false(store_log_due(s->store));
	assert_true(hand_privacy_log.deadline_ms(s) == UINT64_MAX);
	store_close(reader);
	store_close(s->store);
	free(s);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, dir_make, dir_remove)

int main(void)
{
	const struct CMUnitTest rows[] = {
		ROW(a_subject_is_whoever_has_that_number_or_id),
		ROW(the_log_is_asked_again_until_it_is_empty),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
