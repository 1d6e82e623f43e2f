/* A caller's traces: found by reading the persons, erased together. */
#include "bot/store/inside.h"

#include <stdio.h>

static void column_text(char *out, size_t size, sqlite3_stmt *st, int column)
{
	snprintf(out, size, "%s", (const char *)sqlite3_column_text(st, column));
}

enum err store_persons(struct store *s, bool (*each)(void *arg, const struct caller *p), void *arg,
	struct why *why)
{
	sqlite3_stmt *st = s->st[ST_PERSONS];
	bool more = true;
	enum err e = OK;
	int rc = SQLITE_DONE;

	while (more && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		struct caller p = { .contact = (uint32_t)sqlite3_column_int64(st, 0) };

		column_text(p.kind, sizeof(p.kind), st, 1);
		column_text(p.id, sizeof(p.id), st, 2);
		column_text(p.name, sizeof(p.name), st, 3);
		column_text(p.line, sizeof(p.line), st, 4);
		more = each(arg, &p);
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		e = sql_fail(&s->sql, "the persons cannot be read", why);
	sqlite3_reset(st);
	return e;
}

static enum err erase_all(struct store *s, const struct store_traces *t, struct why *why)
{
	sqlite3_stmt *person = s->st[ST_PERSON_ERASE];
	enum err e = OK;

	for (size_t i = 0; i < t->n_contacts && e == OK; i++) {
		sqlite3_bind_int64(person, 1, t->contact[i]);
		e = sql_do(&s->sql, "a person cannot be erased", person, why);
		if (e == OK)
			e = chain_erase(s, t->contact[i], why);
		if (e == OK)
			e = notes_erase(s, t->contact[i], why);
	}
	for (size_t i = 0; i < t->n_hashed && e == OK; i++)
		e = journal_ref_put(s, t->hashed[i], t->instead, why);
	return e;
}

enum err store_traces_erase(struct store *s, const struct store_traces *t, struct why *why)
{
	enum err e = sql_do(&s->sql, "traces cannot be erased", s->st[ST_BEGIN], why);

	if (e != OK)
		return e;
	e = erase_all(s, t, why);
	if (e == OK)
		e = sql_do(&s->sql, "traces cannot be erased", s->st[ST_COMMIT], why);
	if (e != OK) {
		sql_undo(&s->sql);
		return e;
	}
	(void)store_log_empty(s);
	return OK;
}
