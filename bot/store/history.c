#include "bot/store/history.h"

#include "bot/base/clean.h"
#include "bot/base/log.h"
#include "bot/store/history_inside.h"
#include "bot/store/inside.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VERSION = 1, PATH_MAX_BYTES = 3600 };

static const char schema[] =
	"create table progress(journal blob not null, position integer not null);"
	"create table contact(contact integer primary key, tenant blob not null,"
	" caller blob not null, offered_ms integer not null, answered_ms integer not null,"
	" connected_ms integer not null, ended_ms integer not null, outcome integer not null,"
	" n_queues integer not null, held_ms integer not null, code integer not null,"
	" queue text, agent text, user text, flow text not null, recorded integer not null,"
	" promised_s integer not null);"
	"create index contact_by_time on contact(tenant, offered_ms);"
	"create index contact_by_caller on contact(caller, contact) where length(caller);"
	"create table visit(contact integer not null, n integer not null, tenant blob not null,"
	" queue text not null, agent text, end integer not null, within integer not null,"
	" kept integer not null, again integer not null, n_transfers integer not null,"
	" entered_ms integer not null, left_ms integer not null, talk_end_ms integer not null,"
	" talk_ms integer not null, wrap_up_ms integer not null, primary key(contact, n))"
	" without rowid;"
	"create index visit_by_entered on visit(tenant, entered_ms);"
	"create index visit_by_left on visit(tenant, left_ms);"
	"create index visit_by_talk_end on visit(tenant, talk_end_ms);"
	"create table span(span integer primary key, tenant blob not null, user text not null,"
	" agent text not null, duty integer not null, contact integer not null,"
	" queue text not null, from_ms integer not null, to_ms integer not null);"
	"create index span_by_from on span(tenant, from_ms);"
	"create index span_by_to on span(tenant, to_ms);"
	"create index span_by_contact on span(contact, user) where contact;"
	"create table moment(contact integer not null, seq integer not null, n integer not null,"
	" at_ms integer not null, kind integer not null, agent text not null,"
	" queue text not null, value integer not null, by text not null,"
	" primary key(contact, seq, n)) without rowid;"
	"pragma user_version = 1;";

#define STATEMENT_TEXT(name, text) [name] = text,
static const char *const statement[HISTORY_STATEMENTS_N] = { HISTORY_STATEMENTS(STATEMENT_TEXT) };
#undef STATEMENT_TEXT

CLEAN_FN(history_close, struct history *)

void history_close(struct history *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < HISTORY_STATEMENTS_N; i++)
		sqlite3_finalize(h->st[i]);
	sql_close(&h->sql);
	free(h);
}

void store_id(const struct store *s, uint8_t out[16])
{
	memcpy(out, s->id, STORE_ID_BYTES);
}

/* ---- opening */

/* Whose rows, and up to where; E_STALE: to be made anew. */
static enum err progress(
	struct sql *q, const uint8_t of[16], uint64_t *out_position, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *st = NULL;
	int64_t version = 0;
	enum err e = sql_number(q, "cannot be read", "pragma user_version", &version, why);

	if (e != OK || version != VERSION)
		return e == OK ? E_STALE : e;
	e = sql_prepare(q, "select journal, position from progress", &st, why);
	if (e != OK)
		return e;
	if (sqlite3_step(st) != SQLITE_ROW || sqlite3_column_bytes(st, 0) != STORE_ID_BYTES ||
		memcmp(sqlite3_column_blob(st, 0), of, STORE_ID_BYTES) != 0)
		return E_STALE;
	*out_position = (uint64_t)sqlite3_column_int64(st, 1);
	return OK;
}

static enum err begin_anew(struct sql *q, const uint8_t of[16], struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *st = NULL;
	enum err e = sql_run(q, "cannot be prepared", schema, why);

	if (e == OK)
		e = sql_prepare(q, "insert into progress values(?, 0)", &st, why);
	if (e != OK)
		return e;
	sqlite3_bind_blob(st, 1, of, STORE_ID_BYTES, SQLITE_STATIC);
	return sql_do(q, "cannot be marked", st, why);
}

static void file_remove(const char *path)
{
	static const char *const tail[] = { "", "-wal", "-shm" };
	char name[PATH_MAX_BYTES + 8];

	for (size_t i = 0; i < ARRAY_LEN(tail); i++) {
		snprintf(name, sizeof(name), "%s%s", path, tail[i]);
		unlink(name);
	}
}

/* With the mode that SQLite gives to the files beside it, too. */
static enum err file_open(struct sql *q, const char *path, struct why *why)
{
	int fd = strcmp(path, ":memory:") ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	enum err e = sql_open(q, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, why);

	if (fd >= 0)
		close(fd);
	return e == OK ? sql_run(q, "cannot be written ahead",
				 "pragma journal_mode = wal; pragma synchronous = normal;"
				 "pragma cache_size = -8000; pragma secure_delete = on;",
				 why)
		       : e;
}

static enum err join_store(struct history *h, const char *store, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *st = NULL;
	enum err e;

	if (!store)
		return OK;
	e = sql_prepare(&h->sql, "attach ? as store", &st, why);
	if (e != OK)
		return e;
	sqlite3_bind_text(st, 1, store, -1, SQLITE_STATIC);
	h->joined = true;
	return sql_do(&h->sql, "the store cannot be joined", st, why);
}

enum err history_open(const char *path, const char *store, const uint8_t of[16],
	struct history **out, uint64_t *out_position, struct why *why)
{
	CLEAN(history_close) struct history *h = calloc(1, sizeof(*h));
	enum err e;

	*out_position = 0;
	if (!h)
		return FAIL(why, E_SYSTEM, "%s: no memory", path);
	e = file_open(&h->sql, path, why);
	if (e == OK)
		e = progress(&h->sql, of, out_position, why);
	if (e == E_STALE || e == E_MALFORMED) {
		log_line(LOG_INFO, "store", "", "history file=%s -> made anew", path);
		sql_close(&h->sql);
		if (strcmp(path, ":memory:") != 0)
			file_remove(path);
		e = file_open(&h->sql, path, why);
		if (e == OK)
			e = begin_anew(&h->sql, of, why);
	}
	if (e == OK)
		e = join_store(h, store, why);
	for (size_t i = 0; e == OK && i < HISTORY_STATEMENTS_N; i++)
		e = sql_prepare(&h->sql, statement[i], &h->st[i], why);
	if (e == OK)
		*out = TAKE(h);
	return e;
}

/* ---- writing */

enum err history_begin(struct history *h, struct why *why)
{
	return sql_do(&h->sql, "rows cannot be written", h->st[HS_BEGIN], why);
}

enum err history_commit(struct history *h, uint64_t position, struct why *why)
{
	enum err e;

	sqlite3_bind_int64(h->st[HS_POSITION], 1, (sqlite3_int64)position);
	e = sql_do(&h->sql, "the position cannot be written", h->st[HS_POSITION], why);
	if (e == OK)
		e = sql_do(&h->sql, "rows cannot be written", h->st[HS_COMMIT], why);
	if (e != OK)
		sql_undo(&h->sql);
	return e;
}

static void bind_text(sqlite3_stmt *st, int column, const char *text)
{
	if (text)
		sqlite3_bind_text(st, column, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(st, column);
}

static void bind_guid(sqlite3_stmt *st, int column, const struct guid *g)
{
	sqlite3_bind_blob(st, column, g->byte, guid_is_none(*g) ? 0 : 16, SQLITE_STATIC);
}

static void bind_numbers(sqlite3_stmt *st, int column, const uint64_t *number, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sqlite3_bind_int64(st, column + (int)i, (sqlite3_int64)number[i]);
}

enum err history_contact(struct history *h, const struct contact_told *row,
	const struct names_told *names, struct why *why)
{
	sqlite3_stmt *st = h->st[HS_CONTACT];
	const struct record *r = &row->record;
	const uint64_t number[] = { r->offered_ms, r->answered_ms, r->connected_ms, r->ended_ms,
		r->outcome, r->n_queues, r->held_ms, r->wrap_up_code };
	const uint64_t more[] = { r->recorded, r->promised_s };

	sqlite3_bind_int64(st, 1, row->contact);
	sqlite3_bind_blob(st, 2, names->tenant.byte, 16, SQLITE_STATIC);
	bind_guid(st, 3, &row->caller);
	bind_numbers(st, 4, number, ARRAY_LEN(number));
	bind_text(st, 12, names->queue);
	bind_text(st, 13, names->agent);
	bind_text(st, 14, names->user);
	bind_text(st, 15, names->flow ? names->flow : "");
	bind_numbers(st, 16, more, ARRAY_LEN(more));
	return sql_do(&h->sql, "a contact cannot be written", st, why);
}

enum err history_visit(struct history *h, const struct visit_told *row,
	const struct names_told *names, struct why *why)
{
	sqlite3_stmt *st = h->st[HS_VISIT];
	const uint64_t number[] = { row->end, row->within, row->kept, row->again, row->n_transfers,
		row->entered_ms, row->left_ms, row->talk_end_ms, row->talk_ms };

	sqlite3_bind_int64(st, 1, row->contact);
	sqlite3_bind_int64(st, 2, row->n);
	sqlite3_bind_blob(st, 3, names->tenant.byte, 16, SQLITE_STATIC);
	bind_text(st, 4, names->queue ? names->queue : "");
	bind_text(st, 5, names->agent);
	bind_numbers(st, 6, number, ARRAY_LEN(number));
	return sql_do(&h->sql, "a visit cannot be written", st, why);
}

enum err history_span(struct history *h, const struct span_told *row,
	const struct names_told *names, struct why *why)
{
	sqlite3_stmt *st = h->st[row->to_ms ? HS_SPAN_END : HS_SPAN];

	sqlite3_bind_int64(st, 1, (sqlite3_int64)row->span);
	if (row->to_ms) {
		sqlite3_bind_int64(st, 2, (sqlite3_int64)row->to_ms);
		return sql_do(&h->sql, "a span cannot be ended", st, why);
	}
	sqlite3_bind_blob(st, 2, names->tenant.byte, 16, SQLITE_STATIC);
	bind_text(st, 3, names->user ? names->user : "");
	bind_text(st, 4, names->agent ? names->agent : "");
	sqlite3_bind_int64(st, 5, row->duty);
	sqlite3_bind_int64(st, 6, row->contact);
	bind_text(st, 7, names->queue ? names->queue : "");
	sqlite3_bind_int64(st, 8, (sqlite3_int64)row->from_ms);
	sqlite3_bind_int64(st, 9, 0);
	return sql_do(&h->sql, "a span cannot be written", st, why);
}

enum err history_moment(struct history *h, const struct moment_told *row,
	const struct names_told *names, const char *by, struct why *why)
{
	sqlite3_stmt *st = h->st[HS_MOMENT];
	const uint64_t number[] = { row->contact, row->seq, row->n, row->at_ms, row->kind };

	bind_numbers(st, 1, number, ARRAY_LEN(number));
	bind_text(st, 6, names->agent ? names->agent : "");
	bind_text(st, 7, names->queue ? names->queue : "");
	sqlite3_bind_int64(st, 8, row->value);
	bind_text(st, 9, by ? by : "");
	return sql_do(&h->sql, "a moment cannot be written", st, why);
}

enum err history_wrap_up(struct history *h, uint32_t contact, uint64_t ms, struct why *why)
{
	sqlite3_bind_int64(h->st[HS_WRAP_UP], 1, contact);
	sqlite3_bind_int64(h->st[HS_WRAP_UP], 2, (sqlite3_int64)ms);
	return sql_do(&h->sql, "a wrap-up cannot be written", h->st[HS_WRAP_UP], why);
}

enum err history_code(struct history *h, uint32_t contact, uint16_t code, struct why *why)
{
	sqlite3_bind_int64(h->st[HS_CODE], 1, contact);
	sqlite3_bind_int64(h->st[HS_CODE], 2, code);
	return sql_do(&h->sql, "a wrap-up code cannot be written", h->st[HS_CODE], why);
}

enum err history_forget(struct history *h, const uint32_t *contact, size_t n, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *st = NULL;
	enum err e = sql_prepare(
		&h->sql, "update contact set caller = x'' where contact = ?", &st, why);

	if (e == OK)
		e = history_begin(h, why);
	for (size_t i = 0; i < n && e == OK; i++) {
		sqlite3_bind_int64(st, 1, contact[i]);
		e = sql_do(&h->sql, "a caller cannot be forgotten", st, why);
	}
	if (e == OK)
		e = sql_do(&h->sql, "a caller cannot be forgotten", h->st[HS_COMMIT], why);
	if (e != OK)
		sql_undo(&h->sql);
	else if (sqlite3_wal_checkpoint_v2(
			 h->sql.db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_OK)
		e = sql_fail(&h->sql, "the write-ahead log still holds a caller", why);
	return e;
}
