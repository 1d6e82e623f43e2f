/* Other people in the same realm: what is known and under way goes on for those who stay. */
#include "tests/graph/presence/world.h"

static const char *others[4];

/* The world's people, but the first; then a new one. */
static struct people_conf without_first(struct people_conf conf)
{
	for (uint32_t i = 0; i + 1 < conf.n; i++)
		others[i] = id_list[i + 1];
	others[conf.n - 1] = "99999999-1111-4222-8333-444444444444";
	conf.user_id = others;
	return conf;
}

static void known(struct world *w, bool set)
{
	struct people_news news;

	open_world(w, conf_of(3, true, set));
	for (uint32_t i = 0; i < 3; i++)
		people_heed(w->p, i, HEED_OFTEN);
	w->word[1] = "Away";
	assert_true(asks_within(w, 0));
	assert_int_equal(answers(w), OK);
	while (people_news(w->p, &news))
		;
}

static void who_stays_is_known_and_who_comes_is_asked_about(void **state)
{
	static struct world w;
	struct people_conf conf;
	struct people_news news;

	(void)state;
	known(&w, false);
	conf = without_first(conf_of(3, true, false));
	assert_true(people_renew(w.p, &conf));
	assert_false(people_news(w.p, &news)); /* nothing is new about those who stay */
	people_heed(w.p, 2, HEED_OFTEN);
	assert_true(asks_within(&w, 100));
	assert_int_equal(w.ask.n, 1);
	assert_int_equal(w.ask.person[0], 2);
	people_free(w.p);
}

static void an_answer_under_way_counts_for_who_is_still_here(void **state)
{
	static struct world w;
	struct people_conf conf;
	struct people_news news;

	(void)state;
	open_world(&w, conf_of(3, true, false));
	for (uint32_t i = 0; i < 3; i++)
		people_heed(w.p, i, HEED_OFTEN);
	assert_true(asks_within(&w, 0));
	conf = without_first(conf_of(3, true, false));
	assert_true(people_renew(w.p, &conf));
	w.word[2] = "Busy";
	assert_int_equal(answers(&w), OK); /* of the three who were asked about */
	assert_true(people_news(w.p, &news));
	assert_int_equal(news.person, 0);
	assert_int_equal(news.availability, AVAILABILITY_AVAILABLE);
	assert_true(people_news(w.p, &news));
	assert_int_equal(news.person, 1);
	assert_int_equal(news.availability, AVAILABILITY_BUSY);
	assert_false(people_news(w.p, &news));
	people_free(w.p);
}

static void our_session_is_taken_back_from_who_stays(void **state)
{
	static struct world w;
	struct people_conf conf;
	struct people_ask set[2];

	(void)state;
	known(&w, true);
	for (uint32_t i = 0; i < 2; i++) {
		people_ours(w.p, i, w.now_ms, true);
		people_at_work(w.p, i, true);
		assert_true(asks_within(&w, 100));
		assert_int_equal(w.ask.kind, ASK_SET);
		set[i] = w.ask;
	}
	conf = without_first(conf_of(3, true, true));
	assert_true(people_renew(w.p, &conf));
	w.ask = set[0];
	assert_int_equal(replies(&w, 200), E_STALE); /* she is no longer here */
	w.ask = set[1];
	assert_int_equal(replies(&w, 200), OK);
	people_ours(w.p, 0, w.now_ms, false);
	people_at_work(w.p, 0, false);
	assert_true(asks_within(&w, 1000));
	assert_int_equal(w.ask.kind, ASK_CLEAR);
	assert_int_equal(w.ask.person[0], 0);
	people_free(w.p);
}

static void without_polls_everybody_is_unknown(void **state)
{
	static struct world w;
	struct people_conf conf;
	struct people_news news;
	unsigned n = 0;

	(void)state;
	known(&w, false);
	conf = without_first(conf_of(3, false, false));
	assert_true(people_renew(w.p, &conf));
	for (; people_news(w.p, &news); n++)
		assert_int_equal(news.availability, AVAILABILITY_UNKNOWN);
	assert_int_equal(n, 3);
	assert_false(asks_within(&w, 100000));
	people_free(w.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_stays_is_known_and_who_comes_is_asked_about),
		cmocka_unit_test(an_answer_under_way_counts_for_who_is_still_here),
		cmocka_unit_test(our_session_is_taken_back_from_who_stays),
		cmocka_unit_test(without_polls_everybody_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
