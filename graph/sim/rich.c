#include "graph/sim/rich.h"

#include "bot/base/clean.h"
#include "bot/base/rng.h"
#include "bot/base/text.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 32, CERTIFICATE_MAX = 8192, RSA_MAX = 512 };

CLEAN_FN(X509_free, X509 *)
CLEAN_FN(EVP_PKEY_free, EVP_PKEY *)
CLEAN_FN(EVP_PKEY_CTX_free, EVP_PKEY_CTX *)
CLEAN_FN(EVP_CIPHER_CTX_free, EVP_CIPHER_CTX *)

static X509 *certificate_of(const char *base64)
{
	uint8_t der[CERTIFICATE_MAX];
	const uint8_t *at = der;
	size_t n = strlen(base64);
	int got;

	if (n == 0 || n > CERTIFICATE_MAX || n % 4 != 0)
		return NULL;
	got = EVP_DecodeBlock(der, (const uint8_t *)base64, (int)n);
	return got < 0 ? NULL : d2i_X509(NULL, &at, got);
}

static EVP_PKEY *key_of(X509 *certificate)
{
	CLEAN(EVP_PKEY_free) EVP_PKEY *key = certificate ? X509_get_pubkey(certificate) : NULL;

	if (!key || EVP_PKEY_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_bits(key) < 2048 ||
		EVP_PKEY_bits(key) > 4096)
		return NULL;
	return TAKE(key);
}

bool rich_certificate_good(const char *base64)
{
	CLEAN(X509_free) X509 *certificate = certificate_of(base64);
	CLEAN(EVP_PKEY_free) EVP_PKEY *key = key_of(certificate);

	return key != NULL;
}

static json_t *base64(const uint8_t *bytes, size_t n)
{
	CLEAN(free) char *text = malloc(4 * ((n + 2) / 3) + 1);

	if (!text)
		return NULL;
	EVP_EncodeBlock((uint8_t *)text, bytes, (int)n);
	return json_string(text);
}

static json_t *key_wrap(EVP_PKEY *to, const uint8_t key[KEY_BYTES])
{
	CLEAN(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(to, NULL);
	uint8_t out[RSA_MAX];
	size_t n = sizeof(out);

	/* The padding's default digests are the SHA-1 that is meant. */
	if (!ctx || EVP_PKEY_encrypt_init(ctx) != 1 ||
		EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) != 1 ||
		EVP_PKEY_encrypt(ctx, out, &n, key, KEY_BYTES) != 1)
		return NULL;
	return base64(out, n);
}

static json_t *seal(const char *text, const uint8_t key[KEY_BYTES], json_t **signature)
{
	CLEAN(EVP_CIPHER_CTX_free) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	size_t n = strlen(text);
	CLEAN(free) uint8_t *out = malloc(n + KEY_BYTES);
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned mac_bytes = 0;
	int first = 0, last = 0;

	if (!ctx || !out || EVP_EncryptInit_ex(ctx, EVP_aes_256_cbc(), NULL, key, key) != 1 ||
		EVP_EncryptUpdate(ctx, out, &first, (const uint8_t *)text, (int)n) != 1 ||
		EVP_EncryptFinal_ex(ctx, out + first, &last) != 1 ||
		!HMAC(EVP_sha256(), key, KEY_BYTES, out, (size_t)(first + last), mac, &mac_bytes))
		return NULL;
	*signature = base64(mac, mac_bytes);
	return base64(out, (size_t)(first + last));
}

json_t *rich_encrypt(const json_t *content, const char *certificate_text, const char *id)
{
	CLEAN(X509_free) X509 *certificate = certificate_of(certificate_text);
	CLEAN(EVP_PKEY_free) EVP_PKEY *to = key_of(certificate);
	CLEAN(free) char *text = json_dumps(content, JSON_COMPACT);
	uint8_t key[KEY_BYTES], digest[EVP_MAX_MD_SIZE];
	char thumbprint[2 * EVP_MAX_MD_SIZE + 1];
	json_t *data, *signature = NULL;
	unsigned n = 0;

	if (!to || !text || X509_digest(certificate, EVP_sha1(), digest, &n) != 1)
		return NULL;
	random_bytes(key, sizeof(key));
	text_hex(thumbprint, sizeof(thumbprint), digest, n);
	data = seal(text, key, &signature);
	return json_pack("{so, so, so, ss, ss}", "data", data, "dataSignature", signature,
		"dataKey", key_wrap(to, key), "encryptionCertificateId", id,
		"encryptionCertificateThumbprint", thumbprint);
}
