#ifndef GRAPH_CHAT_CARDS_H
#define GRAPH_CHAT_CARDS_H

/*
 * The life of cards: which form each one has, and what an offer's fate makes of it.
 *
 * A card is an offer of a contact to an agent: (contact, attempt). It is open, then perhaps
 * accepted, and ends as hers, somebody else's, declined, over or gone. What is final does not
 * change any more. Each change is a new rev; a button carries the rev it was drawn with, so that a
 * press on an old drawing is told from one on the present one, and nothing is done twice.
 *
 * Plain values in a fixed table. One thread.
 */

#include "bot/base/guid.h"
#include "graph/wire/activity.h"
#include "graph/wire/card.h"

enum card_fate {
	FATE_ACCEPTED,  /* she pressed Accept */
	FATE_DECLINED,  /* she declined, here or in Teams */
	FATE_CONNECTED, /* the agent of this attempt has the call */
	FATE_ENDED,     /* this offer is over */
	FATE_GONE,      /* the contact is over; attempt does not matter */
};

struct card {
	uint32_t handle; /* never 0, never used again */
	uint32_t contact, attempt, rev;
	enum card_form form;
	uint16_t realm, agent, queue; /* as in effects: index + 1 but for the realm */
	uint16_t taken_by;            /* agent index + 1; 0: not known */
	uint32_t place;               /* of the agent's reference */
	uint32_t offers;              /* before this one */
	uint64_t since_unix_ms, at_unix_ms;
	char caller[128], path[64];
	char activity_id[ACTIVITY_ID_MAX]; /* "": not sent yet */
	bool dead;                         /* never arrived: nothing to edit */
	bool pressed;                      /* the owner's: declined in the card */
};

struct cards;

/* n_max: of the one too many the oldest final card is forgotten; if none is final, it is refused.
 * NULL: no memory. */
struct cards *cards_new(uint32_t n_max);
void cards_free(struct cards *cs);

/* A new card from what is set in it; handle, rev and the form's time are given here. NULL: no room.
 * Valid until the next offer. */
struct card *cards_offer(struct cards *cs, const struct card *from);
/* NULL: not there, or forgotten. */
struct card *cards_find(struct cards *cs, uint32_t contact, uint32_t attempt);
struct card *cards_of(struct cards *cs, uint32_t handle);

/*
 * What happened to the offer (contact, attempt). Every card it changes, the other agents' of the
 * same contact too, has a new form and rev; changed is called for each, and may not offer.
 * by: agent index + 1 who took it.
 */
void cards_happened(struct cards *cs, uint32_t contact, uint32_t attempt, enum card_fate fate,
	uint16_t by, uint64_t at_unix_ms, void (*changed)(void *arg, struct card *c), void *arg);

/*
 * Agents and queues have other numbers now. agent and queue: the new index + 1 of one that had an
 * old one; 0: gone. A card of an agent or queue that is gone is forgotten, and stays as it was
 * last drawn.
 */
void cards_renumber(struct cards *cs, uint16_t (*agent)(void *arg, uint16_t was),
	uint16_t (*queue)(void *arg, uint16_t was), void *arg);

/* Cards by slot from 0: NULL where free. cards_slots grows only. */
uint32_t cards_slots(const struct cards *cs);
struct card *cards_at(struct cards *cs, uint32_t slot);

#endif
