#ifndef AUTH_LOGIN_LOGIN_H
#define AUTH_LOGIN_LOGIN_H

/*
 * People: whose console is this, and what may she do?
 *
 * Inside Teams each request carries the token of getAuthToken() as a bearer, so there is
 * no cookie, no session and no CSRF. A person is (tenant, object id); names and mail
 * addresses in a token can be changed by others and mean nothing. Roles are Entra app
 * roles; who has none has no access. Tokens of apps have roles too: they lack scp and
 * are refused.
 * Source: Entra's access-token claims; Teams' tab SSO.
 */

#include "auth/keys/keys.h"

enum login_role { ROLE_AGENT = 1, ROLE_SUPERVISOR = 2, ROLE_ADMIN = 4 };

struct person {
	struct guid tenant, user;
	unsigned roles;           /* enum login_role bits */
	struct guid app;          /* an app's own token: its client id; none: a person's */
	uint64_t exp_unix_s;      /* streams opened with this token end then */
	char username[CLAIM_MAX]; /* as struct claims has it */
};

/*
 * The profile of people's tokens: version 2.0, issued by the authority ("https://host", no
 * closing slash) for the tenant itself, scp access_as_user, asked for by Teams (desktop,
 * mobile, web) or our own app. More tenants may be added to out->tenant.
 *
 * E_MALFORMED: app_id or tenant_id is not a GUID, or authority is too long. Pure.
 */
enum err login_profile(struct token_profile *out, const char *authority, const char *app_id,
	const char *tenant_id, struct why *why) MUST_CHECK;

/*
 * Who shows this token? As keys_verify, and:
 *
 * OK        somebody with at least one role
 * E_DENIED  out->user is none: answer 401 with "WWW-Authenticate: Bearer". It is somebody:
 *           a good token of a person without a role: answer 403
 * E_STALE, E_ABSENT  as keys_verify
 */
enum err login_verify(struct keys *k, const struct token_profile *profile, uint64_t now_ms,
	uint64_t now_unix_s, const char *token, size_t n, struct person *out,
	struct why *why) MUST_CHECK;

/*
 * The same of an app's own token: a program of a partner's, to which an admin gave one of the
 * roles. Which programs are let in, and to what, is for who asks: out->app says which it is, and
 * its roles mean nothing more. profile is that of people.
 */
enum err login_verify_app(struct keys *k, const struct token_profile *profile, uint64_t now_ms,
	uint64_t now_unix_s, const char *token, size_t n, struct person *out,
	struct why *why) MUST_CHECK;

/* "Agent", "Supervisor", "Admin": for pages and logs. */
const char *role_name(enum login_role role);

#endif
