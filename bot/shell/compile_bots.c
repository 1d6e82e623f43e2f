/* Bots and the tenants they serve: realms, and that no call can leave its own. */
#include "bot/shell/config_inside.h"

#include "bot/base/text.h"
#include "bot/shell/ways.h"

#include <stdlib.h>
#include <string.h>

uint16_t config_realm(const struct config *c, uint16_t bot, struct guid tenant)
{
	for (uint16_t i = 0; i < c->n_realms; i++)
		if (c->realm[i].bot == bot && guid_same(c->realm[i].tenant, tenant))
			return i;
	return REALM_NONE;
}

uint16_t config_realm_of_tenant(const struct config *c, struct guid tenant)
{
	for (uint16_t i = 0; i < c->n_realms; i++)
		if (guid_same(c->realm[i].tenant, tenant))
			return i;
	return REALM_NONE;
}

uint16_t config_realm_in(const struct config *next, const struct config *old, uint16_t realm)
{
	if (realm >= old->n_realms)
		return REALM_NONE;
	for (uint16_t i = 0; i < next->n_realms; i++)
		if (guid_same(next->realm[i].tenant, old->realm[realm].tenant) &&
			strcmp(next->bot[next->realm[i].bot].app_id,
				old->bot[old->realm[realm].bot].app_id) == 0)
			return i;
	return REALM_NONE;
}

static struct guid guid_of(const char *text)
{
	struct guid g;

	if (guid_parse(text, strlen(text), &g) != OK)
		abort(); /* the schema said it is one */
	return g;
}

static void add_realm(struct compile *x, uint16_t bot, const char *tenant, const char *at)
{
	struct config *c = x->c;
	struct config_realm *r = &c->realm[c->n_realms];

	if (c->n_realms == REALMS_MAX) {
		fault_add(x->faults, at, false, "more than %d tenants in all", REALMS_MAX);
		return;
	}
	*r = (struct config_realm){
		.bot = bot, .tenant = guid_of(tenant), .default_entry = UINT16_MAX
	};
	guid_print(r->tenant, r->tenant_id);
	if (config_realm(c, bot, r->tenant) != REALM_NONE)
		fault_add(x->faults, at, false, "this tenant is listed twice");
	else
		c->n_realms++;
}

static void compile_bot(struct compile *x, uint16_t i, json_t *bot)
{
	struct config_bot *b = &x->c->bot[i];
	char at[POINTER_MAX];
	json_t *tenant;
	size_t k;

	b->name = text_of_member(bot, "name");
	guid_print(guid_of(text_of_member(bot, "app_id")), b->app_id);
	guid_print(guid_of(text_of_member(bot, "tenant_id")), b->tenant_id);
	for (uint16_t j = 0; j < i; j++) {
		snprintf(at, sizeof(at), "/bots/%u", i);
		if (strcmp(x->c->bot[j].name, b->name) == 0)
			fault_add(
				x->faults, at, false, "bot %u is named \"%s\" already", j, b->name);
		if (strcmp(x->c->bot[j].app_id, b->app_id) == 0)
			fault_add(x->faults, at, false,
				"bot \"%s\" has this app_id already: name its other tenants in its "
				"\"tenants\"",
				x->c->bot[j].name);
	}
	add_realm(x, i, b->tenant_id, "/bots");
	json_array_foreach(json_object_get(bot, "tenants"), k, tenant)
	{
		snprintf(at, sizeof(at), "/bots/%u/tenants/%zu", i, k);
		add_realm(x, i, json_string_value(tenant), at);
	}
}

void compile_bots(struct compile *x)
{
	json_t *bots = json_object_get(x->own->root, "bots"), *bot;
	size_t i;

	x->c->n_bots = (uint16_t)json_array_size(bots);
	json_array_foreach(bots, i, bot) compile_bot(x, (uint16_t)i, bot);
}

struct guid compile_tenant(struct compile *x, json_t *object, const char *pointer)
{
	const char *text = text_of_member(object, "tenant");
	struct guid tenant = text ? guid_of(text) : x->c->realm[0].tenant;
	char at[POINTER_MAX];

	pointer_add(at, pointer, "tenant");
	if (config_realm_of_tenant(x->c, tenant) == REALM_NONE)
		fault_add(x->faults, at, false,
			"no bot serves this tenant: its \"tenants\" would have to name it");
	return tenant;
}

static uint16_t bot_named(const struct config *c, const char *name)
{
	for (uint16_t i = 0; name && i < c->n_bots; i++)
		if (strcmp(c->bot[i].name, name) == 0)
			return i;
	return name ? UINT16_MAX : 0;
}

uint16_t compile_realm(struct compile *x, json_t *entry, const char *pointer)
{
	const char *name = text_of_member(entry, "bot"), *tenant = text_of_member(entry, "tenant");
	uint16_t bot = bot_named(x->c, name), realm;
	char at[POINTER_MAX], have[300];
	struct text t = TEXT(have);

	pointer_add(at, pointer, "bot");
	for (uint16_t i = 0; i < x->c->n_bots; i++)
		text_add(&t, "%s%s", i ? ", " : "", x->c->bot[i].name);
	if (bot == UINT16_MAX) {
		fault_add(x->faults, at, false, "bot \"%.40s\" is unknown (have: %s)", name, have);
		return 0;
	}
	realm = config_realm(x->c, bot, guid_of(tenant ? tenant : x->c->bot[bot].tenant_id));
	pointer_add(at, pointer, "tenant");
	if (realm == REALM_NONE) {
		fault_add(x->faults, at, false,
			"bot \"%s\" does not serve this tenant: its \"tenants\" would have to name "
			"it",
			x->c->bot[bot].name);
		return 0;
	}
	return realm;
}

/* ---- nothing crosses */

struct walk {
	struct compile *x;
	const struct config_entry *entry;
	char at[POINTER_MAX];  /* the entry's */
	uint8_t *flow, *queue; /* seen: a byte each */
};

static void reach(struct walk *w, struct plan_target t);

static void check_tenant(struct walk *w, struct guid tenant, const char *what, const char *name)
{
	if (!guid_same(tenant, w->x->c->realm[w->entry->realm].tenant))
		fault_add(w->x->faults, w->at, false,
			"this entry leads to %s \"%s\", which is another tenant's", what, name);
}

static void reach_queue(struct walk *w, uint32_t queue)
{
	const struct config *c = w->x->c;

	if (queue >= c->plan.n_queues || w->queue[queue])
		return;
	w->queue[queue] = 1;
	check_tenant(w, c->queue[queue].tenant, "queue", c->queue[queue].name);
	for (size_t i = 0; i < QUEUE_WAYS; i++)
		reach(w, queue_way(&c->plan.queue[queue], i));
}

static void reach_flow(struct walk *w, uint32_t flow)
{
	const struct config *c = w->x->c;

	if (flow >= c->plan.n_flows || w->flow[flow])
		return;
	w->flow[flow] = 1;
	for (uint32_t i = 0; i < c->plan.flow[flow].n_steps; i++) {
		const struct plan_step *s = &c->plan.step[c->plan.flow[flow].first_step + i];

		if (s->kind == STEP_VOICEMAIL && s->index < c->n_mailboxes)
			check_tenant(w, c->mailbox[s->index].tenant, "mailbox",
				c->mailbox[s->index].name);
		for (size_t k = 0; k < STEP_WAYS; k++)
			reach(w, step_way(s, k));
	}
}

static void reach(struct walk *w, struct plan_target t)
{
	if (t.kind == TARGET_QUEUE)
		reach_queue(w, t.index);
	else if (t.kind == TARGET_FLOW)
		reach_flow(w, t.index);
}

static void check_members(struct compile *x, uint32_t queue)
{
	const struct config *c = x->c;
	const struct plan_queue *q = &c->plan.queue[queue];

	for (uint32_t i = 0; i < q->n_members; i++) {
		uint16_t agent = c->plan.member[q->first_member + i];
		char at[POINTER_MAX];

		snprintf(at, sizeof(at), "/agents/%u", agent);
		if (!guid_same(c->agent[agent].tenant, c->queue[queue].tenant))
			fault_add(x->faults, at, false,
				"agent \"%s\" serves queue \"%s\", which is another tenant's",
				c->agent[agent].name, c->queue[queue].name);
	}
}

void check_tenants(struct compile *x)
{
	const struct config *c = x->c;

	for (uint32_t i = 0; i < c->plan.n_queues; i++)
		check_members(x, i);
	for (uint32_t i = 0; i < c->plan.n_entries; i++) {
		struct walk w = { .x = x,
			.entry = &c->entry[i],
			.flow = config_array(c->plan.n_flows, 1),
			.queue = config_array(c->plan.n_queues, 1) };

		snprintf(w.at, sizeof(w.at), "/entries/%u", i);
		reach_flow(&w, c->plan.entry[i].flow);
		free(w.flow);
		free(w.queue);
	}
}
