/*
 * Recording follows the conversation. It is looked at once a step instead of wherever an agent
 * comes or goes, so that none of these places can be forgotten.
 */
#include "bot/core/tape.h"

#include "bot/core/command.h"
#include "bot/core/contact.h"
#include "bot/core/queue.h"

/* The longest that a notice is taken to last, with what may be said before it. */
enum { NOTICE_MS = 10000 };

static bool agrees(const struct contact *k, enum consent way)
{
	switch (way) {
	case RECORD_NOTICE:
		return true;
	case RECORD_OPT_IN:
		return k->agreed == AGREED;
	case RECORD_OPT_OUT:
		return k->agreed != REFUSED_TO_AGREE;
	case RECORD_OFF:
		break;
	}
	return false;
}

/* An answer cuts short what a waiting caller hears, so it may have cut the notice. */
static bool is_told(const struct centre *c, const struct contact *k)
{
	return k->told_consent == TOLD || k->agreed == AGREED ||
	       (k->told_consent == TELLING && hold_lasted_ms(c, k) >= NOTICE_MS);
}

static struct effect *emit(struct centre *c, const struct contact *k, enum taping taping)
{
	struct effect *fx = effect_emit(c, FX_RECORDING, k, k->taped);

	fx->value = (int32_t)taping;
	if (taping == TAPE_OFF)
		return fx; /* She may be gone, and another there. */
	fx->agent = (uint16_t)k->agent;
	fx->queue = (uint16_t)k->queue;
	return fx;
}

static void begin(struct centre *c, struct contact *k)
{
	struct effect *fx = emit(c, k, TAPE_ON);

	k->record.recorded = true;
	if (!is_told(c, k))
		fx->prompt = queue_plan(c, k->queue)->consent_prompt;
	k->told_consent = TOLD;
}

void tape_follow(struct centre *c, struct contact *k)
{
	bool talks = k->phase == PHASE_TALKING && k->agent && k->queue;
	uint32_t wanted = talks && agrees(k, (enum consent)queue_plan(c, k->queue)->consent)
				  ? k->ring
				  : 0;

	if (wanted == k->taped)
		return;
	if (k->taped)
		emit(c, k, TAPE_OFF);
	k->taped = wanted;
	k->tape_paused = false;
	if (wanted)
		begin(c, k);
}

static enum refusal pause(struct centre *c, const struct event *ev, bool paused)
{
	struct contact *k;
	enum refusal why = command_talking(c, ev, &k);

	if (why != REFUSED_NOT)
		return why;
	if (!k->taped)
		return REFUSED_NOT_RECORDED;
	if (k->tape_paused != paused)
		emit(c, k, paused ? TAPE_PAUSED : TAPE_ON);
	k->tape_paused = paused;
	return REFUSED_NOT;
}

enum refusal command_recording_pause(struct centre *c, const struct event *ev)
{
	return pause(c, ev, true);
}

enum refusal command_recording_resume(struct centre *c, const struct event *ev)
{
	return pause(c, ev, false);
}
