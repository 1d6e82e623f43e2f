#ifndef GRAPH_SIM_PHONE_JITTER_H
#define GRAPH_SIM_PHONE_JITTER_H

/*
 * Packets in, in any order; one decision a tick out. A small buffer of fixed depth: the
 * simulator and the service share a clock, so there is no drift to follow. Pure.
 */

#include "graph/sim/phone.h"

enum { JITTER_SLOTS = 16, JITTER_PACKET_MAX = 1500 };

struct phone_jitter {
	bool running;  /* next is known */
	unsigned wait; /* ticks until the first packet's turn */
	unsigned dry;  /* ticks in a row without any packet */
	unsigned deep; /* ticks in a row with more packets than it takes */
	uint16_t next; /* the sequence number whose turn it is */
	struct jitter_slot {
		bool full;
		uint16_t seq, n;
		uint8_t payload[JITTER_PACKET_MAX];
	} slot[JITTER_SLOTS];
};

/* n 0: a packet without sound, so that its number is not taken for a loss. Counts in, late and
 * lost. */
void phone_jitter_put(struct phone_jitter *j, uint16_t seq, const uint8_t *payload, size_t n,
	struct phone_leg_counters *count);

enum jitter_turn {
	JITTER_SILENCE, /* nobody sends */
	JITTER_PACKET,  /* decode the packet */
	JITTER_LOST,    /* conceal; packet is the next one, if that is here, for its redundancy */
	JITTER_DRY,     /* conceal: nothing has come yet */
};

/* packet: NULL or valid until the next put. */
enum jitter_turn phone_jitter_take(struct phone_jitter *j, const struct jitter_slot **packet,
	struct phone_leg_counters *count);

#endif
