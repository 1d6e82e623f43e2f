#ifndef AUTH_JOSE_JWK_IMPORT_H
#define AUTH_JOSE_JWK_IMPORT_H

/* From the numbers of a JWK to a key OpenSSL can use. Of the room alone. */

#include "auth/jose/jwk.h"

#include <jansson.h>

/* Fill key, algs (all its type can do) and print. False: not a key we would use; then key is NULL.
 * Pure. */
bool jwk_import(const json_t *jwk, struct jwk *out);

/* Make the contexts for out->algs. False: OpenSSL refused. */
bool jwk_make_ready(struct jwk *out);

#endif
