#ifndef GRAPH_CHAT_REFS_H
#define GRAPH_CHAT_REFS_H

/*
 * Conversation references: where a person's chat with the bot is, learnt from what Teams sends and
 * needed to write to her unasked. One object a realm, so that no address crosses tenants or bots;
 * within it the key is the person's Entra object id.
 *
 * Memory only: whoever owns it stores what refs_learn says has changed. One thread.
 */

#include "graph/wire/activity.h"

enum { REF_REASON_MAX = 64 };

struct chat_ref {
	struct guid user;
	char user_id[ACTIVITY_ID_MAX];         /* "29:..." */
	char conversation_id[ACTIVITY_ID_MAX]; /* of the personal chat; "": not known yet */
	char service_url[ACTIVITY_URL_MAX];
	char name[ACTIVITY_NAME_MAX];
	char locale[16];
	char blocked[REF_REASON_MAX]; /* why nothing may be sent until she talks again; "": it may
				       */
	uint64_t seen_unix_ms;
};

struct refs;

/* n_max: the one too many is refused. NULL: no memory. */
struct refs *refs_new(uint32_t n_max);
void refs_free(struct refs *rs);

/* Place of a person, from 0, the same for as long as refs lives; UINT32_MAX: not there. */
uint32_t refs_find(const struct refs *rs, struct guid user);
/* NULL: nobody at this place. Valid until the next put or drop. */
struct chat_ref *refs_at(struct refs *rs, uint32_t place);
/* A row as it was stored, or a new one; one that is there is replaced. UINT32_MAX: no room, or user
 * is none. */
uint32_t refs_put(struct refs *rs, const struct chat_ref *ref);
/* false: was not there. Its place may be given to somebody else. */
bool refs_drop(struct refs *rs, struct guid user);

/*
 * What an activity says of where its sender is. Only a personal chat gives a conversation; a team
 * or group gives her id, by which a chat can be opened. out is the reference as it is now.
 *
 *   place    UINT32_MAX: no room
 *   changed  something that must be stored: not the time alone, unless it is a day old
 */
struct refs_learnt {
	uint32_t place;
	bool changed;
};
struct refs_learnt refs_learn(struct refs *rs, const struct chat_activity *a,
	const struct activity_party *who, uint64_t now_unix_ms);

#endif
