#ifndef BOT_API_NEWS_H
#define BOT_API_NEWS_H

/*
 * What happens, for who listens: a bounded ring of events, each written once in the forms in which
 * anybody may see it, and readers with a place in it. A reader's bytes are copied when she takes
 * them, so one who does not read costs nothing; one who falls behind the ring has lost her place.
 *
 * Events come as text/event-stream has them (WHATWG HTML, 9.2): what a position of the journal
 * changed is put together, and the last event of it that a reader sees carries the id. One thread.
 */

#include "bot/api/sight.h"
#include "bot/base/err.h"

struct news;

enum { NEWS_EVENTS_MAX = 8192, NEWS_BYTES_MAX = 8 << 20 };

/* A noun as it is now. Texts are borrowed JSON without line ends. */
struct happening {
	uint64_t position; /* never less than the one before */
	bool late;         /* who has all of that position may lack it: told her again */
	const char *event; /* "contact"; a string constant */
	struct audience was, is;
	const char *whole;    /* NULL: it is as before for who saw it whole */
	const char *in_short; /* NULL: the same for the others */
	/* For who saw it, and does not any more; NULL: nobody is told. */
	const char *gone_event, *gone;
};

/* NULL: no memory. */
struct news *news_new(void);
void news_free(struct news *f);
/* Nobody has a place in it any more, but who knows all up to that position. served is borrowed, see
 * sight_of. */
void news_reset(struct news *f, const struct queue_set *served, uint64_t position);
/* The oldest make room. One larger than the ring loses everybody's place. */
void news_put(struct news *f, const struct happening *h);
/* Whether v sees anything of what has been put since `from` (news_end then). */
bool news_concerns(const struct news *f, uint64_t from, const struct viewer *v);
/* The number of the event put next. */
uint64_t news_end(const struct news *f);
/* The first event behind a position; false: it has left the ring, or is none yet. */
bool news_find(const struct news *f, uint64_t position, uint64_t *next);

/* A reader's place. */
struct news_reader {
	uint64_t next; /* event */
	size_t sent;   /* bytes of it */
	bool is_last;  /* once some are sent: it ends with the id, whatever came since */
};
/*
 * What v sees from the reader's place on, as much as fits. OK: *n bytes (0: she has all).
 * E_STALE: she has lost her place.
 */
enum err news_take(const struct news *f, struct news_reader *r, const struct viewer *v, char *buf,
	size_t max, size_t *n) MUST_CHECK;

#endif
