/* What a waiting caller hears, in rounds. */
#include "bot/core/queue.h"

#include "bot/core/contact.h"

void queue_hold(struct centre *c, struct contact *k)
{
	const struct plan_queue *p = queue_plan(c, k->queue);
	uint32_t position = p->position_prompt ? queue_position(c, k) : 0;
	struct effect *fx;

	k->play = attempt_next(c);
	k->hold_ms = c->now_ms;
	fx = effect_emit(c, FX_HOLD, k, k->play);
	fx->queue = (uint16_t)k->queue;
	fx->music = p->music;
	if (position && (!k->announced || position <= k->announced)) {
		fx->prompt = p->position_prompt;
		fx->value = (int32_t)position;
		k->announced = position;
	}
	contact_due(c, k, DUE_STAGE, c->now_ms + (uint64_t)p->announce_ms + c->plan->play_ms_max);
}

void queue_hold_ended(struct centre *c, struct contact *k)
{
	k->play = 0;
	if (k->transfer) {
		/* What ended is what the transfer cut short; music now would be in its way. */
		contact_due(c, k, DUE_STAGE, NEVER);
		return;
	}
	if (c->now_ms < k->hold_ms + HOLD_MS_MIN)
		contact_due(c, k, DUE_STAGE, k->hold_ms + HOLD_MS_MIN);
	else
		queue_hold(c, k);
}
