/* Who is let in: what a receiver wants its tokens to say, and whether one says it. */
#include "auth/jose/claims.h"

#include "auth/jose/jws.h"
#include "auth/jose/url.h"
#include "bot/base/text.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

bool claims_issuer_of(const char *form, struct guid tid, char out[ISSUER_MAX])
{
	static const char placeholder[] = "{tenantid}";
	const char *at = strcasestr(form, placeholder);
	char tenant[GUID_TEXT];
	struct text t = text_of(out, ISSUER_MAX);

	if (!at)
		return text_copy(out, ISSUER_MAX, form) == OK;
	if (guid_is_none(tid))
		return false;
	guid_print(tid, tenant);
	text_add_bytes(&t, form, (size_t)(at - form));
	text_add(&t, "%s%s", tenant, at + strlen(placeholder));
	return !t.cut;
}

bool claims_issuer_fits(const char *form, const char *text, struct guid tid)
{
	char whole[ISSUER_MAX];

	return claims_issuer_of(form, tid, whole) && !strcmp(whole, text);
}

static const struct token_issuer *issuer_of(const struct claims *c, const struct token_profile *p)
{
	for (size_t i = 0; i < p->n_issuers; i++)
		if (claims_issuer_fits(p->issuer[i].form, c->iss, c->tid))
			return &p->issuer[i];
	return NULL;
}

/* 9188040d-6c67-4c5b-b112-36a304b66dad: of all Microsoft accounts that belong to no organisation.
 */
static const struct guid personal = { { 0x91, 0x88, 0x04, 0x0d, 0x6c, 0x67, 0x4c, 0x5b, 0xb1, 0x12,
	0x36, 0xa3, 0x04, 0xb6, 0x6d, 0xad } };

static bool tenant_is_ours(struct guid tid, const struct token_profile *p)
{
	for (size_t i = 0; i < p->n_tenants; i++)
		if (!guid_is_none(tid) && guid_same(p->tenant[i], tid))
			return true;
	return p->n_tenants == 0 && !p->entra;
}

static enum err check_tenant(const struct claims *c, const struct token_profile *p, struct why *why)
{
	char tenant[GUID_TEXT];

	if (p->need_tid && guid_is_none(c->tid))
		return FAIL(why, E_DENIED, "%s token: no tid", p->name);
	if (guid_same(c->tid, personal))
		return FAIL(why, E_DENIED, "%s token: of a personal account", p->name);
	if (p->entra && !c->tid_is_plain)
		return FAIL(why, E_DENIED, "%s token: tid is not in lower case", p->name);
	if (tenant_is_ours(c->tid, p))
		return OK;
	guid_print(c->tid, tenant);
	return FAIL(why, E_DENIED, "%s token: tenant %s is not one of ours", p->name, tenant);
}

/* Version 1.0 names the client in appid, 2.0 in azp; a token that names both is neither. */
static enum err check_client(const struct claims *c, const struct token_profile *p, struct why *why)
{
	bool by_appid = !strcmp(c->ver, "1.0");
	const char *client = by_appid ? c->appid : c->azp, *other = by_appid ? c->azp : c->appid;

	if (p->n_clients == 0)
		return OK;
	if (other[0])
		return FAIL(why, E_DENIED, "%s token: of version \"%s\", and has %s", p->name,
			c->ver, by_appid ? "azp" : "appid");
	for (size_t i = 0; i < p->n_clients; i++)
		if (!strcasecmp(p->client[i], client))
			return OK;
	return FAIL(
		why, E_DENIED, "%s token: asked for by app \"%s\", which may not", p->name, client);
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
	const struct token_issuer *issuer = issuer_of(c, p);

	assert(p->n_issuers <= PROFILE_ISSUERS_MAX && p->n_tenants <= PROFILE_TENANTS_MAX &&
		p->n_clients <= PROFILE_CLIENTS_MAX);
	if (!issuer)
		return FAIL(why, E_DENIED, "%s token: iss \"%s\" is not one of ours (\"%s\" is)",
			p->name, c->iss, p->n_issuers ? p->issuer[0].form : "none");
	if (!c->aud[0] || strcasecmp(c->aud, p->audience) != 0)
		return FAIL(why, E_DENIED, "%s token: aud \"%s\" is not our app id \"%s\"", p->name,
			c->aud, p->audience);
	if (issuer->ver[0] && strcmp(c->ver, issuer->ver) != 0)
		return FAIL(why, E_DENIED, "%s token: ver \"%s\" is not its issuer's, \"%s\"",
			p->name, c->ver, issuer->ver);
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

enum err profile_issuer_add(
	struct token_profile *p, const char *form, const char *ver, struct why *why)
{
	struct token_issuer *at = &p->issuer[p->n_issuers];
	char host[ISSUER_MAX];
	enum err e;

	if (p->n_issuers == PROFILE_ISSUERS_MAX)
		return FAIL(why, E_LIMIT, "%s tokens: more than %d issuers", p->name,
			PROFILE_ISSUERS_MAX);
	if (text_copy(at->form, sizeof(at->form), form) != OK ||
		text_copy(at->ver, sizeof(at->ver), ver) != OK)
		return FAIL(why, E_MALFORMED, "%s tokens: issuer \"%.100s\" is too long", p->name,
			form);
	e = url_check(form, true, host, sizeof(host), why);
	p->n_issuers += e == OK;
	return e;
}

enum err profile_call(struct token_profile *out, const char *app_id, struct why *why)
{
	enum err e = profile_of_bot(out, "call", app_id, why);

	out->need_tid = out->cty_jwt = true;
	if (e == OK)
		e = profile_issuer_add(out, "https://graph.microsoft.com", "", why);
	return e == OK ? profile_issuer_add(out, "https://api.botframework.com", "", why) : e;
}

enum err profile_chat(struct token_profile *out, const char *app_id, struct why *why)
{
	enum err e = profile_of_bot(out, "chat", app_id, why);

	out->endorsed = out->cty_jwt = true;
	return e == OK ? profile_issuer_add(out, "https://api.botframework.com", "", why) : e;
}

enum err profile_media(struct token_profile *out, const char *resource_id, struct why *why)
{
	return profile_of_bot(out, "media", resource_id, why);
}

enum err profile_change(
	struct token_profile *out, const char *authority, const char *app_id, struct why *why)
{
	char issuer[ISSUER_MAX];
	struct text t = TEXT(issuer);
	enum err e = profile_of_bot(out, "change", app_id, why);

	text_add(&t, "%s/{tenantid}/v2.0", authority);
	if (e == OK && t.cut)
		e = FAIL(why, E_MALFORMED, "the authority is too long for an issuer");

	out->entra = out->need_tid = true;
	/* "Microsoft Graph Change Tracking", in every tenant of every cloud. */
	memcpy(out->client[out->n_clients++], "0bf30f3b-4a52-48df-9a82-234910c4a086", GUID_TEXT);
	if (e == OK)
		e = profile_issuer_add(out, "https://sts.windows.net/{tenantid}/", "1.0", why);
	return e == OK ? profile_issuer_add(out, issuer, "2.0", why) : e;
}
