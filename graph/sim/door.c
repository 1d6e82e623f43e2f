#include "graph/sim/door.h"

#include "bot/base/clean.h"
#include "bot/base/guid.h"
#include "bot/base/rng.h"
#include "bot/base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PEM_BYTES_MAX = 1 << 16, CONNECTIONS_MAX = 800, IDLE_S = 130 };

CLEAN_FN(fclose, FILE *)

struct door {
	struct MHD_Daemon *daemon;
	struct inbox *inbox;
	char *certificate, *key; /* NULL: plain http */
	pthread_mutex_t lock;    /* guards n_open */
	pthread_cond_t closed;
	unsigned n_open; /* requests not completed */
};

static enum err pem_read(const char *file, char **out, struct why *why)
{
	CLEAN(fclose) FILE *f = fopen(file, "re");
	CLEAN(free) char *text = calloc(1, PEM_BYTES_MAX + 1);

	if (!f || !text)
		return FAIL_EXT(why, E_ABSENT, errno, "%s: %s", file, strerror(errno));
	if (fread(text, 1, PEM_BYTES_MAX, f) == 0 || !strstr(text, "-----BEGIN"))
		return FAIL(why, E_ABSENT, "%s: want a file in PEM", file);
	*out = TAKE(text);
	return OK;
}

static char *copy_of(const char *text)
{
	return text ? strdup(text) : NULL;
}

static void open_count(struct door *d, int more)
{
	pthread_mutex_lock(&d->lock);
	d->n_open += (unsigned)more;
	if (!d->n_open)
		pthread_cond_signal(&d->closed);
	pthread_mutex_unlock(&d->lock);
}

static enum MHD_Result on_argument(
	void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	/* What is not UTF-8 is not there. */
	json_object_set_new(cls, name, json_string(value ? value : ""));
	return MHD_YES;
}

/* What a machine's own token endpoints mind. */
static void plain_headers(struct exchange *x, struct MHD_Connection *c)
{
	x->plain = true;
	x->metadata = copy_of(MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Metadata"));
	x->identity_header = copy_of(
		MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-IDENTITY-HEADER"));
	x->forwarded_for = copy_of(
		MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Forwarded-For"));
}

static struct exchange *exchange_new(struct MHD_Connection *c, const char *url, const char *method)
{
	struct exchange *x = calloc(1, sizeof(*x));
	struct guid g;

	if (!x)
		return NULL;
	random_bytes(&g, sizeof(g));
	guid_print(g, x->request_id);
	x->connection = c;
	if (text_copy(x->method, sizeof(x->method), method) != OK ||
		text_copy(x->path, sizeof(x->path), url) != OK)
		x->status = 414;
	x->authorization = copy_of(
		MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization"));
	x->scenario_id = copy_of(MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Scenario-Id"));
	x->client_request_id = copy_of(
		MHD_lookup_connection_value(c, MHD_HEADER_KIND, "client-request-id"));
	x->query = json_object();
	MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, on_argument, x->query);
	return x;
}

static void exchange_free(struct exchange *x)
{
	free(x->authorization);
	free(x->scenario_id);
	free(x->client_request_id);
	free(x->metadata);
	free(x->identity_header);
	free(x->forwarded_for);
	json_decref(x->query);
	free(x->body);
	free(x->text);
	free(x);
}

/* A body of its whole length at last; too long is known before it is kept. */
static void body_add(struct exchange *x, const char *data, size_t n)
{
	char *more;

	if (x->status)
		return;
	if (x->body_bytes + n > DOOR_BODY_MAX) {
		x->status = 413;
		return;
	}
	more = realloc(x->body, x->body_bytes + n + 1);
	if (!more) {
		x->status = 503;
		return;
	}
	x->body = more;
	memcpy(x->body + x->body_bytes, data, n);
	x->body_bytes += n;
	x->body[x->body_bytes] = '\0';
}

static void header(struct MHD_Response *r, const char *name, const char *value)
{
	if (value && value[0])
		MHD_add_response_header(r, name, value);
}

static enum MHD_Result respond(struct MHD_Connection *c, struct exchange *x)
{
	static char none[] = "";
	struct MHD_Response *r;
	enum MHD_Result done;

	if (x->status < 0)
		return MHD_NO;
	r = x->text ? MHD_create_response_from_buffer(x->text_bytes, x->text, MHD_RESPMEM_MUST_COPY)
		    : MHD_create_response_from_buffer(0, none, MHD_RESPMEM_PERSISTENT);
	if (!r)
		return MHD_NO;
	header(r, "Content-Type", !x->text ? NULL : x->type ? x->type : "application/json");
	header(r, "request-id", x->request_id);
	header(r, "client-request-id", x->client_request_id);
	header(r, "x-ms-ags-diagnostic", "{\"ServerInfo\":{\"DataCenter\":\"Local\"}}");
	header(r, "Location", x->location);
	header(r, "Retry-After", x->retry_after);
	done = MHD_queue_response(c, (unsigned)x->status, r);
	MHD_destroy_response(r);
	return done;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *data, size_t *n, void **state)
{
	struct door *d = cls;
	struct exchange *x = *state;

	(void)version;
	if (!x) {
		x = exchange_new(c, url, method);
		if (!x)
			return MHD_NO;
		if (!d->key)
			plain_headers(x, c);
		open_count(d, 1);
		*state = x;
		return MHD_YES;
	}
	if (*n) {
		body_add(x, data, *n);
		*n = 0;
		return MHD_YES;
	}
	if (x->status)
		return respond(c, x);
	/* Suspended first: the loop may answer before inbox_put has returned. */
	MHD_suspend_connection(c);
	if (inbox_put(d->inbox, &x) != OK)
		door_answer(x, 503, NULL);
	return MHD_YES;
}

static void on_completed(
	void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode how)
{
	(void)c;
	(void)how;
	if (!*state)
		return;
	exchange_free(*state);
	*state = NULL;
	open_count(cls, -1);
}

/* poll and not epoll: this libmicrohttpd's epoll thread stalls with many ready. */
static struct MHD_Daemon *daemon_start(struct door *d, const struct sockaddr_in *at)
{
	unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
	const struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, d->certificate },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, d->key },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0,
			(void *)(uintptr_t) "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1" },
		{ MHD_OPTION_END, 0, NULL },
	};
	const struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };

	return MHD_start_daemon(d->key ? flags | MHD_USE_TLS : flags, ntohs(at->sin_port), NULL,
		NULL, on_request, d, MHD_OPTION_SOCK_ADDR, at, MHD_OPTION_ARRAY,
		d->key ? tls : none, MHD_OPTION_NOTIFY_COMPLETED, on_completed, d,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_END);
}

enum err door_open(const struct door_conf *conf, struct door **out, struct why *why)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(conf->port) };
	struct door *d = calloc(1, sizeof(*d));
	enum err e = OK;

	if (!d)
		return FAIL(why, E_SYSTEM, "no memory");
	d->inbox = conf->inbox;
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->closed, NULL);
	if (conf->certificate)
		e = pem_read(conf->certificate, &d->certificate, why);
	if (e == OK && conf->key)
		e = pem_read(conf->key, &d->key, why);
	if (e == OK && inet_pton(AF_INET, conf->address, &at.sin_addr) != 1)
		e = FAIL(why, E_SYSTEM, "--address %s: want a numeric IPv4 address", conf->address);
	if (e != OK) {
		door_close(d);
		return e;
	}
	d->daemon = daemon_start(d, &at);
	if (!d->daemon) {
		door_close(d);
		return FAIL_EXT(why, E_SYSTEM, errno,
			"cannot listen on %s:%u: the port is taken, or certificate and key do not "
			"fit",
			conf->address, conf->port);
	}
	*out = d;
	return OK;
}

uint16_t door_port(const struct door *d)
{
	return MHD_get_daemon_info(d->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static void last_answers_leave(struct door *d)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	pthread_mutex_lock(&d->lock);
	while (d->n_open && pthread_cond_timedwait(&d->closed, &d->lock, &until) == 0)
		;
	pthread_mutex_unlock(&d->lock);
}

void door_close(struct door *d)
{
	if (!d)
		return;
	if (d->daemon) {
		last_answers_leave(d);
		MHD_stop_daemon(d->daemon);
	}
	pthread_mutex_destroy(&d->lock);
	pthread_cond_destroy(&d->closed);
	free(d->certificate);
	free(d->key);
	free(d);
}

void door_answer(struct exchange *x, int status, char *text)
{
	x->text_bytes = text ? strlen(text) : 0;
	x->status = status;
	x->text = text;
	MHD_resume_connection(x->connection);
}

void door_answer_bytes(struct exchange *x, int status, char *bytes, size_t n, const char *type)
{
	x->text_bytes = n;
	x->status = status;
	x->text = bytes;
	x->type = type;
	MHD_resume_connection(x->connection);
}

void door_drop(struct exchange *x)
{
	door_answer(x, -1, NULL);
}
