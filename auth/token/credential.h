#ifndef AUTH_TOKEN_CREDENTIAL_H
#define AUTH_TOKEN_CREDENTIAL_H

/*
 * How the bot proves to Entra who it is. A form is a file here and a line in
 * credentials.def; its members say which environment names it reads and how it proves.
 *
 * Files (certificate, federated token) are read again for each proof, because both are
 * rotated under us; they are read once when the credential is made, so that a wrong
 * path is told at the start. Secrets are wiped on release and have no printer.
 * Source: azure-identity's and Bot Framework's environment names; Entra's
 * certificate-credentials and workload identity pages.
 */

#include "bot/base/err.h"

#include <stdint.h>

struct credential;

/* getenv's shape, so that tests need no environment. NULL or "": not set. */
typedef const char *env_get(void *ctx, const char *name);

enum { ID_MAX = 64, AUTHORITY_MAX = 256 };

/* What the environment says of the bot. Identity is "" where it says nothing. */
struct credential_env {
	struct credential *credential; /* owned: credential_free; NULL: none set */
	char client_id[ID_MAX];        /* AZURE_CLIENT_ID, MicrosoftAppId */
	char tenant_id[ID_MAX];        /* AZURE_TENANT_ID, MicrosoftAppTenantId */
	char authority[AUTHORITY_MAX]; /* AZURE_AUTHORITY_HOST, without a closing slash */
};

/*
 * Read AZURE_CLIENT_SECRET or MicrosoftAppPassword; AZURE_CLIENT_CERTIFICATE_PATH (PEM or
 * PFX) with AZURE_CLIENT_CERTIFICATE_PASSWORD; AZURE_FEDERATED_TOKEN_FILE;
 * AZURE_TOKEN_CREDENTIALS=ManagedIdentityCredential or MicrosoftAppType=UserAssignedMSI for a
 * managed identity that is the bot itself; MANAGED_IDENTITY_CLIENT_ID (an id, or "system")
 * for one that vouches for the bot's registration. Managed identities are asked at
 * IDENTITY_ENDPOINT with IDENTITY_HEADER where the platform sets them (App Service, Container
 * Apps), else at AZURE_POD_IDENTITY_AUTHORITY_HOST or the machine's own address.
 *
 * OK           also when none is set: then out->credential is NULL
 * E_DENIED     two credentials set, or two names with different values: why names them
 * E_MALFORMED  a file that does not hold what it should, a name that is too long
 * E_SYSTEM     a file that cannot be read
 *
 * out is filled on OK only. Reads files. Any thread.
 */
enum err credential_from_env(
	env_get *get, void *ctx, struct credential_env *out, struct why *why) MUST_CHECK;

/* A client secret that came another way (a file of secrets, a test). Copied. NULL: no memory. */
struct credential *credential_secret(const char *secret);

/* Wipes. NULL is fine. */
void credential_free(struct credential *c);

/* "secret", "certificate", "federated", "managed", "managed-federated": for the log. */
const char *credential_form_name(const struct credential *c);

#endif
