/*
 * Somebody else's token instead of a secret: of a managed identity, or of a platform whose issuer
 * and subject the registration trusts.
 * Source: Entra, workload identity federation; matching is case-sensitive since 2024.
 */
#include "graph/sim/entra_inside.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

static const char *text_at(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "";
}

static int no_match(json_t **body, int number, const char *what, const char *value)
{
	char text[300];

	snprintf(text, sizeof(text),
		"No matching federated identity record found for presented assertion%s%.100s%s. "
		"Check "
		"your federated identity credential Subject, Audience and Issuer against the "
		"presented assertion.",
		what, value, value[0] ? "'" : "");
	return entra_fail(body, 401, "invalid_client", number, text);
}

/* The first credential of app that both fit; NULL with the number of what does not. */
static const struct federated *credential_of(
	const struct app *app, const char *issuer, const char *subject, int *number)
{
	bool known = false, nearly = false;

	for (size_t i = 0; i < app->n_federated; i++) {
		const struct federated *f = &app->federated[i];

		if (strcmp(f->issuer, issuer) != 0)
			continue;
		if (strcmp(f->subject, subject) == 0)
			return f;
		known = true;
		nearly |= text_same_nocase(f->subject, subject);
	}
	*number = nearly ? 7002138 : known ? 700213 : app->n_federated ? 700211 : 70021;
	return NULL;
}

/* Entra-issued: of an application itself, not of a person. */
static enum err ours(const struct entra *e, const char *token, uint64_t now_unix, json_t **claims,
	bool *person, struct why *why)
{
	enum err err = jwt_verify(e->people, token, now_unix, claims, why);

	*person = err == OK &&
		  (text_at(*claims, "scp")[0] || strcmp(text_at(*claims, "idtyp"), "app") != 0);
	return err;
}

int entra_federated(const struct entra *e, const struct app *app, const json_t *peeked,
	const char *token, uint64_t now_unix, json_t **body)
{
	const char *issuer = text_at(peeked, "iss"), *subject = text_at(peeked, "sub");
	json_int_t now = (json_int_t)now_unix;
	CLEAN(json_decref) json_t *claims = NULL;
	const struct federated *f;
	bool person = false;
	int number = 0;
	struct why why;
	enum err err;

	f = credential_of(app, issuer, subject, &number);
	if (!f && number == 700211)
		return no_match(body, number, " issuer '", issuer);
	if (!f)
		return no_match(body, number, number == 70021 ? "" : " subject '",
			number == 70021 ? "" : subject);
	err = f->keys[0] ? jwt_foreign(f->keys, token, &claims, &why)
			 : ours(e, token, now_unix, &claims, &person, &why);
	if (json_integer_value(json_object_get(peeked, "exp")) <= now ||
		json_integer_value(json_object_get(peeked, "nbf")) > now + 300)
		return entra_fail(
			body, 401, "invalid_client", 700024, "The assertion is outside its time.");
	if (err != OK)
		return entra_fail(body, 401, "invalid_client", 700027, why.text);
	if (person)
		return entra_fail(body, 401, "invalid_client", 700229,
			"Only app-only tokens can be used as federated identity credentials.");
	/* Exactly one audience: a list is not taken, even of one. */
	if (strcmp(text_at(peeked, "aud"), IDENTITY_EXCHANGE) != 0)
		return no_match(body, 700212, " audience '", text_at(peeked, "aud"));
	return 200;
}
