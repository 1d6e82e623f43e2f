#ifndef GRAPH_SIM_HELP_H
#define GRAPH_SIM_HELP_H

/* What foyer-sim --help says: the manual of the scenario language. */
extern const char help_text[];

#endif
