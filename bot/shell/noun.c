/* Queues and agents, and what there is to choose from. */
#include "bot/shell/noun.h"
#include "bot/shell/seen.h"

#include "bot/base/text.h"
#include "graph/wire/datetime.h"

#include <stdio.h>
#include <string.h>

json_t *noun_time(uint64_t unix_ms)
{
	char at[DATETIME_TEXT];

	datetime_print(unix_ms, at);
	return unix_ms ? json_string(at) : json_null();
}

json_t *noun_queue(struct shell *s, uint32_t queue)
{
	const struct config *c = s->conf;
	struct queue_view v;

	centre_queue(s->centre, queue, &v);
	return json_pack("{s:s, s:I, s:I, s:o, s:b, s:s?, s:{s:I, s:I, s:I}, s:I, s:b, s:I, s:I, "
			 "s:I, s:I}",
		"queue", c->queue[queue].name, "waiting", (json_int_t)v.n_waiting, "call_backs",
		(json_int_t)v.n_away, "oldest_at", noun_time(v.oldest_ms), "closed", v.closed,
		"announcement", v.announcement ? c->prompt[v.announcement - 1].name : NULL, "staff",
		"signed_in", (json_int_t)v.n_staff[STAFF_SIGNED_IN], "active",
		(json_int_t)v.n_staff[STAFF_ACTIVE], "present",
		(json_int_t)v.n_staff[STAFF_PRESENT], "estimate_s", (json_int_t)v.estimate_s,
		"estimate_told", v.told, "handled", (json_int_t)v.n_handled,
		"handled_within_service_level", (json_int_t)v.n_within, "abandoned",
		(json_int_t)v.n_abandoned, "abandoned_short", (json_int_t)v.n_abandoned_short);
}

static json_t *queues_of(struct shell *s, uint32_t agent, bool signed_in_to)
{
	json_t *list = json_array();
	struct place_view v;

	for (uint32_t n = 0; centre_agent_place(s->centre, agent, n, &v); n++)
		if (v.signed_in || !signed_in_to)
			json_array_append_new(list, json_string(s->conf->queue[v.queue].name));
	return list;
}

static json_t *number_or_null(uint32_t number)
{
	return number ? json_integer((json_int_t)number) : json_null();
}

const char *noun_hearing(const struct agent_view *v)
{
	static const char *const words[HEARINGS] = { "nothing", "all", "listen", "whisper",
		"music" };

	return v->phase == AGENT_TALKING ? words[v->hearing] : NULL;
}

static void agent_whole(struct shell *s, const struct agent_view *v, json_t *out)
{
	static const char *const roles[] = { "offer", "consult", "transfer", "supervise" };
	json_t *more = json_pack("{s:o, s:s?, s:o, s:s?, s:I, s:o, s:s?}", "contact",
		number_or_null(v->contact), "role", v->attempt ? roles[v->role] : NULL, "attempt",
		number_or_null(v->attempt), "hearing", noun_hearing(v), "handled",
		(json_int_t)v->n_handled, "wrap_up_contact", number_or_null(v->talked_with),
		"wrap_up_queue", v->talked_in ? s->conf->queue[v->talked_in - 1].name : NULL);

	json_object_update_new(out, more);
}

/* Her Teams address, once she has come with a token that has it. */
static const char *username_of(const struct shell *s, const struct config_agent *a)
{
	struct guid user;
	const struct seen *x = guid_parse(a->user_id, strlen(a->user_id), &user) == OK
				       ? seen_get(s, a->tenant, user)
				       : NULL;

	return x && x->username[0] ? x->username : NULL;
}

json_t *noun_agent(struct shell *s, uint32_t agent, bool whole)
{
	const struct config_agent *a = &s->conf->agent[agent];
	struct agent_view v;
	json_t *out;

	centre_agent(s->centre, agent, &v);
	out = json_pack("{s:s, s:s, s:s?, s:s, s:o, s:o, s:s, s:b, s:s?, s:o, s:o, s:b}", "agent",
		a->user_id, "name", a->name, "username", username_of(s, a), "state",
		api_agent_phase(v.phase), "since",
		v.since_ms ? noun_time(v.since_ms) : noun_time(1), "until", noun_time(v.until_ms),
		"presence", presence_name(v.presence), "signed_in", v.phase != AGENT_SIGNED_OUT,
		"paused", v.paused ? config_pause_reason(s->conf, v.paused) : NULL, "serves",
		queues_of(s, agent, false), "signed_in_to", queues_of(s, agent, true), "detail",
		whole);
	if (out && whole)
		agent_whole(s, &v, out);
	return out;
}

/* ---- what there is to choose from */

static json_t *queue_settings(const struct shell *s, uint32_t queue, bool yours)
{
	const struct plan_queue *p = &s->conf->plan.queue[queue];
	const struct config_queue *q = &s->conf->queue[queue];
	json_t *codes = json_array();

	for (size_t i = 0; i < q->n_wrap_up_codes; i++)
		json_array_append_new(
			codes, json_string(config_wrap_up_code(s->conf, q->wrap_up_code[i])));
	return json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:s, s:b, s:o}", "queue", q->name,
		"yours", yours, "service_level_ms", (json_int_t)p->service_level_ms, "ring_ms",
		(json_int_t)p->ring_ms, "accept_ms", (json_int_t)p->accept_ms, "wrap_up_ms",
		(json_int_t)p->wrap_up_ms, "wrap_up_more_ms", (json_int_t)p->wrap_up_more_ms,
		"hand_off", p->hand_off == HAND_OFF_BRIDGE ? "bridge" : "transfer", "by_hand",
		p->by_hand, "wrap_up_codes", codes);
}

static json_t *colleagues(const struct shell *s, const struct viewer *v)
{
	json_t *list = json_array();

	for (uint32_t i = 0; v->role >= API_AGENT && i < s->conf->plan.n_agents; i++)
		if (guid_same(s->conf->agent[i].tenant, v->tenant))
			json_array_append_new(
				list, json_pack("{s:s, s:s}", "agent", s->conf->agent[i].user_id,
					      "name", s->conf->agent[i].name));
	return list;
}

static json_t *reasons(const struct shell *s, const struct viewer *v)
{
	json_t *list = json_array();

	for (size_t i = 0; v->role >= API_AGENT && i < s->conf->n_pause_reasons; i++)
		json_array_append_new(list, json_string(s->conf->pause_reason[i]));
	return list;
}

static json_t *prompts(const struct shell *s, const struct viewer *v)
{
	json_t *list = json_array();

	for (size_t i = 0; v->role >= API_SUPERVISOR && i < s->conf->n_prompts; i++)
		json_array_append_new(list, json_string(s->conf->prompt[i].name));
	return list;
}

json_t *noun_settings(struct shell *s, const struct viewer *v)
{
	json_t *queues = json_array();

	for (uint32_t i = 0; i < s->conf->plan.n_queues; i++) {
		bool yours = v->all || queue_set_has(&v->queues, i);

		if (guid_same(s->conf->queue[i].tenant, v->tenant) &&
			(yours || v->role >= API_AGENT))
			json_array_append_new(queues, queue_settings(s, i, yours));
	}
	return json_pack("{s:o, s:o, s:o, s:o}", "pause_reasons", reasons(s, v), "prompts",
		prompts(s, v), "queues", queues, "agents", colleagues(s, v));
}

json_t *noun_self(struct shell *s, const struct person *who, const struct viewer *v)
{
	static const enum login_role roles[] = { ROLE_AGENT, ROLE_SUPERVISOR, ROLE_ADMIN };
	const struct config_agent *a = v->agent ? &s->conf->agent[v->agent - 1] : NULL;
	char user[GUID_TEXT], tenant[GUID_TEXT];
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		if (who->roles & roles[i])
			json_array_append_new(list, json_string(role_name(roles[i])));
	if (v->role == API_APP)
		json_array_append_new(list, json_string(api_role_name(API_APP)));
	guid_print(who->user, user);
	guid_print(who->tenant, tenant);
	return json_pack("{s:s, s:s, s:o, s:s?, s:s?}", "user", user, "tenant", tenant, "roles",
		list, "agent", a ? a->user_id : NULL, "name", a ? a->name : NULL);
}

/* ---- who sees it */

void audience_queue(const struct shell *s, uint32_t queue, struct audience *out)
{
	*out = (struct audience){ .tenant = s->conf->queue[queue].tenant,
		.queue = (uint16_t)(queue + 1),
		.is_queue = true };
}

void audience_agent(const struct shell *s, uint32_t agent, struct audience *out)
{
	*out = (struct audience){ .tenant = s->conf->agent[agent].tenant,
		.in_short = true,
		.of_agent = (uint16_t)(agent + 1),
		.agent = { (uint16_t)(agent + 1) } };
}

static uint16_t agent_of(const struct shell *s, const struct person *who)
{
	char id[GUID_TEXT];

	guid_print(who->user, id);
	for (uint32_t i = 0; i < s->conf->plan.n_agents; i++)
		if (strcmp(s->conf->agent[i].user_id, id) == 0 &&
			guid_same(s->conf->agent[i].tenant, who->tenant))
			return (uint16_t)(i + 1);
	return 0;
}

static bool supervises(const struct config_queue *q, struct guid user)
{
	for (size_t i = 0; i < q->n_supervisors; i++)
		if (guid_same(q->supervisor[i], user))
			return true;
	return q->n_supervisors == 0;
}

/* Her queues are those she supervises, and those she serves. */
static void add_supervised(const struct shell *s, const struct person *who, struct viewer *out)
{
	out->all = true;
	for (uint32_t i = 0; i < s->conf->plan.n_queues; i++) {
		const struct config_queue *q = &s->conf->queue[i];

		if (!guid_same(q->tenant, who->tenant))
			continue;
		if (supervises(q, who->user))
			queue_set_add(&out->queues, i);
		else
			out->all = false;
	}
}

void viewer_of(const struct shell *s, const struct person *who, struct viewer *out)
{
	const struct config_reader *reader = people_reader(s->conf, who);
	struct place_view place;

	*out = (struct viewer){ .role = people_role(who), .tenant = who->tenant };
	for (size_t i = 0; reader && i < reader->n_queues; i++)
		queue_set_add(&out->queues, reader->queue[i]);
	if (out->role <= API_APP)
		return;
	out->agent = agent_of(s, who);
	for (uint32_t n = 0;
		out->agent && centre_agent_place(s->centre, out->agent - 1u, n, &place); n++)
		queue_set_add(&out->queues, place.queue);
	if (out->role == API_SUPERVISOR)
		add_supervised(s, who, out);
	out->all |= out->role == API_ADMIN;
}
