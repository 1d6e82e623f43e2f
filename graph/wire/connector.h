#ifndef GRAPH_WIRE_CONNECTOR_H
#define GRAPH_WIRE_CONNECTOR_H

/*
 * What we ask of the Bot Connector: the service behind an activity's serviceUrl, where every
 * message to a person goes. Graph has no permission for an app to write chat messages.
 * Source: Bot Framework REST connector reference; Teams' proactive messages and rate limit pages.
 */

#include "bot/base/err.h"

enum connector_kind {
	CONNECTOR_OPEN,   /* POST v3/conversations: a chat with one person */
	CONNECTOR_SEND,   /* POST .../activities */
	CONNECTOR_UPDATE, /* PUT .../activities/{id} */
	CONNECTOR_KINDS
};

/* Borrowed; each kind needs what it names. */
struct connector_in {
	enum connector_kind kind;
	const char *service_url;     /* all: an allowed one, with or without a closing slash */
	const char *conversation_id; /* send, update */
	const char *activity_id;     /* update */
	const char *message;         /* send, update: JSON of message_of_card or its kin */
	const char *bot_id;          /* open: "28:<app id>" */
	const char *user_id;         /* open: "29:..."; an address or UPN is not accepted */
	const char *tenant_id;       /* open */
};

struct connector_out {
	const char *method; /* static */
	char url[1400];
	char *body; /* owned by the receiver (free); NULL: none */
};

/*
 * E_MALFORMED  a needed member is missing or too long: why names it
 * E_SYSTEM     no memory
 * In both, out->body is NULL. Pure. Any thread.
 */
enum err connector_write(
	const struct connector_in *in, struct connector_out *out, struct why *why) MUST_CHECK;

/* What came back: {"id": ...} or {"error": {"code", "message"}}; what is not there is "". */
struct connector_reply {
	char id[256]; /* of the conversation or activity made */
	char service_url[192];
	char code[64];
	char message[160]; /* for the log: numbers in it are masked */
};
void connector_reply_decode(const char *body, size_t body_bytes, struct connector_reply *out);

#endif
