#include "graph/client/attempt.h"

#include "bot/base/clock.h"
#include "bot/base/guid.h"
#include "bot/base/rng.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t give_body(char *out, size_t size, size_t n, void *user)
{
	struct attempt *a = user;
	size_t bytes = a->x->body_bytes - a->body_sent;

	if (bytes > size * n)
		bytes = size * n;
	memcpy(out, a->x->body + a->body_sent, bytes);
	a->body_sent += bytes;
	return bytes;
}

/*
 * curl repeats a request by itself when a reused connection dies before a byte of the answer,
 * and asks us to rewind the body for it. The other side may have acted on it by then: we
 * rewind only what is harmless to repeat, and else learn of it as CURLE_SEND_FAIL_REWIND.
 */
static int rewind_body(void *user, curl_off_t offset, int origin)
{
	struct attempt *a = user;

	if (origin != SEEK_SET || offset != 0 || (a->body_sent > 0 && !a->x->retry.harmless))
		return CURL_SEEKFUNC_FAIL;
	a->body_sent = 0;
	return CURL_SEEKFUNC_OK;
}

static size_t take_body(char *in, size_t size, size_t n, void *user)
{
	struct attempt *a = user;
	size_t bytes = size * n;

	a->too_large = bytes > a->x->answer_bytes_max - a->x->answer.body_bytes;
	return exchange_take_body(a->x, in, bytes) ? bytes : 0;
}

static size_t take_header(char *in, size_t size, size_t n, void *user)
{
	struct attempt *a = user;
	char line[512];
	size_t bytes = size * n, end = bytes;

	while (end > 0 && (in[end - 1] == '\r' || in[end - 1] == '\n' || in[end - 1] == ' '))
		end--;
	if (end < sizeof(line)) { /* none that we read is that long */
		memcpy(line, in, end);
		line[end] = '\0';
		exchange_take_header(a->x, line, clock_unix_ms());
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
static enum err headers_of_attempt(struct attempt *a)
{
	char line[32 + GUID_TEXT];

	request_id_make(a->x->answer.client_request_id);
	snprintf(line, sizeof(line), "client-request-id: %s", a->x->answer.client_request_id);
	a->headers = curl_slist_append(NULL, line);
	if (!a->headers)
		return E_SYSTEM;
	a->headers->next = a->x->headers;
	return OK;
}

#define SET(option, value)                                                    \
	do {                                                                  \
		if (curl_easy_setopt(a->easy, (option), (value)) != CURLE_OK) \
			return E_SYSTEM;                                      \
	} while (0)

static enum err set_method(struct attempt *a)
{
	const struct exchange *x = a->x;

	if (x->body || strcmp(x->method, "POST") == 0) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->body_bytes);
		SET(CURLOPT_READFUNCTION, give_body);
		SET(CURLOPT_READDATA, a);
		SET(CURLOPT_SEEKFUNCTION, rewind_body);
		SET(CURLOPT_SEEKDATA, a);
	}
	if (strcmp(x->method, "POST") != 0)
		SET(CURLOPT_CUSTOMREQUEST, x->method);
	return OK;
}

static enum err set_trust(struct attempt *a, const struct attempt_conf *conf)
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

static enum err set_connection(struct attempt *a, const struct attempt_conf *conf, uint64_t now_ms)
{
	const struct exchange *x = a->x;
	uint64_t left_ms = x->retry.deadline_ms > now_ms ? x->retry.deadline_ms - now_ms : 1;
	uint64_t attempt_ms = left_ms < x->attempt_ms ? left_ms : x->attempt_ms;

	SET(CURLOPT_TIMEOUT_MS, (long)(attempt_ms > 0 ? attempt_ms : 1));
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)conf->connect_ms);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROTOCOLS_STR, x->loopback ? "http,https" : "https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	/* A handshake tells whether a connection can be shared. Plain HTTP never can, and curl
	 * knows that only when an answer has come: whoever waited for it waited for a stranger's.
	 */
	SET(CURLOPT_PIPEWAIT, (long)(strncmp(x->url, "https:", 6) == 0));
	SET(CURLOPT_FRESH_CONNECT, (long)x->fresh);
	if (x->loopback) /* this machine is not behind anybody's proxy */
		SET(CURLOPT_PROXY, "");
	return set_trust(a, conf);
}

static enum err set_all(struct attempt *a, const struct attempt_conf *conf, uint64_t now_ms)
{
	enum err e;

	SET(CURLOPT_URL, a->x->url);
	SET(CURLOPT_PRIVATE, a);
	SET(CURLOPT_HTTPHEADER, a->headers);
	SET(CURLOPT_USERAGENT, conf->user_agent);
	SET(CURLOPT_ERRORBUFFER, a->error);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, a);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, a);
	e = set_method(a);
	return e == OK ? set_connection(a, conf, now_ms) : e;
}

struct attempt *attempt_new(void)
{
	struct attempt *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->easy = curl_easy_init();
	if (!a->easy) {
		free(a);
		return NULL;
	}
	return a;
}

void attempt_free(struct attempt *a)
{
	assert(!a->x);
	curl_easy_cleanup(a->easy);
	free(a);
}

enum err attempt_begin(
	struct attempt *a, struct exchange *x, const struct attempt_conf *conf, uint64_t now_ms)
{
	a->x = x;
	a->body_sent = 0;
	a->too_large = false;
	a->error[0] = '\0';
	if (headers_of_attempt(a) != OK)
		return E_SYSTEM;
	return set_all(a, conf, now_ms);
}

bool attempt_is_hopeless(const struct attempt *a, CURLcode rc)
{
	return a->too_large || rc == CURLE_PEER_FAILED_VERIFICATION ||
	       rc == CURLE_SSL_CACERT_BADFILE || rc == CURLE_URL_MALFORMAT ||
	       rc == CURLE_UNSUPPORTED_PROTOCOL;
}

/* Curl marks the moment before it sends; a body of which nothing left cannot have had an effect. */
static bool may_have_been_sent(const struct attempt *a)
{
	curl_off_t before_us = 0;

	curl_easy_getinfo(a->easy, CURLINFO_PRETRANSFER_TIME_T, &before_us);
	return before_us > 0 && (a->x->body_bytes == 0 || a->body_sent > 0);
}

/* CURLE_HTTP2_STREAM may come with a status: an early answer and a reset. Its body was perhaps not
 * read, so what it did is as unknown as with any other break. */
enum attempt_end attempt_end(struct attempt *a, CURLcode rc)
{
	const char *words = a->error[0] ? a->error : curl_easy_strerror(rc);
	long status = 0;

	if (rc == CURLE_OK) {
		curl_easy_getinfo(a->easy, CURLINFO_RESPONSE_CODE, &status);
		if (status >= 200 && exchange_answered(a->x, (int)status))
			return ATTEMPT_ANSWERED;
	}
	exchange_tell(a->x, "curl %d: %s", (int)rc,
		a->too_large ? "the answer is larger than the limit" : words);
	return may_have_been_sent(a) ? ATTEMPT_UNKNOWN : ATTEMPT_NOT_SENT;
}

void attempt_fini(struct attempt *a)
{
	curl_easy_reset(a->easy);
	if (a->headers) {
		a->headers->next = NULL;
		curl_slist_free_all(a->headers);
		a->headers = NULL;
	}
	a->x = NULL;
}
