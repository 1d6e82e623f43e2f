#ifndef BOT_STORE_SQL_H
#define BOT_STORE_SQL_H

/* SQLite in our words: every failure names the file, what was being done, and SQLite's reason. */

#include "bot/base/clean.h"
#include "bot/base/err.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* A connection and the name it is known by in messages. */
struct sql {
	sqlite3 *db;
	char *path;
};

/* mode: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, or SQLITE_OPEN_READONLY; for READONLY the file
 * is opened as immutable where its folder cannot be written. */
enum err sql_open(struct sql *q, const char *path, int mode, struct why *why) MUST_CHECK;
void sql_close(struct sql *q);
/* Statements without results. doing: "is being prepared", for the message. */
enum err sql_run(struct sql *q, const char *doing, const char *text, struct why *why) MUST_CHECK;
/* One number; 0 when there is no row. */
enum err sql_number(struct sql *q, const char *doing, const char *text, int64_t *out,
	struct why *why) MUST_CHECK;
enum err sql_prepare(
	struct sql *q, const char *text, sqlite3_stmt **out, struct why *why) MUST_CHECK;
/* Step a statement that gives no row, and make it ready for the next time. */
enum err sql_do(struct sql *q, const char *doing, sqlite3_stmt *st, struct why *why) MUST_CHECK;
/* Empty the write-ahead log, without waiting for whoever reads from it. false: somebody does. */
bool sql_log_empty(struct sql *q);
/* Leave a transaction that failed, where SQLite has not left it by itself. */
void sql_undo(struct sql *q);
/* The connection's last failure: E_MALFORMED when the file is not SQLite's or is damaged. */
enum err sql_fail(struct sql *q, const char *doing, struct why *why);

CLEAN_FN(sqlite3_finalize, sqlite3_stmt *)

#endif
