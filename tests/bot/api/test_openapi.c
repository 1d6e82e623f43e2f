/* The document: every route once, and every shape it speaks of is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/api/route.h"
#include "bot/api/schemas.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *document(void)
{
	char *text = api_openapi("https://cc.example.com");
	json_error_t at;
	json_t *root;

	assert_non_null(text);
	root = json_loads(text, JSON_REJECT_DUPLICATES, &at);
	if (!root)
		fail_msg("%s at %.80s", at.text, text + (at.position > 40 ? at.position - 40 : 0));
	free(text);
	return root;
}

static json_t *operation(json_t *root, const struct api_route *r)
{
	char path[128], method[8] = "";

	snprintf(path, sizeof(path), "%.*s", (int)api_path_bytes(r->path), r->path);
	for (size_t i = 0; r->method[i]; i++)
		method[i] = (char)(r->method[i] | 0x20);
	return json_object_get(json_object_get(json_object_get(root, "paths"), path), method);
}

static void every_route_is_told_of(void **state)
{
	json_t *root = document();
	size_t n;
	const struct api_route *r = api_routes(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		json_t *o = operation(root, &r[i]);

		if (!o)
			fail_msg("%s %s is not there", r[i].method, r[i].path);
		assert_string_equal(
			json_string_value(json_object_get(o, "operationId")), r[i].name);
		assert_string_equal(json_string_value(json_object_get(o, "x-least-role")),
			api_role_name(r[i].role));
		assert_non_null(json_object_get(json_object_get(o, "responses"), "200"));
	}
	json_decref(root);
}

/* Everything below "$ref" names a schema of the document. */
static void look(json_t *root, json_t *at)
{
	static const char where[] = "#/components/schemas/";
	const char *name;
	json_t *value;
	size_t i;

	json_array_foreach(at, i, value) look(root, value);
	json_object_foreach(at, name, value)
	{
		const char *to = json_string_value(value);

		look(root, value);
		if (strcmp(name, "$ref") != 0)
			continue;
		if (strncmp(to, where, strlen(where)) != 0 ||
			!json_object_get(
				json_object_get(json_object_get(root, "components"), "schemas"),
				to + strlen(where)))
			fail_msg("%s leads nowhere", to);
	}
}

static void every_shape_is_there(void **state)
{
	json_t *root = document();
	size_t n;

	(void)state;
	look(root, root);
	api_schemas(&n);
	assert_int_equal(
		json_object_size(json_object_get(json_object_get(root, "components"), "schemas")),
		n);
	json_decref(root);
}

static void a_refusal_says_its_code(void **state)
{
	char *text = api_error(403, "agent", "not \"yours\"");

	(void)state;
	assert_string_equal(text,
		"{\"error\":{\"code\":\"forbidden\",\"message\":\"not \\\"yours\\\"\","
		"\"target\":\"agent\"}}");
	free(text);
	text = api_error(503, NULL, "ask again");
	assert_string_equal(text, "{\"error\":{\"code\":\"unavailable\",\"message\":\"ask again\","
				  "\"target\":null}}");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_is_told_of),
		cmocka_unit_test(every_shape_is_there),
		cmocka_unit_test(a_refusal_says_its_code),
	};

	return cmocka_run_group_tests_name("api openapi", tests, NULL, NULL);
}
