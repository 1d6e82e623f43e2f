/* Conversations with the bot: who may open them, what is taken, and what people do with cards. */
#include "bot/base/text.h"
#include "graph/sim/annex_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/graph/sim/rig.h"

#define PEOPLE                                                                          \
	",\"messages\":\"https://bot/api/messages\",\"agents\":[{\"user\":\"" BOB       \
	"\",\"name\":\"bob\",\"chat\":{\"installs_s\":1,\"presses\":\"call.accept\"}}," \
	"{\"user\":\"" EVE "\",\"name\":\"eve\"}]"
#define OPEN(bot, member, tenant)                                                     \
	"{\"bot\":{\"id\":\"28:" bot "\"},\"members\":[{\"id\":\"" member "\"}],"     \
	"\"tenantId\":\"" tenant "\",\"isGroup\":false,\"channelData\":{\"tenant\":{" \
	"\"id\":\"" tenant "\"}}}"
#define CARD(version, refresh)                                                           \
	"{\"type\":\"message\",\"attachments\":[{\"contentType\":"                       \
	"\"application/vnd.microsoft.card.adaptive\",\"content\":{\"type\":"             \
	"\"AdaptiveCard\",\"version\":\"" version "\",\"body\":[],\"actions\":[{"        \
	"\"type\":\"Action.Execute\",\"verb\":\"call.accept\",\"data\":{\"callId\":7}}," \
	"{\"type\":\"Action.Submit\",\"title\":\"Old\",\"data\":{\"old\":1}}]" refresh "}}]}"
#define REFRESH(users) \
	",\"refresh\":{\"action\":{\"type\":\"Action.Execute\",\"verb\":\"view\"}," users "}"
#define TEXT_OF(text) "{\"type\":\"message\",\"text\":\"" text "\"}"
#define CHAT(user, what) "{\"user\":\"" user "\",\"do\":\"" what "\"}"

/* What the last step sent to the bot, n counting from its end; NULL: nothing. */
static const struct sim_out *sent(struct rig *r, size_t n)
{
	for (size_t i = r->sim->outs.n; i-- > 0;)
		if (r->sim->outs.item[i].kind == SIM_SEND && n-- == 0)
			return &r->sim->outs.item[i];
	return NULL;
}

static const char *said(const struct sim_out *o, const char *name)
{
	assert_non_null(o);
	return member_text(o->json, name);
}

static void bot_says(struct rig *r, uint32_t key, int status, const char *body)
{
	rig_step(
		r, (struct sim_in){ .kind = SIM_SENT, .key = key, .status = status, .body = body });
}

static void open_chat(struct rig *r, char path[256])
{
	rig_open(r, 1, PEOPLE);
	rig_ask(r, "POST", "/sim/chat", CHAT(BOB, "install"));
	bot_says(r, sent(r, 0)->key, 200, "");
	assert_int_equal(rig_ask(r, "POST", "/v3/conversations", OPEN(APP, BOB, TENANT)), 201);
	snprintf(path, 256, "/teams/v3/conversations/%s/activities", member_text(r->body, "id"));
}

static void a_message_has_a_size(void **state)
{
	char path[256], *body = malloc(40000);
	struct rig r;

	(void)state;
	open_chat(&r, path);
	for (int i = 0; i < 2; i++) {
		size_t most = 28 * 1024, text = most - strlen(TEXT_OF("")) + (size_t)i;

		snprintf(body, 40000, TEXT_OF("%0*d"), (int)text, 0);
		assert_int_equal(strlen(body), most + (size_t)i);
		if (rig_ask(&r, "POST", path, body) != (i ? 413 : 201))
			fail_msg("%zu bytes: %d", strlen(body), r.status);
	}
	assert_string_equal(rig_code(&r), "MessageSizeTooBig");
	rig_close(&r);
	free(body);
}

static const struct {
	const char *name, *body;
	int status;
	const char *code;
} opens[] = {
	{ "by object id", OPEN(APP, BOB, TENANT), 201, "" },
	{ "not installed", OPEN(APP, EVE, TENANT), 403, "BotNotInConversationRoster" },
	{ "nobody", OPEN(APP, NOBODY, TENANT), 404, "NotFound" },
	{ "by mail address", OPEN(APP, "bob@contoso.com", TENANT), 400, "BadArgument" },
	{ "as another bot", OPEN(NOBODY, BOB, TENANT), 400, "BadArgument" },
	{ "in another tenant", OPEN(APP, BOB, NOBODY), 404, "NotFound" },
	{ "without members", "{\"bot\":{\"id\":\"28:" APP "\"},\"tenantId\":\"" TENANT "\"}", 400,
		"BadRequest" },
};

static void conversations_open_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(opens); i++) {
		char path[256];
		struct rig r;

		open_chat(&r, path);
		rig_ask(&r, "POST", "/v3/conversations", opens[i].body);
		if (r.status != opens[i].status || strcmp(rig_code(&r), opens[i].code) != 0)
			fail_msg("%s: %d %s", opens[i].name, r.status, rig_code(&r));
		rig_close(&r);
	}
}

static const struct {
	const char *name, *body;
	int status;
	const char *code;
} posts[] = {
	{ "text", TEXT_OF("hello"), 201, "" },
	{ "a card", CARD("1.5", ""), 201, "" },
	{ "a card of tomorrow", CARD("1.6", ""), 400, "BadArgument" },
	{ "a card for its people", CARD("1.5", REFRESH("\"userIds\":[]")), 201, "" },
	{ "a card whose refresh submits",
		CARD("1.5", ",\"refresh\":{\"action\":{\"type\":\"Action.Submit\"}}"), 400,
		"BadArgument" },
	{ "nothing", "{\"type\":\"message\"}", 400, "BadArgument" },
	{ "an unknown member", "{\"type\":\"message\",\"text\":\"a\",\"loud\":true}", 400,
		"BadRequest" },
	{ "typing", "{\"type\":\"typing\"}", 201, "" },
	{ "content as text",
		"{\"type\":\"message\",\"attachments\":[{\"contentType\":\"application/"
		"vnd.microsoft.card.adaptive\",\"content\":\"{}\"}]}",
		400, "BadArgument" },
};

static void activities_are_taken_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(posts); i++) {
		char path[256];
		struct rig r;

		open_chat(&r, path);
		rig_ask(&r, "POST", path, posts[i].body);
		if (r.status != posts[i].status || strcmp(rig_code(&r), posts[i].code) != 0)
			fail_msg("%s: %d %s", posts[i].name, r.status, rig_code(&r));
		rig_close(&r);
	}
}

static void people_press_what_they_see(void **state)
{
	char path[256];
	const struct sim_out *o;
	struct rig r;

	(void)state;
	open_chat(&r, path);
	assert_int_equal(rig_ask(&r, "POST", path, CARD("1.5", "")), 201);
	r.now += 1000;
	rig_step(&r, (struct sim_in){ .kind = SIM_TICK });
	o = sent(&r, 0);
	assert_string_equal(said(o, "type"), "invoke");
	assert_string_equal(said(o, "name"), "adaptiveCard/action");
	assert_int_equal(json_integer_value(json_object_get(
				 json_object_get(json_object_get(json_object_get(o->json, "value"),
							 "action"),
					 "data"),
				 "callId")),
		7);
	/* The view of the answer has no button any more. */
	bot_says(&r, o->key, 200,
		"{\"statusCode\":200,\"type\":\"application/"
		"vnd.microsoft.card.adaptive\",\"value\":"
		"{\"type\":\"AdaptiveCard\",\"version\":\"1.5\",\"body\":[]}}");
	assert_int_equal(
		rig_ask(&r, "POST", "/sim/chat",
			"{\"user\":\"" BOB "\",\"do\":\"press\",\"action\":\"call.accept\"}"),
		409);
	rig_close(&r);
}

static void an_edit_makes_named_clients_refresh(void **state)
{
	char path[256], one[320], card[1024];
	struct chat *c;
	struct rig r;

	(void)state;
	open_chat(&r, path);
	c = &r.sim->annex->chat[0];
	assert_int_equal(rig_ask(&r, "POST", path, CARD("1.5", "")), 201);
	snprintf(one, sizeof(one), "%s/%s", path, member_text(r.body, "id"));
	snprintf(card, sizeof(card), CARD("1.5", REFRESH("\"userIds\":[\"%s\"]")),
		member_text(c->json, "member"));
	assert_int_equal(rig_ask(&r, "PUT", one, card), 200);
	assert_string_equal(
		member_text(json_object_get(sent(&r, 0)->json, "value"), "trigger"), "automatic");
	assert_int_equal(
		rig_ask(&r, "PUT", one, CARD("1.5", REFRESH("\"userIds\":[\"29:x\"]"))), 200);
	assert_null(sent(&r, 0));
	assert_int_equal(rig_ask(&r, "DELETE", one, NULL), 200);
	assert_int_equal(rig_ask(&r, "PUT", one, card), 404);
	rig_close(&r);
}

static void the_control_learns_the_outcome(void **state)
{
	char path[256];
	struct rig r;

	(void)state;
	open_chat(&r, path);
	rig_ask(&r, "POST", path, CARD("1.5", ""));
	rig_ask(&r, "POST", "/sim/chat",
		"{\"user\":\"" BOB "\",\"do\":\"press\",\"action\":\"call.accept\"}");
	assert_int_equal(r.status, 0);
	bot_says(&r, sent(&r, 0)->key, 200, "{\"nonsense\":1}");
	assert_int_equal(r.status, 200);
	assert_string_equal(member_text(r.body, "shown"), "Something went wrong");
	rig_ask(&r, "POST", "/sim/chat",
		"{\"user\":\"" BOB
		"\",\"do\":\"press\",\"action\":\"Old\",\"data\":{\"note\":\"n\"}}");
	assert_string_equal(said(sent(&r, 0), "type"), "message");
	assert_string_equal(member_text(json_object_get(sent(&r, 0)->json, "value"), "note"), "n");
	assert_int_equal(rig_ask(&r, "POST", "/sim/chat", CHAT(BOB, "sing")), 400);
	assert_int_equal(rig_ask(&r, "POST", "/sim/chat", CHAT(NOBODY, "say")), 404);
	rig_close(&r);
}

static void a_conversation_has_limits(void **state)
{
	char path[256];
	struct rig r;

	(void)state;
	open_chat(&r, path);
	for (int i = 0; i < 7; i++)
		assert_int_equal(rig_ask(&r, "POST", path, TEXT_OF("a")), 201);
	assert_int_equal(rig_ask(&r, "POST", path, TEXT_OF("a")), 429);
	assert_true(r.retry_after_s > 0.99);
	r.now += 1000;
	assert_int_equal(rig_ask(&r, "POST", path, TEXT_OF("a")), 201);
	assert_int_equal(rig_ask(&r, "POST", path, TEXT_OF("a")), 429);
	r.now += 1000;
	assert_int_equal(rig_ask(&r, "POST", path, TEXT_OF("a")), 201);
	rig_close(&r);
}

static void who_refuses_is_not_written_to(void **state)
{
	static const struct {
		const char *why;
		int status;
	} whys[] = { { "ConversationBlockedByUser", 403 }, { "BotDisabledByAdmin", 403 },
		{ "PreconditionFailed", 412 }, { "Throttled", 429 }, { "BadGateway", 502 },
		{ "ConversationNotFound", 404 } };
	char path[256], body[256];
	struct rig r;

	(void)state;
	open_chat(&r, path);
	for (size_t i = 0; i < ARRAY_LEN(whys); i++) {
		snprintf(body, sizeof(body),
			"{\"user\":\"" BOB "\",\"do\":\"refuse\",\"text\":\"%s\"}", whys[i].why);
		assert_int_equal(rig_ask(&r, "POST", "/sim/chat", body), 204);
		assert_int_equal(rig_ask(&r, "POST", path, TEXT_OF("a")), whys[i].status);
		assert_string_equal(rig_code(&r), whys[i].why);
	}
	rig_ask(&r, "POST", "/sim/chat", "{\"user\":\"" BOB "\",\"do\":\"refuse\",\"text\":\"\"}");
	assert_int_equal(rig_ask(&r, "POST", path, TEXT_OF("a")), 201);
	rig_close(&r);
}

#define FEED "/v1.0/users/" BOB "/teamwork/sendActivityNotification"
#define TOAST(topic)                                                                \
	"{\"topic\":{" topic "},\"activityType\":\"callWaiting\",\"previewText\":{" \
	"\"content\":\"x\"},\"templateParameters\":[{\"name\":\"a\",\"value\":\"b\"}]}"

static void the_feed_is_strict(void **state)
{
	static const struct {
		const char *name, *body;
		unsigned roles;
		int status;
	} toasts[] = {
		{ "text", TOAST("\"source\":\"text\",\"value\":\"v\",\"webUrl\":\"https://t\""),
			ROLE_ALL, 204 },
		{ "text without an address", TOAST("\"source\":\"text\",\"value\":\"v\""), ROLE_ALL,
			400 },
		{ "no role", TOAST("\"source\":\"entityUrl\",\"value\":\"v\""),
			ROLE_ALL & ~(unsigned)ROLE_ACTIVITY, 403 },
	};
	char path[256];
	struct rig r;

	(void)state;
	open_chat(&r, path);
	for (size_t i = 0; i < ARRAY_LEN(toasts); i++) {
		r.roles = toasts[i].roles;
		if (rig_ask(&r, "POST", FEED, toasts[i].body) != toasts[i].status)
			fail_msg("%s: %d", toasts[i].name, r.status);
	}
	rig_close(&r);
}

static void people_install_by_themselves(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, PEOPLE);
	rig_step(&r, (struct sim_in){ .kind = SIM_START });
	r.now += 1000;
	rig_step(&r, (struct sim_in){ .kind = SIM_TICK });
	assert_string_equal(said(sent(&r, 0), "type"), "installationUpdate");
	assert_string_equal(said(sent(&r, 1), "type"), "conversationUpdate");
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversations_open_or_not),
		cmocka_unit_test(a_message_has_a_size),
		cmocka_unit_test(activities_are_taken_or_not),
		cmocka_unit_test(people_press_what_they_see),
		cmocka_unit_test(an_edit_makes_named_clients_refresh),
		cmocka_unit_test(the_control_learns_the_outcome),
		cmocka_unit_test(a_conversation_has_limits),
		cmocka_unit_test(who_refuses_is_not_written_to),
		cmocka_unit_test(the_feed_is_strict),
		cmocka_unit_test(people_install_by_themselves),
	};

	return cmocka_run_group_tests_name("chat", tests, NULL, NULL);
}
