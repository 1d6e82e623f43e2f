#ifndef BOT_WHATIF_PAST_H
#define BOT_WHATIF_PAST_H

/*
 * What a journal tells of the world: who called when and pressed what, how long callers waited
 * before they gave up, how long agents took to answer, talked and wrapped up, and when they were
 * there. The centre's own decisions are left out, since they are what is to be tried anew.
 *
 * Queues, agents, entries and prompts are by key, so that a journal may run through several
 * configurations and be asked about another.
 */

#include "bot/core/effect.h"
#include "bot/core/event.h"
#include "bot/core/plan.h"
#include "bot/whatif/patience.h"

enum {
	PAST_DIGITS = 16,  /* of a caller; more are not remembered */
	PAST_ENOUGH = 20,  /* of a kind for a queue; with fewer, all queues' count */
	PAST_OPEN = 65536, /* rings and prompts under way at once; a power of two */
	RING_NEVER = 100,  /* of ring_seen.end, beside enum ring_end: it rang out */
};

struct samples {
	uint32_t *ms;
	size_t n, room;
};

struct ring_seen {
	uint32_t ms;
	uint32_t end; /* 0: answered; enum ring_end; RING_NEVER */
};

struct queue_past {
	uint32_t key; /* 0: of all queues together */
	struct wait_seen *wait;
	struct ring_seen *ring;
	size_t n_wait, room_wait, n_ring, room_ring;
	struct samples talk;    /* of handled contacts whose end was seen */
	struct samples wrap_up; /* that agents ended themselves */
	size_t n_handled;
	struct patience patience; /* after past_close */
};

struct caller_past {
	uint32_t contact;
	uint32_t entry; /* key */
	uint64_t offered_ms;
	uint32_t answer_ms; /* until the caller could hear us */
	uint32_t gone_ms;   /* after that: left before any queue; 0: did not */
	uint8_t n_digits;
	char digit[PAST_DIGITS];
	uint32_t digit_ms[PAST_DIGITS]; /* after that */
};

/* What an agent, Teams or a supervisor did to an agent's state. */
struct duty {
	uint64_t at_ms;
	uint32_t kind;  /* EV_SIGN_IN, EV_SIGN_OUT, EV_PAUSE, EV_RESUME, EV_AGENT_PRESENCE */
	uint32_t agent; /* key */
	uint32_t queue; /* key; 0: all, or none */
	int32_t value;  /* reason or presence */
};

/* How long a prompt lasted, on average. */
struct prompt_past {
	uint32_t key;
	uint64_t sum_ms;
	uint32_t n;
};

/* A ring or prompt under way while the journal is read. */
struct open_past {
	uint32_t attempt; /* 0: none */
	uint32_t key;
	uint64_t at_ms;
	uint32_t limit_ms;
};

struct past {
	struct caller_past *caller; /* by rising contact */
	struct queue_past *queue;   /* [0]: all together */
	struct duty *duty;
	struct prompt_past *prompt; /* [0]: all together */
	size_t n_callers, n_queues, n_duties, n_prompts;
	size_t room_callers, room_queues, room_duties, room_prompts;
	struct open_past *open;  /* [PAST_OPEN], by attempt */
	uint64_t *free_from_ms;  /* [PLAN_AGENTS_MAX]: since when an agent is out of a call */
	uint64_t from_ms, to_ms; /* the first and last event */
};

/* Aborts without memory, as all of these: a report has no use for half of it. */
void past_open(struct past *p);
void past_fini(struct past *p);
/* One event and what the centre did for it, under this plan; in the journal's order. */
void past_saw(
	struct past *p, const struct event *ev, const struct effects *fx, const struct plan *plan);
/* All was told: the curves are made. */
void past_close(struct past *p);

/* What is known of a queue; never NULL. */
const struct queue_past *past_queue(const struct past *p, uint32_t key);
/* How long a prompt lasts, of which this many ms are a guess where none was ever heard. */
uint32_t past_prompt_ms(const struct past *p, uint32_t key, uint32_t guess_ms);

#endif
