#include "graph/sim/phone_scribe.h"

#include "graph/sim/phone_clip.h"

#include "bot/base/clean.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
	RING_TICKS = 25,      /* of sound for everybody: half a second of a disk that hangs */
	RING_PHONES = 256,    /* beyond this many the ring stops growing */
	FRAMES_MAX = 4320000, /* a day; a WAV ends at 4 GB */
	FRAME_BYTES = TICK_SAMPLES * 2,
};

struct ear {
	struct ear_files files;
	uint64_t frames; /* the WAV is as long as this */
};

struct scrap {
	enum { SCRAP_OPEN, SCRAP_FRAME, SCRAP_LINE, SCRAP_CLOSE } kind;
	uint32_t phone, handle;
	uint64_t frame;
	union {
		struct ear_files files;
		int16_t pcm[TICK_SAMPLES];
		char line[EAR_LINE_MAX];
	} u;
};

enum err scribe_init(struct phone_scribe *e, size_t phones, size_t ears_open, bool recording,
	struct inbox *events, struct why *why)
{
	size_t frames = (phones < RING_PHONES ? phones : RING_PHONES) * RING_TICKS;

	*e = (struct phone_scribe){ .events = events, .recording = recording, .bell = -1 };
	e->reserve = (uint32_t)(2 * ears_open);
	e->ear = calloc(phones, sizeof(*e->ear));
	e->bell = eventfd(0, EFD_CLOEXEC);
	if (!e->ear || e->bell < 0 ||
		ring_init(&e->ring, e->reserve + (recording ? (uint32_t)frames : 0),
			sizeof(struct scrap)) != OK)
		return FAIL_EXT(why, E_SYSTEM, errno, "no memory for %zu ears", phones);
	for (size_t i = 0; i < phones; i++)
		e->ear[i].files = (struct ear_files){ -1, -1 };
	return OK;
}

/* ---- the scribe ---- */

static void put(struct phone_scribe *e, int fd, const void *bytes, size_t n, off_t at)
{
	if (fd >= 0 && pwrite(fd, bytes, n, at) != (ssize_t)n)
		atomic_fetch_add_explicit(&e->lost, 1, memory_order_relaxed);
}

static void put_head(struct phone_scribe *e, const struct ear *ear)
{
	uint8_t head[WAV_HEAD];

	phone_wav_head(head, (uint32_t)(ear->frames * FRAME_BYTES));
	put(e, ear->files.wav, head, sizeof(head), 0);
}

static void do_frame(struct phone_scribe *e, struct ear *ear, const struct scrap *s)
{
	if (s->frame >= FRAMES_MAX)
		return;
	put(e, ear->files.wav, s->u.pcm, FRAME_BYTES, (off_t)(WAV_HEAD + s->frame * FRAME_BYTES));
	ear->frames = s->frame + 1;
	if (ear->frames % TICKS_A_SECOND == 0)
		put_head(e, ear);
}

static void do_line(struct phone_scribe *e, const struct ear *ear, const struct scrap *s)
{
	size_t n = strlen(s->u.line);

	if (ear->files.log >= 0 && write(ear->files.log, s->u.line, n) != (ssize_t)n)
		atomic_fetch_add_explicit(&e->lost, 1, memory_order_relaxed);
}

/* The last frames may have been lost on the way: the length tells of them all the same. */
static void do_close(struct phone_scribe *e, struct ear *ear, const struct scrap *s)
{
	struct phone_event told = { .kind = PHONE_HUNG_UP, .phone = s->handle };
	enum err err;

	ear->frames = s->frame < FRAMES_MAX ? s->frame : FRAMES_MAX;
	if (ear->files.wav >= 0 &&
		ftruncate(ear->files.wav, (off_t)(WAV_HEAD + ear->frames * FRAME_BYTES)) != 0)
		atomic_fetch_add_explicit(&e->lost, 1, memory_order_relaxed);
	put_head(e, ear);
	close_clean(&ear->files.wav);
	close_clean(&ear->files.log);
	ear->files = (struct ear_files){ -1, -1 };
	err = inbox_put(e->events, &told);
	assert(err == OK); /* phone_pick_up took a place for it */
	(void)err;
}

static void drain(struct phone_scribe *e)
{
	struct scrap s;

	for (uint32_t i = 0; i < e->ring.capacity && ring_take(&e->ring, &s); i++) {
		struct ear *ear = &e->ear[s.phone];

		switch (s.kind) {
		case SCRAP_OPEN:
			*ear = (struct ear){ .files = s.u.files };
			put_head(e, ear);
			break;
		case SCRAP_FRAME:
			do_frame(e, ear, &s);
			break;
		case SCRAP_LINE:
			do_line(e, ear, &s);
			break;
		case SCRAP_CLOSE:
			do_close(e, ear, &s);
			break;
		}
	}
}

static void *write_on(void *arg)
{
	struct phone_scribe *e = arg;

	while (!atomic_load(&e->stop)) {
		uint64_t rung;

		if (read(e->bell, &rung, sizeof(rung)) != sizeof(rung) && errno != EINTR)
			break;
		drain(e);
	}
	return NULL;
}

enum err scribe_start(struct phone_scribe *e, struct why *why)
{
	int rc = pthread_create(&e->thread, NULL, write_on, e);

	if (rc != 0)
		return FAIL_EXT(why, E_SYSTEM, rc, "scribe: %s", strerror(rc));
	pthread_setname_np(e->thread, "sim-scribe");
	e->running = true;
	return OK;
}

/* ---- the clock's side ---- */

static uint32_t places(const struct phone_scribe *e)
{
	return e->ring.capacity -
	       (atomic_load_explicit(&e->ring.tail, memory_order_relaxed) -
		       atomic_load_explicit(&e->ring.head, memory_order_acquire));
}

static void send(struct phone_scribe *e, const struct scrap *s)
{
	if (places(e) <= e->reserve || !ring_put(&e->ring, s))
		atomic_fetch_add_explicit(&e->lost, 1, memory_order_relaxed);
}

static void send_surely(struct phone_scribe *e, const struct scrap *s)
{
	bool fits = ring_put(&e->ring, s);

	assert(fits); /* the reserve has a place for every open and close there can be */
	(void)fits;
}

void scribe_open(struct phone_scribe *e, size_t phone, struct ear_files files)
{
	struct scrap s = { .kind = SCRAP_OPEN, .phone = (uint32_t)phone, .u.files = files };

	send_surely(e, &s);
}

void scribe_hear(
	struct phone_scribe *e, size_t phone, uint64_t frame, const int16_t pcm[TICK_SAMPLES])
{
	struct scrap s = { .kind = SCRAP_FRAME, .phone = (uint32_t)phone, .frame = frame };

	if (!e->recording)
		return;
	memcpy(s.u.pcm, pcm, FRAME_BYTES);
	send(e, &s);
}

void scribe_note(struct phone_scribe *e, size_t phone, const char *line)
{
	struct scrap s = { .kind = SCRAP_LINE, .phone = (uint32_t)phone };

	if (!e->recording)
		return;
	snprintf(s.u.line, sizeof(s.u.line), "%s\n", line);
	send(e, &s);
}

void scribe_close(struct phone_scribe *e, size_t phone, uint32_t handle, uint64_t frames)
{
	struct scrap s = {
		.kind = SCRAP_CLOSE, .phone = (uint32_t)phone, .handle = handle, .frame = frames
	};

	send_surely(e, &s);
}

static void ring_bell(struct phone_scribe *e)
{
	uint64_t one = 1;
	ssize_t n = write(e->bell, &one, sizeof(one));

	assert(n == sizeof(one));
	(void)n;
}

void scribe_tick(struct phone_scribe *e)
{
	if (e->running)
		ring_bell(e);
	else
		drain(e);
}

void scribe_fini(struct phone_scribe *e)
{
	if (e->running) {
		atomic_store(&e->stop, true);
		ring_bell(e);
		pthread_join(e->thread, NULL);
		e->running = false;
	}
	if (e->ring.values && e->ear)
		drain(e);
	ring_fini(&e->ring);
	free(e->ear);
	close_clean(&e->bell);
}
