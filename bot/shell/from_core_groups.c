/*
 * Audio routing groups: what those hear and say who are kept out of a call's default mix, a
 * supervisor who listens, whispers or speaks to all. One group a talker, with who hears her beside
 * the mix. Graph's answer tells the id that counts; while one is under way, nothing else is asked
 * of that group, and what has changed meanwhile is asked then.
 * Source: Graph, resources/audioroutinggroup: one source, several receivers; v1.0, global cloud.
 */
#include "bot/shell/from_core.h"

#include "bot/base/log.h"

#include <stdlib.h>
#include <string.h>

enum { EARS = 1 + LINE_RINGS }; /* the caller, then by ring */

bool groups_exist(const struct shell *s)
{
	struct why why;

	return op_in_cloud(OP_CREATE_AUDIO_ROUTING_GROUP, s->conf->endpoint.cloud, &why) == OK;
}

/* NULL: not in the call, or not known where. */
static const char *participant(const struct line *l, uint32_t lead, size_t i, struct ear *ear)
{
	const struct ring_out *r = i ? &l->ring[i - 1] : NULL;

	*ear = (struct ear){ .is_lead = r && r->attempt == lead,
		.apart = r && r->role == ROLE_SUPERVISE,
		.hearing = r ? r->hearing : l->hearing };
	if (!r)
		return l->caller_id[0] ? l->caller_id : NULL;
	return r->attempt && !r->over && r->answered && !r->transfer && r->participant_id[0]
		       ? r->participant_id
		       : NULL;
}

/* Who hears talker beside the default mix, as bits. */
static uint32_t receivers_of(const struct line *l, uint32_t lead, size_t talker)
{
	struct ear ear[EARS];
	uint32_t bits = 0;

	if (!participant(l, lead, talker, &ear[talker]))
		return 0;
	for (size_t i = 0; i < EARS; i++)
		if (i != talker && participant(l, lead, i, &ear[i]) &&
			(ear[i].apart || ear[talker].apart) && ear_hears(&ear[i], &ear[talker]))
			bits |= 1u << i;
	return bits;
}

static bool wanted_by(const struct line *l)
{
	for (size_t i = 0; i < LINE_RINGS; i++)
		if (l->ring[i].attempt && l->ring[i].role == ROLE_SUPERVISE && !l->ring[i].over)
			return true;
	return false;
}

static void on_group(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct line *l = line_of(s->lines, e->contact);
	char id[16], told[ERRAND_STORY_MAX];
	struct line_group *g;
	struct reply r;

	if (!l || !l->groups)
		return;
	g = &l->groups->of[e->number];
	g->busy = false;
	reply_decode(a->status, a->body ? a->body : "", a->body_bytes, &r);
	if (a->end == CLIENT_ANSWERED && r.kind == REPLY_OK) {
		g->there = e->op == OP_DELETE_AUDIO_ROUTING_GROUP ? 0 : g->asked;
		if (e->op == OP_CREATE_AUDIO_ROUTING_GROUP && r.n_groups)
			snprintf(g->id, sizeof(g->id), "%s", r.group_id[0]);
		groups_settle(s, l);
		return;
	}
	snprintf(id, sizeof(id), "%u", e->contact);
	log_line(LOG_WARN, "graph", id,
		"op=%s code=%s message=\"%s\" %s -> who listens in hears no more than now", e->what,
		r.code, r.message, errand_told(a, told));
	l->groups->refused = true;
}

static enum op_kind op_of(const struct line_group *g, uint32_t wanted)
{
	if (!g->there)
		return OP_CREATE_AUDIO_ROUTING_GROUP;
	return wanted ? OP_UPDATE_AUDIO_ROUTING_GROUP : OP_DELETE_AUDIO_ROUTING_GROUP;
}

static void ask_group(struct shell *s, struct line *l, size_t talker, uint32_t wanted)
{
	struct line_group *g = &l->groups->of[talker];
	const char *source, *receiver[EARS];
	struct op_audio_group group = {
		.multicast = true, .sources = &source, .n_sources = 1, .receivers = receiver
	};
	char call_id[GUID_TEXT];
	struct op_in in = { .call_id = call_id, .group_id = g->id, .group = &group };
	struct errand e = { .done = on_group,
		.op = op_of(g, wanted),
		.contact = l->contact,
		.realm = l->realm,
		.number = (uint32_t)talker };
	struct ear ear;

	source = participant(l, 0, talker, &ear);
	for (size_t i = 0; i < EARS; i++)
		if (wanted & 1u << i)
			receiver[group.n_receivers++] = participant(l, 0, i, &ear);
	if (!g->there)
		snprintf(g->id, sizeof(g->id), "%u-%zu", l->contact, talker);
	g->busy = true;
	g->asked = wanted;
	guid_print(l->call_id, call_id);
	errand_graph(s, &e, ask_lane(l->contact, 0), &in);
}

void groups_settle(struct shell *s, struct line *l)
{
	if (!l->groups && !wanted_by(l))
		return;
	if (!l->groups)
		l->groups = calloc(1, sizeof(*l->groups));
	if (!l->groups)
		abort();
	for (size_t i = 0; i < EARS && !l->groups->refused; i++) {
		struct line_group *g = &l->groups->of[i];
		uint32_t wanted = receivers_of(l, from_core_lead(s, l), i);

		if (!g->busy && wanted != g->there)
			ask_group(s, l, i, wanted);
	}
}
