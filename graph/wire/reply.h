#ifndef GRAPH_WIRE_REPLY_H
#define GRAPH_WIRE_REPLY_H

/*
 * What Graph answers to a request of ours. Branch on the class, show the rest.
 * Source: graph errors page (error.code, error.message, innerError and innererror),
 * resources/commsoperation.
 */

#include "graph/wire/note.h"

enum { REPLY_GROUPS_MAX = 16, REPLY_PAGE_MAX = 2048 };

enum reply_class {
	REPLY_OK,        /* any 2xx */
	REPLY_AUTH,      /* 401: token refused; get a fresh one once */
	REPLY_FORBIDDEN, /* 403: permission or consent missing (7503, 7504), wrong tenant (7505) */
	REPLY_GONE,      /* 404, 410: the call is not there (any more) */
	REPLY_CONFLICT,  /* 409: not in this state; on a repeat perhaps done already */
	REPLY_THROTTLED, /* 429 */
	REPLY_REFUSED,   /* other 4xx: repeating would not help */
	REPLY_TRANSIENT, /* 5xx and 408: repeating may help */
};

struct reply {
	enum reply_class kind;
	char code[64];       /* error.code, a word or a decimal string */
	char inner_code[64]; /* of the innermost innerError that has one; "" if none */
	char message[240];   /* for the log: numbers in it are masked */
	char request_id[64]; /* innerError's, "" if none: the header's is the client's business */

	/* an operation */
	char op_id[NOTE_ID_MAX];
	enum op_status status;
	char client_context[NOTE_CONTEXT_MAX];
	struct result result;
	char participant_id[NOTE_ID_MAX]; /* invite: of the first participant, when the answer tells
					   */

	/* a call */
	struct guid call_id;
	struct guid chain_id;
	enum call_state state;
	enum audio_state audio;
	char my_participant_id[NOTE_ID_MAX];

	/* one participant, or a collection of them */
	struct roster_entry party[NOTE_PARTIES_MAX];
	size_t n_parties;
	bool parties_cut;   /* there are more: in this page than fit, or behind a link that leads
			       nowhere */
	bool is_collection; /* the body was one, and could be read to its end */

	/* one audio routing group, or a collection of them: the ids that count from now on */
	char group_id[REPLY_GROUPS_MAX][NOTE_ID_MAX];
	size_t n_groups;

	/* @odata.nextLink of a collection, from its path on, so that no token follows a link to
	 * another host; "": the last page */
	char next_page[REPLY_PAGE_MAX];
};

enum reply_class reply_class(int http_status);

/*
 * status is the HTTP status, body may be empty, HTML of a proxy, or JSON: what cannot be read
 * leaves the members empty, for the class says enough. Never fails.
 */
void reply_decode(int http_status, const char *body, size_t body_bytes, struct reply *out);

#endif
