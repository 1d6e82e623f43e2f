#ifndef TESTS_AUTH_ROOT_H
#define TESTS_AUTH_ROOT_H

/* A trust root of the tests: struct keys with a document already in it. */

#include "auth/keys/keys.h"

#include "tests/auth/mint.h"

#define ROOT_URL "https://issuer.test/.well-known/openid-configuration"
#define ROOT_METADATA \
	"{\"issuer\":\"https://issuer.test\",\"jwks_uri\":\"https://issuer.test/keys\"}"

MINT struct keys *root_new(uint64_t now_ms)
{
	struct keys_conf conf = { .name = "test", .metadata_url = ROOT_URL, .seed = 1 };
	struct keys *k = NULL;
	enum err e = keys_new(&conf, now_ms, &k, NULL);

	assert(e == OK);
	return k;
}

/* Answer whatever is wanted now with these documents; gives the fetches that were made. */
MINT int root_serve(struct keys *k, uint64_t now_ms, const char *jwks)
{
	struct keys_fetch f;
	int n = 0;

	while (keys_want(k, now_ms, &f)) {
		const char *body = strcmp(f.url, ROOT_URL) ? jwks : ROOT_METADATA;
		enum err e = keys_got(k, now_ms, f.attempt, 200, body, strlen(body), NULL);

		assert(e == OK);
		n++;
	}
	return n;
}

#endif
