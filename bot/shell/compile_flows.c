/* Flows and entries: where a caller goes. */
#include "bot/shell/config_inside.h"

#include <string.h>

static void compile_flow(struct compile *x, const char *name, json_t *steps, struct plan_flow *out)
{
	struct plan_step *next = &x->own->step[x->c->plan.n_steps];
	bool leaves = false;
	json_t *step;
	size_t i;

	out->key = config_key(name);
	out->first_step = x->c->plan.n_steps;
	json_array_foreach(steps, i, step)
	{
		char base[POINTER_MAX], at[POINTER_MAX];
		struct plan_step *first = next;

		pointer_add(base, "/flows", name);
		snprintf(at, sizeof(at), "%.480s/%zu", base, i);
		if (leaves) {
			fault_add(x->faults, at, false,
				"this step is never reached: the one before it leaves the flow");
			leaves = false;
		}
		leaves |= compile_step(x, step, at, &next);
		for (; first < next; first++)
			x->own->step_at[x->c->plan.n_steps++] = (uint16_t)i;
	}
	out->n_steps = x->c->plan.n_steps - out->first_step;
}

static size_t count_steps(json_t *flows)
{
	const char *name;
	json_t *steps, *step;
	size_t n = 0, i;

	json_object_foreach(flows, name, steps)
	{
		json_array_foreach(steps, i, step) n += compile_step_count(step);
	}
	return n;
}

void compile_flows(struct compile *x)
{
	json_t *flows = json_object_get(x->own->root, "flows"), *steps;
	size_t n = json_object_size(flows), n_steps = count_steps(flows);
	const char *name;
	uint32_t i = 0;

	if (n_steps > PLAN_STEPS_MAX)
		fault_add(x->faults, "/flows", false, "%zu steps: at most %d are allowed", n_steps,
			PLAN_STEPS_MAX);
	compile_variables(x);
	x->own->flow = config_kept_array(x->own, n, sizeof(*x->own->flow));
	x->own->flow_name = config_kept_array(x->own, n, sizeof(*x->own->flow_name));
	x->c->flow_name = x->own->flow_name;
	x->own->step = config_kept_array(x->own, n_steps, sizeof(*x->own->step));
	x->own->step_at = config_kept_array(x->own, n_steps, sizeof(*x->own->step_at));
	x->c->plan.flow = x->own->flow;
	x->c->plan.step = x->own->step;
	json_object_foreach(flows, name, steps) x->own->flow_name[x->c->plan.n_flows++] = name;
	json_object_foreach(flows, name, steps) compile_flow(x, name, steps, &x->own->flow[i++]);
}

static void check_entry(struct compile *x, size_t i)
{
	const struct config_entry *e = &x->own->entry[i];
	char at[POINTER_MAX];

	snprintf(at, sizeof(at), "/entries/%zu", i);
	if (guid_is_none(e->application_instance) && !e->is_default)
		fault_add(x->faults, at, false,
			"an entry needs \"application_instance\" or \"default\": true");
	if (e->relay && !x->c->media.relay)
		fault_add(x->faults, at, false,
			"\"media\": \"relay\" needs the relay's address in \"media\": { \"relay\": "
			"... }");
	for (size_t k = 0; k < i; k++) {
		if (e->is_default && x->own->entry[k].is_default &&
			e->realm == x->own->entry[k].realm)
			fault_add(x->faults, at, false, "entry %zu is the default already", k);
		if (!guid_is_none(e->application_instance) &&
			guid_same(e->application_instance, x->own->entry[k].application_instance))
			fault_add(x->faults, at, false,
				"entry %zu has this application_instance already", k);
	}
}

/* The same number in another configuration: what was dialled, or a realm's default. */
static uint32_t entry_key(const struct config *c, const struct config_entry *e)
{
	const struct config_realm *r = &c->realm[e->realm];
	char instance[GUID_TEXT], name[200];

	guid_print(e->application_instance, instance);
	snprintf(name, sizeof(name), "%s %s %s", c->bot[r->bot].name, r->tenant_id,
		e->is_default ? "default" : instance);
	return config_key(name);
}

static void compile_entry(struct compile *x, size_t i, json_t *entry)
{
	const char *id = text_of_member(entry, "application_instance");
	const char *flow = text_of_member(entry, "flow");
	const char *language = text_of_member(entry, "language");
	struct config_entry *e = &x->own->entry[i];
	uint32_t index = flow_index(x->c, flow);
	char at[POINTER_MAX], have[300];

	if (id && guid_parse(id, strlen(id), &e->application_instance) != OK)
		fault_add(x->faults, "/entries", false, "not a GUID");
	e->is_default = json_is_true(json_object_get(entry, "default"));
	e->relay = strcmp(text_of_member(entry, "media"), "relay") == 0;
	snprintf(at, sizeof(at), "/entries/%zu", i);
	e->realm = compile_realm(x, entry, at);
	if (e->is_default)
		x->c->realm[e->realm].default_entry = (uint16_t)i;
	snprintf(at, sizeof(at), "/entries/%zu/flow", i);
	if (index == UINT32_MAX)
		fault_add(x->faults, at, false, "flow \"%.60s\" is unknown (have: %s)", flow,
			config_names(json_object_get(x->own->root, "flows"), have, sizeof(have)));
	x->own->plan_entry[i].flow = (uint16_t)index;
	x->own->plan_entry[i].key = entry_key(x->c, e);
	x->own->plan_entry[i].language = language ? config_language(x->c, language) : 0;
	check_entry(x, i);
}

void compile_entries(struct compile *x)
{
	json_t *entries = json_object_get(x->own->root, "entries"), *entry;
	size_t n = json_array_size(entries), i;

	x->own->entry = config_kept_array(x->own, n, sizeof(*x->own->entry));
	x->own->plan_entry = config_kept_array(x->own, n, sizeof(*x->own->plan_entry));
	x->c->entry = x->own->entry;
	x->c->plan.entry = x->own->plan_entry;
	x->c->plan.n_entries = (uint32_t)n;

	json_array_foreach(entries, i, entry) compile_entry(x, i, entry);
}
