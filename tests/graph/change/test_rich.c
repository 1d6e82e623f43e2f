/* Content that came encrypted: sealed here as Graph's documentation says, by OpenSSL's own calls.
 */
#include "graph/change/rich.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char content[] =
	"{\"id\":\"fa8bf3dc\",\"availability\":\"Busy\",\"activity\":\"InACall\"}";

struct sealed {
	char data[4096], signature[128], key[1024];
	struct encrypted e;
};

static struct rich_key *key, *other;

static int make_keys(void **state)
{
	(void)state;
	return rich_key_make(1795372200, &key, NULL) != OK ||
	       rich_key_make(1795372200, &other, NULL) != OK;
}

static int free_keys(void **state)
{
	(void)state;
	rich_key_free(key);
	rich_key_free(other);
	return 0;
}

static X509 *certificate_of(const struct rich_key *k)
{
	const char *text = rich_key_public(k).certificate;
	uint8_t der[4096];
	const uint8_t *p = der;
	int n = EVP_DecodeBlock(der, (const uint8_t *)text, (int)strlen(text));

	assert_true(n > 0);
	return d2i_X509(NULL, &p, n);
}

static void wrap(const struct rich_key *k, const uint8_t *secret, size_t n, char *out)
{
	X509 *x = certificate_of(k);
	EVP_PKEY *pair = X509_get_pubkey(x);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pair, NULL);
	uint8_t wrapped[512];
	size_t bytes = sizeof(wrapped);

	assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING), 1);
	assert_int_equal(EVP_PKEY_encrypt(ctx, wrapped, &bytes, secret, n), 1);
	EVP_EncodeBlock((uint8_t *)out, wrapped, (int)bytes);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(pair);
	X509_free(x);
}

static void seal_bytes(const struct rich_key *k, struct sealed *s, const char *text, size_t n)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t secret[32], data[2048], mac[32];
	int head, tail;

	for (size_t i = 0; i < sizeof(secret); i++)
		secret[i] = (uint8_t)(i * 7 + 1);
	EVP_EncryptInit_ex(ctx, EVP_aes_256_cbc(), NULL, secret, secret);
	EVP_EncryptUpdate(ctx, data, &head, (const uint8_t *)text, (int)n);
	EVP_EncryptFinal_ex(ctx, data + head, &tail);
	EVP_CIPHER_CTX_free(ctx);
	HMAC(EVP_sha256(), secret, 32, data, (size_t)(head + tail), mac, NULL);
	EVP_EncodeBlock((uint8_t *)s->data, data, head + tail);
	EVP_EncodeBlock((uint8_t *)s->signature, mac, 32);
	wrap(k, secret, 32, s->key);
	s->e = (struct encrypted){ s->data, s->signature, s->key, rich_key_public(k).id, "AB" };
}

static void seal(const struct rich_key *k, struct sealed *s)
{
	seal_bytes(k, s, content, strlen(content));
}

static enum err open_it(const struct encrypted *e, char **out)
{
	const struct rich_key *const keys[] = { NULL, other, key };
	struct why why;
	size_t n = 0;
	enum err got = rich_open(keys, 3, e, out, &n, &why);

	assert_true(got != OK || n == strlen(*out));
	assert_true(got == OK || !*out);
	return got;
}

static void what_graph_seals_is_opened(void **state)
{
	struct sealed s;
	char *out, text[128];

	(void)state;
	seal(key, &s);
	assert_int_equal(open_it(&s.e, &out), OK);
	assert_string_equal(out, content);
	free(out);
	seal(other, &s);
	assert_int_equal(open_it(&s.e, &out), OK);
	free(out);
	memset(text, 'x', sizeof(text));
	for (size_t n = 0; n < 50; n++) { /* every padding */
		seal_bytes(key, &s, text, n);
		assert_int_equal(open_it(&s.e, &out), OK);
		assert_int_equal(strlen(out), n);
		free(out);
	}
}

/* One character of base64 becomes another. */
static void spoil(char *text, size_t at)
{
	text[at] = text[at] == 'A' ? 'B' : 'A';
}

static void whatever_is_spoilt_is_refused(void **state)
{
	struct sealed s;
	char *out;

	(void)state;
	for (size_t i = 0; i < 86; i++) { /* each byte of data, signature and key */
		seal(key, &s);
		spoil(s.data, i % (strlen(s.data) - 3));
		assert_int_equal(open_it(&s.e, &out), E_DENIED);
		seal(key, &s);
		spoil(s.signature, i % 42);
		assert_int_equal(open_it(&s.e, &out), E_DENIED);
		seal(key, &s);
		spoil(s.key, i);
		assert_int_equal(open_it(&s.e, &out), E_DENIED);
	}
	seal(key, &s);
	s.e.certificate_id = rich_key_public(other).id;
	assert_int_equal(open_it(&s.e, &out), E_DENIED);
	s.e.certificate_id = "nobody's";
	assert_int_equal(open_it(&s.e, &out), E_ABSENT);
}

static void base64_is_read_strictly(void **state)
{
	static const char *const rows[] = { "A", "AA", "AAA", "AAAA=", "A===", "AA=A", "AAA\n",
		"AA-_", "AB==", "AAB=", "====", " AAA" };
	struct sealed s;
	char *out;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct encrypted base = (seal(key, &s), s.e);
		struct encrypted e = base;

		e.data = rows[i];
		if (open_it(&e, &out) != E_MALFORMED)
			fail_msg("data \"%s\"", rows[i]);
		e = base;
		e.key = rows[i];
		if (open_it(&e, &out) != E_MALFORMED)
			fail_msg("key \"%s\"", rows[i]);
		e = base;
		e.signature = rows[i];
		if (open_it(&e, &out) != E_MALFORMED)
			fail_msg("signature \"%s\"", rows[i]);
	}
}

/* A key of another length, correctly wrapped, and more than there is room for. */
static void odd_sizes_are_refused(void **state)
{
	const uint8_t secret[33] = { 1 };
	char *out, *big = malloc(RICH_CONTENT_MAX * 2);
	struct sealed s;

	(void)state;
	seal(key, &s);
	wrap(key, secret, 16, s.key);
	assert_int_equal(open_it(&s.e, &out), E_DENIED);
	wrap(key, secret, 33, s.key);
	assert_int_equal(open_it(&s.e, &out), E_DENIED);
	seal(key, &s);
	memset(big, 'A', RICH_CONTENT_MAX * 2 - 1);
	big[RICH_CONTENT_MAX * 2 - 1] = '\0';
	s.e.data = big;
	assert_int_equal(open_it(&s.e, &out), E_LIMIT);
	free(big);
}

static void a_key_survives_the_store(void **state)
{
	uint8_t bytes[RICH_KEY_BYTES_MAX];
	struct rich_key *back = NULL;
	struct sealed s;
	char *out;
	size_t n, got;

	(void)state;
	assert_int_equal(rich_key_write(key, bytes, &n, NULL), OK);
	for (size_t cut = 0; cut < n; cut += 37)
		assert_int_equal(rich_key_read(bytes, cut, &back, NULL), E_MALFORMED);
	assert_int_equal(rich_key_read(bytes, n, &back, NULL), OK);
	assert_string_equal(rich_key_public(back).id, rich_key_public(key).id);
	assert_int_equal(rich_key_made_unix_s(back), 1795372200);
	seal(key, &s);
	assert_int_equal(
		rich_open((const struct rich_key *const[]){ back }, 1, &s.e, &out, &got, NULL), OK);
	free(out);
	rich_key_free(back);
}

static void the_certificate_is_what_graph_wants(void **state)
{
	X509 *x = certificate_of(key);
	EVP_PKEY *pair = X509_get0_pubkey(x);

	(void)state;
	assert_int_equal(EVP_PKEY_get_bits(pair), 2048);
	assert_int_equal(X509_verify(x, pair), 1); /* self-signed */
	assert_true(X509_cmp_time(X509_get0_notBefore(x), &(time_t){ 1795372200 }) < 0);
	assert_true(X509_cmp_time(X509_get0_notAfter(x),
			    &(time_t){ 1795372200 + RICH_KEY_AGE_S * 2 }) > 0);
	X509_free(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_graph_seals_is_opened),
		cmocka_unit_test(whatever_is_spoilt_is_refused),
		cmocka_unit_test(base64_is_read_strictly),
		cmocka_unit_test(odd_sizes_are_refused),
		cmocka_unit_test(a_key_survives_the_store),
		cmocka_unit_test(the_certificate_is_what_graph_wants),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
