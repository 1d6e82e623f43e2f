#include "auth/keys/root.h"

#include "auth/jose/json.h"
#include "auth/jose/url.h"
#include "bot/base/text.h"

#include <string.h>

#define REFRESH_MS (60 * MINUTE_MS)
#define KEY_LIFE_MS (24 * 60 * MINUTE_MS)
#define BACKOFF_MIN_MS UINT64_C(1000)
#define BACKOFF_MAX_MS (5 * MINUTE_MS)

enum err keys_new(const struct keys_conf *conf, uint64_t now_ms, struct keys **out, struct why *why)
{
	struct keys *k = NULL;
	char host[KEYS_HOST_MAX];

	*out = NULL;
	if (url_check(conf->metadata_url, conf->http_on_loopback, host, sizeof(host), why) != OK)
		return E_MALFORMED;
	if (conf->n_hosts > KEYS_HOSTS_MAX)
		return FAIL(why, E_MALFORMED, "%s keys: %zu hosts, more than %d", conf->name,
			conf->n_hosts, KEYS_HOSTS_MAX);
	k = calloc(1, sizeof(*k));
	if (k)
		k->sha256 = EVP_MD_CTX_new();
	if (!k || !k->sha256 || verdicts_init(&k->verdicts, KEYS_VERDICTS_MAX) != OK) {
		keys_free(k);
		return FAIL(why, E_SYSTEM, "%s keys: no memory", conf->name);
	}
	k->conf = *conf;
	k->rng.state = conf->seed;
	k->due_ms = now_ms;
	k->bucket = BUCKET_MAX;
	k->bucket_ms = now_ms;
	*out = k;
	return OK;
}

void keys_free(struct keys *k)
{
	if (!k)
		return;
	jwks_fini(&k->set);
	verdicts_fini(&k->verdicts);
	EVP_MD_CTX_free(k->sha256);
	free(k);
}

/* 10 % earlier or later, so that a fleet does not ask in step. */
static uint64_t around(struct keys *k, uint64_t ms)
{
	return ms - ms / 10 + rng_below(&k->rng, ms / 5 + 1);
}

static void failed(struct keys *k, uint64_t now_ms)
{
	uint32_t doublings = k->failed_in_row < 16 ? k->failed_in_row : 16;
	uint64_t pause_ms = BACKOFF_MIN_MS << doublings;

	k->flying = k->keys_next = k->missed = false;
	k->failed_in_row++;
	k->view.failures++;
	k->due_ms = now_ms + around(k, pause_ms < BACKOFF_MAX_MS ? pause_ms : BACKOFF_MAX_MS);
}

void keys_age(struct keys *k, uint64_t now_ms)
{
	if (k->flying && now_ms >= k->flight_ms + KEYS_FLIGHT_MS)
		failed(k, now_ms);
	if (k->set.n > 0 && now_ms >= k->fetched_ms + KEY_LIFE_MS) {
		jwks_fini(&k->set);
		k->generation++;
	}
}

bool keys_want(struct keys *k, uint64_t now_ms, struct keys_fetch *out)
{
	keys_age(k, now_ms);
	if (k->flying || !(k->keys_next || k->missed || now_ms >= k->due_ms))
		return false;
	k->step = k->keys_next || (k->missed && k->jwks_uri[0]) ? STEP_KEYS : STEP_METADATA;
	k->keys_next = k->missed = false;
	k->flying = true;
	k->flight_ms = now_ms;
	k->view.fetches++;
	if (++k->attempt == 0)
		k->attempt = 1;
	out->attempt = k->attempt;
	memcpy(out->url, k->step == STEP_KEYS ? k->jwks_uri : k->conf.metadata_url, KEYS_URL_MAX);
	return true;
}

static bool host_known(const struct keys *k, const char *host)
{
	char own[KEYS_HOST_MAX];

	if (url_check(k->conf.metadata_url, true, own, sizeof(own), NULL) == OK &&
		!strcmp(own, host))
		return true;
	for (size_t i = 0; i < k->conf.n_hosts; i++)
		if (text_same_nocase(k->conf.host[i], host))
			return true;
	return false;
}

/* A metadata document in wrong hands must not send us elsewhere for keys. */
static enum err metadata_read(struct keys *k, const char *body, size_t n, struct why *why)
{
	CLEAN(json_decref) json_t *root = NULL;
	char host[KEYS_HOST_MAX];
	const char *uri, *issuer;
	struct why inner;

	if (n > JWKS_BYTES_MAX)
		return FAIL(why, E_LIMIT, "metadata of more than %d bytes", JWKS_BYTES_MAX);
	if (jose_json(body, n, &root, &inner) != OK)
		return FAIL(why, E_MALFORMED, "metadata: %s", inner.text);
	uri = json_string_value(json_object_get(root, "jwks_uri"));
	if (!uri || strlen(uri) >= KEYS_URL_MAX)
		return FAIL(why, E_MALFORMED, "metadata: no jwks_uri of at most %d bytes",
			KEYS_URL_MAX - 1);
	if (url_check(uri, k->conf.http_on_loopback, host, sizeof(host), &inner) != OK)
		return FAIL(why, E_MALFORMED, "metadata: jwks_uri: %s", inner.text);
	if (!host_known(k, host))
		return FAIL(why, E_MALFORMED,
			"metadata: jwks_uri points to %.100s, which is not a host we were told of",
			host);
	issuer = json_string_value(json_object_get(root, "issuer"));
	if (!issuer || text_copy(k->view.issuer, sizeof(k->view.issuer), issuer) != OK)
		k->view.issuer[0] = '\0';
	return text_copy(k->jwks_uri, sizeof(k->jwks_uri), uri);
}

static bool same_key(const struct jwk *a, const struct jwk *b)
{
	return !strcmp(a->kid, b->kid) && !memcmp(a->print, b->print, sizeof(a->print)) &&
	       a->algs == b->algs && !strcmp(a->issuer, b->issuer) &&
	       a->has_endorsements == b->has_endorsements &&
	       a->endorses_msteams == b->endorses_msteams;
}

static bool same_set(const struct jwks *a, const struct jwks *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!same_key(&a->item[i], &b->item[i]))
			return false;
	return true;
}

/* Any change forgets all verdicts: it is rare, and it is how a withdrawn key is obeyed. */
static enum err set_read(
	struct keys *k, uint64_t now_ms, const char *body, size_t n, struct why *why)
{
	struct jwks fresh;
	enum err e = jwks_read(body, n, &fresh, why);

	if (e != OK) {
		jwks_fini(&fresh);
		return e;
	}
	k->view.n_dropped = fresh.n_dropped;
	k->view.n_conflicting = fresh.n_conflicting;
	k->fetched_ms = now_ms;
	k->good_started_ms = k->flight_ms;
	if (same_set(&k->set, &fresh)) {
		jwks_fini(&fresh);
		return OK;
	}
	jwks_fini(&k->set);
	k->set = fresh;
	k->generation++;
	return OK;
}

enum err keys_got(struct keys *k, uint64_t now_ms, uint32_t attempt, int status, const char *body,
	size_t n, struct why *why)
{
	struct why inner = { .code = OK };
	enum err e;

	keys_age(k, now_ms);
	if (!k->flying || attempt != k->attempt)
		return FAIL(why, E_STALE, "%s keys: fetch %u is no longer under way", k->conf.name,
			attempt);
	if (status != 200)
		e = FAIL(&inner, E_REMOTE, status ? "status %d" : "no answer", status);
	else if (k->step == STEP_METADATA)
		e = metadata_read(k, body, n, &inner);
	else
		e = set_read(k, now_ms, body, n, &inner);
	if (e != OK) {
		failed(k, now_ms);
		return FAIL_EXT(why, E_REMOTE, status, "%s keys: %.200s", k->conf.name, inner.text);
	}
	k->flying = false;
	if (k->step == STEP_METADATA) {
		k->keys_next = true;
		return OK;
	}
	k->failed_in_row = 0;
	k->due_ms = now_ms + around(k, REFRESH_MS);
	return OK;
}

uint64_t keys_deadline_ms(const struct keys *k)
{
	if (k->flying)
		return k->flight_ms + KEYS_FLIGHT_MS;
	return k->keys_next || k->missed ? 0 : k->due_ms;
}

void keys_view(const struct keys *k, struct keys_view *out)
{
	*out = k->view;
	out->n_keys = k->set.n;
	out->fetched_ms = k->fetched_ms;
	out->generation = k->generation;
}
