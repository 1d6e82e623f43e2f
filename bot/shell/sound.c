#include "bot/shell/sound.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"
#include "media/prompt/prompt.h"

#include <stdlib.h>
#include <string.h>

enum { SAMPLES_A_MS = 16, FADE_SAMPLES = 4800 };

struct said {
	struct shelf_item item;
	uint32_t live; /* engine sound; 0: none */
};

struct prompt_sounds {
	struct said number[SOUND_NUMBER_MAX +
			   1]; /* [0] is the only one of a prompt that speaks no number */
	bool music;
};

struct queue_music {
	struct shelf_item slice[SOUND_SLICES_MAX];
	unsigned n;
};

struct sounds {
	const struct config *conf;
	struct shelf *shelf;
	struct engine *engine;
	struct prompt_sounds *prompt;
	struct queue_music *queue;
};

CLEAN_FN(sounds_free, struct sounds *)

/* The text with {number} replaced. */
static void put_number(const char *text, int number, struct text *out)
{
	const char *at;

	while ((at = strstr(text, "{number}"))) {
		text_add_bytes(out, text, (size_t)(at - text));
		text_add(out, "%d", number);
		text = at + strlen("{number}");
	}
	text_add(out, "%s", text);
}

static enum err make_live(struct sounds *s, struct said *out, struct why *why)
{
	CLEAN(pcm_free) struct pcm pcm = { 0 };
	enum err e;

	if (!s->engine)
		return OK;
	e = shelf_load(s->shelf, out->item.name, &pcm, why);
	return e == OK ? engine_sound_add(s->engine, &pcm, &out->live, why) : e;
}

static enum err speak(struct sounds *s, const struct voice_conf *voice,
	const struct config_saying *p, int number, struct said *out, struct why *why)
{
	char buf[VOICE_TEXT_MAX + 1];
	struct text text = TEXT(buf);
	enum err e;

	put_number(p->text, number, &text);
	e = prompt_speak(s->shelf, voice, s->conf->language[p->language], buf, &out->item, why);
	return e == OK ? make_live(s, out, why) : e;
}

static enum err render(struct sounds *s, const struct voice_conf *voice, size_t i, struct why *why)
{
	const struct config_saying *p = &s->conf->prompt[i].in[0];
	struct prompt_sounds *out = &s->prompt[i];
	enum err e = OK;

	if (!p->text) {
		out->music = !*p->wav;
		e = *p->wav ? prompt_file(s->shelf, p->wav, &out->number[0].item, why)
			    : prompt_music(s->shelf, NULL, &out->number[0].item, why);
		return e == OK ? make_live(s, &out->number[0], why) : e;
	}
	for (int n = p->numbered ? 1 : 0; e == OK && n <= (p->numbered ? SOUND_NUMBER_MAX : 0); n++)
		e = speak(s, voice, p, n, &out->number[n], why);
	return e;
}

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

static enum err cut_queue(struct sounds *s, uint32_t q, struct why *why)
{
	const struct plan_queue *queue = &s->conf->plan.queue[q];
	size_t n = (size_t)queue->announce_ms * SAMPLES_A_MS, from = 0;
	CLEAN(pcm_free) struct pcm loop = { 0 };
	struct queue_music *out = &s->queue[q];
	enum err e = OK;

	if (queue->music)
		e = shelf_load(s->shelf, sound_item(s, queue->music, 0)->name, &loop, why);
	while (e == OK && out->n < SOUND_SLICES_MAX && (out->n == 0 || from < loop.n_samples)) {
		CLEAN(pcm_free) struct pcm piece = { 0 };

		e = cut(&loop, from, n, &piece, why);
		if (e == OK)
			e = shelf_put(s->shelf, &piece, &out->slice[out->n++], why);
		from += n;
	}
	return e;
}

static struct voice_conf voice_of(const struct config *conf)
{
	struct voice_conf v = voice_conf_default();

	v.words_per_minute = conf->voice.words_per_minute;
	return v;
}

enum err sounds_new(const struct config *conf, struct shelf *shelf, struct engine *engine,
	struct sounds **out, struct why *why)
{
	CLEAN(sounds_free) struct sounds *s = calloc(1, sizeof(*s));
	struct voice_conf voice = voice_of(conf);
	struct why inner;

	if (!s)
		return FAIL(why, E_SYSTEM, "no memory");
	s->conf = conf;
	s->shelf = shelf;
	s->engine = engine;
	s->prompt = calloc(conf->n_prompts, sizeof(*s->prompt));
	s->queue = calloc(conf->plan.n_queues + 1, sizeof(*s->queue));
	if (!s->prompt || !s->queue)
		return FAIL(why, E_SYSTEM, "no memory");
	for (size_t i = 0; i < conf->n_prompts; i++)
		if (render(s, &voice, i, &inner) != OK)
			return FAIL(why, inner.code, "prompt \"%s\": %s", conf->prompt[i].name,
				inner.text);
	for (uint32_t q = 0; q < conf->plan.n_queues; q++)
		if (cut_queue(s, q, &inner) != OK)
			return FAIL(why, inner.code, "music of queue \"%s\": %s",
				conf->queue[q].name, inner.text);
	*out = TAKE(s);
	return OK;
}

/* Who plays one of them just now plays it to its end. */
static void drop_live(struct sounds *s)
{
	for (size_t i = 0; s->prompt && i < s->conf->n_prompts; i++)
		for (size_t n = 0; n <= SOUND_NUMBER_MAX; n++)
			if (s->prompt[i].number[n].live &&
				engine_sound_drop(s->engine, s->prompt[i].number[n].live) != OK)
				abort(); /* it is ours, and nobody else drops it */
}

void sounds_free(struct sounds *s)
{
	if (!s)
		return;
	drop_live(s);
	free(s->prompt);
	free(s->queue);
	free(s);
}

static const struct said *said_of(const struct sounds *s, uint16_t prompt, int32_t number)
{
	bool numbered = s->conf->prompt[prompt - 1].in[0].numbered;

	if (numbered && (number < 1 || number > SOUND_NUMBER_MAX))
		return NULL;
	return &s->prompt[prompt - 1].number[numbered ? number : 0];
}

const struct shelf_item *sound_item(const struct sounds *s, uint16_t prompt, int32_t number)
{
	const struct said *said = said_of(s, prompt, number);

	return said ? &said->item : NULL;
}

uint32_t sound_live(const struct sounds *s, uint16_t prompt, int32_t number)
{
	const struct said *said = said_of(s, prompt, number);

	return said ? said->live : 0;
}

const struct shelf_item *sound_music(const struct sounds *s, uint32_t queue, unsigned round)
{
	return &s->queue[queue].slice[round % s->queue[queue].n];
}

uint32_t sound_music_live(const struct sounds *s, uint16_t prompt)
{
	return prompt ? s->prompt[prompt - 1].number[0].live : 0;
}
