/* The console's API: for people, by the token Teams gives their tab, and by their role. */
#include "bot/shell/people.h"
#include "bot/shell/admin.h"

#include "auth/jose/jws.h"
#include "bot/api/api.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/gate.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct person) <= VISIT_SCRATCH_BYTES, "visit scratch is too small");

const char *cookie_of(struct visit *v, const char *name, size_t *n)
{
	const char *at = visit_header(v, "Cookie");
	size_t name_bytes = strlen(name);

	while (at && *at) {
		at += strspn(at, "; ");
		*n = strcspn(at, ";");
		if (*n > name_bytes && at[name_bytes] == '=' && !strncmp(at, name, name_bytes)) {
			*n -= name_bytes + 1;
			return at + name_bytes + 1;
		}
		at += *n;
	}
	return NULL;
}

static int admit_session(struct shell *s, struct visit *v)
{
	size_t n;
	const char *value = cookie_of(v, SESSION_COOKIE, &n);

	return value && session_of(s->sessions, clock_mono_ms(), value, n, visit_scratch(v)) ? 0
											     : 401;
}

/* A partner's program, which the configuration names. It is nobody else. */
static enum err admit_app(
	struct shell *s, struct visit *v, const char *token, size_t n, struct why *why)
{
	struct person *who = visit_scratch(v);
	enum err e = login_verify_app(s->people_keys, &s->people_profile, clock_mono_ms(),
		clock_unix_ms() / 1000, token, n, who, why);

	if (e == OK && !people_reader(s->conf, who))
		e = FAIL(why, E_DENIED, "app token: \"readers\" does not name this app");
	return e;
}

const struct config_reader *people_reader(const struct config *c, const struct person *who)
{
	for (size_t i = 0; i < c->n_readers; i++)
		if (guid_same(c->reader[i].app, who->app) &&
			guid_same(c->reader[i].tenant, who->tenant))
			return &c->reader[i];
	return NULL;
}

int people_admit(void *arg, struct visit *v)
{
	struct shell *s = arg;
	struct person *who = visit_scratch(v);
	const char *token;
	struct why why;
	size_t n;
	enum err e;

	if (visit_header_count(v, "Authorization") == 0)
		return admit_session(s, v);
	if (visit_header_count(v, "Authorization") != 1)
		return 401;
	e = jws_bearer(visit_header(v, "Authorization"), &token, &n, &why);
	if (e == OK)
		e = login_verify(s->people_keys, &s->people_profile, clock_mono_ms(),
			clock_unix_ms() / 1000, token, n, who, &why);
	if (e == E_DENIED && guid_is_none(who->user) && s->conf->n_readers)
		e = admit_app(s, v, token, n, &why);
	if (e == OK)
		return 0;
	visit_reason(v, why.text);
	if (e != E_DENIED)
		return 503;
	if (guid_is_none(who->user))
		return 401;
	audit_refused(s, who, why.text);
	return 403;
}

/* Browsers say where a request comes from, and no page can make them lie. */
static bool from_our_page(const struct shell *s, struct visit *v)
{
	const char *site = visit_header(v, "Sec-Fetch-Site"), *origin = visit_header(v, "Origin");
	size_t n = strcspn(s->conf->public_url + strlen("https://"), "/") + strlen("https://");

	if (site)
		return strcmp(site, "same-origin") == 0;
	return origin && strlen(origin) == n && strncmp(origin, s->conf->public_url, n) == 0;
}

int people_admit_change(void *arg, struct visit *v)
{
	if (!visit_header(v, "Authorization") && !from_our_page(arg, v)) {
		visit_reason(v, "a session's request that did not come from our own page");
		return 403;
	}
	return people_admit(arg, v);
}

enum api_role people_role(const struct person *who)
{
	if (!guid_is_none(who->app))
		return API_APP;
	if (who->roles & ROLE_ADMIN)
		return API_ADMIN;
	if (who->roles & ROLE_SUPERVISOR)
		return API_SUPERVISOR;
	if (who->roles & ROLE_AGENT)
		return API_AGENT;
	return API_ANYBODY;
}

/* What this person may look at: her own tenant's. */
struct window {
	const struct config *conf;
	struct guid tenant;
};

static const char *queue_name(void *arg, uint32_t index)
{
	const struct window *w = arg;

	return guid_same(w->conf->queue[index].tenant, w->tenant) ? w->conf->queue[index].name
								  : NULL;
}

static const char *agent_name(void *arg, uint32_t index)
{
	const struct window *w = arg;

	return guid_same(w->conf->agent[index].tenant, w->tenant) ? w->conf->agent[index].name
								  : NULL;
}

static bool entry_shown(void *arg, uint32_t index)
{
	const struct window *w = arg;

	return guid_same(w->conf->realm[w->conf->entry[index].realm].tenant, w->tenant);
}

void route_board(struct shell *s, struct visit *v, const struct person *who)
{
	struct window window = { s->conf, who->tenant };
	struct board b = {
		.now_ms = shell_now_ms(s),
		.n_queues = s->conf->plan.n_queues,
		.n_agents = s->conf->plan.n_agents,
		.queue_name = queue_name,
		.agent_name = agent_name,
		.entry_shown = entry_shown,
		.arg = &window,
		.with_contacts = (who->roles & (ROLE_SUPERVISOR | ROLE_ADMIN)) != 0,
	};
	char *body = api_board(s->centre, &b);

	visit_answer(v, &(struct answer){ .status = body ? 200 : 503,
				.content_type = "application/json",
				.body = body,
				.body_bytes = body ? strlen(body) : 0 });
	free(body);
}
