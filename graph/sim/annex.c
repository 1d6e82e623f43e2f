/* Which request is whose, who may ask, and what all of them share. */
#include "graph/sim/annex.h"

#include "bot/base/text.h"
#include "graph/sim/annex_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct routes *const tables[] = { &presence_routes, &chat_routes, &connector_routes,
	&change_routes, &record_routes, &feed_routes };

enum { PARTS_MAX = 10 };
/* A day in 2026, for those who do not say where the wall clock is. */
static const uint64_t UNIX_AT_0_MS = 1790000000000;

struct annex *annex_new(const struct scenario *scn)
{
	struct annex *a = calloc(1, sizeof(*a));

	if (a) {
		a->toasts = json_array();
		a->records = json_array();
		a->unix_at_0_ms = UNIX_AT_0_MS;
	}
	if (a && !presence_new(a, scn)) {
		annex_free(a);
		return NULL;
	}
	return a;
}

void annex_free(struct annex *a)
{
	if (!a)
		return;
	presence_free(a);
	chat_free(a);
	change_free(a);
	json_decref(a->records);
	mail_free(a);
	json_decref(a->toasts);
	free(a);
}

uint64_t window_full(const struct window *w, uint64_t now_ms, uint64_t span_ms)
{
	uint64_t free_at;

	if (!w->max || w->n < w->max)
		return 0;
	free_at = w->at[w->n % w->max] + span_ms;
	return free_at > now_ms ? free_at - now_ms : 0;
}

void window_add(struct window *w, size_t max, uint64_t now_ms)
{
	if (!w->at) {
		w->at = calloc(max, sizeof(*w->at));
		w->max = w->at ? max : 0;
	}
	if (w->at)
		w->at[w->n++ % w->max] = now_ms;
}

const char *member_text(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "";
}

bool duration_read(const char *text, uint64_t *ms)
{
	static const struct {
		char unit;
		bool of_time;
		uint64_t ms;
	} units[] = { { 'D', false, 86400000 }, { 'H', true, 3600000 }, { 'M', true, 60000 },
		{ 'S', true, 1000 } };
	size_t next = 0, k;
	bool time = false, any = false;

	*ms = 0;
	if (*text++ != 'P')
		return false;
	while (*text) {
		char *end;
		unsigned long n;

		if (*text == 'T' && !time) {
			time = true;
			any = false;
			text++;
			continue;
		}
		if (*text < '0' || *text > '9')
			return false;
		n = strtoul(text, &end, 10);
		for (k = next; k < ARRAY_LEN(units); k++)
			if (units[k].unit == *end && units[k].of_time == time)
				break;
		if (k == ARRAY_LEN(units) || n > 10000)
			return false;
		*ms += n * units[k].ms;
		next = k + 1;
		any = true;
		text = end + 1;
	}
	return any;
}

struct path {
	char text[256];
	enum annex_root root;
	char *part[PARTS_MAX]; /* below the root */
	size_t n;
};

static bool is_ours(const struct path *p)
{
	static const char *const first[] = { "users", "me", "subscriptions" };
	static const char *const second[] = { "getPresencesByUserId", "presences", "callRecords" };

	if (p->root != ROOT_GRAPH)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(first); i++)
		if (strcmp(p->part[0], first[i]) == 0)
			return true;
	for (size_t i = 0; p->n > 1 && i < ARRAY_LEN(second); i++)
		if (strcmp(p->part[0], "communications") == 0 && strcmp(p->part[1], second[i]) == 0)
			return true;
	return false;
}

/* Segments, with the names of actions unqualified. false: not the annex's. */
static bool path_read(const char *from, struct path *p)
{
	static const struct {
		const char *prefix;
		enum annex_root root;
	} roots[] = { { "/v1.0/", ROOT_GRAPH }, { "/beta/", ROOT_GRAPH },
		{ "/v3/", ROOT_CONNECTOR }, { "/teams/v3/", ROOT_CONNECTOR },
		{ "/sim/", ROOT_CONTROL } };
	char *save = NULL, *at;
	size_t i = 0;

	for (; i < ARRAY_LEN(roots); i++)
		if (strncmp(from, roots[i].prefix, strlen(roots[i].prefix)) == 0)
			break;
	if (i == ARRAY_LEN(roots) ||
		text_copy(p->text, sizeof(p->text), from + strlen(roots[i].prefix)) != OK)
		return false;
	p->root = roots[i].root;
	p->n = 0;
	for (at = strtok_r(p->text, "/", &save); at; at = strtok_r(NULL, "/", &save)) {
		if (p->n == PARTS_MAX)
			return false;
		p->part[p->n++] = strncmp(at, "microsoft.graph.", 16) == 0 ? at + 16 : at;
	}
	return p->n > 0 && is_ours(p);
}

static bool path_fits(const struct path *p, const struct route *route, struct annex_ask *a)
{
	const char *pattern = route->path;
	size_t i = 0, ids = 0;

	if (route->root != p->root)
		return false;
	for (; *pattern && i < p->n; i++) {
		size_t n = strcspn(pattern, "/");
		bool star = n == 1 && *pattern == '*';

		if (!star && (strlen(p->part[i]) != n || strncmp(p->part[i], pattern, n) != 0))
			return false;
		if (star && ids < ANNEX_IDS)
			a->id[ids++] = p->part[i];
		pattern += n;
		pattern += *pattern == '/';
	}
	return !*pattern && i == p->n;
}

static const struct route *route_find(
	const struct path *p, const char *method, struct annex_ask *a, struct reply *r)
{
	bool path_known = false;

	for (size_t t = 0; t < ARRAY_LEN(tables); t++)
		for (size_t i = 0; i < tables[t]->n; i++) {
			const struct route *route = &tables[t]->item[i];

			if (!path_fits(p, route, a))
				continue;
			if (strcmp(route->method, method) == 0)
				return route;
			path_known = true;
		}
	if (path_known)
		refuse(r, 405, "Request_BadRequest", "The method %s is not allowed here.", method);
	else if (p->root == ROOT_CONTROL)
		refuse(r, 404, "sim", "foyer-sim --help lists what is under /sim/");
	else
		refuse(r, 400, "BadRequest", "Resource not found for the segment '%.60s'.",
			p->part[p->n - 1]);
	return NULL;
}

static bool bearer_check(struct sim *s, const struct sim_request *q, struct reply *r)
{
	const struct app *app = scenario_app(s->scn, q->bearer.app_id);

	if (q->bearer.verdict == BEARER_NONE)
		refuse(r, 401, "InvalidAuthenticationToken", "Access token is empty.");
	else if (q->bearer.verdict == BEARER_BAD)
		refuse(r, 401, "InvalidAuthenticationToken", "%s", q->bearer.why);
	else if (!app)
		refuse(r, 401, "InvalidAuthenticationToken",
			"The token is of another application.");
	else if (!app_serves(app, q->bearer.tenant))
		refuse(r, 403, "Forbidden", "The token is of another tenant.");
	return r->status == 0;
}

static bool body_read(const struct route *route, const struct sim_request *q, struct annex_ask *a,
	struct reply *r)
{
	json_error_t at = { .line = 0 };
	struct why why;

	if (!route->body)
		return true;
	a->body = q->body_bytes ? json_loadb(q->body, q->body_bytes, JSON_REJECT_DUPLICATES, &at)
				: json_object();
	if (!a->body)
		refuse(r, 400, "BadRequest", "Unable to read JSON request payload: line %d: %s",
			at.line, at.text);
	else if (body_check(a->body, "body", route->body, &why) != OK)
		refuse(r, 400, "BadRequest", "%s", why.text);
	return r->status == 0;
}

/* A token that speaks for a person carries scopes and no roles; its routes look closer. */
static bool admitted(const struct route *route, const struct sim_request *q, struct annex_ask *a,
	struct reply *r)
{
	if (route->roles && !q->bearer.user[0] && !(route->roles & q->bearer.roles))
		refuse(r, 403, "Authorization_RequestDenied",
			"Insufficient privileges to complete the operation.");
	return r->status == 0 && body_read(route, q, a, r);
}

static void control_run(struct sim *s, const struct path *p, struct annex_ask *a, struct reply *r)
{
	const struct route *route = route_find(p, a->request->method, a, r);

	if (route && body_read(route, a->request, a, r))
		route->run(s, a, r);
	if (r->status)
		reply_send(s, a->request->id, r);
}

bool annex_request(struct sim *s, const struct sim_request *q)
{
	struct reply r = { .status = 0 };
	struct annex_ask a = { .request = q };
	const struct route *route;
	struct path p;

	if (!path_read(q->path, &p))
		return false;
	if (p.root == ROOT_CONTROL) {
		control_run(s, &p, &a, &r);
		json_decref(a.body);
		return true;
	}
	s->count.requests++;
	if (request_weather(s, NULL, q, &r)) {
		if (r.status)
			reply_send(s, q->id, &r);
		return true;
	}
	route = bearer_check(s, q, &r) ? route_find(&p, q->method, &a, &r) : NULL;
	if (route && admitted(route, q, &a, &r))
		route->run(s, &a, &r);
	/* Without a status the route answers later. */
	if (r.status)
		request_answer(s, NULL, q, &r);
	json_decref(a.body);
	return true;
}

void annex_place(struct annex *a, const char *origin, uint64_t unix_at_0_ms)
{
	snprintf(a->origin, sizeof(a->origin), "%s", origin);
	a->unix_at_0_ms = unix_at_0_ms;
}

void annex_start(struct sim *s)
{
	chat_start(s);
}

void annex_books(struct sim *s, json_t *books)
{
	presence_books(s, books);
	chat_books(s, books);
	change_books(s, books);
	record_books(s, books);
	json_object_set(books, "toasts", s->annex->toasts);
}
