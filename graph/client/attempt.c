#include "graph/client/attempt.h"

#include "bot/base/clock.h"
#include "bot/base/guid.h"
#include "bot/base/rng.h"
#include "bot/base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static size_t give_body(char *out, size_t size, size_t n, void *user)
{
	struct exchange *x = user;
	size_t bytes = x->body_bytes - x->body_sent;

	if (bytes > size * n)
		bytes = size * n;
	memcpy(out, x->body + x->body_sent, bytes);
	x->body_sent += bytes;
	return bytes;
}

/*
 * curl repeats a request by itself when a reused connection dies before a byte of the answer,
 * and asks us to rewind the body for it. The other side may have acted on it by then: we
 * rewind only what is harmless to repeat, and else learn of it as CURLE_SEND_FAIL_REWIND.
 */
static int rewind_body(void *user, curl_off_t offset, int origin)
{
	struct exchange *x = user;

	if (origin != SEEK_SET || offset != 0 || (x->body_sent > 0 && !x->retry.harmless))
		return CURL_SEEKFUNC_FAIL;
	x->body_sent = 0;
	return CURL_SEEKFUNC_OK;
}

static bool answer_grow(struct exchange *x, size_t bytes)
{
	size_t size = x->body_size ? x->body_size : 1024;
	char *more;

	while (size < bytes)
		size *= 2;
	if (size == x->body_size)
		return true;
	more = realloc(x->answer.body, size);
	if (!more)
		return false;
	x->answer.body = more;
	x->body_size = size;
	return true;
}

static size_t take_body(char *in, size_t size, size_t n, void *user)
{
	struct exchange *x = user;
	size_t bytes = size * n;

	if (bytes > x->answer_bytes_max - x->answer.body_bytes) {
		x->too_large = true;
		return 0;
	}
	if (!answer_grow(x, x->answer.body_bytes + bytes + 1))
		return 0;
	memcpy(x->answer.body + x->answer.body_bytes, in, bytes);
	x->answer.body_bytes += bytes;
	return bytes;
}

static void forget_answer(struct exchange *x)
{
	struct client_answer *a = &x->answer;

	a->body_bytes = 0;
	a->retry_after_ms = UINT64_MAX;
	a->date_unix_ms = 0;
	a->request_id[0] = a->location[0] = '\0';
}

/* The value of a header line of this name, without the space around it; NULL: another name. */
static const char *value_of(const char *line, const char *name)
{
	size_t n = strlen(name);

	if (strncasecmp(line, name, n) != 0 || line[n] != ':')
		return NULL;
	return line + n + 1 + strspn(line + n + 1, " \t");
}

static void text_cut(char *out, size_t out_size, const char *from)
{
	struct text t = text_of(out, out_size);

	text_add(&t, "%s", from);
}

static void take_header_line(struct exchange *x, const char *line)
{
	struct client_answer *a = &x->answer;
	const char *value;

	if (strncmp(line, "HTTP/", 5) == 0)
		forget_answer(x); /* the one before was provisional */
	else if ((value = value_of(line, "retry-after")) != NULL)
		a->retry_after_ms = retry_after_read(value, clock_unix_ms());
	else if ((value = value_of(line, "date")) != NULL)
		a->date_unix_ms = retry_date_read(value);
	else if ((value = value_of(line, "request-id")) != NULL)
		text_cut(a->request_id, sizeof(a->request_id), value);
	else if ((value = value_of(line, "location")) != NULL &&
		 text_copy(a->location, sizeof(a->location), value) != OK)
		a->location[0] = '\0'; /* half a URL is none */
}

static size_t take_header(char *in, size_t size, size_t n, void *user)
{
	char line[512];
	size_t bytes = size * n, end = bytes;

	while (end > 0 && (in[end - 1] == '\r' || in[end - 1] == '\n' || in[end - 1] == ' '))
		end--;
	if (end < sizeof(line)) { /* none that we read is that long */
		memcpy(line, in, end);
		line[end] = '\0';
		take_header_line(user, line);
	}
	return bytes;
}

/* Version 4, of chance: Graph's advice is one a request, for its support. */
static void request_id_make(char out[GUID_TEXT])
{
	struct guid g;

	random_bytes(g.byte, sizeof(g.byte));
	g.byte[6] = (uint8_t)((g.byte[6] & 0x0f) | 0x40);
	g.byte[8] = (uint8_t)((g.byte[8] & 0x3f) | 0x80);
	guid_print(g, out);
}

/* This attempt's own header stands before the exchange's, which are shared by all attempts. */
static enum err headers_of_attempt(struct exchange *x)
{
	char line[32 + GUID_TEXT] = "client-request-id: ";

	request_id_make(line + strlen(line));
	x->attempt_headers = curl_slist_append(NULL, line);
	if (!x->attempt_headers)
		return E_SYSTEM;
	x->attempt_headers->next = x->headers;
	return OK;
}

#define SET(option, value)                                                    \
	do {                                                                  \
		if (curl_easy_setopt(x->easy, (option), (value)) != CURLE_OK) \
			return E_SYSTEM;                                      \
	} while (0)

static enum err set_method(struct exchange *x)
{
	if (x->body || strcmp(x->method, "POST") == 0) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->body_bytes);
		SET(CURLOPT_READFUNCTION, give_body);
		SET(CURLOPT_READDATA, x);
		SET(CURLOPT_SEEKFUNCTION, rewind_body);
		SET(CURLOPT_SEEKDATA, x);
	}
	if (strcmp(x->method, "POST") != 0)
		SET(CURLOPT_CUSTOMREQUEST, x->method);
	return OK;
}

static enum err set_trust(struct exchange *x, const struct attempt_conf *conf)
{
	struct curl_blob ca = { (void *)(uintptr_t)conf->extra_ca, conf->extra_ca_bytes,
		CURL_BLOB_NOCOPY };

	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	/* In place of the bundle file; the system's roots stay known through the CA directory. */
	if (conf->extra_ca)
		SET(CURLOPT_CAINFO_BLOB, &ca);
	return OK;
}

static enum err set_connection(struct exchange *x, const struct attempt_conf *conf, uint64_t now_ms)
{
	uint64_t left_ms = x->retry.deadline_ms > now_ms ? x->retry.deadline_ms - now_ms : 1;
	uint64_t attempt_ms = left_ms < x->attempt_ms ? left_ms : x->attempt_ms;

	SET(CURLOPT_TIMEOUT_MS, (long)(attempt_ms > 0 ? attempt_ms : 1));
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)conf->connect_ms);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROTOCOLS_STR, x->loopback ? "http,https" : "https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	SET(CURLOPT_PIPEWAIT, 1L);
	SET(CURLOPT_FRESH_CONNECT, (long)x->fresh);
	if (x->loopback) /* this machine is not behind anybody's proxy */
		SET(CURLOPT_PROXY, "");
	return set_trust(x, conf);
}

static enum err set_all(struct exchange *x, const struct attempt_conf *conf, uint64_t now_ms)
{
	enum err e;

	SET(CURLOPT_URL, x->url);
	SET(CURLOPT_PRIVATE, x);
	SET(CURLOPT_HTTPHEADER, x->attempt_headers);
	SET(CURLOPT_USERAGENT, conf->user_agent);
	SET(CURLOPT_ERRORBUFFER, x->error);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, x);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, x);
	e = set_method(x);
	return e == OK ? set_connection(x, conf, now_ms) : e;
}

enum err attempt_begin(
	struct exchange *x, CURL *easy, const struct attempt_conf *conf, uint64_t now_ms)
{
	x->easy = easy;
	x->body_sent = 0;
	x->error[0] = '\0';
	x->answer.status = 0;
	forget_answer(x);
	if (headers_of_attempt(x) != OK)
		return E_SYSTEM;
	return set_all(x, conf, now_ms);
}

bool attempt_is_hopeless(CURLcode rc)
{
	return rc == CURLE_PEER_FAILED_VERIFICATION || rc == CURLE_SSL_CACERT_BADFILE ||
	       rc == CURLE_URL_MALFORMAT || rc == CURLE_UNSUPPORTED_PROTOCOL;
}

static void tell(struct exchange *x, CURLcode rc)
{
	struct text story = TEXT(x->answer.story);
	const char *words = x->error[0] ? x->error : curl_easy_strerror(rc);

	text_add(&story, "curl %d: %s", (int)rc,
		x->too_large ? "the answer is larger than the limit" : words);
}

/* Curl marks the moment before it sends; a body of which nothing left cannot have had an effect. */
static bool may_have_been_sent(const struct exchange *x)
{
	curl_off_t before_us = 0;

	curl_easy_getinfo(x->easy, CURLINFO_PRETRANSFER_TIME_T, &before_us);
	return before_us > 0 && (x->body_bytes == 0 || x->body_sent > 0);
}

/* CURLE_HTTP2_STREAM may come with a status: an early answer and a reset. Its body was perhaps not
 * read, so what it did is as unknown as with any other break. */
enum attempt_end attempt_end(struct exchange *x, CURLcode rc)
{
	long status = 0;

	if (rc == CURLE_OK) {
		curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
		if (status >= 200 && answer_grow(x, x->answer.body_bytes + 1)) {
			x->answer.body[x->answer.body_bytes] = '\0';
			x->answer.status = (int)status;
			x->answer.story[0] = '\0';
			return ATTEMPT_ANSWERED;
		}
	}
	tell(x, rc);
	return may_have_been_sent(x) ? ATTEMPT_UNKNOWN : ATTEMPT_NOT_SENT;
}

void attempt_fini(struct exchange *x)
{
	assert(x->easy);
	x->easy = NULL;
	if (x->attempt_headers) {
		x->attempt_headers->next = NULL;
		curl_slist_free_all(x->attempt_headers);
		x->attempt_headers = NULL;
	}
}
