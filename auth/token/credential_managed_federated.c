/*
 * A managed identity vouches for the bot's registration, as its federated credential: its
 * token for the exchange is our assertion, fetched anew when it ends (kept with the request it
 * would outlive, and renewal would break).
 * Source: Entra's workload identity federation, with a managed identity as the credential.
 */
#include "auth/token/form.h"

#include "bot/base/text.h"

#include <string.h>

#define ENV "MANAGED_IDENTITY_CLIENT_ID"

/* What says that a managed identity is meant, for the inner credential. */
struct as_managed {
	env_get *get;
	void *ctx;
};

static const char *as_managed(void *ctx, const char *name)
{
	const struct as_managed *outer = ctx;

	return strcmp(name, "AZURE_TOKEN_CREDENTIALS") == 0 ? "ManagedIdentityCredential"
							    : outer->get(outer->ctx, name);
}

static enum err complete(struct credential *c, env_get *get, void *ctx, struct why *why)
{
	const struct credential_form *form = &credential_form_managed;
	struct as_managed outer = { get, ctx };
	enum err e;

	if (text_copy(c->inner_client_id, sizeof(c->inner_client_id), c->value) != OK)
		return FAIL(why, E_MALFORMED, ENV " is longer than %d characters", ID_MAX - 1);
	c->inner = credential_make(form, form->find(as_managed, &outer), NULL);
	if (!c->inner)
		return FAIL(why, E_SYSTEM, "no memory for a credential");
	e = form->complete(c->inner, get, ctx, why);
	return e == OK ? form->check(c->inner, why) : e;
}

static enum err prove(
	const struct credential *c, const struct proof *proof, struct body *out, struct why *why)
{
	(void)c;
	(void)why;
	body_add_assertion(out, proof->assertion);
	return OK;
}

const struct credential_form credential_form_managed_federated = {
	.name = "managed-federated",
	.env = { ENV },
	.complete = complete,
	.prove = prove,
};
