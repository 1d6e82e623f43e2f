/* The bodies of the verbs. Source: Graph v1.0 reference, the pages of call actions and resources.
 */
#include "graph/sim/body.h"

#define SHAPE(tag_, need_, members)                          \
	{                                                    \
		{ tag_ }, need_, members, ARRAY_LEN(members) \
	}

static const struct body_member identity_m[] = {
	{ "id", BODY_TEXT, true, 0, NULL },
	{ "displayName", BODY_TEXT, false, 0, NULL },
	{ "tenantId", BODY_TEXT, false, 0, NULL },
	{ "identityProvider", BODY_TEXT, false, 0, NULL },
	{ "hidden", BODY_FLAG, false, 0, NULL },
	{ "email", BODY_TEXT, false, 0, NULL },
};
static const struct body_shape identity = SHAPE("#microsoft.graph.identity", false, identity_m);

static const struct body_member identity_set_m[] = {
	{ "user", BODY_OBJECT, false, 0, &identity },
	{ "application", BODY_OBJECT, false, 0, &identity },
	{ "applicationInstance", BODY_OBJECT, false, 0, &identity },
	{ "phone", BODY_OBJECT, false, 0, &identity },
	{ "guest", BODY_OBJECT, false, 0, &identity },
	{ "encrypted", BODY_OBJECT, false, 0, &identity },
	{ "device", BODY_OBJECT, false, 0, &identity },
};
static const struct body_shape identity_set = {
	{ "#microsoft.graph.identitySet", "#microsoft.graph.communicationsIdentitySet" }, false,
	identity_set_m, ARRAY_LEN(identity_set_m)
};

static const struct body_member invitation_m[] = {
	{ "identity", BODY_OBJECT, true, 0, &identity_set },
	{ "endpointType", BODY_TEXT, false, 0, NULL },
	{ "replacesCallId", BODY_TEXT, false, 0, NULL },
	{ "hidden", BODY_FLAG, false, 0, NULL },
	{ "participantId", BODY_TEXT, false, 36, NULL },
	{ "removeFromDefaultAudioRoutingGroup", BODY_FLAG, false, 0, NULL },
};
static const struct body_shape invitation = SHAPE(
	"#microsoft.graph.invitationParticipantInfo", false, invitation_m);

static const struct body_member participant_m[] = {
	{ "identity", BODY_OBJECT, true, 0, &identity_set },
	{ "participantId", BODY_TEXT, false, 0, NULL },
	{ "endpointType", BODY_TEXT, false, 0, NULL },
	{ "region", BODY_TEXT, false, 0, NULL },
	{ "languageId", BODY_TEXT, false, 0, NULL },
	{ "countryCode", BODY_TEXT, false, 0, NULL },
};
static const struct body_shape participant = SHAPE(
	"#microsoft.graph.participantInfo", false, participant_m);

static const struct body_member media_info_m[] = {
	{ "uri", BODY_TEXT, true, 2048, NULL },
	{ "resourceId", BODY_TEXT, false, 256, NULL },
};
static const struct body_shape media_info = SHAPE(
	"#microsoft.graph.mediaInfo", false, media_info_m);

static const struct body_member prompt_m[] = {
	{ "mediaInfo", BODY_OBJECT, true, 0, &media_info },
};
static const struct body_shape prompt = SHAPE("#microsoft.graph.mediaPrompt", true, prompt_m);

/* preFetchMedia belongs to one of the two, blob to the other: the verbs look closer. */
static const struct body_member media_config_m[] = {
	{ "preFetchMedia", BODY_OBJECTS, false, 0, &media_info },
	{ "blob", BODY_TEXT, false, 0, NULL },
};
static const struct body_shape media_config = { { "#microsoft.graph.serviceHostedMediaConfig",
							"#microsoft.graph.appHostedMediaConfig" },
	true, media_config_m, ARRAY_LEN(media_config_m) };

static const struct body_member options_m[] = {
	{ "hideBotAfterEscalation", BODY_FLAG, false, 0, NULL },
	{ "isContentSharingNotificationEnabled", BODY_FLAG, false, 0, NULL },
	{ "isDeltaRosterEnabled", BODY_FLAG, false, 0, NULL },
	{ "isInteractiveRosterEnabled", BODY_FLAG, false, 0, NULL },
};
static const struct body_shape incoming_options = SHAPE(
	"#microsoft.graph.incomingCallOptions", true, options_m);
static const struct body_shape outgoing_options = SHAPE(
	"#microsoft.graph.outgoingCallOptions", true, options_m);

static const struct body_member answer_m[] = {
	{ "callbackUri", BODY_TEXT, true, 500, NULL },
	{ "mediaConfig", BODY_OBJECT, true, 0, &media_config },
	{ "acceptedModalities", BODY_TEXTS, true, 4, NULL },
	{ "participantCapacity", BODY_INT, false, 1000, NULL },
	{ "callOptions", BODY_OBJECT, false, 0, &incoming_options },
};
const struct body_shape body_answer = { { NULL }, false, answer_m, ARRAY_LEN(answer_m) };

static const struct body_member reject_m[] = {
	{ "reason", BODY_TEXT, true, 16, NULL },
	{ "callbackUri", BODY_TEXT, false, 500, NULL },
};
const struct body_shape body_reject = { { NULL }, false, reject_m, ARRAY_LEN(reject_m) };

static const struct body_member redirect_m[] = {
	{ "targets", BODY_OBJECTS, true, 25, &invitation },
	{ "timeout", BODY_INT, false, 90, NULL },
	{ "callbackUri", BODY_TEXT, false, 500, NULL },
	/* Undeclared, but in the page's example. */
	{ "routingPolicies", BODY_TEXTS, false, 8, NULL },
};
const struct body_shape body_redirect = { { NULL }, false, redirect_m, ARRAY_LEN(redirect_m) };

static const struct body_member transfer_m[] = {
	{ "transferTarget", BODY_OBJECT, true, 0, &invitation },
	{ "transferee", BODY_OBJECT, false, 0, &participant },
	{ "clientContext", BODY_TEXT, false, 256, NULL },
};
const struct body_shape body_transfer = { { NULL }, false, transfer_m, ARRAY_LEN(transfer_m) };

static const struct body_member chat_m[] = {
	{ "threadId", BODY_TEXT, false, 127, NULL },
	{ "messageId", BODY_TEXT, false, 64, NULL },
	{ "replyChainMessageId", BODY_TEXT, false, 64, NULL },
};
static const struct body_shape chat = SHAPE("#microsoft.graph.chatInfo", false, chat_m);

/* Of three kinds, each with its own members: the verb looks closer. */
static const struct body_member meeting_m[] = {
	{ "organizer", BODY_OBJECT, false, 0, &identity_set },
	{ "allowConversationWithoutHost", BODY_FLAG, false, 0, NULL },
	{ "token", BODY_TEXT, false, 4096, NULL },
	{ "joinMeetingId", BODY_TEXT, false, 63, NULL },
	{ "passcode", BODY_TEXT, false, 63, NULL },
};
static const struct body_shape meeting = { { "#microsoft.graph.organizerMeetingInfo",
						   "#microsoft.graph.tokenMeetingInfo",
						   "#microsoft.graph.joinMeetingIdMeetingInfo" },
	true, meeting_m, ARRAY_LEN(meeting_m) };

static const struct body_member create_m[] = {
	{ "callbackUri", BODY_TEXT, true, 500, NULL },
	{ "requestedModalities", BODY_TEXTS, true, 4, NULL },
	{ "mediaConfig", BODY_OBJECT, true, 0, &media_config },
	{ "targets", BODY_OBJECTS, false, 25, &invitation },
	{ "chatInfo", BODY_OBJECT, false, 0, &chat },
	{ "meetingInfo", BODY_OBJECT, false, 0, &meeting },
	/* In a sample alone, for guests. */
	{ "allowGuestToBypassLobby", BODY_FLAG, false, 0, NULL },
	{ "source", BODY_OBJECT, false, 0, &participant },
	{ "tenantId", BODY_TEXT, false, 36, NULL },
	{ "subject", BODY_TEXT, false, 0, NULL },
	{ "direction", BODY_TEXT, false, 16, NULL },
	{ "callOptions", BODY_OBJECT, false, 0, &outgoing_options },
};
const struct body_shape body_create = SHAPE("#microsoft.graph.call", false, create_m);

static const struct body_member play_m[] = {
	{ "prompts", BODY_OBJECTS, true, 20, &prompt },
	{ "clientContext", BODY_TEXT, false, 256, NULL },
};
const struct body_shape body_play = { { NULL }, false, play_m, ARRAY_LEN(play_m) };

static const struct body_member context_m[] = {
	{ "clientContext", BODY_TEXT, false, 256, NULL },
};
const struct body_shape body_context = { { NULL }, false, context_m, ARRAY_LEN(context_m) };

static const struct body_member invite_m[] = {
	{ "participants", BODY_OBJECTS, true, 5, &invitation },
	{ "clientContext", BODY_TEXT, false, 256, NULL },
};
const struct body_shape body_invite = { { NULL }, false, invite_m, ARRAY_LEN(invite_m) };

static const struct body_member record_m[] = {
	{ "prompts", BODY_OBJECTS, false, 1, &prompt },
	{ "bargeInAllowed", BODY_FLAG, false, 0, NULL },
	{ "initialSilenceTimeoutInSeconds", BODY_INT, false, 120, NULL },
	{ "maxSilenceTimeoutInSeconds", BODY_INT, false, 120, NULL },
	{ "maxRecordDurationInSeconds", BODY_INT, false, 120, NULL },
	{ "playBeep", BODY_FLAG, false, 0, NULL },
	{ "stopTones", BODY_TEXTS, false, 16, NULL },
	{ "clientContext", BODY_TEXT, false, 256, NULL },
};
const struct body_shape body_record = { { NULL }, false, record_m, ARRAY_LEN(record_m) };

static const struct body_member tones_m[] = {
	{ "tones", BODY_TEXTS, true, 32, NULL },
	{ "delayBetweenTonesMs", BODY_INT, false, 10000, NULL },
	{ "clientContext", BODY_TEXT, false, 256, NULL },
};
const struct body_shape body_tones = { { NULL }, false, tones_m, ARRAY_LEN(tones_m) };

static const struct body_member hold_m[] = {
	{ "customPrompt", BODY_OBJECT, false, 0, &prompt },
	{ "clientContext", BODY_TEXT, false, 256, NULL },
};
const struct body_shape body_hold = { { NULL }, false, hold_m, ARRAY_LEN(hold_m) };

static const struct body_member recording_m[] = {
	{ "status", BODY_TEXT, true, 16, NULL },
	{ "clientContext", BODY_TEXT, false, 256, NULL },
};
const struct body_shape body_recording = { { NULL }, false, recording_m, ARRAY_LEN(recording_m) };

static const struct body_member sharing_m[] = {
	{ "role", BODY_TEXT, true, 16, NULL },
};
const struct body_shape body_sharing = { { NULL }, false, sharing_m, ARRAY_LEN(sharing_m) };

static const struct body_member routing_m[] = {
	{ "id", BODY_TEXT, false, 36, NULL },
	{ "routingMode", BODY_TEXT, true, 16, NULL },
	{ "sources", BODY_TEXTS, true, 16, NULL },
	{ "receivers", BODY_TEXTS, true, 16, NULL },
};
const struct body_shape body_routing = SHAPE(
	"#microsoft.graph.audioRoutingGroup", false, routing_m);

const struct body_shape body_empty = { { NULL }, false, NULL, 0 };

static const struct body_member rtp_m[] = {
	{ "address", BODY_TEXT, true, 64, NULL },
	{ "port", BODY_INT, true, 65535, NULL },
	{ "codec", BODY_TEXT, true, 32, NULL },
	{ "payload_type", BODY_INT, true, 127, NULL },
	{ "telephone_event", BODY_INT, true, 127, NULL },
	{ "ptime", BODY_INT, true, 20, NULL },
};
static const struct body_shape rtp = { { NULL }, false, rtp_m, ARRAY_LEN(rtp_m) };
static const struct body_member leg_m[] = {
	{ "leg", BODY_TEXT, true, 127, NULL },
	{ "rtp", BODY_OBJECT, true, 0, &rtp },
};
const struct body_shape body_leg = { { NULL }, false, leg_m, ARRAY_LEN(leg_m) };
