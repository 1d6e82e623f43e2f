#ifndef GRAPH_WIRE_OP_H
#define GRAPH_WIRE_OP_H

/*
 * What we ask of Graph. One file a verb (op_answer.c), one line in ops.def, one golden
 * request under tests/golden/wire/. Paths are relative to the Graph root and begin with /v1.0.
 */

#include "bot/base/err.h"
#include "graph/wire/op_call.h"
#include "graph/wire/presence.h"

#include <stdbool.h>
#include <stdint.h>

enum op_kind {
#define OP(symbol, name, writer, workload, where, manner) symbol,
#include "graph/wire/ops.def"
#undef OP
	OP_KINDS
};

struct op_prompt {
	const char *uri;         /* https, WAV, mono, 16 bit, 16 kHz */
	const char *resource_id; /* the same for the same bytes, and only then */
};

/* What to be told of, and where. */
struct op_subscription {
	const char *resource;    /* "communications/callRecords" */
	const char *change_type; /* "created,updated" */
	const char *url;         /* https */
	const char *lifecycle_url;
	const char *client_state; /* at most 128 characters; comes back with each notification */
	uint64_t expires_unix_ms;
	const char *certificate; /* base64 of DER; NULL: content does not come along */
	const char *certificate_id;
};

/* Whose presence is wanted, or what our session says of one person's. */
struct op_presence {
	const char *const *ids; /* 1-650 */
	size_t n_ids;
	const char *session_id; /* our app id */
	enum availability availability;
	enum activity activity;
	unsigned expires_min; /* 5-240 */
};

/* A line in a person's activity feed. */
struct op_feed {
	const char *type;    /* of the app's manifest */
	const char *preview; /* cut to 150 characters */
	const char *topic;
	const char *url; /* where a press on it leads, a deep link of Teams */
};

/* Whatever a verb needs, borrowed, UTF-8; each op_*.c says at its head which it uses. NULL: not
 * given. */
struct op_in {
	const char *call_id;
	const char *participant_id;
	const char *group_id; /* of an audio routing group; to make one: unique, and the answer's
				 id counts */
	const char *callback_uri;
	const char *client_context; /* 1-256 characters; comes back with the operation's end */
	const char *tenant_id;
	const char *user_id;             /* presence, activity feed: the Teams user */
	const char *media_blob;          /* appHostedMediaConfig; NULL: serviceHostedMediaConfig */
	const char *reason;              /* reject: "none", "busy", "forbidden" */
	const struct op_prompt *prompts; /* playPrompt: 1-20; answer, create call: to fetch ahead */
	size_t n_prompts;

	const struct op_party *targets; /* create call, invite: 1-5; redirect: 1-25; transfer: 1 */
	size_t n_targets;
	const struct op_party *source;     /* create call */
	const struct op_party *transferee; /* transfer out of a group call: who goes */
	const struct op_meeting *meeting;  /* create call: instead of targets */
	const struct op_call_options *options;
	const struct op_record *record;
	const struct op_audio_group *group;
	const char *subject;
	const char *tones;            /* sendDtmfTones: "12#", F is flash */
	unsigned tone_gap_ms;         /* between them; 0: Graph's default */
	const char *recording_status; /* "notRecording", "recording", "failed" */
	unsigned ring_s;              /* redirect: 15-90; 0: Graph's default, 55 or 60 */
	unsigned capacity;            /* answer of a recording bot: parties it can take */

	const struct op_presence *presence;
	const struct op_feed *feed;
	const struct op_subscription *subscription;
	const char *subscription_id;
	const char *page;      /* path and query of an @odata.nextLink; NULL: the first page */
	const char *record_id; /* of a call record */
	bool record_alone;     /* without its sessions */
};

enum { OP_PATH_MAX = 2560 }; /* next pages carry long marks */

struct op_out {
	const char *method; /* static */
	char path[OP_PATH_MAX];
	char *body; /* owned by the receiver (free), NUL-terminated; NULL: no body */
};

/*
 * E_MALFORMED  a needed member is missing or out of its limits (a bug of the caller or a bad
 *              configuration): the text says which
 * E_SYSTEM     no memory
 * In both, out->body is NULL.
 *
 * Pure. Any thread.
 */
enum err op_write(
	enum op_kind kind, const struct op_in *in, struct op_out *out, struct why *why) MUST_CHECK;

/*
 * cloud is the configuration's word: "global", "us-gov-l4", "us-gov-l5", "china".
 * E_ABSENT  the operation does not exist there; the text says where it does
 * Pure. Any thread.
 */
enum err op_in_cloud(enum op_kind kind, const char *cloud, struct why *why) MUST_CHECK;

/* What Graph counts together when it throttles. */
enum op_workload {
	OP_WORKLOAD_CALLS,
	OP_WORKLOAD_PRESENCE,
	OP_WORKLOAD_RECORDS,
	OP_WORKLOAD_CHAT,
	OP_WORKLOADS
};
enum op_workload op_workload(enum op_kind kind);
/* Asking twice leaves things as asking once would. */
bool op_is_harmless(enum op_kind kind);
/* Its window is short: not to be held back for others' sake. */
bool op_is_urgent(enum op_kind kind);

/* "playPrompt", for logs. */
const char *op_name(enum op_kind kind);

#endif
