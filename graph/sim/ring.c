/* Who is called, and what comes of it. */
#include "graph/sim/inside.h"

#include <assert.h>
#include <string.h>

enum { REFUSED_MS = 300 }; /* how fast the platform knows that somebody is busy or not there */

static uint32_t agent_of(const struct sim *s, const struct sim_call *c, const struct subject *who)
{
	for (size_t i = 0; i < s->scn->n_agents; i++) {
		const struct agent *a = &s->scn->agent[i];
		const char *have = who->kind == SUBJECT_USER    ? a->user
				   : who->kind == SUBJECT_PHONE ? a->number
								: "";

		/* A telephone is everybody's; a user is of one tenant, and so is the call. */
		if (have[0] && strcmp(have, who->id) == 0 &&
			(who->kind == SUBJECT_PHONE || strcmp(a->tenant, c->tenant) == 0))
			return (uint32_t)i + 1;
	}
	return 0;
}

/* The support matrix of the reference: a telephone is reached from a resource account with a
 * number, from a scheduled meeting, and from a call of two by inviting; not from the bot's own
 * name, nor from a meeting joined by a token. */
static bool number_reachable(const struct sim_call *c, enum ring_for why)
{
	if (c->by_token)
		return false;
	if (c->instance)
		return c->instance->has_number;
	return why == RING_INVITE && (c->outgoing || c->meeting);
}

/* What this ring will come to, decided when it starts. */
static enum behaviour behaviour_next(struct sim *s, struct sim_call *c, const struct subject *who,
	enum ring_for why, uint32_t person)
{
	struct agent_state *a = &s->agent[person];
	const struct agent *plan;

	if (who->kind == SUBJECT_PHONE && !number_reachable(c, why))
		return UNROUTABLE;
	if (!person)
		return OFFLINE;
	plan = agent_plan(s, person);
	if (a->call && a->call != c->key)
		return BUSY;
	c->book->rings++;
	return plan->behaviour[a->rings++ % plan->n_behaviour];
}

struct party *ring(struct sim *s, struct sim_call *c, const struct target *to, enum ring_for why,
	struct op *op)
{
	uint32_t person = agent_of(s, c, &to->who);
	enum behaviour will = behaviour_next(s, c, &to->who, why, person);
	struct party *p = party_add(s, c, person);

	assert(p); /* the verbs ask for room before */
	p->why = why;
	p->op = op ? op->key : 0;
	p->who = to->who;
	p->hidden = to->hidden;
	p->apart = to->apart;
	if (to->participant_id[0])
		memcpy(p->id, to->participant_id, sizeof(p->id));
	if (will <= REJECTS && will != BUSY)
		s->agent[person].call = c->key;
	c->pending[p - c->party] = will;
	if (will == ANSWERS || will == REJECTS)
		timer_set(s, scaled(s, agent_plan(s, person)->answers_after_ms), TIMER_RING, c->key,
			p->key);
	else if (will != NO_ANSWER)
		timer_set(s, scaled(s, REFUSED_MS), TIMER_RING, c->key, p->key);
	if (why != RING_REDIRECT) /* which has a time of its own */
		timer_set(s, scaled(s, s->scn->ring_timeout_ms), TIMER_RING_OUT, c->key, p->key);
	return p;
}

unsigned ringing(const struct sim_call *c, enum ring_for why)
{
	unsigned n = 0;

	for (size_t i = 0; i < PARTY_MAX; i++)
		n += c->party[i].state == PARTY_RINGING && c->party[i].why == why;
	return n;
}

static void pick_up(struct sim *s, struct sim_call *c, struct party *p)
{
	const struct agent *plan = agent_plan(s, p->person);
	struct sim_out *o = out_add(s, SIM_PICK_UP, c->key);

	p->state = PARTY_IN;
	p->changed = true;
	o->person = p->person;
	o->name = plan->name;
	o->text = plan->speech;
}

static void join(struct sim *s, struct sim_call *c, struct party *p)
{
	out_add(s, SIM_JOIN, c->key)->person = p->person;
	mix_update(s, c);
	people_connected(s, c, p->person);
}

/* An invitation of several is over when the last one has answered; good if anybody came. */
static void invitation_counts(struct sim *s, struct sim_call *c, struct party *p, int code, int sub)
{
	struct op *op = op_by_key(c, p->op);

	if (!op)
		return;
	op->waits -= op->waits > 0;
	op->joined |= code == 200;
	if (!op->waits)
		op_end(s, c, op, op->joined, op->joined ? 200 : code, op->joined ? 0 : sub);
}

void invited_joins(struct sim *s, struct sim_call *c, struct party *p)
{
	/* Inviting from a call of two makes it a group, for good. */
	if (!c->group) {
		c->group = true;
		for (size_t i = 0; i < PARTY_MAX; i++)
			c->party[i].changed = true;
	}
	invitation_counts(s, c, p, 200, 0);
	/* Reported from the field: no roster event where the agent is recorded by policy. */
	if (!p->person || p->person >= PERSON_CALLER || !agent_plan(s, p->person)->policy_recorded)
		note_roster(s, c);
}

static void comes(struct sim *s, struct sim_call *c, struct party *p)
{
	pick_up(s, c, p);
	if (p->why == RING_CREATE && c->state == CALL_ESTABLISHING) {
		call_established(s, c);
		return;
	}
	if (p->why == RING_REDIRECT) {
		redirect_done(s, c, p);
		return;
	}
	join(s, c, p);
	if (p->why == RING_TRANSFER)
		transfer_done(s, c, p);
	else if (p->why == RING_CREATE)
		note_roster(s, c);
	else
		invited_joins(s, c, p);
}

/* Nobody will come. */
void ring_over(struct sim *s, struct sim_call *c, struct party *p, int code, int subcode)
{
	enum ring_for why = p->why;

	if (p->person && s->agent[p->person].call == c->key)
		s->agent[p->person].call = 0;
	p->state = PARTY_NONE;
	switch (why) {
	case RING_CREATE:
		if (!c->group)
			call_end(s, c, code, subcode, BY_PLATFORM);
		else if (!ringing(c, RING_CREATE) && !parties_in(c))
			call_end(s, c, 200, 5013, BY_PLATFORM);
		break;
	case RING_TRANSFER:
		transfer_failed(s, c, 7000);
		break;
	case RING_REDIRECT:
		if (!ringing(c, RING_REDIRECT))
			call_end(s, c, code, subcode, BY_PLATFORM);
		break;
	case RING_INVITE:
		invitation_counts(s, c, p, code, subcode);
		break;
	}
}

void ring_decides(struct sim *s, struct sim_call *c, struct party *p)
{
	switch (c->pending[p - c->party]) {
	case ANSWERS:
		comes(s, c, p);
		break;
	case BUSY:
		ring_over(s, c, p, 486, 0);
		break;
	case REJECTS:
		ring_over(s, c, p, 603, 0);
		break;
	case OFFLINE:
		ring_over(s, c, p, 480, 10037);
		break;
	case UNROUTABLE:
		ring_over(s, c, p, 480, 10134);
		break;
	case NO_ANSWER:
		break;
	}
}
