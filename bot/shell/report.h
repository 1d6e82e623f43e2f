#ifndef BOT_SHELL_REPORT_H
#define BOT_SHELL_REPORT_H

/* foyer report STORE: a table of the contacts that are over, and a last line "contacts=N
 * outcomes=...". */
int report(const char *path);

#endif
