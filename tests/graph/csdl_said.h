#ifndef TESTS_GRAPH_CSDL_SAID_H
#define TESTS_GRAPH_CSDL_SAID_H

/* tests/graph/csdl.h for whoever answers and notifies beside calls: the simulator. */

#include "tests/graph/csdl.h"

/* A body posted to a subscriber. */
static void csdl_change(const char *name, const json_t *root)
{
	const struct csdl_place j = { name, CSDL_NOTE };
	json_t *item;
	size_t i;

	csdl_object(&j, root, "microsoft.graph.changeNotificationCollection");
	json_array_foreach(json_object_get(root, "value"), i, item)
	{
		bool lifecycle = json_object_get(item, "lifecycleEvent") != NULL;

		if (lifecycle == (json_object_get(item, "changeType") != NULL))
			csdl_fault(&j, "changeNotification", "changeType",
				"and lifecycleEvent: want one of them");
		if (lifecycle == (json_object_get(item, "resource") != NULL))
			csdl_fault(&j, "changeNotification", "resource", "of what changed");
	}
}

/* An entity as it is said, where no path leads: what was encrypted, say. */
static void csdl_entity(const char *name, const char *type, const json_t *entity)
{
	const struct csdl_place j = { name, CSDL_REPLY };

	csdl_object(&j, entity, type);
}

/* The body of a refusal. Source: concepts/errors; the Connector's have the same two. */
static void csdl_error(const char *name, const json_t *body)
{
	const struct csdl_place j = { name, CSDL_REPLY };
	const json_t *error = json_object_get(body, "error");

	csdl_judged++;
	if (!json_string_length(json_object_get(error, "code")))
		csdl_fault(&j, "error", "code", "missing");
	if (!json_string_length(json_object_get(error, "message")))
		csdl_fault(&j, "error", "message", "missing");
}

/* The type that is answered, "" where nothing is; a creation is answered with the created. */
static void csdl_answered(const char *method, const json_t *action, char type[192])
{
	const char *returns = json_string_value(json_object_get(action, "returns"));
	char inner[128];

	if (action)
		snprintf(type, 192, "%s", returns ? returns : "");
	else if (strcmp(method, "DELETE") == 0)
		type[0] = '\0';
	else if (strcmp(method, "POST") == 0 && sscanf(type, "Collection(%127[^)])", inner) == 1)
		snprintf(type, 192, "%s", inner);
}

/* What is answered to a request that was taken; body NULL: nothing. */
static void csdl_reply(const char *name, const char *method, const char *path, const json_t *body)
{
	const struct csdl_place j = { name, CSDL_REPLY };
	const json_t *action;
	char type[192];

	csdl_judged++;
	if (!csdl_walk(&j, path, type, &action))
		return;
	csdl_answered(method, action, type);
	if (body && !type[0])
		csdl_fault(&j, name, method, "a body where none belongs");
	else if (!body && type[0] && strcmp(method, "PATCH") != 0)
		csdl_fault(&j, type, method, "no body");
	else if (body && strncmp(type, "Collection(", 11) == 0)
		csdl_value(&j, json_object_get(body, "value"), type, "page", "value");
	else if (body)
		csdl_value(&j, body, type, "reply", "body");
}

#endif
