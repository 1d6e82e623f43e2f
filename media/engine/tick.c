/* The shard's 20 ms: what came is taken, everybody says and is sent a frame, and it is told of. */
#include "media/engine/shard.h"

#include "bot/base/clock.h"
#include "media/engine/pass.h"

#include <string.h>
#include <sys/eventfd.h>

enum {
	REPORT_TICKS = 5,
	AHEAD_LINES = 4,
	AHEAD_LEGS = 2,
	CACHE_LINE = 64,
	LEG_BYTES = 320,      /* of what a leg looks at to send, */
	LEG_CAME_BYTES = 512, /* and to receive */
	PACKETS_A_TICK = 64,  /* of one leg, so that a flood on one does not starve the others */
};

static uint64_t ms_of(uint64_t now_ns)
{
	return now_ns / 1000000;
}

static bool tell(struct shard *s, const struct engine_event *ev)
{
	if (!ring_put(&s->events, ev))
		return false;
	s->wakes = true;
	return true;
}

static void tell_presence(struct shard *s, struct line *l)
{
	struct engine_event ev = { .kind = l->is_present ? ENGINE_HEARD : ENGINE_SILENT,
		.leg = l->id };

	if (l->is_present != l->is_told_present && tell(s, &ev))
		l->is_told_present = l->is_present;
}

/* What is sent shall bear loss from now on, or need not any longer. */
static void judge_loss(struct line *l, uint64_t now_ms)
{
	struct leg_quality q = { 0 };
	bool is_lossy;

	if (!l->codec->lossy || !l->leg->kind->quality)
		return;
	l->leg->kind->quality(l->leg, &q);
	is_lossy = lossiness_step(&l->lossiness, q.has_theirs ? q.theirs_fraction : 0, now_ms);
	l->sends = is_lossy ? l->codec->lossy : l->codec;
}

static void tell_gone(struct shard *s, struct line *l)
{
	struct engine_event ev = { .kind = ENGINE_GONE, .leg = l->id };

	if (l->leg->ended != l->told_ended && tell(s, &ev))
		l->told_ended++;
}

static void tell_digit(struct shard *s, struct line *l, char digit)
{
	struct engine_event ev = { .kind = ENGINE_DTMF, .leg = l->id, .digit = digit };

	if (!tell(s, &ev))
		s->tally[TALLY_EVENTS_DROPPED]++;
}

static void tell_played(struct shard *s, struct line *l)
{
	struct engine_event ev = {
		.kind = ENGINE_PLAYED, .leg = l->id, .cookie = l->player.due_cookie
	};

	if (l->player.is_due && tell(s, &ev))
		l->player.is_due = false;
}

static void fetch(const void *from, size_t bytes)
{
	for (size_t at = 0; at < bytes; at += CACHE_LINE)
		__builtin_prefetch((const char *)from + at);
}

/* Between two ticks the kernel's work has driven lines out of the cache: what a tick looks at comes
 * back while those before are served. */
static void look_ahead(const struct shard *s, size_t i)
{
	if (i + AHEAD_LINES < s->n_lines) {
		const struct line *l = s->line[i + AHEAD_LINES];

		fetch(l, offsetof(struct line, player.leaving));
		fetch(&l->jitter, offsetof(struct jitter, transit));
	}
	if (i + AHEAD_LEGS < s->n_lines)
		fetch(s->line[i + AHEAD_LEGS]->leg, LEG_BYTES);
	if (i + 1 < s->n_lines && s->line[i + 1]->leg->kind->fetch)
		s->line[i + 1]->leg->kind->fetch(s->line[i + 1]->leg);
}

/* The same of those on which something came, of whom there are n. */
static void look_ahead_at(const struct shard *s, size_t i, size_t n)
{
	if (i + AHEAD_LINES < n) {
		const struct line *l = arrivals_at(&s->arrivals, i + AHEAD_LINES);

		fetch(l, offsetof(struct line, gate));
		fetch(&l->jitter, offsetof(struct jitter, slot[1]));
	}
	if (i + AHEAD_LEGS < n)
		fetch(arrivals_at(&s->arrivals, i + AHEAD_LEGS)->leg, LEG_CAME_BYTES);
}

/* Once. Returns how much of a tick's packets it was; 0: nothing more waits. */
static size_t receive(struct shard *s, struct line *l, uint64_t now_ms)
{
	struct leg_batch *b = &s->batch;

	l->leg->kind->receive(l->leg, now_ms, b);
	if (b->n > 0) {
		l->is_present = true;
		l->came_ms = now_ms;
		tell_presence(s, l);
	}
	for (size_t k = 0; k < b->n; k++) {
		if (b->item[k].digit)
			tell_digit(s, l, b->item[k].digit);
		if (!b->item[k].at_us)
			b->item[k].at_us = now_ms * 1000;
		line_packet(l, &b->item[k]);
	}
	return !b->has_more ? 0 : b->n ? b->n : 1;
}

/* Of those the kernel tells of, a packet a round: to ask it once for all of them whether more waits
 * is cheaper than to hear from each that nothing does. */
static void receive_told(struct shard *s, uint64_t now_ms)
{
	size_t n = 1;

	s->batch.wall_ahead_us = (int64_t)(clock_unix_us() - clock_mono_ns() / 1000);
	for (int round = 0; n && round < PACKETS_A_TICK; round++) {
		n = arrivals_look(&s->arrivals);
		for (size_t i = 0; i < n; i++) {
			look_ahead_at(s, i, n);
			receive(s, arrivals_at(&s->arrivals, i), now_ms);
		}
	}
}

/* Who is watched was received when something came. */
static void look_at(struct shard *s, struct line *l, bool is_turn, uint64_t now_ms)
{
	size_t n = !l->is_watched;

	for (size_t taken = 0; n && taken < PACKETS_A_TICK; taken += n)
		n = receive(s, l, now_ms);
	if (is_turn && l->leg->kind->report)
		l->leg->kind->report(l->leg, now_ms, &s->batch);
	pass_check(l);
}

static void tell_all(struct shard *s, struct line *l, uint64_t now_ms)
{
	tell_played(s, l);
	l->is_present &= now_ms - l->came_ms < s->rtp_lost_ms;
	tell_presence(s, l);
	tell_gone(s, l);
}

static void judge(struct line *l, uint64_t now_ms)
{
	line_show(l);
	judge_loss(l, now_ms);
}

/* n lines from at on. */
static void serve_room(struct shard *s, size_t at, size_t n, uint64_t now_us)
{
	struct line *const *room = &s->line[at];
	uint64_t turn = s->tally[TALLY_TICKS] + at, now_ms = now_us / 1000;
	struct studio *st = &s->studio;

	for (size_t i = 0; i < n; i++) {
		look_ahead(s, at + i);
		look_at(s, room[i], (turn + i) % REPORT_TICKS == 0, now_ms);
	}
	for (size_t i = 0; i < n; i++) {
		line_say(room[i], shard_decoders(s, room[i]), now_us);
		if (room[i]->digit)
			tell_digit(s, room[i], room[i]->digit);
	}
	mixer_room(&st->mixer, room, n, st->streams.tick);
	for (size_t i = 0; i < n; i++) {
		look_ahead(s, at + i);
		if (!room[i]->is_closing)
			feed_line(st, room[i]);
		tell_all(s, room[i], now_ms);
		if ((turn + i) % QUALITY_TICKS == 0 || room[i]->is_closing)
			judge(room[i], now_ms);
	}
}

static void serve_rooms(struct shard *s, uint64_t now_us)
{
	size_t at = 0, n;

	streams_tick(&s->studio.streams);
	for (; at < s->n_lines; at += n) {
		for (n = 1; at + n < s->n_lines && s->room[at + n] == s->room[at]; n++)
			;
		serve_room(s, at, n, now_us);
	}
}

void shard_count(uint64_t tally[TALLY_COUNT], const struct line *l)
{
	tally[TALLY_IN] += l->leg->in - l->refused;
	tally[TALLY_OUT] += l->leg->out;
	tally[TALLY_LOST] += l->jitter.lost;
	tally[TALLY_LATE] += l->jitter.late;
	tally[TALLY_REFUSED] += l->leg->refused + l->refused;
	tally[TALLY_UNSENT] += l->leg->unsent;
	tally[TALLY_CONCEALED] += l->concealed;
	tally[TALLY_DECODED] += l->decoded;
	tally[TALLY_ENCODED] += l->encoded;
	tally[TALLY_STORED] += l->stored;
	tally[TALLY_PASSED] += l->passed;
}

static void wake(struct shard *s)
{
	if (s->wakes)
		eventfd_write(s->wake_fd, 1); /* full is as good as written: it is readable */
	s->wakes = false;
}

static void count_lines(struct shard *s)
{
	uint64_t *tally = s->counted;

	memset(tally, 0, sizeof(s->counted));
	for (size_t i = 0; i < s->n_lines; i++)
		shard_count(tally, s->line[i]);
	for (size_t i = 0; i < CODECS; i++) {
		tally[TALLY_ENCODERS] += s->studio.streams.encoder[i].n_used;
		tally[TALLY_DECODERS] += s->studio.decoder[i].n_used;
	}
}

void shard_show(struct shard *s)
{
	/* Going round all lines is a good part of a quiet tick. */
	if (s->tally[TALLY_TICKS] >= s->count_tick) {
		count_lines(s);
		s->count_tick = s->tally[TALLY_TICKS] + s->count_ticks;
	}
	for (size_t i = 0; i < TALLY_COUNT; i++)
		atomic_store_explicit(
			&s->shown[i], s->tally[i] + s->counted[i], memory_order_relaxed);
}

void shard_tick(struct shard *s, uint64_t now_ns)
{
	shard_obey(s);
	receive_told(s, ms_of(now_ns));
	serve_rooms(s, now_ns / 1000);
	recordings_frame(&s->recordings);
	shard_drop_closed(s);
	s->tally[TALLY_TICKS]++;
	wake(s);
}

void shard_pass(struct shard *s, uint64_t ticks, unsigned behind)
{
	for (size_t i = 0; i < s->n_lines; i++) {
		struct line *l = s->line[i];

		feed_lapse(l, ticks);
		jitter_level(&l->jitter, behind);
	}
	s->tally[TALLY_TICKS_LOST] += ticks;
}
