/* Whose is what came, and what it says about the subscription itself; and states as bytes. */
#include "graph/change/subs_inside.h"

#include <openssl/crypto.h>
#include <string.h>

/* All are compared, each in whole, so that time tells nothing. */
static uint32_t by_client_state(const struct subs *s, const char *client_state)
{
	uint32_t found = SUBS_MAX;
	char text[SUB_STATE_TEXT] = "";
	size_t n = strlen(client_state);

	memcpy(text, client_state, n < sizeof(text) ? n : sizeof(text) - 1);
	for (uint32_t i = 0; i < s->n; i++)
		if (CRYPTO_memcmp(text, s->sub[i].state.client_state, sizeof(text)) == 0)
			found = i;
	return n == SUB_STATE_TEXT - 1 ? found : SUBS_MAX;
}

/* An adopted one whose clientState is not what we believed: it is another life's. Begin anew. */
static void unmask(struct subs *s, struct guid id)
{
	for (uint32_t i = 0; i < s->n; i++) {
		struct sub *sub = &s->sub[i];

		if (sub->adopted && sub->phase == SUB_LIVE && guid_same(sub->state.id, id)) {
			subs_doom(s, id);
			sub_lose(sub);
		}
	}
}

enum err subs_judge(struct subs *s, const struct change *c, uint32_t *index, struct why *why)
{
	*index = by_client_state(s, c->client_state);
	if (*index == SUBS_MAX) {
		unmask(s, c->subscription_id);
		return FAIL(why, E_DENIED, "its clientState is none of ours");
	}
	if (!guid_is_none(c->tenant_id) && !guid_same(c->tenant_id, s->tenant))
		return FAIL(why, E_DENIED, "its tenant is not the subscription's");
	s->sub[*index].adopted = false;
	return OK;
}

void subs_lifecycle(struct subs *s, uint32_t index, const struct change *c, uint64_t now_ms)
{
	struct sub *sub = &s->sub[index];

	/* Also of one that an earlier life left and that is not looked at yet. */
	if (sub->phase == SUB_LOST || !guid_same(c->subscription_id, sub->state.id))
		return;
	sub->gap |= c->lifecycle == LIFECYCLE_MISSED;
	if (c->lifecycle == LIFECYCLE_REAUTHORIZE) {
		sub->reauthorize = true;
		sub->rest_until_ms = now_ms;
	} else if (c->lifecycle == LIFECYCLE_REMOVED) {
		sub_lose(sub);
		sub->rest_until_ms = now_ms;
	}
}

bool subs_gap(struct subs *s, uint32_t index)
{
	bool gap = s->sub[index].gap && s->sub[index].phase == SUB_LIVE;

	if (gap)
		s->sub[index].gap = false;
	return gap;
}

enum { VERSION = 1, FIXED = 1 + 16 + 8 + SUB_STATE_TEXT };
_Static_assert(FIXED + SUB_KEY_TEXT <= SUB_RECORD_BYTES, "a state has room");

size_t subs_state_write(const struct sub_state *state, uint8_t out[SUB_RECORD_BYTES])
{
	uint8_t *p = out;

	*p++ = VERSION;
	memcpy(p, state->id.byte, 16);
	p += 16;
	for (int i = 0; i < 8; i++)
		*p++ = (uint8_t)(state->expires_unix_ms >> (56 - 8 * i));
	memcpy(p, state->client_state, SUB_STATE_TEXT);
	memcpy(p + SUB_STATE_TEXT, state->key_id, SUB_KEY_TEXT);
	return FIXED + SUB_KEY_TEXT;
}

enum err subs_state_read(const uint8_t *bytes, size_t n, struct sub_state *out)
{
	*out = (struct sub_state){ .expires_unix_ms = 0 };
	if (n != FIXED + SUB_KEY_TEXT || bytes[0] != VERSION || bytes[FIXED - 1] || bytes[n - 1])
		return E_MALFORMED;
	memcpy(out->id.byte, bytes + 1, 16);
	for (int i = 0; i < 8; i++)
		out->expires_unix_ms = out->expires_unix_ms << 8 | bytes[17 + i];
	memcpy(out->client_state, bytes + 25, SUB_STATE_TEXT);
	memcpy(out->key_id, bytes + FIXED, SUB_KEY_TEXT);
	return OK;
}
