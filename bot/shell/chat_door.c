/* POST /api/messages: who may speak to the bot. */
#include "auth/jose/jws.h"
#include "auth/jose/service_url.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/chat.h"

#include <stdlib.h>
#include <string.h>

/* What admit leaves for handle. */
struct scratch {
	uint16_t bot;
	bool keyless;
	char service_url[SERVICE_URL_MAX]; /* the token's claim */
};

_Static_assert(sizeof(struct scratch) <= VISIT_SCRATCH_BYTES, "visit scratch is too small");

static uint16_t bot_of(const struct config *conf, const char *name)
{
	if (!*name)
		return 0;
	for (uint16_t i = 0; i < conf->n_bots; i++)
		if (strcmp(conf->bot[i].name, name) == 0)
			return i;
	return UINT16_MAX;
}

static enum err judge(struct shell *s, uint16_t bot, const char *token, size_t n,
	char service_url[SERVICE_URL_MAX], struct why *why)
{
	struct claims claims;
	enum err e = keys_verify(s->chat->keys, &s->chat->profile[bot], clock_mono_ms(),
		clock_unix_ms() / 1000, token, n, &claims, why);

	if (e == OK)
		memcpy(service_url, claims.service_url, SERVICE_URL_MAX);
	return e;
}

static int admit(void *arg, struct visit *v)
{
	struct shell *s = arg;
	struct scratch *scratch = visit_scratch(v);
	const char *token;
	struct why why;
	size_t n;
	enum err e;

	scratch->bot = bot_of(s->conf, visit_rest(v));
	if (scratch->bot == UINT16_MAX)
		return 404;
	if (visit_header_count(v, "Authorization") != 1)
		return 401;
	e = jws_bearer(visit_header(v, "Authorization"), &token, &n, &why);
	if (e == OK)
		e = judge(s, scratch->bot, token, n, scratch->service_url, &why);
	scratch->keyless = e == E_STALE;
	if (e == OK || e == E_STALE)
		return 0;
	visit_reason(v, why.text);
	return e == E_DENIED ? 401 : 503;
}

static void answer(struct shell *s, uint64_t visit, int status, const char *body)
{
	door_answer(s->door, visit,
		&(struct answer){ .status = status,
			.content_type = body ? "application/json; charset=utf-8" : NULL,
			.body = body,
			.body_bytes = body ? strlen(body) : 0,
			.retry_after_s = status == 503 ? 1 : 0 });
}

/* The sender names where our answers go, and with them our token: its own token must say the same,
 * and the host be one we know. */
static enum err check(const struct shell *s, uint16_t bot, const char *claim,
	const struct chat_activity *a, uint16_t *realm, struct why *why)
{
	*realm = config_realm(s->conf, bot, a->tenant);
	if (strcmp(a->channel_id, "msteams") != 0)
		return FAIL(why, E_DENIED, "channelId is \"%s\", not msteams", a->channel_id);
	if (!service_url_same(claim, a->service_url))
		return FAIL(why, E_DENIED, "serviceUrl is not the one in its token");
	if (!chat_url_believed(s, a->service_url))
		return FAIL(why, E_DENIED,
			"serviceUrl %.100s is none of the cloud's: endpoints.connector could name "
			"it",
			a->service_url);
	if (*realm == REALM_NONE)
		return FAIL(why, E_DENIED, "its tenant is not one of ours");
	return OK;
}

static void take(struct shell *s, uint64_t visit, uint16_t bot, const char *claim, const char *text,
	size_t n)
{
	static struct chat_activity a; /* large; one thread */
	struct why why;
	uint16_t realm;
	int status = 200;
	char *body;
	enum err e = activity_decode(text, n, &a, &why);

	if (e != OK) {
		log_line(LOG_WARN, "chat", "", "activity refused at %d:%d: %s -> %d", a.line,
			a.column, why.text, e == E_LIMIT ? 413 : 400);
		answer(s, visit, e == E_LIMIT ? 413 : 400, NULL);
		return;
	}
	if (check(s, bot, claim, &a, &realm, &why) != OK) {
		log_line(LOG_WARN, "chat", "", "type=%s refused: %s -> 403", a.type, why.text);
		answer(s, visit, 403, NULL);
		return;
	}
	body = chat_take(s, realm, &a, &status);
	answer(s, visit, status, body);
	free(body);
}

static void keep_keyless(struct shell *s, struct visit *v, uint16_t bot)
{
	struct chat *c = s->chat;
	struct chat_keyless *k = &c->keyless[c->n_keyless];
	const char *token, *body;
	size_t n;

	if (c->n_keyless == CHAT_KEYLESS_MAX ||
		jws_bearer(visit_header(v, "Authorization"), &token, &n, NULL) != OK) {
		answer(s, visit_id(v), 503, NULL);
		return;
	}
	*k = (struct chat_keyless){ .visit = visit_id(v),
		.until_ms = clock_mono_ms() + KEYS_WAIT_MS,
		.bot = bot,
		.token_bytes = n };
	body = visit_body(v, &k->body_bytes);
	k->token = strndup(token, n);
	k->body = malloc(k->body_bytes + 1);
	if (!k->token || !k->body)
		abort();
	memcpy(k->body, body, k->body_bytes);
	c->n_keyless++;
}

static void handle(void *arg, struct visit *v)
{
	struct shell *s = arg;
	const struct scratch *scratch = visit_scratch(v);
	const char *body;
	size_t n;

	if (scratch->keyless) {
		keep_keyless(s, v, scratch->bot);
		return;
	}
	body = visit_body(v, &n);
	take(s, visit_id(v), scratch->bot, scratch->service_url, body, n);
}

/* true: answered, forget it. */
static bool again(struct shell *s, struct chat_keyless *k, uint64_t now_ms)
{
	char claim[SERVICE_URL_MAX];
	struct why why;
	enum err e = judge(s, k->bot, k->token, k->token_bytes, claim, &why);

	if (e == E_STALE && now_ms < k->until_ms)
		return false;
	if (e == OK) {
		take(s, k->visit, k->bot, claim, k->body, k->body_bytes);
		return true;
	}
	log_line(LOG_WARN, "chat", "", "token refused after its key was fetched: %s -> %d",
		why.text, e == E_DENIED ? 401 : 503);
	answer(s, k->visit, e == E_DENIED ? 401 : 503, NULL);
	return true;
}

void chat_keyless(struct shell *s)
{
	struct chat *c = s->chat;
	uint64_t now = clock_mono_ms();
	size_t kept = 0;

	for (size_t i = 0; i < c->n_keyless; i++) {
		if (again(s, &c->keyless[i], now)) {
			free(c->keyless[i].token);
			free(c->keyless[i].body);
		} else {
			c->keyless[kept++] = c->keyless[i];
		}
	}
	c->n_keyless = kept;
}

size_t chat_routes(struct shell *s, struct route *out, size_t n_max)
{
	const struct route routes[] = {
		{ "POST", "/api/messages", admit, handle, s },
		{ "POST", "/api/messages/*", admit, handle, s },
	};

	if (!s->chat)
		return 0;
	if (n_max < ARRAY_LEN(routes))
		abort();
	memcpy(out, routes, sizeof(routes));
	return ARRAY_LEN(routes);
}
