#ifndef BOT_SHELL_COMMAND_H
#define BOT_SHELL_COMMAND_H

/*
 * What people say to the centre: commands of commands.def, as JSON, into events. Everything that
 * can be told without the centre is judged here, by names and rights; the rest is the centre's to
 * refuse.
 */

#include "auth/login/login.h"
#include "bot/base/text.h"
#include "bot/core/event.h"

struct shell;

/*
 * out: the event, ref the person; unspecified unless 0. target: the member that is wrong, if it is
 * one, else as it was; of static storage.
 *
 * 0    let it happen
 * 400  not a command: says what would be right
 * 403  not hers to say
 * 409  cannot be: says why
 */
int command_read(struct shell *s, const struct person *who, const char *body, size_t n,
	struct event *out, const char **target, struct text *says);

#endif
