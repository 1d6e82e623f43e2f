/* One configuration's agents, queues and entries in another. */
#include "bot/shell/config.h"

#include <string.h>

typedef bool is_same(const struct config *a, uint32_t i, const struct config *b, uint32_t j);

/* Configurations change little, so the search begins where it was. */
static uint16_t find(is_same *same, const struct config *next, uint32_t n, const struct config *old,
	uint16_t was)
{
	for (uint32_t k = 0; was && k < n; k++) {
		uint32_t i = (was - 1u + k) % n;

		if (same(next, i, old, was - 1u))
			return (uint16_t)(i + 1);
	}
	return 0;
}

static bool same_agent(const struct config *a, uint32_t i, const struct config *b, uint32_t j)
{
	return strcmp(a->agent[i].user_id, b->agent[j].user_id) == 0;
}

static bool same_queue(const struct config *a, uint32_t i, const struct config *b, uint32_t j)
{
	return strcmp(a->queue[i].name, b->queue[j].name) == 0;
}

static bool same_entry(const struct config *a, uint32_t i, const struct config *b, uint32_t j)
{
	return a->plan.entry[i].key == b->plan.entry[j].key;
}

uint16_t config_mailbox_in(const struct config *next, const struct config *old, uint16_t mailbox)
{
	const struct config_mailbox *was = mailbox < old->n_mailboxes ? &old->mailbox[mailbox]
								      : NULL;

	for (size_t i = 0; was && i < next->n_mailboxes; i++)
		if (strcmp(next->mailbox[i].name, was->name) == 0 &&
			guid_same(next->mailbox[i].tenant, was->tenant))
			return (uint16_t)i;
	return UINT16_MAX;
}

uint16_t config_agent_in(const struct config *next, const struct config *old, uint16_t agent)
{
	return find(same_agent, next, next->plan.n_agents, old, agent);
}

uint16_t config_queue_in(const struct config *next, const struct config *old, uint16_t queue)
{
	return find(same_queue, next, next->plan.n_queues, old, queue);
}

uint16_t config_entry_in(const struct config *next, const struct config *old, uint16_t entry)
{
	return find(same_entry, next, next->plan.n_entries, old, entry);
}
