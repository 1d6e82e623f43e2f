#include "graph/change/fetch.h"

#include "bot/base/rng.h"
#include "bot/base/text.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_MS UINT64_C(1000)
#define WINDOW_MS (20 * SECOND_MS)
#define AGAIN_MS                                                                        \
	(5 * SECOND_MS) /* between two fetches of one record: 4 in 20 s, 10 are allowed \
			 */
#define REFUSED_MS (15 * 60 * SECOND_MS)
#define BACKOFF_MAX_MS (5 * 60 * SECOND_MS)
/* An answer that never comes whole may be too large for whoever carries it. */
enum { FAILURES_MAX = 200, LARGE_FROM = 4 };

struct item {
	char id[NOTE_ID_MAX];
	uint64_t due_ms;
	uint32_t attempt; /* 0: not under way */
	uint64_t flight_ms;
	uint32_t absent, failed; /* so often */
	bool alone, again;
};

struct fetch {
	struct item *item; /* FETCH_MAX */
	size_t n, under_way;
	uint32_t attempt;
	uint64_t retry_ms;
	uint64_t rest_until_ms; /* Graph asked for it, or refused */
	uint64_t window_ms;     /* when it began */
	uint32_t in_window;
	struct rng rng;
};

struct fetch *fetch_new(uint64_t seed, uint64_t retry_ms)
{
	struct fetch *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->item = calloc(FETCH_MAX, sizeof(*f->item));
	f->retry_ms = retry_ms;
	f->rng.state = seed;
	if (!f->item) {
		free(f);
		return NULL;
	}
	return f;
}

void fetch_free(struct fetch *f)
{
	if (!f)
		return;
	free(f->item);
	free(f);
}

static struct item *item_of(const struct fetch *f, const char *id)
{
	for (size_t i = 0; i < f->n; i++)
		if (text_same_nocase(f->item[i].id, id))
			return &f->item[i];
	return NULL;
}

bool fetch_knows(const struct fetch *f, const char *id)
{
	return item_of(f, id) != NULL;
}

enum err fetch_notice(struct fetch *f, uint64_t now_ms, const char *id, struct why *why)
{
	struct item *it = item_of(f, id);

	if (it && it->attempt)
		it->again = true;
	else if (it && it->absent)
		it->due_ms = now_ms; /* Graph says it is there: no reason to wait longer */
	if (it)
		return OK;
	if (!*id || strlen(id) >= NOTE_ID_MAX)
		return FAIL(why, E_MALFORMED, "a call record's id is empty or too long");
	if (f->n == FETCH_MAX)
		return FAIL(why, E_LIMIT, "%d call records wait to be fetched", FETCH_MAX);
	it = &f->item[f->n++];
	*it = (struct item){ .due_ms = now_ms };
	return text_copy(it->id, sizeof(it->id), id);
}

static void age(struct fetch *f, uint64_t now_ms)
{
	for (size_t i = 0; i < f->n; i++) {
		struct item *it = &f->item[i];

		if (it->attempt && now_ms >= it->flight_ms + FETCH_FLIGHT_MS) {
			it->attempt = 0;
			it->due_ms = now_ms;
			f->under_way--;
		}
	}
	if (now_ms >= f->window_ms + WINDOW_MS) {
		f->window_ms = now_ms;
		f->in_window = 0;
	}
}

bool fetch_want(struct fetch *f, uint64_t now_ms, struct fetch_request *out)
{
	struct item *first = NULL;

	age(f, now_ms);
	if (now_ms < f->rest_until_ms || f->under_way >= FETCH_UNDER_WAY_MAX ||
		f->in_window >= FETCH_BURST)
		return false;
	for (size_t i = 0; i < f->n; i++)
		if (!f->item[i].attempt && f->item[i].due_ms <= now_ms &&
			(!first || f->item[i].due_ms < first->due_ms))
			first = &f->item[i];
	if (!first)
		return false;
	if (++f->attempt == 0)
		f->attempt = 1;
	first->attempt = f->attempt;
	first->flight_ms = now_ms;
	f->under_way++;
	f->in_window++;
	*out = (struct fetch_request){ .attempt = f->attempt, .alone = first->alone };
	memcpy(out->id, first->id, sizeof(out->id));
	return true;
}

/* Not there: the pauses grow, and after the last one it is given up. */
static enum fetch_end absent(struct fetch *f, struct item *it, uint64_t now_ms)
{
	static const uint32_t times[] = { 1, 5, 15, 60, 240, 720, 1440 };

	if (it->absent == ARRAY_LEN(times))
		return FETCH_GIVEN_UP;
	it->due_ms = now_ms + times[it->absent++] * f->retry_ms;
	return FETCH_AGAIN;
}

static enum fetch_end failed(
	struct fetch *f, struct item *it, uint64_t now_ms, uint64_t retry_after_ms)
{
	uint64_t most = SECOND_MS << (it->failed < 12 ? it->failed : 12);

	if (++it->failed == FAILURES_MAX)
		return FETCH_GIVEN_UP;
	it->alone |= it->failed >= LARGE_FROM;
	it->due_ms = now_ms + 1 + rng_below(&f->rng, most < BACKOFF_MAX_MS ? most : BACKOFF_MAX_MS);
	if (retry_after_ms != UINT64_MAX && now_ms + retry_after_ms + 1 > f->rest_until_ms)
		f->rest_until_ms = now_ms + retry_after_ms + 1;
	return FETCH_AGAIN;
}

static enum fetch_end judge(struct fetch *f, struct item *it, uint64_t now_ms,
	enum fetch_answer answer, uint64_t retry_after_ms)
{
	switch (answer) {
	case FETCH_GOT:
		if (!it->again)
			return FETCH_OVER;
		it->again = false;
		it->absent = it->failed = 0;
		it->due_ms = now_ms + AGAIN_MS;
		return FETCH_AGAIN;
	case FETCH_TOO_BIG:
		if (it->alone)
			return FETCH_GIVEN_UP;
		it->alone = true;
		it->due_ms = now_ms + AGAIN_MS;
		return FETCH_AGAIN;
	case FETCH_ABSENT:
		return absent(f, it, now_ms);
	case FETCH_REFUSED:
		/* A consent is one for all: nobody is asked for until then. */
		f->rest_until_ms = now_ms + REFUSED_MS;
		it->due_ms = f->rest_until_ms;
		return FETCH_AGAIN;
	case FETCH_FAILED:
		return failed(f, it, now_ms, retry_after_ms);
	case FETCH_SENSELESS:
		break;
	}
	return FETCH_GIVEN_UP;
}

enum fetch_end fetch_got(struct fetch *f, uint64_t now_ms, uint32_t attempt,
	enum fetch_answer answer, uint64_t retry_after_ms, char id[NOTE_ID_MAX])
{
	for (size_t i = 0; i < f->n && attempt; i++) {
		struct item *it = &f->item[i];
		enum fetch_end end;

		if (it->attempt != attempt)
			continue;
		memcpy(id, it->id, NOTE_ID_MAX);
		it->attempt = 0;
		f->under_way--;
		end = judge(f, it, now_ms, answer, retry_after_ms);
		if (end != FETCH_AGAIN)
			*it = f->item[--f->n];
		return end;
	}
	return FETCH_STALE;
}

uint64_t fetch_deadline_ms(const struct fetch *f)
{
	uint64_t due = UINT64_MAX, earliest = f->rest_until_ms;

	if (f->in_window >= FETCH_BURST && f->window_ms + WINDOW_MS > earliest)
		earliest = f->window_ms + WINDOW_MS;
	for (size_t i = 0; i < f->n; i++) {
		const struct item *it = &f->item[i];
		uint64_t at = it->attempt             ? it->flight_ms + FETCH_FLIGHT_MS
			      : it->due_ms > earliest ? it->due_ms
						      : earliest;

		if (!it->attempt && f->under_way >= FETCH_UNDER_WAY_MAX)
			continue; /* an answer, or its absence, makes room */
		due = at < due ? at : due;
	}
	return due;
}

size_t fetch_count(const struct fetch *f)
{
	return f->n;
}
