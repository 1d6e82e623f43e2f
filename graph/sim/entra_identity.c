/*
 * Managed identities, as the machine the bot runs on hands out their tokens: the Instance Metadata
 * Service of a virtual machine, and App Service's endpoint. Plain http in reality too.
 * Source: managed identities, how-to-use-vm-token; App Service, overview-managed-identity.
 */
#include "graph/sim/entra_identity.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"
#include "graph/sim/entra_inside.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

static const char imds_path[] = "/metadata/identity/oauth2/token";
static const char app_path[] = "/msi/token";

static const char *text_at(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "";
}

static int refuse(json_t **body, int status, const char *error, const char *text)
{
	*body = json_pack("{ss, ss}", "error", error, "error_description", text);
	return status;
}

/* Which of them is meant; by none of the names it is the only one. */
static const struct identity *identity_asked(
	const struct entra *e, const json_t *query, const char *by_resource)
{
	const char *client = text_at(query, "client_id"), *object = text_at(query, "object_id");
	const char *resource = text_at(query, by_resource);

	if (!client[0] && !object[0] && !resource[0])
		return e->scn->n_identities == 1 ? &e->scn->identity[0] : NULL;
	for (size_t i = 0; i < e->scn->n_identities; i++) {
		const struct identity *who = &e->scn->identity[i];

		if ((!client[0] || text_same_nocase(who->client_id, client)) &&
			(!object[0] || text_same_nocase(who->object_id, object)) &&
			(!resource[0] || text_same_nocase(who->resource_id, resource)))
			return who;
	}
	return NULL;
}

/* The service a resource names; NULL: none in this tenant. "/.default" belongs to scopes. */
static const char *service_of(const struct entra *e, const char *resource)
{
	static const char *const known[] = { "https://graph.microsoft.com",
		"https://api.botframework.com", IDENTITY_EXCHANGE };
	size_t n = strlen(resource);

	n -= n && resource[n - 1] == '/';
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strlen(known[i]) == n && strncmp(known[i], resource, n) == 0)
			return known[i];
	return strlen(e->origin) == n && strncmp(e->origin, resource, n) == 0 ? known[0] : NULL;
}

/* A managed identity that is a registration of the scenario has its roles; the others are nobody
 * at Graph. */
static char *token_of(
	const struct entra *e, const struct identity *who, const char *service, uint64_t now_unix)
{
	bool exchange = strcmp(service, IDENTITY_EXCHANGE) == 0;
	const struct app *app = scenario_app(e->scn, who->client_id);
	json_int_t now = (json_int_t)now_unix, life = (json_int_t)(who->token_ms / 1000);
	char iss[128];
	CLEAN(json_decref) json_t *claims = NULL;

	snprintf(iss, sizeof(iss),
		exchange ? "https://login.microsoftonline.com/%s/v2.0"
			 : "https://sts.windows.net/%s/",
		who->tenant);
	claims = json_pack("{ss, ss, sI, sI, sI, ss, ss, ss, ss, ss, ss, so}", "aud", service,
		"iss", iss, "iat", now, "nbf", now, "exp", now + life, exchange ? "azp" : "appid",
		who->client_id, "tid", who->tenant, "oid", who->object_id, "sub", who->object_id,
		"idtyp", "app", "ver", exchange ? "2.0" : "1.0", "roles",
		entra_roles(app ? app->roles : 0));
	return claims ? jwt_sign(exchange ? e->people : e->graph, claims) : NULL;
}

/* Numbers are texts; only the metadata service says how long, App Service only until when. */
static json_t *reply(const struct identity *who, const char *resource, const char *token, bool imds,
	uint64_t now_unix)
{
	json_int_t life = (json_int_t)(who->token_ms / 1000);
	char in[32], on[32], before[32];

	snprintf(in, sizeof(in), "%lld", (long long)life);
	snprintf(on, sizeof(on), "%lld", (long long)now_unix + life);
	snprintf(before, sizeof(before), "%lld", (long long)now_unix);
	if (!imds)
		return json_pack("{ss, ss, ss, ss, ss}", "access_token", token, "expires_on", on,
			"resource", resource, "token_type", "Bearer", "client_id", who->client_id);
	return json_pack("{ss, ss, ss, ss, ss, ss, ss, ss}", "access_token", token, "refresh_token",
		"", "expires_in", in, "expires_on", on, "not_before", before, "resource", resource,
		"token_type", "Bearer", "client_id", who->client_id);
}

static int grant(const struct entra *e, const struct identity_ask *ask, bool imds,
	uint64_t now_unix, json_t **body)
{
	const char *resource = text_at(ask->query, "resource");
	const struct identity *who = identity_asked(
		e, ask->query, imds ? "msi_res_id" : "mi_res_id");
	const char *service = service_of(e, resource);
	CLEAN(free) char *token = NULL;

	if (!resource[0])
		return refuse(body, 400, "invalid_request",
			"The request is missing a required parameter: resource");
	if (!who && e->scn->n_identities > 1 && !text_at(ask->query, "client_id")[0])
		return refuse(body, 400, "invalid_request",
			"Multiple user assigned identities exist, please specify the clientId / "
			"resourceId of the identity in the token request");
	if (!who)
		return refuse(body, 400, "invalid_request", "Identity not found");
	if (!service)
		return refuse(body, 400, "invalid_resource",
			"AADSTS500011: The resource principal was not found in the tenant. A "
			"resource is named without /.default.");
	token = token_of(e, who, service, now_unix);
	if (!token)
		return refuse(body, 500, "unknown",
			"Failed to retrieve token from the Active directory.");
	*body = reply(who, resource, token, imds, now_unix);
	return 200;
}

static int imds(
	const struct entra *e, const struct identity_ask *ask, uint64_t now_unix, json_t **body)
{
	/* Against requests others make us make: the header, and no proxy on the way. */
	if (!ask->metadata || strcmp(ask->metadata, "true") != 0)
		return refuse(
			body, 400, "bad_request_102", "Required metadata header not specified");
	if (ask->forwarded_for)
		return refuse(body, 400, "bad_request_102",
			"A request with X-Forwarded-For is not answered");
	if (strcmp(text_at(ask->query, "api-version"), "2018-02-01") != 0)
		return refuse(body, 400, "invalid_request",
			"api-version is not supported, or was not specified: want 2018-02-01");
	return grant(e, ask, true, now_unix, body);
}

static int app_service(
	const struct entra *e, const struct identity_ask *ask, uint64_t now_unix, json_t **body)
{
	const char *want = e->scn->identity_header, *have = ask->identity_header;

	if (!have)
		return refuse(body, 401, "unauthorized", "X-IDENTITY-HEADER is missing");
	if (strlen(have) != strlen(want) || CRYPTO_memcmp(have, want, strlen(want)) != 0)
		return refuse(body, 403, "forbidden", "X-IDENTITY-HEADER is not ours");
	if (strcmp(text_at(ask->query, "api-version"), "2019-08-01") != 0)
		return refuse(body, 400, "invalid_request",
			"api-version is not supported, or was not specified: want 2019-08-01");
	return grant(e, ask, false, now_unix, body);
}

/* Microsoft's own clients end their addresses with a slash. */
static bool path_is(const char *path, const char *want)
{
	size_t n = strlen(want);

	return strncmp(path, want, n) == 0 && strcmp(path + n, path[n] == '/' ? "/" : "") == 0;
}

int entra_identity(
	const struct entra *e, const struct identity_ask *ask, uint64_t now_unix, json_t **body)
{
	bool metadata = path_is(ask->path, imds_path);
	bool app = e->scn->identity_header[0] && path_is(ask->path, app_path);

	if (!metadata && !app)
		return refuse(body, 404, "not_found", "There is no such address here");
	if (strcmp(ask->method, "GET") != 0)
		return refuse(body, 405, "method_not_allowed", "Want GET");
	return metadata ? imds(e, ask, now_unix, body) : app_service(e, ask, now_unix, body);
}
