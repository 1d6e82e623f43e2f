#ifndef AUTH_LOGIN_SIGNIN_H
#define AUTH_LOGIN_SIGNIN_H

/*
 * Signing in outside Teams: authorization code with PKCE, as a web application that holds its
 * own credential. Inside Teams nothing of this is used.
 *
 * A sign-in under way is a row here: the state sent along, the browser it belongs to (a
 * cookie of ten minutes), the verifier, the nonce. It is good once. Sans I/O: whoever owns it
 * redeems the code (auth/token/grant.h) and verifies what came: the access token by login_verify,
 * the id_token by keys_verify with signin_id_profile, whose nonce must be the one that was sent.
 *
 * Source: RFC 6749 section 4.1, RFC 7636, RFC 9700; Entra's authorization-code flow.
 */

#include "auth/jose/claims.h"

#include <stdbool.h>

enum {
	SIGNINS_MAX =
		4096, /* under way; one more ends the oldest, so that who begins many ends many */
	SIGNIN_MS = 600000,
	SIGNIN_TEXT = 44, /* 32 bytes of chance in base64url, and a NUL */
	SIGNIN_BACK_MAX = 256,
	SIGNIN_URL_MAX = 1536,
};

struct signins;

struct signin_ask {
	const char *authority; /* "https://login.microsoftonline.com" */
	const char *tenant;    /* whose people; a GUID */
	const char *client_id;
	const char *redirect_uri; /* exactly as registered */
	const char *back;         /* where she wanted to go: a path of ours; NULL or strange: "/" */
	uint16_t realm;           /* the owner's; comes back */
};

/* To send her away with. */
struct signin_away {
	char url[SIGNIN_URL_MAX];  /* Location */
	char browser[SIGNIN_TEXT]; /* the cookie's value */
};

/* She is back: to redeem the code with. */
struct signin_back {
	char verifier[SIGNIN_TEXT];
	char nonce[SIGNIN_TEXT];
	char back[SIGNIN_BACK_MAX];
	uint16_t realm;
};

/* NULL: no memory. */
struct signins *signins_new(void);
void signins_free(struct signins *s);

/* E_LIMIT: an address is too long. */
enum err signin_begin(struct signins *s, uint64_t now_ms, const struct signin_ask *ask,
	struct signin_away *out, struct why *why) MUST_CHECK;

/*
 * The state and the cookie that came back; NULL: there was none.
 * E_DENIED: not one that is under way in this browser (stale, used, forged): let her begin again.
 */
enum err signin_return(struct signins *s, uint64_t now_ms, const char *state, const char *browser,
	struct signin_back *out, struct why *why) MUST_CHECK;

/* What the scope parameter asks for: an id_token, and an access token for ourselves. */
void signin_scope(const char *client_id, char out[160]);

/* The id_token's profile: as for people's access tokens, whose words it does not have. */
void signin_id_profile(const struct token_profile *people, struct token_profile *out);

#endif
