#include "media/engine/line.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)JITTER_PAYLOAD_MAX >= (int)CODEC_PAYLOAD_MAX, "what a leg takes can wait");

/* Of RTP's clock, which runs slower than our samples for G.711 and G.722, faster for Opus. */
static uint32_t ticks_of(const struct codec *codec, size_t samples)
{
	return (uint32_t)(samples * codec->clock_hz / PCM_RATE);
}

static size_t samples_of(const struct codec *codec, uint32_t ticks)
{
	return (size_t)ticks * PCM_RATE / codec->clock_hz;
}

struct line *line_new(uint64_t room, struct leg *leg, const struct codec *codec, unsigned hears_max)
{
	size_t edges_max = hears_max + LINE_EDGES_LEAVING;
	struct line *l = calloc(1, sizeof(*l) + edges_max * sizeof(l->edge[0]));

	if (!l)
		return NULL;
	l->room = room;
	l->codec = codec;
	l->edges_max = edges_max;
	l->made_up = LINE_CONCEALED_MAX;
	jitter_init(&l->jitter, ticks_of(codec, PCM_FRAME), LINE_CUSHION);
	l->decoder = codec->decoder_new();
	if (stream_init(&l->stream, codec) != OK || !l->decoder) {
		line_free(l);
		return NULL;
	}
	l->leg = leg;
	return l;
}

void line_free(struct line *l)
{
	if (!l)
		return;
	stream_fini(&l->stream);
	if (l->decoder)
		l->codec->decoder_free(l->decoder);
	if (l->leg)
		l->leg->kind->free(l->leg);
	free(l);
}

void line_packet(struct line *l, const struct leg_item *item, uint64_t now_ms)
{
	struct jitter_packet p = { .ssrc = item->ssrc,
		.ts = item->ts,
		.seq = item->seq,
		.payload = item->payload,
		.payload_bytes = item->payload_bytes };

	if (!item->is_sound) {
		jitter_other(&l->jitter, item->ssrc, item->seq);
		return;
	}
	p.ticks = ticks_of(l->codec, l->codec->samples(item->payload, item->payload_bytes));
	if (!p.ticks)
		l->refused++;
	else if (jitter_put(&l->jitter, &p, now_ms) == JITTER_NEW)
		l->codec->decoder_reset(l->decoder);
}

/* A frame that no packet brought, in place of a lost one or to end a sound without a step. */
static size_t make_up(struct line *l, bool is_lost, int16_t *out)
{
	if (!l->is_decoding || l->made_up >= LINE_CONCEALED_MAX) {
		memset(out, 0, PCM_FRAME * sizeof(*out));
		return PCM_FRAME;
	}
	l->codec->conceal(l->decoder, out);
	l->concealed++;
	l->made_up = is_lost ? l->made_up + 1 : LINE_CONCEALED_MAX;
	if (l->made_up == LINE_CONCEALED_MAX)
		mix_scale(out, (struct gain_span){ GAIN_UNITY, 0 });
	return PCM_FRAME;
}

static size_t decode(struct line *l, const struct jitter_packet *p, int16_t *out)
{
	size_t n = samples_of(l->codec, p->ticks);

	if (!l->is_decoding) {
		memset(out, 0, n * sizeof(*out));
		return n;
	}
	n = l->codec->decode(l->decoder, p->payload, p->payload_bytes, out);
	if (!n)
		return make_up(l, true, out);
	l->decoded++;
	l->fades_in |= l->made_up == LINE_CONCEALED_MAX;
	l->made_up = 0;
	return n;
}

static void fetch(struct line *l, uint64_t now_ms)
{
	int16_t *out = l->ready + l->n_ready;
	enum jitter_take take;
	struct jitter_packet p;

	take = jitter_take(&l->jitter, now_ms, &p);
	if (take == JITTER_PACKET)
		l->n_ready += decode(l, &p, out);
	else
		l->n_ready += make_up(l, take == JITTER_LOST, out);
}

/* Somebody begins to listen in the middle of a stream: the packets just skipped bring the decoder
 * into step, so that its first frames are no burst. */
static void warm_up(struct line *l)
{
	int16_t unheard[CODEC_SAMPLES_MAX];
	struct jitter_packet p;

	l->codec->decoder_reset(l->decoder);
	for (unsigned back = 2; back-- > 0;)
		if (jitter_taken(&l->jitter, back, &p))
			l->codec->decode(l->decoder, p.payload, p.payload_bytes, unheard);
	l->made_up = LINE_CONCEALED_MAX;
}

static bool sounds(const int16_t frame[PCM_FRAME])
{
	int16_t any = 0;

	for (size_t i = 0; i < PCM_FRAME; i++)
		any |= frame[i];
	return any != 0;
}

void line_say(struct line *l, uint64_t now_ms)
{
	bool is_wanted = l->n_listeners > 0;

	if (is_wanted && !l->is_decoding)
		warm_up(l);
	l->is_decoding = is_wanted;
	while (l->n_ready < PCM_FRAME)
		fetch(l, now_ms);
	memcpy(l->said, l->ready, sizeof(l->said));
	l->n_ready -= PCM_FRAME;
	memmove(l->ready, l->ready + PCM_FRAME, l->n_ready * sizeof(l->ready[0]));
	if (l->fades_in)
		mix_scale(l->said, (struct gain_span){ 0, GAIN_UNITY });
	l->fades_in = false;
	l->is_sounding = is_wanted && sounds(l->said);
}

void line_unlisten(struct line *l, size_t at)
{
	assert(at < l->n_edges && l->edge[at].talker->n_listeners > 0);
	l->edge[at].talker->n_listeners--;
	l->edge[at] = l->edge[--l->n_edges];
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
}

void line_send(struct line *l, const int16_t frame[PCM_FRAME], bool is_silent)
{
	if (!l->leg->kind->is_sending(l->leg)) {
		l->leg->kind->pass(l->leg, 1);
		return;
	}
	l->encoded += stream_encode(&l->stream, frame, is_silent);
	l->leg->kind->send(l->leg, l->stream.payload, l->stream.bytes, 1);
}
