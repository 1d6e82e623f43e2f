#ifndef GRAPH_WIRE_OP_BODY_H
#define GRAPH_WIRE_OP_BODY_H

/*
 * Inside graph/wire: the pieces that requests are made of.
 *
 * A piece that cannot be had for lack of memory is NULL; op_body reports it for all. Values
 * are checked by op_need before a piece is made of them.
 */

#include "graph/wire/op.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <jansson.h>
#include <stdbool.h>

#define OP(symbol, name, writer, workload, where, manner) \
	enum err writer(const struct op_in *in, struct op_out *out, struct why *why) MUST_CHECK;
#include "graph/wire/ops.def"
#undef OP

enum {
	OP_CONTEXT_CHARS_MAX = 256,
	OP_PROMPTS_MAX = 20,
	OP_URI_BYTES_MAX = 2048,
	OP_ID_MAX = 128,
	OP_PARTY_ID_MAX = 1024
};

/* Given, not empty, UTF-8, at most so many characters; else E_MALFORMED with its name. */
enum err op_need(const char *value, const char *name, size_t chars_max, struct why *why) MUST_CHECK;
/* The same for what may be left out. */
enum err op_may(const char *value, const char *name, size_t chars_max, struct why *why) MUST_CHECK;
/* One of rejectReason's words, in lower case. NULL is none. */
bool op_reason_is_known(const char *reason);
/* callback_uri, and the prompts if there are some: 0-20 of them, each with a URI. */
enum err op_need_callback(const struct op_in *in, struct why *why) MUST_CHECK;
enum err op_need_prompts(const struct op_in *in, struct why *why) MUST_CHECK;
enum err op_need_both(const char *call_id, const char *client_context, struct why *why) MUST_CHECK;
/* 1 to n_max targets, each with what its kind needs. */
enum err op_need_targets(const struct op_in *in, size_t n_max, struct why *why) MUST_CHECK;
enum err op_need_party(const struct op_party *p, const char *name, struct why *why) MUST_CHECK;

/* Given, at most n_max, and all of them keys (with_flash: or F). */
enum err op_need_tones(const char *tones, const char *name, size_t n_max, bool with_flash,
	struct why *why) MUST_CHECK;

/*
 * The method and the path: /v1.0/communications/calls, and behind it those of call_id,
 * "/participants" or the like, and participant_id that are not NULL.
 */
enum err op_path(struct op_out *out, const char *method, const char *call_id, const char *tail,
	const char *participant_id, struct why *why) MUST_CHECK;
/* Any other: root, and behind it the id as a segment and the tail, where not NULL. */
enum err op_path_of(struct op_out *out, const char *method, const char *root, const char *id,
	const char *tail, struct why *why) MUST_CHECK;
/* A whole request of a verb that wants a clientContext and nothing else. */
enum err op_with_context(
	const struct op_in *in, struct op_out *out, const char *tail, struct why *why) MUST_CHECK;
/* The same of one participant: its path, and a whole request; prompt may be NULL. */
enum err op_party_path(const struct op_in *in, struct op_out *out, const char *method,
	const char *verb, struct why *why) MUST_CHECK;
enum err op_party_with_context(const struct op_in *in, struct op_out *out, const char *verb,
	const struct op_prompt *prompt, struct why *why) MUST_CHECK;
/* The path of one audio routing group, and the body of one; id may be NULL. */
enum err op_group_path(
	const struct op_in *in, struct op_out *out, const char *method, struct why *why) MUST_CHECK;
enum err op_group_body(
	const struct op_in *in, struct op_out *out, const char *id, struct why *why) MUST_CHECK;
/* Takes the body over, NULL included. */
enum err op_body(struct op_out *out, json_t *body, struct why *why) MUST_CHECK;

/* An object with Graph's type tag and nothing else yet. */
json_t *op_tagged(const char *type);
/* Sets a member, taking the value over; a NULL object or value makes the object NULL. */
void op_set(json_t **object, const char *name, json_t *value);
/* The same for text; NULL: the member is left out. */
void op_set_text(json_t **object, const char *name, const char *value);

json_t *op_media_config(const struct op_in *in);
json_t *op_modalities(void);
json_t *op_prompt(const struct op_prompt *prompt);
json_t *op_prompts(const struct op_in *in);
/* type: "incomingCallOptions" or "outgoingCallOptions" */
json_t *op_call_options(const struct op_call_options *o, const char *type);
json_t *op_participant(const struct op_party *p); /* participantInfo */
json_t *op_invitation(const struct op_party *p);  /* invitationParticipantInfo */
json_t *op_invitations(const struct op_in *in);   /* of all targets */
/* "12#" as ["1", "2", "#"], and as ["tone1", "tone2", "pound"]. */
json_t *op_stop_tones(const char *tones);
json_t *op_tone_names(const char *tones);
/* A slash and the id, whatever is in it, as one segment: the Connector's hold ':', '@', ';'. */
void op_add_segment(struct text *path, const char *id);
/* Appends, taking the value over; a NULL list or value makes the list NULL. */
void op_append(json_t **list, json_t *value);
/* A list of this one; NULL stays NULL. */
json_t *op_list_of(json_t *one);

#endif
