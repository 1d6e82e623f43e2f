/* The cryptography under SRTP, all of it OpenSSL's. */
#include "media/leg/seal_inside.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <string.h>

enum { LABEL_KEY, LABEL_AUTH, LABEL_SALT, LABELS_RTCP, BLOCK = 16, LABEL_AT = 7 };

static enum err openssl_failed(struct why *why)
{
	return FAIL(why, E_SYSTEM, "OpenSSL refused AES or HMAC-SHA1");
}

/* RFC 3711 section 4.3.1, with a key derivation rate of 0: AES-CM over nothing, the label in the
 * salt. */
static bool derive(const struct rtp_key *key, uint8_t label, uint8_t *out, size_t n)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	size_t salt = key->suite == RTP_AEAD_AES_128_GCM ? GCM_IV : SALT_BYTES;
	uint8_t iv[BLOCK] = { 0 };
	int bytes;
	bool ok;

	memcpy(iv, key->master + KEY_BYTES, salt);
	iv[LABEL_AT] ^= label;
	memset(out, 0, n);
	ok = ctx && EVP_EncryptInit_ex(ctx, EVP_aes_128_ctr(), NULL, key->master, iv) == 1 &&
	     EVP_EncryptUpdate(ctx, out, &bytes, out, (int)n) == 1;
	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

static bool open_mac(struct seal_cipher *c, const uint8_t auth[AUTH_BYTES])
{
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	char sha1[] = "SHA1";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha1, 0),
		OSSL_PARAM_construct_end(),
	};

	c->mac = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
	EVP_MAC_free(hmac);
	return c->mac && EVP_MAC_init(c->mac, auth, AUTH_BYTES, params) == 1;
}

enum err cipher_open(struct seal_cipher *c, const struct rtp_key *key, bool rtcp, struct why *why)
{
	uint8_t first = rtcp ? LABELS_RTCP : 0, session[KEY_BYTES], auth[AUTH_BYTES];
	bool ok;

	c->gcm = key->suite == RTP_AEAD_AES_128_GCM;
	c->ctx = EVP_CIPHER_CTX_new();
	ok = c->ctx && derive(key, first + LABEL_KEY, session, sizeof(session)) &&
	     derive(key, first + LABEL_AUTH, auth, sizeof(auth)) &&
	     derive(key, first + LABEL_SALT, c->salt, c->gcm ? GCM_IV : SALT_BYTES) &&
	     EVP_EncryptInit_ex(c->ctx, c->gcm ? EVP_aes_128_gcm() : EVP_aes_128_ctr(), NULL,
		     session, NULL) == 1 &&
	     (c->gcm || open_mac(c, auth));
	OPENSSL_cleanse(session, sizeof(session));
	OPENSSL_cleanse(auth, sizeof(auth));
	return ok ? OK : openssl_failed(why);
}

void cipher_close(struct seal_cipher *c)
{
	EVP_CIPHER_CTX_free(c->ctx);
	EVP_MAC_CTX_free(c->mac);
	OPENSSL_cleanse(c, sizeof(*c));
}

size_t cipher_tag_bytes(const struct seal_cipher *c)
{
	return c->gcm ? GCM_TAG : SHA1_TAG;
}

static void xor_number(uint8_t *last, uint64_t number, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++, number >>= 8)
		*last-- ^= (uint8_t)number;
}

enum err cipher_crypt(struct seal_cipher *c, uint32_t ssrc, uint64_t index, uint8_t *at, size_t n)
{
	uint8_t iv[BLOCK] = { 0 };
	int bytes;

	memcpy(iv, c->salt, SALT_BYTES);
	xor_number(iv + 7, ssrc, 4);
	xor_number(iv + 13, index, 6);
	if (EVP_EncryptInit_ex(c->ctx, NULL, NULL, NULL, iv) != 1 ||
		(n && EVP_EncryptUpdate(c->ctx, at, &bytes, at, (int)n) != 1))
		return E_SYSTEM;
	return OK;
}

enum err cipher_tag(struct seal_cipher *c, const uint8_t *packet, size_t n, uint32_t more,
	uint8_t tag[SHA1_TAG])
{
	uint8_t whole[AUTH_BYTES], tail[4] = { (uint8_t)(more >> 24), (uint8_t)(more >> 16),
		(uint8_t)(more >> 8), (uint8_t)more };
	size_t bytes;

	if (EVP_MAC_init(c->mac, NULL, 0, NULL) != 1 || EVP_MAC_update(c->mac, packet, n) != 1 ||
		EVP_MAC_update(c->mac, tail, sizeof(tail)) != 1 ||
		EVP_MAC_final(c->mac, whole, &bytes, sizeof(whole)) != 1)
		return E_SYSTEM;
	memcpy(tag, whole, SHA1_TAG);
	return OK;
}

/* RFC 7714 sections 8.1 and 9.1. */
static void gcm_iv(const struct seal_cipher *c, uint32_t ssrc, uint64_t index, uint8_t iv[GCM_IV])
{
	memcpy(iv, c->salt, GCM_IV);
	xor_number(iv + 5, ssrc, 4);
	xor_number(iv + 11, index, 6);
}

static bool gcm(
	struct seal_cipher *c, uint32_t ssrc, uint64_t index, const struct gcm_text *t, int encrypt)
{
	uint8_t iv[GCM_IV], rest[BLOCK];
	bool ok;
	int n;

	gcm_iv(c, ssrc, index, iv);
	ok = EVP_CipherInit_ex(c->ctx, NULL, NULL, NULL, iv, encrypt) == 1;
	for (int i = 0; i < 2; i++)
		ok = ok && (!t->aad_bytes[i] || EVP_CipherUpdate(c->ctx, NULL, &n, t->aad[i],
							(int)t->aad_bytes[i]) == 1);
	ok = ok && (!t->n || EVP_CipherUpdate(c->ctx, t->at, &n, t->at, (int)t->n) == 1);
	if (ok && !encrypt)
		ok = EVP_CIPHER_CTX_ctrl(c->ctx, EVP_CTRL_GCM_SET_TAG, GCM_TAG, t->tag) == 1;
	return ok && EVP_CipherFinal_ex(c->ctx, rest, &n) == 1;
}

enum err cipher_seal(struct seal_cipher *c, uint32_t ssrc, uint64_t index, const struct gcm_text *t)
{
	if (!gcm(c, ssrc, index, t, 1) ||
		EVP_CIPHER_CTX_ctrl(c->ctx, EVP_CTRL_GCM_GET_TAG, GCM_TAG, t->tag) != 1)
		return E_SYSTEM;
	return OK;
}

enum err cipher_open_sealed(
	struct seal_cipher *c, uint32_t ssrc, uint64_t index, const struct gcm_text *t)
{
	return gcm(c, ssrc, index, t, 0) ? OK : E_DENIED;
}
