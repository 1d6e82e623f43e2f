/*
 * Signing in outside Teams: away to Entra's page, back with a code, and a session. The redirect
 * address to register is /auth/callback, as "web".
 */
#include "auth/login/signin.h"

#include "auth/token/grant.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/text.h"
#include "bot/shell/people.h"
#include "bot/shell/token_answer.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { ARRIVALS_MAX = 64, ARRIVAL_MS = 15000, SLACK_MS = 2000 };

#define SIGNIN_COOKIE "__Host-signin"
#define COOKIE_RULES "; Path=/; Secure; HttpOnly; SameSite=Lax"

enum stage { NOBODY, PROVING, REDEEMING, JUDGING };

/* Somebody who is back, and waits for an answer. */
struct arrival {
	enum stage stage;
	uint64_t visit, until_ms;
	struct signin_back back;
	char *code;         /* owned, proving: until our own credential has what it needs */
	struct grant grant; /* judging */
};

struct signin_hand {
	struct signins *under_way;
	struct token_profile id_profile;
	char redirect_uri[400];
	struct arrival arrival[ARRIVALS_MAX];
};

static void leave(struct arrival *a)
{
	grant_fini(&a->grant);
	if (a->code)
		OPENSSL_cleanse(a->code, strlen(a->code));
	free(a->code);
	OPENSSL_cleanse(&a->back, sizeof(a->back));
	*a = (struct arrival){ .stage = NOBODY };
}

static void answer_page(struct shell *s, uint64_t visit, int status, const char *text)
{
	door_answer(s->door, visit,
		&(struct answer){ .status = status,
			.content_type = "text/plain; charset=utf-8",
			.body = text,
			.body_bytes = strlen(text),
			.retry_after_s = status == 503 ? 1 : 0 });
}

static void refuse(struct shell *s, struct arrival *a, int status, const char *reason)
{
	log_line(LOG_WARN, "door", "", "sign-in: %s -> %d", reason, status);
	answer_page(s, a->visit, status,
		status == 503
			? "Signing in is not possible at the moment. Please try again.\n"
			: "You could not be signed in. Please ask your administrator for a role in "
			  "this application, or begin again at /auth/login.\n");
	leave(a);
}

static void let_in(struct shell *s, struct arrival *a, const struct person *who)
{
	char sid[SESSION_TEXT], cookie[160];

	session_open(s->sessions, clock_mono_ms(), who, sid);
	snprintf(cookie, sizeof(cookie), SESSION_COOKIE "=%s" COOKIE_RULES, sid);
	door_answer(s->door, a->visit,
		&(struct answer){ .status = 302,
			.extra = { { "Location", a->back.back }, { "Set-Cookie", cookie },
				{ "Set-Cookie", SIGNIN_COOKIE "=" COOKIE_RULES "; Max-Age=0" } } });
	OPENSSL_cleanse(sid, sizeof(sid));
	OPENSSL_cleanse(cookie, sizeof(cookie));
	leave(a);
}

/* Both tokens are judged: the one says who and what role, the other that it is this sign-in. */
static enum err judge(struct shell *s, const struct arrival *a, struct person *who, struct why *why)
{
	uint64_t mono = clock_mono_ms(), now = clock_unix_ms() / 1000;
	struct claims claims;
	struct person id = { .roles = 0 };
	enum err e;

	if (!a->grant.id_token)
		return FAIL(why, E_DENIED, "no id_token came");
	e = login_verify(s->people_keys, &s->people_profile, mono, now, a->grant.access_token,
		strlen(a->grant.access_token), who, why);
	if (e == OK)
		e = keys_verify(s->people_keys, &s->signin->id_profile, mono, now,
			a->grant.id_token, strlen(a->grant.id_token), &claims, why);
	if (e != OK)
		return e;
	id.user = claims.oid;
	if (strcmp(claims.nonce, a->back.nonce) != 0)
		return FAIL(why, E_DENIED, "the id_token is of another sign-in");
	if (!guid_same(id.user, who->user) || !guid_same(claims.tid, who->tenant))
		return FAIL(why, E_DENIED, "the two tokens are of two people");
	if (!guid_same(who->tenant, s->conf->realm[a->back.realm].tenant))
		return FAIL(why, E_DENIED, "the sign-in was to another tenant");
	return OK;
}

static void judge_arrival(struct shell *s, struct arrival *a)
{
	struct person who;
	struct why why;
	enum err e = judge(s, a, &who, &why);

	if (e == OK)
		let_in(s, a, &who);
	else if (e == E_DENIED)
		refuse(s, a, 403, why.text);
	else if (e != E_STALE || clock_mono_ms() >= a->until_ms)
		refuse(s, a, 503, why.text);
}

static void on_redeemed(struct shell *s, const struct errand *e, const struct client_answer *answer)
{
	struct arrival *a = &s->signin->arrival[e->number];
	struct token_answer read;
	struct why why;

	if (a->stage != REDEEMING)
		return;
	token_answer_read(answer, &read);
	if (grant_read(&read.reply, &a->grant, &why) != OK) {
		refuse(s, a, why.code == E_DENIED ? 403 : 503, why.text);
		return;
	}
	a->stage = JUDGING;
	judge_arrival(s, a);
}

/* Redeem the code, once our own credential can prove itself: a managed identity's token for the
 * exchange may be on its way still. */
static void redeem(struct shell *s, struct arrival *a)
{
	const struct config_bot *bot = &s->conf->bot[0];
	struct errand e = { .done = on_redeemed, .number = (uint32_t)(a - s->signin->arrival) };
	char scope[160];
	const struct grant_field field[] = { { "grant_type", "authorization_code" },
		{ "code", a->code }, { "redirect_uri", s->signin->redirect_uri },
		{ "code_verifier", a->back.verifier }, { "scope", scope } };
	uint64_t now = clock_mono_ms();
	struct token_post post;
	struct why why;
	enum err got;

	signin_scope(bot->app_id, scope);
	got = grant_post(s->tokens, s->graph_slot[a->back.realm], now, clock_unix_ms() / 1000,
		field, ARRAY_LEN(field), &post, &why);
	if (got == E_STALE && now < a->until_ms)
		return;
	if (got != OK) {
		refuse(s, a, 503, why.text);
		return;
	}
	a->stage = REDEEMING;
	a->until_ms = now + TOKEN_FLIGHT_MS +
		      SLACK_MS; /* its answer finds this arrival, no other */
	errand_http(s, &e,
		&(struct client_request){ .method = "POST",
			.url = post.url,
			.content_type = "application/x-www-form-urlencoded",
			.body = post.body,
			.body_bytes = post.body_bytes,
			.deadline_ms = TOKEN_FLIGHT_MS,
			.attempt_ms = TOKEN_FLIGHT_MS,
			.attempts_max = 1 });
	token_post_fini(&post);
}

static struct arrival *arrive(struct shell *s, struct visit *v)
{
	for (size_t i = 0; i < ARRIVALS_MAX; i++) {
		struct arrival *a = &s->signin->arrival[i];

		if (a->stage != NOBODY)
			continue;
		*a = (struct arrival){ .stage = PROVING,
			.visit = visit_id(v),
			.until_ms = clock_mono_ms() + ARRIVAL_MS };
		return a;
	}
	answer_page(s, visit_id(v), 503, "Too many people sign in at once. Please try again.\n");
	return NULL;
}

/* Entra's word when she did not sign in, for our log: letters alone. */
static const char *error_word(struct visit *v)
{
	static char word[64];
	const char *error = visit_query(v, "error");
	size_t n = error ? strspn(error, "abcdefghijklmnopqrstuvwxyz_") : 0;

	snprintf(word, sizeof(word), "%.*s", (int)n, error ? error : "no code came");
	return word;
}

static void handle_callback(void *arg, struct visit *v)
{
	struct shell *s = arg;
	struct arrival *a = arrive(s, v);
	const char *code = visit_query(v, "code"), *cookie;
	char browser[SIGNIN_TEXT] = "";
	struct why why;
	size_t n = 0;

	if (!a)
		return;
	cookie = cookie_of(v, SIGNIN_COOKIE, &n);
	if (cookie && n < sizeof(browser))
		snprintf(browser, sizeof(browser), "%.*s", (int)n, cookie);
	if (signin_return(s->signin->under_way, clock_mono_ms(), visit_query(v, "state"),
		    cookie ? browser : NULL, &a->back, &why) != OK)
		refuse(s, a, 403, why.text);
	else if (!code || !*code)
		refuse(s, a, 403, error_word(v));
	else if (!(a->code = strdup(code)))
		abort();
	else
		redeem(s, a);
}

/* ?tenant= for the people of another tenant we serve; ?back= where to go then. */
static uint16_t realm_asked(const struct shell *s, struct visit *v)
{
	const char *tenant = visit_query(v, "tenant");
	struct guid g;

	if (!tenant)
		return 0;
	return guid_parse(tenant, strlen(tenant), &g) == OK ? config_realm(s->conf, 0, g)
							    : REALM_NONE;
}

static void handle_login(void *arg, struct visit *v)
{
	struct shell *s = arg;
	uint16_t realm = realm_asked(s, v);
	struct signin_ask ask = { .authority = s->conf->endpoint.authority,
		.client_id = s->conf->bot[0].app_id,
		.redirect_uri = s->signin->redirect_uri,
		.back = visit_query(v, "back"),
		.realm = realm };
	struct signin_away away;
	char cookie[160];
	struct why why;

	if (realm == REALM_NONE) {
		answer_page(s, visit_id(v), 404, "No such tenant here.\n");
		return;
	}
	ask.tenant = s->conf->realm[realm].tenant_id;
	if (signin_begin(s->signin->under_way, clock_mono_ms(), &ask, &away, &why) != OK) {
		answer_page(s, visit_id(v), 503, "Signing in is not possible here.\n");
		log_line(LOG_ERROR, "door", "", "sign-in: %s", why.text);
		return;
	}
	snprintf(cookie, sizeof(cookie), SIGNIN_COOKIE "=%s" COOKIE_RULES "; Max-Age=%d",
		away.browser, SIGNIN_MS / 1000);
	visit_answer(v, &(struct answer){ .status = 302,
				.extra = { { "Location", away.url }, { "Set-Cookie", cookie },
					{ "Referrer-Policy", "no-referrer" } } });
}

static void handle_logout(void *arg, struct visit *v)
{
	struct shell *s = arg;
	size_t n;
	const char *value = cookie_of(v, SESSION_COOKIE, &n);

	if (value)
		session_close(s->sessions, value, n);
	visit_answer(v, &(struct answer){ .status = 204,
				.extra = { { "Set-Cookie",
					SESSION_COOKIE "=" COOKIE_RULES "; Max-Age=0" } } });
}

/* Keys may have come, or time passed, for those who wait. */
static void signin_run(struct shell *s)
{
	uint64_t now = clock_mono_ms();

	for (size_t i = 0; i < ARRIVALS_MAX; i++) {
		struct arrival *a = &s->signin->arrival[i];

		if (a->stage == JUDGING)
			judge_arrival(s, a);
		else if (a->stage == PROVING)
			redeem(s, a);
		else if (a->stage == REDEEMING && now >= a->until_ms)
			refuse(s, a, 503, "Entra did not answer in time");
	}
}

static uint64_t signin_deadline_ms(const struct shell *s)
{
	uint64_t due = UINT64_MAX;

	for (size_t i = 0; i < ARRIVALS_MAX; i++)
		if (s->signin->arrival[i].stage != NOBODY && s->signin->arrival[i].until_ms < due)
			due = s->signin->arrival[i].until_ms;
	return due;
}

static enum err signin_open(struct shell *s, struct why *why)
{
	struct signin_hand *h = calloc(1, sizeof(*h));

	s->signin = h;
	s->sessions = sessions_new();
	if (h)
		h->under_way = signins_new();
	if (!h || !s->sessions || !h->under_way)
		return FAIL(why, E_SYSTEM, "no memory for sign-ins");
	signin_id_profile(&s->people_profile, &h->id_profile);
	snprintf(h->redirect_uri, sizeof(h->redirect_uri), "%s/auth/callback", s->conf->public_url);
	return OK;
}

static void signin_close(struct shell *s)
{
	if (s->signin) {
		for (size_t i = 0; i < ARRIVALS_MAX; i++)
			leave(&s->signin->arrival[i]);
		signins_free(s->signin->under_way);
	}
	free(s->signin);
	sessions_free(s->sessions);
}

static size_t signin_routes(struct shell *s, struct route *out, size_t n_max)
{
	const struct route routes[] = {
		{ "GET", "/auth/login", NULL, handle_login, s },
		{ "GET", "/auth/callback", NULL, handle_callback, s },
		{ "POST", "/auth/logout", people_admit_change, handle_logout, s },
	};

	if (n_max < ARRAY_LEN(routes))
		abort();
	memcpy(out, routes, sizeof(routes));
	return ARRAY_LEN(routes);
}

const struct hand hand_signin = { .open = signin_open,
	.close = signin_close,
	.run = signin_run,
	.deadline_ms = signin_deadline_ms,
	.routes = signin_routes };
