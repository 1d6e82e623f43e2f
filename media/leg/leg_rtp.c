/*
 * RTP over UDP: one socket, and one SSRC, sequence and timeline for the leg's whole life, whatever
 * feeds it.
 *
 * Only the configured host is listened to. Which of its ports is taken from the first packet that
 * is RTP (a NAT may have changed it), and kept until that port has been silent for a second.
 */
#include "media/leg/leg.h"

#include "bot/base/clean.h"
#include "bot/base/rng.h"
#include "media/leg/rtp.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

enum { TELEPHONE_EVENT = 101, PAYLOAD_TYPES = 128 };

struct leg_rtp {
	struct leg leg;
	const struct codec *codec;
	uint8_t payload_type, telephone_event;
	struct leg_address remote; /* where we send; .bytes 0: nowhere yet */
	bool has_learnt;           /* remote's port is where packets came from */
	uint64_t came_ms;          /* the last packet from there */
	struct rtp next;           /* what the next packet sent will say */
	struct rtp_presses presses;
	struct rtp_seal *out, *in; /* NULL: plain */
};

static struct leg_rtp *rtp_of(struct leg *leg)
{
	return (struct leg_rtp *)leg; /* its first field */
}

static void leg_free(struct leg *leg)
{
	if (leg->fd >= 0)
		close(leg->fd);
	rtp_seal_free(rtp_of(leg)->out);
	rtp_seal_free(rtp_of(leg)->in);
	free(leg);
}

CLEAN_FN(leg_free, struct leg *)

static bool try_port(int fd, struct leg_address *at, uint16_t port)
{
	*(at->any.sa_family == AF_INET ? &at->ip4.sin_port : &at->ip6.sin6_port) = htons(port);
	return bind(fd, &at->any, at->bytes) == 0;
}

/* The even ports of the range in turn: RFC 3550 leaves the odd one above to RTCP. */
static enum err bind_in_range(int fd, struct leg_address *at, struct leg_bind *b, struct why *why)
{
	unsigned first = b->port_first + b->port_first % 2u, last = b->port_last & ~1u;
	unsigned n = last >= first ? (last - first) / 2 + 1 : 0;
	unsigned start = b->port_next >= first && b->port_next <= last ? b->port_next : first;

	for (unsigned i = 0; i < n; i++) {
		unsigned port = first + ((start - first) / 2 + i) % n * 2;

		if (try_port(fd, at, (uint16_t)port)) {
			b->port_next = (uint16_t)(port + 2);
			return OK;
		}
		if (errno != EADDRINUSE)
			return FAIL_EXT(why, E_SYSTEM, errno, "bind %s port %u: %s", b->address,
				port, strerror(errno));
	}
	return FAIL(why, E_LIMIT, "all %u even ports of %u-%u on %s are taken", n,
		(unsigned)b->port_first, (unsigned)b->port_last, b->address);
}

static enum err bind_socket(
	int fd, struct leg_bind *b, struct leg_address *at, uint16_t *port, struct why *why)
{
	enum err err;

	if (b->port_first == 0 && b->port_last == 0) {
		if (!try_port(fd, at, 0))
			return FAIL_EXT(
				why, E_SYSTEM, errno, "bind %s: %s", b->address, strerror(errno));
	} else if ((err = bind_in_range(fd, at, b, why)) != OK) {
		return err;
	}
	if (getsockname(fd, &at->any, &at->bytes) < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "getsockname: %s", strerror(errno));
	*port = ntohs(at->any.sa_family == AF_INET ? at->ip4.sin_port : at->ip6.sin6_port);
	return OK;
}

static enum err set_types(struct leg_rtp *r, const struct leg_conf *conf, struct why *why)
{
	r->codec = conf->codec ? conf->codec : &codec_opus;
	r->payload_type = conf->payload_type ? conf->payload_type : r->codec->payload_type;
	r->telephone_event = conf->telephone_event ? conf->telephone_event : TELEPHONE_EVENT;
	if (r->payload_type >= PAYLOAD_TYPES || r->telephone_event >= PAYLOAD_TYPES ||
		r->payload_type == r->telephone_event)
		return FAIL(why, E_MALFORMED,
			"payload types %u for sound and %u for events; want two different ones "
			"below %d",
			(unsigned)r->payload_type, (unsigned)r->telephone_event, PAYLOAD_TYPES);
	return OK;
}

static enum err set_seals(struct leg_rtp *r, const struct leg_conf *conf, struct why *why)
{
	enum err err;

	if (!conf->key_out && !conf->key_in)
		return OK;
	if (!conf->key_out || !conf->key_in)
		return FAIL(why, E_MALFORMED, "SRTP in one direction only; want a key for each");
	err = rtp_seal_new(conf->key_out, &r->out, why);
	return err == OK ? rtp_seal_new(conf->key_in, &r->in, why) : err;
}

/* Chance where RFC 3550 asks for it, so that strangers cannot guess the stream. The first number
 * lies in the lower half, so that SRTP's rollover count cannot be mistaken at the start. */
static void set_start(struct rtp *next, uint8_t payload_type)
{
	*next = (struct rtp){ .marker = true };
	random_bytes(&next->ssrc, sizeof(next->ssrc));
	random_bytes(&next->ts, sizeof(next->ts));
	random_bytes(&next->seq, sizeof(next->seq));
	next->seq &= 0x7fff;
	next->payload_type = payload_type;
}

static enum err leg_open(const struct leg_conf *conf, struct leg_bind *b, struct leg **out,
	uint16_t *port, struct why *why)
{
	CLEAN(leg_free) struct leg *leg = NULL;
	struct leg_address at;
	struct leg_rtp *r;
	enum err err;

	if ((err = leg_address_parse(b->address, 0, &at, why)) != OK)
		return err;
	r = calloc(1, sizeof(*r));
	if (!r)
		return FAIL(why, E_SYSTEM, "no memory for an RTP leg");
	leg = &r->leg;
	leg->kind = &leg_kind_rtp;
	leg->fd = -1;
	if ((err = set_types(r, conf, why)) != OK || (err = set_seals(r, conf, why)) != OK)
		return err;
	leg->fd = socket(at.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (leg->fd < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "socket: %s", strerror(errno));
	if ((err = bind_socket(leg->fd, b, &at, port, why)) != OK)
		return err;
	set_start(&r->next, r->payload_type);
	*out = TAKE(leg);
	return OK;
}

static void set_remote(struct leg *leg, const struct leg_address *remote)
{
	rtp_of(leg)->remote = *remote;
	rtp_of(leg)->has_learnt = false;
}

static bool same_host(const struct leg_address *a, const struct leg_address *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	if (a->any.sa_family == AF_INET)
		return a->ip4.sin_addr.s_addr == b->ip4.sin_addr.s_addr;
	return memcmp(&a->ip6.sin6_addr, &b->ip6.sin6_addr, sizeof(a->ip6.sin6_addr)) == 0;
}

static bool same_port(const struct leg_address *a, const struct leg_address *b)
{
	return a->any.sa_family == AF_INET ? a->ip4.sin_port == b->ip4.sin_port
					   : a->ip6.sin6_port == b->ip6.sin6_port;
}

/* May this packet, which is RTP, speak for the other side? */
static bool is_theirs(struct leg_rtp *r, const struct leg_address *from, uint64_t now_ms)
{
	if (!r->remote.bytes || !same_host(from, &r->remote))
		return false;
	if (r->has_learnt && !same_port(from, &r->remote) && now_ms - r->came_ms < LEG_RELEARN_MS)
		return false;
	if (!same_port(from, &r->remote))
		r->remote = *from;
	r->has_learnt = true;
	r->came_ms = now_ms;
	return true;
}

static bool understand(struct leg_rtp *r, const struct rtp *p, struct leg_item *out)
{
	*out = (struct leg_item){ .seq = p->seq, .ts = p->ts, .ssrc = p->ssrc };
	if (p->payload_type == r->telephone_event) {
		out->digit = rtp_press(&r->presses, p);
		return true;
	}
	out->is_sound = true;
	out->payload = p->payload;
	out->payload_bytes = p->payload_bytes;
	return p->payload_type == r->payload_type && p->payload_bytes > 0 &&
	       p->payload_bytes <= CODEC_PAYLOAD_MAX;
}

/* Ours to hear: genuine where that can be told, and from where we listen. */
static bool take(struct leg_rtp *r, uint8_t *packet, size_t bytes, const struct leg_address *from,
	uint64_t now_ms, struct leg_item *out)
{
	struct rtp p;

	if (r->in && rtp_unprotect(r->in, packet, &bytes) != OK)
		return false;
	return rtp_parse(packet, bytes, &p) == OK && is_theirs(r, from, now_ms) &&
	       understand(r, &p, out);
}

static void leg_receive(struct leg *leg, uint64_t now_ms, struct leg_batch *out)
{
	struct leg_address from[LEG_BATCH];
	struct mmsghdr msg[LEG_BATCH];
	struct iovec at[LEG_BATCH];
	int n;

	for (size_t i = 0; i < LEG_BATCH; i++) {
		at[i] = (struct iovec){ out->bytes[i], LEG_PACKET_MAX };
		msg[i] = (struct mmsghdr){ .msg_hdr = { .msg_name = &from[i].any,
						   .msg_namelen = sizeof(from[i].ip6),
						   .msg_iov = &at[i],
						   .msg_iovlen = 1 } };
	}
	out->n = 0;
	out->is_full = false;
	n = recvmmsg(leg->fd, msg, LEG_BATCH, 0, NULL);
	for (int i = 0; i < n; i++) {
		from[i].bytes = msg[i].msg_hdr.msg_namelen;
		if (msg[i].msg_hdr.msg_flags & MSG_TRUNC ||
			!take(rtp_of(leg), out->bytes[i], msg[i].msg_len, &from[i], now_ms,
				&out->item[out->n])) {
			leg->refused++;
			continue;
		}
		out->n++;
		leg->in++;
	}
	out->is_full = n == LEG_BATCH;
}

static bool is_sending(const struct leg *leg)
{
	const struct leg_rtp *r = (const struct leg_rtp *)leg;

	return r->remote.bytes > 0;
}

static void leg_pass(struct leg *leg, uint64_t frames)
{
	struct leg_rtp *r = rtp_of(leg);

	r->next.ts += (uint32_t)frames * (r->codec->clock_hz / 1000 * PCM_FRAME_MS);
	r->next.marker = true; /* RFC 3551: the first packet after a silence */
}

/* The packet is shared with others who hear the same, so what is sealed is a copy. */
static bool send_sealed(struct leg_rtp *r, const uint8_t *payload, size_t bytes)
{
	uint8_t packet[RTP_HEADER_BYTES + CODEC_PAYLOAD_MAX + RTP_GROWTH_MAX];
	size_t n = RTP_HEADER_BYTES + bytes;

	rtp_write(&r->next, packet);
	memcpy(packet + RTP_HEADER_BYTES, payload, bytes);
	return rtp_protect(r->out, packet, &n) == OK &&
	       sendto(r->leg.fd, packet, n, MSG_NOSIGNAL, &r->remote.any, r->remote.bytes) >= 0;
}

static bool send_plain(struct leg_rtp *r, const uint8_t *payload, size_t bytes)
{
	uint8_t header[RTP_HEADER_BYTES];
	struct iovec at[2] = { { header, sizeof(header) }, { (void *)payload, bytes } };
	struct msghdr msg = { .msg_name = &r->remote.any,
		.msg_namelen = r->remote.bytes,
		.msg_iov = at,
		.msg_iovlen = 2 };

	rtp_write(&r->next, header);
	return sendmsg(r->leg.fd, &msg, MSG_NOSIGNAL) >= 0;
}

static void leg_send(struct leg *leg, const uint8_t *payload, size_t bytes, unsigned frames)
{
	struct leg_rtp *r = rtp_of(leg);

	if (!(r->out ? send_sealed(r, payload, bytes) : send_plain(r, payload, bytes)))
		leg->unsent++;
	else
		leg->out++;
	/* A packet the system refused is a packet the network lost: its number is spent. */
	leg_pass(leg, frames);
	r->next.seq++;
	r->next.marker = false;
}

const struct leg_kind leg_kind_rtp = {
	.name = "rtp",
	.open = leg_open,
	.free = leg_free,
	.remote = set_remote,
	.receive = leg_receive,
	.is_sending = is_sending,
	.send = leg_send,
	.pass = leg_pass,
};
