/* Managed identities and federated credentials: what the machine hands out, and what Entra takes
 * instead of a secret. */
#include "bot/base/text.h"
#include "graph/sim/entra.h"
#include "graph/sim/entra_identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TENANT "11111111-1111-1111-1111-111111111111"
#define APP "22222222-2222-2222-2222-222222222222"
#define OTHER "33333333-3333-3333-3333-333333333333"
#define MI "55555555-5555-5555-5555-555555555555"
#define MI_OBJECT "66666666-6666-6666-6666-666666666666"
#define MI2 "77777777-7777-7777-7777-777777777777"
#define MI2_OBJECT "88888888-8888-8888-8888-888888888888"
#define IMDS "/metadata/identity/oauth2/token"
#define EXCHANGE "api://AzureADTokenExchange"
#define GRAPH "https://graph.microsoft.com"
#define ISSUER "https://cluster.example"
#define POD "system:serviceaccount:foyer:bot"

enum { NOW = 1790000000 };

static struct scenario scn;
static struct entra *e;
static struct jwt_key *cluster;
static char keys_file[32];

static void scenario_of(const char *members)
{
	char text[2048];
	struct why why = { .text = "" };

	snprintf(text, sizeof(text),
		"{\"tenant\":\"" TENANT "\",\"app_id\":\"" APP "\",\"client_secret\":\"s\"%s}",
		members);
	if (scenario_parse("test", text, strlen(text), &scn, &why) != OK ||
		entra_new(&scn, "https://sim", &e, &why) != OK)
		fail_msg("%s", why.text);
}

static int close_all(void **state)
{
	(void)state;
	entra_free(e);
	e = NULL;
	scenario_fini(&scn);
	return 0;
}

static const char one[] = ",\"managed_identities\":[{\"client_id\":\"" MI
			  "\",\"object_id\":\"" MI_OBJECT "\"}],\"identity_header\":\"h\"";
static const char two[] = ",\"managed_identities\":[{\"client_id\":\"" MI
			  "\",\"object_id\":\"" MI_OBJECT "\",\"resource_id\":\"/subs/a\"},"
			  "{\"client_id\":\"" MI2 "\",\"object_id\":\"" MI2_OBJECT "\"}]";

static const char *text_of_json(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "";
}

/* query is "name=value&..", not encoded. */
static int ask(const char *path, const char *query, struct identity_ask how, json_t **body)
{
	json_t *all = json_object();
	char *copy = strdup(query), *save = NULL;
	int status;

	for (char *p = strtok_r(copy, "&", &save); p; p = strtok_r(NULL, "&", &save)) {
		char *eq = strchr(p, '=');

		*eq = '\0';
		json_object_set_new(all, p, json_string(eq + 1));
	}
	how.path = path;
	how.query = all;
	how.method = how.method ? how.method : "GET";
	*body = NULL;
	status = entra_identity(e, &how, NOW, body);
	json_decref(all);
	free(copy);
	return status;
}

static const struct {
	const char *name, *scenario, *path, *query;
	struct identity_ask how;
	int status;
	const char *error;
} asks[] = {
#define V "api-version=2018-02-01"
	{ "the only identity", one, IMDS, V "&resource=" GRAPH, { .metadata = "true" }, 200, "" },
	{ "with a slash at its end", one, IMDS, V "&resource=" GRAPH "/", { .metadata = "true" },
		200, "" },
	{ "with a slash after it, as msal sends", one, IMDS "/", V "&resource=" GRAPH,
		{ .metadata = "true" }, 200, "" },
	{ "for the exchange", one, IMDS, V "&resource=" EXCHANGE, { .metadata = "true" }, 200, "" },
	{ "no header", one, IMDS, V "&resource=" GRAPH, { 0 }, 400, "bad_request_102" },
	{ "a header in other letters", one, IMDS, V "&resource=" GRAPH, { .metadata = "True" }, 400,
		"bad_request_102" },
	{ "by a proxy", one, IMDS, V "&resource=" GRAPH,
		{ .metadata = "true", .forwarded_for = "10.0.0.1" }, 400, "bad_request_102" },
	{ "no version", one, IMDS, "resource=" GRAPH, { .metadata = "true" }, 400,
		"invalid_request" },
	{ "App Service's version", one, IMDS, "api-version=2019-08-01&resource=" GRAPH,
		{ .metadata = "true" }, 400, "invalid_request" },
	{ "no resource", one, IMDS, V, { .metadata = "true" }, 400, "invalid_request" },
	{ "a scope for a resource", one, IMDS, V "&resource=" GRAPH "/.default",
		{ .metadata = "true" }, 400, "invalid_resource" },
	{ "a POST", one, IMDS, V "&resource=" GRAPH, { .metadata = "true", .method = "POST" }, 405,
		"method_not_allowed" },
	{ "another address", one, "/metadata/instance", V, { .metadata = "true" }, 404,
		"not_found" },
	{ "by client id", two, IMDS, V "&resource=" GRAPH "&client_id=" MI2, { .metadata = "true" },
		200, "" },
	{ "by object id", two, IMDS, V "&resource=" GRAPH "&object_id=" MI2_OBJECT,
		{ .metadata = "true" }, 200, "" },
	{ "by resource id", two, IMDS, V "&resource=" GRAPH "&msi_res_id=/subs/a",
		{ .metadata = "true" }, 200, "" },
	{ "two identities and none named", two, IMDS, V "&resource=" GRAPH, { .metadata = "true" },
		400, "invalid_request" },
	{ "an identity of another machine", two, IMDS, V "&resource=" GRAPH "&client_id=" APP,
		{ .metadata = "true" }, 400, "invalid_request" },
	{ "no identity at all", "", IMDS, V "&resource=" GRAPH, { .metadata = "true" }, 400,
		"invalid_request" },
#undef V
#define V "api-version=2019-08-01"
	{ "App Service", one, "/msi/token", V "&resource=" GRAPH, { .identity_header = "h" }, 200,
		"" },
	{ "App Service without its header", one, "/msi/token", V "&resource=" GRAPH,
		{ .metadata = "true" }, 401, "unauthorized" },
	{ "App Service with another's", one, "/msi/token", V "&resource=" GRAPH,
		{ .identity_header = "g" }, 403, "forbidden" },
	{ "App Service with a longer one", one, "/msi/token", V "&resource=" GRAPH,
		{ .identity_header = "hh" }, 403, "forbidden" },
	{ "App Service with the other's version", one, "/msi/token",
		"api-version=2018-02-01&resource=" GRAPH, { .identity_header = "h" }, 400,
		"invalid_request" },
	{ "App Service where there is none", two, "/msi/token", V "&resource=" GRAPH,
		{ .identity_header = "" }, 404, "not_found" },
#undef V
};

static void the_machine_hands_out_tokens(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		json_t *body;
		int status;

		/* Its keys are the dearest of it. */
		if (i == 0 || asks[i].scenario != asks[i - 1].scenario) {
			close_all(NULL);
			scenario_of(asks[i].scenario);
		}
		status = ask(asks[i].path, asks[i].query, asks[i].how, &body);
		if (status != asks[i].status ||
			strcmp(text_of_json(body, "error"), asks[i].error) != 0)
			fail_msg("%s: %d %s", asks[i].name, status, text_of_json(body, "error"));
		json_decref(body);
	}
	close_all(NULL);
}

static void numbers_are_texts(void **state)
{
	json_t *imds, *app;

	(void)state;
	scenario_of(one);
	assert_int_equal(ask(IMDS, "api-version=2018-02-01&resource=" GRAPH,
				 (struct identity_ask){ .metadata = "true" }, &imds),
		200);
	assert_string_equal(text_of_json(imds, "expires_in"), "86400");
	assert_string_equal(text_of_json(imds, "expires_on"), "1790086400");
	assert_string_equal(text_of_json(imds, "token_type"), "Bearer");
	assert_string_equal(text_of_json(imds, "resource"), GRAPH);
	assert_int_equal(ask("/msi/token", "api-version=2019-08-01&resource=" GRAPH,
				 (struct identity_ask){ .identity_header = "h" }, &app),
		200);
	assert_null(json_object_get(app, "expires_in"));
	assert_string_equal(text_of_json(app, "expires_on"), "1790086400");
	json_decref(imds);
	json_decref(app);
	close_all(NULL);
}

static char *machine_token(const char *resource, const char *client_id)
{
	char query[256], *token;
	json_t *body;

	snprintf(query, sizeof(query), "api-version=2018-02-01&resource=%s&client_id=%s", resource,
		client_id);
	assert_int_equal(ask(IMDS, query, (struct identity_ask){ .metadata = "true" }, &body), 200);
	token = strdup(text_of_json(body, "access_token"));
	json_decref(body);
	return token;
}

/* Only a managed identity that is a registration is anybody at Graph. */
static void its_token_opens_what_is_registered(void **state)
{
	static const char bot[] = ",\"managed_identities\":[{\"client_id\":\"" APP
				  "\",\"object_id\":\"" MI_OBJECT "\"},{\"client_id\":\"" MI
				  "\",\"object_id\":\"" MI2_OBJECT "\"}]";
	static const char *const who[] = { APP, MI };

	(void)state;
	scenario_of(bot);
	for (size_t i = 0; i < ARRAY_LEN(who); i++) {
		char *token = machine_token(GRAPH, who[i]), bearer[4096];
		struct sim_bearer b;

		snprintf(bearer, sizeof(bearer), "Bearer %s", token);
		entra_bearer(e, bearer, NOW, &b);
		assert_int_equal(b.verdict, i ? BEARER_BAD : BEARER_GOOD);
		assert_string_equal(b.app_id, i ? "" : APP);
		assert_int_equal(b.roles, i ? 0 : ROLE_ALL);
		free(token);
	}
	close_all(NULL);
}

static void the_control_makes_it_fail_for_a_while(void **state)
{
	static const struct {
		enum entra_door door;
		int status;
		const char *error, *says;
	} bodies[] = {
		{ ENTRA_TOKEN, 429, "temporarily_unavailable", "AADSTS90055" },
		{ ENTRA_TOKEN, 503, "temporarily_unavailable", "AADSTS90033" },
		{ ENTRA_TOKEN, 500, "server_error", "AADSTS50000" },
		{ ENTRA_IDENTITY, 410, "unknown", "updated" },
		{ ENTRA_IDENTITY, 500, "unknown", "Failed to retrieve token" },
	};
	unsigned after = 0;
	json_t *body;

	(void)state;
	scenario_of(one);
	entra_outage(e, ENTRA_IDENTITY, 410, 2, 7);
	assert_int_equal(entra_outage_take(e, ENTRA_TOKEN, &after), 0);
	assert_int_equal(entra_outage_take(e, ENTRA_IDENTITY, &after), 410);
	assert_int_equal(after, 7);
	assert_int_equal(entra_outage_take(e, ENTRA_IDENTITY, &after), 410);
	assert_int_equal(entra_outage_take(e, ENTRA_IDENTITY, &after), 0);
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		assert_int_equal(entra_outage_body(bodies[i].door, bodies[i].status, &body),
			bodies[i].status);
		assert_string_equal(text_of_json(body, "error"), bodies[i].error);
		assert_non_null(strstr(text_of_json(body, "error_description"), bodies[i].says));
		json_decref(body);
	}
	close_all(NULL);
}

/* ---- instead of a secret ---- */

static int open_federated(void **state)
{
	char text[2048];
	json_t *set;
	FILE *f;

	(void)state;
	snprintf(keys_file, sizeof(keys_file), "/tmp/foyer-sim-keys-XXXXXX");
	f = fdopen(mkstemp(keys_file), "w");
	assert_non_null(f);
	cluster = jwt_key_new();
	set = jwt_key_set(cluster);
	assert_int_equal(json_dumpf(set, f, 0), 0);
	json_decref(set);
	fclose(f);
	snprintf(text, sizeof(text),
		"%s,\"federated_credentials\":[{\"managed_identity\":\"" MI_OBJECT
		"\"},{\"issuer\":\"" ISSUER "\",\"subject\":\"" POD
		"\",\"keys\":\"%s\"}],\"apps\":[{\"app_id\":\"" OTHER "\",\"tenants\":[\"" TENANT
		"\"]}]",
		two, keys_file);
	scenario_of(text);
	return 0;
}

static int close_federated(void **state)
{
	unlink(keys_file);
	jwt_key_free(cluster);
	return close_all(state);
}

/* What the token endpoint says to this assertion: 0, or the number of the refusal. */
static int exchange(const char *client_id, const char *token, uint64_t at)
{
	char form[8192];
	json_t *body = NULL;
	int status, number;

	snprintf(form, sizeof(form),
		"grant_type=client_credentials&client_id=%s&scope=https%%3A%%2F%%2Fgraph.microsoft."
		"com"
		"%%2F.default&client_assertion_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3A"
		"client-assertion-type%%3Ajwt-bearer&client_assertion=%s",
		client_id, token);
	status = entra_token(e, TENANT, form, at, &body);
	number = (int)json_integer_value(json_array_get(json_object_get(body, "error_codes"), 0));
	if (status != 200) {
		assert_int_equal(status, 401);
		assert_string_equal(text_of_json(body, "error"), "invalid_client");
	}
	json_decref(body);
	return number;
}

static void a_machines_token_stands_for_a_secret(void **state)
{
	json_t *asked = json_pack("{ss}", "user", APP);
	char *good = machine_token(EXCHANGE, MI), *stranger = machine_token(EXCHANGE, MI2);
	char *graph = machine_token(GRAPH, MI), *person = entra_person_token(e, asked, NOW);

	(void)state;
	assert_int_equal(exchange(APP, good, NOW), 0);
	assert_int_equal(exchange(APP, good, NOW), 0); /* a platform's token is used again */
	assert_int_equal(exchange(APP, good, NOW + 86400), 700024);
	assert_int_equal(exchange(APP, stranger, NOW), 700213);
	assert_int_equal(exchange(APP, graph, NOW), 700211); /* v1: another issuer */
	assert_int_equal(exchange(APP, person, NOW), 700213);
	assert_int_equal(exchange(OTHER, good, NOW), 70021); /* trusts nobody */
	good[strlen(good) - 5] ^= 1;
	assert_int_equal(exchange(APP, good, NOW), 700027);
	free(good);
	free(stranger);
	free(graph);
	free(person);
	json_decref(asked);
}

static void a_person_is_no_machine(void **state)
{
	json_t *asked = json_pack("{ss}", "user", MI_OBJECT);
	char *token = entra_person_token(e, asked, NOW);

	(void)state;
	assert_int_equal(exchange(APP, token, NOW), 700229);
	free(token);
	json_decref(asked);
}

static char *pod_token(const char *iss, const char *sub, json_t *aud, int nbf, int life)
{
	json_t *claims = json_pack("{ss, ss, so, si, si}", "iss", iss, "sub", sub, "aud", aud,
		"nbf", NOW + nbf, "exp", NOW + nbf + life);
	char *token = jwt_sign(cluster, claims);

	json_decref(claims);
	return token;
}

static void a_platforms_token_stands_for_a_secret(void **state)
{
	static const struct {
		const char *name, *iss, *sub, *aud;
		int nbf, life, number;
	} rows[] = {
		{ "as it should be", ISSUER, POD, EXCHANGE, 0, 3600, 0 },
		{ "another issuer", ISSUER "/", POD, EXCHANGE, 0, 3600, 700211 },
		{ "another subject", ISSUER, POD "2", EXCHANGE, 0, 3600, 700213 },
		{ "the subject in other letters", ISSUER, "System:serviceaccount:foyer:bot",
			EXCHANGE, 0, 3600, 7002138 },
		{ "another audience", ISSUER, POD, "sts.amazonaws.com", 0, 3600, 700212 },
		{ "expired", ISSUER, POD, EXCHANGE, -3600, 3600, 700024 },
		{ "of tomorrow", ISSUER, POD, EXCHANGE, 86400, 3600, 700024 },
	};
	json_t *list = json_pack("[s]", EXCHANGE);
	struct jwt_key *foreign = jwt_key_new(), *ours = cluster;
	char *token;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int number;

		token = pod_token(rows[i].iss, rows[i].sub, json_string(rows[i].aud), rows[i].nbf,
			rows[i].life);
		number = exchange(APP, token, NOW);
		if (number != rows[i].number)
			fail_msg("%s: %d", rows[i].name, number);
		free(token);
	}
	token = pod_token(ISSUER, POD, list, 0, 3600);
	assert_int_equal(exchange(APP, token, NOW), 700212); /* a list of one is a list */
	free(token);
	cluster = foreign;
	token = pod_token(ISSUER, POD, json_string(EXCHANGE), 0, 3600);
	cluster = ours;
	assert_int_equal(exchange(APP, token, NOW), 700027);
	free(token);
	jwt_key_free(foreign);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_machine_hands_out_tokens),
		cmocka_unit_test(numbers_are_texts),
		cmocka_unit_test(its_token_opens_what_is_registered),
		cmocka_unit_test(the_control_makes_it_fail_for_a_while),
		cmocka_unit_test_setup_teardown(
			a_machines_token_stands_for_a_secret, open_federated, close_federated),
		cmocka_unit_test_setup_teardown(
			a_person_is_no_machine, open_federated, close_federated),
		cmocka_unit_test_setup_teardown(
			a_platforms_token_stands_for_a_secret, open_federated, close_federated),
	};

	return cmocka_run_group_tests_name("entra_identity", tests, NULL, NULL);
}
