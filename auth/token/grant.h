#ifndef AUTH_TOKEN_GRANT_H
#define AUTH_TOKEN_GRANT_H

/*
 * Tokens for a person, which the bot asks for with its own credential: a code is redeemed
 * (RFC 6749 section 4.1.3, with the verifier of RFC 7636), or her token is exchanged for one
 * that lets us ask Graph in her name (on behalf of).
 * Source: Entra's authorization-code and on-behalf-of flows.
 */

#include "auth/token/token.h"

struct grant_field {
	const char *name, *value;
};

enum { GRANT_CLAIMS_MAX = 2048 };

/* What came of it. Secrets are owned: grant_fini wipes them. */
struct grant {
	char *access_token; /* NULL unless OK */
	char *id_token;     /* NULL: none came */
	uint64_t life_ms;
	uint64_t wait_ms; /* unless OK: before it makes sense to ask again; 0: whenever */
	char error[40];   /* OAuth's word where it is refused: "interaction_required" */
	char claims[GRANT_CLAIMS_MAX]; /* what her next sign-in must bring; "" or JSON */
};

/*
 * The request, with the tenant, app and credential of a slot. It is nobody's flight: the caller
 * remembers it, and brings the answer to grant_read.
 *
 * E_STALE  the credential needs a token first: ask tokens_want, and here again later
 * others   as tokens_want: the credential cannot prove itself
 */
enum err grant_post(struct tokens *t, uint32_t slot, uint64_t now_ms, uint64_t now_unix_s,
	const struct grant_field *field, size_t n, struct token_post *out,
	struct why *why) MUST_CHECK;

/*
 * OK        out has the token
 * E_DENIED  she must act, or the code is no good: out->error and claims say how
 * E_REMOTE  Entra cannot be had now, or refuses the bot itself, which is nothing of hers: log why,
 *           a sentence for an admin
 * Fills out always. why holds nothing secret.
 */
enum err grant_read(const struct token_reply *reply, struct grant *out, struct why *why) MUST_CHECK;
void grant_fini(struct grant *g);

#endif
