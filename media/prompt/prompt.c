#include "media/prompt/prompt.h"

#include "bot/base/text.h"
#include "media/prompt/audio.h"
#include "media/prompt/loudness.h"
#include "media/prompt/music.h"

#include <string.h>

/* Changes when the same text would give other bytes: how it is levelled, trimmed, padded; or our
 * own music gets other notes. */
enum { RENDERING = 2 };

/* Everything the sound depends on, each part ended by a NUL. A key that was cut could stand for
 * two texts; such a text is too long to be spoken. */
struct key {
	char at[VOICE_TEXT_MAX + sizeof(struct voice_conf) + 256];
	struct text text;
};

static void key_of(
	const struct voice_conf *conf, const char *language, const char *text, struct key *key)
{
	struct text *t = &key->text;

	*t = TEXT(key->at);
	text_add(t, "%d %u", RENDERING, conf->words_per_minute);
	text_add_bytes(t, "", 1);
	text_add_bytes(t, conf->engine, strlen(conf->engine) + 1);
	text_add_bytes(t, conf->command, strlen(conf->command) + 1);
	for (size_t i = 0; i < conf->n_languages; i++) {
		const struct voice_language *l = &conf->languages[i];

		text_add_bytes(t, l->language, strlen(l->language) + 1);
		text_add_bytes(t, l->name, strlen(l->name) + 1);
	}
	text_add_bytes(t, language, strlen(language) + 1);
	text_add_bytes(t, text, strlen(text) + 1);
}

static enum err key_find(struct shelf *shelf, const struct key *key, struct shelf_item *out)
{
	return key->text.cut ? E_ABSENT : shelf_find(shelf, key->at, key->text.used, out, NULL);
}

enum err prompt_find(struct shelf *shelf, const struct voice_conf *conf, const char *language,
	const char *text, struct shelf_item *out)
{
	struct key key;

	key_of(conf, language, text, &key);
	return key_find(shelf, &key, out) == OK ? OK : E_ABSENT;
}

enum err prompt_speak(struct shelf *shelf, const struct voice_conf *conf, const char *language,
	const char *text, struct shelf_item *out, struct why *why)
{
	CLEAN(pcm_free) struct pcm pcm = { 0 };
	struct key key;
	enum err e;

	key_of(conf, language, text, &key);
	if (key_find(shelf, &key, out) == OK)
		return OK;
	e = voice_speak(conf, language, text, &pcm, why);
	if (e == OK)
		e = loudness_prompt(&pcm, why);
	if (e == OK)
		e = shelf_put(shelf, &pcm, out, why);
	if (e == OK)
		e = shelf_bind(shelf, key.at, key.text.used, out, why);
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
