#include "bot/store/contacts.h"

#include "bot/base/clean.h"
#include "bot/base/inbox.h"
#include "bot/base/log.h"
#include "bot/store/contacts_file.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { HANDS_MAX = 1024, BATCH_MAX = 256 };

struct contacts {
	struct contacts_file file;
	bool has_thread;
	pthread_t thread;
	struct inbox *hands;
	struct contact_hand *batch; /* the thread's */
	atomic_bool stop;
	atomic_uint_fast64_t missed;
	pthread_mutex_t lock; /* guards written */
	pthread_cond_t moved;
	uint64_t handed, written; /* the last waker is written, not handed */
};

static void batch_write(struct contacts *c, const struct contact_hand *hand, size_t n)
{
	struct why why;

	if (contacts_file_write(&c->file, hand, n, &why) == OK)
		return;
	atomic_fetch_add(&c->missed, n);
	log_line(
		LOG_WARN, "store", "", "contact records=%zu why=\"%s\" -> next start", n, why.text);
}

static void *write_behind(void *arg)
{
	struct contacts *c = arg;
	struct pollfd p = { .fd = inbox_fd(c->hands), .events = POLLIN };

	for (;;) {
		size_t n = 0;

		while (n < BATCH_MAX && inbox_take(c->hands, &c->batch[n]))
			n++;
		if (n) {
			batch_write(c, c->batch, n);
			pthread_mutex_lock(&c->lock);
			c->written += n;
			pthread_cond_broadcast(&c->moved);
			pthread_mutex_unlock(&c->lock);
		} else if (atomic_load(&c->stop)) {
			break;
		} else {
			poll(&p, 1, -1);
		}
	}
	return NULL;
}

CLEAN_FN(contacts_close, struct contacts *)

static struct contacts *contacts_alloc(struct why *why)
{
	struct contacts *c = calloc(1, sizeof(*c));

	if (!c) {
		FAIL(why, E_SYSTEM, "no memory for contact records");
		return NULL;
	}
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->moved, NULL);
	return c;
}

enum err contacts_open(const char *path, const uint8_t of[16], uint32_t last_contact,
	struct contacts **out, struct why *why)
{
	CLEAN(contacts_close) struct contacts *c = contacts_alloc(why);
	enum err e;

	if (!c)
		return E_SYSTEM;
	e = contacts_file_open(&c->file, path, of, last_contact, why);
	if (e != OK)
		return e;
	c->batch = calloc(BATCH_MAX, sizeof(*c->batch));
	c->hands = inbox_new(HANDS_MAX, sizeof(struct contact_hand));
	if (!c->batch || !c->hands || pthread_create(&c->thread, NULL, write_behind, c))
		return FAIL(why, E_SYSTEM, "%s: no thread or memory to write it", path);
	c->has_thread = true;
	*out = TAKE(c);
	return OK;
}

enum err contacts_open_to_read(
	const char *path, const uint8_t of[16], struct contacts **out, struct why *why)
{
	CLEAN(contacts_close) struct contacts *c = contacts_alloc(why);
	enum err e;

	if (!c)
		return E_SYSTEM;
	e = contacts_file_open_to_read(&c->file, path, of, why);
	if (e == OK)
		*out = TAKE(c);
	return e;
}

void contacts_close(struct contacts *c)
{
	if (!c)
		return;
	if (c->has_thread) {
		atomic_store(&c->stop, true);
		/* A full queue has the thread awake already. */
		(void)!inbox_put(c->hands, &(struct contact_hand){ 0 });
		pthread_join(c->thread, NULL);
	}
	inbox_free(c->hands);
	contacts_file_close(&c->file);
	pthread_cond_destroy(&c->moved);
	pthread_mutex_destroy(&c->lock);
	free(c->batch);
	free(c);
}

void contacts_put(struct contacts *c, const struct contact_hand *hand, bool wait)
{
	enum err e;

	if (!c->has_thread || (!hand->code_alone && contacts_file_knows(&c->file, hand->contact)))
		return;
	pthread_mutex_lock(&c->lock);
	while ((e = inbox_put(c->hands, hand)) != OK && wait)
		pthread_cond_wait(&c->moved, &c->lock);
	pthread_mutex_unlock(&c->lock);
	if (e != OK) {
		atomic_fetch_add(&c->missed, 1);
		return;
	}
	c->handed++;
	/* Without memory to know it, it is written twice, and the second time changes nothing. */
	if (!hand->code_alone)
		(void)contacts_file_know(&c->file, hand->contact);
}

void contacts_flush(struct contacts *c)
{
	pthread_mutex_lock(&c->lock);
	while (c->has_thread && c->written < c->handed)
		pthread_cond_wait(&c->moved, &c->lock);
	pthread_mutex_unlock(&c->lock);
}

uint64_t contacts_missed(struct contacts *c)
{
	return atomic_load(&c->missed);
}

enum err contacts_each(struct contacts *c, bool (*each)(void *arg, struct contact_row *row),
	void *arg, struct why *why)
{
	return contacts_file_each(&c->file, false, each, arg, why);
}

enum err contacts_each_back(struct contacts *c, bool (*each)(void *arg, struct contact_row *row),
	void *arg, struct why *why)
{
	return contacts_file_each(&c->file, true, each, arg, why);
}
