#ifndef MEDIA_LEG_SDES_H
#define MEDIA_LEG_SDES_H

/*
 * SRTP keys as SDP carries them: lines "a=crypto:TAG SUITE inline:KEY", over a signalling that is
 * itself secret. Each side tells the key of what it sends; an answer repeats the offer's tag and
 * suite with a key of its own.
 *
 * Source: RFC 4568 sections 4, 5.1, 6.1, 6.3; RFC 7714 section 14.1 (AEAD_AES_128_GCM).
 */

#include "media/leg/seal.h"

#include <stdbool.h>

enum { SDES_LINE_MAX = 96, SDES_TAG_MAX = 999999999 };

struct sdes {
	unsigned tag; /* 0 to SDES_TAG_MAX */
	struct rtp_key key;
};

/* "AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM". */
const char *sdes_suite_name(enum rtp_suite suite);
/* By that name. E_MALFORMED: another one; why says which there are. */
enum err sdes_suite(const char *name, enum rtp_suite *out, struct why *why) MUST_CHECK;

/*
 * One line, with or without "a=crypto:" before it; NUL-terminated.
 *
 * E_MALFORMED: not such a line, another suite, a bad key, or a session parameter that changes what
 * is sealed (KDR, UNENCRYPTED_SRTP and their like): refuse the line. Hints (WSH, and what begins
 * with '-') are passed over.
 */
enum err sdes_read(const char *line, struct sdes *out, struct why *why) MUST_CHECK;

/* Without "a=crypto:" and line end. A secret: not for any log. */
void sdes_write(const struct sdes *s, char out[SDES_LINE_MAX]);

/* A key of chance. */
void sdes_make(struct sdes *s, unsigned tag, enum rtp_suite suite);

/* The beginning of a key, to know one's own again: both directions under one key would share a key
 * stream. */
uint32_t sdes_mark(const struct sdes *s);

#endif
