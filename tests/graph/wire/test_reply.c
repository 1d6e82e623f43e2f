/* What Graph answers: classes, errors of every spelling, entities, and what is no JSON at all. */

#include "graph/wire/reply.h"
#include "tests/graph/wire/files.h"

#include "bot/base/text.h"

static struct reply got;

static void decode(int status, const char *body)
{
	reply_decode(status, body, strlen(body), &got);
}

static void classes(void **state)
{
	static const struct {
		int status;
		enum reply_class want;
	} rows[] = {
		{ 200, REPLY_OK },
		{ 201, REPLY_OK },
		{ 202, REPLY_OK },
		{ 204, REPLY_OK },
		{ 299, REPLY_OK },
		{ 301, REPLY_REFUSED },
		{ 307, REPLY_REFUSED },
		{ 400, REPLY_REFUSED },
		{ 401, REPLY_AUTH },
		{ 403, REPLY_FORBIDDEN },
		{ 404, REPLY_GONE },
		{ 408, REPLY_TRANSIENT },
		{ 409, REPLY_CONFLICT },
		{ 410, REPLY_GONE },
		{ 413, REPLY_REFUSED },
		{ 429, REPLY_THROTTLED },
		{ 500, REPLY_TRANSIENT },
		{ 503, REPLY_TRANSIENT },
		{ 599, REPLY_TRANSIENT },
		{ 0, REPLY_REFUSED },
		{ 600, REPLY_REFUSED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (reply_class(rows[i].status) != rows[i].want)
			fail_msg("%d", rows[i].status);
}

static void errors_in_every_spelling(void **state)
{
	static const struct {
		const char *name, *body, *code, *message, *request_id;
	} rows[] = {
		{ "innerError",
			"{\"error\":{\"code\":\"7504\",\"message\":\"No.\",\"innerError\":{"
			"\"request-id\":\"r1\",\"date\":\"2026-11-22T10:00:00\"}}}",
			"7504", "No.", "r1" },
		{ "innererror",
			"{\"error\":{\"code\":\"UnknownError\",\"message\":\"\",\"innererror\":{"
			"\"request-id\":\"r2\"}}}",
			"UnknownError", "", "r2" },
		{ "nested",
			"{\"error\":{\"code\":\"x\",\"innerError\":{\"code\":\"y\",\"innerError\":{"
			"\"request-id\":\"r3\"}}}}",
			"x", "", "r3" },
		{ "a message with a number",
			"{\"error\":{\"code\":\"x\",\"message\":\"To +4915112345678\"}}", "x",
			"To +49*********78", "" },
		{ "a bare number", "{\"error\":{\"code\":7505,\"message\":null}}", "7505", "", "" },
		{ "no error inside", "{\"message\":\"x\"}", "", "", "" },
		{ "a word instead", "{\"error\":\"invalid_client\"}", "", "", "" },
		{ "HTML", "<html>Bad gateway</html>", "", "", "" },
		{ "nothing", "", "", "", "" },
		{ "not UTF-8", "{\"error\":{\"code\":\"\xff\"}}", "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		decode(403, rows[i].body);
		if (got.kind != REPLY_FORBIDDEN || strcmp(got.code, rows[i].code) != 0 ||
			strcmp(got.message, rows[i].message) != 0 ||
			strcmp(got.request_id, rows[i].request_id) != 0)
			fail_msg("%s: %s, %s, %s", rows[i].name, got.code, got.message,
				got.request_id);
	}
}

static void an_operation(void **state)
{
	(void)state;
	decode(200,
		"{\"@odata.type\":\"#microsoft.graph.playPromptOperation\",\"status\":\"running\","
		"\"id\":\"0fe0623f-d628-42ed-b4bd-8ac290072cc5\",\"clientContext\":\"41\","
		"\"resultInfo\":null,\"@odata.context\":\"x\"}");
	assert_int_equal(got.kind, REPLY_OK);
	assert_string_equal(got.op_id, "0fe0623f-d628-42ed-b4bd-8ac290072cc5");
	assert_int_equal(got.status, OP_RUNNING);
	assert_string_equal(got.client_context, "41");
	assert_false(got.result.present);
	assert_true(guid_is_none(got.call_id));
}

static void an_invitation_untagged_and_capitalised(void **state)
{
	(void)state;
	decode(200,
		"{\"status\":\"Running\",\"id\":\"17\",\"clientContext\":\"42\",\"participants\":[{"
		"\"participantId\":\"p1\",\"identity\":{}}],\"resultInfo\":{\"code\":\"200\","
		"\"subCode\":\"0\"}}");
	assert_string_equal(got.op_id, "17");
	assert_int_equal(got.status, OP_RUNNING);
	assert_string_equal(got.participant_id, "p1");
	assert_true(got.result.present);
	assert_int_equal(got.result.code, 200);
}

static void a_call(void **state)
{
	struct guid want;

	(void)state;
	assert_int_equal(guid_parse("4b1f2d008e4c4d0e9a550d9f0c7f1a01", 32, &want), OK);
	decode(201, "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#app/calls/"
		    "$entity\","
		    "\"id\":\"4B1F2D00-8E4C-4D0E-9A55-0D9F0C7F1A01\",\"state\":\"Establishing\","
		    "\"mediaState\":{\"audio\":\"active\"},\"answeredBy\":null,\"targets\":[]}");
	assert_true(guid_same(got.call_id, want));
	assert_int_equal(got.state, CALL_ESTABLISHING);
	assert_int_equal(got.audio, AUDIO_ACTIVE);
	assert_string_equal(got.op_id, "");
}

static void a_collection_of_participants(void **state)
{
	(void)state;
	decode(200,
		"{\"value\":[{\"id\":\"p1\",\"info\":{\"identity\":{\"user\":{\"id\":\"u\","
		"\"displayName\":\"Ada\"},\"phone\":null}},\"isInLobby\":true},{\"id\":\"p2\"}],"
		"\"@odata.context\":\"x\"}");
	assert_int_equal(got.n_parties, 2);
	assert_int_equal(got.party[0].who.kind, PARTY_USER);
	assert_string_equal(got.party[0].who.name, "Ada");
	assert_true(got.party[0].in_lobby);
	assert_string_equal(got.party[1].participant_id, "p2");
	assert_int_equal(got.party[1].who.kind, PARTY_NONE);
}

static void an_answer_read_in_part_keeps_what_was_read(void **state)
{
	(void)state;
	decode(200, "{\"status\":\"running\",\"id\":\"17\",\"clientContext\":42}");
	assert_int_equal(got.kind, REPLY_OK);
	assert_string_equal(got.op_id, "17");
	assert_string_equal(got.client_context, "");
	decode(200, "[1]");
	assert_int_equal(got.kind, REPLY_OK);
	decode(200, "");
	assert_int_equal(got.kind, REPLY_OK);
}

static void new_entities_tell_their_ids(void **state)
{
	(void)state;
	decode(201, "{\"@odata.type\":\"#microsoft.graph.call\",\"id\":"
		    "\"4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01\",\"state\":\"establishing\","
		    "\"callChainId\":\"a7d1c3e5-9b2f-4d60-8e17-35c4f6a8b920\","
		    "\"myParticipantId\":\"d2\",\"answeredBy\":null}");
	assert_false(guid_is_none(got.call_id));
	assert_false(guid_is_none(got.chain_id));
	assert_string_equal(got.my_participant_id, "d2");
	assert_int_equal(got.state, CALL_ESTABLISHING);

	decode(200, "{\"@odata.type\":\"#microsoft.graph.audioRoutingGroup\",\"id\":\"oneToOne\","
		    "\"routingMode\":\"oneToOne\"}");
	assert_int_equal(got.n_groups, 1);
	assert_string_equal(got.group_id[0], "oneToOne");
	assert_true(guid_is_none(got.call_id));
	decode(200, "{\"id\":\"g7\",\"routingMode\":\"multicast\"}");
	assert_string_equal(got.group_id[0], "g7");
	decode(200, "{\"value\":[{\"id\":\"g7\",\"routingMode\":\"multicast\"},{\"id\":\"g8\"}]}");
	assert_int_equal(got.n_groups, 2);
	assert_int_equal(got.n_parties, 0);
	assert_string_equal(got.group_id[1], "g8");

	decode(200, "{\"id\":\"p1\",\"info\":{\"identity\":{\"phone\":{\"id\":\"+15550100\"}}},"
		    "\"isMuted\":true}");
	assert_int_equal(got.n_parties, 1);
	assert_string_equal(got.party[0].participant_id, "p1");
	assert_true(got.party[0].muted);
	decode(200, "{\"@odata.type\":\"#microsoft.graph.muteParticipantOperation\",\"id\":\"o1\","
		    "\"status\":\"completed\",\"clientContext\":\"17\"}");
	assert_string_equal(got.op_id, "o1");
	assert_int_equal(got.status, OP_COMPLETED);
}

/* No token may follow a link to another host, so only what is behind the host is kept. */
static void a_next_page_is_a_path(void **state)
{
	static const struct {
		const char *link, *want;
		bool cut;
	} rows[] = {
		{ "\"https://graph.microsoft.com/v1.0/communications/calls/1/"
		  "participants?$skip=2\"",
			"/v1.0/communications/calls/1/participants?$skip=2", false },
		{ "\"https://evil.example/v1.0/x?y://z\"", "/v1.0/x?y://z", false },
		{ "\"/v1.0/x?y\"", "/v1.0/x?y", false },
		{ "\"https://graph.microsoft.com\"", "", true },
		{ "\"\"", "", false },
		{ "null", "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char body[512];

		snprintf(body, sizeof(body), "{\"@odata.nextLink\":%s,\"value\":[{\"id\":\"p\"}]}",
			rows[i].link);
		decode(200, body);
		if (strcmp(got.next_page, rows[i].want) != 0 || got.n_parties != 1 ||
			got.parties_cut != rows[i].cut || !got.is_collection)
			fail_msg("%s: %s", rows[i].link, got.next_page);
	}
}

static void a_link_too_long_is_told(void **state)
{
	static char body[3 * REPLY_PAGE_MAX];

	(void)state;
	for (int bytes = REPLY_PAGE_MAX - 1; bytes < 2 * REPLY_PAGE_MAX; bytes += 700) {
		snprintf(body, sizeof(body), "{\"value\":[],\"@odata.nextLink\":\"/%0*d\"}",
			bytes - 1, 7);
		decode(200, body);
		assert_true(got.is_collection);
		assert_int_equal(got.parties_cut, bytes >= REPLY_PAGE_MAX);
		assert_int_equal(strlen(got.next_page), got.parties_cut ? 0 : bytes);
	}
}

static void what_cannot_be_read_is_no_collection(void **state)
{
	static const char *const rows[] = { "", "<html>", "{}", "{\"value\":[{\"id\":\"p\"}",
		"{\"value\":7}", "{\"@odata.nextLink\":7,\"value\":[]}", "{\"value\":[7]}" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		decode(200, rows[i]);
		if (got.is_collection)
			fail_msg("%s", rows[i]);
	}
	decode(200, "{\"value\":[]}");
	assert_true(got.is_collection);
}

static void a_page_too_long_is_told(void **state)
{
	static char body[8192];
	struct text t = TEXT(body);

	(void)state;
	text_add(&t, "{\"value\":[{\"id\":\"p\"}");
	for (int i = 1; i < NOTE_PARTIES_MAX; i++)
		text_add(&t, ",{\"id\":\"p\"}");
	text_add(&t, "]}");
	decode(200, body);
	assert_false(got.parties_cut);
	assert_int_equal(got.n_parties, NOTE_PARTIES_MAX);
	t.used -= 2;
	text_add(&t, ",{\"id\":\"q\"}]}");
	decode(200, body);
	assert_true(got.parties_cut);
	assert_int_equal(got.n_parties, NOTE_PARTIES_MAX);
}

static void inner_codes_are_kept(void **state)
{
	(void)state;
	decode(429, "{\"error\":{\"code\":\"TooManyRequests\",\"innerError\":{\"code\":\"429\","
		    "\"request-id\":\"r1\",\"innererror\":{\"code\":8001}}}}");
	assert_string_equal(got.code, "TooManyRequests");
	assert_string_equal(got.inner_code, "8001");
	assert_string_equal(got.request_id, "r1");
	decode(403, "{\"error\":{\"code\":\"7505\",\"innerError\":{}}}");
	assert_string_equal(got.inner_code, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes),
		cmocka_unit_test(errors_in_every_spelling),
		cmocka_unit_test(an_operation),
		cmocka_unit_test(an_invitation_untagged_and_capitalised),
		cmocka_unit_test(a_call),
		cmocka_unit_test(a_collection_of_participants),
		cmocka_unit_test(an_answer_read_in_part_keeps_what_was_read),
		cmocka_unit_test(new_entities_tell_their_ids),
		cmocka_unit_test(a_next_page_is_a_path),
		cmocka_unit_test(a_page_too_long_is_told),
		cmocka_unit_test(a_link_too_long_is_told),
		cmocka_unit_test(what_cannot_be_read_is_no_collection),
		cmocka_unit_test(inner_codes_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
