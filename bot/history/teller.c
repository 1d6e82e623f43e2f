/* Whom a step touched, agents' spans, and who is told of. */
#include "bot/history/teller.h"

#include "bot/history/inside.h"

#include <stdlib.h>
#include <string.h>

#define NAME(name, text) [name] = text,
static const char *const duties[DUTIES] = { DUTY_LIST(NAME) };
static const char *const ends[VISIT_ENDS] = { VISIT_END_LIST(NAME) };
#undef NAME

const char *duty_name(enum duty_kind d)
{
	return duties[d];
}

const char *visit_end_name(enum visit_end e)
{
	return ends[e];
}

static void *grown(void *at, size_t n, size_t bytes)
{
	void *more = realloc(at, n * bytes);

	if (!more)
		abort();
	return more;
}

struct teller *teller_new(const struct telling *to, void *arg)
{
	struct teller *t = calloc(1, sizeof(*t));

	if (!t)
		abort();
	t->to = to;
	t->arg = arg;
	t->due_ms = UINT64_MAX;
	return t;
}

void teller_free(struct teller *t)
{
	if (!t)
		return;
	free(t->contact);
	free(t->bucket);
	free(t->agent);
	free(t->engaged);
	free(t);
}

/* ---- contacts in progress, by number */

static void rehash(struct teller *t)
{
	t->n_buckets = t->room_contacts;
	t->bucket = grown(t->bucket, t->n_buckets, sizeof(*t->bucket));
	memset(t->bucket, 0, t->n_buckets * sizeof(*t->bucket));
	for (uint32_t i = 0; i < t->n_contacts; i++) {
		struct contact_seen *s = &t->contact[i];

		if (!s->contact)
			continue;
		s->next = t->bucket[s->contact % t->n_buckets];
		t->bucket[s->contact % t->n_buckets] = i + 1;
	}
}

struct contact_seen *teller_contact(struct teller *t, uint32_t contact)
{
	uint32_t at = t->n_buckets ? t->bucket[contact % t->n_buckets] : 0;

	while (at && t->contact[at - 1].contact != contact)
		at = t->contact[at - 1].next;
	return at && contact ? &t->contact[at - 1] : NULL;
}

static struct contact_seen *contact_add(struct teller *t, uint32_t contact)
{
	uint32_t slot = t->free_contact;

	if (!slot && t->n_contacts == t->room_contacts) {
		t->room_contacts = t->room_contacts ? 2 * t->room_contacts : 64;
		t->contact = grown(t->contact, t->room_contacts, sizeof(*t->contact));
		rehash(t);
	}
	if (slot)
		t->free_contact = t->contact[slot - 1].next;
	else
		slot = ++t->n_contacts;
	t->contact[slot - 1] = (struct contact_seen){ .contact = contact,
		.next = t->bucket[contact % t->n_buckets] };
	t->bucket[contact % t->n_buckets] = slot;
	return &t->contact[slot - 1];
}

static void contact_drop(struct teller *t, struct contact_seen *s)
{
	uint32_t slot = (uint32_t)(s - t->contact) + 1;
	uint32_t *at = &t->bucket[s->contact % t->n_buckets];

	while (*at != slot)
		at = &t->contact[*at - 1].next;
	*at = s->next;
	*s = (struct contact_seen){ .next = t->free_contact };
	t->free_contact = slot;
}

/* ---- agents */

static enum duty_kind duty_of(const struct agent_view *v)
{
	switch (v->phase) {
	case AGENT_IDLE:
		return v->paused ? DUTY_PAUSED : DUTY_AVAILABLE;
	case AGENT_RINGING:
		return DUTY_RINGING;
	case AGENT_TALKING:
		return v->role == ROLE_SUPERVISE ? DUTY_SUPERVISING : DUTY_TALKING;
	case AGENT_WRAP_UP:
		return DUTY_WRAP_UP;
	case AGENT_BACK_OFF:
		return DUTY_BACK_OFF;
	case AGENT_SIGNED_OUT:
	case AGENT_PHASES:
		break;
	}
	return DUTY_OUT;
}

static uint16_t queue_of(struct teller *t, uint32_t contact)
{
	struct contact_view k;

	return contact && centre_contact(t->c, contact, &k) ? k.record.queue : 0;
}

static void span_close(struct teller *t, struct agent_seen *a)
{
	struct span_told row = {
		.span = a->span, .duty = a->duty, .from_ms = a->from_ms, .to_ms = t->ev->at_ms
	};

	if (!a->span)
		return;
	t->to->span(t->arg, &row);
	if (a->duty == DUTY_WRAP_UP && a->contact)
		t->to->wrap_up(t->arg, a->contact, t->ev->at_ms - a->from_ms);
	a->span = 0;
}

static void span_open(struct teller *t, uint32_t index, enum duty_kind duty, uint32_t contact)
{
	struct agent_seen *a = &t->agent[index];
	struct span_told row = { .span = 0,
		.agent = (uint16_t)(index + 1),
		.duty = (uint8_t)duty,
		.contact = contact,
		.queue = queue_of(t, contact),
		.from_ms = t->ev->at_ms };

	a->duty = (uint8_t)duty;
	a->contact = contact;
	a->from_ms = t->ev->at_ms;
	if (duty == DUTY_OUT)
		return;
	row.span = a->span = ++t->last_span;
	t->to->span(t->arg, &row);
}

static void engage(struct teller *t, uint32_t index, bool engaged)
{
	struct agent_seen *a = &t->agent[index];
	uint32_t last;

	if (engaged && !a->engaged_at) {
		t->engaged[t->n_engaged++] = index;
		a->engaged_at = t->n_engaged;
	} else if (!engaged && a->engaged_at) {
		last = t->engaged[--t->n_engaged];
		t->engaged[a->engaged_at - 1] = last;
		t->agent[last].engaged_at = a->engaged_at;
		a->engaged_at = 0;
	}
}

/* Somebody may have changed: her span ends, and the next one begins. */
static void agent_look(struct teller *t, uint32_t index)
{
	struct agent_seen *a = &t->agent[index];
	struct agent_view v;
	enum duty_kind duty;
	uint32_t contact;

	if (index >= t->n_agents)
		return;
	centre_agent(t->c, index, &v);
	duty = duty_of(&v);
	contact = duty == DUTY_WRAP_UP ? v.talked_with : v.contact;
	a->until_ms = v.until_ms;
	engage(t, index, v.contact || v.until_ms);
	if (v.until_ms && v.until_ms < t->due_ms)
		t->due_ms = v.until_ms;
	if (duty == a->duty && contact == a->contact)
		return;
	span_close(t, a);
	span_open(t, index, duty, contact);
}

/* Some of these are free again by time alone, of which no event tells. */
static void agents_due(struct teller *t)
{
	t->due_ms = UINT64_MAX;
	for (uint32_t i = t->n_engaged; i > 0; i--)
		agent_look(t, t->engaged[i - 1]);
}

static void agents_look(struct teller *t)
{
	if (t->ev->at_ms >= t->due_ms)
		agents_due(t);
	for (uint32_t i = t->n_engaged; t->ev->contact && i > 0; i--)
		if (i <= t->n_engaged && t->agent[t->engaged[i - 1]].contact == t->ev->contact)
			agent_look(t, t->engaged[i - 1]);
	for (size_t i = 0; i < t->fx->n; i++)
		if (t->fx->item[i].agent)
			agent_look(t, t->fx->item[i].agent - 1u);
	if (event_names_agent((enum event_kind)t->ev->kind) && t->ev->attempt)
		agent_look(t, t->ev->attempt - 1);
}

/* Another configuration: others have other numbers. What goes on begins a new span. */
static void agents_renew(struct teller *t)
{
	for (uint32_t i = 0; i < t->n_agents; i++)
		span_close(t, &t->agent[i]);
	t->n_agents = t->plan->n_agents;
	t->agent = grown(t->agent, t->n_agents + 1, sizeof(*t->agent));
	t->engaged = grown(t->engaged, t->n_agents + 1, sizeof(*t->engaged));
	memset(t->agent, 0, (t->n_agents + 1) * sizeof(*t->agent));
	t->n_engaged = 0;
	t->due_ms = UINT64_MAX;
	for (uint32_t i = 0; i < t->n_agents; i++)
		agent_look(t, i);
}

/* ---- the step */

static void contact_tell(struct teller *t, const struct contact_seen *s, const struct record *r)
{
	t->to->contact(t->arg, &(struct contact_told){ .contact = s->contact,
				       .entry = r->entry,
				       .caller = s->caller,
				       .record = *r });
}

static const struct record *outcome_of(const struct teller *t, uint32_t contact)
{
	for (size_t i = 0; i < t->fx->n; i++)
		if (t->fx->item[i].kind == FX_OUTCOME && t->fx->item[i].contact == contact)
			return &t->fx->item[i].record;
	return NULL;
}

static void contact_look(struct teller *t, uint32_t contact)
{
	struct contact_seen *s = teller_contact(t, contact);
	const struct record *over = outcome_of(t, contact);
	struct contact_view k = { .contact = contact, .phase = PHASE_CLOSING };
	bool there = centre_contact(t->c, contact, &k);

	if (!there && !over)
		return;
	if (over)
		k.record = *over;
	if (!s) {
		s = contact_add(t, contact);
		contact_tell(t, s, &k.record);
	} else if (t->ev->kind == EV_CALLER && t->ev->contact == contact) {
		s->caller = t->ev->ref;
		contact_tell(t, s, &k.record);
	}
	visit_follow(t, s, &k, over);
	if (over)
		contact_tell(t, s, over);
}

/* After all that is told of them. */
static void contacts_drop(struct teller *t)
{
	for (size_t i = 0; i < t->fx->n; i++) {
		const struct effect *fx = &t->fx->item[i];
		struct contact_seen *s = fx->kind == FX_OUTCOME ? teller_contact(t, fx->contact)
								: NULL;

		if (s)
			contact_drop(t, s);
	}
}

static void contacts_look(struct teller *t)
{
	uint32_t last = t->ev->contact;

	if (last)
		contact_look(t, last);
	for (size_t i = 0; i < t->fx->n; i++) {
		uint32_t contact = t->fx->item[i].contact;

		/* Effects of one contact come together; twice does no harm. */
		if (contact && contact != last && contact != t->ev->contact)
			contact_look(t, last = contact);
	}
}

/* Their queues have other numbers now. */
static void contacts_renew(struct teller *t)
{
	struct contact_view k = { .contact = 0 };

	while (centre_contact_after(t->c, k.contact, &k)) {
		struct contact_seen *s = teller_contact(t, k.contact);

		if (!s)
			continue;
		s->queue = s->visit.queue = k.record.queue;
		if (s->visit.agent)
			s->visit.agent = k.record.agent;
		s->n_rings = 0;
	}
}

void teller_saw(struct teller *t, const struct centre *c, const struct plan *plan, uint64_t seq,
	const struct event *ev, const struct effects *fx)
{
	t->c = c;
	t->plan = plan;
	t->ev = ev;
	t->fx = fx;
	t->seq = seq;
	t->n_moments = 0;
	t->refused = false;
	for (size_t i = 0; i < fx->n; i++)
		t->refused |= fx->item[i].kind == FX_REFUSED;
	if (ev->kind == EV_START || ev->kind == EV_RELOAD) {
		contacts_renew(t);
		agents_renew(t);
	}
	moment_event(t);
	contacts_look(t);
	moment_effects(t);
	contacts_drop(t);
	agents_look(t);
	for (size_t i = 0; i < fx->n; i++)
		if (fx->item[i].kind == FX_CODE)
			t->to->code(t->arg, fx->item[i].contact, (uint16_t)fx->item[i].value);
}
