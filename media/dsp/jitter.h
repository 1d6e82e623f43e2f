#ifndef MEDIA_DSP_JITTER_H
#define MEDIA_DSP_JITTER_H

/*
 * Packets of sound into order and onto our clock.
 *
 * A packet is given when it has waited so long that 97 of 100 packets after it will be in time, too
 * (transit.h); from then on each take moves the play position by what it gave. A packet that is
 * missing when its time comes is either lost (its sequence number is missing too: conceal it) or
 * was never sent (a pause, a key press: silence). How much delay is too much, or too little, is
 * told to whoever takes, because only he knows the sound and can make it shorter or longer without
 * a seam.
 *
 * A state machine: time is an argument, no heap. Source: RFC 3550 (sequence, SSRC), A.1.
 */

#include "media/dsp/transit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	JITTER_SLOTS = 16,
	JITTER_BACK = 13,         /* packets taken last that are kept, while others need no room */
	JITTER_PAYLOAD_MAX = 960, /* bytes of a packet; */
	JITTER_SHORT_MAX = 192,   /* most have no more */
	JITTER_DELAY_MAX_MS = 200,
	JITTER_STRAYS_MAX = 5, /* packets out of any order in a row: a new order starts */
};

struct jitter_packet {
	uint32_t ssrc;
	uint32_t ts;
	uint32_t ticks; /* it lasts, in its clock; at least 1 */
	uint16_t seq;
	bool is_resting;        /* who sent it hears silence and may send nothing for a while */
	const uint8_t *payload; /* borrowed by put; given by take: good until the next put */
	size_t payload_bytes;   /* at most JITTER_PAYLOAD_MAX */
};

struct jitter {
	uint32_t ssrc;
	bool has_ssrc;
	bool is_playing; /* else the first packet waits */
	bool has_played; /* play_ts and played_seq mean something */
	bool is_resting; /* the last packet played was */
	bool is_levelling;
	uint32_t level_frames;     /* of delay to leave then, above what is wanted */
	uint16_t played_seq;       /* of the last packet taken or given up */
	uint16_t others;           /* numbers after played_seq that were not sound */
	uint8_t last[JITTER_BACK]; /* slots taken last, JITTER_SLOTS: none */
	uint16_t waiting;          /* a bit for each slot whose packet does */
	uint32_t play_ts;
	uint32_t frame_ticks;
	uint32_t delay_min_us;
	uint32_t strays, noted_ts;
	uint32_t window_takes;   /* of which this was the least delay, */
	uint32_t window_waiting; /* and the least number of packets that waited after one */
	int64_t window_us;       /* from arrival of the fastest to the take */
	int64_t delay_us;        /* at the last take */
	uint64_t lost;           /* missing by sequence when their time came */
	uint64_t late;           /* came after their time, or twice */
	uint64_t left_out;       /* played packets' worth of delay regained */
	struct transit transit;
	struct jitter_slot {
		bool is_resting;
		uint16_t seq, payload_bytes;
		uint32_t ts, ticks;
	} slot[JITTER_SLOTS];
	/* Apart, so that memory for long packets is touched only where there are any. */
	uint8_t brief[JITTER_SLOTS][JITTER_SHORT_MAX];
	uint8_t payload[JITTER_SLOTS][JITTER_PAYLOAD_MAX];
};

/* frame_ticks: one frame of 20 ms in the packets' clock. delay_min_ms: to wait at the start, and at
 * least, at most JITTER_DELAY_MAX_MS. */
void jitter_init(struct jitter *j, uint32_t frame_ticks, uint32_t delay_min_ms);

enum jitter_put {
	JITTER_KEPT,
	JITTER_NEW,  /* kept, and the first of another sender or order: reset the decoder */
	JITTER_LATE, /* its time is over, it is here already, or it belongs to no order: dropped */
};

/* at_us: when it arrived, which may be a little before the last take. */
enum jitter_put jitter_put(struct jitter *j, const struct jitter_packet *in, uint64_t at_us);

/* A sequence number that was spent on something else than sound. */
void jitter_other(struct jitter *j, uint32_t ssrc, uint16_t seq);

enum jitter_take {
	JITTER_PACKET,
	JITTER_LOST,  /* one frame is missing: conceal; after some in a row, be silent */
	JITTER_PAUSE, /* one frame in which nothing is due */
};

/* What comes next. On JITTER_PACKET out is set, and the position moves by out->ticks; else by one
 * frame. */
enum jitter_take jitter_take(struct jitter *j, uint64_t now_us, struct jitter_packet *out);

/*
 * How many microseconds of sound may go (above 0) or should be added (below 0), for delay to be
 * what is wanted; 0: let it be. Asked after the takes of a tick, and then either done or left until
 * the next tick asks.
 *
 *   ahead_us  sound that was taken and will not be played in this tick: delay, too
 */
int32_t jitter_excess_us(struct jitter *j, uint32_t ahead_us);

/* Some of it was done: look anew before the next. */
void jitter_adjusted(struct jitter *j);

/* Leave out the next packet: a whole one may go and nobody hears it. */
void jitter_skip(struct jitter *j);

/* A packet taken before, JITTER_BACK of them: 0 is the last one, 1 the one before. false: not here
 * any more. To warm a decoder up that joins late. */
bool jitter_taken(const struct jitter *j, unsigned back, struct jitter_packet *out);

/* After JITTER_LOST: the packet that follows the lost frame at once. false: it is not here. */
bool jitter_next(const struct jitter *j, struct jitter_packet *out);

/* Our clock stood still, and what came meanwhile is old and says nothing of the network: the next
 * take goes straight to where the
 * target lies when behind more takes have followed it at once. */
void jitter_level(struct jitter *j, uint32_t behind);

#endif
