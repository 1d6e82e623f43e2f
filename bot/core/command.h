#ifndef BOT_CORE_COMMAND_H
#define BOT_CORE_COMMAND_H

/*
 * What agents and supervisors may say: a line in commands.def and a function. Handles and values
 * are anybody's: a command checks all of them, does the whole of it or nothing, and says why not.
 */

#include "bot/core/state.h"

#define COMMAND(kind, name) enum refusal command_##name(struct centre *c, const struct event *ev);
#include "bot/core/commands.def"
#undef COMMAND

/* false: ev is no command. */
bool command_take(struct centre *c, const struct event *ev);

/* NULL: no such contact in progress. */
struct contact *command_contact(const struct centre *c, const struct event *ev);
/* The contact, where agents talk with it in our hands. */
enum refusal command_talking(
	const struct centre *c, const struct event *ev, struct contact **k) MUST_CHECK;
/* The agent, where she may be asked to come in. */
enum refusal command_invited(
	const struct centre *c, const struct event *ev, uint32_t *agent) MUST_CHECK;
/* 0: there is none of that number. */
uint32_t command_agent(const struct centre *c, const struct event *ev);
uint32_t command_queue(const struct centre *c, const struct event *ev);

#endif
