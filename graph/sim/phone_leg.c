#include "graph/sim/phone_leg.h"

#include "bot/base/clean.h"
#include "bot/base/rng.h"

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	RATE = 16000,
	BITRATE = 40000,  /* wideband speech without audible loss */
	RECEIVE_MAX = 64, /* packets a tick: one a tick is due, the rest is a burst or a flood */
	PT_MIN = 96,
	PT_MAX = 127,
};

CLEAN_FN(phone_leg_drop, struct phone_leg *)

enum err phone_leg_address(const char *text, uint16_t port, struct sockaddr_storage *out,
	socklen_t *bytes, struct why *why)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_DGRAM };
	struct addrinfo *found = NULL;
	char service[8];

	snprintf(service, sizeof(service), "%u", port);
	if (!text || getaddrinfo(text, service, &hints, &found) != 0)
		return FAIL(why, E_MALFORMED,
			"RTP address \"%s\": must be numeric, as 127.0.0.1 or ::1",
			text ? text : "");
	memcpy(out, found->ai_addr, found->ai_addrlen);
	*bytes = found->ai_addrlen;
	freeaddrinfo(found);
	return OK;
}

static enum err check_types(const struct phone_leg_conf *conf, struct why *why)
{
	if (conf->payload_type < PT_MIN || conf->payload_type > PT_MAX ||
		conf->telephone_event < PT_MIN || conf->telephone_event > PT_MAX ||
		conf->payload_type == conf->telephone_event)
		return FAIL(why, E_MALFORMED,
			"RTP payload types %u and %u: must be two different ones of 96 to 127",
			conf->payload_type, conf->telephone_event);
	if (conf->port == 0)
		return FAIL(why, E_MALFORMED, "RTP port: must be 1 to 65535");
	return OK;
}

static enum err open_codec(struct phone_leg *l, struct why *why)
{
	int rc = 0;

	l->enc = opus_encoder_create(RATE, 1, OPUS_APPLICATION_VOIP, &rc);
	if (!l->enc)
		return FAIL_EXT(why, E_SYSTEM, rc, "Opus: %s", opus_strerror(rc));
	l->dec = opus_decoder_create(RATE, 1, &rc);
	if (!l->dec)
		return FAIL_EXT(why, E_SYSTEM, rc, "Opus: %s", opus_strerror(rc));
	opus_encoder_ctl(l->enc, OPUS_SET_BITRATE(BITRATE));
	opus_encoder_ctl(l->enc, OPUS_SET_COMPLEXITY(5));
	return OK;
}

static uint16_t port_of(const struct sockaddr_storage *a)
{
	return ntohs(a->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)a)->sin6_port
					      : ((const struct sockaddr_in *)a)->sin_port);
}

static enum err open_port(struct phone_leg *l, const char *bind_to, uint16_t *port, struct why *why)
{
	struct sockaddr_storage here;
	socklen_t bytes;
	enum err e = phone_leg_address(bind_to, 0, &here, &bytes, why);

	if (e != OK)
		return e;
	if (here.ss_family != l->to.ss_family)
		return FAIL(why, E_MALFORMED, "RTP: our address %s and theirs are of two families",
			bind_to);
	l->fd = socket(here.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0 || bind(l->fd, (struct sockaddr *)&here, bytes) != 0 ||
		getsockname(l->fd, (struct sockaddr *)&here, &bytes) != 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "RTP: %s: %s", bind_to, strerror(errno));
	*port = port_of(&here);
	return OK;
}

enum err phone_leg_make(const struct phone_leg_conf *conf, const char *bind_to,
	struct phone_leg **out, uint16_t *port, struct why *why)
{
	CLEAN(phone_leg_drop) struct phone_leg *l = calloc(1, sizeof(*l));
	enum err e;

	if (!l)
		return FAIL(why, E_SYSTEM, "no memory");
	l->fd = -1;
	l->payload_type = conf->payload_type;
	l->telephone_event = conf->telephone_event;
	random_bytes(&l->seq, sizeof(l->seq));
	random_bytes(&l->ts, sizeof(l->ts));
	random_bytes(&l->ssrc, sizeof(l->ssrc));
	e = check_types(conf, why);
	if (e == OK)
		e = phone_leg_address(conf->address, conf->port, &l->to, &l->to_bytes, why);
	if (e == OK)
		e = open_port(l, bind_to, port, why);
	if (e == OK)
		e = open_codec(l, why);
	if (e == OK)
		*out = TAKE(l);
	return e;
}

void phone_leg_drop(struct phone_leg *l)
{
	if (l->enc)
		opus_encoder_destroy(l->enc);
	if (l->dec)
		opus_decoder_destroy(l->dec);
	close_clean(&l->fd);
	free(l);
}

/* ---- in ---- */

static bool is_theirs(const struct phone_leg *l, const struct sockaddr_storage *from)
{
	if (from->ss_family != l->to.ss_family || port_of(from) != port_of(&l->to))
		return false;
	if (from->ss_family == AF_INET6)
		return memcmp(&((const struct sockaddr_in6 *)from)->sin6_addr,
			       &((const struct sockaddr_in6 *)&l->to)->sin6_addr, 16) == 0;
	return ((const struct sockaddr_in *)from)->sin_addr.s_addr ==
	       ((const struct sockaddr_in *)&l->to)->sin_addr.s_addr;
}

void phone_leg_take(struct phone_leg *l, const uint8_t *bytes, size_t n)
{
	struct phone_rtp rtp = { 0 };
	bool sound, good = phone_rtp_read(bytes, n, &rtp);

	sound = rtp.payload_type == l->payload_type && rtp.n > 0;
	if (!good || (!sound && rtp.payload_type != l->telephone_event)) {
		l->count.strange++;
		return;
	}
	if (!l->in_known || l->in_ssrc != rtp.ssrc) { /* a new source starts afresh */
		l->in_known = true;
		l->in_ssrc = rtp.ssrc;
		l->jitter.running = false;
		opus_decoder_ctl(l->dec, OPUS_RESET_STATE);
	}
	phone_jitter_put(&l->jitter, rtp.seq, rtp.payload, sound ? rtp.n : 0, &l->count);
}

void phone_leg_receive(struct phone_leg *l, bool wanted)
{
	for (int i = 0; i < RECEIVE_MAX; i++) {
		uint8_t bytes[RTP_BYTES_MAX];
		struct sockaddr_storage from;
		socklen_t from_bytes = sizeof(from);
		ssize_t n = recvfrom(l->fd, bytes, sizeof(bytes), MSG_TRUNC,
			(struct sockaddr *)&from, &from_bytes);

		if (n < 0)
			return; /* EAGAIN, or the kernel's word of a send nobody took */
		if (n > RTP_BYTES_MAX || !is_theirs(l, &from))
			l->count.strange++;
		else if (wanted)
			phone_leg_take(l, bytes, (size_t)n);
	}
}

static void add_sound(struct phone_leg *l, const struct jitter_slot *s, bool fec)
{
	int n = opus_decode(l->dec, s ? s->payload : NULL, s ? s->n : 0, l->pcm + l->n_pcm,
		s && !fec ? LEG_PCM_MAX : TICK_SAMPLES, fec);

	if (n < 0) { /* no Opus inside */
		l->count.strange++;
		n = opus_decode(l->dec, NULL, 0, l->pcm + l->n_pcm, TICK_SAMPLES, 0);
	}
	l->n_pcm += n > 0 ? (size_t)n : 0;
}

static bool add_turn(struct phone_leg *l)
{
	const struct jitter_slot *packet;

	switch (phone_jitter_take(&l->jitter, &packet, &l->count)) {
	case JITTER_PACKET:
		add_sound(l, packet, false);
		return true;
	case JITTER_LOST:
		add_sound(l, packet, packet != NULL);
		return true;
	case JITTER_DRY:
		add_sound(l, NULL, false);
		return true;
	case JITTER_SILENCE:
		break;
	}
	memset(l->pcm + l->n_pcm, 0, TICK_SAMPLES * sizeof(l->pcm[0]));
	l->n_pcm += TICK_SAMPLES;
	return false;
}

bool phone_leg_hear(struct phone_leg *l, int16_t out[TICK_SAMPLES])
{
	bool some = l->n_pcm > 0;

	/* Opus frames may be as short as 2.5 ms; a turn without a sample would be an error. */
	for (int i = 0; i < 8 && l->n_pcm < TICK_SAMPLES; i++)
		some = add_turn(l) || some;
	if (l->n_pcm < TICK_SAMPLES) {
		memset(out, 0, TICK_SAMPLES * sizeof(out[0]));
		return false;
	}
	memcpy(out, l->pcm, TICK_SAMPLES * sizeof(out[0]));
	l->n_pcm -= TICK_SAMPLES;
	memmove(l->pcm, l->pcm + TICK_SAMPLES, l->n_pcm * sizeof(l->pcm[0]));
	return some;
}

/* ---- out ---- */

static bool send_packet(struct phone_leg *l, struct phone_rtp *rtp)
{
	uint8_t bytes[RTP_BYTES_MAX];
	size_t n;

	rtp->seq = l->seq++;
	rtp->ssrc = l->ssrc;
	n = phone_rtp_write(bytes, rtp);
	if (sendto(l->fd, bytes, n, 0, (struct sockaddr *)&l->to, l->to_bytes) == (ssize_t)n)
		return true;
	l->count.out_refused++;
	return false;
}

void phone_leg_say(struct phone_leg *l, const int16_t pcm[TICK_SAMPLES])
{
	uint8_t sound[RTP_BYTES_MAX - RTP_HEAD], key[4];
	struct phone_rtp rtp = { .payload_type = l->payload_type,
		.marker = !l->out_begun,
		.ts = l->ts,
		.payload = sound };
	struct phone_rtp event = { .payload_type = l->telephone_event };
	int n = opus_encode(l->enc, pcm, TICK_SAMPLES, sound, sizeof(sound));

	assert(n > 0); /* the arguments are constants but for the samples */
	rtp.n = (size_t)n;
	l->out_begun = true;
	if (send_packet(l, &rtp))
		l->count.out++;
	if (phone_keys_next(&l->keys, l->ts, key, &event) && send_packet(l, &event))
		l->count.out_events++;
	l->ts += RTP_TICK;
}

void phone_leg_key(struct phone_leg *l, char digit)
{
	if (!phone_keys_push(&l->keys, digit))
		l->count.out_refused++;
}

void phone_leg_skip(struct phone_leg *l, uint64_t ticks)
{
	l->ts += (uint32_t)(ticks * RTP_TICK);
}
