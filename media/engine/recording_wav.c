/*
 * Stereo WAV, 16 kHz, 16 bit. Its sizes are written every few seconds, so that a file whose writer
 * died can be played as far as it goes.
 */
#include "media/engine/recording.h"

#include "bot/base/clean.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	HEADER = 44,
	FRAME_BYTES = 2 * PCM_FRAME * sizeof(int16_t),
	FRAMES_BETWEEN = 250, /* headers: five seconds */
};
#define DATA_MAX (UINT32_MAX - HEADER)

struct wav {
	int fd;
	uint64_t data; /* bytes */
	unsigned frames;
};

static void put(uint8_t *at, uint32_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++, v >>= 8)
		at[i] = (uint8_t)v;
}

static bool put_header(const struct wav *w)
{
	uint8_t h[HEADER];

	memcpy(h, "RIFF", 4);
	put(h + 4, (uint32_t)(HEADER - 8 + w->data), 4);
	memcpy(h + 8, "WAVEfmt ", 8);
	put(h + 16, 16, 4);
	put(h + 20, 1, 2); /* PCM */
	put(h + 22, 2, 2);
	put(h + 24, PCM_RATE, 4);
	put(h + 28, PCM_RATE * 4, 4);
	put(h + 32, 4, 2);
	put(h + 34, 16, 2);
	memcpy(h + 36, "data", 4);
	put(h + 40, (uint32_t)w->data, 4);
	return pwrite(w->fd, h, sizeof(h), 0) == HEADER;
}

static void *wav_open(int fd)
{
	struct wav *w = calloc(1, sizeof(*w));

	if (w) {
		w->fd = fd;
		if (put_header(w))
			return w;
	}
	free(w);
	close(fd);
	return NULL;
}

static bool put_frame(struct wav *w, const int16_t at[2 * PCM_FRAME])
{
	uint8_t bytes[FRAME_BYTES];
	size_t done = 0;

	if (w->data + FRAME_BYTES > DATA_MAX) {
		errno = EFBIG;
		return false;
	}
	for (size_t i = 0; i < 2 * PCM_FRAME; i++)
		put(bytes + 2 * i, (uint16_t)at[i], 2);
	while (done < sizeof(bytes)) {
		ssize_t n = pwrite(w->fd, bytes + done, sizeof(bytes) - done,
			(off_t)(HEADER + w->data + done));

		if (n < 0) /* a short write first, then the reason */
			return false;
		done += (size_t)n;
	}
	w->data += FRAME_BYTES;
	return ++w->frames % FRAMES_BETWEEN || put_header(w);
}

static bool wav_write_frame(void *file, const struct stereo *frame)
{
	static const int16_t nothing[2 * PCM_FRAME];

	for (uint32_t i = 0; i < frame->missed; i++)
		if (!put_frame(file, nothing))
			return false;
	return put_frame(file, frame->at);
}

static bool wav_close(void *file)
{
	struct wav *w = file;
	bool ok = put_header(w);

	ok = close(w->fd) == 0 && ok;
	free(w);
	return ok;
}

const struct recording_kind recording_wav = {
	.name = "wav", .open = wav_open, .write = wav_write_frame, .close = wav_close
};
