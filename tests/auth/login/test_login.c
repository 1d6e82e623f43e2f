/* People at the console: whose tokens pass, and which of them are nobody's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "auth/login/login.h"

#include "tests/auth/root.h"

/* A row names what differs from a good token; the rest is zero. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define APP "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01"
#define TENANT "72f988bf-86f1-41af-91ab-2d7cd011db47"
#define OTHER "11111111-2222-3333-4444-555555555555"
#define PERSONAL "9188040d-6c67-4c5b-b112-36a304b66dad"
#define USER "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
#define TEAMS "1fec8e78-bce4-4aaf-ab1b-5451cc387264"
#define TEAMS_WEB "5e3ce6c0-2b1f-4285-8d4b-75ee78787346"

enum { NOW = 1700000000 };

#define ISS_OF(tenant) "\"iss\":\"https://login.microsoftonline.com/" tenant "/v2.0\","
#define ISS ISS_OF(TENANT)
#define AUD "\"aud\":\"" APP "\","
#define TID "\"tid\":\"" TENANT "\","
#define OID "\"oid\":\"" USER "\","
#define VER "\"ver\":\"2.0\","
#define AZP "\"azp\":\"" TEAMS "\","
#define SCP "\"scp\":\"access_as_user\","
#define AGENT "\"roles\":[\"Agent\"],"
#define TIME "\"nbf\":1699999900,\"iat\":1699999900,\"exp\":1700003600"

static const struct {
	const char *name, *claims;
	unsigned roles;   /* 0: refused */
	const char *says; /* then: what our log reads */
	bool somebody;    /* refused for want of a role alone: 403 */
	const char *kid;  /* NULL: "entra" */
} rows[] = {
	{ "an agent", "{" ISS AUD TID OID VER AZP SCP AGENT TIME "}", ROLE_AGENT },
	{ "from the browser",
		"{" ISS AUD TID OID VER "\"azp\":\"" TEAMS_WEB "\"," SCP AGENT TIME "}",
		ROLE_AGENT },
	{ "from our own page", "{" ISS AUD TID OID VER "\"azp\":\"" APP "\"," SCP AGENT TIME "}",
		ROLE_AGENT },
	{ "all roles and one we do not know",
		"{" ISS AUD TID OID VER AZP SCP
		"\"roles\":[\"Admin\",\"Cook\",\"Supervisor\",\"Agent\"]," TIME "}",
		ROLE_AGENT | ROLE_SUPERVISOR | ROLE_ADMIN },
	{ "scopes around ours",
		"{" ISS AUD TID OID VER AZP "\"scp\":\"email access_as_user profile\"," AGENT TIME
		"}",
		ROLE_AGENT },
	{ "a key of any tenant", "{" ISS AUD TID OID VER AZP SCP AGENT TIME "}", ROLE_AGENT,
		.kid = "common" },
	{ "no roles", "{" ISS AUD TID OID VER AZP SCP TIME "}", 0, "no role", true },
	{ "an empty list of roles", "{" ISS AUD TID OID VER AZP SCP "\"roles\":[]," TIME "}", 0,
		"no role", true },
	{ "roles of nobody's", "{" ISS AUD TID OID VER AZP SCP "\"roles\":[\"Cook\"]," TIME "}", 0,
		"no role", true },
	{ "a role in lower case", "{" ISS AUD TID OID VER AZP SCP "\"roles\":[\"admin\"]," TIME "}",
		0, "no role", true },
	{ "two roles in one text",
		"{" ISS AUD TID OID VER AZP SCP "\"roles\":[\"Agent Admin\"]," TIME "}", 0,
		"no role", true },
	{ "roles a text", "{" ISS AUD TID OID VER AZP SCP "\"roles\":\"Admin\"," TIME "}", 0,
		"roles is not a list" },
	{ "roles with a number",
		"{" ISS AUD TID OID VER AZP SCP "\"roles\":[\"Admin\",1]," TIME "}", 0,
		"roles holds" },
	{ "an app's own token", "{" ISS AUD TID OID VER AZP "\"roles\":[\"Admin\"]," TIME "}", 0,
		"lacks access_as_user" },
	{ "an app's own token that says so",
		"{" ISS AUD TID OID VER AZP SCP "\"idtyp\":\"app\"," AGENT TIME "}", 0,
		"idtyp says app" },
	{ "another scope", "{" ISS AUD TID OID VER AZP "\"scp\":\"User.Read\"," AGENT TIME "}", 0,
		"lacks access_as_user" },
	{ "a scope that holds ours",
		"{" ISS AUD TID OID VER AZP "\"scp\":\"not_access_as_user\"," AGENT TIME "}", 0,
		"lacks access_as_user" },
	{ "scp a list", "{" ISS AUD TID OID VER AZP "\"scp\":[\"access_as_user\"]," AGENT TIME "}",
		0, "scp is not a text" },
	{ "an id_token", "{" ISS AUD TID OID VER AZP SCP "\"nonce\":\"n\"," AGENT TIME "}", 0,
		"id_token" },
	{ "version 1.0",
		"{" ISS AUD TID OID "\"ver\":\"1.0\",\"appid\":\"" TEAMS "\"," SCP AGENT TIME "}",
		0, "ver" },
	{ "no version", "{" ISS AUD TID OID AZP SCP AGENT TIME "}", 0, "ver" },
	{ "an iss of version 1.0",
		"{\"iss\":\"https://sts.windows.net/" TENANT
		"/\"," AUD TID OID VER AZP SCP AGENT TIME "}",
		0, "not one of ours" },
	{ "an iss with a slash more",
		"{\"iss\":\"https://login.microsoftonline.com/" TENANT
		"/v2.0/\"," AUD TID OID VER AZP SCP AGENT TIME "}",
		0, "not one of ours" },
	{ "the placeholder itself", "{" ISS_OF("{tenantid}") AUD TID OID VER AZP SCP AGENT TIME "}",
		0, "not one of ours" },
	{ "another tenant",
		"{" ISS_OF(OTHER) AUD "\"tid\":\"" OTHER "\"," OID VER AZP SCP AGENT TIME "}", 0,
		"tenant " OTHER, .kid = "common" },
	{ "a personal account",
		"{" ISS_OF(PERSONAL) AUD "\"tid\":\"" PERSONAL "\"," OID VER AZP SCP AGENT TIME "}",
		0, "personal account", .kid = "common" },
	{ "our tid and another's iss", "{" ISS_OF(OTHER) AUD TID OID VER AZP SCP AGENT TIME "}", 0,
		"not one of ours" },
	{ "our iss and another's tid",
		"{" ISS AUD "\"tid\":\"" OTHER "\"," OID VER AZP SCP AGENT TIME "}", 0,
		"not one of ours" },
	{ "no tid", "{" ISS AUD OID VER AZP SCP AGENT TIME "}", 0, "not one of ours" },
	{ "another tenant's key", "{" ISS AUD TID OID VER AZP SCP AGENT TIME "}", 0,
		"its key is for issuer", .kid = "theirs" },
	{ "another client", "{" ISS AUD TID OID VER "\"azp\":\"" OTHER "\"," SCP AGENT TIME "}", 0,
		"asked for by app" },
	{ "no client", "{" ISS AUD TID OID VER SCP AGENT TIME "}", 0, "asked for by app" },
	{ "azp and appid that differ",
		"{" ISS AUD TID OID VER AZP "\"appid\":\"" OTHER "\"," SCP AGENT TIME "}", 0,
		"and has appid" },
	{ "aud an App ID URI",
		"{" ISS "\"aud\":\"api://cc.test/" APP "\"," TID OID VER AZP SCP AGENT TIME "}", 0,
		"not our app id" },
	{ "aud Graph",
		"{" ISS
		"\"aud\":\"00000003-0000-0000-c000-000000000000\"," TID OID VER AZP SCP AGENT TIME
		"}",
		0, "not our app id" },
	{ "no oid", "{" ISS AUD TID VER AZP SCP AGENT TIME "}", 0, "no oid" },
	{ "oid a mail address",
		"{" ISS AUD TID "\"oid\":\"ann@contoso.com\"," VER AZP SCP AGENT TIME "}", 0,
		"oid is not a GUID" },
	{ "no exp", "{" ISS AUD TID OID VER AZP SCP AGENT "\"nbf\":1699999900}", 0, "no exp" },
	{ "over since six minutes", "{" ISS AUD TID OID VER AZP SCP AGENT "\"exp\":1699999640}", 0,
		"expired" },
	{ "a call's token",
		"{\"iss\":\"https://graph.microsoft.com\"," AUD TID OID VER AZP SCP AGENT TIME "}",
		0, "not one of ours" },
};

static EVP_PKEY *key;
static struct keys *keys;
static struct token_profile user;

static enum err show(const char *kid, const char *claims, struct person *out, struct why *why)
{
	char header[80], *token;
	enum err e;

	snprintf(header, sizeof(header), "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}", kid);
	token = mint_token(key, MINT_RS256, header, claims);
	e = login_verify(keys, &user, 1000, NOW, token, strlen(token), out, why);
	free(token);
	return e;
}

static void each_person(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		struct why why = { .code = OK };
		struct person p;
		enum err e = show(rows[r].kid ? rows[r].kid : "entra", rows[r].claims, &p, &why);

		if (e != (rows[r].roles ? OK : E_DENIED) || p.roles != rows[r].roles)
			fail_msg("%s: %s, roles %u", rows[r].name, why.text, p.roles);
		if (rows[r].says && !strstr(why.text, rows[r].says))
			fail_msg("%s: %s", rows[r].name, why.text);
		if (guid_is_none(p.user) == (rows[r].roles || rows[r].somebody))
			fail_msg("%s: %s", rows[r].name,
				guid_is_none(p.user) ? "nobody" : "somebody");
	}
}

static void a_person_is_her_tenant_and_object_id(void **state)
{
	struct person p;
	char text[GUID_TEXT];

	(void)state;
	assert_int_equal(show("entra", rows[0].claims, &p, NULL), OK);
	guid_print(p.tenant, text);
	assert_string_equal(text, TENANT);
	guid_print(p.user, text);
	assert_string_equal(text, USER);
	assert_true(p.exp_unix_s == 1700003600);
	assert_string_equal(role_name(ROLE_SUPERVISOR), "Supervisor");
}

static void the_profile_wants_sound_ids(void **state)
{
	struct token_profile p;
	struct why why;
	char authority[200];

	(void)state;
	assert_int_equal(login_profile(&p, "https://h", "bot", TENANT, &why), E_MALFORMED);
	assert_non_null(strstr(why.text, "app id \"bot\""));
	assert_int_equal(login_profile(&p, "https://h", APP, "common", &why), E_MALFORMED);
	assert_non_null(strstr(why.text, "tenant id \"common\""));
	memset(authority, 'a', sizeof(authority) - 1);
	authority[sizeof(authority) - 1] = '\0';
	assert_int_equal(login_profile(&p, authority, APP, TENANT, &why), E_MALFORMED);
}

static int set_up(void **state)
{
	static char document[8192];
	struct text t = TEXT(document);

	(void)state;
	key = mint_rsa(2048);
	text_add(&t, "{\"keys\":[");
	mint_jwk(&t, key, "entra",
		",\"issuer\":\"https://login.microsoftonline.com/" TENANT "/v2.0\"");
	text_add(&t, ",");
	mint_jwk(&t, key, "common",
		",\"issuer\":\"https://login.microsoftonline.com/{tenantid}/v2.0\"");
	text_add(&t, ",");
	mint_jwk(&t, key, "theirs",
		",\"issuer\":\"https://login.microsoftonline.com/" OTHER "/v2.0\"");
	text_add(&t, "]}");
	keys = root_new(1000);
	root_serve(keys, 1000, document);
	return login_profile(&user, "https://login.microsoftonline.com", APP, TENANT, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	keys_free(keys);
	EVP_PKEY_free(key);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_person),
		cmocka_unit_test(a_person_is_her_tenant_and_object_id),
		cmocka_unit_test(the_profile_wants_sound_ids),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
