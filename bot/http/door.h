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

struct door;
struct visit; /* one request; valid inside admit and handle only: keep visit_id for later */

struct door_conf {
	const char *address; /* numeric */
	uint16_t port;       /* 0: any; door_port tells */
	const char *certificate,
		*key; /* PEM files; both NULL: plain HTTP, loopback addresses only */
	const char
		*client_ca; /* PEM file: clients must show a certificate of it; NULL: none asked */
	unsigned connections_max;
	unsigned connections_per_ip_max; /* 0: no limit of its own */
	uint32_t body_bytes_max;         /* 413 above */
	uint32_t head_ms_max; /* TLS handshake and request head must be in by then, else closed */
	uint32_t body_ms_max; /* and the body by then: 408 and closed */
	uint32_t idle_ms_max; /* keep-alive */
};

/*
 * A route: method and path, where a last segment "*" takes one or more further segments.
 * admit runs when the head is in and before the body is read: 0 to go on, or the HTTP status to
 * refuse with. handle runs when the body is in: it calls visit_answer, or keeps visit_id and
 * somebody answers later by door_answer. Both may be NULL only for admit.
 */
struct route {
	const char *method; /* "POST"; "GET" serves HEAD too */
	const char *path; /* "/api/calls" or with a trailing segment, "/api/calls/", then a star */
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
	const char *extra[4][2]; /* further headers, name and value; NULL name ends */
};

/* routes is borrowed for the door's life. E_SYSTEM, E_MALFORMED (certificate): why says which file.
 */
struct door *door_new(
	const struct door_conf *conf, const struct route *routes, size_t n_routes, struct why *why);
void door_free(struct door *d);
uint16_t door_port(const struct door *d);

/* Readable when there is something to do; also call door_run at least every door_timeout_ms. */
int door_fd(const struct door *d);
/* Milliseconds until door_run wants to be called; UINT64_MAX: no hurry. */
uint64_t door_timeout_ms(struct door *d);
/* Serve what is ready: admit and handle are called from here. */
void door_run(struct door *d);

/* Read certificate and key again; the next handshake shows the new one. On error the old stays. */
enum err door_certificate_reload(struct door *d, struct why *why) MUST_CHECK;

/* No new connections from now on; open visits may still be answered. */
void door_quiesce(struct door *d);

struct door_stats {
	uint64_t accepted, requests, refused_head, refused_body, timed_out,
		answered[6]; /* by hundreds of status */
	unsigned open;
};
void door_stats(const struct door *d, struct door_stats *out);

/* What came. Strings are borrowed until the handler returns. */
uint64_t visit_id(const struct visit *v); /* never 0, never used again */
const char *visit_path(const struct visit *v);
/* What the star took, "" if none. */
const char *visit_rest(const struct visit *v);
/* NULL: not there. Names compare without case. Two of the same name: the first; see
 * visit_header_count. */
const char *visit_header(const struct visit *v, const char *name);
unsigned visit_header_count(const struct visit *v, const char *name);
const char *visit_query(const struct visit *v, const char *name);
const char *visit_body(const struct visit *v, size_t *n);
const char *visit_peer(const struct visit *v); /* "192.0.2.1:4711" */
/* A place for admit to leave something for handle (a checked token's claims): storage of 1 KiB,
 * zeroed. */
enum { VISIT_SCRATCH_BYTES = 4096 };
void *visit_scratch(struct visit *v);

/* Answer a visit, now or later. A visit whose client is gone: nothing happens. Twice: the second is
 * ignored. */
void visit_answer(struct visit *v, const struct answer *a);
void door_answer(struct door *d, uint64_t visit_id, const struct answer *a);
/* 200, or 206 for one satisfiable Range, 416 otherwise; bytes of an open file, which the door
 * closes. */
void visit_answer_file(struct visit *v, int fd, uint64_t bytes, const char *content_type,
	const char *cache_control);

#endif
