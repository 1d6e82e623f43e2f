/* Signatures: published vectors, our own, and what a header value may look like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "auth/jose/b64url.h"
#include "auth/jose/claims.h"
#include "auth/jose/jws.h"

#include "tests/auth/mint.h"

#include <string.h>

#define RFC_PAYLOAD                                                                                \
	"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0" \
	"cnVlfQ"

static const struct {
	const char *name, *jwk, *text, *signature;
	enum jws_alg alg;
} vectors[] = {
	{ "RFC 7515 A.2, RS256",
		"{\"keys\":[{\"kid\":\"k\",\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\""
		"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJP"
		"MEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LO"
		"L-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlx"
		"vb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcD"
		"TW9gb54h4FRWyuXpoQ\"}]}",
		"eyJhbGciOiJSUzI1NiJ9." RFC_PAYLOAD,
		"cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5"
		"YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h"
		"6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZE"
		"Sc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0ig"
		"cN_IoypGlUPQGe77Rw",
		JWS_RS256 },
	{ "RFC 7515 A.3, ES256",
		"{\"keys\":[{\"kid\":\"k\",\"kty\":\"EC\",\"crv\":\"P-256\","
		"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
		"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}",
		"eyJhbGciOiJFUzI1NiJ9." RFC_PAYLOAD,
		"DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg"
		"6NU1Q",
		JWS_ES256 },
};

static void vector_read(size_t row, struct jws *jws, struct jwks *set)
{
	const char *sig = vectors[row].signature;

	*jws = (struct jws){ .header = { .alg = vectors[row].alg },
		.text = vectors[row].text,
		.text_bytes = strlen(vectors[row].text) };
	assert_int_equal(b64url_decode(sig, strlen(sig), jws->signature, sizeof(jws->signature),
				 &jws->signature_bytes),
		OK);
	assert_int_equal(jwks_read(vectors[row].jwk, strlen(vectors[row].jwk), set, NULL), OK);
}

static enum err verified(const struct jws *jws, const struct jwk *key)
{
	uint8_t digest[JWS_DIGEST];

	assert_int_equal(
		EVP_Digest(jws->text, jws->text_bytes, digest, NULL, EVP_sha256(), NULL), 1);
	return jws_verify(jws, digest, key, NULL);
}

static void published_vectors_verify_and_any_flipped_bit_does_not(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(vectors); r++) {
		struct jwks set;
		struct jws jws;

		vector_read(r, &jws, &set);
		/* The contexts are used again and again: twice right, then wrong, then right. */
		assert_int_equal(verified(&jws, &set.item[0]), OK);
		for (size_t bit = 0; bit < jws.signature_bytes * 8; bit += 37) {
			jws.signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (verified(&jws, &set.item[0]) != E_DENIED)
				fail_msg("%s: bit %zu", vectors[r].name, bit);
			jws.signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		jws.text_bytes--;
		assert_int_equal(verified(&jws, &set.item[0]), E_DENIED);
		jws.text_bytes++;
		jws.signature_bytes--;
		assert_int_equal(verified(&jws, &set.item[0]), E_DENIED);
		jws.signature_bytes++;
		assert_int_equal(verified(&jws, &set.item[0]), OK);
		jws.header.alg = JWS_PS256;
		assert_int_equal(verified(&jws, &set.item[0]), E_DENIED);
		jwks_fini(&set);
	}
}

static const struct {
	const char *name, *value, *token; /* NULL: refused */
} headers[] = {
	{ "plain", "Bearer abc.def.ghi", "abc.def.ghi" },
	{ "lower case scheme", "bearer a", "a" },
	{ "upper case scheme", "BEARER a", "a" },
	{ "all of b64token", "Bearer aZ09-._~+/=", "aZ09-._~+/=" },
	{ "no scheme", "abc.def.ghi", NULL },
	{ "another scheme", "Basic YTpi", NULL },
	{ "scheme alone", "Bearer", NULL },
	{ "scheme and space", "Bearer ", NULL },
	{ "two spaces", "Bearer  a", NULL },
	{ "a space after", "Bearer a ", NULL },
	{ "two tokens", "Bearer a b", NULL },
	{ "a comma", "Bearer a,Bearer b", NULL },
	{ "a tab", "Bearer\ta", NULL },
	{ "a byte above 127", "Bearer a\xc3\xa9", NULL },
	{ "nothing", "", NULL },
};

static void a_header_value_holds_one_bearer(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(headers); r++) {
		const char *token = "";
		size_t n = 9;
		enum err e = jws_bearer(headers[r].value, &token, &n, NULL);

		if (e != (headers[r].token ? OK : E_DENIED))
			fail_msg("%s: %s", headers[r].name, err_text(e));
		if (e == OK)
			assert_string_equal(token, headers[r].token);
		assert_int_equal(n, e == OK ? strlen(headers[r].token) : 0);
	}
}

static void our_own_signature_verifies(void **state)
{
	static const char claims[] = "{\"iss\":\"me\",\"exp\":1}";
	EVP_PKEY *key = mint_rsa(2048);
	uint8_t print[32] = { 1, 2, 3 }, decoded[256];
	char room[2048], *token, *again;
	struct text t = TEXT(room);
	struct jws jws = { .header = { .alg = JWS_PS256 } };
	struct jwks set;
	size_t n;
	char *dot;

	(void)state;
	assert_int_equal(jws_sign_ps256(claims, key, print, &token, NULL), OK);
	assert_int_equal(jws_sign_ps256(claims, key, print, &again, NULL), OK);
	assert_string_not_equal(token, again); /* PSS is salted */
	/* It names its key by x5t#S256 and not by kid, so our own door refuses it. */
	assert_int_equal(jws_read(token, strlen(token), JWS_PS256, JWS_BYTES_MAX, NULL, &jws, NULL),
		E_DENIED);
	dot = strrchr(token, '.');
	jws.text = token;
	jws.text_bytes = (size_t)(dot - token);
	assert_int_equal(b64url_decode(dot + 1, strlen(dot + 1), jws.signature,
				 sizeof(jws.signature), &jws.signature_bytes),
		OK);
	text_add(&t, "{\"keys\":[");
	mint_jwk(&t, key, "k", "");
	text_add(&t, "]}");
	assert_int_equal(jwks_read(room, t.used, &set, NULL), OK);
	jws.header.alg = JWS_PS256;
	assert_int_equal(verified(&jws, &set.item[0]), OK);
	jws.header.alg = JWS_RS256;
	assert_int_equal(verified(&jws, &set.item[0]), E_DENIED);
	assert_int_equal(
		b64url_decode(token, strcspn(token, "."), decoded, sizeof(decoded), &n), OK);
	decoded[n] = '\0';
	assert_string_equal((char *)decoded, "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"x5t#S256\":"
					     "\"AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}");
	jwks_fini(&set);
	free(token);
	free(again);
	EVP_PKEY_free(key);
}

static void an_unfit_key_does_not_sign(void **state)
{
	EVP_PKEY *small = mint_rsa(1024), *ec = mint_ec("P-256");
	uint8_t print[32] = { 0 };
	struct why why;
	char *token;

	(void)state;
	assert_int_equal(jws_sign_ps256("{}", small, print, &token, &why), E_DENIED);
	assert_int_equal(jws_sign_ps256("{}", ec, print, &token, &why), E_DENIED);
	assert_null(token);
	EVP_PKEY_free(small);
	EVP_PKEY_free(ec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_vectors_verify_and_any_flipped_bit_does_not),
		cmocka_unit_test(a_header_value_holds_one_bearer),
		cmocka_unit_test(our_own_signature_verifies),
		cmocka_unit_test(an_unfit_key_does_not_sign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
