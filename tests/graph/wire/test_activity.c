/* Activities as Teams sends them, and what is wrong with others. */
#include "graph/wire/activity.h"
#include "tests/graph/wire/files.h"

#define TENANT "7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e"

static struct chat_activity got;

static void load(const char *name)
{
	char path[128], *body;
	struct why why;
	size_t n;

	snprintf(path, sizeof(path), "tests/fixtures/activity/%s.json", name);
	body = file_read(path, &n);
	assert_non_null(body);
	if (activity_decode(body, n, &got, &why) != OK)
		fail_msg("%s: %s", name, why.text);
	free(body);
}

static void each_kind_is_known(void **state)
{
	static const struct {
		const char *name;
		enum activity_kind kind;
		enum activity_scope scope;
		enum activity_change change;
		const char *text;
	} rows[] = {
		{ "message", CHAT_MESSAGE, SCOPE_PERSONAL, INSTALL_OTHER, "status" },
		{ "message-channel", CHAT_MESSAGE, SCOPE_CHANNEL, INSTALL_OTHER, "status" },
		{ "submit", CHAT_MESSAGE, SCOPE_PERSONAL, INSTALL_OTHER, "" },
		{ "install", CHAT_INSTALLATION, SCOPE_PERSONAL, INSTALL_ADD, "" },
		{ "uninstall", CHAT_INSTALLATION, SCOPE_PERSONAL, INSTALL_REMOVE, "" },
		{ "upgrade", CHAT_INSTALLATION, SCOPE_PERSONAL, INSTALL_OTHER, "" },
		{ "members-added", CHAT_CONVERSATION, SCOPE_PERSONAL, INSTALL_OTHER, "" },
		{ "execute", CHAT_INVOKE, SCOPE_PERSONAL, INSTALL_OTHER, "" },
		{ "reaction", CHAT_OTHER, SCOPE_PERSONAL, INSTALL_OTHER, "" },
		{ "nulls", CHAT_MESSAGE, SCOPE_OTHER, INSTALL_OTHER, "" },
		{ "value-text", CHAT_MESSAGE, SCOPE_PERSONAL, INSTALL_OTHER, "hi" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		load(rows[i].name);
		if (got.kind != rows[i].kind || got.conversation.scope != rows[i].scope ||
			got.change != rows[i].change || strcmp(got.text, rows[i].text) != 0)
			fail_msg("%s: kind %d scope %d change %d text \"%s\"", rows[i].name,
				got.kind, got.conversation.scope, got.change, got.text);
	}
}

static void a_reference_has_all_it_needs(void **state)
{
	char text[GUID_TEXT];

	(void)state;
	load("install");
	assert_string_equal(got.service_url, "https://smba.trafficmanager.net/emea/");
	assert_string_equal(got.channel_id, "msteams");
	assert_string_equal(got.conversation.id, "a:1AdaChat");
	assert_string_equal(got.from.id, "29:1AdaMri");
	assert_string_equal(got.from.name, "Ada Agent");
	assert_string_equal(got.locale, "de-DE");
	guid_print(got.from.user, text);
	assert_string_equal(text, "bbbbbbbb-0000-4000-8000-000000000001");
	guid_print(got.tenant, text);
	assert_string_equal(text, TENANT);
}

static void both_buttons_bring_the_same(void **state)
{
	static const char *const names[] = { "execute", "submit" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		load(names[i]);
		assert_string_equal(got.press.verb, "call.accept");
		assert_int_equal(got.press.contact, 7);
		assert_int_equal(got.press.attempt, 12);
		assert_int_equal(got.press.rev, 1);
		assert_false(got.press.automatic);
		assert_string_equal(got.reply_to, "1:card");
	}
	load("refresh");
	assert_true(got.press.automatic);
	assert_string_equal(got.press.verb, "card.refresh");
	load("task-fetch");
	assert_string_equal(got.press.verb, "");
}

static void who_comes_and_goes(void **state)
{
	(void)state;
	load("members-added");
	assert_true(got.bot_added);
	assert_int_equal(got.n_added, 1);
	assert_string_equal(got.added[0].id, "29:1Ben");
	load("members-removed");
	assert_true(got.bot_removed);
	assert_false(got.bot_added);
}

static void what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *body, *wanted;
	} rows[] = {
		{ "[]", "the body is an array" },
		{ "{}", "without a type" },
		{ "{\"type\":1}", "type is a number" },
		{ "{\"type\":\"message\",\"from\":[]}", "from is an array" },
		{ "{\"type\":\"message\",\"text\":{}}", "text is an object" },
		{ "{\"type\":\"message\",\"entities\":[1]}", "entities[0] is a number" },
		{ "{\"type\":\"conversationUpdate\",\"membersAdded\":[null]}", "membersAdded[0]" },
		{ "{\"type\":\"message\",\"channelId\":"
		  "\"0123456789012345678901234567890123456789\"}",
			"channelId is longer than 31 bytes" },
		{ "{\"type\":\"message\",\"conversation\":{\"tenantId\":\"" TENANT
		  "\"},\"channelData\":{\"tenant\":{\"id\":\"bbbbbbbb-0000-4000-8000-"
		  "000000000001\"}}}",
			"differ" },
		{ "{\"type\":\"invoke\",\"name\":\"adaptiveCard/"
		  "action\",\"value\":{\"action\":\"x\"}}",
			"value.action is a string" },
	};
	struct why why;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		why.text[0] = '\0';
		if (activity_decode(rows[i].body, strlen(rows[i].body), &got, &why) !=
				E_MALFORMED ||
			!strstr(why.text, rows[i].wanted) || got.line != 1 || got.column < 1)
			fail_msg("%s: \"%s\" at %d:%d", rows[i].body, why.text, got.line,
				got.column);
	}
}

static void numbers_out_of_range_are_no_numbers(void **state)
{
	static const char body[] = "{\"type\":\"message\",\"value\":{\"verb\":\"call.accept\","
				   "\"contact\":-1,\"attempt\":4294967296,\"rev\":\"x\"}}";

	(void)state;
	assert_int_equal(activity_decode(body, strlen(body), &got, NULL), OK);
	assert_int_equal(got.press.contact, 0);
	assert_int_equal(got.press.attempt, 0);
	assert_int_equal(got.press.rev, 0);
}

static void members_beyond_the_limit_are_left_out(void **state)
{
	static char body[8192];
	struct text t = TEXT(body);

	(void)state;
	text_add(&t, "{\"type\":\"conversationUpdate\",\"recipient\":{\"id\":\"28:me\"},"
		     "\"membersAdded\":[");
	for (int i = 0; i < 100; i++)
		text_add(&t, "{\"id\":\"29:%d\"},", i);
	text_add(&t, "{\"id\":\"28:me\"}]}");
	assert_int_equal(activity_decode(body, t.used, &got, NULL), OK);
	assert_int_equal(got.n_added, ACTIVITY_MEMBERS_MAX);
	assert_true(got.bot_added);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_known),
		cmocka_unit_test(a_reference_has_all_it_needs),
		cmocka_unit_test(both_buttons_bring_the_same),
		cmocka_unit_test(who_comes_and_goes),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(numbers_out_of_range_are_no_numbers),
		cmocka_unit_test(members_beyond_the_limit_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
