#ifndef MEDIA_PROMPT_WAV_H
#define MEDIA_PROMPT_WAV_H

/*
 * WAV files in and out.
 *
 * In: strangers' bytes (by way of audio.h, and the output of a voice). Mono or stereo,
 * integer PCM of 8, 16, 24 or 32 bits, or float of 32 or 64, at 4 to 192 kHz, plain or
 * WAVE_FORMAT_EXTENSIBLE; what comes out is 16 kHz mono. Everything else is refused with a
 * sentence that says what would be right.
 * Out: exactly what Graph plays, and nothing else is documented to work: mono, 16 bit, 16 kHz,
 * behind a header of 44 bytes (graph: call-playPrompt, resources/mediaprompt).
 * Source: Multimedia Programming Interface and Data Specifications 1.0 (RIFF), and Microsoft's
 * "Multiple channel audio data and WAVE files".
 */

#include "bot/base/err.h"
#include "media/dsp/pcm.h"

#include <stddef.h>
#include <stdint.h>

enum {
	WAV_HEADER_BYTES = 44,
	WAV_SECONDS_MAX = 600,
	WAV_SAMPLES_MAX = WAV_SECONDS_MAX * PCM_RATE, /* of what comes out */
	WAV_RATE_MIN = 4000,
	WAV_RATE_MAX = 192000,
	WAV_CHUNKS_MAX = 64, /* looked at before the samples are found */
};

/*
 * Decode one WAV.
 *
 *   bytes  borrowed for the call
 *   out    OK: owned by the caller, pcm_free; else empty
 *   why    may be NULL
 *
 * A header whose sizes were never known (0, or 0x7ffff000 and more: a stream written to a pipe)
 * means "to the end of the bytes"; any other size that promises more than there is, is refused
 * as truncated.
 *
 * E_MALFORMED  not a WAV, or a damaged one: the file must be exchanged
 * E_DENIED     a WAV we do not take (compressed, surround, odd rate): convert it, why says to what
 * E_LIMIT      longer than WAV_SECONDS_MAX, or more than WAV_CHUNKS_MAX chunks before the samples
 * E_SYSTEM     no memory
 *
 * Any thread.
 */
enum err wav_read(
	const uint8_t *bytes, size_t n_bytes, struct pcm *out, struct why *why) MUST_CHECK;

/* The 44 bytes before n_samples samples of 16 kHz mono; n_samples at most WAV_SAMPLES_MAX. */
void wav_header(uint8_t out[WAV_HEADER_BYTES], size_t n_samples);

/*
 * A whole WAV in memory: *bytes is owned by the caller, free().
 *
 * E_LIMIT   more than WAV_SAMPLES_MAX samples
 * E_SYSTEM  no memory
 */
enum err wav_write(
	const struct pcm *pcm, uint8_t **bytes, size_t *n_bytes, struct why *why) MUST_CHECK;

#endif
