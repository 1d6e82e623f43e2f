#include "bot/shell/work.h"

#include "bot/shell/shell.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Oldest first. */
struct line_of_jobs {
	struct job *first, **last;
};

struct one_lane {
	struct work *work;
	pthread_t thread;
	bool is_running;
	pthread_cond_t more;
	struct line_of_jobs waiting;
	unsigned n; /* until they are done on the loop */
};

struct work {
	pthread_mutex_t lock; /* of the lines */
	atomic_bool stop;
	int fd;
	struct one_lane lane[LANES];
	struct line_of_jobs over;
};

static void jobs_put(struct line_of_jobs *l, struct job *j)
{
	j->next = NULL;
	*l->last = j;
	l->last = &j->next;
}

static struct job *jobs_take(struct line_of_jobs *l)
{
	struct job *j = l->first;

	if (j && !(l->first = j->next))
		l->last = &l->first;
	return j;
}

static struct job *next_job(struct one_lane *lane)
{
	struct work *w = lane->work;
	struct job *j;

	pthread_mutex_lock(&w->lock);
	while (!(j = jobs_take(&lane->waiting)) && !w->stop)
		pthread_cond_wait(&lane->more, &w->lock);
	if (j && w->stop) { /* not begun: work_free ends it */
		jobs_put(&w->over, j);
		j = NULL;
	}
	pthread_mutex_unlock(&w->lock);
	return j;
}

static void *live(void *arg)
{
	struct one_lane *lane = arg;
	struct work *w = lane->work;
	struct job *j;

	while ((j = next_job(lane))) {
		j->run(j, &w->stop);
		pthread_mutex_lock(&w->lock);
		jobs_put(&w->over, j);
		lane->n--;
		pthread_mutex_unlock(&w->lock);
		if (eventfd_write(w->fd, 1) != 0)
			abort();
	}
	return NULL;
}

struct work *work_new(void)
{
	struct work *w = calloc(1, sizeof(*w));
	bool ok = w != NULL;

	if (!w)
		return NULL;
	pthread_mutex_init(&w->lock, NULL);
	w->over.last = &w->over.first;
	w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	for (size_t i = 0; i < LANES; i++) {
		struct one_lane *lane = &w->lane[i];

		lane->work = w;
		lane->waiting.last = &lane->waiting.first;
		pthread_cond_init(&lane->more, NULL);
		lane->is_running = w->fd >= 0 &&
				   pthread_create(&lane->thread, NULL, live, lane) == 0;
		ok &= lane->is_running;
	}
	if (!ok) {
		work_free(w);
		return NULL;
	}
	return w;
}

static void end_lane(struct work *w, struct one_lane *lane)
{
	struct job *j;

	pthread_cond_signal(&lane->more);
	if (lane->is_running)
		pthread_join(lane->thread, NULL);
	while ((j = jobs_take(&lane->waiting)))
		jobs_put(&w->over, j);
	pthread_cond_destroy(&lane->more);
}

void work_free(struct work *w)
{
	struct job *j;

	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_mutex_unlock(&w->lock);
	for (size_t i = 0; i < LANES; i++)
		end_lane(w, &w->lane[i]);
	while ((j = jobs_take(&w->over)))
		j->done(NULL, j);
	if (w->fd >= 0)
		close(w->fd);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

int work_fd(const struct work *w)
{
	return w ? w->fd : -1;
}

bool work_put(struct work *w, enum lane lane, struct job *j)
{
	bool has_room;

	pthread_mutex_lock(&w->lock);
	has_room = w->lane[lane].n < JOBS_MAX;
	if (has_room) {
		w->lane[lane].n++;
		jobs_put(&w->lane[lane].waiting, j);
		pthread_cond_signal(&w->lane[lane].more);
	}
	pthread_mutex_unlock(&w->lock);
	return has_room;
}

static struct job *take_over(struct work *w)
{
	struct job *j;

	pthread_mutex_lock(&w->lock);
	j = jobs_take(&w->over);
	pthread_mutex_unlock(&w->lock);
	return j;
}

void work_run(struct shell *s)
{
	struct job *j;
	eventfd_t n;

	if (!s->work || eventfd_read(s->work->fd, &n) != 0)
		return;
	while ((j = take_over(s->work)))
		j->done(s, j);
}
