#ifndef BOT_SHELL_CLOUD_H
#define BOT_SHELL_CLOUD_H

#include "bot/base/err.h"

#include <stdbool.h>

struct cloud {
	const char *name, *graph, *authority;
	const char *call_openid;         /* NULL: not known, must be configured */
	const char *const *call_issuers; /* beside those of Microsoft's samples, ended by NULL */
	bool call_documented;            /* else field reports alone name what stands here */
	const char *bot; /* issuer of bot messages, and the scope of answers to them; NULL: not
			    documented */
	const char *bot_openid;       /* the metadata of that issuer; NULL: not documented */
	const char *const *connector; /* hosts of the Bot Connector, ended by NULL */
	const char *speech;           /* behind a region: hosts of Azure Speech */
	const char
		*frames; /* Teams' own hosts there, beside the global ones, as a CSP names them */
};

/* NULL: no such cloud. */
const struct cloud *cloud_named(const char *name);

#endif
