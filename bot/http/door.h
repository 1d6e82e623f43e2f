#ifndef BOT_HTTP_DOOR_H
#define BOT_HTTP_DOOR_H

/*
 * The web door: HTTPS for webhook, prompts and console, on the caller's own epoll loop.
 *
 * libmicrohttpd is driven from outside (MHD_USE_EPOLL without a thread of its own), because its
 * internal epoll loop stalls from 128 ready connections on, and because a handler may then leave a
 * visit open, so that a batch is committed once and answered after.
 *
 * Supplied here, since the library lacks it: body limits, deadlines for slow heads and bodies,
 * refusal of TLS below 1.2, of two Content-Length and of Content-Length with Transfer-Encoding.
 *
 * One thread owns the door; every function here is for that thread.
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct door;
struct visit; /* one request; valid inside admit and handle only: keep visit_id for later */

struct door_conf {
	const char *address; /* numeric; "::" takes IPv4 too */
	uint16_t port;       /* 0: any; door_port tells */
	/* PEM files, the chain leaf first; both NULL: plain HTTP, loopback addresses only. */
	const char *certificate, *key;
	/* PEM file of an authority: who shows no certificate of it gets 403. NULL: none asked. */
	const char *client_ca;
	unsigned connections_max;        /* those beyond wait in the kernel's queue */
	unsigned connections_per_ip_max; /* those beyond are closed; 0: no limit of its own */
	uint32_t body_bytes_max;         /* 413 above */
	/* Absolute, not of idleness. Who is late is closed without an answer. */
	uint32_t head_ms_max; /* TLS handshake and first head, from the connection on */
	uint32_t body_ms_max; /* body, from the head on; and the reading of the answer, + size */
	uint32_t idle_ms_max; /* each later head, from the last answer on */
};

/*
 * A route: method and path, where a last segment "*" takes one or more further segments, and a
 * segment "{name}" takes one. The first in the table that fits serves. Paths are decoded; empty
 * segments, "." and ".." never get here.
 *
 * admit runs when the head is in and before the body is read: 0 to go on, or the HTTP status to
 * refuse with (401 says WWW-Authenticate: Bearer). It does not answer itself. What a refused sender
 * still sends is thrown away, up to 16 MiB, so that the connection lives on. NULL: everybody.
 * handle runs when the body is in: it calls visit_answer, or keeps visit_id and somebody answers
 * later by door_answer.
 */
struct route {
	const char *method; /* "POST"; "GET" serves HEAD too */
	const char *path;   /* "/api/calls" or, with a trailing segment, "/api/calls/" and a star */
	int (*admit)(void *arg, struct visit *v);
	void (*handle)(void *arg, struct visit *v);
	void *arg;
};

struct answer {
	int status;
	const char *content_type; /* NULL: none */
	const void *body;         /* copied */
	size_t body_bytes;
	const char *cache_control; /* NULL: no-store */
	uint32_t retry_after_s;    /* 0: none */
	bool close;
	/* Further headers, name and value; NULL name ends. One that would break the head (a line
	 * end in an echoed value) is left out. */
	const char *extra[4][2];
};

/*
 * routes is borrowed for the door's life. NULL when it cannot open, and why says what is wrong:
 * E_SYSTEM (port taken, file not readable), E_MALFORMED (no certificate, not its key, address not
 * numeric), E_DENIED (plain HTTP beyond loopback), E_LIMIT.
 */
struct door *door_new(
	const struct door_conf *conf, const struct route *routes, size_t n_routes, struct why *why);
/* Open visits are closed unanswered. NULL is fine. */
void door_free(struct door *d);
uint16_t door_port(const struct door *d);

/* Readable when something came; also call door_run at least every door_timeout_ms. */
int door_fd(const struct door *d);
/* Milliseconds until door_run wants to be called; UINT64_MAX: no hurry. */
uint64_t door_timeout_ms(struct door *d);
/* Serve what is ready: admit and handle are called from here. */
void door_run(struct door *d);

/* Read certificate and key again; the next handshake shows the new one. On error the old stays. */
enum err door_certificate_reload(struct door *d, struct why *why) MUST_CHECK;

/* No new connections from now on; idle ones are closed, open visits may still be answered and are
 * the last of theirs. Done when door_stats says open 0. */
void door_quiesce(struct door *d);

/*
 * An answer without an end, for whoever listens to what happens (text/event-stream).
 *
 * read puts at most max bytes into buf, from within door_run, and says how many; 0: nothing now,
 * and door_stream_ready says when; STREAM_END: that was all. A client that does not take for
 * body_ms_max what is there for it is cut off; so it costs no more than what read keeps for it.
 * gone is called once, however it ends; read is not called after it.
 */
enum { STREAM_END = -1 };
struct stream {
	const char *content_type;
	ssize_t (*read)(void *arg, char *buf, size_t max);
	void (*gone)(void *arg);
	void *arg;
};

struct door_stats {
	uint64_t accepted, requests;
	uint64_t refused_head; /* malformed, or without the client certificate asked for */
	uint64_t refused_body; /* too large */
	uint64_t timed_out;    /* connections, in head, body or answer */
	uint64_t cut;          /* streams among them */
	uint64_t answered[6];  /* by hundreds of status */
	unsigned open;         /* connections */
	unsigned streams;      /* of them, which are listened to */
};
void door_stats(const struct door *d, struct door_stats *out);

/* What came. Strings are borrowed until the handler returns. */
uint64_t visit_id(const struct visit *v); /* never 0, never used again */
const char *visit_path(const struct visit *v);
/* What the star took, or the first name in braces and all that follows; "" if none. */
const char *visit_rest(const struct visit *v);
/* NULL: not there. Names compare without case. Two of the same name: the first; see
 * visit_header_count. */
const char *visit_header(const struct visit *v, const char *name);
unsigned visit_header_count(const struct visit *v, const char *name);
/* NULL: not there; "" for a name without a value. Two of the same name: the first. */
const char *visit_query(const struct visit *v, const char *name);
/* n bytes and a NUL. */
const char *visit_body(const struct visit *v, size_t *n);
const char *visit_peer(const struct visit *v); /* "192.0.2.1:4711" */
/* In admit: why it refuses, for the one log line of it (lines of refusals are limited a second).
 * Copied, cut when long; the client is not told. */
void visit_reason(struct visit *v, const char *reason);
/* In admit: what the refusal says to the client, beside the status. Both are of static storage. */
void visit_refusal(struct visit *v, const char *content_type, const char *body);
/* In admit: from this visitor a larger body is taken than the door's body_bytes_max. */
void visit_body_max(struct visit *v, uint32_t bytes);
/* A place for admit to leave something for handle (a checked token's claims): zeroed, aligned for
 * any type. */
enum { VISIT_SCRATCH_BYTES = 4096 };
void *visit_scratch(struct visit *v);

/*
 * Answer a visit: visit_answer inside handle, door_answer now or later. It leaves with the next
 * door_run, for which door_timeout_ms says 0: so answer a whole batch first. A visit whose client
 * is gone: nothing happens. Twice: the second is ignored.
 */
void visit_answer(struct visit *v, const struct answer *a);
void door_answer(struct door *d, uint64_t visit_id, const struct answer *a);
/*
 * Answer a GET with a WebSocket (RFC 6455): true, and taken is called from door_run when the
 * handshake has left: fd is the taker's, for frames both ways, and to close. The connection counts
 * as the door's until door_hang_up, which the taker calls when it has done with it, whichever side
 * ended it; door_free hangs up. Behind TLS fd is one end of a pair and the door carries the bytes,
 * as fast as door_run is called. false: taken will not be called; who asks for no WebSocket was
 * answered 426, or the visit is over.
 */
bool visit_websocket(
	struct visit *v, void (*taken)(void *arg, uint64_t visit_id, int fd), void *arg);
bool door_websocket(struct door *d, uint64_t visit_id,
	void (*taken)(void *arg, uint64_t visit_id, int fd), void *arg);
/* Twice, or of a visit that is over: nothing happens. */
void door_hang_up(struct door *d, uint64_t visit_id);
/* 200, or 206 for one satisfiable Range, 416 for none such; bytes of an open file, which the door
 * closes. Inside handle. */
void visit_answer_file(struct visit *v, int fd, uint64_t bytes, const char *content_type,
	const char *cache_control);
/* 200, and the stream. Inside handle. gone is called also where it cannot begin. */
void visit_answer_stream(struct visit *v, const struct stream *st);
/* There is something to read, or the end. A visit that is over: nothing happens. */
void door_stream_ready(struct door *d, uint64_t visit_id);

#endif
