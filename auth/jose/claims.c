#include "auth/jose/claims.h"

#include "auth/jose/b64url.h"
#include "auth/jose/jws.h"
#include "auth/jose/members.h"
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

static enum err copy_text(
	const struct member *m, const char *name, char *out, size_t size, struct why *why)
{
	if (m->kind != MEMBER_TEXT)
		return FAIL(why, E_DENIED, "claim %s is not a text", name);
	if (m->bytes >= size)
		return FAIL(why, E_DENIED, "claim %s is longer than %zu bytes", name, size - 1);
	memcpy(out, m->text, m->bytes);
	out[m->bytes] = '\0';
	return OK;
}

static enum err read_text(
	const struct members *all, const char *name, char *out, size_t size, struct why *why)
{
	const struct member *m = members_find(all, name);

	return m ? copy_text(m, name, out, size, why) : OK;
}

/* plain: it is written as guid_print would. */
static enum err read_guid(
	const struct members *all, const char *name, struct guid *out, bool *plain, struct why *why)
{
	const struct member *m = members_find(all, name);
	char text[GUID_TEXT];

	if (!m)
		return OK;
	if (m->kind != MEMBER_TEXT || m->bytes != GUID_TEXT - 1 ||
		guid_parse(m->text, m->bytes, out) != OK)
		return FAIL(why, E_DENIED, "claim %s is not a GUID", name);
	guid_print(*out, text);
	*plain = !memcmp(m->text, text, m->bytes);
	return OK;
}

static enum err read_time(
	const struct members *all, const char *name, uint64_t *out, struct why *why)
{
	const struct member *m = members_find(all, name);

	if (!m)
		return OK;
	if (m->kind != MEMBER_WHOLE || m->whole < 0 || m->whole > unix_s_max)
		return FAIL(why, E_DENIED, "claim %s is not a whole number of seconds", name);
	*out = (uint64_t)m->whole;
	return OK;
}

/* One audience: a text, or a list of that one text. A token for several is for somebody else too.
 */
static enum err read_audience(const struct members *all, struct claims *out, struct why *why)
{
	const struct member *aud = members_find(all, "aud");
	struct member one = { .kind = MEMBER_OTHER };

	if (!aud)
		return OK;
	if (aud->kind == MEMBER_TEXT)
		one = *aud;
	if (aud->kind == MEMBER_LIST && json_array_size(aud->list) == 1) {
		const json_t *text = json_array_get(aud->list, 0);

		one.kind = json_is_string(text) ? MEMBER_TEXT : MEMBER_OTHER;
		one.text = json_string_value(text);
		one.bytes = json_string_length(text);
	}
	if (one.kind != MEMBER_TEXT)
		return FAIL(why, E_DENIED, "claim aud is not one text");
	return copy_text(&one, "aud", out->aud, sizeof(out->aud), why);
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

static enum err read_scopes(const struct members *all, struct claims *out, struct why *why)
{
	const struct member *scp = members_find(all, "scp");

	if (scp && scp->kind != MEMBER_TEXT)
		return FAIL(why, E_DENIED, "claim scp is not a text");
	for (size_t at = 0; scp && at < scp->bytes;) {
		const char *word = scp->text + at, *space = memchr(word, ' ', scp->bytes - at);
		size_t n = space ? (size_t)(space - word) : scp->bytes - at;

		list_add(out->scp, word, n);
		at += n + 1;
	}
	return OK;
}

static enum err read_roles(const struct members *all, struct claims *out, struct why *why)
{
	const struct member *roles = members_find(all, "roles");
	const json_t *role;
	size_t i;

	if (roles && roles->kind != MEMBER_LIST)
		return FAIL(why, E_DENIED, "claim roles is not a list");
	json_array_foreach(roles ? roles->list : NULL, i, role)
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

/* Whatever is in it denies nothing. */
static void read_username(const struct members *all, struct claims *out)
{
	const struct member *m = members_find(all, "preferred_username");

	if (!m || m->kind != MEMBER_TEXT || m->bytes >= sizeof(out->username))
		return;
	memcpy(out->username, m->text, m->bytes);
	out->username[m->bytes] = '\0';
}

static bool says_app(const struct member *idtyp)
{
	return idtyp && idtyp->kind == MEMBER_TEXT && idtyp->bytes == 3 &&
	       !memcmp(idtyp->text, "app", 3);
}

static enum err read_all(const struct members *all, struct claims *out, struct why *why)
{
	bool oid_is_plain;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (read_text(all, texts[i].name, (char *)out + texts[i].at, texts[i].size, why) !=
			OK)
			return E_DENIED;
	for (size_t i = 0; i < ARRAY_LEN(times); i++)
		if (read_time(all, times[i].name, (uint64_t *)((char *)out + times[i].at), why) !=
			OK)
			return E_DENIED;
	if (read_audience(all, out, why) != OK || read_scopes(all, out, why) != OK ||
		read_roles(all, out, why) != OK ||
		read_guid(all, "tid", &out->tid, &out->tid_is_plain, why) != OK ||
		read_guid(all, "oid", &out->oid, &oid_is_plain, why) != OK)
		return E_DENIED;
	read_username(all, out);
	out->app_only = says_app(members_find(all, "idtyp"));
	out->has_nonce = members_find(all, "nonce") != NULL;
	return OK;
}

enum err claims_read(const char *payload, size_t n, struct claims *out, struct why *why)
{
	char bytes[PAYLOAD_MAX];
	struct members all;
	struct why inner;
	size_t used;
	enum err e;

	*out = (struct claims){ .exp_unix_s = 0 };
	if (b64url_decode(payload, n, (uint8_t *)bytes, sizeof(bytes), &used) != OK)
		return FAIL(why, E_DENIED, "claims: not strict base64url");
	e = members_read(bytes, used, &all, &inner);
	e = e == OK ? read_all(&all, out, why) : FAIL(why, E_DENIED, "claims: %s", inner.text);
	members_fini(&all);
	return e;
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
