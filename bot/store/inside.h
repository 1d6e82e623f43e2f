#ifndef BOT_STORE_INSIDE_H
#define BOT_STORE_INSIDE_H

/* What the files of this room share; nobody outside includes it. */

#include "bot/store/contacts.h"
#include "bot/store/sql.h"
#include "bot/store/store.h"

enum { STORE_ID_BYTES = 16 };

#define CALL_COLUMNS                                                              \
	"tenant, id, version, contact, how, type, modalities, start_ms, end_ms, " \
	"n_parties, n_sessions, failure_stage, failure_reason"
#define CALL_OF_TEXT                                                  \
	"select " CALL_COLUMNS " from call_record where contact = ? " \
	"order by how = 'chain' desc, end_ms desc limit 1"
#define CALLS_TEXT "select " CALL_COLUMNS " from call_record order by start_ms, id"

#define AUDITS_TEXT                                                                          \
	"select number, at_ms, who, what, target, detail from audit where number < ? order " \
	"by number desc"

#define LEG_COLUMN(name) ", " #name
#define LEG_PLACE(name) ", ?"
#define LEG_COLUMNS "contact, attempt, agent, ended_ms" LEG_FIGURE_LIST(LEG_COLUMN)
#define LEGS_TEXT "select " LEG_COLUMNS " from leg where contact = ? order by number"

#define STATEMENT_LIST(X)                                                                          \
	X(ST_BEGIN, "begin immediate")                                                             \
	X(ST_COMMIT, "commit")                                                                     \
	X(ST_EVENT_PUT, "insert into journal(seq, at_ms, body) values(?, ?, ?)")                   \
	X(ST_EVENTS, "select seq, at_ms, body from journal where seq > ? order by seq")            \
	X(ST_EVENTS_BACK, "select seq, at_ms, body from journal where seq < ? order by "           \
			  "seq desc")                                                              \
	X(ST_PERSON_PUT, "insert or replace into person(contact, kind, id, name, line) values(?, " \
			 "?, ?, ?, ?)")                                                            \
	X(ST_PERSON_GET, "select kind, id, name, line from person where contact = ?")              \
	X(ST_PERSONS, "select contact, kind, id, name, line from person order by contact")         \
	X(ST_EVENT_AT, "select seq, at_ms, body from journal where seq = ?")                       \
	X(ST_PERSON_ERASE, "delete from person where contact = ?")                                 \
	X(ST_FACT_PUT, "insert or replace into fact(name, value) values(?, ?)")                    \
	X(ST_FACT_GET, "select value from fact where name = ?")                                    \
	X(ST_CONFIG_PUT, "insert or ignore into config(digest, text) values(?, ?)")                \
	X(ST_CONFIG_GET, "select text from config where digest = ?")                               \
	X(ST_CHAT_PUT, "insert or replace into chat(app, tenant, user, user_id, conversation_id, " \
		       "service_url, name, locale, blocked, seen_ms) values(?, ?, ?, ?, ?, ?, ?, " \
		       "?, ?, ?)")                                                                 \
	X(ST_CHATS, "select app, tenant, user, user_id, conversation_id, service_url, name, "      \
		    "locale, blocked, seen_ms from chat order by app, tenant, user")               \
	X(ST_CHAT_ERASE, "delete from chat where tenant = ?2 and user = ?3 and (?1 is null or "    \
			 "app = ?1)")                                                              \
	X(ST_CHAIN_PUT, "insert or replace into chain(contact, tenant, chain) values(?, ?, ?)")    \
	X(ST_CHAIN_ERASE, "delete from chain where contact = ?")                                   \
	X(ST_CHAIN_FIND, "select min(contact) from chain where tenant = ? and chain = ? having "   \
			 "min(contact) is not null")                                               \
	X(ST_CHAIN_OF, "select tenant, chain from chain where contact = ?")                        \
	X(ST_DUE_PUT, "insert or ignore into record_due(tenant, id) values(?, ?)")                 \
	X(ST_DUE_DROP, "delete from record_due where tenant = ? and id = ?")                       \
	X(ST_DUE, "select tenant, id from record_due")                                             \
	X(ST_CALL_PUT,                                                                             \
		"insert into call_record(" CALL_COLUMNS ") values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "  \
		"?, ?, ?) on conflict(tenant, id) do update set version = excluded.version, "      \
		"contact = excluded.contact, "                                                     \
		"how = excluded.how, type = excluded.type, modalities = excluded.modalities, "     \
		"start_ms = excluded.start_ms, "                                                   \
		"end_ms = excluded.end_ms, n_parties = excluded.n_parties, n_sessions = "          \
		"excluded.n_sessions, "                                                            \
		"failure_stage = excluded.failure_stage, failure_reason = "                        \
		"excluded.failure_reason "                                                         \
		"where excluded.version >= call_record.version")                                   \
	X(ST_VOICEMAIL_PUT, "insert or replace into voicemail(file, contact, tenant, mailbox, "    \
			    "at_ms, length_ms, seen) values(?, ?, ?, ?, ?, ?, ?)")                 \
	X(ST_VOICEMAIL_SEEN, "update voicemail set seen = 1 where file = ?")                       \
	X(ST_VOICEMAIL_DROP, "delete from voicemail where file = ?")                               \
	X(ST_VOICEMAIL_TAKE, "insert or ignore into voicemail_taken(file, user, at_ms) "           \
			     "values(?, ?, ?)")                                                    \
	X(ST_VOICEMAIL_UNTAKE, "delete from voicemail_taken where file = ?")                       \
	X(ST_VOICEMAILS,                                                                           \
		"select file, contact, tenant, mailbox, voicemail.at_ms, length_ms, seen, "        \
		"coalesce(user, ''), coalesce(voicemail_taken.at_ms, 0) "                          \
		"from voicemail left join voicemail_taken using(file) order by voicemail.at_ms "   \
		"desc, file")                                                                      \
	X(ST_VERSION_PUT,                                                                          \
		"insert into config_version(digest, at_ms, author, comment, how, taken) "          \
		"values(?, ?, ?, ?, ?, ?)")                                                        \
	X(ST_VERSION_TAKE, "update config_version set taken = 1 where number = ?")                 \
	X(ST_VERSION_DROP, "delete from config_version where taken = 0")                           \
	X(ST_VERSIONS, "select number, digest, at_ms, author, comment, how, taken from "           \
		       "config_version where number < ? order by number desc")                     \
	X(ST_AUDIT_PUT,                                                                            \
		"insert into audit(at_ms, who, what, target, detail) values(?, ?, ?, ?, ?)")       \
	X(ST_AUDIT_TRIM, "delete from audit where number <= ?")                                    \
	X(ST_NOTE_PUT,                                                                             \
		"insert into note(contact, at_ms, edited_ms, author, name, text) values(?, ?, 0, " \
		"?, ?, ?)")                                                                        \
	X(ST_NOTE_EDIT,                                                                            \
		"update note set text = ?, edited_ms = ? where number = ? and contact = ? and "    \
		"author = ? and at_ms >= ?")                                                       \
	X(ST_NOTES, "select number, contact, at_ms, edited_ms, author, name, text from note "      \
		    "order by number")                                                             \
	X(ST_NOTE_UNNAME, "update note set author = ?2, name = '' where author = ?1")              \
	X(ST_VOICEMAIL_UNNAME, "update voicemail_taken set user = ?2 where user = ?1")             \
	X(ST_NOTE_COUNT, "select count(*) from note where contact = ?")                            \
	X(ST_NOTE_ERASE, "delete from note where contact = ?")                                     \
	X(ST_JOURNAL_REF, "update journal set body = ? where seq = ?")                             \
	X(ST_CALL_OF, CALL_OF_TEXT)                                                                \
	X(ST_CALLS, CALLS_TEXT)                                                                    \
	X(ST_LEG_PUT, "insert into leg(" LEG_COLUMNS                                               \
		      ") values(?, ?, ?, ?" LEG_FIGURE_LIST(LEG_PLACE) ")")                        \
	X(ST_LEGS, LEGS_TEXT)                                                                      \
	X(ST_AUDITS, AUDITS_TEXT)

#define STATEMENT_ENUM(name, text) name,
enum statement { STATEMENT_LIST(STATEMENT_ENUM) STATEMENTS };
/* From here on only who writes prepares them: a store of an older version, opened to read, lacks
 * their table. */
enum { STATEMENTS_READ = ST_CHAT_PUT };
#undef STATEMENT_ENUM

struct store {
	struct sql sql;
	sqlite3_stmt *st[STATEMENTS];
	bool read_only;
	bool broken;    /* a commit failed: nothing more may be promised */
	bool replaying; /* the projection may be waited for */
	int lock_fd;    /* -1: none */
	uint64_t last_seq;
	int wal_pages;
	bool log_due; /* what was erased is in the write-ahead log still */
	uint8_t id[STORE_ID_BYTES];
	struct contacts *contacts;
};

/* journal.c */
/* Within a transaction: the ref of an EV_CALLER becomes another. */
enum err journal_ref_put(
	struct store *s, uint64_t seq, struct guid ref, struct why *why) MUST_CHECK;
enum err journal_summary(struct store *s, struct store_summary *out, struct why *why) MUST_CHECK;

/* records.c */
/* Within a commit; a caller without a chain is passed over. */
enum err chain_put(struct store *s, const struct caller *p, struct why *why) MUST_CHECK;
enum err chain_erase(struct store *s, uint32_t contact, struct why *why) MUST_CHECK;
/* The one that tells most of a contact; contact 0: none. */
enum err call_of_contact(
	struct store *s, uint32_t contact, struct call_row *out, struct why *why) MUST_CHECK;
/* note.c: within a transaction. */
enum err notes_erase(struct store *s, uint32_t contact, struct why *why) MUST_CHECK;
/* In a store opened to read: its table may be missing. */
enum err records_prepare_to_read(struct store *s, struct why *why) MUST_CHECK;
/* leg.c: the same. */
enum err legs_prepare_to_read(struct store *s, struct why *why) MUST_CHECK;
/* audit.c: the same. */
enum err audit_prepare_to_read(struct store *s, struct why *why) MUST_CHECK;

#endif
