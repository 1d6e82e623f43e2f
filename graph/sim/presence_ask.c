/*
 * Requests about presence: who may ask, how often, and what may be said for whom.
 * Source: Graph v1.0, resources/presence; concepts/throttling-limits.
 */
#include "graph/sim/annex_inside.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

enum {
	PRESENCE_REQUESTS = 1500, /* in 30 s, of one application in one tenant */
	PRESENCE_SPAN_MS = 30000,
	SESSION_MS = 5 * 60 * 1000,
	SESSION_MS_MAX = 4 * 60 * 60 * 1000,
	DAY_MS = 24 * 60 * 60 * 1000,
};

/* The limit first: what is refused for another reason counted too. */
static bool within_limit(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	const struct sim_bearer *b = &a->request->bearer;
	const struct app *app = scenario_app(s->scn, b->app_id);
	struct window *w;
	uint64_t wait;
	size_t k = 0;

	while (k + 1 < app->n_tenants && !text_same_nocase(app->tenant[k], b->tenant))
		k++;
	w = &s->annex->presence_window[app - s->scn->app][k];
	wait = window_full(w, s->now_ms, scaled(s, PRESENCE_SPAN_MS));
	/* Graph throttling: requests that were throttled go on counting. */
	window_add(w, PRESENCE_REQUESTS, s->now_ms);

	if (!wait)
		return true;
	s->count.throttled++;
	refuse(r, 429, "TooManyRequests", "Too many requests: 1500 in 30 s.");
	r->retry_after_s = (double)wait / 1000;
	return false;
}

static struct person *person_asked(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct person *p = within_limit(s, a, r) ? person_of(s, a->request->bearer.tenant, a->id[0])
						 : NULL;

	if (!p && !r->status)
		refuse(r, 404, "NotFound", "The user is not known.");
	return p;
}

static void presence_get(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct person *p = person_asked(s, a, r);

	if (!p)
		return;
	r->status = 200;
	r->body = presence_json(s, p);
}

static void presence_list(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	json_t *ids = json_object_get(a->body, "ids"), *id, *value;
	size_t i;

	if (!within_limit(s, a, r))
		return;
	value = json_array();
	json_array_foreach(ids, i, id)
	{
		struct person *p = person_of(s, a->request->bearer.tenant, json_string_value(id));

		if (p)
			json_array_append_new(value, presence_json(s, p));
	}
	r->status = 200;
	r->body = json_pack("{so}", "value", value);
}

struct pair {
	const char *availability, *activity;
};
static const struct pair set_pairs[] = { { "Available", "Available" }, { "Busy", "InACall" },
	{ "Busy", "InAConferenceCall" }, { "Away", "Away" }, { "DoNotDisturb", "Presenting" } };
static const struct pair preferred_pairs[] = { { "Available", "Available" }, { "Busy", "Busy" },
	{ "DoNotDisturb", "DoNotDisturb" }, { "BeRightBack", "BeRightBack" }, { "Away", "Away" },
	{ "Offline", "OffWork" } };

static bool pair_read(const struct annex_ask *a, const struct pair *pairs, size_t n,
	struct state_shown *out, struct reply *r)
{
	const char *availability = member_text(a->body, "availability");
	const char *activity = member_text(a->body, "activity");

	for (size_t i = 0; i < n; i++)
		if (strcmp(availability, pairs[i].availability) == 0 &&
			strcmp(activity, pairs[i].activity) == 0) {
			*out = (struct state_shown){ "", "" };
			snprintf(out->availability, sizeof(out->availability), "%s", availability);
			snprintf(out->activity, sizeof(out->activity), "%s", activity);
			return true;
		}
	refuse(r, 400, "BadRequest", "availability '%.24s' with activity '%.32s' is no pair.",
		availability, activity);
	return false;
}

static bool duration_member(
	const struct annex_ask *a, uint64_t least, uint64_t most, uint64_t *ms, struct reply *r)
{
	const char *text = member_text(a->body, "expirationDuration");

	if (!text[0])
		return true;
	if (duration_read(text, ms) && *ms >= least && *ms <= most)
		return true;
	refuse(r, 400, "BadRequest", "expirationDuration '%.32s' is none, or outside its range.",
		text);
	return false;
}

/* Graph presence-setpresence: an application has one session, and its name is the client id. */
static struct session *session_of(
	struct sim *s, const struct annex_ask *a, struct person *p, struct reply *r)
{
	const char *id = member_text(a->body, "sessionId");
	struct session *free_one = NULL;

	if (!text_same_nocase(id, a->request->bearer.app_id)) {
		refuse(r, 400, "BadRequest", "sessionId is not the application's client id.");
		return NULL;
	}
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		if (!session_lives(s, &p->session[i]))
			free_one = &p->session[i];
		else if (text_same_nocase(p->session[i].app, id))
			return &p->session[i];
	}
	if (free_one)
		*free_one = (struct session){ .app = "" };
	return free_one;
}

static void presence_set(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct person *p = person_asked(s, a, r);
	struct session *x = p ? session_of(s, a, p, r) : NULL;
	uint64_t ms = SESSION_MS;
	struct state_shown set;

	if (!x || !pair_read(a, set_pairs, ARRAY_LEN(set_pairs), &set, r) ||
		!duration_member(a, SESSION_MS, SESSION_MS_MAX, &ms, r))
		return;
	*x = (struct session){
		.set = set, .set_ms = s->now_ms, .until_ms = s->now_ms + scaled(s, ms)
	};
	snprintf(x->app, sizeof(x->app), "%s", a->request->bearer.app_id);
	r->status = 200;
}

static void presence_clear(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct person *p = person_asked(s, a, r);
	struct session *x = p ? session_of(s, a, p, r) : NULL;

	if (!p || r->status)
		return;
	if (!x || !x->app[0]) {
		refuse(r, 404, "NotFound", "The presence session does not exist.");
		return;
	}
	*x = (struct session){ .app = "" };
	r->status = 200;
}

static void presence_prefer(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct person *p = person_asked(s, a, r);
	struct state_shown set;
	uint64_t ms;

	if (!p || !pair_read(a, preferred_pairs, ARRAY_LEN(preferred_pairs), &set, r))
		return;
	ms = presence_rank(&set) >= 3 ? DAY_MS : 7ull * DAY_MS;
	if (!duration_member(a, 1000, 365ull * DAY_MS, &ms, r))
		return;
	p->preferred = set;
	p->preferred_until_ms = s->now_ms + scaled(s, ms);
	r->status = 200;
}

static void presence_prefer_no_more(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct person *p = person_asked(s, a, r);

	if (!p)
		return;
	p->preferred_until_ms = 0;
	r->status = 200;
}

static void presence_message(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct person *p = person_asked(s, a, r);

	if (!p)
		return;
	json_decref(p->status_message);
	p->status_message = json_incref(json_object_get(a->body, "statusMessage"));
	r->status = 200;
}

/* {"user", "availability", "activity"}: what her own Teams client shows from now on. */
static void control_presence(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct person *p = person_named(s, member_text(a->body, "user"));
	const char *availability = member_text(a->body, "availability");
	const char *activity = member_text(a->body, "activity");

	if (!p) {
		refuse(r, 404, "sim", "user: want one of the scenario's agents");
		return;
	}
	p->own = (struct state_shown){ "", "" };
	snprintf(p->own.availability, sizeof(p->own.availability), "%s", availability);
	snprintf(p->own.activity, sizeof(p->own.activity), "%s",
		activity[0] ? activity : availability);
	r->status = 204;
}

enum {
	MAY_READ = ROLE_PRESENCE_READ | ROLE_PRESENCE_WRITE,
	MAY_WRITE = ROLE_PRESENCE_WRITE,
};

static const struct body_member ids_m[] = { { "ids", BODY_TEXTS, true, PRESENCE_IDS_MAX, NULL } };
static const struct body_shape ids = SHAPE(ids_m);
static const struct body_member set_m[] = { { "sessionId", BODY_TEXT, true, 0, NULL },
	{ "availability", BODY_TEXT, true, 0, NULL }, { "activity", BODY_TEXT, true, 0, NULL },
	{ "expirationDuration", BODY_TEXT, false, 0, NULL } };
static const struct body_shape set = SHAPE(set_m);
static const struct body_member clear_m[] = { { "sessionId", BODY_TEXT, true, 0, NULL } };
static const struct body_shape clear = SHAPE(clear_m);
static const struct body_member prefer_m[] = { { "availability", BODY_TEXT, true, 0, NULL },
	{ "activity", BODY_TEXT, true, 0, NULL },
	{ "expirationDuration", BODY_TEXT, false, 0, NULL } };
static const struct body_shape prefer = SHAPE(prefer_m);
static const struct body_member words_m[] = { { "content", BODY_TEXT, false, 0, NULL },
	{ "contentType", BODY_TEXT, false, 0, NULL } };
static const struct body_shape words = SHAPE(words_m);
static const struct body_member until_m[] = { { "dateTime", BODY_TEXT, true, 0, NULL },
	{ "timeZone", BODY_TEXT, true, 0, NULL } };
static const struct body_shape until = SHAPE(until_m);
static const struct body_member message_m[] = { { "message", BODY_OBJECT, true, 0, &words },
	{ "expiryDateTime", BODY_OBJECT, false, 0, &until } };
static const struct body_shape message = SHAPE(message_m);
static const struct body_member status_m[] = { { "statusMessage", BODY_OBJECT, true, 0,
	&message } };
static const struct body_shape status = SHAPE(status_m);
static const struct body_member control_m[] = { { "user", BODY_TEXT, true, 0, NULL },
	{ "availability", BODY_TEXT, true, 23, NULL }, { "activity", BODY_TEXT, false, 31, NULL } };
static const struct body_shape control = SHAPE(control_m);

static const struct route routes[] = {
	{ ROOT_GRAPH, "POST", "communications/getPresencesByUserId", MAY_READ, &ids,
		presence_list },
	{ ROOT_GRAPH, "GET", "communications/presences/*", MAY_READ, NULL, presence_get },
	{ ROOT_GRAPH, "GET", "users/*/presence", MAY_READ, NULL, presence_get },
	{ ROOT_GRAPH, "POST", "users/*/presence/setPresence", MAY_WRITE, &set, presence_set },
	{ ROOT_GRAPH, "POST", "users/*/presence/clearPresence", MAY_WRITE, &clear, presence_clear },
	{ ROOT_GRAPH, "POST", "users/*/presence/setUserPreferredPresence", MAY_WRITE, &prefer,
		presence_prefer },
	{ ROOT_GRAPH, "POST", "users/*/presence/clearUserPreferredPresence", MAY_WRITE, &body_empty,
		presence_prefer_no_more },
	{ ROOT_GRAPH, "POST", "users/*/presence/setStatusMessage", MAY_WRITE, &status,
		presence_message },
	{ ROOT_CONTROL, "POST", "presence", 0, &control, control_presence },
};

const struct routes presence_routes = { routes, ARRAY_LEN(routes) };
