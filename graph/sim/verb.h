#ifndef GRAPH_SIM_VERB_H
#define GRAPH_SIM_VERB_H

/* A verb of the reference: what it asks for before it runs, and what it does. */

#include "graph/sim/body.h"
#include "graph/sim/inside.h"

enum { ON_INCOMING = 1, ON_ESTABLISHING = 2, ON_ESTABLISHED = 4, ON_TRANSFERRING = 8, ON_ANY = 15 };

struct ask {
	const struct sim_request *request;
	struct sim_call *call; /* NULL for POST calls */
	const char *id;        /* what follows the collection in the path, or NULL */
	json_t *body;          /* checked against the verb's shape; NULL when it has none */
};

struct verb {
	const char *method, *path; /* below /communications/; * is an id */
	unsigned role, states;
	const struct body_shape *body; /* NULL: the body is ignored */
	void (*run)(struct sim *s, const struct ask *a, struct reply *r);
};

/* A refusal, in Graph's own error form. */
void refuse(struct reply *r, int status, const char *code, const char *fmt, ...) PRINTF_LIKE(4, 5);

#define VERB(name) void name(struct sim *s, const struct ask *a, struct reply *r)
VERB(verb_answer);
VERB(verb_reject);
VERB(verb_redirect);
VERB(verb_create);
VERB(verb_get);
VERB(verb_delete);
VERB(verb_keep_alive);
VERB(verb_play);
VERB(verb_tone);
VERB(verb_cancel);
VERB(verb_mute);
VERB(verb_transfer);
VERB(verb_participants);
VERB(verb_participant_get);
VERB(verb_participant_delete);
VERB(verb_participant_mute);
VERB(verb_invite);
VERB(verb_operation);

#endif
