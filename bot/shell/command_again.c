#include "bot/shell/command_again.h"

#include <stdio.h>
#include <string.h>

/* FNV-1a. */
static uint64_t hash_of(const char *body, size_t n)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)body[i]) * UINT64_C(0x100000001b3);
	return h;
}

static bool is_hers(const struct again *k, const struct person *who, const char *key)
{
	return strcmp(k->key, key) == 0 && guid_same(k->user, who->user) &&
	       guid_same(k->tenant, who->tenant);
}

enum again_is again_find(struct agains *a, const struct person *who, const char *key,
	const char *body, size_t n, uint64_t now_ms, struct again **out)
{
	uint64_t hash = hash_of(body, n);

	for (size_t i = 0; i < AGAIN_MAX; i++) {
		struct again *k = *out = &a->item[i];

		if (!is_hers(k, who, key) || k->until_ms <= now_ms)
			continue;
		if (k->body_hash != hash)
			return AGAIN_OTHER;
		return k->status ? AGAIN_DONE : AGAIN_UNDER_WAY;
	}
	*out = &a->item[a->next++ % AGAIN_MAX];
	**out = (struct again){ .tenant = who->tenant,
		.user = who->user,
		.body_hash = hash,
		.until_ms = now_ms + AGAIN_MS };
	snprintf((*out)->key, sizeof((*out)->key), "%s", key);
	return AGAIN_NEW;
}
