/* Requests to the Bot Connector against their golden file, what is refused, and what comes back. */
#include "graph/wire/connector.h"

#include "bot/base/text.h"
#include "tests/graph/wire/files.h"

static const struct connector_in all = {
	.service_url = "https://smba.trafficmanager.net/emea/",
	.conversation_id = "a:1Ada/../x;y=1@z",
	.activity_id = "1:card",
	.message = "{\"type\":\"message\",\"text\":\"x\"}",
	.bot_id = "28:11111111-2222-4333-8444-555555555555",
	.user_id = "29:1AdaMri",
	.tenant_id = "7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e",
};

static const char *const names[CONNECTOR_KINDS] = { "openConversation", "sendActivity",
	"updateActivity" };

static void every_request_is_golden(void **state)
{
	char text[4096];
	struct text t = TEXT(text);

	(void)state;
	for (unsigned kind = 0; kind < CONNECTOR_KINDS; kind++) {
		struct connector_in in = all;
		struct connector_out out;
		struct why why;

		in.kind = (enum connector_kind)kind;
		if (kind == CONNECTOR_UPDATE)
			in.service_url = "https://smba.trafficmanager.net/emea";
		if (connector_write(&in, &out, &why) != OK)
			fail_msg("%s: %s", names[kind], why.text);
		text_add(&t, "%s: %s %s\n%s\n\n", names[kind], out.method, out.url,
			out.body ? out.body : "(no body)");
		free(out.body);
	}
	assert_false(t.cut);
	golden_compare("tests/golden/wire/connector.txt", text);
}

#define REFUSED(kind_, member, wanted)                                           \
	do {                                                                     \
		struct connector_in in = all;                                    \
		struct connector_out out;                                        \
		struct why why;                                                  \
                                                                                 \
		in.kind = (kind_);                                               \
		in.member = NULL;                                                \
		assert_int_equal(connector_write(&in, &out, &why), E_MALFORMED); \
		assert_null(out.body);                                           \
		if (!strstr(why.text, (wanted)))                                 \
			fail_msg("\"%s\" does not name %s", why.text, (wanted)); \
	} while (0)

static void what_is_missing_is_named(void **state)
{
	(void)state;
	REFUSED(CONNECTOR_OPEN, service_url, "service_url");
	REFUSED(CONNECTOR_OPEN, bot_id, "bot_id");
	REFUSED(CONNECTOR_OPEN, user_id, "user_id");
	REFUSED(CONNECTOR_OPEN, tenant_id, "tenant_id");
	REFUSED(CONNECTOR_SEND, conversation_id, "conversation_id");
	REFUSED(CONNECTOR_SEND, message, "message");
	REFUSED(CONNECTOR_UPDATE, activity_id, "activity_id");
	REFUSED(CONNECTOR_UPDATE, message, "message");
}

static void answers_are_read(void **state)
{
	static const struct {
		const char *body, *id, *code;
	} rows[] = {
		{ "{\"id\":\"1:abc\"}", "1:abc", "" },
		{ "{\"id\":\"a:1\",\"activityId\":\"x\",\"serviceUrl\":\"https://x\"}", "a:1", "" },
		{ "{\"error\":{\"code\":\"ConversationNotFound\",\"message\":\"m\"}}", "",
			"ConversationNotFound" },
		{ "<html>", "", "" },
		{ "[]", "", "" },
		{ "{\"error\":\"x\"}", "", "" },
		{ "", "", "" },
	};
	struct connector_reply r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		connector_reply_decode(rows[i].body, strlen(rows[i].body), &r);
		if (strcmp(r.id, rows[i].id) != 0 || strcmp(r.code, rows[i].code) != 0)
			fail_msg("%s: id \"%s\" code \"%s\"", rows[i].body, r.id, r.code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_request_is_golden),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(answers_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
