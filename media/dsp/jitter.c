#include "media/dsp/jitter.h"

#include "media/dsp/pcm.h"

#include <assert.h>
#include <string.h>

enum {
	NONE = JITTER_SLOTS,
	WINDOW_TAKES = 25,    /* 500 ms: how long the cushion must be too thick */
	WINDOW_TAKES_FAR = 5, /* 100 ms, when it is */
	FAR_FRAMES = 3,       /* this much too thick */
	DROPOUT_MAX = 3000,   /* RFC 3550 A.1: more missing than this is a new count, not loss */
	CALM_TAKES = 500,     /* 10 s without running out */
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
	for (size_t i = 0; i < JITTER_SLOTS; i++)
		j->slot[i].is_waiting = false;
	j->n_waiting = 0;
	j->is_playing = j->has_played = false;
	j->others = 0;
	j->strays = 0;
	memset(j->last, NONE, sizeof(j->last));
	j->window_takes = 0;
	j->window_low = UINT32_MAX;
}

void jitter_init(struct jitter *j, uint32_t frame_ticks, uint32_t target)
{
	assert(frame_ticks > 0 && target > 0 && target <= JITTER_TARGET_MAX);
	memset(j, 0, sizeof(*j));
	j->frame_ticks = frame_ticks;
	j->target = j->target_min = target;
	forget(j);
}

/* The waiting slot with the lowest timestamp; NONE when nothing waits. */
static size_t oldest(const struct jitter *j)
{
	size_t best = NONE;

	for (size_t i = 0; i < JITTER_SLOTS; i++)
		if (j->slot[i].is_waiting &&
			(best == NONE || after(j->slot[i].ts, j->slot[best].ts) < 0))
			best = i;
	return best;
}

/* What waits, in ticks from ts to the end of the newest packet. */
static uint32_t cushion(const struct jitter *j, uint32_t ts)
{
	int32_t most = 0;

	for (size_t i = 0; i < JITTER_SLOTS; i++)
		if (j->slot[i].is_waiting && after(j->slot[i].ts + j->slot[i].ticks, ts) > most)
			most = after(j->slot[i].ts + j->slot[i].ticks, ts);
	return (uint32_t)most;
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
	j->play_ts = s->ts + s->ticks;
	j->has_played = true;
	s->is_waiting = false;
	j->n_waiting--;
}

static bool is_here(const struct jitter *j, uint32_t ts)
{
	for (size_t i = 0; i < JITTER_SLOTS; i++)
		if (j->slot[i].is_waiting && j->slot[i].ts == ts)
			return true;
	return false;
}

/* The waiting slot with the highest timestamp; one must wait. */
static size_t newest(const struct jitter *j)
{
	size_t best = oldest(j);

	for (size_t i = 0; i < JITTER_SLOTS; i++)
		if (j->slot[i].is_waiting && after(j->slot[i].ts, j->slot[best].ts) > 0)
			best = i;
	return best;
}

/* Belongs neither before nor beside what we hold and play: a clock that jumped, or a stray. (Behind
 * the newest, because a full buffer gives up its oldest and still goes on in order.) */
static bool is_stray(const struct jitter *j, uint32_t ts)
{
	int32_t ahead;

	if (j->has_played && after(ts, j->play_ts) < 0)
		return true;
	if (!j->n_waiting)
		return false;
	ahead = after(ts, j->slot[newest(j)].ts);
	return ahead > (int32_t)reach(j) || ahead < -(int32_t)reach(j);
}

/* A slot for one more; when all wait, the oldest gives way, because what is new matters more. The
 * slots taken last are used last, for jitter_taken. */
static size_t slot_for(struct jitter *j)
{
	size_t at = NONE;

	for (size_t i = 0; i < JITTER_SLOTS; i++) {
		if (j->slot[i].is_waiting)
			continue;
		at = i;
		if (!memchr(j->last, (int)i, sizeof(j->last)))
			return i;
	}
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

static void keep(struct jitter *j, const struct jitter_packet *in, uint64_t now_ms)
{
	size_t at;

	/* Nothing else waits, so a leap of the timestamp is a pause that is over. */
	if (!j->n_waiting && j->is_playing && after(in->ts, j->play_ts) > (int32_t)reach(j))
		j->is_playing = false;
	if (!j->n_waiting)
		j->filling_ms = now_ms;
	at = slot_for(j);
	j->slot[at] = (struct jitter_slot){
		.is_waiting = true,
		.seq = in->seq,
		.payload_bytes = (uint16_t)in->payload_bytes,
		.ts = in->ts,
		.ticks = in->ticks,
	};
	memcpy(j->payload[at], in->payload, in->payload_bytes);
	j->n_waiting++;
}

enum jitter_put jitter_put(struct jitter *j, const struct jitter_packet *in, uint64_t now_ms)
{
	bool is_new = false;

	assert(in->ticks > 0 && in->payload_bytes <= JITTER_PAYLOAD_MAX);
	if (!j->has_ssrc || in->ssrc != j->ssrc) {
		forget(j);
		j->ssrc = in->ssrc;
		j->has_ssrc = is_new = true;
	} else if (is_here(j, in->ts)) {
		j->late++;
		return JITTER_LATE;
	} else if (is_stray(j, in->ts)) {
		if (++j->strays < JITTER_STRAYS_MAX) {
			j->late++;
			return JITTER_LATE;
		}
		forget(j);
		is_new = true;
	}
	j->strays = 0;
	keep(j, in, now_ms);
	return is_new ? JITTER_NEW : JITTER_KEPT;
}

void jitter_other(struct jitter *j, uint32_t ssrc, uint16_t seq)
{
	uint16_t ahead = (uint16_t)(seq - j->played_seq);

	/* Of a number that is behind us nothing is to be accounted for. */
	if (j->has_ssrc && ssrc == j->ssrc && j->has_played && ahead && ahead < 0x8000)
		j->others++;
}

/* The cushion is thick enough, or has waited long enough, to start. */
static bool is_filled(const struct jitter *j, size_t first, uint64_t now_ms)
{
	return cushion(j, j->slot[first].ts) >= j->target * j->frame_ticks ||
	       now_ms - j->filling_ms >= (uint64_t)j->target * PCM_FRAME_MS;
}

static void start(struct jitter *j, size_t first)
{
	/* It goes on exactly where it stopped: nothing was paused, the network was late. */
	if (j->has_played && after(j->slot[first].ts, j->play_ts) < (int32_t)j->frame_ticks) {
		j->target += j->target < JITTER_TARGET_MAX;
		j->calm_takes = 0;
	}
	j->is_playing = true;
	j->play_ts = j->slot[first].ts;
	j->window_takes = 0;
	j->window_low = UINT32_MAX;
}

/* The thinnest the cushion was within the window says how much of it is not needed: one packet
 * more than the target asks for may go. */
static bool is_too_thick(struct jitter *j, size_t first)
{
	uint32_t excess, left = cushion(j, j->slot[first].ts + j->slot[first].ticks);

	if (++j->calm_takes >= CALM_TAKES && j->target > j->target_min) {
		j->target--;
		j->calm_takes = 0;
	}
	j->window_low = left < j->window_low ? left : j->window_low;
	excess = j->window_low / j->frame_ticks + 1;
	excess = excess > j->target ? excess - j->target : 0;
	if (++j->window_takes < (excess > FAR_FRAMES ? WINDOW_TAKES_FAR : WINDOW_TAKES))
		return false;
	j->window_takes = 0;
	j->window_low = UINT32_MAX;
	return excess > 0 && j->n_waiting > 1;
}

static size_t level_out(struct jitter *j, size_t first)
{
	uint32_t most = (j->target + j->level_frames) * j->frame_ticks;

	j->is_levelling = false;
	while (j->n_waiting > 1 && cushion(j, j->slot[first].ts) > most) {
		leave(j, first);
		j->left_out++;
		first = oldest(j);
	}
	j->play_ts = j->slot[first].ts;
	return first;
}

static void give(const struct jitter *j, size_t at, struct jitter_packet *out)
{
	const struct jitter_slot *s = &j->slot[at];

	*out = (struct jitter_packet){ .ssrc = j->ssrc,
		.ts = s->ts,
		.ticks = s->ticks,
		.seq = s->seq,
		.payload = j->payload[at],
		.payload_bytes = s->payload_bytes };
}

/* Nothing waits: after sound it is missing until told otherwise. */
static enum jitter_take starve(struct jitter *j)
{
	j->is_playing = false;
	return j->has_played && !j->others ? JITTER_LOST : JITTER_PAUSE;
}

/* The next packet lies ahead of the play position. */
static enum jitter_take bridge(struct jitter *j, size_t first)
{
	uint16_t between = (uint16_t)(j->slot[first].seq - j->played_seq - 1);

	j->play_ts += j->frame_ticks;
	return between > j->others ? JITTER_LOST : JITTER_PAUSE;
}

enum jitter_take jitter_take(struct jitter *j, uint64_t now_ms, struct jitter_packet *out)
{
	size_t first = oldest(j);

	if (first == NONE)
		return starve(j);
	if (!j->is_playing) {
		if (!is_filled(j, first, now_ms))
			return starve(j);
		start(j, first);
	}
	if (j->is_levelling)
		first = level_out(j, first);
	if (after(j->slot[first].ts, j->play_ts) >= (int32_t)j->frame_ticks)
		return bridge(j, first);
	if (is_too_thick(j, first)) {
		leave(j, first);
		j->left_out++;
		first = oldest(j);
	}
	leave(j, first);
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

void jitter_level(struct jitter *j, uint32_t behind)
{
	j->level_frames = behind;
	j->is_levelling = true;
}
