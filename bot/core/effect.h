#ifndef BOT_CORE_EFFECT_H
#define BOT_CORE_EFFECT_H

/*
 * What the centre wants done. Whoever carries an effect out echoes its attempt in the
 * event that answers it. Effects of one contact are carried out in order.
 */

#include "bot/base/text.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * answer      then call-active, call-ended or effect-failed
 * reject      busy, no room; then call-ended or effect-failed
 * listen      from now on digits arrive as EV_DIGIT
 * play        prompt (with value where it speaks a number); then play-ended
 * hold        waiting: prompt (0: none) with value = position, over or before music (0: none),
 *             for one round of the queue's announce time; then play-ended. Replaces what plays.
 * stop-play   nothing more of ours is to be heard; wants no answer
 * ring        offer the contact to the agent as the queue hands off; then ring-placed (perhaps),
 *             agent-answered, handed-over, agent-failed or effect-failed
 * ask         may the agent be rung? Then agent-accepted, at once where she cannot be asked, or
 *             agent-failed
 * withdraw    stop asking or ringing for that ring's attempt; wants no answer
 * connect     caller and agent of that ring's attempt hear each other; wants no answer
 * drop-agent  the agent of that ring's attempt leaves the call; wants no answer
 * hang-up     end our leg; then call-ended or effect-failed
 * keep-alive  effect-failed when the call is gone
 * probe       then call-present or call-ended
 * outcome     the contact is over: write its record; wants no answer
 */
#define EFFECT_LIST(X)                 \
	X(FX_NONE, "none")             \
	X(FX_ANSWER, "answer")         \
	X(FX_REJECT, "reject")         \
	X(FX_LISTEN, "listen")         \
	X(FX_PLAY, "play")             \
	X(FX_HOLD, "hold")             \
	X(FX_STOP_PLAY, "stop-play")   \
	X(FX_RING, "ring")             \
	X(FX_ASK, "ask")               \
	X(FX_WITHDRAW, "withdraw")     \
	X(FX_CONNECT, "connect")       \
	X(FX_DROP_AGENT, "drop-agent") \
	X(FX_HANG_UP, "hang-up")       \
	X(FX_KEEP_ALIVE, "keep-alive") \
	X(FX_PROBE, "probe")           \
	X(FX_OUTCOME, "outcome")

#define EFFECT_ENUM(name, text) name,
enum effect_kind { EFFECT_LIST(EFFECT_ENUM) EFFECT_KINDS };
#undef EFFECT_ENUM

/* Mutually exclusive, exhaustive; the trade's words. */
#define OUTCOME_LIST(X)                                                                        \
	X(OUTCOME_NONE, "in_progress")                                                         \
	X(OUTCOME_HANDLED, "handled")                                                          \
	X(OUTCOME_ABANDONED_IVR, "abandoned_in_ivr")                                           \
	X(OUTCOME_ABANDONED_SHORT, "abandoned_short")                                          \
	X(OUTCOME_ABANDONED_QUEUE, "abandoned_in_queue")                                       \
	X(OUTCOME_ABANDONED_RINGING, "abandoned_ringing")                                      \
	X(OUTCOME_TIMEOUT, "timeout_disconnect")     /* waited longer than the queue allows */ \
	X(OUTCOME_OVERFLOW, "overflow_disconnect")   /* the queue was full */                  \
	X(OUTCOME_NO_AGENTS, "no_agents_disconnect") /* nobody serves the queue */             \
	X(OUTCOME_SELF_SERVED, "self_served")        /* the flow ended the call by design */   \
	X(OUTCOME_REJECTED, "rejected")              /* no room for one more call */           \
	X(OUTCOME_FAILED, "failed")

#define OUTCOME_ENUM(name, text) name,
enum outcome { OUTCOME_LIST(OUTCOME_ENUM) OUTCOMES };
#undef OUTCOME_ENUM

const char *outcome_name(enum outcome o);

/* Times are those of the events; 0: never happened. */
struct record {
	uint64_t offered_ms;   /* the call rang at us */
	uint64_t answered_ms;  /* the caller could hear us */
	uint64_t queued_ms;    /* entered the (last) queue */
	uint64_t connected_ms; /* with an agent */
	uint64_t ended_ms;     /* over for the caller, as far as we saw */
	uint16_t entry;        /* index */
	uint16_t queue;        /* index + 1 of the last queue; 0: none */
	uint16_t agent;        /* index + 1 of the agent who had it; 0: none */
	uint16_t n_offers;     /* rings, the successful one included */
	uint8_t outcome;       /* enum outcome */
	bool estimated;        /* transferred: what came after connected_ms was not seen */
};

struct effect {
	uint32_t kind; /* enum effect_kind */
	uint32_t contact;
	uint32_t attempt;     /* never 0 where an answer is wanted, never used twice in a journal */
	int32_t value;        /* the number a prompt speaks */
	uint16_t agent;       /* index + 1 */
	uint16_t queue;       /* index + 1 */
	uint16_t prompt;      /* index + 1 */
	uint16_t music;       /* index + 1, a prompt too */
	struct record record; /* FX_OUTCOME only, else zero */
};

enum { EFFECTS_MAX = 64 };

/* What does not fit stays due: centre_deadline_ms is then now, and the next EV_TICK brings it. */
struct effects {
	struct effect item[EFFECTS_MAX];
	size_t n;
};

/* One line without newline: "ring contact=1 attempt=7 agent=2 queue=1". */
void effect_print(const struct effect *fx, struct text *out);

#endif
