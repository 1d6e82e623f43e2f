/* Tokens at the door: the ones that must not pass, each for its own reason, and those that must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "auth/jose/jws.h"
#include "tests/auth/hands.h"
#include "tests/auth/root.h"

#include <string.h>

/* A row names what differs from a good token; the rest is zero. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define APP "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01"
#define APP_UPPER "4B1F2D00-8E4C-4D0E-9A55-0D9F0C7F1A01"
#define TENANT "72f988bf-86f1-41af-91ab-2d7cd011db47"
#define OTHER "11111111-2222-3333-4444-555555555555"

enum { NOW = 1700000000 };

#define H(alg, kid, more) "{\"alg\":\"" alg "\",\"typ\":\"JWT\",\"kid\":\"" kid "\"" more "}"
#define ISS "\"iss\":\"https://graph.microsoft.com\","
#define CHAT_ISS "\"iss\":\"https://api.botframework.com\","
#define AUD "\"aud\":\"" APP "\","
#define TID "\"tid\":\"" TENANT "\","
#define NBF "\"nbf\":1699999900,"
#define EXP "\"exp\":1700003600"
#define GOOD_HEADER H("RS256", "rsa", "")
#define GOOD_CLAIMS "{" ISS AUD TID NBF EXP "}"
#define CHAT_CLAIMS "{\"serviceurl\":\"https://smba.test/\"," CHAT_ISS AUD NBF EXP "}"

enum who { PLAIN, CURVE, WEAK, THIEF, PS_ALONE, OTHERS, KEYS };
/* WIDE: the call profile with every algorithm we have, to reach what RS256 alone would stop. */
enum door { CALL, CHAT, WIDE, DOORS };

static EVP_PKEY *key[KEYS];
static struct token_profile door[DOORS];
static char document[16384];
static struct keys *keys;

struct row {
	const char *name, *says;     /* says: what our log reads, NULL for a token that passes */
	const char *header, *claims; /* NULL: good ones */
	enum mint_how how;
	enum who who;
	enum door door;
	void (*hand)(char *token);
	bool unknown_kid; /* any answer but OK will do */
};

#define BAD_ALG "alg is not one this receiver allows"
#define WRONG "signature: wrong"
#define NOT_B64 "not strict base64url"

static const struct row evil[] = {
	/* The algorithm. */
	{ "alg none", "empty part", H("none", "rsa", ""), NULL, MINT_NONE },
	{ "alg none with a signature", BAD_ALG, H("none", "rsa", ""), NULL, MINT_JUNK },
	{ "alg nOnE", BAD_ALG, H("nOnE", "rsa", ""), NULL, MINT_JUNK },
	{ "alg rs256", BAD_ALG, H("rs256", "rsa", "") },
	{ "alg RS256 and a space", BAD_ALG, H("RS256 ", "rsa", "") },
	{ "alg empty", BAD_ALG, H("", "rsa", "") },
	{ "no alg", BAD_ALG, "{\"typ\":\"JWT\",\"kid\":\"rsa\"}" },
	{ "alg a number", BAD_ALG, "{\"alg\":256,\"kid\":\"rsa\"}" },
	{ "alg a list", BAD_ALG, "{\"alg\":[\"RS256\"],\"kid\":\"rsa\"}" },
	{ "HS256 keyed by our public key's PEM", BAD_ALG, H("HS256", "rsa", ""), NULL,
		MINT_HS256_PEM },
	{ "HS256 keyed by our public key's DER", BAD_ALG, H("HS256", "rsa", ""), NULL,
		MINT_HS256_DER },
	{ "HMAC that says RS256", WRONG, NULL, NULL, MINT_HS256_PEM },
	{ "RS512", BAD_ALG, H("RS512", "rsa", ""), NULL, MINT_RS512 },
	{ "RS512 that says RS256", WRONG, NULL, NULL, MINT_RS512 },
	{ "SHA-1 that says RS256", WRONG, NULL, NULL, MINT_RS1 },
	{ "PS256 where RS256 is wanted", BAD_ALG, H("PS256", "rsa", ""), NULL, MINT_PS256 },
	{ "ES256 where RS256 is wanted", BAD_ALG, H("ES256", "ec", ""), NULL, MINT_ES256, CURVE },
	{ "PSS that says RS256", WRONG, NULL, NULL, MINT_PS256, .door = WIDE },
	{ "RS256 that says PS256", WRONG, H("PS256", "rsa", ""), NULL, MINT_RS256, .door = WIDE },
	{ "PSS with a salt of 0", WRONG, H("PS256", "rsa", ""), NULL, MINT_PS256_SALT_0,
		.door = WIDE },
	{ "PSS with the longest salt", WRONG, H("PS256", "rsa", ""), NULL, MINT_PS256_SALT_MAX,
		.door = WIDE },
	{ "PSS with MGF1 of SHA-1", WRONG, H("PS256", "rsa", ""), NULL, MINT_PS256_MGF_SHA1,
		.door = WIDE },
	{ "PS384 that says PS256", WRONG, H("PS256", "rsa", ""), NULL, MINT_PS384, .door = WIDE },
	{ "ES256 in DER", WRONG, H("ES256", "ec", ""), NULL, MINT_ES256_DER, CURVE, WIDE },
	{ "ES256 of zeros", WRONG, H("ES256", "ec", ""), NULL, MINT_ZEROS_64, CURVE, WIDE },
	{ "ES256 on an RSA key", "not one its key may use", H("ES256", "rsa", ""), NULL, MINT_ES256,
		CURVE, WIDE },
	{ "RS256 on an EC key", "not one its key may use", H("RS256", "ec", ""), NULL, MINT_RS256,
		PLAIN, WIDE },
	{ "RS256 on a key for PS256", "not one its key may use", H("RS256", "ps", ""), NULL,
		MINT_RS256, PS_ALONE, WIDE },
	/* The key. */
	{ "a thief's signature", WRONG, NULL, NULL, MINT_RS256, THIEF },
	{ "a thief's key in the header", WRONG,
		H("RS256", "rsa", ",\"jwk\":{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}"), NULL,
		MINT_RS256, THIEF },
	{ "a thief's address in the header", WRONG,
		H("RS256", "rsa", ",\"jku\":\"https://thief.test/keys\""), NULL, MINT_RS256,
		THIEF },
	{ "a thief's certificate in the header", WRONG,
		H("RS256", "rsa", ",\"x5c\":[\"MIIB\"],\"x5u\":\"https://thief.test\""), NULL,
		MINT_RS256, THIEF },
	{ "a signature of zeros", WRONG, NULL, NULL, MINT_ZEROS_64 },
	{ "junk of the right length", WRONG, NULL, NULL, MINT_JUNK },
	{ "a key of 1024 bits", "kid", H("RS256", "weak", ""), NULL, MINT_RS256, WEAK,
		.unknown_kid = true },
	{ "kid nobody has", "kid", H("RS256", "nobody", ""), .unknown_kid = true },
	{ "kid in another case", "kid", H("RS256", "RSA", ""), .unknown_kid = true },
	{ "kid with a path", "kid", H("RS256", "../../rsa", ""), .unknown_kid = true },
	{ "kid with SQL", "kid", H("RS256", "rsa' or '1'='1", ""), .unknown_kid = true },
	{ "kid with a URL", "kid", H("RS256", "https://thief.test/rsa", ""), .unknown_kid = true },
	{ "kid with a NUL", "NUL", H("RS256", "rsa\\u0000x", "") },
	{ "kid empty", "kid is not", H("RS256", "", "") },
	{ "no kid", "kid is not", "{\"alg\":\"RS256\",\"typ\":\"JWT\"}" },
	{ "kid a number", "kid is not", "{\"alg\":\"RS256\",\"kid\":1}" },
	{ "kid a list", "kid is not", "{\"alg\":\"RS256\",\"kid\":[\"rsa\"]}" },
	{ "kid of 129 bytes", "kid is not",
		H("RS256",
			"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
			"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
			"") },
	/* The header. */
	{ "crit", "has \"crit\"", H("RS256", "rsa", ",\"crit\":[\"exp\"]") },
	{ "crit, empty", "has \"crit\"", H("RS256", "rsa", ",\"crit\":[]") },
	{ "crit in escapes", "has \"crit\"", H("RS256", "rsa", ",\"\\u0063rit\":[\"b64\"]") },
	{ "b64", "has \"b64\"", H("RS256", "rsa", ",\"b64\":false") },
	{ "zip", "has \"zip\"", H("RS256", "rsa", ",\"zip\":\"DEF\"") },
	{ "enc", "has \"enc\"", H("RS256", "rsa", ",\"enc\":\"A256GCM\"") },
	{ "cty JWE", "has a \"cty\"", H("RS256", "rsa", ",\"cty\":\"JWE\"") },
	{ "typ JWE", "typ is not", "{\"alg\":\"RS256\",\"typ\":\"JWE\",\"kid\":\"rsa\"}" },
	{ "typ a number", "typ is not", "{\"alg\":\"RS256\",\"typ\":1,\"kid\":\"rsa\"}" },
	{ "alg twice", "twice", H("RS256", "rsa", ",\"alg\":\"none\"") },
	{ "alg twice, once in escapes", "twice", H("RS256", "rsa", ",\"\\u0061lg\":\"none\"") },
	{ "kid twice", "twice", H("RS256", "rsa", ",\"kid\":\"rsa\"") },
	{ "header a list", "not a JSON object", "[]" },
	{ "header of no JSON", "not JSON", "alg=RS256" },
	{ "header with text after it", "after the end", GOOD_HEADER "x" },
	{ "header with a byte order mark", "header:", "\xef\xbb\xbf" GOOD_HEADER },
	/* The text. */
	{ "padding after the signature", NOT_B64, .hand = pad },
	{ "padding after the payload", WRONG, .hand = pad_payload },
	{ "a line end after", NOT_B64, .hand = line_end },
	{ "a space before", "header: " NOT_B64, .hand = space_before },
	{ "a space within", NOT_B64, .hand = space_within },
	{ "plus for minus", NOT_B64, .hand = plus },
	{ "a spare bit set", NOT_B64, .hand = spare_bit },
	{ "a dot after", "three parts", .hand = dot_after },
	{ "a fourth part", "three parts", .hand = fourth_part },
	{ "letters after the signature", "signature:", .hand = letters_after },
	{ "two parts", "three parts", .hand = two_parts },
	{ "no header", "empty part", .hand = no_header },
	{ "no payload", "empty part", .hand = no_payload },
	{ "nothing", "three parts", .hand = nothing },
	{ "two dots", "empty part", .hand = dots },
	{ "another payload", WRONG, .hand = other_payload },
	{ "a signature cut short", WRONG, .hand = cut },
	{ "a zero before the signature", WRONG, .hand = zero_in_front },
	{ "JSON serialisation", "three parts", .hand = serialised },
	{ "8193 bytes", "too long", .hand = oversize },
	{ "the scheme still before it", "header: " NOT_B64, .hand = scheme_before },
	/* The claims as a text. */
	{ "claims empty", "iss \"\"", NULL, "{}" },
	{ "claims a list", "not a JSON object", NULL, "[" GOOD_CLAIMS "]" },
	{ "claims of no JSON", "not JSON", NULL, "iss=https://graph.microsoft.com" },
	{ "claims with text after", "after the end", NULL, GOOD_CLAIMS " {}" },
	{ "claims with a NUL", "NUL", NULL, "{" ISS AUD TID "\"x\":\"\\u0000\"," NBF EXP "}" },
	{ "claims with a control character", "claims:", NULL,
		"{" ISS AUD TID "\"x\":\"\x01\"," NBF EXP "}" },
	{ "claims of no UTF-8", "UTF-8", NULL, "{" ISS AUD TID "\"x\":\"\xc3\x28\"," NBF EXP "}" },
	{ "claims with NaN", "not JSON", NULL, "{" ISS AUD TID "\"x\":NaN," NBF EXP "}" },
	{ "claims 17 deep", "deeper", NULL,
		"{" ISS AUD TID "\"x\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]," NBF EXP "}" },
	{ "iss twice", "twice", NULL, "{" ISS ISS AUD TID NBF EXP "}" },
	{ "iss twice, once in escapes", "twice", NULL,
		"{\"\\u0069ss\":\"https://thief.test\"," ISS AUD TID NBF EXP "}" },
	{ "aud twice", "twice", NULL, "{" ISS AUD "\"aud\":\"" OTHER "\"," TID NBF EXP "}" },
	{ "a nested member twice", "twice", NULL,
		"{" ISS AUD TID "\"x\":{\"y\":1,\"y\":2}," NBF EXP "}" },
	/* Who issued it. */
	{ "no iss", "iss \"\"", NULL, "{" AUD TID NBF EXP "}" },
	{ "another iss", "not one of ours", NULL,
		"{\"iss\":\"https://thief.test\"," AUD TID NBF EXP "}" },
	{ "iss with a slash more", "not one of ours", NULL,
		"{\"iss\":\"https://graph.microsoft.com/\"," AUD TID NBF EXP "}" },
	{ "iss over http", "not one of ours", NULL,
		"{\"iss\":\"http://graph.microsoft.com\"," AUD TID NBF EXP "}" },
	{ "iss in another case", "not one of ours", NULL,
		"{\"iss\":\"https://Graph.microsoft.com\"," AUD TID NBF EXP "}" },
	{ "iss of Entra for the same tenant", "not one of ours", NULL,
		"{\"iss\":\"https://sts.windows.net/" TENANT "/\"," AUD TID NBF EXP "}" },
	{ "iss a list", "iss is not a text", NULL,
		"{\"iss\":[\"https://graph.microsoft.com\"]," AUD TID NBF EXP "}" },
	{ "iss of 300 bytes", "iss is longer", NULL,
		"{\"iss\":\"https://graph.microsoft.com/0123456789012345678901234567890123456789012"
		"345678901234567890123456789012345678901234567890123456789012345678901234567890123"
		"45678901234567890123456789012345678901234567890\"," AUD TID NBF EXP "}" },
	/* For whom. */
	{ "no aud", "aud \"\"", NULL, "{" ISS TID NBF EXP "}" },
	{ "aud empty", "aud \"\"", NULL, "{" ISS "\"aud\":\"\"," TID NBF EXP "}" },
	{ "another aud", "not our app id", NULL, "{" ISS "\"aud\":\"" OTHER "\"," TID NBF EXP "}" },
	{ "aud an App ID URI", "not our app id", NULL,
		"{" ISS "\"aud\":\"api://" APP "\"," TID NBF EXP "}" },
	{ "aud with a space more", "not our app id", NULL,
		"{" ISS "\"aud\":\"" APP " \"," TID NBF EXP "}" },
	{ "aud us and another", "aud is not one", NULL,
		"{" ISS "\"aud\":[\"" APP "\",\"" OTHER "\"]," TID NBF EXP "}" },
	{ "aud us twice", "aud is not one", NULL,
		"{" ISS "\"aud\":[\"" APP "\",\"" APP "\"]," TID NBF EXP "}" },
	{ "aud an empty list", "aud is not one", NULL, "{" ISS "\"aud\":[]," TID NBF EXP "}" },
	{ "aud a list in a list", "aud is not one", NULL,
		"{" ISS "\"aud\":[[\"" APP "\"]]," TID NBF EXP "}" },
	{ "aud an object", "aud is not one", NULL,
		"{" ISS "\"aud\":{\"" APP "\":1}," TID NBF EXP "}" },
	/* Of which tenant. */
	{ "no tid", "no tid", NULL, "{" ISS AUD NBF EXP "}" },
	{ "another tid", "tenant " OTHER, NULL, "{" ISS AUD "\"tid\":\"" OTHER "\"," NBF EXP "}" },
	{ "tid null", "tid is not a GUID", NULL, "{" ISS AUD "\"tid\":null," NBF EXP "}" },
	{ "tid empty", "tid is not a GUID", NULL, "{" ISS AUD "\"tid\":\"\"," NBF EXP "}" },
	{ "tid a word", "tid is not a GUID", NULL, "{" ISS AUD "\"tid\":\"common\"," NBF EXP "}" },
	{ "tid without dashes", "tid is not a GUID", NULL,
		"{" ISS AUD "\"tid\":\"72f988bf86f141af91ab2d7cd011db47\"," NBF EXP "}" },
	{ "tid of zeros", "no tid", NULL,
		"{" ISS AUD "\"tid\":\"00000000-0000-0000-0000-000000000000\"," NBF EXP "}" },
	{ "tid a number", "tid is not a GUID", NULL, "{" ISS AUD "\"tid\":72," NBF EXP "}" },
	/* When. */
	{ "no exp", "no exp", NULL, "{" ISS AUD TID "\"nbf\":1699999900}" },
	{ "expired", "expired", NULL, "{" ISS AUD TID "\"exp\":1699999700}" },
	{ "exp zero", "no exp", NULL, "{" ISS AUD TID "\"exp\":0}" },
	{ "exp a text", "exp is not", NULL, "{" ISS AUD TID "\"exp\":\"1700003600\"}" },
	{ "exp a real", "exp is not", NULL, "{" ISS AUD TID "\"exp\":1700003600.0}" },
	{ "exp with an exponent", "exp is not", NULL, "{" ISS AUD TID "\"exp\":17e8}" },
	{ "exp true", "exp is not", NULL, "{" ISS AUD TID "\"exp\":true}" },
	{ "exp null", "exp is not", NULL, "{" ISS AUD TID "\"exp\":null}" },
	{ "exp a list", "exp is not", NULL, "{" ISS AUD TID "\"exp\":[1700003600]}" },
	{ "exp negative", "exp is not", NULL, "{" ISS AUD TID "\"exp\":-1}" },
	{ "exp the largest int64", "exp is not", NULL,
		"{" ISS AUD TID "\"exp\":9223372036854775807}" },
	{ "exp beyond int64", "out of range", NULL,
		"{" ISS AUD TID "\"exp\":99999999999999999999}" },
	{ "exp in milliseconds", "exp is not", NULL, "{" ISS AUD TID "\"exp\":1700003600000}" },
	{ "exp in two days", "lives longer", NULL, "{" ISS AUD TID "\"exp\":1700172800}" },
	{ "nbf in ten minutes", "starts in", NULL, "{" ISS AUD TID "\"nbf\":1700000600," EXP "}" },
	{ "nbf a text", "nbf is not", NULL, "{" ISS AUD TID "\"nbf\":\"1700009999\"," EXP "}" },
	{ "nbf a real", "nbf is not", NULL, "{" ISS AUD TID "\"nbf\":1.7e9," EXP "}" },
	{ "nbf null", "nbf is not", NULL, "{" ISS AUD TID "\"nbf\":null," EXP "}" },
	{ "iat in ten minutes", "starts in", NULL, "{" ISS AUD TID "\"iat\":1700000600," EXP "}" },
	/* Bot messages, where they differ. */
	{ "chat: a call's iss", "not one of ours", NULL, GOOD_CLAIMS, .door = CHAT },
	{ "chat: a key for other channels", "not endorsed", H("RS256", "others", ""), CHAT_CLAIMS,
		MINT_RS256, OTHERS, CHAT },
	{ "chat: aud an App ID URI", "not our app id", NULL,
		"{" CHAT_ISS "\"aud\":\"api://" APP "\"," NBF EXP "}", .door = CHAT },
	{ "chat: no exp", "no exp", NULL, "{" CHAT_ISS AUD "\"nbf\":1699999900}", .door = CHAT },
	{ "chat: aud us and another", "aud is not one", NULL,
		"{" CHAT_ISS "\"aud\":[\"" APP "\",\"" OTHER "\"]," EXP "}", .door = CHAT },
	{ "chat: serviceurl a list", "serviceurl is not", NULL,
		"{\"serviceurl\":[\"https://smba.test/\"]," CHAT_ISS AUD EXP "}", .door = CHAT },
	{ "chat: expired 310 s ago", "expired", NULL, "{" CHAT_ISS AUD "\"exp\":1699999690}",
		.door = CHAT },
	{ "chat: for a call's eyes", "no tid", NULL, CHAT_CLAIMS, .door = CALL },
};

static const struct row fair[] = {
	{ "a call token" },
	{ "the other issuer", NULL, NULL, "{" CHAT_ISS AUD TID NBF EXP "}" },
	{ "aud in upper case", NULL, NULL, "{" ISS "\"aud\":\"" APP_UPPER "\"," TID NBF EXP "}" },
	{ "aud a list of us", NULL, NULL, "{" ISS "\"aud\":[\"" APP "\"]," TID NBF EXP "}" },
	{ "tid in upper case", NULL, NULL,
		"{" ISS AUD "\"tid\":\"72F988BF-86F1-41AF-91AB-2D7CD011DB47\"," NBF EXP "}" },
	{ "no typ", NULL, "{\"alg\":\"RS256\",\"kid\":\"rsa\"}" },
	{ "typ in lower case", NULL, "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"jwt\"}" },
	{ "typ of RFC 9068", NULL, "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"at+jwt\"}" },
	{ "a header with x5t and a private word", NULL,
		H("RS256", "rsa", ",\"x5t\":\"AAAA\",\"x\":[1]") },
	{ "an address in the header, not followed", NULL,
		H("RS256", "rsa", ",\"jku\":\"https://elsewhere.test\"") },
	{ "no nbf", NULL, NULL, "{" ISS AUD TID EXP "}" },
	{ "over since 299 s", NULL, NULL, "{" ISS AUD TID NBF "\"exp\":1699999999}" },
	{ "starts in 300 s", NULL, NULL, "{" ISS AUD TID "\"nbf\":1700000300," EXP "}" },
	{ "3900 s of life", NULL, NULL,
		"{" ISS AUD TID "\"nbf\":1700000000,\"exp\":1700003900,\"iat\":1700000000}" },
	{ "claims we do not know", NULL, NULL,
		"{" ISS AUD TID "\"x\":{\"y\":[1,2.5,null]},\"name\":\"\xc3\xa9\"," NBF EXP "}" },
	{ "white space in the claims", NULL, NULL, "{ " ISS "\n\t" AUD " " TID NBF EXP " }\r\n" },
	{ "claims 16 deep", NULL, NULL,
		"{" ISS AUD TID "\"x\":[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]," NBF EXP "}" },
	{ "PS256 where allowed", NULL, H("PS256", "rsa", ""), NULL, MINT_PS256, PLAIN, WIDE },
	{ "PS256 on its own key", NULL, H("PS256", "ps", ""), NULL, MINT_PS256, PS_ALONE, WIDE },
	{ "ES256 where allowed", NULL, H("ES256", "ec", ""), NULL, MINT_ES256, CURVE, WIDE },
	{ "a call on a key for other channels", NULL, H("RS256", "others", ""), NULL, MINT_RS256,
		OTHERS },
	{ "a bot message", NULL, NULL, CHAT_CLAIMS, .door = CHAT },
	{ "a bot message over since 240 s", NULL, NULL, "{" CHAT_ISS AUD "\"exp\":1699999760}",
		.door = CHAT },
};

static char *token_of(const struct row *r)
{
	char *token = mint_token(key[r->who], r->how, r->header ? r->header : GOOD_HEADER,
		r->claims ? r->claims : GOOD_CLAIMS);

	token = realloc(token, 2 * strlen(token) + 20000);
	assert_non_null(token);
	if (r->hand)
		r->hand(token);
	return token;
}

static void none_of_the_evil_passes(void **state)
{
	(void)state;
	assert_true(ARRAY_LEN(evil) >= 60);
	for (size_t r = 0; r < ARRAY_LEN(evil); r++) {
		char *token = token_of(&evil[r]);
		struct why why = { .code = OK };
		struct claims c;
		enum err e = keys_verify(
			keys, &door[evil[r].door], 1000, NOW, token, strlen(token), &c, &why);

		if (e == OK || (e != E_DENIED && !evil[r].unknown_kid))
			fail_msg("%s: %s (%s)", evil[r].name, err_text(e), why.text);
		if (!strstr(why.text, evil[r].says))
			fail_msg("%s: \"%s\" where \"%s\" was meant", evil[r].name, why.text,
				evil[r].says);
		free(token);
	}
}

static void all_of_the_fair_pass_fresh_and_remembered(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(fair); r++) {
		char *token = token_of(&fair[r]);

		for (int again = 0; again < 2; again++) {
			struct why why = { .code = OK };
			struct claims c;
			enum err e = keys_verify(keys, &door[fair[r].door], 1000, NOW, token,
				strlen(token), &c, &why);

			if (e != OK)
				fail_msg("%s: %s", fair[r].name, why.text);
			assert_true(text_same_nocase(c.aud, APP));
		}
		free(token);
	}
}

/* jansson stops at a NUL in a C string; a token comes with its length. */
static void a_nul_in_the_bytes_is_no_end(void **state)
{
	static const char claims[] = GOOD_CLAIMS "\0{}";
	char *token = mint_token_bytes(key[PLAIN], MINT_RS256, GOOD_HEADER, strlen(GOOD_HEADER),
		claims, sizeof(claims) - 1);
	struct claims c;
	struct why why;

	(void)state;
	assert_int_equal(keys_verify(keys, &door[CALL], 1000, NOW, token, strlen(token), &c, &why),
		E_DENIED);
	free(token);
	token = mint_token(key[PLAIN], MINT_RS256, GOOD_HEADER, GOOD_CLAIMS);
	assert_int_equal(
		keys_verify(keys, &door[CALL], 1000, NOW, token, strlen(token) + 1, &c, &why),
		E_DENIED);
	assert_int_equal(
		keys_verify(keys, &door[CALL], 1000, NOW, token, strlen(token), &c, &why), OK);
	free(token);
}

static void what_passes_one_door_is_judged_anew_at_the_next(void **state)
{
	struct row both = { .claims = "{" CHAT_ISS AUD TID NBF EXP "}" };
	struct row ps = { .header = H("PS256", "rsa", ""), .how = MINT_PS256 };
	struct token_profile stranger = door[CALL];
	char *token = token_of(&both);
	struct claims c;
	struct why why;

	(void)state;
	memcpy(stranger.audience, OTHER, sizeof(OTHER));
	assert_int_equal(
		keys_verify(keys, &door[CHAT], 1000, NOW, token, strlen(token), &c, &why), OK);
	assert_int_equal(
		keys_verify(keys, &stranger, 1000, NOW, token, strlen(token), &c, &why), E_DENIED);
	assert_int_equal(
		keys_verify(keys, &door[CALL], 1000, NOW, token, strlen(token), &c, &why), OK);
	free(token);
	token = token_of(&ps);
	assert_int_equal(
		keys_verify(keys, &door[WIDE], 1000, NOW, token, strlen(token), &c, &why), OK);
	assert_int_equal(keys_verify(keys, &door[CALL], 1000, NOW, token, strlen(token), &c, &why),
		E_DENIED);
	free(token);
}

static void open_doors(void)
{
	struct guid tenant;

	assert_int_equal(profile_call(&door[CALL], APP, NULL), OK);
	assert_int_equal(guid_parse(TENANT, strlen(TENANT), &tenant), OK);
	door[CALL].tenant[door[CALL].n_tenants++] = tenant;
	door[WIDE] = door[CALL];
	door[WIDE].algs = JWS_RS256 | JWS_PS256 | JWS_ES256;
	assert_int_equal(profile_chat(&door[CHAT], APP, NULL), OK);
}

static int set_up(void **state)
{
	struct text t = TEXT(document);

	(void)state;
	for (int k = 0; k < KEYS; k++)
		key[k] = k == CURVE ? mint_ec("P-256") : mint_rsa(k == WEAK ? 1024 : 2048);
	text_add(&t, "{\"keys\":[");
	mint_jwk(&t, key[PLAIN], "rsa", ",\"use\":\"sig\""), text_add(&t, ",");
	mint_jwk(&t, key[CURVE], "ec", ""), text_add(&t, ",");
	mint_jwk(&t, key[WEAK], "weak", ""), text_add(&t, ",");
	mint_jwk(&t, key[OTHERS], "others", ",\"endorsements\":[\"webchat\"]"), text_add(&t, ",");
	mint_jwk(&t, key[PS_ALONE], "ps", ",\"alg\":\"PS256\"");
	text_add(&t, "]}");
	assert_false(t.cut);
	open_doors();
	keys = root_new(1000);
	assert_int_equal(root_serve(keys, 1000, document), 2);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	keys_free(keys);
	for (int k = 0; k < KEYS; k++)
		EVP_PKEY_free(key[k]);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_of_the_evil_passes),
		cmocka_unit_test(all_of_the_fair_pass_fresh_and_remembered),
		cmocka_unit_test(a_nul_in_the_bytes_is_no_end),
		cmocka_unit_test(what_passes_one_door_is_judged_anew_at_the_next),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
