/*
 * Who is how available: her own Teams client, what applications say for her, and calls.
 *
 * Nothing here has a timer: what has expired is found expired when somebody looks.
 * Source: Graph v1.0, resources/presence; concepts/cloud-communications-manage-presence-state.
 */
#include "graph/sim/annex_inside.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DECAY_MS = 5 * 60 * 1000, /* Available to AvailableInactive, and as long again to Away */
};

bool presence_new(struct annex *a, const struct scenario *scn)
{
	a->n_persons = scn->n_agents;
	a->person = calloc(scn->n_agents + 1, sizeof(*a->person));
	if (!a->person)
		return false;
	for (size_t i = 0; i < scn->n_agents; i++) {
		a->person[i].agent = &scn->agent[i];
		a->person[i].own = (struct state_shown){ "Available", "Available" };
		if (scn->agent[i].presence[0]) {
			memcpy(a->person[i].own.availability, scn->agent[i].presence,
				sizeof(a->person[i].own.availability));
			snprintf(a->person[i].own.activity, sizeof(a->person[i].own.activity), "%s",
				scn->agent[i].presence);
		}
	}
	return true;
}

void presence_free(struct annex *a)
{
	for (size_t i = 0; a->person && i < a->n_persons; i++)
		json_decref(a->person[i].status_message);
	free(a->person);
	for (size_t i = 0; i < SCENARIO_APPS; i++)
		for (size_t k = 0; k < SCENARIO_TENANTS; k++)
			free(a->presence_window[i][k].at);
}

struct person *person_of(struct sim *s, const char *tenant, const char *user)
{
	struct guid want, have;

	if (guid_parse(user, strlen(user), &want) != OK)
		return NULL;
	for (size_t i = 0; i < s->annex->n_persons; i++) {
		struct person *p = &s->annex->person[i];

		if (guid_parse(p->agent->user, strlen(p->agent->user), &have) == OK &&
			guid_same(want, have) && text_same_nocase(p->agent->tenant, tenant))
			return p;
	}
	return NULL;
}

struct person *person_named(struct sim *s, const char *user)
{
	struct person *p = NULL;

	for (size_t i = 0; i < s->annex->n_persons && !p; i++)
		p = person_of(s, s->annex->person[i].agent->tenant, user);
	return p;
}

static bool in_a_call(struct sim *s, const struct person *p)
{
	uint32_t agent = (uint32_t)(p - s->annex->person) + 1;
	struct sim_call *c = call_of(s, s->agent[agent].call);

	for (size_t i = 0; c && i < PARTY_MAX; i++)
		if (c->party[i].state == PARTY_IN && c->party[i].person == agent)
			return true;
	return false;
}

int presence_rank(const struct state_shown *x)
{
	static const struct {
		const char *availability;
		int rank;
	} ranks[] = { { "DoNotDisturb", 4 }, { "Busy", 3 }, { "BusyIdle", 3 }, { "Available", 2 },
		{ "AvailableIdle", 2 }, { "Away", 1 }, { "BeRightBack", 1 } };

	for (size_t i = 0; i < ARRAY_LEN(ranks); i++)
		if (strcmp(x->availability, ranks[i].availability) == 0)
			return ranks[i].rank;
	return 0;
}

/* An application that says Available once and no more is believed less and less. */
static struct state_shown session_now(const struct sim *s, const struct session *x)
{
	uint64_t age = s->now_ms - x->set_ms;

	if (strcmp(x->set.availability, "Available") != 0 || age < scaled(s, DECAY_MS))
		return x->set;
	if (age < scaled(s, 2 * DECAY_MS))
		return (struct state_shown){ "Available", "AvailableInactive" };
	return (struct state_shown){ "Away", "Away" };
}

bool session_lives(const struct sim *s, const struct session *x)
{
	return x->app[0] && s->now_ms < x->until_ms;
}

struct state_shown presence_now(struct sim *s, struct person *p)
{
	struct state_shown best = p->own, other;
	bool any = presence_rank(&p->own) > 0;

	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		if (!session_lives(s, &p->session[i]))
			continue;
		other = session_now(s, &p->session[i]);
		if (presence_rank(&other) > presence_rank(&best))
			best = other;
		any = true;
	}
	if (in_a_call(s, p)) {
		other = (struct state_shown){ "Busy", "InACall" };
		if (presence_rank(&other) >= presence_rank(&best))
			best = other;
		any = true;
	}
	/* What the person prefers counts only while somebody speaks for her at all. */
	if (any && s->now_ms < p->preferred_until_ms)
		best = p->preferred;
	return best;
}

json_t *presence_json(struct sim *s, struct person *p)
{
	struct state_shown now = presence_now(s, p);
	char sequence[32];
	json_t *json;

	if (memcmp(&now, &p->told, sizeof(now)) != 0) {
		p->told = now;
		p->sequence++;
	}
	snprintf(sequence, sizeof(sequence), "%llu", (unsigned long long)p->sequence);
	json = json_pack("{ss, ss, ss, sO?, ss}", "id", p->agent->user, "availability",
		now.availability, "activity", now.activity, "statusMessage", p->status_message,
		"sequenceNumber", sequence);
	if (dice(s, 2))
		json_object_set_new(json, "outOfOfficeSettings",
			json_pack("{sb, sn}", "isOutOfOffice", false, "message"));
	if (dice(s, 4))
		json_object_set_new(json, "workLocation", json_null());
	if (dice(s, 4))
		json_object_set_new(json, "@odata.type", json_string("#microsoft.graph.presence"));
	return json;
}

static json_t *session_json(const struct sim *s, const struct session *x)
{
	struct state_shown now = session_now(s, x);

	return json_pack("{ss, ss, ss, sI}", "sessionId", x->app, "availability", now.availability,
		"activity", now.activity, "left_ms", (json_int_t)(x->until_ms - s->now_ms));
}

void presence_books(struct sim *s, json_t *books)
{
	json_t *all = json_array();

	for (size_t i = 0; i < s->annex->n_persons; i++) {
		struct person *p = &s->annex->person[i];
		struct state_shown now = presence_now(s, p);
		json_t *sessions = json_array();

		for (size_t k = 0; k < SESSIONS_MAX; k++)
			if (session_lives(s, &p->session[k]))
				json_array_append_new(sessions, session_json(s, &p->session[k]));
		json_array_append_new(
			all, json_pack("{ss, ss, ss, ss, so, ss*}", "user", p->agent->user, "name",
				     p->agent->name, "availability", now.availability, "activity",
				     now.activity, "sessions", sessions, "preferred",
				     s->now_ms < p->preferred_until_ms ? p->preferred.availability
								       : NULL));
	}
	json_object_set_new(books, "presence", all);
}
