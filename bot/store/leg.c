/* How legs of live audio sounded. */
#include "bot/store/inside.h"

#include <stdio.h>

enum { FIGURES_FROM = 4 /* columns before them */ };

static enum err leg_put(struct store *s, const struct leg_row *row, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_LEG_PUT];
#define LEG_VALUE(name) row->name,
	const int64_t figure[] = { LEG_FIGURE_LIST(LEG_VALUE) };
#undef LEG_VALUE

	sqlite3_bind_int64(st, 1, row->contact);
	sqlite3_bind_int64(st, 2, row->attempt);
	sqlite3_bind_text(st, 3, row->agent, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 4, (sqlite3_int64)row->ended_unix_ms);
	for (int i = 0; i < (int)ARRAY_LEN(figure); i++)
		sqlite3_bind_int64(st, FIGURES_FROM + 1 + i, figure[i]);
	return sql_do(&s->sql, "how a leg sounded cannot be written", st, why);
}

enum err store_legs_put(struct store *s, const struct leg_row *row, size_t n, struct why *why)
{
	enum err e = sql_do(&s->sql, "how legs sounded cannot be written", s->st[ST_BEGIN], why);

	for (size_t i = 0; i < n && e == OK; i++)
		e = leg_put(s, &row[i], why);
	if (e == OK)
		e = sql_do(&s->sql, "how legs sounded cannot be written", s->st[ST_COMMIT], why);
	if (e != OK)
		sql_undo(&s->sql);
	return e;
}

static void leg_read(sqlite3_stmt *st, struct leg_row *row)
{
	int column = FIGURES_FROM;

	*row = (struct leg_row){ .contact = (uint32_t)sqlite3_column_int64(st, 0),
		.attempt = (uint32_t)sqlite3_column_int64(st, 1),
		.ended_unix_ms = (uint64_t)sqlite3_column_int64(st, 3) };
	snprintf(row->agent, sizeof(row->agent), "%s", (const char *)sqlite3_column_text(st, 2));
#define LEG_READ(name) row->name = sqlite3_column_int64(st, column++);
	LEG_FIGURE_LIST(LEG_READ)
#undef LEG_READ
}

enum err store_legs(struct store *s, uint32_t contact,
	bool (*each)(void *arg, const struct leg_row *row), void *arg, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_LEGS];
	struct leg_row row;
	bool more = true;
	enum err e = OK;
	int rc = SQLITE_DONE;

	if (!st)
		return OK; /* opened to read, of an older version */
	sqlite3_bind_int64(st, 1, contact);
	while (more && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		leg_read(st, &row);
		more = each(arg, &row);
	}
	if (more && rc != SQLITE_DONE)
		e = sql_fail(&s->sql, "how legs sounded cannot be read", why);
	sqlite3_reset(st);
	return e;
}

enum err legs_prepare_to_read(struct store *s, struct why *why)
{
	int64_t there = 0;
	enum err e = sql_number(&s->sql, "cannot be read",
		"select count(*) from sqlite_schema where name = 'leg'", &there, why);

	return e == OK && there ? sql_prepare(&s->sql, LEGS_TEXT, &s->st[ST_LEGS], why) : e;
}
