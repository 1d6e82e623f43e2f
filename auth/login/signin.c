#include "auth/login/signin.h"

#include "auth/jose/b64url.h"
#include "bot/base/rng.h"
#include "bot/base/text.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANCE_BYTES = 32 };

struct row {
	bool used;
	uint64_t until_ms;
	char state[SIGNIN_TEXT], browser[SIGNIN_TEXT];
	struct signin_back back;
};

struct signins {
	struct row row[SIGNINS_MAX];
};

struct signins *signins_new(void)
{
	return calloc(1, sizeof(struct signins));
}

void signins_free(struct signins *s)
{
	if (s)
		OPENSSL_cleanse(s, sizeof(*s));
	free(s);
}

static void chance(char out[SIGNIN_TEXT])
{
	uint8_t bytes[CHANCE_BYTES];

	random_bytes(bytes, sizeof(bytes));
	b64url_encode(bytes, sizeof(bytes), out, SIGNIN_TEXT);
	OPENSSL_cleanse(bytes, sizeof(bytes));
}

/* A path of ours and nothing else: "//host" and "/\host" lead elsewhere. */
static bool is_path(const char *back)
{
	return back && back[0] == '/' && back[1] != '/' && back[1] != '\\' &&
	       strlen(back) < SIGNIN_BACK_MAX && !strpbrk(back, "\r\n\t \\");
}

static struct row *room(struct signins *s, uint64_t now_ms)
{
	struct row *oldest = &s->row[0];

	for (size_t i = 0; i < SIGNINS_MAX; i++) {
		if (!s->row[i].used || now_ms >= s->row[i].until_ms)
			return &s->row[i];
		if (s->row[i].until_ms < oldest->until_ms)
			oldest = &s->row[i];
	}
	return oldest;
}

/* Percent-encoded, all but RFC 3986's unreserved. */
static void add_parameter(struct text *t, const char *name, const char *value)
{
	text_add(t, "&%s=", name);
	for (; *value; value++) {
		bool plain = (*value >= 'a' && *value <= 'z') || (*value >= 'A' && *value <= 'Z') ||
			     (*value >= '0' && *value <= '9') || strchr("-._~", *value);

		text_add(t, plain ? "%c" : "%%%02X", (unsigned char)*value);
	}
}

static void challenge_of(const char *verifier, char out[SIGNIN_TEXT])
{
	uint8_t print[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)verifier, strlen(verifier), print);
	b64url_encode(print, sizeof(print), out, SIGNIN_TEXT);
}

void signin_scope(const char *client_id, char out[160])
{
	snprintf(out, 160, "openid profile %s/access_as_user", client_id);
}

static bool print_url(const struct signin_ask *ask, const struct row *r, char *out, size_t size)
{
	struct text t = text_of(out, size);
	char challenge[SIGNIN_TEXT], scope[160];

	challenge_of(r->back.verifier, challenge);
	signin_scope(ask->client_id, scope);
	text_add(&t, "%s/%s/oauth2/v2.0/authorize?response_type=code", ask->authority, ask->tenant);
	add_parameter(&t, "response_mode", "query");
	add_parameter(&t, "client_id", ask->client_id);
	add_parameter(&t, "redirect_uri", ask->redirect_uri);
	add_parameter(&t, "scope", scope);
	add_parameter(&t, "state", r->state);
	add_parameter(&t, "nonce", r->back.nonce);
	add_parameter(&t, "code_challenge", challenge);
	add_parameter(&t, "code_challenge_method", "S256");
	return !t.cut;
}

enum err signin_begin(struct signins *s, uint64_t now_ms, const struct signin_ask *ask,
	struct signin_away *out, struct why *why)
{
	struct row *r = room(s, now_ms);

	*r = (struct row){ .used = true, .until_ms = now_ms + SIGNIN_MS };
	chance(r->state);
	chance(r->browser);
	chance(r->back.verifier);
	chance(r->back.nonce);
	r->back.realm = ask->realm;
	snprintf(r->back.back, sizeof(r->back.back), "%s", is_path(ask->back) ? ask->back : "/");
	snprintf(out->browser, sizeof(out->browser), "%s", r->browser);
	if (print_url(ask, r, out->url, sizeof(out->url)))
		return OK;
	r->used = false;
	return FAIL(why, E_LIMIT, "the address of the sign-in page is too long");
}

static bool same(const char *a, const char *b)
{
	return strlen(a) == strlen(b) && CRYPTO_memcmp(a, b, strlen(b)) == 0;
}

enum err signin_return(struct signins *s, uint64_t now_ms, const char *state, const char *browser,
	struct signin_back *out, struct why *why)
{
	for (size_t i = 0; state && browser && i < SIGNINS_MAX; i++) {
		struct row *r = &s->row[i];

		if (!r->used || !same(state, r->state))
			continue;
		/* Good once, also for who comes with another's state. */
		r->used = false;
		if (now_ms >= r->until_ms)
			return FAIL(why, E_DENIED, "this sign-in took longer than ten minutes");
		if (!same(browser, r->browser))
			return FAIL(why, E_DENIED, "this sign-in began in another browser");
		*out = r->back;
		return OK;
	}
	return FAIL(why, E_DENIED, "no such sign-in is under way");
}

void signin_id_profile(const struct token_profile *people, struct token_profile *out)
{
	*out = *people;
	snprintf(out->name, sizeof(out->name), "id");
	out->scope[0] = '\0';
	out->n_clients = 0;
}
