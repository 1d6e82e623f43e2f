/*
 * Sound in a WebSocket, as Azure Communication Services streams it: they connect to us, and 20 ms
 * are one text message, each way.
 *
 * The web door shakes hands and gives the connection to the leg. It is written to at the clock's
 * pace and never waited for: what does not fit is dropped and counted, and who takes nothing for
 * five seconds is let go. TCP neither loses nor reorders, so theirs get numbers of ours; their
 * timestamps tell where they left something out. "unmixed" streams bring several talkers at once:
 * the leg hears one until that one is silent.
 */
#include "media/leg/leg.h"

#include "bot/base/clean.h"
#include "bot/base/rng.h"
#include "media/leg/acs.h"
#include "media/leg/base64.h"
#include "media/leg/ws.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>

enum {
	OUT_MAX = 4096,       /* bytes of what the system did not take yet */
	SEND_BUFFER = 16384,  /* of the system's: half a second, and no more */
	STALLED_FRAMES = 250, /* in which nothing was taken */
	READS_MAX = 4,        /* a tick, of each at most a buffer */
	FLOOR_MS = 200,       /* of a talker's silence, then another is heard */
	GAP_MS = 60,          /* their clock went on by so much more than their sound: left out */
	GAP_MS_MAX = 10000,
	SAMPLE_BYTES = 2,
	SOUND_MAX = WS_MESSAGE_MAX / 4 * 3,
	PIECES_MAX = SOUND_MAX / (PCM_FRAME * SAMPLE_BYTES) + 1, /* of one message */
	NOBODY = 0,
};

_Static_assert((int)PIECES_MAX <= (int)LEG_BATCH, "a message fits a batch");
_Static_assert((int)ACS_SOUND_MAX <= (int)LEG_PACKET_MAX, "a frame fits a packet");

struct leg_ws {
	struct leg leg;
	const struct codec *codec; /* its clock is the rate of the samples */
	size_t frame_bytes;

	/* Theirs. */
	uint32_t ssrc, ts; /* ts of what comes next */
	uint16_t seq;
	int64_t stamp_ms;   /* of the last message, ACS_NO_STAMP: none */
	int64_t lasted_ms;  /* that message */
	uint64_t talker;    /* a hash of the participant who has the floor */
	uint64_t talked_ms; /* when last */
	bool rests; /* of silence one frame was given: it is known that nothing is missing */
	struct ws in;

	/* Ours. */
	unsigned stalled; /* frames in a row */
	size_t out_at, out_n;
	uint8_t out[OUT_MAX];
};

static struct leg_ws *ws_of(struct leg *leg)
{
	return (struct leg_ws *)leg; /* its first field */
}

/* What the system takes now. false: something is left, or the connection broke. */
static bool write_out(struct leg_ws *w)
{
	while (w->leg.fd >= 0 && w->out_at < w->out_n) {
		ssize_t n = send(w->leg.fd, w->out + w->out_at, w->out_n - w->out_at,
			MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		w->out_at += (size_t)n;
		w->stalled = 0;
	}
	w->out_at = w->out_n = 0;
	return w->leg.fd >= 0;
}

/* Behind what waits, if there is room. */
static bool put(struct leg_ws *w, enum ws_opcode opcode, const void *bytes, size_t n)
{
	if (w->out_n + WS_HEADER_MAX + n > sizeof(w->out))
		return false;
	w->out_n += ws_header(w->out + w->out_n, opcode, n);
	memcpy(w->out + w->out_n, bytes, n);
	w->out_n += n;
	write_out(w);
	return true;
}

/* The door keeps the connection open until it hears of it, so that the other side is told here. */
static void end(struct leg_ws *w, uint16_t code)
{
	uint8_t body[2] = { (uint8_t)(code >> 8), (uint8_t)code };

	if (w->leg.fd < 0)
		return;
	put(w, WS_CLOSE, body, code == WS_NO_CODE ? 0 : sizeof(body));
	shutdown(w->leg.fd, SHUT_WR); /* what they still say must not cut our last words off */
	close(w->leg.fd);
	w->leg.fd = -1;
	w->leg.ended++;
}

static void leg_free(struct leg *leg)
{
	end(ws_of(leg), WS_NORMAL);
	free(leg);
}

static enum err leg_open(const struct leg_conf *conf, struct leg_bind *b, struct leg **out,
	uint16_t *port, struct why *why)
{
	struct leg_ws *w;

	(void)b;
	if (conf->codec != &codec_pcm16 && conf->codec != &codec_pcm24)
		return FAIL(why, E_MALFORMED, "codec %s in a WebSocket; want pcm16 or pcm24",
			conf->codec ? conf->codec->name : codec_opus.name);
	if (conf->key_out || conf->key_in)
		return FAIL(why, E_MALFORMED, "SRTP keys for a WebSocket; TLS is the door's");
	w = calloc(1, sizeof(*w));
	if (!w)
		return FAIL(why, E_SYSTEM, "no memory for a WebSocket leg");
	w->leg.kind = &leg_kind_ws;
	w->leg.fd = w->leg.peer_fd = -1;
	w->codec = conf->codec;
	w->frame_bytes = conf->codec->clock_hz / 1000 * PCM_FRAME_MS * SAMPLE_BYTES;
	*out = &w->leg;
	*port = 0;
	return OK;
}

static void leg_connect(struct leg *leg, int fd)
{
	struct leg_ws *w = ws_of(leg);
	uint32_t ssrc = w->ssrc + 1;

	end(w, WS_GOING_AWAY);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){ SEND_BUFFER }, sizeof(int));
	/* Through the door's TLS it is no TCP socket, and the door has seen to it. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	w->leg.fd = fd;
	w->ssrc = ssrc;
	w->stamp_ms = ACS_NO_STAMP;
	w->talker = NOBODY;
	w->rests = true;
	w->stalled = 0;
	w->out_at = w->out_n = 0;
	ws_init(&w->in);
}

/* Another talker is heard when the one before has been silent for a while. */
static bool has_floor(struct leg_ws *w, const struct acs_message *m, uint64_t now_ms)
{
	uint64_t who = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < m->participant.n; i++)
		who = (who ^ (uint8_t)m->participant.at[i]) * UINT64_C(1099511628211);
	who |= 1; /* somebody */
	if (who != w->talker &&
		(m->is_silent || (w->talker != NOBODY && now_ms - w->talked_ms < FLOOR_MS)))
		return w->talker == NOBODY;
	w->talker = who;
	if (!m->is_silent)
		w->talked_ms = now_ms;
	return true;
}

/* What they left out passes in silence. */
static void follow(struct leg_ws *w, int64_t stamp_ms, size_t samples)
{
	int64_t gap = 0;

	if (stamp_ms != ACS_NO_STAMP && w->stamp_ms != ACS_NO_STAMP)
		gap = (stamp_ms - w->stamp_ms + ACS_DAY_MS) % ACS_DAY_MS - w->lasted_ms;
	if (gap >= GAP_MS && gap <= GAP_MS_MAX)
		w->ts += (uint32_t)(gap * w->codec->clock_hz / 1000);
	w->stamp_ms = stamp_ms;
	w->lasted_ms = (int64_t)(samples * 1000 / w->codec->clock_hz);
}

static void give(struct leg_ws *w, const uint8_t *sound, size_t n, struct leg_batch *out)
{
	struct leg_item *item = &out->item[out->n];

	*item = (struct leg_item){ .is_sound = true,
		.seq = w->seq++,
		.ts = w->ts,
		.ssrc = w->ssrc,
		.payload = out->bytes[out->n],
		.payload_bytes = n };
	memcpy(out->bytes[out->n], sound, n);
	out->n++;
	w->leg.in++;
}

static void take_audio(
	struct leg_ws *w, const struct acs_message *m, uint64_t now_ms, struct leg_batch *out)
{
	static const uint8_t silence[ACS_SOUND_MAX];
	uint8_t sound[SOUND_MAX];
	size_t n = base64_decode(m->data.at, m->data.n, sound);
	size_t lasts = n && n != BASE64_BAD ? n : w->frame_bytes, piece;
	bool is_heard = has_floor(w, m, now_ms), is_silent = m->is_silent || n == 0;

	if (n == BASE64_BAD || n % SAMPLE_BYTES || (!is_heard && !m->is_silent)) {
		w->leg.refused++;
		return;
	}
	if (!is_heard)
		return;
	follow(w, m->stamp_ms, lasts / SAMPLE_BYTES);
	for (size_t at = 0; at < lasts; at += piece) {
		piece = lasts - at < w->frame_bytes ? lasts - at : w->frame_bytes;
		if (!is_silent || !w->rests)
			give(w, is_silent ? silence : sound + at, piece, out);
		w->rests = is_silent;
		w->ts += (uint32_t)(piece / SAMPLE_BYTES);
	}
}

static void take_digit(struct leg_ws *w, char digit, struct leg_batch *out)
{
	if (!digit) {
		w->leg.refused++;
		return;
	}
	out->item[out->n++] =
		(struct leg_item){ .digit = digit, .seq = w->seq++, .ts = w->ts, .ssrc = w->ssrc };
	w->leg.in++;
}

static void take_text(
	struct leg_ws *w, const struct ws_message *m, uint64_t now_ms, struct leg_batch *out)
{
	struct acs_message said;

	if (acs_read((char *)m->bytes, m->n, &said) != OK) {
		w->leg.refused++;
	} else if (said.kind == ACS_AUDIO) {
		take_audio(w, &said, now_ms, out);
	} else if (said.kind == ACS_DTMF) {
		take_digit(w, said.digit, out);
	} else if (said.kind == ACS_METADATA &&
		   (!said.is_pcm || said.channels != 1 || said.sample_rate != w->codec->clock_hz)) {
		/* What comes would be noise at best. */
		w->leg.refused++;
		end(w, WS_UNSUPPORTED);
	}
}

static void take_message(
	struct leg_ws *w, const struct ws_message *m, uint64_t now_ms, struct leg_batch *out)
{
	switch (m->opcode) {
	case WS_TEXT:
		take_text(w, m, now_ms, out);
		break;
	case WS_PING: /* without room for it they will ask again */
		put(w, WS_PONG, m->bytes, m->n);
		break;
	case WS_CLOSE:
		end(w, m->code);
		break;
	case WS_BINARY:
		w->leg.refused++;
		end(w, WS_UNSUPPORTED);
		break;
	case WS_PONG:
	case WS_CONTINUATION:
		break;
	}
}

/* What was read, as far as the batch has room. false: it has not, or the connection is over. */
static bool take_read(struct leg_ws *w, uint64_t now_ms, struct leg_batch *out)
{
	enum ws_take take = WS_TAKEN;
	struct ws_message m;
	uint16_t code;

	while (w->leg.fd >= 0 && !out->has_more) {
		take = ws_take(&w->in, &m, &code);
		if (take != WS_TAKEN)
			break;
		take_message(w, &m, now_ms, out);
		out->has_more = out->n + PIECES_MAX > LEG_BATCH;
	}
	if (take == WS_BAD) {
		w->leg.refused++;
		end(w, code);
	}
	return w->leg.fd >= 0 && !out->has_more;
}

/* false: nothing more is there now. */
static bool read_in(struct leg_ws *w)
{
	size_t room;
	uint8_t *to = ws_room(&w->in, &room);
	ssize_t n = recv(w->leg.fd, to, room, MSG_DONTWAIT);

	if (n > 0)
		ws_filled(&w->in, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		end(w, WS_GOING_AWAY);
	return n > 0;
}

static void leg_receive(struct leg *leg, uint64_t now_ms, struct leg_batch *out)
{
	struct leg_ws *w = ws_of(leg);

	out->n = 0;
	out->has_more = false;
	for (int i = 0; i < READS_MAX && take_read(w, now_ms, out); i++)
		if (!read_in(w))
			return;
	take_read(w, now_ms, out);
}

static bool is_sending(const struct leg *leg)
{
	return leg->fd >= 0;
}

/* Time is theirs: nothing of ours moves on. */
static void leg_pass(struct leg *leg, uint64_t frames)
{
	(void)frames;
	write_out(ws_of(leg));
}

static void leg_send(struct leg *leg, const uint8_t *payload, size_t bytes, unsigned frames)
{
	struct leg_ws *w = ws_of(leg);
	char text[ACS_TEXT_MAX];

	w->stalled += frames;
	if (!write_out(w) || bytes > ACS_SOUND_MAX) {
		leg->unsent++;
		if (w->stalled >= STALLED_FRAMES)
			end(w, WS_POLICY);
		return;
	}
	w->stalled = 0;
	if (put(w, WS_TEXT, text, acs_audio_write(payload, bytes, text)))
		leg->out++;
}

static void leg_flush(struct leg *leg)
{
	char text[ACS_TEXT_MAX];

	put(ws_of(leg), WS_TEXT, text, acs_stop_write(text));
}

const struct leg_kind leg_kind_ws = {
	.name = "ws",
	.open = leg_open,
	.free = leg_free,
	.connect = leg_connect,
	.receive = leg_receive,
	.is_sending = is_sending,
	.send = leg_send,
	.pass = leg_pass,
	.flush = leg_flush,
};
