/* The routes that ask of the past: a question is copied out of its visit, asked on the archive's
 * lane, and answered when it is back. */
#include "bot/base/clean.h"
#include "bot/shell/archive_inside.h"
#include "bot/shell/gate.h"
#include "bot/shell/noun.h"
#include "bot/shell/shell.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { SAYS_MAX = 400 };

CLEAN_FN(json_decref, json_t *)

/* ---- answers, on the lane */

void archive_json(struct question *q, int status, json_t *body)
{
	q->status = status;
	q->content_type = "application/json";
	q->body = body ? json_dumps(body, JSON_COMPACT) : NULL;
	json_decref(body);
	if (q->body && strlen(q->body) > QUESTION_BYTES_MAX) {
		free(q->body);
		q->body = NULL;
		archive_refuse(q, 400, NULL,
			"the answer would be too long: a shorter time would be right");
	}
}

void archive_refuse(struct question *q, int status, const char *target, const char *format, ...)
{
	char says[SAYS_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(says, sizeof(says), format, args);
	va_end(args);
	q->status = status;
	q->content_type = "application/json";
	free(q->body);
	q->body = api_error(status, target, says);
}

bool question_sees(const struct question *q, const char *queue)
{
	return q->is_boss || json_object_get(q->sees, queue);
}

bool question_sees_all(struct question *q)
{
	if (!q->is_boss)
		archive_refuse(q, 403, NULL, "this is for who supervises every queue");
	return q->is_boss;
}

static void ask(struct job *j, const atomic_bool *stop)
{
	struct question *q = (struct question *)j;

	if (!archive_follow(q->archive, stop) || !q->archive->f.conf)
		archive_refuse(q, 503, NULL, "the past cannot be read now");
	else
		q->ask(q->archive, q);
}

/* ---- questions, on the loop */

void question_free(struct question *q)
{
	if (q->again && !q->again->status)
		again_forget(q->again);
	json_decref(q->sees);
	free(q->text);
	free(q->body);
	free(q);
}

void question_answer(struct shell *s, const struct question *q)
{
	char disposition[80];
	struct answer a = { .status = q->body ? q->status : 503,
		.content_type = q->content_type,
		.body = q->body,
		.body_bytes = q->body ? strlen(q->body) : 0,
		.retry_after_s = !q->body || q->status == 503 ? 1 : 0 };

	if (q->file_name && q->status == 200 && q->content_type[0] == 't') {
		snprintf(disposition, sizeof(disposition), "attachment; filename=\"%s\"",
			q->file_name);
		a.extra[0][0] = "Content-Disposition";
		a.extra[0][1] = disposition;
	}
	door_answer(s->door, q->visit, &a);
}

static void answered(struct shell *s, struct job *j)
{
	struct question *q = (struct question *)j;

	if (s)
		question_answer(s, q);
	question_free(q);
}

static json_t *names_of(const struct shell *s, const struct queue_set *queues)
{
	json_t *names = json_object();

	for (uint32_t i = 0; i < s->conf->plan.n_queues; i++)
		if (queue_set_has(queues, i))
			json_object_set_new(names, s->conf->queue[i].name, json_true());
	return names;
}

struct question *question_new(
	struct shell *s, struct visit *v, const struct person *who, archive_ask *what)
{
	struct question *q = calloc(1, sizeof(*q));
	struct viewer viewer;

	if (!q)
		return NULL;
	viewer_of(s, who, &viewer);
	*q = (struct question){ .job = { .run = ask, .done = answered },
		.archive = s->archive->archive,
		.visit = visit_id(v),
		.who = *who,
		.ask = what,
		.is_boss = viewer.role >= API_SUPERVISOR && viewer.all,
		.now_ms = shell_now_ms(s) };
	if (viewer.role == API_SUPERVISOR && !viewer.all)
		q->sees = names_of(s, &viewer.queues);
	return q;
}

static void put(struct shell *s, struct visit *v, struct question *q)
{
	if (q && q->archive && work_put(s->work, LANE_PAST, &q->job))
		return;
	gate_refuse(s, visit_id(v), 503, NULL,
		q && !q->archive ? "the store is in memory, and has no past"
				 : "too much is asked of the past at once: ask again");
	if (q)
		question_free(q);
}

/* What stands in the query, into a member of that size. false: longer, and refused. */
static bool take(struct shell *s, struct visit *v, const char *name, char *out, size_t size)
{
	const char *value = visit_query(v, name);

	if (!value || text_copy(out, size, value) == OK)
		return true;
	gate_refuse(s, visit_id(v), 400, name, "longer than anything that would be right");
	return false;
}
#define TAKE_QUERY(q, name) take(s, v, #name, (q)->name, sizeof((q)->name))

void question_put(struct shell *s, struct visit *v, struct question *q, bool good)
{
	if (good || !q)
		put(s, v, q);
	else
		question_free(q);
}

void route_reports(struct shell *s, struct visit *v, const struct person *who)
{
	struct question *q = question_new(s, v, who, archive_report);

	if (q)
		q->file_name = "report.csv";
	question_put(s, v, q,
		q && TAKE_QUERY(q, by) && TAKE_QUERY(q, from) && TAKE_QUERY(q, to) &&
			TAKE_QUERY(q, step) && TAKE_QUERY(q, zone) && TAKE_QUERY(q, queue) &&
			TAKE_QUERY(q, agent) && TAKE_QUERY(q, format));
}

void route_contacts(struct shell *s, struct visit *v, const struct person *who)
{
	struct question *q = question_new(s, v, who, archive_contacts);

	question_put(s, v, q,
		q && TAKE_QUERY(q, from) && TAKE_QUERY(q, to) && TAKE_QUERY(q, queue) &&
			TAKE_QUERY(q, agent) && TAKE_QUERY(q, outcome) && TAKE_QUERY(q, digits) &&
			TAKE_QUERY(q, cursor) && TAKE_QUERY(q, limit));
}

/* She is offered it, talks in it or wraps it up: what is known of it is hers to read. */
static bool engages(const struct shell *s, const struct person *who, uint32_t contact)
{
	char user[GUID_TEXT];
	struct agent_view v;

	guid_print(who->user, user);
	for (uint32_t i = 0; i < s->conf->plan.n_agents; i++) {
		if (strcmp(s->conf->agent[i].user_id, user) != 0)
			continue;
		centre_agent(s->centre, i, &v);
		if (contact && (v.contact == contact || v.talked_with == contact))
			return true;
	}
	return false;
}

bool question_read_path(struct shell *s, struct visit *v, struct question *q)
{
	const char *rest = visit_rest(v);
	size_t n = strspn(rest, "0123456789");

	if (n && n < sizeof(q->contact)) {
		memcpy(q->contact, rest, n);
		q->is_hers = engages(s, &q->who, (uint32_t)strtoul(q->contact, NULL, 10));
		rest += n;
		if (strncmp(rest, "/notes/", 7) != 0)
			return true;
		rest += 7;
		if (strlen(rest) < 18 && rest[strspn(rest, "0123456789")] == '\0')
			q->note = strtoull(rest, NULL, 10);
		if (q->note)
			return true;
		gate_refuse(s, visit_id(v), 404, "note", "a note's number would be right");
		return false;
	}
	gate_refuse(s, visit_id(v), 404, "contact", "a contact's number would be right");
	return false;
}

void route_contact(struct shell *s, struct visit *v, const struct person *who)
{
	struct question *q = question_new(s, v, who, archive_contact);

	question_put(s, v, q, q && question_read_path(s, v, q));
}

void route_explain(struct shell *s, struct visit *v, const struct person *who)
{
	struct question *q = question_new(s, v, who, archive_explain);

	question_put(
		s, v, q, q && TAKE_QUERY(q, contact) && TAKE_QUERY(q, agent) && TAKE_QUERY(q, at));
}

void route_past(struct shell *s, struct visit *v, const struct person *who)
{
	struct question *q = question_new(s, v, who, archive_past);

	question_put(s, v, q, q && TAKE_QUERY(q, at));
}
