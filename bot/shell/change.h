#ifndef BOT_SHELL_CHANGE_H
#define BOT_SHELL_CHANGE_H

/*
 * What the files of one hand share: change.c (subscriptions, and the doors Graph knocks at),
 * change_rich.c (content that comes along, encrypted) and change_record.c (call records).
 */

#include "bot/shell/shell.h"
#include "graph/change/fetch.h"
#include "graph/change/rich.h"
#include "graph/change/subs.h"

enum { CHANGE_MAC_TEXT = 25, CHANGE_PARKED_MAX = 16, SUB_NONE = 0xffffffff };

struct change_realm {
	uint16_t realm;
	char mac[CHANGE_MAC_TEXT]; /* the unguessable part of its addresses */
	struct subs *subs;
	struct fetch *fetch;
	uint32_t record_sub, presence_sub; /* SUB_NONE: not wished for */
};

/* A body whose tokens were signed by a key we do not know yet. */
struct parked {
	uint16_t realm;
	uint64_t until_ms;
	char *body; /* owned; NULL: free */
	size_t body_bytes;
};

struct told {
	struct change_realm realm[REALMS_MAX];
	struct keys *keys; /* Entra's, for validationTokens; NULL: nothing rich is wished for */
	struct token_profile profile[BOTS_MAX];
	struct rich_key *key[2]; /* ours, the one in use first; NULL: none */
	uint64_t key_look_ms;    /* when to look at its age again */
	struct parked parked[CHANGE_PARKED_MAX];
	struct changes changes; /* large; one body at a time */
};

/* change_rich.c */
enum err rich_start(struct shell *s, struct why *why) MUST_CHECK;
void rich_stop(struct shell *s);
void rich_run(struct shell *s);
uint64_t rich_deadline_ms(const struct shell *s);
/* The encrypted items of told.changes, which is this body. false: a key must be waited for, and
 * there is no room to. */
bool rich_take(struct shell *s, struct change_realm *r, const char *body, size_t n);

/* change_record.c */
enum err records_start(struct shell *s, struct why *why) MUST_CHECK;
void records_run(struct shell *s, struct change_realm *r);
/* Durable when true. */
bool records_announced(struct shell *s, struct change_realm *r, const struct change *c);
/* Something may have been missed: ask for the records of our own late contacts. */
void records_sweep(struct shell *s, struct change_realm *r);

#endif
