#include "bot/store/contacts.h"

#include "bot/base/clean.h"
#include "bot/base/inbox.h"
#include "bot/base/log.h"
#include "bot/store/sql.h"

#include <inttypes.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HANDS_MAX = 4096, BATCH_MAX = 256, ID_BYTES = 16 };

static const char schema[] =
	"begin immediate;"
	"create table if not exists contact(contact integer primary key, offered_ms integer,"
	" answered_ms integer, queued_ms integer, connected_ms integer, ended_ms integer,"
	" entry integer, queue integer, agent integer, n_offers integer, outcome integer,"
	" estimated integer, queue_name text not null, agent_name text not null);"
	"create table if not exists journal(id blob not null);"
	"pragma user_version = 1;"
	"commit;";
#define PUT_TEXT "insert or ignore into contact values(?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
#define EACH_TEXT "select * from contact order by contact"

struct contacts {
	struct sql write, read; /* the thread's, and the owner's */
	sqlite3_stmt *begin, *commit, *put;
	bool has_thread;
	pthread_t thread;
	struct inbox *hands;
	struct contact_hand *batch; /* the thread's */
	atomic_bool stop;
	atomic_uint_fast64_t missed;
	pthread_mutex_t lock; /* guards written */
	pthread_cond_t moved;
	uint64_t handed, written; /* the wakers included */
	/* Which contacts are there or on the way: bit contact. The owner's. */
	uint8_t *known;
	size_t known_bytes;
};

static bool known_is(const struct contacts *c, uint32_t contact)
{
	return contact / 8 < c->known_bytes && c->known[contact / 8] >> contact % 8 & 1;
}

static bool known_set(struct contacts *c, uint32_t contact)
{
	size_t need = contact / 8 + 1, room = c->known_bytes ? c->known_bytes : 1024;
	uint8_t *more;

	while (room < need)
		room *= 2;
	if (room != c->known_bytes) {
		more = realloc(c->known, room);
		if (!more)
			return false;
		memset(more + c->known_bytes, 0, room - c->known_bytes);
		c->known = more;
		c->known_bytes = room;
	}
	c->known[contact / 8] |= (uint8_t)(1 << contact % 8);
	return true;
}

static enum err put(struct contacts *c, const struct contact_hand *h, struct why *why)
{
	const struct record *r = &h->record;
	const uint64_t column[] = { h->contact, r->offered_ms, r->answered_ms, r->queued_ms,
		r->connected_ms, r->ended_ms, r->entry, r->queue, r->agent, r->n_offers, r->outcome,
		r->estimated };
	const int n = ARRAY_LEN(column);

	for (int i = 0; i < n; i++)
		sqlite3_bind_int64(c->put, i + 1, (sqlite3_int64)column[i]);
	sqlite3_bind_text(c->put, n + 1, h->queue_name, -1, SQLITE_STATIC);
	sqlite3_bind_text(c->put, n + 2, h->agent_name, -1, SQLITE_STATIC);
	return sql_do(&c->write, "a contact record cannot be written", c->put, why);
}

static void batch_write(struct contacts *c, const struct contact_hand *hand, size_t n)
{
	struct why why;
	enum err e = sql_do(&c->write, "contact records cannot be written", c->begin, &why);

	for (size_t i = 0; e == OK && i < n; i++)
		if (hand[i].contact)
			e = put(c, &hand[i], &why);
	if (e == OK)
		e = sql_do(&c->write, "contact records cannot be written", c->commit, &why);
	if (e == OK)
		return;
	sql_undo(&c->write);
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

/* OK: the file is of this journal, or now is. E_STALE: of another one. */
static enum err whose_file(struct contacts *c, const uint8_t of[16], bool may_mark, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *get = NULL;
	CLEAN(sqlite3_finalize) sqlite3_stmt *mark = NULL;
	struct sql *q = may_mark ? &c->write : &c->read;
	enum err e = sql_prepare(q, "select id from journal", &get, why);
	int rc;

	if (e != OK)
		return e;
	rc = sqlite3_step(get);
	if (rc == SQLITE_ROW)
		return sqlite3_column_bytes(get, 0) == ID_BYTES &&
				       !memcmp(sqlite3_column_blob(get, 0), of, ID_BYTES)
			       ? OK
			       : E_STALE;
	if (rc != SQLITE_DONE)
		return sql_fail(q, "cannot be read", why);
	if (!may_mark)
		return E_STALE;
	e = sql_prepare(q, "insert into journal values(?)", &mark, why);
	if (e != OK)
		return e;
	sqlite3_bind_blob(mark, 1, of, ID_BYTES, SQLITE_STATIC);
	return sql_do(q, "cannot be marked", mark, why);
}

static enum err known_read(struct contacts *c, uint32_t last_contact, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *st = NULL;
	enum err e = sql_prepare(
		&c->write, "select contact from contact order by 1 desc", &st, why);
	int rc = SQLITE_DONE;

	while (e == OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		uint32_t contact = (uint32_t)sqlite3_column_int64(st, 0);

		if (contact > last_contact)
			e = E_STALE; /* the journal was put back to an earlier day */
		else if (!known_set(c, contact))
			e = FAIL(why, E_SYSTEM, "%s: no memory for contact numbers", c->write.path);
	}
	return e == OK && rc != SQLITE_DONE ? sql_fail(&c->write, "cannot be read", why) : e;
}

static enum err write_open(struct contacts *c, const char *path, const uint8_t of[16],
	uint32_t last_contact, struct why *why)
{
	int64_t version = 0;
	enum err e = sql_open(&c->write, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, why);

	if (e == OK)
		e = sql_run(&c->write, "cannot be written ahead",
			"pragma journal_mode = wal; pragma synchronous = normal;", why);
	if (e == OK)
		e = sql_number(&c->write, "cannot be read", "pragma user_version", &version, why);
	if (e == OK && version > 1)
		e = E_STALE;
	if (e == OK)
		e = sql_run(&c->write, "cannot be prepared", schema, why);
	if (e == OK)
		e = whose_file(c, of, true, why);
	if (e == OK)
		e = known_read(c, last_contact, why);
	if (e == OK)
		e = sql_prepare(&c->write, "begin immediate", &c->begin, why);
	if (e == OK)
		e = sql_prepare(&c->write, "commit", &c->commit, why);
	return e == OK ? sql_prepare(&c->write, PUT_TEXT, &c->put, why) : e;
}

static void write_close(struct contacts *c)
{
	sqlite3_finalize(c->begin);
	sqlite3_finalize(c->commit);
	sqlite3_finalize(c->put);
	c->begin = c->commit = c->put = NULL;
	sql_close(&c->write);
}

static void file_remove(const char *path)
{
	static const char *const tail[] = { "", "-wal", "-shm" };
	char name[4096];

	for (size_t i = 0; i < ARRAY_LEN(tail); i++) {
		snprintf(name, sizeof(name), "%s%s", path, tail[i]);
		unlink(name);
	}
}

/* With the mode that SQLite gives to the files beside it, too. */
static void file_make(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
}

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
	bool is_file = strncmp(path, "file:", 5) != 0;
	enum err e;

	if (!c)
		return E_SYSTEM;
	if (is_file)
		file_make(path);
	e = write_open(c, path, of, last_contact, why);
	if (is_file && (e == E_STALE || e == E_MALFORMED)) {
		log_line(LOG_WARN, "store", "", "contacts file=%s unfit -> made anew", path);
		write_close(c);
		file_remove(path);
		file_make(path);
		if (c->known)
			memset(c->known, 0, c->known_bytes);
		e = write_open(c, path, of, last_contact, why);
	}
	if (e == OK)
		e = sql_open(&c->read, path, is_file ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE,
			why);
	if (e == OK && !is_file)
		e = sql_run(&c->read, "cannot be read", "pragma read_uncommitted = on", why);
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
	enum err e = OK;

	if (!c)
		return E_SYSTEM;
	if (access(path, F_OK) == 0) {
		e = sql_open(&c->read, path, SQLITE_OPEN_READONLY, why);
		if (e == OK)
			e = whose_file(c, of, false, why);
	}
	if (e == E_STALE || e == E_MALFORMED) { /* the service will make it anew */
		sql_close(&c->read);
		e = OK;
	}
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
	write_close(c);
	sql_close(&c->read);
	pthread_cond_destroy(&c->moved);
	pthread_mutex_destroy(&c->lock);
	free(c->batch);
	free(c->known);
	free(c);
}

void contacts_put(struct contacts *c, const struct contact_hand *hand, bool wait)
{
	enum err e;

	if (!c->has_thread || known_is(c, hand->contact))
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
	(void)known_set(c, hand->contact);
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

static void row_read(sqlite3_stmt *st, struct contact_row *row)
{
	struct record *r = &row->record;

	*row = (struct contact_row){ .contact = (uint32_t)sqlite3_column_int64(st, 0) };
	r->offered_ms = (uint64_t)sqlite3_column_int64(st, 1);
	r->answered_ms = (uint64_t)sqlite3_column_int64(st, 2);
	r->queued_ms = (uint64_t)sqlite3_column_int64(st, 3);
	r->connected_ms = (uint64_t)sqlite3_column_int64(st, 4);
	r->ended_ms = (uint64_t)sqlite3_column_int64(st, 5);
	r->entry = (uint16_t)sqlite3_column_int(st, 6);
	r->queue = (uint16_t)sqlite3_column_int(st, 7);
	r->agent = (uint16_t)sqlite3_column_int(st, 8);
	r->n_offers = (uint16_t)sqlite3_column_int(st, 9);
	r->outcome = (uint8_t)sqlite3_column_int(st, 10);
	r->estimated = sqlite3_column_int(st, 11) != 0;
	snprintf(row->queue_name, sizeof(row->queue_name), "%s",
		(const char *)sqlite3_column_text(st, 12));
	snprintf(row->agent_name, sizeof(row->agent_name), "%s",
		(const char *)sqlite3_column_text(st, 13));
}

enum err contacts_each(struct contacts *c, bool (*each)(void *arg, struct contact_row *row),
	void *arg, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *st = NULL;
	struct contact_row row;
	enum err e;
	int rc;

	if (!c->read.db)
		return OK;
	e = sql_prepare(&c->read, EACH_TEXT, &st, why);
	if (e != OK)
		return e;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		row_read(st, &row);
		if (!each(arg, &row))
			return OK;
	}
	return rc == SQLITE_DONE ? OK : sql_fail(&c->read, "cannot be read", why);
}
