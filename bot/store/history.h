#ifndef BOT_STORE_HISTORY_H
#define BOT_STORE_HISTORY_H

/*
 * What happened, as tables: contacts, their visits to queues, the moments of their story and
 * agents' spans, told by bot/history out of the journal. A projection in a file of its own
 * (PATH-history): one that does not fit its journal, or is of another version, is made anew.
 *
 * Names are written as they were then. One thread, the one that opened it. Failures are SQLite's;
 * who writes here goes on without: the next start makes it whole.
 */

#include "bot/history/rows.h"
#include "bot/store/store.h"

struct history;

/* of: which journal. out_position: the last event whose rows are in it; 0: none. path ":memory:"
 * for tests. store: the journal's file, joined for searches by number; NULL: without. */
enum err history_open(const char *path, const char *store, const uint8_t of[16],
	struct history **out, uint64_t *out_position, struct why *why) MUST_CHECK;
void history_close(struct history *h);
/* The journal's own id, as history_open wants it. */
void store_id(const struct store *s, uint8_t out[16]);

/* Rows between these are all there, or none. */
enum err history_begin(struct history *h, struct why *why) MUST_CHECK;
enum err history_commit(struct history *h, uint64_t position, struct why *why) MUST_CHECK;

/* Names that rows go with; borrowed for the call. NULL: none, or as it was told before. */
struct names_told {
	const char *queue, *agent, *user, *flow;
	struct guid tenant;
};
enum err history_contact(struct history *h, const struct contact_told *row,
	const struct names_told *names, struct why *why) MUST_CHECK;
enum err history_visit(struct history *h, const struct visit_told *row,
	const struct names_told *names, struct why *why) MUST_CHECK;
enum err history_span(struct history *h, const struct span_told *row,
	const struct names_told *names, struct why *why) MUST_CHECK;
/* by: the name of who gave the command, where known. */
enum err history_moment(struct history *h, const struct moment_told *row,
	const struct names_told *names, const char *by, struct why *why) MUST_CHECK;
enum err history_wrap_up(
	struct history *h, uint32_t contact, uint64_t ms, struct why *why) MUST_CHECK;
enum err history_code(
	struct history *h, uint32_t contact, uint16_t code, struct why *why) MUST_CHECK;

/* Who called can be told no more of these, from the file and its log, when it is OK. Outside of a
 * transaction. */
enum err history_forget(
	struct history *h, const uint32_t *contact, size_t n, struct why *why) MUST_CHECK;

/* ---- reading; texts live until the callback returns, which says false to stop */

struct visit_row {
	struct visit_told visit; /* queue and agent 0 */
	const char *queue, *agent;
	uint64_t wrap_up_ms;
};
/* Visits of a tenant whose `by` lies in [from, to), in no order. */
enum visit_time { VISIT_ENTERED, VISIT_LEFT, VISIT_TALK_END };
enum err history_visits(struct history *h, struct guid tenant, enum visit_time by, uint64_t from_ms,
	uint64_t to_ms, bool (*each)(void *arg, const struct visit_row *row), void *arg,
	struct why *why) MUST_CHECK;

struct span_row {
	struct span_told span; /* agent and queue 0 */
	const char *user, *agent, *queue;
};
/* Spans that lie in [from, to) at least in part; to_ms 0: goes on. */
enum err history_spans(struct history *h, struct guid tenant, uint64_t from_ms, uint64_t to_ms,
	bool (*each)(void *arg, const struct span_row *row), void *arg, struct why *why) MUST_CHECK;

struct journey_row {
	uint32_t contact;
	const char *path; /* "sales > service" */
	uint8_t outcome;
	uint64_t waited_ms; /* in all of them */
};
/* Contacts that came in [from, to) and entered a queue. */
enum err history_journeys(struct history *h, struct guid tenant, uint64_t from_ms, uint64_t to_ms,
	bool (*each)(void *arg, const struct journey_row *row), void *arg,
	struct why *why) MUST_CHECK;

struct told_row {
	uint32_t contact;
	struct record record; /* without numbers of queues and agents */
	struct guid tenant, caller;
	const char *queue, *agent, *user, *flow;
};
struct history_search {
	struct guid tenant;
	const char *user;        /* only those whom this agent spoke with; NULL: all */
	const char *queues;      /* with user: or that were in one of these, {"sales": true} */
	uint64_t from_ms, to_ms; /* offered in [from, to) */
	const char *queue;       /* any of its visits; NULL: all */
	const char *agent;       /* of a conversation: name; NULL: all */
	int outcome;             /* -1: all */
	const char *digits;      /* the last ones of the caller's number; NULL: all */
	struct guid caller;      /* none: all */
	uint32_t before;         /* below this number: where the page before ended; 0: the newest */
	uint32_t n_max;
};
/* The newest first. */
enum err history_contacts(struct history *h, const struct history_search *by,
	bool (*each)(void *arg, const struct told_row *row), void *arg, struct why *why) MUST_CHECK;

struct moment_row {
	struct moment_told moment; /* agent and queue 0 */
	const char *agent, *queue, *by;
};
/* Of one contact, in order. */
enum err history_moments(struct history *h, uint32_t contact,
	bool (*each)(void *arg, const struct moment_row *row), void *arg,
	struct why *why) MUST_CHECK;

/* Notes on a contact, the oldest first; out of the store that was joined. */
enum err history_notes(struct history *h, uint32_t contact,
	bool (*each)(void *arg, const struct note_row *row), void *arg, struct why *why) MUST_CHECK;

/* Contacts by flow, of those offered in [from, to). */
struct flow_row {
	const char *flow;
	uint64_t offered_ms, ended_ms;
	uint8_t outcome, n_queues;
};
enum err history_flows(struct history *h, struct guid tenant, uint64_t from_ms, uint64_t to_ms,
	bool (*each)(void *arg, const struct flow_row *row), void *arg, struct why *why) MUST_CHECK;

#endif
