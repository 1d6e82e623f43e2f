/* Queues: every option of one, and where callers go whom it lets go. */
#include "bot/shell/config_inside.h"

#include "bot/base/text.h"
#include "bot/core/strategy.h"

#include <string.h>

uint32_t queue_index(const struct config *c, const char *name)
{
	json_t *found = name ? json_object_get(c->own->queue_index, name) : NULL;

	return found ? (uint32_t)json_integer_value(found) - 1 : UINT32_MAX;
}

uint32_t flow_index(const struct config *c, const char *name)
{
	json_t *found = name ? json_object_get(c->own->flow_index, name) : NULL;

	return found ? (uint32_t)json_integer_value(found) - 1 : UINT32_MAX;
}

static json_t *index_of(json_t *object)
{
	json_t *index = json_object(), *v;
	const char *name;
	json_int_t n = 0;

	json_object_foreach(object, name, v) json_object_set_new(index, name, json_integer(++n));
	return index;
}

void compile_names(struct compile *x)
{
	x->own->queue_index = index_of(json_object_get(x->own->root, "queues"));
	x->own->flow_index = index_of(json_object_get(x->own->root, "flows"));
}

uint16_t compile_name(
	struct compile *x, const char *of, const char *what, const char *name, const char *at)
{
	json_t *object = json_object_get(x->own->root, of), *v;
	const char *key;
	char have[300];
	uint16_t n = 0;

	json_object_foreach(object, key, v)
	{
		n++;
		if (strcmp(key, name) == 0)
			return n;
	}
	fault_add(x->faults, at, false, "%s \"%.63s\" is unknown (have: %s)", what, name,
		config_names(object, have, sizeof(have)));
	return 0;
}

struct plan_target compile_target(struct compile *x, const char *name, const char *at)
{
	uint32_t flow, queue;
	char flows[150], queues[150];

	if (!name)
		return (struct plan_target){ TARGET_NONE, 0 };
	if (strcmp(name, "hang-up") == 0)
		return (struct plan_target){ TARGET_HANG_UP, 0 };
	flow = flow_index(x->c, name);
	queue = queue_index(x->c, name);
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

struct plan_target compile_target_of(
	struct compile *x, json_t *object, const char *name, const char *pointer)
{
	char at[POINTER_MAX];

	pointer_add(at, pointer, name);
	return compile_target(x, text_of_member(object, name), at);
}

size_t compile_keys(
	struct compile *x, json_t *object, const char *pointer, struct plan_target out[PLAN_KEYS])
{
	static const char keys[PLAN_KEYS][2] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
		"*", "#" };
	size_t n = 0;

	for (size_t k = 0; k < PLAN_KEYS; k++) {
		out[k] = compile_target_of(x, object, keys[k], pointer);
		n += text_of_member(object, keys[k]) != NULL;
	}
	return n;
}

/* An exit's target; its prompt, where it says one, goes before the queue's own. */
static struct plan_target compile_exit(
	struct compile *x, json_t *queue, const char *name, const char *pointer, uint16_t *prompt)
{
	json_t *leaving = json_object_get(queue, name);
	char at[POINTER_MAX];

	pointer_add(at, pointer, name);
	if (json_object_get(leaving, "prompt"))
		*prompt = compile_prompt_ref(x, leaving, "prompt", at);
	return compile_target_of(x, leaving, "to", at);
}

static void compile_exits(struct compile *x, json_t *q, const char *at, struct plan_queue *out)
{
	out->timeout_prompt = compile_prompt_ref(x, q, "timeout_prompt", at);
	out->full_prompt = compile_prompt_ref(x, q, "full_prompt", at);
	out->no_agents_prompt = compile_prompt_ref(x, q, "no_agents_prompt", at);
	out->closed.prompt = compile_prompt_named(x, "queue-closed", at);
	out->timeout = compile_exit(x, q, "timeout", at, &out->timeout_prompt);
	out->full = compile_exit(x, q, "full", at, &out->full_prompt);
	out->no_agents = compile_exit(x, q, "no_agents", at, &out->no_agents_prompt);
	out->closed.target = compile_exit(x, q, "closed", at, &out->closed.prompt);
}

/* As enum staffing. */
static uint8_t staffing_of(json_t *q, const char *name)
{
	static const char *const words[] = { "nobody", "signed-in", "active", "present" };
	uint8_t i = 0;

	while (i + 1u < ARRAY_LEN(words) && strcmp(words[i], text_of_member(q, name)) != 0)
		i++;
	return i;
}

/* Agents who pick are found by nobody, so that strategy's number does not matter. */
static void compile_strategy(
	struct compile *x, json_t *q, const char *pointer, struct plan_queue *out)
{
	const char *word = text_of_member(q, "strategy");
	const struct strategy *s;
	char at[POINTER_MAX];

	pointer_add(at, pointer, "strategy");
	out->by_hand = strcmp(word, "pick") == 0;
	s = strategy_named(out->by_hand ? "longest-idle" : word);
	if (!s)
		fault_add(x->faults, at, false, "strategy \"%s\" is not built in", word);
	else
		out->strategy = (uint8_t)strategy_number(s);
	out->ring_at_once = (uint16_t)number_of_member(q, "ring_at_once");
	out->hand_off = strcmp(text_of_member(q, "hand_off"), "transfer") == 0 ? HAND_OFF_TRANSFER
									       : HAND_OFF_BRIDGE;
	if (strcmp(word, "ring-all") == 0 && out->hand_off == HAND_OFF_TRANSFER)
		fault_add(x->faults, at, false,
			"a call can be transferred to one agent at a time: ring-all needs "
			"\"hand_off\": \"bridge\"");
}

static uint32_t ms_or(json_t *q, const char *name, uint32_t otherwise)
{
	return json_object_get(q, name) ? ms_of_member(q, name) : otherwise;
}

static void compile_times(json_t *q, struct plan_queue *out)
{
	out->announce_ms = ms_of_member(q, "announce_seconds");
	out->ring_ms = ms_of_member(q, "ring_seconds");
	out->wrap_up_ms = ms_of_member(q, "wrap_up_seconds");
	out->wrap_up_more_ms = ms_of_member(q, "wrap_up_more_seconds");
	out->back_off_ms = ms_of_member(q, "back_off_seconds");
	out->busy_ms = ms_or(q, "back_off_busy_seconds", out->back_off_ms);
	out->rejected_ms = ms_or(q, "back_off_rejected_seconds", out->back_off_ms);
	out->wait_ms_max = ms_of_member(q, "wait_seconds_max");
	out->short_abandon_ms = ms_of_member(q, "short_abandon_seconds");
	out->priority_ms = ms_of_member(q, "priority_seconds");
	out->head_start_ms = ms_of_member(q, "head_start_seconds");
	out->sticky_ms = ms_of_member(q, "sticky_seconds");
	out->redial_ms = ms_of_member(q, "redial_seconds");
	out->service_level_ms = ms_of_member(q, "service_level_seconds");
}

static void compile_waiting(struct compile *x, json_t *q, const char *at, struct plan_queue *out)
{
	char leave[POINTER_MAX];

	out->music = compile_prompt_ref(x, q, "music", at);
	out->position_prompt = compile_prompt_ref(x, q, "position_prompt", at);
	out->position_max = (uint16_t)number_of_member(q, "position_max");
	out->estimate_prompt = compile_prompt_ref(x, q, "estimate_prompt", at);
	out->estimate_over_prompt = compile_prompt_ref(x, q, "estimate_over_prompt", at);
	out->waiting_max = (uint16_t)number_of_member(q, "waiting_max");
	out->join_needs = staffing_of(q, "join_needs");
	out->stay_needs = staffing_of(q, "stay_needs");
	pointer_add(leave, at, "leave");
	compile_keys(x, json_object_get(q, "leave"), leave, out->leave);
}

static void compile_call_back(
	struct compile *x, json_t *q, const char *pointer, struct plan_queue *out)
{
	json_t *back = json_object_get(q, "call_back");
	char at[POINTER_MAX];

	pointer_add(at, pointer, "call_back");
	out->dials_max = (uint8_t)number_of_member(back, "attempts");
	out->redial_after_ms = ms_of_member(back, "retry_seconds");
	out->dial_ms_max = ms_of_member(back, "dial_seconds");
	out->dialled_prompt = compile_prompt_ref(x, back, "prompt", at);
}

static void compile_survey(
	struct compile *x, json_t *q, const char *pointer, struct plan_queue *out)
{
	const char *flow = text_of_member(q, "survey");
	char at[POINTER_MAX];

	pointer_add(at, pointer, "survey");
	if (flow)
		out->survey = (struct plan_target){ TARGET_FLOW,
			(uint16_t)(compile_name(x, "flows", "flow", flow, at) - 1) };
}

static void compile_queue(struct compile *x, const char *name, json_t *q, struct plan_queue *out)
{
	char at[POINTER_MAX];

	pointer_add(at, "/queues", name);
	out->key = config_key(name);
	out->available = compile_available(x, q);
	out->unanswered_max = (uint8_t)number_of_member(q, "unanswered_max");
	compile_strategy(x, q, at, out);
	compile_times(q, out);
	compile_waiting(x, q, at, out);
	compile_exits(x, q, at, out);
	compile_call_back(x, q, at, out);
	compile_survey(x, q, at, out);
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
	compile_supervisors(x, q, out);
	compile_queue_zone(x, q, pointer, out);
	plan->accept_ms = out->card == CARDS_ACCEPT ? plan->ring_ms : 0;
	if (plan->accept_ms && strategy_at(plan->strategy) == strategy_named("ring-all"))
		fault_add(x->faults, at, false,
			"ring-all rings several agents, and a card asks one: \"inform\" or another "
			"strategy would be right");
	if (out->card != CARDS_OFF && (!x->c->endpoint.bot_scope || !x->c->endpoint.bot_openid))
		fault_add(x->faults, at, false,
			"cards need the Bot Connector, whose addresses are not published for cloud "
			"\"%s\": \"off\" would be right",
			x->c->endpoint.cloud);
}

/* Who writes to a tenant's bot is offered to one queue. */
static void compile_chats(struct compile *x, json_t *q, uint32_t queue, const char *pointer)
{
	struct config_queue *out = &x->own->queue_of[queue];
	char at[POINTER_MAX];

	pointer_add(at, pointer, "chats");
	out->chats = json_is_true(json_object_get(q, "chats"));
	out->chat_wait_ms = ms_of_member(q, "chat_wait_seconds");
	if (out->chats && (!x->c->endpoint.bot_scope || !x->c->endpoint.bot_openid))
		fault_add(x->faults, at, false,
			"chats need the Bot Connector, whose addresses are not published for cloud "
			"\"%s\"",
			x->c->endpoint.cloud);
	for (uint32_t i = 0; out->chats && i < queue; i++)
		if (x->own->queue_of[i].chats && guid_same(x->own->queue_of[i].tenant, out->tenant))
			fault_add(x->faults, at, false,
				"queue \"%s\" takes this tenant's chats already: one queue takes "
				"them",
				x->own->queue_of[i].name);
}

/* Of all the codes those a queue names; all where it names none. */
static void compile_queue_codes(
	struct compile *x, json_t *q, const char *pointer, struct config_queue *out)
{
	json_t *names = json_object_get(q, "wrap_up_codes");
	size_t n = names ? json_array_size(names) : x->c->n_wrap_up_codes;
	uint16_t *code = config_kept_array(x->own, n, sizeof(*code));

	out->wrap_up_code = code;
	out->n_wrap_up_codes = n;
	for (size_t i = 0; i < n; i++) {
		const char *name = names ? json_string_value(json_array_get(names, i)) : NULL;
		char at[POINTER_MAX];

		code[i] = (uint16_t)(i + 1);
		if (!names)
			continue;
		code[i] = 0;
		for (size_t k = 0; k < x->c->n_wrap_up_codes; k++)
			if (strcmp(x->c->wrap_up_code[k], name) == 0)
				code[i] = (uint16_t)(k + 1);
		snprintf(at, sizeof(at), "%.400s/wrap_up_codes/%zu", pointer, i);
		if (!code[i])
			fault_add(x->faults, at, false,
				"\"%.60s\" is none of the whole's \"wrap_up_codes\": add it there",
				name);
	}
}

/* Messages of all queues lie in one array. */
static void compile_messages(struct compile *x, json_t *queues)
{
	uint16_t *message;
	size_t n = 0, i;
	const char *name;
	json_t *q, *m;
	uint32_t queue = 0;

	json_object_foreach(queues, name, q) n += json_array_size(json_object_get(q, "messages"));
	message = config_kept_array(x->own, n, sizeof(*message));
	x->c->plan.message = message;
	json_object_foreach(queues, name, q)
	{
		struct plan_queue *out = &x->own->queue[queue++];

		out->first_message = (uint16_t)x->c->plan.n_messages;
		json_array_foreach(json_object_get(q, "messages"), i, m)
		{
			char base[POINTER_MAX], at[POINTER_MAX];

			pointer_add(base, "/queues", name);
			snprintf(at, sizeof(at), "%.400s/messages/%zu", base, i);
			message[x->c->plan.n_messages++] = compile_prompt_named(
				x, json_string_value(m), at);
			out->n_messages++;
		}
	}
}

void compile_queues(struct compile *x)
{
	json_t *queues = json_object_get(x->own->root, "queues"), *q;
	size_t n = json_object_size(queues);
	const char *name;

	x->own->queue = config_kept_array(x->own, n, sizeof(*x->own->queue));
	x->own->queue_of = config_kept_array(x->own, n, sizeof(*x->own->queue_of));
	x->c->plan.queue = x->own->queue;
	x->c->queue = x->own->queue_of;
	json_object_foreach(queues, name, q)
	{
		uint32_t i = x->c->plan.n_queues++;
		char at[POINTER_MAX];

		pointer_add(at, "/queues", name);
		x->own->queue_of[i].name = name;
		x->own->queue_of[i].tenant = compile_tenant(x, q, at);
		compile_queue(x, name, q, &x->own->queue[i]);
		compile_queue_recording(x, q, at, &x->own->queue[i], &x->own->queue_of[i]);
		compile_card(x, q, &x->own->queue[i], &x->own->queue_of[i], at);
		compile_chats(x, q, i, at);
		compile_queue_codes(x, q, at, &x->own->queue_of[i]);
	}
	compile_messages(x, queues);
}
