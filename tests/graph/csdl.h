#ifndef TESTS_GRAPH_CSDL_H
#define TESTS_GRAPH_CSDL_H

/*
 * Graph's own types as judge, for tests: what the bot sends and what the simulator sends are
 * held against the same file, which lies beside the checkout or where FOYER_CSDL says. Without
 * it csdl_load is false, and a test says so and is counted as skipped (csdl_skip).
 *
 *	csdl_begin();
 *	csdl_request("name", "POST", "/v1.0/communications/calls/1/answer", body);
 *	csdl_notification("name", CSDL_FIXTURE, root);
 *	if (csdl_told.used)
 *		fail_msg("%s", csdl_faults);
 *
 * Requests: the path leads from Graph's roots through its navigation to an entity, a collection
 * or an action; unknown members, wrong types, and missing members that may not be null fail,
 * even where the type is open. Fixtures are partial and carry dynamic members, so there only
 * what is declared is judged, and its absence is not. What the simulator says, notifications and
 * replies, is judged like a request, except that open types may have more, that what may be null
 * may be, that the names of enums and types come in any case, and that beta's members are known.
 *
 * What is well although Graph's types say otherwise stands in tests/graph/csdl_tables.h;
 * csdl_unused fails what nobody made use of for whom it was meant.
 *
 * For one program a test: the judge is static.
 */

#include "tests/graph/csdl_value.h"

/* The parameters of an action are judged as members of a type would be. */
static void csdl_action(const struct csdl_place *j, const json_t *body, const json_t *action)
{
	const json_t *parameters = json_object_get(action, "parameters");
	const char *verb = json_string_value(json_object_get(action, "name")), *name;
	json_t *p, *value;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)parameters, i, p)
	{
		name = json_string_value(json_object_get(p, "name"));
		value = json_object_get(body, name);
		csdl_judged++;
		if (value)
			csdl_value(j, value, json_string_value(json_object_get(p, "type")), verb,
				name);
		else if (json_is_false(json_object_get(p, "nullable")))
			csdl_fault(j, verb, name, "missing, and may not be null");
	}
	json_object_foreach((json_t *)(uintptr_t)body, name, value)
	{
		bool known = false;

		json_array_foreach((json_t *)(uintptr_t)parameters, i, p)
			known |= strcmp(name, json_string_value(json_object_get(p, "name"))) == 0;
		if (!known)
			csdl_fault(j, verb, name, "unknown");
	}
}

/* An action or function bound to the type, or to one it derives from. */
static const json_t *csdl_bound(const char *type, const char *verb)
{
	json_t *a;
	size_t i;

	json_array_foreach(csdl_actions, i, a)
	{
		const char *to = json_string_value(json_object_get(a, "boundTo"));

		if (strcmp(json_string_value(json_object_get(a, "name")), verb) == 0 &&
			csdl_derives(type, to))
			return a;
	}
	return NULL;
}

static const char *csdl_root(const struct csdl_place *j, const char *from, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(csdl_roots); i++)
		if ((csdl_roots[i].who & j->kind) && strcmp(csdl_roots[i].from, from) == 0 &&
			strcmp(csdl_roots[i].name, name) == 0) {
			csdl_roots_used[i] |= j->kind;
			return csdl_roots[i].to;
		}
	return NULL;
}

/* One segment further; type is that of what was reached, "" at the root. false: leads nowhere. */
static bool csdl_step(
	const struct csdl_place *j, const char *segment, char type[192], const json_t **action)
{
	const char *next = csdl_root(j, type, segment), *dot = strrchr(segment, '.');
	const char *verb = strncmp(segment, "microsoft.graph.", 16) == 0 ? dot + 1 : segment;
	char inner[128];

	if (*action)
		return false; /* nothing lies behind an action */
	*action = csdl_bound(type, verb);
	if (*action)
		return true;
	if (!next && sscanf(type, "Collection(%127[^)])", inner) == 1)
		next = inner; /* any key */
	else if (!next)
		next = csdl_declared(j, type, segment);
	if (next)
		snprintf(type, 192, "%s", next);
	return next != NULL;
}

/* The type a path leads to, or the action at its end. false: it leads nowhere, told. */
static bool csdl_walk(
	const struct csdl_place *j, const char *path, char type[192], const json_t **action)
{
	type[0] = '\0';
	*action = NULL;
	if (strncmp(path, "/v1.0/", 6) != 0) {
		csdl_fault(j, path, "path", "does not begin with /v1.0/");
		return false;
	}
	for (path += 5; *path == '/';) {
		size_t n = strcspn(++path, "/?(");
		char segment[256];

		snprintf(segment, sizeof(segment), "%.*s", (int)n, path);
		if (!csdl_step(j, segment, type, action)) {
			csdl_fault(j, type[0] ? type : "the root", segment, "leads nowhere");
			return false;
		}
		path += n;
	}
	return true;
}

/* body may be NULL: none. */
__attribute__((unused)) static void csdl_request(
	const char *name, const char *method, const char *path, const json_t *body)
{
	const struct csdl_place j = { name, CSDL_REQUEST };
	const json_t *action;
	char type[192], inner[128];
	bool collection;

	csdl_judged++;
	if (!csdl_walk(&j, path, type, &action))
		return;
	collection = sscanf(type, "Collection(%127[^)])", inner) == 1;
	if (action && strcmp(json_string_value(json_object_get(action, "kind")), "action") == 0) {
		if (strcmp(method, "POST") != 0)
			csdl_fault(&j, type, method, "an action is posted to");
		csdl_action(&j, body, action);
	} else if (strcmp(method, "POST") == 0 && collection && body) {
		csdl_object(&j, body, inner);
		csdl_missing(&j, body, inner);
	} else if (strcmp(method, "PATCH") == 0 && !collection && body) {
		csdl_object(&j, body, type);
	} else if ((strcmp(method, "GET") != 0 && strcmp(method, "DELETE") != 0) || body) {
		csdl_fault(&j, type, method, body ? "a body where none belongs" : "no body");
	} else if (strcmp(method, "DELETE") == 0 && collection) {
		csdl_fault(&j, type, method, "of a whole collection");
	}
}

/* resourceData of a call's notification: by its own tag, or a list of participants. */
static void csdl_resource(const struct csdl_place *j, const json_t *data)
{
	const char *named = csdl_tagged(j, json_string_value(json_object_get(data, "@odata.type")));
	json_t *one;
	size_t i;

	if (named)
		csdl_object(j, data, named);
	else if (json_is_object(data) && (j->kind & CSDL_SAID))
		csdl_fault(j, "resourceData", "@odata.type", "names no type");
	json_array_foreach((json_t *)(uintptr_t)data, i, one)
	{
		named = csdl_tagged(j, json_string_value(json_object_get(one, "@odata.type")));
		csdl_object(j, one, named ? named : "microsoft.graph.participant");
	}
}

/* A body posted to a callback: an envelope, and in it calls, operations and rosters. */
__attribute__((unused)) static void csdl_notification(
	const char *name, enum csdl_kind kind, const json_t *root)
{
	const struct csdl_place j = { name, kind };
	const char *bare = csdl_tagged(&j, json_string_value(json_object_get(root, "@odata.type")));
	json_t *item;
	size_t i;

	if (bare && strcmp(bare, "microsoft.graph.commsNotifications") != 0) {
		csdl_object(&j, root, bare); /* what a recording bot is asked has no envelope */
		return;
	}
	csdl_object(&j, root, "microsoft.graph.commsNotifications");
	json_array_foreach(json_object_get(root, "value"), i, item)
	{
		if ((kind & CSDL_SAID) && !json_object_get(item, "resource") &&
			!json_object_get(item, "resourceUrl"))
			csdl_fault(&j, "commsNotification", "resource", "of nothing");
		csdl_resource(&j, json_object_get(item, "resourceData"));
	}
}

/* Exceptions for these kinds that no judged object made use of. */
__attribute__((unused)) static void csdl_unused(unsigned kinds)
{
	const struct csdl_place j = { "tests/graph/csdl.h", CSDL_REQUEST };

	for (size_t i = 0; i < ARRAY_LEN(csdl_roots); i++)
		if (csdl_roots[i].who & kinds & ~csdl_roots_used[i])
			csdl_fault(&j, "csdl_roots", csdl_roots[i].name, "nobody needs it");
	for (size_t i = 0; (kinds & CSDL_SAID) && i < ARRAY_LEN(csdl_aliases); i++)
		if (!csdl_aliases_used[i])
			csdl_fault(&j, "csdl_aliases", csdl_aliases[i].tag, "nobody needs it");
	for (size_t i = 0; i < ARRAY_LEN(csdl_dynamic); i++)
		if (csdl_dynamic[i].who & kinds & ~csdl_dynamic_used[i])
			csdl_fault(&j, "csdl_dynamic", csdl_dynamic[i].member, "nobody needs it");
	for (size_t i = 0; i < ARRAY_LEN(csdl_exceptions); i++)
		if (csdl_exceptions[i].who & kinds & ~csdl_exceptions_used[i])
			csdl_fault(&j, "csdl_exceptions", csdl_exceptions[i].member,
				"nobody needs it");
}

__attribute__((unused)) static void csdl_begin(void)
{
	csdl_told = TEXT(csdl_faults);
	csdl_judged = 0;
}

__attribute__((unused)) static bool csdl_load(void)
{
	const char *path = getenv("FOYER_CSDL");
	json_t *root = json_load_file(
		path ? path : "../shared/reference/graph-csdl-subset.json", 0, NULL);

	csdl_types = json_incref(json_object_get(root, "types"));
	csdl_enums = json_incref(json_object_get(root, "enums"));
	csdl_actions = json_incref(json_object_get(root, "actions"));
	json_decref(root);
	return csdl_types && csdl_enums && csdl_actions;
}

__attribute__((unused)) static void csdl_free(void)
{
	json_decref(csdl_types);
	json_decref(csdl_enums);
	json_decref(csdl_actions);
}

/* Each name as a skipped test; cmocka spells one "not ok". */
__attribute__((unused)) static int csdl_skip(const char *const names[], size_t n)
{
	printf("1..%zu\n", n);
	for (size_t i = 0; i < n; i++)
		printf("ok %zu - %s # SKIP no file of Graph's types; FOYER_CSDL names one\n", i + 1,
			names[i]);
	return 0;
}

#endif
