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
 */
#define EVENT_LIST(X)                          \
	X(EV_NONE, "none")                     \
	X(EV_START, "start")                   \
	X(EV_TICK, "tick")                     \
	X(EV_CALL_INCOMING, "call-incoming")   \
	X(EV_CALL_ACTIVE, "call-active")       \
	X(EV_CALL_ENDED, "call-ended")         \
	X(EV_CALL_PRESENT, "call-present")     \
	X(EV_DIGIT, "digit")                   \
	X(EV_PLAY_ENDED, "play-ended")         \
	X(EV_RING_PLACED, "ring-placed")       \
	X(EV_AGENT_ANSWERED, "agent-answered") \
	X(EV_AGENT_FAILED, "agent-failed")     \
	X(EV_AGENT_LEFT, "agent-left")         \
	X(EV_HANDED_OVER, "handed-over")       \
	X(EV_EFFECT_FAILED, "effect-failed")   \
	X(EV_AGENT_PRESENCE, "agent-presence") \
	X(EV_AGENT_ACCEPTED, "agent-accepted")

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

/* "AvailableIdle"; p below PRESENCES. */
const char *presence_name(enum presence_class p);

struct event {
	uint64_t at_ms; /* milliseconds since the Unix epoch; never less than the event before it */
	uint32_t kind;  /* enum event_kind */
	uint32_t contact; /* from 1, rising; 0: none */
	uint32_t attempt; /* echo of an effect's number; 0: none. Of agent-presence: the agent */
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
