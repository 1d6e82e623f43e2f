/*
 * Tokens that speak for a person: /authorize without a page, codes with PKCE, on-behalf-of.
 * Source: Entra, v2-oauth2-auth-code-flow and v2-oauth2-on-behalf-of-flow.
 */
#include "graph/sim/entra_inside.h"

#include "bot/base/clean.h"
#include "bot/base/guid.h"
#include "bot/base/rng.h"
#include "bot/base/text.h"
#include "graph/sim/jwt_inside.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

enum { FIELD_BYTES = 8192 };

CLEAN_FN(json_decref, json_t *)

static const char *text_at(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "";
}

/* For Graph, in her name: scopes and no roles. */
static char *graph_token(const struct entra *e, const struct app *app, const char *tenant,
	const char *user, const char *name, const char *scp, uint64_t now_unix)
{
	json_int_t now = (json_int_t)now_unix;
	char iss[96];
	CLEAN(json_decref) json_t *claims = NULL;

	snprintf(iss, sizeof(iss), "https://sts.windows.net/%s/", tenant);
	claims = json_pack("{ss, ss, sI, sI, sI, ss, ss, ss, ss, ss, ss, ss}", "aud",
		"https://graph.microsoft.com", "iss", iss, "iat", now, "nbf", now, "exp",
		now + TOKEN_S, "appid", app->app_id, "tid", tenant, "oid", user, "name", name,
		"scp", scp, "idtyp", "user", "ver", "1.0");
	return claims ? jwt_sign(e->graph, claims) : NULL;
}

/* For the application itself: scp of an access token, nonce of an id_token. */
static char *own_token(
	const struct entra *e, const struct code *c, const char *scp, uint64_t now_unix)
{
	json_int_t now = (json_int_t)now_unix;
	char iss[128];
	CLEAN(json_decref) json_t *claims = NULL;

	snprintf(iss, sizeof(iss), "https://login.microsoftonline.com/%s/v2.0", c->tenant);
	claims = json_pack("{ss, ss, ss, ss, ss, ss, ss, sI, sI, sI, ss, s[s], ss*, ss*}", "iss",
		iss, "aud", c->app->app_id, "tid", c->tenant, "oid", c->user, "sub", c->user,
		"name", c->name, "azp", c->app->app_id, "iat", now, "nbf", now, "exp",
		now + TOKEN_S, "ver", "2.0", "roles", "Agent", "scp", scp, "nonce",
		scp || !c->nonce[0] ? NULL : c->nonce);
	return claims ? jwt_sign(e->people, claims) : NULL;
}

/* The scopes of Graph in a list, without its address and without OpenID's own; "" when none is. */
static void graph_scopes(const char *scope, char *out, size_t room)
{
	static const char host[] = "https://graph.microsoft.com/";
	struct text t = text_of(out, room);

	while (*scope) {
		size_t n = strcspn(scope, " ");

		if (n > sizeof(host) - 1 && strncmp(scope, host, sizeof(host) - 1) == 0)
			text_add(&t, "%s%.*s", t.used ? " " : "", (int)(n - sizeof(host) + 1),
				scope + sizeof(host) - 1);
		scope += n;
		scope += strspn(scope, " ");
	}
}

static int answer(json_t **body, char *access, char *id, const char *scope)
{
	if (!access)
		return entra_fail(body, 500, "server_error", 50000, "No token could be signed.");
	*body = json_pack("{ss, si, si, ss, ss, ss*}", "token_type", "Bearer", "expires_in",
		TOKEN_S, "ext_expires_in", TOKEN_S, "scope", scope, "access_token", access,
		"id_token", id);
	return 200;
}

int entra_on_behalf(struct entra *e, const struct app *app, const char *tenant, const char *form,
	uint64_t now_unix, json_t **body)
{
	char assertion[FIELD_BYTES], scope[512], use[32], graph[512];
	CLEAN(json_decref) json_t *claims = NULL;
	CLEAN(free) char *token = NULL;
	struct why why;

	entra_field(form, "requested_token_use", use, sizeof(use));
	entra_field(form, "assertion", assertion, sizeof(assertion));
	entra_field(form, "scope", scope, sizeof(scope));
	graph_scopes(scope, graph, sizeof(graph));
	if (strcmp(use, "on_behalf_of") != 0)
		return entra_fail(body, 400, "invalid_request", 900144,
			"requested_token_use: want on_behalf_of.");
	if (jwt_verify(e->people, assertion, now_unix, &claims, &why) != OK)
		return entra_fail(body, 400, "invalid_grant", 500133, why.text);
	if (!text_same_nocase(text_at(claims, "aud"), app->app_id) ||
		(tenant[0] && !text_same_nocase(text_at(claims, "tid"), tenant)))
		return entra_fail(body, 400, "invalid_grant", 50013,
			"The assertion was made out to somebody else.");
	if (!text_at(claims, "scp")[0])
		return entra_fail(body, 400, "invalid_grant", 240002,
			"An id_token cannot be used as an assertion.");
	if (!graph[0])
		return entra_fail(body, 400, "invalid_scope", 70011,
			"The provided value for scope is not valid.");
	token = graph_token(e, app, text_at(claims, "tid"), text_at(claims, "oid"),
		text_at(claims, "name"), graph, now_unix);
	return answer(body, token, NULL, graph);
}

/* RFC 7636: BASE64URL(SHA256(verifier)). */
static void challenge_of(const char *verifier, char out[64])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	out[0] = '\0';
	if (EVP_Digest(verifier, strlen(verifier), digest, &n, EVP_sha256(), NULL) != 1)
		return;
	jwt_b64(digest, n, out);
}

static struct code *code_find(struct entra *e, const char *text)
{
	for (size_t i = 0; text[0] && i < CODES_MAX; i++)
		if (strcmp(e->code[i].text, text) == 0)
			return &e->code[i];
	return NULL;
}

/* What Microsoft's clients tell accounts by. */
static void client_info(const struct code *c, json_t *body)
{
	char plain[128], text[192];

	snprintf(plain, sizeof(plain), "{\"uid\":\"%s\",\"utid\":\"%s\"}", c->user, c->tenant);
	jwt_b64((const uint8_t *)plain, strlen(plain), text);
	json_object_set_new(body, "client_info", json_string(text));
}

int entra_redeem(struct entra *e, const struct app *app, const char *tenant, const char *form,
	uint64_t now_unix, json_t **body)
{
	char text[64], redirect[SCENARIO_URL], verifier[160], challenge[64], scope[512], graph[512];
	CLEAN(free) char *access = NULL, *id = NULL;
	char use[8];
	struct code *c;
	int status;

	entra_field(form, "code", text, sizeof(text));
	entra_field(form, "redirect_uri", redirect, sizeof(redirect));
	entra_field(form, "code_verifier", verifier, sizeof(verifier));
	entra_field(form, "scope", scope, sizeof(scope));
	challenge_of(verifier, challenge);
	c = code_find(e, text);
	if (!c || c->app != app || (tenant[0] && !text_same_nocase(c->tenant, tenant)) ||
		now_unix > c->until_unix)
		return entra_fail(
			body, 400, "invalid_grant", 70008, "The code is unknown or has expired.");
	if (c->used)
		return entra_fail(
			body, 400, "invalid_grant", 54005, "The code was redeemed already.");
	if (strcmp(c->redirect, redirect) != 0)
		return entra_fail(body, 400, "invalid_grant", 500112,
			"redirect_uri is not the one of the request.");
	if (strcmp(c->challenge, challenge) != 0)
		return entra_fail(body, 400, "invalid_grant", 501481,
			"The code_verifier does not match the code_challenge.");
	c->used = true;
	graph_scopes(scope, graph, sizeof(graph));
	id = own_token(e, c, NULL, now_unix);
	access = graph[0] ? graph_token(e, app, c->tenant, c->user, c->name, graph, now_unix)
			  : own_token(e, c, "access_as_user", now_unix);
	status = answer(body, access, id, graph[0] ? graph : "access_as_user");
	entra_field(form, "client_info", use, sizeof(use));
	if (status == 200 && strcmp(use, "1") == 0)
		client_info(c, *body);
	return status;
}

static const struct agent *person_hinted(
	const struct entra *e, const struct app *app, const char *hint, const char *tenant)
{
	for (size_t i = 0; i < e->scn->n_agents; i++) {
		const struct agent *a = &e->scn->agent[i];

		if (a->user[0] && app_serves(app, a->tenant) &&
			(!tenant[0] || text_same_nocase(a->tenant, tenant)) &&
			(!hint[0] || text_same_nocase(a->user, hint) ||
				text_same_nocase(a->name, hint)))
			return a;
	}
	return NULL;
}

static void escape(struct text *t, const char *text)
{
	for (; *text; text++)
		if (isalnum((unsigned char)*text) || strchr("-_.~", *text))
			text_add(t, "%c", *text);
		else
			text_add(t, "%%%02X", (unsigned char)*text);
}

int entra_authorize(struct entra *e, const char *tenant, const json_t *query, uint64_t now_unix,
	char *location, size_t room, json_t **body)
{
	const struct app *app = scenario_app(e->scn, text_at(query, "client_id"));
	struct code *c = &e->code[e->n_codes % CODES_MAX];
	struct text t = text_of(location, room);
	char tid[GUID_TEXT];
	const struct agent *a;
	struct guid g;

	if (!entra_place(e, tenant, tid))
		return entra_fail(body, 400, "invalid_request", 90002, "Tenant not found.");
	if (!app || (tid[0] && !app_serves(app, tid)))
		return entra_fail(body, 400, "unauthorized_client", 700016,
			"Application was not found in the directory.");
	if (strcmp(text_at(query, "response_type"), "code") != 0 ||
		strcmp(text_at(query, "code_challenge_method"), "S256") != 0 ||
		strlen(text_at(query, "code_challenge")) != 43 ||
		strncmp(text_at(query, "redirect_uri"), "http", 4) != 0)
		return entra_fail(body, 400, "invalid_request", 900144,
			"Want response_type=code, redirect_uri, and a code_challenge of S256.");
	a = person_hinted(e, app, text_at(query, "login_hint"), tid);
	if (!a)
		return entra_fail(body, 400, "login_required", 50058, "Nobody is signed in.");
	e->n_codes++;
	*c = (struct code){ .app = app, .until_unix = now_unix + CODE_S };
	random_bytes(&g, sizeof(g));
	guid_print(g, c->text);
	snprintf(c->tenant, sizeof(c->tenant), "%s", a->tenant);
	snprintf(c->user, sizeof(c->user), "%s", a->user);
	snprintf(c->name, sizeof(c->name), "%s", a->name);
	snprintf(c->redirect, sizeof(c->redirect), "%s", text_at(query, "redirect_uri"));
	snprintf(c->challenge, sizeof(c->challenge), "%s", text_at(query, "code_challenge"));
	snprintf(c->nonce, sizeof(c->nonce), "%s", text_at(query, "nonce"));
	text_add(&t, "%s%ccode=%s&state=", c->redirect, strchr(c->redirect, '?') ? '&' : '?',
		c->text);
	escape(&t, text_at(query, "state"));
	if (t.cut)
		return entra_fail(body, 400, "invalid_request", 90015, "The request is too long.");
	return 302;
}
