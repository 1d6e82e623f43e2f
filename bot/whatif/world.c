/* What the world answers to the centre's effects, and when. */
#include "bot/whatif/inside.h"

#include <stdlib.h>
#include <string.h>

enum {
	HANG_UP_MS = 50, /* until Graph has confirmed it */
	TASK_MS = 2000,  /* of what no journal tells */
};

static void plan_event(struct life *l, uint64_t in_ms, struct event ev)
{
	heap_put(&l->heap, (struct planned){ .at_ms = l->now_ms + in_ms, .ev = ev });
}

static void plan_guest(
	struct life *l, uint64_t in_ms, enum planned_kind kind, uint32_t contact, uint32_t attempt)
{
	heap_put(&l->heap, (struct planned){ .at_ms = l->now_ms + in_ms,
				   .kind = kind,
				   .ev = { .contact = contact, .attempt = attempt } });
}

static void withdraw(struct life *l, uint32_t attempt)
{
	if (attempt >= l->n_withdrawn) {
		uint32_t n = attempt + 4096;

		l->withdrawn = realloc(l->withdrawn, n * sizeof(*l->withdrawn));
		if (!l->withdrawn)
			abort();
		memset(l->withdrawn + l->n_withdrawn, 0, n - l->n_withdrawn);
		l->n_withdrawn = n;
	}
	l->withdrawn[attempt] = true;
}

static void rings(struct life *l, const struct effect *fx)
{
	struct guest *g = &l->guest[fx->contact];
	struct ring_seen r = draw_ring(l, g, fx->queue);
	bool transfer = fx->queue &&
			l->conf->plan->queue[fx->queue - 1].hand_off == HAND_OFF_TRANSFER;
	struct event ev = { .contact = fx->contact, .attempt = fx->attempt };

	if (r.end == RING_NEVER)
		return;
	ev.kind = r.end ? EV_AGENT_FAILED : transfer ? EV_HANDED_OVER : EV_AGENT_ANSWERED;
	ev.value = (int32_t)r.end;
	plan_event(l, r.ms, ev);
	if (!r.end && transfer)
		plan_guest(l, r.ms + HANG_UP_MS, PLANNED_OVER, fx->contact, fx->attempt);
}

static void answered(struct life *l, const struct effect *fx)
{
	const struct caller_past *k = l->guest[fx->contact].like;

	plan_event(
		l, k->answer_ms, (struct event){ .kind = EV_CALL_ACTIVE, .contact = fx->contact });
	for (size_t i = 0; i < k->n_digits; i++)
		plan_event(l, k->answer_ms + k->digit_ms[i],
			(struct event){
				.kind = EV_DIGIT, .contact = fx->contact, .value = k->digit[i] });
	if (k->gone_ms)
		plan_guest(l, k->answer_ms + k->gone_ms, PLANNED_GONE, fx->contact, 0);
}

static void holds(struct life *l, const struct effect *fx)
{
	struct guest *g = &l->guest[fx->contact];
	uint64_t patience;

	plan_event(l, fx->queue ? l->conf->plan->queue[fx->queue - 1].announce_ms : TASK_MS,
		(struct event){ .kind = EV_PLAY_ENDED,
			.contact = fx->contact,
			.attempt = fx->attempt,
			.value = PLAY_DONE });
	l->in_line += !g->waits;
	g->waits = true;
	if (g->queued)
		return;
	g->queued = true;
	patience = draw_patience_ms(l, g, fx->queue);
	if (patience != PATIENCE_ENDLESS)
		plan_guest(l, patience, PLANNED_LEAVE, fx->contact, 0);
}

static void leaves_line(struct life *l, uint32_t contact)
{
	struct guest *g = &l->guest[contact];

	l->in_line -= g->waits;
	g->waits = false;
}

void world_perform(struct life *l, const struct effect *fx)
{
	struct event ev = { .contact = fx->contact, .attempt = fx->attempt };

	switch ((enum effect_kind)fx->kind) {
	case FX_ANSWER:
		answered(l, fx);
		return;
	case FX_PLAY:
		ev.kind = EV_PLAY_ENDED;
		ev.value = PLAY_DONE;
		plan_event(l, draw_prompt_ms(l, fx->prompt), ev);
		return;
	case FX_HOLD:
		holds(l, fx);
		return;
	case FX_ASK:
		ev.kind = EV_AGENT_ACCEPTED;
		plan_event(l, TASK_MS, ev);
		return;
	case FX_RING:
		rings(l, fx);
		return;
	case FX_WITHDRAW:
		withdraw(l, fx->attempt);
		return;
	case FX_CONNECT:
		leaves_line(l, fx->contact);
		plan_guest(l, draw_talk_ms(l, &l->guest[fx->contact], fx->queue), PLANNED_OVER,
			fx->contact, fx->attempt);
		return;
	case FX_REJECT:
	case FX_HANG_UP:
		ev.kind = EV_CALL_ENDED;
		ev.value = END_BY_US;
		plan_event(l, HANG_UP_MS, ev);
		return;
	case FX_LOOKUP:
		ev.kind = EV_LOOKED_UP;
		ev.value = -1;
		plan_event(l, TASK_MS, ev);
		return;
	case FX_RECORD:
		ev.kind = EV_RECORDED;
		ev.value = RECORD_DONE;
		plan_event(l, TASK_MS, ev);
		return;
	case FX_DIAL:
		ev.kind = EV_DIALLED;
		plan_event(l, HANG_UP_MS, ev);
		ev.kind = EV_CALL_ACTIVE;
		plan_event(l, TASK_MS, ev);
		return;
	case FX_TRANSFER:
		ev.kind = EV_TRANSFERRED;
		plan_event(l, TASK_MS, ev);
		plan_guest(l, TASK_MS + HANG_UP_MS, PLANNED_OVER, fx->contact, fx->attempt);
		return;
	case FX_OUTCOME:
		leaves_line(l, fx->contact);
		figures_count(l, &fx->record);
		return;
	default:
		return; /* wants no answer */
	}
}
