#ifndef MEDIA_ENGINE_LINE_H
#define MEDIA_ENGINE_LINE_H

/*
 * One leg as its shard knows it: what it says, what it hears, and what is on the way.
 *
 * Made and freed on the control thread; between, the shard owns it outright.
 */

#include "media/dsp/gain.h"
#include "media/dsp/jitter.h"
#include "media/dsp/mix.h"
#include "media/engine/player.h"
#include "media/engine/stream.h"
#include "media/leg/leg.h"

enum {
	LINE_CUSHION = 2,       /* frames the jitter buffer starts with */
	LINE_CONCEALED_MAX = 5, /* frames made up in a row, the last one fading */
	LINE_EDGES_LEAVING = 4, /* edges that still fade, beside those that count */
};

/* The listener's end of one cell of the matrix. */
struct edge {
	struct line *talker;
	struct gain gain;
	bool is_leaving; /* gone when its gain is 0 */
};

struct line {
	uint32_t id;
	uint64_t room;
	struct leg *leg;
	const struct codec *codec;
	bool is_closing;

	/* What it says. */
	struct jitter jitter;
	void *decoder;
	unsigned n_listeners; /* edges to it; 0: it is not decoded */
	bool is_decoding;
	unsigned made_up; /* frames in a row that came from no packet; LINE_CONCEALED_MAX: silent */
	bool fades_in;
	size_t n_ready;
	int16_t ready[CODEC_SAMPLES_MAX + PCM_FRAME];
	int16_t said[PCM_FRAME]; /* this tick */
	bool is_sounding;        /* said is not silence */
	uint64_t refused;        /* packets its codec does not know */
	uint64_t decoded, concealed;

	/* What it hears. */
	struct player player;
	struct stream stream;
	uint64_t encoded;
	uint64_t mark; /* scratch of the mixer */

	/* What the control thread was told of it. */
	bool is_present, is_told_present;
	uint64_t came_ms;    /* the last packet */
	uint32_t told_ended; /* connections of the leg */

	size_t n_edges, edges_max;
	struct edge edge[];
};

/* Takes over leg. NULL: no memory, leg is left alone. */
struct line *line_new(
	uint64_t room, struct leg *leg, const struct codec *codec, unsigned hears_max);
/* NULL is fine. */
void line_free(struct line *l);

/* One packet that came. */
void line_packet(struct line *l, const struct leg_item *item, uint64_t now_ms);

/* Fill said with the next frame. Silence without decoding when nobody listens. */
void line_say(struct line *l, uint64_t now_ms);

/* Listen to talker with this gain; factor below 0: no longer. */
void line_listen(struct line *l, struct line *talker, int32_t factor, unsigned ramp_ms);

/* Remove the edge at this place; the last one takes it. */
void line_unlisten(struct line *l, size_t at);

/* The next frame of what it hears goes out; frame is silent or not. */
void line_send(struct line *l, const int16_t frame[PCM_FRAME], bool is_silent);

#endif
