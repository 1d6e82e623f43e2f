/* The scenario language: what is understood, and what a wrong one is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "graph/sim/help.h"
#include "graph/sim/scenario.h"

#include <stdio.h>
#include <string.h>

#define IDS                                                    \
	"\"tenant\":\"11111111-1111-1111-1111-111111111111\"," \
	"\"app_id\":\"22222222222222222222222222222222\""
#define SALES "\"application_instances\":[{\"id\":\"33333333-3333-3333-3333-333333333333\"}]"

static const struct {
	const char *name, *text, *want; /* part of the message */
} wrong[] = {
	{ "not JSON", "{\n \"seed\": }", "s.json:2:" },
	{ "a list", "[]", "s.json: scenario: want an object" },
	{ "no tenant", "{}", "\"tenant\" is missing" },
	{ "a tenant that is no GUID", "{\"tenant\":\"contoso.com\"}",
		"scenario.tenant: want a GUID" },
	{ "a misspelt member", "{" IDS ",\"callrs\":[]}",
		"\"callrs\" is unknown (have: seed, tenant" },
	{ "a misspelt member of a caller",
		"{" IDS "," SALES ",\"callers\":[{\"number\":\"+1555\",\"tlak_s\":1}]}",
		"scenario.callers[0]: \"tlak_s\" is unknown" },
	{ "twice the same member", "{" IDS ",\"seed\":1,\"seed\":2}", "duplicate" },
	{ "a caller without identity", "{" IDS "," SALES ",\"callers\":[{}]}", "one of them" },
	{ "a caller with nobody to call", "{" IDS ",\"callers\":[{\"number\":\"+1555\"}]}",
		"\"to\" is missing" },
	{ "a number that is no number",
		"{" IDS "," SALES ",\"callers\":[{\"number\":\"555-CALL\"}]}", "want E.164" },
	{ "a talk of a negative length",
		"{" IDS "," SALES ",\"callers\":[{\"number\":\"+1555\",\"talk_s\":-1}]}",
		"callers[0].talk_s: want a number from 0 to 86400 (seconds)" },
	{ "a press without a moment",
		"{" IDS "," SALES
		",\"callers\":[{\"number\":\"+1555\",\"press\":[{\"digit\":\"1\"}]}]}",
		"say \"on\" or \"after_s\"" },
	{ "a press on nothing",
		"{" IDS "," SALES ",\"callers\":[{\"number\":\"+1555\",\"press\":[{\"on\":\"prompt "
		"0\",\"digit\":\"1\"}]}]}",
		"\"prompt N\" with N from 1" },
	{ "a digit that is none",
		"{" IDS "," SALES ",\"callers\":[{\"number\":\"+1555\",\"press\":[{\"on\":\"menu\","
		"\"digit\":\"12\"}]}]}",
		"callers[0].press[0].digit: want one of" },
	{ "a behaviour nobody has",
		"{" IDS ",\"agents\":[{\"user\":\"44444444-4444-4444-4444-444444444444\","
		"\"behaviour\":[\"answers\",\"sleeps\"]}]}",
		"want answers, no-answer, busy, rejects or offline" },
	{ "an agent named twice",
		"{" IDS ",\"agents\":[{\"user\":\"44444444-4444-4444-4444-444444444444\"},"
		"{\"user\":\"44444444444444444444444444444444\"}]}",
		"agents[1]: the same user as" },
	{ "a rate above one", "{" IDS ",\"faults\":{\"lose\":1.5}}", "scenario.faults.lose: want" },
	{ "a fault without its rate", "{" IDS ",\"faults\":{\"http_429\":{}}}",
		"\"rate\" is missing" },
	{ "a delay upside down", "{" IDS ",\"faults\":{\"delay_ms\":[200,100]}}",
		"[shortest, longest]" },
	{ "a role nobody knows", "{" IDS ",\"roles\":[\"Calls.All\"]}", "roles[0]: want" },
	{ "arrivals with nobody to call", "{" IDS ",\"arrivals\":{\"per_minute\":6}}",
		"needs application_instances" },
	{ "a fault nobody knows", "{" IDS ",\"weather\":[{\"fault\":\"rain\"}]}",
		"weather[0].fault: want one of 429, 5xx, timeout" },
	{ "weather upside down",
		"{" IDS ",\"weather\":[{\"fault\":\"lose\",\"from_s\":5,\"to_s\":5}]}",
		"to_s is not after from_s" },
	{ "an evil nobody knows",
		"{" IDS ",\"weather\":[{\"fault\":\"evil-token\",\"kind\":\"x\"}]}",
		"want one of none, hs256" },
	{ "an app without tenants",
		"{" IDS ",\"apps\":[{\"app_id\":\"33333333-3333-3333-3333-333333333333\"}]}",
		"\"tenants\" is missing" },
	{ "an app named twice",
		"{" IDS ",\"apps\":[{\"app_id\":\"22222222222222222222222222222222\",\"tenants\":["
		"\"11111111-1111-1111-1111-111111111111\"]}]}",
		"this app_id is named already" },
	{ "an instance of nobody",
		"{" IDS
		",\"application_instances\":[{\"id\":\"33333333-3333-3333-3333-333333333333\","
		"\"app_id\":\"33333333-3333-3333-3333-333333333333\"}]}",
		"is neither the scenario's" },
	{ "a meeting with a stranger",
		"{" IDS ",\"meetings\":[{\"organizer\":\"33333333-3333-3333-3333-333333333333\","
		"\"thread\":\"t\",\"people\":[\"who\"]}]}",
		"want the name of an agent" },
	{ "a telephone that calls the application itself",
		"{" IDS ",\"callers\":[{\"number\":\"+15550100\",\"to\":"
		"\"22222222222222222222222222222222\"}]}",
		"a telephone reaches a resource account" },
	{ "a managed identity nobody has",
		"{" IDS ",\"federated_credentials\":[{\"managed_identity\":"
		"\"33333333-3333-3333-3333-333333333333\"}]}",
		"is the object_id of none of" },
	{ "a federated credential without its keys",
		"{" IDS
		",\"federated_credentials\":[{\"issuer\":\"https://i\",\"subject\":\"s\"}]}",
		"federated_credentials[0]: want \"managed_identity\", or" },
	{ "too many calls at once", "{" IDS ",\"concurrent_calls\":2001}", "from 1 to 2000" },
};

static void each_wrong_scenario_is_told_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct scenario s;
		struct why why = { .text = "" };

		if (scenario_parse("s.json", wrong[i].text, strlen(wrong[i].text), &s, &why) !=
				E_MALFORMED ||
			!strstr(why.text, wrong[i].want) || strncmp(why.text, "s.json:", 7) != 0)
			fail_msg("%s: %s", wrong[i].name, why.text);
		scenario_fini(&s);
	}
}

static void a_whole_scenario_is_understood(void **state)
{
	static const char text[] =
		"{" IDS "," SALES ",\"seed\":9,\"roles\":[\"Calls.Initiate.All\"],"
		"\"answer_window_s\":2.5,\"callers\":[{\"name\":\"ann\",\"number\":\"+15550100\","
		"\"at_s\":0.5,"
		"\"press\":[{\"on\":\"menu\",\"digit\":\"1\"},{\"on\":\"prompt "
		"2\",\"after_s\":1,\"digit\":\"#\"},"
		"{\"after_s\":3,\"digit\":\"*\"}],\"media\":\"relay\"}],"
		"\"agents\":[{\"user\":\"44444444-4444-4444-4444-444444444444\",\"name\":\"bob\","
		"\"behaviour\":[\"no-answer\",\"answers\"],\"hangs_up_first\":true}],"
		"\"arrivals\":{\"per_minute\":6,\"digits\":[\"1\",\"2\"],\"talk_s\":[1,2]},"
		"\"faults\":{\"double\":0.5,\"delay_ms\":[10,20],\"http_429\":{\"rate\":0.1},"
		"\"time_scale\":10}}";
	struct scenario s;
	struct why why;

	(void)state;
	assert_int_equal(scenario_parse("s.json", text, sizeof(text) - 1, &s, &why), OK);
	assert_string_equal(s.app_id, "22222222-2222-2222-2222-222222222222");
	assert_int_equal(s.roles, ROLE_INITIATE);
	assert_int_equal(s.answer_window_ms, 2500);
	assert_int_equal(s.caller[0].at_ms, 500);
	assert_string_equal(s.caller[0].to, "33333333-3333-3333-3333-333333333333");
	assert_int_equal(s.caller[0].n_press, 3);
	assert_int_equal(s.caller[0].press[0].on, PRESS_MENU);
	assert_int_equal(s.caller[0].press[0].after_ms, 400);
	assert_int_equal(s.caller[0].press[1].on, PRESS_PROMPT);
	assert_int_equal(s.caller[0].press[1].prompt, 2);
	assert_int_equal(s.caller[0].press[2].on, PRESS_AFTER);
	assert_int_equal(s.caller[0].media, MEDIA_RELAY);
	assert_int_equal(s.agent[0].n_behaviour, 2);
	assert_int_equal(s.agent[0].behaviour[0], NO_ANSWER);
	assert_true(s.agent[0].hangs_up_first);
	assert_string_equal(s.arrivals.digits, "12");
	assert_int_equal(s.arrivals.talk_ms_max, 2000);
	assert_true(s.faults.twice == 0.5);
	assert_int_equal(s.faults.delay_ms_max, 20);
	assert_true(s.faults.throttle_retry_after_s == 0.5);
	assert_true(s.faults.time_scale == 10);
	scenario_fini(&s);
}

/* The manual is the interface of others: every member the parser takes must be in it. */
static void the_help_names_every_member(void **state)
{
	static const char *const names[] = { "seed", "tenant", "app_id", "client_secret",
		"client_certificate", "webhook", "roles", "concurrent_calls", "answer_window_s",
		"ring_timeout_s", "keep_alive_s", "application_instances", "callers", "agents",
		"arrivals", "faults", "name", "number", "user", "to", "at_s", "patience_s",
		"talk_s", "press", "speech", "media", "on", "after_s", "digit", "behaviour",
		"answers_after_s", "hangs_up_first", "per_minute", "digits", "press_on", "lose",
		"double", "reorder", "delay_ms", "http_429", "http_5xx", "hang",
		"reset_after_effect", "time_scale", "redeliver", "rate", "retry_after", "status",
		"ms", "id", "tenants", "apps", "requests_per_second", "calls_per_month",
		"roster_page", "has_number", "forwarded_from", "transferor", "on_behalf_of",
		"observes", "joins", "joins_after_s", "policy_recorded", "meetings", "organizer",
		"thread", "join_id", "passcode", "token", "people", "lobby_s", "transcribed",
		"shared", "managed_identities", "client_id", "object_id", "resource_id", "token_s",
		"identity_header", "federated_credentials", "managed_identity", "issuer", "subject",
		"keys", "weather", "fault", "from_s", "to_s", "at_s", "kind" };
	char quoted[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(quoted, sizeof(quoted), "\"%s\"", names[i]);
		if (!strstr(help_text, quoted))
			fail_msg("--help says nothing of %s", quoted);
	}
	assert_non_null(strstr(help_text, "POST /sim/idle?timeout_ms=N"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_wrong_scenario_is_told_what_is_wrong),
		cmocka_unit_test(a_whole_scenario_is_understood),
		cmocka_unit_test(the_help_names_every_member),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
