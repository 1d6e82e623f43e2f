#ifndef MEDIA_ENGINE_LINE_H
#define MEDIA_ENGINE_LINE_H

/*
 * One leg as its shard knows it: what it says, what it hears, and what is on the way.
 *
 * Made and freed on the control thread; between, the shard owns it outright. Decoders and encoders
 * are the shard's, and a line has one only while it needs it.
 */

#include "media/dsp/gain.h"
#include "media/dsp/jitter.h"
#include "media/dsp/mix.h"
#include "media/engine/feed.h"
#include "media/engine/gate.h"
#include "media/engine/keys.h"
#include "media/engine/lossiness.h"
#include "media/engine/player.h"
#include "media/engine/pool.h"
#include "media/engine/quality.h"
#include "media/leg/leg.h"

enum {
	LINE_DELAY_MS = 20,     /* of the jitter buffer at the start, and at least */
	LINE_CONCEALED_MAX = 5, /* frames made up in a row, the last one fading */
	LINE_EDGES_LEAVING = 4, /* edges that still fade, beside those that count */
};

/* The listener's end of one cell of the matrix. */
struct edge {
	struct line *talker;
	struct gain gain;
	bool is_leaving; /* gone when its gain is 0 */
};

/* What came of a talker in this tick, for who passes it on. */
enum line_came {
	LINE_NOTHING, /* a pause, or the rest of a longer packet */
	LINE_GAP,     /* lost: later ones are here */
	LINE_PACKET,  /* one, of whole frames, and nothing else */
	LINE_OTHER,   /* something that cannot be passed on */
};

/* In the order of how often a tick looks at it: look_ahead in tick.c fetches the first of it. */
struct line {
	uint32_t id;
	uint64_t room;
	struct leg *leg;
	const struct codec *codec;
	const struct codec *sends; /* codec, or its way that bears loss */
	bool is_closing;
	bool is_watched; /* what comes for it is told of: arrivals.h */

	/* What the control thread was told of it. */
	bool is_present, is_told_present;
	uint64_t came_ms;    /* the last packet */
	uint32_t told_ended; /* connections of the leg */

	/* What it says. */
	struct gate gate;
	void *decoder;        /* NULL: nothing is decoded */
	unsigned n_listeners; /* edges to it, and recordings */
	unsigned n_passing;   /* listeners who are passed its packets: for them it is not decoded */
	unsigned made_up; /* frames in a row that came from no packet; LINE_CONCEALED_MAX: silent */
	uint8_t unheard;  /* packets in a row that a decoder would have to be shown to be in step */
	bool fades_in;
	enum line_came came;
	enum codec_activity activity; /* of the packet that came last */
	uint8_t noise_db;             /* of the silence since the last sound; 0: not told */
	uint16_t noise_seq;
	uint32_t noise;
	struct pressed *keys; /* NULL: the other side knows telephone-event */
	char digit;           /* heard in this tick; 0: none */
	size_t n_ready;
	bool is_filled;   /* ready; else it stands for silence */
	bool is_sounding; /* else said is silence */
	uint64_t sounded; /* the tick in which it was so last; 0: never */
	uint64_t part;    /* of a key: said, at unity */

	/* What it hears. */
	struct feed feed;
	unsigned beep;        /* frames left of the tone of a recording */
	unsigned hold_frames; /* of one packet while nothing but music is heard */
	uint64_t mark;        /* scratch of the mixer */
	size_t n_edges, edges_max;
	size_t n_gained; /* edges that are not at unity */
	uint64_t encoded, stored, passed;
	struct player player;

	/* What is counted, and told now and then. */
	struct lossiness lossiness;
	struct jitter_packet packet; /* LINE_PACKET; good in this tick */
	uint64_t refused;            /* packets its codec does not know */
	uint64_t decoded, recovered, concealed;
	struct quality quality;

	/* What is large, and of no matter in many a tick. */
	struct jitter jitter; /* its beginning is for each tick */
	int16_t ready[CODEC_SAMPLES_MAX + PCM_FRAME];
	int16_t said[PCM_FRAME]; /* this tick, while is_sounding */
	/* While it has a decoder: what it said before, the last frame first. */
	int16_t before[FEED_BEFORE][PCM_FRAME];

	struct edge edge[];
};

/* Takes over leg. NULL: no memory, leg is left alone. */
struct line *line_new(
	uint64_t room, struct leg *leg, const struct leg_conf *conf, unsigned hears_max);
/* NULL is fine. */
void line_free(struct line *l);

/* One packet that came. */
void line_packet(struct line *l, const struct leg_item *item);

/* Fill said with the next frame. Silence without decoding when nobody listens or nothing is said.
 * decoders: of its codec. */
void line_say(struct line *l, struct pool *decoders, uint64_t now_us);
/* Its quality, for whoever asks. */
void line_show(struct line *l);
/* It says nothing more. */
void line_hush(struct line *l, struct pool *decoders);

/* Listen to talker with this gain; factor below 0: no longer. */
void line_listen(struct line *l, struct line *talker, int32_t factor, unsigned ramp_ms);

/* Remove the edge at this place; the last one takes it. */
void line_unlisten(struct line *l, size_t at);

/* Its gains move on by one frame. */
void line_step(struct line *l);

static inline bool edge_is_plain(const struct edge *e)
{
	return gain_is(&e->gain, GAIN_UNITY);
}

#endif
