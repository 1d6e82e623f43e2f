#ifndef BOT_SHELL_SEEN_H
#define BOT_SHELL_SEEN_H

/*
 * With which role somebody came last. Entra gives roles, to people and to groups, and says so in a
 * token alone: so this is all that can be known, since the service began and of those who came.
 * The main loop's thread.
 */

#include "auth/login/login.h"

#include <stdint.h>

struct shell;

enum { SEEN_MAX = 1024 }; /* who came longest ago makes room */

struct seen {
	struct guid tenant, user;
	unsigned roles;           /* enum login_role bits */
	char username[CLAIM_MAX]; /* by which Teams calls her; "": her token had none */
	uint64_t at_unix_ms;
};

/* She has just been let in. Apps are nobody. */
void seen_put(struct shell *s, const struct person *who);
/* NULL: not since the service began; nobody was, in a picture of the past. */
const struct seen *seen_get(const struct shell *s, struct guid tenant, struct guid user);
/* One after the other, those of the tenant: i from 0, NULL at the end. */
const struct seen *seen_next(const struct shell *s, struct guid tenant, size_t *i);
/* Of every tenant. */
void seen_forget(struct shell *s, struct guid user);

#endif
