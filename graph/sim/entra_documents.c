/*
 * The OpenID documents of every issuer that knocks on the bot, and Entra's own discovery.
 * Source: OpenID Connect Discovery 1.0; Entra, access-tokens and signing-key-rollover.
 */
#include "graph/sim/entra_inside.h"

#include <stdio.h>
#include <string.h>

/* "/{first}<rest>"; first is a tenant we know as its GUID, or "common" or "organizations". */
static bool path_is(const struct entra *e, const char *path, const char *rest, char first[64])
{
	const char *slash = path[0] == '/' ? strchr(path + 1, '/') : NULL;
	char tenant[GUID_TEXT];

	if (!slash || slash - path - 1 >= 64 || strcasecmp(slash, rest) != 0)
		return false;
	snprintf(first, 64, "%.*s", (int)(slash - path - 1), path + 1);
	if (!entra_place(e, first, tenant))
		return false;
	if (tenant[0])
		snprintf(first, 64, "%s", tenant);
	return true;
}

static bool of_all(const char *first)
{
	return strcmp(first, "common") == 0 || strcmp(first, "organizations") == 0;
}

/* Which form an issuer has is the token's version, not the endpoint's. Where it is nobody's in
 * particular it is a pattern, with the literal placeholder. */
static void issuer_of(const char *first, bool v2, char *out, size_t room)
{
	snprintf(out, room,
		v2 ? "https://login.microsoftonline.com/%s/v2.0" : "https://sts.windows.net/%s/",
		of_all(first) ? "{tenantid}" : first);
}

static void add(
	json_t *to, const char *name, const char *origin, const char *first, const char *rest)
{
	char url[320];

	snprintf(url, sizeof(url), "%s/%s%s", origin, first, rest);
	json_object_set_new(to, name, json_string(url));
}

static json_t *v2_document(const struct entra *e, const char *first)
{
	char issuer[128];
	json_t *doc;

	issuer_of(first, true, issuer, sizeof(issuer));
	doc = json_pack("{ss, s[s], s[ss], s[s], s[s], s[ssss], s[s], sb}", "issuer", issuer,
		"id_token_signing_alg_values_supported", "RS256",
		"token_endpoint_auth_methods_supported", "client_secret_post", "private_key_jwt",
		"response_types_supported", "code", "response_modes_supported", "query",
		"scopes_supported", "openid", "profile", "email", "offline_access",
		"subject_types_supported", "pairwise", "request_uri_parameter_supported", 0);
	add(doc, "jwks_uri", e->origin, first, "/discovery/v2.0/keys");
	add(doc, "token_endpoint", e->origin, first, "/oauth2/v2.0/token");
	add(doc, "authorization_endpoint", e->origin, first, "/oauth2/v2.0/authorize");
	return doc;
}

/* Version 1 for its issuer and keys, which change notifications need; its endpoints are not here.
 */
static json_t *v1_document(const struct entra *e, const char *first)
{
	char issuer[128];
	json_t *doc;

	issuer_of(first, false, issuer, sizeof(issuer));
	doc = json_pack(
		"{ss, s[s]}", "issuer", issuer, "id_token_signing_alg_values_supported", "RS256");
	add(doc, "jwks_uri", e->origin, "common", "/discovery/keys");
	return doc;
}

/* Each key of the tenant-independent set says for which issuers it signs. */
static json_t *people_keys(const struct entra *e, const char *first)
{
	json_t *set = jwt_key_set(e->people);
	char issuer[128];

	issuer_of(first, true, issuer, sizeof(issuer));
	if (set && of_all(first))
		json_object_set_new(json_array_get(json_object_get(set, "keys"), 0), "issuer",
			json_string(issuer));
	return set;
}

static json_t *bot_document(const struct entra *e, const char *keys, const char *method)
{
	json_t *doc = json_pack("{ss, s[s]}", "issuer", "https://api.botframework.com",
		"id_token_signing_alg_values_supported", "RS256");
	char url[256];

	snprintf(url, sizeof(url), "%s%s", e->origin, keys);
	json_object_set_new(doc, "jwks_uri", json_string(url));
	if (method)
		json_object_set_new(
			doc, "token_endpoint_auth_methods_supported", json_pack("[s]", method));
	return doc;
}

/* Of those that sign notifications and activities. */
static json_t *bots(const struct entra *e, const char *path)
{
	if (strcasecmp(path, "/v1/.well-known/OpenIdConfiguration") == 0)
		return bot_document(e, "/v1/.well-known/keys", "private_key_jwt");
	if (strcmp(path, "/v1/.well-known/keys") == 0)
		return jwt_key_set(e->calls);
	if (strcmp(path, "/botframework/v1/.well-known/openidconfiguration") == 0)
		return bot_document(e, "/botframework/v1/.well-known/keys", NULL);
	if (strcmp(path, "/botframework/v1/.well-known/keys") == 0)
		return jwt_key_set(e->chats);
	return NULL;
}

json_t *entra_document(const struct entra *e, const char *path)
{
	char first[64];

	if (path_is(e, path, "/v2.0/.well-known/openid-configuration", first))
		return v2_document(e, first);
	if (path_is(e, path, "/.well-known/openid-configuration", first))
		return v1_document(e, first);
	if (path_is(e, path, "/discovery/v2.0/keys", first))
		return people_keys(e, first);
	if (path_is(e, path, "/discovery/keys", first))
		return jwt_key_set(e->people);
	return bots(e, path);
}

/* Which hosts are one and the same cloud: this one alone. */
static json_t *instance(const struct entra *e, const json_t *query)
{
	const char *asked = json_string_value(json_object_get(query, "authorization_endpoint"));
	const char *host = strstr(e->origin, "://") ? strstr(e->origin, "://") + 3 : e->origin;
	const char *rest = asked && strncmp(asked, "https://", 8) == 0 ? asked + 8 : "";
	size_t n = strlen(host);
	char first[64];
	json_t *doc;

	if (strncmp(rest, host, n) != 0 || rest[n] != '/')
		return NULL;
	rest += n + 1;
	snprintf(first, sizeof(first), "%.*s", (int)strcspn(rest, "/"), rest);
	doc = json_pack("{ss, s[{ss, ss, s[s]}]}", "api-version", "1.1", "metadata",
		"preferred_network", host, "preferred_cache", host, "aliases", host);
	add(doc, "tenant_discovery_endpoint", e->origin, first,
		"/v2.0/.well-known/openid-configuration");
	return doc;
}

int entra_discover(const struct entra *e, const char *path, const json_t *query, json_t **body)
{
	static const char well_known[] = "/.well-known/openid-configuration";
	size_t n = strlen(path), tail = sizeof(well_known) - 1;

	*body = entra_document(e, path);
	if (*body)
		return 200;
	if (strcmp(path, "/common/discovery/instance") == 0) {
		*body = instance(e, query);
		return *body ? 200
			     : entra_fail(body, 400, "invalid_instance", 50049,
				       "Unknown or invalid instance.");
	}
	if (n > tail && strcasecmp(path + n - tail, well_known) == 0)
		return entra_fail(body, 400, "invalid_tenant", 90002, "Tenant not found.");
	return 0;
}
