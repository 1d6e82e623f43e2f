/* Calls' sound beyond prompts: recordings, tones, hold, who hears whom. */
#include "tests/graph/sim/calling.h"

static json_t *terminal(struct rig *r, const char *tag)
{
	for (size_t i = r->n_posts; i > 0; i--) {
		json_t *item, *items = json_object_get(r->post[i - 1].json, "value");
		size_t k;

		json_array_foreach(items, k, item)
		{
			json_t *d = json_object_get(item, "resourceData");
			const char *is = json_string_value(json_object_get(d, "@odata.type"));

			if (is && strstr(is, tag))
				return d;
		}
	}
	return NULL;
}

static void a_recording_is_for_the_holder_of_its_token(void **state)
{
	char bearer[256], path[256];
	struct rig r;
	json_t *op;

	(void)state;
	rig_open(&r, 10, PEOPLE);
	rig_active(&r, (struct caller){ 0 });
	assert_int_equal(at(&r, r.call, "POST", "recordResponse",
				 "{\"stopTones\":[\"#\",\"5\"],\"maxRecordDurationInSeconds\":30}"),
		200);
	assert_string_equal(r.record.stop, "#5");
	assert_int_equal(r.record.longest_ms, 30000);
	assert_true(r.record.beep);
	rig_step(&r, (struct sim_in){ .kind = SIM_RECORDS, .call = r.call, .key = r.plays[0] });
	assert_int_equal(r.n_says, 1);
	rig_played(&r, SIM_REC_STOP_TONE);
	op = terminal(&r, "recordOperation");
	snprintf(path, sizeof(path), "%s",
		strstr(json_string_value(json_object_get(op, "recordingLocation")),
			"/recordings/"));
	snprintf(bearer, sizeof(bearer), "Bearer %s",
		json_string_value(json_object_get(op, "recordingAccessToken")));
	assert_int_equal(rig_ask(&r, "GET", path, NULL), 401);
	r.authorization = "Bearer x";
	assert_int_equal(rig_ask(&r, "GET", path, NULL), 401);
	r.authorization = bearer;
	assert_int_equal(rig_ask(&r, "GET", path, NULL), 200);
	assert_int_equal(at(&r, r.call, "DELETE", "", NULL), 204);
	rig_run(&r, 5000);
	assert_int_equal(rig_ask(&r, "GET", path, NULL), 404);
	assert_int_equal(r.n_freed, 1);
	rig_close(&r);
}

static const struct {
	int status;
	const char *word, *reason;
	bool recorded;
} ends[] = {
	{ SIM_REC_LONGEST, "record:completed", "maxRecordDurationReached", true },
	{ SIM_REC_SILENCE, "record:completed", "maxSilenceTimeout", true },
	{ SIM_REC_INITIAL_SILENCE, "record:failed", "initialSilenceTimeout", false },
	{ SIM_CANCELLED, "record:failed", "operationCanceled", false },
	{ 8536, "record:failed", "playPromptFailed", false },
};

static void each_end_of_a_recording(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		for (unsigned seed = 1; seed <= 8; seed++) {
			struct rig r;
			json_t *op, *why;

			rig_open(&r, seed, "");
			rig_active(&r, (struct caller){ 0 });
			assert_int_equal(at(&r, r.call, "POST", "recordResponse", "{}"), 200);
			rig_played(&r, ends[i].status);
			rig_run(&r, 10);
			if (!rig_said(&r, ends[i].word))
				fail_msg("%d: not %s", ends[i].status, ends[i].word);
			op = terminal(&r, "recordOperation");
			why = json_object_get(op, "completionReason");
			assert_int_equal(
				json_object_get(op, "recordingLocation") != NULL, ends[i].recorded);
			if (why)
				assert_string_equal(json_string_value(why), ends[i].reason);
			rig_close(&r);
		}
}

static void tones_hold_and_barge_in(void **state)
{
	char verb[128];
	struct rig r;

	(void)state;
	rig_open(&r, 11, PEOPLE);
	rig_active(&r, (struct caller){ .talk_ms = 600000 });
	assert_int_equal(at(&r, r.call, "POST", "sendDtmfTones",
				 "{\"tones\":[\"tone1\",\"pound\"],\"delayBetweenTonesMs\":400}"),
		200);
	rig_run(&r, 1000);
	assert_true(rig_said(&r, "senddt:completed"));
	assert_string_equal(r.sim->book[0].dtmf, "1#");
	assert_int_equal(at(&r, r.call, "POST", "sendDtmfTones", "{\"tones\":[\"1\"]}"), 400);
	assert_int_equal(at(&r, r.call, "POST", "playPrompt", PLAY("https://b/p.wav")), 200);
	assert_int_equal(
		at(&r, r.call, "POST", "recordResponse", "{\"bargeInAllowed\":true}"), 200);
	assert_int_equal(r.n_stops, 1);
	assert_int_equal(at(&r, r.call, "POST", "participants/invite", INVITE(BOB)), 200);
	rig_run(&r, 1500);
	snprintf(verb, sizeof(verb), "participants/%s/startHoldMusic",
		call(&r, r.call)->party[0].id);
	assert_int_equal(at(&r, r.call, "POST", verb, "{}"), 202);
	assert_true(rig_said(&r, "starth:completed"));
	assert_int_equal(call(&r, r.call)->party[0].hears, 0);
	/* The others do not hear who is on hold: the bot alone is left to bob. */
	assert_int_equal(who(&r, r.call, BOB)->hears, HEARS_BOT);
	assert_int_equal(at(&r, r.call, "POST", verb, "{}"), 409);
	snprintf(
		verb, sizeof(verb), "participants/%s/stopHoldMusic", call(&r, r.call)->party[0].id);
	assert_int_equal(at(&r, r.call, "POST", verb, "{}"), 202);
	assert_int_not_equal(call(&r, r.call)->party[0].hears, 0);
	assert_int_equal(at(&r, r.call, "POST", verb, "{}"), 409);
	rig_close(&r);
}

/* Monitor: a supervisor nobody hears; whisper: one only. */
static void routing_groups_decide_who_hears_whom(void **state)
{
	char body[512];
	const char *eve, *bob, *ann, *hears;
	struct rig r;
	json_t *books;

	(void)state;
	rig_open(&r, 12, PEOPLE);
	rig_active(&r, (struct caller){ .talk_ms = 600000 });
	assert_int_equal(at(&r, r.call, "POST", "participants/invite", INVITE(BOB)), 200);
	rig_run(&r, 1500);
	assert_int_equal(
		at(&r, r.call, "POST", "participants/invite",
			"{\"participants\":[{\"identity\":{\"user\":{\"id\":\"" EVE
			"\"}},\"hidden\":true,\"removeFromDefaultAudioRoutingGroup\":true}]}"),
		200);
	rig_run(&r, 2500);
	eve = who(&r, r.call, EVE)->id;
	bob = who(&r, r.call, BOB)->id;
	ann = call(&r, r.call)->party[0].id;
	assert_int_equal(who(&r, r.call, EVE)->hears, 0);
	snprintf(body, sizeof(body),
		"{\"id\":\"" NOBODY
		"\",\"routingMode\":\"multicast\",\"sources\":[\"%s\"],\"receivers\":[\"%s\"]}",
		ann, eve);
	assert_int_equal(at(&r, r.call, "POST", "audioRoutingGroups", body), 200);
	snprintf(body, sizeof(body),
		"{\"routingMode\":\"oneToOne\",\"sources\":[\"%s\"],\"receivers\":[\"%s\"]}", eve,
		bob);
	assert_int_equal(at(&r, r.call, "POST", "audioRoutingGroups", body), 200);
	books = sim_books(r.sim);
	body[0] = '\0';
	hears = json_dumps(
		json_object_get(json_array_get(json_object_get(books, "calls"), 0), "hears"),
		JSON_COMPACT);
	assert_string_equal(hears,
		"{\"ann\":[\"bot\",\"bob\"],\"bob\":[\"bot\",\"ann\",\"eve\"],\"eve\":[\"ann\"]}");
	free((char *)(uintptr_t)hears);
	json_decref(books);
	snprintf(body, sizeof(body),
		"{\"routingMode\":\"oneToOne\",\"sources\":[\"%s\"],\"receivers\":[\"%s\",\"%s\"]}",
		eve, bob, ann);
	assert_int_equal(at(&r, r.call, "POST", "audioRoutingGroups", body), 400);
	snprintf(body, sizeof(body),
		"{\"routingMode\":\"oneToOne\",\"sources\":[\"%s\"],\"receivers\":[\"" NOBODY
		"\"]}",
		eve);
	assert_int_equal(at(&r, r.call, "POST", "audioRoutingGroups", body), 400);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recording_is_for_the_holder_of_its_token),
		cmocka_unit_test(each_end_of_a_recording),
		cmocka_unit_test(tones_hold_and_barge_in),
		cmocka_unit_test(routing_groups_decide_who_hears_whom),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
