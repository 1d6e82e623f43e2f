/*
 * Export and erasure by subject, and what is kept for how long.
 *
 * Of a caller: her name and number, the chain of calls, her messages and recordings go; the journal
 * keeps what happened in her contacts (moments, keys, queues), without which no decision could be
 * explained, and its keyed hash of her number becomes a random one. Of an agent: her chat goes,
 * and her notes and the messages she saw to no longer say whose they were; the configurations of
 * the past name her, and the journal her commands, since both say who was responsible. What remains
 * is said in the answer, by code.
 */
#include "bot/shell/privacy.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/rng.h"
#include "bot/core/view.h"
#include "bot/shell/admin.h"
#include "bot/shell/archive.h"
#include "bot/shell/chat.h"
#include "bot/shell/config_inside.h"
#include "bot/shell/known.h"
#include "bot/shell/recordings.h"
#include "bot/shell/seen.h"
#include "bot/shell/voicemail.h"
#include "bot/shell/work.h"

#include <stdlib.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

struct privacy_job {
	struct job job;
	struct traces *traces;
	uint64_t visit;
	char who[GUID_TEXT], target[160];
	bool erase;
	enum err error;
	struct why why;
};

/* ---- what is kept */

void route_privacy(struct shell *s, struct visit *v, const struct person *who)
{
	const struct config *c = s->conf;
	json_t *mailboxes = json_array();

	(void)who;
	for (size_t i = 0; i < c->n_mailboxes; i++)
		json_array_append_new(
			mailboxes, json_pack("{ss, sI}", "name", c->mailbox[i].name, "keep_days",
					   (json_int_t)c->mailbox[i].keep_days));
	gate_answer(s, visit_id(v), 200,
		json_pack("{so, sI, sI, sI}", "mailboxes", mailboxes, "recordings_days",
			(json_int_t)c->recordings.keep_days, "known_days",
			(json_int_t)(c->limit.known_ms / 86400000), "audit_entries_max",
			(json_int_t)AUDIT_MAX));
}

/* ---- erasing, on the loop: contacts in progress are left alone */

static bool in_progress(const struct shell *s, uint32_t contact)
{
	struct contact_view view;

	return centre_contact(s->centre, contact, &view);
}

/* The rest moves together; how many are in progress. */
static size_t leave_out_present(const struct shell *s, struct traces *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_contacts; i++)
		if (!in_progress(s, t->contact[i]))
			t->contact[n++] = t->contact[i];
	return t->n_contacts - n;
}

static enum err erase_caller(struct shell *s, struct traces *t, struct why *why)
{
	struct store_traces all = { .contact = t->contact,
		.hashed = t->hashed,
		.n_contacts = t->n_contacts,
		.n_hashed = t->n_hashed };
	json_t *row;
	size_t i;

	random_bytes(all.instead.byte, sizeof(all.instead.byte));
	json_array_foreach(json_object_get(t->told, "voicemail"), i, row)
		voicemail_forget(s, json_string_value(json_object_get(row, "file")));
	if (t->recordings)
		(void)recordings_of(t->recordings, t->contact, t->n_contacts, true, NULL);
	known_forget(s->known, t->caller);
	archive_forget(s, t->contact, t->n_contacts);
	return store_traces_erase(s->store, &all, why);
}

static enum err erase_agent(struct shell *s, const struct subject *of, struct why *why)
{
	struct guid user;

	if (guid_parse(of->user, strlen(of->user), &user) == OK) {
		seen_forget(s, user);
		for (uint16_t i = 0; s->chat && i < s->conf->n_realms; i++)
			chat_forget(s, i, user);
	}
	return store_agent_erase(s->store, of->user, why);
}

static void add_remains(json_t *list, bool is_so, const char *code)
{
	if (is_so)
		json_array_append_new(list, json_string(code));
}

static json_t *remains_of(const struct shell *s, const struct traces *t, size_t n_present)
{
	json_t *list = json_array();

	add_remains(list, n_present > 0, "in_progress");
	add_remains(list, store_log_due(s->store), "write_ahead_log");
	add_remains(list, t->of.number[0], "journal_events");
	add_remains(list, t->of.user[0], "configurations");
	add_remains(list, t->n_commands > 0, "commands");
	add_remains(list, t->of.user[0], "records_agent_name");
	add_remains(list, true, "teams");
	add_remains(list, true, "backups");
	return list;
}

static size_t n_told(const struct traces *t, const char *name)
{
	return json_array_size(json_object_get(t->told, name));
}

static void erase(struct shell *s, struct privacy_job *p)
{
	struct traces *t = p->traces;
	size_t n_present = leave_out_present(s, t);
	enum err e = OK;
	char detail[120];

	t->n_contacts -= n_present;
	if (n_present)
		t->n_hashed = 0; /* a call under way is known by it */
	if (t->of.user[0])
		e = erase_agent(s, &t->of, &p->why);
	else
		e = erase_caller(s, t, &p->why);
	snprintf(detail, sizeof(detail), "contacts=%zu%s", t->n_contacts,
		e == OK ? "" : " not finished");
	audit_add(s, p->who, "privacy-erase", p->target, detail);
	if (e != OK) {
		gate_refuse(s, p->visit, 503, NULL, p->why.text);
		return;
	}
	gate_answer(s, p->visit, 200,
		json_pack("{sI, sI, sI, sI, sI, so}", "contacts", (json_int_t)t->n_contacts,
			"in_progress", (json_int_t)n_present, "voicemail",
			(json_int_t)n_told(t, "voicemail"), "recordings",
			(json_int_t)n_told(t, "recordings"), "chats",
			(json_int_t)n_told(t, "chats"), "remains", remains_of(s, t, n_present)));
}

static void give(struct shell *s, struct privacy_job *p)
{
	static const char *const parts[] = { "persons", "contacts", "events", "commands",
		"voicemail", "voicemail_taken", "notes", "recordings", "chats" };
	json_t *told = p->traces->told;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!json_object_get(told, parts[i]))
			json_object_set_new(told, parts[i], json_array());
	json_object_set_new(told, "at", admin_time(clock_unix_ms()));
	json_object_set_new(told, "truncated", json_boolean(p->traces->n_events > STORY_MAX));
	audit_add(s, p->who, "privacy-export", p->target, "");
	gate_answer(s, p->visit, 200, TAKE(p->traces->told));
}

/* ---- the job */

static void run_search(struct job *j, const atomic_bool *stop)
{
	struct privacy_job *p = (struct privacy_job *)j;

	p->traces->stop = stop;
	p->error = traces_find(p->traces, &p->why);
}

static void done_search(struct shell *s, struct job *j)
{
	struct privacy_job *p = (struct privacy_job *)j;

	if (s && p->error == OK)
		p->error = traces_tables(p->traces, s->store, &p->why);
	if (s && p->error != OK)
		gate_refuse(s, p->visit, p->error == E_LIMIT ? 422 : 503, "number", p->why.text);
	else if (s && p->erase)
		erase(s, p);
	else if (s)
		give(s, p);
	traces_free(p->traces);
	free(p);
}

/* false: refused. */
static bool read_subject(
	struct shell *s, struct visit *v, const json_t *body, bool erase, struct subject *out)
{
	const char *number = json_string_value(json_object_get(body, "number")),
		   *user = json_string_value(json_object_get(body, "user"));
	struct guid id;

	*out = (struct subject){ .number = "" };
	if (!number == !user || (number && strlen(number) < 3) ||
		(user && guid_parse(user, strlen(user), &id) != OK)) {
		gate_refuse(s, visit_id(v), 400, number ? "number" : "user",
			"one of \"number\" (a caller's) and \"user\" (an agent's object id)");
		return false;
	}
	snprintf(out->number, sizeof(out->number), "%s", number ? number : "");
	if (!user)
		return true;
	guid_print(id, out->user);
	snprintf(out->agent_name, sizeof(out->agent_name), "%s", admin_name(s, out->user));
	if (!erase || !out->agent_name[0])
		return true;
	gate_refuse(s, visit_id(v), 409, "user",
		"she is an agent of the configuration in force: take her out first");
	return false;
}

static void ask(struct shell *s, struct visit *v, const struct person *who, bool erase)
{
	CLEAN(json_decref) json_t *body = admin_body(s, v);
	struct privacy_job *p;
	struct subject of;
	char masked[64];

	if (!body || !read_subject(s, v, body, erase, &of))
		return;
	p = config_array(1, sizeof(*p));
	*p = (struct privacy_job){ .job = { .run = run_search, .done = done_search },
		.traces = config_array(1, sizeof(*p->traces)),
		.visit = visit_id(v),
		.erase = erase };
	p->traces->of = of;
	p->traces->tell = !erase;
	p->traces->journal = strdup(s->conf->store_path);
	p->traces->recordings = strdup(s->conf->recordings.folder);
	guid_print(who->user, p->who);
	text_mask(masked, sizeof(masked), of.number);
	snprintf(p->target, sizeof(p->target), "%s", of.user[0] ? of.user : masked);
	if (!work_put(s->work, LANE_SHORT, &p->job)) {
		gate_refuse(s, visit_id(v), 503, NULL, "too much is under way: ask again");
		done_search(NULL, &p->job);
	}
}

void route_privacy_export(struct shell *s, struct visit *v, const struct person *who)
{
	ask(s, v, who, false);
}

void route_privacy_erase(struct shell *s, struct visit *v, const struct person *who)
{
	ask(s, v, who, true);
}
