#include "bot/core/exit.h"

#include "bot/core/contact.h"
#include "bot/core/flow.h"
#include "bot/core/queue.h"
#include "bot/core/ring.h"

#include <string.h>

enum {
	HOPS_MAX = 8,         /* in a row, without having waited */
	HOP_WAIT_MS = 5000,   /* so long in a queue is waiting */
	QUEUES_ENTERED = 250, /* by one call, all told */
};

static struct plan_exit exit_of(const struct plan_queue *p, enum exit how)
{
	switch (how) {
	case EXIT_TIMEOUT:
		return (struct plan_exit){ p->timeout, p->timeout_prompt };
	case EXIT_OVERFLOW:
		return (struct plan_exit){ p->full, p->full_prompt };
	case EXIT_NO_AGENTS:
		return (struct plan_exit){ p->no_agents, p->no_agents_prompt };
	case EXIT_CLOSED:
		return p->closed;
	case EXIT_NONE:
	case EXIT_KEY:
		break;
	}
	return (struct plan_exit){ .prompt = 0 };
}

static enum outcome outcome_of(enum exit how)
{
	static const enum outcome outcome[] = { [EXIT_NONE] = OUTCOME_SELF_SERVED,
		[EXIT_TIMEOUT] = OUTCOME_TIMEOUT,
		[EXIT_OVERFLOW] = OUTCOME_OVERFLOW,
		[EXIT_NO_AGENTS] = OUTCOME_NO_AGENTS,
		[EXIT_CLOSED] = OUTCOME_CLOSED,
		[EXIT_KEY] = OUTCOME_SELF_SERVED };

	return outcome[how];
}

enum outcome exit_outcome(const struct contact *k, enum outcome o)
{
	if (o != OUTCOME_SELF_SERVED && o != OUTCOME_ABANDONED_IVR)
		return o;
	/* By key she went because she wished to. */
	if (k->record.exit == EXIT_NONE || k->record.exit == EXIT_KEY)
		return o;
	return outcome_of((enum exit)k->record.exit);
}

static bool leads_on(struct plan_target t)
{
	return t.kind == TARGET_FLOW || t.kind == TARGET_QUEUE;
}

/* Whether k may be sent on once more. */
static bool hop(const struct centre *c, struct contact *k)
{
	if (k->queue && c->now_ms - k->record.queued_ms >= HOP_WAIT_MS)
		k->n_hops = 0;
	return k->n_hops++ < HOPS_MAX && k->record.n_queues < QUEUES_ENTERED;
}

/* Out of line and ring: she is elsewhere now. */
static void detach(struct centre *c, struct contact *k, struct freed *f)
{
	ring_detach(c, k, f);
	if (k->phase != PHASE_FLOW)
		contact_phase_set(c, k, PHASE_FLOW);
	k->queue = 0;
}

static void leave(struct centre *c, struct contact *k, struct plan_exit e)
{
	struct freed f = { .n = 0 };

	detach(c, k, &f);
	contact_stop_play(c, k);
	k->exit_to = e.target;
	k->leaving = true;
	if (e.prompt)
		contact_play(c, k, e.prompt);
	else
		exit_go(c, k);
	offer_freed(c, &f);
}

void exit_note(struct contact *k, enum exit how)
{
	k->record.exit = (uint8_t)how;
	if (k->record.n_queues)
		k->record.path_exit[(k->record.n_queues - 1) % RECORD_PATH] = (uint8_t)how;
}

/* Whether or not by her own will, she was not served. */
static void learn(struct centre *c, struct contact *k, enum exit how)
{
	if (k->phase == PHASE_WAITING || k->phase == PHASE_RINGING)
		estimate_left(c, k, how == EXIT_KEY);
	exit_note(k, how);
}

void exit_take(struct centre *c, struct contact *k, enum exit how)
{
	struct plan_exit e = exit_of(queue_plan(c, k->record.queue), how);

	learn(c, k, how);
	if (leads_on(e.target) && hop(c, k))
		leave(c, k, e);
	else
		contact_close(c, k, outcome_of(how), e.prompt);
}

void exit_digit(struct centre *c, struct contact *k, char digit)
{
	static const char keys[PLAN_KEYS + 1] = "0123456789*#";
	const char *at = digit ? strchr(keys, digit) : NULL;
	struct plan_exit e = { .prompt = 0 };

	if (!at || !k->queue || k->transfer || k->call_back)
		return;
	e.target = queue_plan(c, k->queue)->leave[at - keys];
	if (e.target.kind == TARGET_NONE)
		return;
	learn(c, k, EXIT_KEY);
	if (leads_on(e.target) && hop(c, k))
		leave(c, k, e);
	else
		contact_close(c, k, outcome_of(EXIT_KEY), 0);
}

void exit_go(struct centre *c, struct contact *k)
{
	struct freed f = { .n = 0 };

	detach(c, k, &f);
	k->leaving = false;
	k->play = 0;
	if (leads_on(k->exit_to))
		flow_go(c, k, k->exit_to);
	else
		contact_close(c, k, outcome_of((enum exit)k->record.exit), 0);
	offer_freed(c, &f);
}
