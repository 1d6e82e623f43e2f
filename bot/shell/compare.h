#ifndef BOT_SHELL_COMPARE_H
#define BOT_SHELL_COMPARE_H

struct config;

/*
 * foyer replay --config NEW JOURNAL
 *
 * The journal's events once as they were decided, and once under the new configuration, side by
 * side: for each contact the first decision that differs (who was offered to whom, when, from which
 * queue; how it ended), and how it ends in both; then a summary.
 *
 * What the world answered is taken to answer again: the n-th ring of a contact is answered as its
 * n-th ring was and as long after it began, whoever rings, and a conversation lasts as long as it
 * did. So after a contact's first difference the rest of it is hypothetical, and what never
 * happened (patience that was not tried, a ring more than there was) ends by the centre's own
 * deadlines alone. For what a configuration would do on average there is `foyer plan`.
 *
 * next is borrowed. Returns the exit status.
 */
int compare(const struct config *next, const char *journal);

#endif
