#ifndef BOT_SHELL_RECOVER_H
#define BOT_SHELL_RECOVER_H

/*
 * The journal is the system: replaying it is recovery. Each EV_START and EV_RELOAD names the
 * configuration that was in force from there on, so that the past is replayed as it was decided,
 * and the present one takes over at the end.
 */

#include "bot/shell/shell.h"

/* Replay, take over the present configuration, and push EV_START. Fills centre, lines, times. */
enum err recover(struct shell *s, const struct store_summary *found, struct why *why) MUST_CHECK;

/* Lines that a configuration wants: its contacts, and those of one batch that will be rejected. */
uint32_t lines_wanted(const struct config *conf);

/*
 * A centre, and the books of lines, that follow a journal through its configurations.
 */
struct follower {
	struct store *store;
	struct lines *lines; /* NULL: not wanted; else the caller's */
	struct config *conf; /* in force; owned, NULL before the first EV_START */
	void *storage;
	struct centre *centre;
	void (*saw)(void *arg, const struct event *ev, const struct effects *fx,
		const struct config *conf);
	void *arg;
	/* A configuration and its centre are followed no more; both are the callback's now. NULL:
	 * they are freed. */
	void (*left)(void *arg, struct config *conf, void *storage);
	struct why why;
};

/* false: why says. */
bool follow(struct follower *f, const struct event *ev);
void follower_fini(struct follower *f);

/* The books of lines go on under another configuration. old is NULL at the beginning. E_SYSTEM: no
 * memory, nothing changed. */
enum err lines_renew(struct lines *ls, const struct config *old, const struct config *next,
	struct why *why) MUST_CHECK;

/* A centre for this plan, going on from old (NULL: anew). storage is the caller's to free. */
enum err centre_renew(const struct centre *old, const struct plan *plan, void **storage,
	struct centre **out, struct why *why) MUST_CHECK;

#endif
