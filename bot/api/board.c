#include "bot/api/api.h"

#include "bot/base/clean.h"

#include <jansson.h>

CLEAN_FN(json_decref, json_t *)

static json_t *queue_json(const struct centre *c, const struct board *b, uint32_t i)
{
	struct queue_view v;

	centre_queue(c, i, &v);
	return json_pack("{s:s, s:I, s:I, s:I, s:b, s:I, s:I, s:I, s:I, s:b, s:I, s:I, s:I, s:I}",
		"name", b->queue_name(b->arg, i), "waiting", (json_int_t)v.n_waiting, "call_backs",
		(json_int_t)v.n_away, "oldest_wait_ms",
		(json_int_t)(v.oldest_ms && b->now_ms > v.oldest_ms ? b->now_ms - v.oldest_ms : 0),
		"closed", v.closed, "signed_in", (json_int_t)v.n_staff[STAFF_SIGNED_IN], "active",
		(json_int_t)v.n_staff[STAFF_ACTIVE], "present",
		(json_int_t)v.n_staff[STAFF_PRESENT], "estimate_s", (json_int_t)v.estimate_s,
		"estimate_told", v.told, "handled", (json_int_t)v.n_handled,
		"handled_within_service_level", (json_int_t)v.n_within, "abandoned",
		(json_int_t)v.n_abandoned, "abandoned_short", (json_int_t)v.n_abandoned_short);
}

/* Those she is signed in to, and the asker may see. */
static json_t *queues_json(const struct centre *c, const struct board *b, uint32_t agent)
{
	json_t *list = json_array();
	struct place_view v;

	for (uint32_t n = 0; centre_agent_place(c, agent, n, &v); n++)
		if (v.signed_in && b->queue_name(b->arg, v.queue))
			json_array_append_new(list, json_string(b->queue_name(b->arg, v.queue)));
	return list;
}

const char *api_agent_phase(enum agent_phase p)
{
	static const char *const phases[AGENT_PHASES] = {
		[AGENT_SIGNED_OUT] = "signed_out",
		[AGENT_IDLE] = "idle",
		[AGENT_RINGING] = "ringing",
		[AGENT_TALKING] = "talking",
		[AGENT_WRAP_UP] = "wrap_up",
		[AGENT_BACK_OFF] = "back_off",
	};

	return phases[p];
}

static json_t *agent_json(const struct centre *c, const struct board *b, uint32_t i)
{
	static const char *const roles[] = { "offer", "consult", "transfer", "supervise" };
	struct agent_view v;

	centre_agent(c, i, &v);
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:b, s:I, s:o, s:s?, s:I}", "name",
		b->agent_name(b->arg, i), "state", api_agent_phase(v.phase), "presence",
		presence_name(v.presence), "since_unix_ms", (json_int_t)v.since_ms, "handled",
		(json_int_t)v.n_handled, "paused", v.paused != 0, "reason", (json_int_t)v.paused,
		"queues", queues_json(c, b, i), "role", v.attempt ? roles[v.role] : NULL,
		"until_unix_ms", (json_int_t)v.until_ms);
}

static json_t *contact_json(const struct board *b, const struct contact_view *v)
{
	static const char *const phases[] = { "arriving", "flow", "waiting", "ringing", "talking",
		"closing", "call_back" };
	const struct record *r = &v->record;

	return json_pack("{s:I, s:s, s:I, s:I, s:b, s:s?, s:s?}", "contact", (json_int_t)v->contact,
		"phase", phases[v->phase], "since_unix_ms", (json_int_t)v->since_ms, "position",
		(json_int_t)v->position, "held", v->held, "queue",
		r->queue ? b->queue_name(b->arg, r->queue - 1u) : NULL, "agent",
		r->agent ? b->agent_name(b->arg, r->agent - 1u) : NULL);
}

static json_t *contacts_json(const struct centre *c, const struct board *b)
{
	struct contact_view v = { .contact = 0 };
	json_t *list = json_array();

	while (json_array_size(list) < BOARD_CONTACTS_MAX && centre_contact_after(c, v.contact, &v))
		if (b->entry_shown(b->arg, v.record.entry))
			json_array_append_new(list, contact_json(b, &v));
	return list;
}

char *api_board(const struct centre *c, const struct board *b)
{
	CLEAN(json_decref) json_t *root = json_object();
	json_t *queues = json_array(), *agents = json_array();

	for (uint32_t i = 0; i < b->n_queues; i++)
		if (b->queue_name(b->arg, i))
			json_array_append_new(queues, queue_json(c, b, i));
	for (uint32_t i = 0; i < b->n_agents; i++)
		if (b->agent_name(b->arg, i))
			json_array_append_new(agents, agent_json(c, b, i));
	json_object_set_new(root, "queues", queues);
	json_object_set_new(root, "agents", agents);
	if (b->with_contacts)
		json_object_set_new(root, "contacts", contacts_json(c, b));
	return json_dumps(root, JSON_COMPACT);
}
