#ifndef GRAPH_CLIENT_RECORDING_H
#define GRAPH_CLIENT_RECORDING_H

/*
 * Fetching what recordResponse made. It is there shortly, so ask at once: when the notification
 * of the operation's end has come (struct note, recording).
 *
 * The bearer is the recording's own token, never Graph's, and a 401 is an end: no other token opens
 * it. Address and token are secrets: the client wipes its copies, the caller wipes the notes'. What
 * comes is a person's voice: 200 and at most two minutes of 16 kHz 16-bit mono WAV. Graph's terms
 * let nobody keep it who does not tell the caller that he records.
 * Source: resources/recordoperation; call-record, "maxRecordDurationInSeconds".
 */

#include "graph/client/client.h"
#include "graph/wire/note.h"

enum {
	RECORDING_BYTES_MAX = 4 << 20, /* two minutes are 3.84 million */
	RECORDING_ATTEMPT_MS = 20000,
	RECORDING_MS = 45000,
};

/*
 * The request; cookie and lane are the caller's to set (no lane: a call's operations need not wait
 * for a download). It borrows from r until client_send has returned, which refuses with E_MALFORMED
 * an address that is not https (or this machine's, where the configuration says so). What came of
 * it:
 *
 *	200             body is the WAV; client_answer_fini wipes it
 *	401, 404, 410   gone, or not ours: the caller of it is told that nothing was recorded
 *	CLIENT_UNKNOWN  too large, or broken off; else as with any GET
 */
struct client_request recording_get(const struct recording *r);

#endif
