#ifndef MEDIA_PROMPT_PROMPT_H
#define MEDIA_PROMPT_PROMPT_H

/*
 * From what a flow names to what a caller can be played: one call each, all of them levelled
 * (loudness.h) and on the shelf (shelf.h). They wait for processes and disks, so they belong on a
 * thread that may wait. Several threads may ask at once.
 */

#include "bot/base/err.h"
#include "media/prompt/shelf.h"
#include "media/prompt/voice.h"

/* A text that the same voice has spoken already. E_ABSENT: it has not. */
enum err prompt_find(struct shelf *shelf, const struct voice_conf *conf, const char *language,
	const char *text, struct shelf_item *out) MUST_CHECK;

/*
 * A text, spoken. From the shelf when the same voice, speed, language and text were spoken
 * before, in this life or another; then nobody is asked. Errors of voice_speak,
 * loudness_prompt and shelf_put.
 */
enum err prompt_speak(struct shelf *shelf, const struct voice_conf *conf, const char *language,
	const char *text, struct shelf_item *out, struct why *why) MUST_CHECK;

/* A sound of the admin's, as a prompt. Errors of audio_read_file, loudness_prompt and shelf_put. */
enum err prompt_file(
	struct shelf *shelf, const char *path, struct shelf_item *out, struct why *why) MUST_CHECK;

/* Hold music: the file, or our own when path is NULL. Errors of music.h and shelf_put. */
enum err prompt_music(
	struct shelf *shelf, const char *path, struct shelf_item *out, struct why *why) MUST_CHECK;

#endif
