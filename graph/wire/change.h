#ifndef GRAPH_WIRE_CHANGE_H
#define GRAPH_WIRE_CHANGE_H

/*
 * What Graph tells about things we subscribed to: changes, and the life of the subscriptions
 * themselves.
 *
 * One POST may hold items of several subscriptions and of several tenants. Nothing here says who
 * sent it: that is clientState's and, where content comes along, validationTokens' to prove.
 * Source: Graph v1.0, resources/changenotificationcollection, resources/changenotification,
 * resources/changenotificationencryptedcontent, concepts/change-notifications-lifecycle-events.
 */

#include "graph/wire/note.h"

enum {
	CHANGES_MAX = 256,      /* items in one body */
	CHANGE_TOKENS_MAX = 32, /* validationTokens in one body */
	CHANGE_STATE_MAX = 256, /* clientState: one page of the documentation says 128, one 255 */
	CHANGE_RESOURCE_MAX = 1024,
	CHANGES_ROOM = 256 * 1024, /* all text of one body, decoded */
};

enum lifecycle {
	LIFECYCLE_NONE, /* a change, and no lifecycle event */
	LIFECYCLE_REAUTHORIZE,
	LIFECYCLE_REMOVED,
	LIFECYCLE_MISSED,
	LIFECYCLE_OTHER, /* a word we do not know: Graph may grow */
};

/* Base64 as it came; all five are there or the item has none. */
struct encrypted {
	const char *data, *signature, *key;
	const char *certificate_id, *thumbprint;
};

/* Text is never NULL and lives in struct changes; "": absent or null. */
struct change {
	struct guid subscription_id; /* none: not a GUID, so not ours */
	struct guid tenant_id;
	enum note_change change;
	enum lifecycle lifecycle;
	uint64_t expires_unix_ms; /* of the subscription; 0: not told */
	const char *client_state;
	const char *resource;
	const char *data_type; /* "callRecord" of "#microsoft.graph.callRecord" */
	const char *data_id;
	bool is_encrypted;
	struct encrypted encrypted;
};

/* Large, and not to be copied: items point into it. */
struct changes {
	struct change item[CHANGES_MAX];
	size_t n;
	const char *token[CHANGE_TOKENS_MAX];
	size_t n_tokens;
	int line, column; /* E_MALFORMED and E_LIMIT only: where; 1-based, in characters */
	size_t room_used;
	char room[CHANGES_ROOM];
};

/*
 * Decode one body.
 *
 *   body  borrowed for the call; not NUL-terminated
 *   out   filled in order of arrival; unspecified unless OK, but for line and column
 *   why   may be NULL; does not repeat line and column
 *
 * OK           words we do not know are CHANGE_NONE and LIFECYCLE_OTHER
 * E_MALFORMED  not JSON, or not a collection of change notifications
 * E_LIMIT      more, or longer, than the limits above and in json_tape.h
 *
 * Wants 300 KiB of stack. Pure. Any thread.
 */
enum err changes_decode(
	const char *body, size_t body_bytes, struct changes *out, struct why *why) MUST_CHECK;

/*
 * The id of what changed: resourceData's, else what the resource's path ends in, as a segment
 * ("…/callRecords/ID") or a key ("…/callRecords('ID')"). false: neither, or too long.
 */
bool change_entity_id(const struct change *c, char out[NOTE_ID_MAX]);

#endif
