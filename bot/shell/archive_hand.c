/* The archive's place in the service: it follows the journal while nobody asks, and forgets whom it
 * must. */
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/archive_inside.h"
#include "bot/shell/shell.h"

#include <stdlib.h>
#include <string.h>

enum { FOLLOW_MS = 5000 /* so long it may lag while nobody asks */ };

struct follow_job {
	struct job job;
	struct archive *archive;
	uint32_t *forget;
	size_t n_forget;
};

static void follow_up(struct job *j, const atomic_bool *stop)
{
	struct follow_job *f = (struct follow_job *)j;
	struct why why;

	if (!archive_follow(f->archive, stop) || !f->n_forget)
		return;
	if (history_forget(f->archive->history, f->forget, f->n_forget, &why) == OK)
		f->n_forget = 0;
	else
		log_line(LOG_WARN, "store", "", "%s -> again", why.text);
}

void archive_forget(struct shell *s, const uint32_t *contact, size_t n)
{
	struct archive_hand *h = s->archive;
	uint32_t *more = realloc(h->forget, (h->n_forget + n + 1) * sizeof(*more));

	if (!more)
		abort(); /* who promised to erase must not forget it */
	memcpy(more + h->n_forget, contact, n * sizeof(*more));
	h->forget = more;
	h->n_forget += n;
	h->due_ms = 0;
}

static void followed_up(struct shell *s, struct job *j)
{
	struct follow_job *f = (struct follow_job *)j;

	if (s) {
		uint64_t due_ms = s->archive->due_ms;

		s->archive->following = false;
		if (f->n_forget)
			archive_forget(s, f->forget, f->n_forget);
		s->archive->due_ms = due_ms; /* not at once: it would fail again */
	}
	free(f->forget);
	free(f);
}

static void archive_run(struct shell *s)
{
	struct archive_hand *h = s->archive;
	struct follow_job *j;

	if (!h->archive || h->following || clock_mono_ms() < h->due_ms)
		return;
	h->due_ms = clock_mono_ms() + FOLLOW_MS;
	j = calloc(1, sizeof(*j));
	if (!j)
		return;
	*j = (struct follow_job){ .job = { .run = follow_up, .done = followed_up },
		.archive = h->archive,
		.forget = h->forget,
		.n_forget = h->n_forget };
	h->following = work_put(s->work, LANE_PAST, &j->job);
	if (!h->following) {
		free(j);
		return;
	}
	h->forget = NULL;
	h->n_forget = 0;
}

static uint64_t archive_deadline_ms(const struct shell *s)
{
	const struct archive_hand *h = s->archive;

	return h->archive && !h->following ? h->due_ms : UINT64_MAX;
}

static enum err archive_open(struct shell *s, struct why *why)
{
	s->archive = calloc(1, sizeof(*s->archive));
	if (s->archive && strcmp(s->conf->store_path, ":memory:") != 0)
		s->archive->archive = archive_new(s->conf->store_path);
	return s->archive ? OK : FAIL(why, E_SYSTEM, "no memory for the archive");
}

static void archive_close(struct shell *s)
{
	if (s->archive) {
		archive_free(s->archive->archive);
		free(s->archive->forget);
	}
	free(s->archive);
	s->archive = NULL;
}

const struct hand hand_archive = { .open = archive_open,
	.close = archive_close,
	.run = archive_run,
	.deadline_ms = archive_deadline_ms };
