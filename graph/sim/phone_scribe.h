#ifndef GRAPH_SIM_PHONE_SCRIBE_H
#define GRAPH_SIM_PHONE_SCRIBE_H

/*
 * What people heard, on disk. The clock writes frames and lines into a ring; the scribe, a
 * thread of its own, carries them to the files, so that a slow disk never makes a tick late.
 * A frame knows its place in the file: one that did not fit into the ring is a hole of
 * silence, and what follows stays where it belongs.
 */

#include "graph/sim/phone.h"

#include "bot/base/inbox.h"
#include "bot/base/ring.h"

#include <pthread.h>

enum { TICK_SAMPLES = 320, TICKS_A_SECOND = 50, EAR_LINE_MAX = 320 };

struct ear_files {
	int wav, log; /* -1: nothing is written */
};

struct phone_scribe {
	struct ring ring;
	uint32_t reserve;     /* places of the ring kept for opens and closes */
	struct inbox *events; /* borrowed; has room for one PHONE_HUNG_UP a close */
	struct ear *ear;      /* the scribe's, one a phone */
	_Atomic uint64_t lost;
	pthread_t thread;
	bool recording, running;
	atomic_bool stop;
	int bell; /* rung once a tick */
};

/*
 * phones ears of which ears_open may be open, or closed and not yet told, at one time.
 * recording: there is room for half a second of everybody's sound; else frames and lines go
 * nowhere.
 */
enum err scribe_init(struct phone_scribe *e, size_t phones, size_t ears_open, bool recording,
	struct inbox *events, struct why *why) MUST_CHECK;
enum err scribe_start(struct phone_scribe *e, struct why *why) MUST_CHECK;
/* Everything said before is on disk. The clock has stopped. */
void scribe_fini(struct phone_scribe *e);

/* The clock's side. The files are the scribe's from scribe_open on. */
void scribe_open(struct phone_scribe *e, size_t phone, struct ear_files files);
void scribe_hear(
	struct phone_scribe *e, size_t phone, uint64_t frame, const int16_t pcm[TICK_SAMPLES]);
void scribe_note(struct phone_scribe *e, size_t phone, const char *line); /* without the newline */
/* frames: how long the call was. Gives PHONE_HUNG_UP with this handle. */
void scribe_close(struct phone_scribe *e, size_t phone, uint32_t handle, uint64_t frames);
/* The end of a tick: wakes the scribe, or does its work when no thread was started. */
void scribe_tick(struct phone_scribe *e);

#endif
