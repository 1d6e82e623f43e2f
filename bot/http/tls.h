#ifndef BOT_HTTP_TLS_H
#define BOT_HTTP_TLS_H

/*
 * Certificates: ours, which may be read again while connections live, and the clients'.
 *
 * GnuTLS borrows certificate and key until a handshake ends, so each connection holds on to the
 * pair it was shown, and a pair goes when the last of them does. The door's thread only.
 */

#include "bot/base/err.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include <stdbool.h>

struct tls;
struct tls_pair; /* one certificate chain and its key */

/* A connection's share. */
struct tls_peer {
	gnutls_session_t session; /* NULL: plain HTTP */
	struct tls *tls;
	struct tls_pair *shown;
	enum { CLIENT_UNCHECKED, CLIENT_GOOD, CLIENT_BAD } client;
};

/* TLS 1.2 and up; the library's default would take 1.0. */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

/* client_ca may be NULL. E_SYSTEM: a file cannot be read. E_MALFORMED: it is not what it should be;
 * why names it. */
enum err tls_new(const char *certificate, const char *key, const char *client_ca, struct tls **out,
	struct why *why) MUST_CHECK;
void tls_free(struct tls *t);
/* On error the old pair stays in force. */
enum err tls_reload(struct tls *t, struct why *why) MUST_CHECK;
/* PEM text of the authority that clients must have, NULL: none asked for. */
const char *tls_client_ca(const struct tls *t);

void tls_peer_init(struct tls_peer *p, struct tls *t, gnutls_session_t session);
void tls_peer_fini(struct tls_peer *p);
/* Has the client shown what it must? True where nothing is asked. */
bool tls_peer_allowed(struct tls_peer *p);

/* For MHD_OPTION_HTTPS_CERT_CALLBACK; the session's pointer is its struct tls_peer. */
int tls_show(gnutls_session_t session, const gnutls_datum_t *authorities, int n_authorities,
	const gnutls_pk_algorithm_t *algorithms, int n_algorithms, gnutls_pcert_st **chain,
	unsigned *n_chain, gnutls_privkey_t *key);

#endif
