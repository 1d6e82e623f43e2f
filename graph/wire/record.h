#ifndef GRAPH_WIRE_RECORD_H
#define GRAPH_WIRE_RECORD_H

/*
 * A call record: what Microsoft wrote down of a call, minutes or hours after it. Of its many
 * hundred members only those are read that a contact record can use.
 * Source: Graph v1.0, resources/callrecords-callrecord, -session, -segment, -failureinfo.
 */

#include "graph/wire/note.h"

enum { RECORD_PARTIES_MAX = 64, RECORD_SESSIONS_MAX = 32 };

enum record_type { RECORD_TYPE_UNKNOWN, RECORD_GROUP_CALL, RECORD_PEER_TO_PEER };

/* Bits. */
enum record_modality {
	MODALITY_AUDIO = 1,
	MODALITY_VIDEO = 2,
	MODALITY_SCREEN = 4, /* screenSharing and videoBasedScreenSharing */
	MODALITY_DATA = 8,
	MODALITY_OTHER = 16,
};

enum record_stage { STAGE_NONE, STAGE_UNKNOWN, STAGE_CALL_SETUP, STAGE_MIDCALL };

struct record_failure {
	enum record_stage stage; /* STAGE_NONE: it did not fail */
	char reason[160];
};

struct record_session {
	uint64_t start_unix_ms, end_unix_ms; /* 0: not told */
	unsigned modalities;
	struct party caller, callee;
	unsigned n_segments;
	struct record_failure failure; /* its own, else the first of its segments' */
};

struct call_record {
	char id[NOTE_ID_MAX];
	struct guid guid; /* the same, where it is a GUID; else none */
	int64_t version;
	enum record_type type;
	unsigned modalities;
	uint64_t start_unix_ms, end_unix_ms, modified_unix_ms; /* 0: not told */
	struct party organizer;
	struct party party[RECORD_PARTIES_MAX];
	size_t n_parties;
	struct record_session session[RECORD_SESSIONS_MAX];
	size_t n_sessions;
	bool more; /* there are parties or sessions beyond these, here or on a further page */
	struct record_failure failure; /* the first of the sessions' */
};

/*
 * out is unspecified unless OK; why may be NULL.
 *
 * E_MALFORMED  not a call record: no id, no version, or members of the wrong type
 * E_LIMIT      longer than json_tape.h allows: ask again without its sessions
 *
 * Wants 300 KiB of stack. Pure. Any thread.
 */
enum err record_decode(
	const char *body, size_t body_bytes, struct call_record *out, struct why *why) MUST_CHECK;

#endif
