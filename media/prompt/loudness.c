#include "media/prompt/loudness.h"

#include <ebur128.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum {
	EDGE = PCM_RATE / 1000 * LOUDNESS_EDGE_MS,
	WINDOW = PCM_RATE / 1000 * 5, /* 5 ms: trimming, fades and the limiter's reach */
	KEEP_BEFORE = 2,
	KEEP_AFTER = 6,               /* windows around the sound: breath and room */
	MEASURE_LEAST = 2 * PCM_RATE, /* samples the meter is shown at the least */
	ROUNDS_MAX = 10,              /* limiting costs loudness, loudness needs limiting */
};

static const double SILENCE_LUFS = -60; /* below it there is only noise to raise */
static const double TRIM_DB = -45;      /* under the loudest window */
static const double CLOSE_LU = 0.2;     /* good enough to stop */

static double ratio_of_db(double db)
{
	return pow(10, db / 20);
}

/* A level is measured by showing the meter the sound, again if it is short. peak_dbtp may be NULL:
 * true peaks are most of the work. */
static enum err measure(
	const int16_t *x, size_t n, double *lufs, double *peak_dbtp, struct why *why)
{
	int mode = EBUR128_MODE_I | (peak_dbtp ? EBUR128_MODE_TRUE_PEAK : 0);
	ebur128_state *st = ebur128_init(1, PCM_RATE, mode);
	double peak = 0;
	int bad = 0;

	if (!st)
		return FAIL(why, E_SYSTEM, "no memory for a loudness meter");
	*lufs = -HUGE_VAL;
	for (size_t shown = 0; n && !bad && (shown == 0 || shown < MEASURE_LEAST); shown += n)
		bad = ebur128_add_frames_short(st, x, n);
	if (n && !bad)
		bad = ebur128_loudness_global(st, lufs) ||
		      (peak_dbtp && ebur128_true_peak(st, 0, &peak));
	ebur128_destroy(&st);
	if (bad)
		return FAIL(why, E_SYSTEM, "the loudness meter ran out of memory");
	if (peak_dbtp)
		*peak_dbtp = peak > 0 ? 20 * log10(peak) : -HUGE_VAL;
	return OK;
}

enum err loudness_lufs(const struct pcm *pcm, double *lufs, struct why *why)
{
	return measure(pcm->samples, pcm->n_samples, lufs, NULL, why);
}

/* least[i]: the gain that keeps every sample within WINDOW of i under the ceiling. The sound is
 * taken as a ring, so that a loop stays one. */
static void least_gains(const int16_t *x, size_t n, double gain, double ceiling, float *least)
{
	size_t reach = n > 2 * WINDOW ? WINDOW : 0;

	for (size_t i = 0; i < n; i++)
		least[i] = 1;
	for (size_t i = 0; i < n; i++) {
		double peak = fabs(x[i] * gain);
		float g = (float)(ceiling / peak);

		if (peak <= ceiling)
			continue;
		for (size_t k = 0; k <= 2 * reach; k++) {
			size_t at = (i + n - reach + k) % n;

			least[at] = fminf(least[at], g);
		}
	}
}

/* y = x * gain, limited. The mean of the least gains around i is at most what i itself needs, and
 * moves smoothly. y may be x. */
static void amplify(
	const int16_t *x, size_t n, double gain, double ceiling, float *least, int16_t *y)
{
	size_t reach = n > 2 * WINDOW ? WINDOW : 0;
	size_t width = 2 * reach + 1;
	double sum = 0;

	least_gains(x, n, gain, ceiling, least);
	for (size_t k = 0; k < width; k++)
		sum += least[(n - reach + k) % n];
	for (size_t i = 0; i < n; i++) {
		double v = rint(x[i] * gain * (sum / (double)width));

		y[i] = (int16_t)(v > 32767 ? 32767 : v < -32768 ? -32768 : v);
		sum += least[(i + reach + 1) % n] - least[(i + n - reach) % n];
	}
}

static enum err loudness_to(struct pcm *pcm, double target_lufs, struct why *why)
{
	size_t n = pcm->n_samples;
	CLEAN(free) int16_t *y = malloc((n + 1) * sizeof(*y));
	CLEAN(free) float *least = malloc((n + 1) * sizeof(*least));
	double lufs, peak_dbtp = 0, gain_db,
		     ceiling = 32768 * ratio_of_db(LOUDNESS_PEAK_DBTP - 0.5);
	enum err e;

	if (!y || !least)
		return FAIL(why, E_SYSTEM, "no memory to set the level of %zu samples", n);
	e = measure(pcm->samples, n, &lufs, NULL, why);
	if (e != OK)
		return e;
	if (lufs < SILENCE_LUFS)
		return FAIL(why, E_MALFORMED, "there is nothing to hear in it: it is silent");
	gain_db = target_lufs - lufs;
	for (size_t round = 0; round < ROUNDS_MAX; round++) {
		amplify(pcm->samples, n, ratio_of_db(gain_db), ceiling, least, y);
		e = measure(y, n, &lufs, &peak_dbtp, why);
		if (e != OK)
			return e;
		if (fabs(lufs - target_lufs) < CLOSE_LU && peak_dbtp <= LOUDNESS_PEAK_DBTP)
			break;
		gain_db += target_lufs - lufs;
		if (peak_dbtp > LOUDNESS_PEAK_DBTP) /* between the samples it goes higher */
			ceiling *= ratio_of_db(LOUDNESS_PEAK_DBTP - 0.1 - peak_dbtp);
	}
	if (peak_dbtp > LOUDNESS_PEAK_DBTP)
		amplify(y, n, ratio_of_db(LOUDNESS_PEAK_DBTP - 0.1 - peak_dbtp), 32767, least, y);
	free(pcm->samples);
	pcm->samples = TAKE(y);
	return OK;
}

enum err loudness_music(struct pcm *pcm, struct why *why)
{
	return loudness_to(pcm, LOUDNESS_MUSIC_LUFS, why);
}

static double window_rms(const struct pcm *pcm, size_t window)
{
	const int16_t *x = pcm->samples + window * WINDOW;
	double sum = 0;

	for (size_t i = 0; i < WINDOW; i++)
		sum += (double)x[i] * x[i];
	return sqrt(sum / WINDOW);
}

/* Where the sound is, in samples: [*from, *to). Nothing shorter than a window is trimmed. */
static void sound_find(const struct pcm *pcm, size_t *from, size_t *to)
{
	size_t windows = pcm->n_samples / WINDOW;
	size_t first = windows, last = 0;
	double most = 0;

	for (size_t w = 0; w < windows; w++)
		most = fmax(most, window_rms(pcm, w));
	for (size_t w = 0; w < windows; w++) {
		if (window_rms(pcm, w) < most * ratio_of_db(TRIM_DB))
			continue;
		if (first == windows)
			first = w;
		last = w;
	}
	*from = first > KEEP_BEFORE ? (first - KEEP_BEFORE) * WINDOW : 0;
	*to = last + KEEP_AFTER < windows ? (last + KEEP_AFTER) * WINDOW : pcm->n_samples;
}

/* A cut through noise clicks. */
static void fade_ends(int16_t *x, size_t n)
{
	for (size_t i = 0; i < WINDOW && n >= 2 * WINDOW; i++) {
		x[i] = (int16_t)(x[i] * (int)i / WINDOW);
		x[n - 1 - i] = (int16_t)(x[n - 1 - i] * (int)i / WINDOW);
	}
}

/* A copy of what is to be heard between its edges of silence, in whole frames. */
static enum err edge(const struct pcm *pcm, struct pcm *out, struct why *why)
{
	size_t from, to, n;

	sound_find(pcm, &from, &to);
	n = EDGE + (to - from) + EDGE;
	n = (n + PCM_FRAME - 1) / PCM_FRAME * PCM_FRAME;
	*out = (struct pcm){ .samples = calloc(n, sizeof(int16_t)), .n_samples = n };
	if (!out->samples) {
		out->n_samples = 0;
		return FAIL(why, E_SYSTEM, "no memory for %zu samples", n);
	}
	if (to > from)
		memcpy(out->samples + EDGE, pcm->samples + from, (to - from) * sizeof(int16_t));
	fade_ends(out->samples + EDGE, to - from);
	return OK;
}

enum err loudness_prompt(struct pcm *pcm, struct why *why)
{
	CLEAN(pcm_free) struct pcm edged = { 0 };
	enum err e = edge(pcm, &edged, why);

	if (e == OK)
		e = loudness_to(&edged, LOUDNESS_PROMPT_LUFS, why);
	if (e != OK)
		return e;
	pcm_free(pcm);
	*pcm = edged;
	edged = (struct pcm){ 0 };
	return OK;
}
