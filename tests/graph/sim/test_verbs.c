/* Every verb: what it wants, and how it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/graph/sim/rig.h"

enum at { AT_INCOMING, AT_ESTABLISHING, AT_ACTIVE, AT_GROUP, AT_TRANSFERRING, AT_RELAY, AT_ENDED };

#define AGENTS                                                       \
	",\"agents\":[{\"user\":\"" BOB                              \
	"\",\"name\":\"bob\",\"answers_after_s\":1,\"talk_s\":600}," \
	"{\"user\":\"" EVE "\",\"name\":\"eve\",\"answers_after_s\":1,\"talk_s\":600}]"
#define LEG                                                                                        \
	"{\"leg\":\"a\",\"rtp\":{\"address\":\"127.0.0.1\",\"port\":40000,\"codec\":\"opus/48000/" \
	"2\","                                                                                     \
	"\"payload_type\":111,\"telephone_event\":101,\"ptime\":20}}"

static void relay_answer(struct rig *r)
{
	char body[512];

	assert_int_equal(rig_ask(r, "POST", "/relay/legs", LEG), 201);
	snprintf(body, sizeof(body),
		"{\"callbackUri\":\"https://bot/"
		"cb\",\"acceptedModalities\":[\"audio\"],\"mediaConfig\":"
		"{\"@odata.type\":\"#microsoft.graph.appHostedMediaConfig\",\"blob\":\"%s\"}}",
		json_string_value(json_object_get(r->body, "blob")));
	assert_int_equal(rig_verb(r, "POST", "answer", body), 202);
	rig_run(r, 1000);
}

static void go_to(struct rig *r, enum at at)
{
	struct caller who = { .talk_ms = 600000 };

	if (at == AT_INCOMING || at == AT_ESTABLISHING || at == AT_RELAY)
		rig_caller(r, who);
	else
		rig_active(r, who);
	if (at == AT_ESTABLISHING)
		assert_int_equal(rig_verb(r, "POST", "answer", ANSWER), 202);
	if (at == AT_RELAY)
		relay_answer(r);
	if (at == AT_GROUP) {
		assert_int_equal(rig_verb(r, "POST", "participants/invite", INVITE(BOB)), 200);
		rig_run(r, 1100);
		assert_true(rig_call(r)->group);
	}
	if (at == AT_TRANSFERRING)
		assert_int_equal(rig_verb(r, "POST", "transfer", TRANSFER(BOB)), 202);
	if (at == AT_ENDED)
		assert_int_equal(rig_verb(r, "DELETE", "", NULL), 204);
}

#define CTX257                                                                             \
	"{\"clientContext\":\"0123456789012345678901234567890123456789"                    \
	"01234567890123456789012345678901234567890123456789012345678901234567890123456789" \
	"01234567890123456789012345678901234567890123456789012345678901234567890123456789" \
	"012345678901234567890123456789012345678901234567890123456\"}"
#define P PROMPT("https://b/p.wav")
#define P5 P "," P "," P "," P "," P

static const struct {
	const char *name;
	enum at at;
	const char *method, *verb, *body;
	int status;
	const char *code;
} rows[] = {
	{ "answer", AT_INCOMING, "POST", "answer", ANSWER, 202, "" },
	{ "answer, qualified", AT_INCOMING, "POST", "microsoft.graph.answer", ANSWER, 202, "" },
	{ "answer twice", AT_ESTABLISHING, "POST", "answer", ANSWER, 409, "Conflict" },
	{ "answer an ended call", AT_ENDED, "POST", "answer", ANSWER, 404, "itemNotFound" },
	{ "answer without callbackUri", AT_INCOMING, "POST", "answer",
		"{\"acceptedModalities\":[\"audio\"],\"mediaConfig\":" SERVICE "}", 400,
		"BadRequest" },
	{ "answer over plain http", AT_INCOMING, "POST", "answer",
		"{\"callbackUri\":\"http://bot/"
		"\",\"acceptedModalities\":[\"audio\"],\"mediaConfig\":" SERVICE "}",
		400, "BadRequest" },
	{ "answer without a type on mediaConfig", AT_INCOMING, "POST", "answer",
		"{\"callbackUri\":\"https://"
		"b\",\"acceptedModalities\":[\"audio\"],\"mediaConfig\":{}}",
		400, "BadRequest" },
	{ "answer with an unknown member", AT_INCOMING, "POST", "answer",
		"{\"callbackUri\":\"https://"
		"b\",\"acceptedModalities\":[\"audio\"],\"mediaConfig\":" SERVICE ",\"extra\":1}",
		400, "BadRequest" },
	{ "answer without audio", AT_INCOMING, "POST", "answer",
		"{\"callbackUri\":\"https://"
		"b\",\"acceptedModalities\":[\"video\"],\"mediaConfig\":" SERVICE "}",
		400, "BadRequest" },
	{ "answer with a blob nobody made", AT_INCOMING, "POST", "answer",
		"{\"callbackUri\":\"https://"
		"b\",\"acceptedModalities\":[\"audio\"],\"mediaConfig\":{"
		"\"@odata.type\":\"#microsoft.graph.appHostedMediaConfig\",\"blob\":\"x\"}}",
		400, "BadRequest" },
	{ "answer with half a body", AT_INCOMING, "POST", "answer", "{\"callbackUri\":", 400,
		"BadRequest" },
	{ "answer with a list", AT_INCOMING, "POST", "answer", "[]", 400, "BadRequest" },
	{ "answer with GET", AT_INCOMING, "GET", "answer", NULL, 405, "Request_BadRequest" },
	{ "reject", AT_INCOMING, "POST", "reject", "{\"reason\":\"busy\"}", 202, "" },
	{ "reject for no reason", AT_INCOMING, "POST", "reject", "{}", 400, "BadRequest" },
	{ "reject for a strange reason", AT_INCOMING, "POST", "reject", "{\"reason\":\"lunch\"}",
		400, "BadRequest" },
	{ "reject after answering", AT_ACTIVE, "POST", "reject", "{\"reason\":\"busy\"}", 409,
		"Conflict" },
	{ "redirect", AT_INCOMING, "POST", "redirect",
		"{\"targets\":[" USER(BOB) "],\"timeout\":20}", 202, "" },
	{ "redirect to nobody", AT_INCOMING, "POST", "redirect", "{\"targets\":[]}", 400,
		"BadRequest" },
	{ "redirect too short", AT_INCOMING, "POST", "redirect",
		"{\"targets\":[" USER(BOB) "],\"timeout\":14}", 400, "BadRequest" },
	{ "redirect too long", AT_INCOMING, "POST", "redirect",
		"{\"targets\":[" USER(BOB) "],\"timeout\":91}", 400, "BadRequest" },
	{ "redirect after answering", AT_ACTIVE, "POST", "redirect",
		"{\"targets\":[" USER(BOB) "]}", 409, "Conflict" },
	{ "play", AT_ACTIVE, "POST", "playPrompt", PLAY("https://b/p.wav"), 200, "" },
	{ "play 20 prompts", AT_ACTIVE, "POST", "playPrompt",
		"{\"prompts\":[" P5 "," P5 "," P5 "," P5 "]}", 200, "" },
	{ "play 21 prompts", AT_ACTIVE, "POST", "playPrompt",
		"{\"prompts\":[" P5 "," P5 "," P5 "," P5 "," P "]}", 400, "BadRequest" },
	{ "play no prompt", AT_ACTIVE, "POST", "playPrompt", "{\"prompts\":[]}", 400,
		"BadRequest" },
	{ "play an untyped prompt", AT_ACTIVE, "POST", "playPrompt",
		"{\"prompts\":[{\"mediaInfo\":{\"uri\":\"https://b/p.wav\"}}]}", 400,
		"BadRequest" },
	{ "play over plain http", AT_ACTIVE, "POST", "playPrompt", PLAY("http://b/p.wav"), 400,
		"BadRequest" },
	{ "play before there is audio", AT_ESTABLISHING, "POST", "playPrompt",
		PLAY("https://b/p.wav"), 409, "Conflict" },
	{ "play on a relay leg", AT_RELAY, "POST", "playPrompt", PLAY("https://b/p.wav"), 400,
		"BadRequest" },
	{ "subscribe to tones", AT_ACTIVE, "POST", "subscribeToTone", "{\"clientContext\":\"c\"}",
		200, "" },
	{ "subscribe without a body", AT_ACTIVE, "POST", "subscribeToTone", "", 200, "" },
	{ "subscribe with too much context", AT_ACTIVE, "POST", "subscribeToTone", CTX257, 400,
		"BadRequest" },
	{ "subscribe before established", AT_ESTABLISHING, "POST", "subscribeToTone", "{}", 409,
		"Conflict" },
	{ "subscribe on a relay leg", AT_RELAY, "POST", "subscribeToTone", "{}", 400,
		"BadRequest" },
	{ "cancel", AT_ACTIVE, "POST", "cancelMediaProcessing", "{}", 200, "" },
	{ "cancel all, which is no member", AT_ACTIVE, "POST", "cancelMediaProcessing",
		"{\"all\":true}", 400, "BadRequest" },
	{ "invite", AT_ACTIVE, "POST", "participants/invite", INVITE(BOB), 200, "" },
	{ "invite before established", AT_ESTABLISHING, "POST", "participants/invite", INVITE(BOB),
		409, "Conflict" },
	{ "invite two", AT_ACTIVE, "POST", "participants/invite",
		"{\"participants\":[" USER(BOB) "," USER(EVE) "]}", 400, "BadRequest" },
	{ "invite somebody twice", AT_GROUP, "POST", "participants/invite", INVITE(BOB), 409,
		"Conflict" },
	{ "invite one more", AT_GROUP, "POST", "participants/invite", INVITE(EVE), 200, "" },
	{ "invite no user", AT_ACTIVE, "POST", "participants/invite", INVITE("bob@contoso.com"),
		400, "BadRequest" },
	{ "transfer", AT_ACTIVE, "POST", "transfer", TRANSFER(BOB), 202, "" },
	{ "transfer without a target", AT_ACTIVE, "POST", "transfer", "{}", 400, "BadRequest" },
	{ "transfer twice", AT_TRANSFERRING, "POST", "transfer", TRANSFER(EVE), 409, "Conflict" },
	{ "transfer before answering", AT_INCOMING, "POST", "transfer", TRANSFER(BOB), 409,
		"Conflict" },
	{ "keepAlive", AT_ACTIVE, "POST", "keepAlive", "", 200, "" },
	{ "keepAlive of an ended call", AT_ENDED, "POST", "keepAlive", "", 404, "itemNotFound" },
	{ "get", AT_ACTIVE, "GET", "", NULL, 200, "" },
	{ "get an ended call", AT_ENDED, "GET", "", NULL, 404, "itemNotFound" },
	{ "delete", AT_ACTIVE, "DELETE", "", NULL, 204, "" },
	{ "delete while incoming", AT_INCOMING, "DELETE", "", NULL, 204, "" },
	{ "delete twice", AT_ENDED, "DELETE", "", NULL, 404, "itemNotFound" },
	{ "participants", AT_GROUP, "GET", "participants", NULL, 200, "" },
	{ "a participant nobody knows", AT_GROUP, "DELETE", "participants/" NOBODY, NULL, 404,
		"itemNotFound" },
	{ "mute in a call of two", AT_ACTIVE, "POST", "mute", "{}", 400, "BadRequest" },
	{ "mute in a group", AT_GROUP, "POST", "mute", "{}", 200, "" },
	{ "unmute in a group", AT_GROUP, "POST", "unmute", "{}", 200, "" },
	{ "an operation nobody knows", AT_ACTIVE, "GET", "operations/" NOBODY, NULL, 404,
		"itemNotFound" },
	{ "a verb nobody knows", AT_ACTIVE, "POST", "sing", "{}", 400, "BadRequest" },
};

static void each_verb_does_or_refuses(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 4; seed++)
		for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
			struct rig r;
			int status;
			uint64_t refused;

			rig_open(&r, seed, AGENTS);
			go_to(&r, rows[i].at);
			refused = r.sim->count.refused;
			status = rig_verb(&r, rows[i].method, rows[i].verb, rows[i].body);
			if (status != rows[i].status || strcmp(rig_code(&r), rows[i].code) != 0)
				fail_msg("%s (seed %u): %d %s", rows[i].name, seed, status,
					json_dumps(r.body ? r.body : json_null(), JSON_ENCODE_ANY));
			/* Every refusal, and nothing else, is in the books. */
			if (r.sim->count.refused - refused != (rows[i].status >= 400))
				fail_msg("%s: %d more refusals", rows[i].name,
					(int)(r.sim->count.refused - refused));
			rig_close(&r);
		}
}

static const struct {
	const char *name, *method, *path, *body;
	unsigned roles;
	const char *tenant;
	int status;
	const char *code;
} callers[] = {
	{ "another tenant's token", "POST", "/v1.0/communications/calls", CREATE(BOB, SERVICE),
		ROLE_ALL, NOBODY, 403, "7505" },
	{ "no role to call", "POST", "/v1.0/communications/calls", CREATE(BOB, SERVICE),
		ROLE_ALL & ~ROLE_INITIATE, TENANT, 403, "7504" },
	{ "call out", "POST", "/v1.0/communications/calls", CREATE(BOB, SERVICE), ROLE_ALL, TENANT,
		201, "" },
	{ "call out, beta", "POST", "/beta/communications/calls", CREATE(BOB, SERVICE), ROLE_ALL,
		TENANT, 201, "" },
	{ "a blob that is none", "POST", "/v1.0/communications/calls",
		CREATE(BOB, "{\"@odata.type\":\"#microsoft.graph.appHostedMediaConfig\",\"blob\":"
			    "\"b\"}"),
		ROLE_ALL, TENANT, 400, "BadRequest" },
	{ "no role for media", "POST", "/v1.0/communications/calls",
		CREATE(BOB, "{\"@odata.type\":\"#microsoft.graph.appHostedMediaConfig\",\"blob\":"
			    "\"b\"}"),
		ROLE_ALL & ~ROLE_ACCESS_MEDIA, TENANT, 403, "7504" },
	{ "two targets", "POST", "/v1.0/communications/calls",
		"{\"callbackUri\":\"https://"
		"b\",\"requestedModalities\":[\"audio\"],\"targets\":[" USER(BOB) "," USER(
			EVE) "],\"mediaConfig\":" SERVICE "}",
		ROLE_ALL, TENANT, 201, "" },
	{ "the old entry", "POST", "/v1.0/app/calls", CREATE(BOB, SERVICE), ROLE_ALL, TENANT, 404,
		"itemNotFound" },
	{ "no version", "POST", "/communications/calls", CREATE(BOB, SERVICE), ROLE_ALL, TENANT,
		404, "itemNotFound" },
	{ "a call nobody knows", "GET", "/v1.0/communications/calls/" NOBODY, NULL, ROLE_ALL,
		TENANT, 404, "itemNotFound" },
	{ "a call that is no GUID", "GET", "/v1.0/communications/calls/7", NULL, ROLE_ALL, TENANT,
		404, "itemNotFound" },
	{ "no list of calls", "GET", "/v1.0/communications/calls", NULL, ROLE_ALL, TENANT, 405,
		"Request_BadRequest" },
};

static void each_caller_is_checked(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(callers); i++) {
		struct rig r;
		int status;

		rig_open(&r, 1, AGENTS);
		r.roles = callers[i].roles;
		r.tenant = callers[i].tenant;
		status = rig_ask(&r, callers[i].method, callers[i].path, callers[i].body);
		if (status != callers[i].status || strcmp(rig_code(&r), callers[i].code) != 0)
			fail_msg("%s: %d %s", callers[i].name, status, rig_code(&r));
		rig_close(&r);
	}
}

static void a_bad_token_is_401(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, "");
	r.bearer = (struct sim_bearer){ .verdict = BEARER_BAD, .why = "expired" };
	assert_int_equal(rig_ask(&r, "GET", "/v1.0/communications/calls/" NOBODY, NULL), 401);
	assert_string_equal(rig_code(&r), "InvalidAuthenticationToken");
	r.bearer = (struct sim_bearer){ .verdict = BEARER_NONE, .why = "none" };
	assert_int_equal(rig_ask(&r, "GET", "/v1.0/communications/calls/" NOBODY, NULL), 401);
	assert_int_equal(r.sim->count.refused, 2);
	rig_close(&r);
}

static void ids_are_the_same_in_every_spelling(void **state)
{
	struct rig r;
	char path[128];
	struct sim_call *c;
	char hex[64];

	(void)state;
	rig_open(&r, 1, "");
	rig_caller(&r, (struct caller){ 0 });
	c = rig_call(&r);
	for (size_t i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02X", c->id.byte[i]);
	snprintf(path, sizeof(path), "/v1.0/communications/calls/%s", hex);
	assert_int_equal(rig_ask(&r, "GET", path, NULL), 200);
	assert_string_equal(json_string_value(json_object_get(r.body, "id")), c->id_text);
	rig_close(&r);
}

static void the_hundred_and_first_call_is_refused(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, ",\"concurrent_calls\":2" AGENTS);
	rig_caller(&r, (struct caller){ .name = "a" });
	rig_caller(&r, (struct caller){ .name = "b" });
	rig_caller(&r, (struct caller){ .name = "c" });
	assert_int_equal(r.sim->count.not_offered, 1);
	assert_int_equal(
		rig_ask(&r, "POST", "/v1.0/communications/calls", CREATE(BOB, SERVICE)), 429);
	rig_close(&r);
}

static void the_relay_makes_and_forgets_legs(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, "");
	assert_int_equal(rig_ask(&r, "POST", "/relay/legs", LEG), 201);
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(r.body, "rtp"), "port")), 50000);
	assert_int_equal(rig_ask(&r, "POST", "/relay/legs", LEG), 409);
	assert_int_equal(rig_ask(&r, "POST", "/relay/legs", "{\"leg\":\"b\"}"), 400);
	assert_int_equal(rig_ask(&r, "DELETE", "/relay/legs/a", NULL), 204);
	assert_int_equal(rig_ask(&r, "DELETE", "/relay/legs/a", NULL), 404);
	assert_int_equal(rig_ask(&r, "POST", "/relay/legs", LEG), 201);
	rig_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_verb_does_or_refuses),
		cmocka_unit_test(each_caller_is_checked),
		cmocka_unit_test(a_bad_token_is_401),
		cmocka_unit_test(ids_are_the_same_in_every_spelling),
		cmocka_unit_test(the_hundred_and_first_call_is_refused),
		cmocka_unit_test(the_relay_makes_and_forgets_legs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
