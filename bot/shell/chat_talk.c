/* What people say to the bot, and what it learns of where they are. */
#include "bot/shell/chat.h"

#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/core/view.h"

#include <stdlib.h>
#include <string.h>

uint32_t chat_agent(const struct shell *s, uint16_t realm, struct guid user)
{
	const struct config *c = s->conf;
	char id[GUID_TEXT];

	guid_print(user, id);
	for (uint32_t i = 0; i < c->plan.n_agents; i++)
		if (strcmp(c->agent[i].user_id, id) == 0 &&
			guid_same(c->agent[i].tenant, c->realm[realm].tenant))
			return i;
	return UINT32_MAX;
}

static struct chat_row row_of(const struct shell *s, uint16_t realm, const struct chat_ref *ref)
{
	const struct config_realm *r = &s->conf->realm[realm];
	struct chat_row row = { .seen_unix_ms = ref->seen_unix_ms };

	snprintf(row.app, sizeof(row.app), "%s", s->conf->bot[r->bot].app_id);
	snprintf(row.tenant, sizeof(row.tenant), "%s", r->tenant_id);
	guid_print(ref->user, row.user);
	snprintf(row.user_id, sizeof(row.user_id), "%s", ref->user_id);
	snprintf(row.conversation_id, sizeof(row.conversation_id), "%s", ref->conversation_id);
	snprintf(row.service_url, sizeof(row.service_url), "%s", ref->service_url);
	snprintf(row.name, sizeof(row.name), "%s", ref->name);
	snprintf(row.locale, sizeof(row.locale), "%s", ref->locale);
	snprintf(row.blocked, sizeof(row.blocked), "%s", ref->blocked);
	return row;
}

static void store_rows(struct shell *s, const struct chat_row *rows, size_t n)
{
	struct why why;

	if (n && store_chats_put(s->store, rows, n, &why) != OK)
		log_line(LOG_ERROR, "store", "", "%s -> known until the service stops", why.text);
}

void chat_remember(struct shell *s, uint16_t realm, const struct chat_ref *ref)
{
	struct chat_row row = row_of(s, realm, ref);

	store_rows(s, &row, 1);
}

/* The place of who is told of; UINT32_MAX: not learnt. */
static uint32_t learn(struct shell *s, uint16_t realm, const struct chat_activity *a,
	const struct activity_party *who, struct chat_row *row, size_t *n_rows)
{
	struct chat_realm *r = &s->chat->realm[realm];
	struct refs_learnt l = refs_learn(r->refs, a, who, clock_unix_ms());
	struct chat_ref *ref = refs_at(r->refs, l.place);

	if (!ref && !guid_is_none(who->user) && !r->full_told) {
		r->full_told = true;
		log_line(LOG_WARN, "chat", "",
			"tenant=%s %d people are known -> no more are learnt",
			s->conf->realm[realm].tenant_id, CHAT_REFS_MAX);
	}
	if (!ref || !l.changed)
		return l.place;
	if (!ref->blocked[0])
		outbox_unblock(r->outbox, l.place);
	row[(*n_rows)++] = row_of(s, realm, ref);
	return l.place;
}

/* Whoever talks to the bot herself is learnt, agent or not, since she may become one; of a team's
 * members the agents alone. */
static uint32_t learn_all(struct shell *s, uint16_t realm, const struct chat_activity *a)
{
	static struct chat_row rows[ACTIVITY_MEMBERS_MAX + 1]; /* large; one thread */
	size_t n = 0;
	uint32_t place = UINT32_MAX;

	if (a->conversation.scope == SCOPE_PERSONAL ||
		chat_agent(s, realm, a->from.user) != UINT32_MAX)
		place = learn(s, realm, a, &a->from, rows, &n);
	for (size_t i = 0; i < a->n_added; i++)
		if (chat_agent(s, realm, a->added[i].user) != UINT32_MAX &&
			!guid_same(a->added[i].user, a->from.user))
			learn(s, realm, a, &a->added[i], rows, &n);
	store_rows(s, rows, n);
	return place;
}

static bool leaves(const struct chat_activity *a)
{
	return a->conversation.scope == SCOPE_PERSONAL &&
	       ((a->kind == CHAT_INSTALLATION && a->change == INSTALL_REMOVE) ||
		       (a->kind == CHAT_CONVERSATION && a->bot_removed));
}

/* Who takes the app away wants to be forgotten, here and on disk. */
void chat_forget(struct shell *s, uint16_t realm, struct guid user)
{
	struct chat_realm *r = &s->chat->realm[realm];
	const struct config_realm *conf = &s->conf->realm[realm];
	uint32_t place = refs_find(r->refs, user);
	char id[GUID_TEXT];
	struct why why;

	if (place == UINT32_MAX)
		return;
	chat_handoff_lost(s, realm, place);
	outbox_forget(r->outbox, place);
	refs_drop(r->refs, user);
	/* Her place may be somebody else's tomorrow: her cards must not go there. */
	for (uint32_t i = 0; i < cards_slots(s->chat->cards); i++) {
		struct card *c = cards_at(s->chat->cards, i);

		if (c && c->realm == realm && c->place == place) {
			c->place = UINT32_MAX;
			chat_card_died(s, c);
		}
	}
	guid_print(user, id);
	if (store_chat_erase(s->store, s->conf->bot[conf->bot].app_id, conf->tenant_id, id, &why) !=
		OK)
		log_line(LOG_ERROR, "store", "", "%s", why.text);
	log_line(LOG_INFO, "chat", "", "app removed by user=%s -> forgotten", id);
}

const char *chat_place_language(struct shell *s, uint16_t realm, uint32_t place)
{
	const struct chat_ref *ref = refs_at(s->chat->realm[realm].refs, place);

	return ref && ref->locale[0] ? ref->locale : s->conf->voice.language;
}

const char *chat_language(struct shell *s, const struct config_agent *agent)
{
	struct guid user;

	if (!s->chat || guid_parse(agent->user_id, strlen(agent->user_id), &user) != OK)
		return s->conf->voice.language;
	return chat_place_language(
		s, agent->realm, refs_find(s->chat->realm[agent->realm].refs, user));
}

void chat_say(struct shell *s, uint16_t realm, uint32_t place, const char *text)
{
	char *message;
	struct why why;

	if (message_of_text(text, &message, &why) == OK)
		chat_post(s, realm, OUTBOX_SEND, place, 0, message, CHAT_SAY_MS);
	else
		log_line(LOG_ERROR, "chat", "", "%s", why.text);
}

void chat_say_word(struct shell *s, uint16_t realm, uint32_t place, enum card_word word)
{
	chat_say(s, realm, place, card_word(word, chat_place_language(s, realm, place)));
}

static enum card_word word_of(enum agent_phase phase)
{
	switch (phase) {
	case AGENT_SIGNED_OUT:
		return WORD_SIGNED_OUT;
	case AGENT_RINGING:
		return WORD_RINGING;
	case AGENT_TALKING:
		return WORD_TALKING;
	case AGENT_WRAP_UP:
		return WORD_WRAP_UP;
	case AGENT_BACK_OFF:
		return WORD_BACK_OFF;
	default:
		return WORD_IDLE;
	}
}

static bool serves(const struct plan *plan, uint32_t queue, uint32_t agent)
{
	const struct plan_queue *q = &plan->queue[queue];

	for (uint32_t i = 0; i < q->n_members; i++)
		if (plan->member[q->first_member + i] == agent)
			return true;
	return false;
}

static void tell_status(struct shell *s, uint16_t realm, uint32_t place, uint32_t agent)
{
	const char *language = chat_place_language(s, realm, place);
	char buf[1200];
	struct text t = TEXT(buf);
	struct agent_view view;

	centre_agent(s->centre, agent, &view);
	text_add(&t, "%s", card_word(word_of(view.phase), language));
	for (uint32_t q = 0; q < s->conf->plan.n_queues && t.used < 1000; q++) {
		struct queue_view line;

		if (!serves(&s->conf->plan, q, agent))
			continue;
		centre_queue(s->centre, q, &line);
		text_add(&t, "\n%s: %u %s", s->conf->queue[q].name, line.n_waiting,
			card_word(WORD_WAITING, language));
	}
	chat_say(s, realm, place, buf);
}

static void talk(struct shell *s, uint16_t realm, uint32_t place, uint32_t agent,
	const struct chat_activity *a)
{
	bool asks = text_same_nocase(a->text, "status") && agent != UINT32_MAX;

	if (a->kind == CHAT_MESSAGE && !asks && chat_handoff_says(s, realm, place, agent, a))
		return;
	if (asks)
		tell_status(s, realm, place, agent);
	else if (agent == UINT32_MAX)
		chat_say_word(s, realm, place, WORD_UNKNOWN);
	else
		chat_say_word(
			s, realm, place, a->kind == CHAT_INSTALLATION ? WORD_WELCOME : WORD_HELP);
}

char *chat_take(struct shell *s, uint16_t realm, const struct chat_activity *a, int *status)
{
	uint32_t place, agent = chat_agent(s, realm, a->from.user);
	bool personal = a->conversation.scope == SCOPE_PERSONAL;

	if (leaves(a)) {
		chat_forget(s, realm, a->from.user);
		return NULL;
	}
	place = learn_all(s, realm, a);
	if (a->kind == CHAT_INVOKE && strcmp(a->name, "adaptiveCard/action") != 0) {
		log_line(LOG_INFO, "chat", "", "invoke=%s -> 501", a->name);
		*status = 501;
		return NULL;
	}
	if (a->kind == CHAT_INVOKE)
		return chat_press(s, realm, a, true);
	if (a->kind == CHAT_MESSAGE && a->press.verb[0])
		free(chat_press(s, realm, a, false)); /* the card itself is edited */
	else if (place != UINT32_MAX && personal &&
		 (a->kind == CHAT_MESSAGE ||
			 (a->kind == CHAT_INSTALLATION && a->change == INSTALL_ADD)))
		talk(s, realm, place, agent, a);
	return NULL;
}
