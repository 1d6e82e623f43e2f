#ifndef BOT_SHELL_CHANGE_H
#define BOT_SHELL_CHANGE_H

/*
 * What the files of one hand share: change.c (subscriptions, and the doors Graph knocks at) and
 * change_record.c (call records).
 */

#include "bot/shell/shell.h"
#include "graph/change/fetch.h"
#include "graph/change/subs.h"

enum { CHANGE_MAC_TEXT = 25, SUB_NONE = 0xffffffff };

struct change_realm {
	uint16_t realm;
	char mac[CHANGE_MAC_TEXT]; /* the unguessable part of its addresses */
	struct subs *subs;
	struct fetch *fetch;
	uint32_t record_sub; /* SUB_NONE: not wished for */
};

struct told {
	struct change_realm realm[REALMS_MAX];
	struct changes changes; /* large; one body at a time */
};

/* change_record.c */
enum err records_start(struct shell *s, struct why *why) MUST_CHECK;
void records_run(struct shell *s, struct change_realm *r);
/* Durable when true. */
bool records_announced(struct shell *s, struct change_realm *r, const struct change *c);
/* Something may have been missed: ask for the records of our own late contacts. */
void records_sweep(struct shell *s, struct change_realm *r);

#endif
