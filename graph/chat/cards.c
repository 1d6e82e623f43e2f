#include "graph/chat/cards.h"

#include <stdlib.h>
#include <string.h>

struct cards {
	uint32_t n_max, n_slots, last_handle;
	uint32_t mask;
	uint32_t *bucket;  /* by contact: index + 1 */
	uint32_t *next;    /* in a bucket, index + 1 */
	struct card *card; /* handle 0: free */
};

struct cards *cards_new(uint32_t n_max)
{
	struct cards *cs = calloc(1, sizeof(*cs));
	uint32_t n = 1;

	if (!cs)
		return NULL;
	while (n < n_max)
		n *= 2;
	cs->n_max = n_max;
	cs->mask = n - 1;
	cs->bucket = calloc(n, sizeof(*cs->bucket));
	cs->next = calloc(n_max, sizeof(*cs->next));
	cs->card = calloc(n_max, sizeof(*cs->card));
	if (cs->bucket && cs->next && cs->card)
		return cs;
	cards_free(cs);
	return NULL;
}

void cards_free(struct cards *cs)
{
	if (!cs)
		return;
	free(cs->bucket);
	free(cs->next);
	free(cs->card);
	free(cs);
}

/* Else open, or accepted and waiting for the ring's end: something may still come of it. */
static bool card_is_final(enum card_form form)
{
	return form != CARD_OFFER && form != CARD_ASK && form != CARD_ACCEPTED;
}

static void unlink_card(struct cards *cs, uint32_t slot)
{
	uint32_t *at = &cs->bucket[cs->card[slot].contact & cs->mask];

	while (*at != slot + 1)
		at = &cs->next[*at - 1];
	*at = cs->next[slot];
	cs->card[slot].handle = 0;
}

/* A slot never used or free again, else that of the oldest final card; UINT32_MAX: none. */
static uint32_t slot_take(struct cards *cs)
{
	uint32_t oldest = UINT32_MAX;

	if (cs->n_slots < cs->n_max)
		return cs->n_slots++;
	for (uint32_t i = 0; i < cs->n_slots; i++) {
		if (!cs->card[i].handle)
			return i;
		if (card_is_final(cs->card[i].form) &&
			(oldest == UINT32_MAX || cs->card[i].handle < cs->card[oldest].handle))
			oldest = i;
	}
	if (oldest != UINT32_MAX)
		unlink_card(cs, oldest);
	return oldest;
}

struct card *cards_offer(struct cards *cs, const struct card *from)
{
	uint32_t slot = slot_take(cs), *bucket;
	struct card *c;

	if (slot == UINT32_MAX)
		return NULL;
	c = &cs->card[slot];
	*c = *from;
	c->handle = ++cs->last_handle;
	c->rev = from->rev ? from->rev : 1;
	bucket = &cs->bucket[c->contact & cs->mask];
	cs->next[slot] = *bucket;
	*bucket = slot + 1;
	return c;
}

struct card *cards_find(struct cards *cs, uint32_t contact, uint32_t attempt)
{
	for (uint32_t i = cs->bucket[contact & cs->mask]; i; i = cs->next[i - 1])
		if (cs->card[i - 1].contact == contact && cs->card[i - 1].attempt == attempt)
			return &cs->card[i - 1];
	return NULL;
}

struct card *cards_of(struct cards *cs, uint32_t handle)
{
	for (uint32_t i = 0; handle && i < cs->n_slots; i++)
		if (cs->card[i].handle == handle)
			return &cs->card[i];
	return NULL;
}

/* Her own offer. */
static enum card_form own(enum card_form form, enum card_fate fate)
{
	switch (fate) {
	case FATE_ACCEPTED:
		return form == CARD_ASK ? CARD_ACCEPTED : form;
	case FATE_DECLINED:
		return card_is_final(form) ? form : CARD_DECLINED;
	case FATE_CONNECTED: /* also late, when the offer seemed to be over */
		return !card_is_final(form) || form == CARD_ENDED ? CARD_YOURS : form;
	case FATE_ENDED: /* hers too: lost before the two heard each other */
		return !card_is_final(form) || form == CARD_YOURS ? CARD_ENDED : form;
	case FATE_GONE:
		return !card_is_final(form) || form == CARD_ENDED ? CARD_GONE : form;
	}
	return form;
}

/* Another offer of the same contact. */
static enum card_form other(enum card_form form, enum card_fate fate)
{
	if (fate == FATE_GONE)
		return own(form, fate);
	if (fate == FATE_CONNECTED &&
		(!card_is_final(form) || form == CARD_ENDED || form == CARD_TAKEN))
		return CARD_TAKEN;
	return form;
}

void cards_happened(struct cards *cs, uint32_t contact, uint32_t attempt, enum card_fate fate,
	uint16_t by, uint64_t at_unix_ms, void (*changed)(void *arg, struct card *c), void *arg)
{
	for (uint32_t i = cs->bucket[contact & cs->mask]; i; i = cs->next[i - 1]) {
		struct card *c = &cs->card[i - 1];
		enum card_form form;
		bool taken;

		if (c->contact != contact)
			continue;
		form = c->attempt == attempt ? own(c->form, fate) : other(c->form, fate);
		taken = form == CARD_TAKEN && fate == FATE_CONNECTED && c->taken_by != by;
		if (form == c->form && !taken)
			continue;
		c->form = form;
		if (taken)
			c->taken_by = by;
		c->at_unix_ms = at_unix_ms;
		c->rev++;
		changed(arg, c);
	}
}

void cards_renumber(struct cards *cs, uint16_t (*agent)(void *arg, uint16_t was),
	uint16_t (*queue)(void *arg, uint16_t was), void *arg)
{
	for (uint32_t i = 0; i < cs->n_slots; i++) {
		struct card *c = &cs->card[i];

		if (!c->handle)
			continue;
		c->agent = agent(arg, c->agent);
		c->queue = queue(arg, c->queue);
		c->taken_by = c->taken_by ? agent(arg, c->taken_by) : 0;
		if (!c->agent || !c->queue)
			unlink_card(cs, i);
	}
}

uint32_t cards_slots(const struct cards *cs)
{
	return cs->n_slots;
}

struct card *cards_at(struct cards *cs, uint32_t slot)
{
	return slot < cs->n_slots && cs->card[slot].handle ? &cs->card[slot] : NULL;
}
