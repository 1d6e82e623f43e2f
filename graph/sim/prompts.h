#ifndef GRAPH_SIM_PROMPTS_H
#define GRAPH_SIM_PROMPTS_H

/*
 * From the prompts of a playPrompt to sound: each file is fetched once and kept under its address
 * and resourceId, and the plays of a call wait for one another, so that a slow download holds up
 * what comes behind it, as in Graph. The loop's thread.
 */

#include "graph/sim/phone.h"
#include "graph/sim/post_office.h"

#include <jansson.h>

struct cache;

struct cache *cache_new(struct post_office *office);
void cache_free(struct cache *c);
/* Takes r->bytes over. */
void cache_fetched(struct cache *c, struct post_result *r);

/* Plays that wait for their files. All zero to begin with. */
struct prompts {
	struct waiting *first;
};

struct prompts_ask {
	uint32_t call, op;
	json_t *infos;                     /* a list of mediaInfo; borrowed for the call */
	uint32_t phone;                    /* 0: for the bridge; else hold music of this phone */
	const struct phone_record *record; /* to record after it, or NULL; copied */
};

/* E_LIMIT, E_SYSTEM: it cannot be played at all. */
enum err prompts_add(struct prompts *p, struct cache *c, const struct prompts_ask *ask) MUST_CHECK;

typedef void prompts_done(void *cls, uint32_t call, uint32_t op, int status);

/* Gives the phones what is complete, in order; what they refuse is done with a failure. */
void prompts_play(
	struct prompts *p, struct phones *phones, uint32_t bridge, prompts_done *done, void *cls);
/* What still waits is done as cancelled. */
void prompts_cancel(struct prompts *p, prompts_done *done, void *cls);
void prompts_fini(struct prompts *p);

#endif
