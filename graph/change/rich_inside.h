#ifndef GRAPH_CHANGE_RICH_INSIDE_H
#define GRAPH_CHANGE_RICH_INSIDE_H

/* What struct rich_key holds: rich_key.c makes and keeps, rich.c opens. Of the room alone. */

#include "graph/change/rich.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

struct rich_key {
	EVP_PKEY *pair;
	X509 *certificate;
	char *base64; /* of the certificate's DER */
	char id[SUB_KEY_TEXT];
	uint64_t made_unix_s;
};

#endif
