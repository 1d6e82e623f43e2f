#ifndef GRAPH_CHANGE_RICH_H
#define GRAPH_CHANGE_RICH_H

/*
 * Content that comes along with change notifications: Graph encrypts it for a certificate of
 * ours, which we make ourselves, and which nobody but Graph ever sees.
 *
 * dataKey: 32 bytes under RSA-OAEP with SHA-1 (and MGF1 with SHA-1). dataSignature: HMAC-SHA256
 * of the encrypted data under that key, judged before anything is decrypted. data: AES-256-CBC with
 * PKCS#7 padding; the IV is the key's first 16 bytes. The validationTokens are somebody else's
 * business (auth/keys), and come first.
 *
 * Source: Graph, concepts/change-notifications-with-resource-data.
 */

#include "graph/change/subs.h"

enum {
	RICH_KEY_BYTES_MAX = 8192,        /* of a key at rest */
	RICH_CONTENT_MAX = 192 * 1024,    /* of one item's content */
	RICH_KEY_AGE_S = 180 * 24 * 3600, /* older ones are replaced by the owner */
};

struct rich_key;

/* RSA 2048 and a self-signed certificate for it, good for two years; takes a tenth of a second.
 * E_SYSTEM: OpenSSL refuses. */
enum err rich_key_make(uint64_t now_unix_s, struct rich_key **out, struct why *why) MUST_CHECK;
/* From what rich_key_write gave. E_MALFORMED: not that. */
enum err rich_key_read(
	const uint8_t *bytes, size_t n, struct rich_key **out, struct why *why) MUST_CHECK;
/* A secret: keep it where only the service reads, and wipe what you copied. */
enum err rich_key_write(const struct rich_key *key, uint8_t out[RICH_KEY_BYTES_MAX], size_t *n,
	struct why *why) MUST_CHECK;
/* Wipes. NULL is fine. */
void rich_key_free(struct rich_key *key);

/* For subs_key; lives as long as the key. */
struct sub_key rich_key_public(const struct rich_key *key);
uint64_t rich_key_made_unix_s(const struct rich_key *key);

/*
 * Open one item's content with whichever of n keys it names (NULL among them are passed over).
 *
 *   out   *out_bytes and a NUL, owned by the receiver (free); NULL unless OK. Not yet known to be
 *         JSON
 *
 * E_ABSENT     it names a certificate that is none of these
 * E_DENIED     key, signature or padding do not fit: drop it. why tells no more than that
 * E_MALFORMED  not base64; E_LIMIT: longer than RICH_CONTENT_MAX; E_SYSTEM: no memory
 */
enum err rich_open(const struct rich_key *const key[], size_t n, const struct encrypted *in,
	char **out, size_t *out_bytes, struct why *why) MUST_CHECK;

#endif
