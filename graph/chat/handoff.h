#ifndef GRAPH_CHAT_HANDOFF_H
#define GRAPH_CHAT_HANDOFF_H

/*
 * A person writes to the bot, and an agent takes it up: who waits, who is asked, who has whom, and
 * what was written so far. Teams gives an app no way to put two people's chats together unasked, so
 * the bot stands between: each writes to it, and it passes on.
 *
 * A hand-off waits (agents are asked by cards) or talks (one of them has it), then it is over, and
 * what was written is forgotten. Nothing of it is on disk: after a restart who writes is asked for
 * anew. A fixed table, plain values, no clock. One thread.
 */

#include "graph/wire/activity.h"
#include "graph/wire/chat_card.h"

enum {
	HANDOFFS_MAX = 256,
	HANDOFF_OFFERS_MAX = 8,   /* agents asked at once */
	HANDOFF_LINES_MAX = 20,   /* remembered; older ones are passed on and forgotten */
	HANDOFF_LINE_BYTES = 400, /* of each, for the card; what is passed on is whole */
};
#define HANDOFF_NOBODY UINT32_MAX

/* One agent's card. */
struct handoff_offer {
	uint32_t place; /* of her reference */
	enum chat_card_form form;
	uint32_t rev;
	char activity_id[ACTIVITY_ID_MAX]; /* "": not sent yet */
};

struct handoff {
	uint32_t number; /* 0: free */
	bool over;       /* kept while nobody needs its place, for its cards */
	uint16_t realm;
	uint32_t person, agent; /* places; agent: HANDOFF_NOBODY while it waits */
	char person_name[ACTIVITY_NAME_MAX], agent_name[ACTIVITY_NAME_MAX];
	char queue[128];
	uint64_t since_unix_ms, at_unix_ms; /* began; changed hands or ended */
	uint64_t until_ms;                  /* monotonic: of no use later */
	struct handoff_offer offer[HANDOFF_OFFERS_MAX];
	size_t n_offers;
	struct {
		bool by_agent;
		char text[HANDOFF_LINE_BYTES];
	} line[HANDOFF_LINES_MAX]; /* a ring */
	uint32_t n_lines;          /* ever */
};

struct handoffs;

struct handoffs *handoffs_new(void); /* NULL: no memory */
void handoffs_free(struct handoffs *hs);

/* A new one that waits, without offers and lines. NULL: HANDOFFS_MAX are under way. */
struct handoff *handoff_open(struct handoffs *hs, uint16_t realm, uint32_t person);
/* NULL: none. The next two find those alone that are not over. */
struct handoff *handoff_find(struct handoffs *hs, uint32_t number);
struct handoff *handoff_of_person(struct handoffs *hs, uint16_t realm, uint32_t place);
/* The one she has; not those she is asked for. */
struct handoff *handoff_of_agent(struct handoffs *hs, uint16_t realm, uint32_t place);
/* By slot from 0 to handoffs_used - 1: NULL where free. */
uint32_t handoffs_used(const struct handoffs *hs);
struct handoff *handoff_at(struct handoffs *hs, uint32_t slot);

/* NULL: HANDOFF_OFFERS_MAX are asked. */
struct handoff_offer *handoff_ask(struct handoff *h, uint32_t place);
struct handoff_offer *handoff_offer_of(struct handoff *h, uint32_t place);
/* Cut to whole characters; what controls a terminal is a space, so that no line swells a card. */
void handoff_say(struct handoff *h, bool by_agent, const char *text);
/* The lines remembered, oldest first; how many. Borrowed from h. */
size_t handoff_lines(const struct handoff *h, struct chat_card_line out[HANDOFF_LINES_MAX]);

/*
 * OK        she has it; the other open cards are CHAT_TAKEN
 * E_DENIED  she is not asked
 * E_STALE   her card is not open any more
 */
enum err handoff_accept(struct handoff *h, uint32_t place, uint64_t at_unix_ms) MUST_CHECK;
/* E_DENIED, E_STALE as above; *left: agents who are still asked. */
enum err handoff_decline(
	struct handoff *h, uint32_t place, uint64_t at_unix_ms, size_t *left) MUST_CHECK;
/* Over: cards that are open or hers say so, and the lines are gone. */
void handoff_end(struct handoff *h, uint64_t at_unix_ms);

/* A name for an offer's message in the outbox, apart from those of call cards, which count up from
 * 1. */
uint32_t handoff_handle(const struct handoff *h, const struct handoff_offer *o);
/* NULL: not one of ours, or gone. *h may be NULL. */
struct handoff_offer *handoff_by_handle(struct handoffs *hs, uint32_t handle, struct handoff **h);

#endif
