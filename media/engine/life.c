/* The engine's birth and end, and its figures. */
#include "media/engine/inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

void engine_conf_default(struct engine_conf *conf)
{
	*conf = (struct engine_conf){
		.address = "127.0.0.1",
		.n_shards = 1,
		.legs_max = 256,
		.sounds_max = 1024,
		.hears_max = 8,
		.commands_max = 4096,
		.events_max = 4096,
		.recordings_max = 64,
		.duck_db = -12,
		.duck_ms = 150,
		.release_ms = 400,
		.fade_ms = 100,
		.tracks_mib = 256,
		.busy_max = 70,
		.rtp_lost_ms = 5000,
	};
}

static enum err check(const struct engine_conf *c, struct why *why)
{
	const struct {
		const char *name;
		int64_t value, min, max;
	} rows[] = {
		{ "n_shards", c->n_shards, 1, ENGINE_SHARDS_MAX },
		{ "legs_max", c->legs_max, 1, ENGINE_LEGS_MAX },
		{ "sounds_max", c->sounds_max, 1, ENGINE_SOUNDS_MAX },
		{ "hears_max", c->hears_max, 1, ENGINE_HEARS_MAX },
		{ "commands_max", c->commands_max, 1, 65536 },
		{ "events_max", c->events_max, 1, 65536 },
		{ "recordings_max", c->recordings_max, 1, ENGINE_RECORDINGS_MAX },
		{ "duck_db", c->duck_db, -60, 0 },
		{ "duck_ms", c->duck_ms, 0, 10000 },
		{ "release_ms", c->release_ms, 0, 10000 },
		{ "fade_ms", c->fade_ms, 0, 10000 },
		{ "tracks_mib", c->tracks_mib, 0, 1048576 },
		{ "busy_max", c->busy_max, 1, 100 },
		{ "rtp_lost_ms", c->rtp_lost_ms, 100, 3600000 },
		{ "priority", c->priority, 0, 20 },
		{ "port_last", c->port_last, c->port_first, UINT16_MAX },
	};
	struct leg_address address;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].value < rows[i].min || rows[i].value > rows[i].max)
			return FAIL(why, E_MALFORMED, "media %s is %lld; want %lld to %lld",
				rows[i].name, (long long)rows[i].value, (long long)rows[i].min,
				(long long)rows[i].max);
	return leg_address_parse(c->address, 0, &address, why);
}

static enum err take_tables(struct engine *e, struct why *why)
{
	const struct engine_conf *c = &e->conf;

	e->shard = calloc(c->n_shards, sizeof(*e->shard));
	e->place = calloc(c->legs_max, sizeof(*e->place));
	e->sound = calloc(c->sounds_max, sizeof(*e->sound));
	e->hears = calloc((size_t)c->legs_max * c->hears_max, sizeof(*e->hears));
	e->recording = calloc(c->recordings_max, sizeof(*e->recording));
	if (!e->recording || !e->shard || !e->place || !e->sound || !e->hears)
		return FAIL(why, E_SYSTEM, "no memory for an engine of %u legs", c->legs_max);
	for (size_t i = 0; i < c->legs_max; i++)
		e->place[i].hears = e->hears + i * c->hears_max;
	e->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (e->fd < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "eventfd: %s", strerror(errno));
	return OK;
}

static enum err start(struct engine *e, bool has_threads, struct why *why)
{
	enum err err;

	if ((err = take_tables(e, why)) != OK)
		return err;
	if (presser_init(&e->presser, ENGINE_PRESSINGS_MAX) != OK)
		return FAIL(why, E_SYSTEM, "no memory for an engine's tracks");
	err = recorder_init(
		&e->recorder, e->conf.recordings_max, e->fd, &e->presser, has_threads, why);
	if (err != OK)
		return err;
	for (unsigned i = 0; i < e->conf.n_shards; i++)
		if ((err = shard_init(&e->shard[i], &e->conf, e->fd, why)) != OK)
			return err;
	/* The shards' ticks lie apart, so that they do not all want the machine at once. */
	for (unsigned i = 0; has_threads && i < e->conf.n_shards; i++)
		if ((err = shard_start(&e->shard[i], PACE_TICK_NS / e->conf.n_shards * i, why)) !=
			OK)
			return err;
	return OK;
}

struct engine *engine_make(const struct engine_conf *conf, bool has_threads, struct why *why)
{
	struct engine *e;

	if (check(conf, why) != OK)
		return NULL;
	e = calloc(1, sizeof(*e));
	if (!e) {
		FAIL(why, E_SYSTEM, "no memory for an engine");
		return NULL;
	}
	e->conf = *conf;
	e->fd = -1;
	e->bind.port_first = conf->port_first;
	e->bind.port_last = conf->port_last;
	e->bind.has_stamps = has_threads;
	memcpy(e->bind.address, conf->address, sizeof(e->bind.address));
	if (start(e, has_threads, why) != OK) {
		engine_free(e);
		return NULL;
	}
	return e;
}

struct engine *engine_new(const struct engine_conf *conf, struct why *why)
{
	return engine_make(conf, true, why);
}

/* No shard runs any more. What is on its way in either direction comes back, what plays ends. */
static void free_left(struct engine *e)
{
	struct command c;

	e->n_unclosed = 0;
	engine_reap(e);
	for (unsigned i = 0; i < e->conf.n_shards; i++)
		while (ring_take(&e->shard[i].commands, &c))
			if (c.kind == COMMAND_ORDER && c.order)
				player_order(&c.line->player, c.order, &e->shard[i].studio.player);
			else if (c.kind == COMMAND_KEY)
				rtp_seal_free(c.seal);
			else if (c.kind == COMMAND_CONNECT)
				close(c.fd);
	for (size_t i = 0; i < e->conf.legs_max; i++) {
		struct line *l = e->place[i].line;

		if (l)
			player_end(&l->player, &e->place[i].shard->studio.player);
		engine_reap(e);
		line_free(l);
	}
	for (size_t i = 0; i < e->conf.sounds_max; i++)
		if (e->sound[i].sound)
			engine_sound_drop(e, e->sound[i].sound->id);
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	for (unsigned i = 0; e->shard && i < e->conf.n_shards; i++)
		shard_stop(&e->shard[i]);
	if (e->shard && e->place && e->sound && e->recording)
		free_left(e);
	engine_record_fini(e);
	engine_press_fini(e);
	for (unsigned i = 0; e->shard && i < e->conf.n_shards; i++)
		shard_fini(&e->shard[i]);
	if (e->fd >= 0)
		close(e->fd);
	free(e->shard);
	free(e->place);
	free(e->sound);
	free(e->hears);
	free(e->recording);
	free(e);
}

void engine_wake(struct engine *e, uint64_t now_ns)
{
	for (unsigned i = 0; i < e->conf.n_shards; i++)
		shard_wake(&e->shard[i], now_ns);
	if (!e->recorder.has_thread)
		recorder_turn(&e->recorder);
}

void engine_stats(const struct engine *e, struct engine_stats *out)
{
	uint64_t sum[TALLY_COUNT] = { 0 };

	for (unsigned i = 0; i < e->conf.n_shards; i++)
		for (size_t k = 0; k < TALLY_COUNT; k++) {
			uint64_t v = atomic_load_explicit(
				&e->shard[i].shown[k], memory_order_relaxed);

			if (k == TALLY_LATE_US_MAX || k == TALLY_BUSY)
				sum[k] = v > sum[k] ? v : sum[k];
			else
				sum[k] += v;
		}
	*out = (struct engine_stats){
		.ticks = sum[TALLY_TICKS],
		.ticks_lost = sum[TALLY_TICKS_LOST],
		.late_us_max = sum[TALLY_LATE_US_MAX],
		.cpu_us = sum[TALLY_CPU_US],
		.legs = atomic_load(&e->shown_legs),
		.sounds = atomic_load(&e->shown_sounds),
		.packets_in = sum[TALLY_IN],
		.packets_out = sum[TALLY_OUT],
		.packets_lost = sum[TALLY_LOST],
		.packets_late = sum[TALLY_LATE],
		.packets_refused = sum[TALLY_REFUSED],
		.packets_unsent = sum[TALLY_UNSENT],
		.frames_concealed = sum[TALLY_CONCEALED],
		.frames_decoded = sum[TALLY_DECODED],
		.frames_encoded = sum[TALLY_ENCODED],
		.events_dropped = sum[TALLY_EVENTS_DROPPED],
		.frames_stored = sum[TALLY_STORED],
		.packets_passed = sum[TALLY_PASSED],
		.encoders = (uint32_t)sum[TALLY_ENCODERS],
		.decoders = (uint32_t)sum[TALLY_DECODERS],
		.busy = (uint32_t)sum[TALLY_BUSY] / 10,
	};
}
