#include "media/dsp/jitter.h"

#include "media/dsp/pcm.h"

#include <assert.h>
#include <string.h>

enum {
	NONE = JITTER_SLOTS,
	ALL = (1 << JITTER_SLOTS) - 1,
	FRAME_US = PCM_FRAME_MS * 1000,
	SLACK_US = FRAME_US / 2,
	WINDOW_TAKES = 25,     /* 500 ms: how long there must be too much delay */
	WINDOW_TAKES_FAR = 5,  /* 100 ms, when it is, */
	FAR_US = 3 * FRAME_US, /* or when there is too little */
	DROPOUT_MAX = 3000,    /* RFC 3550 A.1: more missing than this is a new count, not loss */
};

static int32_t after(uint32_t ts, uint32_t than)
{
	return (int32_t)(ts - than);
}

static uint32_t reach(const struct jitter *j)
{
	return JITTER_SLOTS * j->frame_ticks;
}

static void forget(struct jitter *j)
{
	j->waiting = 0;
	j->is_playing = j->has_played = j->is_resting = false;
	j->others = 0;
	j->strays = 0;
	memset(j->last, NONE, sizeof(j->last));
	transit_init(&j->transit, j->frame_ticks);
	jitter_adjusted(j);
}

void jitter_init(struct jitter *j, uint32_t frame_ticks, uint32_t delay_min_ms)
{
	assert(frame_ticks > 0 && delay_min_ms <= JITTER_DELAY_MAX_MS);
	memset(j, 0,
		offsetof(struct jitter, brief)); /* what is behind costs memory once it is used */
	j->frame_ticks = frame_ticks;
	j->delay_min_us = delay_min_ms * 1000;
	forget(j);
}

static uint32_t n_waiting(const struct jitter *j)
{
	return (uint32_t)__builtin_popcount(j->waiting);
}

/* The lowest of these slots, which goes from them; NONE: there are none. Few wait, and only theirs
 * are looked at. */
static size_t next_of(unsigned *slots)
{
	size_t at = *slots ? (size_t)__builtin_ctz(*slots) : NONE;

	*slots &= *slots - 1;
	return at;
}

/* The waiting slot with the lowest timestamp; NONE when nothing waits. */
static size_t oldest(const struct jitter *j)
{
	unsigned rest = j->waiting;
	size_t best = next_of(&rest), at;

	while ((at = next_of(&rest)) != NONE)
		if (after(j->slot[at].ts, j->slot[best].ts) < 0)
			best = at;
	return best;
}

/* The packet leaves the order; its payload stays until the slot is used again. The numbers between
 * it and the one before were key presses or are lost. */
static void leave(struct jitter *j, size_t at)
{
	struct jitter_slot *s = &j->slot[at];
	uint16_t between = j->has_played ? (uint16_t)(s->seq - j->played_seq - 1) : 0;
	uint16_t others = between < j->others ? between : j->others;

	if (between < DROPOUT_MAX)
		j->lost += between - others;
	j->others = (uint16_t)(j->others - others);
	j->played_seq = s->seq;
	j->is_resting = s->is_resting;
	j->play_ts = s->ts + s->ticks;
	j->has_played = true;
	j->waiting &= (uint16_t) ~(1u << at);
}

/* The waiting slot with this timestamp; NONE: no such packet is here. */
static size_t slot_of(const struct jitter *j, uint32_t ts)
{
	unsigned rest = j->waiting;
	size_t at;

	while ((at = next_of(&rest)) != NONE && j->slot[at].ts != ts)
		;
	return at;
}

/* The waiting slot with the highest timestamp; one must wait. */
static size_t newest(const struct jitter *j)
{
	unsigned rest = j->waiting;
	size_t best = next_of(&rest), at;

	while ((at = next_of(&rest)) != NONE)
		if (after(j->slot[at].ts, j->slot[best].ts) > 0)
			best = at;
	return best;
}

/* Belongs neither before nor beside what we hold and play: a clock that jumped, or a stray. (Behind
 * the newest, because a full buffer gives up its oldest and still goes on in order.) */
static bool is_stray(const struct jitter *j, uint32_t ts)
{
	int32_t ahead;

	if (j->has_played && after(ts, j->play_ts) < 0)
		return true;
	if (!j->waiting)
		return false;
	ahead = after(ts, j->slot[newest(j)].ts);
	return ahead > (int32_t)reach(j) || ahead < -(int32_t)reach(j);
}

static unsigned slots_taken_last(const struct jitter *j)
{
	unsigned slots = 0;

	for (size_t i = 0; i < JITTER_BACK; i++)
		slots |= 1u << j->last[i];
	return slots;
}

/* A slot for one more; when all wait, the oldest gives way, because what is new matters more. The
 * slots taken last are used last, for jitter_taken. */
static size_t slot_for(struct jitter *j)
{
	unsigned free = ALL & ~(unsigned)j->waiting;
	unsigned best = free & ~slots_taken_last(j);
	size_t at = next_of(best ? &best : &free);

	if (at == NONE) {
		at = oldest(j);
		leave(j, at);
		j->left_out++;
	}
	for (size_t i = 0; i < JITTER_BACK; i++)
		if (j->last[i] == at)
			j->last[i] = NONE;
	return at;
}

static void keep(struct jitter *j, const struct jitter_packet *in)
{
	size_t at;

	/* Nothing else waits, so a leap of the timestamp is a pause that is over. */
	if (!j->waiting && j->is_playing && after(in->ts, j->play_ts) > (int32_t)reach(j))
		j->is_playing = false;
	at = slot_for(j);
	j->slot[at] = (struct jitter_slot){
		.is_resting = in->is_resting,
		.seq = in->seq,
		.payload_bytes = (uint16_t)in->payload_bytes,
		.ts = in->ts,
		.ticks = in->ticks,
	};
	memcpy(in->payload_bytes <= JITTER_SHORT_MAX ? j->brief[at] : j->payload[at], in->payload,
		in->payload_bytes);
	j->waiting |= (uint16_t)(1u << at);
}

/* It came too late to be heard, but not too late to learn from: the next like it shall be in time.
 * (Not from a clock that jumped, nor from a copy of what was here.) */
static void note_late(struct jitter *j, uint32_t ts, uint64_t at_us)
{
	int32_t behind = j->has_played ? after(j->play_ts, ts) : 0;

	if (behind > 0 && behind <= (int32_t)reach(j) && ts != j->noted_ts) {
		transit_packet(&j->transit, ts, at_us);
		j->noted_ts = ts;
	}
}

enum jitter_put jitter_put(struct jitter *j, const struct jitter_packet *in, uint64_t at_us)
{
	bool is_new = false;

	assert(in->ticks > 0 && in->payload_bytes <= JITTER_PAYLOAD_MAX);
	if (!j->has_ssrc || in->ssrc != j->ssrc) {
		forget(j);
		j->ssrc = in->ssrc;
		j->has_ssrc = is_new = true;
	} else if (slot_of(j, in->ts) != NONE) {
		j->late++;
		return JITTER_LATE;
	} else if (is_stray(j, in->ts)) {
		if (++j->strays < JITTER_STRAYS_MAX) {
			note_late(j, in->ts, at_us);
			j->late++;
			return JITTER_LATE;
		}
		forget(j);
		is_new = true;
	}
	j->strays = 0;
	if (!j->is_levelling || is_new)
		transit_packet(&j->transit, in->ts, at_us);
	keep(j, in);
	return is_new ? JITTER_NEW : JITTER_KEPT;
}

void jitter_other(struct jitter *j, uint32_t ssrc, uint16_t seq)
{
	uint16_t ahead = (uint16_t)(seq - j->played_seq);

	/* Of a number that is behind us nothing is to be accounted for. */
	if (j->has_ssrc && ssrc == j->ssrc && j->has_played && ahead && ahead < 0x8000)
		j->others++;
}

/* The delay that is wanted. */
static int64_t wanted_us(const struct jitter *j)
{
	uint32_t us = j->transit.wanted_us;

	us = us > j->delay_min_us ? us : j->delay_min_us;
	return us < JITTER_DELAY_MAX_MS * 1000 ? us : JITTER_DELAY_MAX_MS * 1000;
}

static int64_t delay_us(const struct jitter *j, size_t first, uint64_t now_us)
{
	return transit_late_us(&j->transit, j->slot[first].ts, now_us);
}

static void start(struct jitter *j, size_t first)
{
	j->is_playing = true;
	j->play_ts = j->slot[first].ts;
	jitter_adjusted(j);
}

void jitter_skip(struct jitter *j)
{
	size_t first = oldest(j);

	if (first == NONE)
		return;
	leave(j, first);
	j->left_out++;
}

static size_t level_out(struct jitter *j, size_t first, uint64_t now_us)
{
	int64_t most = wanted_us(j) + (int64_t)(j->level_frames + 1) * FRAME_US;

	j->is_levelling = false;
	while (n_waiting(j) > 1 && delay_us(j, first, now_us) >= most) {
		jitter_skip(j);
		first = oldest(j);
	}
	j->play_ts = j->slot[first].ts;
	jitter_adjusted(j);
	return first;
}

void jitter_adjusted(struct jitter *j)
{
	j->window_takes = 0;
	j->window_waiting = JITTER_SLOTS;
	j->window_us = INT64_MAX;
}

/* Whole frames of delay, because a take is one. What is wanted wavers by a bin or two, so one frame
 * too many goes only when half a frame more would still be left. */
static int64_t excess_us(const struct jitter *j)
{
	int64_t over = j->window_us - wanted_us(j);

	if (over < 0)
		return -((FRAME_US - 1 - over) / FRAME_US) * FRAME_US;
	/* Who has nothing waiting cannot give anything, whatever a clock says that stood still. */
	return over < SLACK_US || !j->window_waiting ? 0 : (over - SLACK_US) / FRAME_US * FRAME_US;
}

int32_t jitter_excess_us(struct jitter *j, uint32_t ahead_us)
{
	int64_t excess;

	if (!j->is_playing || j->window_takes < WINDOW_TAKES_FAR)
		return 0;
	excess = excess_us(j) + ahead_us;
	if (excess >= 0 && excess <= FAR_US && j->window_takes < WINDOW_TAKES)
		return 0;
	if (!excess)
		jitter_adjusted(j);
	return (int32_t)excess;
}

static void give(const struct jitter *j, size_t at, struct jitter_packet *out)
{
	const struct jitter_slot *s = &j->slot[at];

	*out = (struct jitter_packet){ .ssrc = j->ssrc,
		.ts = s->ts,
		.ticks = s->ticks,
		.seq = s->seq,
		.is_resting = s->is_resting,
		.payload = s->payload_bytes <= JITTER_SHORT_MAX ? j->brief[at] : j->payload[at],
		.payload_bytes = s->payload_bytes };
}

/* Nothing waits: after sound it is missing until told otherwise. */
static enum jitter_take starve(struct jitter *j)
{
	j->is_playing = false;
	return j->has_played && !j->others && !j->is_resting ? JITTER_LOST : JITTER_PAUSE;
}

/* The next packet lies ahead of the play position. */
static enum jitter_take bridge(struct jitter *j, size_t first)
{
	uint16_t between = (uint16_t)(j->slot[first].seq - j->played_seq - 1);

	j->play_ts += j->frame_ticks;
	return between > j->others ? JITTER_LOST : JITTER_PAUSE;
}

enum jitter_take jitter_take(struct jitter *j, uint64_t now_us, struct jitter_packet *out)
{
	size_t first = oldest(j);

	if (first == NONE)
		return starve(j);
	if (!j->is_playing) {
		if (delay_us(j, first, now_us) < wanted_us(j))
			return starve(j);
		start(j, first);
	}
	if (j->is_levelling)
		first = level_out(j, first, now_us);
	if (after(j->slot[first].ts, j->play_ts) >= (int32_t)j->frame_ticks)
		return bridge(j, first);
	j->delay_us = delay_us(j, first, now_us);
	j->window_us = j->delay_us < j->window_us ? j->delay_us : j->window_us;
	j->window_takes++;
	leave(j, first);
	if (n_waiting(j) < j->window_waiting)
		j->window_waiting = n_waiting(j);
	memmove(j->last + 1, j->last, sizeof(j->last) - 1);
	j->last[0] = (uint8_t)first;
	give(j, first, out);
	return JITTER_PACKET;
}

bool jitter_taken(const struct jitter *j, unsigned back, struct jitter_packet *out)
{
	assert(back < JITTER_BACK);
	if (j->last[back] == NONE)
		return false;
	give(j, j->last[back], out);
	return true;
}

bool jitter_next(const struct jitter *j, struct jitter_packet *out)
{
	size_t at = slot_of(j, j->play_ts);

	if (at != NONE)
		give(j, at, out);
	return at != NONE;
}

void jitter_level(struct jitter *j, uint32_t behind)
{
	j->level_frames = behind;
	j->is_levelling = true;
}
