/* One step on paper: a member's name says its kind, and one function a kind compiles it. */
#include "bot/shell/config_inside.h"

#include "bot/base/text.h"

#include <string.h>

enum { NO_VAR = UINT8_MAX };

static uint8_t var_index(const struct config *c, const char *name)
{
	for (uint8_t i = 0; name && i < PLAN_VARS && c->var_name[i]; i++)
		if (strcmp(c->var_name[i], name) == 0)
			return i;
	return NO_VAR;
}

static void add_variable(struct compile *x, const char *name, const char *at)
{
	uint8_t n = 0;

	if (!name || var_index(x->c, name) != NO_VAR)
		return;
	while (n < PLAN_VARS && x->c->var_name[n])
		n++;
	if (n < PLAN_VARS)
		x->c->var_name[n] = name;
	else
		fault_add(x->faults, at, false, "more than %d variables in all", PLAN_VARS);
}

void compile_variables(struct compile *x)
{
	json_t *flows = json_object_get(x->own->root, "flows"), *steps, *step, *v;
	const char *flow, *name;
	char base[POINTER_MAX], at[POINTER_MAX];
	size_t i;

	json_object_foreach(flows, flow, steps)
	{
		pointer_add(base, "/flows", flow);
		json_array_foreach(steps, i, step)
		{
			json_t *set = json_object_get(json_object_get(step, "set"), "variables");

			snprintf(at, sizeof(at), "%.480s/%zu", base, i);
			add_variable(x,
				text_of_member(json_object_get(step, "collect"), "variable"), at);
			json_object_foreach(set, name, v) add_variable(x, name, at);
		}
	}
}

/* Each kind fills out[0], and set perhaps those behind it. true: never the next step. */
typedef bool compile_fn(struct compile *x, json_t *of, const char *at, struct plan_step *out);

static void compile_question(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	out->prompt = compile_prompt_ref(x, of, "prompt", at);
	out->wrong_prompt = compile_prompt_ref(x, of, "wrong_prompt", at);
	out->retries = (uint16_t)number_of_member(of, "retries");
	out->timeout_ms = ms_of_member(of, "timeout_seconds");
	out->otherwise = compile_target_of(x, of, "otherwise", at);
}

static bool step_play(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	out->kind = STEP_PLAY;
	out->prompt = compile_prompt_named(x, json_string_value(of), at);
	return false;
}

static bool step_menu(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	out->kind = STEP_MENU;
	compile_question(x, of, at, out);
	if (compile_keys(x, of, at, out->key) == 0)
		fault_add(x->faults, at, false,
			"this menu has no key: \"1\": \"<flow or queue>\" would be right");
	return true;
}

static bool step_collect(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	char here[POINTER_MAX];

	out->kind = STEP_COLLECT;
	compile_question(x, of, at, out);
	out->var = var_index(x->c, text_of_member(of, "variable"));
	out->min = (uint8_t)number_of_member(of, "min_digits");
	out->max = (uint8_t)number_of_member(of, "max_digits");
	out->terminator = text_of_member(of, "terminator")[0];
	pointer_add(here, at, "max_digits");
	if (out->max < out->min)
		fault_add(x->faults, here, false,
			"at most %u digits, but at least %u: no number would fit", out->max,
			out->min);
	return false;
}

static bool step_hours(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	char here[POINTER_MAX];

	out->kind = STEP_HOURS;
	pointer_add(here, at, "calendar");
	out->index = (uint16_t)(compile_name(x, "hours", "calendar", text_of_member(of, "calendar"),
					here) -
				1);
	out->key[0] = compile_target_of(x, of, "closed", at);
	out->key[1] = compile_target_of(x, of, "holiday", at);
	return false;
}

static bool step_set(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	const char *need = text_of_member(of, "need"), *name;
	json_t *v;
	char here[POINTER_MAX];

	pointer_add(here, at, "need");
	if (json_object_get(of, "priority"))
		*out++ = (struct plan_step){ .kind = STEP_SET,
			.op = SET_PRIORITY,
			.value = (int32_t)number_of_member(of, "priority") };
	if (need)
		*out++ = (struct plan_step){
			.kind = STEP_SET, .op = SET_NEED, .index = compile_need(x, need, here)
		};
	if (json_object_get(of, "language"))
		*out++ = (struct plan_step){ .kind = STEP_SET,
			.op = SET_LANGUAGE,
			.value = config_language(x->c, text_of_member(of, "language")) };
	if (json_object_get(of, "recording"))
		*out++ = (struct plan_step){ .kind = STEP_SET,
			.op = SET_AGREED,
			.value = json_is_true(json_object_get(of, "recording"))
					 ? AGREED
					 : REFUSED_TO_AGREE };
	json_object_foreach(json_object_get(of, "variables"), name, v)
	{
		*out++ = (struct plan_step){ .kind = STEP_SET,
			.op = SET_VAR,
			.var = var_index(x->c, name),
			.value = (int32_t)json_number_value(v) };
	}
	return false;
}

/* How a variable is compared; the last of them is said where several are. */
static size_t compare_of(json_t *of, struct plan_step *out)
{
	static const struct {
		const char *name;
		uint8_t op;
	} ways[] = { { "is", BRANCH_IS }, { "is_not", BRANCH_IS_NOT }, { "below", BRANCH_BELOW },
		{ "above", BRANCH_ABOVE } };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		json_t *v = json_object_get(of, ways[i].name);

		if (!v)
			continue;
		out->op = ways[i].op;
		out->value = (int32_t)json_number_value(v);
		n++;
	}
	return n;
}

static bool step_branch(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	const char *variable = text_of_member(of, "variable"),
		   *language = text_of_member(of, "language");
	size_t n = compare_of(of, out);
	char here[POINTER_MAX];

	out->kind = STEP_BRANCH;
	out->key[0] = compile_target_of(x, of, "to", at);
	if (language) {
		out->op = BRANCH_LANGUAGE;
		out->value = config_language(x->c, language);
	}
	if (!variable != !!language || n != (variable ? 1 : 0))
		fault_add(x->faults, at, false,
			"either \"language\", or \"variable\" with one of is, is_not, below, above "
			"would be right");
	out->var = variable ? var_index(x->c, variable) : 0;
	pointer_add(here, at, "variable");
	if (out->var == NO_VAR)
		fault_add(x->faults, here, false,
			"variable \"%.60s\" is never set: by set, collect or lookup would be right",
			variable);
	if (language && out->value == UINT8_MAX)
		fault_add(x->faults, at, false, "nothing is said in \"%s\" here", language);
	return false;
}

static bool step_lookup(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	json_t *cases = json_object_get(of, "cases"), *v;
	const struct config_lookup *lookup;
	char here[POINTER_MAX];
	const char *name;
	uint16_t index;

	out->kind = STEP_LOOKUP;
	pointer_add(here, at, "ask");
	index = compile_name(x, "lookups", "lookup", text_of_member(of, "ask"), here);
	out->prompt = compile_prompt_ref(x, of, "prompt", at);
	out->timeout_ms = ms_of_member(of, "wait_seconds");
	out->var = var_index(x->c, text_of_member(of, "variable"));
	out->otherwise = compile_target_of(x, of, "otherwise", at);
	if (!index)
		return false;
	out->index = (uint16_t)(index - 1);
	lookup = &x->c->lookup[out->index];
	pointer_add(here, at, "cases");
	json_object_foreach(cases, name, v)
	{
		char case_at[POINTER_MAX];
		size_t i = 0;

		while (i < lookup->n_cases && strcmp(lookup->in_case[i].name, name) != 0)
			i++;
		pointer_add(case_at, here, name);
		if (i == lookup->n_cases)
			fault_add(x->faults, case_at, true, "lookup \"%s\" has no case \"%.60s\"",
				lookup->name, name);
		else
			out->key[i] = compile_target(x, json_string_value(v), case_at);
	}
	return false;
}

static bool step_queue(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	uint32_t index = queue_index(x->c, json_string_value(of));
	char have[300];

	out->kind = STEP_QUEUE;
	if (index == UINT32_MAX)
		fault_add(x->faults, at, false, "queue \"%.60s\" is unknown (have: %s)",
			json_string_value(of),
			config_names(json_object_get(x->own->root, "queues"), have, sizeof(have)));
	out->queue = (uint16_t)index;
	return true;
}

static bool step_call_back(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	out->kind = STEP_CALL_BACK;
	out->prompt = compile_prompt_ref(x, of, "prompt", at);
	out->done_prompt = compile_prompt_ref(x, of, "done_prompt", at);
	out->otherwise = compile_target_of(x, of, "otherwise", at);
	if (!x->c->plan.call_back_ms_max)
		fault_add(x->faults, at, false,
			"callers are never called back, as limits.call_back_hours is 0");
	return false;
}

static bool step_voicemail(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	char here[POINTER_MAX];

	out->kind = STEP_VOICEMAIL;
	pointer_add(here, at, "mailbox");
	out->index = (uint16_t)(compile_name(x, "mailboxes", "mailbox",
					text_of_member(of, "mailbox"), here) -
				1);
	out->prompt = compile_prompt_ref(x, of, "prompt", at);
	out->done_prompt = compile_prompt_ref(x, of, "done_prompt", at);
	out->length_ms = ms_of_member(of, "length_seconds");
	out->timeout_ms = ms_of_member(of, "silence_seconds");
	return true;
}

static bool step_transfer(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	char here[POINTER_MAX];

	out->kind = STEP_TRANSFER;
	pointer_add(here, at, "to");
	out->index = (uint16_t)(compile_name(x, "transfers", "transfer", text_of_member(of, "to"),
					here) -
				1);
	out->prompt = compile_prompt_ref(x, of, "prompt", at);
	out->otherwise = compile_target_of(x, of, "otherwise", at);
	return false;
}

static bool step_survey(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	char here[POINTER_MAX];

	out->kind = STEP_SURVEY;
	compile_question(x, of, at, out);
	out->var = (uint8_t)(number_of_member(of, "question") - 1);
	out->min = (uint8_t)number_of_member(of, "min");
	out->max = (uint8_t)number_of_member(of, "max");
	pointer_add(here, at, "max");
	if (out->max < out->min)
		fault_add(x->faults, here, false, "no digit is from %u to %u", out->min, out->max);
	return false;
}

static bool step_hang_up(struct compile *x, json_t *of, const char *at, struct plan_step *out)
{
	(void)x, (void)of, (void)at;
	out->kind = STEP_HANG_UP;
	return true;
}

static const struct {
	const char *name;
	compile_fn *compile;
} kinds[] = {
	{ "play", step_play },
	{ "menu", step_menu },
	{ "collect", step_collect },
	{ "hours", step_hours },
	{ "set", step_set },
	{ "branch", step_branch },
	{ "lookup", step_lookup },
	{ "queue", step_queue },
	{ "call_back", step_call_back },
	{ "voicemail", step_voicemail },
	{ "transfer", step_transfer },
	{ "survey", step_survey },
	{ "hang_up", step_hang_up },
};

size_t compile_step_count(json_t *step)
{
	json_t *set = json_object_get(step, "set"), *variables = json_object_get(set, "variables");

	return set ? json_object_size(set) - (variables != NULL) + json_object_size(variables) : 1;
}

bool compile_step(struct compile *x, json_t *step, const char *at, struct plan_step **out)
{
	const char *name = json_object_iter_key(json_object_iter(step));
	json_t *of = json_object_iter_value(json_object_iter(step));
	struct plan_step *first = *out;
	char here[POINTER_MAX];
	size_t i = 0;

	*out += compile_step_count(step);
	while (strcmp(kinds[i].name, name) != 0)
		i++;
	pointer_add(here, at, name);
	return kinds[i].compile(x, of, here, first);
}
