#include "graph/chat/handoff.h"

#include "graph/wire/utf8.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { OFFER_BITS = 3, NUMBER_MAX = 0x0fffffff };
#define OURS 0x80000000u

_Static_assert(HANDOFF_OFFERS_MAX <= 1 << OFFER_BITS, "an offer has no name");

struct handoffs {
	uint32_t last;
	uint32_t n_used; /* no slot was ever used from here on */
	struct handoff item[HANDOFFS_MAX];
};

struct handoffs *handoffs_new(void)
{
	return calloc(1, sizeof(struct handoffs));
}

void handoffs_free(struct handoffs *hs)
{
	free(hs);
}

/* One never used, else what has been over for longest; NULL: all are under way. */
static struct handoff *slot_take(struct handoffs *hs)
{
	struct handoff *oldest = NULL;

	for (size_t i = 0; i < HANDOFFS_MAX; i++) {
		struct handoff *h = &hs->item[i];

		if (!h->number)
			return h;
		if (h->over && (!oldest || h->at_unix_ms < oldest->at_unix_ms))
			oldest = h;
	}
	return oldest;
}

struct handoff *handoff_open(struct handoffs *hs, uint16_t realm, uint32_t person)
{
	struct handoff *h = slot_take(hs);

	if (!h)
		return NULL;
	if (h - hs->item == (ptrdiff_t)hs->n_used)
		hs->n_used++;
	hs->last = hs->last == NUMBER_MAX ? 1 : hs->last + 1;
	*h = (struct handoff){
		.number = hs->last, .realm = realm, .person = person, .agent = HANDOFF_NOBODY
	};
	return h;
}

uint32_t handoffs_used(const struct handoffs *hs)
{
	return hs->n_used;
}

struct handoff *handoff_at(struct handoffs *hs, uint32_t slot)
{
	return hs->item[slot].number ? &hs->item[slot] : NULL;
}

struct handoff *handoff_find(struct handoffs *hs, uint32_t number)
{
	for (size_t i = 0; number && i < hs->n_used; i++)
		if (hs->item[i].number == number)
			return &hs->item[i];
	return NULL;
}

struct handoff *handoff_of_person(struct handoffs *hs, uint16_t realm, uint32_t place)
{
	for (uint32_t i = 0; i < hs->n_used; i++) {
		struct handoff *h = handoff_at(hs, i);

		if (h && !h->over && h->realm == realm && h->person == place)
			return h;
	}
	return NULL;
}

struct handoff *handoff_of_agent(struct handoffs *hs, uint16_t realm, uint32_t place)
{
	for (uint32_t i = 0; place != HANDOFF_NOBODY && i < hs->n_used; i++) {
		struct handoff *h = handoff_at(hs, i);

		if (h && !h->over && h->realm == realm && h->agent == place)
			return h;
	}
	return NULL;
}

struct handoff_offer *handoff_ask(struct handoff *h, uint32_t place)
{
	struct handoff_offer *o = &h->offer[h->n_offers];

	if (h->n_offers == HANDOFF_OFFERS_MAX)
		return NULL;
	*o = (struct handoff_offer){ .place = place, .form = CHAT_CARD_ASK, .rev = 1 };
	h->n_offers++;
	return o;
}

struct handoff_offer *handoff_offer_of(struct handoff *h, uint32_t place)
{
	for (size_t i = 0; i < h->n_offers; i++)
		if (h->offer[i].place == place)
			return &h->offer[i];
	return NULL;
}

void handoff_say(struct handoff *h, bool by_agent, const char *text)
{
	uint32_t at = h->n_lines++ % HANDOFF_LINES_MAX;
	size_t n = utf8_prefix(text, strlen(text), HANDOFF_LINE_BYTES - 1);

	h->line[at].by_agent = by_agent;
	for (size_t i = 0; i < n; i++)
		h->line[at].text[i] = (unsigned char)text[i] < ' ' ? ' ' : text[i];
	h->line[at].text[n] = '\0';
}

size_t handoff_lines(const struct handoff *h, struct chat_card_line out[HANDOFF_LINES_MAX])
{
	uint32_t n = h->n_lines < HANDOFF_LINES_MAX ? h->n_lines : HANDOFF_LINES_MAX;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = (h->n_lines - n + i) % HANDOFF_LINES_MAX;

		out[i] = (struct chat_card_line){ .who = h->line[at].by_agent ? h->agent_name
									      : h->person_name,
			.text = h->line[at].text };
	}
	return n;
}

static void becomes(struct handoff_offer *o, enum chat_card_form form)
{
	if (o->form == form)
		return;
	o->form = form;
	o->rev++;
}

static enum err open_offer(struct handoff *h, uint32_t place, struct handoff_offer **out)
{
	*out = handoff_offer_of(h, place);
	if (!*out)
		return E_DENIED;
	return h->agent == HANDOFF_NOBODY && (*out)->form == CHAT_CARD_ASK ? OK : E_STALE;
}

enum err handoff_accept(struct handoff *h, uint32_t place, uint64_t at_unix_ms)
{
	struct handoff_offer *hers;
	enum err e = open_offer(h, place, &hers);

	if (e != OK)
		return e;
	h->agent = place;
	h->at_unix_ms = at_unix_ms;
	for (size_t i = 0; i < h->n_offers; i++)
		if (h->offer[i].form == CHAT_CARD_ASK)
			becomes(&h->offer[i],
				&h->offer[i] == hers ? CHAT_CARD_YOURS : CHAT_CARD_TAKEN);
	return OK;
}

enum err handoff_decline(struct handoff *h, uint32_t place, uint64_t at_unix_ms, size_t *left)
{
	struct handoff_offer *hers;
	enum err e = open_offer(h, place, &hers);

	*left = 0;
	if (e == OK) {
		becomes(hers, CHAT_CARD_DECLINED);
		h->at_unix_ms = at_unix_ms;
	}
	for (size_t i = 0; i < h->n_offers; i++)
		*left += h->offer[i].form == CHAT_CARD_ASK;
	return e;
}

void handoff_end(struct handoff *h, uint64_t at_unix_ms)
{
	h->over = true;
	h->at_unix_ms = at_unix_ms;
	memset(h->line, 0, sizeof(h->line));
	h->n_lines = 0;
	for (size_t i = 0; i < h->n_offers; i++)
		if (chat_card_is_open(h->offer[i].form))
			becomes(&h->offer[i], CHAT_CARD_OVER);
}

uint32_t handoff_handle(const struct handoff *h, const struct handoff_offer *o)
{
	assert(o >= h->offer && o < h->offer + HANDOFF_OFFERS_MAX);
	return OURS | h->number << OFFER_BITS | (uint32_t)(o - h->offer);
}

struct handoff_offer *handoff_by_handle(struct handoffs *hs, uint32_t handle, struct handoff **out)
{
	struct handoff *h = handle & OURS ? handoff_find(hs, (handle & ~OURS) >> OFFER_BITS) : NULL;
	uint32_t at = handle & ((1u << OFFER_BITS) - 1);

	if (out)
		*out = h;
	return h && at < h->n_offers ? &h->offer[at] : NULL;
}
