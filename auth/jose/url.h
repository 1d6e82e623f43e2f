#ifndef AUTH_JOSE_URL_H
#define AUTH_JOSE_URL_H

/*
 * Which addresses auth believes: keys and tokens come over TLS, or from this very machine.
 * Not a general parser: user names, spaces and control characters are refused.
 */

#include "bot/base/err.h"

#include <stdbool.h>

/*
 * Is url absolute https (or, where allowed, http on loopback: 127.*, localhost, [::1])?
 * Its host, with the port if one is named, goes to host in lower case.
 *
 * E_MALFORMED: no; why says what is wrong with which URL. Pure.
 */
enum err url_check(const char *url, bool http_on_loopback, char *host, size_t host_size,
	struct why *why) MUST_CHECK;

#endif
