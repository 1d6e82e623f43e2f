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
static const struct op_party ben = { .id = "9a7b6c5d-4e3f-4a2b-8c1d-0e9f8a7b6c5d", .name = "Ben" };
static const struct op_party phone = { .kind = OP_PARTY_PHONE, .id = "+15550100" };
static const struct op_party instance = {
	.kind = OP_PARTY_INSTANCE, .id = "7c3e9a10-2b4d-4f6a-9e8c-1d2f3a4b5c6d", .name = "Sales"
};
static const struct op_party visitor = { .kind = OP_PARTY_GUEST, .id = "8b7e", .name = "Foyer" };
static const struct op_party mailbox = { .id = USER, .voicemail = true };
static const struct op_party caller = { .kind = OP_PARTY_ENCRYPTED,
	.id = "29:1bTSc8yNVRrJ9vT1zLw",
	.replaces_call_id = "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a02" };
static const struct op_party mover = { .id = USER, .participant_id = PARTICIPANT };
static const struct op_party supervisor = { .id = USER, .hidden = true, .apart = true };
static const struct op_party several[] = {
	{ .id = USER, .replaces_call_id = "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a02" },
	{ .kind = OP_PARTY_PHONE, .id = "+15550100" },
	{ .kind = OP_PARTY_INSTANCE, .id = "7c3e9a10-2b4d-4f6a-9e8c-1d2f3a4b5c6d" },
	{ .kind = OP_PARTY_APPLICATION, .id = "2b8e6f10-5c4d-4a3b-9f2e-1d0c9b8a7f6e" },
	{ .kind = OP_PARTY_GUEST, .id = "8b7e", .name = "Visitor" },
};
static const struct op_party users[] = {
	{ .id = USER, .name = "Ada Agent" },
	{ .id = "9a7b6c5d-4e3f-4a2b-8c1d-0e9f8a7b6c5d" },
	{ .id = "5d4c3b2a-1f0e-4d9c-8b7a-6f5e4d3c2b1a" },
};
static const struct op_meeting by_organizer = { .organizer_id = USER,
	.organizer_tenant_id = TENANT,
	.thread_id = "19:meeting_NmE0@thread.v2",
	.reply_chain_message_id = "1",
	.without_host = true };
static const struct op_meeting by_join_id = { .join_id = "9783489213", .passcode = "s3cr3t" };
static const struct op_meeting by_join_id_alone = { .join_id = "9783489213" };
static const struct op_meeting by_token = { .token = "not-a-token" };
static const struct op_call_options delta_only = { .delta_roster = true };
static const struct op_call_options all_options = { true, true, true, true };
static const struct op_record voice_message = { .beep = true,
	.stop_tones = "#*1",
	.initial_silence_s = 10,
	.max_silence_s = 3,
	.max_record_s = 120 };
static const struct op_record at_once = { .barge_in = true };
static const char *const one_member[] = { PARTICIPANT };
static const char *const two_members[] = { "c1", "c2" };
static const struct op_audio_group whisper = {
	.sources = one_member, .n_sources = 1, .receivers = two_members, .n_receivers = 1
};
static const struct op_audio_group monitor = { .multicast = true,
	.sources = one_member,
	.n_sources = 1,
	.receivers = two_members,
	.n_receivers = 2 };
#define SEVERAL(parties) .targets = (parties), .n_targets = ARRAY_LEN(parties)
#define OF_CALL .call_id = CALL, .client_context = "17"
#define OF_PARTY OF_CALL, .participant_id = PARTICIPANT
#define NEW_CALL .callback_uri = CALLBACK, .tenant_id = TENANT
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
	{ OP_CREATE_CALL, "createCall-phone",
		{ NEW_CALL, ONE(phone), .source = &instance, .subject = "Call back" } },
	{ OP_CREATE_CALL, "createCall-group",
		{ NEW_CALL, SEVERAL(users), .options = &delta_only } },
	{ OP_CREATE_CALL, "createCall-meeting", { NEW_CALL, .meeting = &by_organizer } },
	{ OP_CREATE_CALL, "createCall-meeting-id", { NEW_CALL, .meeting = &by_join_id } },
	{ OP_CREATE_CALL, "createCall-meeting-id-alone",
		{ NEW_CALL, .meeting = &by_join_id_alone } },
	{ OP_CREATE_CALL, "createCall-meeting-token", { NEW_CALL, .meeting = &by_token } },
	{ OP_CREATE_CALL, "createCall-guest",
		{ NEW_CALL, .meeting = &by_organizer, .source = &visitor } },
	{ OP_ANSWER, "answer-options",
		{ .call_id = CALL,
			.callback_uri = CALLBACK,
			.options = &all_options,
			.capacity = 200 } },
	{ OP_REDIRECT, "redirect", { .call_id = CALL, .callback_uri = CALLBACK, ONE(ben) } },
	{ OP_REDIRECT, "redirect-several",
		{ .call_id = CALL, .callback_uri = CALLBACK, SEVERAL(users), .ring_s = 90 } },
	{ OP_GET_CALL, "getCall", { .call_id = CALL } },
	{ OP_DELETE_CALL, "deleteCall", { .call_id = CALL } },
	{ OP_KEEP_ALIVE, "keepAlive", { .call_id = CALL } },
	{ OP_PLAY_PROMPT, "playPrompt", { .call_id = CALL, .client_context = "17", PROMPTS } },
	{ OP_RECORD_RESPONSE, "recordResponse",
		{ OF_CALL, .record = &voice_message, .prompts = sample_prompts, .n_prompts = 1 } },
	{ OP_RECORD_RESPONSE, "recordResponse-bare", { OF_CALL, .record = &at_once } },
	{ OP_SEND_DTMF_TONES, "sendDtmfTones",
		{ OF_CALL, .tones = "0123456789*#ABCDF", .tone_gap_ms = 200 } },
	{ OP_SEND_DTMF_TONES, "sendDtmfTones-bare", { OF_CALL, .tones = "5" } },
	{ OP_MUTE, "mute", { OF_CALL } },
	{ OP_UNMUTE, "unmute", { OF_CALL } },
	{ OP_UPDATE_RECORDING_STATUS, "updateRecordingStatus",
		{ OF_CALL, .recording_status = "notRecording" } },
	{ OP_SUBSCRIBE_TO_TONE, "subscribeToTone", { .call_id = CALL, .client_context = "17" } },
	{ OP_CANCEL_MEDIA, "cancelMediaProcessing", { .call_id = CALL, .client_context = "17" } },
	{ OP_TRANSFER, "transfer", { .call_id = CALL, ONE(ada) } },
	{ OP_TRANSFER, "transfer-phone", { .call_id = CALL, ONE(phone) } },
	{ OP_TRANSFER, "transfer-voicemail", { .call_id = CALL, ONE(mailbox) } },
	{ OP_TRANSFER, "transfer-consultative", { .call_id = CALL, ONE(caller) } },
	{ OP_TRANSFER, "transfer-from-group", { .call_id = CALL, ONE(ben), .transferee = &mover } },
	{ OP_INVITE, "invite-several", { OF_CALL, SEVERAL(several) } },
	{ OP_INVITE, "invite-supervisor", { OF_CALL, ONE(supervisor) } },
	{ OP_INVITE, "invite", { .call_id = CALL, .client_context = "17", ONE(ada) } },
	{ OP_INVITE, "invite-nameless",
		{ .call_id = CALL, .client_context = "17", ONE(nameless) } },
	{ OP_LIST_PARTICIPANTS, "listParticipants", { .call_id = CALL } },
	{ OP_LIST_PARTICIPANTS, "listParticipants-page",
		{ .call_id = CALL,
			.page = "/v1.0/communications/calls/" CALL
				"/participants?$skiptoken=abc" } },
	{ OP_GET_PARTICIPANT, "getParticipant",
		{ .call_id = CALL, .participant_id = PARTICIPANT } },
	{ OP_MUTE_PARTICIPANT, "muteParticipant", { OF_PARTY } },
	{ OP_START_HOLD_MUSIC, "startHoldMusic",
		{ OF_PARTY, .prompts = sample_prompts, .n_prompts = 1 } },
	{ OP_START_HOLD_MUSIC, "startHoldMusic-graphs-own", { OF_PARTY } },
	{ OP_STOP_HOLD_MUSIC, "stopHoldMusic", { OF_PARTY } },
	{ OP_CREATE_AUDIO_ROUTING_GROUP, "createAudioRoutingGroup",
		{ .call_id = CALL, .group_id = "whisper-17", .group = &whisper } },
	{ OP_CREATE_AUDIO_ROUTING_GROUP, "createAudioRoutingGroup-multicast",
		{ .call_id = CALL, .group_id = "monitor-17", .group = &monitor } },
	{ OP_LIST_AUDIO_ROUTING_GROUPS, "listAudioRoutingGroups", { .call_id = CALL } },
	{ OP_GET_AUDIO_ROUTING_GROUP, "getAudioRoutingGroup",
		{ .call_id = CALL, .group_id = "whisper-17" } },
	{ OP_UPDATE_AUDIO_ROUTING_GROUP, "updateAudioRoutingGroup",
		{ .call_id = CALL, .group_id = "monitor-17", .group = &monitor } },
	{ OP_DELETE_AUDIO_ROUTING_GROUP, "deleteAudioRoutingGroup",
		{ .call_id = CALL, .group_id = "whisper-17" } },
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
	{ OP_SEND_ACTIVITY_NOTIFICATION, "sendActivityNotification",
		{ .user_id = USER,
			.feed = &(const struct op_feed){ "callWaiting",
				"Call waiting: sales, +4***01", "sales",
				"https://teams.microsoft.com/l/chat/0/"
				"0?users=28:11111111-2222-4333-8444-555555555555" } } },
};

#endif
