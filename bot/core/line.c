/* The lines themselves: who stands where, and who of them is to be offered to whom. */
#include "bot/core/queue.h"

#include "bot/core/agent.h"
#include "bot/core/contact.h"
#include "bot/core/touch.h"

#include <assert.h>

bool queue_has(const struct centre *c, const struct contact *k)
{
	return k->queue && c->line[contact_slot(c, k)].n != 0;
}

/* A step of priority counts as so much waiting: that is the bound of overtaking. */
static int64_t rank_of(const struct centre *c, const struct contact *k)
{
	uint8_t priority = k->record.priority ? k->record.priority : PRIORITY_NORMAL;

	return (int64_t)k->credit_ms +
	       ((int64_t)priority - PRIORITY_NORMAL) * queue_plan(c, k->queue)->priority_ms;
}

int64_t queue_key(const struct centre *c, uint32_t queue, uint32_t slot)
{
	return c->line[slot].key - c->front[queue].head_start_ms;
}

static void head_set(struct centre *c, uint32_t queue, struct head *h, uint32_t slot)
{
	h->slot = slot;
	h->tie = c->line[slot].tie;
	h->key = queue_key(c, queue, slot);
}

static bool is_before(const struct centre *c, uint32_t queue, uint32_t slot, const struct head *h)
{
	int64_t key = queue_key(c, queue, slot);

	return key != h->key ? key < h->key : c->line[slot].tie < h->tie;
}

/* k is to be offered to the agents of her class, or is not. */
static void mark(struct centre *c, struct contact *k, bool offered)
{
	struct front *f = &c->front[k->queue];
	struct head *h = &c->head[f->first_head + k->class];
	uint64_t bit = (uint64_t)1 << k->class;
	uint32_t slot = contact_slot(c, k);

	tree_mark(c->line, slot, offered ? bit : 0);
	f->all = c->line[f->root].all;
	if (!offered && h->slot == slot)
		head_set(c, k->queue, h, tree_first(c->line, f->root, bit));
	else if (offered && (!h->slot || is_before(c, k->queue, slot, h)))
		head_set(c, k->queue, h, slot);
}

/* The agent whom k knows waits for her alone, if she is to come. */
static bool is_sticky(const struct centre *c, const struct contact *k)
{
	const struct serving *s = k->knows ? agent_serving(c, k->knows, k->queue) : NULL;

	return s && s->signed_in && s->classes >> k->class & 1 &&
	       c->now_ms < k->record.queued_ms + queue_plan(c, k->queue)->sticky_ms;
}

/* Place among those who wait for the same agent; her queues by their place among hers. */
static void fan_add(struct centre *c, struct contact *k)
{
	const struct serving *s = agent_serving(c, k->knows, k->queue);
	struct tree_node *node = &c->fan[contact_slot(c, k)];

	node->key = queue_key(c, k->queue, contact_slot(c, k));
	node->tie = k->credit_seq;
	node->own = queue_fan_bit(c, k->knows, s);
	tree_insert(c->fan, &c->agent[k->knows].fans, contact_slot(c, k));
}

uint64_t queue_fan_bit(const struct centre *c, uint32_t agent, const struct serving *s)
{
	return (uint64_t)1 << ((s - &c->serving[c->agent[agent].first_serving]) % 64);
}

/* To be seen by whom it concerns, or by nobody. */
static void show(struct centre *c, struct contact *k)
{
	k->sticky = is_sticky(c, k);
	if (k->sticky)
		fan_add(c, k);
	else if (!queue_plan(c, k->queue)->by_hand)
		mark(c, k, true);
}

static void hide(struct centre *c, struct contact *k)
{
	if (k->sticky)
		tree_remove(c->fan, &c->agent[k->knows].fans, contact_slot(c, k));
	else if (!queue_plan(c, k->queue)->by_hand)
		mark(c, k, false);
	k->sticky = false;
}

bool queue_is_ready(const struct centre *c, const struct contact *k)
{
	return queue_has(c, k) && k->ready;
}

void queue_ready(struct centre *c, struct contact *k)
{
	assert(k->phase == PHASE_WAITING || k->phase == PHASE_CALL_BACK);
	assert(queue_has(c, k) && !k->ready);
	k->ready = true;
	show(c, k);
}

void queue_unready(struct centre *c, struct contact *k)
{
	if (!queue_is_ready(c, k))
		return;
	hide(c, k);
	k->ready = false;
}

void queue_put(struct centre *c, struct contact *k)
{
	uint32_t slot = contact_slot(c, k);

	/* Anew: she may have been elsewhere when another plan came. */
	queue_classify(c, k);
	c->line[slot].key = rank_of(c, k);
	c->line[slot].tie = k->credit_seq;
	c->line[slot].own = 0;
	tree_insert(c->line, &c->front[k->queue].root, slot);
	c->queue[k->queue].n_waiting++;
	touch_queue(c, k->queue);
	touch_contact(c, k);
}

void queue_leave(struct centre *c, struct contact *k)
{
	queue_unready(c, k);
	if (!queue_has(c, k))
		return;
	tree_remove(c->line, &c->front[k->queue].root, contact_slot(c, k));
	c->queue[k->queue].n_waiting--;
	touch_queue(c, k->queue);
	touch_contact(c, k);
	if (k->due_ms[DUE_MATCH] != NEVER)
		contact_due(c, k, DUE_MATCH, NEVER);
}

void queue_again(struct centre *c, struct contact *k)
{
	bool ready = queue_is_ready(c, k);

	if (!queue_has(c, k))
		return;
	if (ready)
		hide(c, k);
	tree_remove(c->line, &c->front[k->queue].root, contact_slot(c, k));
	c->queue[k->queue].n_waiting--;
	queue_put(c, k);
	if (ready)
		show(c, k);
}

struct contact *queue_first(const struct centre *c, uint32_t queue)
{
	uint32_t slot = tree_least(c->line, c->front[queue].root);

	return slot ? &c->contact[slot] : NULL;
}

struct contact *queue_after(const struct centre *c, const struct contact *k)
{
	uint32_t slot = tree_after(c->line, contact_slot(c, k));

	return slot ? &c->contact[slot] : NULL;
}

uint32_t queue_position(const struct centre *c, const struct contact *k)
{
	return queue_has(c, k) ? 1 + tree_before(c->line, contact_slot(c, k)) : 0;
}
