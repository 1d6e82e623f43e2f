#ifndef AUTH_TOKEN_FORM_H
#define AUTH_TOKEN_FORM_H

/*
 * What one form of credential must know how to do. Of the room alone.
 *
 * A form adds its fields to the body of a client-credentials request; client_id, scope
 * and grant_type are there already.
 */

#include "auth/token/credential.h"

#include <stdbool.h>

/* A form body under construction: names and values, percent-encoded, in fixed storage. */
struct body {
	char *at; /* owned by whoever made it; wiped with body_wipe */
	size_t size, used;
	bool cut;
};

enum { BODY_MAX = 24 * 1024, SECRET_FILE_MAX = 16 * 1024 };

/* Append name=value. What does not fit sets cut. */
void body_add(struct body *b, const char *name, const char *value);

/* Who asks whom, and when. */
struct proof {
	const char *token_url;
	const char *client_id;
	const char *scope;
	const char *assertion; /* the inner credential's token, where there is one */
	uint64_t now_unix_s;
};

struct credential {
	const struct credential_form *form;
	char *value;    /* owned: the secret, a path, an endpoint */
	char *password; /* owned: of the certificate's file, of the endpoint; NULL: none */
	/* Owned: whose token is this one's assertion, and of which app; NULL: none. */
	struct credential *inner;
	char inner_client_id[ID_MAX];
};

struct token_post;

struct credential_form {
	const char *name;
	const char *env[2];       /* the names that choose this form; the second may be NULL */
	const char *password_env; /* NULL: it has none */
	/* Where a name alone does not choose it: the value, or NULL when it is not chosen. */
	const char *(*find)(env_get *get, void *ctx);
	/* What else it reads of the environment. NULL: nothing. */
	enum err (*complete)(struct credential *c, env_get *get, void *ctx, struct why *why);
	/* Is the value fit for use? Run once, when the credential is made. NULL: always. */
	enum err (*check)(const struct credential *c, struct why *why);
	enum err (*prove)(const struct credential *c, const struct proof *proof, struct body *out,
		struct why *why);
	/* Instead of prove, for what does not ask Entra: fills url, method and header. */
	enum err (*ask)(const struct credential *c, const struct proof *proof,
		struct token_post *out, struct why *why);
};

#define FORM(form_name) extern const struct credential_form credential_form_##form_name;
#include "auth/token/credentials.def"
#undef FORM

/* One of that form. NULL: no memory. */
struct credential *credential_make(
	const struct credential_form *form, const char *value, const char *password);

/* NULL is fine, for both. The text is overwritten before it is freed. */
void secret_free(char *secret);
char *secret_copy(const char *secret);

/*
 * A small file as a NUL-terminated text, to be released with secret_free.
 * E_SYSTEM: cannot be read; E_LIMIT: above SECRET_FILE_MAX. why names the path and the
 * environment name it came from.
 */
enum err secret_file(
	const char *path, const char *env_name, char **out, size_t *n, struct why *why) MUST_CHECK;

/* The fields of every form that proves itself by a JWT. */
void body_add_assertion(struct body *b, const char *jwt);

/* A fresh GUID of chance alone (version 4). */
void guid_fresh(char out[37]);

#endif
