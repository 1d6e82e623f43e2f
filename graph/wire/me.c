#include "graph/wire/me.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <jansson.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

/* Too long for us is as good as none. */
static bool take(const json_t *user, const char *name, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(user, name));

	if (text && text_copy(out, size, text) == OK && *out)
		return true;
	*out = '\0';
	return false;
}

enum err me_decode(const char *body, size_t body_bytes, struct me *out, struct why *why)
{
	CLEAN(json_decref)
	json_t *user = json_loadb(body, body_bytes, JSON_REJECT_DUPLICATES, NULL);

	*out = (struct me){ .name = "" };
	if (!json_is_object(user))
		return FAIL(why, E_MALFORMED, "not a user");
	take(user, "displayName", out->name, sizeof(out->name));
	if (!take(user, "mail", out->mail, sizeof(out->mail)))
		take(user, "userPrincipalName", out->mail, sizeof(out->mail));
	return OK;
}
