#ifndef GRAPH_CHANGE_SUBS_INSIDE_H
#define GRAPH_CHANGE_SUBS_INSIDE_H

/* What struct subs holds. Of the room alone: subs.c asks, subs_got.c hears. */

#include "bot/base/rng.h"
#include "graph/change/subject.h"
#include "graph/change/subs.h"
#include "graph/wire/subscription.h"

enum { DOOMED_MAX = 64 };

enum sub_phase {
	SUB_LOST,  /* to be made */
	SUB_CHECK, /* known from an earlier life: does Graph have it still? */
	SUB_LIVE,
};

struct sub {
	char *resource; /* owned */
	char change_type[64];
	const struct subject *subject;
	bool rich;
	enum sub_phase phase;
	struct sub_state state;
	bool unsaved;     /* state must be durable before the next request */
	bool reauthorize; /* Graph asked for it */
	bool adopted;     /* found in the list: its clientState is believed, not known */
	bool gap;         /* something may have been missed */
	uint64_t renew_unix_ms;
	uint64_t rest_until_ms;
	struct sub_view view;
};

struct subs {
	struct guid tenant;
	char url[SUB_URL_MAX], lifecycle_url[SUB_URL_MAX], url_head[SUB_URL_MAX],
		graph[SUB_URL_MAX];
	struct rng rng;
	struct sub sub[SUBS_MAX];
	uint32_t n;
	char key_id[SUB_KEY_TEXT];
	const char *certificate; /* NULL: none yet */

	bool list_due;           /* what is there at Graph must be looked at */
	char page[SUB_PAGE_MAX]; /* "": from the first page */
	uint64_t list_rest_ms;
	uint32_t list_failed;
	struct guid doomed[DOOMED_MAX]; /* to be deleted */
	size_t n_doomed;
	struct guid dying; /* whose delete is under way: others may be doomed meanwhile */
	uint64_t doomed_rest_ms;

	uint32_t attempt;
	bool flying;
	uint64_t flight_ms;
	enum op_kind op;
	uint32_t on;               /* which sub's; of a delete, meaningless */
	char id_text[GUID_TEXT];   /* what the last request borrows */
	struct subscriptions list; /* an answer, decoded */
};

/* It is not at Graph (any more): a fresh clientState, and from the beginning. */
void sub_lose(struct sub *sub);
/* Delete it when there is time. The one too many stays to its end. */
void subs_doom(struct subs *s, struct guid id);

#endif
