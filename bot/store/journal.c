/* The journal: appended in groups, read in order. */
#include "bot/store/inside.h"

#include <inttypes.h>

enum {
	/* An idle moment moves what the write-ahead log collected; a service that has none does so
	 * at the size where a checkpoint costs some tens of milliseconds. Pages of 4 KiB. */
	WAL_PAGES_IDLE = 256,
	WAL_PAGES_MAX = 8192,
};

static enum err event_put(struct store *s, uint64_t seq, const struct event *ev, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_EVENT_PUT];
	uint8_t body[EVENT_BYTES];

	event_pack(ev, body);
	sqlite3_bind_int64(st, 1, (sqlite3_int64)seq);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)ev->at_ms);
	sqlite3_bind_blob(st, 3, body, sizeof(body), SQLITE_STATIC);
	return sql_do(&s->sql, "an event cannot be written", st, why);
}

static enum err person_put(struct store *s, const struct caller *p, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_PERSON_PUT];
	enum err e;

	sqlite3_bind_int64(st, 1, p->contact);
	sqlite3_bind_text(st, 2, p->kind, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 3, p->id, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 4, p->name, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 5, p->line, -1, SQLITE_STATIC);
	e = sql_do(&s->sql, "a person cannot be written", st, why);
	return e == OK ? chain_put(s, p, why) : e;
}

static enum err batch_put(struct store *s, const struct store_batch *batch, struct why *why)
{
	enum err e = sql_do(&s->sql, "a commit cannot begin", s->st[ST_BEGIN], why);

	for (size_t i = 0; e == OK && i < batch->n_events; i++)
		e = event_put(s, s->last_seq + 1 + i, &batch->event[i], why);
	for (size_t i = 0; e == OK && i < batch->n_persons; i++)
		e = person_put(s, &batch->person[i], why);
	if (e == OK)
		e = sql_do(&s->sql, "a commit does not reach the disk", s->st[ST_COMMIT], why);
	return e;
}

uint64_t store_position(const struct store *s)
{
	return s->last_seq;
}

enum err store_commit(struct store *s, const struct store_batch *batch, struct why *why)
{
	enum err e;

	if (s->broken)
		return FAIL(
			why, E_SYSTEM, "%s: an earlier commit failed; start again", s->sql.path);
	e = batch_put(s, batch, why);
	if (e != OK) {
		s->broken = true;
		sql_undo(&s->sql);
		return e;
	}
	s->last_seq += batch->n_events;
	if (s->wal_pages > WAL_PAGES_MAX)
		store_idle(s);
	return OK;
}

/* Passive: beside readers, and without waiting for them. What it leaves comes next time. */
void store_idle(struct store *s)
{
	if (s->read_only || s->broken || s->wal_pages < WAL_PAGES_IDLE)
		return;
	if (sqlite3_wal_checkpoint_v2(s->sql.db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) ==
		SQLITE_OK)
		s->wal_pages = 0;
}

static enum err event_read(
	struct store *s, sqlite3_stmt *st, uint64_t *seq, struct event *out, struct why *why)
{
	const void *body = sqlite3_column_blob(st, 2);
	size_t n = (size_t)sqlite3_column_bytes(st, 2);

	*seq = (uint64_t)sqlite3_column_int64(st, 0);
	if (event_unpack(body, n, out) != OK)
		return FAIL(why, E_MALFORMED,
			"%s: record %" PRIu64 " of %zu bytes is no event of this version",
			s->sql.path, *seq, n);
	return OK;
}

static enum err replay(struct store *s, uint64_t after,
	bool (*each)(void *arg, uint64_t seq, const struct event *ev), void *arg, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_EVENTS];
	uint64_t seq, next = after + 1;
	struct event ev;
	int rc;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)after);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		enum err e = event_read(s, st, &seq, &ev, why);

		if (e != OK)
			return e;
		if (seq != next++)
			return FAIL(why, E_MALFORMED,
				"%s: record %" PRIu64 " follows record %" PRIu64
				": the journal has a gap",
				s->sql.path, seq, next - 2);
		if (!each(arg, seq, &ev))
			return OK;
	}
	return rc == SQLITE_DONE ? OK : sql_fail(&s->sql, "the journal cannot be read", why);
}

enum err store_replay(struct store *s,
	bool (*each)(void *arg, uint64_t seq, const struct event *ev), void *arg, struct why *why)
{
	enum err e;

	s->replaying = true;
	e = replay(s, 0, each, arg, why);
	s->replaying = false;
	sqlite3_reset(s->st[ST_EVENTS]);
	return e;
}

enum err store_replay_after(struct store *s, uint64_t after,
	bool (*each)(void *arg, uint64_t seq, const struct event *ev), void *arg, struct why *why)
{
	enum err e = replay(s, after, each, arg, why);

	sqlite3_reset(s->st[ST_EVENTS]);
	return e;
}

enum err store_replay_back(struct store *s, uint64_t before,
	bool (*each)(void *arg, uint64_t seq, const struct event *ev), void *arg, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_EVENTS_BACK];
	struct event ev;
	enum err e = OK;
	uint64_t seq;
	int rc = SQLITE_DONE;

	sqlite3_bind_int64(st, 1, before < INT64_MAX ? (sqlite3_int64)before : INT64_MAX);
	while (e == OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		e = event_read(s, st, &seq, &ev, why);
		if (e == OK && !each(arg, seq, &ev))
			break;
	}
	if (e == OK && rc != SQLITE_DONE && rc != SQLITE_ROW)
		e = sql_fail(&s->sql, "the journal cannot be read", why);
	sqlite3_reset(st);
	return e;
}

/* Numbers of contacts rise with the calls, so the last call that came has the highest. */
enum err journal_summary(struct store *s, struct store_summary *out, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_EVENTS_BACK];
	struct event ev = { 0 };
	enum err e = OK;
	uint64_t seq;
	int rc = SQLITE_DONE;

	*out = (struct store_summary){ 0 };
	sqlite3_bind_int64(st, 1, INT64_MAX);
	while (e == OK && ev.kind != EV_CALL_INCOMING && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		e = event_read(s, st, &seq, &ev, why);
		if (e == OK && !out->n_events) {
			out->n_events = seq;
			out->last_ms = ev.at_ms;
		}
		if (e == OK && ev.contact > out->last_contact)
			out->last_contact = ev.contact;
	}
	if (e == OK && rc != SQLITE_DONE && rc != SQLITE_ROW)
		e = sql_fail(&s->sql, "the journal cannot be read", why);
	sqlite3_reset(st);
	s->last_seq = out->n_events;
	return e;
}

enum err journal_ref_put(struct store *s, uint64_t seq, struct guid ref, struct why *why)
{
	sqlite3_stmt *at = s->st[ST_EVENT_AT], *put = s->st[ST_JOURNAL_REF];
	uint8_t body[EVENT_BYTES];
	struct event ev;
	uint64_t found;
	enum err e;

	sqlite3_bind_int64(at, 1, (sqlite3_int64)seq);
	if (sqlite3_step(at) == SQLITE_ROW)
		e = event_read(s, at, &found, &ev, why);
	else
		e = sql_fail(&s->sql, "the journal cannot be read", why);
	sqlite3_reset(at);
	if (e != OK || ev.kind != EV_CALLER)
		return e;
	ev.ref = ref;
	event_pack(&ev, body);
	sqlite3_bind_blob(put, 1, body, sizeof(body), SQLITE_STATIC);
	sqlite3_bind_int64(put, 2, (sqlite3_int64)seq);
	return sql_do(&s->sql, "the journal cannot be written", put, why);
}
