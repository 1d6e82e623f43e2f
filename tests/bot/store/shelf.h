#ifndef TESTS_BOT_STORE_SHELF_H
#define TESTS_BOT_STORE_SHELF_H

/* A folder of its own for every test, and a story whose every event follows from its number. */

#include "bot/base/err.h"
#include "bot/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[64], path[96];

static inline int dir_make(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/test_store.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/foyer.db", dir);
	return 0;
}

static inline int dir_remove(void **state)
{
	char line[128];

	(void)state;
	snprintf(line, sizeof(line), "rm -r %s", dir);
	return system(line);
}

/* Every third event is a new call. */
static inline struct event event_nth(uint64_t n)
{
	struct event ev = { .at_ms = 1000 + n * 7,
		.kind = n % 3 == 1   ? EV_CALL_INCOMING
			: n % 3 == 2 ? EV_CALL_ACTIVE
				     : EV_DIGIT,
		.contact = (uint32_t)((n + 2) / 3),
		.attempt = (uint32_t)n,
		.value = '0' + (int32_t)(n % 10) };

	memcpy(ev.ref.byte, &n, sizeof(n));
	return ev;
}

static inline struct caller person_nth(uint32_t contact)
{
	struct caller p = { .contact = contact, .kind = "phone", .line = "main" };

	snprintf(p.id, sizeof(p.id), "+49151%07u", contact);
	snprintf(p.name, sizeof(p.name), "Caller %u", contact);
	return p;
}

static inline enum err erase_person(struct store *s, uint32_t contact)
{
	return store_traces_erase(
		s, &(struct store_traces){ .contact = &contact, .n_contacts = 1 }, NULL);
}

static inline struct record record_nth(uint32_t contact)
{
	return (struct record){ .offered_ms = contact,
		.answered_ms = contact + 1,
		.queued_ms = contact + 2,
		.connected_ms = contact + 3,
		.ended_ms = 1ULL << 41,
		.entry = 1,
		.queue = 2,
		.agent = 3,
		.n_offers = 4,
		.outcome = OUTCOME_HANDLED,
		.estimated = contact % 2,
		.exit = EXIT_KEY,
		.priority = 1,
		.language = 2,
		.survey = { 3, 4, 5 },
		.n_dials = 6,
		.n_queues = 7,
		.n_unanswered = 8,
		.wrap_up_code = 900,
		.promised_s = 1000,
		.promised_ms = 1ULL << 40,
		.held_ms = 1U << 31 };
}

/* Events first to first + n - 1, and the persons of the calls among them. */
enum { BATCH_EVENTS_MAX = 256 };
static inline enum err commit_from(struct store *s, uint64_t first, size_t n, struct why *why)
{
	struct event ev[BATCH_EVENTS_MAX];
	struct caller p[BATCH_EVENTS_MAX];
	struct store_batch batch = { .event = ev, .n_events = n, .person = p };

	for (size_t i = 0; i < n; i++) {
		ev[i] = event_nth(first + i);
		if (ev[i].kind == EV_CALL_INCOMING)
			p[batch.n_persons++] = person_nth(ev[i].contact);
	}
	return store_commit(s, &batch, why);
}

static inline struct store *open_store(const char *where, struct store_summary *found)
{
	struct store_summary unused;
	struct store *s = NULL;
	struct why why = { 0 };

	if (store_open(where, &s, found ? found : &unused, &why) != OK)
		fail_msg("store_open: %s", why.text);
	return s;
}

struct reading {
	uint64_t n, until; /* until 0: to the end */
	bool wrong;
};

static inline bool event_is_nth(void *arg, uint64_t seq, const struct event *ev)
{
	struct reading *r = arg;
	struct event want = event_nth(seq);

	r->n++;
	if (seq != r->n || memcmp(ev, &want, sizeof(want)))
		r->wrong = true;
	return r->n != r->until;
}

/* How many events the store holds, each checked. */
static inline uint64_t replayed(struct store *s)
{
	struct reading r = { 0 };
	struct why why = { 0 };

	if (store_replay(s, event_is_nth, &r, &why) != OK)
		fail_msg("store_replay: %s", why.text);
	assert_false(r.wrong);
	return r.n;
}

#endif
