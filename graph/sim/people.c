/* What people do: callers wait, press, talk and leave; agents answer or not. */
#include "graph/sim/inside.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	ALONE_AGENT_MS = 1500,  /* an agent left with a machine puts down */
	ALONE_CALLER_MS = 5000, /* a caller listens a little longer: a survey may follow */
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
		mix_forget(c, i);
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

struct party *party_by_id(struct sim_call *c, const char *participant_id)
{
	struct guid want, have;

	if (guid_parse(participant_id, strlen(participant_id), &want) != OK)
		return NULL;
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state != PARTY_NONE &&
			guid_parse(c->party[i].id, strlen(c->party[i].id), &have) == OK &&
			guid_same(want, have))
			return &c->party[i];
	return NULL;
}

/* Somebody of this identity who is in, or rings. */
struct party *party_by_subject(struct sim *s, struct sim_call *c, const struct subject *who)
{
	for (size_t i = 0; i < PARTY_MAX; i++) {
		struct subject have;

		if (c->party[i].state == PARTY_NONE)
			continue;
		have = subject_of(s, c, &c->party[i]);
		if (have.kind == who->kind && strcmp(have.id, who->id) == 0)
			return &c->party[i];
	}
	return NULL;
}

unsigned parties_in(const struct sim_call *c)
{
	unsigned n = 0;

	for (size_t i = 0; i < PARTY_MAX; i++)
		n += c->party[i].state == PARTY_IN;
	return n;
}

const struct agent *agent_plan(const struct sim *s, uint32_t person)
{
	return &s->scn->agent[person - 1];
}

/* The call whose caller this is, wherever she is now. */
static struct sim_call *home_of(struct sim *s, uint32_t person)
{
	return person >= PERSON_CALLER ? call_of(s, person - PERSON_CALLER) : NULL;
}

static struct subject caller_subject(const struct caller *who)
{
	struct subject out = { .kind = who->number[0] ? SUBJECT_PHONE : SUBJECT_USER };

	snprintf(out.id, sizeof(out.id), "%s", who->number[0] ? who->number : who->user);
	return out;
}

struct subject subject_of(struct sim *s, const struct sim_call *c, const struct party *p)
{
	struct sim_call *home = home_of(s, p->person);

	(void)c;
	return home ? caller_subject(&home->caller) : p->who;
}

const char *person_name(struct sim *s, uint32_t person)
{
	struct sim_call *home = home_of(s, person);

	return home                     ? home->caller.name
	       : person < PERSON_CALLER ? agent_plan(s, person)->name
					: "somebody";
}

/* Into another call, with the ear open all the time. NULL: that one is full. */
struct party *party_move(struct sim *s, struct sim_call *from, struct party *p, struct sim_call *to)
{
	struct party *q = party_add(s, to, p->person);

	if (!q)
		return NULL;
	q->state = PARTY_IN;
	q->changed = true;
	q->who = p->who;
	q->hidden = p->hidden;
	q->apart = p->apart;
	if (p->person && p->person == caller_of(from))
		from->away = true;
	else if (p->person && p->person < PERSON_CALLER)
		s->agent[p->person].call = to->key;
	p->state = PARTY_NONE;
	if (q->person)
		out_add(s, SIM_JOIN, to->key)->person = q->person;
	return q;
}

void people_say(struct sim *s, uint32_t person, bool once)
{
	struct sim_out *o;

	if (!person)
		return;
	o = out_add(s, SIM_SAY, 0);
	o->person = person;
	o->on = true;
	o->once = once;
}

/* A relayed pair is two Graph calls, joined in the bot's own mixer: nothing on the wire says which
 * belong together, unless the bot gave both one Scenario-Id. Else the one that waits longest. */
static struct sim_call *partner_of(struct sim *s, struct sim_call *out)
{
	struct sim_call *best = NULL;

	for (uint32_t i = 0; i < s->slots_used; i++) {
		struct sim_call *c = &s->call[i];

		if (!c->key || c->outgoing || !c->relay || !c->active || c->connected ||
			c->state != CALL_ESTABLISHED || c->app != out->app)
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
	people_say(s, caller_of(c), false);
	if (plan->hangs_up_first)
		timer_set(s, scaled(s, plan->talk_ms), TIMER_HANG_UP, in->key, person);
	else
		timer_set(
			s, scaled(s, ms ? ms : plan->talk_ms), TIMER_HANG_UP, c->key, caller_of(c));
}

/* Graph participant-invite, replacesCallId: out of that call, which ends with it, into this. */
void people_pulled(
	struct sim *s, struct sim_call *home, struct party *p, struct sim_call *to, struct op *op)
{
	struct party *q = party_move(s, home, p, to);

	assert(q); /* the verb asked for room */
	q->op = op->key;
	call_end(s, home, 200, 4521, BY_TRANSFER);
	invited_joins(s, to, q);
	mix_update(s, to);
	people_connected(s, to, q->person);
}

/* A caller taken over from another call talks here as long as she would have there. */
static void came_over(struct sim *s, struct sim_call *c, uint32_t person)
{
	struct sim_call *home = home_of(s, person);

	if (!home)
		return;
	home->connected = true;
	home->book->connected_ms = book_now(s);
	timer_set(s, scaled(s, home->caller.talk_ms ? home->caller.talk_ms : 10000), TIMER_HANG_UP,
		c->key, person);
}

void people_connected(struct sim *s, struct sim_call *c, uint32_t person)
{
	struct sim_call *other = !c->outgoing ? c : c->relay ? partner_of(s, c) : NULL;

	people_say(s, person, false);
	if (!person || person >= PERSON_CALLER) {
		came_over(s, c, person);
		return;
	}
	s->agent[person].talks++;
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
void people_leave(struct sim *s, struct sim_call *c, struct party *p, const char *reason)
{
	bool heard = p->state == PARTY_IN;
	uint32_t person = p->person;
	struct sim_call *home = home_of(s, person);

	if (heard)
		roster_left(s, c, p, reason);
	if (heard && person) {
		struct sim_out *o = out_add(s, SIM_HANG_UP, c->key);

		o->person = person;
	}
	if (home) {
		home->book->gone_ms = book_now(s);
		home->away = false;
	} else if (person && person < PERSON_CALLER && s->agent[person].call == c->key) {
		s->agent[person].call = 0;
	}
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
			people_leave(s, c, &c->party[i], NULL);
	c->detached = false;
	/* The agent of a relayed pair notices the silence should the bot not end that call. */
	if (other && other->outgoing && other->state != CALL_ENDED)
		timer_set(s, scaled(s, 10000), TIMER_HANG_UP, other->key, other->party[0].person);
}

static void alone(struct sim *s, struct sim_call *c)
{
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state == PARTY_IN && c->party[i].person)
			timer_set(s,
				scaled(s, c->party[i].person >= PERSON_CALLER ? ALONE_CALLER_MS
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
		people_leave(s, c, p, "Removed");
		mix_update(s, c);
		note_roster(s, c);
		if (parties_in(c) == 1)
			alone(s, c);
		return;
	}
	/* The last one: "only one left" in a group, "ended by the other party" of two. */
	if (c->group)
		call_end(s, c, 200, 5010, is_caller ? BY_CALLER : BY_AGENT);
	else
		call_end(s, c, 200, subject_of(s, c, p).kind == SUBJECT_PHONE ? 540000 : 4521,
			is_caller ? BY_CALLER : BY_AGENT);
}
