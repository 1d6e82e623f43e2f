#ifndef AUTH_TOKEN_TOKEN_REPLY_H
#define AUTH_TOKEN_TOKEN_REPLY_H

/* What Entra's answer means. Of the room alone. Pure. */

#include "auth/token/token.h"

/* Decided by status and OAuth error; the order is that of the reference's table. */
enum token_class { TOKEN_GOOD, TOKEN_THROTTLED, TOKEN_TRANSIENT, TOKEN_FOR_A_PERSON };

struct token_verdict {
	enum token_class class;
	char *bearer;        /* owned, good only: release with secret_free */
	uint64_t life_ms;    /* good only; within 60 s and 25 h */
	uint64_t refresh_ms; /* good only; 0: Entra named no time */
	uint64_t wait_ms;    /* the others: what they asked for, or 0 */
	char story[240];     /* the others: for an admin; holds nothing secret */
};

/* Fills out, always. managed: a managed identity's endpoint said so, not Entra. */
void token_reply_read(const struct token_reply *reply, bool managed, struct token_verdict *out);

#endif
