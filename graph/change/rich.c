#include "graph/change/rich_inside.h"

#include "bot/base/clean.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 32, IV_BYTES = 16, WRAPPED_MAX = 512, BLOCK = 16 };

CLEAN_FN(EVP_PKEY_CTX_free, EVP_PKEY_CTX *)
CLEAN_FN(EVP_CIPHER_CTX_free, EVP_CIPHER_CTX *)

static int sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 4648 section 4, strictly: whole groups, padding where it belongs, no bits left over. out has
 * room for 3 bytes a group. */
static bool base64_read(const char *text, uint8_t *out, size_t *bytes)
{
	size_t n = strlen(text), pad = 0;

	*bytes = 0;
	if (n == 0 || n % 4)
		return false;
	pad = text[n - 1] == '=' ? 1u + (text[n - 2] == '=') : 0;
	for (size_t i = 0; i < n; i += 4) {
		size_t here = i + 4 == n ? 4 - pad : 4;
		uint32_t bits = 0;

		for (size_t k = 0; k < 4; k++) {
			int six = k < here ? sextet(text[i + k]) : 0;

			if (six < 0)
				return false;
			bits = bits << 6 | (uint32_t)six;
		}
		if (here < 4 && bits & ((1u << 8 * (4 - here)) - 1))
			return false;
		for (size_t k = 0; k + 1 < here; k++)
			out[(*bytes)++] = (uint8_t)(bits >> (16 - 8 * k));
	}
	return true;
}

/* The symmetric key of one item. E_DENIED: not for this pair. */
static enum err rich_unwrap(
	EVP_PKEY *pair, const uint8_t *wrapped, size_t n, uint8_t out[32], struct why *why)
{
	CLEAN(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pair, NULL);
	uint8_t room[WRAPPED_MAX];
	size_t got = sizeof(room);
	bool is = ctx && EVP_PKEY_decrypt_init(ctx) == 1 &&
		  EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
		  EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha1()) == 1 &&
		  EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha1()) == 1 &&
		  EVP_PKEY_decrypt(ctx, room, &got, wrapped, n) == 1 && got == KEY_BYTES;

	if (is)
		memcpy(out, room, KEY_BYTES);
	OPENSSL_cleanse(room, sizeof(room));
	return is ? OK : FAIL(why, E_DENIED, "encrypted content: its key is not for us");
}

static enum err signature_check(const uint8_t key[KEY_BYTES], const uint8_t *data, size_t n,
	const char *signature, struct why *why)
{
	uint8_t given[192], mac[EVP_MAX_MD_SIZE];
	unsigned mac_bytes = 0;
	size_t given_bytes;

	if (strlen(signature) > 4 * sizeof(given) / 3 ||
		!base64_read(signature, given, &given_bytes))
		return FAIL(why, E_MALFORMED, "encrypted content: dataSignature is not base64");
	if (!HMAC(EVP_sha256(), key, KEY_BYTES, data, n, mac, &mac_bytes) ||
		given_bytes != mac_bytes || CRYPTO_memcmp(given, mac, mac_bytes) != 0)
		return FAIL(why, E_DENIED, "encrypted content: its signature does not fit");
	return OK;
}

/* out has room for n bytes and a NUL. */
static enum err decrypt(const uint8_t key[KEY_BYTES], const uint8_t *data, size_t n, char *out,
	size_t *out_bytes, struct why *why)
{
	CLEAN(EVP_CIPHER_CTX_free) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int head = 0, tail = 0;

	if (!ctx || n % BLOCK || EVP_DecryptInit_ex(ctx, EVP_aes_256_cbc(), NULL, key, key) != 1 ||
		EVP_DecryptUpdate(ctx, (uint8_t *)out, &head, data, (int)n) != 1 ||
		EVP_DecryptFinal_ex(ctx, (uint8_t *)out + head, &tail) != 1)
		return FAIL(why, E_DENIED, "encrypted content: it cannot be decrypted");
	*out_bytes = (size_t)(head + tail);
	out[*out_bytes] = '\0';
	return OK;
}

static enum err open_with(const struct rich_key *key, const struct encrypted *in,
	const uint8_t *data, size_t n, char *out, size_t *out_bytes, struct why *why)
{
	uint8_t wrapped[WRAPPED_MAX + 3], secret[KEY_BYTES];
	size_t wrapped_bytes;
	enum err e;

	if (strlen(in->key) > 4 * (WRAPPED_MAX / 3 + 1) ||
		!base64_read(in->key, wrapped, &wrapped_bytes))
		return FAIL(why, E_MALFORMED, "encrypted content: dataKey is not base64");
	e = rich_unwrap(key->pair, wrapped, wrapped_bytes, secret, why);
	if (e == OK)
		e = signature_check(secret, data, n, in->signature, why);
	if (e == OK)
		e = decrypt(secret, data, n, out, out_bytes, why);
	OPENSSL_cleanse(secret, sizeof(secret));
	return e;
}

static const struct rich_key *named(
	const struct rich_key *const key[], size_t n, const char *certificate_id)
{
	for (size_t i = 0; i < n; i++)
		if (key[i] && strcmp(key[i]->id, certificate_id) == 0)
			return key[i];
	return NULL;
}

enum err rich_open(const struct rich_key *const key[], size_t n, const struct encrypted *in,
	char **out, size_t *out_bytes, struct why *why)
{
	const struct rich_key *mine = named(key, n, in->certificate_id);
	CLEAN(free) uint8_t *data = NULL;
	CLEAN(free) char *content = NULL;
	size_t room = strlen(in->data) / 4 * 3 + 4, data_bytes;
	enum err e;

	*out = NULL;
	if (!mine)
		return FAIL(why, E_ABSENT, "encrypted content: it is for a certificate not known");
	if (room > RICH_CONTENT_MAX)
		return FAIL(
			why, E_LIMIT, "encrypted content: more than %d bytes", RICH_CONTENT_MAX);
	data = malloc(room);
	content = malloc(room + BLOCK);
	if (!data || !content)
		return FAIL(why, E_SYSTEM, "no memory for encrypted content");
	if (!base64_read(in->data, data, &data_bytes))
		return FAIL(why, E_MALFORMED, "encrypted content: data is not base64");
	e = open_with(mine, in, data, data_bytes, content, out_bytes, why);
	if (e == OK)
		*out = TAKE(content);
	return e;
}
