/* The web door's face: what Graph posts goes to the service's own routes, and comes back answered.
 */

#include "bot/http/door.h"

#include "bot/base/clock.h"
#include "tests/day/day.h"

#include <assert.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { VISITS = 4096, WAV_HEAD_BYTES = 44, BYTES_A_MS = 32, ANSWER_MS_MAX = 5000 };

struct visit {
	uint64_t id; /* 0: free */
	uint64_t cookie, came_ms;
	const char *method;
	char path[512], rest[512];
	char *token, *body;
	char message_id[64], scenario_id[64];
	size_t body_bytes;
	bool handled;
	int status;
	uint64_t file_bytes;
	alignas(max_align_t) uint8_t scratch[VISIT_SCRATCH_BYTES];
};

struct door {
	const struct route *routes;
	size_t n_routes;
};

static struct door the;
static struct visit *visits; /* VISITS, by id */
static uint64_t last_id;
static uint64_t first_waiting = 1; /* by id: those from here on are not yet handled */
static uint64_t slowest_ms;
static unsigned n_open;

struct door *door_new(
	const struct door_conf *conf, const struct route *routes, size_t n_routes, struct why *why)
{
	(void)conf;
	(void)why;
	if (!visits)
		visits = calloc(VISITS, sizeof(*visits));
	assert(visits);
	the = (struct door){ routes, n_routes };
	return &the;
}

void door_free(struct door *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < VISITS; i++) {
		free(visits[i].token);
		free(visits[i].body);
	}
	free(visits);
	visits = NULL;
}

uint16_t door_port(const struct door *d)
{
	(void)d;
	return 0;
}

int door_fd(const struct door *d)
{
	(void)d;
	return -1;
}

uint64_t door_timeout_ms(struct door *d)
{
	(void)d;
	return UINT64_MAX;
}

enum err door_certificate_reload(struct door *d, struct why *why)
{
	(void)d;
	(void)why;
	return OK;
}

void door_quiesce(struct door *d)
{
	(void)d;
}

void door_stats(const struct door *d, struct door_stats *out)
{
	(void)d;
	*out = (struct door_stats){ .open = n_open };
}

static const struct route *route_of(const char *method, const char *path, char rest[512])
{
	for (size_t i = 0; i < the.n_routes; i++) {
		const struct route *r = &the.routes[i];
		size_t n = strlen(r->path);

		if (strcmp(method, r->method) != 0)
			continue;
		rest[0] = '\0';
		if (strcmp(path, r->path) == 0)
			return r;
		if (n > 1 && r->path[n - 1] == '*' && strncmp(path, r->path, n - 1) == 0 &&
			path[n - 1]) {
			snprintf(rest, 512, "%s", path + n - 1);
			return r;
		}
	}
	return NULL;
}

static void acknowledged(void *arg, uint64_t cookie)
{
	graph_noted(cookie, (int)(intptr_t)arg);
}

/* The answer leaves, and may be lost. */
static void answered(struct visit *v, int status)
{
	bool lost = day_chance(0.003);
	uint64_t took_ms = day_ms - v->came_ms;

	if (took_ms > slowest_ms)
		slowest_ms = took_ms;
	day_count.lost_acks += lost;
	agenda_add(day_ms + day_between(1, 40) + (lost ? 10000 : 0), acknowledged,
		(void *)(intptr_t)(lost ? 0 : status), v->cookie);
	free(v->token);
	free(v->body);
	memset(v, 0, sizeof(*v));
	n_open--;
}

static void serve_one(struct visit *v)
{
	const struct route *r = route_of(v->method, v->path, v->rest);
	int status = !r ? 404 : r->admit ? r->admit(r->arg, v) : 0;

	v->handled = true;
	if (status)
		answered(v, status);
	else
		r->handle(r->arg, v);
}

void door_run(struct door *d)
{
	(void)d;
	while (first_waiting <= last_id) {
		struct visit *v = &visits[first_waiting++ % VISITS];

		if (v->id && !v->handled)
			serve_one(v);
	}
}

bool door_busy(void)
{
	return first_waiting <= last_id;
}

uint64_t visit_id(const struct visit *v)
{
	return v->id;
}

const char *visit_path(const struct visit *v)
{
	return v->path;
}

const char *visit_rest(const struct visit *v)
{
	return v->rest;
}

const char *visit_header(const struct visit *v, const char *name)
{
	if (strcasecmp(name, "Authorization") == 0)
		return v->token;
	if (strcasecmp(name, "X-Microsoft-Skype-Message-ID") == 0)
		return v->message_id[0] ? v->message_id : NULL;
	if (strcasecmp(name, "Scenario-Id") == 0)
		return v->scenario_id[0] ? v->scenario_id : NULL;
	return NULL;
}

unsigned visit_header_count(const struct visit *v, const char *name)
{
	return visit_header(v, name) != NULL;
}

const char *visit_query(const struct visit *v, const char *name)
{
	(void)v;
	(void)name;
	return NULL;
}

const char *visit_body(const struct visit *v, size_t *n)
{
	*n = v->body_bytes;
	return v->body;
}

const char *visit_peer(const struct visit *v)
{
	(void)v;
	return "graph.day";
}

void visit_reason(struct visit *v, const char *reason)
{
	(void)v;
	(void)reason;
}

void *visit_scratch(struct visit *v)
{
	return v->scratch;
}

void visit_answer(struct visit *v, const struct answer *a)
{
	if (v->cookie)
		answered(v, a->status);
	else
		v->status = a->status;
}

void door_answer(struct door *d, uint64_t id, const struct answer *a)
{
	struct visit *v = &visits[id % VISITS];

	(void)d;
	if (v->id == id)
		answered(v, a->status);
}

void visit_answer_file(struct visit *v, int fd, uint64_t bytes, const char *content_type,
	const char *cache_control)
{
	(void)content_type;
	(void)cache_control;
	close(fd);
	v->file_bytes = bytes;
}

/* Nobody but Graph comes on this day: no streams, no WebSockets, no refusals with words. */

void visit_refusal(struct visit *v, const char *content_type, const char *body)
{
	(void)v;
	(void)content_type;
	(void)body;
}

void visit_body_max(struct visit *v, uint32_t bytes)
{
	(void)bytes;
	assert(v->body_bytes <= bytes);
}

void visit_answer_stream(struct visit *v, const struct stream *st)
{
	(void)v;
	(void)st;
	assert(!"nobody listens");
}

void door_stream_ready(struct door *d, uint64_t id)
{
	(void)d;
	(void)id;
	assert(!"nobody listens");
}

bool door_websocket(
	struct door *d, uint64_t id, void (*taken)(void *arg, uint64_t id, int fd), void *arg)
{
	(void)d;
	(void)id;
	(void)taken;
	(void)arg;
	assert(!"no relay calls");
	return false;
}

void door_hang_up(struct door *d, uint64_t id)
{
	(void)d;
	(void)id;
	assert(!"no relay calls");
}

uint32_t door_prompt_ms(const char *url)
{
	struct visit v = { .method = "GET" };
	const char *path = strstr(url, "/prompts/");
	const struct route *r = path ? route_of("GET", path, v.rest) : NULL;

	if (!r)
		return 0;
	r->handle(r->arg, &v);
	return v.file_bytes > WAV_HEAD_BYTES
		       ? (uint32_t)((v.file_bytes - WAV_HEAD_BYTES) / BYTES_A_MS)
		       : 0;
}

static void arrive(void *arg, uint64_t n)
{
	struct visit *from = arg, *v = &visits[++last_id % VISITS];

	(void)n;
	assert(!v->id);
	*v = *from;
	v->id = last_id;
	v->came_ms = day_ms;
	n_open++;
	free(from);
}

/* Graph's own routes to us: everything behind the host. */
void door_note(const struct graph_note *n)
{
	struct visit *v = calloc(1, sizeof(*v));
	const char *host = strstr(n->url, "://"), *path = host ? strchr(host + 3, '/') : NULL;

	assert(v && path && strlen(path) < sizeof(v->path));
	v->method = "POST";
	v->cookie = n->cookie;
	snprintf(v->path, sizeof(v->path), "%s", path);
	assert(asprintf(&v->token, "Bearer %s", n->token) > 0);
	v->body = strdup(n->body);
	v->body_bytes = strlen(n->body);
	snprintf(v->message_id, sizeof(v->message_id), "%s", n->message_id);
	snprintf(v->scenario_id, sizeof(v->scenario_id), "%s", n->scenario_id);
	day_count.notes++;
	agenda_add(day_ms + day_between(1, 40), arrive, v, 0);
}

void door_audit(void)
{
	audit_line(n_open == 0 && slowest_ms <= ANSWER_MS_MAX,
		"every notification was answered, the slowest after %llu ms",
		(unsigned long long)slowest_ms);
}
