#ifndef GRAPH_SIM_RICH_H
#define GRAPH_SIM_RICH_H

/*
 * Resource data for a subscriber's eyes alone: RSA-OAEP (SHA-1) of a fresh key, AES-256-CBC with
 * the key's first half as IV, HMAC-SHA256 over what came out.
 * Source: Graph, concepts/change-notifications-with-resource-data.
 */

#include <jansson.h>
#include <stdbool.h>

/* base64 of a DER certificate with an RSA key of 2048 to 4096 bits. */
bool rich_certificate_good(const char *base64);

/* {"data", "dataSignature", "dataKey", "encryptionCertificateId",
 * "encryptionCertificateThumbprint"}: a new reference. NULL: no such certificate, no memory. */
json_t *rich_encrypt(const json_t *content, const char *certificate, const char *id);

#endif
