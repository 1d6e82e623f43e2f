/*
 * Recording follows the conversation. It is looked at once a step instead of wherever an agent
 * comes or goes, so that none of these places can be forgotten.
 */
#include "bot/core/tape.h"

#include "bot/core/command.h"
#include "bot/core/contact.h"

/* A caller must have been told, and must have said what her country's way asks of her. */
static bool agrees(const struct contact *k, enum consent way)
{
	switch (way) {
	case RECORD_NOTICE:
		return k->told_consent;
	case RECORD_OPT_IN:
		return k->agreed == AGREED;
	case RECORD_OPT_OUT:
		return k->told_consent && k->agreed != REFUSED_TO_AGREE;
	case RECORD_OFF:
		break;
	}
	return false;
}

static void emit(struct centre *c, const struct contact *k, enum taping taping)
{
	struct effect *fx = effect_emit(c, FX_RECORDING, k, k->taped);

	fx->value = (int32_t)taping;
	if (taping == TAPE_OFF)
		return; /* She may be gone, and another there. */
	fx->agent = (uint16_t)k->agent;
	fx->queue = (uint16_t)k->queue;
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
	if (wanted) {
		k->record.recorded = true;
		emit(c, k, TAPE_ON);
	}
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
