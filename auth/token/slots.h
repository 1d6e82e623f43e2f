#ifndef AUTH_TOKEN_SLOTS_H
#define AUTH_TOKEN_SLOTS_H

/* Slots as they are, and what is asked for them. Of the room alone. */

#include "auth/token/form.h"
#include "auth/token/token.h"
#include "bot/base/rng.h"

struct slot {
	char authority[AUTHORITY_MAX];
	char tenant[ID_MAX]; /* lower case, as the client id */
	char client_id[ID_MAX];
	char scope[TOKEN_SCOPE_MAX];
	const struct credential *credential;
	uint32_t inner; /* index + 1 of the slot whose token is our assertion; 0: none */

	char *bearer; /* owned; NULL: none */
	uint64_t soft_ms, hard_ms;
	uint64_t dropped_ms; /* when token_drop_if last did; 0: never */

	bool wanted; /* somebody asked and there is no flight */
	bool flying;
	uint32_t attempt;
	uint64_t flight_ms;

	uint64_t rest_until_ms; /* after a failure */
	uint32_t failed_in_row;
	enum err fault; /* of the last try; OK: none */
	char story[240];
};

struct tokens {
	struct slot slot[TOKEN_SLOTS_MAX];
	uint32_t n;
	uint32_t attempt;
	bool http_on_loopback;
	struct rng rng;
};

/* The next request of a slot, whose inner token is there. As tokens_want. */
enum err token_request(struct tokens *t, const struct slot *s, uint64_t now_unix_s,
	struct token_post *out, struct why *why) MUST_CHECK;

#endif
