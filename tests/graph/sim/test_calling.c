/* The calling side beyond the bridge: groups, meetings, transfers, recordings, hold, who hears
 * whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/graph/sim/rig.h"

#define CAROL "77777777-7777-7777-7777-777777777777"
#define OTHER_TENANT "88888888-8888-8888-8888-888888888888"
#define OTHER_APP "99999999-9999-9999-9999-999999999999"
#define OTHER_LINE "33333333-3333-3333-3333-333333333334"
#define PEOPLE                                                                          \
	",\"agents\":[{\"user\":\"" BOB                                                 \
	"\",\"name\":\"bob\",\"answers_after_s\":1,\"talk_s\":600},"                    \
	"{\"user\":\"" EVE "\",\"name\":\"eve\",\"answers_after_s\":2,\"talk_s\":600}," \
	"{\"number\":\"+15550177\",\"name\":\"zoe\",\"answers_after_s\":1}]"
#define PHONE(n)                                                                         \
	"{\"@odata.type\":\"#microsoft.graph.invitationParticipantInfo\",\"identity\":{" \
	"\"phone\":{\"id\":\"" n "\"}}}"
#define CALL_OUT(targets, more)                                           \
	"{\"callbackUri\":\"https://bot/"                                 \
	"cb\",\"requestedModalities\":[\"audio\"],\"tenantId\":\"" TENANT \
	"\",\"mediaConfig\":" SERVICE targets more "}"
#define FROM(id) ",\"source\":{\"identity\":{\"applicationInstance\":{\"id\":\"" id "\"}}}"
#define CALLS "/v1.0/communications/calls"
#define JOIN(meeting) ",\"chatInfo\":{\"threadId\":\"19:m\"},\"meetingInfo\":{" meeting "}"
#define ORGANIZED                                                    \
	"\"@odata.type\":\"#microsoft.graph.organizerMeetingInfo\"," \
	"\"organizer\":{\"user\":{\"id\":\"" CAROL "\"}}"
#define BY_ID(id)                                                        \
	"\"@odata.type\":\"#microsoft.graph.joinMeetingIdMeetingInfo\"," \
	"\"joinMeetingId\":\"" id "\",\"passcode\":\"p\""
#define BY_TOKEN "\"@odata.type\":\"#microsoft.graph.tokenMeetingInfo\",\"token\":\"t\""
#define MEETING                                                                              \
	",\"meetings\":[{\"organizer\":\"" CAROL "\",\"thread\":\"19:m\",\"join_id\":\"1\"," \
	"\"passcode\":\"p\",\"token\":\"t\",\"people\":[\"eve\"],\"lobby_s\":5}]"

enum { NO_GROUP = ROLE_ALL & ~ROLE_INITIATE_GROUP, NO_JOIN = ROLE_ALL & ~ROLE_JOIN_GROUP };

static const struct {
	const char *name, *body;
	unsigned roles;
	int status;
	const char *code;
} creates[] = {
	{ "a user", CALL_OUT(",\"targets\":[" USER(BOB) "]", ""), ROLE_INITIATE, 201, "" },
	{ "a telephone", CALL_OUT(",\"targets\":[" PHONE("+15550177") "]", FROM(SALES)),
		ROLE_INITIATE, 201, "" },
	{ "a telephone, from nobody", CALL_OUT(",\"targets\":[" PHONE("+15550177") "]", ""),
		ROLE_ALL, 400, "BadRequest" },
	{ "a telephone, from a stranger's account",
		CALL_OUT(",\"targets\":[" PHONE("+15550177") "]", FROM(NOBODY)), ROLE_ALL, 400,
		"BadRequest" },
	{ "a telephone that is none", CALL_OUT(",\"targets\":[" PHONE("15550177") "]", FROM(SALES)),
		ROLE_ALL, 400, "BadRequest" },
	{ "a group", CALL_OUT(",\"targets\":[" USER(BOB) "," USER(EVE) "]", ""),
		ROLE_INITIATE_GROUP, 201, "" },
	{ "a group without its role", CALL_OUT(",\"targets\":[" USER(BOB) "," USER(EVE) "]", ""),
		NO_GROUP, 403, "7504" },
	{ "a group with no role at all", CALL_OUT(",\"targets\":[" USER(BOB) "," USER(EVE) "]", ""),
		0, 403, "7503" },
	{ "a group of one twice", CALL_OUT(",\"targets\":[" USER(BOB) "," USER(BOB) "]", ""),
		ROLE_ALL, 400, "BadRequest" },
	{ "a group with a telephone",
		CALL_OUT(",\"targets\":[" USER(BOB) "," PHONE("+15550177") "]", ""), ROLE_ALL, 400,
		"BadRequest" },
	{ "a group of six",
		CALL_OUT(",\"targets\":[" USER(BOB) "," USER(EVE) "," USER(CAROL) "," USER(
				 NOBODY) "," USER(SALES) "," USER(APP) "]",
			""),
		ROLE_ALL, 400, "BadRequest" },
	{ "nobody", CALL_OUT("", ""), ROLE_ALL, 400, "BadRequest" },
	{ "a meeting", CALL_OUT("", JOIN(ORGANIZED)), ROLE_JOIN_GROUP, 201, "" },
	{ "a meeting without the role", CALL_OUT("", JOIN(ORGANIZED)), NO_JOIN, 403, "7504" },
	{ "a meeting by its id", CALL_OUT("", JOIN(BY_ID("1"))), ROLE_ALL, 201, "" },
	{ "a meeting by another id", CALL_OUT("", JOIN(BY_ID("2"))), ROLE_ALL, 404,
		"itemNotFound" },
	{ "a meeting by token", CALL_OUT("", JOIN(BY_TOKEN)), ROLE_ALL, 201, "" },
	{ "a meeting as guest",
		CALL_OUT("",
			JOIN(ORGANIZED) ",\"source\":{\"identity\":{\"guest\":{\"id\":\"g\"}}}"),
		ROLE_JOIN_GROUP_GUEST, 201, "" },
	{ "a guest without the guests' role",
		CALL_OUT("",
			JOIN(ORGANIZED) ",\"source\":{\"identity\":{\"guest\":{\"id\":\"g\"}}}"),
		ROLE_JOIN_GROUP, 403, "7504" },
	{ "a meeting without its chat", CALL_OUT("", ",\"meetingInfo\":{" ORGANIZED "}"), ROLE_ALL,
		400, "BadRequest" },
	{ "another tenant's meeting",
		"{\"callbackUri\":\"https://b\",\"requestedModalities\":[\"audio\"],\"tenantId\":"
		"\"" OTHER_TENANT "\",\"mediaConfig\":" SERVICE JOIN(ORGANIZED) "}",
		ROLE_ALL, 403, "7505" },
};

static void each_create_call(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(creates); i++) {
		struct rig r;
		int status;

		rig_open(&r, 1, PEOPLE MEETING);
		r.roles = creates[i].roles;
		status = rig_ask(&r, "POST", CALLS, creates[i].body);
		if (status != creates[i].status || strcmp(rig_code(&r), creates[i].code) != 0)
			fail_msg("%s: %d %s", creates[i].name, status, rig_code(&r));
		rig_close(&r);
	}
}

/* verb of the call whose key this is. */
static int at(struct rig *r, uint32_t key, const char *method, const char *verb, const char *body)
{
	uint32_t was = r->call;
	int status;

	r->call = key;
	status = rig_verb(r, method, verb, body);
	if (!status) { /* the answer waits for its notification */
		rig_run(r, 1500);
		status = r->status;
	}
	r->call = was;
	return status;
}

static uint32_t call_out(struct rig *r, const char *body)
{
	assert_int_equal(rig_ask(r, "POST", CALLS, body), 201);
	rig_run(r, 4000);
	return r->call;
}

static struct sim_call *call(struct rig *r, uint32_t key)
{
	return &r->sim->call[key % CALL_SLOTS];
}

static struct party *who(struct rig *r, uint32_t key, const char *user)
{
	struct subject s = { .kind = user[0] == '+' ? SUBJECT_PHONE : SUBJECT_USER };

	snprintf(s.id, sizeof(s.id), "%s", user);
	return party_by_subject(r->sim, call(r, key), &s);
}

static void a_group_call_begins_with_whoever_comes_first(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 2, PEOPLE);
	assert_int_equal(rig_ask(&r, "POST", CALLS,
				 CALL_OUT(",\"targets\":[" USER(BOB) "," USER(EVE) "]", "")),
		201);
	assert_non_null(json_object_get(r.body, "chatInfo"));
	rig_run(&r, 1500);
	assert_true(rig_said(&r, "[2]"));
	rig_run(&r, 1000);
	assert_true(rig_said(&r, "[3]"));
	assert_int_equal(at(&r, r.call, "DELETE", "", NULL), 204);
	rig_close(&r);
	rig_open(&r, 2, "");
	call_out(&r, CALL_OUT(",\"targets\":[" USER(BOB) "," USER(EVE) "]", ""));
	assert_int_equal(r.sim->book[0].subcode, 5013); /* nobody else joined */
	rig_close(&r);
}

static void meetings_are_there_before_the_bot(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 3, PEOPLE MEETING);
	call_out(&r, CALL_OUT("", JOIN(ORGANIZED)));
	assert_int_equal(call(&r, r.call)->state, CALL_ESTABLISHED);
	assert_non_null(who(&r, r.call, EVE));
	/* From a scheduled meeting a telephone can be invited; from one joined by a token, not. */
	assert_int_equal(at(&r, r.call, "POST", "participants/invite",
				 "{\"participants\":[" PHONE("+15550177") "]}"),
		200);
	rig_run(&r, 1500);
	assert_true(rig_said(&r, "invite:completed"));
	call_out(&r, CALL_OUT("", JOIN(BY_TOKEN)));
	rig_forget(&r);
	assert_int_equal(at(&r, r.call, "POST", "participants/invite",
				 "{\"participants\":[" PHONE("+15550177") "]}"),
		200);
	rig_run(&r, 1500);
	assert_true(rig_said(&r, "invite:failed"));
	rig_close(&r);
}

static void a_redirected_call_goes_to_the_first_who_picks_up(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 4, PEOPLE);
	rig_caller(&r, (struct caller){ .talk_ms = 5000 });
	assert_int_equal(at(&r, r.call, "POST", "redirect",
				 "{\"targets\":[" USER(BOB) "," USER(EVE) "],\"timeout\":15}"),
		202);
	rig_run(&r, 1500);
	assert_int_equal(r.sim->book[0].by, BY_REDIRECT);
	assert_int_equal(r.sim->agent[1].talks, 1);
	assert_int_equal(r.sim->agent[2].call, 0);
	assert_int_equal(at(&r, r.call, "GET", "", NULL), 404);
	rig_run(&r, 6000);
	assert_true(sim_idle(r.sim));
	rig_caller(&r, (struct caller){ .name = "b" });
	assert_int_equal(at(&r, r.call, "POST", "redirect",
				 "{\"targets\":[" USER(NOBODY) "],\"timeout\":15}"),
		202);
	rig_run(&r, 15000);
	assert_true(sim_idle(r.sim));
	assert_int_equal(r.sim->book[1].by, BY_PLATFORM);
	rig_close(&r);
}

static const struct {
	const char *name, *body, *said;
	int subcode;
} transfers[] = {
	{ "to a user", TRANSFER(BOB), "!terminated", 7015 },
	{ "to a telephone", "{\"transferTarget\":" PHONE("+15550177") "}", "!terminated", 7015 },
	{ "to nobody", TRANSFER(NOBODY), "established", 0 },
	{ "to voicemail",
		"{\"transferTarget\":{\"endpointType\":\"voicemail\",\"identity\":{\"user\":{"
		"\"id\":"
		"\"" BOB "\"}}}}",
		"!terminated", 7015 },
};

static void each_blind_transfer(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(transfers); i++) {
		struct rig r;

		rig_open(&r, 5, PEOPLE);
		rig_active(&r, (struct caller){ .talk_ms = 5000 });
		rig_run(&r, 1000);
		rig_forget(&r);
		assert_int_equal(at(&r, r.call, "POST", "transfer", transfers[i].body), 202);
		rig_run(&r, 3000);
		if (!rig_said(&r, transfers[i].said) ||
			r.sim->book[0].subcode != transfers[i].subcode)
			fail_msg("%s: %d", transfers[i].name, r.sim->book[0].subcode);
		rig_run(&r, 10000);
		if (transfers[i].subcode && !sim_idle(r.sim))
			fail_msg("%s: somebody is still there", transfers[i].name);
		rig_close(&r);
	}
}

/* The second call names the first; both legs of the bot end, and the two people talk. */
static void a_consultative_transfer_wants_both_calls(void **state)
{
	char body[1024];
	struct rig r;
	uint32_t first, second;

	(void)state;
	rig_open(&r, 6, PEOPLE);
	rig_active(&r, (struct caller){ .talk_ms = 5000 });
	first = r.call;
	second = call_out(&r, CREATE(BOB, SERVICE));
	snprintf(body, sizeof(body),
		"{\"transferTarget\":{\"identity\":{\"phone\":{\"id\":\"+15550100\"}},"
		"\"replacesCallId\":\"" NOBODY "\"}}");
	rig_forget(&r);
	assert_int_equal(at(&r, second, "POST", "transfer", body), 202);
	rig_run(&r, 2000);
	assert_int_equal(call(&r, second)->state, CALL_ESTABLISHED);
	assert_true(rig_said(&r, "transferring"));
	snprintf(body, sizeof(body),
		"{\"transferTarget\":{\"identity\":{\"phone\":{\"id\":\"+15550100\"}},"
		"\"replacesCallId\":\"%s\"}}",
		call(&r, first)->id_text);
	assert_int_equal(at(&r, second, "POST", "transfer", body), 202);
	rig_run(&r, 2000);
	assert_int_equal(at(&r, first, "GET", "", NULL), 404);
	assert_int_equal(at(&r, second, "GET", "", NULL), 404);
	assert_string_equal(r.sim->book[0].agent, "bob");
	assert_false(sim_idle(r.sim));
	rig_run(&r, 10000);
	assert_true(sim_idle(r.sim));
	assert_true(r.sim->book[0].gone_ms > 0);
	rig_close(&r);
}

static void out_of_a_group_one_is_transferred(void **state)
{
	char body[1024];
	struct rig r;

	(void)state;
	rig_open(&r, 7, PEOPLE);
	rig_active(&r, (struct caller){ .talk_ms = 60000 });
	assert_int_equal(at(&r, r.call, "POST", "participants/invite", INVITE(BOB)), 200);
	rig_run(&r, 1500);
	assert_int_equal(at(&r, r.call, "POST", "transfer", TRANSFER(EVE)), 400);
	snprintf(body, sizeof(body),
		"{\"transferTarget\":" USER(EVE) ",\"transferee\":{\"identity\":{\"phone\":{\"id\":"
						 "\"+15550100\"}},\"participantId\":\"%s\"}}",
		call(&r, r.call)->party[0].id);
	assert_int_equal(at(&r, r.call, "POST", "transfer", body), 202);
	rig_run(&r, 3000);
	assert_int_equal(r.sim->book[0].subcode, 7015);
	assert_int_equal(r.sim->agent[1].call, 0); /* bob went home */
	assert_int_not_equal(r.sim->agent[2].call, 0);
	rig_close(&r);
}

static void an_invitation_may_take_a_party_out_of_another_call(void **state)
{
	char body[1024];
	struct rig r;
	uint32_t first, second;

	(void)state;
	rig_open(&r, 8, PEOPLE);
	rig_active(&r, (struct caller){ .talk_ms = 5000 });
	first = r.call;
	second = call_out(&r, CREATE(BOB, SERVICE));
	snprintf(body, sizeof(body),
		"{\"participants\":[{\"identity\":{\"phone\":{\"id\":\"+15550100\"}},"
		"\"replacesCallId\":\"%s\"}]}",
		call(&r, first)->id_text);
	assert_int_equal(at(&r, second, "POST", "participants/invite", body), 200);
	rig_run(&r, 1000);
	assert_int_equal(at(&r, first, "GET", "", NULL), 404);
	assert_non_null(who(&r, second, "+15550100"));
	assert_true(rig_said(&r, "[3]"));
	rig_run(&r, 20000); /* she hangs up there, and her own call is over at last */
	assert_true(sim_idle(r.sim));
	assert_true(r.sim->book[0].gone_ms > 0);
	rig_close(&r);
}

static void five_can_be_invited_to_a_group_at_once(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 9, PEOPLE);
	call_out(&r, CALL_OUT(",\"targets\":[" USER(BOB) "," USER(NOBODY) "]", ""));
	assert_int_equal(at(&r, r.call, "POST", "participants/invite",
				 "{\"participants\":[" USER(EVE) "," PHONE("+15550177") "," USER(
					 CAROL) "]}"),
		200);
	rig_run(&r, 1900);
	assert_false(rig_said(&r, "invite:completed"));
	rig_run(&r, 1000);
	assert_true(rig_said(&r, "invite:completed"));
	assert_int_equal(parties_in(call(&r, r.call)), 3);
	rig_close(&r);
}

/* ---- media ---- */

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

/* ---- platform ---- */

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
	assert_int_equal(sim_token_weather(r.sim, r.now + 4999), 503);
	assert_int_equal(sim_token_weather(r.sim, r.now + 5000), 0);
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
		cmocka_unit_test(each_create_call),
		cmocka_unit_test(a_group_call_begins_with_whoever_comes_first),
		cmocka_unit_test(meetings_are_there_before_the_bot),
		cmocka_unit_test(a_redirected_call_goes_to_the_first_who_picks_up),
		cmocka_unit_test(each_blind_transfer),
		cmocka_unit_test(a_consultative_transfer_wants_both_calls),
		cmocka_unit_test(out_of_a_group_one_is_transferred),
		cmocka_unit_test(an_invitation_may_take_a_party_out_of_another_call),
		cmocka_unit_test(five_can_be_invited_to_a_group_at_once),
		cmocka_unit_test(a_recording_is_for_the_holder_of_its_token),
		cmocka_unit_test(each_end_of_a_recording),
		cmocka_unit_test(tones_hold_and_barge_in),
		cmocka_unit_test(routing_groups_decide_who_hears_whom),
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
