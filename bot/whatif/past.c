#include "bot/whatif/past.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more, all zero. */
static void *grow(void *rows, size_t *n, size_t *room, size_t row_bytes)
{
	if (*n == *room) {
		*room = *room ? 2 * *room : 64;
		rows = realloc(rows, *room * row_bytes);
		if (!rows)
			abort();
	}
	memset((char *)rows + *n * row_bytes, 0, row_bytes);
	++*n;
	return rows;
}

/* A row more of p->name, as an lvalue's address. */
#define MORE(p, rows, n, room)                                                 \
	((p)->rows = grow((p)->rows, &(p)->n, &(p)->room, sizeof(*(p)->rows)), \
		&(p)->rows[(p)->n - 1])

static void sample(struct samples *s, uint64_t ms)
{
	*MORE(s, ms, n, room) = ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

void past_open(struct past *p)
{
	*p = (struct past){ .open = calloc(PAST_OPEN, sizeof(*p->open)),
		.free_from_ms = calloc(PLAN_AGENTS_MAX, sizeof(*p->free_from_ms)) };
	if (!p->open || !p->free_from_ms)
		abort();
	MORE(p, queue, n_queues, room_queues)->key = 0;
	MORE(p, prompt, n_prompts, room_prompts)->key = 0;
}

void past_fini(struct past *p)
{
	for (size_t i = 0; i < p->n_queues; i++) {
		struct queue_past *q = &p->queue[i];

		free(q->wait);
		free(q->ring);
		free(q->talk.ms);
		free(q->wrap_up.ms);
		patience_fini(&q->patience);
	}
	free(p->queue);
	free(p->caller);
	free(p->duty);
	free(p->prompt);
	free(p->open);
	free(p->free_from_ms);
	*p = (struct past){ .n_queues = 0 };
}

/* Index; made when it is not there. */
static size_t queue_at(struct past *p, uint32_t key)
{
	for (size_t i = 0; i < p->n_queues; i++)
		if (p->queue[i].key == key)
			return i;
	MORE(p, queue, n_queues, room_queues)->key = key;
	return p->n_queues - 1;
}

static size_t prompt_at(struct past *p, uint32_t key)
{
	for (size_t i = 0; i < p->n_prompts; i++)
		if (p->prompt[i].key == key)
			return i;
	MORE(p, prompt, n_prompts, room_prompts)->key = key;
	return p->n_prompts - 1;
}

static struct caller_past *caller_of(struct past *p, uint32_t contact)
{
	size_t low = 0, high = p->n_callers;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (p->caller[middle].contact < contact)
			low = middle + 1;
		else
			high = middle;
	}
	return low < p->n_callers && p->caller[low].contact == contact ? &p->caller[low] : NULL;
}

static uint32_t queue_key(const struct plan *plan, uint32_t queue)
{
	return queue && queue <= plan->n_queues ? plan->queue[queue - 1].key : 0;
}

static void comes(struct past *p, const struct event *ev, const struct plan *plan)
{
	uint32_t entry = (uint32_t)ev->value < plan->n_entries ? (uint32_t)ev->value : 0;

	if (p->n_callers && p->caller[p->n_callers - 1].contact >= ev->contact)
		return; /* told twice */
	*MORE(p, caller, n_callers, room_callers) = (struct caller_past){
		.contact = ev->contact, .entry = plan->entry[entry].key, .offered_ms = ev->at_ms
	};
}

static void presses(struct caller_past *k, const struct event *ev)
{
	uint64_t heard_ms = k->offered_ms + k->answer_ms;

	if (k->n_digits == PAST_DIGITS)
		return;
	k->digit[k->n_digits] = (char)ev->value;
	k->digit_ms[k->n_digits++] = (uint32_t)(ev->at_ms > heard_ms ? ev->at_ms - heard_ms : 0);
}

/* What is under way under that number, if it is; no longer then. */
static struct open_past take_open(struct past *p, uint32_t attempt)
{
	struct open_past *o = &p->open[attempt % PAST_OPEN], found = *o;

	if (!attempt || o->attempt != attempt)
		return (struct open_past){ .attempt = 0 };
	o->attempt = 0;
	return found;
}

static void put_ring(struct past *p, struct open_past o, uint64_t at_ms, uint32_t end)
{
	struct ring_seen seen = { (uint32_t)(at_ms - o.at_ms), end };
	size_t i;

	if (!o.attempt)
		return;
	i = queue_at(p, o.key);
	*MORE(&p->queue[i], ring, n_ring, room_ring) = seen;
	*MORE(&p->queue[0], ring, n_ring, room_ring) = seen;
}

static void prompt_over(struct past *p, const struct event *ev)
{
	struct open_past o = take_open(p, ev->attempt);
	uint64_t ms = ev->at_ms - o.at_ms;
	size_t i;

	if (!o.attempt || ev->value != PLAY_DONE)
		return; /* cut short, so nothing is learnt of its length */
	i = prompt_at(p, o.key);
	p->prompt[i].sum_ms += ms;
	p->prompt[i].n++;
	p->prompt[0].sum_ms += ms;
	p->prompt[0].n++;
}

static void on_duty(struct past *p, const struct event *ev, const struct plan *plan)
{
	bool of_queue = ev->kind == EV_SIGN_IN || ev->kind == EV_SIGN_OUT;

	if (!ev->attempt || ev->attempt > plan->n_agents)
		return;
	*MORE(p, duty, n_duties, room_duties) = (struct duty){ .at_ms = ev->at_ms,
		.kind = ev->kind,
		.agent = plan->agent[ev->attempt - 1].key,
		.queue = of_queue ? queue_key(plan, (uint32_t)ev->value) : 0,
		.value = of_queue ? 0 : ev->value };
}

/* She ended her wrap-up herself. */
static void done_early(struct past *p, const struct event *ev)
{
	uint64_t since;

	if (!ev->attempt || ev->attempt > PLAN_AGENTS_MAX)
		return;
	since = p->free_from_ms[ev->attempt - 1];
	if (since)
		sample(&p->queue[0].wrap_up, ev->at_ms - since);
	p->free_from_ms[ev->attempt - 1] = 0;
}

static void about_caller(struct past *p, const struct event *ev)
{
	struct caller_past *k = caller_of(p, ev->contact);

	if (!k)
		return;
	if (ev->kind == EV_CALL_ACTIVE && !k->answer_ms)
		k->answer_ms = (uint32_t)(ev->at_ms - k->offered_ms) + 1;
	else if (ev->kind == EV_DIGIT)
		presses(k, ev);
}

static void saw_event(struct past *p, const struct event *ev, const struct plan *plan)
{
	switch ((enum event_kind)ev->kind) {
	case EV_CALL_INCOMING:
		comes(p, ev, plan);
		break;
	case EV_CALL_ACTIVE:
	case EV_DIGIT:
		about_caller(p, ev);
		break;
	case EV_PLAY_ENDED:
		prompt_over(p, ev);
		break;
	case EV_AGENT_ANSWERED:
	case EV_HANDED_OVER:
		put_ring(p, take_open(p, ev->attempt), ev->at_ms, 0);
		break;
	case EV_AGENT_FAILED:
		put_ring(p, take_open(p, ev->attempt), ev->at_ms, (uint32_t)ev->value);
		break;
	case EV_SIGN_IN:
	case EV_SIGN_OUT:
	case EV_PAUSE:
	case EV_RESUME:
	case EV_AGENT_PRESENCE:
		on_duty(p, ev, plan);
		break;
	case EV_WRAP_UP_DONE:
		done_early(p, ev);
		break;
	case EV_START:
	case EV_RELOAD: /* agents have other numbers now */
		memset(p->free_from_ms, 0, PLAN_AGENTS_MAX * sizeof(*p->free_from_ms));
		break;
	default:
		break;
	}
}

static void waited(struct past *p, uint32_t key, uint64_t ms, bool left)
{
	struct wait_seen seen = { ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX, left };
	size_t i = queue_at(p, key);

	*MORE(&p->queue[i], wait, n_wait, room_wait) = seen;
	*MORE(&p->queue[0], wait, n_wait, room_wait) = seen;
}

static void handled(struct past *p, const struct record *r, uint32_t key)
{
	size_t i = queue_at(p, key);

	p->queue[i].n_handled++;
	p->queue[0].n_handled++;
	if (r->agent)
		p->free_from_ms[r->agent - 1] = r->ended_ms;
	if (r->estimated || r->ended_ms < r->connected_ms)
		return; /* behind a transfer nobody saw the end */
	sample(&p->queue[i].talk, r->ended_ms - r->connected_ms);
	sample(&p->queue[0].talk, r->ended_ms - r->connected_ms);
}

static bool gave_up(const struct record *r)
{
	return r->outcome == OUTCOME_ABANDONED_QUEUE || r->outcome == OUTCOME_ABANDONED_SHORT ||
	       r->outcome == OUTCOME_ABANDONED_RINGING;
}

static void is_over(struct past *p, const struct effect *fx, const struct plan *plan)
{
	const struct record *r = &fx->record;
	struct caller_past *k = caller_of(p, fx->contact);
	uint32_t key = queue_key(plan, r->queue);

	if (k && r->outcome == OUTCOME_ABANDONED_IVR && r->answered_ms)
		k->gone_ms = (uint32_t)(r->ended_ms - r->answered_ms) + 1;
	if (!key || !r->queued_ms)
		return;
	if (r->connected_ms)
		waited(p, key, r->connected_ms - r->queued_ms, false);
	else if (r->ended_ms >= r->queued_ms)
		waited(p, key, r->ended_ms - r->queued_ms, gave_up(r));
	if (r->connected_ms)
		handled(p, r, key);
}

static void begins(struct past *p, const struct effect *fx, uint64_t at_ms, const struct plan *plan)
{
	struct open_past *o = &p->open[fx->attempt % PAST_OPEN];

	*o = (struct open_past){ .attempt = fx->attempt, .at_ms = at_ms };
	if (fx->kind == FX_RING) {
		o->key = queue_key(plan, fx->queue);
		o->limit_ms = fx->queue ? plan->queue[fx->queue - 1].ring_ms : 0;
	} else if (plan->prompt_key && fx->prompt && fx->prompt <= plan->n_prompts) {
		o->key = plan->prompt_key[fx->prompt - 1];
	}
}

/* Withdrawn as nobody answered in time, or because somebody else did or the caller left: then
 * nothing is known of how it would have ended. */
static void withdrawn(struct past *p, const struct effect *fx, uint64_t at_ms)
{
	struct open_past o = take_open(p, fx->attempt);

	if (o.attempt && at_ms - o.at_ms >= o.limit_ms)
		put_ring(p, o, at_ms, RING_NEVER);
}

void past_saw(
	struct past *p, const struct event *ev, const struct effects *fx, const struct plan *plan)
{
	if (!p->from_ms)
		p->from_ms = ev->at_ms;
	p->to_ms = ev->at_ms;
	saw_event(p, ev, plan);
	for (size_t i = 0; i < fx->n; i++) {
		const struct effect *it = &fx->item[i];

		if (it->kind == FX_RING || it->kind == FX_PLAY)
			begins(p, it, ev->at_ms, plan);
		else if (it->kind == FX_WITHDRAW)
			withdrawn(p, it, ev->at_ms);
		else if (it->kind == FX_OUTCOME)
			is_over(p, it, plan);
	}
}

void past_close(struct past *p)
{
	for (size_t i = 0; i < p->n_queues; i++) {
		struct queue_past *q = &p->queue[i];

		if (patience_of(q->wait, q->n_wait, &q->patience) != OK)
			abort();
	}
}

const struct queue_past *past_queue(const struct past *p, uint32_t key)
{
	for (size_t i = 1; i < p->n_queues; i++)
		if (p->queue[i].key == key)
			return &p->queue[i];
	return &p->queue[0];
}

uint32_t past_prompt_ms(const struct past *p, uint32_t key, uint32_t guess_ms)
{
	for (size_t i = 1; i < p->n_prompts; i++)
		if (p->prompt[i].key == key && p->prompt[i].n)
			return (uint32_t)(p->prompt[i].sum_ms / p->prompt[i].n);
	return p->prompt[0].n ? (uint32_t)(p->prompt[0].sum_ms / p->prompt[0].n) : guess_ms;
}
