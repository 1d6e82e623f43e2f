/*
 * Answers without an end. While there is nothing to say the connection is suspended, and costs a
 * look at its socket from time to time; what there is to say is asked for when the library has sent
 * what it had, so nothing piles up here for who reads slowly.
 */
#include "bot/http/inside.h"

#include <stdlib.h>

/* Lives as long as the library's response. */
struct streaming {
	struct stream stream;
	struct door *door;
	struct conn *conn;
};

static ssize_t on_read(void *arg, uint64_t at, char *buf, size_t max)
{
	struct streaming *s = arg;
	struct visit *v = s->conn->visit;
	ssize_t n;

	(void)at;
	if (v->failed)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = s->stream.read(s->stream.arg, buf, max);
	if (n > 0) {
		conn_phase(s->conn, PHASE_SEND, s->conn->door->body_ms_max);
		return n;
	}
	if (n < 0) {
		conn_phase(s->conn, PHASE_SEND, s->conn->door->body_ms_max);
		return MHD_CONTENT_READER_END_OF_STREAM;
	}
	conn_phase(s->conn, PHASE_LISTEN, UINT64_MAX);
	v->suspended = true;
	MHD_suspend_connection(s->conn->mhd);
	return 0;
}

static void on_gone(void *arg)
{
	struct streaming *s = arg;

	s->door->stats.streams--;
	s->stream.gone(s->stream.arg);
	free(s);
}

void visit_answer_stream(struct visit *v, const struct stream *st)
{
	struct door *d = v->conn->door;
	struct streaming *s = v->answered || v->head_only ? NULL : malloc(sizeof(*s));
	struct MHD_Response *r = NULL;

	if (s) {
		*s = (struct streaming){ .stream = *st, .door = d, .conn = v->conn };
		r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16384, on_read, s, on_gone);
	}
	if (!r) {
		free(s);
		st->gone(st->arg);
		visit_answer(v, v->head_only
					? &(struct answer){ .status = 200,
						  .content_type = st->content_type }
					: &(struct answer){ .status = 503, .retry_after_s = 1 });
		return;
	}
	d->stats.streams++;
	v->stream = true;
	visit_send(v, 200, response_of(d, r, 200, st->content_type, NULL), 0);
	MHD_destroy_response(r);
}

void door_stream_ready(struct door *d, uint64_t visit_id)
{
	struct visit *v = visit_find(d, visit_id);

	if (!v || !v->stream || !v->suspended)
		return;
	v->suspended = false;
	conn_phase(v->conn, PHASE_SEND, d->body_ms_max);
	d->due = true;
	MHD_resume_connection(v->conn->mhd);
}
