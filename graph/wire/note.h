#ifndef GRAPH_WIRE_NOTE_H
#define GRAPH_WIRE_NOTE_H

/*
 * What Graph tells us about calls, in our words.
 *
 * One POST to our callbackUri may hold several notifications, of several calls. Each is
 * partial: only what changed plus whatever the service felt like, so an absent member is
 * NONE here and means "as before".
 * Source: Graph v1.0, resources/commsnotification, resources/call, resources/participant,
 * resources/commsoperation; the quirks are those of field reports.
 */

#include "bot/base/err.h"
#include "bot/base/guid.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	NOTES_MAX = 32,         /* notifications in one body */
	NOTE_PARTIES_MAX = 128, /* roster entries in one body */
	NOTE_ID_MAX = 128,
	NOTE_NAME_MAX = 128,
	NOTE_CONTEXT_MAX = 257, /* Graph: 256 characters */
	NOTE_RECORDINGS_MAX = 4,
};

enum note_kind {
	NOTE_OTHER,     /* of a kind we do not know: Graph may grow; or what cannot be read, and
			   fault says why; log one line, go on */
	NOTE_CALL,      /* a call: state, audio, tone, result, parties */
	NOTE_OPERATION, /* an operation of a call, mostly its end */
	NOTE_ROSTER,    /* the participants of a call, all of them unless delta is set */
	NOTE_JOINING,   /* a party wants in, and a recording bot is asked: answer 200 with what
			   join_write (join.h) makes, not 202 */
	NOTE_LEFT,      /* participant_id, who was told of by NOTE_JOINING, is gone */
	NOTE_SHARING,   /* content is shared or no longer: nothing to hear in it */
};

enum note_change { CHANGE_NONE, CHANGE_CREATED, CHANGE_UPDATED, CHANGE_DELETED };

enum call_state {
	CALL_NONE,
	CALL_INCOMING,
	CALL_ESTABLISHING,
	CALL_ESTABLISHED,
	CALL_HOLD,
	CALL_TRANSFERRING,
	CALL_TRANSFER_ACCEPTED,
	CALL_REDIRECTING,
	CALL_TERMINATING,
	CALL_TERMINATED,
	CALL_OTHER, /* ringing (beta) and what may come */
};

enum audio_state { AUDIO_NONE, AUDIO_INACTIVE, AUDIO_ACTIVE };

enum op_status { OP_STATUS_NONE, OP_NOT_STARTED, OP_RUNNING, OP_COMPLETED, OP_FAILED };

enum transcription {
	TRANSCRIPTION_NONE,
	TRANSCRIPTION_NOT_STARTED,
	TRANSCRIPTION_ACTIVE,
	TRANSCRIPTION_INACTIVE,
};

enum routing { ROUTING_NONE, ROUTING_FORWARDED, ROUTING_LOOKUP, ROUTING_SELF_FORK, ROUTING_OTHER };

struct result {
	bool present;
	int32_t code, subcode; /* numbers or digit strings on the wire; -1: text that is neither */
	char message[160];
};

enum party_kind {
	PARTY_NONE,
	PARTY_USER,
	PARTY_PHONE,
	PARTY_GUEST,
	PARTY_APPLICATION,
	PARTY_APPLICATION_INSTANCE,
	PARTY_ENCRYPTED,
	PARTY_OTHER,
};

struct party {
	enum party_kind kind;
	/* user, application (instance): as Graph spells it; phone: E.164; "": none, or too long */
	char id[NOTE_ID_MAX];
	char name[NOTE_NAME_MAX];  /* displayName or "" */
	char tenant_id[GUID_TEXT]; /* lower case with dashes; "": none */
};

struct roster_entry {
	char participant_id[NOTE_ID_MAX];
	struct party who;
	bool in_lobby;
	bool muted;
	bool inactive;    /* her audio goes no way: on hold at her own client */
	bool removed;     /* delta rosters: removedState was present */
	int64_t sequence; /* rosterSequenceNumber, else 0 */
	char removed_reason[64];
};

/* How a call came here: nobody and "" for what was not told. */
struct incoming_context {
	struct party transferor;                   /* who handed it to us */
	struct party on_behalf_of;                 /* boss or queue */
	char observed_participant_id[NOTE_ID_MAX]; /* whom a recording bot is to record */
	char source_participant_id[NOTE_ID_MAX];
	enum routing routing; /* of the first callRoute, and who was called in it */
	struct party first_called;
};

/*
 * What recordResponse made: GET location with "Authorization: Bearer " and token, which is not
 * Graph's, within the call's life. Both are secrets and have no printer; wipe them after use.
 */
struct recording {
	char location[1024];
	char token[4096];
};

struct note {
	enum note_kind kind;
	enum note_change change;
	struct guid call_id; /* from the resource's URL; none only for NOTE_OTHER */

	/* NOTE_OTHER */
	char fault[160];              /* what is wrong and what would be right; "": nothing */
	int fault_line, fault_column; /* 1-based, in characters */

	/* NOTE_CALL */
	enum call_state state; /* a deleted call is CALL_TERMINATED, whatever else it says */
	enum audio_state audio;
	bool incoming; /* direction is incoming */
	char tone;     /* '0'..'9', '*', '#', 'A'..'D', 'F' for flash; 0: none */
	int64_t tone_sequence;
	struct party source;
	struct party target; /* the first one */
	char tenant_id[GUID_TEXT];
	struct guid chain_id;
	char termination_reason[64];
	char my_participant_id[NOTE_ID_MAX]; /* ours, of group calls and meetings */
	struct party answered_by;            /* after a redirect; often encrypted */
	enum transcription transcription;
	struct incoming_context context;

	/* NOTE_OPERATION */
	char op_id[NOTE_ID_MAX];
	char op_type[64]; /* "playPromptOperation"; "" when untagged; of NOTE_OTHER its tag */
	enum op_status status;
	char client_context[NOTE_CONTEXT_MAX];
	char completion_reason[64]; /* sendDtmfTones fails by it, with status completed */
	size_t recording;           /* index + 1 in notes.recording; 0: none, or cut short */

	/* NOTE_JOINING, NOTE_LEFT; NOTE_OPERATION: of the first invited, when told */
	char participant_id[NOTE_ID_MAX];

	/* NOTE_CALL and NOTE_OPERATION */
	struct result result;

	/* NOTE_ROSTER: n_parties entries of notes.party from first_party on */
	bool delta;
	int64_t roster_sequence; /* delta rosters; else 0 */
	size_t first_party, n_parties;
};

struct notes {
	struct note item[NOTES_MAX];
	size_t n;
	struct roster_entry party[NOTE_PARTIES_MAX];
	size_t n_parties;
	struct recording recording[NOTE_RECORDINGS_MAX]; /* more in one body are not kept */
	size_t n_recordings;
	bool legacy; /* no body, or a JSON object that is no commsNotifications: Graph's older first
			message. Answer 204 */
	int line, column; /* E_MALFORMED and E_LIMIT only: where; 1-based, in characters */
};

/*
 * Decode one webhook body.
 *
 *   body  borrowed for the call; not NUL-terminated
 *   out   filled in order of arrival; unspecified unless OK, but for line and column
 *   why   may be NULL
 *
 * OK           also for legacy bodies (out->legacy, n = 0), and where items cannot be read: each
 *              of those is NOTE_OTHER with a fault, for a neighbour may be somebody who calls
 * E_MALFORMED  not JSON, not an object, or a commsNotifications without a list, or what comes bare
 *              cannot be read: answer 400
 * E_LIMIT      more than NOTES_MAX entries or NOTE_PARTIES_MAX roster entries, or nested deeper
 *              or longer than json_tape.h allows: answer 413
 * E_SYSTEM     no memory: answer 503
 * The text does not repeat line and column.
 *
 * Wants 300 KiB of stack, and heap only for bodies that are not UTF-8. Pure. Any thread.
 */
enum err notes_decode(
	const char *body, size_t body_bytes, struct notes *out, struct why *why) MUST_CHECK;

/* One line without newline, no names or numbers, for logs and replay: "call 4b1f... updated
 * established". */
struct text;
void note_print(const struct note *note, struct text *out);

#endif
