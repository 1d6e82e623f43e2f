#include "graph/sim/scenario.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"
#include "graph/sim/fields.h"
#include "graph/sim/scenario_apps.h"
#include "graph/sim/scenario_identity.h"
#include "graph/sim/scenario_people.h"
#include "graph/sim/scenario_weather.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)
CLEAN_FN(fclose, FILE *)

static const char *const role_names[] = { "Calls.Initiate.All", "Calls.InitiateGroupCall.All",
	"Calls.JoinGroupCall.All", "Calls.JoinGroupCallAsGuest.All", "Calls.AccessMedia.All",
	"Presence.Read.All", "Presence.ReadWrite.All", "CallRecords.Read.All",
	"CallRecord-PstnCalls.Read.All", "TeamsActivity.Send" };

unsigned role_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++)
		if (strcmp(name, role_names[i]) == 0)
			return 1u << i;
	return 0;
}

const char *role_name(unsigned bit)
{
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++)
		if (bit == 1u << i)
			return role_names[i];
	return NULL;
}

enum err roles_of(struct reader *r, const char *where, json_t *json, unsigned *out)
{
	*out = 0;
	for (size_t i = 0; i < json_array_size(json); i++) {
		json_t *one = json_array_get(json, i);

		if (!json_is_string(one) || !role_of(json_string_value(one)))
			return FAIL(r->why, E_MALFORMED,
				"%s: %s[%zu]: want an application permission such as "
				"\"Calls.Initiate.All\"",
				r->file, where, i);
		*out |= role_of(json_string_value(one));
	}
	if (!json_is_array(json))
		return FAIL(
			r->why, E_MALFORMED, "%s: %s: want a list of permissions", r->file, where);
	return OK;
}

static enum err roles_read(struct reader *r, const char *where, json_t *json, void *out)
{
	return roles_of(r, where, json, &((struct scenario *)out)->roles);
}

static enum err callers_read(struct reader *r, const char *where, json_t *json, void *out)
{
	struct scenario *s = out;
	char at[128];

	apps_settle(s);
	if (!json_is_array(json) || json_array_size(json) > SCENARIO_CALLERS)
		return FAIL(r->why, E_MALFORMED, "%s: %s: want a list of at most %d", r->file,
			where, SCENARIO_CALLERS);
	s->caller = calloc(json_array_size(json) + 1, sizeof(*s->caller));
	if (!s->caller)
		return FAIL(r->why, E_SYSTEM, "no memory");
	for (size_t i = 0; i < json_array_size(json); i++) {
		struct text t = TEXT(at);
		enum err e;

		text_add(&t, "%s[%zu]", where, i);
		e = caller_read(r, at, json_array_get(json, i), s, &s->caller[i]);
		if (e != OK)
			return e;
		s->n_callers = i + 1;
	}
	return OK;
}

static enum err agents_read(struct reader *r, const char *where, json_t *json, void *out)
{
	struct scenario *s = out;
	char at[128];

	if (!json_is_array(json) || json_array_size(json) > SCENARIO_AGENTS)
		return FAIL(r->why, E_MALFORMED, "%s: %s: want a list of at most %d", r->file,
			where, SCENARIO_AGENTS);
	s->agent = calloc(json_array_size(json) + 1, sizeof(*s->agent));
	if (!s->agent)
		return FAIL(r->why, E_SYSTEM, "no memory");
	for (size_t i = 0; i < json_array_size(json); i++) {
		struct text t = TEXT(at);
		enum err e;

		text_add(&t, "%s[%zu]", where, i);
		memcpy(s->agent[i].tenant, s->tenant, GUID_TEXT);
		e = agent_read(r, at, json_array_get(json, i), &s->agent[i]);
		if (e != OK)
			return e;
		for (size_t k = 0; k < i; k++)
			if (strcmp(s->agent[k].user, s->agent[i].user) == 0 &&
				strcmp(s->agent[k].number, s->agent[i].number) == 0)
				return FAIL(r->why, E_MALFORMED,
					"%s: %s: the same user as %s[%zu]; an agent is named once",
					r->file, at, where, k);
		s->n_agents = i + 1;
	}
	return OK;
}

static enum err delay_read(struct reader *r, const char *where, json_t *json, void *out)
{
	struct faults *f = out;
	json_t *lo = json_is_array(json) ? json_array_get(json, 0) : json;
	json_t *hi = json_is_array(json) ? json_array_get(json, 1) : json;

	if (!json_is_integer(lo) || !json_is_integer(hi) || json_integer_value(lo) < 0 ||
		json_integer_value(hi) < json_integer_value(lo) || json_integer_value(hi) > 60000)
		return FAIL(r->why, E_MALFORMED,
			"%s: %s: want milliseconds up to 60000, or [shortest, longest]", r->file,
			where);
	f->delay_ms_min = (uint32_t)json_integer_value(lo);
	f->delay_ms_max = (uint32_t)json_integer_value(hi);
	return OK;
}

static enum err throttle_read(struct reader *r, const char *where, json_t *json, void *out)
{
	static const struct field fields[] = {
		F_AS("rate", struct faults, throttle_rate, FIELD_NUMBER, 0, 1, true),
		F_AS("retry_after", struct faults, throttle_retry_after_s, FIELD_NUMBER, 0, 600,
			false),
	};
	return fields_read(r, where, json, fields, ARRAY_LEN(fields), out);
}

static enum err error_read(struct reader *r, const char *where, json_t *json, void *out)
{
	static const struct field fields[] = {
		F_AS("rate", struct faults, error_rate, FIELD_NUMBER, 0, 1, true),
		F_AS("status", struct faults, error_status, FIELD_COUNT, 500, 504, false),
	};
	return fields_read(r, where, json, fields, ARRAY_LEN(fields), out);
}

static enum err hang_read(struct reader *r, const char *where, json_t *json, void *out)
{
	static const struct field fields[] = {
		F_AS("rate", struct faults, hang_rate, FIELD_NUMBER, 0, 1, true),
		F_AS("ms", struct faults, hang_ms, FIELD_COUNT, 1, 120000, false),
	};
	return fields_read(r, where, json, fields, ARRAY_LEN(fields), out);
}

static enum err faults_read(struct reader *r, const char *where, json_t *json, void *out)
{
	static const struct field fields[] = {
		F(struct faults, lose, FIELD_NUMBER, 0, 1),
		F_AS("double", struct faults, twice, FIELD_NUMBER, 0, 1, false),
		F(struct faults, reorder, FIELD_NUMBER, 0, 1),
		F_READ("delay_ms", false, delay_read),
		F_READ("http_429", false, throttle_read),
		F_READ("http_5xx", false, error_read),
		F_READ("hang", false, hang_read),
		F(struct faults, reset_after_effect, FIELD_NUMBER, 0, 1),
		F(struct faults, time_scale, FIELD_NUMBER, 0.01, 1000),
		F(struct faults, redeliver, FIELD_COUNT, 0, 5),
	};
	return fields_read(
		r, where, json, fields, ARRAY_LEN(fields), &((struct scenario *)out)->faults);
}

/* The order matters: instances lean on the apps, callers and arrivals on the instances. */
static const struct field fields[] = {
	F_AS("seed", struct scenario, seed, FIELD_SEED, 0, 9e15, false),
	F_AS("tenant", struct scenario, tenant, FIELD_GUID, 0, 0, true),
	F_AS("app_id", struct scenario, app_id, FIELD_GUID, 0, 0, true),
	F(struct scenario, client_secret, FIELD_TEXT, 0, 0),
	F(struct scenario, client_certificate, FIELD_TEXT, 0, 0),
	F(struct scenario, webhook, FIELD_TEXT, 0, 0),
	F(struct scenario, messages, FIELD_TEXT, 0, 0),
	F_READ("roles", false, roles_read),
	F(struct scenario, concurrent_calls, FIELD_COUNT, 1, SIM_CALLS_MAX),
	F_AS("answer_window_s", struct scenario, answer_window_ms, FIELD_SECONDS, 0.1, 3600, false),
	F_AS("ring_timeout_s", struct scenario, ring_timeout_ms, FIELD_SECONDS, 0.1, 3600, false),
	F_AS("keep_alive_s", struct scenario, keep_alive_ms, FIELD_SECONDS, 1, 86400, false),
	F_AS("record_s", struct scenario, record_ms, FIELD_SECONDS, 0.1, 86400, false),
	F(struct scenario, record_ids_differ, FIELD_FLAG, 0, 0),
	F_READ("managed_identities", false, identities_read),
	F(struct scenario, identity_header, FIELD_TEXT, 0, 0),
	F_READ("federated_credentials", false, federated_read),
	F_READ("tenants", false, tenants_read),
	F_READ("apps", false, apps_read),
	F_READ("application_instances", false, instances_read),
	F_READ("callers", false, callers_read),
	F_READ("agents", false, agents_read),
	F_READ("arrivals", false, arrivals_read),
	F_READ("faults", false, faults_read),
	F_READ("weather", false, weather_read),
	F_READ("meetings", false, meetings_read),
	F(struct scenario, requests_per_second, FIELD_COUNT, 1, 1000000),
	F(struct scenario, calls_per_month, FIELD_COUNT, 1, 1000000000),
	F(struct scenario, roster_page, FIELD_COUNT, 0, 1000),
};

enum err scenario_parse(
	const char *file, const char *text, size_t bytes, struct scenario *out, struct why *why)
{
	struct reader r = { file, why };
	json_error_t at;
	CLEAN(json_decref) json_t *root = NULL;
	enum err e;

	*out = (struct scenario){ .seed = 1,
		.roles = ROLE_ALL,
		.concurrent_calls = 100,
		.answer_window_ms = 15000,
		.ring_timeout_ms = 60000,
		.keep_alive_ms = 45 * 60 * 1000,
		.record_ms = 60000,
		.requests_per_second = 2000,
		.calls_per_month = 10000,
		.faults = { .throttle_retry_after_s = 0.5,
			.error_status = 503,
			.hang_ms = 15000,
			.time_scale = 1,
			.redeliver = 2 } };
	root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &at);
	if (!root)
		return FAIL(why, E_MALFORMED, "%s:%d:%d: %s", file, at.line, at.column, at.text);
	e = fields_read(&r, "scenario", root, fields, ARRAY_LEN(fields), out);
	apps_settle(out);
	return e == OK ? federated_settle(&r, out) : e;
}

enum err scenario_load(const char *file, struct scenario *out, struct why *why)
{
	CLEAN(fclose) FILE *f = fopen(file, "re");
	CLEAN(free) char *text = NULL;
	size_t n;

	*out = (struct scenario){ 0 };
	if (!f)
		return FAIL_EXT(why, E_ABSENT, errno, "%s: %s", file, strerror(errno));
	text = malloc(SCENARIO_BYTES_MAX + 1);
	if (!text)
		return FAIL(why, E_SYSTEM, "no memory");
	n = fread(text, 1, SCENARIO_BYTES_MAX + 1, f);
	if (ferror(f))
		return FAIL_EXT(why, E_ABSENT, errno, "%s: %s", file, strerror(errno));
	if (n > SCENARIO_BYTES_MAX)
		return FAIL(why, E_MALFORMED, "%s: larger than %d bytes", file, SCENARIO_BYTES_MAX);
	return scenario_parse(file, text, n, out, why);
}

enum err scenario_caller(const char *where, json_t *json, const struct scenario *s,
	struct caller *out, struct why *why)
{
	struct reader r = { where, why };

	return caller_read(&r, "caller", json, s, out);
}

void scenario_fini(struct scenario *s)
{
	free(s->caller);
	free(s->agent);
	s->caller = NULL;
	s->agent = NULL;
}
