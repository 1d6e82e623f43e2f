#include "graph/sim/scenario_apps.h"

#include "bot/base/text.h"
#include "graph/sim/scenario_identity.h"

#include <string.h>

const struct app *scenario_app(const struct scenario *s, const char *app_id)
{
	for (size_t i = 0; i < s->n_apps; i++)
		if (text_same_nocase(s->app[i].app_id, app_id))
			return &s->app[i];
	return NULL;
}

bool app_serves(const struct app *app, const char *tenant)
{
	for (size_t i = 0; i < app->n_tenants; i++)
		if (text_same_nocase(app->tenant[i], tenant))
			return true;
	return false;
}

enum err scenario_webhook(struct scenario *s, const char *url, struct why *why)
{
	if (text_copy(s->webhook, sizeof(s->webhook), url) != OK)
		return FAIL(why, E_MALFORMED, "--webhook: longer than %d bytes", SCENARIO_URL - 1);
	apps_settle(s);
	return OK;
}

void apps_settle(struct scenario *s)
{
	struct app *a = &s->app[0];

	memcpy(a->app_id, s->app_id, sizeof(a->app_id));
	memcpy(a->tenant[0], s->tenant, sizeof(a->tenant[0]));
	memcpy(a->client_secret, s->client_secret, sizeof(a->client_secret));
	memcpy(a->client_certificate, s->client_certificate, sizeof(a->client_certificate));
	memcpy(a->webhook, s->webhook, sizeof(a->webhook));
	memcpy(a->messages, s->messages, sizeof(a->messages));
	a->roles = s->roles;
	a->n_tenants = a->n_tenants ? a->n_tenants : 1;
	s->n_apps = s->n_apps ? s->n_apps : 1;
}

static enum err tenants_of(
	struct reader *r, const char *where, json_t *json, struct app *a, size_t first)
{
	struct guid g;

	if (!json_is_array(json) || json_array_size(json) + first > SCENARIO_TENANTS)
		return FAIL(r->why, E_MALFORMED, "%s: %s: want a list of at most %zu GUIDs",
			r->file, where, SCENARIO_TENANTS - first);
	for (size_t i = 0; i < json_array_size(json); i++) {
		json_t *one = json_array_get(json, i);

		if (!json_is_string(one) ||
			guid_parse(json_string_value(one), json_string_length(one), &g) != OK)
			return FAIL(r->why, E_MALFORMED, "%s: %s[%zu]: want a tenant's GUID",
				r->file, where, i);
		guid_print(g, a->tenant[first + i]);
	}
	a->n_tenants = first + json_array_size(json);
	return OK;
}

enum err tenants_read(struct reader *r, const char *where, json_t *json, void *scenario)
{
	struct scenario *s = scenario;

	apps_settle(s);
	return tenants_of(r, where, json, &s->app[0], 1);
}

static enum err app_tenants(struct reader *r, const char *where, json_t *json, void *out)
{
	enum err e = tenants_of(r, where, json, out, 0);

	if (e == OK && !((struct app *)out)->n_tenants)
		return FAIL(
			r->why, E_MALFORMED, "%s: %s: want at least one tenant", r->file, where);
	return e;
}

static enum err app_roles(struct reader *r, const char *where, json_t *json, void *out)
{
	return roles_of(r, where, json, &((struct app *)out)->roles);
}

static enum err app_read(struct reader *r, const char *where, json_t *json,
	const struct scenario *s, struct app *out)
{
	static const struct field fields[] = {
		F_AS("app_id", struct app, app_id, FIELD_GUID, 0, 0, true),
		F_READ("tenants", true, app_tenants),
		F(struct app, client_secret, FIELD_TEXT, 0, 0),
		F(struct app, client_certificate, FIELD_TEXT, 0, 0),
		F(struct app, webhook, FIELD_TEXT, 0, 0),
		F(struct app, messages, FIELD_TEXT, 0, 0),
		F_READ("roles", false, app_roles),
		F_READ("federated_credentials", false, federated_of),
	};
	enum err e;

	*out = (struct app){ .roles = ROLE_ALL };
	e = fields_read(r, where, json, fields, ARRAY_LEN(fields), out);
	if (e == OK && scenario_app(s, out->app_id))
		return FAIL(r->why, E_MALFORMED, "%s: %s: this app_id is named already", r->file,
			where);
	return e;
}

enum err apps_read(struct reader *r, const char *where, json_t *json, void *scenario)
{
	struct scenario *s = scenario;
	char at[128];

	apps_settle(s);
	if (!json_is_array(json) || json_array_size(json) >= SCENARIO_APPS)
		return FAIL(r->why, E_MALFORMED,
			"%s: %s: want a list of at most %d {app_id, tenants}", r->file, where,
			SCENARIO_APPS - 1);
	for (size_t i = 0; i < json_array_size(json); i++) {
		struct text t = TEXT(at);
		struct app *a = &s->app[s->n_apps];
		enum err e;

		text_add(&t, "%s[%zu]", where, i);
		e = app_read(r, at, json_array_get(json, i), s, a);
		if (e != OK)
			return e;
		if (!a->webhook[0])
			memcpy(a->webhook, s->webhook, sizeof(a->webhook));
		s->n_apps++;
	}
	return OK;
}

static enum err instance_read(
	struct reader *r, const char *where, json_t *json, struct scenario *s, struct instance *out)
{
	static const struct field fields[] = {
		F_AS("id", struct instance, id, FIELD_GUID, 0, 0, true),
		F(struct instance, name, FIELD_TEXT, 0, 0),
		F(struct instance, tenant, FIELD_GUID, 0, 0),
		F(struct instance, app_id, FIELD_GUID, 0, 0),
		F(struct instance, has_number, FIELD_FLAG, 0, 0),
	};
	const struct app *app;
	enum err e;

	*out = (struct instance){ .has_number = true };
	memcpy(out->app_id, s->app_id, sizeof(out->app_id));
	e = fields_read(r, where, json, fields, ARRAY_LEN(fields), out);
	if (e != OK)
		return e;
	app = scenario_app(s, out->app_id);
	if (!app)
		return FAIL(r->why, E_MALFORMED,
			"%s: %s.app_id: is neither the scenario's nor in \"apps\"", r->file, where);
	if (!out->tenant[0])
		memcpy(out->tenant, app->tenant[0], sizeof(out->tenant));
	if (!app_serves(app, out->tenant))
		return FAIL(r->why, E_MALFORMED, "%s: %s.tenant: is none of the tenants of its app",
			r->file, where);
	out->app = (unsigned)(app - s->app);
	return OK;
}

enum err instances_read(struct reader *r, const char *where, json_t *json, void *scenario)
{
	struct scenario *s = scenario;
	char at[128];

	apps_settle(s);
	if (!json_is_array(json) || json_array_size(json) > SCENARIO_INSTANCES)
		return FAIL(r->why, E_MALFORMED, "%s: %s: want a list of at most %d {id, name}",
			r->file, where, SCENARIO_INSTANCES);
	for (size_t i = 0; i < json_array_size(json); i++) {
		struct text t = TEXT(at);
		enum err e;

		text_add(&t, "%s[%zu]", where, i);
		e = instance_read(r, at, json_array_get(json, i), s, &s->instance[i]);
		if (e != OK)
			return e;
		s->n_instances = i + 1;
	}
	return OK;
}
