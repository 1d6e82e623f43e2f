#ifndef GRAPH_CHANGE_FETCH_H
#define GRAPH_CHANGE_FETCH_H

/*
 * Call records to be fetched, at the pace Graph allows: of a notice that a record is there, to the
 * record. Of one realm.
 *
 * Graph takes 1,500 requests in 20 s from one application in a tenant, and 10 in 20 s for one
 * record. We keep to FETCH_BURST in 20 s and ask for a record once however often it is announced;
 * one announced while it is being fetched is fetched once more. A record that is not there yet
 * (404) is asked for again after 1, 5, 15, 60, 240, 720 and 1,440 times retry_ms; then it is given
 * up. What is due must outlive the process: the owner keeps the ids.
 *
 * Times are monotonic ms. One thread.
 * Source: Graph, throttling limits (call records); api/callrecords-callrecord-get.
 */

#include "graph/wire/note.h"
#include "graph/wire/reply.h"

#include <stdbool.h>

enum { FETCH_MAX = 4096, FETCH_BURST = 300, FETCH_UNDER_WAY_MAX = 8, FETCH_FLIGHT_MS = 30000 };

struct fetch;

struct fetch_request {
	uint32_t attempt; /* never 0 */
	char id[NOTE_ID_MAX];
	bool alone; /* without its sessions: they were too many the last time */
};

enum fetch_answer {
	FETCH_GOT,       /* the record came and could be read */
	FETCH_TOO_BIG,   /* it came, or would have, and was too large */
	FETCH_SENSELESS, /* it came and could not be read */
	FETCH_ABSENT,    /* 404: too early, or too late */
	FETCH_REFUSED,   /* 403 and its kin: a person must act */
	FETCH_FAILED,    /* throttled, down, no answer */
};

enum fetch_end {
	FETCH_OVER,     /* nothing more to be done about it: forget the id */
	FETCH_GIVEN_UP, /* the same, without a record: say so */
	FETCH_AGAIN,    /* it stays due */
	FETCH_STALE,    /* that request was not under way */
};

/* NULL: no memory. */
struct fetch *fetch_new(uint64_t seed, uint64_t retry_ms);
void fetch_free(struct fetch *f);

/*
 * A record is, or will be, there.
 * E_LIMIT: FETCH_MAX wait; answer 503, Graph tells again. E_MALFORMED: no id.
 */
enum err fetch_notice(struct fetch *f, uint64_t now_ms, const char *id, struct why *why) MUST_CHECK;
/* Is it waiting already? */
bool fetch_knows(const struct fetch *f, const char *id);

bool fetch_want(struct fetch *f, uint64_t now_ms, struct fetch_request *out);
/* retry_after_ms: UINT64_MAX for none. id: set to whose answer it was, unless FETCH_STALE. */
enum fetch_end fetch_got(struct fetch *f, uint64_t now_ms, uint32_t attempt,
	enum fetch_answer answer, uint64_t retry_after_ms, char id[NOTE_ID_MAX]);
uint64_t fetch_deadline_ms(const struct fetch *f);
size_t fetch_count(const struct fetch *f);

#endif
