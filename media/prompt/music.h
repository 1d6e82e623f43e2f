#ifndef MEDIA_PROMPT_MUSIC_H
#define MEDIA_PROMPT_MUSIC_H

/*
 * What a caller waits to. Either way the result is a loop of whole frames at LOUDNESS_MUSIC_LUFS
 * whose end runs into its beginning without a click.
 */

#include "bot/base/err.h"
#include "media/dsp/pcm.h"

enum { MUSIC_DEFAULT_MS = 48000, MUSIC_SEAM_MS = 40 };

/*
 * Our own: soft chords and a few plucked notes, made from sines at start so that no file has to
 * come from elsewhere. The same samples every time. About half a second of one core. E_SYSTEM: no
 * memory.
 */
enum err music_default(struct pcm *out, struct why *why) MUST_CHECK;

/*
 * A sound of the admin's. Its last MUSIC_SEAM_MS are faded into its first, which shortens it by as
 * much. Errors of audio_read_file, and E_MALFORMED when it is silent or shorter than a second.
 */
enum err music_file(const char *path, struct pcm *out, struct why *why) MUST_CHECK;

#endif
