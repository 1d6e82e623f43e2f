/* What people wrote down of a contact. */
#include "bot/store/inside.h"

#include <inttypes.h>

static void bind_text(sqlite3_stmt *st, int column, const char *text)
{
	sqlite3_bind_text(st, column, text, -1, SQLITE_STATIC);
}

static enum err room(struct store *s, uint32_t contact, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_NOTE_COUNT];
	enum err e = OK;

	sqlite3_bind_int64(st, 1, contact);
	if (sqlite3_step(st) != SQLITE_ROW)
		e = sql_fail(&s->sql, "notes cannot be read", why);
	else if (sqlite3_column_int64(st, 0) >= NOTES_A_CONTACT)
		e = FAIL(why, E_LIMIT, "contact %" PRIu32 " has %d notes already", contact,
			NOTES_A_CONTACT);
	sqlite3_reset(st);
	return e;
}

enum err store_note_put(struct store *s, struct note_row *row, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_NOTE_PUT];
	enum err e = room(s, row->contact, why);

	if (e != OK)
		return e;
	sqlite3_bind_int64(st, 1, row->contact);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)row->at_unix_ms);
	bind_text(st, 3, row->author);
	bind_text(st, 4, row->name);
	bind_text(st, 5, row->text);
	e = sql_do(&s->sql, "a note cannot be written", st, why);
	row->number = (uint64_t)sqlite3_last_insert_rowid(s->sql.db);
	return e;
}

enum err store_note_edit(struct store *s, const struct note_row *row, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_NOTE_EDIT];
	enum err e;

	bind_text(st, 1, row->text);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)row->edited_unix_ms);
	sqlite3_bind_int64(st, 3, (sqlite3_int64)row->number);
	sqlite3_bind_int64(st, 4, row->contact);
	bind_text(st, 5, row->author);
	sqlite3_bind_int64(st, 6, (sqlite3_int64)(row->edited_unix_ms - NOTE_EDIT_MS));
	e = sql_do(&s->sql, "a note cannot be written", st, why);
	if (e == OK && sqlite3_changes(s->sql.db) == 0)
		e = FAIL(why, E_ABSENT, "there is no such note of yours that may still be edited");
	return e;
}

enum err store_notes(struct store *s, bool (*each)(void *arg, const struct note_row *row),
	void *arg, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_NOTES];
	bool more = true;
	enum err e = OK;
	int rc = SQLITE_DONE;

	while (more && (rc = sqlite3_step(st)) == SQLITE_ROW)
		more = each(
			arg, &(struct note_row){ .number = (uint64_t)sqlite3_column_int64(st, 0),
				     .contact = (uint32_t)sqlite3_column_int64(st, 1),
				     .at_unix_ms = (uint64_t)sqlite3_column_int64(st, 2),
				     .edited_unix_ms = (uint64_t)sqlite3_column_int64(st, 3),
				     .author = (const char *)sqlite3_column_text(st, 4),
				     .name = (const char *)sqlite3_column_text(st, 5),
				     .text = (const char *)sqlite3_column_text(st, 6) });
	if (more && rc != SQLITE_DONE)
		e = sql_fail(&s->sql, "notes cannot be read", why);
	sqlite3_reset(st);
	return e;
}

static enum err unname(struct store *s, enum statement which, const char *user, struct why *why)
{
	bind_text(s->st[which], 1, user);
	bind_text(s->st[which], 2, "00000000-0000-0000-0000-000000000000");
	return sql_do(&s->sql, "an agent cannot be erased", s->st[which], why);
}

enum err store_agent_erase(struct store *s, const char *user, struct why *why)
{
	enum err e = unname(s, ST_NOTE_UNNAME, user, why);

	if (e == OK)
		e = unname(s, ST_VOICEMAIL_UNNAME, user, why);
	if (e == OK)
		(void)store_log_empty(s);
	return e;
}

enum err notes_erase(struct store *s, uint32_t contact, struct why *why)
{
	sqlite3_bind_int64(s->st[ST_NOTE_ERASE], 1, contact);
	return sql_do(&s->sql, "notes cannot be erased", s->st[ST_NOTE_ERASE], why);
}
