#include "bot/shell/line.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct lines {
	struct line *slot;
	uint32_t *free_slot;            /* stack */
	uint32_t *by_contact, *by_call; /* chains: index + 1 of the first */
	uint32_t n_max, n_free, n_buckets;
	struct guid ended[LINE_ENDED_MAX]; /* ring of the last ones */
	uint32_t n_ended;
};

struct lines *lines_new(uint32_t n_max)
{
	struct lines *ls = calloc(1, sizeof(*ls));

	if (!ls)
		return NULL;
	ls->n_max = n_max;
	ls->n_buckets = 64;
	while (ls->n_buckets < n_max)
		ls->n_buckets *= 2;
	ls->slot = calloc(n_max, sizeof(*ls->slot));
	ls->free_slot = calloc(n_max, sizeof(*ls->free_slot));
	ls->by_contact = calloc(ls->n_buckets, sizeof(*ls->by_contact));
	ls->by_call = calloc(ls->n_buckets, sizeof(*ls->by_call));
	if (!ls->slot || !ls->free_slot || !ls->by_contact || !ls->by_call) {
		lines_free(ls);
		return NULL;
	}
	while (ls->n_free < n_max) {
		ls->free_slot[ls->n_free] = n_max - 1 - ls->n_free;
		ls->n_free++;
	}
	return ls;
}

void lines_free(struct lines *ls)
{
	if (!ls)
		return;
	for (uint32_t i = 0; ls->slot && i < ls->n_max; i++)
		free(ls->slot[i].groups);
	free(ls->slot);
	free(ls->free_slot);
	free(ls->by_contact);
	free(ls->by_call);
	free(ls);
}

static uint32_t *contact_bucket(const struct lines *ls, uint32_t contact)
{
	return &ls->by_contact[contact & (ls->n_buckets - 1)];
}

static uint32_t *call_bucket(const struct lines *ls, struct guid id)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < sizeof(id.byte); i++)
		h = (h ^ id.byte[i]) * 16777619u;
	return &ls->by_call[h & (ls->n_buckets - 1)];
}

struct line *line_of(struct lines *ls, uint32_t contact)
{
	for (uint32_t i = *contact_bucket(ls, contact); i; i = ls->slot[i - 1].next_by_contact)
		if (ls->slot[i - 1].contact == contact)
			return &ls->slot[i - 1];
	return NULL;
}

struct line *line_of_call(struct lines *ls, struct guid call_id)
{
	for (uint32_t i = *call_bucket(ls, call_id); i; i = ls->slot[i - 1].next_by_call)
		if (guid_same(ls->slot[i - 1].call_id, call_id))
			return &ls->slot[i - 1];
	return NULL;
}

bool line_ended(const struct lines *ls, struct guid call_id)
{
	uint32_t n = ls->n_ended < LINE_ENDED_MAX ? ls->n_ended : LINE_ENDED_MAX;

	for (uint32_t i = 0; i < n; i++)
		if (guid_same(ls->ended[i], call_id))
			return true;
	return false;
}

struct ring_out *line_ring(struct line *l, uint32_t attempt)
{
	for (size_t i = 0; attempt && i < LINE_RINGS; i++)
		if (l->ring[i].attempt == attempt)
			return &l->ring[i];
	return NULL;
}

bool line_waits(struct line *l, uint32_t attempt)
{
	const struct ring_out *r = l ? line_ring(l, attempt) : NULL;

	if (!l || !attempt)
		return false;
	return r ? !r->over : attempt == l->dial || attempt == l->leaving.attempt;
}

static void line_put(struct lines *ls, const struct line *line)
{
	uint32_t index = ls->free_slot[--ls->n_free], *c, *g;
	struct line *l = &ls->slot[index];

	*l = *line;
	c = contact_bucket(ls, l->contact);
	g = call_bucket(ls, l->call_id);
	l->next_by_contact = *c;
	l->next_by_call = *g;
	*c = *g = index + 1;
}

static void line_open(struct lines *ls, const struct event *ev, const struct config *conf)
{
	struct line l = { .contact = ev->contact,
		.call_id = ev->ref,
		.entry = (uint16_t)ev->value,
		.realm = REALM_NONE,
		.state = CALL_INCOMING,
		.hearing = HEAR_ALL,
		.offered_ms = ev->at_ms };

	if (l.entry < conf->plan.n_entries) {
		l.relay = conf->entry[l.entry].relay;
		l.realm = conf->entry[l.entry].realm;
	}
	if (ls->n_free > 0 && !line_of(ls, ev->contact))
		line_put(ls, &l);
}

bool lines_grow(struct lines *ls, uint32_t n_max)
{
	struct lines *more, old = *ls;

	if (n_max <= ls->n_max)
		return true;
	more = lines_new(n_max);
	if (!more)
		return false;
	for (uint32_t i = 0; i < ls->n_max; i++)
		if (ls->slot[i].contact) {
			line_put(more, &ls->slot[i]);
			ls->slot[i].groups = NULL; /* moved */
		}
	memcpy(more->ended, ls->ended, sizeof(more->ended));
	more->n_ended = ls->n_ended;
	*ls = *more;
	*more = old;
	lines_free(more);
	return true;
}

static void unlink_call(struct lines *ls, const struct line *l)
{
	uint32_t index = (uint32_t)(l - ls->slot) + 1, *at = call_bucket(ls, l->call_id);

	for (; *at != index; at = &ls->slot[*at - 1].next_by_call)
		assert(*at);
	*at = l->next_by_call;
	ls->ended[ls->n_ended++ % LINE_ENDED_MAX] = l->call_id;
}

static void line_close(struct lines *ls, struct line *l)
{
	uint32_t index = (uint32_t)(l - ls->slot) + 1, *at;

	for (at = contact_bucket(ls, l->contact); *at != index;
		at = &ls->slot[*at - 1].next_by_contact)
		assert(*at);
	*at = l->next_by_contact;
	unlink_call(ls, l);
	free(l->groups);
	*l = (struct line){ 0 };
	ls->free_slot[ls->n_free++] = index - 1;
}

/* The contact goes on with another call: what still comes for the one before is late. */
static void line_dialled(struct lines *ls, struct line *l, const struct event *ev)
{
	uint32_t *at;

	if (!ev->attempt || ev->attempt != l->dial || l->dialled)
		return;
	unlink_call(ls, l);
	l->call_id = ev->ref;
	l->dialled = true;
	at = call_bucket(ls, l->call_id);
	l->next_by_call = *at;
	*at = (uint32_t)(l - ls->slot) + 1;
}

/* Everything Graph told of the call before is void. */
static void line_dial(struct line *l, uint32_t attempt)
{
	l->dial = attempt;
	l->dialled = l->active = l->hanging_up = l->gone = l->tones_due = l->held = false;
	l->caller_in_roster = false;
	l->caller_id[0] = '\0';
	l->state = CALL_ESTABLISHING;
	l->tone_sequence = 0;
	l->play_attempt = l->recording = 0;
	l->leaving = (struct leaving){ 0 };
	l->hearing = HEAR_ALL;
	free(l->groups);
	l->groups = NULL;
}

static void ring_event(struct line *l, const struct event *ev)
{
	struct ring_out *r = line_ring(l, ev->attempt);

	if (!r)
		return;
	if (ev->kind == EV_RING_PLACED)
		r->call_id = ev->ref;
	else if (ev->kind == EV_AGENT_ANSWERED || ev->kind == EV_HANDED_OVER)
		r->answered = true;
	else if (ev->kind == EV_AGENT_FAILED || ev->kind == EV_AGENT_LEFT)
		r->over = true;
}

/* After a restart we have missed what Graph told meanwhile: the next roster is compared with who
 * should be there, and a failed transfer is believed. */
static void line_doubt(struct line *l)
{
	l->leaving.transferring = l->leaving.attempt != 0;
	for (size_t i = 0; i < LINE_RINGS; i++) {
		struct ring_out *r = &l->ring[i];

		if (!r->attempt || r->over)
			continue;
		r->transferring = r->transfer;
		r->in_roster = r->answered && !r->transfer;
		l->caller_in_roster |= r->in_roster;
	}
}

static void call_event(struct lines *ls, struct line *l, const struct event *ev)
{
	switch (ev->kind) {
	case EV_CALLER:
		l->caller = ev->ref;
		break;
	case EV_CALL_ACTIVE:
		l->active = true;
		break;
	case EV_DIALLED:
		line_dialled(ls, l, ev);
		break;
	case EV_DIGIT:
		if (ev->attempt > l->tone_sequence)
			l->tone_sequence = ev->attempt;
		break;
	case EV_PLAY_ENDED:
		if (ev->attempt == l->play_attempt)
			l->play_attempt = 0;
		break;
	case EV_RECORDED:
		if (ev->attempt == l->recording)
			l->recording = 0;
		break;
	case EV_TRANSFERRED:
		l->leaving.done |= ev->attempt == l->leaving.attempt;
		break;
	case EV_TRANSFER_FAILED:
		if (ev->attempt == l->leaving.attempt)
			l->leaving = (struct leaving){ 0 };
		break;
	default:
		ring_event(l, ev);
	}
}

void lines_event(struct lines *ls, const struct event *ev, const struct config *conf)
{
	struct line *l = line_of(ls, ev->contact);

	if (ev->kind == EV_CALL_INCOMING)
		line_open(ls, ev, conf);
	for (uint32_t i = 0; ev->kind == EV_START && i < ls->n_max; i++)
		line_doubt(&ls->slot[i]);
	if (l)
		call_event(ls, l, ev);
}

/* A free slot, else the oldest that is over; else the oldest: so many live ones cannot be. */
static struct ring_out *ring_slot(struct line *l)
{
	struct ring_out *best = &l->ring[0];

	for (size_t i = 0; i < LINE_RINGS; i++) {
		struct ring_out *r = &l->ring[i];

		if (!r->attempt)
			return r;
		if (r->over > best->over || (r->over == best->over && r->attempt < best->attempt))
			best = r;
	}
	return best;
}

void lines_effect(struct lines *ls, const struct effect *fx, bool transfer)
{
	struct line *l = line_of(ls, fx->contact);
	struct ring_out *r;

	if (!l)
		return;
	r = line_ring(l, fx->attempt);
	switch (fx->kind) {
	case FX_PLAY:
	case FX_HOLD:
		l->play_attempt = fx->attempt;
		l->hold_rounds = fx->kind == FX_HOLD ? l->hold_rounds + 1 : 0;
		break;
	case FX_STOP_PLAY:
		l->play_attempt = 0;
		break;
	case FX_ASK:
	case FX_RING:
		r = r ? r : ring_slot(l);
		*r = (struct ring_out){ .attempt = fx->attempt,
			.agent = fx->agent,
			.role = fx->role,
			.transfer = transfer && fx->kind == FX_RING && fx->role == ROLE_OFFER,
			.held = fx->kind == FX_ASK };
		break;
	case FX_WITHDRAW:
	case FX_DROP_AGENT:
		if (r)
			r->over = r->unwanted = true;
		break;
	case FX_CONNECT:
		l->hearing = HEAR_ALL;
		if (r)
			r->hearing = HEAR_ALL;
		break;
	case FX_HEARING:
		if (r)
			r->hearing = (uint8_t)fx->value;
		else if (!fx->attempt)
			l->hearing = (uint8_t)fx->value;
		break;
	case FX_DIAL:
		line_dial(l, fx->attempt);
		break;
	case FX_UNDIAL:
		l->dial = 0;
		break;
	case FX_RECORD:
		l->recording = fx->attempt;
		l->mailbox = (uint16_t)fx->value;
		l->play_attempt = 0; /* it goes before what plays */
		break;
	case FX_TRANSFER:
		l->leaving = (struct leaving){ .attempt = fx->attempt };
		break;
	case FX_HANG_UP:
		l->hanging_up = true;
		break;
	case FX_OUTCOME:
		line_close(ls, l);
		break;
	default:
		break;
	}
}

uint32_t lines_slots(const struct lines *ls)
{
	return ls->n_max;
}

struct line *lines_at(struct lines *ls, uint32_t slot)
{
	return ls->slot[slot].contact ? &ls->slot[slot] : NULL;
}
