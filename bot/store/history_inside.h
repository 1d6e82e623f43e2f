#ifndef BOT_STORE_HISTORY_INSIDE_H
#define BOT_STORE_HISTORY_INSIDE_H

/* Between history.c, which writes, and history_read.c; nobody else includes it. */

#include "bot/store/history.h"
#include "bot/store/sql.h"

#define HISTORY_STATEMENTS(X)                                                                     \
	X(HS_BEGIN, "begin")                                                                      \
	X(HS_COMMIT, "commit")                                                                    \
	X(HS_POSITION, "update progress set position = ?")                                        \
	X(HS_CONTACT,                                                                             \
		"insert into contact values(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,"  \
		"?16,?17) on conflict(contact) do update set answered_ms=?5, connected_ms=?6, "   \
		"ended_ms=?7, outcome=?8, n_queues=?9, held_ms=?10, code=max(code,?11), "         \
		"caller=case when length(?3) then ?3 else caller end, "                           \
		"queue=coalesce(?12,queue), agent=coalesce(?13,agent), user=coalesce(?14,user), " \
		"recorded=?16, promised_s=?17")                                                   \
	X(HS_VISIT, "insert into visit values(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,0) " \
		    "on conflict(contact,n) do update set agent=coalesce(?5,agent), end=?6, "     \
		    "within=?7, n_transfers=?10, left_ms=?12, talk_end_ms=?13, talk_ms=?14")      \
	X(HS_SPAN, "insert or ignore into span values(?,?,?,?,?,?,?,?,?)")                        \
	X(HS_SPAN_END, "update span set to_ms = ?2 where span = ?1")                              \
	X(HS_MOMENT, "insert or ignore into moment values(?,?,?,?,?,?,?,?,?)")                    \
	X(HS_WRAP_UP, "update visit set wrap_up_ms = wrap_up_ms + ?2 where contact = ?1 and n = " \
		      "(select max(n) from visit where contact = ?1 and end = 1)")                \
	X(HS_CODE, "update contact set code = ?2 where contact = ?1")

#define HISTORY_ENUM(name, text) name,
enum history_statement { HISTORY_STATEMENTS(HISTORY_ENUM) HISTORY_STATEMENTS_N };
#undef HISTORY_ENUM

struct history {
	struct sql sql;
	sqlite3_stmt *st[HISTORY_STATEMENTS_N];
	bool joined; /* the store's own file is attached as store */
};

#endif
