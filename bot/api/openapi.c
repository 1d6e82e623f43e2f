/*
 * The routes as an OpenAPI 3.1 document, whose schemas are JSON Schema 2020-12: so what is
 * documented is what the web door serves, and what the gate lets in.
 */
#include "bot/api/route.h"
#include "bot/api/schemas.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANYBODY API_ANYBODY
#define APP API_APP
#define AGENT API_AGENT
#define SUPERVISOR API_SUPERVISOR
#define ADMIN API_ADMIN
static const struct api_route routes[] = {
#define ROUTE(name, method, path, role, takes, gives, summary) \
	{ #name, method, path, role, 0, #takes, #gives, summary },
#define ROUTE_LARGE(bytes, name, method, path, role, takes, gives, summary) \
	{ #name, method, path, role, bytes, #takes, #gives, summary },
#include "bot/api/routes.def"
#undef ROUTE_LARGE
#undef ROUTE
};
#undef ANYBODY
#undef APP
#undef AGENT
#undef SUPERVISOR
#undef ADMIN

enum { N_ROUTES = sizeof(routes) / sizeof(routes[0]) };

const struct api_route *api_routes(size_t *n)
{
	*n = N_ROUTES;
	return routes;
}

const char *api_role_name(enum api_role role)
{
	static const char *const names[] = { "Anybody", "App", "Agent", "Supervisor", "Admin" };

	return names[role];
}

size_t api_path_bytes(const char *path)
{
	const char *query = strstr(path, "{?");

	return query ? (size_t)(query - path) : strlen(path);
}

static bool same_path(const char *a, const char *b)
{
	return api_path_bytes(a) == api_path_bytes(b) && strncmp(a, b, api_path_bytes(a)) == 0;
}

static void put_parameter(FILE *out, bool *any, const char *in, const char *name, size_t n)
{
	fprintf(out,
		"%s{\"name\":\"%.*s\",\"in\":\"%s\",\"required\":%s,\"schema\":{\"type\":"
		"\"string\"}}",
		*any ? "," : "", (int)n, name, in, strcmp(in, "path") == 0 ? "true" : "false");
	*any = true;
}

/* {name} in the path, {?from,to} at its end. */
static void put_parameters(FILE *out, const char *path)
{
	bool any = false;

	fputs("\"parameters\":[", out);
	for (const char *at = strchr(path, '{'); at; at = strchr(at, '{')) {
		const char *in = at[1] == '?' ? "query" : "path";

		for (at += at[1] == '?' ? 2 : 1; *at && *at != '}';) {
			size_t n = strcspn(at, ",}");

			put_parameter(out, &any, in, at, n);
			at += n + (at[n] == ',');
		}
	}
	fputs("],", out);
}

/* NULL: it is a schema's name. */
static const char *media_type(const char *word)
{
	static const char *const types[][2] = { { "NOTHING", "" }, { "WAV", "audio/wav" },
		{ "AUDIO", "audio/*" }, { "CSV", "text/csv" }, { "TEXT", "text/plain" },
		{ "EVENT_STREAM", "text/event-stream" } };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i][0], word) == 0)
			return types[i][1];
	return NULL;
}

static void put_content(FILE *out, const char *word)
{
	const char *type = media_type(word);

	if (!type)
		fprintf(out,
			"\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/"
			"schemas/%s\"}}}",
			word);
	else
		fprintf(out, "\"content\":{\"%s\":{\"schema\":{\"type\":\"string\"}}}", type);
}

static void put_method(FILE *out, const char *method)
{
	for (; *method; method++)
		fputc(*method | 0x20, out); /* in lower case */
}

static void put_route(FILE *out, const struct api_route *r)
{
	fputc('"', out);
	put_method(out, r->method);
	fprintf(out, "\":{\"operationId\":\"%s\",\"summary\":\"%s\",\"x-least-role\":\"%s\",",
		r->name, r->summary, api_role_name(r->role));
	if (r->role == API_ANYBODY)
		fputs("\"security\":[],", out);
	put_parameters(out, r->path);
	if (strcmp(r->takes, "NOTHING") != 0) {
		fputs("\"requestBody\":{\"required\":true,", out);
		put_content(out, r->takes);
		fputs("},", out);
	}
	fputs("\"responses\":{\"200\":{\"description\":\"It is done, or this is it.\"", out);
	if (strcmp(r->gives, "NOTHING") != 0) {
		fputc(',', out);
		put_content(out, r->gives);
	}
	fputs("},\"default\":{\"description\":\"It is not, and why.\",", out);
	put_content(out, "error");
	fputs("}}}", out);
}

static bool is_first_of_path(size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_path(routes[k].path, routes[i].path))
			return false;
	return true;
}

static void put_paths(FILE *out)
{
	for (size_t i = 0; i < N_ROUTES; i++) {
		if (!is_first_of_path(i))
			continue;
		fprintf(out, "%s\"%.*s\":{", i ? "," : "", (int)api_path_bytes(routes[i].path),
			routes[i].path);
		put_route(out, &routes[i]);
		for (size_t k = i + 1; k < N_ROUTES; k++)
			if (same_path(routes[k].path, routes[i].path)) {
				fputc(',', out);
				put_route(out, &routes[k]);
			}
		fputc('}', out);
	}
}

static void put_schemas(FILE *out)
{
	size_t n;
	const struct api_schema *s = api_schemas(&n);

	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s\"%s\":%s", i ? "," : "", s[i].name, s[i].text);
}

char *api_openapi(const char *server)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	if (!out)
		return NULL;
	fprintf(out,
		"{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Foyer\",\"version\":\"1\","
		"\"description\":"
		"\"The API of a contact centre. People come with the token Teams gives their tab; "
		"partners' programs with an app-only token, to read.\"},"
		"\"servers\":[{\"url\":\"%s\"}],\"security\":[{\"bearer\":[]}],\"paths\":{",
		server);
	put_paths(out);
	fputs("},\"components\":{\"securitySchemes\":{\"bearer\":{\"type\":\"http\",\"scheme\":"
	      "\"bearer\",\"bearerFormat\":\"JWT\"}},\"schemas\":{",
		out);
	put_schemas(out);
	fputs("}}}", out);
	if (ferror(out) | fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}
