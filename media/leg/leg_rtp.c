/*
 * RTP over UDP: a port a leg (two, when RTCP has one of its own).
 *
 * Only the configured host is listened to. Which of its ports is taken from the first packet that
 * is RTP (a NAT may have changed it), and kept until that port has been silent for a second. RTCP
 * is answered where it comes from, too: beside the sound, or on the port above.
 */
#include "media/leg/leg.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "media/leg/session.h"
#include "media/leg/udp.h"

struct leg_rtp {
	/* In the order of how often it is looked at. */
	struct leg leg;
	struct udp udp;
	struct leg_address remote; /* where we send; .bytes 0: nowhere yet */
	struct session session;
	bool has_learnt; /* remote's port is where packets came from */
	bool rtcp_muxes; /* RTCP goes beside the sound */
	bool has_learnt_rtcp;
	struct leg_address rtcp; /* where it goes otherwise, once it came from there */
	uint64_t came_ms;        /* the last packet from there */
};

static struct leg_rtp *rtp_of(struct leg *leg)
{
	return (struct leg_rtp *)leg; /* its first field */
}

static uint64_t now_us_of(const struct leg_rtp *r, uint64_t now_ms)
{
	return r->udp.has_stamps ? clock_mono_ns() / 1000 : now_ms * 1000;
}

static void send_rtcp(struct leg_rtp *r, const uint8_t *packet, size_t n)
{
	struct leg_address to = r->remote;

	if (!n)
		return;
	udp_set_port(&to, (uint16_t)(udp_port(&to) + 1));
	if (r->has_learnt_rtcp)
		to = r->rtcp;
	if (!(r->rtcp_muxes ? udp_send(&r->udp, &r->remote, packet, n)
			    : udp_send_apart(&r->udp, &to, packet, n)))
		r->leg.unsent++;
}

static bool has_spoken(const struct leg_rtp *r)
{
	return r->remote.bytes && r->session.reports.packets;
}

static void leg_free(struct leg *leg)
{
	struct leg_rtp *r = rtp_of(leg);
	uint8_t packet[SESSION_PACKET_MAX];

	if (leg->fd >= 0 && has_spoken(r))
		send_rtcp(r, packet, session_bye(&r->session, now_us_of(r, r->came_ms), packet));
	udp_close(&r->udp);
	session_end(&r->session);
	free(leg);
}

CLEAN_FN(leg_free, struct leg *)

static enum err leg_open(const struct leg_conf *conf, struct leg_bind *b, struct leg **out,
	uint16_t *port, struct why *why)
{
	struct leg_rtp *r = calloc(1, sizeof(*r));
	CLEAN(leg_free) struct leg *leg = r ? &r->leg : NULL;
	enum err err;

	if (!r)
		return FAIL(why, E_SYSTEM, "no memory for an RTP leg");
	leg->kind = &leg_kind_rtp;
	leg->fd = leg->peer_fd = r->udp.fd = r->udp.peer_fd = r->udp.rtcp_fd = -1;
	if ((err = session_begin(&r->session, conf, why)) != OK ||
		(err = udp_open(&r->udp, b, conf->rtcp_apart, port, why)) != OK)
		return err;
	leg->fd = r->udp.fd;
	leg->in_band = conf->in_band;
	leg->rests = conf->rests;
	r->rtcp_muxes = !conf->rtcp_apart;
	*out = TAKE(leg);
	return OK;
}

static bool leg_watch(struct leg *leg, int epoll_fd, void *whose)
{
	bool good = udp_watch(&rtp_of(leg)->udp, epoll_fd, whose);

	leg->peer_fd = rtp_of(leg)->udp.peer_fd;
	return good;
}

static void leg_unwatch(struct leg *leg)
{
	udp_unwatch(&rtp_of(leg)->udp);
}

/* Some ten system calls for the first, then two, whenever it is said, when it is learnt, and after
 * that at most each LEG_RELEARN_MS. */
static void aim(struct leg_rtp *r, const struct leg_address *at)
{
	r->remote = *at;
	udp_aim(&r->udp, at);
	r->leg.peer_fd = r->udp.peer_fd;
}

static void set_remote(struct leg *leg, const struct leg_address *remote)
{
	struct leg_rtp *r = rtp_of(leg);

	aim(r, remote);
	r->has_learnt = r->has_learnt_rtcp = false;
}

/* May this packet, which is RTP, speak for the other side? */
static bool is_theirs(struct leg_rtp *r, const struct leg_address *from, uint64_t now_ms)
{
	bool same = udp_port(from) == udp_port(&r->remote);

	if (r->has_learnt && !same && now_ms - r->came_ms < LEG_RELEARN_MS)
		return false;
	if (!same)
		aim(r, from);
	r->has_learnt = true;
	r->came_ms = now_ms;
	return true;
}

/* RTCP came: it is answered the same way. */
static bool told(struct leg_rtp *r, const struct udp_datagram *d, size_t bytes, bool is_apart)
{
	if (!session_told(&r->session, d->bytes, bytes, d->at_us))
		return false;
	r->rtcp_muxes = !is_apart;
	if (is_apart) {
		r->rtcp = d->from;
		r->has_learnt_rtcp = true;
	}
	return true;
}

/* Ours to hear: from where we listen, and genuine where that can be told. */
static bool take(struct leg_rtp *r, const struct udp_datagram *d, uint64_t now_ms, bool is_apart,
	struct leg_batch *out)
{
	struct leg_item *item = &out->item[out->n];
	size_t bytes = d->n;
	struct rtp rtp;

	if (!bytes || !r->remote.bytes || !udp_same_host(&d->from, &r->remote))
		return false;
	switch (session_read(&r->session, d->bytes, &bytes, &rtp)) {
	case SESSION_RTCP:
		return told(r, d, bytes, is_apart);
	case SESSION_RTP:
		if (is_apart || !is_theirs(r, &d->from, now_ms) ||
			!session_take(&r->session, &rtp, d->at_us, item))
			return false;
		r->leg.in++;
		out->n++;
		return true;
	case SESSION_NEITHER:
		break;
	}
	return false;
}

/* One datagram. false: none waits. */
static bool read_socket(
	struct leg_rtp *r, int fd, uint64_t now_ms, bool is_apart, struct leg_batch *out)
{
	struct udp_datagram d;

	if (!udp_receive(&r->udp, fd, now_ms * 1000, out->wall_ahead_us, out->bytes[out->n], &d))
		return false;
	if (!take(r, &d, now_ms, is_apart, out))
		r->leg.refused++;
	return true;
}

static void leg_receive(struct leg *leg, uint64_t now_ms, struct leg_batch *out)
{
	struct leg_rtp *r = rtp_of(leg);

	out->n = 0;
	out->has_more = (leg->peer_fd >= 0 && read_socket(r, leg->peer_fd, now_ms, false, out)) ||
			read_socket(r, leg->fd, now_ms, false, out);
}

/* Nobody waits for what comes to the port above; its stamps tell when it came. */
static void leg_report(struct leg *leg, uint64_t now_ms, struct leg_batch *spare)
{
	struct leg_rtp *r = rtp_of(leg);
	uint8_t packet[SESSION_PACKET_MAX];

	spare->n = 0;
	for (int i = 0; r->udp.rtcp_fd >= 0 && i < LEG_BATCH; i++)
		if (!read_socket(r, r->udp.rtcp_fd, now_ms, true, spare))
			break;
	if (has_spoken(r) || leg->in)
		send_rtcp(r, packet, session_report(&r->session, now_us_of(r, now_ms), packet));
}

static bool is_sending(const struct leg *leg)
{
	const struct leg_rtp *r = (const struct leg_rtp *)leg;

	return r->remote.bytes > 0 && !session_waits(&r->session);
}

static void leg_fetch(const struct leg *leg)
{
	const struct session *s = &((const struct leg_rtp *)leg)->session;

	rtp_seal_fetch(s->out, s->next.seq);
}

static void leg_key(struct leg *leg, struct rtp_seal *in)
{
	session_key(&rtp_of(leg)->session, in);
}

/* A packet the system refused is a packet the network lost: its number is spent. */
static void send_packet(struct leg_rtp *r, const uint8_t *packet, size_t n)
{
	unsigned dialled = session_dialled(&r->session);

	if (dialled)
		atomic_fetch_sub(&r->leg.dialling, dialled);
	if (!n)
		return;
	if (udp_send(&r->udp, &r->remote, packet, n))
		r->leg.out++;
	else
		r->leg.unsent++;
}

static void leg_send(struct leg *leg, const uint8_t *payload, size_t bytes, unsigned frames)
{
	struct leg_rtp *r = rtp_of(leg);
	uint8_t packet[SESSION_PACKET_MAX];

	send_packet(r, packet, session_say(&r->session, payload, bytes, frames, packet));
}

static void leg_pass(struct leg *leg, uint64_t frames)
{
	struct leg_rtp *r = rtp_of(leg);
	uint8_t packet[SESSION_PACKET_MAX];

	send_packet(r, packet, session_pass(&r->session, frames, r->remote.bytes ? packet : NULL));
}

static void leg_rest(struct leg *leg)
{
	struct leg_rtp *r = rtp_of(leg);
	uint8_t packet[SESSION_PACKET_MAX];

	send_packet(r, packet, session_rest(&r->session, packet));
}

static void leg_press(struct leg *leg, const char digits[LEG_DIGITS_MAX])
{
	/* Cannot overflow: who presses has counted them. */
	if (!dial_add(&rtp_of(leg)->session.dial, digits))
		leg->unsent++;
}

static void leg_quality(const struct leg *leg, struct leg_quality *out)
{
	session_quality(&((const struct leg_rtp *)leg)->session, out);
}

const struct leg_kind leg_kind_rtp = {
	.name = "rtp",
	.open = leg_open,
	.free = leg_free,
	.watch = leg_watch,
	.unwatch = leg_unwatch,
	.remote = set_remote,
	.key = leg_key,
	.receive = leg_receive,
	.report = leg_report,
	.fetch = leg_fetch,
	.is_sending = is_sending,
	.send = leg_send,
	.pass = leg_pass,
	.rest = leg_rest,
	.press = leg_press,
	.quality = leg_quality,
};
