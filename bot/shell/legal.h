#ifndef BOT_SHELL_LEGAL_H
#define BOT_SHELL_LEGAL_H

/*
 * GET /privacy and /terms, which the Teams app names, in English and German: the configuration's
 * texts, else our own, which say what the software does and claim no more.
 */

#include "bot/shell/config.h"

enum legal_page { LEGAL_PRIVACY, LEGAL_TERMS, LEGAL_PAGES };

/* Built in; {name}, {organisation} and {contact} in it are filled in. */
const char *legal_text(enum legal_page page, enum page_language language);

/* ?l= goes before the browser's Accept-Language; either may be NULL. English where neither is
 * spoken. */
enum page_language legal_language(const char *asked, const char *accepted);

/* The page as HTML, owned by the receiver (free). Whatever is in the configuration is text. */
char *legal_page(const struct config *c, enum legal_page page, enum page_language language);

#endif
