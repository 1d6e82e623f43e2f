#include "graph/sim/post_office.h"

#include "bot/base/text.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS_MAX = 64, FDS_MAX = 8, FETCH_WAIT_MS = 10000, LINE_MAX_BYTES = 4096 };

struct post_office {
	CURLM *multi;
	char *ca;
	struct trip *first; /* all under way, so that the end can free them */
};

struct trip {
	struct trip *next, **at;
	CURL *easy;
	struct curl_slist *headers;
	char *body, *bytes;
	size_t n;
	uint64_t cookie;
	bool fetch, talk;
};

struct post_office *post_office_new(const char *ca)
{
	struct post_office *o = calloc(1, sizeof(*o));

	if (!o || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(o);
		return NULL;
	}
	o->multi = curl_multi_init();
	o->ca = ca ? strdup(ca) : NULL;
	if (!o->multi || (ca && !o->ca)) {
		post_office_free(o);
		return NULL;
	}
	curl_multi_setopt(o->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS_MAX);
	curl_multi_setopt(o->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_MAX);
	return o;
}

static void trip_free(struct post_office *o, struct trip *t)
{
	if (t->at) {
		*t->at = t->next;
		if (t->next)
			t->next->at = t->at;
	}
	if (t->easy) {
		curl_multi_remove_handle(o->multi, t->easy);
		curl_easy_cleanup(t->easy);
	}
	curl_slist_free_all(t->headers);
	free(t->body);
	free(t->bytes);
	free(t);
}

void post_office_free(struct post_office *o)
{
	if (!o)
		return;
	while (o->first)
		trip_free(o, o->first);
	if (o->multi)
		curl_multi_cleanup(o->multi);
	free(o->ca);
	free(o);
	curl_global_cleanup();
}

/* A prompt is kept up to its limit; of a webhook's own words the beginning. */
static size_t on_bytes(char *data, size_t size, size_t n, void *cls)
{
	struct trip *t = cls;
	char *more;

	if (!t->fetch && t->n + size * n > (t->talk ? POST_TALK_BYTES : POST_SAID_BYTES))
		return size * n;
	if (t->n + size * n > POST_FETCH_BYTES)
		return 0;
	more = realloc(t->bytes, t->n + size * n + 1);
	if (!more)
		return 0;
	t->bytes = more;
	memcpy(t->bytes + t->n, data, size * n);
	t->n += size * n;
	t->bytes[t->n] = '\0';
	return size * n;
}

static struct trip *trip_new(struct post_office *o, uint64_t cookie, const char *url)
{
	struct trip *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->cookie = cookie;
	t->easy = curl_easy_init();
	if (!t->easy) {
		free(t);
		return NULL;
	}
	curl_easy_setopt(t->easy, CURLOPT_URL, url);
	curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
	curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
	if (o->ca)
		curl_easy_setopt(t->easy, CURLOPT_CAINFO, o->ca);
	return t;
}

static void trip_start(struct post_office *o, struct trip *t)
{
	t->next = o->first;
	t->at = &o->first;
	if (t->next)
		t->next->at = &t->next;
	o->first = t;
	curl_multi_add_handle(o->multi, t->easy);
}

static void header(struct trip *t, const char *name, const char *value)
{
	char line[LINE_MAX_BYTES];
	struct text text = TEXT(line);
	struct curl_slist *more;

	text_add(&text, "%s: %s", name, value);
	assert(!text.cut); /* what the simulator itself wrote */
	more = curl_slist_append(t->headers, line);
	if (more)
		t->headers = more;
}

enum err post_send(struct post_office *o, uint64_t cookie, const struct letter *l, struct why *why)
{
	struct trip *t = trip_new(o, cookie, l->url);
	char bearer[LINE_MAX_BYTES - 32];

	if (!t)
		return FAIL(why, E_SYSTEM, "no memory");
	t->body = strdup(l->body);
	if (!t->body) {
		trip_free(o, t);
		return FAIL(why, E_SYSTEM, "no memory");
	}
	snprintf(bearer, sizeof(bearer), "Bearer %s", l->token);
	header(t, "Authorization", bearer);
	header(t, "Content-Type", "application/json");
	header(t, "User-Agent", "Microsoft-Skype/3.0,(Calling/1.0)");
	header(t, "X-Microsoft-Skype-Message-ID", l->message_id);
	header(t, "X-Microsoft-Skype-Chain-ID", l->chain_id);
	header(t, "MS-Teams-Region", "local");
	header(t, "Expect", "");
	if (l->scenario_id[0])
		header(t, "Scenario-Id", l->scenario_id);
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, t->body);
	curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(t->body));
	curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)POST_WAIT_MS);
	trip_start(o, t);
	return OK;
}

enum err post_talk(struct post_office *o, uint64_t cookie, const char *url, const char *type,
	const char *body, const char *token, struct why *why)
{
	struct trip *t = trip_new(o, cookie, url);
	char bearer[LINE_MAX_BYTES - 32];

	if (!t)
		return FAIL(why, E_SYSTEM, "no memory");
	t->talk = true;
	t->body = strdup(body);
	if (!t->body) {
		trip_free(o, t);
		return FAIL(why, E_SYSTEM, "no memory");
	}
	snprintf(bearer, sizeof(bearer), "Bearer %s", token ? token : "");
	if (token)
		header(t, "Authorization", bearer);
	header(t, "Content-Type", type);
	header(t, "Expect", "");
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, t->body);
	curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(t->body));
	curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)POST_WAIT_MS);
	trip_start(o, t);
	return OK;
}

/* A plain GET without a name or a redirect, as the real service's. */
enum err post_fetch(struct post_office *o, uint64_t cookie, const char *url, struct why *why)
{
	struct trip *t = trip_new(o, cookie, url);

	if (!t)
		return FAIL(why, E_SYSTEM, "no memory");
	t->fetch = true;
	curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)FETCH_WAIT_MS);
	trip_start(o, t);
	return OK;
}

void post_office_wait(struct post_office *o, const int *fds, size_t n, int ms)
{
	struct curl_waitfd wait[FDS_MAX];
	int running;

	assert(n <= FDS_MAX);
	for (size_t i = 0; i < n; i++)
		wait[i] = (struct curl_waitfd){ .fd = fds[i], .events = CURL_WAIT_POLLIN };
	/* Nothing is moved before the sleep: it would sleep on a trip that ended there. */
	curl_multi_poll(o->multi, wait, (unsigned)n, ms, NULL);
	curl_multi_perform(o->multi, &running);
}

static void answer_read(CURL *easy, struct post_result *out)
{
	const char *type = NULL;
	curl_off_t us = 0;

	curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
	curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &us);
	snprintf(out->type, sizeof(out->type), "%s", type ? type : "");
	out->waited_ms = (uint32_t)(us / 1000);
}

bool post_office_take(struct post_office *o, struct post_result *out)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(o->multi, &left))) {
		struct trip *t;
		long status = 0;
		char *to = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		if (m->data.result == CURLE_OK)
			curl_easy_getinfo(m->easy_handle, CURLINFO_RESPONSE_CODE, &status);
		*out = (struct post_result){ .cookie = t->cookie,
			.fetch = t->fetch,
			.talk = t->talk,
			.status = (int)status,
			.bytes = t->bytes,
			.n = t->n };
		answer_read(m->easy_handle, out);
		curl_easy_getinfo(m->easy_handle, CURLINFO_REDIRECT_URL, &to);
		if (to)
			snprintf(out->location, sizeof(out->location), "%s", to);
		t->bytes = NULL;
		trip_free(o, t);
		return true;
	}
	return false;
}
