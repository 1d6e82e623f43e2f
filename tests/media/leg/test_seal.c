/* Our SRTP and libsrtp's: each opens what the other seals; forgeries and replays do not pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/rng.h"
#include "media/leg/seal.h"

#include <srtp2/srtp.h>
#include <stdbool.h>
#include <string.h>

enum { ROOM = 1500, HEADER = 12 };

struct pair {
	struct rtp_seal *ours;
	srtp_t theirs;
};

static struct rtp_key key_of(enum rtp_suite suite, uint64_t seed)
{
	struct rtp_key key = { .suite = suite };
	struct rng r = { seed };

	for (size_t i = 0; i < RTP_MASTER_MAX; i++)
		key.master[i] = (uint8_t)rng_next(&r);
	return key;
}

static struct pair pair_new(enum rtp_suite suite, bool they_send)
{
	struct rtp_key key = key_of(suite, 7);
	struct pair p;
	srtp_policy_t policy = { .ssrc = { .type = they_send ? ssrc_any_outbound
							     : ssrc_any_inbound },
		.key = key.master,
		.window_size = 128 };

	if (suite == RTP_AEAD_AES_128_GCM) {
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
	} else {
		srtp_crypto_policy_set_rtp_default(&policy.rtp);
		srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
	}
	assert_int_equal(rtp_seal_new(&key, &p.ours, NULL), OK);
	assert_int_equal(srtp_create(&p.theirs, &policy), srtp_err_status_ok);
	return p;
}

static void pair_free(struct pair *p)
{
	rtp_seal_free(p->ours);
	srtp_dealloc(p->theirs);
}

/* Of two streams by turns, now and then with a CSRC list and an extension. */
static size_t rtp_make(struct rng *r, uint16_t seq, uint8_t out[ROOM])
{
	size_t csrc = rng_below(r, 4) ? 0 : rng_below(r, 4), ext = rng_below(r, 4) == 0, n;

	memset(out, 0, ROOM);
	out[0] = (uint8_t)(0x80 | csrc | (ext ? 0x10 : 0));
	out[1] = 111;
	out[2] = (uint8_t)(seq >> 8);
	out[3] = (uint8_t)seq;
	out[8] = 1, out[9] = 2, out[10] = 3, out[11] = (uint8_t)(4 + seq / 7 % 2);
	n = HEADER + 4 * csrc;
	if (ext) {
		out[n] = 0xbe, out[n + 1] = 0xde, out[n + 3] = 1;
		n += 8;
	}
	for (size_t end = n + rng_below(r, 300); n < end; n++)
		out[n] = (uint8_t)rng_next(r);
	return n;
}

static size_t rtcp_make(struct rng *r, uint8_t out[ROOM])
{
	size_t n = 28 + 4 * rng_below(r, 20);

	memset(out, 0, ROOM);
	for (size_t i = 8; i < n; i++)
		out[i] = (uint8_t)rng_next(r);
	out[0] = 0x80, out[1] = 200;
	out[2] = (uint8_t)((n / 4 - 1) >> 8), out[3] = (uint8_t)(n / 4 - 1);
	out[4] = 1, out[5] = 2, out[6] = 3, out[7] = 4;
	return n;
}

/* 140,000 packets: twice over the end of the sequence numbers. */
static void they_open_what_we_protect(void **state)
{
	(void)state;
	for (int suite = 0; suite < RTP_SUITES; suite++) {
		struct pair p = pair_new((enum rtp_suite)suite, false);
		struct rng r = { 1 };

		for (uint32_t i = 0; i < 140000; i++) {
			uint8_t plain[ROOM], packet[ROOM];
			size_t n = rtp_make(&r, (uint16_t)(30000 + i), plain), bytes = n;
			int theirs;

			memcpy(packet, plain, ROOM);
			assert_int_equal(rtp_protect(p.ours, packet, &bytes), OK);
			assert_in_range(bytes, n + 10, n + RTP_GROWTH_MAX);
			theirs = (int)bytes;
			assert_int_equal(
				srtp_unprotect(p.theirs, packet, &theirs), srtp_err_status_ok);
			assert_int_equal(theirs, n);
			assert_memory_equal(packet, plain, n);
		}
		pair_free(&p);
	}
}

/* The network loses a tenth and puts neighbours in the wrong order, over the rollover too. */
static void we_open_what_they_protect(void **state)
{
	(void)state;
	for (int suite = 0; suite < RTP_SUITES; suite++) {
		struct pair p = pair_new((enum rtp_suite)suite, true);
		static uint8_t plain[2][ROOM], packet[2][ROOM];
		struct rng r = { 2 };

		for (uint32_t i = 0; i < 140000; i += 2) {
			size_t n[2], bytes[2];
			unsigned first = (unsigned)rng_below(&r, 2);

			for (unsigned k = 0; k < 2; k++) {
				int theirs;

				n[k] = rtp_make(&r, (uint16_t)(30001 + i + k), plain[k]);
				theirs = (int)n[k];
				memcpy(packet[k], plain[k], ROOM);
				assert_int_equal(srtp_protect(p.theirs, packet[k], &theirs),
					srtp_err_status_ok);
				bytes[k] = (size_t)theirs;
			}
			for (unsigned j = 0; j < 2; j++) {
				unsigned k = j ^ first;

				if (i > 0 && rng_below(&r, 10) == 0)
					continue;
				assert_int_equal(rtp_unprotect(p.ours, packet[k], &bytes[k]), OK);
				assert_int_equal(bytes[k], n[k]);
				assert_memory_equal(packet[k], plain[k], n[k]);
			}
		}
		pair_free(&p);
	}
}

static void reports_pass_both_ways(void **state)
{
	(void)state;
	for (int way = 0; way < 2 * RTP_SUITES; way++) {
		struct pair p = pair_new((enum rtp_suite)(way / 2), way % 2);
		struct rng r = { 3 };

		for (int i = 0; i < 500; i++) {
			uint8_t plain[ROOM], packet[ROOM];
			size_t n = rtcp_make(&r, plain), bytes = n;
			int theirs = (int)n;

			memcpy(packet, plain, ROOM);
			if (way % 2) {
				assert_int_equal(srtp_protect_rtcp(p.theirs, packet, &theirs),
					srtp_err_status_ok);
				bytes = (size_t)theirs;
				assert_int_equal(rtcp_unprotect(p.ours, packet, &bytes), OK);
			} else {
				assert_int_equal(rtcp_protect(p.ours, packet, &bytes), OK);
				theirs = (int)bytes;
				assert_int_equal(srtp_unprotect_rtcp(p.theirs, packet, &theirs),
					srtp_err_status_ok);
				bytes = (size_t)theirs;
			}
			assert_int_equal(bytes, n);
			assert_memory_equal(packet, plain, n);
		}
		pair_free(&p);
	}
}

/* One of our own for each side. */
static void ends_new(enum rtp_suite suite, struct rtp_seal **from, struct rtp_seal **to)
{
	struct rtp_key key = key_of(suite, 7);

	assert_int_equal(rtp_seal_new(&key, from, NULL), OK);
	assert_int_equal(rtp_seal_new(&key, to, NULL), OK);
}

static size_t sent(struct rtp_seal *from, uint16_t seq, uint8_t out[ROOM])
{
	struct rng r = { seq };
	size_t n = rtp_make(&r, seq, out);

	assert_int_equal(rtp_protect(from, out, &n), OK);
	return n;
}

/* Each bit of a packet turned once: never accepted, and the true one still is. */
static void a_forgery_is_denied_and_costs_nothing(void **state)
{
	(void)state;
	for (int suite = 0; suite < RTP_SUITES; suite++) {
		uint8_t packet[ROOM], forged[ROOM];
		struct rtp_seal *from, *to;
		size_t n;

		ends_new((enum rtp_suite)suite, &from, &to);
		n = sent(from, 5, packet);
		for (size_t bit = 0; bit < 8 * n; bit++) {
			size_t bytes = n;

			memcpy(forged, packet, n);
			forged[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_not_equal(rtp_unprotect(to, forged, &bytes), OK);
		}
		assert_int_equal(rtp_unprotect(to, packet, &n), OK);
		rtp_seal_free(from);
		rtp_seal_free(to);
	}
}

static void nothing_is_taken_twice_or_too_late(void **state)
{
	(void)state;
	for (int suite = 0; suite < RTP_SUITES; suite++) {
		static uint8_t packet[300][ROOM], again[ROOM];
		struct rtp_seal *from, *to;
		size_t n[300], bytes;

		ends_new((enum rtp_suite)suite, &from, &to);
		for (uint16_t i = 0; i < 300; i++)
			n[i] = sent(from, (uint16_t)(65400 + i), packet[i]);
		for (int i = 0; i < 300; i++) {
			memcpy(again, packet[i], ROOM);
			bytes = n[i];
			if (i % 3) /* every third is late */
				assert_int_equal(rtp_unprotect(to, again, &bytes), OK);
		}
		for (int i = 0; i < 300; i++) {
			memcpy(again, packet[i], ROOM);
			bytes = n[i];
			assert_int_equal(rtp_unprotect(to, again, &bytes),
				i % 3 || i <= 299 - 128 ? E_STALE : OK);
		}
		rtp_seal_free(from);
		rtp_seal_free(to);
	}
}

static void a_fifth_stream_is_refused(void **state)
{
	struct rtp_seal *from, *to;
	uint8_t packet[ROOM];

	(void)state;
	for (uint8_t i = 0; i <= RTP_STREAMS_MAX; i++) {
		struct rng r = { 1 };
		size_t n = rtp_make(&r, 9, packet);

		if (i == 0)
			ends_new(RTP_AES_CM_128_HMAC_SHA1_80, &from, &to);
		packet[11] = i;
		assert_int_equal(rtp_protect(from, packet, &n), i < RTP_STREAMS_MAX ? OK : E_LIMIT);
		if (i < RTP_STREAMS_MAX)
			assert_int_equal(rtp_unprotect(to, packet, &n), OK);
	}
	rtp_seal_free(from);
	rtp_seal_free(to);
}

static void what_is_no_packet_is_malformed(void **state)
{
	struct rtp_seal *from, *to;
	uint8_t packet[ROOM] = { 0x9f, 111 };

	(void)state;
	ends_new(RTP_AEAD_AES_128_GCM, &from, &to);
	for (size_t n = 0; n < 90; n++) {
		size_t bytes = n;

		assert_int_equal(rtp_unprotect(to, packet, &bytes), E_MALFORMED);
		bytes = n;
		assert_int_not_equal(rtcp_unprotect(to, packet, &bytes), OK);
		assert_int_equal(bytes, n);
	}
	rtp_seal_free(from);
	rtp_seal_free(to);
}

static void keys_are_read_as_sdp_writes_them(void **state)
{
	static const struct {
		const char *suite, *params;
		enum err want;
	} row[] = {
		{ "AES_CM_128_HMAC_SHA1_80", "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
			OK },
		{ "aes_cm_128_hmac_sha1_80", "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20",
			OK },
		{ "AES_CM_128_HMAC_SHA1_80",
			"inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4", E_MALFORMED },
		{ "AEAD_AES_128_GCM", "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubA==", OK },
		{ "AEAD_AES_128_GCM", "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
			E_MALFORMED },
		{ "AES_CM_128_HMAC_SHA1_80",
			"inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubA==", E_MALFORMED },
		{ "AES_CM_128_HMAC_SHA1_80", "inline:WVNf", E_MALFORMED },
		{ "AES_CM_128_HMAC_SHA1_80", "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
			E_MALFORMED },
		{ "AES_CM_128_HMAC_SHA1_32", "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
			E_MALFORMED },
		{ "AES_CM_128_HMAC_SHA1_80", "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVub*Vz",
			E_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct rtp_key key;

		assert_int_equal(
			rtp_key_read(row[i].suite, row[i].params, &key, NULL), row[i].want);
		if (row[i].want == OK)
			assert_memory_equal(key.master, "YS___semctl () {\t220;}\n}\nun", 27);
	}
}

static int library_open(void **state)
{
	(void)state;
	return srtp_init() == srtp_err_status_ok ? 0 : -1;
}

static int library_close(void **state)
{
	(void)state;
	return srtp_shutdown() == srtp_err_status_ok ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_open_what_we_protect),
		cmocka_unit_test(we_open_what_they_protect),
		cmocka_unit_test(reports_pass_both_ways),
		cmocka_unit_test(a_forgery_is_denied_and_costs_nothing),
		cmocka_unit_test(nothing_is_taken_twice_or_too_late),
		cmocka_unit_test(a_fifth_stream_is_refused),
		cmocka_unit_test(what_is_no_packet_is_malformed),
		cmocka_unit_test(keys_are_read_as_sdp_writes_them),
	};

	return cmocka_run_group_tests_name("leg seal", tests, library_open, library_close);
}
