/* What the trust root and the token cache want fetched, carried by the client. */
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/rng.h"
#include "auth/login/login.h"
#include "bot/shell/shell.h"

#include <string.h>

static enum err open_root(
	struct keys **out, const char *name, const char *metadata_url, struct why *why)
{
	struct keys_conf conf = { .http_on_loopback = true };

	random_bytes(&conf.seed, sizeof(conf.seed));
	snprintf(conf.name, sizeof(conf.name), "%s", name);
	if (text_copy(conf.metadata_url, sizeof(conf.metadata_url), metadata_url) != OK)
		return FAIL(why, E_LIMIT, "the metadata address of %s tokens is too long", name);
	return keys_new(&conf, clock_mono_ms(), out, why);
}

static enum err open_keys(struct shell *s, struct why *why)
{
	const struct config *c = s->conf;
	struct guid tenant;

	if (profile_call(&s->call_profile, s->conf->bot.app_id, why) != OK)
		return why->code;
	if (guid_parse(s->conf->bot.tenant_id, strlen(s->conf->bot.tenant_id), &tenant) == OK)
		s->call_profile.tenant[s->call_profile.n_tenants++] = tenant;
	if (login_profile(&s->people_profile, c->endpoint.issuer, c->bot.app_id, c->bot.tenant_id,
		    why) != OK)
		return why->code;
	if (open_root(&s->people_keys, "people", c->endpoint.entra_openid, why) != OK)
		return why->code;
	return open_root(&s->call_keys, "call", c->endpoint.call_openid, why);
}

static enum err check_identity(
	const struct shell *s, const struct credential_env *env, struct why *why)
{
	if (!env->credential)
		return FAIL(why, E_ABSENT,
			"no credential of the bot: set AZURE_CLIENT_SECRET, "
			"AZURE_CLIENT_CERTIFICATE_PATH or "
			"AZURE_FEDERATED_TOKEN_FILE in the environment");
	if (env->client_id[0] && !text_same_nocase(env->client_id, s->conf->bot.app_id))
		return FAIL(why, E_DENIED, "AZURE_CLIENT_ID and the configuration's app_id differ");
	if (env->tenant_id[0] && !text_same_nocase(env->tenant_id, s->conf->bot.tenant_id))
		return FAIL(
			why, E_DENIED, "AZURE_TENANT_ID and the configuration's tenant_id differ");
	return OK;
}

enum err trust_open(struct shell *s, env_get *get, void *ctx, struct why *why)
{
	struct credential_env env = { .credential = NULL };
	uint64_t seed;
	char scope[TOKEN_SCOPE_MAX];
	enum err e = open_keys(s, why);

	if (e == OK)
		e = credential_from_env(get, ctx, &env, why);
	s->credential = env.credential;
	if (e == OK)
		e = check_identity(s, &env, why);
	if (e != OK)
		return e;
	random_bytes(&seed, sizeof(seed));
	s->tokens = tokens_new(seed, true);
	if (!s->tokens)
		return FAIL(why, E_SYSTEM, "no memory");
	snprintf(scope, sizeof(scope), "%s/.default", s->conf->endpoint.graph_scope);
	return tokens_slot(s->tokens,
		&(struct token_key){ s->conf->endpoint.authority, s->conf->bot.tenant_id,
			s->conf->bot.app_id, s->credential, scope },
		&s->graph_slot, why);
}

void trust_close(struct shell *s)
{
	keys_free(s->call_keys);
	keys_free(s->people_keys);
	tokens_free(s->tokens);
	credential_free(s->credential);
}

static void got_keys(
	struct keys *keys, const char *name, const struct errand *e, const struct client_answer *a)
{
	struct keys_view before, after;
	struct why why;

	keys_view(keys, &before);
	if (keys_got(keys, clock_mono_ms(), e->number, a->status, a->body, a->body_bytes, &why) ==
		E_REMOTE)
		log_line(LOG_WARN, "auth", "", "keys of %s tokens: %s -> later again", name,
			why.text);
	keys_view(keys, &after);
	if (after.fetched_ms && !before.fetched_ms)
		log_line(LOG_INFO, "auth", "",
			"keys of %s tokens: issuer=%s keys=%zu dropped=%zu conflicting=%zu", name,
			after.issuer, after.n_keys, after.n_dropped, after.n_conflicting);
}

static void on_call_keys(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	got_keys(s->call_keys, "call", e, a);
	webhook_keyless(s);
}

static void on_people_keys(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	got_keys(s->people_keys, "people", e, a);
}

static void on_token(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	char retry_after[24];
	struct token_reply reply = { .status = a->status,
		.now_unix_s = clock_unix_ms() / 1000,
		.body = a->body,
		.body_bytes = a->body_bytes };
	struct why why;

	if (a->retry_after_ms != UINT64_MAX) {
		snprintf(retry_after, sizeof(retry_after), "%llu",
			(unsigned long long)((a->retry_after_ms + 999) / 1000));
		reply.retry_after = retry_after;
	}
	if (tokens_got(s->tokens, clock_mono_ms(), e->number, &reply, &why) != OK)
		log_line(LOG_ERROR, "auth", "", "token: %s", why.text);
	errands_token(s);
}

static void fetch_keys(struct shell *s, const struct keys_fetch *f, errand_done *done)
{
	struct errand e = { .done = done, .number = f->attempt };

	errand_http(s, &e,
		&(struct client_request){ .method = "GET",
			.url = f->url,
			.deadline_ms = KEYS_FLIGHT_MS,
			.attempt_ms = KEYS_FLIGHT_MS,
			.attempts_max = 1,
			.harmless = true });
}

static void post_token(struct shell *s, const struct token_post *p)
{
	struct errand e = { .done = on_token, .number = p->attempt };

	errand_http(s, &e,
		&(struct client_request){ .method = "POST",
			.url = p->url,
			.content_type = "application/x-www-form-urlencoded",
			.body = p->body,
			.body_bytes = p->body_bytes,
			.deadline_ms = TOKEN_FLIGHT_MS,
			.attempt_ms = TOKEN_FLIGHT_MS,
			.attempts_max = 1,
			.harmless = true });
}

void trust_run(struct shell *s)
{
	uint64_t now = clock_mono_ms();
	struct keys_fetch fetch;
	struct token_post post;
	struct why why;
	enum err e;

	while (keys_want(s->call_keys, now, &fetch))
		fetch_keys(s, &fetch, on_call_keys);
	while (keys_want(s->people_keys, now, &fetch))
		fetch_keys(s, &fetch, on_people_keys);
	while ((e = tokens_want(s->tokens, now, clock_unix_ms() / 1000, &post, &why)) != E_ABSENT) {
		if (e == OK) {
			post_token(s, &post);
			token_post_fini(&post);
		} else {
			log_line(LOG_ERROR, "auth", "", "credential: %s", why.text);
		}
	}
}

uint64_t trust_deadline_ms(const struct shell *s)
{
	uint64_t keys = keys_deadline_ms(s->call_keys), people = keys_deadline_ms(s->people_keys);
	uint64_t tokens = tokens_deadline_ms(s->tokens);

	keys = people < keys ? people : keys;

	return keys < tokens ? keys : tokens;
}
