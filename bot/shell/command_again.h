#ifndef BOT_SHELL_COMMAND_AGAIN_H
#define BOT_SHELL_COMMAND_AGAIN_H

/*
 * A command that is sent again because its answer was lost is not done again: who gives it an
 * Idempotency-Key gets the first answer for ten minutes. The oldest key makes room for the newest.
 * The main loop's thread.
 */

#include "auth/login/login.h"

#include <stdbool.h>

enum { AGAIN_MAX = 1024, AGAIN_KEY_MAX = 64, AGAIN_MS = 600000 };

/* A command under a key, and what came of it. */
struct again {
	struct guid tenant, user;
	char key[AGAIN_KEY_MAX + 1]; /* "": free */
	uint64_t body_hash, until_ms;
	int status; /* 0: under way */
	uint64_t position;
	int refused; /* enum refusal */
};
struct agains {
	struct again item[AGAIN_MAX];
	unsigned next;
};

enum again_is { AGAIN_NEW, AGAIN_DONE, AGAIN_UNDER_WAY, AGAIN_OTHER };

/* *out: where it is kept, for AGAIN_OTHER (the key was of another command) too. */
enum again_is again_find(struct agains *a, const struct person *who, const char *key,
	const char *body, size_t n, uint64_t now_ms, struct again **out);

#endif
