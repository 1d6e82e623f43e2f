#include "graph/sim/phone_jitter.h"

#include <assert.h>
#include <string.h>

enum {
	JITTER_WAIT = 2,    /* 40 ms: what two processes of a busy machine need */
	JITTER_DRY_MAX = 3, /* after 60 ms concealment only hums */
	JITTER_DEEP = 5,    /* more than this for half a second is delay without use */
	JITTER_DEEP_MAX = 25,
};

static struct jitter_slot *slot_of(struct phone_jitter *j, uint16_t seq)
{
	return &j->slot[seq % JITTER_SLOTS];
}

/* The place may hold a later packet: the first ones may have moved next back. */
static bool holds(struct phone_jitter *j, uint16_t seq)
{
	return slot_of(j, seq)->full && slot_of(j, seq)->seq == seq;
}

static void restart(struct phone_jitter *j, uint16_t seq)
{
	for (size_t i = 0; i < JITTER_SLOTS; i++)
		j->slot[i].full = false;
	j->running = true;
	j->wait = JITTER_WAIT;
	j->dry = j->deep = 0;
	j->next = seq;
}

void phone_jitter_put(struct phone_jitter *j, uint16_t seq, const uint8_t *payload, size_t n,
	struct phone_leg_counters *count)
{
	struct jitter_slot *s = slot_of(j, seq);
	int ahead = (int16_t)(uint16_t)(seq - j->next);

	assert(n <= JITTER_PACKET_MAX);
	count->in += n > 0;
	/* While the first ones wait for their turn, an earlier one may still come. */
	if (j->running && j->wait > 0 && ahead < 0 && ahead > -JITTER_SLOTS / 2)
		j->next = seq, ahead = 0;
	if (!j->running || ahead >= JITTER_SLOTS || ahead <= -4 * JITTER_SLOTS) {
		restart(j, seq);
	} else if (ahead < 0) {
		count->late++;
		return;
	}
	if (holds(j, seq))
		return; /* sent twice */
	s->full = true;
	s->seq = seq;
	s->n = (uint16_t)n;
	if (n)
		memcpy(s->payload, payload, n);
}

static unsigned depth(const struct phone_jitter *j)
{
	unsigned n = 0;

	for (size_t i = 0; i < JITTER_SLOTS; i++)
		n += j->slot[i].full;
	return n;
}

static bool take(struct phone_jitter *j, const struct jitter_slot **packet)
{
	struct jitter_slot *s = slot_of(j, j->next);

	if (!holds(j, j->next))
		return false;
	s->full = false;
	j->next++;
	*packet = s;
	return true;
}

static enum jitter_turn run_dry(struct phone_jitter *j)
{
	if (++j->dry <= JITTER_DRY_MAX)
		return JITTER_DRY;
	j->running = false;
	return JITTER_SILENCE;
}

static void catch_up(struct phone_jitter *j, struct phone_leg_counters *count)
{
	const struct jitter_slot *dropped;

	j->deep = depth(j) > JITTER_DEEP ? j->deep + 1 : 0;
	if (j->deep > JITTER_DEEP_MAX && take(j, &dropped)) {
		count->skipped++;
		j->deep = 0;
	}
}

enum jitter_turn phone_jitter_take(
	struct phone_jitter *j, const struct jitter_slot **packet, struct phone_leg_counters *count)
{
	*packet = NULL;
	if (!j->running)
		return JITTER_SILENCE;
	if (j->wait > 0) {
		j->wait--;
		return JITTER_SILENCE;
	}
	catch_up(j, count);
	for (unsigned i = 0; i < JITTER_SLOTS && take(j, packet); i++) {
		j->dry = 0;
		if ((*packet)->n > 0)
			return JITTER_PACKET;
		*packet = NULL;
	}
	if (depth(j) == 0)
		return run_dry(j);
	j->dry = 0;
	j->next++;
	count->lost++;
	if (holds(j, j->next) && slot_of(j, j->next)->n > 0)
		*packet = slot_of(j, j->next);
	return JITTER_LOST;
}
