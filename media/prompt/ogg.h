#ifndef MEDIA_PROMPT_OGG_H
#define MEDIA_PROMPT_OGG_H

/*
 * Ogg Opus files, over libopusfile: strangers' bytes to 16 kHz mono. More than two channels are
 * mixed down as the library does it, and the gain of the header is applied.
 * Source: RFC 3533 (Ogg), RFC 7845 (Opus in Ogg).
 */

#include "bot/base/err.h"
#include "media/dsp/pcm.h"

#include <stddef.h>
#include <stdint.h>

/* As audio_read, of bytes that begin with OggS. E_DENIED: something else in Ogg, say Vorbis. */
enum err ogg_read(
	const uint8_t *bytes, size_t n_bytes, struct pcm *out, struct why *why) MUST_CHECK;

#endif
