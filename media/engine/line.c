#include "media/engine/line.h"

#include "media/dsp/level.h"
#include "media/dsp/noise.h"
#include "media/dsp/stretch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)JITTER_PAYLOAD_MAX >= (int)CODEC_PAYLOAD_MAX, "what a leg takes can wait");
_Static_assert((int)JITTER_BACK > (int)FEED_BEFORE, "what was skipped can warm a decoder up");

/* Of RTP's clock, which runs slower than our samples for G.711 and G.722, faster for Opus. */
static uint32_t ticks_of(const struct codec *codec, size_t samples)
{
	return (uint32_t)(samples * codec->clock_hz / PCM_RATE);
}

static size_t samples_of(const struct codec *codec, uint32_t ticks)
{
	return (size_t)ticks * PCM_RATE / codec->clock_hz;
}

struct line *line_new(
	uint64_t room, struct leg *leg, const struct leg_conf *conf, unsigned hears_max)
{
	size_t edges_max = hears_max + LINE_EDGES_LEAVING;
	struct line *l = malloc(sizeof(*l) + edges_max * sizeof(l->edge[0]));

	if (!l)
		return NULL;
	/* What is large is written where it is used: until then it costs no memory. */
	memset(l, 0, offsetof(struct line, jitter));
	l->room = room;
	l->codec = l->sends = conf->codec ? conf->codec : &codec_opus;
	l->hold_frames = conf->hold_ms / PCM_FRAME_MS;
	l->edges_max = edges_max;
	gate_open(&l->gate);
	l->made_up = LINE_CONCEALED_MAX;
	jitter_init(&l->jitter, ticks_of(l->codec, PCM_FRAME), LINE_DELAY_MS);
	if (conf->in_band && !(l->keys = pressed_new())) {
		free(l);
		return NULL;
	}
	l->leg = leg;
	return l;
}

void line_free(struct line *l)
{
	if (!l)
		return;
	l->leg->kind->free(l->leg);
	pressed_free(l->keys);
	free(l);
}

void line_packet(struct line *l, const struct leg_item *item)
{
	struct jitter_packet p = { .ssrc = item->ssrc,
		.ts = item->ts,
		.seq = item->seq,
		.payload = item->payload,
		.payload_bytes = item->payload_bytes };

	if (item->is_noise) {
		l->noise_db = item->noise_db;
		l->noise_seq = item->seq;
	}
	if (!item->is_sound) {
		jitter_other(&l->jitter, item->ssrc, item->seq);
		return;
	}
	p.is_resting = l->codec->activity(item->payload, item->payload_bytes) == CODEC_SILENT;
	p.ticks = ticks_of(l->codec, l->codec->samples(item->payload, item->payload_bytes));
	if (!p.ticks)
		l->refused++;
	else if (jitter_put(&l->jitter, &p, item->at_us) == JITTER_NEW && l->decoder)
		(void)l->codec->decoder_init(l->decoder);
}

void line_hush(struct line *l, struct pool *decoders)
{
	if (l->decoder)
		pool_give(decoders, l->decoder);
	l->decoder = NULL;
}

/* The next samples of what is ready, to be filled: silence is not written until then. */
static int16_t *ready_end(struct line *l)
{
	if (!l->is_filled)
		memset(l->ready, 0, l->n_ready * sizeof(l->ready[0]));
	l->is_filled = true;
	return l->ready + l->n_ready;
}

/* Silence: written only behind what is there. */
static size_t rest(struct line *l, size_t n)
{
	if (l->is_filled)
		memset(l->ready + l->n_ready, 0, n * sizeof(l->ready[0]));
	return n;
}

/* The other side is silent and has told how its silence sounds. */
static size_t hiss(struct line *l)
{
	noise_fill(&l->noise, l->noise_db, ready_end(l), PCM_FRAME);
	return PCM_FRAME;
}

/* The packet behind the lost one may tell of it. */
static bool recover(struct line *l, int16_t *out)
{
	struct jitter_packet next;

	if (!l->codec->recover || !jitter_next(&l->jitter, &next) ||
		!l->codec->recover(l->decoder, next.payload, next.payload_bytes, out))
		return false;
	l->recovered++;
	return true;
}

/* A frame that no packet brought, in place of a lost one or to end a sound without a step. */
static size_t make_up(struct line *l, struct pool *decoders, bool is_lost)
{
	int16_t *out;

	if (!is_lost && l->noise_db && l->n_listeners > l->n_passing)
		return hiss(l);
	if (l->made_up >= LINE_CONCEALED_MAX) {
		line_hush(l, decoders);
		gate_open(&l->gate);
		l->unheard = l->unheard > FEED_BEFORE ? l->unheard : FEED_BEFORE;
	}
	if (!l->decoder)
		return rest(l, PCM_FRAME);
	out = ready_end(l);
	if (is_lost && recover(l, out))
		return PCM_FRAME;
	l->codec->conceal(l->decoder, out);
	l->concealed += is_lost;
	l->made_up = is_lost ? l->made_up + 1 : LINE_CONCEALED_MAX;
	if (l->made_up == LINE_CONCEALED_MAX)
		mix_scale(out, (struct gain_span){ GAIN_UNITY, 0 });
	return PCM_FRAME;
}

/* A decoder begins in the middle of what is said: the packets just skipped bring it into step. With
 * two of a voice that goes on it is 3 dB too soft for three frames; each one more halves that. */
static void begin(struct line *l, struct pool *decoders)
{
	int16_t unheard[CODEC_SAMPLES_MAX];
	struct jitter_packet p;

	l->decoder = pool_take(decoders);
	memset(l->before, 0, sizeof(l->before));
	l->made_up = LINE_CONCEALED_MAX;
	for (; l->unheard > 0; l->unheard--) {
		unsigned back = l->unheard;
		size_t n = jitter_taken(&l->jitter, back, &p)
				   ? l->codec->decode(
					     l->decoder, p.payload, p.payload_bytes, unheard)
				   : 0;

		if (n < PCM_FRAME || back > FEED_BEFORE)
			continue;
		memcpy(l->before[back - 1], unheard + n - PCM_FRAME, sizeof(l->before[0]));
		l->made_up = 0;
	}
}

/* This packet is not decoded. Of words that nobody heard, all that are kept bring a decoder into
 * step; of a hush a few do. */
static size_t leave_out(
	struct line *l, struct pool *decoders, const struct jitter_packet *p, uint8_t most)
{
	l->unheard = l->unheard < most ? l->unheard + 1 : most;
	line_hush(l, decoders);
	return rest(l, samples_of(l->codec, p->ticks));
}

/* Nobody speaks any more: what was begun ends. The decoder may go where packets tell themselves
 * that they are silent, and so do not need it. */
static void shut(struct line *l, struct pool *decoders, int16_t *out, size_t n, bool was_open)
{
	if (was_open && n >= PCM_FRAME)
		mix_scale(out + n - PCM_FRAME, (struct gain_span){ GAIN_UNITY, 0 });
	else
		memset(out, 0, n * sizeof(*out));
	if (!l->keys && l->activity == CODEC_SILENT)
		line_hush(l, decoders);
}

static size_t decode(
	struct line *l, struct pool *decoders, const struct jitter_packet *p, bool is_wanted)
{
	bool was_open = l->gate.is_open;
	int16_t *out;
	size_t n;

	if (!is_wanted) {
		gate_open(&l->gate);
		return leave_out(l, decoders, p, JITTER_BACK - 1);
	}
	l->activity = p->is_resting ? CODEC_SILENT
				    : l->codec->activity(p->payload, p->payload_bytes);
	if (!l->keys && !gate_wants(&l->gate, l->activity))
		return leave_out(l, decoders, p, FEED_BEFORE);
	if (!l->decoder)
		begin(l, decoders);
	out = ready_end(l);
	n = l->codec->decode(l->decoder, p->payload, p->payload_bytes, out);
	if (!n)
		return make_up(l, decoders, true);
	l->decoded++;
	if ((int16_t)(p->seq - l->noise_seq) > 0)
		l->noise_db = 0;
	l->fades_in |= l->made_up == LINE_CONCEALED_MAX;
	l->made_up = 0;
	gate_heard(&l->gate, l->activity, level_peak(out, n));
	if (!l->gate.is_open)
		shut(l, decoders, out, n, was_open);
	return n;
}

static void fetch(struct line *l, struct pool *decoders, uint64_t now_us)
{
	bool is_whole = l->n_ready == 0 && l->came == LINE_NOTHING;
	enum jitter_take take;
	struct jitter_packet p;

	take = jitter_take(&l->jitter, now_us, &p);
	if (take != JITTER_PACKET) {
		bool is_gap = take == JITTER_LOST && l->jitter.is_playing;

		l->came = !is_whole ? LINE_OTHER : is_gap ? LINE_GAP : LINE_NOTHING;
		l->n_ready += make_up(l, decoders, take == JITTER_LOST);
		return;
	}
	is_whole = is_whole && !l->keys && p.ticks % l->jitter.frame_ticks == 0;
	l->came = is_whole ? LINE_PACKET : LINE_OTHER;
	l->packet = p;
	l->n_ready += decode(
		l, decoders, &p, l->keys || l->n_listeners > (is_whole ? l->n_passing : 0));
}

/* By whole packets: nobody hears it, or it is passed on as it came. */
static void adjust_whole(struct line *l, int32_t excess_us)
{
	if (excess_us >= PCM_FRAME_MS * 1000) {
		jitter_skip(&l->jitter);
	} else if (excess_us > 0) {
		l->n_ready = PCM_FRAME;
	} else {
		l->n_ready += rest(l, PCM_FRAME);
	}
}

/* More delay than is wanted, or less: what is ready gets a little shorter or longer. carried:
 * samples that were ready before anything was taken. */
static void adjust(struct line *l, size_t carried)
{
	int32_t us = jitter_excess_us(&l->jitter, (uint32_t)(carried * 1000000 / PCM_RATE));
	size_t most = (size_t)abs(us) * (PCM_RATE / 1000) / 1000;

	if (!us || l->n_ready > CODEC_SAMPLES_MAX)
		return;
	jitter_adjusted(&l->jitter);
	if (!l->decoder || !l->is_filled || l->n_passing) {
		adjust_whole(l, us);
		return;
	}
	if (us < 0)
		l->n_ready = stretch_lengthen(
			l->ready, l->n_ready, most < STRETCH_MIN ? STRETCH_MIN : most);
	else if (most >= STRETCH_MIN)
		l->n_ready = stretch_shorten(l->ready, l->n_ready, most);
	l->came = LINE_OTHER;
}

static void fill(struct line *l, struct pool *decoders, uint64_t now_us)
{
	size_t carried = l->n_ready;

	if (carried >= PCM_FRAME)
		return;
	while (l->n_ready < PCM_FRAME)
		fetch(l, decoders, now_us);
	adjust(l, carried);
	while (l->n_ready < PCM_FRAME)
		fetch(l, decoders, now_us);
}

/* Nothing came, nothing is left, nothing is to be made up: as it was in the tick before. */
static bool is_idle(const struct line *l)
{
	return !l->jitter.waiting && !l->jitter.is_playing && !l->n_ready && !l->is_sounding &&
	       !l->decoder && !l->keys && !l->noise_db;
}

/* What a stretch left over is silence by now and may go: packets and frames are in step again, so
 * that packets may be passed on. */
static void fall_into_step(struct line *l)
{
	if (l->decoder || l->is_sounding || l->n_ready >= PCM_FRAME)
		return;
	l->n_ready = 0;
	l->is_filled = false;
}

void line_say(struct line *l, struct pool *decoders, uint64_t now_us)
{
	int peak;

	l->came = LINE_NOTHING;
	if (is_idle(l))
		return;
	fall_into_step(l);
	if (l->decoder) {
		memcpy(l->before[1], l->before[0], sizeof(l->said));
		if (l->is_sounding)
			memcpy(l->before[0], l->said, sizeof(l->said));
		else
			memset(l->before[0], 0, sizeof(l->said));
	}
	fill(l, decoders, now_us);
	if (l->keys)
		ready_end(l); /* silence ends a press */
	l->n_ready -= PCM_FRAME;
	if (!l->is_filled) {
		l->is_sounding = false;
		return;
	}
	memcpy(l->said, l->ready, sizeof(l->said));
	memmove(l->ready, l->ready + PCM_FRAME, l->n_ready * sizeof(l->ready[0]));
	l->is_filled = l->n_ready > 0;
	if (l->fades_in)
		mix_scale(l->said, (struct gain_span){ 0, GAIN_UNITY });
	l->fades_in = false;
	if (l->keys)
		l->digit = pressed_frame(l->keys, l->said, l->made_up > 0);
	peak = level_peak(l->said, PCM_FRAME);
	l->is_sounding = l->n_listeners > 0 && peak > 0;
	if (l->is_sounding)
		quality_frame(&l->quality, l->said, peak);
}

void line_show(struct line *l)
{
	int64_t us = l->jitter.delay_us;

	quality_show(&l->quality, l->leg, us > 0 ? (uint32_t)us : 0, l->decoded, l->concealed);
}

static void count_gained(struct line *l)
{
	l->n_gained = 0;
	for (size_t i = 0; i < l->n_edges; i++)
		l->n_gained += !edge_is_plain(&l->edge[i]);
}

void line_unlisten(struct line *l, size_t at)
{
	assert(at < l->n_edges && l->edge[at].talker->n_listeners > 0);
	l->edge[at].talker->n_listeners--;
	l->edge[at] = l->edge[--l->n_edges];
	count_gained(l);
}

/* The control thread counts the edges that stay; of those that leave, the quietest goes at once. */
static void make_room(struct line *l)
{
	size_t best = l->n_edges;

	if (l->n_edges < l->edges_max)
		return;
	for (size_t i = 0; i < l->n_edges; i++)
		if (l->edge[i].is_leaving &&
			(best == l->n_edges || l->edge[i].gain.now < l->edge[best].gain.now))
			best = i;
	line_unlisten(l, best);
}

void line_listen(struct line *l, struct line *talker, int32_t factor, unsigned ramp_ms)
{
	size_t at = 0;

	while (at < l->n_edges && l->edge[at].talker != talker)
		at++;
	if (at == l->n_edges) {
		if (factor < 0)
			return;
		make_room(l);
		at = l->n_edges++;
		l->edge[at] = (struct edge){ .talker = talker, .gain = gain_at(0) };
		talker->n_listeners++;
	}
	l->edge[at].is_leaving = factor < 0;
	gain_ramp(&l->edge[at].gain, factor < 0 ? 0 : factor, ramp_ms);
	count_gained(l);
}

/* Backwards, because an edge that has faded goes and the last one takes its place. */
void line_step(struct line *l)
{
	if (!l->n_gained)
		return;
	for (size_t i = l->n_edges; i-- > 0;) {
		struct edge *e = &l->edge[i];

		gain_step(&e->gain);
		if (e->is_leaving && gain_is(&e->gain, 0)) {
			e->talker->n_listeners--;
			*e = l->edge[--l->n_edges];
		}
	}
	count_gained(l);
}
