#include "media/engine/recording.h"

#include "media/engine/beep.h"
#include "media/engine/line.h"

#include <assert.h>

static void lay(int16_t *out, const struct recording *r, const struct line *l)
{
	int16_t frame[PCM_FRAME];
	struct mix mix;

	mix_clear(&mix);
	if (l && !r->is_paused && l->is_sounding)
		mix_add(&mix, l->said);
	if (r->beep)
		beep_add(&mix, r->beep);
	mix_out(&mix, frame);
	for (size_t i = 0; i < PCM_FRAME; i++)
		out[2 * i] = frame[i];
}

/* Both ends hear it from the next tick on, and so does the file. Not while nothing is recorded, and
 * at once when it is again. */
static void beep(struct recording *r)
{
	r->beep -= r->beep > 0;
	if (r->is_paused)
		r->beep_wait = 0;
	else if (r->beep_wait)
		r->beep_wait--;
	else if (r->beep_every) {
		r->beep = BEEP_FRAMES;
		r->beep_wait = r->beep_every - 1;
		for (int i = 0; i < 2; i++)
			if (r->side[i] && !r->side[i]->beep)
				r->side[i]->beep = BEEP_FRAMES;
	}
}

static void put_frame(struct recording *r)
{
	struct stereo frame = { .missed = r->missed };

	lay(frame.at, r, r->side[0]);
	lay(frame.at + 1, r, r->side[1]);
	r->missed = ring_put(&r->frames, &frame) ? 0 : r->missed + 1;
	beep(r);
}

void recordings_add(struct recordings *rs, struct recording *r)
{
	assert(rs->n < rs->max);
	for (int i = 0; i < 2; i++)
		if (r->side[i])
			r->side[i]->n_listeners++; /* so that it is decoded */
	rs->at[rs->n++] = r;
}

static void release(struct recording *r, int side)
{
	if (r->side[side])
		r->side[side]->n_listeners--;
	r->side[side] = NULL;
}

/* From the store on the recorder may give it back, and it may be freed. */
static void end_at(struct recordings *rs, size_t i)
{
	struct recording *r = rs->at[i];

	release(r, 0);
	release(r, 1);
	rs->at[i] = rs->at[--rs->n];
	atomic_store(&r->has_ended, true);
}

void recordings_pause(struct recordings *rs, const struct recording *r, bool is_paused)
{
	for (size_t i = 0; i < rs->n; i++)
		if (rs->at[i] == r)
			rs->at[i]->is_paused = is_paused;
}

void recordings_end(struct recordings *rs, const struct recording *r)
{
	for (size_t i = 0; i < rs->n; i++)
		if (rs->at[i] == r) {
			end_at(rs, i);
			return;
		}
}

void recordings_forget(struct recordings *rs, const struct line *l)
{
	for (size_t i = rs->n; i-- > 0;) {
		struct recording *r = rs->at[i];

		for (int side = 0; side < 2; side++)
			if (r->side[side] == l)
				release(r, side);
		if (!r->side[0] && !r->side[1])
			end_at(rs, i);
	}
}

void recordings_frame(struct recordings *rs)
{
	for (size_t i = rs->n; i-- > 0;) {
		put_frame(rs->at[i]);
		if (atomic_load_explicit(&rs->at[i]->has_failed, memory_order_relaxed))
			end_at(rs, i);
	}
}
