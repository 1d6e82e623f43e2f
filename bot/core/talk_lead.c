/* Who has the caller: one goes, and another comes, or a queue, or nobody. */
#include "bot/core/talk.h"

#include "bot/core/agent.h"
#include "bot/core/contact.h"
#include "bot/core/flow.h"
#include "bot/core/queue.h"
#include "bot/core/touch.h"

#include <assert.h>

void talk_met(struct centre *c, const struct contact *k, uint32_t agent)
{
	c->agent[agent].talked_with = k->number;
	c->agent[agent].talked_in = k->queue;
	c->agent[agent].n_unanswered = 0;
	touch_agent(c, agent);
}

void talk_lead_out(struct centre *c, struct contact *k, struct freed *f)
{
	uint32_t agent = k->agent, wrap_up_ms = k->queue ? queue_plan(c, k->queue)->wrap_up_ms : 0;
	uint64_t talked_ms = c->now_ms - c->agent[agent].since_ms;

	k->agent = 0;
	k->ring = 0;
	if (!agent)
		return;            /* A new plan has lost her. */
	if (k->queue && talked_ms) /* After a transfer the talk is not seen. */
		estimate_served(c, k->queue, talked_ms + wrap_up_ms);
	party_remove(c, k, agent);
	agent_wrap_up(c, agent, wrap_up_ms);
	freed_add(f, agent);
}

static void lead_sent_away(struct centre *c, struct contact *k, struct freed *f)
{
	party_emit(c, FX_DROP_AGENT, k, party_lead(k));
	talk_lead_out(c, k, f);
}

/* p has the caller. Who whispers does so to her. */
static void lead(struct centre *c, struct contact *k, struct party p)
{
	k->agent = p.agent;
	k->ring = p.attempt;
	k->record.agent = (uint16_t)p.agent;
	c->agent[p.agent].role = ROLE_OFFER;
	talk_met(c, k, p.agent);
	talk_unhold(c, k);
	talk_hear(c, k, p, HEAR_ALL);
	talk_again(c, k);
}

void talk_over_to(struct centre *c, struct contact *k, struct party p)
{
	struct freed f = { .n = 0 };

	lead_sent_away(c, k, &f);
	lead(c, k, p);
	offer_freed(c, &f);
}

/* Nobody has the caller: in line, but for somebody who rings. */
static void wait_in_place(struct centre *c, struct contact *k)
{
	k->doubtful = false;
	k->sent_on = true;
	contact_phase_set(c, k, PHASE_RINGING);
	queue_put(c, k);
	queue_hold(c, k);
}

static void wait_for(struct centre *c, struct contact *k, struct party p)
{
	k->agent = p.agent;
	k->ring = p.attempt;
	c->agent[p.agent].role = ROLE_TRANSFER;
	touch_agent(c, p.agent);
	timer_set(&c->timers, agent_node(c, p.agent), NEVER);
	contact_due(c, k, DUE_RING, talk_ring_until_ms(c, k));
}

void talk_to_agent(struct centre *c, struct contact *k, uint32_t agent)
{
	struct freed f = { .n = 0 };

	assert(k->queue);
	talk_unhold(c, k);
	talk_end(c, k, &f);
	k->record.n_offers++;
	wait_in_place(c, k);
	wait_for(c, k, talk_invite(c, k, agent, ROLE_TRANSFER, HEAR_ALL));
	offer_freed(c, &f);
}

void talk_to_queue(struct centre *c, struct contact *k, uint32_t queue)
{
	struct freed f = { .n = 0 };

	talk_unhold(c, k);
	talk_end(c, k, &f);
	k->record.connected_ms = 0;
	queue_enter(c, k, queue);
	offer_freed(c, &f);
}

/* The agents are gone, and the caller is not. */
static void afterwards(struct centre *c, struct contact *k)
{
	if (!k->queue || queue_plan(c, k->queue)->survey.kind != TARGET_FLOW) {
		contact_close(c, k, OUTCOME_HANDLED, 0);
		return;
	}
	talk_unhold(c, k);
	k->n_typed = 0;
	k->record.left_ms = c->now_ms;
	flow_survey(c, k, OUTCOME_HANDLED);
}

void talk_left(struct centre *c, struct contact *k)
{
	struct party next = talk_consulted(c, k);
	struct freed f = { .n = 0 };
	bool rings = next.agent && c->agent[next.agent].phase == AGENT_RINGING;

	talk_lead_out(c, k, &f);
	if (next.agent && !rings) {
		lead(c, k, next);
	} else if (rings && k->queue) {
		/* Better than to hang up on who hears music: the ring goes on as a transfer. */
		c->agent[next.agent].role = ROLE_TRANSFER;
		touch_agent(c, next.agent);
		talk_dismiss_all(c, k, &f);
		talk_unhold(c, k);
		wait_in_place(c, k);
		wait_for(c, k, next);
	} else {
		talk_dismiss_all(c, k, &f);
		afterwards(c, k);
	}
	offer_freed(c, &f);
}

void talk_end(struct centre *c, struct contact *k, struct freed *f)
{
	if (k->held)
		k->record.held_ms += (uint32_t)c->now_ms - k->held_ms;
	k->held = false;
	if (k->ring)
		lead_sent_away(c, k, f);
	talk_dismiss_all(c, k, f);
}
