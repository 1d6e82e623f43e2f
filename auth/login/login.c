#include "auth/login/login.h"

#include "auth/jose/jws.h"
#include "bot/base/text.h"

#include <string.h>

/* Who fetches tokens for our tab: Teams on desktop and mobile, and Teams in a browser. */
static const char *const teams_clients[] = { "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
	"5e3ce6c0-2b1f-4285-8d4b-75ee78787346" };

static const struct {
	enum login_role role;
	const char *name;
} roles[] = {
	{ ROLE_AGENT, "Agent" },
	{ ROLE_SUPERVISOR, "Supervisor" },
	{ ROLE_ADMIN, "Admin" },
};

const char *role_name(enum login_role role)
{
	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		if (roles[i].role == role)
			return roles[i].name;
	return "";
}

static enum err read_ids(
	struct token_profile *out, const char *app_id, const char *tenant_id, struct why *why)
{
	struct guid app;

	if (guid_parse(app_id, strlen(app_id), &app) != OK)
		return FAIL(why, E_MALFORMED, "app id \"%s\" is not a GUID", app_id);
	if (guid_parse(tenant_id, strlen(tenant_id), &out->tenant[0]) != OK)
		return FAIL(why, E_MALFORMED, "tenant id \"%s\" is not a GUID", tenant_id);
	out->n_tenants = 1;
	guid_print(app, out->audience);
	guid_print(app, out->client[out->n_clients++]);
	return OK;
}

enum err login_profile(struct token_profile *out, const char *authority, const char *app_id,
	const char *tenant_id, struct why *why)
{
	char issuer[2 * ISSUER_MAX];
	struct text t = TEXT(issuer);
	enum err e;

	*out = (struct token_profile){ .name = "user",
		.algs = JWS_RS256,
		.token_bytes_max = JWS_BYTES_MAX,
		.need_tid = true,
		.scope = "access_as_user",
		.entra = true,
		.skew_s = SKEW_S };
	e = read_ids(out, app_id, tenant_id, why);
	for (size_t i = 0; e == OK && i < ARRAY_LEN(teams_clients); i++)
		e = text_copy(out->client[out->n_clients++], GUID_TEXT, teams_clients[i]);
	if (e != OK)
		return e;
	text_add(&t, "%.*s/{tenantid}/v2.0", ISSUER_MAX, authority);
	return profile_issuer_add(out, issuer, "2.0", why);
}

static unsigned roles_of(const struct claims *c)
{
	unsigned has = 0;

	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		if (claims_list_has(c->roles, roles[i].name))
			has |= roles[i].role;
	return has;
}

enum err login_verify(struct keys *k, const struct token_profile *profile, uint64_t now_ms,
	uint64_t now_unix_s, const char *token, size_t n, struct person *out, struct why *why)
{
	struct claims c;
	enum err e;

	*out = (struct person){ .roles = 0 };
	e = keys_verify(k, profile, now_ms, now_unix_s, token, n, &c, why);
	if (e != OK)
		return e;
	/* Names and mail addresses change hands; the object id does not. */
	if (guid_is_none(c.oid))
		return FAIL(why, E_DENIED, "user token: no oid");
	*out = (struct person){
		.tenant = c.tid, .user = c.oid, .roles = roles_of(&c), .exp_unix_s = c.exp_unix_s
	};
	memcpy(out->username, c.username, sizeof(out->username));
	if (!out->roles)
		return FAIL(why, E_DENIED,
			"user token: no role: assign Agent, Supervisor or Admin in the enterprise "
			"application");
	return OK;
}

enum err login_verify_app(struct keys *k, const struct token_profile *people, uint64_t now_ms,
	uint64_t now_unix_s, const char *token, size_t n, struct person *out, struct why *why)
{
	struct token_profile profile = *people;
	struct claims c;
	struct guid app;
	enum err e;

	*out = (struct person){ .roles = 0 };
	profile.scope[0] = '\0';
	profile.n_clients = 0;
	e = keys_verify(k, &profile, now_ms, now_unix_s, token, n, &c, why);
	if (e != OK)
		return e;
	/* A person's token is a person's, whatever app asked for it. */
	if (c.scp[0] || !c.app_only || c.has_nonce)
		return FAIL(
			why, E_DENIED, "app token: it is a person's, or idtyp does not say app");
	if (guid_parse(c.azp, strlen(c.azp), &app) != OK || guid_is_none(c.oid))
		return FAIL(why, E_DENIED, "app token: no azp, or no oid");
	*out = (struct person){
		.tenant = c.tid, .user = c.oid, .app = app, .exp_unix_s = c.exp_unix_s
	};
	return roles_of(&c) ? OK : FAIL(why, E_DENIED, "app token: no role");
}
