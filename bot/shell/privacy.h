#ifndef BOT_SHELL_PRIVACY_H
#define BOT_SHELL_PRIVACY_H

/*
 * What is kept of one subject: a caller, by her number or Teams id, or an agent, by her object id.
 * Found beside the loop by reading the persons and the journal once; numbers are compared by their
 * digits.
 */

#include "bot/shell/config.h"
#include "bot/store/store.h"

#include <stdatomic.h>

struct json_t;

enum { TRACES_MAX = 20000, STORY_MAX = 200000 /* events told in an export */ };

struct subject {
	char number[64]; /* digits of a number, or a caller's object id; "": an agent */
	char user[GUID_TEXT];
	char agent_name[128];
};

struct traces {
	struct subject of;
	char *journal, *recordings; /* owned */
	bool tell;                  /* an export: everything told in JSON */
	/* Found. */
	uint32_t contact[TRACES_MAX]; /* rising */
	uint64_t hashed[TRACES_MAX];
	size_t n_contacts, n_hashed, n_commands, n_events;
	struct guid caller;  /* her keyed hash; none: never told */
	struct json_t *told; /* owned */
	struct store *store;
	const atomic_bool *stop;
};

/* E_LIMIT: more contacts than TRACES_MAX. */
enum err traces_find(struct traces *t, struct why *why) MUST_CHECK;
/* Then, on the loop: what is in tables that came later. */
enum err traces_tables(struct traces *t, struct store *s, struct why *why) MUST_CHECK;
void traces_free(struct traces *t);

#endif
