/* Call records of Graph's, those that are still to be fetched, and which chain of calls a contact
 * belongs to. */
#include "bot/store/inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void bind_text(sqlite3_stmt *st, int column, const char *text)
{
	sqlite3_bind_text(st, column, text, -1, SQLITE_STATIC);
}

static void column_text(char *out, size_t size, sqlite3_stmt *st, int column)
{
	snprintf(out, size, "%s", (const char *)sqlite3_column_text(st, column));
}

enum err chain_put(struct store *s, const struct caller *p, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_CHAIN_PUT];

	if (!p->chain_id[0])
		return OK;
	sqlite3_bind_int64(st, 1, p->contact);
	bind_text(st, 2, p->tenant_id);
	bind_text(st, 3, p->chain_id);
	return sql_do(&s->sql, "a call chain cannot be written", st, why);
}

enum err chain_erase(struct store *s, uint32_t contact, struct why *why)
{
	sqlite3_bind_int64(s->st[ST_CHAIN_ERASE], 1, contact);
	return sql_do(&s->sql, "a call chain cannot be erased", s->st[ST_CHAIN_ERASE], why);
}

enum err store_chain(struct store *s, const char *tenant, const char *chain_id, uint32_t *contact,
	struct why *why)
{
	sqlite3_stmt *st = s->st[ST_CHAIN_FIND];
	enum err e = OK;
	int rc;

	bind_text(st, 1, tenant);
	bind_text(st, 2, chain_id);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*contact = (uint32_t)sqlite3_column_int64(st, 0);
	else if (rc == SQLITE_DONE)
		e = FAIL(why, E_ABSENT, "no contact is of that call chain");
	else
		e = sql_fail(&s->sql, "call chains cannot be read", why);
	sqlite3_reset(st);
	return e;
}

enum err store_chain_of(struct store *s, uint32_t contact, char tenant[GUID_TEXT],
	char chain_id[GUID_TEXT], struct why *why)
{
	sqlite3_stmt *st = s->st[ST_CHAIN_OF];
	enum err e = OK;
	int rc;

	sqlite3_bind_int64(st, 1, contact);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		column_text(tenant, GUID_TEXT, st, 0);
		column_text(chain_id, GUID_TEXT, st, 1);
	} else if (rc == SQLITE_DONE) {
		e = FAIL(why, E_ABSENT, "the call chain of contact %" PRIu32 " is not known",
			contact);
	} else {
		e = sql_fail(&s->sql, "call chains cannot be read", why);
	}
	sqlite3_reset(st);
	return e;
}

enum err store_records_due_put(
	struct store *s, const struct record_due *due, size_t n, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_DUE_PUT];
	enum err e = sql_do(&s->sql, "a due call record cannot be written", s->st[ST_BEGIN], why);

	for (size_t i = 0; i < n && e == OK; i++) {
		bind_text(st, 1, due[i].tenant);
		bind_text(st, 2, due[i].id);
		e = sql_do(&s->sql, "a due call record cannot be written", st, why);
	}
	if (e == OK)
		e = sql_do(&s->sql, "a due call record cannot be written", s->st[ST_COMMIT], why);
	if (e != OK)
		sql_undo(&s->sql);
	return e;
}

enum err store_record_due_drop(struct store *s, const struct record_due *due, struct why *why)
{
	bind_text(s->st[ST_DUE_DROP], 1, due->tenant);
	bind_text(s->st[ST_DUE_DROP], 2, due->id);
	return sql_do(&s->sql, "a due call record cannot be dropped", s->st[ST_DUE_DROP], why);
}

enum err store_records_due(struct store *s, bool (*each)(void *arg, const struct record_due *due),
	void *arg, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_DUE];
	bool more = true;
	enum err e = OK;
	int rc = SQLITE_DONE;

	while (more && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct record_due due;

		column_text(due.tenant, sizeof(due.tenant), st, 0);
		column_text(due.id, sizeof(due.id), st, 1);
		more = each(arg, &due);
	}
	if (more && rc != SQLITE_DONE)
		e = sql_fail(&s->sql, "due call records cannot be read", why);
	sqlite3_reset(st);
	return e;
}

enum err store_record_put(struct store *s, const struct call_row *r, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_CALL_PUT];

	bind_text(st, 1, r->tenant);
	bind_text(st, 2, r->id);
	sqlite3_bind_int64(st, 3, r->version);
	sqlite3_bind_int64(st, 4, r->contact);
	bind_text(st, 5, r->how);
	bind_text(st, 6, r->type);
	bind_text(st, 7, r->modalities);
	sqlite3_bind_int64(st, 8, (sqlite3_int64)r->start_unix_ms);
	sqlite3_bind_int64(st, 9, (sqlite3_int64)r->end_unix_ms);
	sqlite3_bind_int64(st, 10, r->n_parties);
	sqlite3_bind_int64(st, 11, r->n_sessions);
	bind_text(st, 12, r->failure_stage);
	bind_text(st, 13, r->failure_reason);
	return sql_do(&s->sql, "a call record cannot be written", st, why);
}

static void row_read(sqlite3_stmt *st, struct call_row *r)
{
	*r = (struct call_row){ .version = sqlite3_column_int64(st, 2),
		.contact = (uint32_t)sqlite3_column_int64(st, 3),
		.start_unix_ms = (uint64_t)sqlite3_column_int64(st, 7),
		.end_unix_ms = (uint64_t)sqlite3_column_int64(st, 8),
		.n_parties = (uint32_t)sqlite3_column_int64(st, 9),
		.n_sessions = (uint32_t)sqlite3_column_int64(st, 10) };
	column_text(r->tenant, sizeof(r->tenant), st, 0);
	column_text(r->id, sizeof(r->id), st, 1);
	column_text(r->how, sizeof(r->how), st, 4);
	column_text(r->type, sizeof(r->type), st, 5);
	column_text(r->modalities, sizeof(r->modalities), st, 6);
	column_text(r->failure_stage, sizeof(r->failure_stage), st, 11);
	column_text(r->failure_reason, sizeof(r->failure_reason), st, 12);
}

enum err call_of_contact(struct store *s, uint32_t contact, struct call_row *out, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_CALL_OF];
	enum err e = OK;
	int rc;

	*out = (struct call_row){ .contact = 0 };
	if (!st)
		return OK; /* a store of an older version, opened to read */
	sqlite3_bind_int64(st, 1, contact);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		row_read(st, out);
	else if (rc != SQLITE_DONE)
		e = sql_fail(&s->sql, "call records cannot be read", why);
	sqlite3_reset(st);
	return e;
}

enum err store_records(struct store *s, bool (*each)(void *arg, const struct call_row *row),
	void *arg, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_CALLS];
	struct call_row row;
	bool more = true;
	enum err e = OK;
	int rc = SQLITE_DONE;

	if (!st)
		return OK;
	while (more && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		row_read(st, &row);
		more = each(arg, &row);
	}
	if (more && rc != SQLITE_DONE)
		e = sql_fail(&s->sql, "call records cannot be read", why);
	sqlite3_reset(st);
	return e;
}

enum err records_prepare_to_read(struct store *s, struct why *why)
{
	int64_t there = 0;
	enum err e = sql_number(&s->sql, "cannot be read",
		"select count(*) from sqlite_schema where name = 'call_record'", &there, why);

	if (e != OK || !there)
		return e;
	e = sql_prepare(&s->sql, CALL_OF_TEXT, &s->st[ST_CALL_OF], why);
	return e == OK ? sql_prepare(&s->sql, CALLS_TEXT, &s->st[ST_CALLS], why) : e;
}
