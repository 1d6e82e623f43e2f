#ifndef AUTH_JOSE_SERVICE_URL_H
#define AUTH_JOSE_SERVICE_URL_H

/*
 * Where a bot's answers go: the serviceUrl of an activity.
 *
 * The sender names it, and our token goes there. So it must be what its own token says,
 * and of a host we know, before anything is sent.
 * Source: Bot Connector authentication.
 */

#include <stdbool.h>

/*
 * Does the token's claim name the activity's serviceUrl? Scheme and host in any case, the
 * rest byte by byte, one closing slash on either side aside. False when either is absent
 * ("" or NULL), or no URL. Pure.
 */
bool service_url_same(const char *claim, const char *activity);

/*
 * May a token of ours go there? https to one of hosts (bare names, ended by NULL), on its
 * usual port; or to the host and port, with the scheme, of also (a simulator's address;
 * NULL or "": none), http on loopback included. False: send nothing. Pure.
 */
bool service_url_believed(const char *url, const char *const *hosts, const char *also);

#endif
