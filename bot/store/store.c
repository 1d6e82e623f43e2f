/* Opening and closing: whose file it is, what is in it, and that nobody else writes it. */
#include "bot/store/store.h"

#include "bot/base/clean.h"
#include "bot/base/rng.h"
#include "bot/base/text.h"
#include "bot/store/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

enum {
	APPLICATION_ID = 0x464f5952, /* "FOYR" */
	VERSION = 1,
	PATH_BYTES_MAX = 3500,
};

static const char schema[] =
	"begin immediate;"
	"create table journal(seq integer primary key, at_ms integer not null, body blob not null);"
	"create table person(contact integer primary key, kind text not null, id text not null,"
	" name text not null, line text not null);"
	"create table fact(name text primary key, value blob not null) without rowid;"
	"create table config(digest blob primary key, text text not null) without rowid;"
	"pragma application_id = 1179605330; pragma user_version = 1;"
	"commit;";
_Static_assert(APPLICATION_ID == 1179605330 && VERSION == 1, "the schema's own numbers");

#define STATEMENT_TEXT(name, text) [name] = text,
static const char *const statement[STATEMENTS] = { STATEMENT_LIST(STATEMENT_TEXT) };
#undef STATEMENT_TEXT

CLEAN_FN(store_close, struct store *)

#define LEG_TYPED(name) ", " #name " integer not null"
#define LEG_TABLE                                                                   \
	"create table if not exists leg(number integer primary key autoincrement,"  \
	" contact integer not null, attempt integer not null, agent text not null," \
	" ended_ms integer not null" LEG_FIGURE_LIST(LEG_TYPED) ");"

/* Tables that came later; a version that does not know them leaves them alone. */
static const char later[] =
	"create table if not exists chat(app text not null, tenant text not null,"
	" user text not null, user_id text not null, conversation_id text not null,"
	" service_url text not null, name text not null, locale text not null,"
	" blocked text not null, seen_ms integer not null,"
	" primary key(app, tenant, user)) without rowid;"
	"create table if not exists chain(contact integer primary key, tenant text not null,"
	" chain text not null);"
	"create index if not exists chain_by_id on chain(chain);"
	"create table if not exists voicemail(file text primary key, contact integer not null,"
	" tenant text not null, mailbox text not null, at_ms integer not null,"
	" length_ms integer not null, seen integer not null) without rowid;"
	"create table if not exists voicemail_taken(file text primary key, user text not null,"
	" at_ms integer not null) without rowid;"
	"create table if not exists record_due(tenant text not null, id text not null,"
	" primary key(tenant, id)) without rowid;"
	"create table if not exists call_record(tenant text not null, id text not null,"
	" version integer not null, contact integer not null, how text not null,"
	" type text not null, modalities text not null, start_ms integer not null,"
	" end_ms integer not null, n_parties integer not null, n_sessions integer not null,"
	" failure_stage text not null, failure_reason text not null,"
	" primary key(tenant, id)) without rowid;"
	"create table if not exists note(number integer primary key autoincrement,"
	" contact integer not null, at_ms integer not null, edited_ms integer not null,"
	" author text not null, name text not null, text text not null);"
	"create index if not exists note_by_contact on note(contact);"
	"create index if not exists call_record_by_contact on call_record(contact);"
	"create table if not exists config_version(number integer primary key autoincrement,"
	" digest blob not null, at_ms integer not null, author text not null,"
	" comment text not null, how text not null, taken integer not null);"
	"create table if not exists audit(number integer primary key autoincrement,"
	" at_ms integer not null, who text not null, what text not null, target text not null,"
	" detail text not null);" LEG_TABLE
	"create index if not exists leg_by_contact on leg(contact);";

static bool is_memory(const char *path)
{
	return !strcmp(path, ":memory:");
}

/* SQLite's own locks would either keep readers out (exclusive mode) or let a second service in
 * between two commits; so one service a store is a lock of ours, on a file beside it. */
static enum err lock_take(struct store *s, const char *path, struct why *why)
{
	char name[PATH_BYTES_MAX + 16], pid[32] = "";
	ssize_t n;

	snprintf(name, sizeof(name), "%s-lock", path);
	s->lock_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: cannot be made: %m", name);
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		n = read(s->lock_fd, pid, sizeof(pid) - 1);
		pid[n > 0 ? strcspn(pid, "\n") : 0] = '\0';
		return FAIL_EXT(why, E_DENIED, errno,
			"%s: another process (%s) has this store open, and a store is for one "
			"service",
			path, pid[0] ? pid : "its number is not known");
	}
	n = snprintf(pid, sizeof(pid), "%d\n", (int)getpid());
	if (ftruncate(s->lock_fd, 0) < 0 || pwrite(s->lock_fd, pid, (size_t)n, 0) != n)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: cannot be written: %m", name);
	return OK;
}

/* SQLite would make it readable for whom the umask lets. */
static enum err file_make(const char *path, bool *made, struct why *why)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	*made = fd >= 0;
	if (fd < 0 && errno != EEXIST)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: cannot be made: %m", path);
	if (fd >= 0)
		close(fd);
	return OK;
}

/* A new file's name is safe from a power cut only when its folder is on disk. */
static enum err folder_sync(const char *path, struct why *why)
{
	char copy[PATH_BYTES_MAX + 1];
	CLEAN(close) int fd = -1;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: its folder cannot be synced: %m", path);
	return OK;
}

static enum err whose_file(struct store *s, struct why *why)
{
	int64_t application = 0, version = 0, n_tables = 0;
	enum err e = sql_number(
		&s->sql, "cannot be read", "pragma application_id", &application, why);

	if (e == OK)
		e = sql_number(&s->sql, "cannot be read", "pragma user_version", &version, why);
	if (e == OK)
		e = sql_number(&s->sql, "cannot be read", "select count(*) from sqlite_schema",
			&n_tables, why);
	if (e != OK)
		return e;
	if (application == APPLICATION_ID && version == VERSION)
		return OK;
	if (application == APPLICATION_ID)
		return FAIL(why, E_MALFORMED,
			"%s: made by a newer foyer (version %" PRId64 ", this one knows %d)",
			s->sql.path, version, VERSION);
	if (application || version || n_tables || s->read_only)
		return FAIL(why, E_MALFORMED, "%s: is a database, but not a store of foyer",
			s->sql.path);
	return sql_run(&s->sql, "cannot be prepared", schema, why);
}

static int wal_grew(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct store *s = arg;

	(void)db, (void)name;
	s->wal_pages = pages;
	return SQLITE_OK;
}

/* FULL: on disk before the commit returns. secure_delete: what is erased is overwritten.
 * Checkpoints are ours (store_idle), never in the middle of somebody's commit. */
static enum err write_mode(struct store *s, struct why *why)
{
	enum err e = sql_run(&s->sql, "cannot be written ahead",
		"pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on;"
		"pragma wal_autocheckpoint = 0; pragma cache_size = -8000;",
		why);

	if (e == OK)
		e = sql_run(&s->sql, "cannot be prepared", later, why);
	if (e == OK)
		sqlite3_wal_hook(s->sql.db, wal_grew, s);
	/* Who ended before it was done may have left erased text there. */
	if (e == OK)
		(void)store_log_empty(s);
	return e;
}

static enum err statements_prepare(struct store *s, struct why *why)
{
	size_t n = s->read_only ? (size_t)STATEMENTS_READ : (size_t)STATEMENTS;
	enum err e;

	for (size_t i = 0; i < n; i++) {
		e = sql_prepare(&s->sql, statement[i], &s->st[i], why);

		if (e != OK)
			return e;
	}
	if (!s->read_only)
		return OK;
	e = records_prepare_to_read(s, why);
	if (e == OK)
		e = legs_prepare_to_read(s, why);
	return e == OK ? audit_prepare_to_read(s, why) : e;
}

static enum err id_know(struct store *s, struct why *why)
{
	size_t n = sizeof(s->id);
	enum err e = store_fact_get(s, "store-id", s->id, &n, why);

	if (e == E_ABSENT && !s->read_only) {
		random_bytes(s->id, sizeof(s->id));
		e = store_fact_put(s, "store-id", s->id, sizeof(s->id), why);
	}
	return e;
}

static enum err contacts_begin(
	struct store *s, const char *path, const struct store_summary *found, struct why *why)
{
	char name[PATH_BYTES_MAX + 16];

	if (is_memory(path))
		snprintf(name, sizeof(name), "file:foyer-contacts-%p?mode=memory&cache=shared",
			(void *)s);
	else
		snprintf(name, sizeof(name), "%s-contacts", path);
	if (s->read_only)
		return contacts_open_to_read(name, s->id, &s->contacts, why);
	return contacts_open(name, s->id, found->last_contact, &s->contacts, why);
}

static enum err open_any(const char *path, bool read_only, struct store **out,
	struct store_summary *summary, struct why *why)
{
	CLEAN(store_close) struct store *s = calloc(1, sizeof(*s));
	bool made = false;
	enum err e = OK;

	if (!s)
		return FAIL(why, E_SYSTEM, "%s: no memory", path);
	s->lock_fd = -1;
	s->read_only = read_only;
	if (strlen(path) > PATH_BYTES_MAX)
		return FAIL(
			why, E_LIMIT, "the store's path is longer than %d bytes", PATH_BYTES_MAX);
	if (read_only && access(path, F_OK) < 0)
		return FAIL_EXT(why, E_ABSENT, errno, "%s: %m", path);
	if (!read_only && !is_memory(path)) {
		e = lock_take(s, path, why);
		if (e == OK)
			e = file_make(path, &made, why);
	}
	if (e == OK)
		e = sql_open(&s->sql, path,
			read_only ? SQLITE_OPEN_READONLY
				  : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
			why);
	if (e == OK)
		e = whose_file(s, why);
	if (e == OK && !read_only)
		e = write_mode(s, why);
	if (e == OK)
		e = statements_prepare(s, why);
	if (e == OK)
		e = id_know(s, why);
	if (e == OK && made)
		e = folder_sync(path, why);
	if (e == OK)
		e = journal_summary(s, summary, why);
	if (e == OK)
		e = contacts_begin(s, path, summary, why);
	if (e == OK)
		*out = TAKE(s);
	return e;
}

enum err store_open(
	const char *path, struct store **out, struct store_summary *summary, struct why *why)
{
	return open_any(path, false, out, summary, why);
}

enum err store_open_to_read(
	const char *path, struct store **out, struct store_summary *summary, struct why *why)
{
	return open_any(path, true, out, summary, why);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	contacts_close(s->contacts);
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(s->st[i]);
	sql_close(&s->sql);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	free(s);
}
