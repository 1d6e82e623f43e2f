#ifndef BOT_SHELL_CONSOLE_H
#define BOT_SHELL_CONSOLE_H

/* What bot/console was built into, carried in the program. */

#include <stddef.h>

struct console_file {
	const char *name; /* "assets/desk-1A2B3C4D.js", gzip as it stands; "desk.en.html", plain */
	const char *content_type;
	const char *body, *end;
};

extern const struct console_file console_files[];
extern const size_t n_console_files;

#endif
