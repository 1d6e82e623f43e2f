#ifndef MEDIA_PROMPT_LOUDNESS_H
#define MEDIA_PROMPT_LOUDNESS_H

/*
 * One loudness for everything a caller hears, so that nobody reaches for the volume.
 *
 * Loudness is integrated as EBU R 128 has it (libebur128). Speech goes to its -23 LUFS, music 6 LU
 * below, so that it keeps company and does not compete; true peaks stay at or under -3 dBTP, which
 * leaves narrow codecs room, by a limiter that looks ahead rather than by clipping.
 * Sound too short for R 128's gate (400 ms) is measured as if it were repeated.
 */

#include "bot/base/err.h"
#include "media/dsp/pcm.h"

enum {
	LOUDNESS_PROMPT_LUFS = -23,
	LOUDNESS_MUSIC_LUFS = -29,
	LOUDNESS_PEAK_DBTP = -3,
	LOUDNESS_EDGE_MS = 40, /* silence before and after a prompt: players swallow the first ms */
};

/*
 * Make a prompt of speech, in place: silence at both ends goes, loudness is set, LOUDNESS_EDGE_MS
 * of silence come first and last, and the length becomes whole frames of PCM_FRAME.
 *
 * E_MALFORMED  nothing to hear in it (empty, or silence throughout); pcm is unchanged
 * E_SYSTEM     no memory; pcm is unchanged
 */
enum err loudness_prompt(struct pcm *pcm, struct why *why) MUST_CHECK;

/* Make music of it, in place: loudness only. Nothing is trimmed, so a loop stays a loop. */
enum err loudness_music(struct pcm *pcm, struct why *why) MUST_CHECK;

/* Integrated loudness; -HUGE_VAL for silence. Empty sound is silence. */
enum err loudness_lufs(const struct pcm *pcm, double *lufs, struct why *why) MUST_CHECK;

#endif
