/* What is asked: of Entra's token endpoint, or of a managed identity's. */
#include "auth/token/grant.h"
#include "auth/token/slots.h"
#include "bot/base/text.h"

#include <openssl/crypto.h>
#include <stdlib.h>

/* The body of a POST to Entra's token endpoint: who we are, the fields, and the proof. */
static enum err entra_fill(const struct slot *s, const struct proof *proof,
	const struct grant_field *field, size_t n, struct token_post *out, struct why *why)
{
	struct body body = { .at = calloc(1, BODY_MAX), .size = BODY_MAX };
	struct text url = TEXT(out->url);
	enum err e;

	if (!body.at)
		return FAIL(why, E_SYSTEM, "no memory for a token request");
	out->body = body.at;
	text_add(&url, "%s/%s/oauth2/v2.0/token", s->authority, s->tenant);
	body_add(&body, "client_id", s->client_id);
	for (size_t i = 0; i < n; i++)
		body_add(&body, field[i].name, field[i].value);
	e = s->credential->form->prove(s->credential, proof, &body, why);
	if (e == OK && body.cut)
		e = FAIL(why, E_LIMIT, "the %s credential is too long for a request",
			s->credential->form->name);
	out->body_bytes = body.used;
	return e;
}

static struct proof proof_of(
	const struct tokens *t, const struct slot *s, uint64_t now_unix_s, struct token_post *out)
{
	return (struct proof){ .token_url = out->url,
		.client_id = s->client_id,
		.scope = s->scope,
		.assertion = s->inner ? t->slot[s->inner - 1].bearer : NULL,
		.now_unix_s = now_unix_s };
}

enum err token_request(struct tokens *t, const struct slot *s, uint64_t now_unix_s,
	struct token_post *out, struct why *why)
{
	const struct grant_field field[] = { { "grant_type", "client_credentials" },
		{ "scope", s->scope } };
	struct proof proof = proof_of(t, s, now_unix_s, out);

	if (s->credential->form->ask)
		return s->credential->form->ask(s->credential, &proof, out, why);
	return entra_fill(s, &proof, field, ARRAY_LEN(field), out, why);
}

void token_post_fini(struct token_post *post)
{
	if (post->body)
		OPENSSL_cleanse(post->body, BODY_MAX);
	OPENSSL_cleanse(post->header_value, sizeof(post->header_value));
	free(post->body);
	post->body = NULL;
}

enum err grant_post(struct tokens *t, uint32_t slot, uint64_t now_ms, uint64_t now_unix_s,
	const struct grant_field *field, size_t n, struct token_post *out, struct why *why)
{
	const struct slot *s = &t->slot[slot];
	struct proof proof;
	const char *assertion;
	enum err e = s->inner ? token_get(t, s->inner - 1, now_ms, &assertion, why) : OK;

	*out = (struct token_post){ .attempt = 0 };
	if (e != OK)
		return e;
	if (s->credential->form->ask)
		return FAIL(why, E_DENIED,
			"a managed identity cannot ask for a person: use it as a federated "
			"credential "
			"of a registration (MANAGED_IDENTITY_CLIENT_ID)");
	proof = proof_of(t, s, now_unix_s, out);
	e = entra_fill(s, &proof, field, n, out, why);
	if (e != OK)
		token_post_fini(out);
	return e;
}
