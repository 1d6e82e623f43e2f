#ifndef GRAPH_SIM_JWT_INSIDE_H
#define GRAPH_SIM_JWT_INSIDE_H

/* The pieces of a token, for the files that judge one. */

#include "graph/sim/jwt.h"

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>

enum { RSA_BYTES = 512 };

struct jwt_parts {
	json_t *header, *claims;
	uint8_t signature[RSA_BYTES];
	size_t n_signature, signed_bytes;
};

/* base64url without padding; out has room for 4 * n / 3 + 2 bytes. How long it became. */
size_t jwt_b64(const uint8_t *in, size_t n, char *out);
/* -1: not base64url without padding. */
long jwt_unb64(const char *in, size_t n, uint8_t *out, size_t room);
/* p is to be finished on every path. E_DENIED: this is no JWT. */
enum err jwt_split(const char *token, struct jwt_parts *p, struct why *why) MUST_CHECK;
void jwt_parts_fini(struct jwt_parts *p);
/* PS256 (pss), or RS256. */
bool jwt_signature_good(EVP_PKEY *rsa, bool pss, const char *token, const struct jwt_parts *p);

#endif
