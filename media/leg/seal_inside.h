#ifndef MEDIA_LEG_SEAL_INSIDE_H
#define MEDIA_LEG_SEAL_INSIDE_H

/* What seal.c (packets) and seal_cipher.c (cryptography) share. */

#include "media/leg/seal.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdbool.h>

enum {
	KEY_BYTES = 16,
	SALT_BYTES = 14, /* of GCM 12, and two zeros */
	AUTH_BYTES = 20,
	SHA1_TAG = 10,
	GCM_TAG = 16,
	GCM_IV = 12,
	RTCP_CLEAR = 8, /* of RTCP stay readable: header and SSRC */
	RTCP_INDEX = 4,
};

/* Of RTP or of RTCP. */
struct seal_cipher {
	bool gcm;
	uint8_t salt[SALT_BYTES];
	EVP_CIPHER_CTX *ctx;  /* AES of single blocks, or GCM */
	SHA_CTX inner, outer; /* HMAC-SHA1 that has read its key; nothing with GCM */
};

enum err cipher_open(
	struct seal_cipher *c, const struct rtp_key *key, bool rtcp, struct why *why) MUST_CHECK;
void cipher_close(struct seal_cipher *c);

size_t cipher_tag_bytes(const struct seal_cipher *c);

/* AES-CM; index: 48 bits of RTP, 31 of RTCP. */
enum err cipher_crypt(
	struct seal_cipher *c, uint32_t ssrc, uint64_t index, uint8_t *at, size_t n) MUST_CHECK;

/*
 * Key stream of the packets that come next, up to those of G.711's 20 ms. Between two packets of a
 * leg the cipher's own memory leaves the cache: to bring it back costs more than the cipher, and so
 * is done for some packets at once.
 */
enum { AHEAD_PACKETS = 4, AHEAD_BYTES = 160 };

struct key_ahead {
	uint64_t round; /* of so many packets, by their index */
	uint32_t ssrc;
	bool is_made;
	uint8_t stream[AHEAD_PACKETS][AHEAD_BYTES];
};

/* cipher_crypt of a stream whose indices rise by one for the most part. */
enum err cipher_crypt_next(struct seal_cipher *c, struct key_ahead *a, uint32_t ssrc,
	uint64_t index, uint8_t *at, size_t n) MUST_CHECK;

/* HMAC over packet and four bytes more. */
enum err cipher_tag(const struct seal_cipher *c, const uint8_t *packet, size_t n, uint32_t more,
	uint8_t tag[SHA1_TAG]) MUST_CHECK;

/* aad: what is readable, in two pieces. tag is written, or compared: E_DENIED. */
struct gcm_text {
	const uint8_t *aad[2];
	size_t aad_bytes[2];
	uint8_t *at; /* in place */
	size_t n;
	uint8_t *tag;
};
enum err cipher_seal(
	struct seal_cipher *c, uint32_t ssrc, uint64_t index, const struct gcm_text *t) MUST_CHECK;
enum err cipher_open_sealed(
	struct seal_cipher *c, uint32_t ssrc, uint64_t index, const struct gcm_text *t) MUST_CHECK;

#endif
