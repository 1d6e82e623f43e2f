#include "auth/keys/verdicts.h"

#include <assert.h>
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
static struct verdict *ways_of(const struct verdicts *v, const uint8_t token[32])
{
	uint64_t at;

	memcpy(&at, token, sizeof(at));
	return &v->item[at % (v->n / VERDICT_WAYS) * VERDICT_WAYS];
}

const struct verdict *verdicts_find(
	const struct verdicts *v, const uint8_t token[32], uint32_t generation, uint64_t now_ms)
{
	const struct verdict *way = ways_of(v, token);

	for (size_t i = 0; i < VERDICT_WAYS; i++)
		if (way[i].until_ms > now_ms && way[i].generation == generation &&
			!memcmp(way[i].token, token, 32))
			return &way[i];
	return NULL;
}

void verdicts_put(struct verdicts *v, const struct verdict *verdict)
{
	struct verdict *way = ways_of(v, verdict->token), *place = way;

	for (size_t i = 0; i < VERDICT_WAYS; i++) {
		if (!memcmp(way[i].token, verdict->token, 32)) {
			place = &way[i];
			break;
		}
		if (way[i].until_ms < place->until_ms)
			place = &way[i];
	}
	*place = *verdict;
}
