#ifndef MEDIA_LEG_ACS_H
#define MEDIA_LEG_ACS_H

/*
 * The messages of Azure Communication Services' audio streaming: JSON that carries 20 ms of sound
 * in base64, both ways.
 *
 * Read by scanning in place (scan.h): whichever order, letter case, blanks and escapes the members
 * come in, and whatever else comes with them, since Microsoft's own clients differ in that. What is
 * written has the form of Microsoft's JSON examples. Pure; any thread.
 * Source: Azure docs, communication-services/how-tos/call-automation/audio-streaming-quickstart.
 * Unverified: how tones beside the digits are spelled, so names and signs are both read.
 */

#include "bot/base/err.h"
#include "media/leg/scan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ACS_SOUND_MAX = 960, /* bytes of one message of ours: 20 ms of 24 kHz */
	ACS_TEXT_MAX = 1400, /* characters of it */
	ACS_DAY_MS = 86400000,
	ACS_NO_STAMP = -1,
};

enum acs_kind {
	ACS_OTHER, /* of a later version: nothing to do */
	ACS_METADATA,
	ACS_AUDIO,
	ACS_DTMF,
};

struct acs_message {
	enum acs_kind kind;
	/* ACS_METADATA. 0 and false: not said. */
	unsigned sample_rate, channels;
	bool is_pcm;
	/* ACS_AUDIO. */
	bool is_silent;               /* their word: nothing to hear in it */
	struct scan_text data;        /* base64, of 16 bit little-endian samples; n may be 0 */
	struct scan_text participant; /* n 0: mixed, or not said */
	int64_t stamp_ms;             /* of the day, or ACS_NO_STAMP */
	/* ACS_DTMF. 0-9 * # A-D; 0: none we know. */
	char digit;
};

/* text is overwritten, and what out points to lies in it. E_MALFORMED: not JSON, or without what
 * its kind must have. */
enum err acs_read(char *text, size_t n, struct acs_message *out) MUST_CHECK;

/* 20 ms of sound, at most ACS_SOUND_MAX bytes. Returns the characters, no NUL. */
size_t acs_audio_write(const uint8_t *sound, size_t n, char out[ACS_TEXT_MAX]);
/* The other side forgets what it has not played yet. */
size_t acs_stop_write(char out[ACS_TEXT_MAX]);

#endif
