#ifndef BOT_SHELL_CHECK_H
#define BOT_SHELL_CHECK_H

#include "bot/shell/config.h"

/* foyer check FILE: every fault as file:line:column: ..., to standard output. Returns the exit
 * status. */
int check(const char *path);

/* NULL: every fault is among the complaints, a line each. Any thread. */
struct config *config_or_tell(const char *path, FILE *complaints);
/* The same on standard error. */
struct config *config_or_complain(const char *path);
struct config *config_of_example(void);

#endif
