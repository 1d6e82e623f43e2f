#ifndef GRAPH_SIM_POST_OFFICE_H
#define GRAPH_SIM_POST_OFFICE_H

/*
 * What goes out over HTTP: notifications to the bot, and GETs of the prompts it names. One thread
 * owns it, and sleeps in it.
 */

#include "bot/base/err.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	POST_WAIT_MS = 10000,       /* how long the real service waits is not known */
	POST_FETCH_BYTES = 1 << 26, /* of one prompt */
	POST_SAID_BYTES = 4096,     /* of a webhook's own words */
	POST_TALK_BYTES = 1 << 18,  /* of an answer that is asked for */
};

struct post_office;

struct letter {
	const char *url, *body, *token;                  /* borrowed for the call */
	const char *message_id, *chain_id, *scenario_id; /* scenario_id "" : not sent */
};

struct post_result {
	uint64_t cookie;
	bool fetch, talk;
	int status;  /* 0: nobody answered */
	char *bytes; /* what was said, heap, the receiver's; of a letter cut to POST_SAID_BYTES */
	size_t n;
	char type[64];      /* of the bytes; "": not said */
	uint32_t waited_ms; /* from the first byte out to the last one in */
	char location[512]; /* of a redirection, else "" */
};

/* ca is a PEM file with the bot's authority, or NULL for the machine's own. NULL: no memory. */
struct post_office *post_office_new(const char *ca);
void post_office_free(struct post_office *o);

/* Each gives one result, later. E_SYSTEM: no memory; then none comes. */
enum err post_send(
	struct post_office *o, uint64_t cookie, const struct letter *l, struct why *why) MUST_CHECK;
enum err post_fetch(
	struct post_office *o, uint64_t cookie, const char *url, struct why *why) MUST_CHECK;

/* A POST whose answer is kept, with a NUL after it. token may be NULL. */
enum err post_talk(struct post_office *o, uint64_t cookie, const char *url, const char *type,
	const char *body, const char *token, struct why *why) MUST_CHECK;

/* Sleep until something moves, one of fds is readable or ms have passed. */
void post_office_wait(struct post_office *o, const int *fds, size_t n, int ms);
/* false: no more results. */
bool post_office_take(struct post_office *o, struct post_result *out);

#endif
