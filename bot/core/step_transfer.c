/*
 * The call goes to somebody outside, and we see nothing more of it. While that is under way it
 * cannot be called back, so a request of unknown outcome waits for its deadline. The call ends with
 * it, and that may be told first.
 */
#include "bot/core/contact.h"
#include "bot/core/flow.h"
#include "bot/core/step.h"

static void transfer(struct centre *c, struct contact *k, const struct plan_step *s)
{
	uint32_t attempt = flow_task(c, k, c->plan->transfer_ms_max);

	effect_emit(c, FX_TRANSFER, k, attempt)->value = s->index;
}

static bool begin(struct centre *c, struct contact *k, const struct plan_step *s)
{
	if (s->prompt)
		contact_play(c, k, s->prompt);
	else
		transfer(c, k, s);
	return false;
}

static void lost(struct centre *c, struct contact *k, const struct plan_step *s)
{
	flow_go_or_next(c, k, s->otherwise);
}

static enum outcome ended(const struct event *ev)
{
	return ev->kind == EV_TRANSFERRED ? OUTCOME_TRANSFERRED : OUTCOME_NONE;
}

static void told(
	struct centre *c, struct contact *k, const struct plan_step *s, const struct event *ev)
{
	if (ev->kind != EV_TRANSFERRED) {
		lost(c, k, s);
		return;
	}
	k->record.estimated = true;
	k->record.outcome = k->settled ? k->settled : OUTCOME_TRANSFERRED;
	/* The call ends by itself now. If nobody ever says so, it is hung up. */
	contact_closing(c, k);
	contact_due(c, k, DUE_STAGE, c->now_ms + c->plan->transfer_ms_max);
}

extern const struct step step_transfer;
const struct step step_transfer = {
	.begin = begin,
	.play_ended = transfer,
	.told = told,
	.lost = lost,
	.may_be_done = true,
	.ended = ended,
};
