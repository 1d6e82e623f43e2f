#ifndef MEDIA_LEG_SEAL_H
#define MEDIA_LEG_SEAL_H

/*
 * SRTP: RTP that strangers can neither read nor forge.
 *
 * OpenSSL does the cryptography; this is the layer between: keys derived, packets counted, replays
 * refused. libsrtp would do it too, but as Debian builds it a packet costs the more the more
 * sessions there are. One object is one direction of one leg and belongs to one thread at a time;
 * after it is made it takes no memory.
 *
 * Sources: RFC 3711 (the layer, AES-CM, HMAC-SHA1), RFC 7714 (AES-GCM), RFC 4568 (the inline key of
 * SDP). A master key serves 2^48 packets and is not replaced meanwhile; no MKI.
 */

#include "bot/base/err.h"

#include <stddef.h>
#include <stdint.h>

enum rtp_suite { RTP_AES_CM_128_HMAC_SHA1_80, RTP_AEAD_AES_128_GCM, RTP_SUITES };

enum {
	RTP_MASTER_MAX = 30, /* bytes of key and salt: 30, or 28 with GCM */
	RTP_GROWTH_MAX = 20, /* bytes a packet may grow by: tag, and the index of RTCP */
	RTP_STREAMS_MAX = 4, /* SSRCs of one direction that are remembered */
};

struct rtp_key {
	enum rtp_suite suite;
	uint8_t master[RTP_MASTER_MAX]; /* key, then salt */
};

/*
 * The words of an SDP a=crypto line: suite "AES_CM_128_HMAC_SHA1_80" or "AEAD_AES_128_GCM", key
 * "inline:BASE64", perhaps with "|lifetime". E_MALFORMED: another suite, not base64, another
 * length, or an MKI.
 */
enum err rtp_key_read(
	const char *suite, const char *params, struct rtp_key *out, struct why *why) MUST_CHECK;

struct rtp_seal;

/* key is copied. E_SYSTEM: OpenSSL or no memory. */
enum err rtp_seal_new(const struct rtp_key *key, struct rtp_seal **out, struct why *why) MUST_CHECK;
/* Wipes the keys. NULL is fine. */
void rtp_seal_free(struct rtp_seal *s);

/* The packet of this number will be protected soon: what that looks at comes into the cache. NULL
 * is fine. */
void rtp_seal_fetch(const struct rtp_seal *s, uint16_t seq);

/*
 * In place. *bytes grows by at most RTP_GROWTH_MAX, for which packet has room.
 * E_MALFORMED: not RTP. E_SYSTEM: OpenSSL. A sender numbers its packets in order; the rollover
 * count follows them.
 */
enum err rtp_protect(struct rtp_seal *s, uint8_t *packet, size_t *bytes) MUST_CHECK;
enum err rtcp_protect(struct rtp_seal *s, uint8_t *packet, size_t *bytes) MUST_CHECK;

/*
 * In place; *bytes shrinks. What is refused changes nothing here, and its bytes are not to be used.
 * E_MALFORMED: too short, not RTP. E_DENIED: forged, damaged or under another key. E_STALE: seen
 * before, or older than the last 128. E_LIMIT: a fifth SSRC.
 */
enum err rtp_unprotect(struct rtp_seal *s, uint8_t *packet, size_t *bytes) MUST_CHECK;
enum err rtcp_unprotect(struct rtp_seal *s, uint8_t *packet, size_t *bytes) MUST_CHECK;

#endif
