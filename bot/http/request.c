/*
 * The library's view of a request: it calls us with the head, with each piece of the body, and once
 * more when the body is in. An answer given at the first call ends the connection, so even a
 * refusal waits for the last one, unless the head itself cannot be trusted.
 */
#include "bot/http/inside.h"

#include <stdlib.h>
#include <string.h>

static void refuse(struct visit *v, int status, const char *text, bool close)
{
	struct door *d = v->conn->door;
	char allow[64] = "";
	struct answer a = { .status = status,
		.content_type = v->refusal_type ? v->refusal_type : "text/plain",
		.body = text,
		.body_bytes = strlen(text),
		.close = close };

	if (status == 405) {
		route_allow(d->route, d->n_routes, v->path, allow, sizeof(allow));
		a.extra[0][0] = "Allow";
		a.extra[0][1] = allow;
	}
	refusal_log(v->conn, status, v->reason[0] ? v->reason : text);
	visit_answer(v, &a);
}

static void want_refusal(struct visit *v, int status, const char *text)
{
	v->refusal = status;
	if (!v->refusal_type)
		v->refusal_text = text;
}

/* The head is in and well formed: may this body come? */
static void admit(struct visit *v, const char *method, uint64_t body_bytes)
{
	struct door *d = v->conn->door;
	int status = route_find(d->route, d->n_routes, method, v->path, &v->route, &v->rest);

	v->body_bytes_max = d->body_bytes_max;
	if (!status && v->route->admit)
		status = v->route->admit(v->route->arg, v);
	if (status)
		want_refusal(v, status,
			status == 404   ? "nothing is at this path"
			: status == 405 ? "this path has no such method"
			: status == 401 ? "not authenticated"
					: "not admitted");
	else if (body_bytes != UINT64_MAX && body_bytes > v->body_bytes_max)
		want_refusal(v, 413, "the body is too large");
}

static bool waits_for_continue(const struct visit *v)
{
	const char *expect = visit_header(v, "Expect");

	return expect && !strcasecmp(expect, "100-continue");
}

static enum MHD_Result request_begin(
	struct conn *c, const char *path, const char *method, const char *version, void **context)
{
	struct visit *v = c ? visit_begin(c, method, path) : NULL;
	uint64_t body_bytes;
	const char *fault;
	int status;

	if (!v)
		return MHD_NO;
	*context = v;
	c->door->stats.requests++;
	conn_phase(c, PHASE_BODY, c->door->body_ms_max);
	fault = head_fault(c->mhd, version, path, &status);
	if (!fault && !tls_peer_allowed(&c->tls)) {
		fault = "no client certificate of the authority asked for";
		status = 403;
	}
	if (fault) {
		c->door->stats.refused_head++;
		refuse(v, status, fault, true);
		return v->failed ? MHD_NO : MHD_YES;
	}
	body_bytes = head_body_bytes(c->mhd);
	admit(v, method, body_bytes);
	/* An answer given before the body ends the connection, so it is kept for who cannot be let
	 * send: see DRAIN_BYTES_MAX. */
	if (v->refusal && (waits_for_continue(v) ||
				  (body_bytes != UINT64_MAX && body_bytes > DRAIN_BYTES_MAX))) {
		c->door->stats.refused_body += v->refusal == 413;
		refuse(v, v->refusal, v->refusal_text, true);
	}
	return v->failed ? MHD_NO : MHD_YES;
}

static enum MHD_Result request_body(struct visit *v, const char *data, size_t n)
{
	struct door *d = v->conn->door;

	v->body_seen += n;
	if (v->body_seen > v->body_bytes_max && !v->refusal) {
		want_refusal(v, 413, "the body is too large");
		free(v->body);
		v->body = NULL;
		v->body_bytes = v->body_room = 0;
	}
	if (!v->refusal)
		return visit_take(v, data, n) ? MHD_YES : MHD_NO;
	if (v->body_seen <= DRAIN_BYTES_MAX)
		return MHD_YES;
	d->stats.refused_body++;
	refusal_log(v->conn, v->refusal, "the body does not end");
	return MHD_NO;
}

static enum MHD_Result request_ready(struct visit *v)
{
	if (v->answered) /* resumed without an answer in the library's hands */
		return MHD_NO;
	if (v->held) {
		v->suspended = true;
		MHD_suspend_connection(v->conn->mhd);
		return MHD_YES;
	}
	conn_phase(v->conn, PHASE_WAIT, UINT64_MAX);
	if (v->refusal) {
		v->conn->door->stats.refused_body += v->refusal == 413;
		refuse(v, v->refusal, v->refusal_text, false);
	} else {
		v->route->handle(v->route->arg, v);
	}
	/* Left open, it is asked again with the next door_run. Most are answered by then, and a
	 * suspension would have cost two epoll_ctl; the others are suspended then. */
	v->held = !v->answered;
	return v->failed ? MHD_NO : MHD_YES;
}

enum MHD_Result request(void *arg, struct MHD_Connection *mhd, const char *path, const char *method,
	const char *version, const char *data, size_t *n, void **context)
{
	struct visit *v = *context;
	enum MHD_Result result;

	(void)arg;
	if (!v)
		return request_begin(
			MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
				->socket_context,
			path, method, version, context);
	if (!*n)
		return request_ready(v);
	result = request_body(v, data, *n);
	*n = 0;
	return result;
}

void request_done(
	void *arg, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode why)
{
	struct visit *v = *context;

	(void)arg, (void)mhd, (void)why;
	if (!v)
		return;
	conn_phase(v->conn, PHASE_IDLE, v->conn->door->idle_ms_max);
	visit_end(v);
	*context = NULL;
}
