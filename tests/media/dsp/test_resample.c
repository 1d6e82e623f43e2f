/* Any usual rate to 16 kHz: the same length, the same tone, not delayed, nothing aliased. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "media/dsp/level.h"
#include "media/dsp/resample.h"

#include <math.h>
#include <string.h>

enum { SECONDS = 1, HZ_MAX = 192000 };

static int16_t in[HZ_MAX * SECONDS + 1];

static void tone(unsigned rate, double hz, size_t n)
{
	for (size_t i = 0; i < n; i++)
		in[i] = (int16_t)lrint(16384 * sin(2 * M_PI * hz * (double)i / rate));
}

static void a_tone_keeps_its_length_level_and_place(void **state)
{
	static const unsigned rates[] = { 8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000,
		96000, 192000 };

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rates); r++) {
		CLEAN(pcm_free) struct pcm out = { 0 };
		double error = 0;
		int last = PCM_RATE - 200;

		tone(rates[r], 440, rates[r]);
		assert_int_equal(resample_to_pcm(in, rates[r], rates[r], &out, NULL), OK);
		assert_int_equal(out.n_samples, PCM_RATE);
		for (int i = 200; i < last; i++) {
			double want = 16384 * sin(2 * M_PI * 440 * i / PCM_RATE);

			error += pow(out.samples[i] - want, 2);
		}
		error = 10 * log10(error / (last - 200) / (16384.0 * 16384 / 2));
		if (error > -40)
			fail_msg("%u Hz: the tone comes out with an error of %.1f dB", rates[r],
				error);
	}
}

static void what_is_above_8_khz_is_gone(void **state)
{
	CLEAN(pcm_free) struct pcm out = { 0 };

	(void)state;
	tone(48000, 11000, 48000);
	assert_int_equal(resample_to_pcm(in, 48000, 48000, &out, NULL), OK);
	assert_true(level_of(out.samples + 200, out.n_samples - 400).rms_dbov < -60);
}

static void odd_lengths_and_nothing_at_all(void **state)
{
	static const struct {
		size_t n, want;
		unsigned rate;
	} rows[] = { { 0, 0, 44100 }, { 1, 0, 48000 }, { 2, 1, 48000 }, { 1, 2, 8000 },
		{ 44101, 16000, 44100 }, { 65537, 21846, 48000 }, { 131072, 131072, 16000 } };

	(void)state;
	memset(in, 0, sizeof(in));
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		CLEAN(pcm_free) struct pcm out = { 0 };

		assert_int_equal(resample_to_pcm(in, rows[r].n, rows[r].rate, &out, NULL), OK);
		assert_int_equal(out.n_samples, rows[r].want);
	}
}

static void a_rate_that_is_none_is_refused(void **state)
{
	struct pcm out = { 0 };
	struct why why;

	(void)state;
	assert_int_equal(resample_to_pcm(in, 10, 0, &out, &why), E_MALFORMED);
	assert_string_equal(why.text, "a sample rate of 0 Hz; have 4000 to 384000");
	assert_int_equal(resample_to_pcm(in, 10, 400000, &out, &why), E_MALFORMED);
	assert_int_equal(resample_to_pcm(in, (size_t)1 << 40, 8000, &out, &why), E_LIMIT);
	assert_null(out.samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tone_keeps_its_length_level_and_place),
		cmocka_unit_test(what_is_above_8_khz_is_gone),
		cmocka_unit_test(odd_lengths_and_nothing_at_all),
		cmocka_unit_test(a_rate_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
