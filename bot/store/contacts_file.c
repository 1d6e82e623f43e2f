#include "bot/store/contacts_file.h"

#include "bot/base/clean.h"
#include "bot/base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ID_BYTES = 16 };

/* What a record has beside what it had at first: columns of version 2, after the names. */
#define MORE_LIST(X)                       \
	X("exit", r->exit)                 \
	X("priority", r->priority)         \
	X("language", r->language)         \
	X("answer_1", r->survey[0])        \
	X("answer_2", r->survey[1])        \
	X("answer_3", r->survey[2])        \
	X("n_dials", r->n_dials)           \
	X("n_queues", r->n_queues)         \
	X("n_unanswered", r->n_unanswered) \
	X("wrap_up_code", r->wrap_up_code) \
	X("promised_s", r->promised_s)     \
	X("promised_ms", r->promised_ms)   \
	X("held_ms", r->held_ms)           \
	X("left_ms", r->left_ms)

enum { VERSION = 2, COLUMNS_FIRST = 14 };

static const char first[] =
	"create table if not exists contact(contact integer primary key, offered_ms integer,"
	" answered_ms integer, queued_ms integer, connected_ms integer, ended_ms integer,"
	" entry integer, queue integer, agent integer, n_offers integer, outcome integer,"
	" estimated integer, queue_name text not null, agent_name text not null);"
	"create table if not exists journal(id blob not null);";
#define ADD_TEXT(column, member) "alter table contact add column " column " integer default 0;"
static const char second[] = MORE_LIST(ADD_TEXT) "pragma user_version = 2;";
#define PUT_MORE(column, member) ",?"
#define PUT_TEXT \
	"insert or ignore into contact values(?,?,?,?,?,?,?,?,?,?,?,?,?,?" MORE_LIST(PUT_MORE) ")"
#define CODE_TEXT "update contact set wrap_up_code = ?2 where contact = ?1"
#define EACH_TEXT "select * from contact order by contact"

bool contacts_file_knows(const struct contacts_file *f, uint32_t contact)
{
	return contact / 8 < f->known_bytes && f->known[contact / 8] >> contact % 8 & 1;
}

bool contacts_file_know(struct contacts_file *f, uint32_t contact)
{
	size_t need = contact / 8 + 1, room = f->known_bytes ? f->known_bytes : 1024;
	uint8_t *more;

	while (room < need)
		room *= 2;
	if (room != f->known_bytes) {
		more = realloc(f->known, room);
		if (!more)
			return false;
		memset(more + f->known_bytes, 0, room - f->known_bytes);
		f->known = more;
		f->known_bytes = room;
	}
	f->known[contact / 8] |= (uint8_t)(1 << contact % 8);
	return true;
}

static enum err row_put(struct contacts_file *f, const struct contact_hand *h, struct why *why)
{
	const struct record *r = &h->record;
	const uint64_t column[] = { h->contact, r->offered_ms, r->answered_ms, r->queued_ms,
		r->connected_ms, r->ended_ms, r->entry, r->queue, r->agent, r->n_offers, r->outcome,
		r->estimated };
#define MEMBER(column, member) member,
	const uint64_t more[] = { MORE_LIST(MEMBER) };
#undef MEMBER
	const int n = ARRAY_LEN(column);

	for (int i = 0; i < n; i++)
		sqlite3_bind_int64(f->put, i + 1, (sqlite3_int64)column[i]);
	sqlite3_bind_text(f->put, n + 1, h->queue_name, -1, SQLITE_STATIC);
	sqlite3_bind_text(f->put, n + 2, h->agent_name, -1, SQLITE_STATIC);
	for (int i = 0; i < (int)ARRAY_LEN(more); i++)
		sqlite3_bind_int64(f->put, COLUMNS_FIRST + 1 + i, (sqlite3_int64)more[i]);
	return sql_do(&f->write, "a contact record cannot be written", f->put, why);
}

/* Given after the conversation, so the row is mostly there. */
static enum err code_put(struct contacts_file *f, const struct contact_hand *h, struct why *why)
{
	sqlite3_bind_int64(f->code, 1, h->contact);
	sqlite3_bind_int64(f->code, 2, h->record.wrap_up_code);
	return sql_do(&f->write, "a wrap-up code cannot be written", f->code, why);
}

enum err contacts_file_write(
	struct contacts_file *f, const struct contact_hand *hand, size_t n, struct why *why)
{
	enum err e = sql_do(&f->write, "contact records cannot be written", f->begin, why);

	for (size_t i = 0; e == OK && i < n; i++)
		if (hand[i].contact)
			e = hand[i].code_alone ? code_put(f, &hand[i], why)
					       : row_put(f, &hand[i], why);
	if (e == OK)
		e = sql_do(&f->write, "contact records cannot be written", f->commit, why);
	if (e != OK)
		sql_undo(&f->write);
	return e;
}

/* OK: the file is of this journal, or now is. E_STALE: of another one. */
static enum err whose_file(
	struct contacts_file *f, const uint8_t of[16], bool may_mark, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *get = NULL;
	CLEAN(sqlite3_finalize) sqlite3_stmt *mark = NULL;
	struct sql *q = may_mark ? &f->write : &f->read;
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

static enum err known_read(struct contacts_file *f, uint32_t last_contact, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *st = NULL;
	enum err e = sql_prepare(
		&f->write, "select contact from contact order by 1 desc", &st, why);
	int rc = SQLITE_DONE;

	while (e == OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		uint32_t contact = (uint32_t)sqlite3_column_int64(st, 0);

		if (contact > last_contact)
			e = E_STALE; /* the journal was put back to an earlier day */
		else if (!contacts_file_know(f, contact))
			e = FAIL(why, E_SYSTEM, "%s: no memory for contact numbers", f->write.path);
	}
	return e == OK && rc != SQLITE_DONE ? sql_fail(&f->write, "cannot be read", why) : e;
}

/* All or nothing: a file of version 1 keeps its rows, which a replay by later rules might not give
 * again. */
static enum err file_prepare(struct contacts_file *f, int64_t version, struct why *why)
{
	enum err e = sql_run(&f->write, "cannot be prepared", "begin immediate", why);

	if (e == OK)
		e = sql_run(&f->write, "cannot be prepared", first, why);
	if (e == OK && version < VERSION)
		e = sql_run(&f->write, "cannot be brought up to date", second, why);
	if (e == OK)
		e = sql_run(&f->write, "cannot be prepared", "commit", why);
	if (e != OK)
		sql_undo(&f->write);
	return e;
}

static enum err write_open(struct contacts_file *f, const char *path, const uint8_t of[16],
	uint32_t last_contact, struct why *why)
{
	int64_t version = 0;
	enum err e = sql_open(&f->write, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, why);

	if (e == OK)
		e = sql_run(&f->write, "cannot be written ahead",
			"pragma journal_mode = wal; pragma synchronous = normal;", why);
	if (e == OK)
		e = sql_number(&f->write, "cannot be read", "pragma user_version", &version, why);
	if (e == OK && version > VERSION)
		e = E_STALE;
	if (e == OK)
		e = file_prepare(f, version, why);
	if (e == OK)
		e = whose_file(f, of, true, why);
	if (e == OK)
		e = known_read(f, last_contact, why);
	if (e == OK)
		e = sql_prepare(&f->write, "begin immediate", &f->begin, why);
	if (e == OK)
		e = sql_prepare(&f->write, "commit", &f->commit, why);
	if (e == OK)
		e = sql_prepare(&f->write, CODE_TEXT, &f->code, why);
	return e == OK ? sql_prepare(&f->write, PUT_TEXT, &f->put, why) : e;
}

static void write_close(struct contacts_file *f)
{
	sqlite3_finalize(f->begin);
	sqlite3_finalize(f->commit);
	sqlite3_finalize(f->put);
	sqlite3_finalize(f->code);
	f->begin = f->commit = f->put = f->code = NULL;
	sql_close(&f->write);
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

enum err contacts_file_open(struct contacts_file *f, const char *path, const uint8_t of[16],
	uint32_t last_contact, struct why *why)
{
	bool is_file = strncmp(path, "file:", 5) != 0;
	enum err e;

	if (is_file)
		file_make(path);
	e = write_open(f, path, of, last_contact, why);
	if (is_file && (e == E_STALE || e == E_MALFORMED)) {
		log_line(LOG_WARN, "store", "", "contacts file=%s unfit -> made anew", path);
		write_close(f);
		file_remove(path);
		file_make(path);
		if (f->known)
			memset(f->known, 0, f->known_bytes);
		e = write_open(f, path, of, last_contact, why);
	}
	if (e == OK)
		e = sql_open(&f->read, path, is_file ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE,
			why);
	if (e == OK && !is_file)
		e = sql_run(&f->read, "cannot be read", "pragma read_uncommitted = on", why);
	return e;
}

enum err contacts_file_open_to_read(
	struct contacts_file *f, const char *path, const uint8_t of[16], struct why *why)
{
	enum err e;

	if (access(path, F_OK) < 0)
		return OK;
	e = sql_open(&f->read, path, SQLITE_OPEN_READONLY, why);
	if (e == OK)
		e = whose_file(f, of, false, why);
	if (e != E_STALE && e != E_MALFORMED)
		return e;
	sql_close(&f->read); /* the service will make it anew */
	return OK;
}

void contacts_file_close(struct contacts_file *f)
{
	write_close(f);
	sql_close(&f->read);
	free(f->known);
	f->known = NULL;
}

/* Not there in a file of version 1 that is opened to read. */
static void more_read(sqlite3_stmt *st, struct record *r)
{
	int i = COLUMNS_FIRST;

#define READ(column, member) member = (__typeof__(member))sqlite3_column_int64(st, i++);
	MORE_LIST(READ)
#undef READ
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
	if (sqlite3_column_count(st) > COLUMNS_FIRST)
		more_read(st, r);
	snprintf(row->queue_name, sizeof(row->queue_name), "%s",
		(const char *)sqlite3_column_text(st, 12));
	snprintf(row->agent_name, sizeof(row->agent_name), "%s",
		(const char *)sqlite3_column_text(st, 13));
}

enum err contacts_file_each(struct contacts_file *f, bool back,
	bool (*each)(void *arg, struct contact_row *row), void *arg, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *st = NULL;
	struct contact_row row;
	enum err e;
	int rc;

	if (!f->read.db)
		return OK;
	e = sql_prepare(&f->read, back ? EACH_TEXT " desc" : EACH_TEXT, &st, why);
	if (e != OK)
		return e;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		row_read(st, &row);
		if (!each(arg, &row))
			return OK;
	}
	return rc == SQLITE_DONE ? OK : sql_fail(&f->read, "cannot be read", why);
}
