/* Where people's chats with the bots are. */
#include "bot/store/inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { COLUMN_SEEN = 9 };

/* The texts of a row in the statements' order. */
struct cell {
	char *at;
	size_t size;
};
enum { CELLS = 9 };

static void cells_of(struct chat_row *r, struct cell out[CELLS])
{
	const struct cell cells[CELLS] = {
		{ r->app, sizeof(r->app) },
		{ r->tenant, sizeof(r->tenant) },
		{ r->user, sizeof(r->user) },
		{ r->user_id, sizeof(r->user_id) },
		{ r->conversation_id, sizeof(r->conversation_id) },
		{ r->service_url, sizeof(r->service_url) },
		{ r->name, sizeof(r->name) },
		{ r->locale, sizeof(r->locale) },
		{ r->blocked, sizeof(r->blocked) },
	};

	memcpy(out, cells, sizeof(cells));
}

static enum err put_one(struct store *s, const struct chat_row *row, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_CHAT_PUT];
	struct chat_row copy = *row;
	struct cell cell[CELLS];

	cells_of(&copy, cell);
	for (int i = 0; i < CELLS; i++)
		sqlite3_bind_text(st, i + 1, cell[i].at, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int64(st, COLUMN_SEEN + 1, (sqlite3_int64)row->seen_unix_ms);
	return sql_do(&s->sql, "a chat cannot be written", st, why);
}

enum err store_chats_put(struct store *s, const struct chat_row *row, size_t n, struct why *why)
{
	enum err e = sql_do(&s->sql, "a chat cannot be written", s->st[ST_BEGIN], why);

	for (size_t i = 0; i < n && e == OK; i++)
		e = put_one(s, &row[i], why);
	if (e == OK)
		e = sql_do(&s->sql, "a chat cannot be written", s->st[ST_COMMIT], why);
	if (e != OK)
		sql_undo(&s->sql);
	return e;
}

enum err store_chats(struct store *s, bool (*each)(void *arg, const struct chat_row *row),
	void *arg, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_CHATS];
	enum err e = OK;
	bool more = true;
	int rc = SQLITE_DONE;

	while (more && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct chat_row row;
		struct cell cell[CELLS];

		cells_of(&row, cell);
		for (int i = 0; i < CELLS; i++)
			snprintf(cell[i].at, cell[i].size, "%s",
				(const char *)sqlite3_column_text(st, i));
		row.seen_unix_ms = (uint64_t)sqlite3_column_int64(st, COLUMN_SEEN);
		more = each(arg, &row);
	}
	if (more && rc != SQLITE_DONE)
		e = sql_fail(&s->sql, "chats cannot be read", why);
	sqlite3_reset(st);
	return e;
}

enum err store_chat_erase(
	struct store *s, const char *app, const char *tenant, const char *user, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_CHAT_ERASE];
	bool known;
	enum err e;

	sqlite3_bind_text(st, 1, app, -1, SQLITE_STATIC); /* NULL binds null */
	sqlite3_bind_text(st, 2, tenant, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 3, user, -1, SQLITE_STATIC);
	e = sql_do(&s->sql, "a chat cannot be erased", st, why);
	if (e != OK)
		return e;
	known = sqlite3_changes(s->sql.db) > 0;
	(void)store_log_empty(s);
	if (!known)
		return FAIL(why, E_ABSENT, "%s: nothing is known of the chats of %s", s->sql.path,
			user);
	return OK;
}
