#ifndef AUTH_LOGIN_SESSION_H
#define AUTH_LOGIN_SESSION_H

/*
 * Who is signed in outside Teams: a cookie of chance alone, and a row here. Nothing in the
 * cookie means anything, and it is not kept on disk: after a restart people sign in again.
 *
 * A session ends after 30 minutes without a request, 10 hours after it began (a shift), at
 * sign-out, and when the one longest unused must make room. Source: OWASP's session management.
 */

#include "auth/login/login.h"

enum {
	SESSIONS_MAX = 4096,
	SESSION_IDLE_MS = 30 * 60 * 1000,
	SESSION_MS = 10 * 3600 * 1000,
	SESSION_TEXT = 44, /* 32 bytes of chance in base64url, and a NUL */
};

struct sessions;

/* NULL: no memory. */
struct sessions *sessions_new(void);
void sessions_free(struct sessions *s);

/* out: the cookie's value. Always a new one, so that none can be planted before. */
void session_open(
	struct sessions *s, uint64_t now_ms, const struct person *who, char out[SESSION_TEXT]);
/* Her of this cookie's value (n characters), who is active by this. false: nobody. */
bool session_of(
	struct sessions *s, uint64_t now_ms, const char *value, size_t n, struct person *out);
void session_close(struct sessions *s, const char *value, size_t n);

#endif
