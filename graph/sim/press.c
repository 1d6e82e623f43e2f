/*
 * Callers at their keys. Somebody who hears the same menu again presses again: that is how people
 * get through a lost tone.
 */
#include "graph/sim/inside.h"

enum { BLIND_MS = 3000 }; /* on a relay leg the prompts are nobody's business but the bot's */

static bool wanted(const struct sim_call *c, size_t i, uint64_t sound)
{
	const struct press *p = &c->caller.press[i];

	if (c->pressed[i].prompt == c->n_prompts)
		return false;
	if (c->pressed[i].prompt)
		return c->pressed[i].sound == sound;
	return p->on == PRESS_MENU || (p->on == PRESS_PROMPT && p->prompt == c->n_prompts);
}

/* A prompt began, or tones were subscribed to while one runs. */
void press_consider(struct sim *s, struct sim_call *c)
{
	const struct op *op = op_playing(c);

	if (!op || (!c->tones && op->kind != OP_RECORD) || c->connected)
		return;
	for (size_t i = 0; i < c->caller.n_press; i++)
		if (wanted(c, i, op->sound)) {
			c->pressed[i].prompt = c->n_prompts;
			c->pressed[i].sound = op->sound;
			timer_set(s, scaled(s, c->caller.press[i].after_ms), TIMER_PRESS, c->key,
				(uint32_t)i);
		}
}

void press_active(struct sim *s, struct sim_call *c)
{
	for (size_t i = 0; i < c->caller.n_press; i++) {
		uint64_t ms = c->caller.press[i].after_ms;

		if (c->caller.press[i].on != PRESS_AFTER && !c->relay)
			continue;
		if (c->caller.press[i].on != PRESS_AFTER)
			ms += BLIND_MS;
		timer_set(s, scaled(s, ms), TIMER_PRESS, c->key, (uint32_t)i);
	}
}

void press_now(struct sim *s, struct sim_call *c, uint32_t index)
{
	const struct op *playing = op_playing(c);
	struct sim_out *o;

	if (c->state != CALL_ESTABLISHED || c->connected)
		return;
	if (!c->relay && !c->tones && !(playing && playing->kind == OP_RECORD)) {
		c->pressed[index].waits = true;
		return;
	}
	o = out_add(s, SIM_KEY, c->key);
	o->person = caller_of(c);
	o->digit = c->caller.press[index].digit;
	if (!c->relay && c->tones)
		note_tone(s, c, o->digit);
}

void press_subscribed(struct sim *s, struct sim_call *c)
{
	for (size_t i = 0; i < c->caller.n_press; i++)
		if (c->pressed[i].waits) {
			c->pressed[i].waits = false;
			press_now(s, c, (uint32_t)i);
		}
	press_consider(s, c);
}

/* The beep was heard: who has something to say says it once. */
void record_begins(struct sim *s, struct sim_call *c, uint32_t key)
{
	const struct op *op = op_by_key(c, key);

	if (!op || op->kind != OP_RECORD || c->state == CALL_ENDED)
		return;
	c->listens = true;
	if (c->connected) /* and talks already */
		return;
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state == PARTY_IN)
			people_say(s, c->party[i].person, true);
}
