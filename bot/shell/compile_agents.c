/* Agents, and who serves which queue. There may be 10,000 of them in 100 queues each. */
#include "bot/shell/config_inside.h"

#include <stdlib.h>
#include <string.h>

/* An agent in a queue, as they come on paper. */
struct place {
	uint32_t queue;
	uint16_t agent;
	uint8_t tier, weight;
};

struct places {
	struct place *item;
	size_t n;
	uint32_t *last; /* by queue: the agent + 1 who was put there last */
};

uint32_t agent_index(const struct config *c, const char *user_id)
{
	json_t *found = json_object_get(c->own->agent_index, user_id);

	return found ? (uint32_t)json_integer_value(found) - 1 : UINT32_MAX;
}

static const char *queue_of_place(json_t *place)
{
	return json_is_string(place) ? json_string_value(place) : text_of_member(place, "queue");
}

static void put(struct compile *x, size_t agent, size_t i, json_t *place, struct places *all)
{
	const char *name = queue_of_place(place);
	uint32_t q = queue_index(x->c, name);
	char at[POINTER_MAX], have[300];

	snprintf(at, sizeof(at), "/agents/%zu/queues/%zu%s", agent, i,
		json_is_string(place) ? "" : "/queue");
	if (q == UINT32_MAX) {
		fault_add(x->faults, at, false, "queue \"%.60s\" is unknown (have: %s)", name,
			config_names(json_object_get(x->own->root, "queues"), have, sizeof(have)));
		return;
	}
	if (all->last[q] == agent + 1)
		fault_add(
			x->faults, at, false, "queue \"%s\" is listed twice", x->c->queue[q].name);
	all->last[q] = (uint32_t)agent + 1;
	all->item[all->n++] = (struct place){ .queue = q,
		.agent = (uint16_t)agent,
		.tier = (uint8_t)number_of_member(place, "tier"),
		.weight = json_is_string(place) ? 1 : (uint8_t)number_of_member(place, "weight") };
}

/* Members queue by queue, each queue's in order of the agents: counted, then dealt out. */
static void list_members(struct compile *x, const struct places *all)
{
	uint16_t *member = config_kept_array(x->own, all->n, sizeof(*member));
	struct plan_place *place = config_kept_array(x->own, all->n, sizeof(*place));
	uint32_t total = 0;

	for (size_t i = 0; i < all->n; i++)
		x->own->queue[all->item[i].queue].n_members++;
	for (uint32_t q = 0; q < x->c->plan.n_queues; q++) {
		x->own->queue[q].first_member = total;
		total += x->own->queue[q].n_members;
		x->own->queue[q].n_members = 0;
	}
	for (size_t i = 0; i < all->n; i++) {
		const struct place *p = &all->item[i];
		struct plan_queue *q = &x->own->queue[p->queue];
		uint32_t at = q->first_member + q->n_members++;

		member[at] = p->agent;
		place[at] = (struct plan_place){ .classes = needs_served(x, p->queue, p->agent),
			.tier = p->tier,
			.weight = p->weight };
	}
	x->c->plan.member = member;
	x->c->plan.place = place;
	x->c->plan.n_members = total;
}

static void compile_user(struct compile *x, size_t i, json_t *a)
{
	const char *id = text_of_member(a, "user");
	struct config_agent *out = &x->own->agent[i];
	char at[POINTER_MAX];
	struct guid user;
	uint32_t same;

	if (guid_parse(id, strlen(id), &user) != OK)
		abort(); /* the schema said it is one */
	guid_print(user, out->user_id);
	same = agent_index(x->c, out->user_id);
	snprintf(at, sizeof(at), "/agents/%zu/user", i);
	if (same != UINT32_MAX)
		fault_add(x->faults, at, false, "this user is agent \"%s\" already",
			x->own->agent[same].name);
	else
		json_object_set_new(
			x->own->agent_index, out->user_id, json_integer((json_int_t)i + 1));
}

static void compile_agent(struct compile *x, size_t i, json_t *a)
{
	struct config_agent *out = &x->own->agent[i];
	char at[POINTER_MAX];

	compile_user(x, i, a);
	snprintf(at, sizeof(at), "/agents/%zu", i);
	out->name = text_of_member(a, "name");
	out->tenant = compile_tenant(x, a, at);
	out->realm = config_realm_of_tenant(x->c, out->tenant);
	x->own->plan_agent[i] = (struct plan_agent){
		.key = config_key(out->user_id),
		.signed_in = json_is_true(json_object_get(a, "signed_in")),
		.supervisor = json_is_true(json_object_get(a, "supervisor")),
	};
	needs_learn(x, (uint32_t)i, json_object_get(a, "skills"));
}

void compile_agents(struct compile *x)
{
	json_t *agents = json_object_get(x->own->root, "agents"), *a, *place;
	size_t n = json_array_size(agents), n_places = 0, i, k;
	struct places all = { .last = config_array(x->c->plan.n_queues, sizeof(*all.last)) };

	x->own->agent_index = json_object();
	x->own->agent = config_kept_array(x->own, n, sizeof(*x->own->agent));
	x->own->plan_agent = config_kept_array(x->own, n, sizeof(*x->own->plan_agent));
	json_array_foreach(agents, i, a) n_places += json_array_size(json_object_get(a, "queues"));
	all.item = config_array(n_places, sizeof(*all.item));
	json_array_foreach(agents, i, a)
	{
		compile_agent(x, i, a);
		json_array_foreach(json_object_get(a, "queues"), k, place)
			put(x, i, k, place, &all);
	}
	x->c->agent = x->own->agent;
	x->c->plan.agent = x->own->plan_agent;
	x->c->plan.n_agents = (uint32_t)n;
	list_members(x, &all);
	free(all.item);
	free(all.last);
}
