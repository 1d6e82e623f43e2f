#ifndef BOT_SHELL_REFERENCE_H
#define BOT_SHELL_REFERENCE_H

/* The reference page: every member of the configuration, out of the schema, as Markdown. */

#include <stdio.h>

void reference_print(FILE *out);

#endif
