#ifndef BOT_CORE_PLAN_H
#define BOT_CORE_PLAN_H

/*
 * The configuration as the centre sees it: indices and milliseconds, no names.
 * The shell compiles it from JSON, owns it, and keeps it unchanged while a centre uses it.
 *
 * key identifies a queue, agent or flow across configurations (a hash of its name or
 * user id), so that a new plan finds those already waiting.
 */

#include <stdbool.h>
#include <stdint.h>

enum {
	PLAN_QUEUES_MAX = 1000,
	PLAN_AGENTS_MAX = 10000,
	PLAN_STEPS_MAX = 4000,
	PLAN_KEYS = 12,        /* 0..9, *, # */
	PLAN_CLASSES_MAX = 64, /* of a queue's callers */
	PLAN_NEEDS_MAX = 250,
	PLAN_TIERS_MAX = 8,
	PLAN_VARS = 8,        /* numbers a flow may keep of a caller */
	PLAN_DIGITS_MAX = 20, /* collected in one go */
	PLAN_PRIORITIES = 5,  /* 1 very high .. 5 very low, as Teams numbers them */
	PRIORITY_NORMAL = 3,
	PLAN_LANGUAGES_MAX = 8,
};

enum plan_target_kind { TARGET_NONE, TARGET_FLOW, TARGET_QUEUE, TARGET_HANG_UP };

struct plan_target {
	uint8_t kind;   /* enum plan_target_kind */
	uint16_t index; /* of a flow or queue */
};

/* Where a caller goes whom a queue lets go, and what she hears before. TARGET_NONE: hung up. */
struct plan_exit {
	struct plan_target target;
	uint16_t prompt; /* index + 1; 0: none */
};

/*
 * Callers of a queue who may be offered to the same agents. What a caller needs (skills, by the
 * flow) and how long she has waited make the class; time only widens it: after after_ms in the
 * queue she is of class `next`, whose agents include those of this one.
 */
struct plan_class {
	uint32_t after_ms; /* 0: never */
	uint8_t next;      /* of the same queue */
};

/* Of a queue's member, beside who it is. */
struct plan_place {
	uint64_t classes; /* a bit for each class of the queue that the member may serve */
	uint8_t tier;     /* lower ones are offered callers first */
	uint8_t weight;   /* of strategy weighted; from 1 */
};

/* Who must serve a queue for callers to come in, or to stay. */
enum staffing {
	STAFF_NONE,      /* whoever serves it or not */
	STAFF_SIGNED_IN, /* a member signed in */
	STAFF_ACTIVE,    /* one who is not paused either */
	STAFF_PRESENT,   /* and whose presence is one the queue offers callers to */
};

/* Whether the agents' conversation is recorded, and how the caller agrees. */
enum consent { RECORD_OFF, RECORD_NOTICE, RECORD_OPT_IN, RECORD_OPT_OUT };

enum hand_off {
	HAND_OFF_BRIDGE,   /* the agent comes into the call, the bot stays */
	HAND_OFF_TRANSFER, /* the call goes to the agent, the bot leaves */
};

struct plan_queue {
	uint32_t key;
	uint8_t strategy;          /* index into strategies.def; strategy_named() finds it */
	uint8_t hand_off;          /* enum hand_off */
	uint16_t available;        /* presences, as bits, of members who may be offered a caller;
				      0: whatever their presence */
	uint16_t music;            /* prompt index + 1 */
	uint16_t position_prompt;  /* prompt index + 1, speaks the position; 0: not announced */
	uint16_t timeout_prompt;   /* played before hanging up after wait_ms_max; 0: none */
	uint16_t full_prompt;      /* played when waiting_max is reached; 0: none */
	uint16_t no_agents_prompt; /* played when nobody serves the queue; 0: none */
	uint16_t waiting_max;
	uint32_t announce_ms; /* one round of waiting: announcement and music, then the next FX_HOLD
			       */
	uint32_t ring_ms;
	uint32_t accept_ms; /* the agent is asked first, for so long; 0: rung at once */
	uint32_t wrap_up_ms;
	uint32_t back_off_ms; /* an agent who did not answer is not offered another for so long */
	uint32_t wait_ms_max; /* 0: no limit */
	uint32_t short_abandon_ms; /* 0: none is short */
	uint32_t first_member;     /* into plan.member */
	uint32_t n_members;

	/* Exits: where to, after the prompts above; closed has its own. */
	struct plan_target timeout, full, no_agents;
	struct plan_exit closed;        /* while a supervisor has closed the queue */
	uint8_t join_needs, stay_needs; /* enum staffing; who lacks it leaves by no_agents */
	/* Who is offered first. */
	uint32_t first_class, n_classes; /* into plan.class; none: everybody is of class 0, which
					    all members serve */
	uint32_t priority_ms;   /* one step of priority counts as so much waiting: the bound of
				   overtaking */
	uint32_t head_start_ms; /* and so much, where agents choose among queues: its weight */
	uint32_t sticky_ms;     /* a caller waits so long for the agent she knows, before others */
	uint16_t ring_at_once;  /* of ring-all; 0: as many as rings go */
	bool by_hand;           /* agents pick; nobody is offered anything */
	/* Agents. */
	uint32_t busy_ms, rejected_ms; /* back-off after those; back_off_ms after no answer */
	uint8_t unanswered_max;   /* in a row, then she is paused (PAUSE_UNANSWERED); 0: never */
	uint32_t wrap_up_more_ms; /* one extension of wrap-up; 0: not allowed */
	/* Waiting. */
	uint16_t position_max;               /* the last position that is announced; 0: any */
	uint16_t estimate_prompt;            /* speaks minutes; 0: not announced */
	uint16_t estimate_over_prompt;       /* more than the longest it promises */
	uint16_t first_message, n_messages;  /* into plan.message, one a round in turn */
	struct plan_target leave[PLAN_KEYS]; /* by key while waiting; TARGET_NONE: not a way out */
	uint32_t redial_ms; /* whose line dropped while waiting keeps the place so long */
	/* Call-backs. */
	uint8_t dials_max;                     /* attempts to reach the caller */
	uint32_t redial_after_ms, dial_ms_max; /* between attempts; of one */
	uint16_t dialled_prompt;               /* what she hears first when called back */
	/* Afterwards. */
	struct plan_target survey; /* flow for a caller whom the agent left first */
	uint32_t service_level_ms;
	uint8_t consent;         /* enum consent */
	uint16_t consent_prompt; /* said before the agent comes in */
};

struct plan_agent {
	uint32_t key;
	bool signed_in;  /* at the service's first start */
	bool supervisor; /* may come into others' conversations */
};

/* Values are in no journal. */
enum step_kind {
	STEP_PLAY,
	STEP_MENU,
	STEP_QUEUE,
	STEP_HANG_UP,
	STEP_COLLECT,   /* digits into var and digits */
	STEP_HOURS,     /* open: the next step; closed: key[0]; holiday: key[1], NONE: as closed */
	STEP_SET,       /* see enum set_what */
	STEP_BRANCH,    /* var against value by op: key[0]; else the next step */
	STEP_LOOKUP,    /* ask another system; case n: key[n]; none, late: otherwise, NONE: next */
	STEP_CALL_BACK, /* keep the place and hang up; not possible: otherwise, NONE: next */
	STEP_VOICEMAIL, /* record, then hang up */
	STEP_TRANSFER,  /* to somebody outside; not possible: otherwise, NONE: next */
	STEP_SURVEY,    /* one question, a digit from min to max into the record */
	STEP_KINDS
};

/* Whether a caller agrees to being recorded. */
enum agreed { NOT_ASKED, AGREED, REFUSED_TO_AGREE };

enum set_what { SET_PRIORITY, SET_NEED, SET_LANGUAGE, SET_VAR, SET_AGREED };
enum branch_op { BRANCH_IS, BRANCH_IS_NOT, BRANCH_BELOW, BRANCH_ABOVE, BRANCH_LANGUAGE };

struct plan_step {
	uint8_t kind;         /* enum step_kind; step_NAME.c does it */
	uint8_t op;           /* set: enum set_what; branch: enum branch_op */
	uint8_t var;          /* collect, set, branch, lookup (the case, -1: no answer): below
				 PLAN_VARS; collect and lookup also PLAN_VARS: none; survey:
				 question, below 3 */
	uint8_t min, max;     /* collect: digits; survey: the digits that count, from 1 */
	char terminator;      /* collect: ends the number; 0: none */
	uint16_t prompt;      /* what is said first: prompt index + 1; 0: none */
	uint16_t done_prompt; /* call-back, voicemail: and at the end */
	uint16_t queue;       /* queue: index */
	uint16_t index;      /* hours: calendar; lookup, voicemail: the shell's number; transfer: to
				whom, the shell's number; set need: need + 1, 0: none again */
	uint16_t retries;    /* menu, collect, survey: how often the prompt is repeated after no or
				a wrong digit */
	uint32_t timeout_ms; /* menu, collect, survey: silence after the prompt, and between digits;
				lookup: how long the caller waits for it, 0: not at all; voicemail:
				silence that ends it */
	uint32_t length_ms;  /* voicemail: the longest */
	int32_t value;       /* set: priority, language, number or enum agreed; branch:
				compared with */
	uint16_t wrong_prompt; /* menu, collect, survey: prompt index + 1 before the repetition;
				  0: none */
	struct plan_target key[PLAN_KEYS]; /* menu */
	struct plan_target otherwise; /* menu, collect: when retries are used up, NONE: hang up;
					 survey: then, NONE: next; voicemail: nothing recorded,
					 NONE: hang up */
};

struct plan_flow {
	uint32_t key;
	uint32_t first_step;
	uint32_t n_steps; /* after the last one the call is ended: self_served */
};

struct plan_entry {
	uint32_t key;
	uint16_t flow;
	uint8_t language; /* index; of prompts */
};

/* Minutes of a local day, [from, to); to at most 1440: what crosses midnight is two. */
struct plan_range {
	uint16_t from, to;
};
/* A date of its own hours, above the week's. Sorted by day. */
struct plan_date {
	int32_t day;  /* since 1970-01-01, local */
	bool holiday; /* closed but for its ranges, and told apart from other closed hours */
	uint16_t first_range, n_ranges;
};
/* From at_s on, local time is UTC + offset_s. Sorted; the first one is of all time before. */
struct plan_offset {
	int64_t at_s;
	int32_t offset_s;
};
struct plan_calendar {
	uint32_t key;
	const struct plan_range *range;
	struct {
		uint16_t first_range, n_ranges;
	} weekday[7]; /* 0: Monday */
	const struct plan_date *date;
	const struct plan_offset *offset;
	uint32_t n_dates, n_offsets;
};

struct plan {
	const struct plan_queue *queue;
	const struct plan_agent *agent;
	const struct plan_flow *flow;
	const struct plan_step *step;
	const struct plan_entry *entry;
	const uint16_t *member;         /* agent indices, in order of the configuration */
	const struct plan_place *place; /* as member; NULL: tier 0, weight 1, every class */
	const struct plan_class *class;
	/* The class of a caller with a need in a queue, [queue * (n_needs + 1) + need]; need 0:
	 * none. NULL: 0. */
	const uint8_t *need_class;
	const uint16_t *message; /* prompt index + 1 */
	/* Of prompts, needs and languages, by index. NULL: the same ones in every plan. */
	const uint32_t *prompt_key, *need_key, *language_key;
	uint32_t n_prompts, n_languages;
	const struct plan_calendar *calendar;
	uint32_t n_queues, n_agents, n_flows, n_steps, n_entries, n_members;
	uint32_t n_classes, n_needs, n_messages, n_calendars;
	uint32_t contacts_max;     /* at once; the one too many is rejected */
	uint32_t keep_alive_ms;    /* Graph: one success in 45 minutes, 15 advised */
	uint32_t active_ms_max;    /* from answer to audio, else failed */
	uint32_t transfer_ms_max;  /* until a transfer must have ended one way or the other */
	uint32_t play_ms_max;      /* until a prompt must have ended; then it counts as failed */
	uint32_t talk_ms_max;      /* a longest conversation, so that nothing is for ever */
	uint32_t tickets_max;      /* dropped callers whose place is kept, at once; 0: none */
	uint32_t call_back_ms_max; /* a call-back not made by then has failed; 0: never made */
};

#endif
