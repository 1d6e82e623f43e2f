#include "bot/shell/command_again.h"

#include "bot/base/clock.h"
#include "bot/shell/gate.h"

#include <stdio.h>
#include <string.h>

static const uint64_t FNV_BASIS = UINT64_C(0xcbf29ce484222325);

/* FNV-1a, gone on with. */
static uint64_t hash_on(uint64_t h, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return h;
}

static uint64_t hash_of(struct visit *v)
{
	const char *rest = visit_rest(v), *body;
	size_t n;

	body = visit_body(v, &n);
	return hash_on(hash_on(FNV_BASIS, rest, strlen(rest)), body, n);
}

static bool is_hers(const struct again *k, const struct person *who, const char *key)
{
	return strcmp(k->key, key) == 0 && guid_same(k->user, who->user) &&
	       guid_same(k->tenant, who->tenant);
}

/* NULL: none of that key in these ten minutes. */
static struct again *find(
	struct agains *a, const struct person *who, const char *key, uint64_t now_ms)
{
	for (size_t i = 0; i < AGAIN_MAX; i++)
		if (is_hers(&a->item[i], who, key) && a->item[i].until_ms > now_ms)
			return &a->item[i];
	return NULL;
}

/* NULL: all are under way. */
static struct again *begin(
	struct agains *a, const struct person *who, const char *key, uint64_t hash, uint64_t now_ms)
{
	struct again *k = &a->item[a->next++ % AGAIN_MAX];

	/* Of one under way somebody holds the place. */
	for (int tries = 1; tries < AGAIN_MAX && k->key[0] && !k->status; tries++)
		k = &a->item[a->next++ % AGAIN_MAX];
	if (k->key[0] && !k->status)
		return NULL;
	*k = (struct again){ .tenant = who->tenant,
		.user = who->user,
		.hash = hash,
		.until_ms = now_ms + AGAIN_MS };
	snprintf(k->key, sizeof(k->key), "%s", key);
	return k;
}

static enum again_is refuse(struct shell *s, struct visit *v, int status, const char *says)
{
	gate_refuse(s, visit_id(v), status, "Idempotency-Key", says);
	return AGAIN_REFUSED;
}

enum again_is again_ask(struct agains *a, struct shell *s, struct visit *v,
	const struct person *who, struct again **out)
{
	const char *key = visit_header(v, "Idempotency-Key");
	uint64_t hash, now_ms = clock_mono_ms();

	*out = NULL;
	if (!key)
		return AGAIN_NEW;
	if (!*key || strlen(key) > AGAIN_KEY_MAX)
		return refuse(s, v, 400, "want 1 to 64 characters");
	hash = hash_of(v);
	*out = find(a, who, key, now_ms);
	if (!*out) {
		*out = begin(a, who, key, hash, now_ms);
		return AGAIN_NEW;
	}
	if ((*out)->hash != hash)
		return refuse(s, v, 422, "the key was another request's");
	return (*out)->status ? AGAIN_DONE
			      : refuse(s, v, 409, "the first of this key is under way");
}

void again_forget(struct again *again)
{
	if (again)
		*again = (struct again){ .status = 0 };
}
