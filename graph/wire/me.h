#ifndef GRAPH_WIRE_ME_H
#define GRAPH_WIRE_ME_H

/* What Graph tells a person of herself: GET /me with a token in her name.
 * Source: Graph v1.0, resources/user. */

#include "bot/base/err.h"

#include <stdbool.h>

#define ME_PATH "/v1.0/me?$select=displayName,mail,userPrincipalName"

struct me {
	char name[128]; /* displayName; "": none */
	char mail[256]; /* mail, else userPrincipalName; "": neither */
};

/* E_MALFORMED: not a user. Pure. */
enum err me_decode(const char *body, size_t body_bytes, struct me *out, struct why *why) MUST_CHECK;

#endif
