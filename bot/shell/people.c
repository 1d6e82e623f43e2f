/* The console's API: for people, by the token Teams gives their tab, and by their role. */
#include "auth/jose/jws.h"
#include "auth/login/login.h"
#include "bot/api/api.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/shell.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct person) <= VISIT_SCRATCH_BYTES, "visit scratch is too small");

/* 401 without a good token, 403 without a role, 503 while the keys are on their way: ask again. */
static int admit_person(void *arg, struct visit *v)
{
	struct shell *s = arg;
	struct person *who = visit_scratch(v);
	const char *token;
	struct why why;
	size_t n;
	enum err e;

	if (visit_header_count(v, "Authorization") != 1)
		return 401;
	e = jws_bearer(visit_header(v, "Authorization"), &token, &n, &why);
	if (e == OK)
		e = login_verify(s->people_keys, &s->people_profile, clock_mono_ms(),
			clock_unix_ms() / 1000, token, n, who, &why);
	if (e == OK)
		return 0;
	visit_reason(v, why.text);
	if (e != E_DENIED)
		return 503;
	return guid_is_none(who->user) ? 401 : 403;
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

static void handle_board(void *arg, struct visit *v)
{
	struct shell *s = arg;
	const struct person *who = visit_scratch(v);
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

static size_t people_routes(struct shell *s, struct route *out, size_t n_max)
{
	if (n_max < 1)
		abort();
	out[0] = (struct route){ "GET", "/api/board", admit_person, handle_board, s };
	return 1;
}

const struct hand hand_people = { .routes = people_routes };
