#ifndef MEDIA_ENGINE_LOSSINESS_H
#define MEDIA_ENGINE_LOSSINESS_H

/*
 * Whether what a leg sends shall bear loss: after ten seconds in which its receiver reports more
 * than 2 % lost (RFC 3550, fraction lost), until a minute in which it reports less than 1 %. A
 * state machine; all zero is a fresh one.
 */

#include <stdbool.h>
#include <stdint.h>

enum {
	LOSSINESS_MS = 10000, /* of loss, before it is taken for more than bad luck */
	LOSSLESS_MS = 60000,
	LOSSINESS_FROM = 5, /* of 256: 2 % */
	LOSSINESS_BELOW = 2,
};

struct lossiness {
	bool is_lossy;
	bool is_turning; /* since since_ms the reports say otherwise */
	uint64_t since_ms;
};

/* The last report; call it as often as you like. Returns is_lossy. */
bool lossiness_step(struct lossiness *l, uint8_t fraction, uint64_t now_ms);

#endif
