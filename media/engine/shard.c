#include "media/engine/shard.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { COMMANDS_A_TICK = 256 }; /* so that a burst of them does not make a tick late */

/* Beside its room-mates, if it has any. */
static void add_line(struct shard *s, struct line *l)
{
	size_t at = 0;

	assert(s->n_lines < s->lines_max);
	while (at < s->n_lines && s->room[at] != l->room)
		at++;
	memmove(&s->line[at + 1], &s->line[at], (s->n_lines - at) * sizeof(l));
	memmove(&s->room[at + 1], &s->room[at], (s->n_lines - at) * sizeof(l->room));
	s->line[at] = l;
	s->room[at] = l->room;
	s->n_lines++;
	l->is_watched = arrivals_watch(&s->arrivals, l);
}

/* It is heard for one frame more, in which it fades. */
static void close_line(struct shard *s, struct line *l)
{
	l->is_closing = true;
	s->n_closing++;
	feed_end(&s->studio, l);
	recordings_forget(&s->recordings, l);
	for (size_t i = 0; i < s->n_lines; i++)
		if (s->room[i] == l->room)
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
	case COMMAND_JOIN:
		c->line->hold_frames = c->frames;
		break;
	case COMMAND_END:
		recordings_end(&s->recordings, c->record.what);
		break;
	}
}

void shard_obey(struct shard *s)
{
	struct command c;

	for (int i = 0; i < COMMANDS_A_TICK && ring_take(&s->commands, &c); i++)
		command_run(s, &c);
}

/* Nobody listens to it any more: it goes back to the control thread. */
static void drop_line(struct shard *s, size_t at)
{
	struct line *l = s->line[at];
	struct returned r = { RETURNED_LINE, l };
	bool fits;

	if (l->is_watched)
		arrivals_forget(l);
	while (l->n_edges)
		line_unlisten(l, l->n_edges - 1);
	player_end(&l->player, &s->studio.player);
	line_hush(l, shard_decoders(s, l));
	shard_count(s->tally, l);
	s->count_tick = 0; /* or it would be shown twice */
	s->n_lines--;
	s->n_closing--;
	memmove(&s->line[at], &s->line[at + 1], (s->n_lines - at) * sizeof(l));
	memmove(&s->room[at], &s->room[at + 1], (s->n_lines - at) * sizeof(l->room));
	fits = ring_put(&s->returns, &r);
	assert(fits);
	(void)fits;
	s->wakes = true;
}

/* First the edges of those that close, because they may hear each other. */
void shard_drop_closed(struct shard *s)
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
	s->room = calloc(s->lines_max, sizeof(*s->room));
	s->recordings.max = conf->recordings_max;
	s->recordings.at = calloc(conf->recordings_max, sizeof(struct recording *));
	if (!s->line || !s->room || !s->recordings.at ||
		studio_init(&s->studio, conf->legs_max) != OK ||
		arrivals_init(&s->arrivals, conf->legs_max) != OK ||
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
	arrivals_fini(&s->arrivals);
	free(s->line);
	free(s->room);
	free(s->recordings.at);
	s->line = NULL;
	s->room = NULL;
	s->recordings.at = NULL;
}
