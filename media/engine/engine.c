#include "media/engine/inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

_Static_assert((int)ENGINE_LEGS_MAX <= MIX_TALKERS_MAX, "a full house fits its sum");
_Static_assert((int)ENGINE_GAIN_CB_MIN == GAIN_CB_MIN && (int)ENGINE_GAIN_CB_MAX == GAIN_CB_MAX,
	"one range of gains");

struct place *engine_place(const struct engine *e, uint32_t leg)
{
	size_t at = engine_place_of_id(leg);

	if (at >= e->conf.legs_max || !e->place[at].is_open ||
		e->place[at].generation != leg >> ENGINE_PLACE_BITS)
		return NULL;
	return &e->place[at];
}

bool engine_tell(struct place *p, struct command c)
{
	c.line = p->line;
	return ring_put(&p->shard->commands, &c);
}

static void line_release(struct engine *e, struct line *l)
{
	struct place *p = &e->place[engine_place_of_id(l->id)];

	assert(p->line == l && !p->is_open);
	line_free(l);
	p->line = NULL;
	e->n_lines--;
}

static void retry_closes(struct engine *e)
{
	for (size_t i = 0; i < e->conf.legs_max && e->n_unclosed; i++) {
		struct place *p = &e->place[i];
		struct command c = { .kind = COMMAND_REMOVE, .line = p->line };

		if (!p->line || p->is_open || p->has_closed || !ring_put(&p->shard->commands, &c))
			continue;
		p->has_closed = true;
		e->n_unclosed--;
	}
}

void engine_reap(struct engine *e)
{
	struct returned r;

	for (unsigned i = 0; i < e->conf.n_shards; i++)
		while (ring_take(&e->shard[i].returns, &r)) {
			if (r.kind == RETURNED_ORDER)
				engine_order_release(e, r.what);
			else
				line_release(e, r.what);
		}
	engine_pressed(e);
	if (e->n_unclosed)
		retry_closes(e);
}

/* Rooms are spread by their number alone, so that all legs of one meet. */
static struct shard *shard_of(struct engine *e, uint64_t room)
{
	uint64_t z = room * UINT64_C(0x9e3779b97f4a7c15);

	return &e->shard[(z >> 32) % e->conf.n_shards];
}

static enum err line_open(struct engine *e, uint64_t room, const struct leg_conf *conf,
	struct line **out, uint16_t *port, struct why *why)
{
	struct leg *leg;
	enum err err;

	if (conf->hold_ms % PCM_FRAME_MS || conf->hold_ms > CODEC_JOIN_MAX * PCM_FRAME_MS)
		return FAIL(why, E_MALFORMED, "hold_ms is %u; want a multiple of %d up to %d",
			(unsigned)conf->hold_ms, PCM_FRAME_MS, CODEC_JOIN_MAX * PCM_FRAME_MS);
	err = (conf->kind ? conf->kind : &leg_kind_rtp)->open(conf, &e->bind, &leg, port, why);
	if (err)
		return err;
	*out = line_new(room, leg, conf, e->conf.hears_max);
	if (*out)
		return OK;
	leg->kind->free(leg);
	return FAIL(why, E_SYSTEM, "no memory for a leg");
}

enum err engine_leg_open(struct engine *e, uint64_t room, const struct leg_conf *conf,
	uint32_t *leg, uint16_t *port, struct why *why)
{
	struct line *l = NULL;
	struct place *p;
	unsigned busy;
	enum err err;

	engine_reap(e);
	if (e->n_lines == e->conf.legs_max)
		return FAIL(why, E_LIMIT, "all %u legs are taken", e->conf.legs_max);
	busy = (unsigned)atomic_load(&shard_of(e, room)->shown[TALLY_BUSY]) / 10;
	if (busy >= e->conf.busy_max)
		return FAIL(why, E_LIMIT,
			"the room's media clock works %u %% of its time; %u %% is the most", busy,
			e->conf.busy_max);
	if ((err = line_open(e, room, conf, &l, port, why)) != OK)
		return err;
	while (e->place[e->next_place].line)
		e->next_place = (e->next_place + 1) % e->conf.legs_max;
	p = &e->place[e->next_place];
	l->id = engine_id(e->next_place, p->generation);
	l->part = stream_part(l->id, GAIN_UNITY);
	p->line = l;
	p->shard = shard_of(e, room);
	if (!engine_tell(p, (struct command){ .kind = COMMAND_ADD })) {
		p->line = NULL;
		line_free(l);
		return FAIL(
			why, E_LIMIT, "%u commands wait for the media clock", e->conf.commands_max);
	}
	p->is_open = true;
	p->has_closed = false;
	p->n_hears = 0;
	*leg = l->id;
	e->next_place = (e->next_place + 1) % e->conf.legs_max;
	e->n_lines++;
	atomic_fetch_add(&e->shown_legs, 1);
	return OK;
}

enum err engine_leg_remote(
	struct engine *e, uint32_t leg, const char *address, uint16_t port, struct why *why)
{
	struct command c = { .kind = COMMAND_REMOTE };
	struct place *p = engine_place(e, leg);
	struct leg_address local;
	enum err err;

	engine_reap(e);
	if (!p)
		return FAIL(why, E_STALE, "the leg is closed");
	if (!p->line->leg->kind->remote)
		return FAIL(why, E_DENIED, "the leg is connected to, and has no address");
	if ((err = leg_address_parse(address, port, &c.remote, why)) != OK)
		return err;
	if (!port)
		return FAIL(why, E_MALFORMED, "port 0 of %s is no port to send to", address);
	err = leg_address_parse(e->conf.address, 0, &local, why);
	if (err || local.any.sa_family != c.remote.any.sa_family)
		return FAIL(why, E_MALFORMED, "%s cannot be reached from %s: IPv4 and IPv6",
			address, e->conf.address);
	if (!engine_tell(p, c))
		return FAIL(
			why, E_LIMIT, "%u commands wait for the media clock", e->conf.commands_max);
	return OK;
}

enum err engine_leg_connect(struct engine *e, uint32_t leg, int fd, struct why *why)
{
	struct command c = { .kind = COMMAND_CONNECT, .fd = fd };
	struct place *p = engine_place(e, leg);
	enum err err = OK;

	engine_reap(e);
	if (!p)
		err = FAIL(why, E_STALE, "the leg is closed");
	else if (!p->line->leg->kind->connect)
		err = FAIL(why, E_DENIED, "the leg has an address, and takes no connection");
	else if (!engine_tell(p, c))
		err = FAIL(
			why, E_LIMIT, "%u commands wait for the media clock", e->conf.commands_max);
	if (err != OK)
		close(fd);
	return err;
}

static size_t hears_at(const struct place *p, uint32_t talker)
{
	size_t at = 0;

	while (at < p->n_hears && p->hears[at] != talker)
		at++;
	return at;
}

static void forget_talker(struct engine *e, uint32_t leg)
{
	for (size_t i = 0; i < e->conf.legs_max; i++) {
		struct place *p = &e->place[i];
		size_t at = p->is_open ? hears_at(p, leg) : p->n_hears;

		if (p->is_open && at < p->n_hears)
			p->hears[at] = p->hears[--p->n_hears];
	}
}

enum err engine_leg_close(struct engine *e, uint32_t leg)
{
	struct place *p = engine_place(e, leg);

	if (p) {
		forget_talker(e, leg);
		p->is_open = false;
		atomic_fetch_sub(&e->shown_legs, 1);
		p->generation = engine_next_generation(p->generation);
		e->n_unclosed++;
	}
	engine_reap(e);
	return p ? OK : E_STALE;
}

enum err engine_hear(
	struct engine *e, uint32_t listener, uint32_t talker, int gain_cb, unsigned ramp_ms)
{
	struct place *l = engine_place(e, listener), *t = engine_place(e, talker);
	struct command c = { .kind = COMMAND_HEAR };
	bool is_deaf = gain_cb == ENGINE_DEAF;
	size_t at;

	engine_reap(e);
	if (!l || !t)
		return E_STALE;
	if (l == t || l->line->room != t->line->room)
		return E_DENIED;
	at = hears_at(l, talker);
	if (at == l->n_hears && is_deaf)
		return OK;
	if (at == e->conf.hears_max)
		return E_LIMIT;
	c.hear.talker = t->line;
	c.hear.factor = is_deaf ? -1 : gain_of_cb(gain_cb);
	c.hear.ramp_ms = ramp_ms;
	if (!engine_tell(l, c))
		return E_LIMIT;
	if (is_deaf)
		l->hears[at] = l->hears[--l->n_hears];
	else if (at == l->n_hears)
		l->hears[l->n_hears++] = talker;
	return OK;
}

int engine_fd(const struct engine *e)
{
	return e->fd;
}

static bool take(struct engine *e, struct engine_event *out)
{
	for (unsigned i = 0; i < e->conf.n_shards; i++)
		while (ring_take(&e->shard[i].events, out))
			if (engine_place(e, out->leg))
				return true;
	return engine_recorded(e, out);
}

bool engine_take(struct engine *e, struct engine_event *out)
{
	eventfd_t count;

	engine_reap(e);
	if (take(e, out))
		return true;
	/* Silence the descriptor, then look again: what came between would have no one to wake. */
	if (eventfd_read(e->fd, &count) < 0)
		return false;
	engine_reap(e);
	return take(e, out);
}

const struct leg *engine_leg(const struct engine *e, uint32_t leg)
{
	const struct place *p = engine_place(e, leg);

	return p ? p->line->leg : NULL;
}
