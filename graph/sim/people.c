/* What people do: callers wait, press, talk and leave; agents answer or not. */
#include "graph/sim/inside.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	ALONE_AGENT_MS = 1500,  /* an agent left with a machine puts down */
	ALONE_CALLER_MS = 5000, /* a caller listens a little longer: a survey may follow */
	REFUSED_MS = 300,       /* how fast the platform knows that somebody is busy or not there */
};

uint32_t caller_of(const struct sim_call *c)
{
	return c->outgoing ? 0 : PERSON_CALLER + c->key;
}

/* Exponential gaps make a Poisson stream; the last one ends with the stop. */
void people_arrivals(struct sim *s)
{
	const struct arrivals *a = &s->scn->arrivals;
	struct caller who = { .patience_ms = a->patience_ms, .media = a->media };
	double u = ((double)rng_below(&s->rng, 1000000) + 1) / 1000001.0;
	size_t n_digits = strlen(a->digits);

	if (s->stopped)
		return;
	timer_set(
		s, scaled(s, (uint64_t)(-log(u) * 60000.0 / a->per_minute)), TIMER_ARRIVALS, 0, 0);
	s->n_arrived++;
	snprintf(who.name, sizeof(who.name), "arrival-%u", s->n_arrived);
	snprintf(who.number, sizeof(who.number), "+1555%07u", (unsigned)between(s, 0, 9999999));
	memcpy(who.to, s->scn->instance[rng_below(&s->rng, s->scn->n_instances)].id,
		sizeof(who.to));
	who.talk_ms = between(s, a->talk_ms_min, a->talk_ms_max);
	memcpy(who.speech, a->speech, sizeof(who.speech));
	if (n_digits) {
		who.press[0] = a->press;
		who.press[0].digit = a->digits[rng_below(&s->rng, n_digits)];
		who.n_press = 1;
	}
	call_incoming(s, &who);
}

/* NULL: the call is full. */
struct party *party_add(struct sim *s, struct sim_call *c, uint32_t person)
{
	for (size_t i = 0; i < PARTY_MAX; i++) {
		struct party *p = &c->party[i];

		if (p->state != PARTY_NONE)
			continue;
		*p = (struct party){
			.state = PARTY_RINGING, .person = person, .key = ++c->next_key
		};
		guid_draw_text(s, p->id);
		return p;
	}
	return NULL;
}

struct party *party_of(struct sim_call *c, uint32_t key)
{
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state != PARTY_NONE && c->party[i].key == key)
			return &c->party[i];
	return NULL;
}

unsigned parties_in(const struct sim_call *c)
{
	unsigned n = 0;

	for (size_t i = 0; i < PARTY_MAX; i++)
		n += c->party[i].state == PARTY_IN;
	return n;
}

static uint32_t agent_by_user(const struct sim *s, const char *user)
{
	for (size_t i = 0; i < s->scn->n_agents; i++)
		if (strcmp(s->scn->agent[i].user, user) == 0)
			return (uint32_t)i + 1;
	return 0;
}

static const struct agent *agent_plan(const struct sim *s, uint32_t person)
{
	return &s->scn->agent[person - 1];
}

/* What this ring will come to, decided when it starts. */
static enum behaviour behaviour_next(struct sim *s, struct sim_call *c, uint32_t person)
{
	struct agent_state *a = &s->agent[person];
	const struct agent *plan = agent_plan(s, person);

	if (a->call && a->call != c->key)
		return BUSY;
	c->book->rings++;
	return plan->behaviour[a->rings++ % plan->n_behaviour];
}

void people_ring(struct sim *s, struct sim_call *c, const char *user, enum ring_for why,
	struct op *op, const char *participant_id)
{
	uint32_t person = agent_by_user(s, user);
	enum behaviour will = person ? behaviour_next(s, c, person) : OFFLINE;
	struct party *p = party_add(s, c, person);

	assert(p); /* the verbs ask for room before */
	p->why = why;
	p->op = op ? op->key : 0;
	memcpy(p->user, user, sizeof(p->user));
	if (participant_id && participant_id[0])
		snprintf(p->id, sizeof(p->id), "%s", participant_id);
	if (will != BUSY && will != OFFLINE)
		s->agent[person].call = c->key;
	c->pending[p - c->party] = will;
	if (will == ANSWERS || will == REJECTS)
		timer_set(s, scaled(s, agent_plan(s, person)->answers_after_ms), TIMER_RING, c->key,
			p->key);
	else if (will != NO_ANSWER)
		timer_set(s, scaled(s, REFUSED_MS), TIMER_RING, c->key, p->key);
	timer_set(s, scaled(s, s->scn->ring_timeout_ms), TIMER_RING_OUT, c->key, p->key);
}

static void agent_joins(struct sim *s, struct sim_call *c, struct party *p)
{
	struct sim_out *o = out_add(s, SIM_PICK_UP, c->key);
	struct op *op = op_by_key(c, p->op);

	p->state = PARTY_IN;
	o->person = p->person;
	o->name = agent_plan(s, p->person)->name;
	o->text = agent_plan(s, p->person)->speech;
	if (p->why == RING_CREATE) {
		call_established(s, c);
		return;
	}
	o = out_add(s, SIM_JOIN, c->key);
	o->person = p->person;
	people_connected(s, c, p->person);
	if (p->why == RING_TRANSFER) {
		call_moved(s, c);
		return;
	}
	/* Inviting from a call of two makes it a group, for good. */
	c->group = true;
	if (op)
		op_end(s, c, op, true, 200, 0);
	note_roster(s, c);
}

/* Nobody will come. */
void people_ring_over(struct sim *s, struct sim_call *c, struct party *p, int code, int subcode)
{
	enum ring_for why = p->why;
	struct op *op = op_by_key(c, p->op);
	json_t *data;

	if (p->person && s->agent[p->person].call == c->key)
		s->agent[p->person].call = 0;
	p->state = PARTY_NONE;
	if (why == RING_CREATE) {
		call_end(s, c, code, subcode, BY_PLATFORM);
	} else if (why == RING_TRANSFER) {
		c->state = CALL_ESTABLISHED;
		data = call_data(s, c, "established");
		json_object_set_new(
			data, "resultInfo", result_info(s, 500, 7000, "Transfer failed."));
		note_call(s, c, "updated", data);
	} else if (op) {
		op_end(s, c, op, false, code, subcode);
	}
}

void people_ring_decides(struct sim *s, struct sim_call *c, struct party *p)
{
	switch (c->pending[p - c->party]) {
	case ANSWERS:
		agent_joins(s, c, p);
		break;
	case BUSY:
		people_ring_over(s, c, p, 486, 0);
		break;
	case REJECTS:
		people_ring_over(s, c, p, 603, 0);
		break;
	case OFFLINE:
		people_ring_over(s, c, p, 480, 10037);
		break;
	case NO_ANSWER:
		break;
	}
}

static void say(struct sim *s, uint32_t person)
{
	struct sim_out *o = out_add(s, SIM_SAY, 0);

	o->person = person;
	o->on = true;
}

/* A relayed pair is two Graph calls, joined in the bot's own mixer: nothing on the wire says which
 * belong together, unless the bot gave both one Scenario-Id. Else the one that waits longest. */
static struct sim_call *partner_of(struct sim *s, struct sim_call *out)
{
	struct sim_call *best = NULL;

	for (uint32_t i = 0; i < s->slots_used; i++) {
		struct sim_call *c = &s->call[i];

		if (!c->key || c->outgoing || !c->relay || !c->active || c->connected ||
			c->state != CALL_ESTABLISHED)
			continue;
		if (out->scenario_id[0] && strcmp(c->scenario_id, out->scenario_id) == 0)
			return c;
		if (!best || c->book->active_ms < best->book->active_ms)
			best = c;
	}
	return best;
}

/* The one who ends the talk does so after its time. */
static void talk(struct sim *s, struct sim_call *c, struct sim_call *in, uint32_t person)
{
	const struct agent *plan = agent_plan(s, person);
	uint64_t ms = c->caller.talk_ms;

	c->connected = true;
	c->book->connected_ms = book_now(s);
	snprintf(c->book->agent, sizeof(c->book->agent), "%s", plan->name);
	say(s, caller_of(c));
	if (plan->hangs_up_first)
		timer_set(s, scaled(s, plan->talk_ms), TIMER_HANG_UP, in->key, person);
	else
		timer_set(
			s, scaled(s, ms ? ms : plan->talk_ms), TIMER_HANG_UP, c->key, caller_of(c));
}

void people_connected(struct sim *s, struct sim_call *c, uint32_t person)
{
	struct sim_call *other = c->outgoing ? partner_of(s, c) : c;

	s->agent[person].talks++;
	say(s, person);
	if (c->outgoing) {
		c->connected = true;
		c->book->connected_ms = book_now(s);
		snprintf(c->book->agent, sizeof(c->book->agent), "%s", agent_plan(s, person)->name);
	}
	if (!other) {
		timer_set(s, scaled(s, agent_plan(s, person)->talk_ms), TIMER_HANG_UP, c->key,
			person);
		return;
	}
	if (other != c) {
		c->partner = other->key;
		other->partner = c->key;
	}
	if (c->outgoing || !other->connected)
		talk(s, other, c, person);
}

/* Out of the call, without anything being said about it. */
void people_leave(struct sim *s, struct sim_call *c, struct party *p)
{
	bool heard = p->state == PARTY_IN;
	uint32_t person = p->person;

	if (heard && person) {
		struct sim_out *o = out_add(s, SIM_HANG_UP, c->key);

		o->person = person;
	}
	if (person == caller_of(c) && person)
		c->book->gone_ms = book_now(s);
	else if (person && s->agent[person].call == c->key)
		s->agent[person].call = 0;
	p->state = PARTY_NONE;
}

/* Everybody out: the call is over for all, or the simulation is. */
void people_gone(struct sim *s, struct sim_call *c)
{
	struct sim_call *other = call_of(s, c->partner);

	if (c->state != CALL_ENDED) {
		call_end(s, c, 200, c->caller.number[0] ? 540000 : 4521,
			c->outgoing ? BY_AGENT : BY_CALLER);
		return;
	}
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state != PARTY_NONE)
			people_leave(s, c, &c->party[i]);
	c->detached = false;
	/* The agent of a relayed pair notices the silence should the bot not end that call. */
	if (other && other->outgoing && other->state != CALL_ENDED)
		timer_set(s, scaled(s, 10000), TIMER_HANG_UP, other->key, other->party[0].person);
}

static void alone(struct sim *s, struct sim_call *c)
{
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state == PARTY_IN)
			timer_set(s,
				scaled(s, c->party[i].person == caller_of(c) ? ALONE_CALLER_MS
									     : ALONE_AGENT_MS),
				TIMER_ALONE, c->key, c->party[i].person);
}

void people_hang_up(struct sim *s, struct sim_call *c, uint32_t person)
{
	struct party *p = NULL;
	bool is_caller = person == caller_of(c);

	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state == PARTY_IN && c->party[i].person == person)
			p = &c->party[i];
	if (!p || !person)
		return;
	if (c->state == CALL_ENDED) {
		people_gone(s, c);
		return;
	}
	if (parties_in(c) > 1) {
		people_leave(s, c, p);
		note_roster(s, c);
		if (parties_in(c) == 1)
			alone(s, c);
		return;
	}
	/* The last one: "only one left" in a group, "ended by the other party" of two. */
	if (c->group)
		call_end(s, c, 200, 5010, is_caller ? BY_CALLER : BY_AGENT);
	else
		call_end(s, c, 200, c->caller.number[0] ? 540000 : 4521,
			is_caller ? BY_CALLER : BY_AGENT);
}
