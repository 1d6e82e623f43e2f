#include "graph/client/exchange.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <stdlib.h>
#include <string.h>

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

/* https to anywhere; http to this machine, and only where the configuration says so. */
static enum err url_check(struct exchange *x, bool plain_loopback, struct why *why)
{
	CLEAN(curl_url_cleanup) CURLU *u = curl_url();
	CLEAN(curl_string) char *scheme = NULL;
	CLEAN(curl_string) char *host = NULL;
	CLEAN(curl_string) char *user = NULL;

	if (!u)
		return FAIL(why, E_SYSTEM, "no memory for a URL");
	if (curl_url_set(u, CURLUPART_URL, x->url, 0) != CURLUE_OK ||
		curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
		curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		return FAIL(why, E_MALFORMED, "not a URL with scheme and host");
	if (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK)
		return FAIL(why, E_MALFORMED, "a URL must not carry a user's name");
	x->loopback = host_is_loopback(host);
	if (strcmp(scheme, "https") == 0)
		return OK;
	if (strcmp(scheme, "http") != 0)
		return FAIL(why, E_MALFORMED, "%s to %s: only https is spoken", scheme, host);
	if (!plain_loopback || !x->loopback)
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

static enum err copy_in(struct exchange *x, const struct client_request *r, struct why *why)
{
	x->cookie = r->cookie;
	x->lane = r->lane;
	x->attempt_ms = r->attempt_ms;
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
		e = url_check(x, conf->plain_loopback, why);
	if (e == OK)
		e = headers_make(x, r, why);
	if (e != OK)
		return e;
	x->answer_bytes_max = conf->answer_bytes_max;
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
	free(x->url);
	client_answer_fini(&x->answer);
	free(x);
}
