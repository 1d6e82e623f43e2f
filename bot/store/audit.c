/* Versions of the configuration, and who did what. */
#include "bot/store/inside.h"

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

enum err store_version_put(struct store *s, struct version_row *row, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_VERSION_PUT];
	enum err e;

	sqlite3_bind_blob(st, 1, row->digest, sizeof(row->digest), SQLITE_STATIC);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)row->at_unix_ms);
	bind_text(st, 3, row->author);
	bind_text(st, 4, row->comment);
	bind_text(st, 5, row->how);
	sqlite3_bind_int(st, 6, row->taken);
	e = sql_do(&s->sql, "a version cannot be written", st, why);
	if (e == OK)
		row->number = (uint32_t)sqlite3_last_insert_rowid(s->sql.db);
	return e;
}

enum err store_version_take(struct store *s, uint32_t number, struct why *why)
{
	sqlite3_bind_int64(s->st[ST_VERSION_TAKE], 1, number);
	return sql_do(&s->sql, "a version cannot be marked", s->st[ST_VERSION_TAKE], why);
}

enum err store_versions_settle(struct store *s, struct why *why)
{
	return sql_do(&s->sql, "versions cannot be dropped", s->st[ST_VERSION_DROP], why);
}

static void version_read(sqlite3_stmt *st, struct version_row *row)
{
	*row = (struct version_row){ .number = (uint32_t)sqlite3_column_int64(st, 0),
		.at_unix_ms = (uint64_t)sqlite3_column_int64(st, 2),
		.taken = sqlite3_column_int(st, 6) != 0 };
	if (sqlite3_column_bytes(st, 1) == sizeof(row->digest))
		memcpy(row->digest, sqlite3_column_blob(st, 1), sizeof(row->digest));
	column_text(row->author, sizeof(row->author), st, 3);
	column_text(row->comment, sizeof(row->comment), st, 4);
	column_text(row->how, sizeof(row->how), st, 5);
}

enum err store_versions(struct store *s, uint32_t before,
	bool (*each)(void *arg, const struct version_row *row), void *arg, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_VERSIONS];
	struct version_row row;
	bool more = true;
	enum err e = OK;
	int rc = SQLITE_DONE;

	sqlite3_bind_int64(st, 1, before);
	while (more && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		version_read(st, &row);
		more = each(arg, &row);
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		e = sql_fail(&s->sql, "versions cannot be read", why);
	sqlite3_reset(st);
	return e;
}

enum err store_audit_put(struct store *s, const struct audit_row *row, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_AUDIT_PUT], *trim = s->st[ST_AUDIT_TRIM];
	enum err e;

	sqlite3_bind_int64(st, 1, (sqlite3_int64)row->at_unix_ms);
	bind_text(st, 2, row->who);
	bind_text(st, 3, row->what);
	bind_text(st, 4, row->target);
	bind_text(st, 5, row->detail);
	e = sql_do(&s->sql, "the audit cannot be written", st, why);
	if (e != OK)
		return e;
	sqlite3_bind_int64(trim, 1, sqlite3_last_insert_rowid(s->sql.db) - AUDIT_MAX);
	return sql_do(&s->sql, "the audit cannot be trimmed", trim, why);
}

enum err store_audits(struct store *s, uint64_t before,
	bool (*each)(void *arg, const struct audit_row *row), void *arg, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_AUDITS];
	struct audit_row row;
	bool more = true;
	enum err e = OK;
	int rc = SQLITE_DONE;

	if (!st)
		return OK; /* opened to read, of an older version */
	sqlite3_bind_int64(st, 1, before < INT64_MAX ? (sqlite3_int64)before : INT64_MAX);
	while (more && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		row = (struct audit_row){ .number = (uint64_t)sqlite3_column_int64(st, 0),
			.at_unix_ms = (uint64_t)sqlite3_column_int64(st, 1) };
		column_text(row.who, sizeof(row.who), st, 2);
		column_text(row.what, sizeof(row.what), st, 3);
		column_text(row.target, sizeof(row.target), st, 4);
		column_text(row.detail, sizeof(row.detail), st, 5);
		more = each(arg, &row);
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		e = sql_fail(&s->sql, "the audit cannot be read", why);
	sqlite3_reset(st);
	return e;
}

enum err audit_prepare_to_read(struct store *s, struct why *why)
{
	int64_t there = 0;
	enum err e = sql_number(&s->sql, "cannot be read",
		"select count(*) from sqlite_schema where name = 'audit'", &there, why);

	return e == OK && there ? sql_prepare(&s->sql, AUDITS_TEXT, &s->st[ST_AUDITS], why) : e;
}
