/*
 * Who speaks from a file and hears into one: a call's audio replayed, and what its caller heard
 * kept.
 *
 * The tick touches memory alone. What is said is read whole when the leg is opened; what is heard
 * is written when it is freed, at most ten minutes of it. Its file is made at once, so that a path
 * that cannot be written is told while somebody is there to hear of it.
 */
#include "media/leg/leg.h"

#include "bot/base/clean.h"
#include "media/prompt/audio.h"
#include "media/prompt/wav.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum { FRAME_BYTES = PCM_FRAME * sizeof(int16_t) };

struct leg_file {
	struct leg leg;
	struct pcm says;
	size_t said; /* samples of it */
	uint16_t seq;

	int fd; /* -1: nothing is kept */
	int16_t *heard;
	size_t n_heard;
};

static struct leg_file *file_of(struct leg *leg)
{
	return (struct leg_file *)leg; /* its first field */
}

static bool put(int fd, const void *bytes, size_t n)
{
	const char *at = bytes;

	while (n > 0) {
		ssize_t put = write(fd, at, n);

		if (put < 0)
			return false; /* a full disk: what is there so far can be played */
		at += put;
		n -= (size_t)put;
	}
	return true;
}

static void leg_free(struct leg *leg)
{
	struct leg_file *f = file_of(leg);
	uint8_t header[WAV_HEADER_BYTES];

	if (f->fd >= 0) {
		wav_header(header, f->n_heard);
		if (put(f->fd, header, sizeof(header)))
			put(f->fd, f->heard, f->n_heard * sizeof(*f->heard));
		close(f->fd);
	}
	pcm_free(&f->says);
	free(f->heard);
	free(f);
}

CLEAN_FN(leg_free, struct leg *)

static enum err open_heard(struct leg_file *f, const char *path, struct why *why)
{
	f->heard = malloc(WAV_SAMPLES_MAX * sizeof(*f->heard)); /* pages come as they are heard */
	if (!f->heard)
		return FAIL(why, E_SYSTEM, "no memory for what a leg hears");
	f->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (f->fd < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", path, strerror(errno));
	return OK;
}

static enum err leg_open(const struct leg_conf *conf, struct leg_bind *b, struct leg **out,
	uint16_t *port, struct why *why)
{
	struct leg_file *f = calloc(1, sizeof(*f));
	CLEAN(leg_free) struct leg *leg = f ? &f->leg : NULL;
	enum err err = OK;

	(void)b;
	if (!f)
		return FAIL(why, E_SYSTEM, "no memory for a file leg");
	f->fd = -1;
	if (conf->codec != &codec_l16)
		return FAIL(why, E_MALFORMED, "codec %s to a file; want L16",
			conf->codec ? conf->codec->name : codec_opus.name);
	if (conf->says)
		err = audio_read_file(conf->says, &f->says, why);
	if (err == OK && conf->hears)
		err = open_heard(f, conf->hears, why);
	if (err != OK)
		return err;
	leg->kind = &leg_kind_file;
	leg->fd = leg->peer_fd = -1;
	*out = TAKE(leg);
	*port = 0;
	return OK;
}

/* A frame a tick, the last one padded with silence. */
static void leg_receive(struct leg *leg, uint64_t now_ms, struct leg_batch *out)
{
	struct leg_file *f = file_of(leg);
	size_t left = f->says.n_samples - f->said;
	int16_t frame[PCM_FRAME] = { 0 };

	(void)now_ms;
	out->n = 0;
	out->has_more = false;
	if (!left)
		return;
	memcpy(frame, f->says.samples + f->said,
		(left < PCM_FRAME ? left : PCM_FRAME) * sizeof(*frame));
	out->item[0] = (struct leg_item){ .is_sound = true,
		.seq = f->seq++,
		.ts = (uint32_t)f->said,
		.ssrc = 1,
		.payload = out->bytes[0],
		.payload_bytes = codec_l16.encode(NULL, frame, out->bytes[0]) };
	out->n = 1;
	leg->in++;
	f->said += left < PCM_FRAME ? left : PCM_FRAME;
}

static bool is_sending(const struct leg *leg)
{
	return ((const struct leg_file *)leg)->fd >= 0;
}

static void leg_pass(struct leg *leg, uint64_t frames)
{
	struct leg_file *f = file_of(leg);
	size_t room = f->heard ? WAV_SAMPLES_MAX - f->n_heard : 0;
	size_t n = frames < room / PCM_FRAME ? (size_t)frames * PCM_FRAME : room;

	if (n)
		memset(f->heard + f->n_heard, 0, n * sizeof(*f->heard));
	f->n_heard += n;
}

static void leg_send(struct leg *leg, const uint8_t *payload, size_t bytes, unsigned frames)
{
	struct leg_file *f = file_of(leg);

	if (bytes != FRAME_BYTES || frames != 1 || WAV_SAMPLES_MAX - f->n_heard < PCM_FRAME) {
		leg->unsent++;
		leg_pass(leg, frames);
		return;
	}
	f->n_heard += codec_l16.decode(NULL, payload, bytes, f->heard + f->n_heard);
	leg->out++;
}

const struct leg_kind leg_kind_file = {
	.name = "file",
	.open = leg_open,
	.free = leg_free,
	.receive = leg_receive,
	.is_sending = is_sending,
	.send = leg_send,
	.pass = leg_pass,
};
