#ifndef AUTH_KEYS_VERDICTS_H
#define AUTH_KEYS_VERDICTS_H

/*
 * Tokens whose signature was good, by SHA-256 of what was signed and the signature itself.
 * So one hash serves the memory and the verification. Of the room alone.
 *
 * A fixed table: where a new verdict finds no place, the one that ends first gives way.
 * A flood of tokens costs their verification and nothing else: only good ones get in.
 */

#include "auth/jose/claims.h"
#include "auth/jose/jws.h"

/* Signatures are kept as they came, in base64url: up to RSA with 4096 bits. */
enum { VERDICT_SIGNATURE_MAX = 684 };

/* What makes two tokens the same. */
struct verdict_id {
	uint8_t digest[JWS_DIGEST];
	const char *signature; /* borrowed */
	size_t n;              /* its bytes; above VERDICT_SIGNATURE_MAX nothing is kept */
};

struct verdict {
	uint8_t digest[JWS_DIGEST];
	size_t n;            /* bytes of signature */
	uint64_t until_ms;   /* 0: empty */
	uint32_t generation; /* of the key set that verified it */
	enum jws_alg alg;
	bool cty_jwt;
	uint32_t key; /* its place in that key set */
	struct claims claims;
	char signature[VERDICT_SIGNATURE_MAX];
};

struct verdicts {
	struct verdict *item; /* owned */
	size_t n;             /* a multiple of VERDICT_WAYS */
};

enum { VERDICT_WAYS = 4 };

/* E_SYSTEM: no memory. */
enum err verdicts_init(struct verdicts *v, size_t n) MUST_CHECK;
void verdicts_fini(struct verdicts *v);

/* NULL: not known, over, or of another generation. */
const struct verdict *verdicts_find(const struct verdicts *v, const struct verdict_id *id,
	uint32_t generation, uint64_t now_ms);
/* The id is the verdict's own from here on. */
void verdicts_put(struct verdicts *v, const struct verdict_id *id, const struct verdict *verdict);

#endif
