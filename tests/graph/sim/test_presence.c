/* Presence: who may ask, what counts more, and what time does to it. */
#include "bot/base/text.h"
#include "graph/sim/sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/graph/sim/rig.h"

#define PEOPLE                                                                 \
	",\"agents\":[{\"user\":\"" BOB "\",\"name\":\"bob\",\"talk_s\":600}," \
	"{\"user\":\"" EVE "\",\"name\":\"eve\",\"presence\":\"Offline\"}]"
#define OF(user, verb) "/v1.0/users/" user "/presence" verb
#define SET(app, availability, activity)                              \
	"{\"sessionId\":\"" app "\",\"availability\":\"" availability \
	"\",\"activity\":\"" activity "\"}"
#define SET_FOR(availability, activity, time)                         \
	"{\"sessionId\":\"" APP "\",\"availability\":\"" availability \
	"\",\"activity\":\"" activity "\",\"expirationDuration\":\"" time "\"}"
#define PREFER(availability) \
	"{\"availability\":\"" availability "\",\"activity\":\"" availability "\"}"
#define LIST "/v1.0/communications/getPresencesByUserId"

static const struct {
	const char *name, *method, *path, *body;
	unsigned roles;
	int status;
	const char *code;
} rows[] = {
	{ "one", "GET", OF(BOB, ""), NULL, ROLE_PRESENCE_READ, 200, "" },
	{ "one, the other way", "GET", "/beta/communications/presences/" BOB, NULL,
		ROLE_PRESENCE_READ, 200, "" },
	{ "nobody", "GET", OF(NOBODY, ""), NULL, ROLE_PRESENCE_READ, 404, "NotFound" },
	{ "reading with the right to write", "GET", OF(BOB, ""), NULL, ROLE_PRESENCE_WRITE, 200,
		"" },
	{ "reading without a right", "GET", OF(BOB, ""), NULL, ROLE_ALL & ~96u, 403,
		"Authorization_RequestDenied" },
	{ "several, nobody among them", "POST", LIST,
		"{\"ids\":[\"" BOB "\",\"" NOBODY "\",\"" EVE "\"]}", ROLE_PRESENCE_READ, 200, "" },
	{ "several, by numbers", "POST", LIST, "{\"ids\":[1]}", ROLE_ALL, 400, "BadRequest" },
	{ "several, none", "POST", LIST, "{\"ids\":[]}", ROLE_ALL, 400, "BadRequest" },
	{ "several, and more", "POST", LIST, "{\"ids\":[\"" BOB "\"],\"top\":1}", ROLE_ALL, 400,
		"BadRequest" },
	{ "several, got", "GET", LIST, NULL, ROLE_ALL, 405, "Request_BadRequest" },
	{ "set", "POST", OF(BOB, "/setPresence"), SET(APP, "Busy", "InACall"), ROLE_ALL, 200, "" },
	{ "set, qualified", "POST", OF(BOB, "/microsoft.graph.setPresence"),
		SET(APP, "Away", "Away"), ROLE_ALL, 200, "" },
	{ "set with the right to read", "POST", OF(BOB, "/setPresence"),
		SET(APP, "Busy", "InACall"), ROLE_PRESENCE_READ, 403,
		"Authorization_RequestDenied" },
	{ "set somebody else's session", "POST", OF(BOB, "/setPresence"),
		SET(NOBODY, "Busy", "InACall"), ROLE_ALL, 400, "BadRequest" },
	{ "set no pair", "POST", OF(BOB, "/setPresence"), SET(APP, "Busy", "Busy"), ROLE_ALL, 400,
		"BadRequest" },
	{ "set without activity", "POST", OF(BOB, "/setPresence"),
		"{\"sessionId\":\"" APP "\",\"availability\":\"Away\"}", ROLE_ALL, 400,
		"BadRequest" },
	{ "set for 5 minutes", "POST", OF(BOB, "/setPresence"), SET_FOR("Away", "Away", "PT5M"),
		ROLE_ALL, 200, "" },
	{ "set for 4 hours", "POST", OF(BOB, "/setPresence"), SET_FOR("Away", "Away", "PT4H"),
		ROLE_ALL, 200, "" },
	{ "set for too short", "POST", OF(BOB, "/setPresence"), SET_FOR("Away", "Away", "PT4M59S"),
		ROLE_ALL, 400, "BadRequest" },
	{ "set for too long", "POST", OF(BOB, "/setPresence"), SET_FOR("Away", "Away", "PT4H1S"),
		ROLE_ALL, 400, "BadRequest" },
	{ "set for nonsense", "POST", OF(BOB, "/setPresence"), SET_FOR("Away", "Away", "5M"),
		ROLE_ALL, 400, "BadRequest" },
	{ "clear what is not", "POST", OF(BOB, "/clearPresence"), "{\"sessionId\":\"" APP "\"}",
		ROLE_ALL, 404, "NotFound" },
	{ "prefer", "POST", OF(BOB, "/setUserPreferredPresence"), PREFER("DoNotDisturb"), ROLE_ALL,
		200, "" },
	{ "prefer a call", "POST", OF(BOB, "/setUserPreferredPresence"),
		"{\"availability\":\"Busy\",\"activity\":\"InACall\"}", ROLE_ALL, 400,
		"BadRequest" },
	{ "prefer no more", "POST", OF(BOB, "/clearUserPreferredPresence"), "", ROLE_ALL, 200, "" },
	{ "a message", "POST", OF(BOB, "/setStatusMessage"),
		"{\"statusMessage\":{\"message\":{\"content\":\"x\",\"contentType\":\"text\"}}}",
		ROLE_ALL, 200, "" },
	{ "a verb nobody knows", "POST", OF(BOB, "/sing"), "{}", ROLE_ALL, 400, "BadRequest" },
};

static void each_request(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rig r;

		rig_open(&r, 1, PEOPLE);
		r.roles = rows[i].roles;
		rig_ask(&r, rows[i].method, rows[i].path, rows[i].body);
		if (r.status != rows[i].status || strcmp(rig_code(&r), rows[i].code) != 0)
			fail_msg("%s: %d %s", rows[i].name, r.status, rig_code(&r));
		rig_close(&r);
	}
}

static void shows(struct rig *r, const char *user, const char *availability, const char *activity)
{
	char path[128];

	snprintf(path, sizeof(path), "/v1.0/users/%s/presence", user);
	assert_int_equal(rig_ask(r, "GET", path, NULL), 200);
	assert_string_equal(
		json_string_value(json_object_get(r->body, "availability")), availability);
	assert_string_equal(json_string_value(json_object_get(r->body, "activity")), activity);
}

static void ask(struct rig *r, const char *path, const char *body)
{
	assert_int_equal(rig_ask(r, "POST", path, body), 200);
}

static void unknown_ids_are_absent(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 3, PEOPLE);
	ask(&r, LIST, "{\"ids\":[\"" NOBODY "\",\"" EVE "\"]}");
	assert_int_equal(json_array_size(json_object_get(r.body, "value")), 1);
	rig_close(&r);
}

static void ids_have_a_limit(void **state)
{
	char *body = malloc(650 * 42), *at = body;
	struct rig r;

	(void)state;
	for (int n = 650; n <= 651; n++) {
		at = body + snprintf(body, 650 * 42, "{\"ids\":[\"" BOB "\"");
		for (int i = 1; i < n; i++)
			at += snprintf(at, 64, ",\"" BOB "\"");
		snprintf(at, 8, "]}");
		rig_open(&r, 1, PEOPLE);
		assert_int_equal(rig_ask(&r, "POST", LIST, body), n == 650 ? 200 : 400);
		rig_close(&r);
	}
	free(body);
}

static void sessions_expire_and_decay(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, PEOPLE);
	shows(&r, EVE, "Offline", "Offline");
	ask(&r, OF(EVE, "/setPresence"), SET_FOR("Available", "Available", "PT1H"));
	shows(&r, EVE, "Available", "Available");
	r.now += 5 * 60000 - 1;
	shows(&r, EVE, "Available", "Available");
	r.now += 1;
	shows(&r, EVE, "Available", "AvailableInactive");
	r.now += 5 * 60000;
	shows(&r, EVE, "Away", "Away");
	ask(&r, OF(EVE, "/setPresence"), SET_FOR("Available", "Available", "PT1H"));
	shows(&r, EVE, "Available", "Available");
	ask(&r, OF(EVE, "/setPresence"), SET(APP, "Busy", "InACall"));
	r.now += 5 * 60000 - 1;
	shows(&r, EVE, "Busy", "InACall");
	r.now += 1;
	shows(&r, EVE, "Offline", "Offline");
	assert_int_equal(
		rig_ask(&r, "POST", OF(EVE, "/clearPresence"), "{\"sessionId\":\"" APP "\"}"), 404);
	rig_close(&r);
}

static void what_is_preferred_needs_a_session(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, PEOPLE);
	ask(&r, OF(EVE, "/setUserPreferredPresence"), PREFER("DoNotDisturb"));
	shows(&r, EVE, "Offline", "Offline");
	ask(&r, OF(EVE, "/setPresence"), SET_FOR("Available", "Available", "PT4H"));
	shows(&r, EVE, "DoNotDisturb", "DoNotDisturb");
	ask(&r, OF(EVE, "/clearPresence"), "{\"sessionId\":\"" APP "\"}");
	shows(&r, EVE, "Offline", "Offline");
	ask(&r, OF(BOB, "/setUserPreferredPresence"), PREFER("DoNotDisturb"));
	r.now += 86400000 - 1;
	shows(&r, BOB, "DoNotDisturb", "DoNotDisturb");
	r.now += 1;
	shows(&r, BOB, "Available", "Available");
	ask(&r, OF(EVE, "/setUserPreferredPresence"), PREFER("Available"));
	r.now += 2ull * 86400000;
	ask(&r, OF(EVE, "/setPresence"), SET(APP, "Away", "Away"));
	shows(&r, EVE, "Available", "Available"); /* seven days, of what does not disturb */
	ask(&r, OF(BOB, "/setUserPreferredPresence"), PREFER("Away"));
	r.now += 6ull * 86400000;
	shows(&r, BOB, "Away", "Away");
	ask(&r, OF(BOB, "/clearUserPreferredPresence"), "");
	shows(&r, BOB, "Available", "Available");
	rig_close(&r);
}

static void sessions_have_an_order(void **state)
{
	static const struct {
		const char *own, *set_availability, *set_activity, *availability;
	} order[] = {
		{ "DoNotDisturb", "Busy", "InACall", "DoNotDisturb" },
		{ "Busy", "Available", "Available", "Busy" },
		{ "Available", "Busy", "InACall", "Busy" },
		{ "Available", "Away", "Away", "Available" },
		{ "BeRightBack", "Available", "Available", "Available" },
		{ "Offline", "Away", "Away", "Away" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		char own[128], set[256];
		struct rig r;

		rig_open(&r, 1, PEOPLE);
		snprintf(own, sizeof(own), "{\"user\":\"" BOB "\",\"availability\":\"%s\"}",
			order[i].own);
		assert_int_equal(rig_ask(&r, "POST", "/sim/presence", own), 204);
		snprintf(set, sizeof(set), SET(APP, "%s", "%s"), order[i].set_availability,
			order[i].set_activity);
		ask(&r, OF(BOB, "/setPresence"), set);
		rig_ask(&r, "GET", OF(BOB, ""), NULL);
		if (strcmp(json_string_value(json_object_get(r.body, "availability")),
			    order[i].availability) != 0)
			fail_msg("%s beside %s", order[i].own, order[i].set_availability);
		rig_close(&r);
	}
}

static void a_call_makes_busy(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, PEOPLE);
	rig_active(&r, (struct caller){ .talk_ms = 60000 });
	assert_int_equal(rig_verb(&r, "POST", "participants/invite", INVITE(BOB)), 200);
	shows(&r, BOB, "Available", "Available");
	rig_run(&r, 5000);
	shows(&r, BOB, "Busy", "InACall");
	shows(&r, EVE, "Offline", "Offline");
	rig_run(&r, 120000);
	shows(&r, BOB, "Available", "Available");
	rig_close(&r);
}

static void too_many_wait(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, PEOPLE);
	for (int i = 0; i < 1500; i++)
		assert_int_equal(rig_ask(&r, "GET", OF(BOB, ""), NULL), 200);
	r.now += 10000;
	assert_int_equal(rig_ask(&r, "GET", OF(BOB, ""), NULL), 429);
	assert_true(r.retry_after_s > 19.9 && r.retry_after_s < 20.1);
	r.now += 20000;
	assert_int_equal(rig_ask(&r, "GET", OF(BOB, ""), NULL), 200);
	rig_close(&r);
}

/* Two tenants with one person each: a token opens only its own, and counts only there. */
static void tenants_keep_apart(void **state)
{
#define THERE "99999999-0000-4000-8000-000000000009"
	static const char people[] = ",\"tenants\":[\"" THERE "\"],\"agents\":[{\"user\":\"" BOB
				     "\",\"name\":\"bob\"},{\"user\":\"" EVE
				     "\",\"name\":\"eve\",\"tenant\":\"" THERE "\"}]";
	static const struct {
		const char *tenant, *path;
		int status;
	} asks[] = {
		{ TENANT, OF(BOB, ""), 200 },
		{ TENANT, OF(EVE, ""), 404 },
		{ THERE, OF(EVE, ""), 200 },
		{ THERE, OF(BOB, ""), 404 },
		{ THERE, "/v1.0/communications/presences/" BOB, 404 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, 1, people);
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		r.tenant = asks[i].tenant;
		if (rig_ask(&r, "GET", asks[i].path, NULL) != asks[i].status)
			fail_msg("%s in %s: %d", asks[i].path, asks[i].tenant, r.status);
	}
	r.tenant = THERE;
	ask(&r, LIST, "{\"ids\":[\"" BOB "\",\"" EVE "\"]}");
	assert_int_equal(json_array_size(json_object_get(r.body, "value")), 1);
	assert_int_equal(
		rig_ask(&r, "POST", OF(BOB, "/setPresence"), SET(APP, "Busy", "InACall")), 404);
	for (int i = 0; i < 1500; i++)
		rig_ask(&r, "GET", OF(EVE, ""), NULL);
	assert_int_equal(r.status, 429);
	r.tenant = TENANT;
	shows(&r, BOB, "Available", "Available");
	rig_close(&r);
}

static void me_is_whom_the_token_speaks_for(void **state)
{
	static const struct {
		const char *user;
		int status;
	} asks[] = { { BOB, 200 }, { NOBODY, 404 }, { "", 400 } };
	struct rig r;

	(void)state;
	rig_open(&r, 1, PEOPLE);
	r.bearer = (struct sim_bearer){ .verdict = BEARER_GOOD, .tenant = TENANT, .app_id = APP };
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		snprintf(r.bearer.user, sizeof(r.bearer.user), "%s", asks[i].user);
		if (rig_ask(&r, "GET", "/v1.0/me", NULL) != asks[i].status)
			fail_msg("%s: %d", asks[i].user, r.status);
		if (r.status == 200)
			assert_string_equal(
				json_string_value(json_object_get(r.body, "displayName")), "bob");
	}
	rig_close(&r);
}

static void the_books_show_sessions(void **state)
{
	struct rig r;
	json_t *books, *bob;

	(void)state;
	rig_open(&r, 1, PEOPLE);
	ask(&r, OF(BOB, "/setPresence"), SET(APP, "Busy", "InACall"));
	books = sim_books(r.sim);
	bob = json_array_get(json_object_get(books, "presence"), 0);
	assert_int_equal(json_array_size(json_object_get(bob, "sessions")), 1);
	assert_string_equal(json_string_value(json_object_get(bob, "availability")), "Busy");
	json_decref(books);
	assert_int_equal(rig_ask(&r, "POST", "/sim/presence",
				 "{\"user\":\"" NOBODY "\",\"availability\":\"Away\"}"),
		404);
	assert_int_equal(rig_ask(&r, "POST", "/sim/presence", "{\"user\":\"" BOB "\"}"), 400);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_request),
		cmocka_unit_test(unknown_ids_are_absent),
		cmocka_unit_test(ids_have_a_limit),
		cmocka_unit_test(sessions_expire_and_decay),
		cmocka_unit_test(what_is_preferred_needs_a_session),
		cmocka_unit_test(sessions_have_an_order),
		cmocka_unit_test(a_call_makes_busy),
		cmocka_unit_test(too_many_wait),
		cmocka_unit_test(tenants_keep_apart),
		cmocka_unit_test(me_is_whom_the_token_speaks_for),
		cmocka_unit_test(the_books_show_sessions),
	};

	return cmocka_run_group_tests_name("presence", tests, NULL, NULL);
}
