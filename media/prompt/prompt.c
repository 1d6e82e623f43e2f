#include "media/prompt/prompt.h"

#include "bot/base/text.h"
#include "media/prompt/audio.h"
#include "media/prompt/loudness.h"
#include "media/prompt/music.h"

#include <string.h>

/* Changes when the same text would give other bytes: how it is levelled, trimmed, padded; or our
 * own music gets other notes. */
enum { RENDERING = 2 };

/* Everything the sound depends on, each part ended by a NUL. */
static void key_of(
	const struct voice_conf *conf, const char *language, const char *text, struct text *key)
{
	text_add(key, "%d %u", RENDERING, conf->words_per_minute);
	text_add_bytes(key, "", 1);
	text_add_bytes(key, conf->engine, strlen(conf->engine) + 1);
	text_add_bytes(key, conf->command, strlen(conf->command) + 1);
	for (size_t i = 0; i < conf->n_languages; i++) {
		const struct voice_language *l = &conf->languages[i];

		text_add_bytes(key, l->language, strlen(l->language) + 1);
		text_add_bytes(key, l->name, strlen(l->name) + 1);
	}
	text_add_bytes(key, language, strlen(language) + 1);
	text_add_bytes(key, text, strlen(text) + 1);
}

enum err prompt_speak(struct shelf *shelf, const struct voice_conf *conf, const char *language,
	const char *text, struct shelf_item *out, struct why *why)
{
	char buf[VOICE_TEXT_MAX + sizeof(*conf) + 256];
	CLEAN(pcm_free) struct pcm pcm = { 0 };
	struct text key = TEXT(buf);
	enum err e;

	key_of(conf, language, text, &key);
	/* A key that was cut could stand for two texts; such a text is too long to be spoken. */
	if (!key.cut && shelf_find(shelf, buf, key.used, out, NULL) == OK)
		return OK;
	e = voice_speak(conf, language, text, &pcm, why);
	if (e == OK)
		e = loudness_prompt(&pcm, why);
	if (e == OK)
		e = shelf_put(shelf, &pcm, out, why);
	if (e == OK)
		e = shelf_bind(shelf, buf, key.used, out, why);
	return e;
}

enum err prompt_file(struct shelf *shelf, const char *path, struct shelf_item *out, struct why *why)
{
	CLEAN(pcm_free) struct pcm pcm = { 0 };
	struct why inner = { .text = "" };
	enum err e = audio_read_file(path, &pcm, why);

	if (e != OK)
		return e;
	e = loudness_prompt(&pcm, &inner);
	if (e != OK)
		return FAIL(why, e, "%s: %s", path, inner.text);
	return shelf_put(shelf, &pcm, out, why);
}

enum err prompt_music(
	struct shelf *shelf, const char *path, struct shelf_item *out, struct why *why)
{
	CLEAN(pcm_free) struct pcm pcm = { 0 };
	char buf[64];
	struct text key = TEXT(buf);
	enum err e;

	text_add(&key, "%d our own music", RENDERING);
	if (!path && shelf_find(shelf, buf, key.used, out, NULL) == OK)
		return OK;
	e = path ? music_file(path, &pcm, why) : music_default(&pcm, why);
	if (e == OK)
		e = shelf_put(shelf, &pcm, out, why);
	if (e == OK && !path)
		e = shelf_bind(shelf, buf, key.used, out, why);
	return e;
}
