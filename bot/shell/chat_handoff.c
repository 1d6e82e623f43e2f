/*
 * A person who is no agent writes to the bot: the free agents of a queue are asked by card, the
 * first who accepts gets what was written, and the bot passes on until one of them ends it.
 *
 * Honestly: it is text alone, two chats and not one; the person sees the bot's name, and the
 * agent's in its words. A chat engages nobody: calls are offered to her as before.
 */
#include "bot/shell/chat.h"

#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/core/view.h"

#include <stdlib.h>
#include <string.h>

enum { SILENCE_MS = 3600000 };

static void tell(const struct handoff *h, const char *what)
{
	char id[24];

	snprintf(id, sizeof(id), "chat-%u", h->number);
	log_line(LOG_INFO, "chat", id, "queue=%s lines=%u -> %s", h->queue, h->n_lines, what);
}

/* ---- cards */

static enum err draw(struct shell *s, const struct handoff *h, const struct handoff_offer *o,
	const char *notice, char **card, char **summary, struct why *why)
{
	struct chat_card_line line[HANDOFF_LINES_MAX];
	struct chat_card_in in = { .form = o->form,
		.language = chat_place_language(s, h->realm, o->place),
		.queue = h->queue,
		.person = h->person_name,
		.taken_by = h->agent_name,
		.notice = notice,
		.since_unix_ms = h->since_unix_ms,
		.at_unix_ms = h->at_unix_ms,
		.line = line,
		.n_lines = handoff_lines(h, line),
		.handoff = h->number,
		.rev = o->rev };

	return chat_card_write(&in, card, summary, why);
}

/* NULL: told why. The summary may be NULL. */
static char *message(struct shell *s, const struct handoff *h, const struct handoff_offer *o,
	bool alert, char **summary)
{
	char *card, *line, *out = NULL;
	struct why why;
	enum err e = draw(s, h, o, NULL, &card, &line, &why);

	if (e == OK)
		e = message_of_card(card, line, alert, &out, &why);
	if (e != OK)
		log_line(LOG_ERROR, "chat", "", "card cannot be drawn: %s -> not sent", why.text);
	free(card);
	if (summary)
		*summary = line;
	else
		free(line);
	return e == OK ? out : NULL;
}

static void edit(struct shell *s, const struct handoff *h, const struct handoff_offer *o)
{
	char *m = message(s, h, o, false, NULL);

	if (m)
		chat_post(
			s, h->realm, OUTBOX_EDIT, o->place, handoff_handle(h, o), m, CHAT_EDIT_MS);
}

/* Those that have changed. */
static void edit_changed(struct shell *s, const struct handoff *h, const struct handoff *was)
{
	for (size_t i = 0; i < h->n_offers; i++)
		if (h->offer[i].rev != was->offer[i].rev)
			edit(s, h, &h->offer[i]);
}

static void edit_open(struct shell *s, const struct handoff *h)
{
	for (size_t i = 0; i < h->n_offers; i++)
		if (h->offer[i].form == CHAT_CARD_ASK)
			edit(s, h, &h->offer[i]);
}

/* ---- who is asked */

static uint32_t queue_of(const struct shell *s, uint16_t realm)
{
	const struct config *c = s->conf;

	for (uint32_t i = 0; i < c->plan.n_queues; i++)
		if (c->queue[i].chats && guid_same(c->queue[i].tenant, c->realm[realm].tenant))
			return i;
	return UINT32_MAX;
}

static bool signed_in(const struct shell *s, uint32_t agent, uint32_t queue)
{
	struct place_view at;

	for (uint32_t n = 0; centre_agent_place(s->centre, agent, n, &at); n++)
		if (at.queue == queue)
			return at.signed_in;
	return false;
}

static bool is_free(struct shell *s, uint16_t realm, uint32_t agent, uint32_t queue)
{
	struct agent_view view;
	uint32_t place;

	centre_agent(s->centre, agent, &view);
	if (view.phase != AGENT_IDLE || view.paused || !signed_in(s, agent, queue))
		return false;
	place = chat_place(s, realm, (uint16_t)(agent + 1));
	return place != UINT32_MAX && !handoff_of_agent(s->chat->handoffs, realm, place);
}

static void ask(struct shell *s, struct handoff *h, uint32_t agent, uint32_t queue)
{
	uint32_t place = chat_place(s, h->realm, (uint16_t)(agent + 1));
	struct handoff_offer *o = handoff_ask(h, place);
	char *summary = NULL, *m = o ? message(s, h, o, true, &summary) : NULL;

	if (m && s->conf->queue[queue].activity_feed)
		chat_nudge(s, &(struct nudge){ .type = "chatWaiting",
				      .preview = summary,
				      .realm = h->realm,
				      .agent = (uint16_t)(agent + 1),
				      .queue = (uint16_t)(queue + 1) });
	free(summary);
	if (o && (!m || !chat_post(s, h->realm, OUTBOX_SEND, place, handoff_handle(h, o), m,
				s->conf->queue[queue].chat_wait_ms)))
		h->n_offers--;
}

/* Another agent first than the last time, so that not always the same eight are asked. */
static void ask_all(struct shell *s, struct handoff *h, uint32_t queue)
{
	const struct plan_queue *q = &s->conf->plan.queue[queue];

	for (uint32_t i = 0; i < q->n_members && h->n_offers < HANDOFF_OFFERS_MAX; i++) {
		uint32_t member = q->first_member + (i + h->number) % q->n_members;
		uint32_t agent = s->conf->plan.member[member];

		if (is_free(s, h->realm, agent, queue))
			ask(s, h, agent, queue);
	}
}

/* ---- its end */

/* Each is told in her own words; HANDOFF_NOBODY reads nothing. */
static void end(struct shell *s, struct handoff *h, enum card_word person, enum card_word agent,
	const char *why)
{
	struct handoff was = *h;

	tell(h, why);
	handoff_end(h, clock_unix_ms());
	edit_changed(s, h, &was);
	chat_say_word(s, h->realm, h->person, person);
	if (h->agent != HANDOFF_NOBODY)
		chat_say_word(s, h->realm, h->agent, agent);
}

void chat_handoff_lost(struct shell *s, uint16_t realm, uint32_t place)
{
	struct handoff *h = handoff_of_person(s->chat->handoffs, realm, place);

	if (!h)
		h = handoff_of_agent(s->chat->handoffs, realm, place);
	if (h)
		end(s, h, WORD_CHAT_OVER, WORD_CHAT_OVER, "one of them cannot be reached: over");
}

static size_t still_asked(const struct handoff *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_offers; i++)
		n += h->offer[i].form == CHAT_CARD_ASK;
	return n;
}

static void nobody_left(struct shell *s, struct handoff *h)
{
	if (!h->over && h->agent == HANDOFF_NOBODY && still_asked(h) == 0)
		end(s, h, WORD_CHAT_NOBODY, WORD_CHAT_OVER, "nobody is free: over");
}

void chat_handoff_died(struct shell *s, uint32_t handle)
{
	struct handoff *h;
	struct handoff_offer *o = handoff_by_handle(s->chat->handoffs, handle, &h);

	if (!o || o->activity_id[0] || o->form != CHAT_CARD_ASK)
		return;
	o->form = CHAT_CARD_OVER;
	nobody_left(s, h);
}

void chat_handoff_run(struct shell *s, uint64_t now_ms)
{
	for (uint32_t i = 0; i < handoffs_used(s->chat->handoffs); i++) {
		struct handoff *h = handoff_at(s->chat->handoffs, i);

		if (!h || h->over || h->until_ms > now_ms)
			continue;
		if (h->agent == HANDOFF_NOBODY)
			end(s, h, WORD_CHAT_NOBODY, WORD_CHAT_OVER, "nobody took it in time: over");
		else
			end(s, h, WORD_CHAT_SILENT, WORD_CHAT_SILENT, "silence: over");
	}
}

uint64_t chat_handoff_deadline_ms(const struct shell *s)
{
	uint64_t due = UINT64_MAX;

	for (uint32_t i = 0; i < handoffs_used(s->chat->handoffs); i++) {
		const struct handoff *h = handoff_at(s->chat->handoffs, i);

		if (h && !h->over && h->until_ms < due)
			due = h->until_ms;
	}
	return due;
}

/* ---- what they write */

static bool is_end(const char *text)
{
	return text_same_nocase(text, "end") || text_same_nocase(text, "ende");
}

static const char *name_of(struct shell *s, uint16_t realm, uint32_t place)
{
	const struct chat_ref *ref = refs_at(s->chat->realm[realm].refs, place);

	return ref ? ref->name : "";
}

static void pass_on(struct shell *s, struct handoff *h, bool by_agent, const char *text)
{
	char buf[ACTIVITY_TEXT_MAX + ACTIVITY_NAME_MAX + 4];
	struct text t = TEXT(buf);

	handoff_say(h, by_agent, text);
	if (h->agent == HANDOFF_NOBODY) {
		edit_open(s, h);
		return;
	}
	text_add(&t, "%s: %s", by_agent ? h->agent_name : h->person_name, text);
	h->until_ms = clock_mono_ms() + SILENCE_MS;
	chat_say(s, h->realm, by_agent ? h->person : h->agent, buf);
}

static void says(struct shell *s, struct handoff *h, uint32_t place, const struct chat_activity *a)
{
	bool by_agent = h->agent == place;

	if (is_end(a->text))
		end(s, h, WORD_CHAT_OVER, WORD_CHAT_OVER,
			by_agent ? "ended by the agent" : "ended by the person");
	else if (!a->text[0])
		chat_say_word(s, h->realm, place, WORD_CHAT_TEXT_ONLY);
	else
		pass_on(s, h, by_agent, a->text);
}

static void begin(struct shell *s, uint16_t realm, uint32_t place, uint32_t queue, const char *text)
{
	struct handoff *h = handoff_open(s->chat->handoffs, realm, place);

	if (!h) {
		log_line(LOG_WARN, "chat", "", "%d chats are under way -> not this one",
			HANDOFFS_MAX);
		chat_say_word(s, realm, place, WORD_CHAT_NOBODY);
		return;
	}
	snprintf(h->person_name, sizeof(h->person_name), "%s", name_of(s, realm, place));
	snprintf(h->queue, sizeof(h->queue), "%s", s->conf->queue[queue].name);
	h->since_unix_ms = clock_unix_ms();
	h->until_ms = clock_mono_ms() + s->conf->queue[queue].chat_wait_ms;
	handoff_say(h, false, text);
	ask_all(s, h, queue);
	if (h->n_offers == 0) {
		nobody_left(s, h);
		return;
	}
	tell(h, "agents are asked");
	chat_say_word(s, realm, place, WORD_CHAT_LOOKING);
}

bool chat_handoff_says(struct shell *s, uint16_t realm, uint32_t place, uint32_t agent,
	const struct chat_activity *a)
{
	struct handoff *h = agent == UINT32_MAX ? handoff_of_person(s->chat->handoffs, realm, place)
						: handoff_of_agent(s->chat->handoffs, realm, place);
	uint32_t queue = agent == UINT32_MAX ? queue_of(s, realm) : UINT32_MAX;

	if (h)
		says(s, h, place, a);
	else if (queue != UINT32_MAX && a->text[0] && !is_end(a->text))
		begin(s, realm, place, queue, a->text);
	else
		return false;
	/* The reader cuts: four bytes are the longest character that did not fit. */
	if (strlen(a->text) >= ACTIVITY_TEXT_MAX - 4)
		chat_say_word(s, realm, place, WORD_CHAT_CUT);
	return true;
}

/* ---- buttons */

static char *view(
	struct shell *s, const struct handoff *h, const struct handoff_offer *o, const char *notice)
{
	char *card, *summary, *body;
	struct why why;

	if (draw(s, h, o, notice, &card, &summary, &why) != OK)
		return card_answer_error(500, "InternalServerError", "no card");
	body = card_answer(card);
	free(card);
	free(summary);
	return body;
}

static enum err accept_it(struct shell *s, struct handoff *h, uint32_t place, uint32_t agent)
{
	struct handoff was = *h;
	enum err e = handoff_of_agent(s->chat->handoffs, h->realm, place)
			     ? E_STALE
			     : handoff_accept(h, place, clock_unix_ms());
	char buf[400];
	struct text t = TEXT(buf);

	if (e != OK)
		return e;
	snprintf(h->agent_name, sizeof(h->agent_name), "%s", s->conf->agent[agent].name);
	h->until_ms = clock_mono_ms() + SILENCE_MS;
	tell(h, "taken");
	edit_changed(s, h, &was);
	text_add(&t, "%s %s", h->agent_name,
		card_word(WORD_CHAT_JOINED, chat_place_language(s, h->realm, h->person)));
	chat_say(s, h->realm, h->person, buf);
	return OK;
}

static enum err decline_it(struct shell *s, struct handoff *h, uint32_t place)
{
	struct handoff was = *h;
	size_t left;
	enum err e = handoff_decline(h, place, clock_unix_ms(), &left);

	if (e == OK)
		edit_changed(s, h, &was);
	return e;
}

static enum err end_it(const struct handoff *h, uint32_t place)
{
	return h->agent == place && !h->over ? OK : E_STALE;
}

char *chat_handoff_press(struct shell *s, uint16_t realm, const struct chat_activity *a)
{
	struct handoff *h = handoff_find(s->chat->handoffs, a->press.contact);
	uint32_t place = refs_find(s->chat->realm[realm].refs, a->from.user);
	uint32_t agent = chat_agent(s, realm, a->from.user);
	const char *verb = a->press.verb;
	struct handoff_offer *o;
	bool ends = strcmp(verb, "chat.end") == 0, declines = strcmp(verb, "chat.decline") == 0;
	char *body;
	enum err e;

	if (agent == UINT32_MAX)
		return card_answer_text(card_word(WORD_UNKNOWN, a->locale));
	if (!h || h->realm != realm)
		return card_answer_text(card_word(WORD_CHAT_GONE, a->locale));
	o = handoff_offer_of(h, place);
	if (!o)
		return card_answer_text(card_word(WORD_CHAT_NOT_YOURS, a->locale));
	e = ends       ? end_it(h, place)
	    : declines ? decline_it(s, h, place)
		       : accept_it(s, h, place, agent);
	if (e != OK)
		return view(s, h, o, card_word(WORD_STALE, a->locale));
	if (ends)
		end(s, h, WORD_CHAT_OVER, WORD_CHAT_OVER, "ended by the agent");
	body = view(s, h, o, NULL);
	nobody_left(s, h);
	return body;
}
