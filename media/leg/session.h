#ifndef MEDIA_LEG_SESSION_H
#define MEDIA_LEG_SESSION_H

/*
 * One leg's RTP, RTCP and SRTP, without the socket: what a datagram says, and what the next one is
 * to say. One SSRC, sequence and timeline for the leg's whole life, whatever feeds it.
 *
 * No clock (times are arguments, in microseconds of one that never steps), no heap between open
 * and close. A session belongs to one thread at a time.
 */

#include "media/leg/dial.h"
#include "media/leg/leg.h"
#include "media/leg/reports.h"

enum {
	SESSION_PACKET_MAX = RTP_HEADER_BYTES + CODEC_PAYLOAD_MAX + RTP_GROWTH_MAX,
	SESSION_COMFORT_NOISE = 13, /* RFC 3551 */
	SESSION_NOISE_DB = 65,      /* what a rest sounds like, below full scale: a quiet room */
	SESSION_NOISE_FRAMES = 50,  /* between two packets of it: a NAT stays open, a leg alive */
};

struct session {
	const struct codec *codec;
	uint8_t payload_type, telephone_event;
	uint8_t comfort_noise; /* 0: none */
	unsigned rested;       /* frames in a row, of silence that is told and not sent */
	uint32_t event_hz;
	struct rtp_seal *out, *in; /* NULL: plain */
	struct rtp next;           /* what the next packet sent will say */
	unsigned dialled;          /* and not asked for yet */
	struct dial dial;
	struct reports reports;
	struct reception heard;
	struct rtp_presses presses;
};

/* conf is borrowed. E_MALFORMED: it makes no sense; E_SYSTEM. session_end also after a failure.
 */
enum err session_begin(struct session *s, const struct leg_conf *conf, struct why *why) MUST_CHECK;
void session_end(struct session *s);

/* The key of what comes, of a session that was begun with key_out alone; owned from here. What it
 * has no use for is freed. */
void session_key(struct session *s, struct rtp_seal *in);
/* Whether nothing may be said or heard yet. */
static inline bool session_waits(const struct session *s)
{
	return s->out && !s->in;
}

enum session_kind { SESSION_NEITHER, SESSION_RTP, SESSION_RTCP };

/* What this datagram of a stranger's is, unsealed in place; nothing is done about it yet but that
 * it cannot come twice. NEITHER: malformed, forged, or seen before. rtp: of SESSION_RTP. */
enum session_kind session_read(struct session *s, uint8_t *packet, size_t *bytes, struct rtp *rtp);

/* Ours to hear. false: of no payload type that was agreed, or empty, or too long. */
bool session_take(struct session *s, const struct rtp *rtp, uint64_t at_us, struct leg_item *out);
/* The same of RTCP. */
bool session_told(struct session *s, const uint8_t *packet, size_t bytes, uint64_t at_us);

/* The packet for so many frames of sound, or of the digit that is dialled meanwhile. Returns its
 * bytes; 0: nothing is to be sent. Time moves on. */
size_t session_say(struct session *s, const uint8_t *payload, size_t bytes, unsigned frames,
	uint8_t packet[SESSION_PACKET_MAX]);
/* The same of frames without sound: 0 unless a digit is dialled. packet NULL: nothing can be sent,
 * digits wait. */
size_t session_pass(struct session *s, uint64_t frames, uint8_t *packet);
/* The same of a frame of silence on a leg that rests: 0 unless it is time to tell of it, or a digit
 * is dialled. */
size_t session_rest(struct session *s, uint8_t packet[SESSION_PACKET_MAX]);
/* Digits that were over since the last call. */
unsigned session_dialled(struct session *s);

/* A report when one is due, else 0; or the last word. */
size_t session_report(struct session *s, uint64_t now_us, uint8_t packet[SESSION_PACKET_MAX]);
size_t session_bye(struct session *s, uint64_t now_us, uint8_t packet[SESSION_PACKET_MAX]);

void session_quality(const struct session *s, struct leg_quality *out);

#endif
