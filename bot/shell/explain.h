#ifndef BOT_SHELL_EXPLAIN_H
#define BOT_SHELL_EXPLAIN_H

/*
 * foyer explain JOURNAL CONTACT|AGENT [TIME]
 *
 * Why a caller met the agent she met, and why not another, in sentences. CONTACT is its number,
 * AGENT a name or user id. TIME is HH:MM:SS or HH:MM:SS.mmm of the journal's last day in UTC, with
 * YYYY-MM-DDT before it for another day; without, every moment of the journal at which something
 * was decided about her is told: for a contact when it begins to wait and when it is offered, for
 * an agent when a caller is offered to her.
 *
 * Names are those of the configuration in force then. Returns the exit status.
 */
int explain(const char *journal, const char *whom, const char *time);

#endif
