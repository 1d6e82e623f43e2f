#include "auth/login/session.h"

#include "auth/jose/b64url.h"
#include "bot/base/rng.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

struct row {
	bool used;
	uint8_t print[SHA256_DIGEST_LENGTH]; /* of the value: looking it up tells nothing by time */
	uint64_t began_ms, seen_ms;
	struct person who;
};

struct sessions {
	struct row row[SESSIONS_MAX];
};

struct sessions *sessions_new(void)
{
	return calloc(1, sizeof(struct sessions));
}

void sessions_free(struct sessions *s)
{
	free(s);
}

static bool over(const struct row *r, uint64_t now_ms)
{
	return !r->used || now_ms >= r->began_ms + SESSION_MS ||
	       now_ms >= r->seen_ms + SESSION_IDLE_MS;
}

void session_open(
	struct sessions *s, uint64_t now_ms, const struct person *who, char out[SESSION_TEXT])
{
	struct row *r = &s->row[0];
	uint8_t chance[32];

	for (size_t i = 0; i < SESSIONS_MAX && !over(r, now_ms); i++)
		if (over(&s->row[i], now_ms) || s->row[i].seen_ms < r->seen_ms)
			r = &s->row[i];
	random_bytes(chance, sizeof(chance));
	b64url_encode(chance, sizeof(chance), out, SESSION_TEXT);
	*r = (struct row){ .used = true, .began_ms = now_ms, .seen_ms = now_ms, .who = *who };
	SHA256((const unsigned char *)out, strlen(out), r->print);
	OPENSSL_cleanse(chance, sizeof(chance));
}

static struct row *find(struct sessions *s, const char *value, size_t n)
{
	uint8_t print[SHA256_DIGEST_LENGTH];

	if (n != SESSION_TEXT - 1)
		return NULL;
	SHA256((const unsigned char *)value, n, print);
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		if (s->row[i].used && memcmp(s->row[i].print, print, sizeof(print)) == 0)
			return &s->row[i];
	return NULL;
}

bool session_of(
	struct sessions *s, uint64_t now_ms, const char *value, size_t n, struct person *out)
{
	struct row *r = find(s, value, n);

	if (!r || over(r, now_ms))
		return false;
	r->seen_ms = now_ms;
	*out = r->who;
	return true;
}

void session_close(struct sessions *s, const char *value, size_t n)
{
	struct row *r = find(s, value, n);

	if (r)
		*r = (struct row){ .used = false };
}
