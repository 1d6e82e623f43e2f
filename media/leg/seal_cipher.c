/*
 * The cryptography under SRTP: AES and SHA-1 are OpenSSL's, and so is GCM. What is made of them
 * here are AES-CM and HMAC, because EVP's take memory and look parameters up by name for each
 * packet: 0.77 µs of 120 bytes where this takes 0.45.
 */
#define OPENSSL_API_COMPAT 10100 /* SHA1_Update and its like: a state that is copied by value */
#include "media/leg/seal_inside.h"

#include "media/leg/wire.h"

#include <openssl/crypto.h>
#include <string.h>

enum { LABEL_KEY, LABEL_AUTH, LABEL_SALT, LABELS_RTCP, BLOCK = 16, LABEL_AT = 7, COUNT_AT = 14 };
enum { INNER_PAD = 0x36, OUTER_PAD = 0x5c, RUN = 16 }; /* blocks of key stream at once */

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

/* RFC 2104: the key fills a block, which is read once and not for each packet. */
static bool read_key(SHA_CTX *sha, const uint8_t auth[AUTH_BYTES], uint8_t pad)
{
	uint8_t block[SHA_CBLOCK];
	bool ok;

	memset(block, pad, sizeof(block));
	for (size_t i = 0; i < AUTH_BYTES; i++)
		block[i] ^= auth[i];
	ok = SHA1_Init(sha) == 1 && SHA1_Update(sha, block, sizeof(block)) == 1;
	OPENSSL_cleanse(block, sizeof(block));
	return ok;
}

static bool open_aes(struct seal_cipher *c, const uint8_t session[KEY_BYTES])
{
	const EVP_CIPHER *aes = c->gcm ? EVP_aes_128_gcm() : EVP_aes_128_ecb();

	return c->ctx && EVP_EncryptInit_ex(c->ctx, aes, NULL, session, NULL) == 1 &&
	       EVP_CIPHER_CTX_set_padding(c->ctx, 0) == 1;
}

enum err cipher_open(struct seal_cipher *c, const struct rtp_key *key, bool rtcp, struct why *why)
{
	uint8_t first = rtcp ? LABELS_RTCP : 0, session[KEY_BYTES], auth[AUTH_BYTES];
	bool ok;

	c->gcm = key->suite == RTP_AEAD_AES_128_GCM;
	c->ctx = EVP_CIPHER_CTX_new();
	ok = derive(key, first + LABEL_KEY, session, sizeof(session)) &&
	     derive(key, first + LABEL_AUTH, auth, sizeof(auth)) &&
	     derive(key, first + LABEL_SALT, c->salt, c->gcm ? GCM_IV : SALT_BYTES) &&
	     open_aes(c, session) && read_key(&c->inner, auth, INNER_PAD) &&
	     read_key(&c->outer, auth, OUTER_PAD);
	OPENSSL_cleanse(session, sizeof(session));
	OPENSSL_cleanse(auth, sizeof(auth));
	return ok ? OK : openssl_failed(why);
}

void cipher_close(struct seal_cipher *c)
{
	EVP_CIPHER_CTX_free(c->ctx);
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

/* RFC 3711 section 4.1.1: the key stream is the encrypted count of blocks. Of this packet, from
 * that block on. */
static void count_blocks(const struct seal_cipher *c, uint32_t ssrc, uint64_t index, size_t first,
	uint8_t *out, size_t n)
{
	uint8_t iv[BLOCK] = { 0 };

	memcpy(iv, c->salt, SALT_BYTES);
	xor_number(iv + 7, ssrc, 4);
	xor_number(iv + 13, index, 6);
	for (size_t i = 0; i < n; i++) {
		memcpy(out + i * BLOCK, iv, BLOCK);
		wire_put16(out + i * BLOCK + COUNT_AT, (uint16_t)(first + i));
	}
}

static bool encrypt(struct seal_cipher *c, uint8_t *stream, size_t n)
{
	int bytes;

	return EVP_EncryptUpdate(c->ctx, stream, &bytes, stream, (int)n) == 1;
}

static void add(uint8_t *at, const uint8_t *stream, size_t n)
{
	for (size_t i = 0; i < n; i++)
		at[i] ^= stream[i];
}

enum err cipher_crypt(struct seal_cipher *c, uint32_t ssrc, uint64_t index, uint8_t *at, size_t n)
{
	uint8_t stream[RUN * BLOCK];

	for (size_t done = 0, some; done < n; done += some) {
		some = n - done < sizeof(stream) ? n - done : sizeof(stream);
		count_blocks(c, ssrc, index, done / BLOCK, stream, (some + BLOCK - 1) / BLOCK);
		if (!encrypt(c, stream, (some + BLOCK - 1) / BLOCK * BLOCK))
			return E_SYSTEM;
		add(at + done, stream, some);
	}
	return OK;
}

static bool make_round(struct seal_cipher *c, struct key_ahead *a, uint32_t ssrc, uint64_t round)
{
	for (size_t i = 0; i < AHEAD_PACKETS; i++)
		count_blocks(
			c, ssrc, round * AHEAD_PACKETS + i, 0, a->stream[i], AHEAD_BYTES / BLOCK);
	a->round = round;
	a->ssrc = ssrc;
	a->is_made = encrypt(c, a->stream[0], sizeof(a->stream));
	return a->is_made;
}

/* Who came late does not turn the round back. */
enum err cipher_crypt_next(struct seal_cipher *c, struct key_ahead *a, uint32_t ssrc,
	uint64_t index, uint8_t *at, size_t n)
{
	bool is_same = a->is_made && a->ssrc == ssrc;
	uint64_t round = index / AHEAD_PACKETS;

	if (n > AHEAD_BYTES || (is_same && round < a->round))
		return cipher_crypt(c, ssrc, index, at, n);
	if ((!is_same || round > a->round) && !make_round(c, a, ssrc, round))
		return E_SYSTEM;
	add(at, a->stream[index % AHEAD_PACKETS], n);
	return OK;
}

enum err cipher_tag(const struct seal_cipher *c, const uint8_t *packet, size_t n, uint32_t more,
	uint8_t tag[SHA1_TAG])
{
	SHA_CTX inner = c->inner, outer = c->outer;
	uint8_t whole[AUTH_BYTES], tail[4];

	wire_put32(tail, more);
	if (SHA1_Update(&inner, packet, n) != 1 || SHA1_Update(&inner, tail, sizeof(tail)) != 1 ||
		SHA1_Final(whole, &inner) != 1 || SHA1_Update(&outer, whole, sizeof(whole)) != 1 ||
		SHA1_Final(whole, &outer) != 1)
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
