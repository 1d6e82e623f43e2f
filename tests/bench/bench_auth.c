/* bench: auth/keys */
/*
 * What a token costs: tokens of a call, first seen and shown again, beside OpenSSL alone over
 * the same texts and keys in the same run: EVP_DigestVerify, which is what one writes, and
 * EVP_PKEY_verify of a ready digest with a ready context, which is what "openssl speed" counts.
 * Rates are by processor time, rounds alternate and medians are shown, so that a busy machine
 * spoils little. bench_auth.mjs runs it beside other people's verifiers.
 */
#include "auth/jose/b64url.h"
#include "tests/auth/root.h"

#include <time.h>

#define APP "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01"

enum { TOKENS = 250, ROUNDS = 31, NOW = 1700000000, ROUND_MS = 300 * 1000, SHOWN_AGAIN = 20 };

struct sample {
	EVP_PKEY *key;
	enum mint_how how;
	const char *alg;
	char *token[TOKENS];
	uint8_t signature[TOKENS][256]; /* what EVP_DigestVerify wants: decoded, ES256 in DER */
	size_t signature_bytes[TOKENS];
	uint8_t digest[TOKENS][32];
	EVP_PKEY_CTX *ready;
};

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(double values[ROUNDS])
{
	qsort(values, ROUNDS, sizeof(values[0]), by_value);
	return values[ROUNDS / 2];
}

static size_t to_der(const uint8_t *raw, uint8_t *out)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	int n;

	ECDSA_SIG_set0(sig, BN_bin2bn(raw, 32, NULL), BN_bin2bn(raw + 32, 32, NULL));
	n = i2d_ECDSA_SIG(sig, &out);
	ECDSA_SIG_free(sig);
	return (size_t)n;
}

/* As long as the tokens Graph was seen to send: 700 bytes and a bit. */
static void sample_make(struct sample *s)
{
	char header[160], claims[600];

	snprintf(header, sizeof(header),
		"{\"alg\":\"%s\",\"kid\":\"%s\",\"x5t\":\"rewhh8PnKQp2f0F7lq2gSV8vDkI\",\"typ\":"
		"\"JWT\"}",
		s->alg, s->alg);
	for (int i = 0; i < TOKENS; i++) {
		const char *signature;
		uint8_t raw[256];
		size_t n;
		enum err e;

		snprintf(claims, sizeof(claims),
			"{\"iss\":\"https://graph.microsoft.com\",\"aud\":\"" APP
			"\",\"tid\":\"72f988bf-86f1-41af-91ab-2d7cd011db47\",\"nbf\":%d,\"exp\":%d,"
			"\"jti\":\"%032d\"}",
			NOW - 60, NOW + 3840, i);
		s->token[i] = mint_token(s->key, s->how, header, claims);
		signature = strrchr(s->token[i], '.') + 1;
		e = b64url_decode(signature, strlen(signature), raw, sizeof(raw), &n);
		assert(e == OK);
		s->signature_bytes[i] = s->how == MINT_ES256 ? to_der(raw, s->signature[i]) : n;
		if (s->how != MINT_ES256)
			memcpy(s->signature[i], raw, n);
	}
}

static void set_pss(const struct sample *s, EVP_PKEY_CTX *ctx)
{
	if (s->how != MINT_PS256)
		return;
	EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING);
	EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST);
}

static void make_ready(struct sample *s)
{
	s->ready = EVP_PKEY_CTX_new(s->key, NULL);
	EVP_PKEY_verify_init(s->ready);
	set_pss(s, s->ready);
	EVP_PKEY_CTX_set_signature_md(s->ready, EVP_sha256());
	for (int i = 0; i < TOKENS; i++)
		EVP_Digest(s->token[i], (size_t)(strrchr(s->token[i], '.') - s->token[i]),
			s->digest[i], NULL, EVP_sha256(), NULL);
}

static void raw(const struct sample *s)
{
	for (int i = 0; i < TOKENS; i++) {
		int good = EVP_PKEY_verify(
			s->ready, s->signature[i], s->signature_bytes[i], s->digest[i], 32);

		assert(good == 1);
	}
}

static void bare(const struct sample *s)
{
	for (int i = 0; i < TOKENS; i++) {
		EVP_MD_CTX *md = EVP_MD_CTX_new();
		EVP_PKEY_CTX *ctx = NULL;
		int good = EVP_DigestVerifyInit(md, &ctx, EVP_sha256(), NULL, s->key);

		set_pss(s, ctx);
		good = good == 1 ? EVP_DigestVerify(md, s->signature[i], s->signature_bytes[i],
					   (const uint8_t *)s->token[i],
					   (size_t)(strrchr(s->token[i], '.') - s->token[i]))
				 : 0;
		assert(good == 1);
		EVP_MD_CTX_free(md);
	}
}

static void ours(
	struct keys *k, const struct token_profile *p, const struct sample *s, uint64_t now)
{
	for (int i = 0; i < TOKENS; i++) {
		struct claims c;
		enum err e = keys_verify(
			k, p, now, NOW, s->token[i], strlen(s->token[i]), &c, NULL);

		assert(e == OK);
	}
}

/* Verdicts last five minutes, and so does a round's step in time: each begins with none. */
static void run(struct keys *k, const struct token_profile *p, const struct sample *s)
{
	double raw_s[ROUNDS], bare_s[ROUNDS], first_s[ROUNDS], again_s[ROUNDS], start;
	double of_raw[ROUNDS], of_bare[ROUNDS];
	struct keys_view v, before;

	keys_view(k, &before);
	for (uint64_t r = 0; r < ROUNDS; r++) {
		start = cpu_s();
		raw(s);
		raw_s[r] = cpu_s() - start;
		start = cpu_s();
		bare(s);
		bare_s[r] = cpu_s() - start;
		start = cpu_s();
		ours(k, p, s, r * ROUND_MS);
		first_s[r] = cpu_s() - start;
		of_raw[r] = raw_s[r] / first_s[r];
		of_bare[r] = bare_s[r] / first_s[r];
		start = cpu_s();
		for (int again = 0; again < SHOWN_AGAIN; again++)
			ours(k, p, s, r * ROUND_MS);
		again_s[r] = (cpu_s() - start) / SHOWN_AGAIN;
	}
	keys_view(k, &v);
	assert(v.verified - before.verified >= TOKENS * ROUNDS);
	assert(v.remembered - before.remembered >= TOKENS * ROUNDS * SHOWN_AGAIN);
	printf("%s, token of %zu bytes, a core-second: first seen %.0f = %.2f of EVP_PKEY_verify "
	       "(%.0f), %.2f of EVP_DigestVerify (%.0f); shown again %.0f\n",
		s->alg, strlen(s->token[0]), TOKENS / median(first_s), median(of_raw),
		TOKENS / median(raw_s), median(of_bare), TOKENS / median(bare_s),
		TOKENS / median(again_s));
}

int main(void)
{
	static struct sample samples[] = { { .how = MINT_RS256, .alg = "RS256" },
		{ .how = MINT_PS256, .alg = "PS256" }, { .how = MINT_ES256, .alg = "ES256" } };
	struct token_profile profile;
	char document[4096];
	struct text t = TEXT(document);
	struct keys *k = root_new(0);
	enum err e = profile_call(&profile, APP, NULL);

	assert(e == OK);
	profile.algs = JWS_RS256 | JWS_PS256 | JWS_ES256;
	text_add(&t, "{\"keys\":[");
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		samples[i].key = samples[i].how == MINT_ES256 ? mint_ec("P-256") : mint_rsa(2048);
		mint_jwk(&t, samples[i].key, samples[i].alg, "");
		text_add(&t, i + 1 < ARRAY_LEN(samples) ? "," : "]}");
	}
	root_serve(k, 0, document);
	printf("tokens verified (OpenSSL %s)\n", OpenSSL_version(OPENSSL_VERSION_STRING));
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		sample_make(&samples[i]);
		make_ready(&samples[i]);
		run(k, &profile, &samples[i]);
		for (int n = 0; n < TOKENS; n++)
			free(samples[i].token[n]);
		EVP_PKEY_CTX_free(samples[i].ready);
		EVP_PKEY_free(samples[i].key);
	}
	keys_free(k);
	return 0;
}
