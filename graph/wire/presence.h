#ifndef GRAPH_WIRE_PRESENCE_H
#define GRAPH_WIRE_PRESENCE_H

/*
 * What Graph says about people's presence, in our words.
 *
 * Both words are plain strings in Graph's types, and it has grown new ones before: what we do not
 * know is OTHER. Words are compared without casing.
 * Source: Graph v1.0, resources/presence, api/cloudcommunications-getpresencesbyuserid.
 */

#include "bot/base/err.h"
#include "bot/base/guid.h"

enum { PRESENCES_MAX = 650 }; /* in one request, and so in one answer */

#define AVAILABILITY_LIST(X)                            \
	X(AVAILABILITY_UNKNOWN, "PresenceUnknown")      \
	X(AVAILABILITY_AVAILABLE, "Available")          \
	X(AVAILABILITY_AVAILABLE_IDLE, "AvailableIdle") \
	X(AVAILABILITY_AWAY, "Away")                    \
	X(AVAILABILITY_BE_RIGHT_BACK, "BeRightBack")    \
	X(AVAILABILITY_BUSY, "Busy")                    \
	X(AVAILABILITY_BUSY_IDLE, "BusyIdle")           \
	X(AVAILABILITY_DO_NOT_DISTURB, "DoNotDisturb")  \
	X(AVAILABILITY_OFFLINE, "Offline")

#define ACTIVITY_LIST(X)                                      \
	X(ACTIVITY_UNKNOWN, "PresenceUnknown")                \
	X(ACTIVITY_AVAILABLE, "Available")                    \
	X(ACTIVITY_AVAILABLE_IDLE, "AvailableIdle")           \
	X(ACTIVITY_AVAILABLE_INACTIVE, "AvailableInactive")   \
	X(ACTIVITY_AWAY, "Away")                              \
	X(ACTIVITY_BE_RIGHT_BACK, "BeRightBack")              \
	X(ACTIVITY_BUSY, "Busy")                              \
	X(ACTIVITY_BUSY_IDLE, "BusyIdle")                     \
	X(ACTIVITY_DO_NOT_DISTURB, "DoNotDisturb")            \
	X(ACTIVITY_IN_A_CALL, "InACall")                      \
	X(ACTIVITY_IN_A_CONFERENCE_CALL, "InAConferenceCall") \
	X(ACTIVITY_IN_A_MEETING, "InAMeeting")                \
	X(ACTIVITY_INACTIVE, "Inactive")                      \
	X(ACTIVITY_OFFLINE, "Offline")                        \
	X(ACTIVITY_OFF_WORK, "OffWork")                       \
	X(ACTIVITY_OUT_OF_OFFICE, "OutOfOffice")              \
	X(ACTIVITY_PRESENTING, "Presenting")                  \
	X(ACTIVITY_URGENT_ONLY, "UrgentInterruptionsOnly")

#define PRESENCE_ENUM(symbol, word) symbol,
enum availability { AVAILABILITY_LIST(PRESENCE_ENUM) AVAILABILITY_OTHER };
enum activity { ACTIVITY_LIST(PRESENCE_ENUM) ACTIVITY_OTHER };
#undef PRESENCE_ENUM

struct presence {
	char user_id[GUID_TEXT]; /* a GUID's plain form */
	enum availability availability;
	enum activity activity;
};

/* In the order of the answer, which need not be that of the request. */
struct presences {
	struct presence item[PRESENCES_MAX];
	size_t n;
};

/*
 * Decode an answer to getPresencesByUserId.
 *
 *   body  borrowed for the call; not NUL-terminated
 *   out   unspecified unless OK
 *   why   may be NULL
 *
 * OK           a person without a word, or with null, is UNKNOWN; one without a usable id is left
 *              out; people Graph does not know are simply not there
 * E_MALFORMED  not such an answer: as good as none
 * E_LIMIT      more than PRESENCES_MAX
 *
 * Pure; jansson's heap. Any thread.
 */
enum err presences_decode(
	const char *body, size_t body_bytes, struct presences *out, struct why *why) MUST_CHECK;

/* Graph's word, for requests and logs; "?" for OTHER. */
const char *availability_word(enum availability a);
const char *activity_word(enum activity a);

#endif
