/* Messages on their way: order, limits, repetitions, ends; and lives of it in bad weather. */
#include "bot/base/rng.h"
#include "graph/chat/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct outbox_out out;

static enum err put(struct outbox *o, enum outbox_kind kind, uint32_t chat, uint32_t handle,
	const char *message)
{
	return outbox_put(o,
		&(struct outbox_in){ .kind = kind,
			.chat = chat,
			.handle = handle,
			.known = true,
			.message = message,
			.until_ms = 600000 },
		NULL);
}

static enum outbox_end answer(struct outbox *o, uint64_t now, uint32_t number, int status,
	uint64_t retry_after_ms, const char *code)
{
	struct outbox_out which;

	return outbox_got(
		o, now, number, &(struct outbox_answer){ status, retry_after_ms, code }, &which);
}

static void says(struct outbox *o, uint64_t now, const char *message)
{
	assert_true(outbox_next(o, now, &out));
	assert_int_not_equal(out.kind, OUTBOX_DEAD);
	assert_string_equal(out.message, message);
}

static void one_after_another_within_a_chat(void **state)
{
	struct outbox *o = outbox_new(8, 1);

	(void)state;
	assert_int_equal(put(o, OUTBOX_SEND, 0, 0, "a"), OK);
	assert_int_equal(put(o, OUTBOX_SEND, 0, 0, "b"), OK);
	assert_int_equal(put(o, OUTBOX_SEND, 5, 0, "c"), OK);
	says(o, 0, "a");
	answer(o, 1, out.number + 7, 200, UINT64_MAX, "");
	assert_true(outbox_next(o, 0, &out) && !strcmp(out.message, "c"));
	assert_false(outbox_next(o, 1, &out));
	assert_int_equal(answer(o, 2, 1, 201, UINT64_MAX, ""), OUTBOX_DONE);
	assert_int_equal(answer(o, 2, 1, 201, UINT64_MAX, ""), OUTBOX_STALE);
	says(o, 3, "b");
	outbox_free(o);
}

static void an_edit_takes_the_place_of_what_waits(void **state)
{
	struct outbox *o = outbox_new(8, 1);
	uint32_t first;

	(void)state;
	assert_int_equal(put(o, OUTBOX_SEND, 0, 0, "before"), OK);
	assert_int_equal(put(o, OUTBOX_SEND, 0, 9, "offer"), OK);
	says(o, 0, "before");
	first = out.number;
	assert_int_equal(put(o, OUTBOX_EDIT, 0, 9, "taken"), OK);
	answer(o, 0, first, 200, UINT64_MAX, "");
	says(o, 0, "taken");
	assert_int_equal(out.kind, OUTBOX_SEND); /* the offer was never sent: its place, its way */
	first = out.number;
	/* On its way: what comes now goes behind, and of two only the later. */
	assert_int_equal(put(o, OUTBOX_EDIT, 0, 9, "gone"), OK);
	assert_int_equal(put(o, OUTBOX_EDIT, 0, 9, "gone for good"), OK);
	answer(o, 0, first, 200, UINT64_MAX, "");
	says(o, 0, "gone for good");
	assert_int_equal(out.kind, OUTBOX_EDIT);
	answer(o, 0, out.number, 200, UINT64_MAX, "");
	assert_int_equal(outbox_deadline_ms(o, 0), UINT64_MAX);
	outbox_free(o);
}

static void a_chat_is_opened_before_its_first_message(void **state)
{
	struct outbox *o = outbox_new(8, 1);
	struct outbox_in in = { OUTBOX_SEND, 3, 1, false, "hello", 60000 };

	(void)state;
	assert_int_equal(outbox_put(o, &in, NULL), OK);
	assert_true(outbox_next(o, 0, &out));
	assert_int_equal(out.kind, OUTBOX_OPEN);
	assert_false(outbox_next(o, 1, &out));
	assert_int_equal(answer(o, 2, 1, 201, UINT64_MAX, ""), OUTBOX_DONE);
	says(o, 3, "hello");
	assert_int_equal(out.kind, OUTBOX_SEND);
	outbox_free(o);
}

static void what_helps_is_repeated_and_never_early(void **state)
{
	static const int statuses[] = { 0, 408, 412, 429, 502, 503, 504 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct outbox *o = outbox_new(2, i);
		uint64_t due;

		assert_int_equal(put(o, OUTBOX_SEND, 0, 0, "x"), OK);
		says(o, 0, "x");
		assert_int_equal(answer(o, 100, out.number, statuses[i], 2500, ""), OUTBOX_AGAIN);
		due = outbox_deadline_ms(o, 100);
		assert_true(due >= 2600 && due <= 2600 + OUTBOX_BASE_MS);
		assert_false(outbox_next(o, due - 1, &out));
		says(o, due, "x");
		assert_int_equal(out.attempts, 2);
		outbox_free(o);
	}
}

static void dies(struct outbox *o, uint64_t now, const char *reason)
{
	assert_true(outbox_next(o, now, &out));
	assert_int_equal(out.kind, OUTBOX_DEAD);
	if (!strstr(out.reason, reason))
		fail_msg("dead of \"%s\", not \"%s\"", out.reason, reason);
}

static void what_does_not_help_is_given_up(void **state)
{
	static const int statuses[] = { 400, 401, 404, 413, 500 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct outbox *o = outbox_new(4, 1);
		char reason[16];

		assert_int_equal(put(o, OUTBOX_SEND, 0, 4, "x"), OK);
		says(o, 0, "x");
		assert_int_equal(put(o, OUTBOX_EDIT, 0, 4, "y"), OK);
		assert_int_equal(put(o, OUTBOX_SEND, 0, 0, "z"), OK);
		assert_int_equal(
			answer(o, 0, out.number, statuses[i], UINT64_MAX, "Word"), OUTBOX_REFUSED);
		snprintf(reason, sizeof(reason), "%d Word", statuses[i]);
		dies(o, 0, reason);
		dies(o, 0, reason); /* its edit too: there is nothing to edit */
		says(o, 0, "z");    /* but what else waits goes on */
		outbox_free(o);
	}
}

static void so_many_attempts_and_no_more(void **state)
{
	struct outbox *o = outbox_new(2, 1);
	uint64_t now = 0;

	(void)state;
	assert_int_equal(put(o, OUTBOX_SEND, 0, 0, "x"), OK);
	for (int i = 1; i <= OUTBOX_ATTEMPTS_MAX; i++) {
		now = outbox_deadline_ms(o, now);
		says(o, now, "x");
		assert_int_equal(answer(o, now, out.number, 502, UINT64_MAX, ""),
			i < OUTBOX_ATTEMPTS_MAX ? OUTBOX_AGAIN : OUTBOX_REFUSED);
	}
	dies(o, now, "502");
	outbox_free(o);
}

static void who_says_when_is_come_back_to(void **state)
{
	struct outbox *o = outbox_new(2, 1);
	uint64_t now = 0;

	(void)state;
	assert_int_equal(put(o, OUTBOX_SEND, 0, 0, "x"), OK);
	for (int i = 0; i < 4 * OUTBOX_ATTEMPTS_MAX; i++) {
		now = outbox_deadline_ms(o, now);
		says(o, now, "x");
		assert_int_equal(answer(o, now, out.number, 429, 1000, ""), OUTBOX_AGAIN);
		assert_true(outbox_deadline_ms(o, now) >= now + 1000);
	}
	outbox_free(o);
}

static void too_late_is_given_up(void **state)
{
	struct outbox *o = outbox_new(2, 1);

	(void)state;
	assert_int_equal(put(o, OUTBOX_SEND, 0, 0, "x"), OK);
	says(o, 0, "x");
	assert_int_equal(answer(o, 0, out.number, 429, 700000, ""), OUTBOX_REFUSED);
	dies(o, 0, "429");
	assert_int_equal(put(o, OUTBOX_SEND, 0, 0, "y"), OK);
	dies(o, 600000, "too late");
	outbox_free(o);
}

static void no_answer_counts_as_lost(void **state)
{
	struct outbox *o = outbox_new(2, 1);
	uint32_t lost;

	(void)state;
	assert_int_equal(put(o, OUTBOX_SEND, 0, 0, "x"), OK);
	says(o, 0, "x");
	lost = out.number;
	assert_int_equal(outbox_deadline_ms(o, 0), OUTBOX_FLIGHT_MS);
	assert_false(outbox_next(o, OUTBOX_FLIGHT_MS - 1, &out));
	outbox_next(o, OUTBOX_FLIGHT_MS, &out);
	says(o, OUTBOX_FLIGHT_MS + OUTBOX_BASE_MS, "x");
	assert_int_equal(
		answer(o, OUTBOX_FLIGHT_MS + 600, lost, 200, UINT64_MAX, ""), OUTBOX_STALE);
	outbox_free(o);
}

static void who_does_not_want_us_is_left_alone(void **state)
{
	static const struct {
		int status;
		const char *code;
	} rows[] = { { 403, "MessageWritesBlocked" }, { 404, "ConversationNotFound" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct outbox *o = outbox_new(4, 1);

		assert_int_equal(put(o, OUTBOX_SEND, 0, 1, "x"), OK);
		assert_int_equal(put(o, OUTBOX_SEND, 0, 2, "y"), OK);
		assert_int_equal(put(o, OUTBOX_SEND, 1, 3, "to another"), OK);
		says(o, 0, "x");
		assert_null(outbox_blocked(o, 0));
		assert_int_equal(
			answer(o, 0, out.number, rows[i].status, 1, rows[i].code), OUTBOX_REFUSED);
		assert_non_null(strstr(outbox_blocked(o, 0), rows[i].code));
		assert_int_equal(put(o, OUTBOX_SEND, 0, 0, "z"), E_DENIED);
		dies(o, 0, rows[i].code);
		assert_true(outbox_next(o, 0, &out));
		if (out.kind == OUTBOX_DEAD)
			says(o, 0, "to another");
		else
			dies(o, 0, rows[i].code);
		outbox_unblock(o, 0);
		assert_int_equal(put(o, OUTBOX_SEND, 0, 0, "z"), OK);
		outbox_free(o);
	}
}

static void the_one_too_many_is_refused(void **state)
{
	struct outbox *o = outbox_new(2, 1);

	(void)state;
	assert_int_equal(put(o, OUTBOX_SEND, 0, 1, "a"), OK);
	assert_int_equal(put(o, OUTBOX_SEND, 9, 0, "b"), OK);
	assert_int_equal(put(o, OUTBOX_SEND, 1, 0, "c"), E_LIMIT);
	assert_int_equal(put(o, OUTBOX_EDIT, 0, 1, "d"), OK); /* takes a place that is there */
	outbox_forget(o, 9);
	assert_int_equal(put(o, OUTBOX_SEND, 1, 0, "c"), OK);
	outbox_free(o);
}

/* No window of any length of Teams' holds more than it may, however messages come. */
enum { SENT_MAX = 20000, CHATS = 40 };
static uint64_t sent_at[SENT_MAX];
static uint32_t sent_chat[SENT_MAX];

static unsigned fullest(size_t n, uint32_t chat, uint64_t window_ms)
{
	unsigned most = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned in = 0;

		if (chat != UINT32_MAX && sent_chat[i] != chat)
			continue;
		for (size_t j = i; j < n && sent_at[j] < sent_at[i] + window_ms; j++)
			in += chat == UINT32_MAX || sent_chat[j] == chat;
		if (in > most)
			most = in;
	}
	return most;
}

static size_t drain(struct outbox *o, uint64_t *now, size_t n)
{
	while (outbox_next(o, *now, &out)) {
		assert_int_not_equal(out.kind, OUTBOX_DEAD);
		assert_true(n < SENT_MAX);
		sent_at[n] = *now;
		sent_chat[n++] = out.chat;
		answer(o, *now, out.number, 200, UINT64_MAX, "");
	}
	return n;
}

static void one_chat_stays_within_its_limits(void **state)
{
	struct outbox *o = outbox_new(64, 1);
	uint64_t now = 5;
	size_t n = 0;

	(void)state;
	while (n < 2500) {
		while (outbox_put(o,
			       &(struct outbox_in){ OUTBOX_SEND, 0, 0, true, "x", UINT64_MAX },
			       NULL) == OK)
			;
		n = drain(o, &now, n);
		now = outbox_deadline_ms(o, now);
	}
	assert_in_range(fullest(n, 0, 1000), 3, 7);
	assert_in_range(fullest(n, 0, 2000), 4, 8);
	assert_in_range(fullest(n, 0, 30000), 30, 60);
	assert_in_range(fullest(n, 0, 3600000), 1700, 1800);
	outbox_free(o);
}

static void all_chats_stay_within_the_bots(void **state)
{
	struct outbox *o = outbox_new(CHATS * 10, 1);
	uint64_t now = 5;
	size_t n = 0;

	(void)state;
	for (uint32_t i = 0; i < CHATS * 10; i++)
		assert_int_equal(put(o, OUTBOX_SEND, i % CHATS, 0, "x"), OK);
	while (n < CHATS * 10) {
		n = drain(o, &now, n);
		now = outbox_deadline_ms(o, now);
	}
	assert_in_range(fullest(n, UINT32_MAX, 1000), 25, 30);
	assert_in_range(sent_at[n - 1], 10000, 60000); /* and nobody waits much longer than that */
	outbox_free(o);
}

/* Any answers in any order: each message ends once, each chat in its order, and nothing is left. */
struct life {
	struct outbox *o;
	struct rng rng;
	uint64_t now;
	unsigned put, ended;
	uint32_t flying[64];
	size_t n_flying;
	int last[CHATS];
};

static void life_answer(struct life *l, bool calm)
{
	static const int statuses[] = { 200, 201, 200, 429, 502, 412, 400, 404, 0 };
	size_t i = rng_below(&l->rng, l->n_flying);
	uint32_t number = l->flying[i];
	int status = calm ? 200 : statuses[rng_below(&l->rng, ARRAY_LEN(statuses))];
	struct outbox_out which;

	l->flying[i] = l->flying[--l->n_flying];
	if (!calm && rng_below(&l->rng, 20) == 0)
		return; /* lost */
	if (outbox_got(l->o, l->now, number,
		    &(struct outbox_answer){ status, rng_below(&l->rng, 2) ? 900 : UINT64_MAX, "" },
		    &which) == OUTBOX_DONE)
		l->ended++;
}

static void life_next(struct life *l)
{
	while (l->n_flying < ARRAY_LEN(l->flying) && outbox_next(l->o, l->now, &out)) {
		int number;

		if (out.kind == OUTBOX_DEAD) {
			l->ended++;
			continue;
		}
		number = (int)strtol(out.message, NULL, 10);
		assert_true(number >= l->last[out.chat]);
		l->last[out.chat] = number;
		l->flying[l->n_flying++] = out.number;
	}
}

static void life(uint64_t seed)
{
	struct life l = { .o = outbox_new(32, seed), .rng = { seed }, .now = 1 };
	char text[16];

	for (int i = 0; i < 400; i++) {
		snprintf(text, sizeof(text), "%d", i);
		if (put(l.o, OUTBOX_SEND, (uint32_t)rng_below(&l.rng, 5), 0, text) == OK)
			l.put++;
		life_next(&l);
		if (l.n_flying && rng_below(&l.rng, 2))
			life_answer(&l, false);
		l.now += rng_below(&l.rng, 700);
	}
	for (int i = 0; i < 4000 && l.ended < l.put; i++) {
		uint64_t due;

		life_next(&l);
		while (l.n_flying)
			life_answer(&l, true);
		due = outbox_deadline_ms(l.o, l.now);
		l.now = due != UINT64_MAX && due > l.now ? due : l.now;
	}
	if (l.ended != l.put)
		fail_msg("SEED=%llu: %u put, %u ended", (unsigned long long)seed, l.put, l.ended);
	outbox_free(l.o);
}

static void lives(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++)
		life(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_after_another_within_a_chat),
		cmocka_unit_test(an_edit_takes_the_place_of_what_waits),
		cmocka_unit_test(a_chat_is_opened_before_its_first_message),
		cmocka_unit_test(what_helps_is_repeated_and_never_early),
		cmocka_unit_test(what_does_not_help_is_given_up),
		cmocka_unit_test(so_many_attempts_and_no_more),
		cmocka_unit_test(who_says_when_is_come_back_to),
		cmocka_unit_test(too_late_is_given_up),
		cmocka_unit_test(no_answer_counts_as_lost),
		cmocka_unit_test(who_does_not_want_us_is_left_alone),
		cmocka_unit_test(the_one_too_many_is_refused),
		cmocka_unit_test(one_chat_stays_within_its_limits),
		cmocka_unit_test(all_chats_stay_within_the_bots),
		cmocka_unit_test(lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
