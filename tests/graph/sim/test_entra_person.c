/* Codes with PKCE and tokens on behalf of a person: what is given, and what is refused by number.
 */
#include "bot/base/text.h"
#include "graph/sim/entra.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TENANT "11111111-1111-1111-1111-111111111111"
#define APP "22222222-2222-2222-2222-222222222222"
#define BOB "44444444-4444-4444-4444-444444444444"
/* The pair of RFC 7636, appendix B. */
#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define CLIENT "client_id=" APP "&client_secret=s&"
#define OTHER "33333333-3333-3333-3333-333333333333"
#define EVE "55555555-5555-5555-5555-555555555555"
#define THERE "66666666-6666-6666-6666-666666666666"
#define REDEEM(redirect, verifier)                                                               \
	CLIENT "grant_type=authorization_code&redirect_uri=" redirect "&code_verifier=" verifier \
	       "&scope=openid&code="
#define OBO(use, scope) OBO_OF(APP, use, scope)
#define OBO_OF(app, use, scope)                                                                   \
	"client_id=" app                                                                          \
	"&client_secret=s&grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Ajwt-bearer&" \
	"requested_token_use=" use "&scope=" scope "&assertion=%s"
#define GRAPH "https%%3A%%2F%%2Fgraph.microsoft.com%%2FUser.Read"

enum { NOW = 1790000000 };

static struct scenario scn;
static struct entra *e;

static int open_all(void **state)
{
	static const char text[] = "{\"tenant\":\"" TENANT "\",\"app_id\":\"" APP
				   "\",\"client_secret\":\"s\",\"apps\":[{\"app_id\":\"" OTHER
				   "\",\"tenants\":[\"" TENANT "\",\"" THERE
				   "\"]}],\"agents\":[{\"user\":\"" BOB
				   "\",\"name\":\"bob\"},{\"user\":\"" EVE
				   "\",\"name\":\"eve\",\"tenant\":\"" THERE "\"}]}";
	struct why why;

	(void)state;
	return scenario_parse("test", text, strlen(text), &scn, &why) != OK ||
	       entra_new(&scn, "https://sim", &e, &why) != OK;
}

static int close_all(void **state)
{
	(void)state;
	entra_free(e);
	scenario_fini(&scn);
	return 0;
}

static int number(const json_t *body)
{
	return (int)json_integer_value(json_array_get(json_object_get(body, "error_codes"), 0));
}

static int authorize_at(
	const char *tenant, const char *challenge, const char *hint, char *where, size_t room)
{
	json_t *body = NULL;
	json_t *query = json_pack("{ss, ss, ss, ss, ss, ss, ss, ss}", "client_id", APP,
		"response_type", "code", "redirect_uri", "https://bot/in", "code_challenge",
		challenge, "code_challenge_method", "S256", "state", "a b", "nonce", "n",
		"login_hint", hint);
	int status = entra_authorize(e, tenant, query, NOW, where, room, &body);

	json_decref(query);
	json_decref(body);
	return status;
}

static int authorize(const char *challenge, const char *hint, char *where, size_t room)
{
	return authorize_at(TENANT, challenge, hint, where, room);
}

static int redeem(const char *form, const char *code, uint64_t at, json_t **body)
{
	char all[1024];

	snprintf(all, sizeof(all), "%s%.36s", form, code);
	*body = NULL;
	return entra_token(e, TENANT, all, at, body);
}

static void a_code_is_good_once(void **state)
{
	char where[256], *code;
	json_t *body;

	(void)state;
	assert_int_equal(authorize(CHALLENGE, "", where, sizeof(where)), 302);
	assert_int_equal(strncmp(where, "https://bot/in?code=", 20), 0);
	assert_non_null(strstr(where, "&state=a%20b"));
	code = where + 20;
	static const struct {
		const char *name, *form;
		int late, status, number;
	} rows[] = {
		{ "another verifier", REDEEM("https://bot/in", "x"), 0, 400, 501481 },
		{ "another address", REDEEM("https://bot/out", VERIFIER), 0, 400, 500112 },
		{ "too late", REDEEM("https://bot/in", VERIFIER), 601, 400, 70008 },
		{ "as it should be", REDEEM("https://bot/in", VERIFIER), 600, 200, 0 },
		{ "again", REDEEM("https://bot/in", VERIFIER), 0, 400, 54005 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int status = redeem(rows[i].form, code, NOW + (uint64_t)rows[i].late, &body);

		if (status != rows[i].status || number(body) != rows[i].number)
			fail_msg("%s: %d %d", rows[i].name, status, number(body));
		if (status == 200)
			assert_non_null(json_object_get(body, "id_token"));
		json_decref(body);
	}
}

static void who_asks_is_checked(void **state)
{
	char where[256];

	(void)state;
	assert_int_equal(authorize("short", "", where, sizeof(where)), 400);
	assert_int_equal(authorize(CHALLENGE, "nobody", where, sizeof(where)), 400);
	assert_int_equal(authorize(CHALLENGE, "bob", where, sizeof(where)), 302);
}

static void on_behalf_takes_a_token_for_us(void **state)
{
	char form[8192], bearer[4096], where[256];
	json_t *asked = json_pack("{ss}", "user", BOB), *body = NULL;
	char *token = entra_person_token(e, asked, NOW);
	struct sim_bearer b;

	(void)state;
	snprintf(form, sizeof(form), OBO("on_behalf_of", GRAPH), token);
	assert_int_equal(entra_token(e, TENANT, form, NOW, &body), 200);
	snprintf(bearer, sizeof(bearer), "Bearer %s",
		json_string_value(json_object_get(body, "access_token")));
	entra_bearer(e, bearer, NOW, &b);
	assert_int_equal(b.verdict, BEARER_GOOD);
	assert_string_equal(b.user, BOB);
	assert_int_equal(b.roles, 0);
	json_decref(body);
	/* Not with an id_token, not without a use, not after its time, not for nothing. */
	authorize(CHALLENGE, "", where, sizeof(where));
	redeem(REDEEM("https://bot/in", VERIFIER), where + 20, NOW, &body);
	snprintf(form, sizeof(form), OBO("on_behalf_of", GRAPH),
		json_string_value(json_object_get(body, "id_token")));
	json_decref(body);
	assert_int_equal(entra_token(e, TENANT, form, NOW, &body), 400);
	assert_int_equal(number(body), 240002);
	json_decref(body);
	snprintf(form, sizeof(form), OBO("", GRAPH), token);
	assert_int_equal(entra_token(e, TENANT, form, NOW, &body), 400);
	json_decref(body);
	snprintf(form, sizeof(form), OBO("on_behalf_of", GRAPH), token);
	assert_int_equal(entra_token(e, TENANT, form, NOW + 9000, &body), 400);
	assert_int_equal(number(body), 500133);
	json_decref(body);
	snprintf(form, sizeof(form), OBO("on_behalf_of", "openid"), token);
	assert_int_equal(entra_token(e, TENANT, form, NOW, &body), 400);
	assert_int_equal(number(body), 70011);
	json_decref(body);
	json_decref(asked);
	free(token);
}

/* A code and a token of one registration are nothing to another, nor in another tenant. */
static void what_is_anothers_is_refused(void **state)
{
	char where[256], form[8192];
	json_t *asked = json_pack("{ss}", "user", BOB), *body = NULL;
	char *token = entra_person_token(e, asked, NOW);

	(void)state;
	assert_int_equal(authorize(CHALLENGE, "bob", where, sizeof(where)), 302);
	snprintf(form, sizeof(form),
		"client_id=" OTHER "&client_secret=s&grant_type=authorization_code&redirect_uri="
		"https://bot/in&code_verifier=" VERIFIER "&code=%.36s",
		where + 20);
	assert_int_equal(entra_token(e, TENANT, form, NOW, &body), 400);
	assert_int_equal(number(body), 70008);
	json_decref(body);
	snprintf(form, sizeof(form), OBO_OF(OTHER, "on_behalf_of", GRAPH), token);
	assert_int_equal(entra_token(e, TENANT, form, NOW, &body), 400);
	assert_int_equal(number(body), 50013);
	json_decref(body);
	assert_int_equal(entra_token(e, THERE, form, NOW, &body), 400);
	assert_int_equal(number(body), 50013);
	json_decref(body);
	/* Eve's tenant gave this registration no consent. */
	assert_int_equal(
		authorize_at("organizations", CHALLENGE, "eve", where, sizeof(where)), 400);
	assert_int_equal(
		authorize_at("organizations", CHALLENGE, "bob", where, sizeof(where)), 302);
	json_decref(asked);
	free(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_is_good_once),
		cmocka_unit_test(who_asks_is_checked),
		cmocka_unit_test(on_behalf_takes_a_token_for_us),
		cmocka_unit_test(what_is_anothers_is_refused),
	};

	return cmocka_run_group_tests_name("entra_person", tests, open_all, close_all);
}
