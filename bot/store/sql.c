#include "bot/store/sql.h"

#include "bot/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUSY_MS = 2000, URI_MAX = 4096 };

enum err sql_fail(struct sql *q, const char *doing, struct why *why)
{
	int rc = sqlite3_extended_errcode(q->db);
	int system = sqlite3_system_errno(q->db);
	bool ours = (rc & 0xff) == SQLITE_NOTADB || (rc & 0xff) == SQLITE_CORRUPT;

	return FAIL_EXT(why, ours ? E_MALFORMED : E_SYSTEM, rc, "%s: %s: %s (SQLite %d%s%s)",
		q->path, doing, sqlite3_errmsg(q->db), rc, system ? ", " : "",
		system ? strerror(system) : "");
}

/* As a URI, so that the path may hold any character, and options can follow. */
static enum err uri_of(const char *path, const char *options, char *out, size_t size)
{
	struct text t = text_of(out, size);

	text_add(&t, "file:");
	for (const char *p = path; *p; p++) {
		if (strchr("?#%", *p))
			text_add(&t, "%%%02x", (unsigned char)*p);
		else
			text_add_bytes(&t, p, 1);
	}
	text_add(&t, "%s", options);
	return t.cut ? E_LIMIT : OK;
}

static int try_open(struct sql *q, int mode, const char *options)
{
	char uri[URI_MAX];
	bool is_uri = !strncmp(q->path, "file:", 5) || !strcmp(q->path, ":memory:");
	int rc;

	if (!is_uri && uri_of(q->path, options, uri, sizeof(uri)) != OK)
		return SQLITE_TOOBIG;
	rc = sqlite3_open_v2(is_uri ? q->path : uri, &q->db,
		mode | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE, NULL);
	if (rc == SQLITE_OK && mode & SQLITE_OPEN_READONLY) /* it opens nothing before it reads */
		rc = sqlite3_exec(q->db, "select 1 from sqlite_schema", NULL, NULL, NULL);
	return rc;
}

enum err sql_open(struct sql *q, const char *path, int mode, struct why *why)
{
	enum err e;
	int rc;

	*q = (struct sql){ .path = strdup(path) };
	if (!q->path)
		return FAIL(why, E_SYSTEM, "no memory for %s", path);
	rc = try_open(q, mode, "");
	if ((rc & 0xff) == SQLITE_CANTOPEN && mode & SQLITE_OPEN_READONLY &&
		access(path, R_OK) == 0) {
		sqlite3_close(q->db);
		rc = try_open(q, mode, "?immutable=1");
	}
	if (rc == SQLITE_OK) {
		sqlite3_busy_timeout(q->db, BUSY_MS);
		return OK;
	}
	e = q->db ? sql_fail(q, "cannot be opened", why)
		  : FAIL_EXT(why, E_SYSTEM, rc, "%s: cannot be opened: %s", path,
			    sqlite3_errstr(rc));
	sql_close(q);
	return e;
}

void sql_close(struct sql *q)
{
	sqlite3_close(q->db);
	free(q->path);
	*q = (struct sql){ 0 };
}

enum err sql_run(struct sql *q, const char *doing, const char *text, struct why *why)
{
	return sqlite3_exec(q->db, text, NULL, NULL, NULL) == SQLITE_OK ? OK
									: sql_fail(q, doing, why);
}

enum err sql_number(
	struct sql *q, const char *doing, const char *text, int64_t *out, struct why *why)
{
	CLEAN(sqlite3_finalize) sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(q->db, text, -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return sql_fail(q, doing, why);
	*out = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	return OK;
}

enum err sql_prepare(struct sql *q, const char *text, sqlite3_stmt **out, struct why *why)
{
	if (sqlite3_prepare_v3(q->db, text, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) == SQLITE_OK)
		return OK;
	return sql_fail(q, text, why);
}

enum err sql_do(struct sql *q, const char *doing, sqlite3_stmt *st, struct why *why)
{
	enum err e = sqlite3_step(st) == SQLITE_DONE ? OK : sql_fail(q, doing, why);

	sqlite3_reset(st);
	return e;
}

bool sql_log_empty(struct sql *q)
{
	int rc;

	sqlite3_busy_timeout(q->db, 0);
	rc = sqlite3_wal_checkpoint_v2(q->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(q->db, BUSY_MS);
	return rc == SQLITE_OK;
}

void sql_undo(struct sql *q)
{
	if (!sqlite3_get_autocommit(q->db))
		sqlite3_exec(q->db, "rollback", NULL, NULL, NULL);
}
