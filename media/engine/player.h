#ifndef MEDIA_ENGINE_PLAYER_H
#define MEDIA_ENGINE_PLAYER_H

/*
 * What is played to one leg: sounds one after another, or music with an announcement over it.
 *
 * Nothing here starts, stops or changes with a step: music comes and goes in ramps, is ducked
 * under the announcement, and whatever is replaced while it sounds leaves in a ramp of its own.
 * The place where a music stood is kept, so that it goes on from there.
 *
 * Belongs to the leg's shard. No heap, no clock: it counts frames.
 */

#include "media/dsp/gain.h"
#include "media/dsp/mix.h"
#include "media/engine/sound.h"

enum { PLAYER_LEAVING_MAX = 4, PLAYER_VOICES = PLAYER_LEAVING_MAX + 2 };

struct player_conf {
	int32_t duck; /* factor of the music under an announcement */
	unsigned duck_ms, release_ms, fade_ms;
	struct ring *returns; /* of struct returned: orders done with */
};

struct voice {
	struct order *order; /* NULL: silent */
	bool is_music, has_begun;
	size_t item, at; /* the sound of the list, the sample of the sound */
	struct gain gain;
};

struct player {
	struct order *order; /* under way; NULL: idle */
	struct voice speech, music;
	uint32_t wait_frames; /* before the speech begins */
	uint64_t frames;      /* since the order came */
	bool is_told;         /* this order's end was due once */
	bool is_due;          /* ENGINE_PLAYED waits for player_told */
	uint64_t due_cookie;
	uint32_t music_id; /* the music heard last, and where it stood */
	size_t music_at;
	unsigned n_leaving;
	struct voice leaving[PLAYER_LEAVING_MAX]; /* in any of the places */
};

/* Replace what plays by this order, which the player returns when done; NULL: stop. */
void player_order(struct player *p, struct order *order, const struct player_conf *conf);

/* Would this order cut off what is being heard? Music that it goes on with is not. */
bool player_is_cut(const struct player *p, const struct order *order);

/* Nothing plays, leaves or waits. */
bool player_idles(const struct player *p);
/* The key of the next frame (media/engine/stream.h); 0: silence. */
uint64_t player_key(struct player *p);
/* The next frame is one of a sound's, whole frames from its start, at unity and alone. */
struct plain {
	const struct sound *sound; /* NULL: it is not so */
	size_t frame;
	bool is_music;
};
struct plain player_plain(struct player *p);

/* Add the next frame, or with NULL only move on by one. */
void player_mix(struct player *p, struct mix *m, const struct player_conf *conf);

/* Frames went by in which nothing was played. */
void player_pass(struct player *p, uint64_t frames);

/* Let go of everything at once: the leg is gone. */
void player_end(struct player *p, const struct player_conf *conf);

#endif
