/*
 * Workload identity: somebody else's JWT, in a file that the platform rotates (an hour on
 * Kubernetes), so it is read for each request. We judge nothing in it but its shape.
 */
#include "auth/token/form.h"

#include <string.h>

#define ENV "AZURE_FEDERATED_TOKEN_FILE"

static enum err read_jwt(const struct credential *c, char **out, struct why *why)
{
	static const char jwt_text[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				       "0123456789-_.";
	char *jwt;
	size_t n;
	enum err e = secret_file(c->value, ENV, &jwt, &n, why);

	if (e != OK)
		return e;
	while (n > 0 && (jwt[n - 1] == '\n' || jwt[n - 1] == '\r' || jwt[n - 1] == ' '))
		jwt[--n] = '\0';
	if (n == 0 || strspn(jwt, jwt_text) != n) {
		secret_free(jwt);
		return FAIL(why, E_MALFORMED, "%s: \"%s\" does not hold a JWT", ENV, c->value);
	}
	*out = jwt;
	return OK;
}

static enum err check(const struct credential *c, struct why *why)
{
	char *jwt;
	enum err e = read_jwt(c, &jwt, why);

	if (e == OK)
		secret_free(jwt);
	return e;
}

static enum err prove(
	const struct credential *c, const struct proof *proof, struct body *out, struct why *why)
{
	char *jwt;
	enum err e = read_jwt(c, &jwt, why);

	(void)proof;
	if (e != OK)
		return e;
	body_add_assertion(out, jwt);
	secret_free(jwt);
	return OK;
}

const struct credential_form credential_form_federated = {
	.name = "federated",
	.env = { ENV },
	.check = check,
	.prove = prove,
};
