/* What flows and agents name beside queues: other systems, mailboxes, people outside, reasons. */
#include "bot/shell/config_inside.h"

#include <stdlib.h>
#include <string.h>

static void compile_lookup(
	struct compile *x, const char *name, json_t *lookup, struct config_lookup *out)
{
	json_t *header = json_object_get(lookup, "header"), *in_case;
	char at[POINTER_MAX];
	const char *key;

	pointer_add(at, "/lookups", name);
	out->name = name;
	out->url = config_url(x, lookup, "url", at);
	out->post = strcmp(text_of_member(lookup, "method"), "POST") == 0;
	out->timeout_ms = ms_of_member(lookup, "timeout_seconds");
	out->header = text_of_member(header, "name");
	out->secret = text_of_member(header, "environment");
	json_object_foreach(json_object_get(lookup, "cases"), key, in_case)
	{
		out->in_case[out->n_cases++] = (struct config_case){
			.name = key,
			.pointer = text_of_member(in_case, "pointer"),
			.values = json_object_get(in_case, "values"),
		};
	}
}

void compile_lookups(struct compile *x)
{
	json_t *all = json_object_get(x->own->root, "lookups"), *of;
	struct config_lookup *out = config_kept_array(x->own, json_object_size(all), sizeof(*out));
	const char *name;

	x->c->lookup = out;
	json_object_foreach(all, name, of) compile_lookup(x, name, of, &out[x->c->n_lookups++]);
}

static struct config_transfer transfer_of(const char *name, json_t *of)
{
	const char *user = text_of_member(of, "user"), *number = text_of_member(of, "number");
	struct config_transfer out = { .name = name,
		.kind = user     ? TRANSFER_USER
			: number ? TRANSFER_NUMBER
				 : TRANSFER_INSTANCE };

	snprintf(out.id, sizeof(out.id), "%s",
		user     ? user
		: number ? number
			 : text_of_member(of, "application_instance"));
	return out;
}

void compile_transfers(struct compile *x)
{
	json_t *all = json_object_get(x->own->root, "transfers"), *of;
	struct config_transfer *out = config_kept_array(
		x->own, json_object_size(all), sizeof(*out));
	const char *name;

	x->c->transfer = out;
	json_object_foreach(all, name, of) out[x->c->n_transfers++] = transfer_of(name, of);
}

/* Who is told: the queue's agents, then those who are named, each once. */
struct told {
	uint16_t *agent;
	size_t n;
	uint8_t *seen; /* a byte an agent */
};

static void tell(struct told *t, uint16_t agent)
{
	if (!t->seen[agent])
		t->agent[t->n++] = agent;
	t->seen[agent] = 1;
}

static void tell_queue(struct compile *x, json_t *of, const char *pointer, struct told *t)
{
	const char *name = text_of_member(of, "queue");
	const struct plan_queue *q;
	char at[POINTER_MAX];
	uint16_t queue;

	pointer_add(at, pointer, "queue");
	queue = name ? compile_name(x, "queues", "queue", name, at) : 0;
	if (!queue)
		return;
	q = &x->c->plan.queue[queue - 1];
	for (uint32_t i = 0; i < q->n_members; i++)
		tell(t, x->c->plan.member[q->first_member + i]);
}

static void tell_agents(struct compile *x, json_t *of, const char *pointer, struct told *t)
{
	json_t *user;
	size_t i;

	json_array_foreach(json_object_get(of, "agents"), i, user)
	{
		const char *id = json_string_value(user);
		char at[POINTER_MAX], text[GUID_TEXT];
		struct guid guid;
		uint32_t agent;

		if (guid_parse(id, strlen(id), &guid) != OK)
			abort(); /* the schema said it is one */
		guid_print(guid, text);
		agent = agent_index(x->c, text);
		snprintf(at, sizeof(at), "%.480s/agents/%zu", pointer, i);
		if (agent == UINT32_MAX)
			fault_add(x->faults, at, false,
				"%s is the \"user\" of no agent: one of \"agents\" would be right",
				text);
		else
			tell(t, (uint16_t)agent);
	}
}

static void check_told(struct compile *x, const struct config_mailbox *m, const char *at)
{
	for (size_t i = 0; i < m->n_agents; i++)
		if (!guid_same(x->c->agent[m->agent[i]].tenant, m->tenant))
			fault_add(x->faults, at, false,
				"agent \"%s\" is told of this mailbox, which is another tenant's",
				x->c->agent[m->agent[i]].name);
}

static void compile_mailbox(
	struct compile *x, const char *name, json_t *of, struct config_mailbox *out)
{
	uint32_t n_agents = x->c->plan.n_agents;
	struct told told = { .agent = config_array(n_agents, sizeof(*told.agent)),
		.seen = config_array(n_agents, 1) };
	uint16_t *agent;
	char at[POINTER_MAX];

	pointer_add(at, "/mailboxes", name);
	tell_queue(x, of, at, &told);
	tell_agents(x, of, at, &told);
	agent = config_kept_array(x->own, told.n, sizeof(*agent));
	memcpy(agent, told.agent, told.n * sizeof(*agent));
	*out = (struct config_mailbox){ .name = name,
		.tenant = compile_tenant(x, of, at),
		.agent = agent,
		.n_agents = told.n,
		.keep_days = number_of_member(of, "keep_days") };
	check_told(x, out, at);
	free(told.agent);
	free(told.seen);
}

void compile_mailboxes(struct compile *x)
{
	json_t *all = json_object_get(x->own->root, "mailboxes"), *of;
	struct config_mailbox *out = config_kept_array(x->own, json_object_size(all), sizeof(*out));
	const char *name;

	x->c->mailbox = out;
	json_object_foreach(all, name, of) compile_mailbox(x, name, of, &out[x->c->n_mailboxes++]);
}

/* A list of names, each once. */
static const char *const *names_of(struct compile *x, const char *what, size_t *n)
{
	json_t *list = json_object_get(x->own->root, what), *seen = json_object(), *name;
	const char **out = config_kept_array(x->own, json_array_size(list), sizeof(*out));
	size_t i;

	json_array_foreach(list, i, name)
	{
		char at[POINTER_MAX];

		out[i] = json_string_value(name);
		snprintf(at, sizeof(at), "/%s/%zu", what, i);
		if (json_object_get(seen, out[i]))
			fault_add(x->faults, at, false, "\"%.60s\" is listed twice", out[i]);
		json_object_set_new(seen, out[i], json_true());
	}
	json_decref(seen);
	*n = i;
	return out;
}

void compile_codes(struct compile *x)
{
	x->c->pause_reason = names_of(x, "pause_reasons", &x->c->n_pause_reasons);
	x->c->wrap_up_code = names_of(x, "wrap_up_codes", &x->c->n_wrap_up_codes);
}
