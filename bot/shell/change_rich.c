/*
 * Notifications that bring their content along. Graph proves itself by validationTokens, of which
 * each must pass; the content is encrypted for a certificate that we made.
 */
#include "bot/shell/change.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/rng.h"
#include "graph/wire/presence.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static const char *const facts[] = { "change-key", "change-key-before" };
enum { PARKED_MS = 15000, KEY_LOOK_MS = 3600000 };

static enum err key_save(struct shell *s, size_t which, struct why *why)
{
	uint8_t bytes[RICH_KEY_BYTES_MAX];
	size_t n;
	enum err e = rich_key_write(s->told->key[which], bytes, &n, why);

	if (e == OK)
		e = store_fact_put(s->store, facts[which], bytes, n, why);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return e;
}

static enum err key_load(struct shell *s, size_t which, struct why *why)
{
	uint8_t bytes[RICH_KEY_BYTES_MAX];
	size_t n = sizeof(bytes);
	enum err e = store_fact_get(s->store, facts[which], bytes, &n, why);

	if (e == OK)
		e = rich_key_read(bytes, n, &s->told->key[which], why);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return e;
}

/* The one before is kept: what it was used for may be on the way still. */
static enum err key_make(struct shell *s, struct why *why)
{
	struct told *t = s->told;
	struct rich_key *fresh;
	enum err e = rich_key_make(clock_unix_ms() / 1000, &fresh, why);

	if (e != OK)
		return e;
	rich_key_free(t->key[1]);
	t->key[1] = t->key[0];
	t->key[0] = fresh;
	if (t->key[1])
		e = key_save(s, 1, why);
	if (e == OK)
		e = key_save(s, 0, why);
	if (e == OK)
		log_line(LOG_INFO, "change", "", "key for content made");
	return e;
}

static bool key_is_old(const struct told *t)
{
	return rich_key_made_unix_s(t->key[0]) + RICH_KEY_AGE_S < clock_unix_ms() / 1000;
}

static void use_key(struct shell *s)
{
	struct sub_key key = rich_key_public(s->told->key[0]);

	for (uint16_t i = 0; i < s->conf->n_realms; i++)
		subs_key(s->told->realm[i].subs, &key);
}

/* Subscriptions made with the one before are made again; what it was used for is opened still. */
static void renew_key(struct shell *s)
{
	struct told *t = s->told;
	struct why why;

	if (!t->key[0] || clock_mono_ms() < t->key_look_ms)
		return;
	t->key_look_ms = clock_mono_ms() + KEY_LOOK_MS;
	if (!key_is_old(t))
		return;
	if (key_make(s, &why) != OK)
		log_line(LOG_ERROR, "change", "", "new key for content: %s -> in an hour again",
			why.text);
	use_key(s);
}

static enum err open_key(struct shell *s, struct why *why)
{
	enum err e = key_load(s, 1, why);

	if (e == OK || e == E_ABSENT)
		e = key_load(s, 0, why);
	if (e == E_ABSENT || (e == OK && key_is_old(s->told)))
		e = key_make(s, why);
	return e;
}

/* Keys of all tenants of this cloud: a token says whose it is, and its key says so too. */
static enum err open_keys(struct shell *s, struct why *why)
{
	return trust_root(s->conf, &s->told->keys, "change", s->conf->endpoint.change_openid, why);
}

static enum err open_profile(struct shell *s, uint16_t bot, struct why *why)
{
	const struct config *c = s->conf;
	struct token_profile *p = &s->told->profile[bot];
	enum err e = profile_change(p, c->endpoint.issuer, c->bot[bot].app_id, why);

	for (uint16_t i = 0; e == OK && i < c->n_realms; i++)
		if (c->realm[i].bot == bot && p->n_tenants < PROFILE_TENANTS_MAX)
			p->tenant[p->n_tenants++] = c->realm[i].tenant;
	return e;
}

enum err rich_start(struct shell *s, struct why *why)
{
	enum err e = open_key(s, why);

	if (e == OK)
		e = open_keys(s, why);
	for (uint16_t i = 0; e == OK && i < s->conf->n_bots; i++)
		e = open_profile(s, i, why);
	if (e == OK)
		use_key(s);
	return e;
}

void rich_stop(struct shell *s)
{
	struct told *t = s->told;

	for (size_t i = 0; i < CHANGE_PARKED_MAX; i++)
		free(t->parked[i].body);
	for (size_t i = 0; i < ARRAY_LEN(t->key); i++)
		rich_key_free(t->key[i]);
	keys_free(t->keys);
}

/* ---- who says so */

static enum err believe(
	struct shell *s, const struct change_realm *r, const struct changes *all, struct why *why)
{
	const struct config_realm *realm = &s->conf->realm[r->realm];
	enum err e = OK;

	if (all->n_tokens == 0)
		return FAIL(why, E_DENIED, "content without validationTokens");
	for (size_t i = 0; i < all->n_tokens && e == OK; i++) {
		struct claims claims;

		e = keys_verify(s->told->keys, &s->told->profile[realm->bot], clock_mono_ms(),
			clock_unix_ms() / 1000, all->token[i], strlen(all->token[i]), &claims, why);
		if (e == OK && !guid_same(claims.tid, realm->tenant))
			e = FAIL(why, E_DENIED, "a token of another tenant");
	}
	for (size_t i = 0; i < all->n && e == OK; i++)
		if (all->item[i].is_encrypted && !guid_same(all->item[i].tenant_id, realm->tenant))
			e = FAIL(why, E_DENIED, "an item of a tenant without a token");
	return e;
}

/* ---- what it says */

static void take_presence(struct shell *s, const struct change_realm *r, const char *content)
{
	static struct presences got; /* large; one thread */
	CLEAN(free) char *list = NULL;
	struct why why;
	int n = asprintf(&list, "{\"value\":[%s]}", content);

	if (n < 0)
		abort();
	if (presences_decode(list, (size_t)n, &got, &why) != OK) {
		log_line(LOG_WARN, "change", "", "a presence: %s -> dropped", why.text);
		return;
	}
	for (size_t i = 0; i < got.n; i++)
		presence_told(s, r->realm, &got.item[i]);
}

static void take(struct shell *s, struct change_realm *r, const struct change *c)
{
	const struct rich_key *const keys[] = { s->told->key[0], s->told->key[1] };
	char *content;
	uint32_t sub;
	struct why why;
	size_t n;

	if (subs_judge(r->subs, c, &sub, &why) != OK ||
		rich_open(keys, ARRAY_LEN(keys), &c->encrypted, &content, &n, &why) != OK) {
		log_line(LOG_WARN, "change", "", "notification: %s -> dropped", why.text);
		return;
	}
	if (sub == r->presence_sub && strlen(content) == n)
		take_presence(s, r, content);
	OPENSSL_cleanse(content, n);
	free(content);
}

static enum err park(struct told *t, uint16_t realm, const char *body, size_t n)
{
	for (size_t i = 0; i < CHANGE_PARKED_MAX; i++) {
		struct parked *p = &t->parked[i];

		if (p->body)
			continue;
		p->body = malloc(n + 1);
		if (!p->body)
			return E_SYSTEM;
		memcpy(p->body, body, n);
		p->body_bytes = n;
		p->realm = realm;
		p->until_ms = clock_mono_ms() + PARKED_MS;
		return OK;
	}
	return E_LIMIT;
}

static void take_all(struct shell *s, struct change_realm *r, const struct changes *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->item[i].is_encrypted)
			take(s, r, &all->item[i]);
}

bool rich_take(struct shell *s, struct change_realm *r, const char *body, size_t n)
{
	struct told *t = s->told;
	struct why why = { .text = "nothing was asked for whose content comes along" };
	enum err e = t->keys ? believe(s, r, &t->changes, &why) : E_DENIED;

	if (e == E_STALE)
		return park(t, r->realm, body, n) == OK;
	if (e == OK)
		take_all(s, r, &t->changes);
	else
		log_line(LOG_WARN, "change", "", "content: %s -> dropped", why.text);
	return true;
}

/* ---- keys that are on their way */

static void got_keys(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct why why;

	if (keys_got(s->told->keys, clock_mono_ms(), e->number, a->status, a->body, a->body_bytes,
		    &why) == E_REMOTE)
		log_line(
			LOG_WARN, "auth", "", "keys of change tokens: %s -> later again", why.text);
}

/* The body is read again: what was decoded of it made room for others. */
static bool look_again(struct shell *s, struct parked *p)
{
	struct change_realm *r = &s->told->realm[p->realm];
	struct changes *all = &s->told->changes;
	struct why why;
	enum err e = changes_decode(p->body, p->body_bytes, all, &why);

	if (e == OK)
		e = believe(s, r, all, &why);
	if (e == E_STALE && clock_mono_ms() < p->until_ms)
		return false;
	if (e == OK)
		take_all(s, r, all);
	else
		log_line(LOG_WARN, "change", "", "content: %s -> dropped", why.text);
	return true;
}

void rich_run(struct shell *s)
{
	struct told *t = s->told;
	struct keys_fetch f;

	renew_key(s);
	while (t->keys && keys_want(t->keys, clock_mono_ms(), &f)) {
		struct errand e = { .done = got_keys, .number = f.attempt };

		errand_http(s, &e,
			&(struct client_request){ .method = "GET",
				.url = f.url,
				.deadline_ms = KEYS_FLIGHT_MS,
				.attempt_ms = KEYS_FLIGHT_MS,
				.attempts_max = 1,
				.harmless = true });
	}
	for (size_t i = 0; i < CHANGE_PARKED_MAX; i++) {
		if (t->parked[i].body && look_again(s, &t->parked[i])) {
			free(t->parked[i].body);
			t->parked[i].body = NULL;
		}
	}
}

uint64_t rich_deadline_ms(const struct shell *s)
{
	const struct told *t = s->told;
	uint64_t due = t->keys ? keys_deadline_ms(t->keys) : UINT64_MAX;

	if (t->key[0] && t->key_look_ms < due)
		due = t->key_look_ms;
	for (size_t i = 0; i < CHANGE_PARKED_MAX; i++)
		if (t->parked[i].body && t->parked[i].until_ms < due)
			due = t->parked[i].until_ms;
	return due;
}
