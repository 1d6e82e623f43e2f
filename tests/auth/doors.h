#ifndef TESTS_AUTH_DOORS_H
#define TESTS_AUTH_DOORS_H

/*
 * The four doors tokens come to, a good token for each, and rows that say in what a token
 * differs from it. One trust root holds keys of every kind, so that a token is refused by the
 * rule its row means and not for want of a key.
 */

#include "auth/jose/jws.h"
#include "auth/login/login.h"

#include "tests/auth/hands.h"
#include "tests/auth/root.h"

/* A row names what differs; the rest is zero. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define APP "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01"
#define APP_UPPER "4B1F2D00-8E4C-4D0E-9A55-0D9F0C7F1A01"
#define TENANT "72f988bf-86f1-41af-91ab-2d7cd011db47"
#define TENANT_UPPER "72F988BF-86F1-41AF-91AB-2D7CD011DB47"
#define OTHER "11111111-2222-3333-4444-555555555555"
#define PERSONAL "9188040d-6c67-4c5b-b112-36a304b66dad"
#define USER_ID "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
#define TEAMS "1fec8e78-bce4-4aaf-ab1b-5451cc387264"
#define TEAMS_WEB "5e3ce6c0-2b1f-4285-8d4b-75ee78787346"
#define TRACKING "0bf30f3b-4a52-48df-9a82-234910c4a086"
#define LOGIN "https://login.microsoftonline.com/"
#define STS "https://sts.windows.net/"

enum { NOW = 1700000000, EDITS_MAX = 4, CLAIMS_MAX = 16 };

enum door { CALL = 1, CHAT = 2, CHANGE = 4, USER = 8 };
enum { DOORS = 4, ENTRA = CHANGE | USER, BOT = CALL | CHAT, TENANTED = CALL | ENTRA, ALL = 15 };
enum who { PLAIN, CURVE, WEAK, THIEF, PS_ALONE, OTHERS, KEYS };

/* A claim and its JSON; value NULL: without it. Text is what most are. */
struct edit {
	const char *name, *value;
};
#define T(text) "\"" text "\""

struct row {
	const char *name;
	unsigned doors;   /* enum door bits */
	const char *says; /* what our log reads; NULL for a token that passes */
	struct edit edit[EDITS_MAX];
	const char *header; /* NULL: the good one */
	enum mint_how how;
	enum who who;
	bool wide; /* every algorithm we have is allowed, to reach what RS256 alone would stop */
	bool unknown_kid; /* any answer but OK will do */
	void (*hand)(char *token);
	const char *before, *more, *after; /* around the claims, and before their last brace */
};

#define H(alg, kid, more) "{\"alg\":\"" alg "\",\"typ\":\"JWT\",\"kid\":\"" kid "\"" more "}"
#define GOOD_HEADER H("RS256", "rsa", "")
#define TIMES                                             \
	{ "nbf", "1699999900" }, { "iat", "1699999900" }, \
	{                                                 \
		"exp", "1700003600"                       \
	}

static const struct {
	const char *name;
	struct edit claim[CLAIMS_MAX];
} good[DOORS] = {
	{ "call", { { "iss", T("https://graph.microsoft.com") }, { "aud", T(APP) },
			  { "tid", T(TENANT) }, TIMES } },
	{ "chat",
		{ { "serviceurl", T("https://smba.test/emea/") },
			{ "iss", T("https://api.botframework.com") }, { "aud", T(APP) }, TIMES } },
	{ "change", { { "iss", T(STS TENANT "/") }, { "aud", T(APP) }, { "tid", T(TENANT) },
			    { "ver", T("1.0") }, { "appid", T(TRACKING) }, TIMES } },
	{ "user", { { "iss", T(LOGIN TENANT "/v2.0") }, { "aud", T(APP) }, { "tid", T(TENANT) },
			  { "oid", T(USER_ID) }, { "ver", T("2.0") }, { "azp", T(TEAMS) },
			  { "scp", T("access_as_user") }, { "roles", "[\"Agent\"]" }, TIMES } },
};

static EVP_PKEY *key[KEYS];
static struct token_profile profile[DOORS];
static struct keys *keys;

/* The value a row gives a claim: the row's, or the good one. */
MINT const char *edited(const struct row *r, const struct edit *claim)
{
	for (int e = 0; e < EDITS_MAX; e++)
		if (r->edit[e].name && !strcmp(r->edit[e].name, claim->name))
			return r->edit[e].value;
	return claim->value;
}

MINT bool is_of_door(const char *name, int door)
{
	for (int c = 0; c < CLAIMS_MAX && good[door].claim[c].name; c++)
		if (!strcmp(good[door].claim[c].name, name))
			return true;
	return false;
}

MINT void claims_write(const struct row *r, int door, struct text *t)
{
	const char *comma = "";

	text_add(t, "%s{", r->before ? r->before : "");
	for (int c = 0; c < CLAIMS_MAX && good[door].claim[c].name; c++) {
		const char *value = edited(r, &good[door].claim[c]);

		if (value)
			text_add(t, "%s\"%s\":%s", comma, good[door].claim[c].name, value);
		comma = value ? "," : comma;
	}
	for (int e = 0; e < EDITS_MAX && r->edit[e].name; e++)
		if (r->edit[e].value && !is_of_door(r->edit[e].name, door))
			text_add(t, "%s\"%s\":%s", comma, r->edit[e].name, r->edit[e].value);
	text_add(t, "%s}%s", r->more ? r->more : "", r->after ? r->after : "");
	assert(!t->cut);
}

MINT char *token_of(const struct row *r, int door)
{
	char claims[4096], *token;
	struct text t = TEXT(claims);

	claims_write(r, door, &t);
	token = mint_token(key[r->who], r->how, r->header ? r->header : GOOD_HEADER, claims);
	token = realloc(token, 2 * strlen(token) + 20000);
	assert(token);
	if (r->hand)
		r->hand(token);
	return token;
}

/* What the door says; for people with her roles, so that OK is somebody who may come in. */
MINT enum err show(int door, bool wide, const char *token, struct why *why)
{
	struct token_profile p = profile[door];
	struct person person;
	struct claims c;

	if (wide)
		p.algs = JWS_RS256 | JWS_PS256 | JWS_ES256;
	if (1 << door == USER)
		return login_verify(keys, &p, 1000, NOW, token, strlen(token), &person, why);
	return keys_verify(keys, &p, 1000, NOW, token, strlen(token), &c, why);
}

MINT void publish(struct text *t, enum who who, const char *kid, const char *more)
{
	text_add(t, t->used ? "," : "{\"keys\":[");
	mint_jwk(t, key[who], kid, more);
}

MINT void open_doors(void)
{
	static const char *const tenants[] = { TENANT, PERSONAL };
	enum err e[DOORS] = {
		profile_call(&profile[0], APP, NULL), profile_chat(&profile[1], APP, NULL),
		profile_change(&profile[2], "https://login.microsoftonline.com", APP, NULL),
		login_profile(&profile[3], "https://login.microsoftonline.com", APP, TENANT, NULL)
	};

	for (int d = 0; d < DOORS; d++) {
		assert(e[d] == OK);
		if (!(TENANTED & 1 << d))
			continue;
		/* Even who lists the tenant of personal accounts does not let them in. */
		profile[d].n_tenants = ARRAY_LEN(tenants);
		for (size_t t = 0; t < ARRAY_LEN(tenants); t++)
			e[d] = guid_parse(tenants[t], GUID_TEXT - 1, &profile[d].tenant[t]);
		assert(e[d] == OK);
	}
}

MINT int doors_set_up(void **state)
{
	static char document[16384];
	struct text t = TEXT(document);

	(void)state;
	for (int k = 0; k < KEYS; k++)
		key[k] = k == CURVE ? mint_ec("P-256") : mint_rsa(k == WEAK ? 1024 : 2048);
	hand_key = key[PLAIN];
	publish(&t, PLAIN, "rsa", ",\"use\":\"sig\"");
	publish(&t, PLAIN, "enc", ",\"use\":\"enc\"");
	publish(&t, CURVE, "ec", "");
	publish(&t, WEAK, "weak", "");
	publish(&t, OTHERS, "others", ",\"endorsements\":[\"webchat\"]");
	publish(&t, PLAIN, "endorsed", ",\"endorsements\":[\"webchat\",\"msteams\"]");
	publish(&t, PLAIN, "unendorsed", ",\"endorsements\":[]");
	publish(&t, PS_ALONE, "ps", ",\"alg\":\"PS256\"");
	publish(&t, PLAIN, "entra", ",\"issuer\":\"" LOGIN "{tenantid}/v2.0\"");
	publish(&t, PLAIN, "entra-1", ",\"issuer\":\"" STS "{TenantId}/\"");
	publish(&t, PLAIN, "ours", ",\"issuer\":\"" LOGIN TENANT "/v2.0\"");
	publish(&t, PLAIN, "theirs", ",\"issuer\":\"" LOGIN OTHER "/v2.0\"");
	publish(&t, PLAIN, "cloud",
		",\"issuer\":\"https://login.microsoftonline.us/{tenantid}/v2.0\"");
	text_add(&t, "]}");
	assert(!t.cut);
	open_doors();
	keys = root_new(1000);
	return root_serve(keys, 1000, document) == 2 ? 0 : -1;
}

MINT int doors_tear_down(void **state)
{
	(void)state;
	keys_free(keys);
	for (int k = 0; k < KEYS; k++)
		EVP_PKEY_free(key[k]);
	return 0;
}

#endif
