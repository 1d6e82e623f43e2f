#ifndef BOT_SHELL_ERRAND_H
#define BOT_SHELL_ERRAND_H

/*
 * Requests under way: who asked, and what to do with the answer. A Graph errand waits for the
 * bot's token where there is none yet, and fetches a fresh one once when Graph answers 401.
 */

#include "graph/client/client.h"
#include "graph/wire/op.h"

struct shell;
struct errand;
struct errands;

typedef void errand_done(struct shell *s, const struct errand *e, const struct client_answer *a);

struct errand {
	errand_done *done;
	uint32_t contact, attempt; /* whose, where it is a call's */
	uint16_t realm;            /* whose token, of Graph's and the Connector's errands */
	enum op_kind op;           /* of Graph errands */
	uint32_t number;           /* for done's own use */

	/* the errands' own */
	const char *what; /* for the log: "answer" */
	bool with_token, again, harmless, urgent, once;
	uint32_t slot; /* of the token */
	uint64_t lane, until_ms;
	char *method, *url, *body, *bearer; /* owned */
	size_t body_bytes;
	uint32_t next; /* index + 1 of the next free or parked one */
	uint32_t generation;
	bool used;
};

enum { ERRAND_GRAPH_MS = 12000, ERRAND_ATTEMPT_MS = 5000, ERRAND_HANDSHAKE_MS = 30000 };

struct errands *errands_new(uint32_t n_max);
void errands_free(struct errands *es);

/*
 * Ask Graph. e->done, contact, attempt, realm, op and number are taken over; e->done is called
 * once, also when it cannot be sent (then with CLIENT_NOT_SENT, from here).
 */
void errand_graph(struct shell *s, const struct errand *e, uint64_t lane, const struct op_in *in);
/* Ask the Bot Connector, as the realm's bot. body is JSON, copied; NULL: none. Once: who asks
 * (an outbox) repeats, within the limits of the chat. */
void errand_connector(struct shell *s, const struct errand *e, uint64_t lane, const char *method,
	const char *url, const char *body);
/* Any other request. bearer may be NULL. */
void errand_http(struct shell *s, const struct errand *e, const struct client_request *r);
/* Answers that came: calls done for each. */
void errands_take(struct shell *s);
/* The token came, or will not: send or end what waits for it. */
void errands_token(struct shell *s);
/* What became of it, for the end of a line in the log: what the other side's support asks for. */
enum { ERRAND_STORY_MAX = 512 };
const char *errand_told(const struct client_answer *a, char out[ERRAND_STORY_MAX]);
/* How many are not over: none, when all calls are. */
uint32_t errands_open(const struct errands *es);
/* Deadlines of what waits for a token; UINT64_MAX: nothing waits. */
uint64_t errands_deadline_ms(const struct errands *es);

#endif
