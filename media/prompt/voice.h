#ifndef MEDIA_PROMPT_VOICE_H
#define MEDIA_PROMPT_VOICE_H

/*
 * Text into speech.
 *
 * A voice is a file voice_X.c and a line in voices.def. The default, espeak-ng, is a separate
 * process (it is GPL: never linked): the text goes in through its standard input, no shell is
 * near it, its environment holds PATH and nothing else (so no secret of ours), and when it is
 * late it and its children are killed. A voice that is a service is asked over HTTP by whoever
 * lends a voice_post, since this room has no network of its own.
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
	VOICE_NAME_MAX = 64,
	VOICE_WPM_MIN = 80,
	VOICE_WPM_MAX = 450,
	VOICE_DEADLINE_MS = 10000, /* a program's; a sentence takes espeak-ng 15 ms */
	VOICE_DEADLINE_MS_MIN = 100,
	VOICE_DEADLINE_MS_MAX = 60000,
};

struct voice_language {
	char language[16];         /* what flows say: "en", "de", "pt-BR"; compared without case */
	char name[VOICE_NAME_MAX]; /* what the engine calls its voice: "en-gb" */
};

/* A POST to a service. All borrowed for the call. */
struct voice_ask {
	const char *url;
	const char *header[2][2]; /* name and value; the first may be a secret */
	const char *content_type, *body;
	size_t body_bytes, answer_bytes_max;
	uint32_t deadline_ms; /* repeating what may be repeated, and waiting as told, included */
};

struct voice_answer {
	int status;    /* HTTP's */
	uint8_t *body; /* the caller's, free(); a NUL follows it */
	size_t body_bytes;
	uint64_t retry_after_ms; /* UINT64_MAX: not told */
};

/* OK: it was answered, with whatever status. E_REMOTE: it was not, and why says how that came.
 * E_SYSTEM: it could not be asked. out is filled on OK only. Blocks. */
typedef enum err voice_post(
	void *ctx, const struct voice_ask *ask, struct voice_answer *out, struct why *why);

/* The configuration's "voice", by value; what it points to is borrowed for as long as it speaks. */
struct voice_conf {
	char engine[32]; /* a name of voices.def */
	uint32_t words_per_minute;
	uint32_t deadline_ms;
	struct voice_language languages[VOICE_LANGUAGES_MAX];
	size_t n_languages;
	char command[256]; /* a program, by path or found in PATH; no arguments, no shell */
	/* Of a service. */
	const char *url;  /* where it is, without the path that its documents give */
	const char *key;  /* a secret, never told; NULL: none is set */
	voice_post *post; /* with this ctx, on the thread that speaks */
	void *post_ctx;
};

/* An engine as it is where nothing else is said, at 160 words a minute: its own voices for "en"
 * and "de", its deadline. E_DENIED: no such engine, why lists those there are. */
enum err voice_conf_of(const char *engine, struct voice_conf *out, struct why *why) MUST_CHECK;
/* Of espeak-ng. */
struct voice_conf voice_conf_default(void);

/* Everything a configuration can get wrong, before the first call comes in; why names it and what
 * there is instead. E_DENIED: engine unknown, speed out of range, a voice name with a character
 * that no voice has, a service without its address. Does not look whether the command exists, or
 * the key is set. */
enum err voice_check(const struct voice_conf *conf, struct why *why) MUST_CHECK;

/*
 * Speak text (UTF-8, borrowed) in a language.
 *
 * "de-AT" falls back to "de" when only that is configured. out: owned, pcm_free; empty on error.
 * The sound is the engine's own: not levelled, not trimmed (loudness.h).
 *
 * E_ABSENT     no voice for this language: why lists those there are
 * E_DENIED     what voice_check says; or the service wants another key, or has no such voice: a
 *              person must act
 * E_MALFORMED  the text is empty, or the engine's output is not a WAV we read
 * E_LIMIT      the text exceeds VOICE_TEXT_MAX, or the speech WAV_SECONDS_MAX
 * E_LATE       not done within deadline_ms: killed
 * E_REMOTE     the engine failed: why holds its status and its first line of complaint
 * E_SYSTEM     it could not be started (not installed?), or no memory
 */
enum err voice_speak(const struct voice_conf *conf, const char *language, const char *text,
	struct pcm *out, struct why *why) MUST_CHECK;

/* For voice_X.c: one engine. */
struct voice {
	struct voice_language languages[2]; /* where the configuration names no others */
	uint32_t deadline_ms, words_per_minute_max;
	const char *command;    /* of a program: its own name */
	const char *name_signs; /* that names of voices hold, beside letters and digits */
	enum err (*check)(const struct voice_conf *conf, struct why *why);
	enum err (*speak)(const struct voice_conf *conf, const struct voice_language *as,
		const char *text, struct pcm *out, struct why *why);
};

#endif
