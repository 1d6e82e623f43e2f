/* Messages that callers left: where they are, and whether anybody has heard them. */
#include "bot/store/inside.h"

#include <stdio.h>

static void bind_text(sqlite3_stmt *st, int column, const char *text)
{
	sqlite3_bind_text(st, column, text, -1, SQLITE_STATIC);
}

enum err store_voicemail_put(struct store *s, const struct voicemail_row *row, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_VOICEMAIL_PUT];

	bind_text(st, 1, row->file);
	sqlite3_bind_int64(st, 2, row->contact);
	bind_text(st, 3, row->tenant);
	bind_text(st, 4, row->mailbox);
	sqlite3_bind_int64(st, 5, (sqlite3_int64)row->at_unix_ms);
	sqlite3_bind_int64(st, 6, row->length_ms);
	sqlite3_bind_int64(st, 7, row->seen);
	return sql_do(&s->sql, "voicemail cannot be written", st, why);
}

enum err store_voicemail_seen(struct store *s, const char *file, struct why *why)
{
	bind_text(s->st[ST_VOICEMAIL_SEEN], 1, file);
	return sql_do(&s->sql, "voicemail cannot be marked", s->st[ST_VOICEMAIL_SEEN], why);
}

enum err store_voicemail_take(
	struct store *s, const char *file, const char *user, uint64_t at_unix_ms, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_VOICEMAIL_TAKE];

	bind_text(st, 1, file);
	bind_text(st, 2, user);
	sqlite3_bind_int64(st, 3, (sqlite3_int64)at_unix_ms);
	return sql_do(&s->sql, "voicemail cannot be taken", st, why);
}

enum err store_voicemail_drop(struct store *s, const char *file, struct why *why)
{
	enum err e;

	bind_text(s->st[ST_VOICEMAIL_UNTAKE], 1, file);
	e = sql_do(&s->sql, "voicemail cannot be dropped", s->st[ST_VOICEMAIL_UNTAKE], why);
	if (e != OK)
		return e;
	bind_text(s->st[ST_VOICEMAIL_DROP], 1, file);
	return sql_do(&s->sql, "voicemail cannot be dropped", s->st[ST_VOICEMAIL_DROP], why);
}

static void column_text(char *out, size_t size, sqlite3_stmt *st, int column)
{
	snprintf(out, size, "%s", (const char *)sqlite3_column_text(st, column));
}

static void row_read(sqlite3_stmt *st, struct voicemail_row *row)
{
	*row = (struct voicemail_row){ .contact = (uint32_t)sqlite3_column_int64(st, 1),
		.at_unix_ms = (uint64_t)sqlite3_column_int64(st, 4),
		.length_ms = (uint32_t)sqlite3_column_int64(st, 5),
		.seen = sqlite3_column_int(st, 6) != 0,
		.taken_unix_ms = (uint64_t)sqlite3_column_int64(st, 8) };
	column_text(row->file, sizeof(row->file), st, 0);
	column_text(row->tenant, sizeof(row->tenant), st, 2);
	column_text(row->mailbox, sizeof(row->mailbox), st, 3);
	column_text(row->taken_by, sizeof(row->taken_by), st, 7);
}

enum err store_voicemails(struct store *s, bool (*each)(void *arg, const struct voicemail_row *row),
	void *arg, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_VOICEMAILS];
	struct voicemail_row row;
	bool more = true;
	enum err e = OK;
	int rc = SQLITE_DONE;

	while (more && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		row_read(st, &row);
		more = each(arg, &row);
	}
	if (more && rc != SQLITE_DONE)
		e = sql_fail(&s->sql, "voicemail cannot be read", why);
	sqlite3_reset(st);
	return e;
}
