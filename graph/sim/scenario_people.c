#include "graph/sim/scenario_people.h"

#include "bot/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400 };

static bool digit_ok(json_t *json)
{
	return json_is_string(json) && json_string_length(json) == 1 &&
	       strchr("0123456789*#abcd", json_string_value(json)[0]);
}

/* "menu", or "prompt 2". */
static enum err on_read(struct reader *r, const char *where, const char *on, struct press *p)
{
	char *end = NULL;

	if (strcmp(on, "menu") == 0) {
		p->on = PRESS_MENU;
		return OK;
	}
	if (strncmp(on, "prompt ", 7) == 0) {
		long n = strtol(on + 7, &end, 10);

		if (end && *end == '\0' && n >= 1 && n <= 1000) {
			p->on = PRESS_PROMPT;
			p->prompt = (uint32_t)n;
			return OK;
		}
	}
	return FAIL(r->why, E_MALFORMED, "%s: %s: \"on\" is \"menu\" or \"prompt N\" with N from 1",
		r->file, where);
}

struct press_raw {
	char on[32];
	uint64_t after_ms;
	struct press *out;
};

static enum err press_digit(struct reader *r, const char *where, json_t *json, void *out)
{
	if (!digit_ok(json))
		return FAIL(r->why, E_MALFORMED,
			"%s: %s: want one of \"0\" to \"9\", \"*\", \"#\", "
			"\"a\" to \"d\"",
			r->file, where);
	((struct press_raw *)out)->out->digit = json_string_value(json)[0];
	return OK;
}

static enum err press_read(struct reader *r, const char *where, json_t *json, struct press *out)
{
	static const struct field fields[] = {
		F_AS("on", struct press_raw, on, FIELD_TEXT, 0, 0, false),
		F_AS("after_s", struct press_raw, after_ms, FIELD_SECONDS, 0, DAY_S, false),
		F_READ("digit", true, press_digit),
	};
	/* A person needs a moment to find the key. */
	struct press_raw raw = { .after_ms = 400, .out = out };
	enum err e = fields_read(r, where, json, fields, ARRAY_LEN(fields), &raw);

	if (e != OK)
		return e;
	out->after_ms = (uint32_t)raw.after_ms;
	out->on = PRESS_AFTER;
	if (raw.on[0])
		return on_read(r, where, raw.on, out);
	if (!json_object_get(json, "after_s"))
		return FAIL(
			r->why, E_MALFORMED, "%s: %s: say \"on\" or \"after_s\"", r->file, where);
	return OK;
}

static enum err presses_read(struct reader *r, const char *where, json_t *json, void *out)
{
	struct caller *c = out;
	char at[128];

	if (!json_is_array(json) || json_array_size(json) > SCENARIO_PRESSES)
		return FAIL(r->why, E_MALFORMED, "%s: %s: want a list of at most %d", r->file,
			where, SCENARIO_PRESSES);
	for (size_t i = 0; i < json_array_size(json); i++) {
		struct text t = TEXT(at);
		enum err e;

		text_add(&t, "%s[%zu]", where, i);
		e = press_read(r, at, json_array_get(json, i), &c->press[i]);
		if (e != OK)
			return e;
	}
	c->n_press = json_array_size(json);
	return OK;
}

static enum err wish_of(struct reader *r, const char *where, json_t *json, enum media_wish *out)
{
	const char *text = json_is_string(json) ? json_string_value(json) : "";

	if (strcmp(text, "any") == 0)
		*out = MEDIA_ANY;
	else if (strcmp(text, "service") == 0)
		*out = MEDIA_SERVICE;
	else if (strcmp(text, "relay") == 0)
		*out = MEDIA_RELAY;
	else
		return FAIL(r->why, E_MALFORMED, "%s: %s: want \"any\", \"service\" or \"relay\"",
			r->file, where);
	return OK;
}

static enum err caller_media(struct reader *r, const char *where, json_t *json, void *out)
{
	return wish_of(r, where, json, &((struct caller *)out)->media);
}

static enum err number_check(struct reader *r, const char *where, const char *number)
{
	size_t n = strspn(number + 1, "0123456789");

	if (number[0] != '+' || n < 3 || n > 15 || number[n + 1])
		return FAIL(r->why, E_MALFORMED, "%s: %s.number: want E.164, like \"+15550100\"",
			r->file, where);
	return OK;
}

/* An application by its own id, and not a resource account that happens to have the same. */
static bool calls_the_app(const struct scenario *s, const char *to)
{
	for (size_t i = 0; i < s->n_instances; i++)
		if (strcmp(s->instance[i].id, to) == 0)
			return false;
	return scenario_app(s, to) != NULL;
}

enum err caller_read(struct reader *r, const char *where, json_t *json, const struct scenario *s,
	struct caller *out)
{
	static const struct field fields[] = {
		F(struct caller, name, FIELD_TEXT, 0, 0),
		F(struct caller, number, FIELD_TEXT, 0, 0),
		F(struct caller, user, FIELD_GUID, 0, 0),
		F(struct caller, to, FIELD_GUID, 0, 0),
		F_AS("at_s", struct caller, at_ms, FIELD_SECONDS, 0, DAY_S, false),
		F_AS("patience_s", struct caller, patience_ms, FIELD_SECONDS, 0, DAY_S, false),
		F_AS("talk_s", struct caller, talk_ms, FIELD_SECONDS, 0, DAY_S, false),
		F_READ("press", false, presses_read),
		F(struct caller, speech, FIELD_TEXT, 0, 0),
		F_READ("media", false, caller_media),
		F(struct caller, forwarded_from, FIELD_GUID, 0, 0),
		F(struct caller, transferor, FIELD_GUID, 0, 0),
		F(struct caller, on_behalf_of, FIELD_GUID, 0, 0),
		F(struct caller, observes, FIELD_GUID, 0, 0),
		F(struct caller, joins, FIELD_GUID, 0, 0),
		F_AS("joins_after_s", struct caller, joins_after_ms, FIELD_SECONDS, 0, DAY_S,
			false),
	};
	enum err e;

	*out = (struct caller){ .talk_ms = 10000 };
	if (s->n_instances)
		memcpy(out->to, s->instance[0].id, sizeof(out->to));
	e = fields_read(r, where, json, fields, ARRAY_LEN(fields), out);
	if (e != OK)
		return e;
	if (!out->number[0] == !out->user[0])
		return FAIL(r->why, E_MALFORMED,
			"%s: %s: say \"number\" (telephone) or \"user\" (Teams), one of them",
			r->file, where);
	if (!out->to[0])
		return FAIL(r->why, E_MALFORMED,
			"%s: %s: \"to\" is missing, and there is no application_instances to take "
			"it from",
			r->file, where);
	if (!out->name[0])
		snprintf(out->name, sizeof(out->name), "%s",
			out->number[0] ? out->number : out->user);
	if (out->number[0] && calls_the_app(s, out->to))
		return FAIL(r->why, E_MALFORMED,
			"%s: %s: a telephone reaches a resource account, not the application "
			"itself",
			r->file, where);
	return out->number[0] ? number_check(r, where, out->number) : OK;
}

static const char *const behaviours[] = { "answers", "no-answer", "busy", "rejects", "offline" };

static enum err behaviour_one(struct reader *r, const char *where, json_t *json, struct agent *out)
{
	for (size_t i = 0; json_is_string(json) && i < ARRAY_LEN(behaviours); i++)
		if (strcmp(json_string_value(json), behaviours[i]) == 0) {
			out->behaviour[out->n_behaviour++] = (enum behaviour)i;
			return OK;
		}
	return FAIL(r->why, E_MALFORMED,
		"%s: %s: want answers, no-answer, busy, rejects or offline, or a list of these",
		r->file, where);
}

static enum err behaviour_read(struct reader *r, const char *where, json_t *json, void *out)
{
	struct agent *a = out;

	a->n_behaviour = 0;
	if (!json_is_array(json))
		return behaviour_one(r, where, json, a);
	if (json_array_size(json) < 1 || json_array_size(json) > SCENARIO_BEHAVIOURS)
		return FAIL(r->why, E_MALFORMED, "%s: %s: want a list of 1 to %d", r->file, where,
			SCENARIO_BEHAVIOURS);
	for (size_t i = 0; i < json_array_size(json); i++) {
		enum err e = behaviour_one(r, where, json_array_get(json, i), a);

		if (e != OK)
			return e;
	}
	return OK;
}

static enum err chat_read(struct reader *r, const char *where, json_t *json, void *out)
{
	static const struct field fields[] = {
		F_AS("installs_s", struct agent_chat, installs_ms, FIELD_SECONDS, 0, DAY_S, false),
		F(struct agent_chat, says, FIELD_TEXT, 0, 0),
		F_AS("says_s", struct agent_chat, says_ms, FIELD_SECONDS, 0, DAY_S, false),
		F(struct agent_chat, presses, FIELD_TEXT, 0, 0),
		F_AS("presses_s", struct agent_chat, presses_ms, FIELD_SECONDS, 0, DAY_S, false),
	};
	struct agent_chat *c = &((struct agent *)out)->chat;

	c->installs = json_object_get(json, "installs_s") != NULL;
	c->presses_ms = 1000;
	return fields_read(r, where, json, fields, ARRAY_LEN(fields), c);
}

enum err agent_read(struct reader *r, const char *where, json_t *json, struct agent *out)
{
	static const struct field fields[] = {
		F(struct agent, user, FIELD_GUID, 0, 0),
		F(struct agent, number, FIELD_TEXT, 0, 0),
		F(struct agent, tenant, FIELD_GUID, 0, 0),
		F(struct agent, policy_recorded, FIELD_FLAG, 0, 0),
		F(struct agent, name, FIELD_TEXT, 0, 0),
		F_AS("answers_after_s", struct agent, answers_after_ms, FIELD_SECONDS, 0, DAY_S,
			false),
		F_AS("talk_s", struct agent, talk_ms, FIELD_SECONDS, 0, DAY_S, false),
		F_READ("behaviour", false, behaviour_read),
		F(struct agent, hangs_up_first, FIELD_FLAG, 0, 0),
		F(struct agent, presence, FIELD_TEXT, 0, 0),
		F_READ("chat", false, chat_read),
		F(struct agent, speech, FIELD_TEXT, 0, 0),
	};
	enum err e;

	out->answers_after_ms = 2000;
	out->talk_ms = 10000;
	out->n_behaviour = 1;
	e = fields_read(r, where, json, fields, ARRAY_LEN(fields), out);
	if (e != OK)
		return e;
	if (!out->number[0] == !out->user[0])
		return FAIL(r->why, E_MALFORMED,
			"%s: %s: say \"user\" (Teams) or \"number\" (telephone), one of them",
			r->file, where);
	if (!out->name[0])
		snprintf(
			out->name, sizeof(out->name), "%s", out->user[0] ? out->user : out->number);
	return out->number[0] ? number_check(r, where, out->number) : OK;
}

static enum err range_read(struct reader *r, const char *where, json_t *json, void *out)
{
	struct arrivals *a = out;
	json_t *lo = json_array_get(json, 0), *hi = json_array_get(json, 1);

	if (!json_is_array(json) || json_array_size(json) != 2 || !json_is_number(lo) ||
		!json_is_number(hi) || !(json_number_value(lo) >= 0) ||
		!(json_number_value(hi) >= json_number_value(lo)) ||
		!(json_number_value(hi) <= DAY_S))
		return FAIL(r->why, E_MALFORMED, "%s: %s: want [shortest, longest] in seconds",
			r->file, where);
	a->talk_ms_min = (uint64_t)llround(json_number_value(lo) * 1000);
	a->talk_ms_max = (uint64_t)llround(json_number_value(hi) * 1000);
	return OK;
}

static enum err digits_read(struct reader *r, const char *where, json_t *json, void *out)
{
	struct arrivals *a = out;

	if (!json_is_array(json) || json_array_size(json) > SCENARIO_DIGITS)
		return FAIL(r->why, E_MALFORMED, "%s: %s: want a list of at most %d digits",
			r->file, where, SCENARIO_DIGITS);
	for (size_t i = 0; i < json_array_size(json); i++) {
		if (!digit_ok(json_array_get(json, i)))
			return FAIL(r->why, E_MALFORMED, "%s: %s[%zu]: want a digit like \"1\"",
				r->file, where, i);
		a->digits[i] = json_string_value(json_array_get(json, i))[0];
	}
	return OK;
}

static enum err press_on_read(struct reader *r, const char *where, json_t *json, void *out)
{
	if (!json_is_string(json))
		return FAIL(r->why, E_MALFORMED, "%s: %s: want \"menu\" or \"prompt N\"", r->file,
			where);
	return on_read(r, where, json_string_value(json), &((struct arrivals *)out)->press);
}

static enum err arrivals_media(struct reader *r, const char *where, json_t *json, void *out)
{
	return wish_of(r, where, json, &((struct arrivals *)out)->media);
}

enum err arrivals_read(struct reader *r, const char *where, json_t *json, void *scenario)
{
	static const struct field fields[] = {
		F_AS("per_minute", struct arrivals, per_minute, FIELD_NUMBER, 0, 6000, true),
		F_READ("talk_s", false, range_read),
		F_AS("patience_s", struct arrivals, patience_ms, FIELD_SECONDS, 0, DAY_S, false),
		F_READ("digits", false, digits_read),
		F_READ("press_on", false, press_on_read),
		F(struct arrivals, speech, FIELD_TEXT, 0, 0),
		F_READ("media", false, arrivals_media),
	};
	struct scenario *s = scenario;

	s->arrivals = (struct arrivals){ .talk_ms_min = 10000,
		.talk_ms_max = 30000,
		.patience_ms = 60000,
		.press = { .on = PRESS_MENU, .after_ms = 400 } };
	if (!s->n_instances)
		return FAIL(r->why, E_MALFORMED,
			"%s: %s: needs application_instances, so that arrivals have somebody to "
			"call",
			r->file, where);
	return fields_read(r, where, json, fields, ARRAY_LEN(fields), &s->arrivals);
}
