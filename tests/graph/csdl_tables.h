#ifndef TESTS_GRAPH_CSDL_TABLES_H
#define TESTS_GRAPH_CSDL_TABLES_H

/*
 * What is well although Graph's types (tests/graph/csdl.h) say otherwise, each with its source and
 * with whom it is for.
 *
 * The types have nothing of Entra (tokens, OpenID documents), of the Bot Connector (conversations,
 * activities, cards), nor of {"error": ...}, so that requests to those two and their answers are
 * not judged at all: the golden files in tests/golden/wire and the peers in tests/peers do. The
 * body of a refusal has csdl_error.
 */

#include "bot/base/text.h"

#include <stdbool.h>

enum csdl_kind {
	CSDL_REQUEST = 1,
	CSDL_FIXTURE = 2,
	CSDL_NOTE = 4,  /* a notification of the simulator's */
	CSDL_REPLY = 8, /* its answer to a request */
	CSDL_SAID = CSDL_NOTE | CSDL_REPLY,
};

/* Where paths begin, and what the subset of the types leaves out. */
static const struct {
	const char *from, *name, *to;
	unsigned who; /* of enum csdl_kind */
	const char *source;
} csdl_roots[] = {
	{ "", "communications", "microsoft.graph.cloudCommunications", CSDL_REQUEST | CSDL_REPLY,
		"entry" },
	{ "", "subscriptions", "Collection(microsoft.graph.subscription)",
		CSDL_REQUEST | CSDL_REPLY, "entry" },
	{ "", "users", "Collection(microsoft.graph.user)", CSDL_REQUEST | CSDL_REPLY,
		"api/user-get" },
	{ "", "me", "microsoft.graph.user", CSDL_REPLY, "api/user-get" },
	{ "microsoft.graph.user", "presence", "microsoft.graph.presence", CSDL_REQUEST | CSDL_REPLY,
		"api/presence-get" },
	{ "microsoft.graph.user", "teamwork", "microsoft.graph.userTeamwork",
		CSDL_REQUEST | CSDL_REPLY, "api/userteamwork-sendactivitynotification" },
};

/* Members that come although the type does not name them. */
static const struct {
	const char *member, *type;
	unsigned who; /* of enum csdl_kind */
	const char *source;
} csdl_dynamic[] = {
	{ "identitySet.phone", "microsoft.graph.identity", CSDL_REQUEST | CSDL_FIXTURE | CSDL_SAID,
		"api/application-post-calls, PSTN: the tag is identitySet, the member its "
		"heir's" },
	{ "identitySet.applicationInstance", "microsoft.graph.identity",
		CSDL_REQUEST | CSDL_FIXTURE | CSDL_SAID, "the same" },
	{ "identitySet.guest", "microsoft.graph.identity", CSDL_REQUEST | CSDL_FIXTURE,
		"the same, joining as a guest" },
	{ "identitySet.encrypted", "microsoft.graph.identity", CSDL_REQUEST | CSDL_FIXTURE,
		"resources/identityset of beta" },
	{ "identity.tenantId", "Edm.String", CSDL_REQUEST | CSDL_FIXTURE | CSDL_SAID,
		"api/application-post-calls, a meeting's organizer" },
	{ "invitationParticipantInfo.endpointType", "microsoft.graph.endpointType", CSDL_REQUEST,
		"beta: transfer to voicemail" },
	{ "organizerMeetingInfo.allowConversationWithoutHost", "Edm.Boolean", CSDL_REQUEST,
		"api/application-post-calls, join a meeting" },
	{ "participantInfo.id", "Edm.String", CSDL_SAID,
		"resources/participant: an extra info.id beside identity" },
	{ "resultInfo.subCode", "Edm.Int32", CSDL_FIXTURE | CSDL_SAID,
		"api/call-transfer, its failures: the key is subCode" },
};

/* Members that may be missing, or of another type than declared. */
static const struct {
	const char *member;
	unsigned who;
	const char *source;
} csdl_exceptions[] = {
	{ "entity.id", CSDL_REQUEST,
		"resources/entity: assigned by Graph when the entity is created" },
	{ "resultInfo.code", CSDL_FIXTURE | CSDL_SAID,
		"api/call-delete, later docs: a string of digits in the example" },
	{ "resultInfo.subcode", CSDL_FIXTURE | CSDL_SAID,
		"the same; missing where it is spelled subCode" },
	{ "resultInfo.subCode", CSDL_FIXTURE | CSDL_SAID, "the same" },
	{ "toneInfo.sequenceId", CSDL_FIXTURE,
		"OData JSON 4.01, 3.2: an Int64 may come as a string" },
	{ "call.id", CSDL_NOTE, "api/call-answer: id is absent or null where it is partial" },
	{ "call.callbackUri", CSDL_NOTE, "the same: notifications are partial" },
	{ "commsNotification.resourceUrl", CSDL_NOTE,
		"resources/commsnotification: examples have resource alone" },
	{ "changeNotification.changeType", CSDL_NOTE,
		"concepts/change-notifications-lifecycle-events: those have a lifecycleEvent "
		"instead" },
	{ "changeNotification.resource", CSDL_NOTE,
		"the same: of a subscription, not of what it is about" },
};

/* Tags of the simulator's that no type has. */
static const struct {
	const char *tag, *type, *source;
} csdl_aliases[] = {
	{ "#microsoft.graph.notifications", "microsoft.graph.commsNotifications",
		"notifications of 2018, as bots logged them: the older name" },
};

/* By whom each was made use of. */
static unsigned csdl_roots_used[ARRAY_LEN(csdl_roots)];
static bool csdl_aliases_used[ARRAY_LEN(csdl_aliases)];
static unsigned csdl_dynamic_used[ARRAY_LEN(csdl_dynamic)];
static unsigned csdl_exceptions_used[ARRAY_LEN(csdl_exceptions)];

#endif
