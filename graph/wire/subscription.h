#ifndef GRAPH_WIRE_SUBSCRIPTION_H
#define GRAPH_WIRE_SUBSCRIPTION_H

/*
 * What Graph answers about subscriptions. Our own clientState never comes back, so it is not here.
 * Source: Graph v1.0, resources/subscription, api/subscription-list (pages by @odata.nextLink).
 */

#include "graph/wire/note.h"

enum { SUBSCRIPTIONS_MAX = 128, LINK_MAX = 2048, SUBSCRIPTION_URL_MAX = 512 };

/* Text is "" when absent, and when it is too long to be ours. */
struct subscription {
	struct guid id;
	uint64_t expires_unix_ms; /* 0: not told */
	char resource[256];
	char change_type[64]; /* "created,updated" */
	char url[SUBSCRIPTION_URL_MAX];
	char certificate_id[NOTE_ID_MAX];
};

struct subscriptions {
	struct subscription item[SUBSCRIPTIONS_MAX];
	size_t n;
	char next_link[LINK_MAX]; /* "": this was the last page */
};

/*
 * E_MALFORMED  not a subscription, or none with an id that is a GUID: it cannot be renewed
 * E_LIMIT      longer than json_tape.h allows, more than SUBSCRIPTIONS_MAX on one page, or a next
 *              link that is too long
 * Wants 300 KiB of stack. Pure. Any thread.
 */
enum err subscription_decode(
	const char *body, size_t body_bytes, struct subscription *out, struct why *why) MUST_CHECK;
enum err subscriptions_decode(
	const char *body, size_t body_bytes, struct subscriptions *out, struct why *why) MUST_CHECK;

#endif
