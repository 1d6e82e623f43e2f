/* Who is let in: what a receiver wants its tokens to say, and whether one says it. */
#include "auth/jose/claims.h"

#include "auth/jose/jws.h"
#include "bot/base/text.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

bool claims_issuer_fits(const char *form, const char *text, struct guid tid)
{
	static const char placeholder[] = "{tenantid}";
	const char *at = strcasestr(form, placeholder);
	char whole[ISSUER_MAX + GUID_TEXT], tenant[GUID_TEXT];
	struct text t = TEXT(whole);

	if (!at)
		return !strcmp(form, text);
	if (guid_is_none(tid))
		return false;
	guid_print(tid, tenant);
	text_add_bytes(&t, form, (size_t)(at - form));
	text_add(&t, "%s%s", tenant, at + strlen(placeholder));
	return !t.cut && !strcmp(whole, text);
}

static enum err check_issuer(const struct claims *c, const struct token_profile *p, struct why *why)
{
	for (size_t i = 0; i < p->n_issuers; i++)
		if (claims_issuer_fits(p->issuer[i], c->iss, c->tid))
			return OK;
	return FAIL(why, E_DENIED, "%s token: iss \"%s\" is not one of ours (\"%s\" is)", p->name,
		c->iss, p->n_issuers ? p->issuer[0] : "none");
}

static enum err check_tenant(const struct claims *c, const struct token_profile *p, struct why *why)
{
	char tenant[GUID_TEXT];

	if (p->need_tid && guid_is_none(c->tid))
		return FAIL(why, E_DENIED, "%s token: no tid", p->name);
	if (p->n_tenants == 0)
		return OK;
	for (size_t i = 0; i < p->n_tenants; i++)
		if (!guid_is_none(c->tid) && guid_same(p->tenant[i], c->tid))
			return OK;
	guid_print(c->tid, tenant);
	return FAIL(why, E_DENIED, "%s token: tenant %s is not one of ours", p->name, tenant);
}

static enum err check_client(const struct claims *c, const struct token_profile *p, struct why *why)
{
	if (p->n_clients == 0)
		return OK;
	for (size_t i = 0; i < p->n_clients; i++)
		if (!strcasecmp(p->client[i], c->client))
			return OK;
	return FAIL(why, E_DENIED, "%s token: asked for by app \"%s\", which may not", p->name,
		c->client);
}

/* An app's own token may carry any role; only a person's has scopes. */
static enum err check_person(const struct claims *c, const struct token_profile *p, struct why *why)
{
	if (!p->scope[0])
		return OK;
	if (!claims_list_has(c->scp, p->scope))
		return FAIL(
			why, E_DENIED, "%s token: scp \"%s\" lacks %s", p->name, c->scp, p->scope);
	if (c->app_only)
		return FAIL(why, E_DENIED, "%s token: idtyp says app", p->name);
	if (c->has_nonce)
		return FAIL(why, E_DENIED, "%s token: is an id_token", p->name);
	return OK;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Unsigned and below the year 10000 all of them, so no sum here wraps. */
static enum err check_times(
	const struct claims *c, const struct token_profile *p, uint64_t now, struct why *why)
{
	uint64_t start = later(c->nbf_unix_s, c->iat_unix_s), exp = c->exp_unix_s;

	if (exp == 0)
		return FAIL(why, E_DENIED, "%s token: no exp", p->name);
	if (now >= exp + p->skew_s)
		return FAIL(why, E_DENIED, "%s token: expired %llu s ago", p->name,
			(unsigned long long)(now - exp));
	if (start > now + p->skew_s)
		return FAIL(why, E_DENIED, "%s token: starts in %llu s; is our clock right?",
			p->name, (unsigned long long)(start - now));
	if (exp < start)
		return FAIL(why, E_DENIED, "%s token: ends before it starts", p->name);
	if (exp > (start ? start : now) + TOKEN_LIFE_S_MAX)
		return FAIL(why, E_DENIED, "%s token: lives longer than %d h", p->name,
			TOKEN_LIFE_S_MAX / 3600);
	return OK;
}

enum err claims_check(
	const struct claims *c, const struct token_profile *p, uint64_t now_unix_s, struct why *why)
{
	assert(p->n_issuers <= PROFILE_ISSUERS_MAX && p->n_tenants <= PROFILE_TENANTS_MAX &&
		p->n_clients <= PROFILE_CLIENTS_MAX);
	if (check_issuer(c, p, why) != OK)
		return E_DENIED;
	if (!c->aud[0] || strcasecmp(c->aud, p->audience) != 0)
		return FAIL(why, E_DENIED, "%s token: aud \"%s\" is not our app id \"%s\"", p->name,
			c->aud, p->audience);
	if (p->ver[0] && strcmp(c->ver, p->ver) != 0)
		return FAIL(why, E_DENIED, "%s token: ver \"%s\" is not \"%s\"", p->name, c->ver,
			p->ver);
	if (check_tenant(c, p, why) != OK || check_client(c, p, why) != OK ||
		check_person(c, p, why) != OK)
		return E_DENIED;
	return check_times(c, p, now_unix_s, why);
}

static enum err profile_of_bot(
	struct token_profile *out, const char *name, const char *app_id, struct why *why)
{
	struct guid id;

	*out = (struct token_profile){
		.algs = JWS_RS256, .token_bytes_max = BOT_TOKEN_BYTES_MAX, .skew_s = SKEW_S
	};
	if (guid_parse(app_id, strlen(app_id), &id) != OK)
		return FAIL(why, E_MALFORMED, "app id \"%s\" is not a GUID", app_id);
	guid_print(id, out->audience);
	return text_copy(out->name, sizeof(out->name), name);
}

static enum err add_issuer(struct token_profile *out, const char *issuer)
{
	return text_copy(out->issuer[out->n_issuers++], ISSUER_MAX, issuer);
}

enum err profile_call(struct token_profile *out, const char *app_id, struct why *why)
{
	enum err e = profile_of_bot(out, "call", app_id, why);

	if (e != OK)
		return e;
	out->need_tid = true;
	e = add_issuer(out, "https://graph.microsoft.com");
	return e == OK ? add_issuer(out, "https://api.botframework.com") : e;
}

enum err profile_chat(struct token_profile *out, const char *app_id, struct why *why)
{
	enum err e = profile_of_bot(out, "chat", app_id, why);

	if (e != OK)
		return e;
	out->endorsed = true;
	return add_issuer(out, "https://api.botframework.com");
}
