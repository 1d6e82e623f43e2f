/* The buttons of a card: who may press them, and that nothing is done twice. */
#include "bot/shell/chat.h"

#include "bot/base/log.h"
#include "bot/core/view.h"

#include <stdlib.h>
#include <string.h>

static char *view(struct shell *s, const struct card *c, const char *notice)
{
	char *card, *summary, *body;
	struct why why;

	if (chat_card_draw(s, c, notice, &card, &summary, &why) != OK) {
		log_line(LOG_ERROR, "chat", "", "card cannot be drawn: %s", why.text);
		return card_answer_error(500, "InternalServerError", "no card");
	}
	body = card_answer(card);
	free(card);
	free(summary);
	return body;
}

/* The offer stands at the centre, whatever we remember. */
static bool in_force(const struct shell *s, uint32_t agent, uint32_t contact, uint32_t attempt)
{
	struct agent_view a;
	struct contact_view k;

	centre_agent(s->centre, agent, &a);
	return a.phase == AGENT_RINGING && a.contact == contact &&
	       centre_contact(s->centre, contact, &k) && k.ring_attempt == attempt;
}

/* A card of before the last start: made anew where its offer still stands. */
static struct card *revive(
	struct shell *s, uint16_t realm, uint32_t agent, const struct chat_activity *a)
{
	const struct card_press *p = &a->press;
	struct effect fx = {
		.contact = p->contact, .attempt = p->attempt, .agent = (uint16_t)(agent + 1)
	};
	struct line *l = line_of(s->lines, p->contact);
	struct ring_out *r = l ? line_ring(l, p->attempt) : NULL;
	struct contact_view k;
	struct card *c;

	if (!r || l->realm != realm || !in_force(s, agent, p->contact, p->attempt) ||
		!centre_contact(s->centre, p->contact, &k) || !k.record.queue)
		return NULL;
	fx.queue = k.record.queue;
	c = chat_card_make(s, realm, &fx, r->held ? CARD_ASK : CARD_OFFER,
		refs_find(s->chat->realm[realm].refs, a->from.user));
	if (!c)
		return NULL;
	c->rev = p->rev ? p->rev : 1;
	snprintf(c->activity_id, sizeof(c->activity_id), "%s", a->reply_to);
	c->dead = !a->reply_to[0];
	return c;
}

/* Nothing is remembered and nothing stands: no names, for whoever asks may never have had it. */
static char *view_past(
	struct shell *s, uint16_t realm, uint32_t agent, const struct chat_activity *a)
{
	struct contact_view k;
	bool waits = centre_contact(s->centre, a->press.contact, &k) &&
		     (k.phase == PHASE_WAITING || k.phase == PHASE_RINGING);
	struct card c = { .contact = a->press.contact,
		.attempt = a->press.attempt,
		.rev = a->press.rev,
		.form = waits ? CARD_ENDED : CARD_GONE,
		.realm = realm,
		.agent = (uint16_t)(agent + 1),
		.place = refs_find(s->chat->realm[realm].refs, a->from.user) };

	return view(s, &c, NULL);
}

static bool take_up(struct shell *s, struct card *c)
{
	if (!chat_card_accept(s, c))
		return false;
	chat_card_happened(s, c->contact, c->attempt, FATE_ACCEPTED);
	return true;
}

static bool decline(struct shell *s, struct card *c)
{
	if (!shell_push(s, (struct event){ .kind = EV_AGENT_FAILED,
				   .contact = c->contact,
				   .attempt = c->attempt,
				   .value = RING_REJECTED }))
		return false;
	c->pressed = true;
	chat_card_happened(s, c->contact, c->attempt, FATE_DECLINED);
	return true;
}

static char *act(struct shell *s, struct card *c, const struct card_press *p, uint32_t agent)
{
	const char *language = chat_card_language(s, c);
	bool accept = strcmp(p->verb, "call.accept") == 0 && c->form == CARD_ASK;
	bool fresh = p->rev == c->rev && card_is_open(c->form) &&
		     in_force(s, agent, c->contact, c->attempt);

	if (strcmp(p->verb, "card.refresh") == 0)
		return view(s, c, NULL);
	if (!fresh)
		return view(s, c, card_word(WORD_STALE, language));
	if (!accept && strcmp(p->verb, "call.decline") != 0)
		return card_answer_error(400, "BadRequest", "no such verb");
	if (!accept && !chat_card_can_decline(s, c))
		return view(s, c, card_word(WORD_NO_DECLINE, language));
	/* Teams may send the press again: nothing was done. */
	if (s->n_batch > BATCH_POST_MAX || !(accept ? take_up(s, c) : decline(s, c)))
		return card_answer_error(500, "InternalServerError", "no room");
	return view(s, c, NULL);
}

char *chat_press(struct shell *s, uint16_t realm, const struct chat_activity *a, bool invoke)
{
	const struct card_press *p = &a->press;
	uint32_t agent = chat_agent(s, realm, a->from.user);
	struct card *c = cards_find(s->chat->cards, p->contact, p->attempt);
	char id[16];

	if (strncmp(p->verb, "chat.", 5) == 0)
		return chat_handoff_press(s, realm, a);
	snprintf(id, sizeof(id), "%u", p->contact);
	log_line(LOG_INFO, "chat", id, "pressed verb=%s attempt=%u rev=%u agent=%u%s%s", p->verb,
		p->attempt, p->rev, agent == UINT32_MAX ? 0 : agent + 1,
		p->automatic ? " automatic" : "", invoke ? "" : " submit");
	if (agent == UINT32_MAX)
		return card_answer_text(card_word(WORD_UNKNOWN, a->locale));
	if (c && (c->realm != realm || c->agent != agent + 1))
		return card_answer_text(card_word(WORD_NOT_YOURS, a->locale));
	if (!c)
		c = revive(s, realm, agent, a);
	return c ? act(s, c, p, agent) : view_past(s, realm, agent, a);
}
