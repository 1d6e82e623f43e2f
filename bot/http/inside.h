#ifndef BOT_HTTP_INSIDE_H
#define BOT_HTTP_INSIDE_H

/*
 * What the files of this room share; nobody outside includes it.
 *
 * A connection owns at most one visit, since HTTP/1.1 is served in turn. Its place in door.place
 * is the low half of the visit's id, so a late answer finds it without a search, and the high half
 * never comes back, so a stale one finds nothing.
 */

#include "bot/http/door.h"
#include "bot/http/tls.h"

#include <microhttpd.h>

enum {
	PLACE_BITS = 20,
	PEER_TEXT = 64,
	/* What a refused body may still bring, so that its sender reads the refusal and keeps the
	 * connection, instead of meeting a reset. Thrown away as it comes. */
	DRAIN_BYTES_MAX = 16 << 20,
	STATUS_MAX = 600,
	REFUSALS_LOGGED_PER_S = 10,
};

enum phase {
	PHASE_NEW,
	PHASE_HEAD, /* TLS handshake and first head */
	PHASE_BODY,
	PHASE_WAIT, /* for somebody's visit_answer */
	PHASE_SEND,
	PHASE_LISTEN, /* a stream, all of which is sent */
	PHASE_IDLE,   /* and every later head */
	PHASE_TAKEN,  /* a WebSocket of somebody else's */
};

struct visit {
	struct conn *conn;
	uint64_t id; /* 0: none under way */
	const struct route *route;
	uint32_t body_bytes_max;
	const char *path, *rest;
	bool head_only, held, suspended, answered, failed, stream;
	int refusal; /* status the door or admit wants, once the body is thrown away */
	const char *refusal_text, *refusal_type;
	char reason[240]; /* admit's own, for the log alone */
	char *body;
	size_t body_bytes, body_room;
	uint64_t body_seen;
	void (*taken)(void *arg, uint64_t visit_id, int fd);
	void *taken_arg;
	_Alignas(16) char scratch[VISIT_SCRATCH_BYTES];
};

struct conn {
	struct door *door;
	struct MHD_Connection *mhd;
	int fd;
	uint32_t place;
	enum phase phase;
	uint64_t since_ms, deadline_ms; /* UINT64_MAX: none */
	struct tls_peer tls;            /* session NULL: plain HTTP */
	char peer[PEER_TEXT];
	struct visit *visit;                      /* from the first request on */
	struct MHD_UpgradeResponseHandle *handle; /* of PHASE_TAKEN; NULL: hung up */
	struct conn *next, *prev;
};

struct door {
	struct MHD_Daemon *mhd;
	struct tls *tls; /* NULL: plain HTTP */
	const struct route *route;
	size_t n_routes;
	uint32_t body_bytes_max, head_ms_max, body_ms_max, idle_ms_max;
	uint16_t port;
	bool quiesced;
	bool due;         /* an answer waits for door_run */
	unsigned n_heads; /* connections before their first request */
	unsigned n_taken; /* WebSockets whose bytes are carried through TLS */
	uint64_t now_ms, reap_ms, reap_every_ms;
	uint64_t last_id;
	struct conn *conns; /* newest first */
	struct conn **place;
	uint32_t *free_place;
	size_t n_places, n_free;
	/* Answers without a body or a header of their own, made once. */
	struct MHD_Response *plain[STATUS_MAX];
	struct door_stats stats;
	uint64_t log_second, logged, unlogged;
};

/* listen.c */
bool address_is_loopback(const char *address);
/* A listening socket; port 0 becomes the one the kernel chose. */
enum err listen_open(const char *address, uint16_t *port, int *fd, struct why *why) MUST_CHECK;
void peer_print(const struct sockaddr *sa, char out[PEER_TEXT]);

/* head.c: NULL, or what is wrong with the head; *status is what to answer, then close. */
const char *head_fault(
	struct MHD_Connection *c, const char *version, const char *path, int *status);
/* UINT64_MAX: chunked. 0: no body. */
uint64_t head_body_bytes(struct MHD_Connection *c);

/* route.c: 0, 404 or 405. */
int route_find(const struct route *routes, size_t n, const char *method, const char *path,
	const struct route **out, const char **rest);
void route_allow(const struct route *routes, size_t n, const char *path, char *out, size_t size);
bool route_serves(const char *route_method, const char *method);

/* range.c: of a file of bytes_total; one range only, everything else is RANGE_WHOLE. */
enum range { RANGE_WHOLE, RANGE_PART, RANGE_OUTSIDE };
enum range range_parse(const char *text, uint64_t bytes_total, uint64_t *first, uint64_t *bytes);

/* conn.c and request.c: what the library calls. */
void connection_changed(void *arg, struct MHD_Connection *mhd, void **context,
	enum MHD_ConnectionNotificationCode what);
enum MHD_Result request(void *arg, struct MHD_Connection *mhd, const char *path, const char *method,
	const char *version, const char *data, size_t *n, void **context);
void request_done(
	void *arg, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode why);

/* visit.c */
struct visit *visit_begin(struct conn *c, const char *method, const char *path);
bool visit_take(struct visit *v, const char *data, size_t n); /* false: out of memory */
void visit_end(struct visit *v);
void visit_send(struct visit *v, int status, struct MHD_Response *r, uint64_t bytes);
void visit_abandon(struct visit *v); /* suspended, and nobody is there to answer */

/* upgrade.c */
void conn_hang_up(struct conn *c);

/* The visit under way of that id; NULL: it is over. */
struct visit *visit_find(const struct door *d, uint64_t id);

/* answer.c: NULL when memory is out. */
struct MHD_Response *response_of(struct door *d, struct MHD_Response *bare, int status,
	const char *content_type, const char *cache_control);
struct MHD_Response *response_whole(struct door *d, const struct answer *a, bool *shared);
struct MHD_Response *response_file(struct door *d, int fd, uint64_t bytes, const char *range,
	const char *content_type, const char *cache_control, int *status, uint64_t *sent);
void response_cache_free(struct door *d);

/* reaper.c */
void conn_phase(struct conn *c, enum phase phase, uint64_t limit_ms);
void reaper_run(struct door *d);
void refusal_log(struct conn *c, int status, const char *text);

#endif
