#include "graph/client/exchange.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <curl/curl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

CLEAN_FN(curl_url_cleanup, CURLU *)
CLEAN_FN(exchange_free, struct exchange *)

static void curl_string_clean(char **p)
{
	curl_free(*p);
}

static bool host_is_loopback(const char *host)
{
	static const char tail[] = "0123456789.";

	return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
	       (strncmp(host, "127.", 4) == 0 && strspn(host, tail) == strlen(host));
}

/* The address of the platform a machine runs on: never routed further. */
static bool host_is_platform(const char *host)
{
	static const char tail[] = "0123456789.";

	return strncmp(host, "169.254.", 8) == 0 && strspn(host, tail) == strlen(host);
}

/* A name too long for it has no circuit. */
static void host_name(struct exchange *x, const char *scheme, const char *host, const char *port)
{
	struct text name = TEXT(x->host);

	text_add(&name, "%s://%s:%s", scheme, host, port);
	if (name.cut)
		x->host[0] = '\0';
}

/* https to anywhere; http to this machine, and only where the configuration says so. */
static enum err url_check(struct exchange *x, bool plain_loopback, bool platform, struct why *why)
{
	CLEAN(curl_url_cleanup) CURLU *u = curl_url();
	CLEAN(curl_string) char *scheme = NULL;
	CLEAN(curl_string) char *host = NULL;
	CLEAN(curl_string) char *port = NULL;
	CLEAN(curl_string) char *user = NULL;

	if (!u)
		return FAIL(why, E_SYSTEM, "no memory for a URL");
	if (curl_url_set(u, CURLUPART_URL, x->url, 0) != CURLUE_OK ||
		curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
		curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
		curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
		return FAIL(why, E_MALFORMED, "not a URL with scheme and host");
	if (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK)
		return FAIL(why, E_MALFORMED, "a URL must not carry a user's name");
	host_name(x, scheme, host, port);
	x->loopback = host_is_loopback(host) || (platform && host_is_platform(host));
	if (strcmp(scheme, "https") == 0)
		return OK;
	if (strcmp(scheme, "http") != 0)
		return FAIL(why, E_MALFORMED, "%s to %s: only https is spoken", scheme, host);
	if (!(plain_loopback || platform) || !x->loopback)
		return FAIL(why, E_MALFORMED,
			"http to %s: only https is spoken, or http to this machine where the "
			"configuration allows it",
			host);
	return OK;
}

/* A line end in a value would begin a header of somebody else's choice. */
static bool header_is_clean(const char *value)
{
	for (; *value; value++)
		if ((unsigned char)*value < ' ' || *value == 0x7f)
			return false;
	return true;
}

static enum err header_add(struct exchange *x, const char *name, const char *value, struct why *why)
{
	struct curl_slist *more;
	char *line;

	if (!value)
		return OK;
	if (!header_is_clean(value))
		return FAIL(why, E_MALFORMED, "%s: a control character in a header", name);
	if (asprintf(&line, "%s: %s", name, value) < 0)
		return FAIL(why, E_SYSTEM, "no memory for a header");
	more = curl_slist_append(x->headers, line);
	explicit_bzero(line, strlen(line));
	free(line);
	if (!more)
		return FAIL(why, E_SYSTEM, "no memory for a header");
	x->headers = more;
	return OK;
}

/* Without its colon's value a header of curl's own is left out: no Expect, no guessed type. */
static enum err headers_make(struct exchange *x, const struct client_request *r, struct why *why)
{
	struct curl_slist *first = curl_slist_append(NULL, "Expect:");
	char *bearer = NULL;
	enum err e;

	if (!first)
		return FAIL(why, E_SYSTEM, "no memory for a header");
	x->headers = first;
	if (r->bearer && asprintf(&bearer, "Bearer %s", r->bearer) < 0)
		return FAIL(why, E_SYSTEM, "no memory for a header");
	e = header_add(x, "Authorization", bearer, why);
	if (bearer)
		explicit_bzero(bearer, strlen(bearer));
	free(bearer);
	if (e == OK)
		e = header_add(x, "Scenario-Id", r->scenario_id, why);
	for (size_t i = 0; i < ARRAY_LEN(r->header) && e == OK && r->header[i][0]; i++)
		e = header_add(x, r->header[i][0], r->header[i][1], why);
	if (e == OK && r->content_type)
		return header_add(x, "Content-Type", r->content_type, why);
	if (e == OK && !curl_slist_append(x->headers, "Content-Type:"))
		return FAIL(why, E_SYSTEM, "no memory for a header");
	return e;
}

static bool method_is_clean(const char *method)
{
	size_t n = strlen(method);

	return n > 0 && n < 16 && strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == n;
}

static uint64_t digest(uint64_t h, const char *text)
{
	for (; *text; text++)
		h = (h ^ (uint8_t)*text) * 1099511628211u; /* FNV-1a */
	return h;
}

/* Many requests have one URL for all bots and tenants ("/communications/calls"): the group tells
 * them apart. */
static uint64_t same_as(const struct client_request *r)
{
	uint64_t h = digest(digest(14695981039346656037u, r->method), r->url);

	return (h ^ r->throttle * 11400714819323198485u) | 1;
}

static enum err copy_in(struct exchange *x, const struct client_request *r, struct why *why)
{
	x->cookie = r->cookie;
	x->lane = r->lane;
	x->throttle = r->throttle;
	x->urgent = r->urgent;
	x->attempt_ms = r->attempt_ms;
	x->same = same_as(r);
	x->method = strdup(r->method);
	x->url = strdup(r->url);
	if (r->body) {
		x->body_bytes = r->body_bytes;
		x->body = malloc(r->body_bytes + 1);
		if (x->body)
			memcpy(x->body, r->body, r->body_bytes);
	}
	if (!x->method || !x->url || (r->body && !x->body))
		return FAIL(why, E_SYSTEM, "no memory for a request");
	if (!method_is_clean(r->method))
		return FAIL(why, E_MALFORMED, "not an HTTP method in capitals");
	return OK;
}

enum err exchange_new(const struct client_request *r, const struct client_conf *conf,
	uint64_t now_ms, struct exchange **out, struct why *why)
{
	CLEAN(exchange_free) struct exchange *x = calloc(1, sizeof(*x));
	enum err e;

	*out = NULL;
	if (!x)
		return FAIL(why, E_SYSTEM, "no memory for a request");
	e = copy_in(x, r, why);
	if (e == OK)
		e = url_check(x, conf->plain_loopback, r->platform, why);
	if (e == OK)
		e = headers_make(x, r, why);
	if (e != OK)
		return e;
	x->answer_bytes_max = r->answer_bytes_max ? r->answer_bytes_max : conf->answer_bytes_max;
	x->retry = (struct retry){ .n_max = r->attempts_max,
		.deadline_ms = now_ms + r->deadline_ms,
		.harmless = r->harmless };
	x->wake_ms = x->retry.deadline_ms;
	x->answer.cookie = r->cookie;
	x->answer.end = CLIENT_NOT_SENT;
	x->answer.retry_after_ms = UINT64_MAX;
	*out = TAKE(x);
	return OK;
}

void exchange_free(struct exchange *x)
{
	if (!x)
		return;
	for (struct curl_slist *h = x->headers; h; h = h->next)
		explicit_bzero(h->data, strlen(h->data));
	curl_slist_free_all(x->headers);
	if (x->body)
		explicit_bzero(x->body, x->body_bytes);
	free(x->body);
	free(x->method);
	if (x->url) /* a recording's is a secret */
		explicit_bzero(x->url, strlen(x->url));
	free(x->url);
	client_answer_fini(&x->answer);
	free(x);
}

void client_answer_fini(struct client_answer *a)
{
	if (a->body)
		explicit_bzero(a->body, a->body_bytes);
	free(a->body);
	a->body = NULL;
}

void client_answer_print(const struct client_answer *a, struct text *out)
{
	if (a->end == CLIENT_ANSWERED)
		text_add(out, "status=%d", a->status);
	else
		text_add(out, "no answer: %s", a->story[0] ? a->story : "not sent");
	if (a->request_id[0])
		text_add(out, " request-id=%s", a->request_id);
	if (a->client_request_id[0])
		text_add(out, " client-request-id=%s", a->client_request_id);
	if (a->date_unix_ms)
		text_add(out, " date=%llu", (unsigned long long)(a->date_unix_ms / 1000));
	if (a->diagnostic[0])
		text_add(out, " ags=%s", a->diagnostic);
}

void exchange_tell(struct exchange *x, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(x->answer.story, sizeof(x->answer.story), fmt, args);
	va_end(args);
}

void exchange_forget_answer(struct exchange *x)
{
	struct client_answer *a = &x->answer;

	a->status = 0;
	a->body_bytes = 0;
	a->retry_after_ms = UINT64_MAX;
	a->date_unix_ms = 0;
	a->request_id[0] = a->diagnostic[0] = a->location[0] = '\0';
}

static bool answer_grow(struct exchange *x, size_t bytes)
{
	size_t size = x->body_size ? x->body_size : 1024;
	char *more;

	while (size < bytes)
		size *= 2;
	if (size == x->body_size)
		return true;
	more = malloc(size); /* realloc would leave a token, or a voice, where it was */
	if (!more)
		return false;
	if (x->answer.body_bytes)
		memcpy(more, x->answer.body, x->answer.body_bytes);
	if (x->answer.body)
		explicit_bzero(x->answer.body, x->body_size);
	free(x->answer.body);
	x->answer.body = more;
	x->body_size = size;
	return true;
}

bool exchange_take_body(struct exchange *x, const char *bytes, size_t n)
{
	if (n > x->answer_bytes_max - x->answer.body_bytes ||
		!answer_grow(x, x->answer.body_bytes + n + 1))
		return false;
	memcpy(x->answer.body + x->answer.body_bytes, bytes, n);
	x->answer.body_bytes += n;
	return true;
}

bool exchange_answered(struct exchange *x, int status)
{
	if (!answer_grow(x, x->answer.body_bytes + 1))
		return false;
	x->answer.body[x->answer.body_bytes] = '\0';
	x->answer.status = status;
	x->answer.story[0] = '\0';
	return true;
}

/* The value of a header line of this name, without the space before it; NULL: another name. */
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

void exchange_take_header(struct exchange *x, const char *line, uint64_t now_unix_ms)
{
	struct client_answer *a = &x->answer;
	const char *value;

	if (strncmp(line, "HTTP/", 5) == 0)
		exchange_forget_answer(x); /* the one before was provisional */
	else if ((value = value_of(line, "retry-after")) != NULL)
		a->retry_after_ms = retry_after_read(value, now_unix_ms);
	else if ((value = value_of(line, "date")) != NULL)
		a->date_unix_ms = retry_date_read(value);
	else if ((value = value_of(line, "request-id")) != NULL)
		text_cut(a->request_id, sizeof(a->request_id), value);
	else if ((value = value_of(line, "x-ms-ags-diagnostic")) != NULL)
		text_cut(a->diagnostic, sizeof(a->diagnostic), value);
	else if ((value = value_of(line, "location")) != NULL &&
		 text_copy(a->location, sizeof(a->location), value) != OK)
		a->location[0] = '\0'; /* half a URL is none */
}
