/* What recordResponse leaves behind, and who may fetch it: the holder of its own token, while the
 * call lasts and a little longer. */
#include "graph/sim/verb.h"

#include <stdio.h>
#include <string.h>

enum { AFTER_CALL_MS = 5000 }; /* the reference: discarded shortly after the call */

static void forget(struct sim *s, struct recording *r)
{
	out_add(s, SIM_RECORDING_FREE, r->call)->key = r->key;
	r->call = 0;
}

/* The oldest gives way. */
struct recording *recording_new(struct sim *s, struct sim_call *c, const struct op *op)
{
	struct recording *r = &s->recording[s->n_recordings++ % RECORDINGS_MAX];
	char half[GUID_TEXT];

	if (r->call)
		forget(s, r);
	*r = (struct recording){ .call = c->key, .key = op->key };
	memcpy(r->id, op->id, sizeof(r->id));
	guid_draw_text(s, r->token);
	guid_draw_text(s, half);
	snprintf(r->token + strlen(r->token), sizeof(r->token) - strlen(r->token), "%s", half);
	c->book->recordings++;
	return r;
}

void recordings_leave(struct sim *s, const struct sim_call *c)
{
	for (uint32_t i = 0; i < RECORDINGS_MAX; i++)
		if (s->recording[i].call == c->key)
			timer_set(s, scaled(s, AFTER_CALL_MS), TIMER_RECORDING, c->key, i);
}

void recording_gone(struct sim *s, uint32_t index, uint32_t call)
{
	if (s->recording[index].call == call) /* else the place was given away since */
		forget(s, &s->recording[index]);
}

/* Both are long; a simulator has no secrets a clock could tell. */
static bool token_fits(const struct recording *r, const char *authorization)
{
	return authorization && strncmp(authorization, "Bearer ", 7) == 0 &&
	       strcmp(authorization + 7, r->token) == 0;
}

void recording_request(struct sim *s, const struct sim_request *q)
{
	const struct recording *found = NULL;
	struct reply r = { .status = 0 };
	struct sim_out *o;

	for (size_t i = 0; i < RECORDINGS_MAX; i++)
		if (s->recording[i].call && strcmp(s->recording[i].id, q->path + 12) == 0)
			found = &s->recording[i];
	if (strcmp(q->method, "GET") != 0)
		refuse(&r, 405, "Request_BadRequest", "A recording can be fetched, and no more.");
	else if (!found)
		refuse(&r, 404, "itemNotFound", "There is no such recording (any more).");
	else if (!token_fits(found, q->authorization))
		refuse(&r, 401, "InvalidAuthenticationToken",
			"A recording is given to its own recordingAccessToken.");
	if (r.status) {
		book_refuse(s, q, &r);
		reply_send(s, q->id, &r);
		return;
	}
	o = out_add(s, SIM_ANSWER, found->call);
	o->request = q->id;
	o->status = 200;
	o->recording = true;
	o->key = found->key;
}
