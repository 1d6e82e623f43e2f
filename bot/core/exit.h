#ifndef BOT_CORE_EXIT_H
#define BOT_CORE_EXIT_H

/*
 * How a queue lets a caller go who did not meet an agent: a last prompt, then elsewhere or hung up.
 *
 * Who goes elsewhere keeps the credit, so that she stands in the next queue, or again in this one,
 * where she would have stood had she come there first. Queues may lead to each other in circles:
 * who is sent on too often without having waited is hung up, with the outcome of the exit.
 */

#include "bot/core/state.h"

/* In the record: how the last queue she entered let her go. */
void exit_note(struct contact *k, enum exit how);
/* k leaves record.queue, or is not let in. Whoever rang for her is free again. */
void exit_take(struct centre *c, struct contact *k, enum exit how);
/* By a key, while waiting; nothing where the key is no way out. */
void exit_digit(struct centre *c, struct contact *k, char digit);
/* k->leaving: its prompt is over, heard or not; or a new plan has no such queue. */
void exit_go(struct centre *c, struct contact *k);
/* The outcome of who ends in a flow that an exit led to, where o is what flows give. */
enum outcome exit_outcome(const struct contact *k, enum outcome o);

#endif
