#include "media/leg/session.h"

#include <string.h>

enum { TELEPHONE_EVENT = 101, PAYLOAD_TYPES = 128, NARROW_HZ = 8000, NOISE_MASK = 0x7f };

static enum err set_types(struct session *s, const struct leg_conf *conf, struct why *why)
{
	s->codec = conf->codec ? conf->codec : &codec_opus;
	s->payload_type = conf->payload_type ? conf->payload_type : s->codec->payload_type;
	s->telephone_event = conf->telephone_event ? conf->telephone_event : TELEPHONE_EVENT;
	s->event_hz = conf->event_hz ? conf->event_hz : s->codec->clock_hz;
	s->comfort_noise = conf->comfort_noise               ? conf->comfort_noise
			   : s->codec->clock_hz == NARROW_HZ ? SESSION_COMFORT_NOISE
							     : 0;
	if (s->payload_type >= PAYLOAD_TYPES || s->telephone_event >= PAYLOAD_TYPES ||
		s->payload_type == s->telephone_event)
		return FAIL(why, E_MALFORMED,
			"payload types %u for sound and %u for events; want two different ones "
			"below %d",
			(unsigned)s->payload_type, (unsigned)s->telephone_event, PAYLOAD_TYPES);
	if (s->comfort_noise >= PAYLOAD_TYPES || s->comfort_noise == s->payload_type ||
		s->comfort_noise == s->telephone_event)
		return FAIL(why, E_MALFORMED,
			"payload type %u for comfort noise; want one of its own below %d",
			(unsigned)s->comfort_noise, PAYLOAD_TYPES);
	if (conf->rests && !s->comfort_noise)
		return FAIL(why, E_MALFORMED,
			"to rest wants a payload type for comfort noise beside %s", s->codec->name);
	if (s->event_hz > s->codec->clock_hz || s->event_hz < 1000)
		return FAIL(why, E_MALFORMED,
			"telephone-event/%u beside a clock of %u Hz; want 8000 or the same",
			(unsigned)s->event_hz, (unsigned)s->codec->clock_hz);
	return OK;
}

static enum err set_seals(struct session *s, const struct leg_conf *conf, struct why *why)
{
	enum err err;

	if (!conf->key_out && !conf->key_in)
		return OK;
	if (!conf->key_out)
		return FAIL(why, E_MALFORMED, "SRTP in one direction only; want a key for each");
	err = rtp_seal_new(conf->key_out, &s->out, why);
	return err == OK && conf->key_in ? rtp_seal_new(conf->key_in, &s->in, why) : err;
}

void session_key(struct session *s, struct rtp_seal *in)
{
	if (session_waits(s))
		s->in = in;
	else
		rtp_seal_free(in);
}

/* Chance where RFC 3550 asks for it, so that strangers cannot guess the stream. The first number
 * lies in the lower half, so that SRTP's rollover count cannot be mistaken at the start. */
static void set_start(struct session *s)
{
	uint8_t chance[20];

	random_bytes(chance, sizeof(chance));
	reports_init(&s->reports, chance);
	s->next = (struct rtp){ .marker = true };
	random_bytes(&s->next.ssrc, sizeof(s->next.ssrc));
	random_bytes(&s->next.ts, sizeof(s->next.ts));
	random_bytes(&s->next.seq, sizeof(s->next.seq));
	s->next.seq &= 0x7fff;
}

enum err session_begin(struct session *s, const struct leg_conf *conf, struct why *why)
{
	enum err err;

	*s = (struct session){ 0 };
	if ((err = set_types(s, conf, why)) != OK)
		return err;
	set_start(s);
	return set_seals(s, conf, why);
}

void session_end(struct session *s)
{
	rtp_seal_free(s->out);
	rtp_seal_free(s->in);
	s->out = s->in = NULL;
}

enum session_kind session_read(struct session *s, uint8_t *packet, size_t *bytes, struct rtp *rtp)
{
	if (session_waits(s))
		return SESSION_NEITHER;
	if (rtcp_is(packet, *bytes))
		return s->in && rtcp_unprotect(s->in, packet, bytes) != OK ? SESSION_NEITHER
									   : SESSION_RTCP;
	if (s->in && rtp_unprotect(s->in, packet, bytes) != OK)
		return SESSION_NEITHER;
	return rtp_parse(packet, *bytes, rtp) == OK ? SESSION_RTP : SESSION_NEITHER;
}

/* The stream's clock at a moment of ours; only differences mean anything. */
static uint32_t ticks_at(const struct session *s, uint64_t at_us)
{
	return (uint32_t)(at_us / 1000000 * s->codec->clock_hz +
			  at_us % 1000000 * s->codec->clock_hz / 1000000);
}

static bool understand(struct session *s, const struct rtp *p, struct leg_item *out)
{
	if (p->payload_type == s->telephone_event) {
		out->digit = rtp_press(&s->presses, p);
		return true;
	}
	if (s->comfort_noise && p->payload_type == s->comfort_noise) {
		out->is_noise = p->payload_bytes > 0;
		out->noise_db = out->is_noise ? p->payload[0] & NOISE_MASK : 0;
		return out->is_noise;
	}
	out->is_sound = true;
	out->payload = p->payload;
	out->payload_bytes = p->payload_bytes;
	return p->payload_type == s->payload_type && p->payload_bytes > 0 &&
	       p->payload_bytes <= CODEC_PAYLOAD_MAX;
}

bool session_take(struct session *s, const struct rtp *p, uint64_t at_us, struct leg_item *out)
{
	*out = (struct leg_item){ .seq = p->seq, .ts = p->ts, .ssrc = p->ssrc, .at_us = at_us };
	if (!understand(s, p, out))
		return false;
	reception_packet(&s->heard, p->ssrc, p->seq, p->ts, ticks_at(s, at_us), out->is_sound);
	return true;
}

bool session_told(struct session *s, const uint8_t *packet, size_t bytes, uint64_t at_us)
{
	struct rtcp r;

	if (rtcp_parse(packet, bytes, s->next.ssrc, &r) != OK)
		return false;
	reports_came(&s->reports, &r, at_us);
	return true;
}

static void move_on(struct session *s, uint64_t frames)
{
	s->next.ts += (uint32_t)frames * (s->codec->clock_hz / 1000 * PCM_FRAME_MS);
}

/* The packet is shared with others who hear the same, so what is sealed is a copy. */
static size_t write_packet(struct session *s, const struct rtp *header, const uint8_t *payload,
	size_t bytes, uint8_t packet[SESSION_PACKET_MAX])
{
	size_t n = RTP_HEADER_BYTES + bytes;

	rtp_write(header, packet);
	memcpy(packet + RTP_HEADER_BYTES, payload, bytes);
	if (s->out && rtp_protect(s->out, packet, &n) != OK)
		return 0;
	reports_sent(&s->reports, bytes);
	return n;
}

static void scale_duration(const struct session *s, uint8_t payload[RTP_EVENT_BYTES])
{
	uint32_t ticks = (uint32_t)(payload[2] << 8 | payload[3]);

	ticks = (uint32_t)((uint64_t)ticks * s->event_hz / s->codec->clock_hz);
	payload[2] = (uint8_t)(ticks >> 8);
	payload[3] = (uint8_t)ticks;
}

/* What is dialled in the place of so many frames. false: nothing, sound may go. */
static bool dial(
	struct session *s, uint64_t frames, size_t *bytes, uint8_t packet[SESSION_PACKET_MAX])
{
	uint32_t ms = s->codec->clock_hz / 1000;
	struct dial_frame f;
	struct rtp header;

	f = dial_next(&s->dial, s->next.ts, (uint32_t)frames * ms * PCM_FRAME_MS, ms);
	*bytes = 0;
	s->dialled += f.is_done;
	if (f.is_event) {
		header = s->next;
		header.ts = f.ts;
		header.marker = f.is_first;
		header.payload_type = s->telephone_event;
		scale_duration(s, f.payload);
		*bytes = write_packet(s, &header, f.payload, sizeof(f.payload), packet);
		s->next.seq++;
	}
	if (f.is_busy)
		s->next.marker = true; /* RFC 3551: the first packet after a silence */
	return f.is_busy;
}

size_t session_say(struct session *s, const uint8_t *payload, size_t bytes, unsigned frames,
	uint8_t packet[SESSION_PACKET_MAX])
{
	size_t n;

	s->rested = 0;
	if (!dial(s, frames, &n, packet)) {
		s->next.payload_type = s->payload_type;
		n = bytes ? write_packet(s, &s->next, payload, bytes, packet) : 0;
		s->next.seq++;
		s->next.marker = false;
	}
	move_on(s, frames);
	return n;
}

size_t session_pass(struct session *s, uint64_t frames, uint8_t *packet)
{
	size_t n = 0;

	if (packet)
		dial(s, frames, &n, packet);
	move_on(s, frames);
	s->next.marker = true;
	return n;
}

/* RFC 3389: one byte, its level; without a spectrum it is white. */
size_t session_rest(struct session *s, uint8_t packet[SESSION_PACKET_MAX])
{
	const uint8_t level = SESSION_NOISE_DB;
	size_t n;

	if (!dial(s, 1, &n, packet) && s->rested++ % SESSION_NOISE_FRAMES == 0) {
		s->next.payload_type = s->comfort_noise;
		s->next.marker = false;
		n = write_packet(s, &s->next, &level, sizeof(level), packet);
		s->next.seq++;
	}
	move_on(s, 1);
	s->next.marker = true;
	return n;
}

unsigned session_dialled(struct session *s)
{
	unsigned n = s->dialled;

	s->dialled = 0;
	return n;
}

static size_t report(
	struct session *s, bool is_bye, uint64_t now_us, uint8_t packet[SESSION_PACKET_MAX])
{
	struct rtcp r = reports_make(&s->reports, &s->heard, s->next.ssrc, s->next.ts, now_us);
	size_t n;

	r.is_bye = is_bye;
	n = rtcp_write(&r, s->reports.cname, packet);
	return s->out && rtcp_protect(s->out, packet, &n) != OK ? 0 : n;
}

size_t session_report(struct session *s, uint64_t now_us, uint8_t packet[SESSION_PACKET_MAX])
{
	return reports_due(&s->reports, now_us) ? report(s, false, now_us, packet) : 0;
}

size_t session_bye(struct session *s, uint64_t now_us, uint8_t packet[SESSION_PACKET_MAX])
{
	return report(s, true, now_us, packet);
}

static uint32_t us_of(const struct session *s, uint32_t ticks)
{
	return (uint32_t)((uint64_t)ticks * 1000000 / s->codec->clock_hz);
}

void session_quality(const struct session *s, struct leg_quality *out)
{
	const struct reports *r = &s->reports;

	*out = (struct leg_quality){
		.expected = reception_expected(&s->heard),
		.lost = reception_lost(&s->heard),
		.jitter_us = us_of(s, s->heard.jitter16 >> 4),
		.has_rtt = r->has_rtt,
		.rtt_us = r->rtt_us,
		.has_theirs = r->has_theirs,
		.theirs_lost = r->theirs.lost > 0 ? (uint32_t)r->theirs.lost : 0,
		.theirs_jitter_us = us_of(s, r->theirs.jitter),
		.theirs_fraction = r->theirs.fraction,
	};
}
