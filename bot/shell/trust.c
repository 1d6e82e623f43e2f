/* What the trust root and the token cache want fetched, carried by the client. */
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/rng.h"
#include "bot/shell/shell.h"

#include <string.h>

static enum err open_keys(struct shell *s, struct why *why)
{
	struct keys_conf conf = { .name = "call", .http_on_loopback = true };
	struct guid tenant;

	random_bytes(&conf.seed, sizeof(conf.seed));
	if (text_copy(conf.metadata_url, sizeof(conf.metadata_url),
		    s->conf->endpoint.call_openid) != OK)
		return FAIL(why, E_LIMIT, "endpoints.call_openid is too long");
	if (profile_call(&s->call_profile, s->conf->bot.app_id, why) != OK)
		return why->code;
	if (guid_parse(s->conf->bot.tenant_id, strlen(s->conf->bot.tenant_id), &tenant) == OK)
		s->call_profile.tenant[s->call_profile.n_tenants++] = tenant;
	return keys_new(&conf, clock_mono_ms(), &s->call_keys, why);
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
	tokens_free(s->tokens);
	credential_free(s->credential);
}

static void on_keys(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct keys_view before, after;
	struct why why;

	keys_view(s->call_keys, &before);
	if (keys_got(s->call_keys, clock_mono_ms(), e->number, a->status, a->body, a->body_bytes,
		    &why) == E_REMOTE)
		log_line(LOG_WARN, "auth", "", "keys of call notifications: %s -> later again",
			why.text);
	keys_view(s->call_keys, &after);
	if (after.fetched_ms && !before.fetched_ms)
		log_line(LOG_INFO, "auth", "",
			"keys of call notifications: issuer=%s keys=%zu dropped=%zu "
			"conflicting=%zu",
			after.issuer, after.n_keys, after.n_dropped, after.n_conflicting);

	webhook_keyless(s);
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

static void fetch_keys(struct shell *s, const struct keys_fetch *f)
{
	struct errand e = { .done = on_keys, .number = f->attempt };

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
		fetch_keys(s, &fetch);
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
	uint64_t keys = keys_deadline_ms(s->call_keys), tokens = tokens_deadline_ms(s->tokens);

	return keys < tokens ? keys : tokens;
}
