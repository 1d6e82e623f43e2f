/* Audio routing groups: who hears whom in a group call, beside the mix everybody hears. Of all
 * sources, only the four loudest speakers of the main mix are passed on. */
#include "graph/wire/op_body.h"

enum { MEMBERS_MAX = 128 }; /* ours: as many as a roster has */

static enum err need_members(
	const char *const *members, size_t n, const char *name, struct why *why)
{
	enum err e = OK;

	if (n == 0)
		return FAIL(why, E_MALFORMED, "group has no %s", name);
	if (n > MEMBERS_MAX)
		return FAIL(
			why, E_MALFORMED, "group has %zu %s, more than %d", n, name, MEMBERS_MAX);
	for (size_t i = 0; i < n && e == OK; i++)
		e = op_need(members[i], name, OP_ID_MAX, why);
	return e;
}

static enum err need_group(const struct op_audio_group *g, struct why *why)
{
	enum err e;

	if (!g)
		return FAIL(why, E_MALFORMED, "group is missing");
	e = need_members(g->sources, g->n_sources, "sources", why);
	if (e == OK)
		e = need_members(g->receivers, g->n_receivers, "receivers", why);
	if (e == OK && g->n_sources > 1)
		e = FAIL(why, E_MALFORMED, "group has %zu sources; Graph takes one", g->n_sources);
	if (e == OK && !g->multicast && g->n_receivers > 1)
		e = FAIL(why, E_MALFORMED, "group is oneToOne, and has %zu receivers",
			g->n_receivers);
	return e;
}

static json_t *members(const char *const *from, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		op_append(&list, json_string(from[i]));
	return list;
}

enum err op_group_path(
	const struct op_in *in, struct op_out *out, const char *method, struct why *why)
{
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need(in->group_id, "group_id", OP_ID_MAX, why);
	return e == OK ? op_path(out, method, in->call_id, "/audioRoutingGroups", in->group_id, why)
		       : e;
}

enum err op_group_body(const struct op_in *in, struct op_out *out, const char *id, struct why *why)
{
	const struct op_audio_group *g = in->group;
	json_t *body;
	enum err e = need_group(g, why);

	if (e != OK)
		return e;
	body = op_tagged("audioRoutingGroup");
	op_set_text(&body, "id", id);
	op_set_text(&body, "routingMode", g->multicast ? "multicast" : "oneToOne");
	op_set(&body, "sources", members(g->sources, g->n_sources));
	op_set(&body, "receivers", members(g->receivers, g->n_receivers));
	return op_body(out, body, why);
}
