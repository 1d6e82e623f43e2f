#ifndef BOT_SHELL_COMMAND_AGAIN_H
#define BOT_SHELL_COMMAND_AGAIN_H

/*
 * A command or a note that is sent again because its answer was lost is not done again: who gives
 * it an Idempotency-Key gets the first answer for ten minutes. The oldest key makes room for the
 * newest. The main loop's thread.
 */

#include "auth/login/login.h"
#include "bot/shell/shell.h"

enum { AGAIN_MAX = 1024, AGAIN_KEY_MAX = 64, AGAIN_MS = 600000 };

/* What was asked under a key, and what came of it. */
struct again {
	struct guid tenant, user;
	char key[AGAIN_KEY_MAX + 1]; /* "": free */
	uint64_t hash, until_ms;     /* of where it went and what it said */
	int status;                  /* 0: under way */
	uint64_t number;             /* a command's position, or a note's number */
	int refused;                 /* enum refusal */
};
struct agains {
	struct again item[AGAIN_MAX];
	unsigned next;
};

enum again_is { AGAIN_NEW, AGAIN_DONE, AGAIN_REFUSED };

/*
 * NEW      do it; *out is where to put what comes of it, as again_forget says if that is nothing;
 *          NULL: no key came with it, or there is no place for one more under way
 * DONE     not again: the answer is the one of *out
 * REFUSED  and answered: the key is none, another request's, or its first is under way
 */
enum again_is again_ask(struct agains *a, struct shell *s, struct visit *v,
	const struct person *who, struct again **out);
/* It was not done: the next of its key is new. again may be NULL. */
void again_forget(struct again *again);

#endif
