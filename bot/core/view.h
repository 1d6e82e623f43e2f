#ifndef BOT_CORE_VIEW_H
#define BOT_CORE_VIEW_H

/* What may be seen of a centre, by copies: for the live view, reports and the console's API. */

#include "bot/core/centre.h"

enum contact_phase {
	PHASE_ARRIVING, /* offered, not yet audible */
	PHASE_FLOW,     /* greeting and menu */
	PHASE_WAITING,
	PHASE_RINGING, /* waiting, and an agent rings */
	PHASE_TALKING,
	PHASE_CLOSING,   /* a last prompt, or hanging up */
	PHASE_CALL_BACK, /* waiting without a call; called back when her turn comes */
};

enum agent_phase {
	AGENT_SIGNED_OUT,
	AGENT_IDLE,
	AGENT_RINGING,
	AGENT_TALKING,
	AGENT_WRAP_UP,
	AGENT_BACK_OFF, /* did not answer: not offered for a while */
	AGENT_PHASES
};

struct contact_view {
	uint32_t contact;
	enum contact_phase phase;
	uint64_t since_ms;     /* in this phase */
	uint32_t ring_attempt; /* of the FX_RING in force or connected; 0: none */
	uint32_t position;     /* waiting or ringing: from 1; else 0 */
	int64_t rank_ms;       /* who stands in line stands before those of a higher rank; */
	uint64_t rank_seq;     /* of the same, of a higher number; 0: not in line */
	bool called_back;      /* the line is to her whom we called back */
	bool held;             /* talking, but the agent has the caller hear music */
	enum taping taping;
	struct record record; /* so far */
};

/* Somebody a contact engages. */
struct party_view {
	uint32_t agent; /* index */
	uint32_t attempt;
	enum role role;
	bool talks;        /* else she rings */
	bool asked;        /* or is asked first, and not rung yet */
	uint64_t until_ms; /* ringing: then it ends */
	enum hearing hearing;
};

/* What she does is one thing, and what she is there for (signed in, paused) another. */
struct agent_view {
	enum agent_phase phase;
	enum presence_class presence; /* elsewhere, as last told */
	uint64_t since_ms;
	uint64_t until_ms; /* wrap-up, back-off: free then; else 0 */
	uint32_t contact;  /* ringing or talking; else 0 */
	uint32_t attempt;  /* of the ring that engages her by that contact; else 0 */
	enum role role;    /* why; her own callers and those rung for: ROLE_OFFER */
	enum hearing hearing;
	uint32_t talked_with; /* the contact she may give a wrap-up code; 0: none */
	uint32_t talked_in;   /* its queue, index + 1; 0: none */
	uint32_t n_handled;
	uint16_t paused; /* the reason; 0: not */
};

/* An agent's place in a queue. */
struct place_view {
	uint32_t queue; /* index */
	bool signed_in;
};

struct queue_view {
	uint32_t n_waiting;                  /* ringing included, and who is to be called back */
	uint32_t n_away;                     /* of them: to be called back */
	uint64_t oldest_ms;                  /* when the head entered; 0: nobody */
	bool closed;                         /* by a supervisor */
	uint16_t announcement;               /* prompt index + 1; 0: none */
	uint32_t n_staff[STAFF_PRESENT + 1]; /* members who are that (enum staffing) or more */
	uint32_t estimate_s; /* four in five who came in now would wait no longer; 0: not known */
	bool told;           /* estimates of this queue have proved true, and callers are told */
	/* Of contacts that are over and whose last queue it was, since the journal's start. */
	uint64_t n_handled, n_within; /* with an agent at all, and within service_level_ms */
	uint64_t n_abandoned, n_abandoned_short;
};

struct ledger {
	uint64_t offered;
	uint64_t outcome[OUTCOMES];
	uint64_t in_progress;
};

void centre_ledger(const struct centre *c, struct ledger *out);
/* Contacts in progress by rising number: the first one above `after`. false: no more. */
bool centre_contact_after(const struct centre *c, uint32_t after, struct contact_view *out);
/* false: not in progress. */
bool centre_contact(const struct centre *c, uint32_t contact, struct contact_view *out);
/* Whom it engages, n from 0, in order of coming in. false: no more. */
bool centre_contact_party(
	const struct centre *c, uint32_t contact, uint32_t n, struct party_view *out);

/*
 * What the last step may have changed, each once, n from 0: a contact's number (it may be over and
 * not be found any more), an agent's or queue's index + 1. 0: no more.
 */
uint32_t centre_touched_contact(const struct centre *c, uint32_t n);
uint32_t centre_touched_agent(const struct centre *c, uint32_t n);
uint32_t centre_touched_queue(const struct centre *c, uint32_t n);

/* index must be below the plan's number. */
void centre_agent(const struct centre *c, uint32_t index, struct agent_view *out);
/* Her queues, n from 0. false: no more. */
bool centre_agent_place(const struct centre *c, uint32_t index, uint32_t n, struct place_view *out);
void centre_queue(const struct centre *c, uint32_t index, struct queue_view *out);

#endif
