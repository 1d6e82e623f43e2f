#include "bot/core/party.h"

#include "bot/core/contact.h"
#include "bot/core/touch.h"

#include <assert.h>

void party_add(struct centre *c, struct contact *k, struct party p, enum role role)
{
	struct agent *a = &c->agent[p.agent];
	uint32_t *at = &k->first_party;

	assert(p.agent && p.attempt && !a->attempt);
	assert(party_count(c, k) < PARTIES_MAX);
	while (*at)
		at = &c->agent[*at].next_party;
	*at = p.agent;
	a->next_party = 0;
	a->contact = contact_slot(c, k);
	a->attempt = p.attempt;
	a->role = (uint8_t)role;
	a->hearing = HEAR_NOTHING;
	a->asked = false;
	touch_contact(c, k);
	touch_agent(c, p.agent);
}

void party_remove(struct centre *c, struct contact *k, uint32_t agent)
{
	struct agent *a = &c->agent[agent];
	uint32_t *at = &k->first_party;

	assert(a->attempt && a->contact == contact_slot(c, k));
	while (*at != agent)
		at = &c->agent[*at].next_party;
	*at = a->next_party;
	a->next_party = 0;
	a->contact = 0;
	a->attempt = 0;
	a->role = ROLE_OFFER;
	a->hearing = HEAR_NOTHING;
	a->asked = false;
	touch_contact(c, k);
	touch_agent(c, agent);
}

bool party_find(
	const struct centre *c, const struct contact *k, uint32_t attempt, struct party *out)
{
	if (!attempt)
		return false;
	for (uint32_t agent = k->first_party; agent; agent = c->agent[agent].next_party)
		if (c->agent[agent].attempt == attempt) {
			*out = (struct party){ agent, attempt };
			return true;
		}
	*out = party_lead(k); /* whose agent a new plan may have lost */
	return k->ring == attempt;
}

struct party party_lead(const struct contact *k)
{
	return (struct party){ k->agent, k->ring };
}

uint32_t party_count(const struct centre *c, const struct contact *k)
{
	uint32_t n = 0;

	for (uint32_t agent = k->first_party; agent; agent = c->agent[agent].next_party)
		n++;
	return n;
}

struct effect *party_emit(
	struct centre *c, enum effect_kind kind, const struct contact *k, struct party p)
{
	struct effect *fx = effect_emit(c, kind, k, p.attempt);

	fx->agent = (uint16_t)p.agent;
	fx->queue = (uint16_t)k->queue;
	if (kind == FX_ASK || kind == FX_RING)
		fx->call_back = k->call_back || k->called_back;
	return fx;
}
