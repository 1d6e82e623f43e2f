#ifndef BOT_SHELL_LINT_H
#define BOT_SHELL_LINT_H

/*
 * What is well formed and still not meant: found by walking every call there can be, at every kind
 * of hour, with every key. Where a call shows what is wrong, it is told: "Friday 17:31, press 2:
 * silence".
 *
 * Faults are what must not be served: flows that jump in circles while no time passes. All else is
 * a warning.
 */

#include "bot/shell/config.h"

/* Both are added to; their text must be the configuration's. */
void config_lint(const struct config *c, struct faults *faults, struct faults *warnings);

#endif
