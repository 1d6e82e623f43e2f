#ifndef AUTH_TOKEN_OBO_H
#define AUTH_TOKEN_OBO_H

/*
 * Graph in a person's name: her token, exchanged for one of Graph's.
 *
 * A token is kept for the (slot, scope, her token) it was asked for, never longer than her
 * own lives, and never shown to a browser. Sans I/O like tokens:
 *
 *	e = obo_get(o, now, &ask, &bearer, &why);      E_STALE: not yet
 *	while (obo_want(o, tokens, now, now_unix_s, &post, &why) == OK)
 *		start the POST, remembering post.attempt
 *	obo_got(o, now, attempt, &reply, &why);
 *
 * OBO_MAX at once; the one longest unused makes room, and when all are under way the next is
 * refused. Times are monotonic ms. One thread.
 * Source: Entra's on-behalf-of flow.
 */

#include "auth/token/grant.h"

enum { OBO_MAX = 512, OBO_FAULT_MS = 1000 };

struct obo;

struct obo_ask {
	uint32_t slot;         /* of tokens: the bot in her tenant */
	const char *scope;     /* "https://graph.microsoft.com/User.Read" */
	const char *assertion; /* her token as it was verified; borrowed for the call */
	size_t assertion_bytes;
	uint64_t life_ms; /* what is left of it */
};

/* NULL: no memory. */
struct obo *obo_new(void);
void obo_free(struct obo *o);

/*
 * The bearer text, borrowed until the next call that takes o; NULL unless OK.
 *
 * E_STALE   asked for
 * E_DENIED  she must act: *claims (may be NULL) is what her next sign-in must bring, "" when
 *           nothing special; answer 401 or 403 with it. Told for OBO_FAULT_MS, then asked anew
 * E_REMOTE  Entra cannot be had, or refuses the bot: 503. Told until Retry-After, a minute where
 *           an admin must act, OBO_FAULT_MS at least
 * E_LIMIT   OBO_MAX exchanges are under way: 503
 */
enum err obo_get(struct obo *o, uint64_t now_ms, const struct obo_ask *ask, const char **bearer,
	const char **claims, struct why *why) MUST_CHECK;

/* Graph answered 401 to a token of this ask that was used at sent_ms: forget it, unless it is a
 * newer one. The caller asks once more. */
void obo_drop_if(struct obo *o, const struct obo_ask *ask, uint64_t sent_ms);

/* As tokens_want. E_ABSENT: nothing to do now. */
enum err obo_want(struct obo *o, struct tokens *t, uint64_t now_ms, uint64_t now_unix_s,
	struct token_post *out, struct why *why) MUST_CHECK;
/* As tokens_got. E_STALE: not under way any more. */
enum err obo_got(struct obo *o, uint64_t now_ms, uint32_t attempt, const struct token_reply *reply,
	struct why *why) MUST_CHECK;
/* Nothing is due before, but what obo_get brings; UINT64_MAX: nothing. */
uint64_t obo_deadline_ms(const struct obo *o);

#endif
