#ifndef BOT_SHELL_WHATIF_H
#define BOT_SHELL_WHATIF_H

#include <stdint.h>

/*
 * foyer plan [--runs N] [--seed S] CONFIG JOURNAL
 *
 * What another configuration would have made of the journal's callers: lives of callers like them
 * under the journal's last configuration and under the new one, and the change in service level,
 * waits, abandons and occupancy, with bands. Returns the exit status.
 */
enum { WHATIF_RUNS = 20, WHATIF_RUNS_MAX = 1000 };
int whatif(const char *config_path, const char *journal, unsigned runs, uint64_t seed);

#endif
