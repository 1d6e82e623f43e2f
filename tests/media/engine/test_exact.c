/* The mixer against the slow and obvious: bit for bit over random matrices, and never wrapping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/rng.h"
#include "tests/media/engine/rig.h"

enum { FRAME = PHONE_FRAME, SECOND = PHONE_RATE, CROWD = 10, ROUNDS = 30, TICKS = 6, LATER = 1 };

static int16_t said[CROWD][5 * SECOND];

static int voices(void **state)
{
	(void)state;
	for (size_t i = 0; i < CROWD; i++)
		voice(50 + i, said[i], ARRAY_LEN(said[i]));
	return 0;
}

static int16_t clipped(int64_t v)
{
	return (int16_t)(v > INT16_MAX ? INT16_MAX : v < INT16_MIN ? INT16_MIN : v);
}

/* What is said in a frame is heard LATER frames after it. */
static void compare(const struct rig *r, int gain[CROWD][CROWD], size_t from, size_t to)
{
	for (size_t l = 0; l < CROWD; l++)
		for (size_t i = from; i < to; i++) {
			int64_t sum = 0;

			for (size_t t = 0; t < CROWD; t++)
				if (gain[l][t] != ENGINE_DEAF)
					sum += ((int64_t)said[t][i - LATER * FRAME] *
							       gain_of_cb(gain[l][t]) +
						       GAIN_UNITY / 2) >>
					       GAIN_BITS;
			if (r->phone[l].heard[i] != clipped(sum))
				fail_msg("listener %zu sample %zu: %d, not %d", l, i,
					r->phone[l].heard[i], clipped(sum));
		}
}

/* Mostly everybody plainly, as in a conference; mostly nobody; or anything. */
static int any_gain(struct rng *rng, unsigned style)
{
	unsigned die = (unsigned)rng_below(rng, 100);

	if (style == 0)
		return die < 90 ? 0 : die < 95 ? ENGINE_DEAF : -30;
	if (style == 1)
		return die < 80 ? ENGINE_DEAF : 0;
	return die < 30 ? 0 : die < 60 ? ENGINE_DEAF : (int)rng_below(rng, 400) - 300;
}

static void any_matrix_is_mixed_to_the_bit(void **state)
{
	struct engine_conf conf;
	struct rng rng = { 11 };
	int gain[CROWD][CROWD];
	struct rig *r;

	(void)state;
	engine_conf_default(&conf);
	conf.hears_max = CROWD;
	r = rig_new(&conf);
	for (size_t i = 0; i < CROWD; i++) {
		rig_phone(r, 1, true);
		rig_say(r, i, said[i], ARRAY_LEN(said[i]));
		for (size_t t = 0; t < CROWD; t++)
			gain[i][t] = ENGINE_DEAF;
	}
	rig_run(r, 4);
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t l = 0; l < CROWD; l++)
			for (size_t t = 0; t < CROWD; t++) {
				if (l == t)
					continue;
				gain[l][t] = any_gain(&rng, (unsigned)round % 3);
				assert_int_equal(
					engine_hear(r->e, r->leg[l], r->leg[t], gain[l][t], 20),
					OK);
			}
		rig_run(r, TICKS);
		/* Who was not heard by anybody before fades in, in the first frame. */
		compare(r, gain, r->phone[0].n_heard - (TICKS - 2) * FRAME, r->phone[0].n_heard);
	}
	rig_free(r);
}

/* Eight at -17 dBFS are out of range in one sample of a hundred: those saturate. */
static void eight_loud_talkers_saturate_and_do_not_wrap(void **state)
{
	enum { TALKERS = 8 };
	static int16_t loud[TALKERS][3 * SECOND];
	struct rig *r = rig_new(NULL);
	struct rng rng = { 5 };
	double signal = 0, noise = 0;

	(void)state;
	for (size_t i = 0; i <= TALKERS; i++)
		rig_phone(r, 1, true);
	for (size_t t = 0; t < TALKERS; t++) {
		for (size_t i = 0; i < 3 * SECOND; i++) {
			double sum = -2; /* of four even chances, which is nearly a bell */

			for (int k = 0; k < 4; k++)
				sum += (double)rng_below(&rng, 10000) / 10000;
			loud[t][i] = clipped(lrint(32768 * pow(10, -17 / 20.0) * sqrt(3) * sum));
		}
		rig_say(r, t, loud[t], 3 * SECOND);
		assert_int_equal(engine_hear(r->e, r->leg[TALKERS], r->leg[t], 0, 20), OK);
	}
	rig_run(r, 140);
	for (size_t i = 10 * FRAME; i < 140 * FRAME; i++) {
		double sum = 0;

		for (size_t t = 0; t < TALKERS; t++)
			sum += loud[t][i - LATER * FRAME];
		signal += sum * sum;
		noise += pow(sum - r->phone[TALKERS].heard[i], 2);
	}
	assert_true(noise > 0); /* some did */
	if (10 * log10(signal / noise) < 25)
		fail_msg("%.1f dB", 10 * log10(signal / noise));
	rig_free(r);
}

/* A packet of half a frame leaves half a frame behind: silence follows it, not itself again. */
static void who_stops_amid_a_frame_is_silent(void **state)
{
	enum { TALKS = 30, RESTS = 40 };
	struct rig *r = rig_new(NULL);
	struct phone *talker;
	uint8_t payload[200];
	int bytes;

	(void)state;
	rig_phone(r, 1, false);
	rig_phone(r, 1, true);
	talker = &r->phone[0];
	assert_int_equal(engine_hear(r->e, r->leg[1], r->leg[0], 0, 0), OK);
	bytes = opus_encode(talker->encoder, said[0], FRAME / 2, payload, sizeof(payload));
	assert_true(bytes > 0);
	phone_send(talker, 111, false, talker->ts, payload, (size_t)bytes);
	talker->ts += phone_ticks(talker) / 2;
	rig_await_arrival(r, 0);
	rig_say(r, 0, said[0] + FRAME / 2, TALKS * FRAME);
	rig_run(r, TALKS + RESTS);
	assert_true(rms(r->phone[1].heard + (TALKS - 10) * FRAME, 10 * FRAME) > 100);
	for (size_t i = (TALKS + 10) * FRAME; i < (TALKS + RESTS) * FRAME; i++)
		if (r->phone[1].heard[i])
			fail_msg("%d at sample %zu of silence", r->phone[1].heard[i], i);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_matrix_is_mixed_to_the_bit),
		cmocka_unit_test(who_stops_amid_a_frame_is_silent),
		cmocka_unit_test(eight_loud_talkers_saturate_and_do_not_wrap),
	};

	return cmocka_run_group_tests(tests, voices, NULL);
}
