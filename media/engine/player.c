#include "media/engine/player.h"

#include "media/engine/stream.h"

#include <assert.h>
#include <string.h>

void order_drop(struct order *o, struct ring *returns)
{
	struct returned r = { RETURNED_ORDER, o };

	assert(o->users > 0);
	if (--o->users == 0) {
		bool fits = ring_put(returns, &r);

		assert(fits);
		(void)fits;
	}
}

static struct voice voice_of(struct order *o, bool is_music, int32_t factor)
{
	order_use(o);
	return (struct voice){ .order = o, .is_music = is_music, .gain = gain_at(factor) };
}

static void voice_end(struct voice *v, const struct player_conf *conf)
{
	if (v->order)
		order_drop(v->order, conf->returns);
	*v = (struct voice){ 0 };
}

/* The sound the voice is in; NULL: the list is over. Music starts again for ever. */
static const struct sound *voice_sound(struct voice *v)
{
	const struct sound *s = v->is_music ? v->order->music : NULL;

	if (s) {
		v->at = v->at < s->pcm.n_samples ? v->at : 0;
		return s;
	}
	while (v->item < v->order->n && v->at >= v->order->speech[v->item]->pcm.n_samples) {
		v->item++;
		v->at = 0;
	}
	return v->item < v->order->n ? v->order->speech[v->item] : NULL;
}

/* One frame, across the ends of sounds, padded with silence. false: nothing comes after it. out
 * NULL: it goes by unread. */
static bool voice_read(struct voice *v, int16_t *out)
{
	const struct sound *s = voice_sound(v);
	size_t n = 0;

	while (s && n < PCM_FRAME) {
		size_t left = s->pcm.n_samples - v->at;
		size_t take = left < PCM_FRAME - n ? left : PCM_FRAME - n;

		if (out)
			memcpy(out + n, s->pcm.samples + v->at, take * sizeof(*out));
		v->at += take;
		n += take;
		s = voice_sound(v);
	}
	if (out)
		memset(out + n, 0, (PCM_FRAME - n) * sizeof(*out));
	return s != NULL;
}

static bool voice_mix(struct voice *v, struct mix *m)
{
	int16_t frame[PCM_FRAME];
	bool more = voice_read(v, m ? frame : NULL);
	struct gain_span span = gain_step(&v->gain);

	v->has_begun = true;
	if (m)
		mix_add_gained(m, frame, span);
	return more;
}

/* Has this voice been heard, so that it must not just break off? */
static bool voice_sounds(const struct voice *v)
{
	return v->order && v->has_begun && v->gain.now > 0;
}

/* The quietest of those that leave already makes room. */
static struct voice *leaving_slot(struct player *p)
{
	struct voice *best = &p->leaving[0];

	for (size_t i = 0; i < PLAYER_LEAVING_MAX; i++) {
		if (!p->leaving[i].order)
			return &p->leaving[i];
		if (p->leaving[i].gain.now < best->gain.now)
			best = &p->leaving[i];
	}
	return best;
}

static void leave(struct player *p, struct voice *v, const struct player_conf *conf)
{
	struct voice *slot;

	if (!voice_sounds(v)) {
		voice_end(v, conf);
		return;
	}
	slot = leaving_slot(p);
	p->n_leaving += !slot->order;
	voice_end(slot, conf);
	*slot = *v;
	*v = (struct voice){ 0 };
	gain_ramp(&slot->gain, 0, conf->fade_ms);
}

/* A music that is playing goes on in the new order's name; else it comes in from where it stood. */
static void start_music(struct player *p, struct order *o, const struct player_conf *conf)
{
	bool goes_on = p->music.order && p->music.order->music == o->music;

	if (goes_on) {
		order_use(o);
		order_drop(p->music.order, conf->returns);
		p->music.order = o;
	} else {
		leave(p, &p->music, conf);
		p->music = voice_of(o, true, 0);
		p->music.at = p->music_id == o->music->id ? p->music_at : 0;
		p->music_id = o->music->id;
	}
	if (o->n)
		gain_ramp(&p->music.gain, conf->duck, conf->duck_ms);
	else
		gain_ramp(&p->music.gain, GAIN_UNITY, goes_on ? conf->release_ms : conf->fade_ms);
}

bool player_is_cut(const struct player *p, const struct order *o)
{
	if (p->speech.order)
		return true;
	return p->music.order && !(o && o->music == p->music.order->music);
}

void player_order(struct player *p, struct order *o, const struct player_conf *conf)
{
	struct order *old = p->order;

	leave(p, &p->speech, conf);
	if (o && o->music)
		start_music(p, o, conf);
	else
		leave(p, &p->music, conf);
	if (o && o->n)
		p->speech = voice_of(o, false, GAIN_UNITY);
	p->wait_frames = o && o->n && o->music ? gain_frames(conf->duck_ms) : 0;
	p->frames = 0;
	p->is_told = p->is_due = false;
	p->order = o;
	if (o)
		order_use(o);
	if (old)
		order_drop(old, conf->returns);
}

static void mix_speech(struct player *p, struct mix *m, const struct player_conf *conf)
{
	if (!p->speech.order)
		return;
	if (p->wait_frames) {
		p->wait_frames--;
		return;
	}
	if (voice_mix(&p->speech, m))
		return;
	voice_end(&p->speech, conf);
	if (p->music.order)
		gain_ramp(&p->music.gain, GAIN_UNITY, conf->release_ms);
}

static void mix_leaving(struct player *p, struct mix *m, const struct player_conf *conf)
{
	for (size_t i = 0; p->n_leaving && i < PLAYER_LEAVING_MAX; i++) {
		struct voice *v = &p->leaving[i];

		if (v->order && (!voice_mix(v, m) || gain_is(&v->gain, 0))) {
			voice_end(v, conf);
			p->n_leaving--;
		}
	}
}

static void check_end(struct player *p, const struct player_conf *conf)
{
	if (!p->order || p->is_told || p->speech.order)
		return;
	if (p->order->is_hold && p->frames < p->order->period_frames)
		return;
	p->is_told = p->is_due = true;
	p->due_cookie = p->order->cookie;
	if (!p->order->is_hold) {
		order_drop(p->order, conf->returns);
		p->order = NULL;
	}
}

/* The voices that sound in the next frame. Returns how many. */
static size_t sounding(struct player *p, struct voice *out[PLAYER_VOICES])
{
	size_t n = 0;

	if (p->music.order)
		out[n++] = &p->music;
	if (p->speech.order && !p->wait_frames)
		out[n++] = &p->speech;
	for (size_t i = 0; p->n_leaving && i < PLAYER_LEAVING_MAX; i++)
		if (p->leaving[i].order)
			out[n++] = &p->leaving[i];
	return n;
}

/* Where a sound ends within the frame, what follows is its list's matter. */
static uint64_t voice_part(struct voice *v)
{
	const struct sound *s = voice_sound(v);
	const struct gain *g = &v->gain;
	uint64_t gain = (uint64_t)g->now << 32 | (uint32_t)g->target, where = v->at;

	if (!s || (!v->is_music && s->pcm.n_samples - v->at < PCM_FRAME))
		where = stream_part((uintptr_t)v->order, (uint64_t)v->item << 32 | v->at);
	return stream_part(stream_part((uintptr_t)s, where), stream_part(gain, g->frames));
}

uint64_t player_key(struct player *p)
{
	struct voice *v[PLAYER_VOICES];
	size_t n = sounding(p, v);
	uint64_t key = 0;

	for (size_t i = 0; i < n; i++)
		key += voice_part(v[i]);
	return key;
}

bool player_idles(const struct player *p)
{
	return !p->order && !p->music.order && !p->speech.order && !p->n_leaving && !p->is_due;
}

struct plain player_plain(struct player *p)
{
	struct voice *v[PLAYER_VOICES];
	const struct sound *s;
	bool is_whole;

	if (sounding(p, v) != 1 || !gain_is(&v[0]->gain, GAIN_UNITY) || v[0]->at % PCM_FRAME)
		return (struct plain){ 0 };
	s = voice_sound(v[0]);
	is_whole = s && (s->pcm.n_samples - v[0]->at >= PCM_FRAME ||
				(!v[0]->is_music && v[0]->item + 1 == v[0]->order->n));
	if (!is_whole || v[0]->at % PCM_FRAME)
		return (struct plain){ 0 };
	return (struct plain){ s, v[0]->at / PCM_FRAME, v[0]->is_music };
}

void player_mix(struct player *p, struct mix *m, const struct player_conf *conf)
{
	p->frames++;
	if (p->music.order) {
		voice_mix(&p->music, m);
		p->music_at = p->music.at;
	}
	mix_speech(p, m, conf);
	mix_leaving(p, m, conf);
	check_end(p, conf);
}

void player_pass(struct player *p, uint64_t frames)
{
	p->frames += frames;
}

void player_end(struct player *p, const struct player_conf *conf)
{
	voice_end(&p->speech, conf);
	voice_end(&p->music, conf);
	for (size_t i = 0; i < PLAYER_LEAVING_MAX; i++)
		voice_end(&p->leaving[i], conf);
	if (p->order)
		order_drop(p->order, conf->returns);
	*p = (struct player){ 0 };
}
