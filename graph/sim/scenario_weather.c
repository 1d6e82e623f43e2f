/* The weather file, and meetings: what is beside the people of a scenario. */
#include "graph/sim/scenario_weather.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { DAY_S = 86400 };

CLEAN_FN(json_decref, json_t *)

static const struct {
	const char *name;
	int status; /* unless the rule says another */
} faults[FAULT_KINDS] = {
	[FAULT_429] = { "429", 429 },
	[FAULT_5XX] = { "5xx", 503 },
	[FAULT_TIMEOUT] = { "timeout", 0 },
	[FAULT_RESET] = { "reset-after-effect", 0 },
	[FAULT_LOSE] = { "lose", 0 },
	[FAULT_DOUBLE] = { "double", 0 },
	[FAULT_LATE] = { "late", 0 },
	[FAULT_REORDER] = { "reorder", 0 },
	[FAULT_ROLLOVER] = { "key-rollover", 0 },
	[FAULT_TOKEN_OUTAGE] = { "token-outage", 503 },
	[FAULT_IDENTITY_OUTAGE] = { "identity-outage", 410 },
	[FAULT_EVIL] = { "evil-token", 0 },
};

static enum err fault_read(struct reader *r, const char *where, json_t *json, void *out)
{
	struct rule *rule = out;
	char have[256];
	struct text t = TEXT(have);

	for (int i = 0; i < FAULT_KINDS; i++) {
		if (json_is_string(json) && strcmp(json_string_value(json), faults[i].name) == 0) {
			rule->fault = (enum fault)i;
			rule->status = faults[i].status;
			return OK;
		}
		text_add(&t, "%s%s", i ? ", " : "", faults[i].name);
	}
	return FAIL(r->why, E_MALFORMED, "%s: %s: want one of %s", r->file, where, have);
}

static enum err kind_read(struct reader *r, const char *where, json_t *json, void *out)
{
	struct rule *rule = out;
	char have[256];
	struct text t = TEXT(have);

	rule->evil = evil_of(json_is_string(json) ? json_string_value(json) : "");
	if (rule->evil != EVIL_NOT)
		return OK;
	for (int i = EVIL_NONE; i < EVIL_KINDS; i++)
		text_add(&t, "%s%s", i > EVIL_NONE ? ", " : "", evil_name((enum evil)i));
	return FAIL(r->why, E_MALFORMED, "%s: %s: want one of %s", r->file, where, have);
}

static enum err span_read(struct reader *r, const char *where, json_t *json, void *out)
{
	struct rule *rule = out;
	json_t *lo = json_is_array(json) ? json_array_get(json, 0) : json;
	json_t *hi = json_is_array(json) ? json_array_get(json, 1) : json;

	if (!json_is_integer(lo) || !json_is_integer(hi) || json_integer_value(lo) < 0 ||
		json_integer_value(hi) < json_integer_value(lo) || json_integer_value(hi) > 120000)
		return FAIL(r->why, E_MALFORMED,
			"%s: %s: want milliseconds up to 120000, or [shortest, longest]", r->file,
			where);
	rule->ms_min = (uint32_t)json_integer_value(lo);
	rule->ms_max = (uint32_t)json_integer_value(hi);
	return OK;
}

static enum err rule_read(struct reader *r, const char *where, json_t *json, struct rule *out)
{
	/* "fault" first: what a rule may leave out depends on it. */
	static const struct field fields[] = {
		F_READ("fault", true, fault_read),
		F_AS("rate", struct rule, rate, FIELD_NUMBER, 0, 1, false),
		F_AS("from_s", struct rule, from_ms, FIELD_SECONDS, 0, DAY_S, false),
		F_AS("to_s", struct rule, to_ms, FIELD_SECONDS, 0, DAY_S, false),
		F_AS("at_s", struct rule, from_ms, FIELD_SECONDS, 0, DAY_S, false),
		F_AS("status", struct rule, status, FIELD_COUNT, 400, 504, false),
		F_AS("retry_after", struct rule, retry_after_s, FIELD_NUMBER, 0, 600, false),
		F_READ("ms", false, span_read),
		F_READ("kind", false, kind_read),
	};
	enum err e;

	*out = (struct rule){ .rate = 1,
		.to_ms = UINT64_MAX,
		.retry_after_s = 2.128,
		.ms_min = 15000,
		.ms_max = 15000 };
	e = fields_read(r, where, json, fields, ARRAY_LEN(fields), out);
	if (e == OK && out->to_ms <= out->from_ms)
		return FAIL(
			r->why, E_MALFORMED, "%s: %s: to_s is not after from_s", r->file, where);
	/* Entra: a minute where it throttles applications; else it says nothing. */
	if (e == OK && !json_object_get(json, "retry_after") &&
		(out->fault == FAULT_TOKEN_OUTAGE || out->fault == FAULT_IDENTITY_OUTAGE))
		out->retry_after_s = out->fault == FAULT_TOKEN_OUTAGE && out->status == 429 ? 60
											    : 0;
	if (e == OK && out->fault == FAULT_LATE && !json_object_get(json, "ms"))
		return FAIL(
			r->why, E_MALFORMED, "%s: %s: \"ms\" is missing: how late", r->file, where);
	return e;
}

enum err weather_read(struct reader *r, const char *where, json_t *json, void *scenario)
{
	struct scenario *s = scenario;
	char at[128];

	if (!json_is_array(json) || json_array_size(json) + s->n_weather > SCENARIO_RULES)
		return FAIL(r->why, E_MALFORMED, "%s: %s: want a list of at most %d rules", r->file,
			where, SCENARIO_RULES);
	for (size_t i = 0; i < json_array_size(json); i++) {
		struct text t = TEXT(at);
		enum err e;

		text_add(&t, "%s[%zu]", where, i);
		e = rule_read(r, at, json_array_get(json, i), &s->weather[s->n_weather]);
		if (e != OK)
			return e;
		s->n_weather++;
	}
	return OK;
}

enum err scenario_weather(const char *file, struct scenario *s, struct why *why)
{
	static const struct field fields[] = { F_READ("weather", true, weather_read) };
	struct reader r = { file, why };
	json_error_t at;
	CLEAN(json_decref) json_t *root = json_load_file(file, JSON_REJECT_DUPLICATES, &at);

	if (!root && at.line < 0)
		return FAIL_EXT(why, E_ABSENT, errno, "%s: %s", file, strerror(errno));
	if (!root)
		return FAIL(why, E_MALFORMED, "%s:%d:%d: %s", file, at.line, at.column, at.text);
	return fields_read(&r, "weather file", root, fields, ARRAY_LEN(fields), s);
}

/* ---- meetings ---- */

/* Where the names of a meeting's people are looked up. */
struct meeting_at {
	struct meeting meeting;
	const struct scenario *scenario;
};

static enum err people_read(struct reader *r, const char *where, json_t *json, void *out)
{
	struct meeting_at *m = out;

	if (!json_is_array(json) || json_array_size(json) > ARRAY_LEN(m->meeting.agent))
		return FAIL(r->why, E_MALFORMED,
			"%s: %s: want a list of at most %zu names of agents", r->file, where,
			ARRAY_LEN(m->meeting.agent));
	for (size_t i = 0; i < json_array_size(json); i++) {
		const char *name = json_string_value(json_array_get(json, i));
		size_t k = 0;

		while (name && k < m->scenario->n_agents &&
			strcmp(m->scenario->agent[k].name, name) != 0)
			k++;
		if (!name || k == m->scenario->n_agents)
			return FAIL(r->why, E_MALFORMED, "%s: %s[%zu]: want the name of an agent",
				r->file, where, i);
		m->meeting.agent[m->meeting.n_agents++] = (uint32_t)k + 1;
	}
	return OK;
}

static enum err meeting_read(
	struct reader *r, const char *where, json_t *json, struct meeting_at *out)
{
	static const struct field fields[] = {
		F_AS("organizer", struct meeting_at, meeting.organizer, FIELD_GUID, 0, 0, true),
		F_AS("thread", struct meeting_at, meeting.thread, FIELD_TEXT, 0, 0, true),
		F_AS("tenant", struct meeting_at, meeting.tenant, FIELD_GUID, 0, 0, false),
		F_AS("join_id", struct meeting_at, meeting.join_id, FIELD_TEXT, 0, 0, false),
		F_AS("passcode", struct meeting_at, meeting.passcode, FIELD_TEXT, 0, 0, false),
		F_AS("token", struct meeting_at, meeting.token, FIELD_TEXT, 0, 0, false),
		F_AS("lobby_s", struct meeting_at, meeting.lobby_ms, FIELD_SECONDS, 0, DAY_S,
			false),
		F_AS("transcribed", struct meeting_at, meeting.transcribed, FIELD_FLAG, 0, 0,
			false),
		F_AS("shared", struct meeting_at, meeting.shared, FIELD_FLAG, 0, 0, false),
		F_READ("people", false, people_read),
	};
	return fields_read(r, where, json, fields, ARRAY_LEN(fields), out);
}

enum err meetings_read(struct reader *r, const char *where, json_t *json, void *scenario)
{
	struct scenario *s = scenario;
	char at[128];

	if (!json_is_array(json) || json_array_size(json) > SCENARIO_MEETINGS)
		return FAIL(r->why, E_MALFORMED, "%s: %s: want a list of at most %d", r->file,
			where, SCENARIO_MEETINGS);
	for (size_t i = 0; i < json_array_size(json); i++) {
		struct meeting_at m = { .scenario = s };
		struct text t = TEXT(at);
		enum err e;

		text_add(&t, "%s[%zu]", where, i);
		memcpy(m.meeting.tenant, s->tenant, GUID_TEXT);
		e = meeting_read(r, at, json_array_get(json, i), &m);
		if (e != OK)
			return e;
		s->meeting[i] = m.meeting;
		s->n_meetings = i + 1;
	}
	return OK;
}
