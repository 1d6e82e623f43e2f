#ifndef BOT_SHELL_ADMIN_H
#define BOT_SHELL_ADMIN_H

/* What the routes of admins share. */

#include "bot/shell/gate.h"

#include <jansson.h>

/* The body as an object; NULL: refused already. To be freed by the caller. */
json_t *admin_body(struct shell *s, struct visit *v);
/* Text as JSON; bytes that are no UTF-8 become "?". Never NULL but without memory. */
json_t *admin_text(const char *text);
/* "2026-11-23T00:57:05.123Z" */
enum { TIME_TEXT = 32 };
void admin_time_print(uint64_t at_unix_ms, char out[TIME_TEXT]);
json_t *admin_time(uint64_t at_unix_ms);
/* A person's name as the configuration has it; "": it has none. */
const char *admin_name(const struct shell *s, const char *user_id);

/* Written into the audit; what went wrong is in the log. who: "" for nobody known. */
void audit_add(
	struct shell *s, const char *who, const char *what, const char *target, const char *detail);
/* A good token of somebody without the role that is needed. A few a minute are written. */
void audit_refused(struct shell *s, const struct person *who, const char *reason);
void audit_add_by(struct shell *s, const struct person *who, const char *what, const char *target,
	const char *detail);

#endif
