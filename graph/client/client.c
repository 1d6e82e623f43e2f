#include "graph/client/client.h"

#include "bot/base/clock.h"
#include "graph/client/loop.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DROPS_MAX = 4096, NOTICES_MAX = 64, CA_BYTES_MAX = 4 << 20 };

enum err client_send(struct client *c, const struct client_request *r, struct why *why)
{
	struct mail m = { .x = NULL };
	enum err e;

	if (atomic_fetch_add(&c->n, 1) >= c->conf.requests_max) {
		atomic_fetch_sub(&c->n, 1);
		return FAIL(why, E_LIMIT, "%u requests wait or are under way already",
			c->conf.requests_max);
	}
	e = exchange_new(r, &c->conf, clock_mono_ms(), &m.x, why);
	if (e == OK)
		e = inbox_put(c->mail, &m);
	if (e != OK) {
		exchange_free(m.x);
		atomic_fetch_sub(&c->n, 1);
	}
	return e;
}

/* When even DROPS_MAX of them wait, the lane's requests are sent after all and learn from Graph
 * that the call is over: nothing is lost by it. */
void client_lane_drop(struct client *c, uint64_t lane)
{
	struct mail m = { .drop = lane };

	(void)!inbox_put(c->mail, &m);
}

int client_fd(const struct client *c)
{
	return inbox_fd(c->answers);
}

bool client_take(struct client *c, struct client_answer *out)
{
	if (!inbox_take(c->answers, out))
		return false;
	atomic_fetch_sub(&c->n, 1);
	return true;
}

bool client_notice(struct client *c, struct client_notice *out)
{
	return inbox_take(c->notices, out);
}

/* Read once, at the start: a file that vanishes later surprises nobody. */
static enum err trust_read(struct client *c, const char *path, struct why *why)
{
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		return FAIL(why, E_ABSENT, "%s: cannot be read: %m", path);
	c->extra_ca = malloc(CA_BYTES_MAX + 1);
	n = c->extra_ca ? fread(c->extra_ca, 1, CA_BYTES_MAX + 1, f) : 0;
	fclose(f);
	if (!c->extra_ca)
		return FAIL(why, E_SYSTEM, "%s: no memory", path);
	if (n > CA_BYTES_MAX)
		return FAIL(why, E_LIMIT, "%s: larger than %d bytes", path, CA_BYTES_MAX);
	c->extra_ca[n] = '\0';
	if (!strstr(c->extra_ca, "-----BEGIN CERTIFICATE-----"))
		return FAIL(why, E_MALFORMED, "%s: holds no certificate in PEM form", path);
	c->attempt_conf.extra_ca = c->extra_ca;
	c->attempt_conf.extra_ca_bytes = n;
	return OK;
}

static enum err parts_make(struct client *c, struct why *why)
{
	size_t most = c->conf.requests_max;

	c->mail = inbox_new(most + DROPS_MAX, sizeof(struct mail));
	c->answers = inbox_new(most, sizeof(struct client_answer));
	c->notices = inbox_new(NOTICES_MAX, sizeof(struct client_notice));
	c->multi = curl_multi_init();
	c->user_agent = strdup(c->conf.user_agent);
	c->attempt_conf.user_agent = c->user_agent;
	c->attempt_conf.connect_ms = c->conf.connect_ms;
	if (!c->mail || !c->answers || !c->notices || !c->multi || !c->user_agent ||
		courier_init(&c->courier, most, c->conf.seed) != OK)
		return FAIL(why, E_SYSTEM, "no memory for %zu requests", most);
	curl_multi_setopt(c->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	curl_multi_setopt(c->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)c->conf.connections_max);
	return c->conf.extra_ca ? trust_read(c, c->conf.extra_ca, why) : OK;
}

/* The thread takes no signals: they are the main loop's, and a broken pipe is an error code here.
 */
static enum err thread_start(struct client *c, struct why *why)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	rc = pthread_create(&c->thread, NULL, loop_run, c);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0)
		return FAIL_EXT(why, E_SYSTEM, rc, "no thread for the client");
	pthread_setname_np(c->thread, "graph-client");
	c->running = true;
	return OK;
}

struct client *client_new(const struct client_conf *conf, struct why *why)
{
	struct client *c;

	assert(conf->requests_max > 0 && conf->user_agent);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		(void)FAIL(why, E_SYSTEM, "curl_global_init refuses");
		return NULL;
	}
	c = calloc(1, sizeof(*c));
	if (!c) {
		(void)FAIL(why, E_SYSTEM, "no memory for the client");
		curl_global_cleanup();
		return NULL;
	}
	c->conf = *conf;
	if (parts_make(c, why) != OK || thread_start(c, why) != OK) {
		client_free(c);
		return NULL;
	}
	return c;
}

void client_free(struct client *c)
{
	struct client_answer a;

	if (!c)
		return;
	if (c->running) {
		atomic_store(&c->stop, true);
		curl_multi_wakeup(c->multi);
		pthread_join(c->thread, NULL);
		loop_fini(c);
		while (client_take(c, &a))
			client_answer_fini(&a);
	}
	curl_multi_cleanup(c->multi);
	courier_fini(&c->courier);
	inbox_free(c->mail);
	inbox_free(c->answers);
	inbox_free(c->notices);
	free(c->user_agent);
	free(c->extra_ca);
	free(c);
	curl_global_cleanup();
}
