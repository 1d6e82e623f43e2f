/* What the trust root and the token cache want fetched, carried by the client. */
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/rng.h"
#include "auth/login/login.h"
#include "bot/shell/cloud.h"
#include "bot/shell/shell.h"
#include "bot/shell/token_answer.h"

#include <ctype.h>
#include <string.h>

enum err trust_root(const struct config *c, struct keys **out, const char *name,
	const char *metadata_url, struct why *why)
{
	struct keys_conf conf = { .http_on_loopback = true };

	for (size_t i = 0; i < ARRAY_LEN(c->endpoint.keys_host) && c->endpoint.keys_host[i]; i++)
		if (text_copy(conf.host[conf.n_hosts++], sizeof(conf.host[0]),
			    c->endpoint.keys_host[i]) != OK)
			return FAIL(why, E_LIMIT, "a name in keys_hosts is too long");
	random_bytes(&conf.seed, sizeof(conf.seed));
	snprintf(conf.name, sizeof(conf.name), "%s", name);
	if (text_copy(conf.metadata_url, sizeof(conf.metadata_url), metadata_url) != OK)
		return FAIL(why, E_LIMIT, "the metadata address of %s tokens is too long", name);
	return keys_new(&conf, clock_mono_ms(), out, why);
}

/* Those the configuration names and no others, else also those the cloud is reported to use. */
static enum err call_issuers(const struct config *c, struct token_profile *p, struct why *why)
{
	const char *const *more = cloud_named(c->endpoint.cloud)->call_issuers;
	enum err e = OK;

	if (c->endpoint.call_issuer[0])
		p->n_issuers = 0;
	for (size_t i = 0; e == OK && i < ARRAY_LEN(c->endpoint.call_issuer); i++)
		if (c->endpoint.call_issuer[i])
			e = profile_issuer_add(p, c->endpoint.call_issuer[i], "", why);
	for (; e == OK && !c->endpoint.call_issuer[0] && *more; more++)
		e = profile_issuer_add(p, *more, "", why);
	return e;
}

/* Who would wonder why every call is refused shall find it in the log. */
static void tell_if_undocumented(const struct config *c)
{
	const struct cloud *cloud = cloud_named(c->endpoint.cloud);

	if (!cloud->call_documented && c->endpoint.call_openid == cloud->call_openid)
		log_line(LOG_WARN, "auth", "",
			"cloud=%s no document tells where the keys of its call notifications are "
			"-> trying %s; endpoints.call_openid and call_issuers say otherwise",
			cloud->name, cloud->call_openid);
}

/* Who may notify this bot, and of which tenants. */
static enum err call_profile(struct shell *s, uint16_t bot, struct why *why)
{
	const struct config *c = s->conf;
	struct token_profile *p = &s->call_profile[bot];

	if (profile_call(p, c->bot[bot].app_id, why) != OK)
		return why->code;
	if (call_issuers(c, p, why) != OK)
		return why->code;
	for (uint16_t i = 0; i < c->n_realms; i++)
		if (c->realm[i].bot == bot && p->n_tenants < PROFILE_TENANTS_MAX)
			p->tenant[p->n_tenants++] = c->realm[i].tenant;
	return OK;
}

/* People sign in with the first bot's registration, from any tenant it serves. */
static enum err people_profile(struct shell *s, struct why *why)
{
	const struct config *c = s->conf;
	struct token_profile *p = &s->people_profile;
	enum err e = login_profile(
		p, c->endpoint.issuer, c->bot[0].app_id, c->bot[0].tenant_id, why);

	for (uint16_t i = 0; e == OK && i < c->n_realms; i++) {
		if (c->realm[i].bot != 0 || guid_same(c->realm[i].tenant, p->tenant[0]) ||
			p->n_tenants == PROFILE_TENANTS_MAX)
			continue;
		p->tenant[p->n_tenants++] = c->realm[i].tenant;
	}
	return e;
}

static enum err open_keys(struct shell *s, struct why *why)
{
	enum err e = people_profile(s, why);

	tell_if_undocumented(s->conf);
	for (uint16_t i = 0; e == OK && i < s->conf->n_bots; i++)
		e = call_profile(s, i, why);
	if (e == OK)
		e = trust_root(
			s->conf, &s->people_keys, "people", s->conf->endpoint.entra_openid, why);
	return e == OK ? trust_root(
				 s->conf, &s->call_keys, "call", s->conf->endpoint.call_openid, why)
		       : e;
}

/* The environment of one bot: the first one's names are as they are, the others' begin with the
 * bot's. */
struct bot_env {
	env_get *get;
	void *ctx;
	const char *bot; /* NULL: the first */
};

/* What the platform sets is the machine's, whichever bot asks. */
static bool is_platforms(const char *name)
{
	static const char *const names[] = { "IDENTITY_ENDPOINT", "IDENTITY_HEADER",
		"AZURE_POD_IDENTITY_AUTHORITY_HOST", "AZURE_AUTHORITY_HOST" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static const char *bot_get(void *ctx, const char *name)
{
	const struct bot_env *env = ctx;
	char full[128];
	size_t n;

	if (!env->bot || is_platforms(name))
		return env->get(env->ctx, name);
	n = (size_t)snprintf(full, sizeof(full), "%s_%s", env->bot, name);
	for (size_t i = 0; i < n && env->bot[i]; i++)
		full[i] = full[i] == '-' ? '_' : (char)toupper((unsigned char)full[i]);
	return env->get(env->ctx, full);
}

/* The platform's word for the cloud, where the configuration does not say otherwise. */
static bool other_cloud(const struct config *c, const char *authority)
{
	return authority[0] && strcmp(c->endpoint.authority, c->endpoint.issuer) == 0 &&
	       !text_same_nocase(authority, c->endpoint.issuer);
}

static enum err check_identity(const struct config *c, const struct config_bot *bot,
	const struct credential_env *env, struct why *why)
{
	if (!env->credential)
		return FAIL(why, E_ABSENT,
			"no credential of bot \"%s\": set AZURE_CLIENT_CERTIFICATE_PATH, "
			"AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE, "
			"MANAGED_IDENTITY_CLIENT_ID or "
			"AZURE_TOKEN_CREDENTIALS=ManagedIdentityCredential in the environment (for "
			"a "
			"bot that is not the first, with its name before)",
			bot->name);
	if (env->client_id[0] && !text_same_nocase(env->client_id, bot->app_id))
		return FAIL(why, E_DENIED,
			"AZURE_CLIENT_ID and the configuration's app_id of bot \"%s\" differ",
			bot->name);
	if (env->tenant_id[0] && !text_same_nocase(env->tenant_id, bot->tenant_id))
		return FAIL(why, E_DENIED,
			"AZURE_TENANT_ID and the configuration's tenant_id of bot \"%s\" differ",
			bot->name);
	if (other_cloud(c, env->authority))
		return FAIL(why, E_DENIED,
			"AZURE_AUTHORITY_HOST is %s, and cloud \"%s\" signs in at %s",
			env->authority, c->endpoint.cloud, c->endpoint.issuer);
	return OK;
}

static enum err open_credential(
	struct shell *s, uint16_t bot, env_get *get, void *ctx, struct why *why)
{
	struct credential_env env = { .credential = NULL };
	struct bot_env named = { get, ctx, bot ? s->conf->bot[bot].name : NULL };
	enum err e = credential_from_env(bot_get, &named, &env, why);

	s->credential[bot] = env.credential;
	return e == OK ? check_identity(s->conf, &s->conf->bot[bot], &env, why) : e;
}

static enum err open_slot(struct shell *s, uint16_t bot, const char *tenant, const char *resource,
	uint32_t *slot, struct why *why)
{
	char scope[TOKEN_SCOPE_MAX];

	snprintf(scope, sizeof(scope), "%s/.default", resource);
	return tokens_slot(s->tokens,
		&(struct token_key){ s->conf->endpoint.authority, tenant, s->conf->bot[bot].app_id,
			s->credential[bot], scope },
		slot, why);
}

static enum err open_slots(struct shell *s, struct why *why)
{
	const struct config *c = s->conf;
	enum err e = OK;

	for (uint16_t i = 0; e == OK && i < c->n_realms; i++)
		e = open_slot(s, c->realm[i].bot, c->realm[i].tenant_id, c->endpoint.graph_scope,
			&s->graph_slot[i], why);
	for (uint16_t i = 0; e == OK && c->endpoint.bot_scope && i < c->n_bots; i++)
		e = open_slot(
			s, i, c->bot[i].tenant_id, c->endpoint.bot_scope, &s->bot_slot[i], why);
	return e;
}

enum err trust_open(struct shell *s, env_get *get, void *ctx, struct why *why)
{
	uint64_t seed;
	enum err e = open_keys(s, why);

	for (uint16_t i = 0; e == OK && i < s->conf->n_bots; i++)
		e = open_credential(s, i, get, ctx, why);
	if (e != OK)
		return e;
	random_bytes(&seed, sizeof(seed));
	s->tokens = tokens_new(seed, true);
	return s->tokens ? open_slots(s, why) : FAIL(why, E_SYSTEM, "no memory");
}

void trust_close(struct shell *s)
{
	keys_free(s->call_keys);
	keys_free(s->people_keys);
	tokens_free(s->tokens);
	for (size_t i = 0; i < BOTS_MAX; i++)
		credential_free(s->credential[i]);
}

static void got_keys(
	struct keys *keys, const char *name, const struct errand *e, const struct client_answer *a)
{
	struct keys_view before, after;
	struct why why;

	keys_view(keys, &before);
	if (keys_got(keys, clock_mono_ms(), e->number, a->status, a->body, a->body_bytes, &why) ==
		E_REMOTE)
		log_line(LOG_WARN, "auth", "", "keys of %s tokens: %s%s%s -> later again", name,
			why.text, a->story[0] ? ": " : "", a->story);
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
	struct token_answer read;
	char told[ERRAND_STORY_MAX];
	struct why why;

	token_answer_read(a, &read);
	if (tokens_got(s->tokens, clock_mono_ms(), e->number, &read.reply, &why) != OK)
		log_line(LOG_ERROR, "auth", "", "token: %s: %s", why.text, errand_told(a, told));
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
		&(struct client_request){ .method = p->managed ? "GET" : "POST",
			.url = p->url,
			.header = { { p->header, p->header_value } },
			.platform = p->managed,
			.content_type = p->managed ? NULL : "application/x-www-form-urlencoded",
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
