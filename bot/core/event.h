#ifndef BOT_CORE_EVENT_H
#define BOT_CORE_EVENT_H

/*
 * What happens to the centre, in the centre's words.
 *
 * An event is a plain value of fixed size: it is journalled as event_pack writes it,
 * and replaying the journal through centre_step gives the same effects, byte for byte.
 * It holds no name, number or note: those live in the store's table of persons, keyed
 * by contact, so that a person can be erased and every replay still runs.
 *
 * Lateness, doubling and disorder are ordinary: an answer to an attempt that is no
 * longer in force changes nothing, except that a late agent is let go.
 */

#include "bot/base/err.h"
#include "bot/base/guid.h"
#include "bot/base/text.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The name is what event_print writes. Values are in journals: only append.
 *
 * start           the service started; ref: first 16 bytes of SHA-256 of the configuration in
 *                 force. What was under way is in doubt: every contact in progress is probed.
 * tick            time passed; sent when centre_deadline_ms is reached
 * call-incoming   a call rings at us; contact: a number above all before it (one already used
 *                 changes nothing); value: entry index; ref: Graph's call id
 * call-active     answered, and the caller can hear us
 * call-ended      value: enum call_end
 * call-present    answer to FX_PROBE, whose attempt it echoes; value: enum call_presence
 * digit           value: '0'..'9', '*', '#', 'A'..'D'; each press once (sequence ids are Graph's)
 * play-ended      attempt of FX_PLAY or FX_HOLD; value: enum play_end
 * ring-placed     attempt of FX_RING; ref: Graph's id of the agent's own call, if it has one
 * agent-answered  attempt of FX_RING: the agent is with the caller
 * agent-failed    attempt of FX_RING; value: enum ring_end. After agent-answered: the leg was
 *                 lost before the two heard each other, and the caller returns to the place.
 * agent-left      attempt of FX_RING, after agent-answered
 * handed-over     attempt of FX_RING: transferred, the bot is out; then call-ended
 * effect-failed   attempt of any effect; value: enum effect_end
 * agent-presence  how reachable an agent is elsewhere; attempt: agent index + 1; value: enum
 *                 presence_class. Only changes are told. It decides who is offered a call next,
 *                 and ends nothing that is under way.
 * agent-accepted  attempt of FX_ASK: now FX_RING, with the same attempt
 * caller          who calls, right after call-incoming; ref: a keyed hash, the same for the same
 *                 caller; agent: whom she spoke with last, 0: nobody
 * looked-up       attempt of FX_LOOKUP; value: which case, from 0; -1: no answer
 * recorded        attempt of FX_RECORD; value: enum record_end
 * dialled         attempt of FX_DIAL; ref: Graph's id of the new call; then call-active, call-ended
 *                 or effect-failed
 * dial-failed     attempt of FX_DIAL; value: enum ring_end
 * transferred     attempt of FX_TRANSFER: with somebody outside; then call-ended
 * transfer-failed attempt of FX_TRANSFER
 * reload          another configuration is in force; ref as of start. Nobody is in doubt.
 *
 * Commands; ref: who gave it. What cannot be done changes nothing and is answered by FX_REFUSED.
 *
 * sign-in         agent; value: queue index + 1, 0: all her queues
 * sign-out        the same; a conversation under way goes on
 * pause           agent; value: reason, the shell's number, from 1
 * resume          agent; also ends a back-off
 * wrap-up-more    agent: longer, once
 * wrap-up-done    agent: free now
 * wrap-up-code    contact; agent, who talks with her or talked with her last; value: code, the
 *                 shell's number, from 1. Until the agent talks again
 * pick            contact and agent: offered to her now, by her own hand or assigned
 * hold, unhold    contact: the caller hears music and is not heard
 * consult         contact; agent: who is asked, and the caller is held meanwhile
 * consult-end     contact: who was asked leaves, the caller is back
 * conference      contact: all hear each other
 * complete        contact: the agent leaves, whom she asked stays: a warm transfer
 * to-agent        contact; agent: a cold transfer to her; no answer: back to the queue with place
 * to-queue        contact; value: queue index + 1. With its place; waiting callers too
 * supervise       contact; agent: the supervisor; value: enum hearing, 0: leaves
 * take-over       contact; agent: the supervisor, who is in the call: the agent leaves
 * priority        contact waiting; value: 1..5
 * queue-open      value: queue index + 1
 * queue-close     the same; who waits goes on waiting
 * announce        value: queue index + 1, 0: all; attempt: prompt index + 1, said before anything
 *                 else to who comes in and in the next round to who waits; 0: no more
 * release         contact waiting, or rung for: hung up by a supervisor
 */
#define EVENT_LIST(X)                            \
	X(EV_NONE, "none")                       \
	X(EV_START, "start")                     \
	X(EV_TICK, "tick")                       \
	X(EV_CALL_INCOMING, "call-incoming")     \
	X(EV_CALL_ACTIVE, "call-active")         \
	X(EV_CALL_ENDED, "call-ended")           \
	X(EV_CALL_PRESENT, "call-present")       \
	X(EV_DIGIT, "digit")                     \
	X(EV_PLAY_ENDED, "play-ended")           \
	X(EV_RING_PLACED, "ring-placed")         \
	X(EV_AGENT_ANSWERED, "agent-answered")   \
	X(EV_AGENT_FAILED, "agent-failed")       \
	X(EV_AGENT_LEFT, "agent-left")           \
	X(EV_HANDED_OVER, "handed-over")         \
	X(EV_EFFECT_FAILED, "effect-failed")     \
	X(EV_AGENT_PRESENCE, "agent-presence")   \
	X(EV_AGENT_ACCEPTED, "agent-accepted")   \
	X(EV_CALLER, "caller")                   \
	X(EV_LOOKED_UP, "looked-up")             \
	X(EV_RECORDED, "recorded")               \
	X(EV_DIALLED, "dialled")                 \
	X(EV_DIAL_FAILED, "dial-failed")         \
	X(EV_TRANSFERRED, "transferred")         \
	X(EV_TRANSFER_FAILED, "transfer-failed") \
	X(EV_RELOAD, "reload")                   \
	X(EV_SIGN_IN, "sign-in")                 \
	X(EV_SIGN_OUT, "sign-out")               \
	X(EV_PAUSE, "pause")                     \
	X(EV_RESUME, "resume")                   \
	X(EV_WRAP_UP_MORE, "wrap-up-more")       \
	X(EV_WRAP_UP_DONE, "wrap-up-done")       \
	X(EV_WRAP_UP_CODE, "wrap-up-code")       \
	X(EV_PICK, "pick")                       \
	X(EV_HOLD, "hold")                       \
	X(EV_UNHOLD, "unhold")                   \
	X(EV_CONSULT, "consult")                 \
	X(EV_CONSULT_END, "consult-end")         \
	X(EV_CONFERENCE, "conference")           \
	X(EV_COMPLETE, "complete")               \
	X(EV_TO_AGENT, "to-agent")               \
	X(EV_TO_QUEUE, "to-queue")               \
	X(EV_SUPERVISE, "supervise")             \
	X(EV_TAKE_OVER, "take-over")             \
	X(EV_PRIORITY, "priority")               \
	X(EV_QUEUE_OPEN, "queue-open")           \
	X(EV_QUEUE_CLOSE, "queue-close")         \
	X(EV_ANNOUNCE, "announce")               \
	X(EV_RELEASE, "release")                 \
	X(EV_RECORDING_PAUSE, "recording-pause") \
	X(EV_RECORDING_RESUME, "recording-resume")

#define EVENT_ENUM(name, text) name,
enum event_kind { EVENT_LIST(EVENT_ENUM) EVENT_KINDS };
#undef EVENT_ENUM

enum call_end {
	END_HUNG_UP = 1, /* the other side ended the call; it is gone at Graph */
	END_LEFT,        /* the caller left a call that our leg still holds: hang up */
	END_GONE,        /* Graph knows no such call (404, or found so after a restart) */
	END_FAILED,      /* never established, or lost by a fault; gone at Graph */
	END_BY_US,       /* our own hang-up or rejection is confirmed */
};

enum call_presence {
	PRESENT_RINGING = 1, /* not answered yet: answer (again) */
	PRESENT_ACTIVE,      /* established, audio flows */
	PRESENT_PENDING,     /* being established */
	PRESENT_WITH_AGENT,  /* established, and the agent of the attempt is in the call */
};

enum play_end { PLAY_DONE = 1, PLAY_FAILED, PLAY_CANCELLED };

enum ring_end {
	RING_NO_ANSWER = 1,
	RING_BUSY,
	RING_REJECTED,
	RING_UNREACHABLE, /* offline, no endpoint */
	RING_FAILED,      /* Graph refused or failed; not the agent's doing */
};

enum effect_end {
	EFFECT_GONE = 1, /* the call does not exist any more */
	EFFECT_REFUSED,  /* final refusal; repeating would not help */
	EFFECT_TIMEOUT,  /* deadline passed, outcome unknown or never sent */
};

enum record_end { RECORD_DONE = 1, RECORD_EMPTY, RECORD_FAILED };

/* Who hears whom, of one who is in a call. Values are in journals: only append. */
enum hearing {
	HEAR_NOTHING = 0, /* not in the call */
	HEAR_ALL,         /* hears everybody and is heard by everybody */
	HEAR_LISTEN,      /* hears everybody, is heard by nobody */
	HEAR_WHISPER,     /* hears everybody, is heard by the agent alone */
	HEAR_MUSIC,       /* on hold: hears music, is heard by nobody */
	HEARINGS
};

/* Pause reasons of the centre's own; the shell's are below. */
enum { PAUSE_UNANSWERED = 1000, PAUSE_PLAIN = 1001 /* without a reason */ };

/* Teams' availability by Teams' words. Values are in journals: only append. */
#define PRESENCE_LIST(X)                            \
	X(PRESENCE_UNKNOWN, "PresenceUnknown")      \
	X(PRESENCE_AVAILABLE, "Available")          \
	X(PRESENCE_AVAILABLE_IDLE, "AvailableIdle") \
	X(PRESENCE_AWAY, "Away")                    \
	X(PRESENCE_BE_RIGHT_BACK, "BeRightBack")    \
	X(PRESENCE_BUSY, "Busy")                    \
	X(PRESENCE_BUSY_IDLE, "BusyIdle")           \
	X(PRESENCE_DO_NOT_DISTURB, "DoNotDisturb")  \
	X(PRESENCE_OFFLINE, "Offline")

#define PRESENCE_ENUM(name, text) name,
enum presence_class { PRESENCE_LIST(PRESENCE_ENUM) PRESENCES };
#undef PRESENCE_ENUM

/* Whether attempt names an agent. */
bool event_names_agent(enum event_kind kind);

/* "call-incoming"; kind below EVENT_KINDS. */
const char *event_name(enum event_kind kind);
/* "AvailableIdle"; p below PRESENCES. */
const char *presence_name(enum presence_class p);

struct event {
	uint64_t at_ms; /* milliseconds since the Unix epoch; never less than the event before it */
	uint32_t kind;  /* enum event_kind */
	uint32_t contact; /* from 1, rising; 0: none */
	uint32_t attempt; /* echo of an effect's number; 0: none. Where an agent is named: index + 1
			   */
	int32_t value;
	struct guid ref;
};

enum { EVENT_BYTES = 40 };

/* Fixed little-endian layout, no padding: the journal's record. */
void event_pack(const struct event *ev, uint8_t out[EVENT_BYTES]);
/* E_MALFORMED: not this version's layout or an unknown kind. */
enum err event_unpack(const uint8_t *in, size_t n, struct event *out) MUST_CHECK;
/* One line without newline, for replay and golden traces: "call-incoming contact=1 entry=0
 * ref=...". */
void event_print(const struct event *ev, struct text *out);

#endif
