#include "auth/jose/claims.h"

#include "auth/jose/b64url.h"
#include "auth/jose/json.h"
#include "auth/jose/jws.h"
#include "bot/base/text.h"

#include <stddef.h>
#include <string.h>

enum { PAYLOAD_MAX = B64URL_BYTES(JWS_BYTES_MAX) };
/* The end of the year 9999: far enough, and no sum with a skew overflows. */
static const json_int_t unix_s_max = 253402300799;

#define TEXT_CLAIM(claim, member)                                                            \
	{                                                                                    \
		claim, offsetof(struct claims, member), sizeof(((struct claims *)0)->member) \
	}
static const struct {
	const char *name;
	size_t at, size;
} texts[] = {
	TEXT_CLAIM("iss", iss),
	TEXT_CLAIM("sub", sub),
	TEXT_CLAIM("ver", ver),
	TEXT_CLAIM("azp", azp),
	TEXT_CLAIM("appid", appid),
	TEXT_CLAIM("serviceurl", service_url),
	TEXT_CLAIM("nonce", nonce),
};

static const struct {
	const char *name;
	size_t at;
} times[] = {
	{ "exp", offsetof(struct claims, exp_unix_s) },
	{ "nbf", offsetof(struct claims, nbf_unix_s) },
	{ "iat", offsetof(struct claims, iat_unix_s) },
};

static enum err read_text(
	const json_t *root, const char *name, char *out, size_t size, struct why *why)
{
	const json_t *claim = json_object_get(root, name);

	if (!claim)
		return OK;
	if (!json_is_string(claim))
		return FAIL(why, E_DENIED, "claim %s is not a text", name);
	if (text_copy(out, size, json_string_value(claim)) != OK)
		return FAIL(why, E_DENIED, "claim %s is longer than %zu bytes", name, size - 1);
	return OK;
}

static enum err read_guid(const json_t *root, const char *name, struct guid *out, struct why *why)
{
	const json_t *claim = json_object_get(root, name);

	if (!claim)
		return OK;
	if (!json_is_string(claim) || json_string_length(claim) != GUID_TEXT - 1 ||
		guid_parse(json_string_value(claim), GUID_TEXT - 1, out) != OK)
		return FAIL(why, E_DENIED, "claim %s is not a GUID", name);
	return OK;
}

static bool guid_is_plain(struct guid id, const json_t *claim)
{
	char text[GUID_TEXT];

	guid_print(id, text);
	return claim && !strcmp(json_string_value(claim), text);
}

/* jansson reads every other type as 0, and 0 would pass as nbf. */
static enum err read_time(const json_t *root, const char *name, uint64_t *out, struct why *why)
{
	const json_t *claim = json_object_get(root, name);

	if (!claim)
		return OK;
	if (!json_is_integer(claim) || json_integer_value(claim) < 0 ||
		json_integer_value(claim) > unix_s_max)
		return FAIL(why, E_DENIED, "claim %s is not a whole number of seconds", name);
	*out = (uint64_t)json_integer_value(claim);
	return OK;
}

/* One audience: a text, or a list of that one text. A token for several is for somebody else too.
 */
static enum err read_audience(const json_t *root, struct claims *out, struct why *why)
{
	const json_t *aud = json_object_get(root, "aud");

	if (json_is_array(aud) && json_array_size(aud) == 1)
		aud = json_array_get(aud, 0);
	if (aud && !json_is_string(aud))
		return FAIL(why, E_DENIED, "claim aud is not one text");
	if (aud && text_copy(out->aud, sizeof(out->aud), json_string_value(aud)) != OK)
		return FAIL(why, E_DENIED, "claim aud is longer than %d bytes", CLAIM_MAX - 1);
	return OK;
}

static void list_add(char *list, const char *word, size_t n)
{
	size_t used = strlen(list);

	if (n == 0 || used + n + 2 > CLAIM_LIST_MAX)
		return;
	if (used)
		list[used++] = ' ';
	memcpy(list + used, word, n);
	list[used + n] = '\0';
}

static enum err read_scopes(const json_t *root, struct claims *out, struct why *why)
{
	const json_t *scp = json_object_get(root, "scp");
	const char *at = json_string_value(scp);

	if (scp && !at)
		return FAIL(why, E_DENIED, "claim scp is not a text");
	while (at && *at) {
		size_t n = strcspn(at, " ");

		list_add(out->scp, at, n);
		at += n + (at[n] == ' ');
	}
	return OK;
}

static enum err read_roles(const json_t *root, struct claims *out, struct why *why)
{
	const json_t *roles = json_object_get(root, "roles"), *role;
	size_t i;

	if (roles && !json_is_array(roles))
		return FAIL(why, E_DENIED, "claim roles is not a list");
	json_array_foreach(roles, i, role)
	{
		const char *text = json_string_value(role);

		if (!text)
			return FAIL(why, E_DENIED, "claim roles holds something that is no text");
		/* Entra allows no space in a role; "Agent Admin" must not become two. */
		if (!strchr(text, ' '))
			list_add(out->roles, text, strlen(text));
	}
	return OK;
}

static enum err read_all(const json_t *root, struct claims *out, struct why *why)
{
	const char *idtyp = json_string_value(json_object_get(root, "idtyp"));

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (read_text(root, texts[i].name, (char *)out + texts[i].at, texts[i].size, why) !=
			OK)
			return E_DENIED;
	for (size_t i = 0; i < ARRAY_LEN(times); i++)
		if (read_time(root, times[i].name, (uint64_t *)((char *)out + times[i].at), why) !=
			OK)
			return E_DENIED;
	if (read_audience(root, out, why) != OK || read_scopes(root, out, why) != OK ||
		read_roles(root, out, why) != OK || read_guid(root, "tid", &out->tid, why) != OK ||
		read_guid(root, "oid", &out->oid, why) != OK)
		return E_DENIED;
	out->tid_is_plain = guid_is_plain(out->tid, json_object_get(root, "tid"));
	out->app_only = idtyp && !strcmp(idtyp, "app");
	out->has_nonce = json_object_get(root, "nonce") != NULL;
	return OK;
}

enum err claims_read(const char *payload, size_t n, struct claims *out, struct why *why)
{
	CLEAN(json_decref) json_t *root = NULL;
	char bytes[PAYLOAD_MAX];
	struct why inner;
	size_t used;

	*out = (struct claims){ .exp_unix_s = 0 };
	if (b64url_decode(payload, n, (uint8_t *)bytes, sizeof(bytes), &used) != OK)
		return FAIL(why, E_DENIED, "claims: not strict base64url");
	if (jose_json(bytes, used, &root, &inner) != OK)
		return FAIL(why, E_DENIED, "claims: %s", inner.text);
	return read_all(root, out, why);
}

bool claims_list_has(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; n && *at;) {
		size_t here = strcspn(at, " ");

		if (here == n && !memcmp(at, word, n))
			return true;
		at += here + (at[here] == ' ');
	}
	return false;
}
