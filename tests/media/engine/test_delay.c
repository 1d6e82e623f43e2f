/*
 * Mouth to ear through one room. What is said in a tick is mixed in the next one, codecs and all;
 * before it a packet waits for the tick that finds it, which is one frame at the most. So what
 * these rows allow and a frame are the 50 ms that a quiet network leaves us.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/engine/rig.h"

enum {
	FRAME = PHONE_FRAME,
	FRAMES = 80,
	SAID = 50 * FRAME, /* after a second in which nobody is heard */
	STEP = PHONE_RATE / 200,
	LOUD = 2000,
	ALLOWED = 30 * (PHONE_RATE / 1000),
};

static int16_t burst[FRAMES * FRAME], hum[FRAMES * FRAME], hush[FRAMES * FRAME];

static int sounds(void **state)
{
	(void)state;
	for (int i = 0; i < FRAMES * FRAME; i++) {
		double t = 2 * M_PI * i / PHONE_RATE;

		burst[i] = (int16_t)(i < SAID ? 0 : lrint(12000 * sin(1000 * t)));
		hum[i] = (int16_t)lrint(6000 * sin(200 * t));
	}
	return 0;
}

/* How much of 1 kHz is in 5 ms from x on. */
static double level(const int16_t *x)
{
	double re = 0, im = 0;

	for (int i = 0; i < STEP; i++) {
		re += x[i] * cos(2 * M_PI * 1000 * i / PHONE_RATE);
		im += x[i] * sin(2 * M_PI * 1000 * i / PHONE_RATE);
	}
	return 2 * hypot(re, im) / STEP;
}

static int heard_at(const struct phone *p)
{
	for (int at = 0; at + STEP <= (int)p->n_heard; at += STEP / 5)
		if (level(p->heard + at) > LOUD)
			return at;
	return -1;
}

static const struct {
	const char *name;
	size_t phones;
	const int16_t *second; /* what the second one says; NULL: nothing at all */
	bool is_l16;
} rows[] = {
	{ "a call of two, passed through", 2, hush, false },
	{ "a call of two who code nothing", 2, hush, true },
	{ "one of three breaks the silence", 3, hush, false },
	{ "one of three falls into another's word", 3, hum, false },
	{ "to one who never sent a packet", 3, NULL, false },
	{ "one of eight", 8, hum, false },
};

static void all_hear_all(struct rig *r)
{
	for (size_t l = 0; l < r->n; l++)
		for (size_t t = 0; t < r->n; t++)
			if (l != t)
				assert_int_equal(
					engine_hear(r->e, r->leg[l], r->leg[t], 0, 20), OK);
}

static void sound_is_heard_in_the_next_tick(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rig *r = rig_new(NULL);

		for (size_t p = 0; p < rows[i].phones; p++)
			rig_phone(r, 1, rows[i].is_l16);
		all_hear_all(r);
		rig_say(r, 0, burst, ARRAY_LEN(burst));
		if (rows[i].second)
			rig_say(r, 1, rows[i].second, ARRAY_LEN(hush));
		rig_run(r, FRAMES);
		for (size_t p = 1; p < rows[i].phones; p++) {
			int late = heard_at(&r->phone[p]) - SAID;

			if (late < -STEP || late > ALLOWED)
				fail_msg("%s: phone %zu hears it %d samples later", rows[i].name, p,
					late);
		}
		rig_free(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(sound_is_heard_in_the_next_tick) };

	return cmocka_run_group_tests(tests, sounds, NULL);
}
