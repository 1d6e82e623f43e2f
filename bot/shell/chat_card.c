/* A call that is offered, as a card: what it shows and what becomes of it. */
#include "bot/shell/chat.h"

#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/lookup.h"
#include "bot/shell/noun.h"
#include "bot/core/view.h"

#include <stdlib.h>
#include <string.h>

static const struct config_queue *queue_of(const struct shell *s, uint16_t queue)
{
	return &s->conf->queue[queue - 1];
}

const char *chat_card_language(const struct shell *s, const struct card *c)
{
	const struct chat_ref *ref = refs_at(s->chat->realm[c->realm].refs, c->place);

	return ref && ref->locale[0] ? ref->locale : s->conf->voice.language;
}

/* ---- what it shows */

static void trail_event(struct shell *s, const struct event *ev)
{
	struct trail *t = &s->chat->trail[ev->contact % CHAT_TRAILS];
	size_t n = strlen(t->digits);

	if (ev->kind == EV_CALL_INCOMING)
		*t = (struct trail){ .contact = ev->contact, .entry = (uint16_t)ev->value };
	else if (ev->kind == EV_DIGIT && t->contact == ev->contact && n + 1 < sizeof(t->digits))
		t->digits[n] = (char)ev->value;
}

/* "welcome, 1 (crm gold, 3 s)": the flow of the number that was called, the keys pressed, and what
 * other systems said of her, so long ago. */
static void path_print(const struct shell *s, uint32_t contact, char *out, size_t size)
{
	const struct trail *t = &s->chat->trail[contact % CHAT_TRAILS];
	struct text text = text_of(out, size);
	char known[120];
	struct text found = TEXT(known);
	uint64_t age_ms;

	if (t->contact != contact || t->entry >= s->conf->plan.n_entries)
		return;
	text_add(&text, "%s", s->conf->flow_name[s->conf->plan.entry[t->entry].flow]);
	if (t->digits[0])
		text_add(&text, ", %s", t->digits);
	lookup_context(s, contact, &found, &age_ms);
	if (found.used)
		text_add(&text, " (%s, %llu s)", known, (unsigned long long)(age_ms / 1000));
}

static void caller_print(
	struct shell *s, uint32_t contact, enum card_caller how, char *out, size_t size)
{
	struct caller p;

	out[0] = '\0';
	if (how == CALLER_HIDDEN || store_person_get(s->store, contact, &p, NULL) != OK)
		return;
	if (how == CALLER_MASKED)
		noun_mask(out, size, &p);
	else
		snprintf(out, size, "%.80s%s%.40s", p.name, p.name[0] ? " " : "",
			strcmp(p.kind, "phone") == 0 || !p.name[0] ? p.id : "");
}

bool chat_card_can_decline(const struct shell *s, const struct card *c)
{
	return c->form == CARD_ASK ||
	       (c->form == CARD_OFFER &&
		       s->conf->plan.queue[c->queue - 1].hand_off == HAND_OFF_BRIDGE);
}

enum err chat_card_draw(struct shell *s, const struct card *c, const char *notice, char **card,
	char **summary, struct why *why)
{
	const struct chat_ref *ref = refs_at(s->chat->realm[c->realm].refs, c->place);
	struct card_in in = { .form = c->form,
		.language = chat_card_language(s, c),
		.queue = c->queue ? queue_of(s, c->queue)->name : NULL,
		.caller = c->caller,
		.path = c->path,
		.since_unix_ms = c->since_unix_ms,
		.at_unix_ms = c->at_unix_ms,
		.taken_by = c->taken_by ? s->conf->agent[c->taken_by - 1].name : NULL,
		.offers = c->offers,
		.contact = c->contact,
		.attempt = c->attempt,
		.rev = c->rev,
		.can_decline = chat_card_can_decline(s, c),
		.notice = notice,
		.viewer_mri = ref ? ref->user_id : NULL };

	return card_write(&in, card, summary, why);
}

/* The card into its chat: a new message, or the one that is there, edited. */
static bool show(struct shell *s, struct card *c, enum outbox_kind kind, uint32_t for_ms)
{
	char *card, *summary, *message = NULL;
	struct why why;
	enum err e = chat_card_draw(s, c, NULL, &card, &summary, &why);

	if (e == OK)
		e = message_of_card(card, summary, c->form == CARD_ASK, &message, &why);
	if (e == OK && kind == OUTBOX_SEND && queue_of(s, c->queue)->activity_feed)
		chat_nudge(s, &(struct nudge){ "callWaiting", summary, c->realm, c->agent, c->queue,
				      c->contact });
	free(card);
	free(summary);
	if (e == OK)
		return chat_post(s, c->realm, kind, c->place, c->handle, message, for_ms);
	log_line(LOG_ERROR, "chat", "", "card cannot be drawn: %s -> not sent", why.text);
	return false;
}

/* ---- what becomes of it */

static void changed(void *arg, struct card *c)
{
	struct shell *s = arg;
	char id[16];

	snprintf(id, sizeof(id), "%u", c->contact);
	log_line(LOG_INFO, "chat", id, "card attempt=%u agent=%u rev=%u -> %s", c->attempt,
		c->agent, c->rev, card_form_name(c->form));
	if (!c->dead)
		show(s, c, OUTBOX_EDIT, CHAT_EDIT_MS);
}

void chat_card_happened(struct shell *s, uint32_t contact, uint32_t attempt, enum card_fate fate)
{
	const struct card *c = cards_find(s->chat->cards, contact, attempt);

	cards_happened(s->chat->cards, contact, attempt, fate, c ? c->agent : 0, clock_unix_ms(),
		changed, s);
}

/* Somebody took it whose own card we never had: her name is in the effect. */
static void connected(struct shell *s, const struct effect *fx)
{
	cards_happened(s->chat->cards, fx->contact, fx->attempt, FATE_CONNECTED, fx->agent,
		clock_unix_ms(), changed, s);
}

static void handed_over(struct shell *s, const struct event *ev)
{
	struct line *l = line_of(s->lines, ev->contact);
	struct ring_out *r = l ? line_ring(l, ev->attempt) : NULL;

	cards_happened(s->chat->cards, ev->contact, ev->attempt, FATE_CONNECTED, r ? r->agent : 0,
		clock_unix_ms(), changed, s);
}

/* A decline in the card leaves Teams ringing: what is on disk now is done now. */
static void failed(struct shell *s, const struct event *ev)
{
	struct card *c = cards_find(s->chat->cards, ev->contact, ev->attempt);

	if (c && c->pressed && c->form == CARD_DECLINED) {
		c->pressed = false;
		from_core_withdraw(s, ev->contact, ev->attempt);
	}
	chat_card_happened(s, ev->contact, ev->attempt,
		ev->value == RING_REJECTED ? FATE_DECLINED : FATE_ENDED);
}

void chat_event(struct shell *s, const struct event *ev)
{
	if (!s->chat)
		return;
	trail_event(s, ev);
	switch (ev->kind) {
	case EV_AGENT_FAILED:
		failed(s, ev);
		break;
	case EV_EFFECT_FAILED:
		if (ev->attempt)
			chat_card_happened(s, ev->contact, ev->attempt, FATE_ENDED);
		break;
	case EV_HANDED_OVER:
		handed_over(s, ev);
		break;
	case EV_CALL_ENDED:
		chat_card_happened(s, ev->contact, 0, FATE_GONE);
		break;
	default:
		break;
	}
}

/* ---- the offer */

/* Said once an agent: who has no chat with the bot gets the ring alone. */
static void tell_unreachable(struct shell *s, uint16_t agent, const char *reason)
{
	if (s->chat->told[agent])
		return;
	s->chat->told[agent] = true;
	log_line(LOG_WARN, "chat", "", "agent=%s gets no cards: %s -> rung without",
		s->conf->agent[agent - 1].name, reason);
}

uint32_t chat_place(struct shell *s, uint16_t realm, uint16_t agent)
{
	struct refs *refs = s->chat->realm[realm].refs;
	const char *id = s->conf->agent[agent - 1].user_id;
	const struct chat_ref *ref;
	struct guid user;
	uint32_t place;

	if (guid_parse(id, strlen(id), &user) != OK)
		return UINT32_MAX;
	place = refs_find(refs, user);
	ref = refs_at(refs, place);
	if (!ref) {
		tell_unreachable(s, agent, "the app is not installed for her");
		return UINT32_MAX;
	}
	if (ref->blocked[0] || !chat_url_believed(s, ref->service_url)) {
		tell_unreachable(s, agent,
			ref->blocked[0] ? ref->blocked : "her serviceUrl is none of the cloud's");
		return UINT32_MAX;
	}
	s->chat->told[agent] = false;
	return place;
}

struct card *chat_card_make(struct shell *s, uint16_t realm, const struct effect *fx,
	enum card_form form, uint32_t place)
{
	struct card card = { .contact = fx->contact,
		.attempt = fx->attempt,
		.form = form,
		.realm = realm,
		.agent = fx->agent,
		.queue = fx->queue,
		.place = place };
	struct contact_view view;

	if (centre_contact(s->centre, fx->contact, &view)) {
		card.since_unix_ms = view.record.queued_ms;
		card.offers = view.record.n_offers ? view.record.n_offers - 1u : 0;
	}
	caller_print(s, fx->contact, queue_of(s, fx->queue)->card_caller, card.caller,
		sizeof(card.caller));
	path_print(s, fx->contact, card.path, sizeof(card.path));
	return cards_offer(s->chat->cards, &card);
}

static bool offer(struct shell *s, uint16_t realm, const struct effect *fx, enum card_form form)
{
	uint32_t place = chat_place(s, realm, fx->agent);
	const struct plan_queue *q = &s->conf->plan.queue[fx->queue - 1];
	struct card *c;

	if (place == UINT32_MAX)
		return false;
	c = chat_card_make(s, realm, fx, form, place);
	if (!c) {
		log_line(LOG_WARN, "chat", "", "%d offers are open -> no card", CHAT_CARDS_MAX);
		return false;
	}
	c->dead = !show(s, c, OUTBOX_SEND, form == CARD_ASK ? q->accept_ms : q->ring_ms);
	return !c->dead;
}

bool chat_asks(struct shell *s, const struct effect *fx)
{
	struct line *l = line_of(s->lines, fx->contact);

	return s->chat && l && l->realm != REALM_NONE && offer(s, l->realm, fx, CARD_ASK);
}

void chat_effect(struct shell *s, const struct effect *fx)
{
	struct line *l;

	if (!s->chat)
		return;
	switch (fx->kind) {
	case FX_RING:
		l = line_of(s->lines, fx->contact);
		if (l && fx->queue && l->realm != REALM_NONE &&
			queue_of(s, fx->queue)->card == CARDS_INFORM)
			offer(s, l->realm, fx, CARD_OFFER);
		break;
	case FX_WITHDRAW:
		chat_card_happened(s, fx->contact, fx->attempt, FATE_ENDED);
		break;
	case FX_CONNECT:
		connected(s, fx);
		break;
	case FX_OUTCOME:
		chat_card_happened(s, fx->contact, 0, FATE_GONE);
		break;
	default:
		break;
	}
}

bool chat_card_accept(struct shell *s, const struct card *c)
{
	return shell_push(s,
		(struct event){
			.kind = EV_AGENT_ACCEPTED, .contact = c->contact, .attempt = c->attempt });
}

void chat_card_died(struct shell *s, struct card *c)
{
	c->dead = true;
	if (c->form == CARD_ASK)
		chat_card_accept(s, c);
}
