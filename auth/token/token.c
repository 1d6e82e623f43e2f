#include "auth/token/token.h"

#include "auth/jose/url.h"
#include "auth/token/slots.h"
#include "auth/token/token_reply.h"
#include "bot/base/text.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_MS UINT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define LAST_MS MINUTE_MS /* a token's end, in which it is not used */
#define AHEAD_MS (15 * MINUTE_MS)
#define BACKOFF_MIN_MS UINT64_C(500)
#define BACKOFF_MAX_MS (30 * SECOND_MS)

struct tokens *tokens_new(uint64_t seed, bool http_on_loopback)
{
	struct tokens *t = calloc(1, sizeof(*t));

	if (t) {
		t->rng.state = seed;
		t->http_on_loopback = http_on_loopback;
	}
	return t;
}

static void forget(struct slot *s)
{
	secret_free(s->bearer);
	s->bearer = NULL;
}

void tokens_free(struct tokens *t)
{
	if (!t)
		return;
	for (uint32_t i = 0; i < t->n; i++)
		forget(&t->slot[i]);
	free(t);
}

/* A GUID or a domain: nothing that a URL or JSON would read otherwise. */
static bool copy_id(char *out, const char *id)
{
	size_t n = strlen(id);

	if (n == 0 || n >= ID_MAX)
		return false;
	for (size_t i = 0; i <= n; i++) {
		char c = id[i] >= 'A' && id[i] <= 'Z' ? (char)(id[i] + 32) : id[i];

		if (c && !strchr("abcdefghijklmnopqrstuvwxyz0123456789.-", c))
			return false;
		out[i] = c;
	}
	return true;
}

/* An app-only token is of one tenant; "common" gives that of nobody in particular. */
static bool tenant_named(const char *tenant)
{
	return strcmp(tenant, "common") != 0 && strcmp(tenant, "organizations") != 0 &&
	       strcmp(tenant, "consumers") != 0;
}

static bool scope_sound(const char *scope)
{
	static const char tail[] = "/.default";
	size_t n = strlen(scope);

	return n > strlen(tail) && n < TOKEN_SCOPE_MAX && !strpbrk(scope, " \t\r\n\"\\") &&
	       !strcmp(scope + n - strlen(tail), tail);
}

static enum err slot_fill(
	const struct tokens *t, const struct token_key *key, struct slot *out, struct why *why)
{
	char host[AUTHORITY_MAX];
	size_t n = strlen(key->authority);
	enum err e = url_check(key->authority, t->http_on_loopback, host, sizeof(host), why);

	*out = (struct slot){ .credential = key->credential };
	if (e != OK)
		return e;
	if (n >= AUTHORITY_MAX || key->authority[n - 1] == '/' || strpbrk(key->authority, "?#"))
		return FAIL(why, E_MALFORMED,
			"authority \"%.100s\": give scheme and host alone, without a closing slash",
			key->authority);
	if (!copy_id(out->tenant, key->tenant) || !tenant_named(out->tenant))
		return FAIL(why, E_MALFORMED,
			"tenant \"%.60s\": give the customer tenant's id or domain, never "
			"\"common\"",
			key->tenant);
	if (!copy_id(out->client_id, key->client_id))
		return FAIL(
			why, E_MALFORMED, "client id \"%.60s\" is not an app id", key->client_id);
	if (!scope_sound(key->scope))
		return FAIL(why, E_MALFORMED, "scope \"%.100s\" is not one resource and /.default",
			key->scope);
	memcpy(out->authority, key->authority, n + 1);
	return text_copy(out->scope, sizeof(out->scope), key->scope);
}

static bool same_key(const struct slot *a, const struct slot *b)
{
	return a->credential == b->credential && !strcmp(a->tenant, b->tenant) &&
	       !strcmp(a->client_id, b->client_id) && !strcmp(a->scope, b->scope) &&
	       !strcmp(a->authority, b->authority);
}

/* The audience of a token that stands for a registration, by cloud. */
static const char *exchange_scope(const char *authority)
{
	size_t n = strlen(authority);

	if (n > 3 && !strcmp(authority + n - 3, ".us"))
		return "api://AzureADTokenExchangeUSGov/.default";
	if (n > 3 && !strcmp(authority + n - 3, ".cn"))
		return "api://AzureADTokenExchangeChina/.default";
	return "api://AzureADTokenExchange/.default";
}

/* The slot of the token that the credential's inner one gives. It is the platform's, so it is of no
 * tenant. */
static enum err inner_slot(struct tokens *t, struct slot *outer, struct why *why)
{
	const struct credential *c = outer->credential;
	uint32_t inner;
	enum err e = tokens_slot(t,
		&(struct token_key){ outer->authority, "managed", c->inner_client_id, c->inner,
			exchange_scope(outer->authority) },
		&inner, why);

	outer->inner = inner + 1;
	return e;
}

enum err tokens_slot(struct tokens *t, const struct token_key *key, uint32_t *slot, struct why *why)
{
	struct slot fresh;
	enum err e = slot_fill(t, key, &fresh, why);

	if (e != OK)
		return e;
	for (*slot = 0; *slot < t->n; (*slot)++)
		if (same_key(&t->slot[*slot], &fresh))
			return OK;
	if (key->credential->inner)
		e = inner_slot(t, &fresh, why);
	if (e == OK && t->n == TOKEN_SLOTS_MAX)
		e = FAIL(why, E_LIMIT,
			"no room for a token of tenant %s: %d tenants and scopes at most",
			fresh.tenant, TOKEN_SLOTS_MAX);
	if (e != OK)
		return e;
	*slot = t->n;
	t->slot[t->n++] = fresh;
	return OK;
}

static uint64_t min_ms(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* What only a person can repair is tried rarely, and sooner right after it broke. */
static uint64_t rest_for_a_person_ms(uint32_t failed_in_row)
{
	static const uint64_t rest_ms[] = { MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS };

	return rest_ms[failed_in_row < ARRAY_LEN(rest_ms) ? failed_in_row : ARRAY_LEN(rest_ms) - 1];
}

/* Full jitter: anywhere between nothing and the doubled pause. */
static uint64_t rest_transient_ms(struct tokens *t, uint32_t failed_in_row)
{
	uint64_t most = BACKOFF_MIN_MS << (failed_in_row < 10 ? failed_in_row : 10);

	return 1 + rng_below(&t->rng, min_ms(most, BACKOFF_MAX_MS));
}

static void slot_failed(
	struct tokens *t, struct slot *s, uint64_t now_ms, const struct token_verdict *v)
{
	uint64_t rest_ms = v->class == TOKEN_FOR_A_PERSON ? rest_for_a_person_ms(s->failed_in_row)
							  : rest_transient_ms(t, s->failed_in_row);

	if (v->wait_ms && (v->wait_ms > rest_ms || v->class == TOKEN_FOR_A_PERSON))
		rest_ms = v->wait_ms;
	/* Nobody waits while the old token lives, so there is no hurry either. */
	if (s->bearer && rest_ms < 30 * SECOND_MS)
		rest_ms = 30 * SECOND_MS;
	s->flying = false;
	s->failed_in_row++;
	s->rest_until_ms = now_ms + rest_ms;
	s->fault = v->class == TOKEN_FOR_A_PERSON ? E_DENIED : E_REMOTE;
	memcpy(s->story, v->story, sizeof(s->story));
}

/* Let go of what time has ended: a flight without an answer, a token in its last minute. */
static void slot_age(struct tokens *t, struct slot *s, uint64_t now_ms)
{
	static const struct token_verdict silence = { .class = TOKEN_TRANSIENT,
		.story = "Entra did not answer in time" };

	if (s->flying && now_ms >= s->flight_ms + TOKEN_FLIGHT_MS)
		slot_failed(t, s, now_ms, &silence);
	if (s->bearer && now_ms >= s->hard_ms)
		forget(s);
}

static enum err tell(const struct slot *s, enum err e, struct why *why)
{
	return FAIL(why, e, "token for app %s in tenant %s: %s", s->client_id, s->tenant, s->story);
}

enum err token_get(
	struct tokens *t, uint32_t slot, uint64_t now_ms, const char **bearer, struct why *why)
{
	struct slot *s = &t->slot[slot];

	*bearer = NULL;
	slot_age(t, s, now_ms);
	if (s->bearer) {
		s->wanted = s->wanted || (now_ms >= s->soft_ms && !s->flying);
		*bearer = s->bearer;
		return OK;
	}
	if (!s->flying && s->fault != OK && now_ms < s->rest_until_ms) {
		s->wanted = s->wanted || s->fault == E_REMOTE;
		return tell(s, s->fault, why);
	}
	s->wanted = !s->flying;
	return FAIL(why, E_STALE, "token for app %s in tenant %s: being fetched", s->client_id,
		s->tenant);
}

uint64_t token_retry_ms(const struct tokens *t, uint32_t slot)
{
	const struct slot *s = &t->slot[slot];

	return s->fault == E_REMOTE && !s->flying ? s->rest_until_ms : UINT64_MAX;
}

/* What must be there first: the token that is this one's assertion. Where that cannot be had,
 * neither can this. */
static bool has_assertion(struct tokens *t, struct slot *s, uint64_t now_ms)
{
	struct token_verdict v = { .class = TOKEN_TRANSIENT };
	const char *assertion;
	struct why why;
	enum err e;

	if (!s->inner)
		return true;
	e = token_get(t, s->inner - 1, now_ms, &assertion, &why);
	if (e == OK)
		return true;
	if (e != E_STALE) {
		v.class = e == E_DENIED ? TOKEN_FOR_A_PERSON : TOKEN_TRANSIENT;
		memcpy(v.story, t->slot[s->inner - 1].story, sizeof(v.story));
		v.wait_ms = t->slot[s->inner - 1].rest_until_ms - now_ms;
		slot_failed(t, s, now_ms, &v);
	}
	return false;
}

static bool is_due(const struct slot *s, uint64_t now_ms)
{
	return s->wanted && !s->flying && now_ms >= s->rest_until_ms;
}

static struct slot *due(struct tokens *t, uint64_t now_ms)
{
	for (uint32_t i = 0; i < t->n; i++) {
		struct slot *s = &t->slot[i];

		slot_age(t, s, now_ms);
		if (!is_due(s, now_ms))
			continue;
		if (has_assertion(t, s, now_ms))
			return s;
		if (is_due(&t->slot[s->inner - 1], now_ms))
			return &t->slot[s->inner - 1];
	}
	return NULL;
}

enum err tokens_want(struct tokens *t, uint64_t now_ms, uint64_t now_unix_s, struct token_post *out,
	struct why *why)
{
	struct slot *s = due(t, now_ms);
	struct token_verdict unfit = { .class = TOKEN_FOR_A_PERSON };
	struct why inner = { .code = OK };
	enum err e;

	*out = (struct token_post){ .attempt = 0 };
	if (!s)
		return E_ABSENT;
	s->wanted = false;
	e = token_request(t, s, now_unix_s, out, &inner);
	if (e != OK) {
		token_post_fini(out);
		memcpy(unfit.story, inner.text, sizeof(unfit.story) - 1);
		slot_failed(t, s, now_ms, &unfit);
		return FAIL(why, e, "token for tenant %s: %.240s", s->tenant, inner.text);
	}
	if (++t->attempt == 0)
		t->attempt = 1;
	s->flying = true;
	s->flight_ms = now_ms;
	s->attempt = out->attempt = t->attempt;
	return OK;
}

static void slot_filled(struct tokens *t, struct slot *s, struct token_verdict *v)
{
	uint64_t last_ms = min_ms(LAST_MS, v->life_ms / 2), soft_ms = v->refresh_ms;

	if (!soft_ms)
		soft_ms = v->life_ms > 2 * AHEAD_MS ? v->life_ms - AHEAD_MS : v->life_ms / 2;
	soft_ms -= rng_below(&t->rng, soft_ms / 10 + 1);
	forget(s);
	s->bearer = v->bearer;
	s->hard_ms = s->flight_ms + v->life_ms - last_ms;
	s->soft_ms = min_ms(s->flight_ms + soft_ms, s->hard_ms);
	s->flying = s->wanted = false;
	s->failed_in_row = 0;
	s->rest_until_ms = 0;
	s->fault = OK;
}

enum err tokens_got(struct tokens *t, uint64_t now_ms, uint32_t attempt,
	const struct token_reply *reply, struct why *why)
{
	struct token_verdict v;
	struct slot *s = NULL;

	for (uint32_t i = 0; i < t->n && !s; i++) {
		slot_age(t, &t->slot[i], now_ms);
		if (t->slot[i].flying && t->slot[i].attempt == attempt)
			s = &t->slot[i];
	}
	if (!s)
		return FAIL(why, E_STALE, "token request %u is no longer under way", attempt);
	token_reply_read(reply, s->credential->form->ask != NULL, &v);
	if (v.class == TOKEN_GOOD) {
		slot_filled(t, s, &v);
		return OK;
	}
	slot_failed(t, s, now_ms, &v);
	return tell(s, s->fault, why);
}

void token_drop_if(struct tokens *t, uint32_t slot, uint64_t now_ms, const char *bearer)
{
	struct slot *s = &t->slot[slot];
	size_t n = strlen(bearer);

	if (!s->bearer || strlen(s->bearer) != n || CRYPTO_memcmp(s->bearer, bearer, n) != 0)
		return;
	if (s->dropped_ms && now_ms < s->dropped_ms + TOKEN_DROP_PAUSE_MS)
		return;
	s->dropped_ms = now_ms ? now_ms : 1;
	forget(s);
}

uint64_t tokens_deadline_ms(const struct tokens *t)
{
	uint64_t first = UINT64_MAX;

	for (uint32_t i = 0; i < t->n; i++) {
		const struct slot *s = &t->slot[i];

		if (s->flying)
			first = min_ms(first, s->flight_ms + TOKEN_FLIGHT_MS);
		else if (s->wanted && (!s->inner || !t->slot[s->inner - 1].flying))
			first = min_ms(first, s->rest_until_ms);
	}
	return first;
}
