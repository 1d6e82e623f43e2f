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
 * ring        offer the contact to the agent as the queue hands off, or, where role is not offer,
 *             invite her into the call; then ring-placed (perhaps), agent-answered, handed-over,
 *             agent-failed or effect-failed
 * ask         may the agent be rung? Then agent-accepted, at once where she cannot be asked, or
 *             agent-failed
 * withdraw    stop asking or ringing for that ring's attempt; wants no answer
 * connect     caller and agent of that ring's attempt hear each other; wants no answer
 * drop-agent  the agent of that ring's attempt leaves the call; wants no answer
 * hang-up     end our leg; then call-ended or effect-failed
 * keep-alive  effect-failed when the call is gone
 * probe       then call-present or call-ended
 * outcome     the contact is over: write its record; wants no answer
 * lookup      ask the system of number value; digits: what the caller typed last; then looked-up.
 *             The flow may long be elsewhere
 * record      what the caller says from now on, at most length_ms, until silence_ms of silence or a
 *             key, for mailbox value; then recorded
 * dial        call the caller back who kept a place, for the agent who is reserved; then dialled,
 *             call-active, dial-failed or effect-failed
 * undial      stop that; wants no answer
 * transfer    to somebody outside, the shell's number value; then transferred or transfer-failed
 * hearing     of attempt's agent (0: the caller) from now on; value: enum hearing. Who whispers is
 *             heard by the agent of the contact's ring attempt, and it is said again when that is
 *             another one
 * recording   of caller and attempt's agent; value: enum taping; prompt: said to the caller first,
 *             who may not have heard it while she waited (0: nothing). Wants no answer
 * refused     the command of this step is not done; value: enum refusal
 * code        the contact is over and its record written: this wrap-up code belongs to it; value.
 *             Of a contact in progress it comes with the record
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
	X(FX_OUTCOME, "outcome")       \
	X(FX_LOOKUP, "lookup")         \
	X(FX_RECORD, "record")         \
	X(FX_DIAL, "dial")             \
	X(FX_UNDIAL, "undial")         \
	X(FX_TRANSFER, "transfer")     \
	X(FX_HEARING, "hearing")       \
	X(FX_REFUSED, "refused")       \
	X(FX_CODE, "code")             \
	X(FX_RECORDING, "recording")

#define EFFECT_ENUM(name, text) name,
enum effect_kind { EFFECT_LIST(EFFECT_ENUM) EFFECT_KINDS };
#undef EFFECT_ENUM

/* Mutually exclusive, exhaustive; the trade's words. */
#define OUTCOME_LIST(X)                                                                           \
	X(OUTCOME_NONE, "in_progress")                                                            \
	X(OUTCOME_HANDLED, "handled")                                                             \
	X(OUTCOME_ABANDONED_IVR, "abandoned_in_ivr")                                              \
	X(OUTCOME_ABANDONED_SHORT, "abandoned_short")                                             \
	X(OUTCOME_ABANDONED_QUEUE, "abandoned_in_queue")                                          \
	X(OUTCOME_ABANDONED_RINGING, "abandoned_ringing")                                         \
	X(OUTCOME_TIMEOUT, "timeout_disconnect")     /* waited longer than the queue allows */    \
	X(OUTCOME_OVERFLOW, "overflow_disconnect")   /* the queue was full */                     \
	X(OUTCOME_NO_AGENTS, "no_agents_disconnect") /* nobody serves the queue */                \
	X(OUTCOME_SELF_SERVED, "self_served")        /* the flow ended the call by design */      \
	X(OUTCOME_REJECTED, "rejected")              /* no room for one more call */              \
	X(OUTCOME_FAILED, "failed")                                                               \
	X(OUTCOME_VOICEMAIL, "voicemail")                                                         \
	X(OUTCOME_TRANSFERRED, "transferred")              /* by the flow, to somebody outside */ \
	X(OUTCOME_RELEASED, "released")                    /* hung up by a supervisor */          \
	X(OUTCOME_CALL_BACK_ANSWERED, "callback_answered") /* and spoke with an agent */          \
	X(OUTCOME_CALL_BACK_FAILED, "callback_failed")                                            \
	X(OUTCOME_CALL_BACK_MERGED, "callback_merged") /* called in again, with that place */     \
	X(OUTCOME_CLOSED, "closed_disconnect")         /* a supervisor had closed the queue */

#define OUTCOME_ENUM(name, text) name,
enum outcome { OUTCOME_LIST(OUTCOME_ENUM) OUTCOMES };
#undef OUTCOME_ENUM

const char *outcome_name(enum outcome o);
/* "stop-play"; kind below EFFECT_KINDS. */
const char *effect_name(enum effect_kind kind);

/* How the last queue let a caller go who did not meet an agent. */
enum exit { EXIT_NONE, EXIT_TIMEOUT, EXIT_OVERFLOW, EXIT_NO_AGENTS, EXIT_CLOSED, EXIT_KEY };

/* Why a command is not done. */
#define REFUSAL_LIST(X)                                                                    \
	X(REFUSED_NOT, "done")                                                             \
	X(REFUSED_NO_CONTACT, "no such contact in progress")                               \
	X(REFUSED_NO_AGENT, "no such agent")                                               \
	X(REFUSED_NO_QUEUE, "no such queue")                                               \
	X(REFUSED_AGENT_BUSY, "the agent is not free")                                     \
	X(REFUSED_NOT_WAITING, "the caller does not wait")                                 \
	X(REFUSED_NOT_TALKING, "the caller talks with nobody")                             \
	X(REFUSED_NOT_MEMBER, "the agent does not serve that queue")                       \
	X(REFUSED_NO_CONSULT, "nobody was asked, or has not answered")                     \
	X(REFUSED_TRANSFERRED, "the call is with the agent alone: hand_off is transfer")   \
	X(REFUSED_NOT_WRAP_UP, "the agent does not wrap up, or has had more time already") \
	X(REFUSED_NOT_SUPERVISOR, "not a supervisor")                                      \
	X(REFUSED_VALUE, "the value is out of range")                                      \
	X(REFUSED_CONSULTING, "somebody else is asked already")                            \
	X(REFUSED_NOT_THERE, "the agent is not in that call")                              \
	X(REFUSED_FULL, "no more people fit into that call")                               \
	X(REFUSED_NOT_RECORDED, "the conversation is not recorded")
#define REFUSAL_ENUM(name, text) name,
enum refusal { REFUSAL_LIST(REFUSAL_ENUM) REFUSALS };
#undef REFUSAL_ENUM
const char *refusal_text(enum refusal r);

enum taping { TAPE_OFF, TAPE_ON, TAPE_PAUSED };

/* Why an agent is invited. */
enum role { ROLE_OFFER, ROLE_CONSULT, ROLE_TRANSFER, ROLE_SUPERVISE };

/* A prompt, and the number it speaks. */
struct say {
	uint16_t prompt; /* index + 1; 0: nothing */
	int32_t value;
};
enum { SAY_MORE = 3 };

enum { RECORD_PATH = 4 };

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
	uint8_t exit;          /* enum exit */
	uint8_t priority;      /* 1..5 */
	uint8_t language;      /* index */
	uint8_t survey[3];     /* digits; 0: not answered */
	uint8_t n_dials;       /* of call-backs */
	uint8_t n_queues;      /* entered */
	uint8_t n_unanswered;  /* offers that rang out */
	bool recorded;         /* the conversation, or a part of it, should be in a file */
	uint16_t wrap_up_code; /* 0: none */
	uint16_t promised_s;   /* the first estimate she heard, at promised_ms; 0: none */
	uint64_t promised_ms;
	uint64_t left_ms; /* the agents had left, and the caller was still there */
	uint32_t held_ms; /* by the agent, all told */
	/* The last queues entered, the n-th at (n - 1) % RECORD_PATH: index + 1, and how each let
	 * the caller go (enum exit). Several may be passed in one step. */
	uint16_t path[RECORD_PATH];
	uint8_t path_exit[RECORD_PATH];
};

struct effect {
	uint32_t kind; /* enum effect_kind */
	uint32_t contact;
	uint32_t attempt; /* never 0 where an answer is wanted, never used twice in a journal */
	int32_t value;    /* the number a prompt speaks */
	uint16_t agent;   /* index + 1 */
	uint16_t queue;   /* index + 1 */
	uint16_t prompt;  /* index + 1 */
	uint16_t music;   /* index + 1, a prompt too */
	uint8_t language; /* of prompts; index */
	uint8_t role;     /* ring, ask: enum role */
	bool call_back;   /* ring, ask: the caller was, or will be, called back */
	struct say also[SAY_MORE];      /* play, hold: said after prompt, in order; prompt 0 ends */
	uint32_t length_ms, silence_ms; /* record */
	char digits[24];                /* lookup: "" or a number, NUL ends */
	struct record record;           /* FX_OUTCOME only, else zero */
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
