#include "auth/token/obo.h"

#include "auth/token/form.h"

#include "bot/base/text.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum state { FREE, WANTED, FLYING, HERE, FAULTY };

struct entry {
	enum state state;
	uint32_t slot;
	uint8_t print[SHA256_DIGEST_LENGTH]; /* of her token and the scope */
	char scope[TOKEN_SCOPE_MAX];
	char *assertion;          /* owned: her token, until it is answered */
	uint64_t used_ms, end_ms; /* end: of the token, the flight or the fault */
	uint64_t her_end_ms;      /* of her own token */
	uint64_t came_ms;         /* when the bearer did */
	uint32_t attempt;
	char *bearer; /* owned */
	enum err fault;
	char claims[GRANT_CLAIMS_MAX];
	char story[240];
};

struct obo {
	size_t n_used; /* no entry was ever used from here on */
	struct entry entry[OBO_MAX];
	uint32_t attempt;
};

struct obo *obo_new(void)
{
	return calloc(1, sizeof(struct obo));
}

static void clear(struct entry *e)
{
	secret_free(e->assertion);
	secret_free(e->bearer);
	*e = (struct entry){ .state = FREE };
}

void obo_free(struct obo *o)
{
	for (size_t i = 0; o && i < OBO_MAX; i++)
		clear(&o->entry[i]);
	free(o);
}

static void print_of(const struct obo_ask *ask, uint8_t out[SHA256_DIGEST_LENGTH])
{
	EVP_MD_CTX *sha = EVP_MD_CTX_new();

	if (!sha || EVP_DigestInit_ex(sha, EVP_sha256(), NULL) != 1 ||
		EVP_DigestUpdate(sha, ask->assertion, ask->assertion_bytes) != 1 ||
		EVP_DigestUpdate(sha, ask->scope, strlen(ask->scope)) != 1 ||
		EVP_DigestFinal_ex(sha, out, NULL) != 1)
		abort();
	EVP_MD_CTX_free(sha);
}

static void failed(
	struct entry *e, uint64_t now_ms, enum err fault, const char *story, uint64_t wait_ms)
{
	secret_free(e->assertion);
	e->assertion = NULL;
	e->state = FAULTY;
	e->fault = fault;
	e->end_ms = now_ms + (wait_ms > OBO_FAULT_MS ? wait_ms : OBO_FAULT_MS);
	snprintf(e->story, sizeof(e->story), "%.*s", (int)sizeof(e->story) - 1, story);
}

static void age(struct entry *e, uint64_t now_ms)
{
	if ((e->state == HERE || e->state == FAULTY) && now_ms >= e->end_ms)
		clear(e);
	if (e->state == FLYING && now_ms >= e->end_ms)
		failed(e, now_ms, E_REMOTE, "Entra did not answer in time", 0);
}

/* The entry of this ask, else a free one, else the one longest unused. NULL: all are under way. */
static struct entry *find(struct obo *o, uint64_t now_ms, uint32_t slot, const uint8_t *print)
{
	struct entry *best = NULL;

	for (size_t i = 0; i < OBO_MAX; i++) {
		struct entry *e = &o->entry[i];

		age(e, now_ms);
		if (e->state != FREE && e->slot == slot &&
			CRYPTO_memcmp(e->print, print, SHA256_DIGEST_LENGTH) == 0)
			return e;
		if (e->state == WANTED || e->state == FLYING)
			continue;
		if (!best ||
			(best->state != FREE && (e->state == FREE || e->used_ms < best->used_ms)))
			best = e;
	}
	if (!best)
		return NULL;
	clear(best);
	if ((size_t)(best - o->entry) == o->n_used)
		o->n_used++;
	return best;
}

static enum err want(
	struct entry *e, const struct obo_ask *ask, const uint8_t *print, struct why *why)
{
	if (text_copy(e->scope, sizeof(e->scope), ask->scope) != OK)
		return FAIL(why, E_LIMIT, "the scope is too long");
	e->assertion = strndup(ask->assertion, ask->assertion_bytes);
	if (!e->assertion)
		return FAIL(why, E_SYSTEM, "no memory");
	memcpy(e->print, print, SHA256_DIGEST_LENGTH);
	e->slot = ask->slot;
	e->her_end_ms = e->used_ms + ask->life_ms;
	e->state = WANTED;
	return OK;
}

enum err obo_get(struct obo *o, uint64_t now_ms, const struct obo_ask *ask, const char **bearer,
	const char **claims, struct why *why)
{
	uint8_t print[SHA256_DIGEST_LENGTH];
	struct entry *e;

	*bearer = NULL;
	if (claims)
		*claims = NULL;
	print_of(ask, print);
	e = find(o, now_ms, ask->slot, print);
	if (!e)
		return FAIL(why, E_LIMIT, "too many exchanges are under way");
	e->used_ms = now_ms;
	if (e->state == FREE && want(e, ask, print, why) != OK)
		return why ? why->code : E_SYSTEM;
	if (e->state == FAULTY) {
		if (claims && e->fault == E_DENIED)
			*claims = e->claims;
		return FAIL(why, e->fault, "in her name: %s", e->story);
	}
	if (e->state != HERE)
		return FAIL(why, E_STALE, "in her name: being exchanged");
	*bearer = e->bearer;
	return OK;
}

static enum err post(struct entry *e, struct tokens *t, uint64_t now_ms, uint64_t now_unix_s,
	struct token_post *out, struct why *why)
{
	const struct grant_field field[] = {
		{ "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer" },
		{ "assertion", e->assertion },
		{ "scope", e->scope },
		{ "requested_token_use", "on_behalf_of" },
	};

	return grant_post(t, e->slot, now_ms, now_unix_s, field, ARRAY_LEN(field), out, why);
}

void obo_drop_if(struct obo *o, const struct obo_ask *ask, uint64_t sent_ms)
{
	uint8_t print[SHA256_DIGEST_LENGTH];

	print_of(ask, print);
	for (size_t i = 0; i < o->n_used; i++) {
		struct entry *e = &o->entry[i];

		if (e->state == HERE && e->slot == ask->slot && e->came_ms <= sent_ms &&
			CRYPTO_memcmp(e->print, print, SHA256_DIGEST_LENGTH) == 0)
			clear(e);
	}
}

enum err obo_want(struct obo *o, struct tokens *t, uint64_t now_ms, uint64_t now_unix_s,
	struct token_post *out, struct why *why)
{
	for (size_t i = 0; i < o->n_used; i++) {
		struct entry *e = &o->entry[i];
		struct why inner = { .code = OK };
		enum err got;

		age(e, now_ms);
		if (e->state != WANTED)
			continue;
		got = post(e, t, now_ms, now_unix_s, out, &inner);
		if (got == E_STALE)
			continue; /* the credential's own token first */
		if (got != OK) {
			failed(e, now_ms, E_REMOTE, inner.text, 0);
			return FAIL(why, got, "%s", inner.text);
		}
		if (++o->attempt == 0)
			o->attempt = 1;
		e->attempt = out->attempt = o->attempt;
		e->state = FLYING;
		e->end_ms = now_ms + TOKEN_FLIGHT_MS;
		return OK;
	}
	return E_ABSENT;
}

enum err obo_got(struct obo *o, uint64_t now_ms, uint32_t attempt, const struct token_reply *reply,
	struct why *why)
{
	struct why inner = { .code = OK };
	struct entry *e = NULL;
	struct grant g;

	for (size_t i = 0; i < o->n_used && !e; i++) {
		age(&o->entry[i], now_ms);
		if (o->entry[i].state == FLYING && o->entry[i].attempt == attempt)
			e = &o->entry[i];
	}
	if (!e)
		return FAIL(why, E_STALE, "exchange %u is no longer under way", attempt);
	if (grant_read(reply, &g, &inner) != OK) {
		failed(e, now_ms, inner.code, inner.text, g.wait_ms);
		memcpy(e->claims, g.claims, sizeof(e->claims));
		return FAIL(why, inner.code, "in a person's name: %s", inner.text);
	}
	secret_free(e->assertion);
	e->assertion = NULL;
	e->bearer = g.access_token;
	g.access_token = NULL;
	e->state = HERE;
	e->came_ms = now_ms;
	e->end_ms = now_ms + g.life_ms < e->her_end_ms ? now_ms + g.life_ms : e->her_end_ms;
	grant_fini(&g);
	return OK;
}

uint64_t obo_deadline_ms(const struct obo *o)
{
	uint64_t first = UINT64_MAX;

	for (size_t i = 0; i < o->n_used; i++)
		if (o->entry[i].state == FLYING && o->entry[i].end_ms < first)
			first = o->entry[i].end_ms;
	return first;
}
