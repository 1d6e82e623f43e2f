#ifndef MEDIA_PROMPT_AUDIO_H
#define MEDIA_PROMPT_AUDIO_H

/*
 * Sound that people bring: WAV (wav.h) and Ogg Opus (ogg.h), told apart by how they begin, never by
 * their names. Everything else is refused by name, with a sentence that says what would be right.
 */

#include "bot/base/err.h"
#include "media/dsp/pcm.h"

#include <stddef.h>
#include <stdint.h>

enum {
	AUDIO_FILE_BYTES_MAX = 256 * 1024 * 1024, /* ten minutes of CD sound are 106 MB */
};

#define AUDIO_CONVERT "convert it to PCM WAV (ffmpeg -i IN -ac 1 -ar 16000 -c:a pcm_s16le OUT.wav)"

/*
 * One format of those: it begins with these bytes.
 */
struct audio_format {
	const char *begins;
	const char *suffix; /* of the files we keep */
	enum err (*read)(const uint8_t *bytes, size_t n_bytes, struct pcm *out, struct why *why);
};

/* The format of a file that begins so; NULL: none of ours. */
const struct audio_format *audio_format_of(const uint8_t *bytes, size_t n_bytes);

/*
 * Decode one, whichever it is.
 *
 *   bytes  borrowed for the call
 *   out    OK: owned by the caller, pcm_free; else empty
 *   why    may be NULL
 *
 * E_MALFORMED  not audio, or damaged: the file must be exchanged
 * E_DENIED     audio we do not take: convert it, why says to what
 * E_LIMIT      longer than WAV_SECONDS_MAX
 * E_SYSTEM     no memory
 *
 * Any thread; it takes its time.
 */
enum err audio_read(
	const uint8_t *bytes, size_t n_bytes, struct pcm *out, struct why *why) MUST_CHECK;

/*
 * The same from a file; why begins with the path.
 *
 * E_ABSENT  no such file, or it may not be read (why->ext is errno)
 * E_LIMIT   also: more than AUDIO_FILE_BYTES_MAX
 */
enum err audio_read_file(const char *path, struct pcm *out, struct why *why) MUST_CHECK;

#endif
