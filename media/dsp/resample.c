#include "media/dsp/resample.h"

#include <speex/speex_resampler.h>
#include <stdbool.h>
#include <string.h>

/* speexdsp counts in 32 bits; feeding it in pieces keeps clear of that. */
enum { PIECE = 1 << 16, QUALITY = 8 };

CLEAN_FN(speex_resampler_destroy, SpeexResamplerState *)

/* Feed in, then zeros for the filter's tail, until out is full. Every round either consumes or
 * produces; the bound is for a library that does neither. */
static enum err run(
	SpeexResamplerState *st, const int16_t *in, size_t n, struct pcm *out, struct why *why)
{
	static const int16_t zeros[PIECE];
	size_t at = 0, made = 0;

	for (size_t round = 0; made < out->n_samples; round++) {
		bool tail = at == n;
		uint32_t take = tail || n - at > PIECE ? PIECE : (uint32_t)(n - at);
		uint32_t give = out->n_samples - made > PIECE ? PIECE
							      : (uint32_t)(out->n_samples - made);

		if (speex_resampler_process_int(
			    st, 0, tail ? zeros : in + at, &take, out->samples + made, &give) ||
			(!take && !give) || round > n + out->n_samples)
			return FAIL(why, E_SYSTEM,
				"speexdsp stopped resampling at sample %zu of %zu", at, n);
		at += tail ? 0 : take;
		made += give;
	}
	return OK;
}

static enum err convert(
	const int16_t *in, size_t n, unsigned rate_hz, struct pcm *out, struct why *why)
{
	CLEAN(speex_resampler_destroy) SpeexResamplerState *st = NULL;
	int status;

	st = speex_resampler_init(1, rate_hz, PCM_RATE, QUALITY, &status);
	if (!st)
		return FAIL_EXT(why, E_SYSTEM, status, "speexdsp gives no resampler: %s",
			speex_resampler_strerror(status));
	speex_resampler_skip_zeros(st);
	return run(st, in, n, out, why);
}

enum err resample_to_pcm(
	const int16_t *in, size_t n_samples, unsigned rate_hz, struct pcm *out, struct why *why)
{
	CLEAN(pcm_free) struct pcm made = { 0 };
	enum err err = OK;

	if (rate_hz < RESAMPLE_HZ_MIN || rate_hz > RESAMPLE_HZ_MAX)
		return FAIL(why, E_MALFORMED, "a sample rate of %u Hz; have %d to %d", rate_hz,
			RESAMPLE_HZ_MIN, RESAMPLE_HZ_MAX);
	if (n_samples > (size_t)INT32_MAX * rate_hz / PCM_RATE)
		return FAIL(why, E_LIMIT, "%zu samples at %u Hz are too long a sound", n_samples,
			rate_hz);
	made.n_samples = (n_samples * PCM_RATE + rate_hz / 2) / rate_hz;
	if (made.n_samples) {
		made.samples = malloc(made.n_samples * sizeof(int16_t));
		if (!made.samples)
			return FAIL(why, E_SYSTEM, "no memory for %zu samples", made.n_samples);
		if (rate_hz == PCM_RATE)
			memcpy(made.samples, in, n_samples * sizeof(int16_t));
		else
			err = convert(in, n_samples, rate_hz, &made, why);
	}
	if (err)
		return err;
	*out = made;
	made = (struct pcm){ 0 };
	return OK;
}
