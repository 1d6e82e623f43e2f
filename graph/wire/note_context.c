#include "graph/wire/note_read.h"

static const struct word routings[] = {
	{ "forwarded", ROUTING_FORWARDED },
	{ "lookup", ROUTING_LOOKUP },
	{ "selfFork", ROUTING_SELF_FORK },
};

static enum err read_set(struct reader *r, uint32_t object, const char *name, struct party *out)
{
	uint32_t set;
	enum err e = read_member(r, object, name, TAPE_OBJECT, &set);

	return e == OK && set ? read_identity_set(r, set, out) : e;
}

static enum err read_incoming(struct reader *r, uint32_t in, struct incoming_context *out)
{
	enum err e = read_set(r, in, "transferor", &out->transferor);

	if (e == OK)
		e = read_set(r, in, "onBehalfOf", &out->on_behalf_of);
	if (e == OK)
		e = read_id(r, in, "observedParticipantId", out->observed_participant_id,
			sizeof(out->observed_participant_id));
	return e == OK ? read_id(r, in, "sourceParticipantId", out->source_participant_id,
				 sizeof(out->source_participant_id))
		       : e;
}

/* The first route tells whom the caller meant; the later ones lie between her and us. */
static enum err read_route(struct reader *r, uint32_t route, struct incoming_context *out)
{
	int routing = ROUTING_NONE;
	enum err e;

	if (r->tape.token[route].kind != TAPE_OBJECT)
		return read_wrong(r, route, tape_kind_text(TAPE_OBJECT));
	e = read_word(
		r, route, "routingType", routings, ARRAY_LEN(routings), ROUTING_OTHER, &routing);
	out->routing = (enum routing)routing;
	return e == OK ? read_set(r, route, "original", &out->first_called) : e;
}

enum err read_context(struct reader *r, uint32_t call, struct incoming_context *out)
{
	uint32_t in, routes;
	enum err e = read_member(r, call, "incomingContext", TAPE_OBJECT, &in);

	if (e == OK && in)
		e = read_incoming(r, in, out);
	if (e == OK)
		e = read_member(r, call, "callRoutes", TAPE_ARRAY, &routes);
	if (e != OK || !routes || r->tape.token[routes].size == 0)
		return e;
	return read_route(r, routes + 1, out);
}
