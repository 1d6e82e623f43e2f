/*
 * Graph tells us of changes: the doors it knocks at, and the subscriptions that make it knock.
 *
 * Nothing here waits for anything: while our own POST /subscriptions is pending, the loop serves
 * the handshake that Graph sends because of it.
 */
#include "bot/shell/change.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/rng.h"

#include "bot/shell/config_inside.h"
#include "graph/wire/presence.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { HANDSHAKE_BYTES_MAX = 1024 };

static void address_of(const struct shell *s, const struct change_realm *r, const char *path,
	char out[SUB_URL_MAX])
{
	snprintf(out, SUB_URL_MAX, "%s%s%s", s->conf->public_url, path, r->mac);
}

static void fact_name(const struct shell *s, const struct change_realm *r, const char *resource,
	char *out, size_t size)
{
	const struct config_realm *realm = &s->conf->realm[r->realm];

	/* A resource may be as long as its list of people is. */
	snprintf(out, size, "subscription %s %s %.40s %08x", s->conf->bot[realm->bot].app_id,
		realm->tenant_id, resource, config_key(resource));
}

static bool state_known(
	struct shell *s, const struct change_realm *r, const char *resource, struct sub_state *out)
{
	uint8_t bytes[SUB_RECORD_BYTES];
	size_t n = sizeof(bytes);
	char name[256];

	fact_name(s, r, resource, name, sizeof(name));
	return store_fact_get(s->store, name, bytes, &n, NULL) == OK &&
	       subs_state_read(bytes, n, out) == OK;
}

static void state_save(struct shell *s, const struct change_realm *r, const char *resource,
	const struct sub_state *state)
{
	uint8_t bytes[SUB_RECORD_BYTES];
	size_t n = subs_state_write(state, bytes);
	struct why why;
	char name[256];

	fact_name(s, r, resource, name, sizeof(name));
	if (store_fact_put(s->store, name, bytes, n, &why) != OK) {
		log_line(LOG_ERROR, "store", "",
			"%s -> the service stops, since it cannot remember", why.text);
		exit(EXIT_FAILURE);
	}
	OPENSSL_cleanse(bytes, sizeof(bytes));
}

static enum err open_subs(struct shell *s, struct change_realm *r, struct why *why)
{
	char url[SUB_URL_MAX], lifecycle[SUB_URL_MAX], head[SUB_URL_MAX];
	struct subs_conf conf = { .tenant = s->conf->realm[r->realm].tenant,
		.url = url,
		.lifecycle_url = lifecycle,
		.url_head = head,
		.graph = s->conf->endpoint.graph };

	address_of(s, r, "/api/notifications/", url);
	address_of(s, r, "/api/lifecycle/", lifecycle);
	snprintf(head, sizeof(head), "%s/api/notifications/", s->conf->public_url);
	random_bytes(&conf.seed, sizeof(conf.seed));
	return subs_new(&conf, &r->subs, why);
}

/* What this configuration wishes for; what an earlier one wished for is deleted. */
static enum err open_wish(struct shell *s, struct change_realm *r, const struct sub_wish *wish,
	bool on, uint32_t *index, struct why *why)
{
	struct sub_state state;
	bool known = state_known(s, r, wish->resource, &state);

	*index = SUB_NONE;
	if (on)
		return subs_add(r->subs, wish, known ? &state : NULL, index, why);
	if (known && !guid_is_none(state.id)) {
		subs_forget(r->subs, &state);
		state_save(s, r, wish->resource, &(struct sub_state){ .expires_unix_ms = 0 });
	}
	return OK;
}

/* Graph: at most 650 ids in a filter. Those beyond are asked about as ever. Owned; "": nobody;
 * NULL: no memory. */
static char *presence_resource(const struct config *c, uint16_t realm)
{
	size_t size = 64 + PRESENCES_MAX * (GUID_TEXT + 2), n = 0;
	char *resource = malloc(size);
	struct text t;

	if (!resource)
		return NULL;
	t = text_of(resource, size);
	text_add(&t, "communications/presences?$filter=id in (");
	for (uint32_t i = 0; i < c->plan.n_agents && n < PRESENCES_MAX; i++)
		if (c->agent[i].realm == realm)
			text_add(&t, "%s'%s'", n++ ? "," : "", c->agent[i].user_id);
	text_add(&t, ")");
	if (!n)
		*resource = '\0';
	return resource;
}

static enum err wish_presence(struct shell *s, struct change_realm *r, struct why *why)
{
	CLEAN(free) char *resource = presence_resource(s->conf, r->realm);

	if (!resource)
		return FAIL(why, E_SYSTEM, "no memory");
	if (!*resource) {
		r->presence_sub = SUB_NONE;
		return OK;
	}
	return open_wish(s, r, &(struct sub_wish){ resource, "updated", true },
		s->conf->presence.subscribe, &r->presence_sub, why);
}

/* Other people: another filter, which Graph wants another subscription for. */
static enum err wish_again(struct shell *s, struct change_realm *r, const struct config *old)
{
	CLEAN(free) char *resource = presence_resource(s->conf, r->realm);
	CLEAN(free) char *was = presence_resource(old, r->realm);
	struct why why;

	if (!resource || !was)
		return E_SYSTEM;
	if (!s->conf->presence.subscribe || strcmp(resource, was) == 0)
		return OK;
	if (r->presence_sub == SUB_NONE)
		return wish_presence(s, r, &why);
	if (!*resource)
		return OK; /* nobody is left to be told of: what comes finds nobody */
	state_save(s, r, was, &(struct sub_state){ .expires_unix_ms = 0 });
	return subs_instead(r->subs, r->presence_sub, resource, &why);
}

static void reload_change(struct shell *s, const struct config *old)
{
	for (uint16_t i = 0; i < s->conf->n_realms; i++)
		if (wish_again(s, &s->told->realm[i], old) != OK)
			abort(); /* no memory, and there is no way back */
}

static enum err open_realm(struct shell *s, struct change_realm *r, struct why *why)
{
	static const struct sub_wish records = { "communications/callRecords", "created,updated",
		false };
	const struct config_realm *realm = &s->conf->realm[r->realm];
	char name[128];
	enum err e;

	snprintf(name, sizeof(name), "notifications %s %s", s->conf->bot[realm->bot].app_id,
		realm->tenant_id);
	secret_name_print(s, name, r->mac);
	e = open_subs(s, r, why);
	if (e == OK)
		e = open_wish(s, r, &records, s->conf->call_records.fetch, &r->record_sub, why);
	return e == OK ? wish_presence(s, r, why) : e;
}

static enum err open_change(struct shell *s, struct why *why)
{
	enum err e = OK;

	s->told = calloc(1, sizeof(*s->told));
	if (!s->told)
		return FAIL(why, E_SYSTEM, "no memory for change notifications");
	for (uint16_t i = 0; i < s->conf->n_realms && e == OK; i++) {
		s->told->realm[i].realm = i;
		e = open_realm(s, &s->told->realm[i], why);
	}
	if (e == OK && s->conf->presence.subscribe)
		e = rich_start(s, why);
	return e == OK && s->conf->call_records.fetch ? records_start(s, why) : e;
}

static void close_change(struct shell *s)
{
	struct told *c = s->told;

	if (!c)
		return;
	for (uint16_t i = 0; i < REALMS_MAX; i++) {
		subs_free(c->realm[i].subs);
		fetch_free(c->realm[i].fetch);
	}
	rich_stop(s);
	free(c);
	s->told = NULL;
}

/* ---- requests */

static void subs_answered(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct change_realm *r = &s->told->realm[e->realm];
	struct sub_answer answer = { .end = a->end == CLIENT_ANSWERED  ? SUB_ANSWERED
					    : a->end == CLIENT_UNKNOWN ? SUB_UNKNOWN
								       : SUB_NOT_SENT,
		.status = a->status,
		.retry_after_ms = a->end == CLIENT_ANSWERED ? a->retry_after_ms : UINT64_MAX,
		.body = a->body,
		.body_bytes = a->body_bytes };
	char told[ERRAND_STORY_MAX];
	struct why why = { .text = "" };
	enum err got = subs_got(
		r->subs, clock_mono_ms(), clock_unix_ms(), e->number, &answer, &why);

	if (got == OK)
		log_line(LOG_INFO, "change", "", "op=%s tenant=%s well", op_name(e->op),
			s->conf->realm[e->realm].tenant_id);
	else if (got != E_STALE)
		log_line(got == E_DENIED ? LOG_ERROR : LOG_WARN, "change", "", "%s: %s", why.text,
			errand_told(a, told));
}

static void save_states(struct shell *s, struct change_realm *r)
{
	struct sub_state state;
	struct sub_view view;
	uint32_t i;

	while (subs_unsaved(r->subs, &i, &state)) {
		subs_view(r->subs, i, &view);
		state_save(s, r, view.resource, &state);
		subs_saved(r->subs, i);
	}
	OPENSSL_cleanse(&state, sizeof(state));
}

static void run_subs(struct shell *s, struct change_realm *r)
{
	struct sub_request request;

	save_states(s, r);
	while (subs_want(r->subs, clock_mono_ms(), clock_unix_ms(), &request)) {
		struct errand e = { .done = subs_answered,
			.realm = r->realm,
			.op = request.op,
			.number = request.attempt };

		errand_graph(s, &e, 0, &request.in);
		save_states(s, r);
	}
	if (r->record_sub != SUB_NONE && subs_gap(r->subs, r->record_sub))
		records_sweep(s, r);
}

static void run_change(struct shell *s)
{
	for (uint16_t i = 0; i < s->conf->n_realms; i++) {
		struct change_realm *r = &s->told->realm[i];

		run_subs(s, r);
		if (r->fetch)
			records_run(s, r);
	}
	rich_run(s);
}

static uint64_t change_deadline_ms(const struct shell *s)
{
	uint64_t now = clock_mono_ms(), due = rich_deadline_ms(s);

	for (uint16_t i = 0; i < s->conf->n_realms; i++) {
		const struct change_realm *r = &s->told->realm[i];
		uint64_t at = subs_deadline_ms(r->subs, now, clock_unix_ms());

		due = at < due ? at : due;
		at = r->fetch ? fetch_deadline_ms(r->fetch) : UINT64_MAX;
		due = at < due ? at : due;
	}
	return due;
}

/* ---- the doors */

static struct change_realm *realm_of(struct shell *s, const char *mac)
{
	struct change_realm *found = NULL;

	if (strlen(mac) != CHANGE_MAC_TEXT - 1)
		return NULL;
	for (uint16_t i = 0; i < s->conf->n_realms; i++)
		if (CRYPTO_memcmp(s->told->realm[i].mac, mac, CHANGE_MAC_TEXT - 1) == 0)
			found = &s->told->realm[i];
	return found;
}

static int admit_change(void *arg, struct visit *v)
{
	struct change_realm **r = visit_scratch(v);

	*r = realm_of(arg, visit_rest(v));
	return *r ? 0 : 404;
}

static void answer(struct visit *v, int status, uint32_t retry_after_s)
{
	visit_answer(v, &(struct answer){ .status = status, .retry_after_s = retry_after_s });
}

/* Graph: 200 within 10 s, text/plain, the decoded token and nothing else. Sent only because we
 * subscribed, but known to nobody else, so it is answered whenever it comes. */
static bool shake_hands(struct visit *v)
{
	const char *token = visit_query(v, "validationToken");
	size_t n = token ? strlen(token) : 0;

	if (!token)
		return false;
	if (n == 0 || n > HANDSHAKE_BYTES_MAX) {
		answer(v, 400, 0);
		return true;
	}
	visit_answer(v, &(struct answer){ .status = 200,
				.content_type = "text/plain",
				.body = token,
				.body_bytes = n,
				.extra = { { "X-Content-Type-Options", "nosniff" } } });
	log_line(LOG_INFO, "change", "", "handshake at %s well",
		strncmp(visit_path(v), "/api/l", 6) == 0 ? "lifecycle" : "notifications");
	return true;
}

static bool any_encrypted(const struct changes *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->item[i].is_encrypted)
			return true;
	return false;
}

static bool take_item(struct shell *s, struct change_realm *r, const struct change *c)
{
	struct why why;
	uint32_t sub;

	if (subs_judge(r->subs, c, &sub, &why) != OK) {
		log_line(LOG_WARN, "change", "", "notification: %s -> dropped", why.text);
		return true;
	}
	if (c->lifecycle != LIFECYCLE_NONE) {
		static const char *const words[] = { "", "reauthorizationRequired",
			"subscriptionRemoved", "missed", "unknown" };

		subs_lifecycle(r->subs, sub, c, clock_mono_ms());
		log_line(LOG_INFO, "change", "", "lifecycle=%s tenant=%s", words[c->lifecycle],
			s->conf->realm[r->realm].tenant_id);
		return true;
	}
	return sub != r->record_sub || records_announced(s, r, c);
}

static void handle_change(void *arg, struct visit *v)
{
	struct shell *s = arg;
	struct change_realm *r = *(struct change_realm **)visit_scratch(v);
	struct changes *all = &s->told->changes;
	struct why why;
	const char *body;
	bool room = true;
	size_t n;

	if (shake_hands(v))
		return;
	body = visit_body(v, &n);
	if (changes_decode(body, n, all, &why) != OK) {
		log_line(LOG_WARN, "change", "", "peer=%s body at %d:%d: %s -> dropped",
			visit_peer(v), all->line, all->column, why.text);
		answer(v, 202, 0);
		return;
	}
	/* All are taken even where one finds no room: told again, they change nothing. */
	for (size_t i = 0; i < all->n; i++)
		room &= all->item[i].is_encrypted || take_item(s, r, &all->item[i]);
	if (room && any_encrypted(all))
		room = rich_take(s, r, body, n);
	answer(v, room ? 202 : 503, room ? 0 : 5);
}

static size_t change_routes(struct shell *s, struct route *out, size_t n_max)
{
	const struct route routes[] = {
		{ "POST", "/api/notifications/*", admit_change, handle_change, s },
		{ "POST", "/api/lifecycle/*", admit_change, handle_change, s },
	};

	if (n_max < ARRAY_LEN(routes))
		abort();
	memcpy(out, routes, sizeof(routes));
	return ARRAY_LEN(routes);
}

const struct hand hand_change = { .open = open_change,
	.close = close_change,
	.run = run_change,
	.deadline_ms = change_deadline_ms,
	.reload = reload_change,
	.routes = change_routes };
