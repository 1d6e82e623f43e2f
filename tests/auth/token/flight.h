#ifndef TESTS_AUTH_TOKEN_FLIGHT_H
#define TESTS_AUTH_TOKEN_FLIGHT_H

/* One slot, its requests and Entra's answers, in virtual time. */

#include "auth/token/token.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

#define APP "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01"
#define TENANT "72f988bf-86f1-41af-91ab-2d7cd011db47"
#define SCOPE "https://graph.microsoft.com/.default"
#define AUTHORITY "https://login.microsoftonline.com"

#define MINT __attribute__((unused)) static

enum { NOW = 1700000000, SECOND = 1000, MINUTE = 60 * SECOND };

static struct credential *secret, *other_secret;

MINT const struct token_key *key(void)
{
	static struct token_key k = { AUTHORITY, TENANT, APP, NULL, SCOPE };

	k.credential = secret;
	return &k;
}

MINT struct tokens *tokens_with_slot(void)
{
	struct tokens *t = tokens_new(7, false);
	uint32_t slot;

	assert_non_null(t);
	assert_int_equal(tokens_slot(t, key(), &slot, NULL), OK);
	assert_int_equal(slot, 0);
	return t;
}

MINT enum err get(struct tokens *t, uint64_t now, struct why *why)
{
	const char *bearer;

	return token_get(t, 0, now, &bearer, why);
}

/* Take the one request that is due. */
MINT uint32_t take(struct tokens *t, uint64_t now)
{
	struct token_post post;

	assert_int_equal(tokens_want(t, now, NOW, &post, NULL), OK);
	token_post_fini(&post);
	return post.attempt;
}

MINT enum err answer(struct tokens *t, uint64_t now, uint32_t attempt, int status, const char *body,
	const char *retry_after, struct why *why)
{
	const struct token_reply reply = { .status = status,
		.retry_after = retry_after,
		.now_unix_s = NOW,
		.body = body,
		.body_bytes = strlen(body) };

	return tokens_got(t, now, attempt, &reply, why);
}

#define GOOD(life, text) \
	"{\"token_type\":\"Bearer\",\"expires_in\":" life ",\"access_token\":\"" text "\"}"

MINT void idle(struct tokens *t, uint64_t now)
{
	struct token_post post;

	assert_int_equal(tokens_want(t, now, NOW, &post, NULL), E_ABSENT);
}

MINT int set_up(void **state)
{
	(void)state;
	secret = credential_secret("a+b~c/d=% \xc3\xa9");
	other_secret = credential_secret("other");
	return !secret || !other_secret;
}

MINT int tear_down(void **state)
{
	(void)state;
	credential_free(secret);
	credential_free(other_secret);
	return 0;
}

#endif
