#ifndef BOT_SHELL_CLOUD_H
#define BOT_SHELL_CLOUD_H

#include "bot/base/err.h"

struct cloud {
	const char *name, *graph, *authority;
	const char *call_openid; /* NULL: not documented, must be configured */
};

/* NULL: no such cloud. */
const struct cloud *cloud_named(const char *name);

#endif
