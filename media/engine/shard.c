#include "media/engine/shard.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

enum {
	COMMANDS_A_TICK = 256, /* so that a burst of them does not make a tick late */
	LOOK_LINES = 4,        /* so far ahead of who is served */
	LOOK_LEGS = 2,
	CACHE_LINE = 64,
	BATCHES_A_TICK = 4, /* of one leg, so that a flood on one does not starve the others */
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

/* Beside its room-mates, if it has any. */
static void add_line(struct shard *s, struct line *l)
{
	size_t at = 0;

	assert(s->n_lines < s->lines_max);
	while (at < s->n_lines && s->line[at]->room != l->room)
		at++;
	memmove(&s->line[at + 1], &s->line[at], (s->n_lines - at) * sizeof(l));
	s->line[at] = l;
	s->n_lines++;
}

/* It is heard for one frame more, in which it fades. */
static void close_line(struct shard *s, struct line *l)
{
	l->is_closing = true;
	s->n_closing++;
	feed_end(&s->studio, l);
	recordings_forget(&s->recordings, l);
	for (size_t i = 0; i < s->n_lines; i++)
		if (s->line[i]->room == l->room)
			line_listen(s->line[i], l, -1, 0);
}

static void command_run(struct shard *s, struct command *c)
{
	switch (c->kind) {
	case COMMAND_ADD:
		add_line(s, c->line);
		break;
	case COMMAND_REMOVE:
		close_line(s, c->line);
		break;
	case COMMAND_REMOTE:
		c->line->leg->kind->remote(c->line->leg, &c->remote);
		break;
	case COMMAND_CONNECT:
		c->line->leg->kind->connect(c->line->leg, c->fd);
		break;
	case COMMAND_KEY:
		c->line->leg->kind->key(c->line->leg, c->seal);
		break;
	case COMMAND_HEAR:
		line_listen(c->line, c->hear.talker, c->hear.factor, c->hear.ramp_ms);
		break;
	case COMMAND_ORDER:
		if (c->line->leg->kind->flush && player_is_cut(&c->line->player, c->order))
			c->line->leg->kind->flush(c->line->leg);
		player_order(&c->line->player, c->order, &s->studio.player);
		break;
	case COMMAND_RECORD:
		recordings_add(&s->recordings, c->record.what);
		break;
	case COMMAND_PAUSE:
		recordings_pause(&s->recordings, c->record.what, c->record.is_paused);
		break;
	case COMMAND_PRESS:
		c->line->leg->kind->press(c->line->leg, c->digits);
		break;
	case COMMAND_END:
		recordings_end(&s->recordings, c->record.what);
		break;
	}
}

static void run_commands(struct shard *s)
{
	struct command c;

	for (int i = 0; i < COMMANDS_A_TICK && ring_take(&s->commands, &c); i++)
		command_run(s, &c);
}

static struct pool *decoders_of(struct shard *s, const struct line *l)
{
	return &s->studio.decoder[codec_number(l->codec)];
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

static void receive(struct shard *s, struct line *l, uint64_t now_ms)
{
	for (int i = 0; i < BATCHES_A_TICK; i++) {
		l->leg->kind->receive(l->leg, now_ms, &s->batch);
		if (s->batch.n > 0) {
			l->is_present = true;
			l->came_ms = now_ms;
			tell_presence(s, l);
		}
		for (size_t k = 0; k < s->batch.n; k++) {
			struct leg_item *item = &s->batch.item[k];

			if (item->digit)
				tell_digit(s, l, item->digit);
			if (!item->at_us)
				item->at_us = now_ms * 1000;
			line_packet(l, item);
		}
		if (!s->batch.is_full)
			return;
	}
}

static void serve_room(struct shard *s, struct line *const room[], size_t n, uint64_t now_us)
{
	struct studio *st = &s->studio;

	for (size_t i = 0; i < n; i++)
		feed_check(room[i]);
	for (size_t i = 0; i < n; i++) {
		line_say(room[i], decoders_of(s, room[i]), now_us);
		if (room[i]->digit)
			tell_digit(s, room[i], room[i]->digit);
	}
	mixer_room(&st->mixer, room, n);
	for (size_t i = 0; i < n; i++) {
		if (!room[i]->is_closing)
			feed_line(st, room[i]);
		tell_played(s, room[i]);
	}
}

static void serve_rooms(struct shard *s, uint64_t now_us)
{
	size_t at = 0, n;

	streams_tick(&s->studio.streams);
	for (; at < s->n_lines; at += n) {
		struct line **room = &s->line[at];

		for (n = 1; at + n < s->n_lines && room[n]->room == room[0]->room; n++)
			;
		serve_room(s, room, n, now_us);
	}
}

static void count_line(uint64_t tally[TALLY_COUNT], const struct line *l)
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

/* Nobody listens to it any more: it goes back to the control thread. */
static void drop_line(struct shard *s, size_t at)
{
	struct line *l = s->line[at];
	struct returned r = { RETURNED_LINE, l };
	bool fits;

	while (l->n_edges)
		line_unlisten(l, l->n_edges - 1);
	player_end(&l->player, &s->studio.player);
	line_hush(l, decoders_of(s, l));
	count_line(s->tally, l);
	s->count_tick = 0; /* or it would be shown twice */
	s->n_lines--;
	s->n_closing--;
	memmove(&s->line[at], &s->line[at + 1], (s->n_lines - at) * sizeof(l));
	fits = ring_put(&s->returns, &r);
	assert(fits);
	(void)fits;
	s->wakes = true;
}

/* First the edges of those that close, because they may hear each other. */
static void drop_closed(struct shard *s)
{
	if (!s->n_closing)
		return;
	for (size_t i = 0; i < s->n_lines; i++)
		while (s->line[i]->is_closing && s->line[i]->n_edges)
			line_unlisten(s->line[i], s->line[i]->n_edges - 1);
	for (size_t i = s->n_lines; i-- > 0;)
		if (s->line[i]->is_closing && !s->line[i]->n_listeners)
			drop_line(s, i);
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
		count_line(tally, s->line[i]);
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

/* Between two ticks the kernel's work has driven lines out of the cache: they come back while those
 * before them are served. */
static void look_ahead(const struct shard *s, size_t i)
{
	if (i + LOOK_LINES < s->n_lines) {
		const char *l = (const char *)s->line[i + LOOK_LINES];

		for (size_t at = 0; at < offsetof(struct line, jitter); at += CACHE_LINE)
			__builtin_prefetch(l + at);
	}
	if (i + LOOK_LEGS < s->n_lines)
		__builtin_prefetch(s->line[i + LOOK_LEGS]->leg);
}

void shard_tick(struct shard *s, uint64_t now_ns)
{
	uint64_t now_ms = ms_of(now_ns);

	run_commands(s);
	for (size_t i = 0; i < s->n_lines; i++) {
		look_ahead(s, i);
		receive(s, s->line[i], now_ms);
	}
	serve_rooms(s, now_ns / 1000);
	recordings_frame(&s->recordings);
	drop_closed(s);
	for (size_t i = 0; i < s->n_lines; i++) {
		struct line *l = s->line[i];

		l->is_present &= now_ms - l->came_ms < s->rtp_lost_ms;
		tell_presence(s, l);
		tell_gone(s, l);
		if ((s->tally[TALLY_TICKS] + i) % QUALITY_TICKS == 0 || l->is_closing) {
			line_show(l);
			judge_loss(l, now_ms);
		}
	}
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

enum err shard_init(struct shard *s, const struct engine_conf *conf, int wake_fd, struct why *why)
{
	uint32_t orders = conf->commands_max + 2 * conf->legs_max;

	s->wake_fd = wake_fd;
	s->rtp_lost_ms = conf->rtp_lost_ms;
	s->priority = conf->priority;
	s->lines_max = conf->legs_max;
	s->studio.player = (struct player_conf){ .duck = gain_of_cb(conf->duck_db * 10),
		.duck_ms = conf->duck_ms,
		.release_ms = conf->release_ms,
		.fade_ms = conf->fade_ms,
		.returns = &s->returns };
	s->line = calloc(s->lines_max, sizeof(*s->line));
	s->recordings.max = conf->recordings_max;
	s->recordings.at = calloc(conf->recordings_max, sizeof(struct recording *));
	if (!s->line || !s->recordings.at || studio_init(&s->studio, conf->legs_max) != OK ||
		ring_init(&s->commands, conf->commands_max, sizeof(struct command)) != OK ||
		ring_init(&s->events, conf->events_max, sizeof(struct engine_event)) != OK ||
		ring_init(&s->returns, orders + conf->legs_max, sizeof(struct returned)) != OK)
		return FAIL(
			why, E_SYSTEM, "no memory for a media shard of %u legs", conf->legs_max);
	return OK;
}

void shard_fini(struct shard *s)
{
	ring_fini(&s->commands);
	ring_fini(&s->events);
	ring_fini(&s->returns);
	studio_fini(&s->studio);
	free(s->line);
	free(s->recordings.at);
	s->line = NULL;
	s->recordings.at = NULL;
}
