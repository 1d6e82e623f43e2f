/* The media relay's contract: a leg is made first, and its blob names it when a call is answered.
 */
#include "graph/sim/verb.h"

#include <stdio.h>
#include <string.h>

enum { MAXPTIME_MS = 120 }; /* RFC 7587; the phones take such */

struct leg *leg_by_blob(struct sim *s, const char *blob)
{
	for (struct leg *l = s->leg; l < s->leg + LEGS_MAX; l++)
		if (l->key && !l->request && strcmp(l->blob, blob) == 0)
			return l;
	return NULL;
}

static struct leg *leg_by_name(struct sim *s, const char *name)
{
	for (struct leg *l = s->leg; l < s->leg + LEGS_MAX; l++)
		if (l->key && strcmp(l->name, name) == 0)
			return l;
	return NULL;
}

void leg_close(struct sim *s, struct leg *l)
{
	out_add(s, SIM_LEG_CLOSE, 0)->key = l->key;
	l->key = 0;
}

static struct leg *leg_new(struct sim *s, const char *name, uint32_t request, struct reply *r)
{
	struct leg *l = s->leg;

	if (leg_by_name(s, name)) {
		refuse(r, 409, "Conflict", "There is a leg of this name.");
		return NULL;
	}
	while (l < s->leg + LEGS_MAX && l->key)
		l++;
	if (l == s->leg + LEGS_MAX) {
		refuse(r, 429, "TooManyRequests", "All %d legs are in use.", LEGS_MAX);
		return NULL;
	}
	*l = (struct leg){ .key = ++s->leg_key, .request = request };
	snprintf(l->name, sizeof(l->name), "%s", name);
	snprintf(
		l->blob, sizeof(l->blob), "foyer-sim:%u:%08x", l->key, (unsigned)rng_next(&s->rng));
	return l;
}

static void leg_ask(struct sim *s, const struct sim_request *q, json_t *body, struct reply *r)
{
	json_t *rtp = json_object_get(body, "rtp");
	json_int_t port = json_integer_value(json_object_get(rtp, "port"));
	json_int_t opus = json_integer_value(json_object_get(rtp, "payload_type"));
	json_int_t event = json_integer_value(json_object_get(rtp, "telephone_event"));
	struct leg *l;
	struct sim_out *o;

	if (strcmp(json_string_value(json_object_get(rtp, "codec")), "opus/48000/2") != 0 ||
		json_integer_value(json_object_get(rtp, "ptime")) != 20 || port < 1 || opus < 96 ||
		event < 96 || event == opus) {
		refuse(r, 400, "BadRequest",
			"rtp: want opus/48000/2 in 20 ms, two dynamic payload types, a port.");
		return;
	}
	l = leg_new(s, json_string_value(json_object_get(body, "leg")), q->id, r);
	if (!l)
		return;
	o = out_add(s, SIM_LEG_OPEN, 0);
	o->key = l->key;
	snprintf(o->location, sizeof(o->location), "%s",
		json_string_value(json_object_get(rtp, "address")));
	o->port = (uint16_t)port;
	o->payload_type = (uint8_t)opus;
	o->telephone_event = (uint8_t)event;
}

static void leg_post(struct sim *s, const struct sim_request *q, struct reply *r)
{
	struct why why;
	json_error_t at;
	CLEAN(json_decref)
	json_t *body = json_loadb(
		q->body ? q->body : "", q->body_bytes, JSON_REJECT_DUPLICATES, &at);

	if (!body)
		refuse(r, 400, "BadRequest", "line %d: %s", at.line, at.text);
	else if (body_check(body, "body", &body_leg, &why) != OK)
		refuse(r, 400, "BadRequest", "%s", why.text);
	else
		leg_ask(s, q, body, r);
}

static void leg_delete(struct sim *s, const char *name, struct reply *r)
{
	struct leg *l = leg_by_name(s, name);

	if (!l) {
		refuse(r, 404, "itemNotFound", "No such leg.");
		return;
	}
	if (call_of(s, l->call))
		call_of(s, l->call)->leg = 0;
	leg_close(s, l);
	r->status = 204;
}

void relay_request(struct sim *s, const struct sim_request *q)
{
	struct reply r = { .status = 0 };

	if (!q->relay_key_good)
		refuse(&r, 401, "unauthenticated", "The relay's shared key is missing or wrong.");
	else if (strcmp(q->method, "POST") == 0 && strcmp(q->path, "/relay/legs") == 0)
		leg_post(s, q, &r);
	else if (strcmp(q->method, "DELETE") == 0 && strncmp(q->path, "/relay/legs/", 12) == 0)
		leg_delete(s, q->path + 12, &r);
	else
		refuse(&r, 404, "itemNotFound", "There is nothing at this address.");
	if (!r.status)
		return;                         /* answered once the port is known */
	if (r.status >= 400 && r.status != 404) /* deleting what is gone is fine */
		book_refuse(s, q, &r);
	reply_send(s, q->id, &r);
}

/* port 0: there is none to be had. */
void relay_opened(struct sim *s, uint32_t key, int port)
{
	struct reply r = { .status = 201 };
	struct leg *l = s->leg;

	while (l < s->leg + LEGS_MAX && l->key != key)
		l++;
	if (!key || l == s->leg + LEGS_MAX)
		return;
	if (port) {
		r.body = json_pack("{ss, s{ss, si, si}}", "blob", l->blob, "rtp", "address",
			s->rtp_address, "port", port, "maxptime", MAXPTIME_MS);
		reply_send(s, l->request, &r);
		l->request = 0;
		return;
	}
	refuse(&r, 503, "serviceNotAvailable", "No port for the leg.");
	reply_send(s, l->request, &r);
	l->key = 0;
}
