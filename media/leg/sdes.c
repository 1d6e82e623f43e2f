#include "media/leg/sdes.h"

#include "bot/base/rng.h"
#include "bot/base/text.h"
#include "media/leg/wire.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WORD_MAX = 128 };

static const struct {
	const char *name;
	size_t master_bytes;
} suites[RTP_SUITES] = {
	[RTP_AES_CM_128_HMAC_SHA1_80] = { "AES_CM_128_HMAC_SHA1_80", 30 },
	[RTP_AEAD_AES_128_GCM] = { "AEAD_AES_128_GCM", 28 },
};

const char *sdes_suite_name(enum rtp_suite suite)
{
	return suites[suite].name;
}

enum err sdes_suite(const char *name, enum rtp_suite *out, struct why *why)
{
	for (int i = 0; i < RTP_SUITES; i++)
		if (strcasecmp(name, suites[i].name) == 0) {
			*out = (enum rtp_suite)i;
			return OK;
		}
	/* The word is not told: where a crypto line lacks its suite it is the key. */
	return FAIL(why, E_MALFORMED, "not an SRTP suite; %s or %s would be right", suites[0].name,
		suites[1].name);
}

/* The next word of the line; false: there is none, or it is too long. */
static bool next_word(const char **at, char out[WORD_MAX])
{
	size_t n;

	*at += strspn(*at, " ");
	n = strcspn(*at, " \r\n");
	if (!n || n >= WORD_MAX)
		return false;
	memcpy(out, *at, n);
	out[n] = 0;
	*at += n;
	return true;
}

static bool is_hint(const char *param)
{
	return param[0] == '-' || strncasecmp(param, "WSH=", 4) == 0;
}

static enum err read_rest(const char *at, struct why *why)
{
	char word[WORD_MAX];

	while (next_word(&at, word))
		if (!is_hint(word))
			return FAIL(why, E_MALFORMED,
				"an SRTP session parameter; a crypto line without would be right");
	if (at[strspn(at, " \r\n")])
		return FAIL(why, E_MALFORMED, "a crypto line with a word of %d and more characters",
			WORD_MAX);
	return OK;
}

static bool read_tag(const char *word, unsigned *out)
{
	size_t n = strspn(word, "0123456789");

	*out = (unsigned)strtoul(word, NULL, 10);
	return n > 0 && n < 10 && !word[n];
}

enum err sdes_read(const char *line, struct sdes *out, struct why *why)
{
	char tag[WORD_MAX], suite[WORD_MAX], key[WORD_MAX];
	struct sdes s = { 0 };
	enum err err;

	if (strncmp(line, "a=crypto:", strlen("a=crypto:")) == 0)
		line += strlen("a=crypto:");
	if (!next_word(&line, tag) || !read_tag(tag, &s.tag) || !next_word(&line, suite) ||
		!next_word(&line, key))
		return FAIL(why, E_MALFORMED,
			"no crypto line; one like \"1 %s inline:KEY\" would be right",
			suites[0].name);
	err = rtp_key_read(suite, key, &s.key, why);
	if (err == OK)
		err = read_rest(line, why);
	if (err == OK)
		*out = s;
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(&s, sizeof(s));
	return err;
}

void sdes_write(const struct sdes *s, char out[SDES_LINE_MAX])
{
	char text[48]; /* base64 of 30 bytes is 40, and the NUL */

	EVP_EncodeBlock((uint8_t *)text, s->key.master, (int)suites[s->key.suite].master_bytes);
	snprintf(out, SDES_LINE_MAX, "%u %s inline:%s", s->tag, suites[s->key.suite].name, text);
	OPENSSL_cleanse(text, sizeof(text));
}

void sdes_make(struct sdes *s, unsigned tag, enum rtp_suite suite)
{
	*s = (struct sdes){ .tag = tag, .key.suite = suite };
	random_bytes(s->key.master, suites[suite].master_bytes);
}

uint32_t sdes_mark(const struct sdes *s)
{
	return wire_get32(s->key.master);
}
