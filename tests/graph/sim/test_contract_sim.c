/*
 * Everything the simulator says against the declared types of Graph v1.0: unknown members, wrong
 * types and missing members that are never null fail. What real traffic is known to do otherwise
 * is listed here, each with its source. Skipped where the file of types is absent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/text.h"
#include "tests/graph/sim/rig.h"

#include <strings.h>
#include <unistd.h>

#define TYPES "../shared/reference/graph-csdl-subset.json"
#define CAROL "77777777-7777-7777-7777-777777777777"

static json_t *types, *enums;
static unsigned n_checked, n_faults;
static char first_fault[512];

/* Members that come though the type does not declare them; what open types may have is not here. */
static const struct {
	const char *type, *member, *source;
} undeclared[] = {
	{ "participantInfo", "id", "examples of participant: an extra info.id beside identity" },
	{ "resultInfo", "subCode", "call-transfer's failures: the key is subCode" },
};

/* Members that are never null by declaration, and absent in examples. */
static const struct {
	const char *type, *member, *source;
} absent[] = {
	{ "call", "id", "notifications are partial: id is frequently absent or null" },
	{ "call", "callbackUri", "notifications are partial" },
	{ "commsNotification", "resourceUrl", "examples have resource alone" },
	{ "resultInfo", "subcode", "spelled subCode" },
};

/* Values whose type on the wire is another one. */
static const struct {
	const char *type, *member, *source;
} as_text[] = {
	{ "resultInfo", "code", "call-delete's example: strings" },
	{ "resultInfo", "subcode", "call-delete's example: strings" },
	{ "resultInfo", "subCode", "call-delete's example: strings" },
};

/* Types that must have been said, or the lives above are poorer than they look. */
static const char *const expected[] = { "call", "participant", "deltaParticipants",
	"recordOperation", "playPromptOperation", "sendDtmfTonesOperation",
	"inviteParticipantsOperation", "startHoldMusicOperation", "stopHoldMusicOperation",
	"subscribeToToneOperation", "cancelMediaProcessingOperation", "muteParticipantOperation",
	"unmuteParticipantOperation", "updateRecordingStatusOperation", "toneInfo",
	"callMediaState", "callTranscriptionInfo", "contentSharingSession",
	"participantJoiningNotification", "participantLeftNotification", "audioRoutingGroup",
	"removedState", "recordingInfo", "callRoute", "incomingContext", "chatInfo", "resultInfo" };
static bool seen[ARRAY_LEN(expected)];

static void fault(const char *where, const char *fmt, const char *what)
{
	char text[256];

	snprintf(text, sizeof(text), fmt, what);
	if (!n_faults++)
		snprintf(first_fault, sizeof(first_fault), "%s: %s", where, text);
}

static json_t *type_of(const char *name)
{
	char full[128];

	snprintf(full, sizeof(full), "microsoft.graph.%s", name);
	return json_object_get(types, full);
}

/* "#microsoft.graph.call", in any case: the declared spelling, or NULL. */
static const char *declared(const char *tag)
{
	const char *key;
	json_t *value;

	json_object_foreach(types, key, value)
	{
		if (tag[0] == '#' && strcasecmp(key, tag + 1) == 0)
			return key + strlen("microsoft.graph.");
	}
	return NULL;
}

/* The declaration of a member in a type or those it derives from; open tells of any of these. */
static json_t *member_of(const char *type, const char *member, bool *open)
{
	while (type) {
		json_t *t = type_of(type), *m;
		const char *base = json_string_value(json_object_get(t, "base"));

		*open |= json_is_true(json_object_get(t, "open"));
		m = json_object_get(json_object_get(t, "properties"), member);
		m = m ? m : json_object_get(json_object_get(t, "navigation"), member);
		m = m ? m : json_object_get(json_object_get(t, "beta_only_properties"), member);
		if (m)
			return m;
		type = base ? base + strlen("microsoft.graph.") : NULL;
	}
	return NULL;
}

#define EXCUSED(list, type_, member_)                                    \
	({                                                               \
		bool found_ = false;                                     \
		for (size_t i_ = 0; i_ < ARRAY_LEN(list); i_++)          \
			found_ |= strcmp(list[i_].type, type_) == 0 &&   \
				  strcmp(list[i_].member, member_) == 0; \
		found_;                                                  \
	})

static void object_check(const char *where, json_t *json, const char *type);

static void enum_check(const char *where, json_t *json, json_t *members, json_t *beta)
{
	const char *name, *have = json_string_value(json);
	json_t *value;
	size_t i;

	if (!have) {
		fault(where, "want %s", "the name of an enumeration's member");
		return;
	}
	/* Docs and logs have Running, Established, Updated: compared without case. */
	json_object_foreach(members, name, value) if (strcasecmp(name, have) == 0) return;
	json_array_foreach(
		beta, i, value) if (strcasecmp(json_string_value(value), have) == 0) return;
	fault(where, "'%s' is no member of its enumeration", have);
}

static void value_check(const char *where, json_t *json, const char *declared_type)
{
	char inner[256];
	json_t *one, *e;
	size_t i;

	if (strncmp(declared_type, "Collection(", 11) == 0) {
		snprintf(inner, sizeof(inner), "%.*s", (int)strlen(declared_type) - 12,
			declared_type + 11);
		if (!json_is_array(json))
			fault(where, "want a %s", declared_type);
		json_array_foreach(json, i, one) value_check(where, one, inner);
	} else if (strcmp(declared_type, "Edm.Boolean") == 0) {
		if (!json_is_boolean(json))
			fault(where, "want %s", "a boolean");
	} else if (strncmp(declared_type, "Edm.Int", 7) == 0) {
		if (!json_is_integer(json))
			fault(where, "want %s", "a whole number");
	} else if (strncmp(declared_type, "Edm.", 4) == 0) {
		if (!json_is_string(json))
			fault(where, "want %s", "a text");
	} else if ((e = json_object_get(enums, declared_type)) != NULL) {
		enum_check(where, json, json_object_get(e, "members"),
			json_object_get(e, "beta_only_members"));
	} else {
		object_check(where, json, declared_type + strlen("microsoft.graph."));
	}
}

/* Is what a tag says what the declaration allows? */
static bool derives(const char *type, const char *from)
{
	while (type) {
		const char *base;

		if (strcmp(type, from) == 0)
			return true;
		base = json_string_value(json_object_get(type_of(type), "base"));
		type = base ? base + strlen("microsoft.graph.") : NULL;
	}
	return false;
}

static void needs_check(const char *where, json_t *json, const char *type)
{
	for (const char *t = type; t;) {
		json_t *d = type_of(t), *m;
		const char *base = json_string_value(json_object_get(d, "base")), *name;

		json_object_foreach(json_object_get(d, "properties"), name, m)
		{
			json_t *have = json_object_get(json, name);

			if (json_is_false(json_object_get(m, "nullable")) &&
				(!have || json_is_null(have)) && !EXCUSED(absent, type, name))
				fault(where, "%s is missing, and never null", name);
		}
		t = base ? base + strlen("microsoft.graph.") : NULL;
	}
}

static void object_check(const char *where, json_t *json, const char *type)
{
	const char *tag = json_string_value(json_object_get(json, "@odata.type")), *name;
	const char *is = tag ? declared(tag) : type;
	json_t *value;

	if (!json_is_object(json)) {
		fault(where, "want a %s", type);
		return;
	}
	n_checked++;
	for (size_t i = 0; is && i < ARRAY_LEN(expected); i++)
		seen[i] |= strcmp(expected[i], is) == 0;
	if (!is || !derives(is, type)) {
		fault(where, "'%s' is not what is declared here", tag ? tag : "");
		return;
	}
	/* Bodies and examples write communicationsIdentitySet's members into an identitySet. */
	if (strcmp(is, "identitySet") == 0)
		is = "communicationsIdentitySet";
	needs_check(where, json, is);
	json_object_foreach(json, name, value)
	{
		bool open = false;
		char at[256];
		json_t *m = member_of(is, name, &open);
		const char *t = json_string_value(json_object_get(m, "type"));

		snprintf(at, sizeof(at), "%.180s.%.60s", where, name);
		if (name[0] == '@' || (EXCUSED(as_text, is, name) && json_is_string(value)))
			continue;
		if (!m && !open && !EXCUSED(undeclared, is, name))
			fault(at, "%s is not declared", name);
		if (t && !json_is_null(value))
			value_check(at, value, t);
	}
}

/* resourceData is a dynamic member: by its own tag, or a list of participants. */
static void notification_check(json_t *post)
{
	json_t *items = json_object_get(post, "value"), *item, *one;
	size_t i, k;

	json_array_foreach(items, i, item)
	{
		json_t *data = json_object_get(item, "resourceData");
		const char *tag = json_string_value(json_object_get(data, "@odata.type"));

		object_check("notification", item, "commsNotification");
		if (!json_object_get(item, "resource") && !json_object_get(item, "resourceUrl"))
			fault("notification", "%s", "of nothing");
		json_array_foreach(data, k, one) object_check("roster", one, "participant");
		if (json_is_object(data) && (!tag || !declared(tag)))
			fault("resourceData", "'%s' is no type", tag ? tag : "");
		else if (json_is_object(data))
			object_check(declared(tag), data, declared(tag));
	}
}

/* A reply by its own tag; a list's elements by theirs. */
static void reply_check(json_t *body)
{
	json_t *list = json_object_get(body, "value"), *one;
	size_t i;
	const char *tag = json_string_value(json_object_get(body, "@odata.type"));

	if (tag && declared(tag))
		object_check(declared(tag), body, declared(tag));
	else if (!list)
		fault("reply", "'%s' is no type", tag ? tag : "");
	json_array_foreach(list, i, one) reply_check(one);
}

static void posts_check(struct rig *r)
{
	for (size_t i = 0; i < r->n_posts; i++)
		if (!r->post[i].legacy)
			notification_check(r->post[i].json);
	rig_forget(r);
}

/* ---- lives in which everything is said ---- */

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

static void live(struct rig *r)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		/* A whole body with "@odata.type" in it has nobody's id. */
		bool whole = steps[i].body && strstr(steps[i].body, "@odata");
		char *verb = filled(steps[i].verb, rig_call(r));
		char *body = steps[i].body && !whole ? filled(steps[i].body, rig_call(r)) : NULL;
		int status = rig_verb(r, steps[i].method, verb, whole ? steps[i].body : body);

		rig_run(r, 1600); /* an answer may wait for its notification */
		if ((status ? status : r->status) / 100 == 2 && json_object_size(r->body))
			reply_check(r->body);
		if (steps[i].played && r->n_plays)
			rig_played(r, i % 2 ? SIM_HEARD : SIM_REC_LONGEST);
		rig_run(r, steps[i].ms);
		free(verb);
		free(body);
	}
	posts_check(r);
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
		assert_int_equal(rig_ask(&r, "POST", "/v1.0/communications/calls", body[i]), 201);
		reply_check(r.body);
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
	posts_check(&r);
	rig_close(&r);
}

static void everything_said_is_declared(void **state)
{
	json_error_t e;
	json_t *all;

	(void)state;
	if (access(TYPES, R_OK) != 0) {
		print_message("%s is absent\n", TYPES);
		skip();
	}
	all = json_load_file(TYPES, 0, &e);
	types = json_object_get(all, "types");
	enums = json_object_get(all, "enums");
	assert_non_null(types);
	for (unsigned seed = 1; seed <= 16; seed++) {
		incoming(seed);
		outgoing(seed);
		refused_and_redirected(seed);
	}
	if (n_faults)
		fail_msg(
			"%u faults in %u objects, the first: %s", n_faults, n_checked, first_fault);
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		if (!seen[i])
			fail_msg("no %s was ever said", expected[i]);
	assert_in_range(n_checked, 5000, 10000000);
	json_decref(all);
}

/* The judge itself: a planted fault of each kind is found. */
static void the_judge_finds_planted_faults(void **state)
{
	static const char *const wrong[] = {
		"{\"@odata.type\":\"#microsoft.graph.playPromptOperation\",\"id\":\"1\"}",
		"{\"@odata.type\":\"#microsoft.graph.playPromptOperation\",\"id\":\"1\",\"status\":"
		"\"done\"}",
		"{\"@odata.type\":\"#microsoft.graph.toneInfo\",\"sequenceId\":\"1\",\"tone\":"
		"\"tone1\"}",
		"{\"@odata.type\":\"#microsoft.graph.toneInfo\",\"sequenceId\":1,\"tone\":"
		"\"tone1\",\"x\":1}",
		"{\"@odata.type\":\"#microsoft.graph.nothing\"}",
	};
	json_error_t e;
	json_t *all;

	(void)state;
	if (access(TYPES, R_OK) != 0)
		skip();
	all = json_load_file(TYPES, 0, &e);
	types = json_object_get(all, "types");
	enums = json_object_get(all, "enums");
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		json_t *json = json_loads(wrong[i], 0, &e);

		n_faults = 0;
		reply_check(json);
		if (!n_faults)
			fail_msg("passes: %s", wrong[i]);
		json_decref(json);
	}
	json_decref(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_said_is_declared),
		cmocka_unit_test(the_judge_finds_planted_faults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
