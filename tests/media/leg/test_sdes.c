/* SDES lines: what SDP writes, what is refused and why, and two sessions keyed by them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/text.h"
#include "media/leg/sdes.h"
#include "media/leg/session.h"

#include <string.h>

#define KEY30 "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
#define KEY28 "inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw=="

static void each_line_is_read_or_refused(void **state)
{
	static const struct {
		const char *name, *line;
		unsigned tag;
		const char *why; /* NULL: it is taken */
	} rows[] = {
		{ "as RFC 4568 has it", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY30, 1, NULL },
		{ "without the attribute", "7 AES_CM_128_HMAC_SHA1_80 " KEY30, 7, NULL },
		{ "with a lifetime and a line end",
			"a=crypto:2 AES_CM_128_HMAC_SHA1_80 " KEY30 "|2^20\r\n", 2, NULL },
		{ "GCM", "a=crypto:3 AEAD_AES_128_GCM " KEY28, 3, NULL },
		{ "hints", "1 AES_CM_128_HMAC_SHA1_80 " KEY30 " WSH=128 -NEW", 1, NULL },
		{ "another suite", "1 AES_CM_128_HMAC_SHA1_32 " KEY30, 0, "suite" },
		{ "readable RTP", "1 AES_CM_128_HMAC_SHA1_80 " KEY30 " UNENCRYPTED_SRTP", 0,
			"session parameter" },
		{ "key derivation", "1 AES_CM_128_HMAC_SHA1_80 " KEY30 " KDR=1", 0,
			"session parameter" },
		{ "an MKI", "1 AES_CM_128_HMAC_SHA1_80 " KEY30 "|2^20|1:4", 0, "MKI" },
		{ "no suite, but the key twice", "1 " KEY30 " " KEY30, 0, "suite" },
		{ "a second key", "1 AES_CM_128_HMAC_SHA1_80 " KEY30 " " KEY30, 0,
			"session parameter" },
		{ "a key too short", "1 AES_CM_128_HMAC_SHA1_80 " KEY28, 0, "30 bytes" },
		{ "no tag", "AES_CM_128_HMAC_SHA1_80 " KEY30, 0, "no crypto line" },
		{ "a tag too long", "1234567890 AES_CM_128_HMAC_SHA1_80 " KEY30, 0,
			"no crypto line" },
		{ "no key", "1 AES_CM_128_HMAC_SHA1_80", 0, "no crypto line" },
		{ "nothing", "", 0, "no crypto line" },
	};

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		struct sdes s = { .tag = 99 };
		struct why why = { 0 };
		enum err err = sdes_read(rows[r].line, &s, &why);

		if (!rows[r].why && (err != OK || s.tag != rows[r].tag))
			fail_msg("%s: %s", rows[r].name, why.text);
		if (rows[r].why && (err != E_MALFORMED || !strstr(why.text, rows[r].why) ||
					   s.tag != 99 || strstr(why.text, "WVNf")))
			fail_msg("%s: %s", rows[r].name, why.text);
	}
}

static void what_is_written_is_read(void **state)
{
	(void)state;
	for (int suite = 0; suite < RTP_SUITES; suite++) {
		struct sdes one, other, read;
		char line[SDES_LINE_MAX];
		enum rtp_suite found;

		sdes_make(&one, SDES_TAG_MAX, (enum rtp_suite)suite);
		sdes_make(&other, SDES_TAG_MAX, (enum rtp_suite)suite);
		assert_int_not_equal(sdes_mark(&one), sdes_mark(&other));
		sdes_write(&one, line);
		assert_int_equal(sdes_read(line, &read, NULL), OK);
		assert_int_equal(read.tag, SDES_TAG_MAX);
		assert_memory_equal(&read.key, &one.key, sizeof(one.key));
		assert_int_equal(
			sdes_suite(sdes_suite_name((enum rtp_suite)suite), &found, NULL), OK);
		assert_int_equal(found, suite);
	}
}

/* Offer and answer: each side learns the other's key, and before that nothing is said or heard. */
static void two_who_tell_each_other_their_keys_understand(void **state)
{
	(void)state;
	for (int suite = 0; suite < RTP_SUITES; suite++) {
		uint8_t packet[SESSION_PACKET_MAX];
		struct session at[2];
		struct sdes own[2];
		struct rtp rtp;
		size_t n;

		for (int i = 0; i < 2; i++) {
			struct leg_conf conf = { .key_out = &own[i].key };

			sdes_make(&own[i], 1, (enum rtp_suite)suite);
			assert_int_equal(session_begin(&at[i], &conf, NULL), OK);
			assert_true(session_waits(&at[i]));
		}
		n = session_say(&at[0], (const uint8_t *)"x", 1, 1, packet);
		assert_int_equal(session_read(&at[1], packet, &n, &rtp), SESSION_NEITHER);
		for (int i = 0; i < 2; i++) {
			char line[SDES_LINE_MAX];
			struct rtp_seal *seal;
			struct sdes told;

			sdes_write(&own[!i], line);
			assert_int_equal(sdes_read(line, &told, NULL), OK);
			assert_int_equal(rtp_seal_new(&told.key, &seal, NULL), OK);
			session_key(&at[i], seal);
			assert_int_equal(rtp_seal_new(&told.key, &seal, NULL), OK);
			session_key(&at[i], seal); /* the second one is let go */
		}
		n = session_say(&at[0], (const uint8_t *)"hello", 5, 1, packet);
		assert_int_equal(session_read(&at[1], packet, &n, &rtp), SESSION_RTP);
		assert_memory_equal(rtp.payload, "hello", 5);
		session_end(&at[0]);
		session_end(&at[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_is_read_or_refused),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(two_who_tell_each_other_their_keys_understand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
