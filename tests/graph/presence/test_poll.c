/* Whom is asked about when, and which answers count. */

#include "tests/graph/presence/world.h"

static void open_polling(struct world *w, uint32_t n)
{
	open_world(w, conf_of(n, true, false));
}

static void polls(struct world *w, uint64_t within_ms)
{
	assert_true(asks_within(w, within_ms));
	assert_int_equal(w->ask.kind, ASK_PRESENCES);
	assert_int_equal(answers(w), OK);
}

static void news_is(struct world *w, uint32_t person, enum availability a)
{
	struct people_news n;

	assert_true(people_news(w->p, &n));
	assert_int_equal(n.person, person);
	assert_string_equal(availability_word(n.availability), availability_word(a));
}

static size_t count_news(struct world *w)
{
	struct people_news n;
	size_t count = 0;

	while (people_news(w->p, &n))
		count++;
	return count;
}

static void everybody_is_asked_about_once_and_then_nobody(void **state)
{
	static struct world w;

	(void)state;
	open_polling(&w, 2);
	w.word[1] = "Busy";
	polls(&w, 0);
	assert_int_equal(w.ask.n, 2);
	news_is(&w, 0, AVAILABILITY_AVAILABLE);
	news_is(&w, 1, AVAILABILITY_BUSY);
	assert_int_equal(count_news(&w), 0);
	assert_false(asks_within(&w, 3600000));
	assert_true(people_deadline_ms(w.p) == UINT64_MAX);
	people_free(w.p);
}

static void who_matters_is_asked_about_often_and_the_rest_seldom(void **state)
{
	static struct world w;
	unsigned often = 0, seldom = 0;

	(void)state;
	open_polling(&w, 3);
	people_heed(w.p, 0, HEED_SELDOM);
	people_heed(w.p, 2, HEED_OFTEN);
	polls(&w, 0);
	assert_int_equal(w.ask.n, 3);
	assert_int_equal(w.ask.person[0], 2); /* first */
	while (asks_within(&w, START_MS + 60000 - w.now_ms)) {
		for (size_t i = 0; i < w.ask.n; i++) {
			assert_int_not_equal(w.ask.person[i], 1);
			often += w.ask.person[i] == 2;
			seldom += w.ask.person[i] == 0;
		}
		assert_int_equal(answers(&w), OK);
	}
	assert_int_equal(often, 20);
	assert_int_equal(seldom, 2);
	people_free(w.p);
}

static void who_begins_to_matter_is_asked_about_at_once(void **state)
{
	static struct world w;

	(void)state;
	open_polling(&w, 1);
	polls(&w, 0);
	w.now_ms += 5000;
	people_heed(w.p, 0, HEED_SELDOM);
	assert_false(asks_within(&w, 2000));
	people_heed(w.p, 0, HEED_OFTEN);
	assert_true(asks_within(&w, 0));
	people_free(w.p);
}

static void batches_are_of_650_and_a_tenth_of_a_second_apart(void **state)
{
	static const size_t sizes[] = { 650, 650, 100 };
	static struct world w;
	uint64_t last_ms = 0;

	(void)state;
	open_polling(&w, PEOPLE);
	for (size_t i = 0; i < 3; i++) {
		polls(&w, 100);
		assert_int_equal(w.ask.n, sizes[i]);
		assert_true(!i || w.now_ms >= last_ms + 100);
		last_ms = w.now_ms;
	}
	assert_int_equal(count_news(&w), PEOPLE);
	assert_false(asks_within(&w, 60000));
	people_free(w.p);
}

/* However much matters and however fast Graph answers: 300 in 30 s, of 1,500 allowed. */
static void the_rate_has_a_large_margin(void **state)
{
	static struct world w;
	struct people_conf conf = conf_of(PEOPLE, true, true);
	unsigned n = 0;

	(void)state;
	conf.often_ms = 1;
	open_world(&w, conf);
	for (uint32_t i = 0; i < PEOPLE; i++) {
		people_heed(w.p, i, HEED_OFTEN);
		people_at_work(w.p, i, i % 2);
	}
	while (w.now_ms < START_MS + 30000 && asks_within(&w, 1000)) {
		n++;
		assert_int_equal(w.ask.kind == ASK_PRESENCES ? answers(&w) : replies(&w, 200), OK);
	}
	assert_in_range(n, 290, 301);
	people_free(w.p);
}

static void one_poll_at_a_time(void **state)
{
	static struct world w;

	(void)state;
	open_polling(&w, PEOPLE);
	assert_true(asks_within(&w, 0));
	assert_false(asks_within(&w, 30000));
	assert_int_equal(answers(&w), OK);
	assert_true(asks_within(&w, 0));
	people_free(w.p);
}

static void only_changes_are_news(void **state)
{
	static struct world w;

	(void)state;
	open_polling(&w, 2);
	people_heed(w.p, 0, HEED_OFTEN);
	polls(&w, 0);
	assert_int_equal(count_news(&w), 2);
	polls(&w, 3000);
	assert_int_equal(count_news(&w), 0);
	w.word[0] = "DoNotDisturb";
	polls(&w, 3000);
	news_is(&w, 0, AVAILABILITY_DO_NOT_DISTURB);
	assert_int_equal(count_news(&w), 0);
	w.word[0] = "Dreaming";
	polls(&w, 3000);
	news_is(&w, 0, AVAILABILITY_OTHER);
	people_free(w.p);
}

static void what_graph_tells_by_itself_is_news_unless_she_is_ours(void **state)
{
	static struct world w;

	(void)state;
	open_polling(&w, 2);
	people_told(w.p, 1, AVAILABILITY_BUSY);
	news_is(&w, 1, AVAILABILITY_BUSY);
	people_told(w.p, 1, AVAILABILITY_BUSY);
	assert_int_equal(count_news(&w), 0);
	people_ours(w.p, 1, w.now_ms, true);
	people_told(w.p, 1, AVAILABILITY_AVAILABLE); /* of our own doing, or of before it */
	assert_int_equal(count_news(&w), 0);
	people_free(w.p);
}

static void who_is_ours_is_not_asked_about_and_at_once_afterwards(void **state)
{
	static struct world w;

	(void)state;
	open_polling(&w, 1);
	people_heed(w.p, 0, HEED_OFTEN);
	polls(&w, 0);
	people_ours(w.p, 0, w.now_ms, true);
	assert_false(asks_within(&w, 600000));
	people_ours(w.p, 0, w.now_ms, false);
	polls(&w, 0);
	people_heed(w.p, 0, HEED_NONE);
	people_ours(w.p, 0, w.now_ms, true); /* a short talk, and the house is empty after it */
	people_ours(w.p, 0, w.now_ms += 100, false);
	assert_true(asks_within(&w, 0));
	people_free(w.p);
}

/* Graph's slow answers: come while she is ours, or begun before she was let go. */
static void stale_answers_do_not_count(void **state)
{
	static struct world w;

	(void)state;
	open_polling(&w, 2);
	people_heed(w.p, 0, HEED_OFTEN);
	polls(&w, 0);
	assert_int_equal(count_news(&w), 2);

	assert_true(asks_within(&w, 3000));
	people_ours(w.p, 0, w.now_ms, true);
	w.word[0] = "Busy";
	w.now_ms += 50;
	assert_int_equal(answers(&w), OK); /* while she talks */
	assert_int_equal(count_news(&w), 0);

	w.word[0] = NULL;
	people_ours(w.p, 0, w.now_ms += 5000, false);
	polls(&w, 0);
	assert_true(asks_within(&w, 3000));
	people_ours(w.p, 0, w.now_ms += 10, true);
	people_ours(w.p, 0, w.now_ms += 10, false);
	w.word[0] = "Busy";
	assert_int_equal(answers(&w), OK); /* begun before she was let go */
	assert_int_equal(count_news(&w), 0);

	polls(&w, 100); /* begun after it: so she is */
	news_is(&w, 0, AVAILABILITY_BUSY);
	people_free(w.p);
}

static void a_person_graph_does_not_know_is_told_once(void **state)
{
	static struct world w;
	struct people_news n;

	(void)state;
	open_polling(&w, 3);
	for (uint32_t i = 0; i < 3; i++)
		people_heed(w.p, i, HEED_OFTEN);
	w.word[1] = "";
	polls(&w, 0);
	news_is(&w, 0, AVAILABILITY_AVAILABLE);
	assert_true(people_news(w.p, &n));
	assert_true(n.person == 1 && n.absent && n.availability == AVAILABILITY_UNKNOWN);
	news_is(&w, 2, AVAILABILITY_AVAILABLE);
	for (int i = 0; i < 150; i++) { /* seven and a half minutes */
		polls(&w, 3000);
		assert_int_equal(w.ask.n, 2);
	}
	assert_int_equal(count_news(&w), 0);
	w.now_ms += 300000;
	polls(&w, 0); /* looked for again, and still not there */
	assert_int_equal(w.ask.n, 3);
	assert_int_equal(count_news(&w), 0);
	w.word[1] = "Away";
	w.now_ms += 600000;
	polls(&w, 0);
	news_is(&w, 1, AVAILABILITY_AWAY);
	people_free(w.p);
}

static void somebody_known_who_disappears_is_unknown(void **state)
{
	static struct world w;
	struct people_news n;

	(void)state;
	open_polling(&w, 1);
	people_heed(w.p, 0, HEED_OFTEN);
	w.word[0] = "Busy";
	polls(&w, 0);
	news_is(&w, 0, AVAILABILITY_BUSY);
	w.word[0] = "";
	polls(&w, 3000);
	assert_true(people_news(w.p, &n));
	assert_true(n.absent && n.availability == AVAILABILITY_UNKNOWN);
	people_free(w.p);
}

/* If Graph refuses a batch because of one of them, that one is found, and the others are known. */
static void a_refused_batch_is_halved_until_the_reason_is_alone(void **state)
{
	static struct world w;
	struct people_news n;
	size_t known = 0, absent = 0;

	(void)state;
	open_polling(&w, 100);
	for (int turn = 0; turn < 200 && asks_within(&w, 1000); turn++) {
		bool poisoned = false;

		for (size_t i = 0; i < w.ask.n; i++)
			poisoned |= w.ask.person[i] == 77;
		assert_int_equal(poisoned ? replies(&w, 404) : answers(&w), OK);
	}
	while (people_news(w.p, &n)) {
		known += n.availability == AVAILABILITY_AVAILABLE;
		absent += n.absent;
		assert_true(!n.absent || n.person == 77);
	}
	assert_int_equal(known, 99);
	assert_int_equal(absent, 1);
	people_free(w.p);
}

static void a_graph_that_refuses_everybody_is_asked_seldom(void **state)
{
	static struct world w;
	unsigned asks = 0, told = 0;

	(void)state;
	open_polling(&w, 100);
	while (asks_within(&w, START_MS + 600000 - w.now_ms)) {
		asks++;
		told += replies(&w, 404) != OK;
	}
	assert_int_equal(told, 1);
	assert_in_range(asks, 2, 40);
	people_free(w.p);
}

static void a_missing_permission_is_one_line_slow_retries_and_nobody_known(void **state)
{
	static struct world w;

	(void)state;
	open_polling(&w, 2);
	people_heed(w.p, 0, HEED_OFTEN);
	w.word[0] = "Busy";
	polls(&w, 0);
	assert_int_equal(count_news(&w), 2);
	assert_true(asks_within(&w, 3000));
	assert_int_equal(replies(&w, 403), E_DENIED);
	assert_non_null(strstr(w.why.text, "Presence.Read.All"));
	news_is(&w, 0, AVAILABILITY_UNKNOWN);
	news_is(&w, 1, AVAILABILITY_UNKNOWN);
	for (int i = 0; i < 5; i++) {
		assert_false(asks_within(&w, 299000));
		assert_true(asks_within(&w, 1000));
		assert_int_equal(replies(&w, 403), OK); /* said already */
	}
	assert_int_equal(count_news(&w), 0);
	assert_true(asks_within(&w, 300000));
	assert_int_equal(answers(&w), OK); /* given at last */
	news_is(&w, 0, AVAILABILITY_BUSY);
	assert_true(asks_within(&w, 3000));
	assert_int_equal(replies(&w, 403), E_DENIED); /* and taken again: a new story */
	people_free(w.p);
}

static void retry_after_is_respected_by_all(void **state)
{
	static struct world w;

	(void)state;
	open_world(&w, conf_of(2, true, true));
	people_heed(w.p, 0, HEED_OFTEN);
	assert_true(asks_within(&w, 0));
	assert_int_equal(got(&w, 429, 12345, NULL), E_REMOTE);
	people_at_work(w.p, 1, true);
	assert_false(asks_within(&w, 12344));
	assert_true(asks_within(&w, 1));
	people_free(w.p);
}

static void failures_back_off_and_then_nobody_is_known(void **state)
{
	static struct world w;
	unsigned asks = 0;

	(void)state;
	open_polling(&w, 2);
	people_heed(w.p, 0, HEED_OFTEN);
	w.word[0] = "Busy";
	polls(&w, 0);
	assert_int_equal(count_news(&w), 2);
	assert_true(asks_within(&w, 3000)); /* the 60 s begin */
	assert_int_equal(replies(&w, 503), E_REMOTE);
	assert_non_null(strstr(w.why.text, "60 s"));
	while (asks_within(&w, START_MS + 62999 - w.now_ms)) {
		asks++;
		assert_int_equal(replies(&w, asks % 2 ? 0 : 500), OK);
	}
	assert_in_range(asks, 4, 9);
	assert_int_equal(count_news(&w), 0); /* as it was */
	if (asks_within(&w, 1))
		assert_int_equal(replies(&w, 500), OK);
	news_is(&w, 0, AVAILABILITY_UNKNOWN);
	news_is(&w, 1, AVAILABILITY_UNKNOWN);
	assert_true(asks_within(&w, 60000));
	assert_int_equal(answers(&w), OK);
	news_is(&w, 0, AVAILABILITY_BUSY);
	people_free(w.p);
}

static void what_cannot_be_read_is_a_failure(void **state)
{
	static struct world w;

	(void)state;
	open_polling(&w, 1);
	assert_true(asks_within(&w, 0));
	assert_int_equal(got(&w, 200, UINT64_MAX, "<html>"), E_REMOTE);
	assert_int_equal(count_news(&w), 0);
	assert_true(asks_within(&w, 1000));
	assert_int_equal(answers(&w), OK);
	assert_int_equal(count_news(&w), 1);
	people_free(w.p);
}

static void an_answer_to_nothing_changes_nothing(void **state)
{
	static struct world w;

	(void)state;
	open_world(&w, conf_of(1, true, true));
	assert_int_equal(replies(&w, 403), E_STALE);
	assert_true(asks_within(&w, 0));
	assert_int_equal(answers(&w), OK);
	assert_int_equal(replies(&w, 403), E_STALE); /* said twice */
	people_free(w.p);
}

static void without_polling_everybody_is_unknown_and_nobody_asked_about(void **state)
{
	static struct world w;

	(void)state;
	open_world(&w, conf_of(2, false, false));
	people_heed(w.p, 0, HEED_OFTEN);
	news_is(&w, 0, AVAILABILITY_UNKNOWN);
	news_is(&w, 1, AVAILABILITY_UNKNOWN);
	assert_int_equal(count_news(&w), 0);
	assert_false(asks_within(&w, 3600000));
	people_free(w.p);
}

static void nobody_is_well(void **state)
{
	static struct world w;

	(void)state;
	open_world(&w, conf_of(0, true, true));
	assert_false(asks_within(&w, 1000));
	assert_true(people_deadline_ms(w.p) == UINT64_MAX);
	people_free(w.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everybody_is_asked_about_once_and_then_nobody),
		cmocka_unit_test(who_matters_is_asked_about_often_and_the_rest_seldom),
		cmocka_unit_test(who_begins_to_matter_is_asked_about_at_once),
		cmocka_unit_test(batches_are_of_650_and_a_tenth_of_a_second_apart),
		cmocka_unit_test(the_rate_has_a_large_margin),
		cmocka_unit_test(one_poll_at_a_time),
		cmocka_unit_test(only_changes_are_news),
		cmocka_unit_test(what_graph_tells_by_itself_is_news_unless_she_is_ours),
		cmocka_unit_test(who_is_ours_is_not_asked_about_and_at_once_afterwards),
		cmocka_unit_test(stale_answers_do_not_count),
		cmocka_unit_test(a_person_graph_does_not_know_is_told_once),
		cmocka_unit_test(somebody_known_who_disappears_is_unknown),
		cmocka_unit_test(a_refused_batch_is_halved_until_the_reason_is_alone),
		cmocka_unit_test(a_graph_that_refuses_everybody_is_asked_seldom),
		cmocka_unit_test(a_missing_permission_is_one_line_slow_retries_and_nobody_known),
		cmocka_unit_test(retry_after_is_respected_by_all),
		cmocka_unit_test(failures_back_off_and_then_nobody_is_known),
		cmocka_unit_test(what_cannot_be_read_is_a_failure),
		cmocka_unit_test(an_answer_to_nothing_changes_nothing),
		cmocka_unit_test(without_polling_everybody_is_unknown_and_nobody_asked_about),
		cmocka_unit_test(nobody_is_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
