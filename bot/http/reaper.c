/*
 * Deadlines. The library's own timeout counts idleness, so that one byte a second lives for ever;
 * here each phase of a connection has an end that nothing moves. A socket shut down shows itself to
 * the library as a client that left.
 */
#include "bot/http/inside.h"

#include "bot/base/clock.h"
#include "bot/base/log.h"

#include <inttypes.h>
#include <poll.h>
#include <sys/socket.h>

void conn_phase(struct conn *c, enum phase phase, uint64_t limit_ms)
{
	c->door->n_heads -= c->phase == PHASE_HEAD;
	c->door->n_heads += phase == PHASE_HEAD;
	c->phase = phase;
	c->since_ms = c->door->now_ms;
	c->deadline_ms = limit_ms == UINT64_MAX ? UINT64_MAX : c->since_ms + limit_ms;
}

static const char *phase_name(enum phase p)
{
	static const char *const names[] = { "new", "head", "body", "wait", "send", "listen",
		"idle", "taken" };

	return names[p];
}

/* Nobody reads a suspended connection, so the library does not see its client go. A client that
 * only stops sending (half-closes) counts as gone, as with other servers. */
static bool client_is_gone(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) > 0;
}

static void reap(struct conn *c)
{
	struct door *d = c->door;

	if (c->phase != PHASE_IDLE)
		d->stats.timed_out++;
	d->stats.cut += c->phase == PHASE_SEND && c->visit->stream;
	c->deadline_ms = UINT64_MAX;
	shutdown(c->fd, SHUT_RDWR);
}

void reaper_run(struct door *d)
{
	const struct conn *late = NULL;
	unsigned n_late = 0;

	if (d->now_ms < d->reap_ms)
		return;
	d->reap_ms = d->now_ms + d->reap_every_ms;
	for (struct conn *c = d->conns; c; c = c->next) {
		if (c->phase == PHASE_WAIT || c->phase == PHASE_LISTEN) {
			if (d->now_ms - c->since_ms >= d->reap_every_ms && c->visit->suspended &&
				client_is_gone(c->fd))
				visit_abandon(c->visit);
			continue;
		}
		if (d->now_ms < c->deadline_ms && !(d->quiesced && c->phase == PHASE_IDLE))
			continue;
		if (c->phase != PHASE_IDLE && !n_late++)
			late = c;
		if (c->deadline_ms != UINT64_MAX)
			reap(c);
	}
	if (n_late)
		log_line(LOG_WARN, "http", late->peer, "late phase=%s connections=%u -> closed",
			phase_name(late->phase), n_late);
}

/* Strangers must not be able to fill the log: the rest of a second is counted. */
void refusal_log(struct conn *c, int status, const char *text)
{
	struct door *d = c->door;
	uint64_t second = d->now_ms / 1000;

	if (second != d->log_second) {
		if (d->unlogged)
			log_line(LOG_WARN, "http", "", "refusals not shown=%" PRIu64, d->unlogged);
		d->log_second = second;
		d->logged = d->unlogged = 0;
	}
	if (d->logged++ < REFUSALS_LOGGED_PER_S)
		log_line(LOG_WARN, "http", c->peer, "refuse reason=\"%s\" -> %d", text, status);
	else
		d->unlogged++;
}
