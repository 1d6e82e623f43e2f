/*
 * What a waiting caller hears, in rounds: what must be said, where she stands, how long it may
 * take, a message; then music until the round is over. All of it is one effect, and none of it is
 * ever waited for: who is matched is rung while it plays, and connected in its midst.
 */
#include "bot/core/queue.h"

#include "bot/core/contact.h"
#include "bot/core/estimate.h"

enum { SAYS = 1 + SAY_MORE };

/* What is said in a round, in order. */
struct round {
	struct say say[SAYS];
	size_t n;
};

/* false: there is no room for it in this round; or nothing to say. */
static bool add(struct round *r, uint32_t prompt, uint32_t value)
{
	if (!prompt || r->n == SAYS)
		return false;
	r->say[r->n++] = (struct say){ (uint16_t)prompt, (int32_t)value };
	return true;
}

static void tell_announcement(struct round *r, const struct centre *c, struct contact *k)
{
	uint16_t announcement = c->queue[k->queue].announcement;

	if (announcement != k->told_announcement && (!announcement || add(r, announcement, 0)))
		k->told_announcement = announcement;
}

static void tell_consent(struct round *r, const struct plan_queue *p, struct contact *k)
{
	/* A round that was cut short may have left it unsaid. */
	if (p->consent != RECORD_OFF && k->told_consent != TOLD && add(r, p->consent_prompt, 0))
		k->told_consent = TELLING;
}

/* Only a better position than any she knows of. */
static void tell_position(
	struct round *r, const struct plan_queue *p, struct contact *k, uint32_t position)
{
	if (!position || (p->position_max && position > p->position_max))
		return;
	if ((!k->announced || position < k->announced) && add(r, p->position_prompt, position))
		k->announced = position;
}

/* Only less than she was told before, and only what has proved true for others. */
static void tell_estimate(
	struct round *r, const struct centre *c, struct contact *k, uint32_t position)
{
	const struct plan_queue *p = queue_plan(c, k->queue);
	uint32_t minutes = estimate_minutes(c, k->queue, position);
	bool over = minutes == ESTIMATE_OVER;

	if (!minutes || (k->told_minutes && minutes >= k->told_minutes))
		return;
	if (!add(r, over ? p->estimate_over_prompt : p->estimate_prompt,
		    over ? ESTIMATE_MINUTES_MAX : minutes))
		return;
	k->told_minutes = (uint8_t)minutes;
	if (over || k->record.promised_s)
		return;
	k->record.promised_s = (uint16_t)(minutes * 60);
	k->record.promised_ms = c->now_ms;
}

/* Not in the first round, where there is enough to hear. */
static void tell_message(struct round *r, const struct centre *c, struct contact *k)
{
	const struct plan_queue *p = queue_plan(c, k->queue);

	if (!p->n_messages || !k->held_before)
		return;
	if (add(r, c->plan->message[p->first_message + k->next_message % p->n_messages], 0))
		k->next_message = (uint16_t)((k->next_message + 1u) % p->n_messages);
}

static void tell(struct round *r, const struct centre *c, struct contact *k)
{
	const struct plan_queue *p = queue_plan(c, k->queue);
	uint32_t position = p->position_prompt || p->estimate_prompt ? queue_position(c, k) : 0;

	tell_announcement(r, c, k);
	tell_consent(r, p, k);
	tell_position(r, p, k, position);
	if (p->estimate_prompt)
		tell_estimate(r, c, k, position);
	tell_message(r, c, k);
	k->held_before = true;
}

static void begin(struct centre *c, struct contact *k, struct round r)
{
	const struct plan_queue *p = queue_plan(c, k->queue);
	struct effect *fx;

	tell(&r, c, k);
	k->play = attempt_next(c);
	k->hold_ms = (uint32_t)c->now_ms;
	fx = effect_emit(c, FX_HOLD, k, k->play);
	fx->queue = (uint16_t)k->queue;
	fx->music = p->music;
	fx->prompt = r.say[0].prompt;
	fx->value = r.say[0].value;
	for (size_t i = 0; i < SAY_MORE; i++)
		fx->also[i] = r.say[1 + i];
	contact_due(c, k, DUE_STAGE, c->now_ms + (uint64_t)p->announce_ms + c->plan->play_ms_max);
}

void queue_hold(struct centre *c, struct contact *k)
{
	begin(c, k, (struct round){ .n = 0 });
}

void queue_hold_after(struct centre *c, struct contact *k, uint32_t prompt)
{
	struct round r = { .n = 0 };

	add(&r, prompt, 0);
	begin(c, k, r);
}

/* Announcements are over before their round is. */
static bool was_whole(const struct centre *c, const struct contact *k)
{
	return hold_lasted_ms(c, k) >= queue_plan(c, k->queue)->announce_ms;
}

void queue_hold_ended(struct centre *c, struct contact *k)
{
	k->play = 0;
	if (k->told_consent == TELLING && was_whole(c, k))
		k->told_consent = TOLD;
	if (k->transfer) {
		/* What ended is what the transfer cut short; music now would be in its way. */
		contact_due(c, k, DUE_STAGE, NEVER);
		return;
	}
	if (hold_lasted_ms(c, k) < HOLD_MS_MIN)
		contact_due(c, k, DUE_STAGE, c->now_ms + HOLD_MS_MIN - hold_lasted_ms(c, k));
	else
		queue_hold(c, k);
}
