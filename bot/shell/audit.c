/*
 * Who did what when: GET /api/v1/audit, the newest first, as JSON or CSV. Commands of agents and
 * supervisors are the journal's own events; everything else (configurations, exports, erasures, who
 * was not let in) is written beside it. Both are read backwards, beside the loop, and merged.
 */
#include "bot/shell/admin.h"
#include "bot/shell/config_inside.h"
#include "bot/shell/work.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"

#include <inttypes.h>
#include <string.h>

enum {
	PAGE_MAX = 200,
	LOOKED_AT_MAX = 200000,    /* events a page reads past; the next goes on from there */
	REFUSALS_A_MINUTE_MAX = 10 /* written; the log has them all */
};

struct entry {
	uint64_t at_ms, seq; /* seq: of the journal; 0: of the audit */
	struct audit_row row;
};

struct question_of_audit {
	struct job job;
	uint64_t visit;
	char *journal;
	bool csv;
	size_t limit;
	uint64_t before_seq, before_number;
	struct entry of_journal[PAGE_MAX], of_audit[PAGE_MAX];
	size_t n_journal, n_audit, n_events;
	uint64_t reached; /* in the journal */
	const atomic_bool *stop;
	enum err error;
	struct why why;
};

/* ---- who was not let in */

void audit_refused(struct shell *s, const struct person *who, const char *reason)
{
	static const uint64_t minute_ms = 60000;
	uint64_t minute = clock_mono_ms() / minute_ms;

	if (minute != s->audit_minute) {
		s->audit_minute = minute;
		s->audit_refusals = 0;
	}
	if (s->audit_refusals++ < REFUSALS_A_MINUTE_MAX)
		audit_add_by(s, who, "sign-in-refused", "", reason);
}

/* ---- reading */

static void command_entry(const struct event *ev, uint64_t seq, struct entry *out)
{
	char buf[300];
	struct text t = TEXT(buf);

	*out = (struct entry){ .at_ms = ev->at_ms, .seq = seq, .row.at_unix_ms = ev->at_ms };
	guid_print(ev->ref, out->row.who);
	snprintf(out->row.what, sizeof(out->row.what), "%s", event_name(ev->kind));
	if (ev->contact)
		snprintf(out->row.target, sizeof(out->row.target), "contact %u", ev->contact);
	event_print(ev, &t);
	snprintf(out->row.detail, sizeof(out->row.detail), "%.*s", (int)strcspn(buf, "\n"), buf);
	if (strstr(out->row.detail, " ref="))
		*strstr(out->row.detail, " ref=") = '\0';
}

static bool see_event(void *arg, uint64_t seq, const struct event *ev)
{
	struct question_of_audit *q = arg;

	q->reached = seq;
	if (ev->kind >= EV_SIGN_IN && !guid_is_none(ev->ref))
		command_entry(ev, seq, &q->of_journal[q->n_journal++]);
	return q->n_journal < q->limit && ++q->n_events < LOOKED_AT_MAX && !*q->stop;
}

static bool see_row(void *arg, const struct audit_row *row)
{
	struct question_of_audit *q = arg;

	q->of_audit[q->n_audit++] = (struct entry){ .at_ms = row->at_unix_ms, .row = *row };
	return q->n_audit < q->limit;
}

static void run_audit(struct job *j, const atomic_bool *stop)
{
	struct question_of_audit *q = (struct question_of_audit *)j;
	struct store_summary found;
	struct store *store = NULL;

	q->stop = stop;
	q->error = store_open_to_read(q->journal, &store, &found, &q->why);
	if (q->error == OK)
		q->error = store_replay_back(store, q->before_seq, see_event, q, &q->why);
	if (q->error == OK)
		q->error = store_audits(store, q->before_number, see_row, q, &q->why);
	store_close(store);
}

/* ---- the page */

static json_t *entry_json(struct shell *s, const struct entry *e)
{
	const struct audit_row *r = &e->row;

	return json_pack("{so, ss, so, ss, so, so, so}", "at", admin_time(r->at_unix_ms), "who",
		r->who, "who_name", admin_text(admin_name(s, r->who)), "what", r->what, "target",
		admin_text(r->target), "detail", admin_text(r->detail), "position",
		e->seq ? json_integer((json_int_t)e->seq) : json_null());
}

/* The newest first; what does not fit is of the next page, which the cursor leads to. */
static json_t *merge(struct shell *s, struct question_of_audit *q, json_t **next)
{
	uint64_t seq = q->before_seq, number = q->before_number;
	json_t *all = json_array();
	size_t a = 0, b = 0;
	char cursor[60];

	while (json_array_size(all) < q->limit && (a < q->n_journal || b < q->n_audit)) {
		bool take_journal = a < q->n_journal &&
				    (b == q->n_audit ||
					    q->of_journal[a].at_ms >= q->of_audit[b].at_ms);
		const struct entry *e = take_journal ? &q->of_journal[a++] : &q->of_audit[b++];

		if (take_journal)
			seq = e->seq;
		else
			number = e->row.number;
		json_array_append_new(all, entry_json(s, e));
	}
	if (a == q->n_journal && q->n_journal < q->limit)
		seq = q->reached;
	snprintf(cursor, sizeof(cursor), "%" PRIu64 ".%" PRIu64, seq, number);
	*next = json_array_size(all) == q->limit || q->n_events == LOOKED_AT_MAX
			? json_string(cursor)
			: json_null();
	return all;
}

/* A cell that a spreadsheet takes for a formula is none. */
static void cell(struct text *t, const char *text)
{
	text_add(t, "\"%s", strchr("=+-@\t", *text) && *text ? "'" : "");
	for (; *text; text++) {
		text_add_bytes(t, text, 1);
		if (*text == '"')
			text_add_bytes(t, "\"", 1);
	}
	text_add(t, "\"");
}

static void answer_csv(struct shell *s, uint64_t visit, const json_t *all)
{
	static const char *const columns[] = { "at", "who", "who_name", "what", "target",
		"detail" };
	size_t room = 64 + json_array_size(all) * 4096, i;
	CLEAN(free) char *body = config_array(room, 1);
	struct text t = text_of(body, room);
	json_t *row;

	text_add(&t, "at,who,who_name,what,target,detail\r\n");
	json_array_foreach(all, i, row)
	{
		for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
			const char *text = json_string_value(json_object_get(row, columns[c]));

			text_add(&t, "%s", c ? "," : "");
			cell(&t, text ? text : "");
		}
		text_add(&t, "\r\n");
	}
	door_answer(s->door, visit,
		&(struct answer){ .status = 200,
			.content_type = "text/csv; charset=utf-8",
			.body = body,
			.body_bytes = t.used,
			.extra = { { "Content-Disposition",
				"attachment; filename=\"audit.csv\"" } } });
}

static void done_audit(struct shell *s, struct job *j)
{
	struct question_of_audit *q = (struct question_of_audit *)j;
	json_t *next, *all;

	if (s && q->error != OK) {
		gate_refuse(s, q->visit, 503, NULL, q->why.text);
	} else if (s) {
		all = merge(s, q, &next);
		if (q->csv)
			answer_csv(s, q->visit, all);
		else
			gate_answer(s, q->visit, 200,
				json_pack("{sO, sO}", "audit", all, "next", next));
		json_decref(all);
		json_decref(next);
	}
	free(q->journal);
	free(q);
}

void route_audit(struct shell *s, struct visit *v, const struct person *who)
{
	struct question_of_audit *q = config_array(1, sizeof(*q));
	const char *before = visit_query(v, "before"), *limit = visit_query(v, "limit"),
		   *format = visit_query(v, "format");
	size_t n = limit ? strtoul(limit, NULL, 10) : PAGE_MAX;

	(void)who;
	q->job.run = run_audit;
	q->job.done = done_audit;
	q->visit = visit_id(v);
	q->journal = strdup(s->conf->store_path);
	q->csv = format && strcmp(format, "csv") == 0;
	q->limit = n > 0 && n < PAGE_MAX ? n : PAGE_MAX;
	q->before_seq = q->before_number = UINT64_MAX;
	if (before &&
		sscanf(before, "%" SCNu64 ".%" SCNu64, &q->before_seq, &q->before_number) != 2)
		q->before_seq = q->before_number = UINT64_MAX;
	if (!q->journal)
		abort();
	if (!work_put(s->work, LANE_SHORT, &q->job)) {
		gate_refuse(s, visit_id(v), 503, NULL, "too much is under way: ask again");
		done_audit(NULL, &q->job);
	}
}
