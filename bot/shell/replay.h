#ifndef BOT_SHELL_REPLAY_H
#define BOT_SHELL_REPLAY_H

#include <stddef.h>

/*
 * foyer replay [--config FILE] PATH...
 *
 * With a configuration and one journal: see compare.h. Else:
 *
 * A path is a notification body (.json), a folder of them in name order, or a journal. Prints a
 * line an event and a line an effect, then digest=SHA-256 of those lines. The same input always
 * prints the same bytes: time is made up, a second a body. Returns the exit status; a malformed
 * body is named as PATH:line:column: and gives 1.
 */
int replay(const char *config_path, char *const paths[], size_t n_paths);

#endif
