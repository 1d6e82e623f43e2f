#include "graph/chat/refs.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 24 * 3600 * 1000 };

struct slot {
	struct chat_ref *ref; /* NULL: free */
	uint32_t next;        /* index + 1, in a bucket or among the free */
};

struct refs {
	uint32_t n_max, n_slots, mask;
	uint32_t first_free; /* index + 1 */
	uint32_t *bucket;    /* index + 1 */
	struct slot *slot;
};

struct refs *refs_new(uint32_t n_max)
{
	struct refs *rs = calloc(1, sizeof(*rs));
	uint32_t n = 1;

	if (!rs)
		return NULL;
	while (n < n_max)
		n *= 2;
	rs->n_max = n_max;
	rs->mask = n - 1;
	rs->bucket = calloc(n, sizeof(*rs->bucket));
	rs->slot = calloc(n_max ? n_max : 1, sizeof(*rs->slot));
	if (rs->bucket && rs->slot)
		return rs;
	refs_free(rs);
	return NULL;
}

void refs_free(struct refs *rs)
{
	if (!rs)
		return;
	for (uint32_t i = 0; rs->slot && i < rs->n_slots; i++)
		free(rs->slot[i].ref);
	free(rs->slot);
	free(rs->bucket);
	free(rs);
}

/* FNV-1a; object ids are random already, but a stranger's need not be. */
static uint32_t *bucket_of(const struct refs *rs, struct guid user)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < sizeof(user.byte); i++)
		h = (h ^ user.byte[i]) * 16777619u;
	return &rs->bucket[h & rs->mask];
}

uint32_t refs_find(const struct refs *rs, struct guid user)
{
	for (uint32_t i = *bucket_of(rs, user); i; i = rs->slot[i - 1].next)
		if (guid_same(rs->slot[i - 1].ref->user, user))
			return i - 1;
	return UINT32_MAX;
}

struct chat_ref *refs_at(struct refs *rs, uint32_t place)
{
	return place < rs->n_slots ? rs->slot[place].ref : NULL;
}

static uint32_t slot_take(struct refs *rs)
{
	uint32_t i = rs->first_free;

	if (i)
		rs->first_free = rs->slot[i - 1].next;
	else if (rs->n_slots < rs->n_max)
		i = ++rs->n_slots;
	return i;
}

uint32_t refs_put(struct refs *rs, const struct chat_ref *ref)
{
	uint32_t place = refs_find(rs, ref->user), i, *bucket;

	if (place != UINT32_MAX) {
		*rs->slot[place].ref = *ref;
		return place;
	}
	if (guid_is_none(ref->user))
		return UINT32_MAX;
	i = slot_take(rs);
	if (!i)
		return UINT32_MAX;
	rs->slot[i - 1].ref = malloc(sizeof(*ref));
	if (!rs->slot[i - 1].ref) {
		rs->slot[i - 1].next = rs->first_free;
		rs->first_free = i;
		return UINT32_MAX;
	}
	*rs->slot[i - 1].ref = *ref;
	bucket = bucket_of(rs, ref->user);
	rs->slot[i - 1].next = *bucket;
	*bucket = i;
	return i - 1;
}

bool refs_drop(struct refs *rs, struct guid user)
{
	uint32_t *at = bucket_of(rs, user);

	for (; *at; at = &rs->slot[*at - 1].next) {
		struct slot *s = &rs->slot[*at - 1];
		uint32_t i = *at;

		if (!guid_same(s->ref->user, user))
			continue;
		*at = s->next;
		free(s->ref);
		*s = (struct slot){ .next = rs->first_free };
		rs->first_free = i;
		return true;
	}
	return false;
}

/* true: it was another. What is not told now stays as it was told before. */
static bool set(char *out, size_t size, const char *value)
{
	size_t n = strlen(value);

	if (!n || n >= size || strcmp(out, value) == 0)
		return false;
	memcpy(out, value, n + 1);
	return true;
}

struct refs_learnt refs_learn(struct refs *rs, const struct chat_activity *a,
	const struct activity_party *who, uint64_t now_unix_ms)
{
	uint32_t place = refs_find(rs, who->user);
	struct chat_ref ref = { .user = who->user };
	bool changed = place == UINT32_MAX, sender = who == &a->from;

	if (!changed)
		ref = *rs->slot[place].ref;
	changed |= set(ref.user_id, sizeof(ref.user_id), who->id);
	changed |= set(ref.service_url, sizeof(ref.service_url), a->service_url);
	changed |= set(ref.name, sizeof(ref.name), who->name);
	if (a->conversation.scope == SCOPE_PERSONAL)
		changed |= set(
			ref.conversation_id, sizeof(ref.conversation_id), a->conversation.id);
	if (sender)
		changed |= set(ref.locale, sizeof(ref.locale), a->locale);
	if (sender && ref.blocked[0]) {
		ref.blocked[0] = '\0'; /* she talks again */
		changed = true;
	}
	changed |= now_unix_ms >= ref.seen_unix_ms + DAY_MS;
	if (changed)
		ref.seen_unix_ms = now_unix_ms;
	return (struct refs_learnt){ changed ? refs_put(rs, &ref) : place, changed };
}
