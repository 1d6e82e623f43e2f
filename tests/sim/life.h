#ifndef TESTS_SIM_LIFE_H
#define TESTS_SIM_LIFE_H

/*
 * One seed is one life of a centre: a configuration, a crowd of callers, agents with
 * moods, and weather between them and the brain.
 *
 *   draw*.c   what the seed says: configuration, weather, people
 *   world*.c  what is true: Graph's calls, the agents' phones, other systems, commands
 *   agenda.c  what happens next
 *   life.c    the shell's part: journal, step, effects; crashes and recovery
 *   audit*.c  the auditor, who believes nobody and keeps books of its own
 *
 * Time is virtual and jumps to whatever is next.
 */

#include "bot/base/rng.h"
#include "bot/core/view.h"

#include <stdio.h>

enum {
	CALLS_MAX = 32,
	LEGS_MAX = 4096,
	AGENTS_MAX = 6,
	QUEUES_MAX = 3,
	FLOWS_MAX = 6,
	FLOW_STEPS_MAX = 10,
	CLASSES_MAX = 3, /* of a queue */
	NEEDS_MAX = 3,   /* and the languages that go with them */
	CONFIGS = 2,     /* of a wild life, in turn */
	CALLERS_MAX = 8, /* people, who may call more than once */
	JOURNAL_MAX = 16384,
	AGENDA_MAX = 4096,
	/* Prompts by purpose, so that the auditor can tell them apart. */
	PROMPT_MUSIC = 10,
	PROMPT_POSITION,
	PROMPT_TOO_LONG,
	PROMPT_FULL,
	PROMPT_NOBODY,
	PROMPT_CLOSED,
	PROMPT_MESSAGE,
	PROMPT_ESTIMATE,
	PROMPT_ESTIMATE_OVER,
	PROMPT_ANNOUNCEMENT,
	PROMPT_CONSENT,
	PROMPT_THANKS, /* for a message left */
};

/* In thousandths, all 0 in fair weather. */
struct weather {
	uint32_t lose, twice, late; /* notifications */
	uint32_t refuse, unsent,
		unsure; /* requests: 4xx, timeout before, timeout after the effect */
	uint32_t mute;  /* an answer to a probe never comes */
	uint32_t crash; /* at a journal boundary */
	uint32_t moody; /* an agent does anything but answer */
	uint32_t prompt_fails;
};

enum crash {
	CRASH_NEVER,
	CRASH_BEFORE_WRITE,
	CRASH_AFTER_WRITE, /* and before any effect leaves */
	CRASH_AFTER_SOME,  /* effects left, others not */
	CRASH_AFTER_ALL,
	CRASHES
};

enum call_state { CALL_NONE, CALL_RINGING, CALL_CONNECTING, CALL_UP, CALL_TRANSFERRING, CALL_GONE };

struct call {
	enum call_state state;
	uint32_t entry;
	bool listening;
	bool caller_left;             /* our leg is up, and nobody is on it */
	uint32_t play;                /* attempt of what plays; 0: silence */
	uint32_t ring;                /* the last attempt to bring an agent */
	uint32_t dial;                /* attempt to reach the caller; 0: none */
	uint32_t recording, transfer; /* attempts under way; 0: none */
	bool recorded, transferred;   /* ever */
	uint32_t caller;              /* who it is, from 1; 0: nobody knows */
	uint64_t shell_free_ms;       /* one operation in flight a call */
	uint64_t patience_ms;
};

enum leg_state { LEG_ASKED, LEG_RINGING, LEG_IN, LEG_GONE };

struct leg {
	enum leg_state state;
	uint32_t attempt, contact, agent;
	bool transfer;
	bool answered, connected; /* ever */
};

enum what {
	DO_NOTE,       /* a notification or answer reaches the shell */
	DO_REQUEST,    /* a request of the shell reaches Graph */
	DO_ARRIVE,     /* a caller dials */
	DO_GIVE_UP,    /* a caller hangs up */
	DO_UNANSWERED, /* Graph's fifteen seconds */
	DO_ESTABLISH,
	DO_DIGIT,
	DO_PLAY_END,
	DO_PRESS, /* an agent who is asked accepts, or declines */
	DO_AGENT, /* an agent does what the mood says */
	DO_AGENT_LEAVE,
	DO_PRESENCE, /* an agent is busy elsewhere, comes back, ... */
	DO_RECORDED, /* a recording ends by itself */
	DO_TRANSFERRED,
	DO_COMMAND, /* somebody wants something */
	DO_DIALLED, /* who is called back answers, or not */
	DO_RELOAD,  /* another configuration */
	DO_START,   /* the service starts again */
};

struct todo {
	uint64_t at_ms, seq;
	enum what what;
	uint32_t who; /* call or leg */
	int32_t value;
	uint32_t boot;     /* of the service that asked; an answer to a dead one is nobody's */
	bool notification; /* DO_NOTE: Graph repeats what was not acknowledged */
	struct event ev;
	struct effect fx;
};

struct config {
	struct plan plan;
	struct plan_queue queue[QUEUES_MAX];
	struct plan_agent agent[AGENTS_MAX];
	struct plan_flow flow[FLOWS_MAX];
	struct plan_step step[FLOWS_MAX * FLOW_STEPS_MAX];
	struct plan_entry entry[2];
	struct plan_calendar calendar[2];
	uint16_t member[QUEUES_MAX * AGENTS_MAX];
	struct plan_place place[QUEUES_MAX * AGENTS_MAX];
	struct plan_class class[QUEUES_MAX * CLASSES_MAX];
	uint8_t need_class[QUEUES_MAX * (NEEDS_MAX + 1)];
	uint16_t message[2];
	bool circles; /* flows lead in a circle without waiting */
};

struct draw {
	struct config config[CONFIGS];
	struct weather weather;
	uint32_t n_calls;
	uint64_t clear_ms; /* when the weather clears for good */
};

struct audit;

struct life {
	uint64_t seed;
	struct rng rng;
	struct draw draw;
	const struct config *cfg; /* in force */
	bool wild;                /* conversations of several, call-backs, other configurations */
	struct call call[CALLS_MAX + 1];
	struct leg leg[LEGS_MAX];
	uint32_t n_legs;
	struct todo agenda[AGENDA_MAX];
	size_t n_agenda;
	uint64_t seq, now_ms;
	/* The shell numbers a call when it is journalled. The world knows calls, the centre
	 * contacts; 0: no such. */
	uint32_t contact_of[CALLS_MAX + 1], call_of[CALLS_MAX + 1], n_contacts;
	uint8_t journal[JOURNAL_MAX][EVENT_BYTES];
	size_t n_journal;
	struct centre *centre;
	uint32_t boot, asker_boot;
	struct audit *audit;
	uint32_t n_crashes[CRASHES];
	/* Crash once, at this journal boundary and in this way; instead of by weather. */
	size_t crash_at;
	enum crash crash_how;
	FILE *story;       /* NULL: silent */
	char failure[600]; /* "": none */
};

#define LIFE_START_MS 1000000u

/* draw.c */
void draw_life(struct life *l);
bool draw_chance(struct life *l, uint32_t thousandths);
uint64_t draw_between(struct life *l, uint64_t least, uint64_t most);
/* The weather at this moment. */
const struct weather *draw_weather(const struct life *l);

/* agenda.c */
struct todo *agenda_add(struct life *l, enum what what, uint32_t who, uint64_t at_ms);
/* The next, taken out. It stays valid until agenda_add. */
struct todo *agenda_take(struct life *l);
uint64_t agenda_next_ms(const struct life *l);
/* Forget or move what the service held in memory when it crashed. */
void agenda_crash(struct life *l, uint64_t back_ms);

/* world.c */
void world_do(struct life *l, const struct todo *t);
/* The shell sends an effect. */
void world_request(struct life *l, const struct effect *fx);

/* world_leg.c */
void leg_ask(struct life *l, const struct effect *fx);
void leg_ring(struct life *l, const struct effect *fx);
struct leg *leg_find(struct life *l, uint32_t contact, uint32_t attempt);
void leg_do(struct life *l, const struct todo *t);
bool leg_caller_talks(const struct life *l, uint32_t call);
/* world_task.c */
void task_lookup(struct life *l, const struct effect *fx);
void task_record(struct life *l, const struct effect *fx);
void task_transfer(struct life *l, const struct effect *fx);
void task_do(struct life *l, const struct todo *t);
void task_dial(struct life *l, const struct effect *fx);
void task_undial(struct life *l, const struct effect *fx);
/* world_desk.c: an agent or a supervisor wants something. */
void desk_do(struct life *l);
/* The call is gone: what recorded it tells so, perhaps. */
void task_call_gone(struct life *l, uint32_t call);
/* world.c, for those */
void world_tell(
	struct life *l, enum event_kind kind, uint32_t contact, uint32_t attempt, int32_t value);
void world_tell_asker(struct life *l, struct event ev, uint64_t after_ms);
void world_silence(struct life *l, uint32_t call, enum play_end end);
void world_end(struct life *l, uint32_t call, enum call_end end);

/* audit.h */
struct audit *audit_new(const struct config *g);
void audit_free(struct audit *a);
/* After each step, and when the life is over. */
void audit_step(struct life *l, const struct event *ev, const struct effects *out);
/* Around each step: what changed is said to be touched. */
void touch_look(struct life *l);
void touch_audit(struct life *l);
void audit_end(struct life *l);

#define BIT(n) (1u << (n))

/* life.c */
void life_fail(struct life *l, const char *fmt, ...) PRINTF_LIKE(2, 3);
void life_run(struct life *l);
/* With seed, story, crash_at and crash_how as wanted, the rest zero. */
struct life *life_new(uint64_t seed, bool wild);
void life_free(struct life *l);

#endif
