/* Flows and entries: where a caller goes. */
#include "bot/shell/config_inside.h"

#include "bot/base/text.h"

#include <string.h>

/* By name; UINT32_MAX: none. */
static uint32_t flow_index(const struct config *c, const char *name)
{
	for (uint32_t i = 0; i < c->plan.n_flows; i++)
		if (strcmp(c->own->flow_name[i], name) == 0)
			return i;
	return UINT32_MAX;
}

static struct plan_target target_of(struct compile *x, const char *name, const char *at)
{
	uint32_t flow = flow_index(x->c, name), queue = queue_index(x->c, name);
	char flows[200], queues[200];

	if (strcmp(name, "hang-up") == 0)
		return (struct plan_target){ TARGET_HANG_UP, 0 };
	if (flow != UINT32_MAX && queue != UINT32_MAX)
		fault_add(x->faults, at, false, "\"%s\" is both a flow and a queue: rename one",
			name);
	if (flow != UINT32_MAX)
		return (struct plan_target){ TARGET_FLOW, (uint16_t)flow };
	if (queue != UINT32_MAX)
		return (struct plan_target){ TARGET_QUEUE, (uint16_t)queue };
	fault_add(x->faults, at, false,
		"\"%.60s\" is neither flow nor queue nor \"hang-up\" (flows: %s; queues: %s)", name,
		config_names(json_object_get(x->own->root, "flows"), flows, sizeof(flows)),
		config_names(json_object_get(x->own->root, "queues"), queues, sizeof(queues)));
	return (struct plan_target){ TARGET_NONE, 0 };
}

static void compile_menu(struct compile *x, json_t *menu, const char *at, struct plan_step *out)
{
	static const char keys[PLAN_KEYS][2] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
		"*", "#" };
	char key_at[POINTER_MAX];
	size_t n = 0;

	out->kind = STEP_MENU;
	out->prompt = compile_prompt_ref(x, menu, "prompt", at);
	out->wrong_prompt = compile_prompt_ref(x, menu, "wrong_prompt", at);
	out->retries = (uint16_t)number_of_member(menu, "retries");
	out->timeout_ms = ms_of_member(menu, "timeout_seconds");
	pointer_add(key_at, at, "otherwise");
	out->otherwise = target_of(x, text_of_member(menu, "otherwise"), key_at);
	for (size_t k = 0; k < PLAN_KEYS; k++) {
		const char *name = text_of_member(menu, keys[k]);

		if (!name)
			continue;
		pointer_add(key_at, at, keys[k]);
		out->key[k] = target_of(x, name, key_at);
		n++;
	}
	if (n == 0)
		fault_add(x->faults, at, false,
			"this menu has no key: \"1\": \"<flow or queue>\" would be right");
}

static bool compile_step(struct compile *x, json_t *step, const char *at, struct plan_step *out)
{
	const char *queue = text_of_member(step, "queue");
	char where[POINTER_MAX], have[300];
	uint32_t index;

	if (json_object_get(step, "play")) {
		out->kind = STEP_PLAY;
		out->prompt = compile_prompt_ref(x, step, "play", at);
		return false;
	}
	if (json_object_get(step, "menu")) {
		pointer_add(where, at, "menu");
		compile_menu(x, json_object_get(step, "menu"), where, out);
		return true;
	}
	if (!queue) {
		out->kind = STEP_HANG_UP;
		return true;
	}
	index = queue_index(x->c, queue);
	pointer_add(where, at, "queue");
	if (index == UINT32_MAX)
		fault_add(x->faults, where, false, "queue \"%.60s\" is unknown (have: %s)", queue,
			config_names(json_object_get(x->own->root, "queues"), have, sizeof(have)));
	out->kind = STEP_QUEUE;
	out->queue = (uint16_t)index;
	return true;
}

static void compile_flow(struct compile *x, const char *name, json_t *steps, struct plan_flow *out)
{
	bool leaves = false;
	json_t *step;
	size_t i;

	out->key = config_key(name);
	out->first_step = x->c->plan.n_steps;
	out->n_steps = (uint32_t)json_array_size(steps);
	json_array_foreach(steps, i, step)
	{
		char base[POINTER_MAX], number[24], at[POINTER_MAX];

		pointer_add(base, "/flows", name);
		snprintf(number, sizeof(number), "%zu", i);
		pointer_add(at, base, number);
		if (leaves) {
			fault_add(x->faults, at, false,
				"this step is never reached: the one before it leaves the flow");
			leaves = false;
		}
		leaves |= compile_step(x, step, at, &x->own->step[x->c->plan.n_steps++]);
	}
}

static size_t count_steps(json_t *flows)
{
	const char *name;
	json_t *steps;
	size_t n = 0;

	json_object_foreach(flows, name, steps) n += json_array_size(steps);
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
	x->own->flow = config_array(n, sizeof(*x->own->flow));
	x->own->flow_name = config_array(n, sizeof(*x->own->flow_name));
	x->c->flow_name = x->own->flow_name;
	x->own->step = config_array(n_steps, sizeof(*x->own->step));
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
	check_entry(x, i);
}

void compile_entries(struct compile *x)
{
	json_t *entries = json_object_get(x->own->root, "entries"), *entry;
	size_t n = json_array_size(entries), i;

	x->own->entry = config_array(n, sizeof(*x->own->entry));
	x->own->plan_entry = config_array(n, sizeof(*x->own->plan_entry));
	x->c->entry = x->own->entry;
	x->c->plan.entry = x->own->plan_entry;
	x->c->plan.n_entries = (uint32_t)n;

	json_array_foreach(entries, i, entry) compile_entry(x, i, entry);
}
