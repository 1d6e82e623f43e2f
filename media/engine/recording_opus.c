/* Stereo Opus in Ogg (RFC 7845), by libopusenc. */
#include "media/engine/recording.h"

#include "bot/base/clean.h"

#include <errno.h>
#include <opus/opusenc.h>
#include <stdlib.h>
#include <unistd.h>

enum { BITS_PER_S = 64000, FAMILY_STEREO = 0 };

struct opus_file {
	OggOpusEnc *encoder;
	int fd;
	int error; /* errno of a write; 0: none */
};

static int put_bytes(void *arg, const unsigned char *bytes, opus_int32 n)
{
	struct opus_file *f = arg;

	while (n > 0 && !f->error) {
		ssize_t done = write(f->fd, bytes, (size_t)n);

		if (done < 0) {
			f->error = errno;
			break;
		}
		bytes += done;
		n -= (opus_int32)done;
	}
	return f->error != 0;
}

/* The file is closed by opus_close, whatever the encoder went through. */
static int put_end(void *arg)
{
	(void)arg;
	return 0;
}

static bool start(struct opus_file *f)
{
	static const OpusEncCallbacks to_file = { .write = put_bytes, .close = put_end };
	OggOpusComments *comments = ope_comments_create();
	int status = OPE_ALLOC_FAIL;

	if (comments)
		f->encoder = ope_encoder_create_callbacks(
			&to_file, f, comments, PCM_RATE, 2, FAMILY_STEREO, &status);
	if (comments)
		ope_comments_destroy(comments);
	return f->encoder && ope_encoder_ctl(f->encoder, OPUS_SET_BITRATE(BITS_PER_S)) == OPE_OK &&
	       ope_encoder_ctl(f->encoder, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE)) == OPE_OK &&
	       ope_encoder_flush_header(f->encoder) == OPE_OK;
}

static bool opus_close(void *file)
{
	struct opus_file *f = file;
	bool ok = !f->encoder || f->error || ope_encoder_drain(f->encoder) == OPE_OK;

	if (f->encoder)
		ope_encoder_destroy(f->encoder);
	ok = close(f->fd) == 0 && ok && !f->error;
	errno = f->error ? f->error : errno;
	free(f);
	return ok;
}

static void *opus_open(int fd)
{
	struct opus_file *f = calloc(1, sizeof(*f));

	if (!f) {
		close(fd);
		return NULL;
	}
	f->fd = fd;
	if (start(f))
		return f;
	errno = f->error ? f->error : ENOMEM;
	f->error = errno;
	opus_close(f);
	return NULL;
}

static bool put_frame(struct opus_file *f, const int16_t at[2 * PCM_FRAME])
{
	if (ope_encoder_write(f->encoder, at, PCM_FRAME) == OPE_OK && !f->error)
		return true;
	errno = f->error ? f->error : EIO;
	f->error = errno;
	return false;
}

static bool opus_write(void *file, const struct stereo *frame)
{
	static const int16_t nothing[2 * PCM_FRAME];

	for (uint32_t i = 0; i < frame->missed; i++)
		if (!put_frame(file, nothing))
			return false;
	return put_frame(file, frame->at);
}

const struct recording_kind recording_opus = {
	.name = "opus", .open = opus_open, .write = opus_write, .close = opus_close
};
