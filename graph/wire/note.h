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
};

enum note_kind {
	NOTE_OTHER,     /* of a kind we do not know: Graph may grow; log one line, go on */
	NOTE_CALL,      /* a call: state, audio, tone, result, parties */
	NOTE_OPERATION, /* an operation of a call, mostly its end */
	NOTE_ROSTER,    /* the participants of a call, all of them unless delta is set */
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
	bool removed; /* delta rosters: removedState was present */
};

struct note {
	enum note_kind kind;
	enum note_change change;
	struct guid call_id; /* from the resource's URL; none only for NOTE_OTHER */

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

	/* NOTE_OPERATION */
	char op_id[NOTE_ID_MAX];
	char op_type[64]; /* "playPromptOperation"; "" when untagged */
	enum op_status status;
	char client_context[NOTE_CONTEXT_MAX];

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
 * OK           also for legacy bodies (out->legacy, n = 0)
 * E_MALFORMED  not JSON, not an object, or a commsNotifications whose members have the wrong
 *              type: answer 400
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
