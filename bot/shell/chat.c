/* The hand: what the chat needs while it is open. */
#include "bot/shell/chat.h"

#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/rng.h"

#include <stdlib.h>
#include <string.h>

/* What was stored of a bot or tenant no longer served stays stored, and unused. */
static bool load_row(void *arg, const struct chat_row *row)
{
	struct shell *s = arg;
	struct chat_ref ref = { .seen_unix_ms = row->seen_unix_ms };
	struct guid tenant;

	if (guid_parse(row->tenant, strlen(row->tenant), &tenant) != OK ||
		guid_parse(row->user, strlen(row->user), &ref.user) != OK)
		return true;
	snprintf(ref.user_id, sizeof(ref.user_id), "%s", row->user_id);
	snprintf(ref.conversation_id, sizeof(ref.conversation_id), "%s", row->conversation_id);
	snprintf(ref.service_url, sizeof(ref.service_url), "%s", row->service_url);
	snprintf(ref.name, sizeof(ref.name), "%s", row->name);
	snprintf(ref.locale, sizeof(ref.locale), "%s", row->locale);
	snprintf(ref.blocked, sizeof(ref.blocked), "%s", row->blocked);
	for (uint16_t i = 0; i < s->conf->n_realms; i++)
		if (guid_same(s->conf->realm[i].tenant, tenant) &&
			strcmp(s->conf->bot[s->conf->realm[i].bot].app_id, row->app) == 0)
			refs_put(s->chat->realm[i].refs, &ref);
	return true;
}

static enum err open_keys(struct shell *s, struct why *why)
{
	enum err e = OK;

	for (uint16_t i = 0; i < s->conf->n_bots && e == OK; i++) {
		struct token_profile *p = &s->chat->profile[i];

		e = profile_chat(p, s->conf->bot[i].app_id, why);
		p->n_issuers = 0; /* this cloud's and no other's */
		if (e == OK)
			e = profile_issuer_add(p, s->conf->endpoint.bot_issuer, "", why);
	}
	return e == OK ? trust_root(
				 s->conf, &s->chat->keys, "chat", s->conf->endpoint.bot_openid, why)
		       : e;
}

static enum err open_realms(struct shell *s, struct why *why)
{
	for (uint16_t i = 0; i < s->conf->n_realms; i++) {
		struct chat_realm *r = &s->chat->realm[i];
		uint64_t seed;

		random_bytes(&seed, sizeof(seed));
		r->refs = refs_new(CHAT_REFS_MAX);
		r->outbox = outbox_new(CHAT_OUTBOX_MAX, seed);
		if (!r->refs || !r->outbox)
			return FAIL(why, E_SYSTEM, "no memory for chats");
	}
	return store_chats(s->store, load_row, s, why);
}

static enum err chat_open(struct shell *s, struct why *why)
{
	enum err e;

	if (!s->conf->endpoint.bot_issuer || !s->conf->endpoint.bot_openid)
		return OK; /* a cloud without a known Bot Connector */
	s->chat = calloc(1, sizeof(*s->chat));
	if (s->chat) {
		s->chat->cards = cards_new(CHAT_CARDS_MAX);
		s->chat->handoffs = handoffs_new();
		s->chat->told = calloc(s->conf->plan.n_agents + 1, sizeof(bool));
	}
	if (!s->chat || !s->chat->cards || !s->chat->handoffs || !s->chat->told)
		return FAIL(why, E_SYSTEM, "no memory for chats");
	e = open_keys(s, why);
	return e == OK ? open_realms(s, why) : e;
}

static void chat_close(struct shell *s)
{
	struct chat *c = s->chat;

	if (!c)
		return;
	for (size_t i = 0; i < c->n_keyless; i++) {
		free(c->keyless[i].token);
		free(c->keyless[i].body);
	}
	for (size_t i = 0; i < REALMS_MAX; i++) {
		refs_free(c->realm[i].refs);
		outbox_free(c->realm[i].outbox);
	}
	cards_free(c->cards);
	handoffs_free(c->handoffs);
	keys_free(c->keys);
	free(c->told);
	free(c);
	s->chat = NULL;
}

struct renumber {
	const struct config *next, *old;
};

static uint16_t agent_now(void *arg, uint16_t was)
{
	const struct renumber *r = arg;

	return config_agent_in(r->next, r->old, was);
}

static uint16_t queue_now(void *arg, uint16_t was)
{
	const struct renumber *r = arg;

	return config_queue_in(r->next, r->old, was);
}

static void chat_reload(struct shell *s, const struct config *old)
{
	struct renumber r = { s->conf, old };
	struct chat *c = s->chat;

	if (!c)
		return;
	cards_renumber(c->cards, agent_now, queue_now, &r);
	for (size_t i = 0; i < CHAT_TRAILS; i++) {
		struct trail *t = &c->trail[i];
		uint16_t entry = t->contact ? config_entry_in(s->conf, old, t->entry + 1u) : 0;

		if (entry)
			t->entry = entry - 1u;
		else
			t->contact = 0;
	}
	free(c->told); /* an admin may have mended it: it is said again */
	c->told = calloc(s->conf->plan.n_agents + 1, sizeof(bool));
	if (!c->told)
		abort();
}

static void on_keys(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct why why;

	if (keys_got(s->chat->keys, clock_mono_ms(), e->number, a->status, a->body, a->body_bytes,
		    &why) == E_REMOTE)
		log_line(LOG_WARN, "auth", "", "keys of chat tokens: %s -> later again", why.text);
	chat_keyless(s);
}

static void fetch_keys(struct shell *s, uint64_t now)
{
	struct keys_fetch f;

	while (keys_want(s->chat->keys, now, &f)) {
		struct errand e = { .done = on_keys, .number = f.attempt };

		errand_http(s, &e,
			&(struct client_request){ .method = "GET",
				.url = f.url,
				.deadline_ms = KEYS_FLIGHT_MS,
				.attempt_ms = KEYS_FLIGHT_MS,
				.attempts_max = 1,
				.harmless = true });
	}
}

static void hand_run(struct shell *s)
{
	uint64_t now = clock_mono_ms();

	if (!s->chat)
		return;
	chat_keyless(s);
	fetch_keys(s, now);
	chat_handoff_run(s, now);
	chat_run(s, now);
}

static uint64_t hand_deadline_ms(const struct shell *s)
{
	const struct chat *c = s->chat;
	uint64_t due, now = clock_mono_ms();

	if (!c)
		return UINT64_MAX;
	due = keys_deadline_ms(c->keys);
	if (chat_handoff_deadline_ms(s) < due)
		due = chat_handoff_deadline_ms(s);
	for (size_t i = 0; i < c->n_keyless; i++)
		if (c->keyless[i].until_ms < due)
			due = c->keyless[i].until_ms;
	for (uint16_t i = 0; i < s->conf->n_realms; i++) {
		uint64_t at = outbox_deadline_ms(c->realm[i].outbox, now);

		due = at < due ? at : due;
	}
	return due;
}

const struct hand hand_chat = {
	.open = chat_open,
	.close = chat_close,
	.run = hand_run,
	.deadline_ms = hand_deadline_ms,
	.reload = chat_reload,
	.routes = chat_routes,
	.event = chat_event,
	.effect = chat_effect,
};
