#ifndef TESTS_SIM_AUDIT_H
#define TESTS_SIM_AUDIT_H

/*
 * The auditor's books: what every contact and agent is doing, from events and effects alone, with
 * the rules written down a second time.
 *
 *   audit.c        each effect in turn: may it be, now?
 *   audit_offer.c  offers, rings, conversations
 *   audit_wait.c   coming into queues, waiting, leaving them
 *   audit_flow.c   flows and their tasks
 *   audit_end.c    hanging up and outcomes
 *   audit_book.c   what an event means, and what is read from the books
 *   audit_check.c  what must hold after any step
 *   audit_touch.c  what changed is said to be touched
 *   audit_wild.c   what must hold in wild lives, where the rest would be a second centre
 */

#include "tests/sim/life.h"

enum { REASON_RELEASED = 7 }; /* beside enum exit */
enum { ENGAGED_MAX = 16, TICKETS_MAX = 2 * CALLS_MAX };

/* An agent whom a contact engages. */
struct engaged {
	uint32_t attempt, agent; /* attempt 0: nobody */
	bool asked;              /* and not rung yet */
	bool accepted;           /* to be rung before this step is over */
};

/* A contact in the auditor's book. */
struct account {
	bool offered, ended;
	enum contact_phase phase;
	struct record record;      /* as it should be written */
	uint64_t credit_ms, order; /* of first entering a queue, or of the ticket */
	uint64_t phase_ms;
	struct engaged party[ENGAGED_MAX]; /* in order of coming in */
	uint32_t n_parties;
	uint32_t answer, probe, hang_up, n_probes, n_failures, n_hang_ups, n_starts;
	uint64_t ring_due_ms, rest_ms, hold_ms, keep_alive_ms, probe_ms, hang_up_due_ms;
	uint64_t flow_ms; /* when something last happened in a flow */
	/* What a step of the flow asked for. */
	uint32_t task, task_kind, task_starts;
	uint64_t task_due_ms;
	bool record_failed;   /* ever: a flow may end as failed */
	uint64_t awaited_ms;  /* the call is gone, and what was recorded is told until then */
	enum outcome settled; /* however it ends; OUTCOME_NONE: by the end */
	uint32_t caller;      /* from 1; 0: nobody knows */
	uint32_t knows;       /* the agent whom she knows and waits for at first; 0: nobody */
	uint32_t announced, told_queue;
	bool transfer, doubtful;
	bool probing;      /* Graph has not told yet what became of the call meanwhile */
	uint32_t possible; /* outcomes that closing may mean, as bits */
	/* Queues that were so when a flow or an exit may have tried them; bits by id. */
	uint32_t full, unserved, shut;
	uint32_t reasons; /* exits that a queue had a reason for, as bits of enum exit */
	/* Attempts whose agent must be let go before this step is over. */
	uint32_t let_go[ENGAGED_MAX], n_let_go;
};

/* An agent in the auditor's book. */
struct staff {
	uint32_t contact; /* engaged by; else 0 */
	uint64_t free_ms; /* not to be rung before */
	uint32_t n_handled;
	uint32_t presence;  /* as last told */
	uint32_t signed_in; /* queues, as bits by id */
	uint32_t n_servings;
	bool alone; /* serves no queue, and is signed in */
	uint32_t paused, n_unanswered;
	uint32_t talked_in; /* the queue of her last caller */
	bool backs_off;     /* and does not wrap up */
	bool more;          /* this wrap-up was made longer */
	uint64_t let_ms;    /* when a contact let go of her last */
	uint32_t n_shift;   /* callers, since she signed in; */
	uint64_t talk_ms;   /* and time with them */
	uint64_t talks_ms;  /* since when she talks */
};

/* A place kept for a caller whose line dropped. */
struct kept {
	uint32_t caller, queue; /* caller 0: free */
	uint64_t credit_ms, order, until_ms;
};

/* What a centre shows, before a step. */
struct seen {
	struct seen_contact {
		bool there;
		struct contact_view view;
		struct party_view party[ENGAGED_MAX];
	} contact[CALLS_MAX + 1];
	struct seen_agent {
		struct agent_view view;
		uint32_t signed_in; /* bits by index */
	} agent[AGENTS_MAX + 1];
	struct queue_view queue[QUEUES_MAX + 1];
};

struct audit {
	struct account account[CALLS_MAX + 1];
	struct staff staff[AGENTS_MAX + 1];
	struct kept kept[TICKETS_MAX];
	uint32_t next_rank[QUEUES_MAX + 1][PLAN_TIERS_MAX]; /* whose turn it is */
	bool closed[QUEUES_MAX + 1];
	uint64_t offered, in_progress, outcome[OUTCOMES];
	uint64_t last_order;
	/* Everything due until then had happened before this step. */
	uint64_t settled_ms;
	uint32_t last_number, last_attempt;
	const struct event *ev;
	const struct effects *out; /* of this step; */
	size_t at;                 /* and the one being looked at */
	bool refused;              /* the command of this step */
	uint32_t stop_play;        /* the contact of the effect before, if that was FX_STOP_PLAY */
	uint32_t late;             /* the late agent's attempt was answered by FX_DROP_AGENT */
	struct agent_view was[AGENTS_MAX + 1]; /* of wild lives: as they were before this step */
	struct seen seen;
};

/* audit_book.c */
void book_event(struct life *l, const struct event *ev);
void book_phase(struct life *l, struct account *k, enum contact_phase phase);
/* Everybody k engages must be let go; an agent who talks wraps up. */
void book_detach(struct life *l, struct account *k);
void book_close(struct life *l, struct account *k, uint32_t possible);
/* One party's ring came to nothing; until: when she is free again. */
void book_party_over(struct life *l, struct account *k, uint32_t attempt, uint64_t until_ms);
/* k, whom nobody rings for any more, waits. */
void book_waits_again(struct life *l, struct account *k);
/* Until when who did not take it is not offered another. */
uint64_t book_blame_ms(struct life *l, struct account *k, uint32_t attempt, enum ring_end end);
struct engaged *book_party(struct account *k, uint32_t attempt);
/* What k may have become by leaving from here. */
uint32_t book_leaving(const struct life *l, const struct account *k);
/* The agent has left k, who may be asked how it was. */
void book_left(struct life *l, struct account *k);

/* audit_read.c */
struct account *book_of(struct life *l, uint32_t contact);
const struct plan_queue *book_queue(const struct life *l, const struct account *k);
/* Everybody in line, ringing ones too. */
uint32_t book_waiting(const struct life *l, uint32_t queue);
/* As many serve the queue as `needs` asks for. */
bool book_staffed(const struct life *l, uint32_t queue, uint32_t needs);
bool book_serves(const struct life *l, uint32_t agent, uint32_t queue);
const struct plan_place *book_place(const struct life *l, uint32_t agent, uint32_t queue);
/* Signed in there, not paused, and welcome. */
bool book_is_open(const struct life *l, uint32_t agent, uint32_t queue);
/* Whether she may serve what k needed at a moment. */
bool book_suits(const struct life *l, uint32_t agent, const struct account *k, uint64_t at_ms);
/* Whether k waits for nobody but whom she knows, perhaps. */
bool book_is_sticky(const struct life *l, const struct account *k);
/* Whether she is there at all. */
bool book_is_here(const struct life *l, uint32_t agent);
/* Whether the queue offers callers to an agent of this presence. */
bool book_welcome(const struct life *l, uint32_t queue, uint32_t presence);
bool book_waited_out(const struct life *l, const struct account *k);
bool book_rings_all(const struct life *l, const struct account *k);
/* Whether a is in front, in one line; and for an agent of both their queues. */
bool book_before(const struct life *l, const struct account *a, const struct account *b);
bool book_overtakes(const struct life *l, const struct account *a, const struct account *b);
/* The command of this step is this one, about this agent, and is done. */
bool book_commanded(const struct life *l, enum event_kind kind, uint32_t agent);
/* audit_desk.c: commands, and what they mean for agents. */
void desk_event(struct life *l, const struct event *ev);
void desk_unanswered(struct life *l, struct account *k, uint32_t agent);
bool book_waits(const struct account *k); /* waiting or ringing */
bool book_nobody_answers(const struct life *l, const struct account *k);

/* audit_wait.c */
void wait_hold(struct life *l, struct account *k, const struct effect *fx);
/* k is seen outside the queue it waited in: there must have been a reason. */
void wait_leave(struct life *l, struct account *k, uint32_t contact);
/* What queues are like, for a contact in a flow that may have tried them. */
void wait_look(struct life *l, struct account *k);
void wait_keep(struct life *l, const struct account *k);

/* audit_flow.c */
bool flow_effect(struct life *l, struct account *k, const struct effect *fx);
bool flow_event(struct life *l, struct account *k, const struct event *ev);
/* Bits of outcomes by which a flow may end a call. */
uint32_t flow_possible(const struct life *l, const struct account *k);
/* The call is gone; true: what was recorded is waited for. */
bool flow_awaits(struct life *l, struct account *k);

/* audit_offer.c */
void offer_effect(struct life *l, struct account *k, const struct effect *fx);
void offer_drop(struct life *l, struct account *k, const struct effect *fx);
/* A ring has lasted its time. */
void offer_ran_out(struct life *l, struct account *k);

/* audit_end.c */
void end_hang_up(struct life *l, struct account *k, const struct effect *fx);
void end_outcome(struct life *l, struct account *k, const struct effect *fx);
void end_walked(struct life *l, const struct record *got);

/* audit_wild.c */
void wild_step(struct life *l, const struct event *ev, const struct effects *out);

/* audit_check.c */
void check_all(struct life *l);

#endif
