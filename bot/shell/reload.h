#ifndef BOT_SHELL_RELOAD_H
#define BOT_SHELL_RELOAD_H

/*
 * Another configuration while calls go on: SIGHUP reads the file again.
 *
 * Reading, checking and rendering happen on a thread of their own, beside the loop. What is wrong
 * is told in the log as `foyer check` prints it, and changes nothing. What is right takes over
 * between two turns of the loop: EV_RELOAD names it in the journal, the centre goes on with the new
 * plan, and everybody who waits keeps the place.
 *
 * The configuration the process began with lives as long as the process, since what cannot be
 * changed without a restart (the door, the store, bots, endpoints, media) borrows from it.
 * Every later one is the reload's, and lives until the next one has taken over.
 *
 * The main loop's thread.
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct shell;
struct reload;
struct config;

/* path: of the file, borrowed for life. NULL: no memory or descriptors. */
struct reload *reload_new(const char *path);
/* What is under way comes to its end and to nothing. NULL is fine. */
void reload_wait(struct reload *r);
/* After reload_wait. NULL is fine. */
void reload_free(struct reload *r);
/* Readable when reload_run has something to do; -1: r is NULL. */
int reload_fd(const struct reload *r);

/* Read the file. While it is being read already, it is read once more afterwards. */
void reload_begin(struct shell *s);
/*
 * A text that shall become the file: it is read as the file would be, and when everything is ready
 * it is the file (written beside it and renamed), and then in force. Whatever goes wrong before,
 * the file and the configuration stay.
 */
struct reload_order {
	char *text; /* owned by the order, as all else */
	size_t bytes;
	/* The file is about to be exchanged: note it, durably. An error stops it. */
	enum err (*keep)(struct shell *s, struct reload_order *o, struct why *why);
	/* Once, with NULL when it is in force, else with lines that say why not; s NULL: the
	 * service ends, nothing happened. Frees the order. */
	void (*done)(struct shell *s, struct reload_order *o, const char *refused);
};
/* false: one is under way, or there is no file: o is still the caller's. */
bool reload_order(struct shell *s, struct reload_order *o);
/* The file, for relative paths and for reading it; NULL: there is none. */
const char *reload_path(const struct reload *r);

/* Take over what has been read. Nothing may be in the batch. */
void reload_run(struct shell *s);

/* Members of the file that differ and may not, each a fault of next. */
struct faults;
void reload_judge(const struct config *now, const struct config *next, struct faults *out);

#endif
