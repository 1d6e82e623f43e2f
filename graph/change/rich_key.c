#include "graph/change/rich_inside.h"

#include "bot/base/clean.h"
#include "bot/base/rng.h"
#include "bot/base/text.h"

#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

enum { RSA_BITS = 2048, AT_REST = 2, HEAD = 1 + 8 + 4 };

CLEAN_FN(rich_key_free, struct rich_key *)
CLEAN_FN(X509_free, X509 *)

void rich_key_free(struct rich_key *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->pair);
	X509_free(key->certificate);
	free(key->base64);
	free(key);
}

/* Sets up what Graph is shown: base64 of the DER, and its SHA-256 for a name. */
static enum err publish(struct rich_key *key, struct why *why)
{
	unsigned char *der = NULL;
	uint8_t print[32];
	int n = i2d_X509(key->certificate, &der);

	if (n <= 0)
		return FAIL(why, E_SYSTEM, "a certificate cannot be encoded");
	key->base64 = malloc(4 * ((size_t)n + 2) / 3 + 4);
	if (key->base64)
		EVP_EncodeBlock((unsigned char *)key->base64, der, n);
	if (!key->base64 || EVP_Digest(der, (size_t)n, print, NULL, EVP_sha256(), NULL) != 1) {
		OPENSSL_free(der);
		return FAIL(why, E_SYSTEM, "no memory for a certificate");
	}
	OPENSSL_free(der);
	text_hex(key->id, sizeof(key->id), print, sizeof(print));
	return OK;
}

static bool name_it(X509 *x)
{
	X509_NAME *name = X509_get_subject_name(x);

	return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
		       (const unsigned char *)"Foyer change notifications", -1, -1, 0) == 1 &&
	       X509_set_issuer_name(x, name) == 1;
}

/* Valid from the day before, for clocks differ. */
static bool date_it(X509 *x, uint64_t now_unix_s)
{
	return ASN1_TIME_set(X509_getm_notBefore(x), (time_t)now_unix_s - 24 * 3600) &&
	       ASN1_TIME_set(X509_getm_notAfter(x), (time_t)now_unix_s + 2 * 365 * 24 * 3600);
}

static bool number_it(X509 *x)
{
	uint64_t serial;

	random_bytes(&serial, sizeof(serial));
	return ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial >> 1 | 1) == 1;
}

static X509 *certificate_make(EVP_PKEY *pair, uint64_t now_unix_s)
{
	X509 *x = X509_new();

	if (x && X509_set_version(x, X509_VERSION_3) == 1 && number_it(x) && name_it(x) &&
		date_it(x, now_unix_s) && X509_set_pubkey(x, pair) == 1 &&
		X509_sign(x, pair, EVP_sha256()) > 0)
		return x;
	X509_free(x);
	return NULL;
}

enum err rich_key_make(uint64_t now_unix_s, struct rich_key **out, struct why *why)
{
	CLEAN(rich_key_free) struct rich_key *key = calloc(1, sizeof(*key));
	enum err e;

	if (!key)
		return FAIL(why, E_SYSTEM, "no memory for a key");
	key->made_unix_s = now_unix_s;
	key->pair = EVP_RSA_gen(RSA_BITS);
	key->certificate = key->pair ? certificate_make(key->pair, now_unix_s) : NULL;
	if (!key->certificate)
		return FAIL(why, E_SYSTEM, "OpenSSL makes no RSA key with a certificate");
	e = publish(key, why);
	if (e == OK)
		*out = TAKE(key);
	return e;
}

static void put(uint8_t *p, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

static uint64_t get(const uint8_t *p, int bytes)
{
	uint64_t value = 0;

	for (int i = 0; i < bytes; i++)
		value = value << 8 | p[i];
	return value;
}

enum err rich_key_write(
	const struct rich_key *key, uint8_t out[RICH_KEY_BYTES_MAX], size_t *n, struct why *why)
{
	int pair = i2d_PrivateKey(key->pair, NULL), certificate = i2d_X509(key->certificate, NULL);
	unsigned char *p = out + HEAD;

	if (pair <= 0 || certificate <= 0 || pair + certificate + HEAD > RICH_KEY_BYTES_MAX)
		return FAIL(why, E_SYSTEM, "a key cannot be encoded");
	out[0] = AT_REST;
	put(out + 1, key->made_unix_s, 8);
	put(out + 9, (uint64_t)pair, 4);
	i2d_PrivateKey(key->pair, &p);
	i2d_X509(key->certificate, &p);
	*n = (size_t)(p - out);
	return OK;
}

enum err rich_key_read(const uint8_t *bytes, size_t n, struct rich_key **out, struct why *why)
{
	CLEAN(rich_key_free) struct rich_key *key = calloc(1, sizeof(*key));
	const unsigned char *p = bytes + HEAD;
	size_t pair_bytes;
	enum err e;

	if (!key)
		return FAIL(why, E_SYSTEM, "no memory for a key");
	if (n <= HEAD || bytes[0] != AT_REST || get(bytes + 9, 4) >= n - HEAD)
		return FAIL(why, E_MALFORMED, "not a key of change notifications");
	pair_bytes = get(bytes + 9, 4);
	key->made_unix_s = get(bytes + 1, 8);
	key->pair = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &p, (long)pair_bytes);
	p = bytes + HEAD + pair_bytes;
	key->certificate = d2i_X509(NULL, &p, (long)(n - HEAD - pair_bytes));
	if (!key->pair || !key->certificate || p != bytes + n ||
		X509_check_private_key(key->certificate, key->pair) != 1)
		return FAIL(why, E_MALFORMED, "not a key of change notifications");
	e = publish(key, why);
	if (e == OK)
		*out = TAKE(key);
	return e;
}

struct sub_key rich_key_public(const struct rich_key *key)
{
	return (struct sub_key){ key->id, key->base64 };
}

uint64_t rich_key_made_unix_s(const struct rich_key *key)
{
	return key->made_unix_s;
}
