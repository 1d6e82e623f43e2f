/*
 * The auditor follows the effects one by one: each must be what the books, and the rules,
 * allow at this moment.
 */
#include "tests/sim/audit.h"

#include <assert.h>
#include <stdlib.h>

enum { PROBES = 5 };

struct audit *audit_new(const struct config *g)
{
	struct audit *a = calloc(1, sizeof(*a));

	assert(a);
	for (uint32_t q = 0; q < g->plan.n_queues; q++)
		for (uint32_t i = 0; i < g->queue[q].n_members; i++) {
			uint32_t agent = g->member[g->queue[q].first_member + i];

			if (g->agent[agent].signed_in)
				a->staff[agent + 1].signed_in |= BIT(q + 1);
			a->staff[agent + 1].n_servings++;
		}
	for (uint32_t i = 0; i < g->plan.n_agents; i++)
		a->staff[i + 1].alone = g->agent[i].signed_in && !a->staff[i + 1].n_servings;
	return a;
}

void audit_free(struct audit *a)
{
	free(a);
}

static void probe(struct life *l, struct account *k, const struct effect *fx)
{
	if (!k->n_starts || ++k->n_probes > PROBES)
		life_fail(l, "contact %u is probed again and again", fx->contact);
	k->probe = fx->attempt;
	k->probe_ms = l->now_ms;
}

static bool echoes(enum effect_kind kind)
{
	return kind == FX_WITHDRAW || kind == FX_CONNECT || kind == FX_DROP_AGENT ||
	       kind == FX_RECORDING;
}

static bool is_numbered(enum effect_kind kind)
{
	return !echoes(kind) && kind != FX_STOP_PLAY && kind != FX_OUTCOME && kind != FX_REFUSED;
}

static void number(struct life *l, struct account *k, const struct effect *fx)
{
	const struct engaged *p = k ? book_party(k, fx->attempt) : NULL;
	bool goes_on = fx->kind == FX_RING && p && p->accepted; /* with the ask's number */

	if (!is_numbered(fx->kind) || goes_on)
		return;
	if (fx->attempt <= l->audit->last_attempt)
		life_fail(l, "attempt %u is not new", fx->attempt);
	l->audit->last_attempt = fx->attempt;
}

static void of_contact(struct life *l, struct account *k, const struct effect *fx)
{
	switch ((enum effect_kind)fx->kind) {
	case FX_ANSWER:
		if (k->phase != PHASE_ARRIVING)
			life_fail(l, "contact %u is answered again", fx->contact);
		k->answer = fx->attempt;
		break;
	case FX_REJECT:
		if (!(k->possible & BIT(OUTCOME_REJECTED)))
			life_fail(l, "contact %u is rejected and there is room", fx->contact);
		break;
	case FX_HOLD:
		wait_hold(l, k, fx);
		break;
	case FX_STOP_PLAY:
		if (k->phase == PHASE_RINGING && k->transfer && l->now_ms < k->ring_due_ms)
			life_fail(l, "contact %u: silence during a transfer", fx->contact);
		break;
	case FX_ASK:
	case FX_RING:
	case FX_WITHDRAW:
	case FX_CONNECT:
		offer_effect(l, k, fx);
		break;
	case FX_HANG_UP:
		end_hang_up(l, k, fx);
		break;
	case FX_KEEP_ALIVE:
		if (k->phase == PHASE_ARRIVING || k->phase == PHASE_CLOSING)
			life_fail(l, "contact %u is kept alive here", fx->contact);
		k->keep_alive_ms = l->now_ms;
		break;
	case FX_PROBE:
		probe(l, k, fx);
		break;
	case FX_RECORDING:
		k->record.recorded |= fx->value == TAPE_ON;
		if (fx->value == TAPE_ON &&
			(k->phase != PHASE_TALKING || book_queue(l, k)->consent == RECORD_OFF))
			life_fail(l, "contact %u is recorded and nobody asked", fx->contact);
		break;
	case FX_OUTCOME:
		end_outcome(l, k, fx);
		break;
	default:
		if (!flow_effect(l, k, fx))
			life_fail(l, "an effect of kind %u", fx->kind);
		break;
	}
}

static void effect(struct life *l, const struct effect *fx)
{
	struct account *k = book_of(l, fx->contact);

	number(l, k, fx);
	if (fx->kind == FX_REFUSED)
		return;
	if (fx->kind == FX_DROP_AGENT)
		offer_drop(l, k, fx);
	else if (!k)
		life_fail(l, "contact %u is over or never was", fx->contact);
	else
		of_contact(l, k, fx);
}

/* When time runs late, several come free in one step: which of them was first is not known here. */
static void free_since(struct life *l)
{
	for (uint32_t id = 1; id <= l->cfg->plan.n_agents; id++) {
		struct staff *s = &l->audit->staff[id];

		if (s->free_ms > l->audit->settled_ms && s->free_ms < l->now_ms)
			s->free_ms = l->now_ms;
	}
}

void audit_step(struct life *l, const struct event *ev, const struct effects *out)
{
	struct account *k = book_of(l, ev->contact);
	bool late;

	if (l->wild) {
		wild_step(l, ev, out);
		return;
	}
	late = ev->kind == EV_AGENT_ANSWERED && (!k || !book_party(k, ev->attempt));

	l->audit->ev = ev;
	l->audit->refused = false;
	for (size_t i = 0; i < out->n; i++)
		l->audit->refused |= out->item[i].kind == FX_REFUSED;
	l->audit->stop_play = 0;
	l->audit->late = 0;
	book_event(l, ev);
	if (k && k->phase == PHASE_RINGING && ev->kind == EV_CALL_PRESENT &&
		ev->value == PRESENT_WITH_AGENT && k->transfer)
		life_fail(l, "the world lets an agent into a transfer");
	l->audit->out = out;
	for (size_t i = 0; i < out->n && !l->failure[0]; i++) {
		const struct effect *fx = &out->item[i];

		l->audit->at = i;
		effect(l, fx);
		l->audit->stop_play = fx->kind == FX_STOP_PLAY ? fx->contact : 0;
	}
	if (late != (l->audit->late != 0))
		life_fail(l, "a late agent is %s", late ? "forgotten" : "seen where none is");
	if (!l->failure[0])
		check_all(l);
	free_since(l);
	l->audit->settled_ms = centre_deadline_ms(l->centre) > l->now_ms
				       ? l->now_ms
				       : centre_deadline_ms(l->centre) - 1;
}
