#ifndef MEDIA_DSP_JITTER_H
#define MEDIA_DSP_JITTER_H

/*
 * Packets of sound into order and onto our clock.
 *
 * Packets wait by timestamp until a short cushion (the target) lies before the first one; from
 * then on each take moves the play position by what it gave. A packet that is missing when its
 * time comes is either lost (its sequence number is missing too: conceal it) or was never sent
 * (a pause, a key press: silence). Delay is regained by leaving out single packets once the
 * cushion has been too thick for half a second; when the cushion runs out by jitter, the target
 * grows by a frame, and shrinks again after ten quiet seconds.
 *
 * A state machine: time is an argument, no heap. Source: RFC 3550 (sequence, SSRC), A.1.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	JITTER_SLOTS = 16,
	JITTER_BACK = 3,          /* packets taken last that are kept */
	JITTER_PAYLOAD_MAX = 960, /* bytes of a packet */
	JITTER_TARGET_MAX = 8,    /* frames */
	JITTER_STRAYS_MAX = 5,    /* packets out of any order in a row: a new order starts */
};

struct jitter_packet {
	uint32_t ssrc;
	uint32_t ts;
	uint32_t ticks; /* it lasts, in its clock; at least 1 */
	uint16_t seq;
	const uint8_t *payload; /* borrowed by put; given by take: good until the next put */
	size_t payload_bytes;   /* at most JITTER_PAYLOAD_MAX */
};

struct jitter {
	struct jitter_slot {
		bool is_waiting;
		uint16_t seq, payload_bytes;
		uint32_t ts, ticks;
	} slot[JITTER_SLOTS];
	uint32_t ssrc;
	bool has_ssrc;
	bool is_playing; /* else the cushion fills */
	bool has_played; /* play_ts and played_seq mean something */
	bool is_levelling;
	uint32_t level_frames;     /* of cushion to leave then, above the target */
	uint16_t played_seq;       /* of the last packet taken or given up */
	uint16_t others;           /* numbers after played_seq that were not sound */
	uint8_t last[JITTER_BACK]; /* slots taken last, JITTER_SLOTS: none */
	uint32_t n_waiting;
	uint32_t play_ts;
	uint32_t frame_ticks;
	uint32_t target, target_min; /* frames */
	uint32_t strays;
	uint32_t window_takes, window_low; /* the thinnest the cushion was, in ticks */
	uint32_t calm_takes;               /* since the target last changed */
	uint64_t filling_ms;               /* since when a first packet waits */
	uint64_t lost;                     /* missing by sequence when their time came */
	uint64_t late;                     /* came after their time, or twice */
	uint64_t left_out;                 /* played packets' worth of delay regained */
	uint8_t payload[JITTER_SLOTS][JITTER_PAYLOAD_MAX];
};

/* frame_ticks: one frame of 20 ms in the packets' clock. target: frames of cushion, 1 to
 * JITTER_TARGET_MAX. */
void jitter_init(struct jitter *j, uint32_t frame_ticks, uint32_t target);

enum jitter_put {
	JITTER_KEPT,
	JITTER_NEW,  /* kept, and the first of another sender or order: reset the decoder */
	JITTER_LATE, /* its time is over, it is here already, or it belongs to no order: dropped */
};

enum jitter_put jitter_put(struct jitter *j, const struct jitter_packet *in, uint64_t now_ms);

/* A sequence number that was spent on something else than sound. */
void jitter_other(struct jitter *j, uint32_t ssrc, uint16_t seq);

enum jitter_take {
	JITTER_PACKET,
	JITTER_LOST,  /* one frame is missing: conceal; after some in a row, be silent */
	JITTER_PAUSE, /* one frame in which nothing is due */
};

/* What comes next. On JITTER_PACKET out is set, and the position moves by out->ticks; else by one
 * frame. */
enum jitter_take jitter_take(struct jitter *j, uint64_t now_ms, struct jitter_packet *out);

/* A packet taken before, JITTER_BACK of them: 0 is the last one, 1 the one before. false: not here
 * any more. To warm a decoder up that joins late. */
bool jitter_taken(const struct jitter *j, unsigned back, struct jitter_packet *out);

/* Our clock stood still and what came meanwhile is old: the next take goes straight to where the
 * target lies when behind more takes have followed it at once. */
void jitter_level(struct jitter *j, uint32_t behind);

#endif
