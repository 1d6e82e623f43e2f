#include "auth/jose/jwk.h"

#include "auth/jose/json.h"
#include "auth/jose/jwk_import.h"
#include "bot/base/text.h"

#include <string.h>

unsigned jws_alg_named(const char *name)
{
	static const char *const names[JWS_ALGS] = { "RS256", "PS256", "ES256" };

	for (unsigned i = 0; name && i < JWS_ALGS; i++)
		if (!strcmp(name, names[i]))
			return 1u << i;
	return 0;
}

static void jwk_fini(struct jwk *key)
{
	for (size_t i = 0; i < ARRAY_LEN(key->verify); i++)
		EVP_PKEY_CTX_free(key->verify[i]);
	EVP_PKEY_free(key->key);
	*key = (struct jwk){ .key = NULL };
}

static bool list_has(const json_t *list, const char *word)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		if (json_is_string(item) && !strcmp(json_string_value(item), word))
			return true;
	}
	return false;
}

/* Is it published for verifying signatures? Absent members say nothing against it. */
static bool for_signatures(const json_t *jwk)
{
	const json_t *use = json_object_get(jwk, "use"), *ops = json_object_get(jwk, "key_ops");

	if (use && (!json_is_string(use) || strcmp(json_string_value(use), "sig") != 0))
		return false;
	return !ops || list_has(ops, "verify");
}

/* The key's alg, if it names one, leaves that alone of what its type can do. */
static unsigned algs_narrowed(const json_t *jwk, unsigned by_type)
{
	const json_t *alg = json_object_get(jwk, "alg");

	return alg ? by_type & jws_alg_named(json_string_value(alg)) : by_type;
}

static bool names_read(const json_t *jwk, struct jwk *out)
{
	const json_t *issuer = json_object_get(jwk, "issuer");
	const json_t *endorsements = json_object_get(jwk, "endorsements");
	const char *kid = json_string_value(json_object_get(jwk, "kid"));

	if (!kid || !kid[0] || text_copy(out->kid, sizeof(out->kid), kid) != OK)
		return false;
	if (issuer && (!json_is_string(issuer) || text_copy(out->issuer, sizeof(out->issuer),
							  json_string_value(issuer)) != OK))
		return false;
	out->has_endorsements = json_array_size(endorsements) > 0;
	out->endorses_msteams = list_has(endorsements, "msteams");
	return true;
}

static bool jwk_read(const json_t *jwk, struct jwk *out)
{
	*out = (struct jwk){ .key = NULL };
	if (!json_is_object(jwk) || !for_signatures(jwk) || !names_read(jwk, out))
		return false;
	if (!jwk_import(jwk, out))
		goto drop;
	out->algs = algs_narrowed(jwk, out->algs);
	if (out->algs && jwk_make_ready(out))
		return true;
drop:
	jwk_fini(out);
	return false;
}

static struct jwk *find(struct jwk *item, size_t n, const char *kid)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(item[i].kid, kid))
			return &item[i];
	return NULL;
}

/* Add one key to the set, or merge it with, or set it against, the one of the same kid. */
static void set_add(struct jwks *set, struct jwk *key)
{
	struct jwk *old = find(set->item, set->n, key->kid);

	if (!old) {
		set->item[set->n++] = *key;
		return;
	}
	/* A conflicting kid keeps its place without a key, so that a third one meets it too. */
	if (old->key && memcmp(old->print, key->print, sizeof(key->print)) != 0) {
		char kid[KID_MAX + 1];

		memcpy(kid, old->kid, sizeof(kid));
		jwk_fini(old);
		memcpy(old->kid, kid, sizeof(kid));
		set->n_conflicting++;
	} else if (old->key) {
		old->algs &= key->algs;
	}
	jwk_fini(key);
}

static void drop_keyless(struct jwks *set)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->n; i++)
		if (set->item[i].key)
			set->item[kept++] = set->item[i];
	set->n = kept;
}

enum err jwks_read(const char *body, size_t n, struct jwks *out, struct why *why)
{
	CLEAN(json_decref) json_t *root = NULL;
	const json_t *list, *item;
	struct why inner;
	struct jwk key;
	size_t i;

	*out = (struct jwks){ .item = NULL };
	if (n > JWKS_BYTES_MAX)
		return FAIL(why, E_LIMIT, "key set of more than %d bytes", JWKS_BYTES_MAX);
	if (jose_json(body, n, &root, &inner) != OK)
		return FAIL(why, E_MALFORMED, "key set: %s", inner.text);
	list = json_object_get(root, "keys");
	if (!json_is_array(list))
		return FAIL(why, E_MALFORMED, "key set: no list \"keys\"");
	if (json_array_size(list) > JWKS_KEYS_MAX)
		return FAIL(why, E_LIMIT, "key set of %zu keys, more than %d",
			json_array_size(list), JWKS_KEYS_MAX);
	out->item = calloc(json_array_size(list) + 1, sizeof(*out->item));
	if (!out->item)
		return FAIL(why, E_LIMIT, "no memory for a key set");
	json_array_foreach(list, i, item)
	{
		if (jwk_read(item, &key))
			set_add(out, &key);
		else
			out->n_dropped++;
	}
	drop_keyless(out);
	if (out->n == 0)
		return FAIL(why, E_MALFORMED, "key set: none of its %zu keys is usable",
			json_array_size(list));
	return OK;
}

void jwks_fini(struct jwks *set)
{
	for (size_t i = 0; i < set->n; i++)
		jwk_fini(&set->item[i]);
	free(set->item);
	*set = (struct jwks){ .item = NULL };
}

const struct jwk *jwks_find(const struct jwks *set, const char *kid)
{
	return find(set->item, set->n, kid);
}
