#include "bot/shell/gate.h"

#include "bot/shell/admin.h"
#include "bot/shell/seen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line of routes.def, as the door calls it back. */
struct gate {
	struct shell *s;
	const struct api_route *route;
	void (*handle)(struct shell *s, struct visit *v, const struct person *who);
	char path[128]; /* without what may stand in the query */
};

static void (*const handlers[])(struct shell *s, struct visit *v, const struct person *who) = {
#define ROUTE(name, ...) route_##name,
#define ROUTE_LARGE(bytes, name, ...) ROUTE(name, __VA_ARGS__)
#include "bot/api/routes.def"
#undef ROUTE_LARGE
#undef ROUTE
};

static void answer_text(struct shell *s, uint64_t visit, int status, char *owned)
{
	door_answer(s->door, visit,
		&(struct answer){ .status = owned ? status : 503,
			.content_type = owned ? "application/json" : NULL,
			.body = owned,
			.body_bytes = owned ? strlen(owned) : 0,
			.retry_after_s = !owned || status == 503 ? 1 : 0 });
	free(owned);
}

void gate_answer(struct shell *s, uint64_t visit, int status, json_t *root)
{
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;

	json_decref(root);
	answer_text(s, visit, status, text);
}

void gate_refuse(struct shell *s, uint64_t visit, int status, const char *target, const char *says)
{
	answer_text(s, visit, status, api_error(status, target, says));
}

/* Of static storage, since the door says it when what is still sent has been thrown away. */
static const char *refusal_of(int status, enum api_role wanted)
{
#define REFUSAL(code, says) \
	"{\"error\":{\"code\":\"" code "\",\"message\":\"" says "\",\"target\":null}}"
	static const char *const by_role[] = {
		[API_ANYBODY] = REFUSAL("forbidden", "no role: ask for Agent, Supervisor or Admin"),
		[API_APP] = REFUSAL("forbidden", "no role: ask for Agent, Supervisor or Admin"),
		[API_AGENT] = REFUSAL("forbidden", "this is for people with the role Agent"),
		[API_SUPERVISOR] = REFUSAL(
			"forbidden", "this is for people with the role Supervisor"),
		[API_ADMIN] = REFUSAL("forbidden", "this is for people with the role Admin"),
	};

	if (status == 401)
		return REFUSAL("unauthorized", "no good token came");
	if (status == 503)
		return REFUSAL("unavailable", "the keys of tokens are on their way: ask again");
	return by_role[wanted];
#undef REFUSAL
}

/* The configuration is one file for every tenant that is served: its admins are the service's own,
 * and a customer's admin is not one of them. */
static bool is_of_our_tenant(const struct shell *s, const struct person *who)
{
	char tenant[GUID_TEXT];

	guid_print(who->tenant, tenant);
	return strcmp(tenant, s->conf->bot[0].tenant_id) == 0;
}

static int admit(void *arg, struct visit *v)
{
	const struct gate *g = arg;
	enum api_role wanted = g->route->role;
	bool reads = strcmp(g->route->method, "GET") == 0;
	int status;

	if (g->route->body_bytes)
		visit_body_max(v, g->route->body_bytes);
	if (wanted == API_ANYBODY)
		return 0;
	status = reads ? people_admit(g->s, v) : people_admit_change(g->s, v);
	if (status) {
		visit_refusal(v, "application/json", refusal_of(status, API_ANYBODY));
		return status;
	}
	if (people_role(visit_scratch(v)) >= wanted &&
		(wanted != API_ADMIN || is_of_our_tenant(g->s, visit_scratch(v)))) {
		seen_put(g->s, visit_scratch(v));
		return 0;
	}
	audit_refused(g->s, visit_scratch(v), g->route->path);
	visit_reason(v, "her role is not enough");
	visit_refusal(v, "application/json", refusal_of(403, wanted));
	return 403;
}

static void handle(void *arg, struct visit *v)
{
	const struct gate *g = arg;

	g->handle(g->s, v, visit_scratch(v));
}

static enum err gate_open(struct shell *s, struct why *why)
{
	size_t n;
	const struct api_route *routes = api_routes(&n);

	s->gates = calloc(n, sizeof(*s->gates));
	if (!s->gates)
		return FAIL(why, E_SYSTEM, "no memory for routes");
	for (size_t i = 0; i < n; i++) {
		struct gate *g = &s->gates[i];

		*g = (struct gate){ .s = s, .route = &routes[i], .handle = handlers[i] };
		snprintf(g->path, sizeof(g->path), "%.*s", (int)api_path_bytes(routes[i].path),
			routes[i].path);
	}
	return OK;
}

static void gate_close(struct shell *s)
{
	free(s->gates);
	s->gates = NULL;
}

static size_t gate_routes(struct shell *s, struct route *out, size_t n_max)
{
	size_t n;
	const struct api_route *routes = api_routes(&n);

	if (n_max < n)
		abort();
	for (size_t i = 0; i < n; i++)
		out[i] = (struct route){ routes[i].method, s->gates[i].path, admit, handle,
			&s->gates[i] };
	return n;
}

/* What the gate itself answers: what there is. */
void route_openapi(struct shell *s, struct visit *v, const struct person *who)
{
	(void)who;
	answer_text(s, visit_id(v), 200, api_openapi(s->conf->public_url));
}

const struct hand hand_gate = { .open = gate_open, .close = gate_close, .routes = gate_routes };
