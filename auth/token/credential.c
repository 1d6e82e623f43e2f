#include "auth/token/credential.h"

#include "auth/token/form.h"
#include "bot/base/text.h"

#include <stdlib.h>
#include <string.h>

static const struct credential_form *const forms[] = {
#define FORM(form_name) &credential_form_##form_name,
#include "auth/token/credentials.def"
#undef FORM
};

static const char *setting(env_get *get, void *ctx, const char *name)
{
	const char *value = name ? get(ctx, name) : NULL;

	return value && value[0] ? value : NULL;
}

/* One thing under two names: either may be set, or both alike. NULL in *out: neither. */
static enum err either(
	env_get *get, void *ctx, const char *const names[2], const char **out, struct why *why)
{
	const char *a = setting(get, ctx, names[0]), *b = setting(get, ctx, names[1]);

	*out = a ? a : b;
	if (a && b && strcmp(a, b) != 0)
		return FAIL(why, E_DENIED, "%s and %s are both set and differ: unset one", names[0],
			names[1]);
	return OK;
}

struct credential *credential_make(
	const struct credential_form *form, const char *value, const char *password)
{
	struct credential *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->form = form;
	c->value = secret_copy(value);
	c->password = secret_copy(password);
	if (!c->value || (password && !c->password)) {
		credential_free(c);
		return NULL;
	}
	return c;
}

struct credential *credential_secret(const char *secret)
{
	return credential_make(&credential_form_secret, secret, NULL);
}

void credential_free(struct credential *c)
{
	if (!c)
		return;
	secret_free(c->value);
	secret_free(c->password);
	credential_free(c->inner);
	free(c);
}

const char *credential_form_name(const struct credential *c)
{
	return c->form->name;
}

/* The one form that is set, if any. Two are a mistake we could only guess about. */
static enum err choose(env_get *get, void *ctx, const struct credential_form **form,
	const char **value, struct why *why)
{
	*form = NULL;
	*value = NULL;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		const char *found;
		enum err e = OK;

		if (forms[i]->find)
			found = forms[i]->find(get, ctx);
		else
			e = either(get, ctx, forms[i]->env, &found, why);

		if (e != OK)
			return e;
		if (found && *form)
			return FAIL(why, E_DENIED,
				"two credentials are set, a %s (%s) and a %s (%s): unset one",
				(*form)->name, (*form)->env[0], forms[i]->name, forms[i]->env[0]);
		if (found) {
			*form = forms[i];
			*value = found;
		}
	}
	return OK;
}

static enum err read_id(env_get *get, void *ctx, const char *const names[2], char *out, size_t size,
	struct why *why)
{
	const char *value;
	enum err e = either(get, ctx, names, &value, why);

	out[0] = '\0';
	if (e != OK || !value)
		return e;
	if (text_copy(out, size, value) != OK)
		return FAIL(why, E_MALFORMED, "%s is longer than %zu characters",
			setting(get, ctx, names[0]) ? names[0] : names[1], size - 1);
	return OK;
}

/* Admins write it with and without the scheme and the closing slash. */
static enum err read_authority(env_get *get, void *ctx, char *out, size_t size, struct why *why)
{
	const char *value = setting(get, ctx, "AZURE_AUTHORITY_HOST");
	struct text t = text_of(out, size);

	if (!value)
		return OK;
	text_add(&t, "%s%s", strstr(value, "://") ? "" : "https://", value);
	if (t.cut)
		return FAIL(why, E_MALFORMED, "AZURE_AUTHORITY_HOST is longer than %zu characters",
			size - 1);
	while (t.used > 0 && out[t.used - 1] == '/')
		out[--t.used] = '\0';
	return OK;
}

static enum err read_identity(env_get *get, void *ctx, struct credential_env *out, struct why *why)
{
	static const char *const client[2] = { "AZURE_CLIENT_ID", "MicrosoftAppId" };
	static const char *const tenant[2] = { "AZURE_TENANT_ID", "MicrosoftAppTenantId" };
	enum err e = read_id(get, ctx, client, out->client_id, sizeof(out->client_id), why);

	if (e == OK)
		e = read_id(get, ctx, tenant, out->tenant_id, sizeof(out->tenant_id), why);
	if (e == OK)
		e = read_authority(get, ctx, out->authority, sizeof(out->authority), why);
	return e;
}

enum err credential_from_env(env_get *get, void *ctx, struct credential_env *out, struct why *why)
{
	struct credential_env found = { .credential = NULL };
	const struct credential_form *form;
	const char *value;
	enum err e = read_identity(get, ctx, &found, why);

	if (e == OK)
		e = choose(get, ctx, &form, &value, why);
	if (e == OK && form) {
		found.credential = credential_make(
			form, value, setting(get, ctx, form->password_env));
		if (!found.credential)
			e = FAIL(why, E_SYSTEM, "no memory for a credential");
		else if (form->complete)
			e = form->complete(found.credential, get, ctx, why);
		if (e == OK && form->check)
			e = form->check(found.credential, why);
	}
	if (e != OK) {
		credential_free(found.credential);
		return e;
	}
	*out = found;
	return OK;
}
