#ifndef BOT_SHELL_TOKEN_ANSWER_H
#define BOT_SHELL_TOKEN_ANSWER_H

/* What the client brought from a token endpoint, as auth/token reads it. */

#include "auth/token/token.h"
#include "graph/client/client.h"

struct token_answer {
	struct token_reply reply;
	char retry_after[24]; /* what reply.retry_after points to */
};

/* Everything is borrowed from a and out. */
void token_answer_read(const struct client_answer *a, struct token_answer *out);

#endif
