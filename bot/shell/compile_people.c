/* Queues and agents: names become indices. */
#include "bot/shell/config_inside.h"

#include "bot/base/text.h"
#include "bot/core/strategy.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

uint32_t queue_index(const struct config *c, const char *name)
{
	for (uint32_t i = 0; i < c->plan.n_queues; i++)
		if (strcmp(c->queue[i].name, name) == 0)
			return i;
	return UINT32_MAX;
}

static void compile_queue(struct compile *x, const char *name, json_t *q, struct plan_queue *out)
{
	char at[POINTER_MAX];
	bool transfer = strcmp(text_of_member(q, "hand_off"), "transfer") == 0;

	pointer_add(at, "/queues", name);
	*out = (struct plan_queue){
		.key = config_key(name),
		.strategy = (uint8_t)strategy_number(strategy_named(text_of_member(q, "strategy"))),
		.hand_off = transfer ? HAND_OFF_TRANSFER : HAND_OFF_BRIDGE,
		.available = compile_available(x, q),
		.music = compile_prompt_ref(x, q, "music", at),
		.position_prompt = compile_prompt_ref(x, q, "position_prompt", at),
		.timeout_prompt = compile_prompt_ref(x, q, "timeout_prompt", at),
		.full_prompt = compile_prompt_ref(x, q, "full_prompt", at),
		.no_agents_prompt = compile_prompt_ref(x, q, "no_agents_prompt", at),
		.join_needs = STAFF_SIGNED_IN,
		.waiting_max = (uint16_t)number_of_member(q, "waiting_max"),
		.announce_ms = ms_of_member(q, "announce_seconds"),
		.ring_ms = ms_of_member(q, "ring_seconds"),
		.wrap_up_ms = ms_of_member(q, "wrap_up_seconds"),
		.back_off_ms = ms_of_member(q, "back_off_seconds"),
		.wait_ms_max = ms_of_member(q, "wait_seconds_max"),
		.short_abandon_ms = ms_of_member(q, "short_abandon_seconds"),
	};
}

static void compile_card(struct compile *x, json_t *q, struct plan_queue *plan,
	struct config_queue *out, const char *pointer)
{
	const char *mode = text_of_member(q, "card"), *caller = text_of_member(q, "card_caller");
	char at[POINTER_MAX];

	pointer_add(at, pointer, "card");
	out->card = strcmp(mode, "accept") == 0   ? CARDS_ACCEPT
		    : strcmp(mode, "inform") == 0 ? CARDS_INFORM
						  : CARDS_OFF;
	out->card_caller = strcmp(caller, "full") == 0     ? CALLER_FULL
			   : strcmp(caller, "hidden") == 0 ? CALLER_HIDDEN
							   : CALLER_MASKED;
	out->activity_feed = json_is_true(json_object_get(q, "activity_feed"));
	plan->accept_ms = out->card == CARDS_ACCEPT ? plan->ring_ms : 0;
	if (out->card != CARDS_OFF && (!x->c->endpoint.bot_scope || !x->c->endpoint.bot_openid))
		fault_add(x->faults, at, false,
			"cards need the Bot Connector, whose addresses are not published for cloud "
			"\"%s\": \"off\" would be right",
			x->c->endpoint.cloud);
}

void compile_queues(struct compile *x)
{
	json_t *queues = json_object_get(x->own->root, "queues"), *q;
	size_t n = json_object_size(queues);
	const char *name;

	x->own->queue = config_array(n, sizeof(*x->own->queue));
	x->own->queue_of = config_array(n, sizeof(*x->own->queue_of));
	x->c->plan.queue = x->own->queue;
	x->c->queue = x->own->queue_of;
	json_object_foreach(queues, name, q)
	{
		uint32_t i = x->c->plan.n_queues++;

		char at[POINTER_MAX];

		pointer_add(at, "/queues", name);
		x->own->queue_of[i] = (struct config_queue){ .name = name,
			.tenant = compile_tenant(x, q, at) };
		compile_queue(x, name, q, &x->own->queue[i]);
		compile_card(x, q, &x->own->queue[i], &x->own->queue_of[i], at);
	}
}

/* The queues of one agent, as a bit a queue, so that the members of each can be listed in order of
 * the agents. */
static void agent_queues(struct compile *x, size_t agent, json_t *names, uint8_t *serves)
{
	json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
	{
		uint32_t q = queue_index(x->c, json_string_value(name));
		char at[POINTER_MAX], have[300];

		snprintf(at, sizeof(at), "/agents/%zu/queues/%zu", agent, i);
		if (q == UINT32_MAX)
			fault_add(x->faults, at, false, "queue \"%.60s\" is unknown (have: %s)",
				json_string_value(name),
				config_names(json_object_get(x->own->root, "queues"), have,
					sizeof(have)));
		else if (serves[q / 8] & (1u << q % 8))
			fault_add(x->faults, at, false, "queue \"%s\" is listed twice",
				x->c->queue[q].name);
		else
			serves[q / 8] |= (uint8_t)(1u << q % 8);
	}
}

static void check_unique_user(struct compile *x, size_t agent)
{
	for (size_t i = 0; i < agent; i++)
		if (text_same_nocase(x->own->agent[i].user_id, x->own->agent[agent].user_id)) {
			char at[POINTER_MAX];

			snprintf(at, sizeof(at), "/agents/%zu/user", agent);
			fault_add(x->faults, at, false, "this user is agent \"%s\" already",
				x->own->agent[i].name);
		}
}

static void list_members(struct compile *x, const uint8_t *serves, size_t row)
{
	size_t n_agents = x->c->plan.n_agents;
	uint32_t total = 0;

	x->own->member = config_array(n_agents * x->c->plan.n_queues, sizeof(*x->own->member));
	for (uint32_t q = 0; q < x->c->plan.n_queues; q++) {
		x->own->queue[q].first_member = total;
		for (size_t a = 0; a < n_agents; a++)
			if (serves[a * row + q / 8] & (1u << q % 8))
				x->own->member[total++] = (uint16_t)a;
		x->own->queue[q].n_members = total - x->own->queue[q].first_member;
	}
	x->c->plan.member = x->own->member;
	x->c->plan.n_members = total;
}

void compile_agents(struct compile *x)
{
	json_t *agents = json_object_get(x->own->root, "agents"), *a;
	size_t n = json_array_size(agents), row = x->c->plan.n_queues / 8 + 1, i;
	uint8_t *serves = config_array(n * row, 1);

	x->own->agent = config_array(n, sizeof(*x->own->agent));
	x->own->plan_agent = config_array(n, sizeof(*x->own->plan_agent));
	json_array_foreach(agents, i, a)
	{
		struct guid user;
		const char *id = text_of_member(a, "user");
		char at[POINTER_MAX];

		if (guid_parse(id, strlen(id), &user) != OK)
			abort(); /* the schema said it is one */
		guid_print(user, x->own->agent[i].user_id);
		snprintf(at, sizeof(at), "/agents/%zu", i);
		x->own->agent[i].name = text_of_member(a, "name");
		x->own->agent[i].tenant = compile_tenant(x, a, at);
		x->own->agent[i].realm = config_realm_of_tenant(x->c, x->own->agent[i].tenant);
		x->own->plan_agent[i] = (struct plan_agent){
			.key = config_key(x->own->agent[i].user_id),
			.signed_in = json_is_true(json_object_get(a, "signed_in")),
			.supervisor = json_is_true(json_object_get(a, "supervisor")),
		};
		check_unique_user(x, i);
		agent_queues(x, i, json_object_get(a, "queues"), serves + i * row);
	}
	x->c->agent = x->own->agent;
	x->c->plan.agent = x->own->plan_agent;
	x->c->plan.n_agents = (uint32_t)n;
	list_members(x, serves, row);
	free(serves);
}
