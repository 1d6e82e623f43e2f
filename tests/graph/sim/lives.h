#ifndef TESTS_GRAPH_SIM_LIVES_H
#define TESTS_GRAPH_SIM_LIVES_H

/* Calls in which everything is said that the simulator can say of calls, judged as it comes by
 * tests/graph/csdl_said.h. One seed draws other spellings than another. */

#include "bot/base/text.h"
#include "tests/graph/csdl_said.h"
#include "tests/graph/sim/rig.h"

#define CAROL "77777777-7777-7777-7777-777777777777"
#define CALLS "/v1.0/communications/calls"

#define PEOPLE                                                                                     \
	",\"agents\":[{\"user\":\"" BOB "\",\"name\":\"bob\",\"answers_after_s\":1,\"talk_s\":60," \
	"\"behaviour\":[\"answers\",\"rejects\"]},{\"user\":\"" EVE                                \
	"\",\"name\":\"eve\",\"answers_after_s\":1,\"talk_s\":60},{\"number\":\"+15550177\","      \
	"\"name\":"                                                                                \
	"\"zoe\"}],\"meetings\":[{\"organizer\":\"" CAROL                                          \
	"\",\"thread\":\"19:m\",\"people\":[\"eve\"],\"transcribed\":true,\"shared\":true}]"
#define OPTIONS(kind)                                               \
	"\"callOptions\":{\"@odata.type\":\"#microsoft.graph." kind \
	"CallOptions\",\"isDeltaRosterEnabled\":true,"              \
	"\"isContentSharingNotificationEnabled\":true}"
#define ANSWER_DELTA                                                              \
	"{\"callbackUri\":\"https://bot/cb\",\"acceptedModalities\":[\"audio\"]," \
	"\"mediaConfig\":" SERVICE "," OPTIONS("incoming") "}"
#define JOIN                                                                          \
	"{\"callbackUri\":\"https://bot/"                                             \
	"cb\",\"requestedModalities\":[\"audio\"],\"tenantId\":\"" TENANT             \
	"\",\"mediaConfig\":" SERVICE ",\"chatInfo\":{\"threadId\":\"19:m\"},"        \
	"\"meetingInfo\":{\"@odata.type\":\"#microsoft.graph.organizerMeetingInfo\"," \
	"\"organizer\":"                                                              \
	"{\"user\":{\"id\":\"" CAROL "\"}}}," OPTIONS("outgoing") "}"
#define GROUP                                                             \
	"{\"callbackUri\":\"https://bot/"                                 \
	"cb\",\"requestedModalities\":[\"audio\"],\"tenantId\":\"" TENANT \
	"\",\"mediaConfig\":" SERVICE ",\"targets\":[" USER(BOB) "," USER(EVE) "]}"

/* What is done in every call, one after another. */
static const struct {
	const char *method, *verb, *body; /* @ stands for somebody's participant id */
	unsigned ms;                      /* to wait after it */
	bool played;                      /* the last play comes to its end */
} steps[] = {
	{ "GET", "", NULL, 0, false },
	{ "POST", "subscribeToTone", "{\"clientContext\":\"c\"}", 2000, false },
	{ "POST", "playPrompt", PLAY("https://b/p.wav"), 900, true },
	{ "POST", "recordResponse", "{\"stopTones\":[\"#\"],\"clientContext\":\"r\"}", 0, true },
	{ "POST", "sendDtmfTones", "{\"tones\":[\"tone1\"],\"clientContext\":\"t\"}", 400, false },
	{ "POST", "cancelMediaProcessing", "{}", 0, false },
	{ "POST", "participants/invite", INVITE(BOB), 1500, false },
	{ "POST", "mute", "{}", 0, false },
	{ "POST", "unmute", "{}", 0, false },
	{ "GET", "participants", NULL, 0, false },
	{ "GET", "participants/@", NULL, 0, false },
	{ "POST", "participants/@/startHoldMusic", "{\"clientContext\":\"h\"}", 200, false },
	{ "POST", "participants/@/stopHoldMusic", "{\"clientContext\":\"h\"}", 200, false },
	{ "POST", "participants/@/mute", "{}", 0, false },
	{ "POST", "audioRoutingGroups",
		"{\"routingMode\":\"oneToOne\",\"sources\":[\"@\"],\"receivers\":[\"%\"]}", 0,
		false },
	{ "GET", "audioRoutingGroups", NULL, 0, false },
	{ "POST", "updateRecordingStatus", "{\"status\":\"recording\"}", 0, false },
	{ "POST", "participants/invite", INVITE(EVE), 1500, false },
	{ "DELETE", "participants/@", NULL, 100, false },
	{ "POST", "keepAlive", "", 0, false },
	{ "POST", "transfer", TRANSFER(NOBODY), 800, false },
	{ "DELETE", "", NULL, 0, false },
};

static char *filled(const char *text, const struct sim_call *c)
{
	char *out = calloc(1, 1024);
	struct text t = text_of(out, 1024);

	for (; text && *text; text++)
		text_add(&t, "%.*s", *text == '%' || *text == '@' ? GUID_TEXT : 1,
			*text == '%'   ? c->me
			: *text == '@' ? c->party[0].id
				       : text);
	assert_false(t.cut);
	return out;
}

/* The last answer, to a request that was made so. */
static void lives_judge(struct rig *r, const char *method, const char *path)
{
	if (r->status / 100 == 2)
		csdl_reply(path, method, path, json_object_size(r->body) ? r->body : NULL);
	else if (r->status >= 400)
		csdl_error(path, r->body);
}

/* status 0: the answer waits for its notification. */
static void lives_ask(struct rig *r, const char *method, const char *path, const char *body)
{
	if (!rig_ask(r, method, path, body))
		rig_run(r, 1600);
	lives_judge(r, method, path);
}

static void lives_posts(struct rig *r)
{
	for (size_t i = 0; i < r->n_posts; i++)
		if (!r->post[i].legacy)
			csdl_notification("notification", CSDL_NOTE, r->post[i].json);
	rig_forget(r);
}

/* A routing group of its own, read, changed and dissolved. */
static void lives_group(struct rig *r)
{
	const char *id = json_string_value(json_object_get(r->body, "id"));
	char path[256];

	if (r->status != 201 || !id)
		return;
	snprintf(path, sizeof(path), CALLS "/%s/audioRoutingGroups/%s", rig_call(r)->id_text, id);
	lives_ask(r, "GET", path, NULL);
	lives_ask(r, "PATCH", path, "{\"routingMode\":\"multicast\"}");
	lives_ask(r, "DELETE", path, NULL);
}

/* What is under way, asked for. */
static void lives_operation(struct rig *r)
{
	const struct sim_call *c = rig_call(r);
	char path[256];

	if (!c->n_ops)
		return;
	snprintf(path, sizeof(path), CALLS "/%s/operations/%s", c->id_text, c->op[c->n_ops - 1].id);
	lives_ask(r, "GET", path, NULL);
}

static void lives_step(struct rig *r, size_t i)
{
	/* A whole body with "@odata.type" in it has nobody's id. */
	bool whole = steps[i].body && strstr(steps[i].body, "@odata");
	char *verb = filled(steps[i].verb, rig_call(r));
	char *body = steps[i].body && !whole ? filled(steps[i].body, rig_call(r)) : NULL;
	char path[256];

	snprintf(path, sizeof(path), CALLS "/%s%s%s", rig_call(r)->id_text, verb[0] ? "/" : "",
		verb);
	lives_ask(r, steps[i].method, path, whole ? steps[i].body : body);
	if (strcmp(steps[i].method, "POST") == 0 && strcmp(verb, "audioRoutingGroups") == 0)
		lives_group(r);
	lives_operation(r);
	rig_run(r, 1600);
	if (steps[i].played && r->n_plays)
		rig_played(r, i % 2 ? SIM_HEARD : SIM_REC_LONGEST);
	rig_run(r, steps[i].ms);
	free(verb);
	free(body);
}

static void live(struct rig *r)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		lives_step(r, i);
	lives_posts(r);
}

static void incoming(unsigned seed)
{
	static const struct caller who[] = {
		{ .talk_ms = 60000,
			.n_press = 1,
			.press = { { .on = PRESS_AFTER, .digit = '#' } } },
		{ .name = "ursula",
			.user = EVE,
			.transferor = BOB,
			.on_behalf_of = CAROL,
			.forwarded_from = CAROL },
		{ .name = "policy", .observes = BOB, .joins = EVE },
	};

	for (size_t i = 0; i < ARRAY_LEN(who); i++) {
		struct rig r;

		rig_open(&r, seed, seed % 4 ? PEOPLE : PEOPLE ",\"roles\":[]");
		rig_caller(&r, who[i]);
		rig_verb(&r, "POST", "answer", seed % 2 ? ANSWER : ANSWER_DELTA);
		rig_run(&r, 3000);
		live(&r);
		rig_close(&r);
	}
}

static void outgoing(unsigned seed)
{
	static const char *const body[] = { CREATE(EVE, SERVICE), GROUP, JOIN };

	for (size_t i = 0; i < ARRAY_LEN(body); i++) {
		struct rig r;

		rig_open(&r, seed, PEOPLE);
		assert_int_equal(rig_ask(&r, "POST", CALLS, body[i]), 201);
		lives_judge(&r, "POST", CALLS);
		rig_run(&r, 3000);
		live(&r);
		rig_close(&r);
	}
}

static void refused_and_redirected(unsigned seed)
{
	struct rig r;

	rig_open(&r, seed, PEOPLE);
	rig_caller(&r, (struct caller){ .talk_ms = 1000 });
	rig_verb(&r, "POST", "redirect", "{\"targets\":[" USER(BOB) "," USER(EVE) "]}");
	rig_run(&r, 5000);
	rig_caller(&r, (struct caller){ .name = "zed" });
	rig_verb(&r, "POST", "reject", "{\"reason\":\"busy\"}");
	rig_active(&r, (struct caller){ .name = "tom", .talk_ms = 1000 });
	rig_verb(&r, "POST", "transfer", TRANSFER(EVE));
	rig_run(&r, 5000);
	lives_posts(&r);
	rig_close(&r);
}

#endif
