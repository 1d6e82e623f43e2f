#include "graph/sim/entra.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"
#include "graph/sim/entra_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

enum { NOTIFICATION_S = 3900, FIELD_BYTES = 8192 };

enum err entra_new(
	const struct scenario *s, const char *origin, struct entra **out, struct why *why)
{
	struct entra *e = calloc(1, sizeof(*e));

	if (!e)
		return FAIL(why, E_SYSTEM, "no memory");
	e->scn = s;
	e->graph = jwt_key_new();
	e->calls = jwt_key_new();
	e->chats = jwt_key_new();
	e->people = jwt_key_new();
	if (!e->graph || !e->calls || !e->chats || !e->people ||
		text_copy(e->origin, sizeof(e->origin), origin) != OK) {
		entra_free(e);
		return FAIL(why, E_SYSTEM, "no keys could be made");
	}
	for (size_t i = 0; i < s->n_apps; i++) {
		const char *file = s->app[i].client_certificate;
		enum err err = file[0] ? jwt_certificate_load(file, &e->certificate[i], why) : OK;

		for (size_t k = 0; err == OK && k < s->app[i].n_federated; k++)
			if (s->app[i].federated[k].keys[0])
				err = jwt_foreign(s->app[i].federated[k].keys, NULL, NULL, why);
		if (err != OK) {
			entra_free(e);
			return err;
		}
	}
	*out = e;
	return OK;
}

void entra_free(struct entra *e)
{
	if (!e)
		return;
	jwt_key_free(e->graph);
	jwt_key_free(e->calls);
	jwt_key_free(e->chats);
	jwt_key_free(e->people);
	for (size_t i = 0; i < SCENARIO_APPS; i++)
		jwt_certificate_free(e->certificate[i]);
	free(e);
}

/* One field of application/x-www-form-urlencoded, decoded; "" when absent or too long. */
void entra_field(const char *form, const char *name, char *out, size_t room)
{
	size_t n = strlen(name), at = 0;

	for (const char *p = form; p; p = strchr(p, '&')) {
		p += *p == '&';
		if (strncmp(p, name, n) != 0 || p[n] != '=')
			continue;
		for (p += n + 1; *p && *p != '&' && at + 1 < room; p++) {
			if (*p == '%' && text_hex_digit(p[1]) >= 0 && text_hex_digit(p[2]) >= 0) {
				out[at++] =
					(char)(text_hex_digit(p[1]) * 16 + text_hex_digit(p[2]));
				p += 2;
			} else {
				out[at++] = *p == '+' ? ' ' : *p;
			}
		}
		break;
	}
	out[at] = '\0';
}

int entra_fail(json_t **body, int status, const char *error, int number, const char *text)
{
	char description[400], uri[96];

	snprintf(description, sizeof(description), "AADSTS%d: %s", number, text);
	snprintf(uri, sizeof(uri), "https://login.microsoftonline.com/error?code=%d", number);
	*body = json_pack("{ss, ss, s[i], ss}", "error", error, "error_description", description,
		"error_codes", number, "error_uri", uri);
	return status;
}

static const char *text_at(json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "";
}

/* An assertion may come again until it expires: Microsoft's own clients keep theirs. */
static int assertion_check(const struct entra *e, const struct app *app, const char *tenant,
	const char *token, uint64_t now_unix, json_t **body)
{
	const struct jwt_certificate *own = e->certificate[app - e->scn->app];
	CLEAN(json_decref) json_t *claims = NULL;
	char suffix[96];
	const char *aud;
	json_int_t nbf, exp, now = (json_int_t)now_unix;
	struct why why;

	if (!own)
		return entra_fail(body, 401, "invalid_client", 700027,
			"No certificate is registered (\"client_certificate\" of the scenario).");
	if (jwt_assertion(own, token, &claims, &why) != OK)
		return entra_fail(body, 401, "invalid_client", 700027, why.text);
	nbf = json_integer_value(json_object_get(claims, "nbf"));
	exp = json_integer_value(json_object_get(claims, "exp"));
	aud = text_at(claims, "aud");
	snprintf(suffix, sizeof(suffix), "/%s/oauth2/v2.0/token", tenant);
	if (nbf > now + 300 || exp <= now || exp > nbf + 3600)
		return entra_fail(
			body, 401, "invalid_client", 700024, "The assertion is outside its time.");
	if (strlen(aud) < strlen(suffix) || strcmp(aud + strlen(aud) - strlen(suffix), suffix) != 0)
		return entra_fail(
			body, 401, "invalid_client", 700023, "aud is not this token URL.");
	if (!text_same_nocase(text_at(claims, "iss"), app->app_id) ||
		!text_same_nocase(text_at(claims, "sub"), app->app_id))
		return entra_fail(
			body, 401, "invalid_client", 700021, "iss and sub are not the client id.");
	if (!text_at(claims, "jti")[0])
		return entra_fail(body, 401, "invalid_client", 700027, "jti is missing.");
	return 200;
}

/* Who asks: a registration that has consent in this tenant; NULL with the refusal. */
static const struct app *client_of(
	const struct entra *e, const char *tenant, const char *form, json_t **body)
{
	char id[64];
	const struct app *app;

	entra_field(form, "client_id", id, sizeof(id));
	app = scenario_app(e->scn, id);
	if (app && (!tenant[0] || app_serves(app, tenant)))
		return app;
	entra_fail(body, 400, "unauthorized_client", 700016,
		"Application was not found in the directory.");
	return NULL;
}

static int client_check(const struct entra *e, const struct app *app, const char *tenant,
	const char *form, uint64_t now_unix, json_t **body)
{
	char field[FIELD_BYTES];
	CLEAN(json_decref) json_t *peeked = NULL;
	struct why why;

	entra_field(form, "client_assertion", field, sizeof(field));
	if (field[0]) {
		char type[128];

		entra_field(form, "client_assertion_type", type, sizeof(type));
		if (strcmp(type, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") != 0)
			return entra_fail(body, 400, "invalid_request", 90014,
				"client_assertion_type is wrong.");
		if (jwt_peek(field, &peeked, &why) == OK &&
			strncmp(text_at(peeked, "iss"), "https://", 8) == 0)
			return entra_federated(e, app, peeked, field, now_unix, body);
		return assertion_check(e, app, tenant, field, now_unix, body);
	}
	entra_field(form, "client_secret", field, sizeof(field));
	if (!field[0])
		return entra_fail(body, 401, "invalid_client", 7000218,
			"The body must contain client_assertion or client_secret.");
	if (app->client_secret[0] && strcmp(field, app->client_secret) != 0)
		return entra_fail(
			body, 401, "invalid_client", 7000215, "Invalid client secret provided.");
	return 200;
}

json_t *entra_roles(unsigned roles)
{
	json_t *list = json_array();

	for (unsigned bit = 1; role_name(bit); bit <<= 1)
		if (roles & bit)
			json_array_append_new(list, json_string(role_name(bit)));
	return list;
}

static const char *audience(const struct entra *e, const char *scope)
{
	size_t n = strlen(e->origin);

	if (strcmp(scope, "https://graph.microsoft.com/.default") == 0 ||
		(strncmp(scope, e->origin, n) == 0 && strcmp(scope + n, "/.default") == 0))
		return "https://graph.microsoft.com";
	if (strcmp(scope, "https://api.botframework.com/.default") == 0)
		return "https://api.botframework.com";
	return NULL;
}

/* Exactly one resource, whole. */
static int scope_check(const struct entra *e, const char *scope, const char **aud, json_t **body)
{
	static const char whole[] = "/.default";
	size_t n = strlen(scope), tail = sizeof(whole) - 1;

	if (!scope[0])
		return entra_fail(body, 400, "invalid_request", 900144,
			"The request body must contain the following parameter: 'scope'.");
	if (strchr(scope, ' '))
		return entra_fail(body, 400, "invalid_scope", 700022,
			"The scope names more than one resource.");
	if (n <= tail || strcmp(scope + n - tail, whole) != 0)
		return entra_fail(body, 400, "invalid_scope", 1002012,
			"Client credential flows must have a scope value with /.default suffixed "
			"to the resource identifier.");
	*aud = audience(e, scope);
	if (!*aud)
		return entra_fail(body, 400, "invalid_resource", 500011,
			"The resource principal was not found in the tenant.");
	return 200;
}

static char *access_token(const struct entra *e, const struct app *app, const char *tenant,
	const char *aud, uint64_t now_unix)
{
	json_int_t now = (json_int_t)now_unix;
	char iss[96];
	CLEAN(json_decref) json_t *claims = NULL;

	snprintf(iss, sizeof(iss), "https://sts.windows.net/%s/", tenant);
	claims = json_pack("{ss, ss, sI, sI, sI, ss, ss, ss, ss, so}", "aud", aud, "iss", iss,
		"iat", now, "nbf", now, "exp", now + TOKEN_S, "appid", app->app_id, "tid", tenant,
		"idtyp", "app", "ver", "1.0", "roles", entra_roles(app->roles));
	return claims ? jwt_sign(e->graph, claims) : NULL;
}

/* Some registration has consent there. out is the GUID as we write it. */
bool entra_tenant(const struct entra *e, const char *tenant, char out[GUID_TEXT])
{
	struct guid g;

	if (guid_parse(tenant, strlen(tenant), &g) != OK)
		return false;
	guid_print(g, out);
	for (size_t i = 0; i < e->scn->n_apps; i++)
		if (app_serves(&e->scn->app[i], out))
			return true;
	return false;
}

bool entra_place(const struct entra *e, const char *name, char out[GUID_TEXT])
{
	out[0] = '\0';
	return strcmp(name, "common") == 0 || strcmp(name, "organizations") == 0 ||
	       entra_tenant(e, name, out);
}

static const char ON_BEHALF[] = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/* For the application itself. Of /organizations the tenant is the registration's home, which is
 * seldom the one that was meant; /common has none. */
static int app_only(const struct entra *e, const struct app *app, const char *tenant,
	const char *form, uint64_t now_unix, json_t **body)
{
	char scope[256];
	const char *aud = NULL;
	CLEAN(free) char *token = NULL;
	int status;

	if (strcmp(tenant, "common") == 0)
		return entra_fail(body, 400, "invalid_request", 9001023,
			"The grant type is not supported over the /common endpoint.");
	entra_field(form, "scope", scope, sizeof(scope));
	status = scope_check(e, scope, &aud, body);
	if (status != 200)
		return status;
	token = access_token(
		e, app, app_serves(app, tenant) ? tenant : app->tenant[0], aud, now_unix);
	if (!token)
		return entra_fail(body, 500, "server_error", 50000, "No token could be signed.");
	*body = json_pack("{ss, si, si, ss}", "token_type", "Bearer", "expires_in", TOKEN_S,
		"ext_expires_in", TOKEN_S, "access_token", token);
	return 200;
}

int entra_token(
	struct entra *e, const char *tenant, const char *form, uint64_t now_unix, json_t **body)
{
	char grant[64], tid[GUID_TEXT];
	const struct app *app;
	int status;

	if (!entra_place(e, tenant, tid))
		return entra_fail(body, 400, "invalid_request", 90002, "Tenant not found.");
	entra_field(form, "grant_type", grant, sizeof(grant));
	if (strcmp(grant, "client_credentials") != 0 && strcmp(grant, ON_BEHALF) != 0 &&
		strcmp(grant, "authorization_code") != 0)
		return entra_fail(body, 400, "unsupported_grant_type", 70003,
			"The grant type is not supported.");
	app = client_of(e, tid, form, body);
	if (!app)
		return 400;
	status = client_check(e, app, tenant, form, now_unix, body);
	if (status != 200)
		return status;
	if (strcmp(grant, ON_BEHALF) == 0)
		return entra_on_behalf(e, app, tid, form, now_unix, body);
	if (strcmp(grant, "authorization_code") == 0)
		return entra_redeem(e, app, tid, form, now_unix, body);
	return app_only(e, app, tid[0] ? tid : tenant, form, now_unix, body);
}

static void bad(struct sim_bearer *out, const char *text)
{
	out->verdict = BEARER_BAD;
	snprintf(out->why, sizeof(out->why), "%.90s", text);
}

void entra_bearer(
	const struct entra *e, const char *authorization, uint64_t now_unix, struct sim_bearer *out)
{
	CLEAN(json_decref) json_t *claims = NULL;
	json_t *roles;
	struct why why;

	*out = (struct sim_bearer){ .verdict = BEARER_NONE };
	if (!authorization || strncasecmp(authorization, "Bearer ", 7) != 0)
		return;
	if (jwt_verify(e->graph, authorization + 7, now_unix, &claims, &why) != OK) {
		bad(out, why.text);
		return;
	}
	out->connector = strcmp(text_at(claims, "aud"), "https://api.botframework.com") == 0;
	if (!out->connector && strcmp(text_at(claims, "aud"), "https://graph.microsoft.com") != 0) {
		bad(out, "Access token validation failure. Invalid audience.");
		return;
	}
	/* A managed identity may be nobody here; every handler counts on a registration. */
	if (!scenario_app(e->scn, text_at(claims, "appid"))) {
		bad(out, "The identity of the calling application could not be established.");
		return;
	}
	out->verdict = BEARER_GOOD;
	snprintf(out->tenant, sizeof(out->tenant), "%s", text_at(claims, "tid"));
	snprintf(out->app_id, sizeof(out->app_id), "%s", text_at(claims, "appid"));
	if (text_at(claims, "scp")[0])
		snprintf(out->user, sizeof(out->user), "%s", text_at(claims, "oid"));
	roles = json_object_get(claims, "roles");
	for (size_t i = 0; i < json_array_size(roles); i++)
		out->roles |= role_of(json_string_value(json_array_get(roles, i)));
}

char *entra_change_token(
	const struct entra *e, const char *app_id, const char *tenant, uint64_t now_unix)
{
	json_int_t now = (json_int_t)now_unix;
	char iss[96];
	CLEAN(json_decref) json_t *claims = NULL;

	snprintf(iss, sizeof(iss), "https://sts.windows.net/%s/", tenant);
	claims = json_pack("{ss, ss, ss, ss, ss, sI, sI, sI, ss}", "aud", app_id, "iss", iss, "tid",
		tenant, "appid", "0bf30f3b-4a52-48df-9a82-234910c4a086", "appidacr", "2", "iat",
		now, "nbf", now, "exp", now + TOKEN_S, "ver", "1.0");
	return claims ? jwt_sign(e->people, claims) : NULL;
}

/* No tid: a Connector's token names the service, and its activity the tenant. */
char *entra_activity_token(
	const struct entra *e, const char *app_id, const char *service_url, uint64_t now_unix)
{
	json_int_t now = (json_int_t)now_unix;
	CLEAN(json_decref)
	json_t *claims = json_pack("{ss, ss, ss, sI, sI}", "iss", "https://api.botframework.com",
		"aud", app_id, "serviceurl", service_url, "nbf", now, "exp", now + 3600);

	return claims ? jwt_sign(e->chats, claims) : NULL;
}

char *entra_notification_token(
	const struct entra *e, const struct token_wish *wish, uint64_t now_unix)
{
	json_int_t now = (json_int_t)now_unix;
	CLEAN(json_decref)
	json_t *claims = json_pack("{ss, ss, ss, sI, sI}", "iss",
		wish->graph_issuer ? "https://graph.microsoft.com" : "https://api.botframework.com",
		"aud", wish->app_id, "tid", wish->tenant, "nbf", now, "exp", now + NOTIFICATION_S);

	if (!claims)
		return NULL;
	return wish->evil == EVIL_NOT ? jwt_sign(e->calls, claims)
				      : jwt_sign_evil(e->calls, claims, wish->evil, now_unix);
}

/* The old key is gone from the published set at once: who keeps it for long is shut out. */
bool entra_roll(struct entra *e)
{
	struct jwt_key *fresh = jwt_key_new();

	if (!fresh)
		return false;
	jwt_key_free(e->calls);
	e->calls = fresh;
	return true;
}

char *entra_person_token(const struct entra *e, json_t *asked, uint64_t now_unix)
{
	json_int_t now = (json_int_t)now_unix;
	const char *user = NULL, *name = "Somebody", *scp = "access_as_user";
	const char *tenant = e->scn->tenant, *azp = e->scn->app_id, *idtyp = NULL;
	const char *username = NULL;
	json_int_t life_s = TOKEN_S;
	json_t *roles = NULL;
	char iss[128];
	CLEAN(json_decref) json_t *claims = NULL;

	if (json_unpack_ex(asked, NULL, JSON_STRICT, "{ss, s?s, s?s, s?o, s?s, s?s, s?s, s?I, s?s}",
		    "user", &user, "name", &name, "scp", &scp, "roles", &roles, "tenant", &tenant,
		    "azp", &azp, "idtyp", &idtyp, "life_s", &life_s, "preferred_username",
		    &username) != 0)
		return NULL;
	snprintf(iss, sizeof(iss), "https://login.microsoftonline.com/%s/v2.0", tenant);
	claims = json_pack("{ss, ss, ss, ss, ss, ss, ss*, ss, sI, sI, sI, ss, sO*, ss*, ss*}",
		"iss", iss, "aud", e->scn->app_id, "tid", tenant, "oid", user, "sub", user, "name",
		name, "scp", scp[0] ? scp : NULL, "azp", azp, "iat", now, "nbf", now, "exp",
		now + life_s, "ver", "2.0", "roles", roles, "idtyp", idtyp, "preferred_username",
		username);
	return claims ? jwt_sign(e->people, claims) : NULL;
}
