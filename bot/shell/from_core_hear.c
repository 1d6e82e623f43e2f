/*
 * Who hears whom. With live audio it is a matrix of ours; where Graph carries the audio, the caller
 * is put on hold with music, who listens in is kept out of the default mix and hears by audio
 * routing groups, and where there are none (national clouds) she is muted.
 */
#include "bot/shell/from_core.h"

#include "bot/base/log.h"
#include "bot/core/view.h"

#include <stdlib.h>

enum { RAMP_MS = 60, MUSIC_MS = 3600000 };

bool ear_hears(const struct ear *listener, const struct ear *talker)
{
	bool deaf = listener->hearing == HEAR_NOTHING || listener->hearing == HEAR_MUSIC;

	if (deaf)
		return false;
	if (talker->hearing == HEAR_WHISPER)
		return listener->is_lead;
	return talker->hearing == HEAR_ALL;
}

struct leg_ear {
	uint32_t leg;
	struct ear ear;
};

uint32_t from_core_lead(const struct shell *s, const struct line *l)
{
	struct contact_view view;

	return centre_contact(s->centre, l->contact, &view) ? view.ring_attempt : 0;
}

static size_t legs_of(const struct line *l, uint32_t lead, struct leg_ear out[LINE_RINGS + 1])
{
	size_t n = 0;

	if (l->leg)
		out[n++] = (struct leg_ear){ l->leg, { .hearing = l->hearing } };
	for (size_t i = 0; i < LINE_RINGS; i++)
		if (l->ring[i].leg)
			out[n++] = (struct leg_ear){ l->ring[i].leg,
				{ .is_lead = l->ring[i].attempt == lead,
					.hearing = l->ring[i].hearing } };
	return n;
}

void from_core_mix(struct shell *s, struct line *l)
{
	struct leg_ear ear[LINE_RINGS + 1];
	size_t n = legs_of(l, from_core_lead(s, l), ear);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			int gain = ear_hears(&ear[i].ear, &ear[k].ear) ? 0 : ENGINE_DEAF;

			if (i != k &&
				engine_hear(s->engine, ear[i].leg, ear[k].leg, gain, RAMP_MS) != OK)
				log_line(LOG_ERROR, "media", "",
					"contact=%u leg=%u cannot be made to hear leg=%u",
					l->contact, ear[i].leg, ear[k].leg);
		}
}

static uint16_t music_of(const struct shell *s, const struct effect *fx)
{
	if (fx->music)
		return fx->music;
	return fx->queue ? s->conf->plan.queue[fx->queue - 1].music : 0;
}

static void live_hearing(struct shell *s, struct line *l, const struct effect *fx)
{
	const struct ring_out *r = line_ring(l, fx->attempt);
	uint32_t leg = fx->attempt ? (r ? r->leg : 0) : l->leg;
	uint32_t music;
	enum err e = OK;

	from_core_mix(s, l);
	if (!leg)
		return;
	if (fx->value == HEAR_MUSIC) {
		music = sound_music_live(s->sounds, music_of(s, fx), fx->language);
		e = engine_hold(s->engine, leg, 0, music, NULL, 0, MUSIC_MS);
	} else if (!fx->attempt) {
		e = engine_stop(s->engine, leg);
	}
	if (e != OK)
		log_line(LOG_ERROR, "media", "", "contact=%u music cannot be changed", l->contact);
}

/* ---- Graph's audio ---- */

static void on_hold(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct line *l = line_of(s->lines, e->contact);
	char id[16], told[ERRAND_STORY_MAX];

	if (a->end == CLIENT_ANSWERED && a->status < 300)
		return;
	snprintf(id, sizeof(id), "%u", e->contact);
	log_line(LOG_WARN, "graph", id, "op=%s %s -> %s", e->what, errand_told(a, told),
		e->op == OP_START_HOLD_MUSIC ? "the caller hears the others" : "tried no more");
	if (l && e->op == OP_START_HOLD_MUSIC) {
		l->held = false;
		l->hearing = HEAR_ALL; /* else the next roster tried again, and again */
	}
}

/* One participant at a time hears Graph's hold music, or ours, and nobody else. */
static void settle_hold(struct shell *s, struct line *l)
{
	bool wanted = l->hearing == HEAR_MUSIC;
	struct op_in in = { .participant_id = l->caller_id, .client_context = "0" };

	if (wanted == l->held || !l->caller_id[0])
		return;
	l->held = wanted;
	ask_graph(s, on_hold, wanted ? OP_START_HOLD_MUSIC : OP_STOP_HOLD_MUSIC, l, 0, &in);
}

/* Nobody but she herself can undo it, so it is done only where there is no other way. */
static void settle_mutes(struct shell *s, struct line *l)
{
	for (size_t i = 0; i < LINE_RINGS; i++) {
		struct ring_out *r = &l->ring[i];
		struct op_in in = { .participant_id = r->participant_id, .client_context = "0" };

		if (!r->attempt || r->over || r->muted || r->role != ROLE_SUPERVISE ||
			r->hearing != HEAR_LISTEN || !r->participant_id[0])
			continue;
		r->muted = true;
		ask_graph(s, ask_replied, OP_MUTE_PARTICIPANT, l, 0, &in);
	}
}

void from_core_heard(struct shell *s, struct line *l)
{
	if (l->relay)
		return;
	settle_hold(s, l);
	if (groups_exist(s))
		groups_settle(s, l);
	else
		settle_mutes(s, l);
}

void from_core_hearing(struct shell *s, struct line *l, const struct effect *fx)
{
	const struct ring_out *r = line_ring(l, fx->attempt);

	if (l->relay) {
		live_hearing(s, l, fx);
		return;
	}
	if (fx->attempt ? r && !r->participant_id[0] : !l->caller_id[0])
		ask_roster(s, l, 0); /* what is wanted is done when it tells who is who */
	from_core_heard(s, l);
}
