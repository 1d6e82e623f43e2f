/* What people ask of the history: rows, each by an index, and never more than they ask for. */
#include "bot/base/text.h"
#include "bot/store/history_inside.h"

#include <string.h>

static const char *text_at(sqlite3_stmt *st, int column)
{
	const char *text = (const char *)sqlite3_column_text(st, column);

	return text ? text : "";
}

static uint64_t number_at(sqlite3_stmt *st, int column)
{
	return (uint64_t)sqlite3_column_int64(st, column);
}

static struct guid guid_at(sqlite3_stmt *st, int column)
{
	struct guid g = { { 0 } };

	if (sqlite3_column_bytes(st, column) == 16)
		memcpy(g.byte, sqlite3_column_blob(st, column), 16);
	return g;
}

/* give: makes a row of st and hands it on; false: enough. */
static enum err each_row(struct history *h, sqlite3_stmt *st,
	bool (*give)(sqlite3_stmt *st, void *each, void *arg), void *each, void *arg,
	struct why *why)
{
	int rc;

	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		if (!give(st, each, arg))
			return OK;
	return rc == SQLITE_DONE ? OK : sql_fail(&h->sql, "cannot be read", why);
}

/* Of a tenant, between two times; text holds ?1, ?2 and ?3 for them. */
static enum err between(struct history *h, const char *text, const struct guid *tenant,
	uint64_t from_ms, uint64_t to_ms, bool (*give)(sqlite3_stmt *st, void *each, void *arg),
	void *each, void *arg, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *st = NULL;
	enum err e = sql_prepare(&h->sql, text, &st, why);

	if (e != OK)
		return e;
	sqlite3_bind_blob(st, 1, tenant->byte, 16, SQLITE_STATIC);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)from_ms);
	sqlite3_bind_int64(st, 3, (sqlite3_int64)to_ms);
	return each_row(h, st, give, each, arg, why);
}

/* Functions travel in a struct: ISO C knows no pointer that holds both. */
struct each_visit {
	bool (*each)(void *arg, const struct visit_row *row);
};
struct each_span {
	bool (*each)(void *arg, const struct span_row *row);
};
struct each_journey {
	bool (*each)(void *arg, const struct journey_row *row);
};
struct each_told {
	bool (*each)(void *arg, const struct told_row *row);
};
struct each_moment {
	bool (*each)(void *arg, const struct moment_row *row);
};
struct each_note {
	bool (*each)(void *arg, const struct note_row *row);
};
struct each_flow {
	bool (*each)(void *arg, const struct flow_row *row);
};

static bool give_visit(sqlite3_stmt *st, void *each, void *arg)
{
	struct visit_row row = { .visit = { .contact = (uint32_t)number_at(st, 0),
					 .n = (uint16_t)number_at(st, 1),
					 .end = (uint8_t)number_at(st, 4),
					 .within = number_at(st, 5) != 0,
					 .kept = number_at(st, 6) != 0,
					 .again = number_at(st, 7) != 0,
					 .n_transfers = (uint8_t)number_at(st, 8),
					 .entered_ms = number_at(st, 9),
					 .left_ms = number_at(st, 10),
					 .talk_end_ms = number_at(st, 11),
					 .talk_ms = number_at(st, 12) },
		.queue = text_at(st, 2),
		.agent = text_at(st, 3),
		.wrap_up_ms = number_at(st, 13) };

	return ((struct each_visit *)each)->each(arg, &row);
}

#define VISIT_TEXT(column)                                                                     \
	"select contact, n, queue, agent, end, within, kept, again, n_transfers, entered_ms, " \
	"left_ms, talk_end_ms, talk_ms, wrap_up_ms from visit where tenant = ?1 and " column   \
	" >= ?2 and " column " < ?3"

enum err history_visits(struct history *h, struct guid tenant, enum visit_time by, uint64_t from_ms,
	uint64_t to_ms, bool (*each)(void *arg, const struct visit_row *row), void *arg,
	struct why *why)
{
	static const char *const text[] = { [VISIT_ENTERED] = VISIT_TEXT("entered_ms"),
		[VISIT_LEFT] = VISIT_TEXT("left_ms"),
		[VISIT_TALK_END] = VISIT_TEXT("talk_end_ms") };
	struct each_visit to = { each };

	return between(h, text[by], &tenant, from_ms, to_ms, give_visit, &to, arg, why);
}

static bool give_span(sqlite3_stmt *st, void *each, void *arg)
{
	struct span_row row = { .span = { .span = number_at(st, 0),
					.duty = (uint8_t)number_at(st, 3),
					.contact = (uint32_t)number_at(st, 4),
					.from_ms = number_at(st, 6),
					.to_ms = number_at(st, 7) },
		.user = text_at(st, 1),
		.agent = text_at(st, 2),
		.queue = text_at(st, 5) };

	return ((struct each_span *)each)->each(arg, &row);
}

/* Those that end in it, those that begin in it and end later or not yet, and those around it. */
enum err history_spans(struct history *h, struct guid tenant, uint64_t from_ms, uint64_t to_ms,
	bool (*each)(void *arg, const struct span_row *row), void *arg, struct why *why)
{
#define SPAN_TEXT "select span, user, agent, duty, contact, queue, from_ms, to_ms from span where "
	struct each_span to = { each };

	return between(h,
		SPAN_TEXT "tenant = ?1 and to_ms > ?2 and from_ms < ?3 union all " SPAN_TEXT
			  "tenant = ?1 and to_ms = 0 and from_ms < ?3",
		&tenant, from_ms, to_ms, give_span, &to, arg, why);
#undef SPAN_TEXT
}

static bool give_journey(sqlite3_stmt *st, void *each, void *arg)
{
	struct journey_row row = { .contact = (uint32_t)number_at(st, 0),
		.path = text_at(st, 1),
		.outcome = (uint8_t)number_at(st, 2),
		.waited_ms = number_at(st, 3) };

	return ((struct each_journey *)each)->each(arg, &row);
}

enum err history_journeys(struct history *h, struct guid tenant, uint64_t from_ms, uint64_t to_ms,
	bool (*each)(void *arg, const struct journey_row *row), void *arg, struct why *why)
{
	struct each_journey to = { each };

	return between(h,
		"select c.contact, (select group_concat(queue, ' > ') from (select queue from "
		"visit v where v.contact = c.contact and not v.again and not v.kept order by v.n)),"
		" c.outcome, (select coalesce(sum(left_ms - entered_ms), 0) from visit v where "
		"v.contact = c.contact and v.left_ms) from contact c where c.tenant = ?1 and "
		"c.offered_ms >= ?2 and c.offered_ms < ?3 and c.n_queues > 0",
		&tenant, from_ms, to_ms, give_journey, &to, arg, why);
}

static bool give_flow(sqlite3_stmt *st, void *each, void *arg)
{
	struct flow_row row = { .flow = text_at(st, 0),
		.offered_ms = number_at(st, 1),
		.ended_ms = number_at(st, 2),
		.outcome = (uint8_t)number_at(st, 3),
		.n_queues = (uint8_t)number_at(st, 4) };

	return ((struct each_flow *)each)->each(arg, &row);
}

enum err history_flows(struct history *h, struct guid tenant, uint64_t from_ms, uint64_t to_ms,
	bool (*each)(void *arg, const struct flow_row *row), void *arg, struct why *why)
{
	struct each_flow to = { each };

	return between(h,
		"select flow, offered_ms, ended_ms, outcome, n_queues from contact where tenant = "
		"?1 and offered_ms >= ?2 and offered_ms < ?3",
		&tenant, from_ms, to_ms, give_flow, &to, arg, why);
}

static bool give_told(sqlite3_stmt *st, void *each, void *arg)
{
	struct told_row row = { .contact = (uint32_t)number_at(st, 0),
		.tenant = guid_at(st, 1),
		.caller = guid_at(st, 2),
		.record = { .offered_ms = number_at(st, 3),
			.answered_ms = number_at(st, 4),
			.connected_ms = number_at(st, 5),
			.ended_ms = number_at(st, 6),
			.outcome = (uint8_t)number_at(st, 7),
			.n_queues = (uint8_t)number_at(st, 8),
			.held_ms = (uint32_t)number_at(st, 9),
			.wrap_up_code = (uint16_t)number_at(st, 10),
			.recorded = number_at(st, 15) != 0,
			.promised_s = (uint16_t)number_at(st, 16) },
		.queue = text_at(st, 11),
		.agent = text_at(st, 12),
		.user = text_at(st, 13),
		.flow = text_at(st, 14) };

	return ((struct each_told *)each)->each(arg, &row);
}

/* Talked with, or wrapped up; a span outlives who later had the caller. */
#define SPOKE(with) \
	"exists(select 1 from span s where s.contact = c.contact and s.duty = 4 and " with ")"
#define WAS_IN(which) "exists(select 1 from visit v where v.contact = c.contact and " which ")"
_Static_assert(DUTY_TALKING == 4, "as the texts say");

static void search_text(const struct history *h, const struct history_search *by, struct text *out)
{
	text_add(out, "select * from contact c where c.tenant = ?1 and c.offered_ms >= ?2 and "
		      "c.offered_ms < ?3 and c.contact < ?4");
	if (by->user && by->queues)
		text_add(out,
			" and (" SPOKE("s.user = ?5") " or " WAS_IN("v.queue in (select key "
								    "from json_each(?12))") ")");
	else if (by->user)
		text_add(out, " and " SPOKE("s.user = ?5"));
	if (by->agent)
		text_add(out, " and " SPOKE("s.agent = ?6"));
	if (by->queue)
		text_add(out, " and " WAS_IN("v.queue = ?7"));
	if (by->outcome >= 0)
		text_add(out, " and c.outcome = ?8");
	if (by->digits && h->joined)
		text_add(out, " and exists(select 1 from store.person p where p.contact = "
			      "c.contact and p.kind = 'phone' and p.id like '%%' || ?9)");
	if (!guid_is_none(by->caller))
		text_add(out, " and c.caller = ?10");
	text_add(out, " order by c.contact desc limit ?11");
}

static void search_bind(sqlite3_stmt *st, const struct history_search *by)
{
	/* Those whose clause is left out are not there to be bound: SQLite says so, and no harm. */
	sqlite3_bind_blob(st, 1, by->tenant.byte, 16, SQLITE_STATIC);
	sqlite3_bind_int64(st, 2, (sqlite3_int64)by->from_ms);
	sqlite3_bind_int64(st, 3, (sqlite3_int64)by->to_ms);
	sqlite3_bind_int64(st, 4, by->before ? by->before : INT64_MAX);
	sqlite3_bind_text(st, 5, by->user, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 6, by->agent, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 7, by->queue, -1, SQLITE_STATIC);
	sqlite3_bind_int(st, 8, by->outcome);
	sqlite3_bind_text(st, 9, by->digits, -1, SQLITE_STATIC);
	sqlite3_bind_blob(st, 10, by->caller.byte, 16, SQLITE_STATIC);
	sqlite3_bind_int64(st, 11, by->n_max);
	sqlite3_bind_text(st, 12, by->queues, -1, SQLITE_STATIC);
}

enum err history_contacts(struct history *h, const struct history_search *by,
	bool (*each)(void *arg, const struct told_row *row), void *arg, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *st = NULL;
	struct each_told to = { each };
	char buf[1200];
	struct text text = TEXT(buf);
	enum err e;

	search_text(h, by, &text);
	e = sql_prepare(&h->sql, buf, &st, why);
	if (e != OK)
		return e;
	search_bind(st, by);
	return each_row(h, st, give_told, &to, arg, why);
}

static bool give_moment(sqlite3_stmt *st, void *each, void *arg)
{
	struct moment_row row = { .moment = { .contact = (uint32_t)number_at(st, 0),
					  .seq = number_at(st, 1),
					  .n = (uint16_t)number_at(st, 2),
					  .at_ms = number_at(st, 3),
					  .kind = (uint8_t)number_at(st, 4),
					  .value = (int32_t)sqlite3_column_int(st, 7) },
		.agent = text_at(st, 5),
		.queue = text_at(st, 6),
		.by = text_at(st, 8) };

	return ((struct each_moment *)each)->each(arg, &row);
}

enum err history_moments(struct history *h, uint32_t contact,
	bool (*each)(void *arg, const struct moment_row *row), void *arg, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *st = NULL;
	struct each_moment to = { each };
	enum err e = sql_prepare(
		&h->sql, "select * from moment where contact = ?1 order by seq, n", &st, why);

	if (e != OK)
		return e;
	sqlite3_bind_int64(st, 1, contact);
	return each_row(h, st, give_moment, &to, arg, why);
}

static bool give_note(sqlite3_stmt *st, void *each, void *arg)
{
	struct note_row row = { .number = number_at(st, 0),
		.contact = (uint32_t)number_at(st, 1),
		.at_unix_ms = number_at(st, 2),
		.edited_unix_ms = number_at(st, 3),
		.author = text_at(st, 4),
		.name = text_at(st, 5),
		.text = text_at(st, 6) };

	return ((struct each_note *)each)->each(arg, &row);
}

enum err history_notes(struct history *h, uint32_t contact,
	bool (*each)(void *arg, const struct note_row *row), void *arg, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *st = NULL;
	struct each_note to = { each };
	enum err e;

	if (!h->joined)
		return OK;
	e = sql_prepare(&h->sql,
		"select number, contact, at_ms, edited_ms, author, name, text from store.note "
		"where contact = ?1 order by number",
		&st, why);
	if (e != OK)
		return e;
	sqlite3_bind_int64(st, 1, contact);
	return each_row(h, st, give_note, &to, arg, why);
}
