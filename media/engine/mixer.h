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
	bool has_house;
	size_t n_sounding;
	struct mix house; /* everybody who sounds, when has_house */
};

/* Every line of the room has said its frame. */
void mixer_room(struct mixer *m, struct line *const room[], size_t n);

/* Add what this line of that room hears of the others, and move its gains on by one frame. */
void mixer_line(
	struct mixer *m, struct line *l, struct line *const room[], size_t n, struct mix *out);

#endif
