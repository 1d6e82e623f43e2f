/* peers: auth/keys auth/login auth/token */
/*
 * Our side of a conversation with somebody else's JOSE: a line in, a line out.
 *
 *	keys JSON                          a JWK set becomes the trust root's
 *	verify PROFILE APP TENANT NOW TOKEN    call, chat, change, user, or any (call with every
 *algorithm) assert PATH APP TENANT AUTHORITY NOW   the body of a token request with that
 *certificate
 *
 * Answers: "ok", "ok TEXT", or "no CODE STORY".
 */
#include "auth/login/login.h"
#include "auth/token/token.h"

#include "auth/jose/jws.h"
#include "tests/auth/root.h"

enum { WORDS_MAX = 6 };

static struct keys *keys;

static void refuse(enum err e, const struct why *why)
{
	printf("no %d %s\n", (int)e, why->text);
}

static void take_keys(const char *json)
{
	struct keys_fetch f;
	struct why why = { .text = "" };
	enum err e = OK;

	keys_free(keys);
	keys = root_new(0);
	while (e == OK && keys_want(keys, 0, &f)) {
		const char *body = strcmp(f.url, ROOT_URL) ? json : ROOT_METADATA;

		e = keys_got(keys, 0, f.attempt, 200, body, strlen(body), &why);
	}
	if (e == OK)
		puts("ok");
	else
		refuse(e, &why);
}

static enum err profile_named(const char *name, const char *app, const char *tenant,
	struct token_profile *out, struct why *why)
{
	enum err e;

	if (!strcmp(name, "user"))
		return login_profile(out, "https://login.microsoftonline.com", app, tenant, why);
	if (!strcmp(name, "chat"))
		return profile_chat(out, app, why);
	if (!strcmp(name, "change")) {
		e = profile_change(out, "https://login.microsoftonline.com", app, why);
		if (e == OK)
			e = guid_parse(tenant, strlen(tenant), &out->tenant[out->n_tenants++]);
		return e;
	}
	e = profile_call(out, app, why);
	if (!strcmp(name, "any"))
		out->algs = JWS_RS256 | JWS_PS256 | JWS_ES256;
	return e;
}

static void verify(char *word[WORDS_MAX])
{
	struct token_profile profile;
	struct claims c;
	struct why why = { .text = "" };
	enum err e = profile_named(word[1], word[2], word[3], &profile, &why);

	if (e == OK)
		e = keys_verify(keys, &profile, 0, strtoull(word[4], NULL, 10), word[5],
			strlen(word[5]), &c, &why);
	if (e == OK)
		printf("ok %s\n", c.iss);
	else
		refuse(e, &why);
}

static const char *path_alone(void *path, const char *name)
{
	return strcmp(name, "AZURE_CLIENT_CERTIFICATE_PATH") ? NULL : path;
}

static enum err body_print(
	struct tokens *t, const struct token_key *key, uint64_t now_unix_s, struct why *why)
{
	struct token_post post;
	const char *bearer;
	uint32_t slot;
	enum err e = tokens_slot(t, key, &slot, why);

	if (e == OK && token_get(t, slot, 0, &bearer, why) == E_STALE)
		e = tokens_want(t, 0, now_unix_s, &post, why);
	if (e != OK)
		return e;
	printf("ok %s\n", post.body);
	token_post_fini(&post);
	return OK;
}

static void assertion(char *word[WORDS_MAX])
{
	struct credential_env env = { .credential = NULL };
	struct tokens *t = tokens_new(1, false);
	struct why why = { .text = "" };
	enum err e = credential_from_env(path_alone, word[1], &env, &why);

	if (e == OK)
		e = body_print(t,
			&(struct token_key){ word[4], word[3], word[2], env.credential,
				"https://graph.microsoft.com/.default" },
			strtoull(word[5], NULL, 10), &why);
	if (e != OK)
		refuse(e, &why);
	tokens_free(t);
	credential_free(env.credential);
}

/* The words of a line, one space between them; the last takes the rest. Gives how many. */
static int split(char *line, char *word[WORDS_MAX])
{
	int n = 0;

	line[strcspn(line, "\n")] = '\0';
	while (n < WORDS_MAX) {
		char *space = n < WORDS_MAX - 1 ? strchr(line, ' ') : NULL;

		word[n++] = line;
		if (!space)
			break;
		*space = '\0';
		line = space + 1;
	}
	return n;
}

int main(void)
{
	char *line = NULL, *word[WORDS_MAX];
	size_t size = 0;

	keys = root_new(0);
	while (getline(&line, &size, stdin) > 0) {
		if (!strncmp(line, "keys ", 5))
			take_keys(line + 5);
		else if (split(line, word) == WORDS_MAX && !strcmp(word[0], "verify"))
			verify(word);
		else if (!strcmp(word[0], "assert"))
			assertion(word);
		else
			puts("no 0 what?");
		fflush(stdout);
	}
	free(line);
	keys_free(keys);
	return 0;
}
