#ifndef MEDIA_DSP_RESAMPLE_H
#define MEDIA_DSP_RESAMPLE_H

/*
 * A whole sound from any usual rate to ours, once, when it comes in. Not for the 20 ms clock: the
 * best quality of speexdsp costs more than a codec, and it takes memory.
 */

#include "bot/base/err.h"
#include "media/dsp/pcm.h"

enum { RESAMPLE_HZ_MIN = 4000, RESAMPLE_HZ_MAX = 384000 };

/*
 * in is mono. The result is as long as the input lasts, to the sample, and not delayed.
 *
 *   out  filled on OK only; the caller's, pcm_free
 *
 * E_MALFORMED  rate_hz is outside RESAMPLE_HZ_MIN..RESAMPLE_HZ_MAX
 * E_LIMIT      the result would be longer than 2^31 samples (37 hours)
 * E_SYSTEM     no memory
 */
enum err resample_to_pcm(const int16_t *in, size_t n_samples, unsigned rate_hz, struct pcm *out,
	struct why *why) MUST_CHECK;

#endif
