#include "media/engine/recorder.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

enum { TURN_NS = 100000000 };

static void fail(struct recording *r)
{
	r->error = errno;
	atomic_store(&r->has_failed, true);
}

static void take_new(struct recorder *rec)
{
	struct recording *r;

	while (ring_take(&rec->inbox, &r)) {
		r->file = r->kind->open(r->fd);
		if (!r->file)
			fail(r);
		r->next = rec->first;
		rec->first = r;
	}
}

/* What was there before the shard said that it ended is all there is. */
static bool write_all(struct recording *r)
{
	bool has_ended = atomic_load(&r->has_ended);
	struct stereo frame;

	while (ring_take(&r->frames, &frame)) {
		if (!r->file)
			continue;
		r->n_frames += frame.missed + 1;
		if (r->kind->write(r->file, &frame))
			continue;
		fail(r);
		r->kind->close(r->file);
		r->file = NULL;
	}
	return has_ended;
}

static void finish(struct recorder *rec, struct recording *r)
{
	bool fits;

	if (r->file && !r->kind->close(r->file))
		fail(r);
	r->file = NULL;
	fits = ring_put(&rec->done, &r); /* it has room for all there are */
	(void)fits;
	eventfd_write(rec->wake_fd, 1);
}

static void write_recordings(struct recorder *rec)
{
	take_new(rec);
	for (struct recording **at = &rec->first; *at;) {
		struct recording *r = *at;

		if (!write_all(r)) {
			at = &r->next;
			continue;
		}
		*at = r->next;
		finish(rec, r);
	}
}

bool recorder_turn(struct recorder *rec)
{
	write_recordings(rec);
	return presser_turn(rec->presser);
}

static void *run(void *arg)
{
	struct recorder *rec = arg;

	while (!atomic_load(&rec->stops))
		if (!recorder_turn(rec))
			nanosleep(&(struct timespec){ .tv_nsec = TURN_NS }, NULL);
	return NULL;
}

enum err recorder_init(struct recorder *rec, unsigned recordings_max, int wake_fd,
	struct presser *presser, bool has_thread, struct why *why)
{
	int rc;

	rec->wake_fd = wake_fd;
	rec->presser = presser;
	if (ring_init(&rec->inbox, recordings_max, sizeof(struct recording *)) != OK ||
		ring_init(&rec->done, recordings_max, sizeof(struct recording *)) != OK)
		return FAIL(why, E_SYSTEM, "no memory for a recorder");
	if (!has_thread)
		return OK;
	rc = pthread_create(&rec->thread, NULL, run, rec);
	if (rc != 0)
		return FAIL_EXT(why, E_SYSTEM, rc, "no thread for recordings: %s", strerror(rc));
	rec->has_thread = true;
	return OK;
}

void recorder_fini(struct recorder *rec)
{
	if (rec->has_thread) {
		atomic_store(&rec->stops, true);
		pthread_join(rec->thread, NULL);
		rec->has_thread = false;
	}
	if (rec->inbox.values)
		write_recordings(rec);
	ring_fini(&rec->inbox);
	ring_fini(&rec->done);
}
