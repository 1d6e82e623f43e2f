#ifndef MEDIA_ENGINE_INSIDE_H
#define MEDIA_ENGINE_INSIDE_H

/*
 * The engine as its control thread knows it. engine.c carries out the calls, life.c makes and
 * ends; tests and benches that move the clock by hand include this too.
 */

#include "media/engine/engine.h"
#include "media/engine/recorder.h"
#include "media/engine/shard.h"

/* A place for a leg. Its id is the generation above the place's number plus one. */
struct place {
	struct line *line; /* NULL: free */
	uint32_t generation;
	bool is_open;    /* the id is good */
	bool has_closed; /* the shard was told to close it */
	struct shard *shard;
	unsigned n_hears;
	uint32_t *hears; /* hears_max ids: what the shard was told, to count by */
};

struct sound_place {
	struct sound *sound; /* NULL: free */
	uint32_t generation;
};

struct recording_place {
	struct recording *recording; /* NULL: free */
	struct shard *shard;
	uint32_t generation;
	bool is_open; /* the id is good */
};

struct engine {
	struct engine_conf conf;
	struct leg_bind bind;
	struct shard *shard;
	struct place *place;
	struct sound_place *sound;
	size_t next_place, next_sound; /* where the search for a free one starts */
	size_t n_lines, n_sounds;      /* places taken; sounds with an id */
	size_t n_orders;               /* not returned yet */
	size_t n_unclosed;             /* closed legs whose shard has no room to be told */
	int fd;
	uint32_t *hears; /* of all places */
	struct recorder recorder;
	struct presser presser;
	size_t n_pressings;    /* not returned yet */
	uint64_t tracks_bytes; /* their sounds' samples, for each codec they are pressed in */
	struct recording_place *recording;
	size_t next_recording;
	_Atomic uint32_t shown_legs, shown_sounds;
};

/* As engine_new; without threads nothing moves but by engine_tick. */
struct engine *engine_make(
	const struct engine_conf *conf, bool has_threads, struct why *why) MUST_CHECK;

/* By hand, without threads: what the clock does when it wakes at now_ns. The first tick is due at 0
 * and then one every PACE_TICK_NS. */
void engine_wake(struct engine *e, uint64_t now_ns);

/* The leg, on whose sockets a test may wait; NULL: a stale id. */
const struct leg *engine_leg(const struct engine *e, uint32_t leg);

/* Let go of what the shards have done with, and tell them what they had no room for. */
void engine_reap(struct engine *e);

enum { ENGINE_PLACE_BITS = 16, ENGINE_GENERATION_MAX = 0xffff, ENGINE_PRESSINGS_MAX = 1024 };

static inline uint32_t engine_id(size_t place, uint32_t generation)
{
	return generation << ENGINE_PLACE_BITS | (uint32_t)(place + 1);
}

/* Beyond any table for 0. */
static inline size_t engine_place_of_id(uint32_t id)
{
	return (id & ((1u << ENGINE_PLACE_BITS) - 1)) - (size_t)1;
}

static inline uint32_t engine_next_generation(uint32_t generation)
{
	return generation == ENGINE_GENERATION_MAX ? 0 : generation + 1;
}

/* The place of an open leg; NULL: a stale id. */
struct place *engine_place(const struct engine *e, uint32_t leg);

/* A command for the place's line. false: its shard has no room for it. */
bool engine_tell(struct place *p, struct command c);

/* Let go of the sounds that were pressed. */
void engine_pressed(struct engine *e);
/* Nothing is pressed any more. */
void engine_press_fini(struct engine *e);

/* The next recording that is complete or has failed. */
bool engine_recorded(struct engine *e, struct engine_event *out);
/* No shard runs any more: what was recorded is written. */
void engine_record_fini(struct engine *e);

/* The shard has done with it: it and its hold on its sounds go. */
void engine_order_release(struct engine *e, struct order *o);

#endif
