#include "auth/token/grant.h"

#include "auth/jose/json.h"
#include "auth/token/form.h"
#include "auth/token/token_reply.h"
#include "bot/base/text.h"

#include <string.h>

static void read_refusal(const json_t *root, struct grant *out)
{
	const char *error = json_string_value(json_object_get(root, "error"));
	const char *claims = json_string_value(json_object_get(root, "claims"));
	size_t n = error ? strspn(error, "abcdefghijklmnopqrstuvwxyz_") : 0;

	snprintf(out->error, sizeof(out->error), "%.*s", (int)n, error ? error : "");
	if (claims && text_copy(out->claims, sizeof(out->claims), claims) != OK)
		out->claims[0] = '\0';
}

enum { ADMIN_WAIT_MS = 60000 };

/* What she can do something about; all else is between Entra and the bot.
 * Source: OpenID Connect Core section 3.1.2.6; Entra's error codes. */
static bool is_hers(const char *error)
{
	static const char *const hers[] = { "interaction_required", "consent_required",
		"login_required", "account_selection_required", "invalid_grant" };

	for (size_t i = 0; i < ARRAY_LEN(hers); i++)
		if (strcmp(error, hers[i]) == 0)
			return true;
	return false;
}

enum err grant_read(const struct token_reply *reply, struct grant *out, struct why *why)
{
	CLEAN(json_decref) json_t *root = NULL;
	struct token_verdict v;

	*out = (struct grant){ .life_ms = 0 };
	token_reply_read(reply, false, &v);
	if (reply->status && reply->body_bytes <= TOKEN_REPLY_MAX &&
		jose_json(reply->body, reply->body_bytes, &root, NULL) != OK)
		root = NULL;
	if (v.class == TOKEN_GOOD) {
		out->access_token = v.bearer;
		out->life_ms = v.life_ms;
		out->id_token = secret_copy(json_string_value(json_object_get(root, "id_token")));
		return OK;
	}
	read_refusal(root, out);
	out->wait_ms = v.wait_ms;
	if (v.class == TOKEN_FOR_A_PERSON && is_hers(out->error))
		return FAIL(why, E_DENIED, "%s", v.story);
	if (v.class == TOKEN_FOR_A_PERSON && out->wait_ms < ADMIN_WAIT_MS)
		out->wait_ms = ADMIN_WAIT_MS;
	return FAIL(why, E_REMOTE, "%s", v.story);
}

void grant_fini(struct grant *g)
{
	secret_free(g->access_token);
	secret_free(g->id_token);
	*g = (struct grant){ .life_ms = 0 };
}
