/* The platform around calls: registrations, weather, evil tokens, limits, pages, regions, policy.
 */
#include "tests/graph/sim/calling.h"

#define OTHER_APP "99999999-9999-9999-9999-999999999999"
#define OTHER_LINE "33333333-3333-3333-3333-333333333334"

static void registrations_and_tenants_never_cross(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 13,
		",\"tenants\":[\"" OTHER_TENANT "\"],\"apps\":[{\"app_id\":\"" OTHER_APP
		"\",\"tenants\":[\"" OTHER_TENANT "\"],\"webhook\":\"https://other/in\"}]");
	rig_active(&r, (struct caller){ 0 });
	r.tenant = OTHER_TENANT;
	assert_int_equal(rig_verb(&r, "GET", "", NULL), 403);
	assert_string_equal(rig_code(&r), "7505");
	r.app = OTHER_APP;
	assert_int_equal(rig_verb(&r, "GET", "", NULL), 404);
	r.tenant = TENANT;
	assert_int_equal(rig_verb(&r, "GET", "", NULL), 403);
	assert_string_equal(rig_code(&r), "7505");
	r.app = NOBODY;
	assert_int_equal(rig_verb(&r, "GET", "", NULL), 401);
	rig_close(&r);
}

static void evil_tokens_and_their_fate_are_booked(void **state)
{
	struct rig r;
	size_t evil = 0;

	(void)state;
	rig_open(&r, 14, ",\"weather\":[{\"fault\":\"evil-token\",\"kind\":\"hs256\"}]");
	rig_step(&r, (struct sim_in){ .kind = SIM_START });
	rig_active(&r, (struct caller){ 0 });
	for (size_t i = 0; i < r.n_posts; i++)
		evil += r.post[i].evil == EVIL_HS256;
	assert_true(evil > 3);
	assert_int_equal(
		r.sim->count.evil[EVIL_HS256].accepted, evil); /* the rig's bot trusts all */
	r.bot_says = 403;
	assert_int_equal(rig_ask(&r, "POST", "/sim/evil", "{\"kind\":\"none\"}"), 204);
	assert_int_equal(r.sim->count.evil[EVIL_NONE].refused, 1);
	assert_int_equal(rig_ask(&r, "POST", "/sim/evil", "{\"kind\":\"x\"}"), 400);
	assert_int_equal(rig_ask(&r, "POST", "/sim/keys", ""), 204);
	assert_int_equal(r.n_rolls, 1);
	rig_close(&r);
}

static void weather_has_its_windows(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 15,
		",\"weather\":[{\"fault\":\"5xx\",\"status\":502,\"from_s\":10,\"to_s\":20},"
		"{\"fault\":\"key-rollover\",\"at_s\":12},{\"fault\":\"token-outage\",\"to_s\":5}"
		"]");
	rig_step(&r, (struct sim_in){ .kind = SIM_START });
	assert_int_equal(sim_weather_now(r.sim, FAULT_TOKEN_OUTAGE, r.now + 4999)->status, 503);
	assert_null(sim_weather_now(r.sim, FAULT_TOKEN_OUTAGE, r.now + 5000));
	assert_int_equal(rig_ask(&r, "GET", CALLS "/" NOBODY, NULL), 404);
	rig_run(&r, 10000);
	assert_int_equal(rig_ask(&r, "GET", CALLS "/" NOBODY, NULL), 502);
	assert_int_equal(r.n_rolls, 0);
	rig_run(&r, 10000);
	assert_int_equal(r.n_rolls, 1);
	assert_int_equal(rig_ask(&r, "GET", CALLS "/" NOBODY, NULL), 404);
	rig_close(&r);
}

static void limits_are_429_with_a_fraction(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 16, ",\"requests_per_second\":2");
	for (int i = 0; i < 3; i++)
		rig_ask(&r, "GET", CALLS "/" NOBODY, NULL);
	assert_int_equal(r.status, 429);
	assert_true(r.retry_after_s > 1 && r.retry_after_s < 2);
	rig_run(&r, 1000);
	assert_int_equal(rig_ask(&r, "GET", CALLS "/" NOBODY, NULL), 404);
	rig_close(&r);
}

static void the_roster_has_pages(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 17, PEOPLE ",\"roster_page\":2");
	call_out(&r, CALL_OUT(",\"targets\":[" USER(BOB) "," USER(EVE) "]", ""));
	assert_int_equal(at(&r, r.call, "GET", "participants", NULL), 200);
	assert_int_equal(json_array_size(json_object_get(r.body, "value")), 2);
	assert_non_null(strstr(
		json_string_value(json_object_get(r.body, "@odata.nextLink")), "$skiptoken=2"));
	r.query = json_pack("{ss}", "$skiptoken", "2");
	assert_int_equal(at(&r, r.call, "GET", "participants", NULL), 200);
	assert_int_equal(json_array_size(json_object_get(r.body, "value")), 1);
	assert_null(json_object_get(r.body, "@odata.nextLink"));
	json_decref(r.query);
	rig_close(&r);
}

static void the_first_word_may_be_sent_to_another_region(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 18, "");
	r.silent = true;
	rig_caller(&r, (struct caller){ 0 });
	for (int i = 0; i < 2; i++) { /* a second time it is not honoured */
		rig_step(&r, (struct sim_in){ .kind = SIM_NOTIFIED,
				     .call = r.post[i].call,
				     .key = r.post[i].key,
				     .status = 307,
				     .path = i ? "https://third/in" : "https://second/in" });
		assert_string_equal(rig_call(&r)->callback, "https://second/in");
	}
	assert_int_equal(r.sim->count.regions, 1);
	assert_int_equal(r.n_posts, 2);
	rig_close(&r);
}

static const struct {
	const char *body;
	enum joining want;
	unsigned in;
} joins[] = {
	{ "{\"@odata.type\":\"#microsoft.graph.acceptJoinResponse\"}", JOINING_ACCEPTED, 2 },
	{ "{\"@odata.type\":\"#microsoft.graph.rejectJoinResponse\",\"reason\":\"busy\"}",
		JOINING_REJECTED, 1 },
	{ "{\"@odata.type\":\"#microsoft.graph.inviteNewBotResponse\",\"inviteUri\":\"https://n\"}",
		JOINING_NEW_BOT, 1 },
	{ NULL, JOINING_ASKED, 2 },
};

static void somebody_asks_to_join_a_recorded_call(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(joins); i++) {
		struct rig r;

		rig_open(&r, 19, "");
		r.bot_body = joins[i].body;
		rig_caller(&r,
			(struct caller){ .observes = BOB, .joins = EVE, .joins_after_ms = 1000 });
		assert_int_equal(
			rig_verb(&r, "POST", "updateRecordingStatus", "{\"status\":\"recording\"}"),
			409);
		assert_int_equal(at(&r, r.call, "POST", "answer", ANSWER), 202);
		r.bot_says = 200;
		rig_run(&r, 3000);
		assert_int_equal(r.sim->book[0].joining, joins[i].want);
		assert_int_equal(parties_in(rig_call(&r)), joins[i].in);
		assert_int_equal(at(&r, r.call, "POST", "updateRecordingStatus",
					 "{\"status\":\"recording\"}"),
			200);
		rig_close(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registrations_and_tenants_never_cross),
		cmocka_unit_test(evil_tokens_and_their_fate_are_booked),
		cmocka_unit_test(weather_has_its_windows),
		cmocka_unit_test(limits_are_429_with_a_fraction),
		cmocka_unit_test(the_roster_has_pages),
		cmocka_unit_test(the_first_word_may_be_sent_to_another_region),
		cmocka_unit_test(somebody_asks_to_join_a_recorded_call),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
