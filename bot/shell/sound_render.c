/*
 * Everything listed, made: a few threads, since what takes time is waiting for a voice and a disk.
 * What the shelf has is made once in its life.
 */
#include "bot/shell/sound_inside.h"

#include "bot/base/clean.h"
#include "media/prompt/prompt.h"
#include "media/prompt/say.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { RENDERERS = 4 };

struct work {
	struct sounds *s;
	struct voice_conf voice;
	bool live;
	atomic_size_t next;
	/* Guards the two below: of several that failed the first in the list is told. */
	pthread_mutex_t lock;
	size_t failed; /* index; n_said: none */
	struct why why;
};

static enum err speak(const struct work *w, struct said *said, const char *text, struct why *why)
{
	const char *language = w->s->conf->language[said->language];
	CLEAN(free) char *words = malloc(SAY_TEXT_MAX);
	enum err e;

	if (!words)
		return FAIL(why, E_SYSTEM, "no memory");
	e = say_text(language, text, said->value, words, SAY_TEXT_MAX, why);
	if (e != OK)
		return e;
	return prompt_speak(w->s->shelf, &w->voice, language, words, &said->item, why);
}

static enum err render(const struct work *w, struct said *said, struct why *why)
{
	const struct config_saying *in = &w->s->conf->prompt[said->prompt].in[said->language];
	enum err e;

	if (in->text)
		e = speak(w, said, in->text, why);
	else if (*in->wav)
		e = prompt_file(w->s->shelf, in->wav, &said->item, why);
	else
		e = prompt_music(w->s->shelf, NULL, &said->item, why);
	if (e == OK && w->live)
		e = shelf_load(w->s->shelf, said->item.name, &said->pcm, why);
	return e;
}

static void *work(void *arg)
{
	struct work *w = arg;
	struct why why;
	size_t i;

	while ((i = atomic_fetch_add(&w->next, 1)) < w->s->n_said) {
		if (render(w, &w->s->said[i], &why) == OK)
			continue;
		pthread_mutex_lock(&w->lock);
		if (i < w->failed) {
			w->failed = i;
			w->why = why;
		}
		pthread_mutex_unlock(&w->lock);
		atomic_store(&w->next, w->s->n_said); /* no more are begun */
	}
	return NULL;
}

static enum err told(const struct work *w, struct why *why)
{
	const struct sounds *s = w->s;
	const struct said *said;

	if (w->failed == s->n_said)
		return OK;
	said = &s->said[w->failed];
	return FAIL(why, w->why.code, "prompt \"%s\" in \"%s\": %s",
		s->conf->prompt[said->prompt].name, s->conf->language[said->language], w->why.text);
}

enum err sound_render(struct sounds *s, bool live, struct why *why)
{
	struct work w = {
		.s = s, .voice = voice_conf_default(), .live = live, .failed = s->n_said
	};
	pthread_t thread[RENDERERS - 1];
	size_t n = 0;

	w.voice.words_per_minute = s->conf->voice.words_per_minute;
	pthread_mutex_init(&w.lock, NULL);
	/* Fewer threads are slower, and as good. */
	while (n < ARRAY_LEN(thread) && n + 1 < s->n_said &&
		pthread_create(&thread[n], NULL, work, &w) == 0)
		n++;
	(void)work(&w);
	while (n > 0)
		pthread_join(thread[--n], NULL);
	pthread_mutex_destroy(&w.lock);
	return told(&w, why);
}
