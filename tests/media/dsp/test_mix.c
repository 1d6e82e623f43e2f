/* Sums, gains and levels: bit by bit against a slow reference, and no step anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "bot/base/rng.h"
#include "media/dsp/gain.h"
#include "media/dsp/level.h"
#include "media/dsp/mix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEGS_MAX = 12, MATRICES = 300 };

enum cell { DEAF, PLAIN, GAINED };

struct matrix {
	size_t n;
	int16_t said[LEGS_MAX][PCM_FRAME];
	enum cell cell[LEGS_MAX][LEGS_MAX];
	struct gain_span span[LEGS_MAX][LEGS_MAX];
};

static int32_t any_gain(struct rng *r)
{
	static const int32_t corners[] = { 0, 1, GAIN_UNITY, GAIN_UNITY - 1, GAIN_MAX };

	return rng_below(r, 2) ? corners[rng_below(r, ARRAY_LEN(corners))]
			       : (int32_t)rng_below(r, GAIN_MAX + 1);
}

static void draw(struct rng *r, struct matrix *m)
{
	m->n = 2 + rng_below(r, LEGS_MAX - 1);
	for (size_t a = 0; a < m->n; a++) {
		uint64_t kind = rng_below(r, 4);

		for (size_t i = 0; i < PCM_FRAME; i++)
			m->said[a][i] = kind == 0   ? 0
					: kind == 1 ? (rng_below(r, 2) ? INT16_MAX : INT16_MIN)
						    : (int16_t)rng_next(r);
		for (size_t b = 0; b < m->n; b++) {
			m->cell[a][b] = a == b ? DEAF : (enum cell)rng_below(r, 3);
			m->span[a][b] = (struct gain_span){ any_gain(r), any_gain(r) };
		}
	}
}

/* The definition, in 64 bits, sample by sample, dividing where the real one shifts. */
static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static int64_t said(const struct matrix *m, size_t listener, size_t talker, int i)
{
	struct gain_span s = m->span[listener][talker];
	int64_t step, gain;

	if (m->cell[listener][talker] == DEAF)
		return 0;
	if (m->cell[listener][talker] == PLAIN)
		return m->said[talker][i];
	step = (int64_t)(s.to - s.from) * 16384 / PCM_FRAME;
	gain = floor_div((int64_t)s.from * 16384 + step * (i + 1), 16384);
	return floor_div(m->said[talker][i] * gain + 8192, 16384);
}

static int16_t reference(const struct matrix *m, size_t listener, int i)
{
	int64_t sum = 0;

	for (size_t t = 0; t < m->n; t++)
		sum += said(m, listener, t, i);
	return (int16_t)(sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum);
}

static void add_cells(const struct matrix *m, size_t listener, struct mix *mix, enum cell which)
{
	for (size_t t = 0; t < m->n; t++) {
		if (m->cell[listener][t] != which)
			continue;
		if (which == PLAIN)
			mix_add(mix, m->said[t]);
		else
			mix_add_gained(mix, m->said[t], m->span[listener][t]);
	}
}

static void check(const struct matrix *m, size_t listener, const struct mix *mix, const char *how)
{
	int16_t out[PCM_FRAME];
	bool any = false;

	if (mix_out(mix, out)) {
		for (int i = 0; i < PCM_FRAME; i++)
			any |= mix->sum[i] != 0;
		assert_true(any);
	}
	for (int i = 0; i < PCM_FRAME; i++)
		if (out[i] != reference(m, listener, i))
			fail_msg("%s: listener %zu sample %d is %d, not %d", how, listener, i,
				out[i], reference(m, listener, i));
}

static void random_matrices_match_the_slow_reference(void **state)
{
	struct rng r = { 1 };
	struct matrix m;

	(void)state;
	for (int round = 0; round < MATRICES; round++) {
		struct mix all;

		draw(&r, &m);
		mix_clear(&all);
		for (size_t t = 0; t < m.n; t++)
			mix_add(&all, m.said[t]);
		for (size_t l = 0; l < m.n; l++) {
			struct mix added, taken;

			mix_clear(&added);
			mix_clear(&taken);
			mix_add_mix(&taken, &all);
			add_cells(&m, l, &added, PLAIN);
			add_cells(&m, l, &added, GAINED);
			check(&m, l, &added, "adding");
			for (size_t t = 0; t < m.n; t++)
				if (m.cell[l][t] != PLAIN)
					mix_subtract(&taken, m.said[t]);
			add_cells(&m, l, &taken, GAINED);
			check(&m, l, &taken, "subtracting from the full house");
		}
	}
}

static void a_loud_room_saturates_once_and_no_talker_hears_itself(void **state)
{
	int16_t loud[PCM_FRAME], out[PCM_FRAME];
	struct mix m;

	(void)state;
	for (size_t i = 0; i < PCM_FRAME; i++)
		loud[i] = i % 2 ? INT16_MAX : INT16_MIN;
	mix_clear(&m);
	for (int t = 0; t < MIX_TALKERS_MAX; t++)
		mix_add(&m, loud);
	assert_true(mix_out(&m, out));
	assert_int_equal(out[0], INT16_MIN);
	assert_int_equal(out[1], INT16_MAX);
	for (int t = 0; t < MIX_TALKERS_MAX; t++)
		mix_subtract(&m, loud);
	assert_false(mix_out(&m, out));
}

static void gains_are_what_their_decibels_say(void **state)
{
	static const struct {
		int cb;
		int32_t want;
	} rows[] = { { 0, GAIN_UNITY }, { -60, 8211 }, { -120, 4115 }, { 60, 32690 },
		{ 120, 65226 }, { 500, 65226 }, { -899, 1 }, { -900, 0 }, { INT32_MIN, 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(gain_of_cb(rows[i].cb), rows[i].want);
}

static void a_ramp_reaches_its_end_in_whole_frames_without_a_step(void **state)
{
	static const struct {
		int32_t from, to;
		unsigned ms, frames;
	} rows[] = { { 0, GAIN_UNITY, 0, 1 }, { 0, GAIN_UNITY, 20, 1 }, { 0, GAIN_UNITY, 21, 2 },
		{ GAIN_UNITY, 4115, 150, 8 }, { GAIN_MAX, 0, 400, 20 }, { 7, 8, 100, 5 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct gain g = gain_at(rows[i].from);
		int32_t last = rows[i].from;
		unsigned frames = 0;

		gain_ramp(&g, rows[i].to, rows[i].ms);
		while (!gain_is(&g, rows[i].to)) {
			struct gain_span s = gain_step(&g);

			assert_int_equal(s.from, last);
			assert_true(abs(s.to - s.from) <=
				    abs(rows[i].to - rows[i].from) / (int)rows[i].frames +
					    (int)rows[i].frames);
			last = s.to;
			frames++;
		}
		assert_int_equal(frames, rows[i].frames);
		assert_int_equal(last, rows[i].to);
	}
}

/* A constant through a ramp shows the gain itself: no two neighbours may lie further apart than
 * the slope, also where frames meet. */
static void a_ramped_sound_has_no_click(void **state)
{
	struct gain g = gain_at(0);
	int last = 0, most = 0;

	(void)state;
	gain_ramp(&g, GAIN_UNITY, 60);
	for (int f = 0; f < 5; f++) {
		int16_t frame[PCM_FRAME];

		for (int i = 0; i < PCM_FRAME; i++)
			frame[i] = 20000;
		mix_scale(frame, gain_step(&g));
		for (int i = 0; i < PCM_FRAME; i++) {
			most = abs(frame[i] - last) > most ? abs(frame[i] - last) : most;
			last = frame[i];
		}
	}
	assert_int_equal(last, 20000);
	assert_true(most <= 20000 / (3 * PCM_FRAME) + 2);
}

static void levels_are_in_dbov(void **state)
{
	static int16_t sine[PCM_RATE], square[PCM_RATE], none[PCM_RATE];
	struct level l;

	(void)state;
	for (int i = 0; i < PCM_RATE; i++) {
		sine[i] = (int16_t)lrint(32767 * sin(2 * M_PI * 1000 * i / PCM_RATE));
		square[i] = INT16_MIN;
	}
	l = level_of(sine, PCM_RATE);
	assert_true(fabsf(l.rms_dbov + 3.01f) < 0.01f && fabsf(l.peak_dbov) < 0.01f);
	l = level_of(square, PCM_RATE);
	assert_true(l.rms_dbov == 0 && l.peak_dbov == 0);
	l = level_of(none, PCM_RATE);
	assert_true(l.rms_dbov == LEVEL_SILENCE_DBOV && l.peak_dbov == LEVEL_SILENCE_DBOV);
	l = level_of(NULL, 0);
	assert_true(l.rms_dbov == LEVEL_SILENCE_DBOV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_matrices_match_the_slow_reference),
		cmocka_unit_test(a_loud_room_saturates_once_and_no_talker_hears_itself),
		cmocka_unit_test(gains_are_what_their_decibels_say),
		cmocka_unit_test(a_ramp_reaches_its_end_in_whole_frames_without_a_step),
		cmocka_unit_test(a_ramped_sound_has_no_click),
		cmocka_unit_test(levels_are_in_dbov),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
