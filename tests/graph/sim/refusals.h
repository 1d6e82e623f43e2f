#ifndef TESTS_GRAPH_SIM_REFUSALS_H
#define TESTS_GRAPH_SIM_REFUSALS_H

/* Every way to be refused: each route with a wrong token, tenant, right, method, id and body, and
 * what the weather says. The bodies are judged as they come. */

#include "graph/sim/annex_inside.h"
#include "tests/graph/sim/lives.h"

static bool refused[600];

static void refused_so(struct rig *r, const char *method, const char *path, const char *body)
{
	rig_ask(r, method, path, body);
	if (r->status < 400)
		return;
	refused[r->status % ARRAY_LEN(refused)] = true;
	csdl_error(path, r->body);
}

/* One request, wrong in every way. */
static void every_refusal(struct rig *r, const char *method, const char *path)
{
	static const char *const bodies[] = { NULL, "", "{", "[]", "{\"nobody\":1}" };

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		refused_so(r, method, path, bodies[i]);
	refused_so(r, "PUT", path, "{}");
	r->bearer = (struct sim_bearer){ .verdict = BEARER_BAD, .why = "wrong" };
	refused_so(r, method, path, NULL);
	r->bearer = (struct sim_bearer){ .verdict = BEARER_NONE, .why = "none" };
	refused_so(r, method, path, NULL);
	r->bearer = (struct sim_bearer){ .verdict = BEARER_NONE };
	r->app = NOBODY;
	refused_so(r, method, path, NULL);
	r->app = NULL;
	r->tenant = NOBODY;
	refused_so(r, method, path, NULL);
	r->tenant = TENANT;
	r->roles = 0;
	refused_so(r, method, path, NULL);
	r->roles = ROLE_ALL;
}

static void route_path(char out[256], const struct route *route)
{
	struct text t = text_of(out, 256);

	text_add(&t, "%s", route->root == ROOT_GRAPH ? "/v1.0/" : "/v3/");
	for (const char *p = route->path; *p; p++)
		text_add(&t, "%.*s", *p == '*' ? GUID_TEXT : 1, *p == '*' ? NOBODY : p);
	assert_false(t.cut);
}

static void refusals_beside_calls(void)
{
	static const struct routes *const all[] = { &presence_routes, &chat_routes,
		&connector_routes, &feed_routes, &change_routes, &record_routes };
	char path[256];
	struct rig r;

	rig_open(&r, 1, PEOPLE);
	for (size_t k = 0; k < ARRAY_LEN(all); k++)
		for (size_t i = 0; i < all[k]->n; i++) {
			if (all[k]->item[i].root == ROOT_CONTROL)
				continue;
			route_path(path, &all[k]->item[i]);
			every_refusal(&r, all[k]->item[i].method, path);
		}
	rig_close(&r);
}

static void refusals_of_calls(void)
{
	struct rig r;

	rig_open(&r, 1, ",\"requests_per_second\":10000" PEOPLE);
	rig_caller(&r, (struct caller){ .talk_ms = 60000 });
	every_refusal(&r, "POST", CALLS);
	every_refusal(&r, "GET", CALLS "/" NOBODY);
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		char path[256], *verb = filled(steps[i].verb, rig_call(&r));

		snprintf(path, sizeof(path), CALLS "/%s/%s", rig_call(&r)->id_text, verb);
		if (strcmp(steps[i].method, "DELETE") != 0 && steps[i].body)
			every_refusal(&r, steps[i].method, path);
		free(verb);
	}
	refused_so(&r, "POST", "/v1.0/nowhere", "{}");
	rig_close(&r);
}

static void refusals_of_the_weather(void)
{
	static const char *const fault[] = { "\"5xx\",\"status\":500", "\"5xx\",\"status\":503",
		"\"429\"" };

	for (size_t i = 0; i < ARRAY_LEN(fault); i++) {
		char more[256];
		struct rig r;

		snprintf(more, sizeof(more), ",\"weather\":[{\"fault\":%s}]", fault[i]);
		rig_open(&r, 1, more);
		rig_step(&r, (struct sim_in){ .kind = SIM_START });
		refused_so(&r, "GET", CALLS "/" NOBODY, NULL);
		refused_so(&r, "GET", "/v1.0/communications/presences/" BOB, NULL);
		rig_close(&r);
	}
}

#endif
