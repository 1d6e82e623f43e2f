#include "media/engine/mixer.h"

enum { HOUSE_MIN = 4 }; /* sounding lines; with fewer, adding is never dearer */

static bool is_plain(const struct edge *e)
{
	return gain_is(&e->gain, GAIN_UNITY);
}

void mixer_room(struct mixer *m, struct line *const room[], size_t n)
{
	m->n_sounding = 0;
	for (size_t i = 0; i < n; i++)
		m->n_sounding += room[i]->is_sounding;
	m->has_house = m->n_sounding >= HOUSE_MIN;
	if (!m->has_house)
		return;
	mix_clear(&m->house);
	for (size_t i = 0; i < n; i++)
		if (room[i]->is_sounding)
			mix_add(&m->house, room[i]->said);
}

static size_t n_plain_sounding(const struct line *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_edges; i++)
		n += is_plain(&l->edge[i]) && l->edge[i].talker->is_sounding;
	return n;
}

/* The house but for those who are not heard plainly. The player's sound is in out already. */
static void add_house(
	struct mixer *m, struct line *l, struct line *const room[], size_t n, struct mix *out)
{
	m->mark++;
	for (size_t i = 0; i < l->n_edges; i++)
		if (is_plain(&l->edge[i]))
			l->edge[i].talker->mark = m->mark;
	mix_add_mix(out, &m->house);
	for (size_t i = 0; i < n; i++)
		if (room[i]->is_sounding && room[i]->mark != m->mark)
			mix_subtract(out, room[i]->said);
}

static void add_plain(const struct line *l, struct mix *out)
{
	for (size_t i = 0; i < l->n_edges; i++)
		if (is_plain(&l->edge[i]) && l->edge[i].talker->is_sounding)
			mix_add(out, l->edge[i].talker->said);
}

/* Backwards, because an edge that has faded goes and the last one takes its place. */
static void add_gained(struct line *l, struct mix *out)
{
	for (size_t i = l->n_edges; i-- > 0;) {
		struct edge *e = &l->edge[i];

		if (is_plain(e))
			continue;
		if (e->talker->is_sounding)
			mix_add_gained(out, e->talker->said, gain_step(&e->gain));
		else
			gain_step(&e->gain);
		if (e->is_leaving && gain_is(&e->gain, 0))
			line_unlisten(l, i);
	}
}

void mixer_line(
	struct mixer *m, struct line *l, struct line *const room[], size_t n, struct mix *out)
{
	size_t plain = n_plain_sounding(l);

	if (m->has_house && m->n_sounding - plain < plain)
		add_house(m, l, room, n, out);
	else
		add_plain(l, out);
	add_gained(l, out);
}
