/* Any past second: why she waited while Anna was idle, and the whole picture. */
#include "bot/shell/archive.h"
#include "bot/shell/explain_words.h"
#include "bot/shell/noun.h"
#include "graph/wire/datetime.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { OTHERS_MAX = 50, SAY_BYTES = 600 };

/* Now, where nothing is said. false: answered. */
static bool look(struct archive *a, struct question *q, struct moment *m)
{
	uint64_t at_ms = q->now_ms;
	struct why why;
	enum err e;

	if (*q->at && !datetime_read(q->at, &at_ms)) {
		archive_refuse(q, 400, "at",
			"\"%s\" is no time: 2026-11-23T08:00:00Z would be right", q->at);
		return false;
	}
	e = archive_at(a, at_ms, m, &why);
	if (e == OK) {
		m->at_ms = at_ms < q->now_ms ? at_ms : q->now_ms;
		return true;
	}
	if (e == E_ABSENT)
		archive_refuse(q, 404, "at", "%s", why.text);
	else if (e == E_LIMIT)
		archive_refuse(q, 400, "at", "%s", why.text);
	else
		archive_refuse(q, 503, NULL, "%s", why.text);
	return false;
}

static json_t *time_json(uint64_t ms)
{
	char at[DATETIME_TEXT];

	datetime_print(ms, at);
	return ms ? json_string(at) : json_null();
}

/* ---- explain */

static const char *why_word(enum why_not why)
{
#define WORD(name, text) [name] = #name,
	static const char *const words[WHY_NOTS] = { WHY_NOT_LIST(WORD) };
#undef WORD
	return words[why] + strlen("WHY_");
}

/* "sticky" */
static json_t *word_json(const char *word)
{
	char low[32];
	size_t n = 0;

	for (; word[n] && n + 1 < sizeof(low); n++)
		low[n] = (char)(word[n] >= 'A' && word[n] <= 'Z' ? word[n] + 'a' - 'A' : word[n]);
	low[n] = '\0';
	return json_string(low);
}

static bool is_hers(const struct moment *m, const struct question *q, uint32_t agent)
{
	return guid_same(m->conf->agent[agent].tenant, q->who.tenant);
}

static json_t *why_json(
	const struct explaining *x, uint32_t contact, uint32_t agent, uint32_t queue)
{
	struct explanation e = centre_why(x->centre, contact, agent);
	char buf[SAY_BYTES];
	struct text text = TEXT(buf);

	explain_why(x, contact, agent, e, queue, &text);
	return json_pack("{s:s, s:s, s:o, s:o, s:s%}", "agent", x->conf->agent[agent].user_id,
		"name", x->conf->agent[agent].name, "why", word_json(why_word(e.why)), "until",
		time_json(e.until_ms), "text", buf, text.used);
}

static bool waits(const struct contact_view *k)
{
	return k->record.queue && (k->phase == PHASE_WAITING || k->phase == PHASE_RINGING ||
					  k->phase == PHASE_CALL_BACK);
}

/* Of her queue's members; the rest are counted. */
static json_t *candidates(const struct explaining *x, const struct contact_view *k)
{
	const struct plan *plan = &x->conf->plan;
	json_t *list = json_array();

	if (!waits(k))
		return list;
	for (uint32_t i = 0; i < plan->queue[k->record.queue - 1].n_members; i++) {
		uint32_t agent = plan->member[plan->queue[k->record.queue - 1].first_member + i];

		json_array_append_new(list, why_json(x, k->contact, agent, k->record.queue));
	}
	return list;
}

static void explain_contact(
	const struct moment *m, struct question *q, const struct contact_view *k)
{
	struct explaining x = { m->conf, m->centre, m->at_ms };
	uint32_t queue = k->record.queue;
	char buf[SAY_BYTES];
	struct text text = TEXT(buf);

	text_add(&text, "contact %u %s", k->contact, explain_phase(k->phase));
	if (queue)
		text_add(&text, ", queue %s, since %.1f s", explain_queue(m->conf, queue),
			explain_seconds(m->at_ms, k->record.queued_ms));
	if (k->position)
		text_add(&text, ", number %u in line", k->position);
	archive_json(q, 200,
		json_pack("{s:o, s:I, s:I, s:s?, s:I, s:s%, s:o}", "at", time_json(m->at_ms),
			"position", (json_int_t)m->seq, "contact", (json_int_t)k->contact, "queue",
			queue ? explain_queue(m->conf, queue) : NULL, "place",
			(json_int_t)k->position, "text", buf, text.used, "agents",
			candidates(&x, k)));
}

/* Of her tenant, and of a queue of hers; in none, it is for who sees all. */
static bool contact_is_hers(
	const struct moment *m, const struct question *q, const struct contact_view *k)
{
	const struct config *c = m->conf;

	return guid_same(c->realm[c->entry[k->record.entry].realm].tenant, q->who.tenant) &&
	       (k->record.queue ? question_sees(q, explain_queue(c, k->record.queue)) : q->is_boss);
}

/* Who waits where she serves, and why they are not for her. */
static json_t *others(const struct moment *m, const struct question *q, uint32_t agent)
{
	struct explaining x = { m->conf, m->centre, m->at_ms };
	struct contact_view k = { .contact = 0 };
	json_t *list = json_array();

	while (json_array_size(list) < OTHERS_MAX &&
		centre_contact_after(m->centre, k.contact, &k)) {
		struct explanation e;
		json_t *row;

		if (!waits(&k) || !contact_is_hers(m, q, &k))
			continue;
		e = centre_why(m->centre, k.contact, agent);
		if (e.why == WHY_NOT_MEMBER)
			continue;
		row = why_json(&x, k.contact, agent, k.record.queue);
		json_object_set_new(row, "contact", json_integer(k.contact));
		json_object_set_new(
			row, "queue", json_string(explain_queue(m->conf, k.record.queue)));
		json_array_append_new(list, row);
	}
	return list;
}

static void explain_agent(const struct moment *m, struct question *q, uint32_t agent)
{
	archive_json(q, 200,
		json_pack("{s:o, s:I, s:s, s:s, s:o}", "at", time_json(m->at_ms), "position",
			(json_int_t)m->seq, "agent", m->conf->agent[agent].user_id, "name",
			m->conf->agent[agent].name, "contacts", others(m, q, agent)));
}

static uint32_t agent_named(const struct moment *m, const struct question *q)
{
	for (uint32_t i = 0; i < m->conf->plan.n_agents; i++)
		if (is_hers(m, q, i) && (strcmp(m->conf->agent[i].user_id, q->agent) == 0 ||
						strcmp(m->conf->agent[i].name, q->agent) == 0))
			return i + 1;
	return 0;
}

static void explain_at(const struct moment *m, struct question *q)
{
	struct contact_view k;
	uint32_t agent = *q->agent ? agent_named(m, q) : 0;

	if (*q->contact && centre_contact(m->centre, (uint32_t)strtoul(q->contact, NULL, 10), &k) &&
		contact_is_hers(m, q, &k))
		explain_contact(m, q, &k);
	else if (*q->contact)
		archive_refuse(q, 404, "contact", "contact %s is not in progress at that moment",
			q->contact);
	else if (agent)
		explain_agent(m, q, agent - 1);
	else if (*q->agent)
		archive_refuse(q, 404, "agent", "there is no agent \"%s\"", q->agent);
	else
		archive_refuse(q, 400, "contact", "\"contact\" or \"agent\" must be said");
}

void archive_explain(struct archive *a, struct question *q)
{
	struct moment m;

	if (!look(a, q, &m))
		return;
	explain_at(&m, q);
	archive_back(a, &m);
}

/* ---- the whole picture */

/* What the nouns of the view read: a shell of that moment, with nothing of now in it. */
struct then {
	struct shell shell;
	struct viewer viewer;
	struct queue_set served[]; /* by agent */
};

static struct then *then_new(struct archive *a, const struct moment *m, const struct question *q)
{
	uint32_t n = m->conf->plan.n_agents;
	struct then *t = calloc(1, sizeof(*t) + n * sizeof(t->served[0]));
	struct place_view place;

	if (!t)
		return NULL;
	t->shell.conf = m->conf;
	t->shell.centre = m->f.centre;
	t->shell.store = a->store;
	t->shell.now_ms = m->at_ms;
	viewer_of(&t->shell, &q->who, &t->viewer);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; centre_agent_place(m->centre, i, k, &place); k++)
			queue_set_add(&t->served[i], place.queue);
	return t;
}

static json_t *queues_then(struct then *t)
{
	json_t *list = json_array();
	struct audience a;

	for (uint32_t i = 0; i < t->shell.conf->plan.n_queues; i++) {
		audience_queue(&t->shell, i, &a);
		if (sight_of(&t->viewer, &a, t->served) != UNSEEN)
			json_array_append_new(list, noun_queue(&t->shell, i));
	}
	return list;
}

static json_t *agents_then(struct then *t)
{
	json_t *list = json_array();
	struct audience a;

	for (uint32_t i = 0; i < t->shell.conf->plan.n_agents; i++) {
		enum sight sight;

		audience_agent(&t->shell, i, &a);
		sight = sight_of(&t->viewer, &a, t->served);
		if (sight != UNSEEN)
			json_array_append_new(list, noun_agent(&t->shell, i, sight == WHOLE));
	}
	return list;
}

/* In short: what is known of a caller beside the journal was not kept for that second. */
static json_t *contacts_then(struct then *t)
{
	struct contact_view k = { .contact = 0 };
	json_t *list = json_array();
	struct audience a;

	while (centre_contact_after(t->shell.centre, k.contact, &k)) {
		audience_contact(&t->shell, &k, &a);
		if (sight_of(&t->viewer, &a, t->served) != UNSEEN)
			json_array_append_new(list, noun_contact(&t->shell, &k, false));
	}
	return list;
}

void archive_past(struct archive *a, struct question *q)
{
	struct moment m;
	struct then *t;

	if (!look(a, q, &m))
		return;
	t = then_new(a, &m, q);
	if (t)
		archive_json(q, 200,
			json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:[]}", "position",
				(json_int_t)m.seq, "at", time_json(m.at_ms), "me",
				noun_self(&t->shell, &q->who, &t->viewer), "settings",
				noun_settings(&t->shell, &t->viewer), "queues", queues_then(t),
				"agents", agents_then(t), "contacts", contacts_then(t),
				"voicemails"));
	free(t);
	archive_back(a, &m);
}
