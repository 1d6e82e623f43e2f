#include "graph/sim/sim.h"

#include "bot/base/clean.h"
#include "graph/sim/annex.h"
#include "graph/sim/inside.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sim *sim_new(const struct scenario *scenario, const char *rtp_address)
{
	struct sim *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->scn = scenario;
	s->rtp_address = rtp_address;
	s->rng.state = scenario->seed;
	s->n_scripted_left = (uint32_t)scenario->n_callers;
	s->call = calloc(CALL_SLOTS, sizeof(*s->call));
	s->agent = calloc(scenario->n_agents + 1, sizeof(*s->agent));
	s->leg = calloc(LEGS_MAX, sizeof(*s->leg));
	s->timer = calloc(TIMERS_MAX, sizeof(*s->timer));
	s->book = calloc(BOOKS_MAX, sizeof(*s->book));
	s->refusal = calloc(REFUSALS_MAX, sizeof(*s->refusal));
	s->annex = annex_new(scenario);
	if (!s->call || !s->agent || !s->leg || !s->timer || !s->book || !s->refusal || !s->annex) {
		sim_free(s);
		return NULL;
	}
	return s;
}

void sim_origin(struct sim *s, const char *origin)
{
	snprintf(s->origin, sizeof(s->origin), "%s", origin);
}

static void outs_clear(struct sim_outs *o)
{
	for (size_t i = 0; i < o->n; i++)
		json_decref(o->item[i].json);
	o->n = 0;
}

void sim_free(struct sim *s)
{
	if (!s)
		return;
	for (uint32_t i = 0; s->call && i < s->slots_used; i++) {
		post_drop(&s->call[i]);
		json_decref(s->call[i].left);
		while (s->call[i].n_ops)
			op_forget(&s->call[i].op[--s->call[i].n_ops]);
		json_decref(s->call[i].held.reply.body);
	}
	books_fini(s);
	annex_free(s->annex);
	outs_clear(&s->outs);
	free(s->outs.item);
	free(s->call);
	free(s->agent);
	free(s->leg);
	free(s->timer);
	free(s->book);
	free(s->refusal);
	free(s);
}

struct sim_out *out_add(struct sim *s, enum sim_out_kind kind, uint32_t call)
{
	struct sim_outs *o = &s->outs;

	if (o->n == o->room) {
		size_t room = o->room ? o->room * 2 : 64;
		struct sim_out *more = realloc(o->item, room * sizeof(*more));

		assert(more); /* a step is bounded by the slots; without memory there is no way on
			       */
		o->item = more;
		o->room = room;
	}
	o->item[o->n] = (struct sim_out){ .kind = kind, .call = call };
	return &o->item[o->n++];
}

static bool sooner(const struct timer *a, const struct timer *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->seq < b->seq;
}

static void swap(struct timer *a, struct timer *b)
{
	struct timer t = *a;

	*a = *b;
	*b = t;
}

void timer_set(struct sim *s, uint64_t in_ms, enum timer_kind kind, uint32_t call, uint32_t arg)
{
	size_t i = s->n_timers;

	if (i == TIMERS_MAX) {
		s->count.timers_lost++;
		return;
	}
	s->timer[i] = (struct timer){ s->now_ms + in_ms, s->timer_seq++, kind, call, arg };
	s->n_timers++;
	for (; i && sooner(&s->timer[i], &s->timer[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&s->timer[i], &s->timer[(i - 1) / 2]);
}

static struct timer timer_take(struct sim *s)
{
	struct timer first = s->timer[0];
	size_t i = 0;

	s->timer[0] = s->timer[--s->n_timers];
	for (;;) {
		size_t least = i, l = 2 * i + 1;

		if (l < s->n_timers && sooner(&s->timer[l], &s->timer[least]))
			least = l;
		if (l + 1 < s->n_timers && sooner(&s->timer[l + 1], &s->timer[least]))
			least = l + 1;
		if (least == i)
			return first;
		swap(&s->timer[i], &s->timer[least]);
		i = least;
	}
}

uint64_t scaled(const struct sim *s, uint64_t ms)
{
	return (uint64_t)((double)ms / s->scn->faults.time_scale);
}

bool dice(struct sim *s, unsigned one_in)
{
	return rng_below(&s->rng, one_in) == 0;
}

bool chance(struct sim *s, double rate)
{
	return rate > 0 && (double)rng_below(&s->rng, 1000000) < rate * 1e6;
}

uint64_t between(struct sim *s, uint64_t lo, uint64_t hi)
{
	return lo + rng_below(&s->rng, hi - lo + 1);
}

struct guid guid_draw(struct sim *s)
{
	uint64_t a = rng_next(&s->rng), b = rng_next(&s->rng);
	struct guid g;

	memcpy(g.byte, &a, 8);
	memcpy(g.byte + 8, &b, 8);
	g.byte[6] = (uint8_t)((g.byte[6] & 0x0f) | 0x40); /* RFC 4122, version 4 */
	g.byte[8] = (uint8_t)((g.byte[8] & 0x3f) | 0x80);
	return g;
}

void guid_draw_text(struct sim *s, char out[GUID_TEXT])
{
	guid_print(guid_draw(s), out);
}

struct sim_call *call_of(struct sim *s, uint32_t key)
{
	struct sim_call *c = &s->call[key % CALL_SLOTS];

	return key && c->key == key ? c : NULL;
}

void reply_send(struct sim *s, uint32_t request, struct reply *r)
{
	struct sim_out *o = out_add(s, SIM_ANSWER, 0);

	o->request = request;
	o->status = r->status;
	o->json = TAKE(r->body);
	o->retry_after_s = r->retry_after_s;
	memcpy(o->location, r->location, sizeof(o->location));
}

static void call_timer(struct sim *s, struct sim_call *c, const struct timer *t)
{
	struct party *p;

	switch (t->kind) {
	case TIMER_WINDOW: /* Graph call-answer: the time is over. */
		if (c->state == CALL_INCOMING)
			call_end(s, c, 408, 10057, BY_PLATFORM);
		break;
	case TIMER_ESTABLISHED:
		call_established(s, c);
		break;
	case TIMER_AGAIN:
		call_again(s, c);
		break;
	case TIMER_ACTIVE:
		call_active(s, c);
		break;
	case TIMER_PATIENCE:
		if (!c->connected)
			people_hang_up(s, c, caller_of(c));
		break;
	case TIMER_PRESS:
		press_now(s, c, t->arg);
		break;
	case TIMER_RING:
	case TIMER_RING_OUT:
		p = party_of(c, t->arg);
		if (p && p->state == PARTY_RINGING && t->kind == TIMER_RING)
			ring_decides(s, c, p);
		else if (p && p->state == PARTY_RINGING)
			ring_over(s, c, p, 408, 10057);
		break;
	case TIMER_HANG_UP:
		people_hang_up(s, c, t->arg);
		break;
	case TIMER_ALONE: /* unless somebody has joined meanwhile */
		if (parties_in(c) == 1)
			people_hang_up(s, c, t->arg);
		break;
	case TIMER_ALIVE:
		call_keep_alive(s, c);
		break;
	case TIMER_HELD:
		held_release(s, c);
		break;
	case TIMER_TRANSFER:
		transfer_decides(s, c);
		break;
	case TIMER_REDIRECT: /* nobody picked up in time */
		if (c->state == CALL_REDIRECTING)
			call_end(s, c, 408, 10057, BY_PLATFORM);
		break;
	case TIMER_OP:
		op_timer(s, c, t->arg);
		break;
	case TIMER_JOINING:
		if (t->arg)
			joining_over(s, c);
		else
			joining_ask(s, c);
		break;
	default:
		break;
	}
}

void sim_place(struct sim *s, const char *origin, uint64_t unix_at_0_ms)
{
	annex_place(s->annex, origin, unix_at_0_ms);
}

static void timer_fire(struct sim *s, const struct timer *t)
{
	struct sim_call *c = call_of(s, t->call);
	struct sim_out *o;

	if (t->kind == TIMER_ARRIVE && !s->stopped) {
		s->n_scripted_left--;
		call_incoming(s, &s->scn->caller[t->arg]);
	} else if (t->kind == TIMER_ARRIVALS) {
		people_arrivals(s);
	} else if (t->kind == TIMER_ANNEX) {
		annex_timer(s, t->arg);
	} else if (t->kind == TIMER_DROP) {
		o = out_add(s, SIM_ANSWER, 0);
		o->request = t->arg;
		o->drop = true;
	} else if (t->kind == TIMER_RECORDING) { /* also when its call is long forgotten */
		recording_gone(s, t->arg, t->call);
	} else if (t->kind == TIMER_KEYS) {
		s->count.rolls++;
		out_add(s, SIM_KEYS_ROLL, 0);
	} else if (c) {
		call_timer(s, c, t);
	}
}

static void start(struct sim *s)
{
	if (s->started)
		return;
	s->started = true;
	annex_start(s);
	weather_start(s);
	for (size_t i = 0; i < s->scn->n_callers; i++)
		timer_set(s, scaled(s, s->scn->caller[i].at_ms), TIMER_ARRIVE, 0, (uint32_t)i);
	if (s->scn->arrivals.per_minute > 0)
		timer_set(s, scaled(s, 500), TIMER_ARRIVALS, 0, 0);
}

static void stop(struct sim *s)
{
	s->stopped = true;
	s->n_scripted_left = 0;
	for (uint32_t i = 0; i < s->slots_used; i++)
		if (s->call[i].key)
			people_gone(s, &s->call[i]);
}

/* Of the control, what the calling verbs know. */
static bool about_calls(const char *path)
{
	return strcmp(path, "/sim/keys") == 0 || strcmp(path, "/sim/evil") == 0;
}

static void happened(struct sim *s, const struct sim_in *in)
{
	struct sim_call *c = call_of(s, in->call);

	switch (in->kind) {
	case SIM_TICK:
		break;
	case SIM_START:
		start(s);
		break;
	case SIM_CALL:
		call_incoming(s, in->caller);
		break;
	case SIM_STOP:
		stop(s);
		break;
	case SIM_REQUEST:
		if (about_calls(in->request.path) || !annex_request(s, &in->request))
			verbs_request(s, &in->request);
		break;
	case SIM_NOTIFIED:
		if (in->key >= EVIL_KEY)
			evil_answered(s, (enum evil)(in->key - EVIL_KEY), in->status);
		else if (c)
			post_done(s, c, in);
		break;
	case SIM_RECORDS:
		if (c)
			record_begins(s, c, in->key);
		break;
	case SIM_PLAYED:
		if (c)
			op_played(s, c, in->key, in->status);
		break;
	case SIM_LEG:
		relay_opened(s, in->key, in->status);
		break;
	case SIM_SENT:
		annex_sent(s, in);
		break;
	case SIM_EAR:
		if (c)
			book_ear(s, c, in->key, in->path);
		break;
	}
}

const struct sim_outs *sim_step(struct sim *s, uint64_t now_ms, const struct sim_in *in)
{
	outs_clear(&s->outs);
	assert(now_ms >= s->now_ms);
	s->now_ms = now_ms;
	/* The books' clock starts with the first thing that happens in them. */
	if (!s->start_ms && (in->kind == SIM_START || in->kind == SIM_CALL))
		s->start_ms = now_ms;
	while (s->n_timers && s->timer[0].at_ms <= now_ms) {
		struct timer t = timer_take(s);

		timer_fire(s, &t);
	}
	happened(s, in);
	for (uint32_t i = 0; i < s->slots_used; i++)
		if (s->call[i].key) {
			post_pump(s, &s->call[i]);
			call_retire(s, &s->call[i]);
		}
	return &s->outs;
}

uint64_t sim_deadline_ms(const struct sim *s)
{
	return s->n_timers ? s->timer[0].at_ms : UINT64_MAX;
}

bool sim_idle(const struct sim *s)
{
	if (!s->started && s->scn->n_callers + (s->scn->arrivals.per_minute > 0) > 0 && !s->stopped)
		return false;
	if (s->n_scripted_left || (s->scn->arrivals.per_minute > 0 && !s->stopped))
		return false;
	for (uint32_t i = 0; i < s->slots_used; i++)
		if (s->call[i].key)
			return false;
	return true;
}
