/*
 * Who hears whom. By default everybody in the call hears all others and the bot's prompts; who was
 * invited apart from the default group hears nobody and is heard by nobody; routing groups add
 * what they say. Who is muted is not heard; who is on hold hears music alone.
 *
 * Assumed, as nothing documents it: routing groups add to the default mix and take nothing away.
 */
#include "graph/sim/inside.h"

#include <string.h>
#include <strings.h>

static bool can_hear(const struct party *p)
{
	return p->state == PARTY_IN && !p->held;
}

static bool can_talk(const struct party *p)
{
	return p->state == PARTY_IN && !p->held && !p->muted;
}

static bool receives(const struct routing_group *g, const char *id)
{
	for (size_t i = 0; i < g->n_receivers; i++)
		if (strcasecmp(g->receiver[i], id) == 0)
			return true;
	return false;
}

static bool routed(const struct sim_call *c, const char *source, const char *receiver)
{
	for (size_t i = 0; i < GROUPS_MAX; i++)
		if (c->routing[i].id[0] && strcasecmp(c->routing[i].source, source) == 0 &&
			receives(&c->routing[i], receiver))
			return true;
	return false;
}

static uint32_t hears_now(const struct sim_call *c, size_t listener)
{
	const struct party *l = &c->party[listener];
	uint32_t bits = 0;

	if (!can_hear(l))
		return 0;
	if (!c->muted && (!l->apart || routed(c, c->me, l->id)))
		bits |= HEARS_BOT;
	for (size_t i = 0; i < PARTY_MAX; i++) {
		const struct party *t = &c->party[i];

		if (i != listener && can_talk(t) &&
			((!l->apart && !t->apart) || routed(c, t->id, l->id)))
			bits |= 1u << i;
	}
	return bits;
}

static void tell(struct sim *s, struct sim_call *c, size_t listener, uint32_t who, bool on)
{
	struct sim_out *o = out_add(s, SIM_HEARS, c->key);

	o->person = c->party[listener].person;
	o->key = who;
	o->on = on;
}

/* The phones are told what differs from what they were told last. */
void mix_update(struct sim *s, struct sim_call *c)
{
	for (size_t i = 0; i < PARTY_MAX; i++) {
		struct party *l = &c->party[i];
		uint32_t now = hears_now(c, i), differs = now ^ l->hears;

		if (l->state != PARTY_IN)
			continue;
		l->hears = now;
		if (!l->person)
			continue;
		if (differs & HEARS_BOT)
			tell(s, c, i, 0, now & HEARS_BOT);
		for (size_t k = 0; k < PARTY_MAX; k++)
			if (k != i && differs & 1u << k && c->party[k].state == PARTY_IN &&
				c->party[k].person)
				tell(s, c, i, c->party[k].person, now & 1u << k);
	}
}

/* A slot of the table changes hands: the phones of newcomers hear and are heard by all. */
void mix_forget(struct sim_call *c, size_t party)
{
	c->party[party].hears = HEARS_ALL;
	for (size_t i = 0; i < PARTY_MAX; i++)
		c->party[i].hears |= 1u << party;
}

/* {"ann": ["bot", "bob"], ...}: by name, with "bot" for prompts. */
json_t *mix_json(struct sim *s, struct sim_call *c)
{
	json_t *all = json_object();

	for (size_t i = 0; i < PARTY_MAX; i++) {
		json_t *one;
		uint32_t hears;

		if (c->party[i].state != PARTY_IN || !c->party[i].person)
			continue;
		hears = hears_now(c, i);
		one = json_array();
		if (hears & HEARS_BOT)
			json_array_append_new(one, json_string("bot"));
		if (c->party[i].held)
			json_array_append_new(one, json_string("music"));
		for (size_t k = 0; k < PARTY_MAX; k++)
			if (hears & 1u << k && c->party[k].person)
				json_array_append_new(
					one, json_string(person_name(s, c->party[k].person)));
		json_object_set_new(all, person_name(s, c->party[i].person), one);
	}
	return all;
}
