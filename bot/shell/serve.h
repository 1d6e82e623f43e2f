#ifndef BOT_SHELL_SERVE_H
#define BOT_SHELL_SERVE_H

#include "bot/shell/config.h"
#include "bot/shell/watch.h"

/* Run the service until SIGINT or SIGTERM; SIGHUP reads the certificate again. Returns the exit
 * status. */
int serve(const struct config *conf, enum watch_form form);

#endif
