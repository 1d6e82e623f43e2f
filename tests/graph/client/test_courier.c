/* What the courier decides, in a time of our own: groups that rest, hosts left alone, deadlines. */

#include "graph/client/courier.h"

#include "bot/base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LIVES = 20, LIFE_REQUESTS = 400 };

static struct courier k;
static uint64_t now_ms, next_cookie;
static struct exchange *carried[LIFE_REQUESTS + 1]; /* by cookie: under way */

static int fresh(void **state)
{
	(void)state;
	now_ms = 1000000;
	next_cookie = 0;
	return courier_init(&k, LIFE_REQUESTS, 7) == OK ? 0 : -1;
}

static int done(void **state)
{
	(void)state;
	for (size_t i = 0; i <= LIFE_REQUESTS; i++) {
		exchange_free(carried[i]);
		carried[i] = NULL;
	}
	courier_fini(&k);
	return 0;
}

static struct client_request get(uint64_t group, bool urgent)
{
	return (struct client_request){ .cookie = ++next_cookie,
		.method = "GET",
		.url = "https://graph.example/v1.0/x",
		.throttle = group,
		.urgent = urgent,
		.deadline_ms = 12000,
		.attempt_ms = 5000,
		.attempts_max = 4,
		.harmless = true };
}

static uint64_t enter(const struct client_request *r)
{
	static const struct client_conf conf = { .answer_bytes_max = 100 };
	struct exchange *x;
	struct why why;

	if (exchange_new(r, &conf, now_ms, &x, &why) != OK)
		fail_msg("%s", why.text);
	courier_enter(&k, x, now_ms);
	return r->cookie;
}

/* Another URL each. */
static uint64_t enter_one(uint64_t group, bool urgent)
{
	struct client_request r = get(group, urgent);
	char url[64];

	snprintf(url, sizeof(url), "https://graph.example/v1.0/%d", (int)next_cookie);
	r.url = url;

	return enter(&r);
}

static struct exchange *next(void)
{
	struct exchange *x = courier_next(&k, now_ms);

	if (x)
		carried[x->cookie] = x;
	return x;
}

/* The next attempt must be this request's. */
static struct exchange *begins(uint64_t cookie)
{
	struct exchange *x = next();

	if (!x)
		fail_msg("%d does not begin", (int)cookie);
	assert_int_equal(x->cookie, cookie);
	return x;
}

static void nothing_begins(void)
{
	assert_null(next());
}

static void answer(struct exchange *x, int status, const char *retry_after)
{
	char line[64];

	snprintf(line, sizeof(line), "Retry-After: %s", retry_after ? retry_after : "");
	if (retry_after)
		exchange_take_header(x, line, 0);
	assert_true(exchange_answered(x, status));
	carried[x->cookie] = NULL;
	courier_attempted(&k, x, ATTEMPT_ANSWERED, false, now_ms);
}

static void fails(struct exchange *x)
{
	exchange_tell(x, "curl 7: nobody there");
	carried[x->cookie] = NULL;
	courier_attempted(&k, x, ATTEMPT_NOT_SENT, false, now_ms);
}

/* The next that is over must be this one, this way. */
static void over(uint64_t cookie, enum client_end end, int status, const char *story)
{
	struct exchange *x = courier_over(&k);

	if (!x)
		fail_msg("%d is not over", (int)cookie);
	assert_int_equal(x->answer.cookie, cookie);
	assert_int_equal(x->answer.end, end);
	assert_int_equal(x->answer.status, status);
	if (!strstr(x->answer.story, story))
		fail_msg("%s is not in: %s", story, x->answer.story);
	exchange_free(x);
}

static void nothing_is_over(void)
{
	assert_null(courier_over(&k));
}

/* The group's last answer told to wait, for no time to speak of. */
static void told_once(uint64_t group)
{
	struct client_request r = get(group, false);

	r.url = "https://graph.example/v1.0/told";
	r.attempts_max = 1;
	answer(begins(enter(&r)), 429, "0.001");
	over(r.cookie, CLIENT_ANSWERED, 429, "");
}

static void one_alone_holds_nobody_else(void **state)
{
	uint64_t told = enter_one(5, false), other;

	(void)state;
	answer(begins(told), 429, "3");
	other = enter_one(5, false);
	answer(begins(other), 200, NULL);
	over(other, CLIENT_ANSWERED, 200, "");
	answer(begins(enter_one(5, false)), 429, "3"); /* not in a row */
	other = enter_one(5, false);
	answer(begins(other), 200, NULL);
	over(other, CLIENT_ANSWERED, 200, "");
	answer(begins(enter_one(6, false)), 429, "3"); /* another group's */
	other = enter_one(6, true);
	begins(other);
}

static void a_group_waits_as_a_whole(void **state)
{
	uint64_t told = enter_one(5, false), begun = enter_one(5, false), later, other, none;
	struct exchange *x = begins(told), *y = begins(begun);

	(void)state;
	told_once(5);
	answer(x, 429, "2.5");
	later = enter_one(5, false);
	other = enter_one(6, false);
	none = enter_one(0, false);
	answer(begins(other), 200, NULL);
	answer(begins(none), 200, NULL);
	answer(y, 200, NULL); /* was under way: its answer is an answer */
	over(other, CLIENT_ANSWERED, 200, "");
	over(none, CLIENT_ANSWERED, 200, "");
	over(begun, CLIENT_ANSWERED, 200, "");
	now_ms += 2499;
	nothing_begins();
	now_ms += 301;
	x = next();
	y = next();
	assert_non_null(x);
	assert_non_null(y);
	assert_int_equal(x->cookie + y->cookie, told + later);
	answer(x, 200, NULL);
	answer(y, 200, NULL);
}

static void a_503_with_a_time_holds_the_group_and_one_without_does_not(void **state)
{
	uint64_t a, b;

	(void)state;
	a = enter_one(5, false);
	answer(begins(a), 503, NULL);
	told_once(5);
	b = enter_one(5, false);
	answer(begins(b), 503, "3");
	enter_one(5, false);
	now_ms += 2999;
	nothing_begins();
}

static void a_429_without_a_time_holds_the_group_a_second(void **state)
{
	struct client_request r = get(5, false);
	uint64_t b;

	(void)state;
	told_once(5);
	r.attempts_max = 1;
	answer(begins(enter(&r)), 429, NULL);
	over(r.cookie, CLIENT_ANSWERED, 429, "");
	b = enter_one(5, false);
	now_ms += 999;
	nothing_begins();
	now_ms += 200;
	begins(b);
}

static void the_same_request_waits_whoever_asks(void **state)
{
	struct client_request r = get(5, true);
	uint64_t again;

	(void)state;
	r.attempts_max = 1;
	answer(begins(enter(&r)), 503, "3");
	over(r.cookie, CLIENT_ANSWERED, 503, "");
	r.cookie = again = ++next_cookie;
	enter(&r);
	r.cookie = ++next_cookie;
	r.deadline_ms = 2000;
	over(enter(&r), CLIENT_NOT_SENT, 0, "the same request was told to wait");
	now_ms += 2999;
	nothing_begins();
	now_ms += 150;
	begins(again);
}

/* POST /communications/calls is one URL for every bot and tenant. */
static void another_groups_time_does_not_hold_the_same_url(void **state)
{
	struct client_request r = get(5, true);

	(void)state;
	r.method = "POST";
	r.attempts_max = 1;
	answer(begins(enter(&r)), 503, "3");
	over(r.cookie, CLIENT_ANSWERED, 503, "");
	r.throttle = 6;
	r.cookie = ++next_cookie;
	answer(begins(enter(&r)), 201, NULL);
	over(r.cookie, CLIENT_ANSWERED, 201, "");
}

static void the_urgent_wait_for_their_own_time_only(void **state)
{
	struct client_request r = get(5, true);
	uint64_t told = enter_one(5, true), other;
	struct exchange *x;

	(void)state;
	answer(begins(told), 429, "2");
	r.url = "https://graph.example/v1.0/y";
	other = enter(&r);
	answer(begins(other), 202, NULL);
	over(other, CLIENT_ANSWERED, 202, "");
	now_ms += 1999;
	nothing_begins();
	now_ms += 150;
	x = begins(told);
	answer(x, 202, NULL);
	over(told, CLIENT_ANSWERED, 202, "");
}

static void what_cannot_start_in_time_ends_at_once(void **state)
{
	uint64_t a, b;

	(void)state;
	told_once(5);
	a = enter_one(5, false);
	answer(begins(a), 429, "12");
	over(a, CLIENT_ANSWERED, 429, ""); /* its own time is past its deadline */
	b = enter_one(5, false);
	over(b, CLIENT_NOT_SENT, 0, "longer than its deadline");
	nothing_begins();
}

static void those_behind_it_in_the_lane_go_on(void **state)
{
	struct client_request a = get(5, false), b = get(5, false), c = get(6, false);

	(void)state;
	told_once(5);
	answer(begins(enter_one(5, false)), 429, "20");
	a.lane = b.lane = c.lane = 9;
	enter(&a);
	enter(&b);
	enter(&c);
	begins(c.cookie);
	over(c.cookie + 2, CLIENT_ANSWERED, 429, "");
	over(a.cookie, CLIENT_NOT_SENT, 0, "told to wait");
	over(b.cookie, CLIENT_NOT_SENT, 0, "told to wait");
	nothing_is_over();
}

static void a_drop_takes_out_what_its_group_holds(void **state)
{
	struct client_request held = get(5, false), behind = get(5, false), end = get(5, true);

	(void)state;
	told_once(5);
	answer(begins(enter_one(5, false)), 429, "3");
	held.lane = behind.lane = end.lane = 9;
	enter(&held);
	enter(&behind);
	nothing_begins();
	courier_drop(&k, 9, now_ms);
	over(behind.cookie, CLIENT_DROPPED, 0, "");
	over(held.cookie, CLIENT_DROPPED, 0, "");
	begins(enter(&end));
}

/* A request that is tried once, and what comes of it. */
static uint64_t once(int status)
{
	struct client_request r = get(0, false);
	struct exchange *x;

	r.attempts_max = 1;
	x = begins(enter(&r));
	if (status)
		answer(x, status, NULL);
	else
		fails(x);
	exchange_free(courier_over(&k));
	return r.cookie;
}

static void open_it(void)
{
	struct client_notice n;

	for (int i = 0; i < CIRCUIT_FAILURES; i++)
		once(i % 2 ? 0 : 500);
	assert_true(courier_notice(&k, &n));
	assert_int_equal(n.kind, CLIENT_HOST_DOWN);
	assert_int_equal(n.failures, CIRCUIT_FAILURES);
	assert_string_equal(n.host, "https://graph.example:443");
	assert_string_equal(n.story, "curl 7: nobody there");
	assert_in_range(n.ms, CIRCUIT_OPEN_MS / 2, CIRCUIT_OPEN_MS);
	assert_false(courier_notice(&k, &n));
}

static void a_dead_host_is_left_alone(void **state)
{
	struct client_request other = get(0, false);

	(void)state;
	open_it();
	over(enter_one(0, false), CLIENT_NOT_SENT, 0, "failed 8 times in a row");
	nothing_begins();
	other.url = "https://graph.example:444/";
	begins(enter(&other)); /* another port is another host */
}

static void whatever_answers_lives(void **state)
{
	static const int living[] = { 200, 404, 429 };

	(void)state;
	for (size_t i = 0; i < sizeof(living) / sizeof(living[0]); i++) {
		for (int n = 1; n < CIRCUIT_FAILURES; n++)
			once(503);
		once(living[i]);
	}
	for (int n = 0; n < 3 * CIRCUIT_FAILURES; n++) {
		once(500);
		now_ms += CIRCUIT_WINDOW_MS / (CIRCUIT_FAILURES - 2); /* seldom enough */
	}
	begins(enter_one(0, false));
}

static void one_probes_and_the_others_wait_for_it(void **state)
{
	struct client_notice n;
	uint64_t a, b, c;
	struct exchange *x;

	(void)state;
	open_it();
	now_ms += CIRCUIT_OPEN_MS;
	a = enter_one(0, false);
	b = enter_one(0, false);
	c = enter_one(0, true);
	x = begins(a);
	nothing_begins();
	now_ms += 100;
	answer(x, 404, NULL);
	assert_true(courier_notice(&k, &n));
	assert_int_equal(n.kind, CLIENT_HOST_UP);
	assert_int_equal(n.ms, CIRCUIT_OPEN_MS + 100);
	begins(b);
	begins(c);
}

static void a_probe_in_vain_makes_the_pause_longer(void **state)
{
	struct client_notice n;
	uint64_t before_ms = 0;

	(void)state;
	open_it();
	now_ms += CIRCUIT_OPEN_MS;
	for (int i = 0; i < 8; i++) {
		struct client_request r = get(0, false);
		struct exchange *x;
		uint64_t held;

		r.attempts_max = 1;
		x = begins(enter(&r));
		held = enter_one(0, false);
		fails(x);
		over(held, CLIENT_NOT_SENT, 0, "left alone");
		over(r.cookie, CLIENT_NOT_SENT, 0, "nobody there");
		assert_true(courier_notice(&k, &n));
		assert_int_equal(n.kind, CLIENT_HOST_STILL);
		assert_true(n.ms <= CIRCUIT_OPEN_MS_MAX);
		if (i == 2)
			before_ms = n.ms;
		now_ms += n.ms;
	}
	assert_true(before_ms > CIRCUIT_OPEN_MS);
}

static void the_urgent_probe_before_the_pause_is_over(void **state)
{
	struct client_request a = get(0, true);
	struct exchange *x;
	uint64_t b, c;

	(void)state;
	open_it();
	now_ms += CIRCUIT_GAP_MS;
	a.attempts_max = 1;
	enter(&a);
	b = enter_one(0, true);
	x = begins(a.cookie);
	c = enter_one(0, false);
	over(c, CLIENT_NOT_SENT, 0, "left alone");
	nothing_begins(); /* one at a time */
	fails(x);
	over(a.cookie, CLIENT_NOT_SENT, 0, "nobody there");
	now_ms += CIRCUIT_GAP_MS - 1;
	nothing_begins(); /* and not in a hurry */
	now_ms += 1;
	answer(begins(b), 202, NULL);
	over(b, CLIENT_ANSWERED, 202, "");
	begins(enter_one(0, false));
}

static void the_urgent_do_not_wait_past_their_deadline(void **state)
{
	struct client_request r = get(0, true);
	uint64_t a;

	(void)state;
	open_it();
	now_ms += CIRCUIT_GAP_MS;
	a = enter_one(0, true);
	begins(a); /* and hangs */
	r.deadline_ms = 1000;
	enter(&r);
	now_ms += 999;
	nothing_begins();
	nothing_is_over();
	now_ms += 1;
	nothing_begins();
	over(r.cookie, CLIENT_NOT_SENT, 0, "the deadline passed");
}

static void a_probe_that_never_left_is_none(void **state)
{
	uint64_t a, b;

	(void)state;
	open_it();
	now_ms += CIRCUIT_OPEN_MS;
	a = enter_one(0, false);
	b = enter_one(0, false);
	courier_refused(&k, begins(a), now_ms);
	carried[a] = NULL;
	over(a, CLIENT_NOT_SENT, 0, "no memory");
	begins(b);
}

/* One life: requests at random, attempts that end at random, and books of our own. */
struct promise {
	uint64_t lane, deadline_ms, not_before_ms, ends_ms;
	unsigned n_over;
	bool under_way, harmless;
	struct exchange *x;
};

static struct promise promise[LIFE_REQUESTS + 1];
static bool lane_busy[16];

static void life_enter(struct rng *rng)
{
	struct client_request r = get(rng_below(rng, 3), rng_below(rng, 5) == 0);

	r.lane = rng_below(rng, 16);
	r.deadline_ms = 100 + (uint32_t)rng_below(rng, 15000);
	r.attempts_max = 1 + (unsigned)rng_below(rng, 4);
	r.harmless = rng_below(rng, 2);
	if (rng_below(rng, 3) == 0)
		r.url = "https://other.example/";
	promise[r.cookie] = (struct promise){
		.lane = r.lane, .harmless = r.harmless, .deadline_ms = now_ms + r.deadline_ms
	};
	enter(&r);
}

static void life_begin(struct rng *rng, struct exchange *x)
{
	struct promise *p = &promise[x->cookie];

	assert_false(p->under_way);
	assert_true(now_ms < p->deadline_ms);
	assert_true(now_ms >= p->not_before_ms);
	assert_false(p->lane && lane_busy[p->lane]);
	lane_busy[p->lane] = p->under_way = true;
	p->x = x;
	p->ends_ms = now_ms + 1 + rng_below(rng, 3000);
}

static void life_end(struct rng *rng, struct promise *p, bool storm)
{
	static const char *const after[] = { "0", "0.3", "4", "30", NULL };
	static const int status[] = { 200, 429, 500, 503, 504, 404 };
	struct exchange *x = p->x;
	int s = status[rng_below(rng, 6)];
	const char *wait = s == 429 || s == 503 ? after[rng_below(rng, 5)] : NULL;

	p->under_way = lane_busy[p->lane] = false;
	if (storm || rng_below(rng, 6) == 0) {
		exchange_tell(x, "lost");
		courier_attempted(&k, x, rng_below(rng, 2) ? ATTEMPT_UNKNOWN : ATTEMPT_NOT_SENT,
			false, now_ms);
		return;
	}
	p->not_before_ms = now_ms + (wait ? (uint64_t)(strtod(wait, NULL) * 1000) : 0);
	answer(x, s, wait);
}

static void life_over(void)
{
	struct exchange *x;

	while ((x = courier_over(&k)) != NULL) {
		assert_int_equal(promise[x->answer.cookie].n_over++, 0);
		assert_false(promise[x->answer.cookie].under_way);
		exchange_free(x);
	}
}

static void life(uint64_t seed)
{
	struct rng rng = { seed };
	struct client_notice n;

	memset(promise, 0, sizeof(promise));
	memset(lane_busy, 0, sizeof(lane_busy));
	for (uint64_t end_ms = now_ms + 120000; now_ms < end_ms;
		now_ms += 1 + rng_below(&rng, 40)) {
		bool storm = end_ms - now_ms > 60000 && end_ms - now_ms < 80000;
		struct exchange *x;

		if (next_cookie < LIFE_REQUESTS && rng_below(&rng, 6) == 0)
			life_enter(&rng);
		for (size_t i = 1; i <= next_cookie; i++)
			if (promise[i].under_way && promise[i].ends_ms <= now_ms)
				life_end(&rng, &promise[i], storm);
		while ((x = courier_next(&k, now_ms)) != NULL)
			life_begin(&rng, x);
		life_over();
		while (courier_notice(&k, &n))
			;
		assert_true(courier_deadline_ms(&k) > now_ms);
	}
	assert_int_equal(next_cookie, LIFE_REQUESTS);
	for (size_t i = 1; i <= next_cookie; i++)
		assert_int_equal(promise[i].n_over, 1);
}

static void every_request_keeps_its_promises(void **state)
{
	for (uint64_t seed = 1; seed <= LIVES; seed++) {
		life(seed);
		done(state);
		fresh(state);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fresh, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_alone_holds_nobody_else),
		TEST(a_group_waits_as_a_whole),
		TEST(a_503_with_a_time_holds_the_group_and_one_without_does_not),
		TEST(a_429_without_a_time_holds_the_group_a_second),
		TEST(the_same_request_waits_whoever_asks),
		TEST(another_groups_time_does_not_hold_the_same_url),
		TEST(the_urgent_wait_for_their_own_time_only),
		TEST(what_cannot_start_in_time_ends_at_once),
		TEST(those_behind_it_in_the_lane_go_on),
		TEST(a_drop_takes_out_what_its_group_holds),
		TEST(a_dead_host_is_left_alone),
		TEST(whatever_answers_lives),
		TEST(one_probes_and_the_others_wait_for_it),
		TEST(a_probe_in_vain_makes_the_pause_longer),
		TEST(the_urgent_probe_before_the_pause_is_over),
		TEST(the_urgent_do_not_wait_past_their_deadline),
		TEST(a_probe_that_never_left_is_none),
		TEST(every_request_keeps_its_promises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
