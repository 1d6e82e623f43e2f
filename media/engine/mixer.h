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
	uint64_t parts; /* of keys: all of them at unity */
	bool has_house;
	struct mix house; /* everybody who sounds, when has_house */
};

/* E_SYSTEM: no memory. */
enum err mixer_init(struct mixer *m, size_t lines_max) MUST_CHECK;
void mixer_fini(struct mixer *m);

/* Every line of the room has said its frame. */
void mixer_room(struct mixer *m, struct line *const room[], size_t n);

/* The key of what this line of that room hears of the others (media/engine/stream.h). */
uint64_t mixer_key(const struct mixer *m, const struct line *l);

/* Add it. */
void mixer_line(struct mixer *m, const struct line *l, struct mix *out);

#endif
