#include "auth/keys/verdicts.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum err verdicts_init(struct verdicts *v, size_t n)
{
	assert(n >= VERDICT_WAYS && n % VERDICT_WAYS == 0);
	v->n = n;
	v->item = calloc(n, sizeof(*v->item));
	return v->item ? OK : E_SYSTEM;
}

void verdicts_fini(struct verdicts *v)
{
	free(v->item);
	*v = (struct verdicts){ .item = NULL };
}

/* A hash is as good as chance, so its first bytes say where to look. */
static struct verdict *ways_of(const struct verdicts *v, const uint8_t digest[JWS_DIGEST])
{
	uint64_t at;

	memcpy(&at, digest, sizeof(at));
	return &v->item[at % (v->n / VERDICT_WAYS) * VERDICT_WAYS];
}

static bool is_of(const struct verdict *way, const struct verdict_id *id)
{
	return !memcmp(way->digest, id->digest, JWS_DIGEST) && way->n == id->n &&
	       !memcmp(way->signature, id->signature, id->n);
}

const struct verdict *verdicts_find(
	const struct verdicts *v, const struct verdict_id *id, uint32_t generation, uint64_t now_ms)
{
	const struct verdict *way = ways_of(v, id->digest);

	for (size_t i = 0; i < VERDICT_WAYS; i++)
		if (way[i].until_ms > now_ms && way[i].generation == generation &&
			is_of(&way[i], id))
			return &way[i];
	return NULL;
}

void verdicts_put(struct verdicts *v, const struct verdict_id *id, const struct verdict *verdict)
{
	struct verdict *way = ways_of(v, id->digest), *place = way;

	if (id->n > VERDICT_SIGNATURE_MAX)
		return;
	for (size_t i = 0; i < VERDICT_WAYS; i++) {
		if (is_of(&way[i], id)) {
			place = &way[i];
			break;
		}
		if (way[i].until_ms < place->until_ms)
			place = &way[i];
	}
	memcpy(place, verdict, offsetof(struct verdict, signature));
	memcpy(place->digest, id->digest, JWS_DIGEST);
	memcpy(place->signature, id->signature, id->n);
	place->n = id->n;
}
