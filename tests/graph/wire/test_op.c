/* Every request we can write, against its golden file; and what is refused. */

#include "bot/base/text.h"
#include "graph/wire/op.h"
#include "tests/graph/wire/files.h"
#include "tests/graph/wire/samples.h"

#include <jansson.h>

/* Whatever any operation may want, so that each refusal below is of what the row spoils. */
static const struct op_in all = {
	.call_id = CALL,
	.participant_id = PARTICIPANT,
	.callback_uri = CALLBACK,
	.client_context = "17",
	.tenant_id = TENANT,
	ONE(ada),
	.user_id = USER,
	.reason = "busy",
	PROMPTS,
	.subscription = &sample_subscription,
	.subscription_id = SUBSCRIPTION,
	.record_id = RECORD,
};

static char *golden_text(const struct op_out *out)
{
	json_t *body = out->body ? json_loads(out->body, JSON_REJECT_DUPLICATES, NULL) : NULL;
	json_t *whole = json_pack(
		"{s:s, s:s, s:o*}", "method", out->method, "path", out->path, "body", body);
	char *text = json_dumps(whole, JSON_INDENT(2)), *line;

	assert_true(!out->body || body);
	json_decref(whole);
	assert_true(asprintf(&line, "%s\n", text) > 0);
	free(text);
	return line;
}

static void write_and_compare(enum op_kind kind, const struct op_in *in, const char *name)
{
	struct op_out out;
	struct why why;
	char path[128], *text;

	if (op_write(kind, in, &out, &why) != OK)
		fail_msg("%s: %s", name, why.text);
	snprintf(path, sizeof(path), "tests/golden/wire/%s.json", name);
	text = golden_text(&out);
	golden_compare(path, text);
	free(text);
	free(out.body);
}

static void every_sample_is_its_golden_request(void **state)
{
	unsigned n[OP_KINDS] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		write_and_compare(samples[i].kind, &samples[i].in, samples[i].name);
		n[samples[i].kind]++;
	}
	for (unsigned kind = 0; kind < OP_KINDS; kind++)
		if (n[kind] == 0)
			fail_msg("%s has no sample in tests/graph/wire/samples.h",
				op_name((enum op_kind)kind));
}

static char *text_of_length(size_t n, const char *character)
{
	size_t bytes = strlen(character);
	char *text = calloc(n, bytes + 1);

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * bytes, character, bytes);
	return text;
}

static void refused(enum op_kind kind, const struct op_in *in, const char *wanted)
{
	struct op_out out;
	struct why why;

	assert_int_equal(op_write(kind, in, &out, &why), E_MALFORMED);
	assert_null(out.body);
	if (!strstr(why.text, wanted))
		fail_msg("%s: \"%s\" does not name %s", op_name(kind), why.text, wanted);
}

#define REFUSED(kind, member, value, wanted)   \
	do {                                   \
		struct op_in in_ = all;        \
                                               \
		in_.member = (value);          \
		refused(kind, &in_, (wanted)); \
	} while (0)

#define REFUSED_SUBSCRIPTION(member, value, wanted)              \
	do {                                                     \
		struct op_subscription s_ = sample_subscription; \
		struct op_in in_ = all;                          \
                                                                 \
		s_.member = (value);                             \
		in_.subscription = &s_;                          \
		refused(OP_CREATE_SUBSCRIPTION, &in_, (wanted)); \
	} while (0)

static void what_a_subscription_misses_is_named(void **state)
{
	char *long_state = text_of_length(129, "x");

	(void)state;
	for (unsigned kind = OP_RENEW_SUBSCRIPTION; kind <= OP_GET_SUBSCRIPTION; kind++)
		REFUSED((enum op_kind)kind, subscription_id, NULL, "subscription_id");
	REFUSED(OP_CREATE_SUBSCRIPTION, subscription, NULL, "subscription");
	REFUSED(OP_RENEW_SUBSCRIPTION, subscription, NULL, "subscription");
	REFUSED(OP_GET_CALL_RECORD, record_id, NULL, "record_id");
	REFUSED(OP_LIST_SUBSCRIPTIONS, page, "/v1.0/users?$skiptoken=1", "page");
	REFUSED(OP_LIST_SUBSCRIPTIONS, page, "/v1.0/subscriptions/../users?x", "page");
	REFUSED_SUBSCRIPTION(resource, NULL, "resource");
	REFUSED_SUBSCRIPTION(change_type, NULL, "change_type");
	REFUSED_SUBSCRIPTION(url, "", "url");
	REFUSED_SUBSCRIPTION(client_state, NULL, "client_state");
	REFUSED_SUBSCRIPTION(client_state, long_state, "128");
	REFUSED_SUBSCRIPTION(certificate, "MIIC", "certificate_id");
	free(long_state);
}

#define REFUSED_PRESENCE(kind, member, value, wanted)   \
	do {                                            \
		struct op_presence p_ = sample_session; \
		struct op_in in_ = all;                 \
                                                        \
		p_.ids = sample_people;                 \
		p_.n_ids = 2;                           \
		p_.member = (value);                    \
		in_.presence = &p_;                     \
		refused((kind), &in_, (wanted));        \
	} while (0)

static void what_a_presence_may_not_be_is_named(void **state)
{
	static const char *const nobody[] = { USER, NULL };

	(void)state;
	REFUSED(OP_GET_PRESENCES, presence, NULL, "1 to 650");
	REFUSED(OP_SET_PRESENCE, presence, NULL, "session_id");
	REFUSED(OP_CLEAR_PRESENCE, presence, NULL, "session_id");
	REFUSED_PRESENCE(OP_GET_PRESENCES, n_ids, 0, "0 presence ids");
	REFUSED_PRESENCE(OP_GET_PRESENCES, n_ids, 651, "651 presence ids");
	REFUSED_PRESENCE(OP_GET_PRESENCES, ids, nobody, "a presence id");
	REFUSED_PRESENCE(OP_SET_PRESENCE, session_id, NULL, "session_id");
	REFUSED_PRESENCE(OP_CLEAR_PRESENCE, session_id, "", "session_id");
	REFUSED_PRESENCE(OP_SET_PRESENCE, expires_min, 4, "5 to 240");
	REFUSED_PRESENCE(OP_SET_PRESENCE, expires_min, 241, "5 to 240");
	REFUSED_PRESENCE(OP_SET_PRESENCE, activity, ACTIVITY_PRESENTING, "Busy/Presenting");
	REFUSED_PRESENCE(OP_SET_PRESENCE, availability, AVAILABILITY_AWAY, "Away/InACall");
}

/* 650 of them are asked for at once. */
static void the_largest_batch_is_written(void **state)
{
	static const char *ids[PRESENCES_MAX];
	struct op_presence p = { .ids = ids, .n_ids = PRESENCES_MAX };
	struct op_in in = { .presence = &p };
	struct op_out out;
	json_t *body;

	(void)state;
	for (size_t i = 0; i < PRESENCES_MAX; i++)
		ids[i] = USER;
	assert_int_equal(op_write(OP_GET_PRESENCES, &in, &out, NULL), OK);
	body = json_loads(out.body, 0, NULL);
	assert_int_equal(json_array_size(json_object_get(body, "ids")), PRESENCES_MAX);
	json_decref(body);
	free(out.body);
}

static void what_is_missing_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		struct op_in in = samples[i].in;

		if (!in.call_id)
			continue;
		in.call_id = NULL;
		refused(samples[i].kind, &in, "call_id");
	}
	REFUSED(OP_ANSWER, call_id, "", "call_id");
	REFUSED(OP_ANSWER, callback_uri, NULL, "callback_uri");
	REFUSED(OP_REJECT, callback_uri, NULL, "callback_uri");
	REFUSED(OP_REJECT, reason, "Busy", "busy");
	REFUSED(OP_REJECT, reason, NULL, "busy");
	REFUSED(OP_CREATE_CALL, callback_uri, NULL, "callback_uri");
	REFUSED(OP_CREATE_CALL, tenant_id, NULL, "tenant_id");
	REFUSED(OP_CREATE_CALL, n_targets, 0, "targets");
	REFUSED(OP_TRANSFER, n_targets, 0, "targets");
	REFUSED(OP_INVITE, n_targets, 0, "targets");
	REFUSED(OP_SET_PRESENCE, user_id, NULL, "user_id");
	REFUSED(OP_CLEAR_PRESENCE, user_id, NULL, "user_id");
	REFUSED(OP_INVITE, client_context, NULL, "client_context");
	REFUSED(OP_PLAY_PROMPT, client_context, NULL, "client_context");
	REFUSED(OP_SUBSCRIBE_TO_TONE, client_context, "", "client_context");
	REFUSED(OP_CANCEL_MEDIA, client_context, NULL, "client_context");
	REFUSED(OP_PLAY_PROMPT, n_prompts, 0, "prompts");
	REFUSED(OP_PLAY_PROMPT, n_prompts, 21, "21 prompts");
	REFUSED(OP_REMOVE_PARTICIPANT, participant_id, NULL, "participant_id");
	REFUSED(OP_INVITE, targets, (&(struct op_party){ .id = USER, .name = "\xff" }), "name");
}

/* Each row spoils one sample by what the reference forbids. */
static const struct op_party many[26] = { { .id = USER } };
static const struct op_party short_number = { .kind = OP_PARTY_PHONE, .id = "911" };
static const struct op_party no_kind = { .kind = OP_PARTY_KINDS, .id = USER };
static const struct op_party voice_phone = {
	.kind = OP_PARTY_PHONE, .id = "+15550100", .voicemail = true
};
static const struct op_party second_replaces[] = { { .id = USER },
	{ .id = "b", .replaces_call_id = CALL } };
static const struct op_party with_phone[] = { { .id = USER },
	{ .kind = OP_PARTY_PHONE, .id = "+15550100" } };
static const struct op_meeting none = { .passcode = "1" }, both = { .join_id = "1", .token = "t" };
static const struct op_meeting threadless = { .organizer_id = USER };
static const struct op_record too_long = { .max_record_s = 121 };
static const struct op_record odd_stop = { .stop_tones = "F" };
static const struct op_audio_group two_ears = {
	.sources = one_member, .n_sources = 1, .receivers = two_members, .n_receivers = 2
};
static const struct op_audio_group two_mouths = { .multicast = true,
	.sources = two_members,
	.n_sources = 2,
	.receivers = one_member,
	.n_receivers = 1 };
static const struct op_audio_group deaf = { .sources = one_member, .n_sources = 1 };
static const struct {
	enum op_kind kind;
	struct op_in in;
	const char *wanted;
} forbidden[] = {
	{ OP_CREATE_CALL, { NEW_CALL, .targets = many, .n_targets = 6 }, "at most 5" },
	{ OP_CREATE_CALL, { NEW_CALL, ONE(phone) }, "source is no application instance" },
	{ OP_CREATE_CALL, { NEW_CALL, ONE(short_number), .source = &instance }, "digits" },
	{ OP_CREATE_CALL, { NEW_CALL, SEVERAL(with_phone), .source = &instance }, "phones" },
	{ OP_CREATE_CALL, { NEW_CALL, ONE(ada), .source = &visitor }, "source" },
	{ OP_CREATE_CALL, { NEW_CALL, ONE(ada), .meeting = &by_token }, "targets" },
	{ OP_CREATE_CALL, { NEW_CALL, .meeting = &none }, "one of organizer_id" },
	{ OP_CREATE_CALL, { NEW_CALL, .meeting = &both }, "one of organizer_id" },
	{ OP_CREATE_CALL, { NEW_CALL, .meeting = &threadless }, "thread_id" },
	{ OP_CREATE_CALL, { NEW_CALL, ONE(no_kind) }, "kind" },
	{ OP_INVITE, { OF_CALL, .targets = many, .n_targets = 6 }, "at most 5" },
	{ OP_INVITE, { OF_CALL, SEVERAL(second_replaces) }, "replaces_call_id" },
	{ OP_REDIRECT, { .call_id = CALL, ONE(ada) }, "callback_uri" },
	{ OP_REDIRECT,
		{ .call_id = CALL, .callback_uri = CALLBACK, .targets = many, .n_targets = 26 },
		"at most 25" },
	{ OP_REDIRECT, { .call_id = CALL, .callback_uri = CALLBACK, ONE(ada), .ring_s = 14 },
		"15 to 90" },
	{ OP_REDIRECT, { .call_id = CALL, .callback_uri = CALLBACK, ONE(ada), .ring_s = 91 },
		"15 to 90" },
	{ OP_TRANSFER, { .call_id = CALL, SEVERAL(users) }, "at most 1" },
	{ OP_TRANSFER, { .call_id = CALL, ONE(voice_phone) }, "voicemail" },
	{ OP_TRANSFER, { .call_id = CALL, ONE(ben), .transferee = &ada }, "participant_id" },
	{ OP_RECORD_RESPONSE, { OF_CALL }, "record is missing" },
	{ OP_RECORD_RESPONSE, { OF_CALL, .record = &too_long }, "1 to 120" },
	{ OP_RECORD_RESPONSE, { OF_CALL, .record = &odd_stop }, "stop_tones" },
	{ OP_RECORD_RESPONSE, { OF_CALL, .record = &at_once, PROMPTS }, "takes one" },
	{ OP_SEND_DTMF_TONES, { OF_CALL, .tones = "12x" }, "tones" },
	{ OP_SEND_DTMF_TONES, { OF_CALL, .tones = "" }, "tones" },
	{ OP_SEND_DTMF_TONES, { OF_CALL, .tones = "1", .tone_gap_ms = 60001 }, "tone_gap_ms" },
	{ OP_UPDATE_RECORDING_STATUS, { OF_CALL, .recording_status = "Recording" },
		"recording_status" },
	{ OP_MUTE_PARTICIPANT, { OF_CALL }, "participant_id" },
	{ OP_START_HOLD_MUSIC, { OF_PARTY, PROMPTS }, "takes one" },
	{ OP_CREATE_AUDIO_ROUTING_GROUP, { .call_id = CALL, .group = &whisper }, "group_id" },
	{ OP_CREATE_AUDIO_ROUTING_GROUP, { .call_id = CALL, .group_id = "g" }, "group" },
	{ OP_UPDATE_AUDIO_ROUTING_GROUP, { .call_id = CALL, .group_id = "g", .group = &two_ears },
		"oneToOne" },
	{ OP_UPDATE_AUDIO_ROUTING_GROUP, { .call_id = CALL, .group_id = "g", .group = &two_mouths },
		"takes one" },
	{ OP_UPDATE_AUDIO_ROUTING_GROUP, { .call_id = CALL, .group_id = "g", .group = &deaf },
		"no receivers" },
	{ OP_LIST_PARTICIPANTS,
		{ .call_id = CALL, .page = "/v1.0/communications/calls/2/participants?x" },
		"page" },
	{ OP_ANSWER, { .call_id = CALL, .callback_uri = CALLBACK, .capacity = 1u << 31 },
		"capacity" },
};

static void limits_of_the_reference_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forbidden); i++)
		refused(forbidden[i].kind, &forbidden[i].in, forbidden[i].wanted);
}

static void clouds_lack_some_operations(void **state)
{
	static const struct {
		enum op_kind kind;
		const char *cloud;
		bool there;
	} rows[] = {
		{ OP_ANSWER, "global", true },
		{ OP_ANSWER, "us-gov-l4", true },
		{ OP_ANSWER, "us-gov-l5", true },
		{ OP_ANSWER, "china", false },
		{ OP_SEND_DTMF_TONES, "global", true },
		{ OP_SEND_DTMF_TONES, "us-gov-l4", false },
		{ OP_CREATE_AUDIO_ROUTING_GROUP, "global", true },
		{ OP_DELETE_AUDIO_ROUTING_GROUP, "us-gov-l5", false },
		{ OP_SET_PRESENCE, "china", false },
		{ OP_CREATE_SUBSCRIPTION, "china", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct why why = { .text = "" };
		enum err e = op_in_cloud(rows[i].kind, rows[i].cloud, &why);

		if (e != (rows[i].there ? OK : E_ABSENT) ||
			(e != OK && (!strstr(why.text, op_name(rows[i].kind)) ||
					    !strstr(why.text, rows[i].cloud))))
			fail_msg("%s in %s: %s", op_name(rows[i].kind), rows[i].cloud, why.text);
	}
	/* All of a call's verbs are decided: none is asked of a cloud without calls. */
	for (size_t i = 0; i < ARRAY_LEN(samples); i++)
		if (samples[i].in.call_id && op_in_cloud(samples[i].kind, "china", NULL) == OK)
			fail_msg("%s is said to be in China in ops.def", op_name(samples[i].kind));
}

static void a_prompt_wants_both_its_members(void **state)
{
	const struct op_prompt bare[] = { { NULL, "x" }, { "https://x", NULL } };

	(void)state;
	REFUSED(OP_PLAY_PROMPT, prompts, bare, "uri");
	REFUSED(OP_PLAY_PROMPT, prompts, bare + 1, "resource_id"); /* n_prompts: the first fails */
}

static void client_context_holds_256_characters_and_no_more(void **state)
{
	char *most = text_of_length(256, "ü"), *more = text_of_length(257, "x");
	struct op_in in = all;
	struct op_out out;

	(void)state;
	in.client_context = most;
	assert_int_equal(op_write(OP_INVITE, &in, &out, NULL), OK);
	free(out.body);
	REFUSED(OP_INVITE, client_context, more, "256");
	free(most);
	free(more);
}

static void an_id_cannot_leave_its_segment(void **state)
{
	struct op_in in = all;
	struct op_out out;

	(void)state;
	in.participant_id = "../x?y#z%2f";
	assert_int_equal(op_write(OP_REMOVE_PARTICIPANT, &in, &out, NULL), OK);
	assert_string_equal(out.path,
		"/v1.0/communications/calls/4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01/participants/"
		"%2E%2E%2Fx%3Fy%23z%252f");
	assert_null(out.body);
}

static unsigned allocations_left;

static void *failing_malloc(size_t n)
{
	return allocations_left-- ? malloc(n) : NULL;
}

/* The first allocation fails, then the second, ..., until one is not needed any more. */
static void no_memory_is_told_and_leaks_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		enum err e = E_SYSTEM;

		for (unsigned n = 0; e != OK; n++) {
			struct op_out out;

			assert_true(n < 1000);
			allocations_left = n;
			json_set_alloc_funcs(failing_malloc, free);
			e = op_write(samples[i].kind, &samples[i].in, &out, NULL);
			json_set_alloc_funcs(malloc, free);
			if (e != OK && (e != E_SYSTEM || out.body))
				fail_msg("%s after %u allocations", samples[i].name, n);
			free(out.body);
		}
	}
}

/* A long queue's and caller's name must not cost the line in the feed. */
static void a_feed_s_preview_is_cut_between_characters(void **state)
{
	char preview[401], want[320];
	struct text long_one = TEXT(preview), wanted = TEXT(want);
	struct op_feed feed = {
		.type = "callWaiting", .preview = preview, .topic = "sales", .url = "https://x"
	};
	struct op_out out;
	struct why why;

	(void)state;
	for (int i = 0; i < 200; i++)
		text_add(&long_one, "\u00fc");
	text_add(&wanted, "\"content\":\"%.300s\"", preview);
	if (op_write(OP_SEND_ACTIVITY_NOTIFICATION,
		    &(struct op_in){ .user_id = "u", .feed = &feed }, &out, &why) != OK)
		fail_msg("%s", why.text);
	assert_non_null(strstr(out.body, want));
	free(out.body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_feed_s_preview_is_cut_between_characters),
		cmocka_unit_test(every_sample_is_its_golden_request),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(what_a_subscription_misses_is_named),
		cmocka_unit_test(what_a_presence_may_not_be_is_named),
		cmocka_unit_test(the_largest_batch_is_written),
		cmocka_unit_test(limits_of_the_reference_are_named),
		cmocka_unit_test(clouds_lack_some_operations),
		cmocka_unit_test(a_prompt_wants_both_its_members),
		cmocka_unit_test(client_context_holds_256_characters_and_no_more),
		cmocka_unit_test(an_id_cannot_leave_its_segment),
		cmocka_unit_test(no_memory_is_told_and_leaks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
