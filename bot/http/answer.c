/* Answers in the library's shape, with the headers that every answer of ours carries. */
#include "bot/http/inside.h"

#include "bot/base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

/* The library refuses names and values that would break the head (a line end in an echoed value),
 * and the answer then goes without. */
static void header_add(struct MHD_Response *r, const char *name, const char *value)
{
	if (MHD_add_response_header(r, name, value) != MHD_YES)
		log_line(LOG_WARN, "http", "", "header name=%s -> left out, its value is not one",
			name);
}

static void headers_add(const struct door *d, struct MHD_Response *r, int status,
	const char *content_type, const char *cache_control)
{
	header_add(r, "X-Content-Type-Options", "nosniff");
	header_add(r, "Cache-Control", cache_control ? cache_control : "no-store");
	if (d->tls)
		header_add(r, "Strict-Transport-Security", "max-age=31536000");
	/* RFC 9110 section 15.5.2 wants the scheme named, and ours is one everywhere. */
	if (status == 401)
		header_add(r, "WWW-Authenticate", "Bearer");
	if (content_type)
		header_add(r, "Content-Type", content_type);
}

struct MHD_Response *response_of(struct door *d, struct MHD_Response *bare, int status,
	const char *content_type, const char *cache_control)
{
	if (bare)
		headers_add(d, bare, status, content_type, cache_control);
	return bare;
}

static bool is_plain(const struct door *d, const struct answer *a)
{
	return !a->body_bytes && !a->content_type && !a->cache_control && !a->retry_after_s &&
	       !a->close && !a->extra[0][0] && !d->quiesced;
}

static struct MHD_Response *response_plain(struct door *d, int status)
{
	struct MHD_Response **r = &d->plain[status];

	if (!*r) {
		*r = MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
		if (*r)
			headers_add(d, *r, status, NULL, NULL);
	}
	return *r;
}

void response_cache_free(struct door *d)
{
	for (size_t i = 0; i < STATUS_MAX; i++)
		if (d->plain[i])
			MHD_destroy_response(d->plain[i]);
}

struct MHD_Response *response_whole(struct door *d, const struct answer *a, bool *shared)
{
	struct MHD_Response *r;
	char seconds[16];

	*shared = is_plain(d, a);
	if (*shared)
		return response_plain(d, a->status);
	r = MHD_create_response_from_buffer(
		a->body_bytes, (void *)(a->body ? a->body : ""), MHD_RESPMEM_MUST_COPY);
	if (!r)
		return NULL;
	headers_add(d, r, a->status, a->content_type, a->cache_control);
	if (a->retry_after_s) {
		snprintf(seconds, sizeof(seconds), "%" PRIu32, a->retry_after_s);
		header_add(r, "Retry-After", seconds);
	}
	for (size_t i = 0; i < ARRAY_LEN(a->extra) && a->extra[i][0]; i++)
		header_add(r, a->extra[i][0], a->extra[i][1]);
	if (a->close || d->quiesced)
		header_add(r, "Connection", "close");
	return r;
}

static struct MHD_Response *response_outside(struct door *d, uint64_t bytes)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		0, (void *)"", MHD_RESPMEM_PERSISTENT);
	char text[48];

	if (!r)
		return NULL;
	headers_add(d, r, 416, NULL, NULL);
	snprintf(text, sizeof(text), "bytes */%" PRIu64, bytes);
	header_add(r, "Content-Range", text);
	return r;
}

struct MHD_Response *response_file(struct door *d, int fd, uint64_t bytes, const char *range,
	const char *content_type, const char *cache_control, int *status, uint64_t *sent)
{
	uint64_t first = 0;
	enum range kind = range_parse(range, bytes, &first, sent);
	struct MHD_Response *r;
	char text[80];

	*status = kind == RANGE_WHOLE ? 200 : kind == RANGE_PART ? 206 : 416;
	if (kind == RANGE_OUTSIDE) {
		*sent = 0;
		close(fd);
		return response_outside(d, bytes);
	}
	if (kind == RANGE_WHOLE) {
		first = 0;
		*sent = bytes;
	}
	r = MHD_create_response_from_fd_at_offset64(*sent, fd, first);
	if (!r) {
		close(fd);
		return NULL;
	}
	headers_add(d, r, *status, content_type, cache_control);
	header_add(r, "Accept-Ranges", "bytes");
	if (kind == RANGE_PART) {
		snprintf(text, sizeof(text), "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, first,
			first + *sent - 1, bytes);
		header_add(r, "Content-Range", text);
	}
	if (d->quiesced)
		header_add(r, "Connection", "close");
	return r;
}
