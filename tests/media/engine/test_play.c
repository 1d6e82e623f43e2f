/* What a leg's player does, sample by sample: L16 legs hear exactly what was mixed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/engine/rig.h"

enum { FRAME = PHONE_FRAME, SECOND = PHONE_RATE };

static int16_t long_voice[10 * SECOND], other_voice[10 * SECOND];

static int voices(void **state)
{
	(void)state;
	voice(1, long_voice, ARRAY_LEN(long_voice));
	voice(2, other_voice, ARRAY_LEN(other_voice));
	return 0;
}

/* The largest step between neighbours of heard, beyond what its parts have themselves. */
static int step_max(const int16_t *a, size_t n)
{
	int most = 0;

	for (size_t i = 1; i < n; i++)
		most = abs(a[i] - a[i - 1]) > most ? abs(a[i] - a[i - 1]) : most;
	return most;
}

static void sounds_come_one_after_another_to_the_sample(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t p = rig_phone(r, 1, true);
	uint32_t list[] = { rig_sound(r, long_voice, 1000), rig_sound(r, other_voice, 1),
		rig_sound(r, other_voice, 777) };
	int16_t want[6 * FRAME] = { 0 };

	(void)state;
	memcpy(want, long_voice, 1000 * sizeof(*want));
	want[1000] = other_voice[0];
	memcpy(want + 1001, other_voice, 777 * sizeof(*want));
	assert_int_equal(engine_play(r->e, r->leg[p], 42, list, 3), OK);
	rig_run(r, 5);
	assert_int_equal(rig_events(r, ENGINE_PLAYED, p), 0);
	rig_run(r, 1); /* 1778 samples end in the sixth frame */
	assert_int_equal(rig_events(r, ENGINE_PLAYED, p), 1);
	assert_int_equal(r->event[0].cookie, 42);
	assert_memory_equal(r->phone[p].heard, want, sizeof(want));
	rig_run(r, 20);
	assert_int_equal(r->n_events, 1);
	assert_int_equal(rms(r->phone[p].heard + 6 * FRAME, 20 * FRAME), 0);
	assert_int_equal(r->phone[p].breaks, 0);
	rig_free(r);
}

static void a_new_play_replaces_the_old_without_a_step(void **state)
{
	static int16_t low[2 * SECOND], lower[2 * SECOND];
	struct rig *r = rig_new(NULL);
	size_t p = rig_phone(r, 1, true), from = 0;
	uint32_t a, b;

	(void)state;
	tone(220, 8000, low, ARRAY_LEN(low));
	tone(110, 4000, lower, ARRAY_LEN(lower));
	a = rig_sound(r, low, ARRAY_LEN(low));
	b = rig_sound(r, lower, ARRAY_LEN(lower));
	assert_int_equal(engine_play(r->e, r->leg[p], 1, &a, 1), OK);
	rig_run(r, 7);
	assert_int_equal(engine_play(r->e, r->leg[p], 2, &b, 1), OK);
	rig_run(r, 10);
	assert_int_equal(engine_stop(r->e, r->leg[p]), OK);
	rig_run(r, 10);
	assert_int_equal(r->n_events, 0); /* replaced and stopped, neither was played */
	assert_true(step_max(r->phone[p].heard, r->phone[p].n_heard) < 1000);
	from = 12 * FRAME; /* 100 ms later the old one is gone */
	assert_memory_equal(r->phone[p].heard + from, lower + 5 * FRAME, 5 * FRAME * 2);
	assert_int_equal(rms(r->phone[p].heard + 22 * FRAME, 5 * FRAME), 0);
	rig_free(r);
}

static void music_loops_and_is_ducked_under_the_announcement(void **state)
{
	static int16_t music[SECOND], speech[SECOND];
	struct rig *r = rig_new(NULL);
	size_t p = rig_phone(r, 1, true);
	const int16_t *h = r->phone[p].heard;
	uint32_t m, s;

	(void)state;
	tone(440, 8000, music, SECOND); /* whole periods: it loops without a seam */
	tone(1000, 6000, speech, SECOND);
	m = rig_sound(r, music, SECOND);
	s = rig_sound(r, speech, SECOND);
	assert_int_equal(engine_hold(r->e, r->leg[p], 1, m, NULL, 0, 1000), OK);
	rig_run(r, 49);
	assert_int_equal(rig_events(r, ENGINE_PLAYED, p), 0);
	rig_run(r, 1);
	assert_int_equal(rig_events(r, ENGINE_PLAYED, p), 1);
	rig_run(r, 50); /* the music goes on */
	assert_memory_equal(h + SECOND, music, sizeof(music));
	assert_int_equal(engine_hold(r->e, r->leg[p], 2, m, &s, 1, 500), OK);
	rig_run(r, 100);
	/* 150 ms (8 frames) down, a second of speech, 400 ms back up. */
	assert_true(fabs(db(amplitude_at(440, h + 2 * SECOND + 10 * FRAME, 40 * FRAME) / 8000) +
			    12) < 0.2);
	assert_true(fabs(amplitude_at(1000, h + 2 * SECOND + 10 * FRAME, 40 * FRAME) - 6000) < 60);
	assert_true(amplitude_at(1000, h + 2 * SECOND, 8 * FRAME) < 60);
	assert_memory_equal(h + 3 * SECOND + 30 * FRAME, music + 30 * FRAME, 20 * FRAME * 2);
	assert_int_equal(rig_events(r, ENGINE_PLAYED, p), 2);
	assert_int_equal(r->event[1].cookie, 2);
	assert_true(step_max(h, r->phone[p].n_heard) < 1400 + 2300);
	rig_free(r);
}

/* Where it begins again it is as loud as anywhere. */
static void music_stopped_where_it_loops_fades_too(void **state)
{
	static int16_t music[SECOND + 16];
	struct rig *r = rig_new(NULL);
	size_t p = rig_phone(r, 1, true);
	uint32_t m;

	(void)state;
	tone(250, 8000, music, ARRAY_LEN(music));
	m = rig_sound(r, music + 16, SECOND); /* from a peak to a peak */
	assert_int_equal(engine_hold(r->e, r->leg[p], 1, m, NULL, 0, 1000), OK);
	rig_run(r, 50);
	assert_int_equal(engine_stop(r->e, r->leg[p]), OK);
	rig_run(r, 20);
	assert_true(step_max(r->phone[p].heard + 49 * FRAME, 21 * FRAME) < 1000);
	assert_int_equal(rms(r->phone[p].heard + 60 * FRAME, 10 * FRAME), 0);
	rig_free(r);
}

/* The period is over before the announcement is: PLAYED waits for its last sample. */
static void played_does_not_cut_the_announcement(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t p = rig_phone(r, 1, true);
	uint32_t s = rig_sound(r, long_voice, SECOND);

	(void)state;
	assert_int_equal(engine_hold(r->e, r->leg[p], 7, 0, &s, 1, 100), OK);
	rig_run(r, 49);
	assert_int_equal(rig_events(r, ENGINE_PLAYED, p), 0);
	rig_run(r, 1);
	assert_int_equal(rig_events(r, ENGINE_PLAYED, p), 1);
	assert_memory_equal(r->phone[p].heard, long_voice, SECOND * 2);
	rig_free(r);
}

static void music_goes_on_from_where_it_stood(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t p = rig_phone(r, 1, true);
	const int16_t *h = r->phone[p].heard;
	uint32_t m = rig_sound(r, long_voice, ARRAY_LEN(long_voice));
	uint32_t say = rig_sound(r, other_voice, 10 * FRAME);

	(void)state;
	assert_int_equal(engine_hold(r->e, r->leg[p], 1, m, NULL, 0, 60000), OK);
	rig_run(r, 20);
	assert_int_equal(engine_hold(r->e, r->leg[p], 2, m, NULL, 0, 60000), OK);
	rig_run(r, 10);
	/* Hold after hold: not one sample is different. */
	assert_memory_equal(h + 10 * FRAME, long_voice + 10 * FRAME, 20 * FRAME * 2);
	assert_int_equal(engine_play(r->e, r->leg[p], 3, &say, 1), OK);
	rig_run(r, 20);
	assert_memory_equal(h + 35 * FRAME, other_voice + 5 * FRAME, 5 * FRAME * 2);
	assert_int_equal(engine_hold(r->e, r->leg[p], 4, m, NULL, 0, 60000), OK);
	rig_run(r, 20);
	/* 30 frames were heard before the prompt; the music comes in over 5 frames. */
	assert_memory_equal(h + 55 * FRAME, long_voice + 35 * FRAME, 15 * FRAME * 2);
	rig_free(r);
}

static void a_sound_that_is_dropped_plays_to_its_end(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t p = rig_phone(r, 1, true);
	uint32_t s = rig_sound(r, long_voice, SECOND), again;
	struct engine_stats stats;

	(void)state;
	assert_int_equal(engine_play(r->e, r->leg[p], 1, &s, 1), OK);
	rig_run(r, 10);
	assert_int_equal(engine_sound_drop(r->e, s), OK);
	assert_int_equal(engine_sound_drop(r->e, s), E_STALE);
	assert_int_equal(engine_play(r->e, r->leg[p], 1, &s, 1), E_STALE);
	assert_int_equal(engine_hold(r->e, r->leg[p], 1, s, NULL, 0, 20), E_STALE);
	again = rig_sound(r, other_voice, SECOND);
	assert_int_not_equal(again, s);
	rig_run(r, 41);
	assert_memory_equal(r->phone[p].heard, long_voice, SECOND * 2);
	engine_stats(r->e, &stats);
	assert_int_equal(stats.sounds, 1);
	rig_free(r);
}

static void silence_costs_nothing_and_the_timeline_goes_on(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t p = rig_phone(r, 1, false);
	uint32_t s = rig_sound(r, long_voice, SECOND);
	struct engine_stats before, after;

	(void)state;
	rig_run(r, 10);
	engine_stats(r->e, &before);
	assert_int_equal(before.frames_encoded, 0);
	assert_int_equal(r->phone[p].small_packets, 10);
	assert_int_equal(engine_play(r->e, r->leg[p], 1, &s, 1), OK);
	rig_run(r, 100);
	engine_stats(r->e, &after);
	/* The first frame, while the track was made; then the encoder comes to rest. */
	assert_int_equal(after.frames_encoded, 1 + 3);
	assert_int_equal(after.frames_stored, 49);
	assert_int_equal(after.encoders, 0);
	assert_int_equal(after.packets_out, 110);
	assert_int_equal(r->phone[p].packets, 110);
	assert_int_equal(r->phone[p].breaks, 0);
	assert_true(rms(r->phone[p].heard + 65 * FRAME, 40 * FRAME) < 1);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sounds_come_one_after_another_to_the_sample),
		cmocka_unit_test(a_new_play_replaces_the_old_without_a_step),
		cmocka_unit_test(music_stopped_where_it_loops_fades_too),
		cmocka_unit_test(music_loops_and_is_ducked_under_the_announcement),
		cmocka_unit_test(played_does_not_cut_the_announcement),
		cmocka_unit_test(music_goes_on_from_where_it_stood),
		cmocka_unit_test(a_sound_that_is_dropped_plays_to_its_end),
		cmocka_unit_test(silence_costs_nothing_and_the_timeline_goes_on),
	};

	return cmocka_run_group_tests(tests, voices, NULL);
}
