/* fuzz: auth/keys auth/token */
/*
 * What strangers send auth. The first letter says where it goes: T a token as it came; S a
 * header, a line end and a payload, which are signed here with a fresh key, so that what
 * stands behind the signature is reached too; C claims; K a key set; M metadata; R the token
 * endpoint's answer; B base64url; H an Authorization value; U a URL.
 */
#include "auth/jose/b64url.h"
#include "auth/jose/jws.h"
#include "auth/jose/url.h"
#include "auth/keys/keys.h"
#include "auth/token/form.h"
#include "auth/token/token_reply.h"

#include "tests/auth/root.h"

#include <ctype.h>

#define APP "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01"
#define MUST(condition) ((condition) ? (void)0 : abort())

enum { NOW = 1700000000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static EVP_PKEY *key;
static struct keys *keys;
static struct token_profile profile;

static void set_up(void)
{
	char document[1024];
	struct text t = TEXT(document);

	key = mint_ec("P-256");
	text_add(&t, "{\"keys\":[");
	mint_jwk(&t, key, "k", "");
	text_add(&t, "]}");
	keys = root_new(1000);
	root_serve(keys, 1000, document);
	MUST(profile_call(&profile, APP, NULL) == OK);
	profile.algs = JWS_RS256 | JWS_PS256 | JWS_ES256;
	profile.token_bytes_max = JWS_BYTES_MAX;
}

/* None of these was signed with our key. */
static void token(const char *text, size_t n)
{
	struct claims c;
	struct why why = { .code = OK };
	enum err e = keys_verify(keys, &profile, 1000, NOW, text, n, &c, &why);

	MUST(e != OK && why.code == e && why.text[0]);
}

static void signed_token(const char *text, size_t n)
{
	const char *line_end = memchr(text, '\n', n);
	size_t header_n = line_end ? (size_t)(line_end - text) : n;
	const char *payload = line_end ? line_end + 1 : "";
	size_t payload_n = line_end ? n - header_n - 1 : 0;
	char *jwt = mint_token_bytes(key, MINT_ES256, text, header_n, payload, payload_n);
	struct claims c;

	if (keys_verify(keys, &profile, 1000, NOW, jwt, strlen(jwt), &c, NULL) == OK) {
		MUST(text_same_nocase(c.aud, APP) && !guid_is_none(c.tid));
		MUST(c.exp_unix_s + SKEW_S > NOW && c.nbf_unix_s <= NOW + SKEW_S);
		MUST(strlen(c.roles) < sizeof(c.roles) && strlen(c.scp) < sizeof(c.scp));
	}
	free(jwt);
}

/* Plain claims are read in place; behind a space they are jansson's, and say the same. */
static void claims_twice(const char *text, size_t n)
{
	char *with_space = malloc(n + 2), *a, *b;
	struct claims in_place, parsed;
	enum err e;

	with_space[0] = ' ';
	memcpy(with_space + 1, text, n);
	a = mint_b64((const uint8_t *)text, n);
	b = mint_b64((const uint8_t *)with_space, n + 1);
	e = claims_read(a, strlen(a), &in_place, NULL);
	if (strlen(b) < JWS_BYTES_MAX) {
		MUST(e == claims_read(b, strlen(b), &parsed, NULL));
		MUST(!memcmp(&in_place, &parsed, sizeof(parsed)));
	}
	free(a);
	free(b);
	free(with_space);
}

static void key_set(const char *text, size_t n)
{
	struct jwks set;
	enum err e = jwks_read(text, n, &set, NULL);

	for (size_t i = 0; i < set.n; i++)
		MUST(set.item[i].key && set.item[i].algs && set.item[i].kid[0]);
	MUST((e == OK) == (set.n > 0));
	jwks_fini(&set);
}

static void metadata(const char *text, size_t n)
{
	struct keys *k = root_new(0);
	struct keys_fetch f;

	MUST(keys_want(k, 0, &f));
	if (keys_got(k, 0, f.attempt, 200, text, n, NULL) == OK) {
		MUST(keys_want(k, 0, &f));
		MUST(!strncmp(f.url, "https://", 8));
	}
	keys_free(k);
}

/* Status and Retry-After are the first two lines. */
static void reply(char *text, size_t n)
{
	char *retry_after = memchr(text, '\n', n), *body = NULL;
	struct token_reply r = { .now_unix_s = NOW };
	struct token_verdict v;

	if (retry_after)
		*retry_after++ = '\0';
	if (retry_after)
		body = memchr(retry_after, '\n', n - (size_t)(retry_after - text));
	if (body)
		*body++ = '\0';
	r.status = (int)(strtol(text, NULL, 10) % 1000);
	r.retry_after = retry_after;
	r.body = body ? body : "";
	r.body_bytes = body ? n - (size_t)(body - text) : 0;
	token_reply_read(&r, n % 2 == 0, &v);
	MUST((v.class == TOKEN_GOOD) == (v.bearer != NULL));
	MUST(v.class == TOKEN_GOOD ? v.life_ms >= 60000 : v.story[0] != '\0');
	MUST(v.wait_ms <= 3600 * 1000);
	for (const char *at = v.story; *at; at++)
		MUST(isprint((unsigned char)*at));
	secret_free(v.bearer);
}

/* One text for one value: what decodes, encodes to the same. */
static void base64(const char *text, size_t n)
{
	uint8_t *bytes = malloc(B64URL_BYTES(n));
	char *back = malloc(n + 4);
	size_t used;

	if (b64url_decode(text, n, bytes, B64URL_BYTES(n), &used) == OK)
		MUST(b64url_encode(bytes, used, back, n + 4) == n && !memcmp(back, text, n));
	free(bytes);
	free(back);
}

static void header_value(const char *text)
{
	const char *at;
	size_t n;

	if (jws_bearer(text, &at, &n, NULL) == OK)
		MUST(n > 0 && n == strlen(at) && !memchr(at, ' ', n) && !memchr(at, ',', n));
}

static void url(const char *text)
{
	char host[32];

	if (url_check(text, true, host, sizeof(host), NULL) == OK)
		MUST(host[0] && strlen(host) < sizeof(host) && !strpbrk(host, "@/ ?#"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = malloc(n + 1);

	if (!key)
		set_up();
	if (n > 0) {
		memcpy(text, data + 1, n - 1);
		text[n - 1] = '\0';
	}
	switch (n ? data[0] : 0) {
	case 'T':
		token(text, n - 1);
		break;
	case 'S':
		signed_token(text, n - 1);
		break;
	case 'C':
		claims_twice(text, n - 1);
		break;
	case 'K':
		key_set(text, n - 1);
		break;
	case 'M':
		metadata(text, n - 1);
		break;
	case 'R':
		reply(text, n - 1);
		break;
	case 'B':
		base64(text, n - 1);
		break;
	case 'H':
		header_value(text);
		break;
	case 'U':
		url(text);
		break;
	}
	free(text);
	return 0;
}
