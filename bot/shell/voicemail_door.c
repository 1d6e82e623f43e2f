/*
 * Messages by HTTP: GET /api/v1/voicemail lists those of the person's mailboxes, and .../NAME is
 * one's sound, heard from then on. A mailbox is its members', and of who sees all of its tenant; to
 * anybody else a message is not there.
 */
#include "bot/shell/voicemail.h"

#include "auth/login/login.h"
#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/events.h"
#include "bot/shell/gate.h"
#include "bot/shell/noun.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

CLEAN_FN(json_decref, json_t *)

enum { LISTED_MAX = 500 };

static bool is_member(
	const struct config *c, const struct config_mailbox *m, const struct person *who)
{
	char id[GUID_TEXT];

	guid_print(who->user, id);
	for (size_t i = 0; i < m->n_agents; i++)
		if (strcmp(c->agent[m->agent[i]].user_id, id) == 0)
			return true;
	return false;
}

struct hearer {
	const struct config *conf;
	const struct person *who;
	bool all; /* as of the events: no queue is asked */
};

static struct hearer hearer_of(const struct shell *s, const struct person *who)
{
	struct viewer viewer;

	viewer_of(s, who, &viewer);
	return (struct hearer){ s->conf, who, viewer.all };
}

/* Of a mailbox that is no more in the configuration, who sees all may hear what is left. */
static bool may_hear(const struct hearer *h, const struct voicemail_row *row)
{
	const struct config *c = h->conf;
	const struct person *who = h->who;
	char tenant[GUID_TEXT];

	guid_print(who->tenant, tenant);
	if (strcmp(tenant, row->tenant) != 0)
		return false;
	if (h->all)
		return true;
	for (size_t i = 0; i < c->n_mailboxes; i++)
		if (strcmp(c->mailbox[i].name, row->mailbox) == 0 &&
			guid_same(c->mailbox[i].tenant, who->tenant))
			return is_member(c, &c->mailbox[i], who);
	return false;
}

/* ---- the list ---- */

struct list {
	struct shell *s;
	struct hearer who;
	json_t *all;
};

static bool list_one(void *arg, const struct voicemail_row *row)
{
	struct list *l = arg;
	struct caller p = { .contact = 0 };
	char caller[160] = "", name[128] = "";

	if (!may_hear(&l->who, row))
		return true;
	if (store_person_get(l->s->store, row->contact, &p, NULL) == OK) { /* else erased */
		noun_mask(caller, sizeof(caller), &p);
		text_mask_name(name, sizeof(name), p.name);
	}
	json_array_append_new(l->all,
		json_pack("{ss, sI, ss, ss, ss%, sI, sI, sb, ss?, so}", "name", row->file,
			"contact", (json_int_t)row->contact, "mailbox", row->mailbox, "caller",
			caller, "caller_name", name, strlen(name), "at_ms",
			(json_int_t)row->at_unix_ms, "length_ms", (json_int_t)row->length_ms,
			"heard", row->seen, "taken_by", row->taken_by[0] ? row->taken_by : NULL,
			"taken_at", noun_time(row->taken_unix_ms)));
	return json_array_size(l->all) < LISTED_MAX;
}

static json_t *noun(struct shell *s, const struct voicemail_row *row)
{
	struct caller p = { .contact = 0 };
	char caller[160] = "";

	if (store_person_get(s->store, row->contact, &p, NULL) == OK)
		noun_mask(caller, sizeof(caller), &p);
	return json_pack("{ss, sI, ss, ss, so, sI, sb, ss?, so}", "voicemail", row->file, "contact",
		(json_int_t)row->contact, "mailbox", row->mailbox, "caller", caller, "at",
		noun_time(row->at_unix_ms), "length_ms", (json_int_t)row->length_ms, "heard",
		row->seen, "taken_by", row->taken_by[0] ? row->taken_by : NULL, "taken_at",
		noun_time(row->taken_unix_ms));
}

/* The first members of a large mailbox, and who supervises all. */
static void tell(struct shell *s, const struct voicemail_row *row, const char *event, json_t *said)
{
	struct audience a = { .queue = 0 };
	const struct config *c = s->conf;

	if (guid_parse(row->tenant, strlen(row->tenant), &a.tenant) != OK)
		abort(); /* we wrote it */
	for (size_t i = 0; i < c->n_mailboxes; i++) {
		const struct config_mailbox *m = &c->mailbox[i];

		if (strcmp(m->name, row->mailbox) != 0 || !guid_same(m->tenant, a.tenant))
			continue;
		for (size_t k = 0; k < m->n_agents && k < AUDIENCE_AGENTS; k++)
			a.agent[k] = (uint16_t)(m->agent[k] + 1);
	}
	events_tell(s, event, &a, said);
}

void voicemail_changed(struct shell *s, const struct voicemail_row *row)
{
	tell(s, row, "voicemail", noun(s, row));
}

void voicemail_gone(struct shell *s, const struct voicemail_row *row)
{
	tell(s, row, "voicemail_gone", json_pack("{ss}", "voicemail", row->file));
}

static bool noun_one(void *arg, const struct voicemail_row *row)
{
	struct list *l = arg;

	if (may_hear(&l->who, row))
		json_array_append_new(l->all, noun(l->s, row));
	return json_array_size(l->all) < LISTED_MAX;
}

json_t *voicemail_nouns(struct shell *s, const struct person *who)
{
	struct list l = { .s = s, .who = hearer_of(s, who), .all = json_array() };
	struct why why;

	if (store_voicemails(s->store, noun_one, &l, &why) != OK)
		log_line(LOG_ERROR, "store", "", "%s", why.text);
	return l.all;
}

void route_voicemails(struct shell *s, struct visit *v, const struct person *who)
{
	struct list l = { .s = s, .who = hearer_of(s, who), .all = json_array() };
	CLEAN(json_decref) json_t *root = json_pack("{so}", "voicemail", l.all);
	struct why why;

	if (store_voicemails(s->store, list_one, &l, &why) == OK)
		gate_answer(s, visit_id(v), 200, TAKE(root));
	else
		gate_refuse(s, visit_id(v), 503, NULL, why.text);
}

/* ---- one ---- */

struct wanted {
	struct hearer who;
	const char *file;
	struct voicemail_row row;
	bool found;
};

static bool look(void *arg, const struct voicemail_row *row)
{
	struct wanted *w = arg;

	w->found = strcmp(row->file, w->file) == 0 && may_hear(&w->who, row);
	w->row = *row;
	return !w->found;
}

static bool of_that_name(void *arg, const struct voicemail_row *row)
{
	struct wanted *w = arg;

	w->found = strcmp(row->file, w->file) == 0;
	w->row = *row;
	return !w->found;
}

bool voicemail_row_of(struct shell *s, const char *file, struct voicemail_row *out)
{
	struct wanted w = { .file = file };
	struct why why;

	if (store_voicemails(s->store, of_that_name, &w, &why) != OK)
		return false;
	*out = w.row;
	return w.found;
}

void route_voicemail(struct shell *s, struct visit *v, const struct person *who)
{
	struct wanted w = { .who = hearer_of(s, who), .file = visit_rest(v) };
	struct why why;
	struct stat st;
	int fd = -1;

	/* A name of the table's, so no path leads elsewhere. */
	if (store_voicemails(s->store, look, &w, &why) == OK && w.found)
		fd = voicemail_file(s, w.file);
	if (fd < 0 || fstat(fd, &st) != 0) {
		gate_refuse(s, visit_id(v), 404, NULL, "no such message of yours");
		return;
	}
	if (store_voicemail_seen(s->store, w.file, &why) != OK)
		log_line(LOG_ERROR, "store", "", "%s", why.text);
	w.row.seen = true;
	voicemail_changed(s, &w.row);
	visit_answer_file(v, fd, (uint64_t)st.st_size, "audio/wav", "no-store");
}

/* What follows its name in the path. */
static void file_of(struct visit *v, char out[40])
{
	snprintf(out, 40, "%.*s", (int)strcspn(visit_rest(v), "/"), visit_rest(v));
}

void route_voicemail_taken(struct shell *s, struct visit *v, const struct person *who)
{
	char file[40], user[GUID_TEXT];
	struct wanted w = { .who = hearer_of(s, who), .file = file };
	struct why why;
	enum err e;

	file_of(v, file);
	guid_print(who->user, user);
	e = store_voicemails(s->store, look, &w, &why);
	if (e == OK && !w.found) {
		gate_refuse(s, visit_id(v), 404, NULL, "no such message of yours");
		return;
	}
	if (e == OK)
		e = store_voicemail_take(s->store, file, user, clock_unix_ms(), &why);
	w.found = false;
	if (e == OK)
		e = store_voicemails(s->store, look, &w, &why);
	if (e != OK || !w.found) {
		gate_refuse(s, visit_id(v), 503, NULL, "it could not be written down: ask again");
		return;
	}
	voicemail_changed(s, &w.row);
	gate_answer(s, visit_id(v), 200, noun(s, &w.row));
}
