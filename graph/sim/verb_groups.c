/* Hold music, and audio routing groups: who of a group call hears what. */
#include "graph/sim/verb.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { UNHOLD_MS = 100 };

static struct party *party_in_group(struct sim_call *c, const char *id, struct reply *r)
{
	struct party *p = party_by_id(c, id);

	if (!p || p->state != PARTY_IN)
		refuse(r, 404, "itemNotFound", "No such participant.");
	else if (!c->group)
		refuse(r, 400, "BadRequest", "Only in group calls.");
	else if (c->relay)
		refuse(r, 400, "BadRequest", "The call's media is hosted by the application.");
	return r->status ? NULL : p;
}

static void asked(const struct ask *a, struct reply *r, const struct op *op)
{
	r->status = 202;
	r->body = op_json(op, NULL, "running");
	location_set(r, a->call, op->id);
}

/* Graph participant-startHoldMusic: one participant at a time. */
void verb_hold(struct sim *s, const struct ask *a, struct reply *r)
{
	struct party *p = party_in_group(a->call, a->id, r);
	json_t *info = json_object_get(json_object_get(a->body, "customPrompt"), "mediaInfo");
	struct sim_out *o;
	struct op *op;

	for (size_t i = 0; p && i < PARTY_MAX; i++)
		if (a->call->party[i].state == PARTY_IN && a->call->party[i].held) {
			refuse(r, 409, "Conflict", "A participant is on hold already.");
			return;
		}
	if (p && info && strncmp(text_at(info, "uri"), "https://", 8) != 0)
		refuse(r, 400, "BadRequest", "customPrompt.mediaInfo.uri is not an https URL.");
	op = r->status ? NULL : op_asked(s, a, OP_HOLD, r);
	if (!op)
		return;
	op->party = p->key;
	p->held = p->changed = true;
	mix_update(s, a->call);
	asked(a, r, op);
	if (!p->person) { /* nobody's telephone: it takes no time */
		timer_set(s, UNHOLD_MS, TIMER_OP, a->call->key, op->key);
		return;
	}
	o = out_add(s, SIM_HOLD, a->call->key);
	o->person = p->person;
	o->key = op->key;
	o->on = true;
	o->json = json_array();
	if (info)
		json_array_append(o->json, info);
}

void verb_unhold(struct sim *s, const struct ask *a, struct reply *r)
{
	struct party *p = party_in_group(a->call, a->id, r);
	struct op *op;

	if (p && !p->held)
		refuse(r, 409, "Conflict", "This participant is not on hold.");
	op = r->status ? NULL : op_asked(s, a, OP_UNHOLD, r);
	if (!op)
		return;
	op->party = p->key;
	p->held = false;
	p->changed = true;
	if (p->person)
		out_add(s, SIM_HOLD, a->call->key)->person = p->person;
	mix_update(s, a->call);
	asked(a, r, op);
	timer_set(s, UNHOLD_MS, TIMER_OP, a->call->key, op->key);
}

/* ---- audio routing groups ---- */

static struct routing_group *group_find(struct sim_call *c, const char *id)
{
	for (size_t i = 0; i < GROUPS_MAX; i++)
		if (c->routing[i].id[0] && strcasecmp(c->routing[i].id, id) == 0)
			return &c->routing[i];
	return NULL;
}

static json_t *group_json(const struct routing_group *g)
{
	json_t *receivers = json_array();

	for (size_t i = 0; i < g->n_receivers; i++)
		json_array_append_new(receivers, json_string(g->receiver[i]));
	return json_pack("{ss, ss, ss, s[s], so}", "@odata.type",
		"#microsoft.graph.audioRoutingGroup", "id", g->id, "routingMode",
		g->multicast ? "multicast" : "oneToOne", "sources", g->source, "receivers",
		receivers);
}

/* A participant of the roster who is in, the bot included. */
static bool member_read(
	struct sim_call *c, const char *id, char out[GUID_TEXT], const char *where, struct reply *r)
{
	struct party *p = party_by_id(c, id);
	struct guid g, me;

	if (p && p->state == PARTY_IN) {
		memcpy(out, p->id, GUID_TEXT);
		return true;
	}
	if (guid_parse(id, strlen(id), &g) == OK && guid_parse(c->me, strlen(c->me), &me) == OK &&
		guid_same(g, me)) {
		memcpy(out, c->me, GUID_TEXT);
		return true;
	}
	refuse(r, 400, "BadRequest", "%s: '%.40s' is no participant of the call.", where, id);
	return false;
}

/* oneToOne: one source, one receiver. multicast: one source, any number of receivers. */
static bool group_read(const struct ask *a, struct routing_group *out, struct reply *r)
{
	json_t *sources = json_object_get(a->body, "sources"), *one;
	json_t *receivers = json_object_get(a->body, "receivers");
	const char *mode = text_at(a->body, "routingMode");
	size_t i;

	out->multicast = text_same_nocase(mode, "multicast");
	if (!out->multicast && !text_same_nocase(mode, "oneToOne"))
		refuse(r, 400, "BadRequest", "routingMode is oneToOne or multicast.");
	else if (json_array_size(sources) != 1)
		refuse(r, 400, "BadRequest", "sources: want one participant.");
	else if (!out->multicast && json_array_size(receivers) != 1)
		refuse(r, 400, "BadRequest", "receivers: oneToOne wants one participant.");
	if (r->status || !member_read(a->call, json_string_value(json_array_get(sources, 0)),
				 out->source, "sources", r))
		return false;
	out->n_receivers = 0;
	json_array_foreach(receivers, i, one)
	{
		if (!member_read(a->call, json_string_value(one), out->receiver[i], "receivers", r))
			return false;
		if (strcasecmp(out->receiver[i], out->source) == 0)
			refuse(r, 400, "BadRequest", "receivers: nobody is routed to himself.");
		out->n_receivers++;
	}
	return r->status == 0;
}

void verb_groups(struct sim *s, const struct ask *a, struct reply *r)
{
	json_t *all = json_array();

	(void)s;
	for (size_t i = 0; i < GROUPS_MAX; i++)
		if (a->call->routing[i].id[0])
			json_array_append_new(all, group_json(&a->call->routing[i]));
	r->status = 200;
	r->body = json_pack("{so}", "value", all);
}

void verb_group_create(struct sim *s, const struct ask *a, struct reply *r)
{
	const char *id = text_at(a->body, "id");
	struct routing_group made = { .n_receivers = 0 }, *at = a->call->routing;

	if (!a->call->group)
		refuse(r, 400, "BadRequest", "Only in group calls.");
	else if (id[0] && group_find(a->call, id))
		refuse(r, 409, "Conflict", "There is a group of this id.");
	if (r->status || !group_read(a, &made, r))
		return;
	while (at < a->call->routing + GROUPS_MAX && at->id[0])
		at++;
	if (at == a->call->routing + GROUPS_MAX) {
		refuse(r, 429, "TooManyRequests", "The call has %d audio routing groups.",
			GROUPS_MAX);
		return;
	}
	/* Who assigns ids is not known: now the application, now the service. */
	if (id[0] && dice(s, 2))
		snprintf(made.id, sizeof(made.id), "%s", id);
	else
		guid_draw_text(s, made.id);
	*at = made;
	mix_update(s, a->call);
	r->status = 200;
	r->body = group_json(at);
}

static struct routing_group *group_asked(const struct ask *a, struct reply *r)
{
	struct routing_group *g = group_find(a->call, a->id);

	if (!g)
		refuse(r, 404, "itemNotFound", "No such audio routing group.");
	return g;
}

void verb_group_get(struct sim *s, const struct ask *a, struct reply *r)
{
	struct routing_group *g = group_asked(a, r);

	(void)s;
	if (!g)
		return;
	r->status = 200;
	r->body = group_json(g);
}

void verb_group_update(struct sim *s, const struct ask *a, struct reply *r)
{
	struct routing_group *g = group_asked(a, r), changed;

	if (!g)
		return;
	changed = *g;
	if (!group_read(a, &changed, r))
		return;
	if (changed.multicast != g->multicast)
		refuse(r, 400, "BadRequest", "The routingMode of a group stays what it is.");
	if (r->status)
		return;
	*g = changed;
	mix_update(s, a->call);
	r->status = 200;
	r->body = group_json(g);
}

void verb_group_delete(struct sim *s, const struct ask *a, struct reply *r)
{
	struct routing_group *g = group_asked(a, r);

	if (!g)
		return;
	g->id[0] = '\0';
	mix_update(s, a->call);
	r->status = 204;
}
