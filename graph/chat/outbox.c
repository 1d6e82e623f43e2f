#include "graph/chat/outbox.h"

#include "bot/base/rng.h"
#include "bot/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct rate_limit chat_limits[] = { { 7, 1000 }, { 8, 2000 }, { 60, 30000 },
	{ 1800, 3600000 } };
static const struct rate_limit realm_limits[] = { { 30, 1000 } };

struct item {
	char *message; /* NULL: the slot is free */
	uint64_t until_ms, due_ms, flight_ms;
	uint32_t chat, handle, next; /* index + 1 in its chat, or among the free */
	uint32_t number;             /* of the request under way; 0: none */
	uint8_t kind;                /* OUTBOX_SEND or OUTBOX_EDIT */
	bool opening;                /* the request under way opens the chat */
	bool dead;
	unsigned attempts, told_to_wait;
	char reason[OUTBOX_REASON_MAX];
};

struct chat {
	struct rate rate;
	uint32_t first, last;            /* items, index + 1 */
	uint32_t before, after;          /* among the chats that have items, index + 1 */
	char blocked[OUTBOX_REASON_MAX]; /* "": not */
	bool known, listed;
};

struct outbox {
	struct rng rng;
	struct rate rate;
	uint32_t n_max, first_free, last_number;
	uint32_t n_chats;    /* of room */
	uint32_t first_chat; /* with items, index + 1 */
	uint32_t last_chat;
	struct chat *chat;
	struct item item[];
};

struct outbox *outbox_new(uint32_t n_max, uint64_t seed)
{
	struct outbox *o = calloc(1, sizeof(*o) + n_max * sizeof(o->item[0]));

	if (!o)
		return NULL;
	o->rng.state = seed;
	o->n_max = n_max;
	for (uint32_t i = n_max; i > 0; i--) {
		o->item[i - 1].next = o->first_free;
		o->first_free = i;
	}
	return o;
}

void outbox_free(struct outbox *o)
{
	if (!o)
		return;
	for (uint32_t i = 0; i < o->n_max; i++)
		free(o->item[i].message);
	free(o->chat);
	free(o);
}

/* Room for this chat; places are given from 0 upwards, so the array stays as small as the people
 * written to. */
static struct chat *chat_room(struct outbox *o, uint32_t chat)
{
	uint32_t n = o->n_chats ? o->n_chats : 16;
	struct chat *more;

	if (chat < o->n_chats)
		return &o->chat[chat];
	while (n <= chat)
		n *= 2;
	more = realloc(o->chat, n * sizeof(*more));
	if (!more)
		return NULL;
	memset(more + o->n_chats, 0, (n - o->n_chats) * sizeof(*more));
	o->chat = more;
	o->n_chats = n;
	return &o->chat[chat];
}

static void chat_list(struct outbox *o, struct chat *c)
{
	uint32_t i = (uint32_t)(c - o->chat) + 1;

	if (c->listed)
		return;
	c->listed = true;
	c->before = o->last_chat;
	c->after = 0;
	*(o->last_chat ? &o->chat[o->last_chat - 1].after : &o->first_chat) = i;
	o->last_chat = i;
}

static void chat_unlist(struct outbox *o, struct chat *c)
{
	*(c->before ? &o->chat[c->before - 1].after : &o->first_chat) = c->after;
	*(c->after ? &o->chat[c->after - 1].before : &o->last_chat) = c->before;
	c->listed = false;
}

static struct item *head(struct outbox *o, const struct chat *c)
{
	return c->first ? &o->item[c->first - 1] : NULL;
}

/* The head goes. A chat with more to say goes behind the others. */
static void pop(struct outbox *o, struct chat *c)
{
	uint32_t i = c->first;
	struct item *it = &o->item[i - 1];

	c->first = it->next;
	if (!c->first)
		c->last = 0;
	free(it->message);
	*it = (struct item){ .next = o->first_free };
	o->first_free = i;
	chat_unlist(o, c);
	if (c->first)
		chat_list(o, c);
}

static struct item *waiting_of(struct outbox *o, const struct chat *c, uint32_t handle)
{
	struct item *found = NULL;

	if (!handle)
		return NULL;
	for (uint32_t i = c->first; i; i = o->item[i - 1].next)
		if (o->item[i - 1].handle == handle && !o->item[i - 1].dead)
			found = &o->item[i - 1];
	return found;
}

static enum err append(struct outbox *o, struct chat *c, const struct outbox_in *in, char *message)
{
	uint32_t i = o->first_free;
	struct item *it = &o->item[i - 1];

	o->first_free = it->next;
	*it = (struct item){ .message = message,
		.until_ms = in->until_ms,
		.chat = in->chat,
		.handle = in->handle,
		.kind = (uint8_t)in->kind };
	*(c->last ? &o->item[c->last - 1].next : &c->first) = i;
	c->last = i;
	c->known |= in->known;
	chat_list(o, c);
	return OK;
}

/* The newest of the same handle that is not on its way is what people will see: it says the new
 * thing instead. */
static bool supersede(struct item *it, const struct outbox_in *in, char *message)
{
	if (!it || it->number || in->kind != OUTBOX_EDIT)
		return false;
	free(it->message);
	it->message = message;
	it->until_ms = in->until_ms;
	return true;
}

enum err outbox_put(struct outbox *o, const struct outbox_in *in, struct why *why)
{
	struct chat *c = chat_room(o, in->chat);
	char *message = c ? strdup(in->message) : NULL;

	if (!message)
		return FAIL(why, E_SYSTEM, "no memory for a message");
	if (c->blocked[0]) {
		free(message);
		return FAIL(why, E_DENIED, "%s", c->blocked);
	}
	if (supersede(waiting_of(o, c, in->handle), in, message))
		return OK;
	if (!o->first_free) {
		free(message);
		return FAIL(why, E_LIMIT, "%u messages wait already", o->n_max);
	}
	return append(o, c, in, message);
}

static void kill_item(struct item *it, const char *reason)
{
	it->dead = true;
	it->number = 0;
	snprintf(it->reason, sizeof(it->reason), "%s", reason);
}

/* A message that never arrived cannot be edited. */
static void give_up(struct outbox *o, struct item *it, const char *reason)
{
	kill_item(it, reason);
	for (uint32_t i = it->next; i && it->kind == OUTBOX_SEND && it->handle;
		i = o->item[i - 1].next)
		if (o->item[i - 1].handle == it->handle)
			kill_item(&o->item[i - 1], reason);
}

static void block(struct outbox *o, struct chat *c, const char *reason)
{
	snprintf(c->blocked, sizeof(c->blocked), "%s", reason);
	for (uint32_t i = c->first; i; i = o->item[i - 1].next)
		kill_item(&o->item[i - 1], reason);
}

static void describe(const struct item *it, struct outbox_out *out)
{
	*out = (struct outbox_out){ .kind = it->opening ? OUTBOX_OPEN : (enum outbox_kind)it->kind,
		.number = it->number,
		.chat = it->chat,
		.handle = it->handle,
		.message = it->message,
		.attempts = it->attempts };
}

/* The dead one leaves the outbox with this word. */
static void bury(struct outbox *o, struct chat *c, struct item *it, struct outbox_out *out)
{
	describe(it, out);
	out->kind = OUTBOX_DEAD;
	out->message = NULL;
	snprintf(out->reason, sizeof(out->reason), "%s", it->reason);
	pop(o, c);
}

/* A full-jitter pause, never before what the other side asked for. */
static uint64_t pause_ms(struct outbox *o, const struct item *it, uint64_t retry_after_ms)
{
	unsigned n = it->attempts < 16 ? it->attempts : 16;
	uint64_t cap = (uint64_t)OUTBOX_BASE_MS << (n - 1);
	uint64_t jitter = rng_below(&o->rng, (cap < OUTBOX_CAP_MS ? cap : OUTBOX_CAP_MS) + 1);

	return retry_after_ms == UINT64_MAX ? jitter : retry_after_ms + jitter / 2;
}

static enum outbox_end again(struct outbox *o, struct item *it, uint64_t now_ms,
	uint64_t retry_after_ms, const char *what)
{
	char reason[OUTBOX_REASON_MAX];

	it->number = 0;
	it->due_ms = now_ms + pause_ms(o, it, retry_after_ms);
	/* Who says when to come again does not fail: such a wait is ended by time alone. */
	it->told_to_wait += retry_after_ms != UINT64_MAX;
	if (it->attempts - it->told_to_wait < OUTBOX_ATTEMPTS_MAX && it->due_ms < it->until_ms)
		return OUTBOX_AGAIN;
	snprintf(reason, sizeof(reason), "%s, %u attempts", what, it->attempts);
	give_up(o, it, reason);
	return OUTBOX_REFUSED;
}

/* An answer that never came: counted as one more lost attempt. */
static void age(struct outbox *o, struct item *it, uint64_t now_ms)
{
	if (it->number && now_ms >= it->flight_ms + OUTBOX_FLIGHT_MS)
		(void)again(o, it, now_ms, UINT64_MAX, "no answer");
	if (!it->dead && !it->number && now_ms >= it->until_ms)
		give_up(o, it, "too late");
}

static void start(struct outbox *o, struct chat *c, struct item *it, uint64_t now_ms)
{
	rate_take(&c->rate, chat_limits, ARRAY_LEN(chat_limits), now_ms);
	rate_take(&o->rate, realm_limits, ARRAY_LEN(realm_limits), now_ms);
	it->number = ++o->last_number ? o->last_number : ++o->last_number;
	it->opening = !c->known;
	it->flight_ms = now_ms;
	it->attempts++;
}

/* When this chat has something for outbox_next. */
static uint64_t chat_due_ms(const struct outbox *o, const struct chat *c, uint64_t now_ms)
{
	const struct item *it = &o->item[c->first - 1];
	uint64_t due;

	if (it->dead)
		return now_ms;
	if (it->number)
		return it->flight_ms + OUTBOX_FLIGHT_MS;
	due = rate_when_ms(&c->rate, chat_limits, ARRAY_LEN(chat_limits), now_ms);
	if (it->due_ms > due)
		due = it->due_ms;
	now_ms = rate_when_ms(&o->rate, realm_limits, ARRAY_LEN(realm_limits), now_ms);
	if (now_ms > due)
		due = now_ms;
	return due < it->until_ms ? due : it->until_ms;
}

bool outbox_next(struct outbox *o, uint64_t now_ms, struct outbox_out *out)
{
	for (uint32_t i = o->first_chat, next; i; i = next) {
		struct chat *c = &o->chat[i - 1];
		struct item *it = head(o, c);

		next = c->after;
		if (chat_due_ms(o, c, now_ms) > now_ms)
			continue;
		age(o, it, now_ms);
		if (it->dead) {
			bury(o, c, it, out);
			return true;
		}
		if (chat_due_ms(o, c, now_ms) > now_ms)
			continue; /* it has just come back */
		start(o, c, it, now_ms);
		describe(it, out);
		return true;
	}
	return false;
}

/* 408 and 503 are not on Teams' list; they say that nothing was done. 0 and the gateways' may have
 * been: a message twice is better than none. */
static bool worth_repeating(int status)
{
	return status == 0 || status == 408 || status == 412 || status == 429 ||
	       (status >= 502 && status <= 504);
}

static bool blocks(const struct outbox_answer *a)
{
	return a->status == 403 ||
	       (a->status == 404 && strcmp(a->code, "ConversationNotFound") == 0);
}

static struct chat *chat_of(struct outbox *o, uint32_t number)
{
	for (uint32_t i = o->first_chat; i; i = o->chat[i - 1].after)
		if (head(o, &o->chat[i - 1])->number == number)
			return &o->chat[i - 1];
	return NULL;
}

enum outbox_end outbox_got(struct outbox *o, uint64_t now_ms, uint32_t number,
	const struct outbox_answer *a, struct outbox_out *out)
{
	struct chat *c = number ? chat_of(o, number) : NULL;
	struct item *it = c ? head(o, c) : NULL;
	char reason[OUTBOX_REASON_MAX];

	if (!it)
		return OUTBOX_STALE;
	describe(it, out);
	out->message = NULL;
	if (a->status >= 200 && a->status < 300) {
		c->known = true;
		it->number = 0;
		if (it->opening)
			it->opening = false, it->attempts = it->told_to_wait = 0;
		else
			pop(o, c);
		return OUTBOX_DONE;
	}
	snprintf(reason, sizeof(reason), "%d %s", a->status, a->code);
	if (worth_repeating(a->status))
		return again(o, it, now_ms, a->retry_after_ms, reason);
	if (blocks(a))
		block(o, c, reason);
	else
		give_up(o, it, reason);
	return OUTBOX_REFUSED;
}

void outbox_unblock(struct outbox *o, uint32_t chat)
{
	if (chat < o->n_chats)
		o->chat[chat].blocked[0] = '\0';
}

const char *outbox_blocked(const struct outbox *o, uint32_t chat)
{
	return chat < o->n_chats && o->chat[chat].blocked[0] ? o->chat[chat].blocked : NULL;
}

void outbox_forget(struct outbox *o, uint32_t chat)
{
	if (chat >= o->n_chats)
		return;
	while (o->chat[chat].first)
		pop(o, &o->chat[chat]);
	o->chat[chat].known = false;
	o->chat[chat].blocked[0] = '\0';
}

uint64_t outbox_deadline_ms(const struct outbox *o, uint64_t now_ms)
{
	uint64_t due = UINT64_MAX;

	for (uint32_t i = o->first_chat; i; i = o->chat[i - 1].after) {
		uint64_t at = chat_due_ms(o, &o->chat[i - 1], now_ms);

		if (at < due)
			due = at;
	}
	return due;
}
