/*
 * A managed identity: the platform gives tokens to whatever runs on the machine, so nothing
 * secret is ours. The value is the endpoint, the password the header App Service wants with
 * it, which the platform changes at each start of the process.
 * Source: Entra's managed identities, how-to-use-vm-token; App Service's overview of them.
 */
#include "auth/token/form.h"
#include "auth/token/token.h"
#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

#define MACHINE "http://169.254.169.254"

static const char *set(env_get *get, void *ctx, const char *name)
{
	const char *value = get(ctx, name);

	return value && value[0] ? value : NULL;
}

static bool says(env_get *get, void *ctx, const char *name, const char *word)
{
	const char *value = set(get, ctx, name);

	return value && text_same_nocase(value, word);
}

static const char *find(env_get *get, void *ctx)
{
	const char *endpoint = set(get, ctx, "IDENTITY_ENDPOINT");
	const char *machine = set(get, ctx, "AZURE_POD_IDENTITY_AUTHORITY_HOST");

	if (!says(get, ctx, "AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential") &&
		!says(get, ctx, "MicrosoftAppType", "UserAssignedMSI"))
		return NULL;
	return endpoint ? endpoint : machine ? machine : MACHINE;
}

/* Plain http, but to no further than the machine and its platform: loopback or link-local. */
static enum err check(const struct credential *c, struct why *why)
{
	static const char *const near[] = { "http://169.254.", "http://127.",
		"http://localhost:", "http://localhost/", "http://[::1]" };

	for (size_t i = 0; i < ARRAY_LEN(near); i++)
		if (strncmp(c->value, near[i], strlen(near[i])) == 0 &&
			strlen(c->value) < AUTHORITY_MAX && !strpbrk(c->value, "?#@ \r\n"))
			return OK;
	return FAIL(why, E_MALFORMED,
		"the managed identity's endpoint must be http on 169.254.*, 127.* or localhost, "
		"and "
		"IDENTITY_ENDPOINT is not");
}

static enum err complete(struct credential *c, env_get *get, void *ctx, struct why *why)
{
	const char *header = set(get, ctx, "IDENTITY_HEADER");

	if (!set(get, ctx, "IDENTITY_ENDPOINT"))
		return OK;
	if (!header || strlen(header) > 128 || strpbrk(header, "\r\n"))
		return FAIL(why, E_MALFORMED,
			"IDENTITY_ENDPOINT is set, and IDENTITY_HEADER is missing or no header");
	c->password = secret_copy(header);
	return c->password ? OK : FAIL(why, E_SYSTEM, "no memory for a credential");
}

/* The resource is the scope without its tail. The two platforms differ in path, version and
 * header. */
static enum err ask(const struct credential *c, const struct proof *proof, struct token_post *out,
	struct why *why)
{
	char query[TOKEN_URL_MAX], resource[TOKEN_SCOPE_MAX];
	struct body b = { .at = query, .size = sizeof(query) };
	struct text url = TEXT(out->url), header = TEXT(out->header_value);

	snprintf(resource, sizeof(resource), "%.*s",
		(int)(strlen(proof->scope) - strlen("/.default")), proof->scope);
	body_add(&b, "api-version", c->password ? "2019-08-01" : "2018-02-01");
	body_add(&b, "resource", resource);
	if (strcmp(proof->client_id, "system") != 0)
		body_add(&b, "client_id", proof->client_id);
	text_add(&url, "%s%s?%s", c->value, c->password ? "" : "/metadata/identity/oauth2/token",
		query);
	text_add(&header, "%s", c->password ? c->password : "true");
	out->header = c->password ? "X-IDENTITY-HEADER" : "Metadata";
	out->managed = true;
	if (b.cut || url.cut || header.cut)
		return FAIL(why, E_LIMIT, "the managed identity's endpoint is too long");
	return OK;
}

const struct credential_form credential_form_managed = {
	.name = "managed",
	.env = { "AZURE_TOKEN_CREDENTIALS", "MicrosoftAppType" },
	.find = find,
	.complete = complete,
	.check = check,
	.ask = ask,
};
