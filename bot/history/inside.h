#ifndef BOT_HISTORY_INSIDE_H
#define BOT_HISTORY_INSIDE_H

/* What the teller's files share; nobody outside includes it. */

#include "bot/core/plan.h"
#include "bot/history/teller.h"

enum { RINGS_KNOWN = 8 };

/* A contact in progress, as it was after the step before. */
struct contact_seen {
	uint32_t contact; /* 0: free */
	uint32_t next;    /* in the bucket, index + 1 */
	struct guid caller;
	struct visit_told visit; /* n 0: none yet */
	bool open;               /* of visit: waits or talks */
	uint64_t talk_from_ms;   /* 0: does not talk */
	uint8_t n_queues;
	uint16_t queue, promised_s;
	uint64_t queued_ms;
	bool kept; /* a place, for a call-back */
	struct ring_known {
		uint32_t attempt;
		uint16_t agent; /* index + 1 */
		uint8_t role;
	} ring[RINGS_KNOWN]; /* the last ones */
	uint8_t n_rings;
};

struct agent_seen {
	uint32_t key;
	uint64_t span; /* 0: none open */
	uint8_t duty;  /* enum duty_kind */
	uint32_t contact;
	uint64_t from_ms, until_ms;
	uint32_t engaged_at; /* in teller.engaged, + 1; 0: not engaged */
};

struct teller {
	const struct telling *to;
	void *arg;
	uint64_t last_span;
	uint32_t last_contact;
	struct contact_seen *contact;
	uint32_t *bucket;
	uint32_t n_contacts, room_contacts, free_contact, n_buckets;
	struct agent_seen *agent; /* [n_agents] */
	uint32_t n_agents;
	uint32_t *engaged; /* indices of agents with a contact, or a time to be free again */
	uint32_t n_engaged;
	uint64_t due_ms; /* the first of their times; UINT64_MAX: none */

	/* Of the step under way. */
	const struct centre *c;
	const struct plan *plan;
	const struct event *ev;
	const struct effects *fx;
	uint64_t seq;
	uint16_t n_moments;
	bool refused;
};

struct contact_seen *teller_contact(struct teller *t, uint32_t contact);

/* teller_visit.c: k is the contact as it is now; over: its record when it is over, else NULL. */
void visit_follow(struct teller *t, struct contact_seen *s, const struct contact_view *k,
	const struct record *over);

/* teller_moment.c */
void moment_put(struct teller *t, uint32_t contact, enum moment_kind kind, uint16_t agent,
	uint16_t queue, int32_t value);
void moment_event(struct teller *t);
void moment_effects(struct teller *t);

#endif
