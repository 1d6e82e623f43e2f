/* What a journal tells: each event's part of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "bot/whatif/past.h"

static const uint32_t prompt_key[] = { 500, 501 };
static const struct plan_queue queue[] = { { .key = 100, .ring_ms = 20000 },
	{ .key = 101, .ring_ms = 5000 } };
static const struct plan_agent agent[] = { { .key = 200 }, { .key = 201 } };
static const struct plan_entry entry[] = { { .key = 400 }, { .key = 401 } };
static const struct plan plan = { .queue = queue,
	.agent = agent,
	.entry = entry,
	.n_queues = 2,
	.n_agents = 2,
	.n_entries = 2,
	.prompt_key = prompt_key,
	.n_prompts = 2 };

static struct past p;

static void saw(struct event ev)
{
	past_saw(&p, &ev, &(struct effects){ .n = 0 }, &plan);
}

static void saw_effect(uint64_t at_ms, struct effect fx)
{
	past_saw(&p, &(struct event){ .at_ms = at_ms, .kind = EV_TICK },
		&(struct effects){ .item = { fx }, .n = 1 }, &plan);
}

static int open_past(void **state)
{
	(void)state;
	past_open(&p);
	return 0;
}

static int close_past(void **state)
{
	(void)state;
	past_fini(&p);
	return 0;
}

static void callers(void **state)
{
	const struct caller_past *k;

	(void)state;
	saw((struct event){ .at_ms = 1000, .kind = EV_CALL_INCOMING, .contact = 3, .value = 1 });
	saw((struct event){ .at_ms = 1000, .kind = EV_CALL_INCOMING, .contact = 3 }); /* again */
	saw((struct event){ .at_ms = 1400, .kind = EV_CALL_ACTIVE, .contact = 3 });
	saw((struct event){ .at_ms = 1500, .kind = EV_CALL_ACTIVE, .contact = 3 });
	saw((struct event){ .at_ms = 2400, .kind = EV_DIGIT, .contact = 3, .value = '7' });
	saw((struct event){ .at_ms = 2400, .kind = EV_DIGIT, .contact = 9, .value = '1' });
	saw_effect(6400, (struct effect){ .kind = FX_OUTCOME,
				 .contact = 3,
				 .record = { .outcome = OUTCOME_ABANDONED_IVR,
					 .answered_ms = 1400,
					 .ended_ms = 6400 } });
	past_close(&p);
	k = p.caller;
	assert_int_equal(p.n_callers, 1);
	assert_int_equal(k->entry, 401);
	assert_int_equal(k->offered_ms, 1000);
	assert_int_equal(k->answer_ms, 401);
	assert_int_equal(k->n_digits, 1);
	assert_int_equal(k->digit[0], '7');
	assert_in_range(k->digit_ms[0], 999, 1000);
	assert_int_equal(k->gone_ms, 5001);
	assert_int_equal(p.from_ms, 1000);
	assert_int_equal(p.to_ms, 6400);
}

static void rings(void **state)
{
	static const struct {
		struct event ev; /* at 1000 + .. */
		bool withdrawn;
		uint32_t n, ms, end; /* n: how many are seen */
	} rows[] = {
		{ { .at_ms = 3000, .kind = EV_AGENT_ANSWERED, .attempt = 7 }, false, 1, 3000, 0 },
		{ { .at_ms = 2000, .kind = EV_HANDED_OVER, .attempt = 7 }, false, 1, 2000, 0 },
		{ { .at_ms = 900, .kind = EV_AGENT_FAILED, .attempt = 7, .value = RING_BUSY },
			false, 1, 900, RING_BUSY },
		{ { .at_ms = 20000 }, true, 1, 20000, RING_NEVER },
		{ { .at_ms = 4000 }, true, 0, 0, 0 }, /* the caller left: who knows */
		{ { .at_ms = 3000, .kind = EV_AGENT_ANSWERED, .attempt = 8 }, false, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct event ev = rows[i].ev;
		const struct queue_past *q;

		past_fini(&p);
		past_open(&p);
		saw_effect(1000, (struct effect){ .kind = FX_RING, .attempt = 7, .queue = 1 });
		ev.at_ms += 1000;
		if (rows[i].withdrawn)
			saw_effect(ev.at_ms, (struct effect){ .kind = FX_WITHDRAW, .attempt = 7 });
		else
			saw(ev);
		past_close(&p);
		q = past_queue(&p, 100);
		if (q->n_ring != rows[i].n || p.queue[0].n_ring != rows[i].n)
			fail_msg("row %zu: %zu rings", i, q->n_ring);
		if (q->n_ring && (q->ring[0].ms != rows[i].ms || q->ring[0].end != rows[i].end))
			fail_msg("row %zu: %u ms, end %u", i, q->ring[0].ms, q->ring[0].end);
	}
}

static void waits_and_talks(void **state)
{
	static const struct {
		struct record r;
		uint32_t wait_ms;
		bool left;
		uint32_t talk_ms; /* 0: none is learnt */
	} rows[] = {
		{ { .queue = 2,
			  .queued_ms = 100,
			  .connected_ms = 500,
			  .ended_ms = 900,
			  .outcome = OUTCOME_HANDLED,
			  .agent = 1 },
			400, false, 400 },
		{ { .queue = 2,
			  .queued_ms = 100,
			  .connected_ms = 500,
			  .ended_ms = 900,
			  .outcome = OUTCOME_HANDLED,
			  .agent = 1,
			  .estimated = true },
			400, false, 0 },
		{ { .queue = 2,
			  .queued_ms = 100,
			  .ended_ms = 900,
			  .outcome = OUTCOME_ABANDONED_QUEUE },
			800, true, 0 },
		{ { .queue = 2,
			  .queued_ms = 100,
			  .ended_ms = 200,
			  .outcome = OUTCOME_ABANDONED_SHORT },
			100, true, 0 },
		{ { .queue = 2,
			  .queued_ms = 100,
			  .ended_ms = 200,
			  .outcome = OUTCOME_ABANDONED_RINGING },
			100, true, 0 },
		{ { .queue = 2, .queued_ms = 100, .ended_ms = 700, .outcome = OUTCOME_TIMEOUT },
			600, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct queue_past *q;

		past_fini(&p);
		past_open(&p);
		saw_effect(1000,
			(struct effect){ .kind = FX_OUTCOME, .contact = 1, .record = rows[i].r });
		past_close(&p);
		q = past_queue(&p, 101);
		if (q->key != 101 || q->n_wait != 1 || q->wait[0].ms != rows[i].wait_ms ||
			q->wait[0].left != rows[i].left)
			fail_msg("row %zu", i);
		assert_int_equal(q->talk.n, rows[i].talk_ms ? 1 : 0);
		assert_int_equal(rows[i].talk_ms ? q->talk.ms[0] : 0, rows[i].talk_ms);
		assert_int_equal(q->n_handled, rows[i].r.connected_ms ? 1 : 0);
		assert_int_equal(p.queue[0].n_wait, 1);
		assert_int_equal(past_queue(&p, 100)->key, 0); /* nothing is known of it alone */
	}
}

static void duties_wrap_ups_and_prompts(void **state)
{
	(void)state;
	saw((struct event){ .at_ms = 10, .kind = EV_SIGN_IN, .attempt = 2, .value = 1 });
	saw((struct event){ .at_ms = 20, .kind = EV_SIGN_OUT, .attempt = 2 });
	saw((struct event){ .at_ms = 30, .kind = EV_PAUSE, .attempt = 1, .value = 4 });
	saw((struct event){ .at_ms = 30, .kind = EV_PAUSE, .attempt = 3, .value = 4 });
	assert_int_equal(p.n_duties, 3); /* there is no third agent */
	assert_int_equal(p.duty[0].agent, 201);
	assert_int_equal(p.duty[0].queue, 100);
	assert_int_equal(p.duty[1].queue, 0);
	assert_int_equal(p.duty[2].agent, 200);
	assert_int_equal(p.duty[2].value, 4);

	saw_effect(5000, (struct effect){ .kind = FX_OUTCOME,
				 .contact = 1,
				 .record = { .queue = 1,
					 .queued_ms = 100,
					 .connected_ms = 200,
					 .ended_ms = 5000,
					 .agent = 2 } });
	saw((struct event){ .at_ms = 7000, .kind = EV_WRAP_UP_DONE, .attempt = 2 });
	saw((struct event){ .at_ms = 9000, .kind = EV_WRAP_UP_DONE, .attempt = 2 });
	assert_int_equal(p.queue[0].wrap_up.n, 1);
	assert_int_equal(p.queue[0].wrap_up.ms[0], 2000);

	assert_int_equal(past_prompt_ms(&p, 501, 77), 77);
	saw_effect(9000, (struct effect){ .kind = FX_PLAY, .attempt = 11, .prompt = 2 });
	saw((struct event){
		.at_ms = 9500, .kind = EV_PLAY_ENDED, .attempt = 11, .value = PLAY_CANCELLED });
	saw_effect(9500, (struct effect){ .kind = FX_PLAY, .attempt = 12, .prompt = 2 });
	saw((struct event){
		.at_ms = 11500, .kind = EV_PLAY_ENDED, .attempt = 12, .value = PLAY_DONE });
	assert_int_equal(past_prompt_ms(&p, 501, 77), 2000);
	assert_int_equal(past_prompt_ms(&p, 500, 77), 2000); /* as long as others */
	past_close(&p);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, open_past, close_past)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(callers),
		ROW(rings),
		ROW(waits_and_talks),
		ROW(duties_wrap_ups_and_prompts),
	};

	return cmocka_run_group_tests_name("whatif past", tests, NULL, NULL);
}
