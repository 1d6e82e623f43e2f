/* A client secret: shared with Entra, sent in the body (every Microsoft library does so). */
#include "auth/token/form.h"

static enum err prove(
	const struct credential *c, const struct proof *proof, struct body *out, struct why *why)
{
	(void)proof;
	(void)why;
	body_add(out, "client_secret", c->value);
	return OK;
}

const struct credential_form credential_form_secret = {
	.name = "secret",
	.env = { "AZURE_CLIENT_SECRET", "MicrosoftAppPassword" },
	.prove = prove,
};
