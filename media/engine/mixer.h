#ifndef MEDIA_ENGINE_MIXER_H
#define MEDIA_ENGINE_MIXER_H

/*
 * Who hears what, in one room, in one tick.
 *
 * Listeners who hear most of a full room take the room's sum and subtract the rest, themselves
 * among it; the others add up what they hear. Both give the same bits (media/dsp/mix.h).
 */

#include "media/engine/line.h"

struct mixer {
	uint64_t mark; /* of the listener last mixed for */
	size_t n;      /* lines of the room */
	struct line **sounding;
	size_t n_sounding;
	struct line **lately; /* who sound, or did half a second ago */
	size_t n_lately;
	uint64_t tick;
	uint64_t parts; /* of keys: all of them at unity */
	bool has_house;
	struct mix house; /* everybody who sounds, when has_house */
};

/* E_SYSTEM: no memory. */
enum err mixer_init(struct mixer *m, size_t lines_max) MUST_CHECK;
void mixer_fini(struct mixer *m);

/* Every line of the room has said its frame of this tick, which is above 0. */
void mixer_room(struct mixer *m, struct line *const room[], size_t n, uint64_t tick);

/* The only one this line heard for half a second; NULL: there were more, or none. */
struct line *mixer_talker(const struct mixer *m, const struct line *l);
/* Does it hear anybody in this tick besides this talker, or him no more? */
bool mixer_hears_but(const struct mixer *m, const struct line *l, const struct line *talker);

/* The key of what this line of that room hears of the others (media/engine/stream.h). */
uint64_t mixer_key(const struct mixer *m, const struct line *l);

/* Add it. */
void mixer_line(struct mixer *m, const struct line *l, struct mix *out);

#endif
