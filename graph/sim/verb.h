#ifndef GRAPH_SIM_VERB_H
#define GRAPH_SIM_VERB_H

/* A verb of the reference: what it asks for before it runs, and what it does. */

#include "graph/sim/body.h"
#include "graph/sim/inside.h"

enum {
	ON_INCOMING = 1 << CALL_INCOMING,
	ON_ESTABLISHING = 1 << CALL_ESTABLISHING,
	ON_ESTABLISHED = 1 << CALL_ESTABLISHED,
	ON_TRANSFERRING = 1 << CALL_TRANSFERRING,
	ON_REDIRECTING = 1 << CALL_REDIRECTING,
	ON_ANY = 31
};

struct ask {
	const struct sim_request *request;
	unsigned app;          /* whose: the token's, an index into the scenario's */
	struct sim_call *call; /* NULL for POST calls */
	const char *id;        /* what follows the collection in the path, or NULL */
	json_t *body;          /* checked against the verb's shape; NULL when it has none */
};

struct verb {
	const char *method, *path;      /* below /communications/; * is an id */
	unsigned roles, one_of, states; /* all of roles, and one of one_of unless 0 */
	const struct body_shape *body;  /* NULL: the body is ignored */
	void (*run)(struct sim *s, const struct ask *a, struct reply *r);
};

/* A refusal, in Graph's own error form. */
void refuse(struct reply *r, int status, const char *code, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* "" when there is none. */
const char *text_at(const json_t *json, const char *name);
/* Every bit of all, and one of any (0: none is asked). false: refused, 403. */
bool roles_checked(const struct ask *a, unsigned all, unsigned any, struct reply *r);
/* An operation's Location. */
void location_set(struct reply *r, const struct sim_call *c, const char *op);
/* false: refused, 400. where names it in the message. */
bool target_read(json_t *json, const char *where, struct target *out, struct reply *r);
bool callback_read(struct sim_call *c, json_t *body, struct reply *r);
bool media_read(struct sim *s, struct sim_call *c, const struct ask *a, struct reply *r);
bool audio_asked(json_t *list, struct reply *r);
void options_read(struct sim_call *c, json_t *body);
void scenario_id_keep(struct sim_call *c, const struct sim_request *q);
/* An operation that is over in its direct answer: nothing more comes. */
void done_at_once(struct sim *s, const struct ask *a, struct reply *r, const char *tag);
/* One that goes on; NULL: refused, too many. */
struct op *op_asked(struct sim *s, const struct ask *a, enum op_kind kind, struct reply *r);
uint64_t sound_of(const char *uri);
bool media_ready(const struct sim_call *c, struct reply *r);

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
VERB(verb_record);
VERB(verb_send_tones);
VERB(verb_recording_status);
VERB(verb_app_hosted_only);
VERB(verb_hold);
VERB(verb_unhold);
VERB(verb_groups);
VERB(verb_group_create);
VERB(verb_group_get);
VERB(verb_group_update);
VERB(verb_group_delete);

#endif
