/* What is played: sounds, and the orders that hold on to them. */
#include "media/engine/inside.h"

#include <stdlib.h>

static struct sound_place *sound_of(const struct engine *e, uint32_t sound)
{
	size_t at = engine_place_of_id(sound);

	if (at >= e->conf.sounds_max || !e->sound[at].sound ||
		e->sound[at].generation != sound >> ENGINE_PLACE_BITS)
		return NULL;
	return &e->sound[at];
}

static uint64_t pcm_bytes(const struct sound *s)
{
	return s->pcm.n_samples * sizeof(*s->pcm.samples);
}

static void sound_release(struct engine *e, struct sound *s)
{
	if (!s || --s->refs)
		return;
	for (size_t i = 0; i < CODECS; i++) {
		e->tracks_bytes -= s->is_pressed[i] ? pcm_bytes(s) : 0;
		track_free(atomic_load(&s->track[i]));
	}
	pcm_free(&s->pcm);
	free(s);
}

/* Have it encoded once for all legs of this codec, unless that is done or there is no room: then
 * shards encode it as they go. */
static void press(struct engine *e, struct sound *s, const struct codec *codec)
{
	struct pressing job = { s, codec };
	bool *is_pressed = &s->is_pressed[codec_number(codec)];

	if (*is_pressed || e->tracks_bytes + pcm_bytes(s) > (uint64_t)e->conf.tracks_mib << 20 ||
		e->n_pressings == ENGINE_PRESSINGS_MAX || !ring_put(&e->presser.inbox, &job))
		return;
	e->n_pressings++;
	e->tracks_bytes += pcm_bytes(s);
	*is_pressed = true;
	s->refs++;
}

void engine_pressed(struct engine *e)
{
	struct pressing job;

	for (; ring_take(&e->presser.done, &job); e->n_pressings--)
		sound_release(e, job.sound);
}

void engine_press_fini(struct engine *e)
{
	struct pressing job;

	if (e->presser.done.values)
		engine_pressed(e);
	while (presser_back(&e->presser, &job))
		sound_release(e, job.sound);
	presser_fini(&e->presser);
}

void engine_order_release(struct engine *e, struct order *o)
{
	sound_release(e, o->music);
	for (size_t i = 0; i < o->n; i++)
		sound_release(e, o->speech[i]);
	free(o);
	e->n_orders--;
}

enum err engine_sound_add(struct engine *e, struct pcm *pcm, uint32_t *sound, struct why *why)
{
	struct sound_place *p;
	struct sound *s;

	engine_reap(e);
	if (!pcm->n_samples)
		return FAIL(why, E_MALFORMED, "the sound is empty");
	if (e->n_sounds == e->conf.sounds_max)
		return FAIL(why, E_LIMIT, "all %u sounds are taken", e->conf.sounds_max);
	s = calloc(1, sizeof(*s));
	if (!s)
		return FAIL(why, E_SYSTEM, "no memory for a sound");
	while (e->sound[e->next_sound].sound)
		e->next_sound = (e->next_sound + 1) % e->conf.sounds_max;
	p = &e->sound[e->next_sound];
	*s = (struct sound){
		.pcm = *pcm, .id = engine_id(e->next_sound, p->generation), .refs = 1
	};
	*pcm = (struct pcm){ 0 };
	p->sound = s;
	*sound = s->id;
	atomic_store(&e->shown_sounds, (uint32_t)++e->n_sounds);
	return OK;
}

enum err engine_sound_drop(struct engine *e, uint32_t sound)
{
	struct sound_place *p = sound_of(e, sound);

	engine_reap(e);
	if (!p)
		return E_STALE;
	sound_release(e, p->sound);
	p->sound = NULL;
	p->generation = engine_next_generation(p->generation);
	atomic_store(&e->shown_sounds, (uint32_t)--e->n_sounds);
	return OK;
}

static enum err order_fill(struct engine *e, struct order *o, const struct codec *codec,
	uint32_t music, const uint32_t sounds[], size_t n)
{
	const struct sound_place *p;

	if (music) {
		if (!(p = sound_of(e, music)))
			return E_STALE;
		o->music = p->sound;
		o->music->refs++;
		press(e, o->music, codec);
	}
	for (; o->n < n; o->n++) {
		if (!(p = sound_of(e, sounds[o->n])))
			return E_STALE;
		o->speech[o->n] = p->sound;
		p->sound->refs++;
		press(e, p->sound, codec);
	}
	return OK;
}

/* What is under way stays below what a shard's ring of returns holds. */
static bool orders_are_full(const struct engine *e)
{
	return e->n_orders >= (size_t)e->conf.commands_max + 2 * (size_t)e->conf.legs_max;
}

static enum err order_send(struct engine *e, uint32_t leg, const struct order *head, uint32_t music,
	const uint32_t sounds[], size_t n)
{
	struct place *p = engine_place(e, leg);
	struct order *o;
	enum err err;

	engine_reap(e);
	if (!p)
		return E_STALE;
	if (n > ENGINE_LIST_MAX || orders_are_full(e))
		return E_LIMIT;
	o = calloc(1, sizeof(*o) + n * sizeof(o->speech[0]));
	if (!o)
		return E_SYSTEM;
	*o = *head;
	e->n_orders++;
	err = order_fill(e, o, p->line->codec, music, sounds, n);
	if (!err && !engine_tell(p, (struct command){ .kind = COMMAND_ORDER, .order = o }))
		err = E_LIMIT;
	if (err)
		engine_order_release(e, o);
	return err;
}

enum err engine_play(
	struct engine *e, uint32_t leg, uint64_t cookie, const uint32_t sounds[], size_t n)
{
	struct order head = { .cookie = cookie };

	return n ? order_send(e, leg, &head, 0, sounds, n) : E_MALFORMED;
}

enum err engine_hold(struct engine *e, uint32_t leg, uint64_t cookie, uint32_t music,
	const uint32_t announcement[], size_t n, unsigned period_ms)
{
	struct order head = {
		.cookie = cookie, .is_hold = true, .period_frames = gain_frames(period_ms)
	};

	return order_send(e, leg, &head, music, announcement, n);
}

enum err engine_stop(struct engine *e, uint32_t leg)
{
	struct place *p = engine_place(e, leg);

	engine_reap(e);
	if (!p)
		return E_STALE;
	return engine_tell(p, (struct command){ .kind = COMMAND_ORDER }) ? OK : E_LIMIT;
}
