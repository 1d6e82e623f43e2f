#ifndef AUTH_KEYS_ROOT_H
#define AUTH_KEYS_ROOT_H

/* What struct keys holds. Of the room alone: keys.c fetches, verify.c judges. */

#include "auth/keys/keys.h"
#include "auth/keys/verdicts.h"
#include "bot/base/rng.h"

#define MINUTE_MS (60 * UINT64_C(1000))

enum { BUCKET_MAX = 2, MISSES_MAX = 64 };
#define BUCKET_REFILL_MS (5 * MINUTE_MS)

enum step { STEP_METADATA, STEP_KEYS };

/* A kid somebody showed and nobody published. */
struct miss {
	uint8_t kid[16];   /* the head of its SHA-256 */
	uint64_t asked_ms; /* the first time; 0: empty */
};

struct keys {
	struct keys_conf conf;
	struct rng rng;

	struct jwks set;
	uint64_t fetched_ms;      /* 0: never */
	uint64_t good_started_ms; /* when the fetch that brought, or confirmed, the set began */
	uint32_t generation;
	char jwks_uri[KEYS_URL_MAX]; /* "": metadata was never read */

	uint32_t attempt;   /* the last one given out */
	uint64_t flight_ms; /* when it began; meaningless unless flying */
	bool flying;
	enum step step;  /* what the flight fetches */
	bool keys_next;  /* metadata is in: keys are due now */
	bool missed;     /* an unknown kid paid for a fetch: due now */
	uint64_t due_ms; /* the next fetch nobody asked for */
	uint32_t failed_in_row;

	uint32_t bucket;    /* fetches that unknown kids may still cause */
	uint64_t bucket_ms; /* when it was last refilled */
	struct miss miss[MISSES_MAX];

	EVP_MD_CTX *sha256;   /* owned */
	struct jws_memo memo; /* of all tokens, whoever signed them */
	struct verdicts verdicts;
	struct keys_view view; /* its counters; keys_view fills in the rest */
};

/* Let go of what time has ended: keys not seen for 24 h, a fetch without an answer. */
void keys_age(struct keys *k, uint64_t now_ms);

#endif
