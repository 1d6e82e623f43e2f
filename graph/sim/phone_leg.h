#ifndef GRAPH_SIM_PHONE_LEG_H
#define GRAPH_SIM_PHONE_LEG_H

/* One RTP/Opus stream each way on one UDP port. The clock owns it after phone_leg_make. */

#include "graph/sim/phone_scribe.h"
#include "graph/sim/phone_jitter.h"
#include "graph/sim/phone_rtp.h"

#include <opus/opus.h>
#include <sys/socket.h>

enum { LEG_PCM_MAX = 1920 }; /* 120 ms, the longest Opus packet */

struct phone_leg {
	int fd;
	struct sockaddr_storage to;
	socklen_t to_bytes;
	uint8_t payload_type, telephone_event;
	OpusEncoder *enc;
	OpusDecoder *dec;
	struct phone_leg_counters count;
	/* in */
	bool in_known; /* in_ssrc is */
	uint32_t in_ssrc;
	struct phone_jitter jitter;
	int16_t pcm[TICK_SAMPLES + LEG_PCM_MAX]; /* decoded, not yet heard */
	size_t n_pcm;
	/* out */
	bool out_begun;
	uint16_t seq;
	uint32_t ts, ssrc;
	struct phone_keys keys;
};

/* bind_to: numeric address. Errors as phone_leg_open. */
enum err phone_leg_make(const struct phone_leg_conf *conf, const char *bind_to,
	struct phone_leg **out, uint16_t *port, struct why *why) MUST_CHECK;
void phone_leg_drop(struct phone_leg *l);
/* E_MALFORMED: not a numeric address. */
enum err phone_leg_address(const char *text, uint16_t port, struct sockaddr_storage *out,
	socklen_t *bytes, struct why *why) MUST_CHECK;

/* Takes what has arrived; wanted false: reads and forgets it. */
void phone_leg_receive(struct phone_leg *l, bool wanted);
/* One datagram of the other side's. */
void phone_leg_take(struct phone_leg *l, const uint8_t *bytes, size_t n);
/* One tick of what the other side says; false: silence, and out is zero. */
bool phone_leg_hear(struct phone_leg *l, int16_t out[TICK_SAMPLES]);
/* One tick of sound out, and what is due of the keys. */
void phone_leg_say(struct phone_leg *l, const int16_t pcm[TICK_SAMPLES]);
void phone_leg_key(struct phone_leg *l, char digit);
/* Ticks nobody ran: time goes on all the same. */
void phone_leg_skip(struct phone_leg *l, uint64_t ticks);

#endif
