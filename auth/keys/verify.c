/* A token comes to the door: whose is it, and is it good? */
#include "auth/keys/root.h"

#include "auth/jose/jws.h"
#include "bot/base/text.h"

#include <openssl/evp.h>
#include <string.h>

#define VERDICT_MS (5 * MINUTE_MS)
#define MISS_MS (5 * MINUTE_MS)

static void sha256(const struct keys *k, const char *bytes, size_t n, uint8_t out[JWS_DIGEST])
{
	if (!jws_digest(k->sha256, bytes, n, out))
		abort(); /* without SHA-256 nothing here may go on */
}

/* Take one fetch from the bucket, which gains one every five minutes and holds two. */
static bool bucket_take(struct keys *k, uint64_t now_ms)
{
	uint64_t gained = (now_ms - k->bucket_ms) / BUCKET_REFILL_MS;

	if (gained > 0) {
		k->bucket = k->bucket + gained < BUCKET_MAX ? k->bucket + (uint32_t)gained
							    : BUCKET_MAX;
		k->bucket_ms += gained * BUCKET_REFILL_MS;
	}
	if (k->bucket == 0)
		return false;
	k->bucket--;
	return true;
}

/* The note about this kid, made if need be in the place of the oldest. */
static struct miss *miss_of(struct keys *k, const char *kid, uint64_t now_ms)
{
	struct miss *oldest = &k->miss[0];
	uint8_t print[JWS_DIGEST];

	sha256(k, kid, strlen(kid), print);
	for (size_t i = 0; i < MISSES_MAX; i++) {
		if (k->miss[i].asked_ms && !memcmp(k->miss[i].kid, print, sizeof(k->miss[i].kid)))
			return &k->miss[i];
		if (k->miss[i].asked_ms < oldest->asked_ms)
			oldest = &k->miss[i];
	}
	memcpy(oldest->kid, print, sizeof(oldest->kid));
	oldest->asked_ms = now_ms ? now_ms : 1;
	return oldest;
}

/* The kid is not among our keys: is it nobody's, or only news to us? */
static enum err unknown_kid(struct keys *k, const char *kid, uint64_t now_ms, struct why *why)
{
	struct miss *miss = miss_of(k, kid, now_ms);
	char print[9];

	text_hex(print, sizeof(print), miss->kid, 4);
	if (now_ms - miss->asked_ms >= MISS_MS)
		miss->asked_ms = now_ms;
	/* A fetch that began after the question did not bring it. */
	if (k->set.n > 0 && k->good_started_ms >= miss->asked_ms)
		return FAIL(why, E_DENIED, "%s token: kid (hash %s) is not published", k->conf.name,
			print);
	if (k->flying || k->missed || k->keys_next || now_ms >= k->due_ms)
		return FAIL(why, E_STALE, "%s token: kid (hash %s) is not known yet", k->conf.name,
			print);
	if (k->set.n > 0 && bucket_take(k, now_ms)) {
		k->missed = true;
		return FAIL(why, E_STALE, "%s token: kid (hash %s) is not known yet", k->conf.name,
			print);
	}
	return FAIL(why, E_ABSENT, "%s token: kid (hash %s) is not known, and %s", k->conf.name,
		print,
		k->set.n > 0 ? "keys were asked for too often lately" : "no keys can be had");
}

/*
 * Entra publishes the same keys under the issuer of version 1.0 and of 2.0, and which of the two
 * documents we were pointed to says nothing of the tokens to come: either form will do if it
 * is one of this profile's and of the token's own tenant.
 */
static bool key_is_for(const char *key_issuer, const struct token_profile *p, struct guid tid)
{
	char issuer[ISSUER_MAX];

	for (size_t i = 0; i < p->n_issuers; i++)
		if (claims_issuer_of(p->issuer[i].form, tid, issuer) &&
			claims_issuer_fits(key_issuer, issuer, tid))
			return true;
	return false;
}

/* What the key itself says of the tokens it may sign. */
static enum err key_fits(const struct jwk *key, const struct token_profile *p,
	const struct claims *c, struct why *why)
{
	if (p->endorsed && key->has_endorsements && !key->endorses_msteams)
		return FAIL(
			why, E_DENIED, "%s token: its key is not endorsed for msteams", p->name);
	if (p->entra && key->issuer[0] && !key_is_for(key->issuer, p, c->tid))
		return FAIL(why, E_DENIED, "%s token: its key is for issuer \"%s\", not \"%s\"",
			p->name, key->issuer, c->iss);
	return OK;
}

static enum err judge(const struct verdict *v, const struct keys *k, const struct token_profile *p,
	uint64_t now_unix_s, struct why *why)
{
	enum err e = OK;

	if (!(p->algs & v->alg))
		e = FAIL(why, E_DENIED, "%s token: alg is not one this receiver allows", p->name);
	if (v->cty_jwt && !p->cty_jwt)
		e = FAIL(why, E_DENIED, "%s token: says it holds a token (\"cty\")", p->name);
	if (e == OK)
		e = claims_check(&v->claims, p, now_unix_s, why);
	return e == OK ? key_fits(&k->set.item[v->key], p, &v->claims, why) : e;
}

/* What makes it the token it is. False: it has no signature, and is none. */
static bool id_of(const struct keys *k, const char *token, size_t n, struct verdict_id *out)
{
	const char *dot = memrchr(token, '.', n);

	if (!dot)
		return false;
	sha256(k, token, (size_t)(dot - token), out->digest);
	out->signature = dot + 1;
	out->n = (size_t)(token + n - dot - 1);
	return true;
}

/* The long way: whose signature is it? Fills what judge asks for. */
static enum err verify_fresh(struct keys *k, const struct token_profile *p, uint64_t now_ms,
	const char *token, size_t n, const struct verdict_id *id, struct verdict *out,
	struct why *why)
{
	const struct jwk *key;
	struct jws jws;

	if (jws_read(token, n, p->algs, p->token_bytes_max, &k->memo, &jws, why) != OK)
		return E_DENIED;
	key = jwks_find(&k->set, jws.header.kid);
	if (!key)
		return unknown_kid(k, jws.header.kid, now_ms, why);
	/* What has three parts was hashed up to its last dot, as it was signed. */
	if (jws_verify(&jws, id->digest, key, why) != OK)
		return E_DENIED;
	out->alg = jws.header.alg;
	out->cty_jwt = jws.header.cty_jwt;
	out->key = (uint32_t)(key - k->set.item);
	out->generation = k->generation;
	return claims_read(jws.payload, jws.payload_bytes, &out->claims, why);
}

static enum err verify(struct keys *k, const struct token_profile *p, uint64_t now_ms,
	uint64_t now_unix_s, const char *token, size_t n, struct claims *out, struct why *why)
{
	const struct verdict *known;
	struct verdict_id id;
	struct verdict fresh;
	enum err e;

	if (!id_of(k, token, n, &id))
		return FAIL(why, E_DENIED, "token does not have three parts");
	known = verdicts_find(&k->verdicts, &id, k->generation, now_ms);
	if (known) {
		e = judge(known, k, p, now_unix_s, why);
		if (e == OK)
			*out = known->claims;
		k->view.remembered += e == OK;
		return e;
	}
	e = verify_fresh(k, p, now_ms, token, n, &id, &fresh, why);
	if (e == OK)
		e = judge(&fresh, k, p, now_unix_s, why);
	if (e != OK)
		return e;
	fresh.until_ms = now_ms + VERDICT_MS;
	verdicts_put(&k->verdicts, &id, &fresh);
	k->view.verified++;
	*out = fresh.claims;
	return OK;
}

enum err keys_verify(struct keys *k, const struct token_profile *profile, uint64_t now_ms,
	uint64_t now_unix_s, const char *token, size_t n, struct claims *out, struct why *why)
{
	enum err e;

	keys_age(k, now_ms);
	/* Before it is even hashed. */
	if (n > profile->token_bytes_max)
		e = FAIL(why, E_DENIED, "%s token: %zu bytes are too long", profile->name, n);
	else
		e = verify(k, profile, now_ms, now_unix_s, token, n, out, why);
	k->view.refused += e == E_DENIED;
	return e;
}
