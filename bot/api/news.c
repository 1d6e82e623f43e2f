#include "bot/api/news.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum form { FORM_NONE, FORM_WHOLE, FORM_SHORT, FORM_GONE, FORMS };

struct item {
	uint64_t position;
	bool late;
	struct audience was, is;
	uint64_t from[FORMS]; /* of the bytes ever written */
	uint32_t bytes[FORMS];
};

struct news {
	struct item item[NEWS_EVENTS_MAX];
	uint64_t first, end; /* events ever put */
	char *bytes;
	uint64_t written;     /* bytes ever */
	uint64_t first_after; /* who lacks an event of a position up to this has lost her place */
	const struct queue_set *served;
};

static struct item *item_at(const struct news *f, uint64_t n)
{
	return (struct item *)&f->item[n % NEWS_EVENTS_MAX];
}

struct news *news_new(void)
{
	struct news *f = calloc(1, sizeof(*f));

	if (f)
		f->bytes = malloc(NEWS_BYTES_MAX);
	if (f && f->bytes)
		return f;
	free(f);
	return NULL;
}

void news_free(struct news *f)
{
	if (f)
		free(f->bytes);
	free(f);
}

void news_reset(struct news *f, const struct queue_set *served, uint64_t position)
{
	f->first = ++f->end;
	f->first_after = position;
	f->served = served;
}

static void write_bytes(struct news *f, const char *text, size_t n)
{
	size_t at = f->written % NEWS_BYTES_MAX;
	size_t whole = n < NEWS_BYTES_MAX - at ? n : NEWS_BYTES_MAX - at;

	memcpy(f->bytes + at, text, whole);
	memcpy(f->bytes, text + whole, n - whole);
	f->written += n;
}

/* "event: contact\ndata: {..}\n"; what ends it is the reader's. */
static void write_form(
	struct news *f, struct item *it, enum form form, const char *event, const char *text)
{
	char head[64];

	if (!text)
		return;
	it->from[form] = f->written;
	write_bytes(f, head, (size_t)snprintf(head, sizeof(head), "event: %s\ndata: ", event));
	write_bytes(f, text, strlen(text));
	write_bytes(f, "\n", 1);
	it->bytes[form] = (uint32_t)(f->written - it->from[form]);
}

/* Bytes of the oldest that have been written over, and one event too many. */
static void drop_oldest(struct news *f)
{
	while (f->first < f->end) {
		struct item *it = item_at(f, f->first);
		uint64_t oldest = f->written;

		for (int form = FORM_NONE + 1; form < FORMS; form++)
			if (it->bytes[form] && it->from[form] < oldest)
				oldest = it->from[form];
		if (f->end - f->first <= NEWS_EVENTS_MAX && f->written - oldest <= NEWS_BYTES_MAX)
			return;
		f->first_after = it->position;
		f->first++;
	}
}

void news_put(struct news *f, const struct happening *h)
{
	struct item *it = item_at(f, f->end);

	if (f->end - f->first == NEWS_EVENTS_MAX)
		f->first_after = item_at(f, f->first++)->position;
	*it = (struct item){ .position = h->position, .late = h->late, .was = h->was, .is = h->is };
	write_form(f, it, FORM_WHOLE, h->event, h->whole);
	write_form(f, it, FORM_SHORT, h->event, h->in_short);
	write_form(f, it, FORM_GONE, h->gone_event, h->gone);
	f->end++;
	drop_oldest(f);
}

uint64_t news_end(const struct news *f)
{
	return f->end;
}

static enum form form_for(const struct news *f, const struct item *it, const struct viewer *v)
{
	static const enum form forms[] = {
		[UNSEEN] = FORM_GONE, [IN_SHORT] = FORM_SHORT, [WHOLE] = FORM_WHOLE
	};
	enum sight is = sight_of(v, &it->is, f->served);
	enum form form = forms[is];

	if (is == UNSEEN && sight_of(v, &it->was, f->served) == UNSEEN)
		return FORM_NONE;
	return it->bytes[form] ? form : FORM_NONE;
}

bool news_concerns(const struct news *f, uint64_t from, const struct viewer *v)
{
	for (; from < f->end; from++)
		if (form_for(f, item_at(f, from), v) != FORM_NONE)
			return true;
	return false;
}

bool news_find(const struct news *f, uint64_t position, uint64_t *next)
{
	uint64_t from = f->first, to = f->end;

	if (position < f->first_after)
		return false;
	while (from < to) {
		uint64_t middle = from + (to - from) / 2;

		const struct item *it = item_at(f, middle);

		if (it->position < position || (it->position == position && !it->late))
			from = middle + 1;
		else
			to = middle;
	}
	*next = from;
	return true;
}

/* Of that position she sees nothing more. */
static bool is_last(const struct news *f, uint64_t n, const struct viewer *v)
{
	uint64_t position = item_at(f, n)->position;

	for (n++; n < f->end && item_at(f, n)->position == position; n++)
		if (form_for(f, item_at(f, n), v) != FORM_NONE)
			return false;
	return true;
}

/* Of size bytes at from, and the end behind them, what lies behind the first `sent`. */
static size_t copy(const struct news *f, uint64_t from, size_t bytes, const char *end, size_t sent,
	char *buf, size_t max)
{
	size_t n = 0;

	for (; sent < bytes && n < max; sent++)
		buf[n++] = f->bytes[(from + sent) % NEWS_BYTES_MAX];
	for (sent -= bytes; n < max && end[sent]; sent++)
		buf[n++] = end[sent];
	return n;
}

enum err news_take(const struct news *f, struct news_reader *r, const struct viewer *v, char *buf,
	size_t max, size_t *n)
{
	*n = 0;
	if (r->next < f->first)
		return E_STALE;
	while (r->next < f->end && *n < max) {
		const struct item *it = item_at(f, r->next);
		enum form form = form_for(f, it, v);
		char end[48] = "\n";
		size_t more;

		if (form == FORM_NONE) {
			r->next++;
			continue;
		}
		if (!r->sent)
			r->is_last = is_last(f, r->next, v);
		if (r->is_last)
			snprintf(
				end, sizeof(end), "id: %llu\n\n", (unsigned long long)it->position);
		more = copy(f, it->from[form], it->bytes[form], end, r->sent, buf + *n, max - *n);
		r->sent += more;
		*n += more;
		if (r->sent < it->bytes[form] + strlen(end))
			break;
		r->next++;
		r->sent = 0;
	}
	return OK;
}
