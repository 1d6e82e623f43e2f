/* The calling side beyond the bridge: groups, meetings, transfers and who is invited. */
#include "tests/graph/sim/calling.h"

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
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
