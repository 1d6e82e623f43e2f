/*
 * Everything listed, made: a few threads, since what takes time is waiting for a voice and a disk.
 * What the shelf has is made once in its life.
 */
#include "bot/shell/sound_inside.h"

#include "bot/base/clean.h"
#include "bot/base/log.h"
#include "bot/shell/speaker.h"
#include "media/prompt/prompt.h"
#include "media/prompt/say.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { RENDERERS = 4 };

struct work {
	struct sounds *s;
	bool live;
	atomic_size_t next;
	atomic_size_t stood_in; /* sentences that the fallback spoke */
	/* Guards those below: of several that failed the first in the list is told. */
	pthread_mutex_t lock;
	size_t failed,
		missed; /* index of what nobody, and of what the voice could not; n_said: none */
	struct why why, missed_why;
};

static void note(struct work *w, size_t *which, struct why *told, size_t at, const struct why *why)
{
	pthread_mutex_lock(&w->lock);
	if (at < *which) {
		*which = at;
		*told = *why;
	}
	pthread_mutex_unlock(&w->lock);
}

/* A voice that failed once is not asked for the next thousand sentences; what it has spoken before
 * is on the shelf. */
static enum err speak_words(struct work *w, struct speaker *speaker, const struct said *said,
	const char *words, struct shelf_item *out, struct why *why)
{
	const char *language = w->s->conf->language[said->language];
	struct shelf *shelf = w->s->shelf;
	enum err e = prompt_find(shelf, &speaker->voice, language, words, out);

	if (e == OK)
		return OK;
	if (atomic_load(&w->stood_in) == 0) {
		e = prompt_speak(shelf, &speaker->voice, language, words, out, why);
		if (e == OK || !speaker->fallback.engine[0])
			return e;
		note(w, &w->missed, &w->missed_why, (size_t)(said - w->s->said), why);
	}
	atomic_fetch_add(&w->stood_in, 1);
	return prompt_speak(shelf, &speaker->fallback, language, words, out, why);
}

static enum err speak(struct work *w, struct speaker *speaker, struct said *said, const char *text,
	struct why *why)
{
	const char *language = w->s->conf->language[said->language];
	CLEAN(free) char *words = malloc(SAY_TEXT_MAX);
	enum err e;

	if (!words)
		return FAIL(why, E_SYSTEM, "no memory");
	e = say_text(language, text, said->value, words, SAY_TEXT_MAX, why);
	if (e != OK)
		return e;
	return speak_words(w, speaker, said, words, &said->item, why);
}

static enum err render(struct work *w, struct speaker *speaker, struct said *said, struct why *why)
{
	const struct config_saying *in = &w->s->conf->prompt[said->prompt].in[said->language];
	enum err e;

	if (in->text)
		e = speak(w, speaker, said, in->text, why);
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
	struct speaker speaker;
	struct why why;
	size_t i;

	speaker_init(&speaker, w->s->conf);
	while ((i = atomic_fetch_add(&w->next, 1)) < w->s->n_said) {
		if (render(w, &speaker, &w->s->said[i], &why) == OK)
			continue;
		note(w, &w->failed, &w->why, i, &why);
		atomic_store(&w->next, w->s->n_said); /* no more are begun */
	}
	speaker_fini(&speaker);
	return NULL;
}

/* "prompt NAME in LANGUAGE: why". */
static enum err told_of(const struct sounds *s, size_t at, const struct why *cause, struct why *why)
{
	const struct said *said = &s->said[at];

	return FAIL(why, cause->code, "prompt \"%s\" in \"%s\": %s",
		s->conf->prompt[said->prompt].name, s->conf->language[said->language], cause->text);
}

static enum err told(struct work *w, struct why *why)
{
	const struct sounds *s = w->s;
	struct why missed;

	if (w->failed < s->n_said)
		return told_of(s, w->failed, &w->why, why);
	if (w->missed < s->n_said && told_of(s, w->missed, &w->missed_why, &missed) != OK)
		log_line(LOG_WARN, "prompt", "", "%s -> %zu spoken by %s until it is read again",
			missed.text, atomic_load(&w->stood_in), s->conf->voice.fallback.engine);
	return OK;
}

enum err sound_render(struct sounds *s, bool live, struct why *why)
{
	struct work w = { .s = s, .live = live, .failed = s->n_said, .missed = s->n_said };
	pthread_t thread[RENDERERS - 1];
	size_t n = 0;

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
