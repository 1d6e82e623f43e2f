/*
 * Who hears himself: every packet that is sent comes back as it was, at the next tick. An echo to
 * talk to, and a far end for tests that needs no socket.
 */
#include "media/leg/leg.h"

#include <stdlib.h>
#include <string.h>

struct leg_loop {
	struct leg leg;
	uint32_t frame_ticks, ts;
	uint16_t seq;
	struct leg_batch *back; /* what was sent since the last receive */
};

static struct leg_loop *loop_of(struct leg *leg)
{
	return (struct leg_loop *)leg; /* its first field */
}

static void leg_free(struct leg *leg)
{
	free(loop_of(leg)->back);
	free(leg);
}

static enum err leg_open(const struct leg_conf *conf, struct leg_bind *b, struct leg **out,
	uint16_t *port, struct why *why)
{
	const struct codec *codec = conf->codec ? conf->codec : &codec_opus;
	struct leg_loop *l = calloc(1, sizeof(*l));

	(void)b;
	if (!l || !(l->back = calloc(1, sizeof(*l->back)))) {
		free(l);
		return FAIL(why, E_SYSTEM, "no memory for a loopback leg");
	}
	l->leg.kind = &leg_kind_loop;
	l->leg.fd = l->leg.peer_fd = -1;
	l->frame_ticks = codec->clock_hz / 1000 * PCM_FRAME_MS;
	*out = &l->leg;
	*port = 0;
	return OK;
}

static void leg_receive(struct leg *leg, uint64_t now_ms, struct leg_batch *out)
{
	struct leg_loop *l = loop_of(leg);

	(void)now_ms;
	out->has_more = false;
	out->n = l->back->n;
	for (size_t i = 0; i < out->n; i++) {
		out->item[i] = l->back->item[i];
		out->item[i].payload = out->bytes[i];
		memcpy(out->bytes[i], l->back->bytes[i], out->item[i].payload_bytes);
	}
	l->leg.in += out->n;
	l->back->n = 0;
}

static bool is_sending(const struct leg *leg)
{
	(void)leg;
	return true;
}

static void leg_pass(struct leg *leg, uint64_t frames)
{
	loop_of(leg)->ts += (uint32_t)frames * loop_of(leg)->frame_ticks;
}

static void leg_send(struct leg *leg, const uint8_t *payload, size_t bytes, unsigned frames)
{
	struct leg_loop *l = loop_of(leg);
	uint16_t seq = l->seq++;

	if (bytes && l->back->n < LEG_BATCH && bytes <= LEG_PACKET_MAX) {
		l->back->item[l->back->n] = (struct leg_item){
			.is_sound = true, .seq = seq, .ts = l->ts, .ssrc = 1, .payload_bytes = bytes
		};
		memcpy(l->back->bytes[l->back->n++], payload, bytes);
		leg->out++;
	} else {
		leg->unsent += bytes > 0;
	}
	leg_pass(leg, frames);
}

const struct leg_kind leg_kind_loop = {
	.name = "loop",
	.open = leg_open,
	.free = leg_free,
	.receive = leg_receive,
	.is_sending = is_sending,
	.send = leg_send,
	.pass = leg_pass,
};
