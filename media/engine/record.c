/* Recordings, as the control thread knows them. */
#include "media/engine/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct recording_kind *const kind[] = {
	[ENGINE_WAV] = &recording_wav,
	[ENGINE_OPUS] = &recording_opus,
};

static void recording_free(struct recording *r)
{
	ring_fini(&r->frames);
	free(r);
}

static struct recording_place *place_of(const struct engine *e, uint32_t recording)
{
	size_t at = engine_place_of_id(recording);

	if (at >= e->conf.recordings_max || !e->recording[at].is_open ||
		e->recording[at].generation != recording >> ENGINE_PLACE_BITS)
		return NULL;
	return &e->recording[at];
}

/* The next place that is free; NULL: none. */
static struct recording_place *free_place(struct engine *e)
{
	for (size_t i = 0; i < e->conf.recordings_max; i++) {
		size_t at = (e->next_recording + i) % e->conf.recordings_max;

		if (!e->recording[at].recording) {
			e->next_recording = (at + 1) % e->conf.recordings_max;
			return &e->recording[at];
		}
	}
	return NULL;
}

static enum err make(
	const char *path, enum engine_format format, struct recording **out, struct why *why)
{
	struct recording *r = calloc(1, sizeof(*r));

	if (!r || ring_init(&r->frames, RECORDING_FRAMES, sizeof(struct stereo)) != OK) {
		free(r);
		return FAIL(why, E_SYSTEM, "no memory for a recording");
	}
	r->kind = kind[format];
	r->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (r->fd < 0) {
		recording_free(r);
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", path, strerror(errno));
	}
	*out = r;
	return OK;
}

/* To the shard first: what the recorder has not got, nobody writes. */
static bool hand_over(struct engine *e, struct place *left, struct recording *r)
{
	struct command c = { .kind = COMMAND_RECORD, .record = { .what = r } };
	bool fits = engine_tell(left, c);

	if (fits)
		fits = ring_put(&e->recorder.inbox, &r); /* room for all there may be */
	return fits;
}

static enum err check_sides(
	struct engine *e, uint32_t left, uint32_t right, struct place *side[2], struct why *why)
{
	side[0] = engine_place(e, left);
	side[1] = right ? engine_place(e, right) : NULL;
	if (!side[0] || (right && !side[1]))
		return FAIL(why, E_STALE, "a leg to be recorded is closed");
	if (side[0] == side[1] || (side[1] && side[0]->line->room != side[1]->line->room))
		return FAIL(why, E_DENIED, "a recording is of two legs in one room");
	return OK;
}

enum err engine_record(struct engine *e, uint32_t left, uint32_t right, const char *path,
	enum engine_format format, unsigned beep_ms, uint64_t cookie, uint32_t *recording,
	struct why *why)
{
	struct recording_place *p;
	struct place *side[2];
	struct recording *r = NULL;
	enum err err;

	engine_reap(e);
	if ((err = check_sides(e, left, right, side, why)) != OK)
		return err;
	if (beep_ms && beep_ms < ENGINE_BEEP_MS_MIN)
		return FAIL(why, E_MALFORMED, "a beep every %u ms; want 0 or %d and more", beep_ms,
			ENGINE_BEEP_MS_MIN);
	p = free_place(e);
	if (!p)
		return FAIL(why, E_LIMIT, "%u recordings run", e->conf.recordings_max);
	if ((err = make(path, format, &r, why)) != OK)
		return err;
	r->beep_every = beep_ms ? gain_frames(beep_ms) : 0;
	r->leg = left;
	r->cookie = cookie;
	r->side[0] = side[0]->line;
	r->side[1] = side[1] ? side[1]->line : NULL;
	r->id = engine_id((size_t)(p - e->recording), p->generation);
	if (!hand_over(e, side[0], r)) {
		close(r->fd);
		unlink(path);
		recording_free(r);
		return FAIL(
			why, E_LIMIT, "%u commands wait for the media clock", e->conf.commands_max);
	}
	p->recording = r;
	p->shard = side[0]->shard;
	p->is_open = true;
	*recording = r->id;
	return OK;
}

enum err engine_record_pause(struct engine *e, uint32_t recording, bool is_paused)
{
	struct recording_place *p = place_of(e, recording);
	struct command c = { .kind = COMMAND_PAUSE };

	if (!p)
		return E_STALE;
	c.record.what = p->recording;
	c.record.is_paused = is_paused;
	return ring_put(&p->shard->commands, &c) ? OK : E_LIMIT;
}

enum err engine_record_end(struct engine *e, uint32_t recording)
{
	struct recording_place *p = place_of(e, recording);
	struct command c = { .kind = COMMAND_END };

	if (!p)
		return E_STALE;
	c.record.what = p->recording;
	if (!ring_put(&p->shard->commands, &c))
		return E_LIMIT;
	p->is_open = false;
	return OK;
}

static void let_go(struct recording_place *p)
{
	recording_free(p->recording);
	p->recording = NULL;
	p->is_open = false;
	p->generation = engine_next_generation(p->generation);
}

bool engine_recorded(struct engine *e, struct engine_event *out)
{
	struct recording *r;

	if (!ring_take(&e->recorder.done, &r))
		return false;
	*out = (struct engine_event){
		.kind = ENGINE_RECORDED, .leg = r->leg, .cookie = r->cookie, .error = r->error
	};
	let_go(&e->recording[engine_place_of_id(r->id)]);
	return true;
}

void engine_record_fini(struct engine *e)
{
	for (size_t i = 0; e->recording && i < e->conf.recordings_max; i++)
		if (e->recording[i].recording)
			atomic_store(&e->recording[i].recording->has_ended, true);
	recorder_fini(&e->recorder);
	for (size_t i = 0; e->recording && i < e->conf.recordings_max; i++)
		if (e->recording[i].recording)
			let_go(&e->recording[i]);
}
