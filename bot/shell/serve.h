#ifndef BOT_SHELL_SERVE_H
#define BOT_SHELL_SERVE_H

#include "bot/shell/config.h"
#include "bot/shell/watch.h"

struct shell;

struct serve_how {
	enum watch_form form;
	const char *console_dir; /* pages are read from there; NULL: those that were built in */
};

/* Run the service with the configuration in that file until SIGINT or SIGTERM; SIGHUP reads it and
 * the certificate again. Returns the exit status. */
int serve(const char *path, const struct serve_how *how);

/*
 * The loop's parts, for a program that brings a time and a world of its own. s is zeroed, with conf
 * and watch set; shell_close is owed after shell_open, also after one that failed.
 */
enum err shell_open(struct shell *s, struct why *why) MUST_CHECK;
/* All that has come in, and what follows from it. */
void shell_once(struct shell *s);
/* So many milliseconds may pass before shell_once is called again, if nothing comes in. */
int shell_wait_ms(struct shell *s);
void shell_close(struct shell *s);

#endif
