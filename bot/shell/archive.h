#ifndef BOT_SHELL_ARCHIVE_H
#define BOT_SHELL_ARCHIVE_H

/*
 * What is asked of the past: reports, contacts and their stories, why somebody waited, and the
 * picture of any second. A reader of the store beside the loop, on the lane LANE_PAST, whose thread
 * alone owns it: it follows the journal with a centre of its own and keeps the history file. Each
 * question first makes it follow up to the present, so that an answer lacks nothing that had
 * happened when it was asked.
 */

#include "auth/login/login.h"
#include "bot/history/teller.h"
#include "bot/shell/recover.h"
#include "bot/shell/work.h"
#include "bot/store/history.h"

enum {
	CHECKPOINTS_MAX = 256,
	CHECKPOINT_EVENTS = 20000,       /* a moment in the past is at most about so far away */
	CHECKPOINT_BYTES_MAX = 64 << 20, /* of all of them */
	ARCHIVE_COMMIT_EVENTS = 2000,    /* rows written together */
	REPLAY_EVENTS_MAX = 2000000,     /* for one question */
};

/* A centre as it was; of the era whose configuration is `conf`. */
struct checkpoint {
	uint64_t seq, at_ms;
	struct era *era;
	uint8_t *bytes; /* as many as the era's storage */
	bool first;     /* of its era */
};

/* A configuration's time: a centre's bytes mean something in its own storage only. */
struct era {
	struct era *next; /* the one before */
	struct config *conf;
	void *storage;
	struct centre *centre;
	size_t bytes;
	uint64_t from_seq, from_ms;
};

struct archive {
	const char *path; /* the store's; borrowed */
	struct store *store;
	struct history *history;
	struct teller *teller;
	struct follower f;
	struct era *era; /* the present one; its storage is f's */
	struct checkpoint checkpoint[CHECKPOINTS_MAX];
	size_t n_checkpoints, checkpoint_bytes;
	uint64_t position, at_ms; /* followed so far */
	uint64_t written;         /* rows of events up to here are in the file */
	uint64_t begun;           /* events since the transaction began */
	bool open;                /* in a transaction */
	const atomic_bool *stop;
	struct why why; /* once it is set, there is no more to be had: questions are answered 503 */
	bool failed;
};

struct question;
struct json_t;
/* On the lane: sets status and body, by archive_json, archive_text or archive_refuse. */
typedef void archive_ask(struct archive *a, struct question *q);

enum { QUESTION_TEXT = 128, QUESTION_BYTES_MAX = 16 << 20 };

/* One that came by a route. */
struct question {
	struct job job;
	struct archive *archive;
	uint64_t visit;
	struct person who;
	archive_ask *ask;
	/* What was asked; "": not said. */
	char from[40], to[40], at[40], by[16], zone[64], step[8], format[8], cursor[16], limit[8];
	char queue[QUESTION_TEXT], agent[QUESTION_TEXT], outcome[32], digits[16], contact[16];
	uint64_t now_ms;
	bool is_hers;        /* the contact engages her now, so she may see it like one she had */
	bool is_boss;        /* an admin, or supervises every queue of her tenant */
	struct json_t *sees; /* of a supervisor of some: her queues' names as members; else NULL */
	/* Of a note: what is written when she may. */
	uint64_t note;
	char *text;
	struct again *again; /* NULL: no key came with it */

	int status;
	const char *content_type, *file_name;
	char *body; /* the heap's */
};

/* The store at path, opened for itself. NULL: no memory. */
struct archive *archive_new(const char *path);
void archive_free(struct archive *a);

/* On the lane. false: it failed, and why says so; or stop. */
bool archive_follow(struct archive *a, const atomic_bool *stop);

/*
 * The centre and the configuration as they were at a moment, until archive_back; the rest of the
 * archive is not to be used meanwhile. E_ABSENT: before the first event. E_LIMIT: too far back for
 * what is kept.
 */
struct moment {
	const struct centre *centre;
	const struct config *conf;
	uint64_t at_ms, seq; /* of the last event by then */
	struct follower f;   /* what follows below is archive_at's */
	struct era *era;
	uint8_t *saved;
};
enum err archive_at(
	struct archive *a, uint64_t at_ms, struct moment *out, struct why *why) MUST_CHECK;
void archive_back(struct archive *a, struct moment *m);

/* body: owned json_t. */
void archive_json(struct question *q, int status, struct json_t *body);
void archive_refuse(struct question *q, int status, const char *target, const char *format, ...)
	PRINTF_LIKE(4, 5);
/* Whether the past of a queue of that name is hers to see, as supervisors see it. */
bool question_sees(const struct question *q, const char *queue);
/* For what cannot be told by queue: false, and refused, where she sees but some of them. */
bool question_sees_all(struct question *q);

/* On the loop: who called is forgotten of these, as soon as the lane comes to it. The contacts stay
 * the caller's. */
struct shell;
void archive_forget(struct shell *s, const uint32_t *contact, size_t n);

archive_ask archive_report, archive_contacts, archive_contact, archive_note, archive_explain,
	archive_past;

#endif
