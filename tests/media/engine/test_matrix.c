/* Who hears whom: exact on L16 legs, by correlation and level on Opus ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/engine/rig.h"

enum { FRAME = PHONE_FRAME, SECOND = PHONE_RATE, CROWD = 7, LATER = 1 };

static int16_t said[CROWD][4 * SECOND];

static int voices(void **state)
{
	(void)state;
	for (size_t i = 0; i < CROWD; i++)
		voice(10 + i, said[i], ARRAY_LEN(said[i]));
	return 0;
}

static void hear(struct rig *r, size_t listener, size_t talker, int gain_cb)
{
	assert_int_equal(engine_hear(r->e, r->leg[listener], r->leg[talker], gain_cb, 60), OK);
}

static int16_t clipped(int32_t v)
{
	return (int16_t)(v > INT16_MAX ? INT16_MAX : v < INT16_MIN ? INT16_MIN : v);
}

/* Every other one plainly, but some with a gain and one not at all. */
static int gain_of(size_t listener, size_t talker)
{
	if (listener == talker || (listener == 0 && talker == 3))
		return ENGINE_DEAF;
	return (listener + talker) % 5 == 0 ? -60 : 0;
}

static void a_crowd_hears_exactly_the_sum_of_the_others(void **state)
{
	struct rig *r = rig_new(NULL);
	int32_t half = gain_of_cb(-60);

	(void)state;
	for (size_t i = 0; i < CROWD; i++)
		rig_phone(r, 5, true);
	for (size_t l = 0; l < CROWD; l++)
		for (size_t t = 0; t < CROWD; t++)
			if (l != t)
				hear(r, l, t, gain_of(l, t));
	for (size_t i = 0; i < CROWD; i++)
		rig_say(r, i, said[i], 2 * SECOND);
	rig_run(r, 80);
	/* Past the ramps; what is said in a frame is heard LATER frames after it. */
	for (size_t l = 0; l < CROWD; l++)
		for (size_t i = 20 * FRAME; i < 80 * FRAME; i++) {
			int32_t sum = 0;

			for (size_t t = 0; t < CROWD; t++) {
				int32_t v = said[t][i - LATER * FRAME];
				int g = gain_of(l, t);

				sum += g == 0 ? v : g == -60 ? (v * half + 8192) >> 14 : 0;
			}
			if (r->phone[l].heard[i] != clipped(sum))
				fail_msg("listener %zu sample %zu: %d, not %d", l, i,
					r->phone[l].heard[i], clipped(sum));
		}
	rig_free(r);
}

static void rooms_and_lone_legs_hear_nothing_of_others(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t a = rig_phone(r, 1, true), b = rig_phone(r, 2, true), c = rig_phone(r, 1, true);

	(void)state;
	assert_int_equal(engine_hear(r->e, r->leg[a], r->leg[b], 0, 0), E_DENIED);
	assert_int_equal(engine_hear(r->e, r->leg[a], r->leg[a], 0, 0), E_DENIED);
	assert_int_equal(engine_hear(r->e, r->leg[a], r->leg[c], ENGINE_DEAF, 0), OK);
	for (size_t i = 0; i < r->n; i++)
		rig_say(r, i, said[i], SECOND);
	rig_run(r, 40);
	for (size_t i = 0; i < r->n; i++)
		assert_int_equal(rms(r->phone[i].heard, r->phone[i].n_heard), 0);
	rig_free(r);
}

/* Whisper: the agent hears the supervisor, the caller does not. */
static void whisper_is_one_cell_of_the_matrix(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t caller = rig_phone(r, 1, true), agent = rig_phone(r, 1, true);
	size_t supervisor = rig_phone(r, 1, true);

	(void)state;
	hear(r, caller, agent, 0);
	hear(r, agent, caller, 0);
	hear(r, agent, supervisor, 0);
	rig_say(r, supervisor, said[2], SECOND);
	rig_run(r, 40);
	assert_int_equal(rms(r->phone[caller].heard, 40 * FRAME), 0);
	assert_memory_equal(
		r->phone[agent].heard + 10 * FRAME, said[2] + 9 * FRAME, 30 * FRAME * 2);
	hear(r, agent, supervisor, ENGINE_DEAF);
	rig_run(r, 10);
	assert_int_equal(rms(r->phone[agent].heard + 44 * FRAME, 6 * FRAME), 0);
	rig_free(r);
}

/* From music to an agent who is talking already, and the agent's leg closes in mid-word. */
static void nothing_clicks_at_a_hand_over(void **state)
{
	static int16_t low[4 * SECOND], lower[4 * SECOND];
	struct rig *r = rig_new(NULL);
	size_t caller = rig_phone(r, 1, true), agent = rig_phone(r, 1, true);
	const int16_t *h = r->phone[caller].heard;
	uint32_t m;
	int most = 0;

	(void)state;
	tone(200, 8000, low, ARRAY_LEN(low));
	tone(130, 8000, lower, ARRAY_LEN(lower));
	m = rig_sound(r, low, SECOND);
	assert_int_equal(engine_hold(r->e, r->leg[caller], 1, m, NULL, 0, 60000), OK);
	rig_say(r, agent, lower, ARRAY_LEN(lower));
	rig_run(r, 30);
	assert_int_equal(engine_stop(r->e, r->leg[caller]), OK);
	hear(r, caller, agent, 0);
	rig_run(r, 30);
	assert_memory_equal(h + 40 * FRAME, lower + 39 * FRAME, 20 * FRAME * 2);
	assert_int_equal(engine_leg_close(r->e, r->leg[agent]), OK);
	rig_run(r, 10);
	assert_int_equal(rms(h + 61 * FRAME, 9 * FRAME), 0);
	for (size_t i = 1; i < r->phone[caller].n_heard; i++)
		most = abs(h[i] - h[i - 1]) > most ? abs(h[i] - h[i - 1]) : most;
	assert_true(most < 8000 * 2 * M_PI * (200 + 130) / PHONE_RATE + 60);
	assert_int_equal(r->phone[caller].breaks, 0);
	rig_free(r);
}

static double heard_of(const struct phone *p, size_t from, const int16_t *voice_said)
{
	size_t lag = 0;

	return correlation(
		p->heard + from, SECOND / 2, voice_said + from - 5 * FRAME, 6 * FRAME, &lag);
}

static void opus_legs_hear_each_other_and_not_themselves(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t a = rig_phone(r, 9, false), b = rig_phone(r, 9, false);
	struct phone *pa = &r->phone[a], *pb = &r->phone[b];

	(void)state;
	hear(r, a, b, 0);
	hear(r, b, a, 0);
	rig_say(r, a, said[0], 4 * SECOND);
	rig_run(r, 60);
	/* Only a talks: b hears it, and of it nothing comes back. */
	assert_true(heard_of(pb, 30 * FRAME, said[0]) > 0.9);
	assert_true(db(rms(pa->heard, pa->n_heard) / rms(said[0], 60 * FRAME)) <= -60);
	rig_say(r, b, said[1] + 60 * FRAME, 2 * SECOND);
	rig_run(r, 60);
	assert_true(heard_of(pa, 70 * FRAME, said[1]) > 0.9);
	assert_true(heard_of(pb, 70 * FRAME, said[0]) > 0.9);
	assert_true(heard_of(pa, 70 * FRAME, said[0]) < 0.1);
	assert_true(heard_of(pb, 70 * FRAME, said[1]) < 0.1);
	assert_int_equal(pa->breaks + pb->breaks, 0);
	rig_free(r);
}

static void who_is_not_heard_is_not_decoded_but_may_press(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t a = rig_phone(r, 9, false), b = rig_phone(r, 9, false);
	struct engine_stats before, after;

	(void)state;
	hear(r, b, a, ENGINE_DEAF);
	rig_say(r, a, said[0], 2 * SECOND);
	rig_run(r, 30);
	phone_press(&r->phone[a], 11, 5);
	rig_run(r, 5);
	engine_stats(r->e, &before);
	assert_int_equal(before.frames_decoded, 0);
	assert_int_equal(before.packets_in, 35 + 7);
	assert_int_equal(rig_events(r, ENGINE_DTMF, a), 1);
	hear(r, b, a, -10); /* not at unity, so that nothing is just passed on */
	rig_run(r, 30);
	engine_stats(r->e, &after);
	assert_int_equal(after.frames_decoded, 30);
	rig_free(r);
}

/* A listener who joins in mid-word hears the very words, at their level, from the first frames. */
static void joining_in_mid_word_is_no_burst(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t a = rig_phone(r, 9, false), b = rig_phone(r, 9, false);
	const int16_t *h = r->phone[b].heard;

	(void)state;
	rig_say(r, a, said[0], 3 * SECOND);
	rig_run(r, 50);
	assert_int_equal(engine_hear(r->e, r->leg[b], r->leg[a], 0, 20), OK);
	rig_run(r, 40);
	for (int f = 50; f < 56; f++)
		assert_true(rms(h + f * FRAME, FRAME) <
			    1.4 * rms(said[0] + (f - 2) * FRAME, 2 * FRAME));
	assert_true(heard_of(&r->phone[b], 53 * FRAME, said[0]) > 0.9);
	rig_free(r);
}

static void lost_packets_are_concealed_and_counted(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t a = rig_phone(r, 9, false), b = rig_phone(r, 9, false);
	struct engine_stats s;

	(void)state;
	hear(r, b, a, -10);
	rig_say(r, a, said[0], 4 * SECOND);
	for (int i = 0; i < 9; i++) {
		rig_run(r, 10);
		r->phone[a].seq++; /* one said into the void */
		r->phone[a].ts += 960;
		r->says[a] += FRAME;
		r->n_says[a] -= FRAME;
		engine_wake(r->e, r->now_ns);
		r->now_ns += PACE_TICK_NS;
		assert_true(phone_await(&r->phone[b]) && phone_await(&r->phone[a]));
	}
	rig_run(r, 10);
	engine_stats(r->e, &s);
	assert_int_equal(s.packets_lost, 9);
	assert_int_equal(s.frames_concealed, 9);
	for (int f = 5; f < 100; f++)
		assert_true(rms(r->phone[b].heard + f * FRAME, FRAME) > 200);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crowd_hears_exactly_the_sum_of_the_others),
		cmocka_unit_test(rooms_and_lone_legs_hear_nothing_of_others),
		cmocka_unit_test(whisper_is_one_cell_of_the_matrix),
		cmocka_unit_test(nothing_clicks_at_a_hand_over),
		cmocka_unit_test(opus_legs_hear_each_other_and_not_themselves),
		cmocka_unit_test(who_is_not_heard_is_not_decoded_but_may_press),
		cmocka_unit_test(joining_in_mid_word_is_no_burst),
		cmocka_unit_test(lost_packets_are_concealed_and_counted),
	};

	return cmocka_run_group_tests(tests, voices, NULL);
}
