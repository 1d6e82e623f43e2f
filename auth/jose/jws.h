#ifndef AUTH_JOSE_JWS_H
#define AUTH_JOSE_JWS_H

/*
 * Compact JWS: who signed this text?
 *
 * The sender chooses nothing. The order of work is fixed: size, split, header, the
 * receiver's allow-list, the receiver's key, the signature; what is signed is decoded
 * last and by somebody else (claims.h). jwk, jku, x5u, x5c and x5t in a header are not
 * read; crit, b64, zip, enc, a typ of JWE and a cty other than JWT are refused.
 * Source: RFC 7515, RFC 8725; wycheproof's JWS vectors.
 */

#include "auth/jose/b64url.h"
#include "auth/jose/jwk.h"

#include <stdint.h>

enum {
	JWS_BYTES_MAX = 16 * 1024, /* of a whole token */
	JWS_HEADER_MAX = 1024,     /* decoded */
	JWS_SIGNATURE_MAX = 1024,  /* decoded: RSA with 8192 bits */
	JWS_DIGEST = 32,           /* SHA-256, of all our algorithms */
};

/* What a header says that we look at. */
struct jws_header {
	enum jws_alg alg;
	/* "cty":"JWT", a token in a token. Microsoft's bot platform says it of plain claims, so the
	 * profile decides; a true one fails as claims. */
	bool cty_jwt;
	char kid[KID_MAX + 1];
};

/*
 * The last header that was read. An issuer's headers are the same bytes in token after token,
 * and the same bytes say the same. {0} to begin with; one owner, one thread.
 */
struct jws_memo {
	char text[B64URL_TEXT(JWS_HEADER_MAX)]; /* base64url */
	size_t n;
	struct jws_header header;
};

/* A token taken apart but not yet believed. Pointers are into the caller's text. */
struct jws {
	struct jws_header header;
	const char *text; /* what is signed: header, dot, payload */
	size_t text_bytes;
	const char *payload; /* still base64url */
	size_t payload_bytes;
	uint8_t signature[JWS_SIGNATURE_MAX];
	size_t signature_bytes;
};

/*
 * The token of an Authorization header's value: "Bearer", one space, one token.
 * E_DENIED: anything else, commas and further credentials included. Pure.
 */
enum err jws_bearer(
	const char *authorization, const char **token, size_t *n, struct why *why) MUST_CHECK;

/*
 * Take a token of n bytes apart. algs is the receiver's allow-list (enum jws_alg bits),
 * bytes_max its limit on the whole (at most JWS_BYTES_MAX), memo may be NULL.
 *
 * E_DENIED  not a token this receiver would ever take: answer 401. why says which rule,
 *           for our log alone; it quotes nothing of the token
 *
 * Pure. Any thread.
 */
enum err jws_read(const char *token, size_t n, unsigned algs, size_t bytes_max,
	struct jws_memo *memo, struct jws *out, struct why *why) MUST_CHECK;

/* SHA-256 of what is signed. ctx: any, used again and again; the caller's. False: OpenSSL failed.
 */
bool jws_digest(EVP_MD_CTX *ctx, const char *text, size_t n, uint8_t out[JWS_DIGEST]) MUST_CHECK;

/*
 * Did key sign the text with this digest? E_DENIED: no (a wrong signature and a key that may
 * not use this alg alike). Pure; the thread that owns the key.
 */
enum err jws_verify(const struct jws *jws, const uint8_t digest[JWS_DIGEST], const struct jwk *key,
	struct why *why) MUST_CHECK;

/*
 * Our own signature: a compact JWS over claims (JSON text) with PS256 and the header
 * {"alg":"PS256","typ":"JWT","x5t#S256":print}, as Entra wants client assertions.
 * print is SHA-256 of the certificate's DER. *out is owned: free() it.
 *
 * E_DENIED  key is not RSA of at least 2048 bits
 * E_SYSTEM  OpenSSL refused; why has its words
 *
 * Deterministic but for PSS's salt. Any thread.
 * Source: entra-docs, certificate-credentials.
 */
enum err jws_sign_ps256(const char *claims, EVP_PKEY *key, const uint8_t print[32], char **out,
	struct why *why) MUST_CHECK;

#endif
