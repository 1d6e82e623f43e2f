/*
 * GET /api/me: who I am here, and what Graph calls me. Graph is asked in her own name, with her
 * token exchanged, so nothing of hers is read that she may not read herself.
 */
#include "auth/jose/jws.h"
#include "auth/token/obo.h"
#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/gate.h"
#include "bot/shell/token_answer.h"
#include "graph/wire/me.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { ASKERS_MAX = 64, ASKER_MS = 8000 };

CLEAN_FN(json_decref, json_t *)

enum stage { NOBODY, EXCHANGING, ASKING };

struct asker {
	enum stage stage;
	uint64_t visit, until_ms;
	uint64_t sent_ms; /* when Graph was asked */
	bool again;       /* it refused the first token */
	struct person who;
	uint16_t realm;
	char *token; /* owned, wiped: hers */
};

struct myself_hand {
	struct obo *obo;
	char scope[160];
	struct asker asker[ASKERS_MAX];
};

static void leave(struct asker *a)
{
	if (a->token)
		OPENSSL_cleanse(a->token, strlen(a->token));
	free(a->token);
	*a = (struct asker){ .stage = NOBODY };
}

static json_t *person_json(const struct person *who, const struct me *me)
{
	static const enum login_role roles[] = { ROLE_AGENT, ROLE_SUPERVISOR, ROLE_ADMIN };
	char user[GUID_TEXT], tenant[GUID_TEXT];
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		if (who->roles & roles[i])
			json_array_append_new(list, json_string(role_name(roles[i])));
	guid_print(who->user, user);
	guid_print(who->tenant, tenant);
	return json_pack("{s:s, s:s, s:o, s:s*, s:s*}", "user", user, "tenant", tenant, "roles",
		list, "name", me && me->name[0] ? me->name : NULL, "mail",
		me && me->mail[0] ? me->mail : NULL);
}

/* Graph could not be asked in her name: she is who she is all the same. */
static void answer_plain(struct shell *s, struct asker *a)
{
	gate_answer(s, a->visit, 200, person_json(&a->who, NULL));
	leave(a);
}

static void exchange(struct shell *s, struct asker *a);

static struct obo_ask ask_of(const struct shell *s, const struct asker *a)
{
	uint64_t now_s = clock_unix_ms() / 1000;

	return (struct obo_ask){ .slot = s->graph_slot[a->realm],
		.scope = s->myself->scope,
		.assertion = a->token,
		.assertion_bytes = strlen(a->token),
		.life_ms = a->who.exp_unix_s > now_s ? (a->who.exp_unix_s - now_s) * 1000 : 0 };
}

/* Graph takes this token no more, whatever its life: a fresh one, once. */
static bool asked_again(struct shell *s, struct asker *a, const struct client_answer *answer)
{
	struct obo_ask ask = ask_of(s, a);

	if (answer->end != CLIENT_ANSWERED || answer->status != 401 || a->again)
		return false;
	a->again = true;
	a->stage = EXCHANGING;
	obo_drop_if(s->myself->obo, &ask, a->sent_ms);
	exchange(s, a);
	return true;
}

static void on_me(struct shell *s, const struct errand *e, const struct client_answer *answer)
{
	struct asker *a = &s->myself->asker[e->number];
	char told[ERRAND_STORY_MAX];
	struct me me;

	if (a->stage != ASKING)
		return;
	if (answer->end == CLIENT_ANSWERED && answer->status == 200 &&
		me_decode(answer->body, answer->body_bytes, &me, NULL) == OK) {
		gate_answer(s, a->visit, 200, person_json(&a->who, &me));
		leave(a);
		return;
	}
	if (asked_again(s, a, answer))
		return;
	log_line(LOG_WARN, "graph", "", "op=getMe %s -> answered without",
		errand_told(answer, told));
	answer_plain(s, a);
}

static void ask_graph_in_her_name(struct shell *s, struct asker *a, const char *bearer)
{
	struct errand e = { .done = on_me, .number = (uint32_t)(a - s->myself->asker) };
	char url[400];

	a->stage = ASKING;
	a->sent_ms = clock_mono_ms();
	snprintf(url, sizeof(url), "%s" ME_PATH, s->conf->endpoint.graph);
	errand_http(s, &e,
		&(struct client_request){ .method = "GET",
			.url = url,
			.bearer = bearer,
			.deadline_ms = ERRAND_ATTEMPT_MS,
			.attempt_ms = ERRAND_ATTEMPT_MS,
			.attempts_max = 2,
			.harmless = true });
}

/* She must consent, or sign in more strongly: the page hears what to ask for (RFC 6750 section 3,
 * and Entra's claims beside it). */
static void answer_must_act(struct shell *s, struct asker *a, const char *claims)
{
	gate_answer(s, a->visit, 403,
		json_pack("{s:s, s:s*}", "error", "interaction_required", "claims",
			claims && *claims ? claims : NULL));
	leave(a);
}

static void exchange(struct shell *s, struct asker *a)
{
	uint64_t now = clock_mono_ms();
	struct obo_ask ask = ask_of(s, a);
	const char *bearer, *claims;
	struct why why;
	enum err e = obo_get(s->myself->obo, now, &ask, &bearer, &claims, &why);

	if (e == OK) {
		ask_graph_in_her_name(s, a, bearer);
	} else if (e == E_DENIED) {
		log_line(LOG_WARN, "auth", "", "%s", why.text);
		answer_must_act(s, a, claims);
	} else if (e != E_STALE || now >= a->until_ms) {
		log_line(LOG_WARN, "auth", "", "%s -> answered without Graph", why.text);
		answer_plain(s, a);
	}
}

static struct asker *room(struct myself_hand *h)
{
	for (size_t i = 0; i < ASKERS_MAX; i++)
		if (h->asker[i].stage == NOBODY)
			return &h->asker[i];
	return NULL;
}

void route_me(struct shell *s, struct visit *v, const struct person *who)
{
	struct asker *a = room(s->myself);
	const char *token = NULL;
	size_t n;

	if (!a) {
		gate_answer(s, visit_id(v), 503, NULL);
		return;
	}
	*a = (struct asker){ .stage = EXCHANGING,
		.visit = visit_id(v),
		.until_ms = clock_mono_ms() + ASKER_MS,
		.who = *who,
		.realm = config_realm(s->conf, 0, who->tenant) };
	/* A session has no token to exchange: it knows who she is, and no more. */
	if (!visit_header(v, "Authorization") || a->realm == REALM_NONE ||
		jws_bearer(visit_header(v, "Authorization"), &token, &n, NULL) != OK) {
		answer_plain(s, a);
		return;
	}
	a->token = strndup(token, n);
	if (!a->token)
		abort();
	exchange(s, a);
}

static void on_exchanged(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct token_answer read;
	struct why why;

	token_answer_read(a, &read);
	if (obo_got(s->myself->obo, clock_mono_ms(), e->number, &read.reply, &why) == E_STALE)
		log_line(LOG_INFO, "auth", "", "%s", why.text);
}

static void myself_run(struct shell *s)
{
	struct myself_hand *h = s->myself;
	struct token_post post;
	struct why why;
	enum err e;

	for (size_t i = 0; i < ASKERS_MAX; i++)
		if (h->asker[i].stage == EXCHANGING)
			exchange(s, &h->asker[i]);
	while ((e = obo_want(h->obo, s->tokens, clock_mono_ms(), clock_unix_ms() / 1000, &post,
			&why)) != E_ABSENT) {
		struct errand out = { .done = on_exchanged, .number = post.attempt };

		if (e != OK) {
			log_line(LOG_ERROR, "auth", "", "in a person's name: %s", why.text);
			continue;
		}
		errand_http(s, &out,
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
}

static uint64_t myself_deadline_ms(const struct shell *s)
{
	uint64_t due = obo_deadline_ms(s->myself->obo);

	for (size_t i = 0; i < ASKERS_MAX; i++)
		if (s->myself->asker[i].stage == EXCHANGING && s->myself->asker[i].until_ms < due)
			due = s->myself->asker[i].until_ms;
	return due;
}

static enum err myself_open(struct shell *s, struct why *why)
{
	s->myself = calloc(1, sizeof(*s->myself));
	if (s->myself)
		s->myself->obo = obo_new();
	if (!s->myself || !s->myself->obo)
		return FAIL(why, E_SYSTEM, "no memory for exchanges");
	snprintf(s->myself->scope, sizeof(s->myself->scope), "%s/User.Read",
		s->conf->endpoint.graph_scope);
	return OK;
}

static void myself_close(struct shell *s)
{
	if (!s->myself)
		return;
	for (size_t i = 0; i < ASKERS_MAX; i++)
		leave(&s->myself->asker[i]);
	obo_free(s->myself->obo);
	free(s->myself);
}

const struct hand hand_myself = { .open = myself_open,
	.close = myself_close,
	.run = myself_run,
	.deadline_ms = myself_deadline_ms };
