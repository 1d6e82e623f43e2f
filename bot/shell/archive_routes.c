/* The routes that ask of the past: a question is copied out of its visit, asked on the archive's
 * lane, and answered when it is back. */
#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/archive.h"
#include "bot/shell/command_again.h"
#include "bot/shell/gate.h"
#include "bot/shell/noun.h"
#include "bot/shell/shell.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { FOLLOW_MS = 5000 /* so long it may lag while nobody asks */, SAYS_MAX = 400 };

CLEAN_FN(json_decref, json_t *)

struct archive_hand {
	struct archive *archive; /* the lane's; NULL: the store has no file */
	bool following;
	uint64_t due_ms;
	uint32_t *forget; /* contacts; the heap's */
	size_t n_forget;
	struct agains again; /* notes that came with a key */
};

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

static void question_free(struct question *q)
{
	if (q->again && !q->again->status)
		again_forget(q->again);
	json_decref(q->sees);
	free(q->text);
	free(q->body);
	free(q);
}

static void answer(struct shell *s, const struct question *q)
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
		answer(s, q);
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

static struct question *question_new(
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

static void put_or_free(struct shell *s, struct visit *v, struct question *q, bool good)
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
	put_or_free(s, v, q,
		q && TAKE_QUERY(q, by) && TAKE_QUERY(q, from) && TAKE_QUERY(q, to) &&
			TAKE_QUERY(q, step) && TAKE_QUERY(q, zone) && TAKE_QUERY(q, queue) &&
			TAKE_QUERY(q, agent) && TAKE_QUERY(q, format));
}

void route_contacts(struct shell *s, struct visit *v, const struct person *who)
{
	struct question *q = question_new(s, v, who, archive_contacts);

	put_or_free(s, v, q,
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

/* "12", "12/notes" or "12/notes/3". false: no such address, and refused. */
static bool read_path(struct shell *s, struct visit *v, struct question *q)
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

	put_or_free(s, v, q, q && read_path(s, v, q));
}

void route_explain(struct shell *s, struct visit *v, const struct person *who)
{
	struct question *q = question_new(s, v, who, archive_explain);

	put_or_free(
		s, v, q, q && TAKE_QUERY(q, contact) && TAKE_QUERY(q, agent) && TAKE_QUERY(q, at));
}

void route_past(struct shell *s, struct visit *v, const struct person *who)
{
	struct question *q = question_new(s, v, who, archive_past);

	put_or_free(s, v, q, q && TAKE_QUERY(q, at));
}

/* ---- notes */

static const char *her_name(const struct shell *s, const char *user)
{
	for (uint32_t i = 0; i < s->conf->plan.n_agents; i++)
		if (strcmp(s->conf->agent[i].user_id, user) == 0)
			return s->conf->agent[i].name;
	return "";
}

static void note_answer(struct shell *s, uint64_t visit, int status, uint64_t number)
{
	gate_answer(s, visit, status, json_pack("{s:I}", "note", (json_int_t)number));
}

static void note_write(struct shell *s, struct question *q)
{
	char user[GUID_TEXT];
	struct note_row row = { .number = q->note,
		.contact = (uint32_t)strtoul(q->contact, NULL, 10),
		.author = user,
		.text = q->text };
	struct why why;
	enum err e;

	guid_print(q->who.user, user);
	row.name = her_name(s, user);
	if (q->note) {
		row.edited_unix_ms = shell_now_ms(s);
		e = store_note_edit(s->store, &row, &why);
	} else {
		row.at_unix_ms = shell_now_ms(s);
		e = store_note_put(s->store, &row, &why);
	}
	if (e != OK) {
		gate_refuse(s, q->visit,
			e == E_ABSENT  ? 404
			: e == E_LIMIT ? 409
				       : 503,
			"note", why.text);
		return;
	}
	note_answer(s, q->visit, q->note ? 200 : 201, row.number);
	if (q->again) {
		q->again->status = q->note ? 200 : 201;
		q->again->number = row.number;
	}
}

static void note_judged(struct shell *s, struct job *j)
{
	struct question *q = (struct question *)j;

	if (s && q->status == 201)
		note_write(s, q);
	else if (s)
		answer(s, q);
	else
		q->again = NULL; /* gone with the archive */
	question_free(q);
}

/* The text, owned; NULL: refused. */
static char *note_text(struct shell *s, struct visit *v)
{
	size_t n;
	const char *body = visit_body(v, &n);
	CLEAN(json_decref) json_t *root = json_loadb(body, n, JSON_REJECT_DUPLICATES, NULL);
	const char *text = json_string_value(json_object_get(root, "text"));

	if (!text)
		gate_refuse(s, visit_id(v), 400, "text", "{\"text\": \"...\"} would be right");
	else if (!text[strspn(text, " \t\r\n")])
		gate_refuse(s, visit_id(v), 400, "text", "a note says something");
	else if (strlen(text) > NOTE_BYTES_MAX)
		gate_refuse(s, visit_id(v), 400, "text", "a note has at most 4000 bytes");
	else
		return strdup(text);
	return NULL;
}

/* An answer that was lost is given again, and the note is there once. */
static bool note_was_asked(
	struct shell *s, struct visit *v, const struct person *who, struct again **again)
{
	switch (again_ask(&s->archive->again, s, v, who, again)) {
	case AGAIN_DONE:
		note_answer(s, visit_id(v), (*again)->status, (*again)->number);
		return true;
	case AGAIN_REFUSED:
		return true;
	case AGAIN_NEW:
		break;
	}
	return false;
}

static void note_ask(struct shell *s, struct visit *v, const struct person *who)
{
	struct again *again;
	struct question *q;
	char *text = note_text(s, v);

	if (!text || note_was_asked(s, v, who, &again)) {
		free(text);
		return;
	}
	q = question_new(s, v, who, archive_note);
	if (q) {
		q->again = again;
		q->text = text;
		q->job.done = note_judged;
	} else {
		free(text);
		again_forget(again);
	}
	put_or_free(s, v, q, q && read_path(s, v, q));
}

void route_note(struct shell *s, struct visit *v, const struct person *who)
{
	note_ask(s, v, who);
}

void route_note_edit(struct shell *s, struct visit *v, const struct person *who)
{
	note_ask(s, v, who);
}

/* ---- the hand */

struct follow_job {
	struct job job;
	struct archive *archive;
	uint32_t *forget;
	size_t n_forget;
};

static void follow_up(struct job *j, const atomic_bool *stop)
{
	struct follow_job *f = (struct follow_job *)j;
	struct why why;

	if (!archive_follow(f->archive, stop) || !f->n_forget)
		return;
	if (history_forget(f->archive->history, f->forget, f->n_forget, &why) == OK)
		f->n_forget = 0;
	else
		log_line(LOG_WARN, "store", "", "%s -> again", why.text);
}

void archive_forget(struct shell *s, const uint32_t *contact, size_t n)
{
	struct archive_hand *h = s->archive;
	uint32_t *more = realloc(h->forget, (h->n_forget + n + 1) * sizeof(*more));

	if (!more)
		abort(); /* who promised to erase must not forget it */
	memcpy(more + h->n_forget, contact, n * sizeof(*more));
	h->forget = more;
	h->n_forget += n;
	h->due_ms = 0;
}

static void followed_up(struct shell *s, struct job *j)
{
	struct follow_job *f = (struct follow_job *)j;

	if (s) {
		uint64_t due_ms = s->archive->due_ms;

		s->archive->following = false;
		if (f->n_forget)
			archive_forget(s, f->forget, f->n_forget);
		s->archive->due_ms = due_ms; /* not at once: it would fail again */
	}
	free(f->forget);
	free(f);
}

static void archive_run(struct shell *s)
{
	struct archive_hand *h = s->archive;
	struct follow_job *j;

	if (!h->archive || h->following || clock_mono_ms() < h->due_ms)
		return;
	h->due_ms = clock_mono_ms() + FOLLOW_MS;
	j = calloc(1, sizeof(*j));
	if (!j)
		return;
	*j = (struct follow_job){ .job = { .run = follow_up, .done = followed_up },
		.archive = h->archive,
		.forget = h->forget,
		.n_forget = h->n_forget };
	h->following = work_put(s->work, LANE_PAST, &j->job);
	if (!h->following) {
		free(j);
		return;
	}
	h->forget = NULL;
	h->n_forget = 0;
}

static uint64_t archive_deadline_ms(const struct shell *s)
{
	const struct archive_hand *h = s->archive;

	return h->archive && !h->following ? h->due_ms : UINT64_MAX;
}

static enum err archive_open(struct shell *s, struct why *why)
{
	s->archive = calloc(1, sizeof(*s->archive));
	if (s->archive && strcmp(s->conf->store_path, ":memory:") != 0)
		s->archive->archive = archive_new(s->conf->store_path);
	return s->archive ? OK : FAIL(why, E_SYSTEM, "no memory for the archive");
}

static void archive_close(struct shell *s)
{
	if (s->archive) {
		archive_free(s->archive->archive);
		free(s->archive->forget);
	}
	free(s->archive);
	s->archive = NULL;
}

const struct hand hand_archive = { .open = archive_open,
	.close = archive_close,
	.run = archive_run,
	.deadline_ms = archive_deadline_ms };
