/* What people and platform do, as the bot hears of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/graph/sim/rig.h"

#define BOB_DOES(behaviour)                                                                        \
	",\"agents\":[{\"user\":\"" BOB "\",\"name\":\"bob\",\"answers_after_s\":2,\"talk_s\":20," \
	"\"behaviour\":" behaviour "}]"

enum { SEEDS = 24 };

static struct book *book(struct rig *r)
{
	return &r->sim->book[0];
}

static void a_call_is_announced_answered_and_becomes_active(void **state)
{
	unsigned legacy = 0, repeated = 0;

	(void)state;
	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		struct rig r;
		char story[8192], *rest;

		rig_open(&r, seed, "");
		rig_active(&r, (struct caller){ 0 });
		rig_story(&r, story, sizeof(story));
		legacy += strncmp(story, "legacy ", 7) == 0;
		rest = story + (strncmp(story, "legacy ", 7) == 0 ? 7 : 0);
		if (strncmp(rest, "incoming establishing established ", 34) != 0 ||
			!strstr(rest, "established+"))
			fail_msg("seed %u: %s", seed, story);
		repeated += strcmp(rest, "incoming establishing established established+ ") != 0;
		assert_int_equal(book(&r)->offered_ms, 0);
		assert_int_equal(book(&r)->answered_ms, 0);
		assert_true(book(&r)->active_ms > 100);
		rig_close(&r);
	}
	assert_in_range(legacy, 1, SEEDS - 1);
	assert_in_range(repeated, 1, SEEDS - 1);
}

/* Which way an end may be told: with terminating or without, by name or by number. */
static void a_caller_who_hangs_up_ends_the_call(void **state)
{
	unsigned terminating = 0;

	(void)state;
	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		struct rig r;

		rig_open(&r, seed, "");
		rig_active(&r, (struct caller){ .patience_ms = 5000 });
		rig_run(&r, 5000);
		assert_true(rig_said(&r, "!terminated"));
		terminating += rig_said(&r, "terminating");
		assert_int_equal(book(&r)->by, BY_CALLER);
		assert_int_equal(book(&r)->ended_ms, 5000);
		assert_int_equal(book(&r)->subcode, 540000);
		assert_true(sim_idle(r.sim));
		rig_close(&r);
	}
	assert_in_range(terminating, 1, SEEDS - 1);
}

static void fifteen_seconds_are_all_there_is(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 3, "");
	rig_caller(&r, (struct caller){ 0 });
	rig_run(&r, 14999);
	assert_int_equal(rig_verb(&r, "GET", "", NULL), 200);
	rig_run(&r, 1);
	assert_int_equal(rig_verb(&r, "POST", "answer", ANSWER), 404);
	assert_int_equal(book(&r)->by, BY_PLATFORM);
	assert_int_equal(book(&r)->ended_ms, 15000);
	rig_close(&r);
}

static void without_keep_alive_a_call_ends_after_45_minutes(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 3, "");
	rig_active(&r, (struct caller){ 0 });
	rig_run(&r, 44 * 60 * 1000);
	assert_int_equal(rig_verb(&r, "POST", "keepAlive", ""), 200);
	rig_run(&r, 44 * 60 * 1000);
	assert_int_equal(rig_verb(&r, "GET", "", NULL), 200);
	rig_run(&r, 60 * 1000);
	assert_int_equal(rig_verb(&r, "GET", "", NULL), 404);
	assert_int_equal(book(&r)->code, 408);
	assert_int_equal(book(&r)->subcode, 8537);
	rig_close(&r);
}

static void keys_wait_for_the_subscription_and_are_numbered(void **state)
{
	struct caller who = { .n_press = 2,
		.press = { { .on = PRESS_AFTER, .after_ms = 100, .digit = '1' },
			{ .on = PRESS_AFTER, .after_ms = 200, .digit = '#' } } };
	struct rig r;

	(void)state;
	rig_open(&r, 5, "");
	rig_active(&r, who);
	rig_run(&r, 5000);
	assert_int_equal(r.n_keys, 0);
	rig_forget(&r);
	assert_int_equal(rig_verb(&r, "POST", "subscribeToTone", "{}"), 200);
	assert_string_equal(r.digits, "1#");
	for (size_t i = 0, n = 0; i < r.n_posts; i++) {
		json_t *items = json_object_get(r.post[i].json, "value"), *item;
		size_t k;

		json_array_foreach(items, k, item)
		{
			json_t *tone = json_object_get(
				json_object_get(item, "resourceData"), "toneInfo");

			assert_int_equal(
				json_integer_value(json_object_get(tone, "sequenceId")), ++n);
			assert_string_equal(json_string_value(json_object_get(tone, "tone")),
				n == 1 ? "tone1" : "pound");
		}
	}
	rig_close(&r);
}

static void a_menu_heard_again_is_answered_again(void **state)
{
	struct caller who = { .n_press = 1,
		.press = { { .on = PRESS_MENU, .after_ms = 400, .digit = '2' } } };
	struct rig r;

	(void)state;
	rig_open(&r, 5, "");
	rig_active(&r, who);
	assert_int_equal(rig_verb(&r, "POST", "playPrompt", PLAY("https://b/hello.wav")), 200);
	rig_run(&r, 1000);
	assert_int_equal(r.n_keys, 0); /* tones are not subscribed */
	rig_played(&r, SIM_HEARD);
	assert_int_equal(rig_verb(&r, "POST", "subscribeToTone", "{}"), 200);
	assert_int_equal(rig_verb(&r, "POST", "playPrompt", PLAY("https://b/menu.wav")), 200);
	rig_run(&r, 399);
	assert_int_equal(r.n_keys, 0);
	rig_run(&r, 1);
	assert_int_equal(r.n_keys, 1);
	rig_played(&r, SIM_HEARD);
	assert_int_equal(rig_verb(&r, "POST", "playPrompt", PLAY("https://b/sorry.wav")), 200);
	rig_run(&r, 1000);
	assert_int_equal(r.n_keys, 1); /* another prompt is no menu */
	rig_played(&r, SIM_HEARD);
	assert_int_equal(rig_verb(&r, "POST", "playPrompt", PLAY("https://b/menu.wav")), 200);
	rig_run(&r, 1000);
	assert_int_equal(r.n_keys, 2);
	rig_close(&r);
}

static void a_prompt_ends_in_one_notification_of_its_operation(void **state)
{
	static const struct {
		int status;
		const char *said;
	} ends[] = { { SIM_HEARD, "playpr:completed" }, { SIM_CANCELLED, "playpr:failed" },
		{ 8535, "playpr:failed" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct rig r;

		rig_open(&r, 2, "");
		rig_active(&r, (struct caller){ 0 });
		rig_forget(&r);
		assert_int_equal(rig_verb(&r, "POST", "playPrompt", PLAY("https://b/p.wav")), 200);
		assert_string_equal(
			json_string_value(json_object_get(r.body, "status")), "running");
		assert_non_null(strstr(r.location, "/operations/"));
		assert_false(rig_said(&r, ends[i].said));
		rig_played(&r, ends[i].status);
		assert_true(rig_said(&r, ends[i].said));
		assert_int_equal(rig_call(&r)->n_ops, 0);
		rig_close(&r);
	}
}

static void cancel_stops_what_plays(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 2, "");
	rig_active(&r, (struct caller){ 0 });
	assert_int_equal(rig_verb(&r, "POST", "cancelMediaProcessing", "{}"), 200);
	assert_int_equal(r.n_stops, 0);
	assert_int_equal(rig_verb(&r, "POST", "playPrompt", PLAY("https://b/p.wav")), 200);
	assert_int_equal(rig_verb(&r, "POST", "cancelMediaProcessing", "{}"), 200);
	assert_int_equal(r.n_stops, 1);
	rig_close(&r);
}

/* The whole bridge: ring, join, group roster, talk, hang-up. */
static void an_agent_who_answers_joins_and_the_call_becomes_a_group(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		struct rig r;

		rig_open(&r, seed, BOB_DOES("\"answers\""));
		rig_active(&r, (struct caller){ .talk_ms = 10000, .patience_ms = 5000 });
		rig_forget(&r);
		assert_int_equal(rig_verb(&r, "POST", "participants/invite", INVITE(BOB)), 200);
		assert_string_equal(
			json_string_value(json_object_get(r.body, "status")), "Running");
		rig_run(&r, 1999);
		assert_false(rig_said(&r, "invite:completed"));
		rig_run(&r, 1);
		assert_true(rig_said(&r, "invite:completed"));
		assert_true(rig_said(&r, "[3]"));
		assert_int_equal(book(&r)->connected_ms, 3000);
		assert_string_equal(book(&r)->agent, "bob");
		assert_int_equal(r.n_says, 2);
		rig_run(&r, 10000); /* patience counts no more; the caller leaves */
		assert_true(rig_said(&r, "[2]"));
		rig_run(&r, 1500); /* and the agent, left alone */
		assert_true(rig_said(&r, "!terminated"));
		assert_int_equal(book(&r)->subcode, 5010);
		assert_int_equal(r.n_hang_ups, 2);
		assert_true(sim_idle(r.sim));
		rig_close(&r);
	}
}

static const struct {
	const char *behaviour;
	uint64_t ms;
	int code, subcode;
} refusals[] = {
	{ "\"busy\"", 300, 486, 0 },
	{ "\"rejects\"", 2000, 603, 0 },
	{ "\"offline\"", 300, 480, 10037 },
	{ "\"no-answer\"", 60000, 408, 10057 },
};

static int number(json_t *info, const char *a, const char *b)
{
	json_t *n = json_object_get(info, a);

	n = n ? n : json_object_get(info, b);
	return json_is_string(n) ? (int)strtol(json_string_value(n), NULL, 10)
				 : (int)json_integer_value(n);
}

static void an_agent_who_does_not_come_fails_the_invitation(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		char more[256];
		struct rig r;
		json_t *item, *info;

		snprintf(more, sizeof(more),
			",\"agents\":[{\"user\":\"" BOB
			"\",\"answers_after_s\":2,\"behaviour\":%s}]",
			refusals[i].behaviour);
		rig_open(&r, 4, more);
		rig_active(&r, (struct caller){ 0 });
		rig_run(&r, 2000);
		rig_forget(&r);
		assert_int_equal(rig_verb(&r, "POST", "participants/invite", INVITE(BOB)), 200);
		rig_run(&r, refusals[i].ms - 1);
		assert_int_equal(r.n_posts, 0);
		rig_run(&r, 1);
		assert_int_equal(r.n_posts, 1);
		item = json_array_get(json_object_get(r.post[0].json, "value"), 0);
		info = json_object_get(json_object_get(item, "resourceData"), "resultInfo");
		assert_int_equal(number(info, "code", "code"), refusals[i].code);
		assert_int_equal(number(info, "subcode", "subCode"), refusals[i].subcode);
		/* The caller is still there, and the agent free to be rung again. */
		assert_int_equal(rig_verb(&r, "GET", "", NULL), 200);
		assert_int_equal(r.sim->agent[1].call, 0);
		rig_close(&r);
	}
}

static void an_invitation_can_be_called_off(void **state)
{
	char verb[128];
	struct rig r;

	(void)state;
	rig_open(&r, 4, BOB_DOES("[\"no-answer\",\"answers\"]"));
	rig_active(&r, (struct caller){ 0 });
	assert_int_equal(rig_verb(&r, "POST", "participants/invite", INVITE(BOB)), 200);
	snprintf(verb, sizeof(verb), "participants/%s",
		json_string_value(
			json_object_get(json_array_get(json_object_get(r.body, "participants"), 0),
				"participantId")));
	rig_run(&r, 10000);
	assert_int_equal(rig_verb(&r, "DELETE", verb, NULL), 204);
	assert_true(rig_said(&r, "invite:failed"));
	assert_int_equal(rig_verb(&r, "POST", "participants/invite", INVITE(BOB)), 200);
	rig_run(&r, 2000);
	assert_true(rig_said(&r, "invite:completed"));
	assert_int_equal(book(&r)->rings, 2);
	rig_close(&r);
}

static void an_agent_on_the_phone_is_busy(void **state)
{
	struct rig r;
	uint32_t first;

	(void)state;
	rig_open(&r, 4, BOB_DOES("\"answers\""));
	rig_active(&r, (struct caller){ .talk_ms = 600000 });
	first = r.call;
	assert_int_equal(rig_verb(&r, "POST", "participants/invite", INVITE(BOB)), 200);
	rig_run(&r, 2000);
	rig_active(&r, (struct caller){ .name = "zoe" });
	assert_int_not_equal(first, r.call);
	rig_forget(&r);
	assert_int_equal(rig_verb(&r, "POST", "participants/invite", INVITE(BOB)), 200);
	rig_run(&r, 300);
	assert_true(rig_said(&r, "invite:failed"));
	rig_close(&r);
}

static void an_agent_may_hang_up_first(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 4,
		",\"agents\":[{\"user\":\"" BOB
		"\",\"name\":\"bob\",\"answers_after_s\":2,\"talk_s\":7,\"hangs_up_first\":true}]");
	rig_active(&r, (struct caller){ .talk_ms = 600000 });
	assert_int_equal(rig_verb(&r, "POST", "participants/invite", INVITE(BOB)), 200);
	rig_run(&r, 2000);
	rig_forget(&r);
	rig_run(&r, 7000);
	assert_true(rig_said(&r, "[2]"));
	assert_int_equal(rig_verb(&r, "GET", "", NULL), 200); /* a survey could follow */
	rig_run(&r, 5000);
	assert_int_equal(rig_verb(&r, "GET", "", NULL), 404);
	assert_int_equal(book(&r)->by, BY_CALLER);
	rig_close(&r);
}

static void a_second_agent_keeps_the_caller_from_leaving(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 4,
		",\"agents\":[{\"user\":\"" BOB
		"\",\"name\":\"bob\",\"answers_after_s\":1,\"talk_s\":7,\"hangs_up_first\":true},"
		"{\"user\":\"" EVE "\",\"name\":\"eve\",\"answers_after_s\":1,\"talk_s\":600}]");
	rig_active(&r, (struct caller){ .talk_ms = 600000 });
	assert_int_equal(rig_verb(&r, "POST", "participants/invite", INVITE(BOB)), 200);
	rig_run(&r, 9000); /* bob has come and gone */
	assert_int_equal(rig_verb(&r, "POST", "participants/invite", INVITE(EVE)), 200);
	rig_run(&r, 20000);
	assert_int_equal(rig_verb(&r, "GET", "participants", NULL), 200);
	assert_int_equal(json_array_size(json_object_get(r.body, "value")), 3);
	rig_close(&r);
}

static void a_bot_that_leaves_a_group_leaves_the_others_talking(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 4, BOB_DOES("\"answers\""));
	rig_active(&r, (struct caller){ .talk_ms = 10000 });
	assert_int_equal(rig_verb(&r, "POST", "participants/invite", INVITE(BOB)), 200);
	rig_run(&r, 2000);
	assert_int_equal(rig_verb(&r, "DELETE", "", NULL), 204);
	assert_int_equal(r.n_hang_ups, 0);
	assert_false(sim_idle(r.sim));
	rig_run(&r, 10000);
	assert_int_equal(r.n_hang_ups, 2);
	assert_int_equal(book(&r)->by, BY_BOT);
	assert_true(sim_idle(r.sim));
	rig_close(&r);
}

static void a_transfer_moves_the_caller(void **state)
{
	unsigned silent_first = 0;

	(void)state;
	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		struct rig r;
		char story[8192];

		rig_open(&r, seed, BOB_DOES("\"answers\""));
		rig_active(&r, (struct caller){ .talk_ms = 10000, .patience_ms = 5000 });
		rig_run(&r, 1000);
		rig_forget(&r);
		assert_int_equal(rig_verb(&r, "POST", "transfer", TRANSFER(BOB)), 202);
		rig_run(&r, 2000);
		rig_story(&r, story, sizeof(story));
		if (!strstr(story, "transferring ") || !strstr(story, "transferaccepted ") ||
			!strstr(story, "!terminated"))
			fail_msg("seed %u: %s", seed, story);
		silent_first += strstr(story, "transferring~ ") <
				strstr(story, "transferaccepted ");
		assert_int_equal(book(&r)->subcode, 7015);
		assert_int_equal(book(&r)->by, BY_TRANSFER);
		assert_int_equal(rig_verb(&r, "GET", "", NULL), 404);
		assert_false(sim_idle(r.sim)); /* they talk on, without us */
		rig_run(&r, 10000);
		assert_int_equal(book(&r)->gone_ms, 14000);
		assert_true(sim_idle(r.sim));
		rig_close(&r);
	}
	assert_in_range(silent_first, 1, SEEDS - 1);
}

static void a_failed_transfer_comes_back_to_established(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 4, BOB_DOES("\"rejects\""));
	rig_active(&r, (struct caller){ 0 });
	rig_run(&r, 1000);
	assert_int_equal(rig_verb(&r, "POST", "transfer", TRANSFER(BOB)), 202);
	rig_run(&r, 1999);
	rig_forget(&r);
	rig_run(&r, 1);
	assert_true(rig_said(&r, "established"));
	assert_int_equal(rig_verb(&r, "POST", "transfer", TRANSFER(NOBODY)), 202);
	rig_run(&r, 300);
	assert_int_equal(rig_verb(&r, "POST", "playPrompt", PLAY("https://b/p.wav")), 200);
	rig_close(&r);
}

static void a_call_out_rings_and_is_answered(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 4, BOB_DOES("[\"answers\",\"rejects\"]"));
	assert_int_equal(
		rig_ask(&r, "POST", "/v1.0/communications/calls", CREATE(BOB, SERVICE)), 201);
	assert_string_equal(json_string_value(json_object_get(r.body, "state")), "establishing");
	rig_run(&r, 1999);
	assert_false(rig_said(&r, "established"));
	rig_run(&r, 1000);
	assert_true(rig_said(&r, "established+"));
	assert_int_equal(rig_verb(&r, "DELETE", "", NULL), 204);
	assert_int_equal(r.n_hang_ups, 1);
	rig_run(&r, 10);
	assert_int_equal(
		rig_ask(&r, "POST", "/v1.0/communications/calls", CREATE(BOB, SERVICE)), 201);
	rig_forget(&r);
	rig_run(&r, 2000);
	assert_true(rig_said(&r, "!terminated"));
	assert_int_equal(r.sim->book[1].code, 603);
	rig_close(&r);
}

static void stop_hangs_everybody_up(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 4, BOB_DOES("\"answers\"") ",\"arrivals\":{\"per_minute\":60}");
	rig_step(&r, (struct sim_in){ .kind = SIM_START });
	rig_run(&r, 10000);
	assert_true(r.sim->n_books > 3);
	assert_false(sim_idle(r.sim));
	rig_step(&r, (struct sim_in){ .kind = SIM_STOP });
	rig_run(&r, 10000);
	assert_true(sim_idle(r.sim));
	assert_int_equal(r.n_hang_ups, r.sim->n_books);
	rig_close(&r);
}

static void one_more_call_starts_nobody_else(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 4, ",\"callers\":[{\"number\":\"+15550101\"}]");
	rig_caller(&r, (struct caller){ 0 });
	rig_run(&r, 1000);
	assert_int_equal(r.sim->n_books, 1);
	rig_step(&r, (struct sim_in){ .kind = SIM_START });
	rig_run(&r, 1000);
	assert_int_equal(r.sim->n_books, 2);
	assert_int_equal(r.sim->book[1].offered_ms, 1000);
	rig_close(&r);
}

/* Ten times faster, but only for people and platform. */
static void time_can_be_scaled(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 4, ",\"faults\":{\"time_scale\":10}");
	rig_caller(&r, (struct caller){ 0 });
	rig_run(&r, 1499);
	assert_int_equal(rig_verb(&r, "GET", "", NULL), 200);
	rig_run(&r, 1);
	assert_int_equal(rig_verb(&r, "GET", "", NULL), 404);
	rig_close(&r);
}

/* Two Graph calls, one conversation: nothing ties them but who waits longest. */
static void a_relayed_pair_talks(void **state)
{
	static const char media[] =
		"{\"@odata.type\":\"#microsoft.graph.appHostedMediaConfig\",\"blob\":\"%s\"}";
	char body[1024], blob[512], leg[512];
	struct rig r;
	uint32_t in;

	(void)state;
	rig_open(&r, 4, BOB_DOES("\"answers\""));
	rig_caller(&r, (struct caller){ .talk_ms = 10000, .media = MEDIA_RELAY });
	in = r.call;
	for (int i = 0; i < 2; i++) {
		snprintf(leg, sizeof(leg),
			"{\"leg\":\"%d\",\"rtp\":{\"address\":\"127.0.0.1\",\"port\":40000,"
			"\"codec\":\"opus/48000/2\",\"payload_type\":111,\"telephone_event\":101,"
			"\"ptime\":20}}",
			i);
		assert_int_equal(rig_ask(&r, "POST", "/relay/legs", leg), 201);
		snprintf(blob, sizeof(blob), media,
			json_string_value(json_object_get(r.body, "blob")));
		if (i == 0)
			snprintf(body, sizeof(body),
				"{\"callbackUri\":\"https://b\",\"acceptedModalities\":[\"audio\"],"
				"\"mediaConfig\":%s}",
				blob);
		else
			snprintf(body, sizeof(body),
				"{\"callbackUri\":\"https://"
				"b\",\"requestedModalities\":[\"audio\"],"
				"\"targets\":[" USER(BOB) "],\"mediaConfig\":%s}",
				blob);
		if (i == 0)
			assert_int_equal(rig_verb(&r, "POST", "answer", body), 202);
		else
			assert_int_equal(
				rig_ask(&r, "POST", "/v1.0/communications/calls", body), 201);
		rig_run(&r, 3000);
	}
	assert_int_equal(r.sim->n_surprises, 0);
	assert_true(book(&r)->connected_ms > 0);
	assert_string_equal(book(&r)->agent, "bob");
	assert_int_equal(r.n_says, 2);
	rig_run(&r, 10000);
	assert_null(call_of(r.sim, in));
	assert_int_equal(book(&r)->by, BY_CALLER);
	assert_int_equal(
		rig_verb(&r, "DELETE", "", NULL), 204); /* the agent's call is the bot's to end */
	rig_run(&r, 20000);
	assert_true(sim_idle(r.sim));
	assert_int_equal(rig_ask(&r, "DELETE", "/relay/legs/0", NULL), 404);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_is_announced_answered_and_becomes_active),
		cmocka_unit_test(a_caller_who_hangs_up_ends_the_call),
		cmocka_unit_test(fifteen_seconds_are_all_there_is),
		cmocka_unit_test(without_keep_alive_a_call_ends_after_45_minutes),
		cmocka_unit_test(keys_wait_for_the_subscription_and_are_numbered),
		cmocka_unit_test(a_menu_heard_again_is_answered_again),
		cmocka_unit_test(a_prompt_ends_in_one_notification_of_its_operation),
		cmocka_unit_test(cancel_stops_what_plays),
		cmocka_unit_test(an_agent_who_answers_joins_and_the_call_becomes_a_group),
		cmocka_unit_test(an_agent_who_does_not_come_fails_the_invitation),
		cmocka_unit_test(an_invitation_can_be_called_off),
		cmocka_unit_test(an_agent_on_the_phone_is_busy),
		cmocka_unit_test(an_agent_may_hang_up_first),
		cmocka_unit_test(a_second_agent_keeps_the_caller_from_leaving),
		cmocka_unit_test(a_bot_that_leaves_a_group_leaves_the_others_talking),
		cmocka_unit_test(a_transfer_moves_the_caller),
		cmocka_unit_test(a_failed_transfer_comes_back_to_established),
		cmocka_unit_test(a_call_out_rings_and_is_answered),
		cmocka_unit_test(stop_hangs_everybody_up),
		cmocka_unit_test(one_more_call_starts_nobody_else),
		cmocka_unit_test(time_can_be_scaled),
		cmocka_unit_test(a_relayed_pair_talks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
