#ifndef TESTS_GRAPH_WIRE_SAMPLES_H
#define TESTS_GRAPH_WIRE_SAMPLES_H

/*
 * Inputs for every request the bot can send: at least one for each line of ops.def, more where
 * its body has several shapes. test_op.c holds each against tests/golden/wire/NAME.json,
 * test_contract.c against Graph's own types; an operation without a sample fails both.
 *
 * One more operation? One line below:
 *
 *	{ OP_SET_PRESENCE, "setPresence", { .user_id = USER, .presence = &(const struct
 *	op_presence){ ... } } },
 *
 * then make golden (or GOLDEN=write with test_op alone), and look at what it wrote. A path or
 * a member that Graph's types do not know is named in tests/graph/csdl.h with its source.
 */

#include "graph/wire/op.h"

struct sample {
	enum op_kind kind;
	const char *name; /* of the golden file */
	struct op_in in;
};

#define CALL "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01"
#define PARTICIPANT "e4a7c2b9-6f18-4d35-a0c9-5b7e1d3f8264"
#define CALLBACK "https://cc.example.com/api/calls?k=s3cr3t"
#define TENANT "11111111-aaaa-4bbb-8ccc-222222222222"
#define APP "9b7d0c1e-5a24-4f38-8c6b-2f7e41d0a593"
#define USER "3f1d6a52-9c7e-4b0a-8d5f-c2e1b4a79680"

static const struct op_prompt sample_prompts[] = {
	{ "https://cc.example.com/p/9f86d081884c7d65.wav", "2c26b46b-68ff-4c68-9f45-3a5c0d8e7f11" },
	{ "https://cc.example.com/p/60303ae22b998861.wav", "fcde2b2e-dba5-4bf4-8860-1fb721fe9b5c" },
};

#define PROMPTS .prompts = sample_prompts, .n_prompts = 2
static const struct op_party ada = { .id = USER, .name = "Ada Agent" };
static const struct op_party nameless = { .id = USER };
#define ONE(party) .targets = &(party), .n_targets = 1
#define RELAY_BLOB "{\"mpUri\":\"net.tcp://relay.example.com:20100/MediaProcessor\"}"

#define SUBSCRIPTION "7f105c7d-2dc5-4530-97cd-4e7ae6534c07"
#define RECORD "e523d2ed-2966-4b6b-925b-754a88034cc5"

static const struct op_subscription sample_subscription = {
	.resource = "communications/callRecords",
	.change_type = "created,updated",
	.url = "https://cc.example.com/api/notifications/5f2b8c1d",
	.lifecycle_url = "https://cc.example.com/api/lifecycle/5f2b8c1d",
	.client_state = "b1946ac92492d2347c6235b4d2611184",
	.expires_unix_ms = 1795372200000,
};
static const struct op_subscription sample_rich = {
	.resource = "communications/presences?$filter=id in ('" USER "')",
	.change_type = "updated",
	.url = "https://cc.example.com/api/notifications/5f2b8c1d",
	.client_state = "b1946ac92492d2347c6235b4d2611184",
	.expires_unix_ms = 1795372200000,
	.certificate = "MIICtDCCAZwCCQDu",
	.certificate_id = "foyer-1",
};

static const char *const sample_people[] = { USER, PARTICIPANT };
static const struct op_presence sample_asked = { .ids = sample_people, .n_ids = 2 };
static const struct op_presence sample_session = { .session_id = APP,
	.availability = AVAILABILITY_BUSY,
	.activity = ACTIVITY_IN_A_CALL,
	.expires_min = 10 };

static const struct sample samples[] = {
	{ OP_ANSWER, "answer", { .call_id = CALL, .callback_uri = CALLBACK, PROMPTS } },
	{ OP_ANSWER, "answer-bare", { .call_id = CALL, .callback_uri = CALLBACK } },
	{ OP_ANSWER, "answer-app-hosted",
		{ .call_id = CALL, .callback_uri = CALLBACK, .media_blob = RELAY_BLOB } },
	{ OP_REJECT, "reject", { .call_id = CALL, .callback_uri = CALLBACK, .reason = "busy" } },
	{ OP_CREATE_CALL, "createCall",
		{ .callback_uri = CALLBACK, .tenant_id = TENANT, ONE(ada), PROMPTS } },
	{ OP_CREATE_CALL, "createCall-app-hosted",
		{ .callback_uri = CALLBACK,
			.tenant_id = TENANT,
			ONE(nameless),
			.media_blob = RELAY_BLOB } },
	{ OP_GET_CALL, "getCall", { .call_id = CALL } },
	{ OP_DELETE_CALL, "deleteCall", { .call_id = CALL } },
	{ OP_KEEP_ALIVE, "keepAlive", { .call_id = CALL } },
	{ OP_PLAY_PROMPT, "playPrompt", { .call_id = CALL, .client_context = "17", PROMPTS } },
	{ OP_SUBSCRIBE_TO_TONE, "subscribeToTone", { .call_id = CALL, .client_context = "17" } },
	{ OP_CANCEL_MEDIA, "cancelMediaProcessing", { .call_id = CALL, .client_context = "17" } },
	{ OP_TRANSFER, "transfer", { .call_id = CALL, ONE(ada) } },
	{ OP_INVITE, "invite", { .call_id = CALL, .client_context = "17", ONE(ada) } },
	{ OP_INVITE, "invite-nameless",
		{ .call_id = CALL, .client_context = "17", ONE(nameless) } },
	{ OP_LIST_PARTICIPANTS, "listParticipants", { .call_id = CALL } },
	{ OP_REMOVE_PARTICIPANT, "removeParticipant",
		{ .call_id = CALL, .participant_id = PARTICIPANT } },
	{ OP_CREATE_SUBSCRIPTION, "createSubscription", { .subscription = &sample_subscription } },
	{ OP_CREATE_SUBSCRIPTION, "createSubscription-rich", { .subscription = &sample_rich } },
	{ OP_RENEW_SUBSCRIPTION, "renewSubscription",
		{ .subscription_id = SUBSCRIPTION, .subscription = &sample_subscription } },
	{ OP_REAUTHORIZE_SUBSCRIPTION, "reauthorizeSubscription",
		{ .subscription_id = SUBSCRIPTION } },
	{ OP_DELETE_SUBSCRIPTION, "deleteSubscription", { .subscription_id = SUBSCRIPTION } },
	{ OP_GET_SUBSCRIPTION, "getSubscription", { .subscription_id = SUBSCRIPTION } },
	{ OP_LIST_SUBSCRIPTIONS, "listSubscriptions", { .page = NULL } },
	{ OP_LIST_SUBSCRIPTIONS, "listSubscriptions-next-page",
		{ .page = "/v1.0/subscriptions?$skiptoken=abc%2F1" } },
	{ OP_GET_CALL_RECORD, "getCallRecord", { .record_id = RECORD } },
	{ OP_GET_CALL_RECORD, "getCallRecord-alone",
		{ .record_id = RECORD, .record_alone = true } },
	{ OP_GET_PRESENCES, "getPresences", { .presence = &sample_asked } },
	{ OP_SET_PRESENCE, "setPresence", { .user_id = USER, .presence = &sample_session } },
	{ OP_CLEAR_PRESENCE, "clearPresence", { .user_id = USER, .presence = &sample_session } },
};

#endif
