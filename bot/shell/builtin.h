#ifndef BOT_SHELL_BUILTIN_H
#define BOT_SHELL_BUILTIN_H

/* Prompts that are there without being configured; an entry of the same name replaces one. */

#include <stddef.h>

struct builtin_prompt {
	const char *name, *en, *de; /* NULL texts: the built-in music */
};

extern const struct builtin_prompt builtin_prompts[];
extern const size_t n_builtin_prompts;

#endif
