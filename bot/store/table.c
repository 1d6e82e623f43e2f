/* What stands beside the journal: facts, configurations, persons, contact records. */
#include "bot/store/inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum err store_fact_get(
	struct store *s, const char *name, void *value, size_t *value_bytes, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_FACT_GET];
	size_t room = *value_bytes;
	enum err e = OK;
	int rc;

	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		*value_bytes = (size_t)sqlite3_column_bytes(st, 0);
		if (*value_bytes > room)
			e = FAIL(why, E_LIMIT, "%s: fact %s has %zu bytes, room is for %zu",
				s->sql.path, name, *value_bytes, room);
		else if (*value_bytes)
			memcpy(value, sqlite3_column_blob(st, 0), *value_bytes);
	} else if (rc == SQLITE_DONE) {
		e = FAIL(why, E_ABSENT, "%s: fact %s is not set", s->sql.path, name);
	} else {
		e = sql_fail(&s->sql, "a fact cannot be read", why);
	}
	sqlite3_reset(st);
	return e;
}

enum err store_fact_put(
	struct store *s, const char *name, const void *value, size_t value_bytes, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_FACT_PUT];

	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_blob64(st, 2, value_bytes ? value : "", value_bytes, SQLITE_STATIC);
	return sql_do(&s->sql, "a fact cannot be written", st, why);
}

enum err store_config_put(
	struct store *s, const uint8_t digest[16], const char *text, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_CONFIG_PUT];

	sqlite3_bind_blob(st, 1, digest, 16, SQLITE_STATIC);
	sqlite3_bind_text(st, 2, text, -1, SQLITE_STATIC);
	return sql_do(&s->sql, "a configuration cannot be written", st, why);
}

enum err store_config_get(struct store *s, const uint8_t digest[16], char **text, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_CONFIG_GET];
	enum err e = OK;
	int rc;

	sqlite3_bind_blob(st, 1, digest, 16, SQLITE_STATIC);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		*text = strdup((const char *)sqlite3_column_text(st, 0));
		if (!*text)
			e = FAIL(why, E_SYSTEM, "no memory for a configuration");
	} else if (rc == SQLITE_DONE) {
		e = FAIL(why, E_ABSENT, "%s: holds no configuration of that digest", s->sql.path);
	} else {
		e = sql_fail(&s->sql, "a configuration cannot be read", why);
	}
	sqlite3_reset(st);
	return e;
}

static void column_copy(char *out, size_t size, sqlite3_stmt *st, int column)
{
	snprintf(out, size, "%s", (const char *)sqlite3_column_text(st, column));
}

enum err store_person_get(struct store *s, uint32_t contact, struct caller *out, struct why *why)
{
	sqlite3_stmt *st = s->st[ST_PERSON_GET];
	enum err e = OK;
	int rc;

	*out = (struct caller){ .contact = contact };
	sqlite3_bind_int64(st, 1, contact);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		column_copy(out->kind, sizeof(out->kind), st, 0);
		column_copy(out->id, sizeof(out->id), st, 1);
		column_copy(out->name, sizeof(out->name), st, 2);
		column_copy(out->line, sizeof(out->line), st, 3);
	} else if (rc == SQLITE_DONE) {
		e = FAIL(why, E_ABSENT, "%s: the person of contact %" PRIu32 " is not known",
			s->sql.path, contact);
	} else {
		e = sql_fail(&s->sql, "a person cannot be read", why);
	}
	sqlite3_reset(st);
	return e;
}

bool store_log_empty(struct store *s)
{
	s->log_due = !sql_log_empty(&s->sql);
	if (!s->log_due)
		s->wal_pages = 0;
	return !s->log_due;
}

bool store_log_due(const struct store *s)
{
	return s->log_due;
}

void store_contact_put(struct store *s, uint32_t contact, const struct record *record,
	const char *queue_name, const char *agent_name)
{
	struct contact_hand h = { .contact = contact, .record = *record };

	snprintf(h.queue_name, sizeof(h.queue_name), "%s", queue_name ? queue_name : "");
	snprintf(h.agent_name, sizeof(h.agent_name), "%s", agent_name ? agent_name : "");
	contacts_put(s->contacts, &h, s->replaying);
}

void store_contact_code(struct store *s, uint32_t contact, uint16_t code)
{
	struct contact_hand h = {
		.contact = contact, .code_alone = true, .record.wrap_up_code = code
	};

	contacts_put(s->contacts, &h, s->replaying);
}

void store_contacts_flush(struct store *s)
{
	contacts_flush(s->contacts);
}

uint64_t store_contacts_missed(struct store *s)
{
	return contacts_missed(s->contacts);
}

struct each_row {
	struct store *s;
	bool (*each)(void *arg, const struct contact_row *row);
	void *arg;
	enum err e;
	struct why *why;
};

static bool row_give(void *arg, struct contact_row *row)
{
	struct each_row *r = arg;
	enum err e = store_person_get(r->s, row->contact, &row->person, r->why);

	if (e == E_ABSENT)
		row->person.contact = 0;
	else if (e != OK)
		r->e = e;
	if (r->e == OK)
		r->e = call_of_contact(r->s, row->contact, &row->call, r->why);
	return r->e == OK && r->each(r->arg, row);
}

enum err store_contacts_back(struct store *s,
	bool (*each)(void *arg, const struct contact_row *row), void *arg, struct why *why)
{
	struct each_row r = { .s = s, .each = each, .arg = arg, .why = why };
	enum err e = contacts_each_back(s->contacts, row_give, &r, why);

	return e == OK ? r.e : e;
}

enum err store_contacts(struct store *s, bool (*each)(void *arg, const struct contact_row *row),
	void *arg, struct why *why)
{
	struct each_row r = { .s = s, .each = each, .arg = arg, .why = why };
	enum err e = contacts_each(s->contacts, row_give, &r, why);

	return e == OK ? r.e : e;
}
