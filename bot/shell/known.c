#include "bot/shell/known.h"

#include "bot/base/text.h"
#include "bot/shell/shell.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = KNOWN_MAX }; /* a power of two */

struct spoke {
	struct guid caller; /* none: free */
	uint64_t at_ms;
	uint32_t agent, queue; /* their keys, which outlive a configuration */
	uint32_t contact;
	uint32_t next; /* in the bucket; index + 1 */
	uint16_t wrap_up_code;
	uint8_t outcome;
};

struct known {
	struct spoke spoke[KNOWN_MAX]; /* a ring, in order of having spoken */
	uint32_t bucket[BUCKETS];      /* index + 1 */
	uint32_t n;                    /* ever written */
};

struct known *known_new(void)
{
	return calloc(1, sizeof(struct known));
}

void known_free(struct known *k)
{
	free(k);
}

bool known_hash(const struct shell *s, const struct caller *who, struct guid *out)
{
	char purpose[sizeof(who->kind) + sizeof(who->id) + 16];
	int n;

	if (!who->id[0] || text_same_nocase(who->id, "anonymous") ||
		(strcmp(who->kind, "phone") != 0 && strcmp(who->kind, "user") != 0))
		return false;
	n = snprintf(purpose, sizeof(purpose), "caller %s %s", who->kind, who->id);
	for (int i = 0; i < n; i++)
		purpose[i] = (char)tolower((unsigned char)purpose[i]);
	*out = secret_guid(s, purpose);
	return true;
}

/* The hash is a good one by itself. */
static uint32_t *bucket_of(struct known *k, struct guid caller)
{
	uint32_t h;

	memcpy(&h, caller.byte, sizeof(h));
	return &k->bucket[h & (BUCKETS - 1)];
}

static void unlink_spoke(struct known *k, struct spoke *old)
{
	uint32_t index = (uint32_t)(old - k->spoke) + 1, *at = bucket_of(k, old->caller);

	while (*at != index)
		at = &k->spoke[*at - 1].next;
	*at = old->next;
	*old = (struct spoke){ .at_ms = 0 };
}

static struct spoke *find(const struct known *k, struct guid caller)
{
	uint32_t at = *bucket_of((struct known *)k, caller);

	while (at && !guid_same(k->spoke[at - 1].caller, caller))
		at = k->spoke[at - 1].next;
	return at ? (struct spoke *)&k->spoke[at - 1] : NULL;
}

void known_ended(struct known *k, struct guid caller, uint32_t contact, const struct record *r,
	const struct config *conf)
{
	struct spoke *new;
	uint32_t *bucket;

	if (guid_is_none(caller) || !r->agent || !r->connected_ms)
		return;
	new = &k->spoke[k->n++ % KNOWN_MAX];
	if (!guid_is_none(new->caller))
		unlink_spoke(k, new);
	bucket = bucket_of(k, caller);
	/* Before what she spoke earlier. */
	*new = (struct spoke){ .caller = caller,
		.at_ms = r->ended_ms,
		.agent = conf->plan.agent[r->agent - 1].key,
		.queue = r->queue ? conf->plan.queue[r->queue - 1].key : 0,
		.contact = contact,
		.outcome = r->outcome,
		.wrap_up_code = r->wrap_up_code,
		.next = *bucket };
	*bucket = (uint32_t)(new - k->spoke) + 1;
}

static uint16_t agent_of(const struct config *conf, uint32_t key)
{
	for (uint32_t i = 0; i < conf->plan.n_agents; i++)
		if (conf->plan.agent[i].key == key)
			return (uint16_t)(i + 1);
	return 0;
}

uint16_t known_agent(
	const struct known *k, struct guid caller, uint64_t now_ms, const struct config *conf)
{
	const struct spoke *found = find(k, caller);

	if (!found || found->at_ms + conf->limit.known_ms < now_ms)
		return 0;
	return agent_of(conf, found->agent);
}

static uint16_t queue_of(const struct config *conf, uint32_t key)
{
	for (uint32_t i = 0; key && i < conf->plan.n_queues; i++)
		if (conf->plan.queue[i].key == key)
			return (uint16_t)(i + 1);
	return 0;
}

void known_forget(struct known *k, struct guid caller)
{
	struct spoke *of;

	while (!guid_is_none(caller) && (of = find(k, caller)))
		unlink_spoke(k, of);
}

bool known_earlier(const struct known *k, struct guid caller, size_t n, const struct config *conf,
	struct known_talk *out)
{
	uint32_t at = guid_is_none(caller) ? 0 : *bucket_of((struct known *)k, caller);
	const struct spoke *found;

	for (; at; at = found->next) {
		found = &k->spoke[at - 1];
		if (!guid_same(found->caller, caller) || n-- > 0)
			continue;
		*out = (struct known_talk){ .contact = found->contact,
			.at_ms = found->at_ms,
			.queue = queue_of(conf, found->queue),
			.agent = agent_of(conf, found->agent),
			.wrap_up_code = found->wrap_up_code,
			.outcome = (enum outcome)found->outcome };
		return true;
	}
	return false;
}
