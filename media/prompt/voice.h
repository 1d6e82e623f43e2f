#ifndef MEDIA_PROMPT_VOICE_H
#define MEDIA_PROMPT_VOICE_H

/*
 * Text into speech.
 *
 * A voice is a file voice_X.c and a line in voices.def. The default, espeak-ng, is a separate
 * process (it is GPL: never linked): the text goes in through its standard input, no shell is
 * near it, its environment holds PATH and nothing else (so no secret of ours), and when it is
 * late it and its children are killed.
 *
 * Speaking blocks for up to deadline_ms, so it belongs on a thread that may wait: never on the
 * loop of the centre, never on the 20 ms clock.
 */

#include "bot/base/err.h"
#include "media/dsp/pcm.h"

#include <stddef.h>
#include <stdint.h>

enum {
	VOICE_TEXT_MAX = 4000, /* bytes of one text */
	VOICE_LANGUAGES_MAX = 16,
	VOICE_WPM_MIN = 80,
	VOICE_WPM_MAX = 450,
	VOICE_DEADLINE_MS = 10000, /* the default; a sentence takes espeak-ng 15 ms */
	VOICE_DEADLINE_MS_MIN = 100,
	VOICE_DEADLINE_MS_MAX = 60000,
};

struct voice_language {
	char language[16]; /* what flows say: "en", "de", "pt-BR"; compared without case */
	char name[64];     /* what the engine calls its voice: "en-gb" */
};

/* The configuration's "voice", by value. */
struct voice_conf {
	char engine[32];   /* a name of voices.def */
	char command[256]; /* the program, by path or found in PATH; no arguments, no shell */
	uint32_t words_per_minute;
	uint32_t deadline_ms;
	struct voice_language languages[VOICE_LANGUAGES_MAX];
	size_t n_languages;
};

/* espeak-ng, 160 words a minute, "en" (en-gb) and "de", VOICE_DEADLINE_MS. */
struct voice_conf voice_conf_default(void);

/* Everything a configuration can get wrong, before the first call comes in; why names it and what
 * there is instead. E_DENIED: engine unknown, speed out of range, a voice name with a character
 * that no voice has. Does not look whether the command exists. */
enum err voice_check(const struct voice_conf *conf, struct why *why) MUST_CHECK;

/*
 * Speak text (UTF-8, borrowed) in a language.
 *
 * "de-AT" falls back to "de" when only that is configured. out: owned, pcm_free; empty on error.
 * The sound is the engine's own: not levelled, not trimmed (loudness.h).
 *
 * E_ABSENT     no voice for this language: why lists those there are
 * E_MALFORMED  the text is empty, or the engine's output is not a WAV we read
 * E_LIMIT      the text exceeds VOICE_TEXT_MAX, or the speech WAV_SECONDS_MAX
 * E_LATE       not done within deadline_ms: killed
 * E_REMOTE     the engine failed: why holds its status and its first line of complaint
 * E_SYSTEM     it could not be started (not installed?), or no memory
 */
enum err voice_speak(const struct voice_conf *conf, const char *language, const char *text,
	struct pcm *out, struct why *why) MUST_CHECK;

/* For voice_X.c: one engine. name is the engine's own name for the voice. */
struct voice {
	const char *name;
	enum err (*speak)(const struct voice_conf *conf, const char *name, const char *text,
		struct pcm *out, struct why *why);
};

#endif
