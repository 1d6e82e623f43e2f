#include "bot/shell/sound_inside.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { SAMPLES_A_MS = 16, FADE_SAMPLES = 4800 };

CLEAN_FN(sounds_free, struct sounds *)

/* A piece of the loop, or of silence where there is none, fading in and out since Graph leaves a
 * gap between two. */
static enum err cut(const struct pcm *loop, size_t from, size_t n, struct pcm *out, struct why *why)
{
	size_t fade = n / 4 < FADE_SAMPLES ? n / 4 : FADE_SAMPLES;

	out->samples = calloc(n, sizeof(out->samples[0]));
	if (!out->samples)
		return FAIL(why, E_SYSTEM, "no memory for music");
	out->n_samples = n;
	for (size_t i = 0; i < n && loop->n_samples > 0; i++) {
		int32_t v = loop->samples[(from + i) % loop->n_samples];
		size_t edge = i < n - 1 - i ? i : n - 1 - i;

		out->samples[i] = (int16_t)(edge < fade ? v * (int32_t)edge / (int32_t)fade : v);
	}
	return OK;
}

static enum err cut_loop(struct sounds *s, const struct said *music, uint32_t round_ms,
	struct queue_music *out, struct why *why)
{
	size_t n = (size_t)round_ms * SAMPLES_A_MS, from = 0;
	CLEAN(pcm_free) struct pcm loop = { 0 };
	enum err e = OK;

	if (music)
		e = shelf_load(s->shelf, music->item.name, &loop, why);
	while (e == OK && out->n < SOUND_SLICES_MAX && (out->n == 0 || from < loop.n_samples)) {
		CLEAN(pcm_free) struct pcm piece = { 0 };

		e = cut(&loop, from, n, &piece, why);
		if (e == OK)
			e = shelf_put(s->shelf, &piece, &out->slice[out->n++], why);
		from += n;
	}
	return e;
}

static struct said *music_of(const struct sounds *s, size_t at)
{
	uint8_t n_languages = s->conf->n_languages;
	const struct plan_queue *q = &s->conf->plan.queue[at / n_languages];

	return sound_said(s, q->music, (uint8_t)(at % n_languages), 0);
}

/* A thousand queues mostly have the same music in rounds of the same length. */
static const struct queue_music *cut_before(const struct sounds *s, size_t at)
{
	const struct plan_queue *queue = s->conf->plan.queue;
	uint8_t n_languages = s->conf->n_languages;

	for (size_t i = 0; i < at; i++)
		if (music_of(s, i) == music_of(s, at) &&
			queue[i / n_languages].announce_ms == queue[at / n_languages].announce_ms)
			return &s->music[i];
	return NULL;
}

static enum err cut_music(struct sounds *s, struct why *why)
{
	uint8_t n_languages = s->conf->n_languages;
	struct why inner;

	for (size_t i = 0; i < (size_t)s->conf->plan.n_queues * n_languages; i++) {
		const struct queue_music *same = cut_before(s, i);

		if (same)
			s->music[i] = *same;
		else if (cut_loop(s, music_of(s, i),
				 s->conf->plan.queue[i / n_languages].announce_ms, &s->music[i],
				 &inner) != OK)
			return FAIL(why, inner.code, "music of queue \"%s\": %s",
				s->conf->queue[i / n_languages].name, inner.text);
	}
	return OK;
}

enum err sounds_new(const struct config *conf, struct shelf *shelf, bool live, struct sounds **out,
	struct why *why)
{
	CLEAN(sounds_free) struct sounds *s = calloc(1, sizeof(*s));
	enum err e;

	if (!s)
		return FAIL(why, E_SYSTEM, "no memory");
	s->conf = conf;
	s->shelf = shelf;
	s->music = calloc((size_t)conf->plan.n_queues * conf->n_languages + 1, sizeof(*s->music));
	if (!s->music)
		return FAIL(why, E_SYSTEM, "no memory");
	e = sound_list(s, why);
	if (e == OK)
		e = sound_render(s, live, why);
	if (e == OK)
		e = cut_music(s, why);
	if (e == OK)
		*out = TAKE(s);
	return e;
}

enum err sounds_live(struct sounds *s, struct engine *engine, struct why *why)
{
	enum err e = OK;

	s->engine = engine;
	for (size_t i = 0; e == OK && i < s->n_said; i++)
		e = engine_sound_add(engine, &s->said[i].pcm, &s->said[i].live, why);
	return e;
}

void sounds_free(struct sounds *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_said; i++) {
		if (s->said[i].live)
			(void)engine_sound_drop(
				s->engine, s->said[i].live); /* nobody else drops it */
		pcm_free(&s->said[i].pcm);
	}
	free(s->said);
	free(s->first);
	free(s->music);
	free(s);
}

/* What an effect says, in its order. */
static size_t said_by(
	const struct sounds *s, const struct effect *fx, const struct said *out[SOUND_LIST_MAX])
{
	size_t n = 0;

	out[n] = sound_said(s, fx->prompt, fx->language, fx->value);
	n += out[n] != NULL;
	for (size_t i = 0; i < SAY_MORE && fx->also[i].prompt; i++) {
		out[n] = sound_said(s, fx->also[i].prompt, fx->language, fx->also[i].value);
		n += out[n] != NULL;
	}
	return n;
}

size_t sound_items(const struct sounds *s, const struct effect *fx,
	const struct shelf_item *out[SOUND_LIST_MAX])
{
	const struct said *said[SOUND_LIST_MAX];
	size_t n = said_by(s, fx, said);

	for (size_t i = 0; i < n; i++)
		out[i] = &said[i]->item;
	return n;
}

size_t sound_lives(const struct sounds *s, const struct effect *fx, uint32_t out[SOUND_LIST_MAX])
{
	const struct said *said[SOUND_LIST_MAX];
	size_t n = said_by(s, fx, said);

	for (size_t i = 0; i < n; i++)
		out[i] = said[i]->live;
	return n;
}

const struct shelf_item *sound_music(
	const struct sounds *s, uint32_t queue, uint8_t language, unsigned round)
{
	const struct queue_music *m;

	if (language >= s->conf->n_languages)
		language = 0;
	m = &s->music[(size_t)queue * s->conf->n_languages + language];
	return &m->slice[round % m->n];
}

uint32_t sound_music_live(const struct sounds *s, uint16_t prompt, uint8_t language)
{
	const struct said *said = sound_said(s, prompt, language, 0);

	return said ? said->live : 0;
}

const struct shelf_item *sound_item(
	const struct sounds *s, uint16_t prompt, uint8_t language, int32_t value)
{
	const struct said *said = sound_said(s, prompt, language, value);

	return said ? &said->item : NULL;
}
