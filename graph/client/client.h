#ifndef GRAPH_CLIENT_CLIENT_H
#define GRAPH_CLIENT_CLIENT_H

/*
 * All outbound HTTP: Graph, token endpoints, OpenID metadata, the media relay. One thread with
 * one curl_multi loop.
 *
 * Requests of one lane are carried out one after another, in order, each with its retries, so
 * that a call never has two operations of ours under way. Lanes do not wait for each other.
 * Requests are copied at client_send; answers come back through client_take on the caller's
 * thread (any one thread), which may sleep on client_fd.
 *
 * Nothing is sent in vain: a group of requests that was told to wait twice in a row (429, or 503
 * with Retry-After) waits as a whole, and a host that fails time after time is left alone for a
 * while (circuit.h). Urgent requests do not wait for their group, only for their own Retry-After,
 * and where a host is left alone they are not refused but try it before its pause is over, one at a
 * time. The deadline stands over everything: what cannot start in time comes back as
 * CLIENT_NOT_SENT at once, and its story says why.
 *
 * TLS is verified always, redirects are not followed, https only (plain http only where conf or
 * the request says so, and to no further than this machine and its platform). Answers are capped
 * (answer_bytes_max, the client's or the request's own).
 */

#include "bot/base/err.h"
#include "bot/base/guid.h"
#include "bot/base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct client;

struct client_conf {
	const char *extra_ca; /* PEM file of further trust roots; NULL: the system's only */
	const char *user_agent;
	unsigned requests_max;    /* waiting, under way, or answered and not taken */
	unsigned connections_max; /* a host */
	uint32_t connect_ms;
	uint32_t answer_bytes_max;
	bool plain_loopback; /* allow http:// to 127.0.0.0/8, ::1 and localhost */
	uint64_t seed;       /* of the retry jitter */
};

struct client_request {
	uint64_t cookie;   /* comes back in the answer */
	uint64_t lane;     /* 0: none, goes at once */
	uint64_t throttle; /* its group, one a credential and workload; 0: none, waits for nobody */
	bool urgent;       /* its window is short: not held back for others' sake */
	const char *method, *url;
	const char *bearer;       /* NULL: no Authorization header */
	const char *content_type; /* NULL: none */
	const char *body;         /* NULL: none */
	size_t body_bytes;
	const char *scenario_id;  /* Scenario-Id header, one GUID a contact; NULL: none */
	const char *header[2][2]; /* two more, name and value; NULL: none */
	bool platform; /* of a managed identity: http to this machine and 169.254.0.0/16, which is
			  no further than its host, whatever the configuration says */
	uint32_t deadline_ms; /* from now, retries and waiting in the lane included */
	uint32_t attempt_ms;  /* for one attempt */
	unsigned attempts_max;
	uint32_t answer_bytes_max; /* 0: the client's */
	bool harmless; /* repeating changes nothing (GET, DELETE, keepAlive, answer, cancel) */
};

enum client_end {
	CLIENT_ANSWERED, /* status is HTTP's, whatever it is */
	CLIENT_UNKNOWN,  /* may have taken effect, or the answer was too large: resolve by GET */
	CLIENT_NOT_SENT, /* certainly did not take effect: no connection, or the deadline passed
			    while waiting */
	CLIENT_DROPPED,  /* client_lane_drop took it out before it was sent */
};

struct client_answer {
	uint64_t cookie;
	enum client_end end;
	int status; /* 0 unless CLIENT_ANSWERED */
	char *body; /* owned; NUL-terminated for convenience; never NULL when CLIENT_ANSWERED */
	size_t body_bytes;
	uint64_t retry_after_ms;           /* UINT64_MAX: none */
	uint64_t date_unix_ms;             /* the Date header; 0: none */
	char request_id[64];               /* the request-id header, for support; "" if none */
	char client_request_id[GUID_TEXT]; /* of the last attempt; "" if there was none */
	char diagnostic[256]; /* the x-ms-ags-diagnostic header; "" if none, cut when longer */
	char location[320];
	unsigned attempts;
	char story[256]; /* transport's words where end is not CLIENT_ANSWERED */
};

/* What became of a host; for the log. */
struct client_notice {
	enum client_notice_kind {
		CLIENT_HOST_DOWN,  /* its circuit is open: what is not urgent fails at once */
		CLIENT_HOST_STILL, /* down, for another pause */
		CLIENT_HOST_UP,    /* it answered */
	} kind;
	char host[96];     /* "https://graph.microsoft.com:443" */
	unsigned failures; /* in a row */
	uint64_t ms;       /* the pause to come; CLIENT_HOST_UP: how long it was down */
	char story[256];   /* of the last failure */
};

/* conf is copied. NULL: why says what. E_ABSENT, E_MALFORMED, E_LIMIT are the CA file's. */
struct client *client_new(const struct client_conf *conf, struct why *why);
/* Ends the thread; what was under way is abandoned, answers not taken are freed. NULL is fine. */
void client_free(struct client *c);

/*
 * E_LIMIT      requests_max wait, are under way or have answers not taken: the caller answers for
 * it E_MALFORMED  the URL, method or a header is not allowed E_SYSTEM     no memory
 */
enum err client_send(struct client *c, const struct client_request *r, struct why *why) MUST_CHECK;
/*
 * The call is over: requests of the lane that were never sent come back as CLIENT_DROPPED, one that
 * rests between two attempts with what the last attempt brought; one under way comes to its own
 * end.
 */
void client_lane_drop(struct client *c, uint64_t lane);
int client_fd(const struct client *c);
/* false: none waits. The receiver frees with client_answer_fini. */
bool client_take(struct client *c, struct client_answer *out);
void client_answer_fini(struct client_answer *a);
/* What the other side's support asks for, as one line's end: status, or that and why there was no
 * answer, then request-id, client-request-id, date and diagnostic, as far as there are. */
void client_answer_print(const struct client_answer *a, struct text *out);
/* On the thread of client_take, before it or after; false: nothing new. Those nobody takes in time
 * are forgotten. */
bool client_notice(struct client *c, struct client_notice *out);

#endif
