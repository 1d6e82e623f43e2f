/* What a recording bot answers when somebody joins; also against Graph's types, where they are. */

#include "graph/wire/join.h"
#include "tests/graph/csdl.h"
#include "tests/graph/wire/files.h"

static void each_answer_has_its_body(void **state)
{
	static const struct {
		enum join_answer answer;
		const char *text, *want;
	} rows[] = {
		{ JOIN_ACCEPT, NULL, "{\"@odata.type\":\"#microsoft.graph.acceptJoinResponse\"}" },
		{ JOIN_REJECT, "busy",
			"{\"@odata.type\":\"#microsoft.graph.rejectJoinResponse\","
			"\"reason\":\"busy\"}" },
		{ JOIN_INVITE_NEW, "https://cc.example.com/api/calls",
			"{\"@odata.type\":\"#microsoft.graph.inviteNewBotResponse\","
			"\"inviteUri\":\"https://cc.example.com/api/calls\"}" },
	};
	const struct csdl_place place = { "join", CSDL_REQUEST };
	bool judged = csdl_load();

	(void)state;
	csdl_begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *root;
		char *body;

		assert_int_equal(join_write(rows[i].answer, rows[i].text, &body, NULL), OK);
		assert_string_equal(body, rows[i].want);
		root = json_loads(body, 0, NULL);
		if (judged)
			csdl_value(&place, root, "microsoft.graph.participantJoiningResponse",
				"answer", "body");
		json_decref(root);
		free(body);
	}
	if (csdl_told.used)
		fail_msg("%s", csdl_faults);
	csdl_free();
}

static void bad_answers_are_refused(void **state)
{
	static const struct {
		enum join_answer answer;
		const char *text, *wanted;
	} rows[] = {
		{ JOIN_REJECT, NULL, "busy" },
		{ JOIN_REJECT, "Busy", "busy" },
		{ JOIN_INVITE_NEW, NULL, "https" },
		{ JOIN_INVITE_NEW, "http://cc.example.com", "https" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct why why;
		char *body;

		assert_int_equal(
			join_write(rows[i].answer, rows[i].text, &body, &why), E_MALFORMED);
		assert_null(body);
		assert_non_null(strstr(why.text, rows[i].wanted));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answer_has_its_body),
		cmocka_unit_test(bad_answers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
