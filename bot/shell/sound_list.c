/*
 * What there is to say: each prompt that anything refers to, in each language that has words of
 * its own for it, with each value that the plan can have it speak.
 */
#include "bot/shell/sound_inside.h"

#include "bot/base/clean.h"
#include "bot/core/estimate.h"
#include "bot/shell/builtin.h"

#include <stdlib.h>
#include <string.h>

enum { VALUES_MAX = 128 };
_Static_assert((int)SOUND_NUMBER_MAX < (int)VALUES_MAX, "places fit");

/* Of one prompt. */
struct wanted {
	bool used;
	uint64_t value[VALUES_MAX / 64];
};

/* prompt: index + 1, 0 none. */
static void use(struct wanted w[], uint16_t prompt)
{
	if (prompt)
		w[prompt - 1].used = true;
}

static void use_with(struct wanted w[], uint16_t prompt, unsigned value)
{
	use(w, prompt);
	if (prompt)
		w[prompt - 1].value[value / 64] |= UINT64_C(1) << value % 64;
}

static void use_of_queue(struct wanted w[], const struct plan *plan, const struct plan_queue *q)
{
	unsigned places = q->position_max ? q->position_max : SOUND_PLACES;

	if (places > q->waiting_max)
		places = q->waiting_max;

	for (unsigned n = 1; n <= places && n <= SOUND_NUMBER_MAX; n++)
		use_with(w, q->position_prompt, n);
	for (uint32_t n = 1; n <= ESTIMATE_MINUTES_MAX; n++)
		if (estimate_rounded(n * 60000) == n) /* one that it may be rounded to */
			use_with(w, q->estimate_prompt, n);
	use_with(w, q->estimate_over_prompt, ESTIMATE_MINUTES_MAX);
	use(w, q->music);
	use(w, q->timeout_prompt);
	use(w, q->full_prompt);
	use(w, q->no_agents_prompt);
	use(w, q->closed.prompt);
	use(w, q->dialled_prompt);
	use(w, q->consent_prompt);
	for (unsigned i = 0; i < q->n_messages; i++)
		use(w, plan->message[q->first_message + i]);
}

static bool is_builtin(const struct config_prompt *p)
{
	const struct config_saying *in = &p->in[0];

	for (size_t i = 0; i < n_builtin_prompts; i++) {
		const struct builtin_prompt *b = &builtin_prompts[i];

		if (strcmp(b->name, p->name) == 0)
			return b->en ? in->text == b->en || in->text == b->de
				     : in->wav && !*in->wav;
	}
	return false;
}

static void use_all(struct wanted w[], const struct config *conf)
{
	const struct plan *plan = &conf->plan;

	for (uint32_t i = 0; i < plan->n_steps; i++) {
		use(w, plan->step[i].prompt);
		use(w, plan->step[i].wrong_prompt);
		use(w, plan->step[i].done_prompt);
	}
	for (uint32_t i = 0; i < plan->n_queues; i++)
		use_of_queue(w, plan, &plan->queue[i]);
	for (size_t i = 0; i < conf->n_prompts; i++)
		if (!is_builtin(&conf->prompt[i]))
			w[i].used = true;
}

/* Appended to out where there is one; how many they are. */
static size_t list_values(
	const struct wanted *w, const struct config_saying *in, struct said like, struct said *out)
{
	size_t n = 0;

	for (unsigned v = 0; v < VALUES_MAX; v++) {
		like.value = (int32_t)v;
		if (in->numbered ? w->value[v / 64] >> v % 64 & 1 : v == 0) {
			if (out)
				out[n] = like;
			n++;
		}
	}
	return n;
}

/* Languages that speak another's words have none here: sound_said looks there. */
static size_t list_all(struct sounds *s, const struct wanted w[], struct said *out)
{
	uint8_t n_languages = s->conf->n_languages;
	size_t n = 0;

	for (size_t i = 0; i < s->conf->n_prompts * n_languages; i++) {
		size_t p = i / n_languages;
		uint8_t language = (uint8_t)(i % n_languages);
		const struct config_saying *in = &s->conf->prompt[p].in[language];

		s->first[i] = (uint32_t)n;
		if (w[p].used && in->language == language)
			n += list_values(&w[p], in,
				(struct said){ .prompt = (uint16_t)p, .language = language },
				out ? out + n : NULL);
	}
	s->first[s->conf->n_prompts * n_languages] = (uint32_t)n;
	return n;
}

enum err sound_list(struct sounds *s, struct why *why)
{
	CLEAN(free) struct wanted *w = calloc(s->conf->n_prompts + 1, sizeof(*w));

	s->first = calloc(s->conf->n_prompts * s->conf->n_languages + 1, sizeof(*s->first));
	if (!w || !s->first)
		return FAIL(why, E_SYSTEM, "no memory");
	use_all(w, s->conf);
	s->n_said = list_all(s, w, NULL);
	s->said = calloc(s->n_said + 1, sizeof(*s->said));
	if (!s->said)
		return FAIL(why, E_SYSTEM, "no memory");
	(void)list_all(s, w, s->said);
	return OK;
}

struct said *sound_said(const struct sounds *s, uint16_t prompt, uint8_t language, int32_t value)
{
	const struct config_saying *in;
	size_t at;

	if (!prompt || prompt > s->conf->n_prompts)
		return NULL;
	if (language >= s->conf->n_languages)
		language = 0;
	in = &s->conf->prompt[prompt - 1].in[language];
	at = (prompt - 1u) * s->conf->n_languages + in->language;
	for (uint32_t i = s->first[at]; i < s->first[at + 1]; i++)
		if (!in->numbered || s->said[i].value == value)
			return &s->said[i];
	return NULL;
}
