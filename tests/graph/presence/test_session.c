/* The session by which Teams is told who is on our work. Nothing is polled but where said. */

#include "tests/graph/presence/world.h"

static void open_setting(struct world *w)
{
	open_world(w, conf_of(2, false, true));
}

static void asks(struct world *w, enum people_ask_kind kind, uint32_t person, uint64_t within_ms)
{
	if (!asks_within(w, within_ms))
		fail_msg("nothing is asked within %llu ms", (unsigned long long)within_ms);
	assert_int_equal(w->ask.kind, kind);
	assert_int_equal(w->ask.n, 1);
	assert_int_equal(w->ask.person[0], person);
}

static void set_while_at_work_and_cleared_after(void **state)
{
	static struct world w;

	(void)state;
	open_setting(&w);
	assert_false(asks_within(&w, 1000));
	people_at_work(w.p, 1, true);
	asks(&w, ASK_SET, 1, 0);
	assert_int_equal(replies(&w, 200), OK);
	assert_false(asks_within(&w, SESSION_MS / 2 - 1));
	people_at_work(w.p, 1, false);
	asks(&w, ASK_CLEAR, 1, 0);
	assert_int_equal(replies(&w, 200), OK);
	assert_false(asks_within(&w, SESSION_MS * 10));
	people_free(w.p);
}

static void told_again_before_it_ends(void **state)
{
	static struct world w;

	(void)state;
	open_setting(&w);
	people_at_work(w.p, 0, true);
	asks(&w, ASK_SET, 0, 0);
	assert_int_equal(replies(&w, 200), OK);
	for (int i = 0; i < 10; i++) {
		uint64_t before_ms = w.now_ms;

		asks(&w, ASK_SET, 0, SESSION_MS / 2);
		assert_true(w.now_ms == before_ms + SESSION_MS / 2);
		assert_int_equal(replies(&w, 200), OK);
	}
	people_free(w.p);
}

static void no_such_session_is_cleared_too(void **state)
{
	static struct world w;

	(void)state;
	open_setting(&w);
	people_at_work(w.p, 0, true);
	asks(&w, ASK_SET, 0, 0);
	assert_int_equal(replies(&w, 200), OK);
	people_at_work(w.p, 0, false);
	asks(&w, ASK_CLEAR, 0, 100);
	assert_int_equal(replies(&w, 404), OK);
	assert_false(asks_within(&w, SESSION_MS));
	people_free(w.p);
}

/* The work ends while Graph is being told of it: cleared after that answer, and not before. */
static void cleared_after_the_answer(void **state)
{
	static struct world w;
	struct people_ask set;

	(void)state;
	open_setting(&w);
	people_at_work(w.p, 0, true);
	asks(&w, ASK_SET, 0, 0);
	set = w.ask;
	people_at_work(w.p, 0, false);
	assert_false(asks_within(&w, 200));
	w.ask = set;
	assert_int_equal(replies(&w, 200), OK);
	asks(&w, ASK_CLEAR, 0, 100);
	assert_int_equal(replies(&w, 200), OK);
	people_free(w.p);
}

/* Nobody knows whether it was taken, so it is told again, and cleared all the same. */
static void a_lost_set_is_told_again_and_cleared(void **state)
{
	static struct world w;

	(void)state;
	open_setting(&w);
	people_at_work(w.p, 0, true);
	asks(&w, ASK_SET, 0, 0);
	assert_int_equal(replies(&w, 0), E_REMOTE);
	asks(&w, ASK_SET, 0, 1000);
	assert_int_equal(replies(&w, 0), OK); /* told already */
	people_at_work(w.p, 0, false);
	asks(&w, ASK_CLEAR, 0, 100);
	assert_int_equal(replies(&w, 200), OK);
	assert_false(asks_within(&w, SESSION_MS));
	people_free(w.p);
}

static void a_clear_that_fails_is_repeated_and_then_left_to_expire(void **state)
{
	static struct world w;
	int n = 0;

	(void)state;
	open_setting(&w);
	people_at_work(w.p, 0, true);
	asks(&w, ASK_SET, 0, 0);
	assert_int_equal(replies(&w, 200), OK);
	people_at_work(w.p, 0, false);
	for (; asks_within(&w, SESSION_MS); n++)
		assert_int_equal(replies(&w, 500), OK);
	assert_in_range(n, 3, 5);
	people_free(w.p);
}

static void a_missing_permission_is_one_line_and_slow_retries(void **state)
{
	static struct world w;

	(void)state;
	open_setting(&w);
	people_at_work(w.p, 0, true);
	asks(&w, ASK_SET, 0, 0);
	assert_int_equal(replies(&w, 403), E_DENIED);
	assert_non_null(strstr(w.why.text, "Presence.ReadWrite.All"));
	people_at_work(w.p, 1, true);
	assert_false(asks_within(&w, 299000));
	asks(&w, ASK_SET, 0, 1000);
	assert_int_equal(replies(&w, 403), OK);
	people_at_work(w.p, 0, false); /* nothing was set, so nothing is cleared */
	people_at_work(w.p, 1, false);
	assert_false(asks_within(&w, SESSION_MS));
	people_free(w.p);
}

static void a_person_who_cannot_be_set_does_not_keep_the_others_waiting(void **state)
{
	static struct world w;

	(void)state;
	open_setting(&w);
	people_at_work(w.p, 0, true);
	people_at_work(w.p, 1, true);
	asks(&w, ASK_SET, 0, 0);
	assert_int_equal(replies(&w, 404), E_REMOTE);
	assert_non_null(strstr(w.why.text, ids[0]));
	asks(&w, ASK_SET, 1, 100);
	assert_int_equal(replies(&w, 200), OK);
	assert_false(asks_within(&w, 299000));
	people_free(w.p);
}

/* Until our own word is taken back, what Graph says of her is what we told it. */
static void polled_only_when_the_session_is_gone(void **state)
{
	static struct world w;
	struct people_news news;

	(void)state;
	open_world(&w, conf_of(1, true, true));
	people_heed(w.p, 0, HEED_OFTEN);
	assert_true(asks_within(&w, 0));
	assert_int_equal(answers(&w), OK);
	assert_true(people_news(w.p, &news));
	people_ours(w.p, 0, w.now_ms, true);
	people_at_work(w.p, 0, true);
	asks(&w, ASK_SET, 0, 100);
	assert_int_equal(replies(&w, 200), OK);
	people_ours(w.p, 0, w.now_ms += 5000, false); /* wraps up */
	assert_false(asks_within(&w, 20000));
	people_at_work(w.p, 0, false);
	asks(&w, ASK_CLEAR, 0, 0);
	assert_int_equal(replies(&w, 200), OK);
	assert_true(asks_within(&w, 100));
	assert_int_equal(w.ask.kind, ASK_PRESENCES);
	w.word[0] = "Away";
	assert_int_equal(answers(&w), OK);
	assert_true(people_news(w.p, &news));
	assert_int_equal(news.availability, AVAILABILITY_AWAY);
	people_free(w.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_while_at_work_and_cleared_after),
		cmocka_unit_test(told_again_before_it_ends),
		cmocka_unit_test(no_such_session_is_cleared_too),
		cmocka_unit_test(cleared_after_the_answer),
		cmocka_unit_test(a_lost_set_is_told_again_and_cleared),
		cmocka_unit_test(a_clear_that_fails_is_repeated_and_then_left_to_expire),
		cmocka_unit_test(a_missing_permission_is_one_line_and_slow_retries),
		cmocka_unit_test(a_person_who_cannot_be_set_does_not_keep_the_others_waiting),
		cmocka_unit_test(polled_only_when_the_session_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
