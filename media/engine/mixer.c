#include "media/engine/mixer.h"

#include "media/engine/stream.h"

#include <stdlib.h>

enum {
	HOUSE_MIN = 4,    /* sounding lines; with fewer, adding is never dearer */
	LATELY_TICKS = 25 /* who sounded since has the floor still */
};

enum err mixer_init(struct mixer *m, size_t lines_max)
{
	m->sounding = calloc(lines_max, sizeof(struct line *));
	m->lately = calloc(lines_max, sizeof(struct line *));
	return m->sounding && m->lately ? OK : E_SYSTEM;
}

void mixer_fini(struct mixer *m)
{
	free(m->sounding);
	free(m->lately);
	m->sounding = m->lately = NULL;
}

static bool has_floor(const struct mixer *m, const struct line *l)
{
	return l->sounded && m->tick - l->sounded < LATELY_TICKS;
}

void mixer_room(struct mixer *m, struct line *const room[], size_t n, uint64_t tick)
{
	m->n = n;
	m->tick = tick;
	m->n_sounding = m->n_lately = 0;
	m->parts = 0;
	m->has_house = false;
	for (size_t i = 0; i < n; i++) {
		if (room[i]->is_sounding) {
			room[i]->sounded = tick;
			m->sounding[m->n_sounding++] = room[i];
			m->parts += room[i]->part;
		}
		if (has_floor(m, room[i]))
			m->lately[m->n_lately++] = room[i];
	}
}

/* It hears everybody else, and nobody louder or quieter. */
static bool hears_all(const struct mixer *m, const struct line *l)
{
	return !l->n_gained && l->n_edges + 1 == m->n;
}

struct line *mixer_talker(const struct mixer *m, const struct line *l)
{
	struct line *one = NULL;

	if (!hears_all(m, l)) {
		for (size_t i = 0; i < l->n_edges; i++)
			if (has_floor(m, l->edge[i].talker)) {
				if (one)
					return NULL;
				one = l->edge[i].talker;
			}
		return one;
	}
	for (size_t i = 0; i < m->n_lately; i++)
		if (m->lately[i] != l) {
			if (one)
				return NULL;
			one = m->lately[i];
		}
	return one;
}

bool mixer_hears_but(const struct mixer *m, const struct line *l, const struct line *talker)
{
	bool is_heard = false, others = false;

	if (hears_all(m, l))
		return m->n_sounding > (size_t)(l->is_sounding + talker->is_sounding);
	for (size_t i = 0; i < l->n_edges; i++)
		if (l->edge[i].talker == talker)
			is_heard = true;
		else
			others |= l->edge[i].talker->is_sounding;
	return others || !is_heard;
}

static uint64_t edge_part(const struct edge *e)
{
	struct gain g = e->gain;
	struct gain_span span = gain_step(&g);

	if (span.from == GAIN_UNITY && span.to == GAIN_UNITY)
		return e->talker->part;
	if (!span.from && !span.to)
		return 0;
	return stream_part(e->talker->part, (uint64_t)span.from << 32 | (uint32_t)span.to);
}

uint64_t mixer_key(const struct mixer *m, const struct line *l)
{
	uint64_t key = 0;

	if (!m->n_sounding)
		return 0;
	if (hears_all(m, l))
		return m->parts - (l->is_sounding ? l->part : 0);
	for (size_t i = 0; i < l->n_edges; i++)
		if (l->edge[i].talker->is_sounding)
			key += edge_part(&l->edge[i]);
	return key;
}

static size_t n_plain_sounding(const struct line *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_edges; i++)
		n += edge_is_plain(&l->edge[i]) && l->edge[i].talker->is_sounding;
	return n;
}

static void fill_house(struct mixer *m)
{
	if (m->has_house)
		return;
	mix_clear(&m->house);
	for (size_t i = 0; i < m->n_sounding; i++)
		mix_add(&m->house, m->sounding[i]->said);
	m->has_house = true;
}

/* The house but for those who are not heard plainly. The player's sound is in out already. */
static void add_house(struct mixer *m, const struct line *l, struct mix *out)
{
	fill_house(m);
	m->mark++;
	for (size_t i = 0; i < l->n_edges; i++)
		if (edge_is_plain(&l->edge[i]))
			l->edge[i].talker->mark = m->mark;
	mix_add_mix(out, &m->house);
	for (size_t i = 0; i < m->n_sounding; i++)
		if (m->sounding[i]->mark != m->mark)
			mix_subtract(out, m->sounding[i]->said);
}

static void add_plain(const struct line *l, struct mix *out)
{
	for (size_t i = 0; i < l->n_edges; i++)
		if (edge_is_plain(&l->edge[i]) && l->edge[i].talker->is_sounding)
			mix_add(out, l->edge[i].talker->said);
}

static void add_gained(const struct line *l, struct mix *out)
{
	for (size_t i = 0; i < l->n_edges; i++) {
		struct gain g = l->edge[i].gain;

		if (!edge_is_plain(&l->edge[i]) && l->edge[i].talker->is_sounding)
			mix_add_gained(out, l->edge[i].talker->said, gain_step(&g));
	}
}

void mixer_line(struct mixer *m, const struct line *l, struct mix *out)
{
	size_t plain;

	if (!m->n_sounding)
		return;
	plain = n_plain_sounding(l);
	if (m->n_sounding >= HOUSE_MIN && m->n_sounding - plain < plain)
		add_house(m, l, out);
	else
		add_plain(l, out);
	if (l->n_gained)
		add_gained(l, out);
}
