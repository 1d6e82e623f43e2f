#ifndef BOT_API_METRICS_H
#define BOT_API_METRICS_H

/* What the files of the metrics page share; nobody outside includes it. */

#include "bot/api/api.h"

#include <stdio.h>

/* What stands above the values of a name. */
void metrics_head(FILE *out, const char *name, const char *kind, const char *help);
void metrics_legs(FILE *out, const struct leg_metrics *m);

#endif
