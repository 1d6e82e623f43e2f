#include "media/leg/seal.h"

#include "bot/base/clean.h"
#include "media/leg/rtp.h"
#include "media/leg/seal_inside.h"
#include "media/leg/wire.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WINDOW = 128, SEQ_HALF = 0x8000, CACHE_LINE = 64 };
#define RTCP_ENCRYPTED 0x80000000u

/* Indices of one SSRC: the highest that was taken, and which of the 128 up to it were. */
struct window {
	uint64_t high;
	unsigned __int128 seen; /* bit 0: high itself */
	bool any;
};

struct stream {
	uint32_t ssrc;
	bool used;
	struct window rtp, rtcp;
};

struct rtp_seal {
	struct seal_cipher rtp;
	struct stream stream[RTP_STREAMS_MAX];
	struct key_ahead ahead;
	struct seal_cipher rtcp;
};

enum err rtp_seal_new(const struct rtp_key *key, struct rtp_seal **out, struct why *why)
{
	struct rtp_seal *s = calloc(1, sizeof(*s));
	enum err e;

	*out = NULL;
	if (!s)
		return FAIL(why, E_SYSTEM, "no memory for SRTP");
	e = cipher_open(&s->rtp, key, false, why);
	if (e == OK)
		e = cipher_open(&s->rtcp, key, true, why);
	if (e == OK)
		*out = s;
	else
		rtp_seal_free(s);
	return e;
}

void rtp_seal_free(struct rtp_seal *s)
{
	if (!s)
		return;
	cipher_close(&s->rtp);
	cipher_close(&s->rtcp);
	OPENSSL_cleanse(&s->ahead, sizeof(s->ahead));
	free(s);
}

static void fetch(const void *from, size_t bytes)
{
	for (size_t at = 0; at < bytes; at += CACHE_LINE)
		__builtin_prefetch((const char *)from + at);
}

void rtp_seal_fetch(const struct rtp_seal *s, uint16_t seq)
{
	if (!s)
		return;
	fetch(s, offsetof(struct rtp_seal, stream[1]));
	fetch(&s->ahead, offsetof(struct key_ahead, stream));
	fetch(s->ahead.stream[seq % AHEAD_PACKETS], AHEAD_BYTES);
}

/* NULL: a fifth one. Not remembered before the packet is known to be genuine. */
static struct stream *stream_of(struct rtp_seal *s, uint32_t ssrc)
{
	for (int i = 0; i < RTP_STREAMS_MAX; i++)
		if (!s->stream[i].used || s->stream[i].ssrc == ssrc)
			return &s->stream[i];
	return NULL;
}

/* RFC 3711 appendix A: the rollover count that brings seq nearest to the highest so far. */
static uint64_t index_of(const struct window *w, uint16_t seq)
{
	uint64_t roc = w->high >> 16;
	uint16_t last = (uint16_t)w->high;

	if (!w->any)
		return seq;
	if (last < SEQ_HALF)
		roc -= seq - last > SEQ_HALF && roc > 0;
	else
		roc += last - SEQ_HALF > seq;
	return roc << 16 | seq;
}

static bool is_fresh(const struct window *w, uint64_t index)
{
	if (!w->any || index > w->high)
		return true;
	return w->high - index < WINDOW && !(w->seen >> (w->high - index) & 1);
}

static void take(struct stream *t, struct window *w, uint32_t ssrc, uint64_t index)
{
	if (!w->any || index > w->high) {
		uint64_t by = w->any ? index - w->high : WINDOW;

		w->seen = by >= WINDOW ? 1 : w->seen << by | 1;
		w->high = index;
		w->any = true;
	} else if (w->high - index < WINDOW) {
		w->seen |= (unsigned __int128)1 << (w->high - index);
	}
	t->ssrc = ssrc;
	t->used = true;
}

/* Where the payload begins. 0: not RTP. */
static size_t header_of(const uint8_t *packet, size_t bytes)
{
	size_t n = RTP_HEADER_BYTES;

	if (bytes < n || packet[0] >> 6 != 2)
		return 0;
	n += 4 * (size_t)(packet[0] & 15);
	if (packet[0] & 0x10) {
		if (bytes < n + 4)
			return 0;
		n += 4 + 4 * (size_t)(packet[n + 2] << 8 | packet[n + 3]);
	}
	return n <= bytes ? n : 0;
}

static struct gcm_text rtp_text(uint8_t *packet, size_t header, size_t bytes)
{
	return (struct gcm_text){ .aad = { packet },
		.aad_bytes = { header },
		.at = packet + header,
		.n = bytes - header,
		.tag = packet + bytes };
}

enum err rtp_protect(struct rtp_seal *s, uint8_t *packet, size_t *bytes)
{
	size_t header = header_of(packet, *bytes);
	uint32_t ssrc = header ? wire_get32(packet + 8) : 0;
	struct stream *t = stream_of(s, ssrc);
	uint64_t index;
	enum err e;

	if (!header)
		return E_MALFORMED;
	if (!t)
		return E_LIMIT;
	index = index_of(&t->rtp, wire_get16(packet + 2));
	if (s->rtp.gcm) {
		struct gcm_text text = rtp_text(packet, header, *bytes);

		e = cipher_seal(&s->rtp, ssrc, index, &text);
	} else {
		e = cipher_crypt_next(
			&s->rtp, &s->ahead, ssrc, index, packet + header, *bytes - header);
		if (e == OK)
			e = cipher_tag(
				&s->rtp, packet, *bytes, (uint32_t)(index >> 16), packet + *bytes);
	}
	if (e != OK)
		return e;
	take(t, &t->rtp, ssrc, index);
	*bytes += cipher_tag_bytes(&s->rtp);
	return OK;
}

static enum err rtp_open(
	struct rtp_seal *s, uint32_t ssrc, uint64_t index, uint8_t *packet, size_t header, size_t n)
{
	uint8_t tag[SHA1_TAG];
	enum err e;

	if (s->rtp.gcm) {
		struct gcm_text text = rtp_text(packet, header, n);

		return cipher_open_sealed(&s->rtp, ssrc, index, &text);
	}
	e = cipher_tag(&s->rtp, packet, n, (uint32_t)(index >> 16), tag);
	if (e == OK && CRYPTO_memcmp(tag, packet + n, sizeof(tag)) != 0)
		e = E_DENIED;
	if (e == OK)
		e = cipher_crypt_next(&s->rtp, &s->ahead, ssrc, index, packet + header, n - header);
	return e;
}

enum err rtp_unprotect(struct rtp_seal *s, uint8_t *packet, size_t *bytes)
{
	size_t tag = cipher_tag_bytes(&s->rtp), header = header_of(packet, *bytes);
	uint32_t ssrc = header ? wire_get32(packet + 8) : 0;
	struct stream *t = stream_of(s, ssrc);
	uint64_t index;
	enum err e;

	if (!header || *bytes < header + tag)
		return E_MALFORMED;
	if (!t)
		return E_LIMIT;
	index = index_of(&t->rtp, wire_get16(packet + 2));
	if (!is_fresh(&t->rtp, index))
		return E_STALE;
	e = rtp_open(s, ssrc, index, packet, header, *bytes - tag);
	if (e != OK)
		return e;
	take(t, &t->rtp, ssrc, index);
	*bytes -= tag;
	return OK;
}

/* The index of RTCP travels with the packet: after the tag of GCM, before that of HMAC. */
static struct gcm_text rtcp_text(uint8_t *packet, size_t bytes, const uint8_t index[RTCP_INDEX])
{
	return (struct gcm_text){ .aad = { packet, index },
		.aad_bytes = { RTCP_CLEAR, RTCP_INDEX },
		.at = packet + RTCP_CLEAR,
		.n = bytes - RTCP_CLEAR,
		.tag = packet + bytes };
}

enum err rtcp_protect(struct rtp_seal *s, uint8_t *packet, size_t *bytes)
{
	uint32_t ssrc = *bytes >= RTCP_CLEAR ? wire_get32(packet + 4) : 0;
	struct stream *t = stream_of(s, ssrc);
	uint8_t sent[RTCP_INDEX];
	size_t n = *bytes;
	uint64_t index;
	enum err e;

	if (n < RTCP_CLEAR || packet[0] >> 6 != 2)
		return E_MALFORMED;
	if (!t)
		return E_LIMIT;
	index = t->rtcp.any ? (t->rtcp.high + 1) & ~RTCP_ENCRYPTED : 0;
	wire_put32(sent, (uint32_t)index | RTCP_ENCRYPTED);
	if (s->rtcp.gcm) {
		struct gcm_text text = rtcp_text(packet, n, sent);

		e = cipher_seal(&s->rtcp, ssrc, index, &text);
		memcpy(packet + n + GCM_TAG, sent, RTCP_INDEX);
	} else {
		e = cipher_crypt(&s->rtcp, ssrc, index, packet + RTCP_CLEAR, n - RTCP_CLEAR);
		memcpy(packet + n, sent, RTCP_INDEX);
		if (e == OK)
			e = cipher_tag(
				&s->rtcp, packet, n, wire_get32(sent), packet + n + RTCP_INDEX);
	}
	if (e != OK)
		return e;
	take(t, &t->rtcp, ssrc, index);
	*bytes = n + RTCP_INDEX + cipher_tag_bytes(&s->rtcp);
	return OK;
}

static enum err rtcp_open(struct rtp_seal *s, uint32_t ssrc, uint8_t *packet, size_t n,
	const uint8_t sent[RTCP_INDEX])
{
	uint64_t index = wire_get32(sent) & ~RTCP_ENCRYPTED;
	uint8_t tag[SHA1_TAG];
	enum err e;

	if (s->rtcp.gcm) {
		struct gcm_text text = rtcp_text(packet, n, sent);

		return cipher_open_sealed(&s->rtcp, ssrc, index, &text);
	}
	e = cipher_tag(&s->rtcp, packet, n, wire_get32(sent), tag);
	if (e == OK && CRYPTO_memcmp(tag, packet + n + RTCP_INDEX, sizeof(tag)) != 0)
		e = E_DENIED;
	if (e == OK)
		e = cipher_crypt(&s->rtcp, ssrc, index, packet + RTCP_CLEAR, n - RTCP_CLEAR);
	return e;
}

enum err rtcp_unprotect(struct rtp_seal *s, uint8_t *packet, size_t *bytes)
{
	size_t tag = cipher_tag_bytes(&s->rtcp), n = *bytes - tag - RTCP_INDEX;
	uint8_t sent[RTCP_INDEX];
	struct stream *t;
	uint32_t ssrc;
	enum err e;

	if (*bytes < RTCP_CLEAR + RTCP_INDEX + tag || packet[0] >> 6 != 2)
		return E_MALFORMED;
	memcpy(sent, packet + (s->rtcp.gcm ? *bytes - RTCP_INDEX : n), RTCP_INDEX);
	if (!(wire_get32(sent) & RTCP_ENCRYPTED))
		return E_DENIED; /* readable RTCP was not agreed */
	ssrc = wire_get32(packet + 4);
	t = stream_of(s, ssrc);
	if (!t)
		return E_LIMIT;
	if (!is_fresh(&t->rtcp, wire_get32(sent) & ~RTCP_ENCRYPTED))
		return E_STALE;
	e = rtcp_open(s, ssrc, packet, n, sent);
	if (e != OK)
		return e;
	take(t, &t->rtcp, ssrc, wire_get32(sent) & ~RTCP_ENCRYPTED);
	*bytes = n;
	return OK;
}

static size_t master_bytes(enum rtp_suite suite)
{
	return KEY_BYTES + (suite == RTP_AEAD_AES_128_GCM ? (size_t)GCM_IV : SALT_BYTES);
}

enum err rtp_key_read(const char *suite, const char *params, struct rtp_key *out, struct why *why)
{
	static const char *const name[RTP_SUITES] = { "AES_CM_128_HMAC_SHA1_80",
		"AEAD_AES_128_GCM" };
	const char *text = params + strlen("inline:");
	uint8_t bytes[RTP_MASTER_MAX + 6];
	size_t n, want, i = 0;

	while (i < RTP_SUITES && strcasecmp(suite, name[i]) != 0)
		i++;
	if (i == RTP_SUITES)
		return FAIL(why, E_MALFORMED, "not an SRTP suite; %s or %s would be right", name[0],
			name[1]);
	out->suite = (enum rtp_suite)i;
	want = master_bytes(out->suite);
	if (strncmp(params, "inline:", strlen("inline:")) != 0)
		return FAIL(why, E_MALFORMED, "an SRTP key begins with \"inline:\"");
	n = strcspn(text, "|");
	if (strchr(text + n, ':'))
		return FAIL(
			why, E_MALFORMED, "an SRTP key with an MKI; one without would be right");
	/* Base64 of 28 or 30 bytes has 40 characters; EVP counts its padding as zeros. */
	if (n != 40 || EVP_DecodeBlock(bytes, (const uint8_t *)text, (int)n) != 30 ||
		(text[n - 1] == '=') != (want == 28))
		return FAIL(why, E_MALFORMED, "an SRTP key is %zu bytes in base64 here", want);
	memset(out->master, 0, sizeof(out->master));
	memcpy(out->master, bytes, want);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return OK;
}
