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
	PLAN_KEYS = 12, /* 0..9, *, # */
};

enum plan_target_kind { TARGET_NONE, TARGET_FLOW, TARGET_QUEUE, TARGET_HANG_UP };

struct plan_target {
	uint8_t kind;   /* enum plan_target_kind */
	uint16_t index; /* of a flow or queue */
};

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
};

struct plan_agent {
	uint32_t key;
	bool signed_in; /* at the service's first start */
};

enum step_kind { STEP_PLAY, STEP_MENU, STEP_QUEUE, STEP_HANG_UP };

struct plan_step {
	uint8_t kind;        /* enum step_kind; step_NAME.c does it */
	uint16_t prompt;     /* play, menu: prompt index + 1; 0: none */
	uint16_t queue;      /* queue: index */
	uint16_t retries;    /* menu: how often the prompt is repeated after no or a wrong digit */
	uint32_t timeout_ms; /* menu: silence after the prompt */
	uint16_t wrong_prompt; /* menu: prompt index + 1 before the repetition; 0: none */
	struct plan_target key[PLAN_KEYS]; /* menu */
	struct plan_target otherwise; /* menu: when retries are used up; TARGET_NONE: hang up */
};

struct plan_flow {
	uint32_t key;
	uint32_t first_step;
	uint32_t n_steps; /* after the last one the call is ended: self_served */
};

struct plan_entry {
	uint16_t flow;
};

struct plan {
	const struct plan_queue *queue;
	const struct plan_agent *agent;
	const struct plan_flow *flow;
	const struct plan_step *step;
	const struct plan_entry *entry;
	const uint16_t *member; /* agent indices, in order of the configuration */
	uint32_t n_queues, n_agents, n_flows, n_steps, n_entries, n_members;
	uint32_t contacts_max;    /* at once; the one too many is rejected */
	uint32_t keep_alive_ms;   /* Graph: one success in 45 minutes, 15 advised */
	uint32_t active_ms_max;   /* from answer to audio, else failed */
	uint32_t transfer_ms_max; /* until a transfer must have ended one way or the other */
	uint32_t play_ms_max;     /* until a prompt must have ended; then it counts as failed */
	uint32_t talk_ms_max;     /* a longest conversation, so that nothing is for ever */
};

#endif
