/* One request, from its head to the last byte of its answer. */
#include "bot/http/inside.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct visit *visit_begin(struct conn *c, const char *method, const char *path)
{
	struct door *d = c->door;
	struct visit *v = c->visit;

	if (!v)
		v = c->visit = malloc(sizeof(*v));
	if (!v)
		return NULL;
	memset(v, 0, sizeof(*v));
	v->conn = c;
	v->id = ++d->last_id << PLACE_BITS | c->place;
	v->path = path;
	v->rest = "";
	v->head_only = !strcmp(method, "HEAD");
	return v;
}

void visit_end(struct visit *v)
{
	free(v->body);
	v->body = NULL;
	v->body_bytes = v->body_room = 0;
	v->id = 0;
}

/* Grows with what came, never with what was announced: announcing costs a sender nothing. */
static bool body_grow(struct visit *v, size_t need)
{
	size_t room = v->body_room ? v->body_room : 2048;
	char *body;

	while (room < need)
		room *= 2;
	if (room > v->body_bytes_max)
		room = v->body_bytes_max;
	body = realloc(v->body, room + 1);
	if (!body)
		return false;
	v->body = body;
	v->body_room = room;
	return true;
}

bool visit_take(struct visit *v, const char *data, size_t n)
{
	if (v->body_bytes + n > v->body_room && !body_grow(v, v->body_bytes + n))
		return false;
	memcpy(v->body + v->body_bytes, data, n);
	v->body_bytes += n;
	v->body[v->body_bytes] = '\0';
	return true;
}

/* A client that reads slower than 16 KiB a second is cut off. */
void visit_send(struct visit *v, int status, struct MHD_Response *r, uint64_t bytes)
{
	struct door *d = v->conn->door;

	v->answered = true;
	if (!r || MHD_queue_response(v->conn->mhd, (unsigned)status, r) != MHD_YES)
		v->failed = true;
	else
		d->stats.answered[status / 100 % 6]++;
	conn_phase(v->conn, PHASE_SEND, d->body_ms_max + bytes / 16);
	d->due |= v->held;
	if (v->suspended) {
		v->suspended = false;
		MHD_resume_connection(v->conn->mhd);
	}
}

void visit_abandon(struct visit *v)
{
	v->answered = v->failed = true;
	v->suspended = false;
	conn_phase(v->conn, PHASE_SEND, v->conn->door->body_ms_max);
	MHD_resume_connection(v->conn->mhd);
}

void visit_reason(struct visit *v, const char *reason)
{
	snprintf(v->reason, sizeof(v->reason), "%s", reason);
}

void visit_refusal(struct visit *v, const char *content_type, const char *body)
{
	v->refusal_type = content_type;
	v->refusal_text = body;
}

void visit_answer(struct visit *v, const struct answer *a)
{
	struct MHD_Response *r;
	bool shared;

	if (v->answered)
		return;
	assert(a->status >= 200 && a->status < STATUS_MAX);
	r = response_whole(v->conn->door, a, &shared);
	visit_send(v, a->status, r, a->body_bytes);
	if (r && !shared)
		MHD_destroy_response(r);
}

void visit_answer_file(struct visit *v, int fd, uint64_t bytes, const char *content_type,
	const char *cache_control)
{
	struct MHD_Response *r;
	uint64_t sent;
	int status;
	/* No validator is ever sent, so an If-Range cannot match: the whole, then. */
	bool part = !v->head_only && !visit_header(v, "If-Range");

	if (v->answered) {
		close(fd);
		return;
	}
	r = response_file(v->conn->door, fd, bytes, part ? visit_header(v, "Range") : NULL,
		content_type, cache_control, &status, &sent);
	visit_send(v, status, r, sent);
	if (r)
		MHD_destroy_response(r);
}

struct visit *visit_find(const struct door *d, uint64_t id)
{
	size_t place = id & ((1U << PLACE_BITS) - 1);
	struct conn *c = place < d->n_places ? d->place[place] : NULL;

	return id && c && c->visit && c->visit->id == id ? c->visit : NULL;
}

void door_answer(struct door *d, uint64_t visit_id, const struct answer *a)
{
	struct visit *v = visit_find(d, visit_id);

	if (v)
		visit_answer(v, a);
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
	return MHD_lookup_connection_value(v->conn->mhd, MHD_HEADER_KIND, name);
}

struct count {
	const char *name;
	unsigned n;
};

static enum MHD_Result count_header(
	void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct count *c = arg;

	(void)kind, (void)value;
	if (!strcasecmp(name, c->name))
		c->n++;
	return MHD_YES;
}

unsigned visit_header_count(const struct visit *v, const char *name)
{
	struct count c = { .name = name };

	MHD_get_connection_values(v->conn->mhd, MHD_HEADER_KIND, count_header, &c);
	return c.n;
}

const char *visit_query(const struct visit *v, const char *name)
{
	const char *value = NULL;

	if (MHD_lookup_connection_value_n(v->conn->mhd, MHD_GET_ARGUMENT_KIND, name, strlen(name),
		    &value, NULL) != MHD_YES)
		return NULL;
	return value ? value : "";
}

const char *visit_body(const struct visit *v, size_t *n)
{
	*n = v->body_bytes;
	return v->body ? v->body : "";
}

const char *visit_peer(const struct visit *v)
{
	return v->conn->peer;
}

void *visit_scratch(struct visit *v)
{
	return v->scratch;
}

void visit_body_max(struct visit *v, uint32_t bytes)
{
	v->body_bytes_max = bytes;
}
