#include "bot/http/door.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/http/inside.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	/* The library's memory for one request: head, and a window of the body. */
	HEAD_BYTES_MAX = 16 << 10,
	HEAD_BYTES_STEP = 4 << 10,
	CARRY_MS = 5, /* a quarter of a frame of sound */
};

static void library_says(void *arg, const char *fmt, va_list args)
{
	char line[256];

	(void)arg;
	vsnprintf(line, sizeof(line), fmt, args);
	line[strcspn(line, "\n")] = '\0';
	log_line(LOG_DEBUG, "http", "", "library says=\"%s\"", line);
}

/* Decoded in place. A NUL stays as it was written, since paths and values are strings here. */
static size_t unescape(void *arg, struct MHD_Connection *c, char *s)
{
	char *in = s, *out = s;
	unsigned byte;

	(void)arg, (void)c;
	while (*in) {
		if (in[0] == '%' && strspn(in + 1, "0123456789abcdefABCDEF") >= 2 &&
			sscanf(in + 1, "%2x", &byte) == 1 && byte) {
			*out++ = (char)byte;
			in += 3;
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
	return (size_t)(out - s);
}

static struct MHD_Daemon *daemon_start(struct door *d, const struct door_conf *conf, int fd)
{
	struct MHD_OptionItem options[16];
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE |
			 MHD_USE_ERROR_LOG;
	size_t n = 0;

#define OPTION(...) options[n++] = (struct MHD_OptionItem){ __VA_ARGS__ }
	OPTION(MHD_OPTION_LISTEN_SOCKET, fd, NULL);
	OPTION(MHD_OPTION_CONNECTION_LIMIT, conf->connections_max, NULL);
	OPTION(MHD_OPTION_PER_IP_CONNECTION_LIMIT, conf->connections_per_ip_max, NULL);
	OPTION(MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEAD_BYTES_MAX, NULL);
	OPTION(MHD_OPTION_CONNECTION_MEMORY_INCREMENT, HEAD_BYTES_STEP, NULL);
	OPTION(MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)unescape, NULL);
	OPTION(MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)connection_changed, d);
	OPTION(MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)request_done, d);
	if (d->tls) {
		flags |= MHD_USE_TLS;
		OPTION(MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)TLS_PRIORITIES);
		OPTION(MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)tls_show);
		if (tls_client_ca(d->tls))
			OPTION(MHD_OPTION_HTTPS_MEM_TRUST, 0, (void *)tls_client_ca(d->tls));
	}
	OPTION(MHD_OPTION_END, 0, NULL);
#undef OPTION
	return MHD_start_daemon(flags, 0, NULL, NULL, request, d, MHD_OPTION_EXTERNAL_LOGGER,
		library_says, NULL, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

static struct door *door_alloc(const struct door_conf *conf)
{
	struct door *d = calloc(1, sizeof(*d));
	uint32_t shortest = conf->head_ms_max;

	if (!d)
		return NULL;
	/* The library counts a closed connection until it is cleaned up: a few more places. */
	d->n_places = d->n_free = conf->connections_max + 64;
	d->place = calloc(d->n_places, sizeof(struct conn *));
	d->free_place = calloc(d->n_places, sizeof(uint32_t));
	for (uint32_t i = 0; d->free_place && i < d->n_places; i++)
		d->free_place[i] = (uint32_t)d->n_places - 1 - i;
	d->body_bytes_max = conf->body_bytes_max;
	d->head_ms_max = conf->head_ms_max;
	d->body_ms_max = conf->body_ms_max;
	d->idle_ms_max = conf->idle_ms_max;
	if (shortest > conf->body_ms_max)
		shortest = conf->body_ms_max;
	if (shortest > conf->idle_ms_max)
		shortest = conf->idle_ms_max;
	d->reap_every_ms = shortest / 8 < 5 ? 5 : shortest / 8 > 500 ? 500 : shortest / 8;
	return d;
}

CLEAN_FN(door_free, struct door *)

static enum err conf_check(const struct door_conf *conf, struct why *why)
{
	if (!conf->certificate != !conf->key)
		return FAIL(why, E_MALFORMED, "TLS wants both a certificate and its key");
	if (!conf->certificate && conf->client_ca)
		return FAIL(why, E_MALFORMED,
			"client certificates want TLS: give a certificate and its key");
	if (!conf->certificate && !address_is_loopback(conf->address))
		return FAIL(why, E_DENIED,
			"plain HTTP is for loopback addresses, and \"%s\" is none: give a "
			"certificate and its key, or listen on 127.0.0.1",
			conf->address);
	if (!conf->connections_max || conf->connections_max + 64 > 1U << PLACE_BITS)
		return FAIL(why, E_LIMIT, "connections_max %u: 1 to %u are possible",
			conf->connections_max, (1U << PLACE_BITS) - 64);
	return OK;
}

struct door *door_new(
	const struct door_conf *conf, const struct route *routes, size_t n_routes, struct why *why)
{
	CLEAN(door_free) struct door *d = NULL;
	CLEAN(close) int fd = -1;

	if (conf_check(conf, why) != OK)
		return NULL;
	d = door_alloc(conf);
	if (!d || !d->place || !d->free_place) {
		FAIL(why, E_SYSTEM, "no memory for %u connections", conf->connections_max);
		return NULL;
	}
	d->route = routes;
	d->n_routes = n_routes;
	d->port = conf->port;
	d->now_ms = clock_mono_ms();
	if (conf->certificate &&
		tls_new(conf->certificate, conf->key, conf->client_ca, &d->tls, why) != OK)
		return NULL;
	if (listen_open(conf->address, &d->port, &fd, why) != OK)
		return NULL;
	d->mhd = daemon_start(d, conf, fd);
	if (!d->mhd) {
		FAIL(why, E_SYSTEM, "the web door on %s port %u does not open: %m", conf->address,
			d->port);
		return NULL;
	}
	fd = -1;
	return TAKE(d);
}

void door_free(struct door *d)
{
	if (!d)
		return;
	/* The library will not stop over suspended connections. */
	for (struct conn *c = d->conns; c; c = c->next)
		if (c->visit && c->visit->suspended)
			visit_abandon(c->visit);
		else
			conn_hang_up(c);
	if (d->mhd)
		MHD_stop_daemon(d->mhd);
	response_cache_free(d);
	tls_free(d->tls);
	free(d->place);
	free(d->free_place);
	free(d);
}

uint16_t door_port(const struct door *d)
{
	return d->port;
}

int door_fd(const struct door *d)
{
	return MHD_get_daemon_info(d->mhd, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

/*
 * The library does not say that an answer to a suspended connection waits, so that is noted here.
 * And it says "at once" as long as any handshake is under way, whether the client sends or not,
 * which half a ClientHello would make a loop without a pause; what the client does send wakes the
 * epoll descriptor anyway. So while there are such, its word is taken from time to time only.
 */
uint64_t door_timeout_ms(struct door *d)
{
	MHD_UNSIGNED_LONG_LONG library;
	uint64_t now = clock_mono_ms();
	uint64_t own = !d->conns ? UINT64_MAX : d->reap_ms > now ? d->reap_ms - now : 0;
	uint64_t pause = d->n_heads ? 1 + d->n_heads / 64 : 0;

	if (d->due)
		return 0;
	/* Of bytes that wait for the other side of a WebSocket the library says nothing at all. */
	if (d->n_taken && own > CARRY_MS)
		own = CARRY_MS;
	if (MHD_get_timeout(d->mhd, &library) != MHD_YES)
		return own;
	if (library < pause)
		library = pause;
	return library < own ? library : own;
}

void door_run(struct door *d)
{
	d->now_ms = clock_mono_ms();
	d->due = false;
	MHD_run(d->mhd);
	reaper_run(d);
}

enum err door_certificate_reload(struct door *d, struct why *why)
{
	return d->tls ? tls_reload(d->tls, why)
		      : FAIL(why, E_ABSENT, "the door speaks plain HTTP: there is no certificate");
}

void door_quiesce(struct door *d)
{
	int fd;

	if (d->quiesced)
		return;
	d->quiesced = true;
	d->reap_ms = 0;
	fd = MHD_quiesce_daemon(d->mhd);
	if (fd >= 0)
		close(fd);
}

void door_stats(const struct door *d, struct door_stats *out)
{
	*out = d->stats;
}
