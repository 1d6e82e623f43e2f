#ifndef GRAPH_WIRE_ACTIVITY_H
#define GRAPH_WIRE_ACTIVITY_H

/*
 * What Teams tells the bot in its chat: one activity a POST.
 *
 * Strangers' bytes until the token is judged, and a person's text after that too: everything has a
 * limit, an id that does not fit is an error, text for people is cut.
 * Source: Bot Framework activity specification; Teams' bot conversation and universal action pages.
 */

#include "bot/base/err.h"
#include "bot/base/guid.h"
#include "bot/base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	ACTIVITY_ID_MAX = 256,
	ACTIVITY_URL_MAX = 192,
	ACTIVITY_NAME_MAX = 128,
	ACTIVITY_TEXT_MAX = 4096,
	ACTIVITY_MEMBERS_MAX = 64, /* added in one activity; those beyond are counted only */
};

enum activity_kind {
	CHAT_OTHER,        /* typing, reactions, events: acknowledged, and no more */
	CHAT_MESSAGE,      /* a person wrote, or pressed an Action.Submit */
	CHAT_INVOKE,       /* wants its answer in the HTTP response */
	CHAT_INSTALLATION, /* installationUpdate */
	CHAT_CONVERSATION, /* conversationUpdate */
};

enum activity_scope { SCOPE_OTHER, SCOPE_PERSONAL, SCOPE_GROUP, SCOPE_CHANNEL };

enum activity_change { INSTALL_OTHER, INSTALL_ADD, INSTALL_REMOVE };

struct activity_party {
	char id[ACTIVITY_ID_MAX]; /* "29:..." of a person, "28:<app id>" of a bot */
	struct guid user;         /* aadObjectId; none: not told */
	char name[ACTIVITY_NAME_MAX];
};

/* What a button of a card of ours brings back, whichever of its two forms was pressed. */
struct card_press {
	char verb[32]; /* "call.accept"; "": not a button of ours */
	uint32_t contact, attempt, rev;
	bool automatic; /* the client refreshed by itself: nobody pressed */
};

struct chat_activity {
	enum activity_kind kind;
	char type[48]; /* as sent, for the log */
	char id[ACTIVITY_ID_MAX];
	char service_url[ACTIVITY_URL_MAX];
	char channel_id[32];
	char name[64]; /* of an invoke: "adaptiveCard/action" */
	char locale[16];
	char reply_to[ACTIVITY_ID_MAX]; /* the card that was pressed */
	struct activity_party from, recipient;
	struct {
		char id[ACTIVITY_ID_MAX];
		enum activity_scope scope;
	} conversation;
	/* conversation.tenantId and channelData.tenant.id. Both told and different: E_MALFORMED. */
	struct guid tenant;
	enum activity_change change;  /* installations */
	char text[ACTIVITY_TEXT_MAX]; /* without mentions and outer spaces */
	struct card_press press;
	struct activity_party added[ACTIVITY_MEMBERS_MAX];
	size_t n_added; /* in added */
	bool bot_added, bot_removed;
	int line, column; /* after a failure: where; 1-based */
};

/*
 * OK           kinds we do not know are CHAT_OTHER, for Teams may grow
 * E_MALFORMED  not this format: answer 400; line and column say where
 * E_LIMIT      beyond the reader's limits: answer 413
 *
 * Pure. Any thread.
 */
enum err activity_decode(
	const char *body, size_t body_bytes, struct chat_activity *out, struct why *why) MUST_CHECK;

#endif
