/* Connections: each has a place, a phase with a deadline, and its share of TLS. */
#include "bot/http/inside.h"

#include <stdlib.h>

static void conn_open(struct door *d, struct MHD_Connection *mhd, void **context)
{
	const union MHD_ConnectionInfo *fd = MHD_get_connection_info(
		mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	const union MHD_ConnectionInfo *address = MHD_get_connection_info(
		mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct conn *c = calloc(1, sizeof(*c));

	/* Without a place of its own a connection is closed at its first request. */
	if (!c || !d->n_free) {
		free(c);
		return;
	}
	c->door = d;
	c->mhd = mhd;
	c->fd = fd->connect_fd;
	c->place = d->free_place[--d->n_free];
	peer_print(address->client_addr, c->peer);
	d->place[c->place] = c;
	c->next = d->conns;
	if (c->next)
		c->next->prev = c;
	d->conns = c;
	d->stats.accepted++;
	d->stats.open++;
	conn_phase(c, PHASE_HEAD, d->head_ms_max);
	*context = c;
}

static void conn_close(struct conn *c)
{
	struct door *d = c->door;

	if (c->visit)
		visit_end(c->visit);
	free(c->visit);
	if (c->tls.session)
		tls_peer_fini(&c->tls);
	if (c->prev)
		c->prev->next = c->next;
	else
		d->conns = c->next;
	if (c->next)
		c->next->prev = c->prev;
	d->place[c->place] = NULL;
	d->free_place[d->n_free++] = c->place;
	d->stats.open--;
	d->n_heads -= c->phase == PHASE_HEAD;
	free(c);
}

void connection_changed(void *arg, struct MHD_Connection *mhd, void **context,
	enum MHD_ConnectionNotificationCode what)
{
	struct door *d = arg;
	struct conn *c;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		conn_open(d, mhd, context);
		c = *context;
		if (d->tls) {
			gnutls_session_t session = MHD_get_connection_info(
				mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION)
							   ->tls_session;

			gnutls_session_set_ptr(session, NULL);
			if (c)
				tls_peer_init(&c->tls, d->tls, session);
		}
	} else if (*context) {
		conn_close(*context);
		*context = NULL;
	}
}
