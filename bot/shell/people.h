#ifndef BOT_SHELL_PEOPLE_H
#define BOT_SHELL_PEOPLE_H

/* Who asks: by the token Teams gives their tab, or, outside Teams, by a session's cookie. */

#include "auth/login/login.h"
#include "bot/api/route.h"
#include "bot/shell/shell.h"

/*
 * For routes of people: leaves a struct person in the visit's scratch. 401 without a good token or
 * session, 403 without a role, 503 while the keys are on their way: ask again. arg is the shell.
 */
int people_admit(void *arg, struct visit *v);

/* The same for what changes something: a session's cookie alone is not enough, since another site
 * may have sent it along; the page itself must have asked. */
int people_admit_change(void *arg, struct visit *v);

/* What the configuration lets an app read; NULL: nothing. */
const struct config_reader *people_reader(const struct config *c, const struct person *who);

/* The most that her roles let her do. */
enum api_role people_role(const struct person *who);

/* A cookie of ours: its characters in the header, NULL if it is not there. */
const char *cookie_of(struct visit *v, const char *name, size_t *n);

#endif
