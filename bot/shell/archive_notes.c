/* Notes on contacts: whether she may is asked on the archive's lane, and written on the loop. */
#include "bot/base/clean.h"
#include "bot/shell/archive_inside.h"
#include "bot/shell/gate.h"
#include "bot/shell/shell.h"

#include <stdlib.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

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
		question_answer(s, q);
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
	question_put(s, v, q, q && question_read_path(s, v, q));
}

void route_note(struct shell *s, struct visit *v, const struct person *who)
{
	note_ask(s, v, who);
}

void route_note_edit(struct shell *s, struct visit *v, const struct person *who)
{
	note_ask(s, v, who);
}
