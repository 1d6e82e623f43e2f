#ifndef AUTH_KEYS_VERDICTS_H
#define AUTH_KEYS_VERDICTS_H

/*
 * Tokens whose signature was good, by SHA-256 of their text. Of the room alone.
 *
 * A fixed table: where a new verdict finds no place, the one that ends first gives way.
 * A flood of tokens costs their verification and nothing else: only good ones get in.
 */

#include "auth/jose/claims.h"
#include "auth/jose/jws.h"

struct verdict {
	uint8_t token[32];   /* SHA-256 */
	uint64_t until_ms;   /* 0: empty */
	uint32_t generation; /* of the key set that verified it */
	enum jws_alg alg;
	bool cty_jwt;
	uint32_t key; /* its place in that key set */
	struct claims claims;
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
const struct verdict *verdicts_find(
	const struct verdicts *v, const uint8_t token[32], uint32_t generation, uint64_t now_ms);
void verdicts_put(struct verdicts *v, const struct verdict *verdict);

#endif
