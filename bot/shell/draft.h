#ifndef BOT_SHELL_DRAFT_H
#define BOT_SHELL_DRAFT_H

/*
 * A configuration that is not in force, judged as `foyer check` judges a file, in the same words,
 * for a page: {"ok", "faults", "warnings", "restart"}, each a list of {"pointer", "line", "column",
 * "text"}. Any thread.
 */

#include "bot/shell/config.h"

struct json_t;

struct draft {
	char *text; /* owned */
	size_t bytes;
	char *path; /* of the file it is to become: for relative paths; owned */
	char *now;  /* the text in force, owned */
	size_t now_bytes;
	struct config *conf;   /* after draft_judge: NULL if it has faults */
	struct json_t *report; /* after draft_judge; owned */
	bool ok;               /* nothing stands against taking it over */
};

/* Copies of these. path NULL: relative paths are not looked at. */
void draft_init(struct draft *d, const char *text, size_t bytes, const char *path,
	const struct config *now);
void draft_fini(struct draft *d);
/* Waits for files' being looked at, and for as long as the linter walks. */
void draft_judge(struct draft *d);

#endif
