#include "media/engine/pass.h"

#include <string.h>

enum { PASS_QUIET = 3 }; /* frames without a voice, then a decoder that joins him is in step */

/* Whether the talker must be decoded for this line. */
static void spare(struct feed *f, bool is_spared)
{
	if (f->talker && is_spared != f->is_spared)
		f->talker->n_passing += is_spared ? 1u : -1u;
	f->is_spared = is_spared;
}

void pass_end(struct line *l)
{
	spare(&l->feed, false);
	l->feed.talker = NULL;
}

/* Whom it hears reaches it as he is, with nothing of ours beside him. */
static bool is_plain(const struct line *l, const struct line *talker)
{
	return !l->n_gained && talker->codec == l->sends && !talker->is_closing && !l->is_closing &&
	       player_idles(&l->player) && !l->beep && l->leg->kind->is_sending(l->leg);
}

/* Whoever speaks up. */
static bool hears_only(const struct line *l, const struct line *talker)
{
	return l->n_edges == 1 && l->edge[0].talker == talker && is_plain(l, talker);
}

void pass_check(struct line *l)
{
	struct line *talker = l->feed.talker;

	if (!talker || l->feed.ahead)
		return;
	if (talker->is_closing)
		pass_end(l);
	else
		spare(&l->feed, hears_only(l, talker));
}

/* His packet is this tick's sound and no more, so that the next tick is free for others. */
static bool is_one_frame(const struct line *t)
{
	return t->came != LINE_PACKET || t->packet.ticks == t->jitter.frame_ticks;
}

static bool still_passes(const struct mixer *m, const struct line *l)
{
	const struct line *t = l->feed.talker;

	if (t->came == LINE_OTHER)
		return false;
	return l->feed.is_spared ||
	       (is_plain(l, t) && is_one_frame(t) && !mixer_hears_but(m, l, t));
}

/* From a pause of his, or before he said anything. */
static bool is_pause(const struct line *t)
{
	if (t->came != LINE_PACKET &&
		(t->came != LINE_NOTHING || t->n_ready || t->jitter.is_playing))
		return false;
	return !t->decoder || !t->gate.is_open || t->gate.quiet >= PASS_QUIET;
}

/* Who may be passed on from now on; NULL: nobody. */
static struct line *one_to_pass(const struct mixer *m, const struct line *l)
{
	struct line *t;

	if (!l->n_edges || l->n_gained || !l->sends->absent)
		return NULL;
	t = l->n_edges == 1 ? l->edge[0].talker : mixer_talker(m, l);
	if (!t || !is_pause(t) || !is_plain(l, t))
		return NULL;
	return l->n_edges == 1 || (is_one_frame(t) && !mixer_hears_but(m, l, t)) ? t : NULL;
}

bool pass_is_on(const struct mixer *m, struct line *l)
{
	struct feed *f = &l->feed;

	if (f->talker && still_passes(m, l))
		return true;
	pass_end(l);
	f->talker = one_to_pass(m, l);
	f->last_bytes = 0;
	return f->talker != NULL;
}

static void pass_packet(struct line *l, const struct jitter_packet *p)
{
	unsigned frames = p->ticks / l->feed.talker->jitter.frame_ticks;
	struct feed *f = &l->feed;

	l->leg->kind->send(l->leg, p->payload, p->payload_bytes, frames);
	f->ahead = frames - 1;
	f->last_bytes = (uint8_t)(p->payload_bytes < sizeof(f->last) ? p->payload_bytes
								     : sizeof(f->last));
	memcpy(f->last, p->payload, f->last_bytes);
	l->passed++;
}

void pass_send(struct line *l)
{
	uint8_t nothing[CODEC_PAYLOAD_MAX];
	struct feed *f = &l->feed;

	f->kind = FEED_PASSED;
	f->was = f->talker;
	f->key = f->talker->part;
	f->sound = NULL;
	if (f->talker->came == LINE_PACKET)
		pass_packet(l, &f->talker->packet);
	else if (f->talker->came == LINE_GAP)
		l->leg->kind->send(l->leg, NULL, 0, 1);
	else
		l->leg->kind->send(
			l->leg, nothing, l->codec->absent(f->last, f->last_bytes, nothing), 1);
}
