#ifndef BOT_CORE_STATE_H
#define BOT_CORE_STATE_H

/*
 * What a centre remembers. For this room's own files; everybody else sees view.h.
 *
 * Handles are numbers from 1, and 0 is nobody: a contact by its slot, an agent and a
 * queue by index + 1, as effects and records name them. In this room c is the centre, k a
 * contact. Slots are storage and decide nothing, so a recovered centre may use others.
 */

#include "bot/core/centre.h"
#include "bot/core/estimate.h"
#include "bot/core/ticket.h"
#include "bot/core/timer.h"
#include "bot/core/tree.h"
#include "bot/core/view.h"

enum {
	TYPED_MAX = PLAN_DIGITS_MAX, /* digits pressed before the question they are meant for */
	LOOKUPS_MAX = 4,             /* of one contact, whose answers may still come */
	HANG_UPS_MAX = 3,            /* then a call that will not end is counted over */
	PROBES_MAX = 5,              /* then a call nobody can tell about is hung up */
	RETRY_DOUBLINGS_MAX = 4,     /* of RETRY_MS */
	RING_AT_ONCE_MAX = 10,       /* agents ringing for one caller */
	PARTIES_MAX = 16,            /* agents engaged by one contact, whatever for */
	TALKERS_MAX = 6,             /* of them, while somebody has the caller */
	LOST_MAX = 16                /* agents of parties whom a new plan has not */
};

/* The most effects that one event, or one deadline, causes: all who ring are withdrawn, each of
 * them is offered another caller, and the caller is heard or let go. Deadlines are served, and
 * steps of flows begun, while this much room is left. */
enum { EFFECTS_AT_ONCE = 32 };

enum {
	HANG_UP_MS = 10000,      /* until a hang-up must have been confirmed */
	HANG_UP_RETRY_MS = 1000, /* after a refused one */
	PROBE_MS = 10000,
	/* A ring that Graph refuses at once must not be tried again at once. The contact rests and
	 * not the agent, so that one cursed call does not keep an agent from the others. */
	RETRY_MS = 1000,
	BACK_OFF_MS_MIN = 1000,
	RING_MS_MIN = 1000,
	MENU_MS_MIN = 1000,     /* of silence, so that no loop of menus spins */
	HOLD_MS_MIN = 2000,     /* a round of music that fails at once must not be begun at once */
	KEEP_ALIVE_RETRIES = 5, /* a failed keep-alive is repeated after a fifth of its time */
};

/* A contact's deadlines; its timer holds the earliest. */
enum due {
	DUE_STAGE, /* of the phase: active, prompt, silence, round of waiting, talk, hang-up */
	DUE_WAIT,  /* the queue's wait_ms_max */
	DUE_RING,  /* the ring's end; or, while resting, when the next may begin */
	DUE_KEEP_ALIVE,
	DUE_PROBE,
	DUE_MATCH, /* she becomes of another class, or waits no longer for whom she knows */
	DUES
};

/* Place in a list of contacts, by slots. */
struct link {
	uint32_t before, after;
};
struct list {
	uint32_t first, last;
};
enum lists { LIST_ALL, LISTS };

/* How far a caller has been told that she is recorded. */
enum told { NOT_TOLD, TELLING, TOLD };

struct contact {
	/* What matching looks at, together. */
	uint32_t number; /* 0: the slot is free */
	uint32_t next_in_bucket;
	uint32_t queue; /* waiting and later; 0 also when a new plan has lost the queue */
	/* With attempt ring: who has the caller; while several ring, the first of them. 0 also when
	 * a new plan has lost the agent. */
	uint32_t agent;
	uint32_t first_party;   /* everybody this contact engages, in order of coming in; agents */
	uint32_t ring;          /* the attempt in force; 0: none */
	uint32_t knows;         /* the agent she spoke with last; 0: none to be preferred */
	uint16_t ring_failures; /* in a row, Graph's doing */
	uint8_t phase;          /* enum contact_phase */
	uint8_t call_back;      /* enum call_back */
	uint8_t class;          /* of the queue's callers, by what she needs and has waited */
	bool ready;             /* to be offered now */
	bool sticky;            /* ready, but for whom she knows alone */
	bool transfer;          /* the ring in force cannot be withdrawn, and the bot leaves */
	bool doubtful;          /* the ring in force may never have happened */
	bool sent_on;           /* ringing: for who has met an agent, and was sent on to this one */
	uint64_t since_ms;      /* in this phase */
	uint64_t due_ms[DUES];
	struct record record;
	uint64_t credit_ms;     /* rank in line: first entered a queue; then by credit_seq */
	uint64_t credit_seq;    /* 0: never in a queue */
	uint64_t limit_from_ms; /* the queue's limit of waiting counts from here */
	struct guid caller;     /* keyed hash; none: we do not know */
	struct link link[LISTS];
	/* Attempts whose answers still count; 0: none. */
	uint32_t answer, play, keep_alive, probe, hang_up;
	uint32_t task;                /* what a step of the flow asked for */
	uint32_t lookup[LOOKUPS_MAX]; /* oldest first; the one of task is among them */
	uint32_t announced;           /* last position spoken; 0: none yet */
	uint32_t told_queue;          /* the queue that what she was told is about */
	uint32_t foreseen_ms;         /* wait that was thought likely as she came in; 0: none was */
	uint32_t taped;     /* the attempt of the agent whose talk is recorded; 0: it is not */
	uint32_t dial;      /* attempt of the last FX_DIAL */
	uint32_t next_away; /* in the bucket of those to be called back */
	uint32_t flow, step;
	int32_t var[PLAN_VARS];
	uint32_t hold_ms;           /* this round of waiting began; low bits */
	uint32_t held_ms;           /* the agent has the caller hear music since then; low bits */
	uint32_t jumped_ms;         /* when flows last jumped, its low bits; */
	uint8_t n_jumps;            /* and how often in that moment */
	uint8_t need;               /* of the plan; 0: none */
	uint16_t tries;             /* question: wrong or missing answers so far */
	struct plan_target exit_to; /* leaving: where to, after the prompt */
	uint16_t next_message;      /* the periodic one whose turn it is */
	uint16_t told_announcement; /* the queue's, when she heard it; 0: there was none */
	uint8_t step_stage;         /* the step's own */
	uint8_t n_probes, n_hang_ups;
	uint8_t n_typed;
	char typed[TYPED_MAX];
	char digits[PLAN_DIGITS_MAX + 1]; /* collected last; NUL ends */
	char ignored;                     /* the key that ended a number already full; 0: none */
	uint8_t lookup_var[LOOKUPS_MAX];  /* PLAN_VARS: none */
	uint8_t settled;      /* enum outcome: however it ends; OUTCOME_NONE: by the end */
	bool task_doubtful;   /* the task in force may never have happened */
	bool call_gone;       /* closing, and only the answer to the task is awaited */
	uint8_t told_consent; /* enum told */
	uint8_t agreed;       /* enum agreed */
	bool tape_paused;
	bool held_before;     /* in this queue: the first round has been */
	uint8_t told_minutes; /* last estimate spoken; 0: none yet */
	uint8_t n_hops;       /* exits in a row without having waited */
	bool called_back;     /* once the line is to her whom we called back */
	bool leaving;         /* the prompt of a queue's exit plays */
	bool held;            /* talking: the caller hears music */
	bool touched;         /* in this step */
};

/* Of contacts whose last queue it was, since the journal's start. */
struct facts {
	uint64_t n_handled, n_within; /* connected at all, and within service_level_ms */
	uint64_t n_abandoned, n_abandoned_short;
};

/* An agent's place in a queue. */
struct serving {
	uint64_t classes; /* of callers whom she may serve, as bits */
	uint32_t queue;
	uint16_t rank; /* among the queue's members, from 0 */
	uint16_t slot; /* the same by tiers; or, by becoming idle, her place while she has one */
	uint32_t seq;  /* low bits of the idle_seq that the place is of */
	uint8_t tier, weight;
	bool signed_in;
	bool open;   /* she may be offered a caller whenever she is idle */
	bool pooled; /* and is, by her queue's pool */
	bool placed; /* has a place by becoming idle */
};

struct agent {
	uint64_t since_ms; /* in this phase */
	/* Order of becoming free. Set anew after a conversation and after a back-off, but kept
	 * through a ring that ended without the agent's doing. */
	uint64_t idle_seq;
	uint32_t contact; /* slot; who engages her */
	uint32_t attempt; /* of the invitation; 0: not engaged */
	uint32_t next_party;
	uint32_t first_serving, n_servings;
	uint32_t n_signed_in; /* servings */
	uint32_t n_handled;
	uint32_t n_shift; /* handled since she signed in, */
	uint64_t talk_ms; /* and for so long */
	uint32_t fans;    /* who waits for her, as she knows them: root of a set */
	uint32_t next_loose;
	uint32_t talked_with, talked_in; /* contact's number and queue of her last conversation */
	uint16_t paused;                 /* the reason; 0: not */
	uint8_t phase;                   /* enum agent_phase */
	uint8_t presence;                /* enum presence_class */
	uint8_t role;                    /* enum role; why she is engaged */
	uint8_t hearing;                 /* enum hearing; in the call */
	bool here;                       /* signed in anywhere, or serves no queue and signed in */
	uint8_t n_unanswered;            /* offers in a row */
	bool asked;                      /* she is asked first, and not rung yet */
	bool more;                       /* this wrap-up has been made longer */
	bool loose;                      /* idle, and neither offered a caller nor pooled yet */
	bool listed;                     /* among those who became so in this step */
	bool touched;                    /* in this step */
};

struct queue {
	uint32_t n_waiting;
	uint32_t n_staff[STAFF_PRESENT + 1]; /* members who are that, or more */
	uint32_t n_away;                     /* of those who wait: to be called back */
	struct learnt learnt;
	struct facts facts;
	uint16_t announcement; /* prompt index + 1, before anything else; 0: none */
	bool closed;           /* by a supervisor: nobody comes in, who waits goes on waiting */
	bool touched;          /* in this step */
};

/* What is asked of a line most often: who is first of each class of those to be offered. */
struct head {
	int64_t key;   /* rank, in comparison with other queues; */
	uint64_t tie;  /* then this */
	uint32_t slot; /* 0: nobody of this class is ready */
};
struct front {
	uint64_t all;           /* classes of all who are ready */
	uint32_t root;          /* of the line: everybody waiting, ringing too, by rank */
	uint32_t first_head;    /* of its classes */
	uint32_t head_start_ms; /* the plan's */
};

/* Members of a queue who may be offered a caller; see pool.h. */
struct pool {
	uint64_t offered_key; /* the highest that was offered a caller */
	uint32_t first;       /* of its masks or nodes */
	uint32_t root;
	uint32_t first_slot; /* into slot_serving */
	uint16_t n;          /* slots */
	uint8_t order;       /* enum order */
	uint8_t strategy;
	uint32_t key;                       /* the queue's */
	uint16_t tier_end[PLAN_TIERS_MAX];  /* slots of it and those before */
	uint16_t next_rank[PLAN_TIERS_MAX]; /* behind the member offered last; 0: from the top */
};

/* Slots of a tier in order of becoming idle; see places.c. */
struct row {
	uint16_t next, read, write;
};

struct centre {
	const struct plan *plan;
	struct effects *out; /* of the step under way; else NULL */
	uint64_t now_ms;
	uint64_t last_seq, last_idle;
	uint32_t last_attempt, last_number;
	struct ledger ledger;
	struct contact *contact;  /* [contacts_max + 1], by slot */
	struct agent *agent;      /* [n_agents + 1] */
	struct queue *queue;      /* [n_queues + 1] */
	struct serving *serving;  /* [n_members], an agent's together */
	struct front *front;      /* [n_queues + 1] */
	struct head *head;        /* of all queues' classes */
	struct pool *pool;        /* [n_queues + 1] */
	uint32_t *member_serving; /* [n_members], a queue's together: index into serving */
	uint32_t *slot_serving;   /* a pool's together: the same + 1, 0: nobody's */
	struct row *row;          /* [(n_queues + 1) * PLAN_TIERS_MAX] */
	uint64_t *mask;           /* of pools by slot */
	struct tree_node *idle;   /* of pools by key; then one a member */
	struct tree_node *line;   /* [contacts_max + 1], by slot */
	struct tree_node *fan;    /* the same, of those who wait for somebody they know; or NULL */
	uint32_t last_loose;
	uint32_t first_loose; /* agents who became idle in this step, and may be so still */
	uint32_t *bucket;     /* [bucket_mask + 1]: slot by number */
	uint32_t bucket_mask;
	struct list all;
	uint32_t free; /* slots, linked by next_in_bucket */
	struct timers timers;
	struct tickets tickets;
	/* In this step, each once: numbers, agents, queues; see touch.h. */
	struct touched {
		uint32_t *
			contact; /* [contacts_max + 1]: all there are, and one that came and went */
		uint32_t *agent, *queue;
		uint32_t n_contacts, n_agents, n_queues;
	} touched;
	uint32_t *away; /* [away_mask + 1]: slot by caller, of those to be called back */
	uint32_t away_mask;
	/* Engaged when a new plan lost them: let go by the next step. */
	struct lost {
		uint32_t contact, attempt; /* number */
		bool asked;                /* the caller heard music for her */
	} lost[LOST_MAX];
	uint32_t n_lost;
};

static inline const struct plan_queue *queue_plan(const struct centre *c, uint32_t queue)
{
	return &c->plan->queue[queue - 1];
}

static inline uint32_t contact_slot(const struct centre *c, const struct contact *k)
{
	return (uint32_t)(k - c->contact);
}

/* Timer nodes: contacts by slot, then agents, then queues. */
static inline uint32_t agent_node(const struct centre *c, uint32_t agent)
{
	return c->plan->contacts_max + agent;
}

static inline uint32_t queue_node(const struct centre *c, uint32_t queue)
{
	return c->plan->contacts_max + c->plan->n_agents + queue;
}

#endif
