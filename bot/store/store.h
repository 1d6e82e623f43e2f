#ifndef BOT_STORE_STORE_H
#define BOT_STORE_STORE_H

/*
 * What is remembered. The journal is the truth: events in order, committed in groups, on disk
 * before any effect of them leaves. Names, numbers and notes live in a table of persons keyed by
 * contact, never in journal records, so that a person can be erased and every replay still runs.
 * Contact records are a projection: written behind, made anew from the journal where they lag.
 *
 * The main loop's thread owns the store. Projections have a thread, a connection and a file of
 * their own (PATH-contacts), and PATH-lock says which process serves.
 *
 * A commit that fails is fatal for the process: who cannot remember must not promise, and after a
 * failed fsync the kernel may have dropped what it held. Stop, and let recovery read what is there.
 */

#include "bot/core/effect.h"
#include "bot/core/event.h"

#include <stdbool.h>

struct store;

/* A row of the table of persons: who called, as far as Graph told. */
struct caller {
	uint32_t contact;
	char kind[24]; /* "phone", "user", "guest", ... */
	char id[128];  /* number or object id */
	char name[128];
	char line[128]; /* what was dialled, as far as Graph told: application instance id */
	/* The chain of calls it belongs to, and whose; "": not told. Written with the row, and read
	 * by store_chain alone. */
	char chain_id[GUID_TEXT], tenant_id[GUID_TEXT];
};

struct store_batch {
	const struct event *event;
	size_t n_events;
	const struct caller *person; /* of contacts whose first event is in this batch */
	size_t n_persons;
};

/* What store_open found. */
struct store_summary {
	uint64_t n_events;
	uint64_t last_ms;      /* at_ms of the last event; 0: none */
	uint32_t last_contact; /* highest contact number */
};

/*
 * path: an SQLite file, made when absent (mode 0600); ":memory:" for tests. out and summary are set
 * on OK only.
 *
 * E_DENIED     another process has it open: one service a store
 * E_MALFORMED  not ours, damaged, or of a newer version
 * E_ABSENT     nothing there, to read
 * E_LIMIT      the path is too long
 * E_SYSTEM     everything else; why says what and where
 */
enum err store_open(const char *path, struct store **out, struct store_summary *summary,
	struct why *why) MUST_CHECK;
/* Read only, beside a running service: for replay and reports. */
enum err store_open_to_read(const char *path, struct store **out, struct store_summary *summary,
	struct why *why) MUST_CHECK;
/* Contact records handed over are written first. NULL is fine. */
void store_close(struct store *s);

/* One transaction, durable when it returns OK. See above for anything else. */
enum err store_commit(struct store *s, const struct store_batch *batch, struct why *why) MUST_CHECK;
/* The number of the last event that is durable. */
uint64_t store_position(const struct store *s);
/* Call when nothing waits: moves what the write-ahead log collected, if that is much (some ms). */
void store_idle(struct store *s);

/* Every event in order; the callback returns false to stop early. E_MALFORMED: a record that is not
 * ours, or a gap. */
enum err store_replay(struct store *s,
	bool (*each)(void *arg, uint64_t seq, const struct event *ev), void *arg,
	struct why *why) MUST_CHECK;

/* The same, from the event after that one on. */
enum err store_replay_after(struct store *s, uint64_t after,
	bool (*each)(void *arg, uint64_t seq, const struct event *ev), void *arg,
	struct why *why) MUST_CHECK;

/* The same from the newest back; before: only events of a lower number, UINT64_MAX: all. */
enum err store_replay_back(struct store *s, uint64_t before,
	bool (*each)(void *arg, uint64_t seq, const struct event *ev), void *arg,
	struct why *why) MUST_CHECK;

/* Small durable facts: the service's secret, versions. value_bytes in: room, out: size. E_ABSENT:
 * not set. E_LIMIT: longer than the room. */
enum err store_fact_get(struct store *s, const char *name, void *value, size_t *value_bytes,
	struct why *why) MUST_CHECK;
enum err store_fact_put(struct store *s, const char *name, const void *value, size_t value_bytes,
	struct why *why) MUST_CHECK;

/* Configurations that were in force, by the digest that EV_START names; text is owned by the
 * receiver. */
enum err store_config_put(
	struct store *s, const uint8_t digest[16], const char *text, struct why *why) MUST_CHECK;
enum err store_config_get(
	struct store *s, const uint8_t digest[16], char **text, struct why *why) MUST_CHECK;

/*
 * Versions of the configuration: what was taken over, when, by whom and why. The texts are those
 * above. One that is written down and not yet taken is of a process that ended between the two: the
 * file then says which it is.
 */
struct version_row {
	uint32_t number; /* from 1; given by the store */
	uint8_t digest[16];
	uint64_t at_unix_ms;
	char author[GUID_TEXT]; /* object id; "": whoever can write the file */
	char comment[400];
	char how[16]; /* "file", "console", "rollback" */
	bool taken;
};
/* Durable when it returns OK; number is filled. */
enum err store_version_put(struct store *s, struct version_row *row, struct why *why) MUST_CHECK;
enum err store_version_take(struct store *s, uint32_t number, struct why *why) MUST_CHECK;
/* Those that were not taken were never in force. */
enum err store_versions_settle(struct store *s, struct why *why) MUST_CHECK;
/* Those below a number (UINT32_MAX: all), the newest first. */
enum err store_versions(struct store *s, uint32_t before,
	bool (*each)(void *arg, const struct version_row *row), void *arg,
	struct why *why) MUST_CHECK;

/* Who did what, beside the commands of the journal. The oldest go when there are AUDIT_MAX. */
enum { AUDIT_MAX = 100000 };
struct audit_row {
	uint64_t number; /* from 1; given by the store */
	uint64_t at_unix_ms;
	char who[GUID_TEXT]; /* object id; "": not known */
	char what[32];       /* "config-apply" */
	char target[160];    /* of it; no number or name of a caller in full */
	char detail[400];
};
/* Durable when it returns OK. */
enum err store_audit_put(struct store *s, const struct audit_row *row, struct why *why) MUST_CHECK;
/* As store_versions. */
enum err store_audits(struct store *s, uint64_t before,
	bool (*each)(void *arg, const struct audit_row *row), void *arg,
	struct why *why) MUST_CHECK;

/* Everybody who is known, by rising contact; chain and tenant are not filled. */
enum err store_persons(struct store *s, bool (*each)(void *arg, const struct caller *p), void *arg,
	struct why *why) MUST_CHECK;

/*
 * A caller's traces, in one transaction: the persons of these contacts and their chains are gone,
 * and the keyed hash by which the journal tells the same caller again (EV_CALLER's ref, at the
 * positions named) is replaced by another one, the same in all of them, so that a replay decides
 * what was decided, and nobody finds the caller by it.
 */
struct store_traces {
	const uint32_t *contact;
	const uint64_t *hashed; /* positions of EV_CALLER */
	size_t n_contacts, n_hashed;
	struct guid instead;
};
enum err store_traces_erase(
	struct store *s, const struct store_traces *t, struct why *why) MUST_CHECK;

/*
 * What any of these erased is overwritten in the file; its write-ahead log is emptied at once where
 * nobody reads from it. Else it is due, and who erases asks again until it is done.
 */
bool store_log_due(const struct store *s);
/* Without waiting. false: somebody reads from it. */
bool store_log_empty(struct store *s);

/* E_ABSENT: never known, or erased. */
enum err store_person_get(
	struct store *s, uint32_t contact, struct caller *out, struct why *why) MUST_CHECK;

/*
 * What people wrote down of a contact. A note goes with the person of its contact when that is
 * erased.
 */
enum {
	NOTE_BYTES_MAX = 4000,
	NOTES_A_CONTACT = 100 /* of a contact */,
	NOTE_EDIT_MS = 15 * 60 * 1000
};
struct note_row {
	uint64_t number; /* from 1; given by the store */
	uint32_t contact;
	uint64_t at_unix_ms, edited_unix_ms; /* edited 0: never */
	const char *author;                  /* object id */
	const char *name, *text;             /* UTF-8, borrowed */
};
/* Durable when it returns OK; number is filled. E_LIMIT: the contact has NOTES_A_CONTACT. */
enum err store_note_put(struct store *s, struct note_row *row, struct why *why) MUST_CHECK;
/* Its text becomes row's. E_ABSENT: no such note of that author's on that contact, or it is older
 * than NOTE_EDIT_MS before edited_unix_ms. */
enum err store_note_edit(struct store *s, const struct note_row *row, struct why *why) MUST_CHECK;
/* All of them, the oldest first, until each says false. */
enum err store_notes(struct store *s, bool (*each)(void *arg, const struct note_row *row),
	void *arg, struct why *why) MUST_CHECK;
/* An agent is forgotten: whoever wrote her notes and saw to her messages is nobody, 00000000-...,
 * from now on; the notes stay with their contacts. */
enum err store_agent_erase(struct store *s, const char *user, struct why *why) MUST_CHECK;

/* Where a person's chat with a bot is, as Teams told. The keys are the world's, since a
 * configuration numbers its bots anew. */
struct chat_row {
	char app[GUID_TEXT], tenant[GUID_TEXT], user[GUID_TEXT];
	char user_id[256], conversation_id[256], service_url[192];
	char name[128], locale[16];
	char blocked[64]; /* why nothing may be sent; "": it may */
	uint64_t seen_unix_ms;
};
/* One transaction; a row with the same app, tenant and user is replaced. */
enum err store_chats_put(
	struct store *s, const struct chat_row *row, size_t n, struct why *why) MUST_CHECK;
/* Rows of all bots, in order of their keys. */
enum err store_chats(struct store *s, bool (*each)(void *arg, const struct chat_row *row),
	void *arg, struct why *why) MUST_CHECK;
/* A person out of every bot's chats. app NULL: of all bots. E_ABSENT: nothing is known there. */
enum err store_chat_erase(struct store *s, const char *app, const char *tenant, const char *user,
	struct why *why) MUST_CHECK;

/*
 * Hand a contact's record to the projection thread; one that is there already is not written again,
 * so a replay hands over all. Full queue: it is missed until the next start's replay; inside
 * store_replay the call waits for room instead.
 */
void store_contact_put(struct store *s, uint32_t contact, const struct record *record,
	const char *queue_name, const char *agent_name); /* either may be NULL */
/* The wrap-up code of a contact whose record was handed over; also within a replay. */
void store_contact_code(struct store *s, uint32_t contact, uint16_t code);
/* Contact records missed or not written since the start. */
uint64_t store_contacts_missed(struct store *s);
/* Everything handed over is written when this returns. */
void store_contacts_flush(struct store *s);

/* The first contact of a chain of calls in a tenant. E_ABSENT: none, or erased. */
enum err store_chain(struct store *s, const char *tenant, const char *chain_id, uint32_t *contact,
	struct why *why) MUST_CHECK;
/* A contact's chain. E_ABSENT: not told, or erased. */
enum err store_chain_of(struct store *s, uint32_t contact, char tenant[GUID_TEXT],
	char chain_id[GUID_TEXT], struct why *why) MUST_CHECK;

/* Call records that Graph announced and that are still to be fetched. */
struct record_due {
	char tenant[GUID_TEXT];
	char id[128];
};
/* One transaction, durable when it returns OK; what is there stays. */
enum err store_records_due_put(
	struct store *s, const struct record_due *due, size_t n, struct why *why) MUST_CHECK;
enum err store_record_due_drop(
	struct store *s, const struct record_due *due, struct why *why) MUST_CHECK;
enum err store_records_due(struct store *s, bool (*each)(void *arg, const struct record_due *due),
	void *arg, struct why *why) MUST_CHECK;

/* What Microsoft wrote down of a call; nobody's name or number. */
struct call_row {
	char tenant[GUID_TEXT];
	char id[128];
	int64_t version;
	uint32_t contact;    /* 0: joined to none */
	char how[16];        /* "chain", "participants"; "": joined to none */
	char type[16];       /* "peerToPeer", "groupCall", "unknown" */
	char modalities[48]; /* "audio,video" */
	uint64_t start_unix_ms, end_unix_ms;
	uint32_t n_parties, n_sessions;
	char failure_stage[16]; /* "callSetup", "midcall", "unknown"; "": it did not fail */
	char failure_reason[160];
};
/* An older version of it is replaced, a newer one stays. */
enum err store_record_put(struct store *s, const struct call_row *r, struct why *why) MUST_CHECK;
/* In order of their beginning. */
enum err store_records(struct store *s, bool (*each)(void *arg, const struct call_row *row),
	void *arg, struct why *why) MUST_CHECK;

/*
 * How a leg of live audio sounded, told when it ended: what came in from the other side, and how
 * that says it got what we sent. media/engine/quality.h says how each is measured. A call whose
 * media Graph hosts has no leg here; its quality is in Graph's own call record.
 */
#define LEG_FIGURE_LIST(X)                                          \
	X(expected)    /* packets, by sequence */                   \
	X(lost)        /* of them */                                \
	X(frames)      /* of 20 ms, decoded and made up ones */     \
	X(concealed)   /* of them: made up in place of lost ones */ \
	X(clipped)     /* of those decoded: at full scale */        \
	X(jitter_us)   /* RFC 3550 */                               \
	X(buffer_us)   /* a packet waited so long for its turn */   \
	X(delay_us)    /* from their mouth to our mix */            \
	X(rtt_us)      /* there and back; -1: not known */          \
	X(level_cb)    /* of what was not silent, 0.1 dBov */       \
	X(mos_percent) /* of 100 to 450, by the E-model */          \
	X(sent)        /* packets, by us */                         \
	X(theirs_lost) /* of what we sent */                        \
	X(theirs_jitter_us)                                         \
	X(theirs_mos_percent) /* 0: the other side did not tell */
#define LEG_FIGURE_MEMBER(name) int64_t name;
struct leg_row {
	uint32_t contact, attempt; /* attempt 0: the caller's leg */
	char agent[128];           /* her name then; "": the caller's leg */
	uint64_t ended_unix_ms;
	LEG_FIGURE_LIST(LEG_FIGURE_MEMBER)
};
#undef LEG_FIGURE_MEMBER
/* One transaction, durable when it returns OK. */
enum err store_legs_put(
	struct store *s, const struct leg_row *row, size_t n, struct why *why) MUST_CHECK;
/* Of one contact, in order of their ends; none in a store of an older version. */
enum err store_legs(struct store *s, uint32_t contact,
	bool (*each)(void *arg, const struct leg_row *row), void *arg, struct why *why) MUST_CHECK;

/* A message on tape: who left it is in the table of persons, the sound in a file of its own. */
struct voicemail_row {
	char file[40]; /* its name, in the folder of whoever keeps them; the key */
	uint32_t contact;
	char tenant[GUID_TEXT], mailbox[64];
	uint64_t at_unix_ms;
	uint32_t length_ms;
	bool seen;
	char taken_by[GUID_TEXT]; /* who sees to it; "": nobody yet */
	uint64_t taken_unix_ms;
};
/* Durable when it returns OK. A file of the same name is replaced. */
enum err store_voicemail_put(
	struct store *s, const struct voicemail_row *row, struct why *why) MUST_CHECK;
/* One that is not there is fine. */
enum err store_voicemail_seen(struct store *s, const char *file, struct why *why) MUST_CHECK;
/* The first who takes it has it; for another nothing changes. */
enum err store_voicemail_take(struct store *s, const char *file, const char *user,
	uint64_t at_unix_ms, struct why *why) MUST_CHECK;
enum err store_voicemail_drop(struct store *s, const char *file, struct why *why) MUST_CHECK;
/* The newest first. */
enum err store_voicemails(struct store *s, bool (*each)(void *arg, const struct voicemail_row *row),
	void *arg, struct why *why) MUST_CHECK;

/* Records by rising contact number. */
struct contact_row {
	uint32_t contact;
	struct record record;
	char queue_name[64], agent_name[128];
	struct caller person; /* contact 0: erased or unknown */
	struct call_row call; /* contact 0: Microsoft's record is not here */
};
/* The newest contact first, for as long as the callback wants more. */
enum err store_contacts_back(struct store *s,
	bool (*each)(void *arg, const struct contact_row *row), void *arg,
	struct why *why) MUST_CHECK;
enum err store_contacts(struct store *s, bool (*each)(void *arg, const struct contact_row *row),
	void *arg, struct why *why) MUST_CHECK;

#endif
