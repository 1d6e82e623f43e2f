/* What every verb has in common: who asks, for which call, in which state, with what body. */
#include "graph/sim/verb.h"

#include "bot/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MEDIA = ROLE_ACCESS_MEDIA, JOIN = ROLE_JOIN_GROUP | ROLE_JOIN_GROUP_GUEST };

static const struct verb verbs[] = {
	{ "POST", "calls", 0, 0, ON_ANY, &body_create, verb_create },
	{ "GET", "calls/*", 0, 0, ON_ANY, NULL, verb_get },
	{ "DELETE", "calls/*", 0, 0, ON_ANY, NULL, verb_delete },
	{ "POST", "calls/*/answer", 0, 0, ON_INCOMING, &body_answer, verb_answer },
	{ "POST", "calls/*/reject", 0, 0, ON_INCOMING, &body_reject, verb_reject },
	{ "POST", "calls/*/redirect", ROLE_INITIATE, 0, ON_INCOMING, &body_redirect,
		verb_redirect },
	{ "POST", "calls/*/transfer", ROLE_INITIATE, 0, ON_ESTABLISHED, &body_transfer,
		verb_transfer },
	{ "POST", "calls/*/playPrompt", 0, 0, ON_ESTABLISHED | ON_TRANSFERRING, &body_play,
		verb_play },
	{ "POST", "calls/*/recordResponse", MEDIA, 0, ON_ESTABLISHED, &body_record, verb_record },
	{ "POST", "calls/*/sendDtmfTones", 0, 0, ON_ESTABLISHED, &body_tones, verb_send_tones },
	{ "POST", "calls/*/subscribeToTone", MEDIA, 0, ON_ESTABLISHED, &body_context, verb_tone },
	{ "POST", "calls/*/cancelMediaProcessing", 0, 0, ON_ESTABLISHED | ON_TRANSFERRING,
		&body_context, verb_cancel },
	{ "POST", "calls/*/keepAlive", 0, 0, ON_ANY, &body_empty, verb_keep_alive },
	{ "POST", "calls/*/mute", 0, 0, ON_ESTABLISHED, &body_context, verb_mute },
	{ "POST", "calls/*/unmute", 0, 0, ON_ESTABLISHED, &body_context, verb_mute },
	{ "POST", "calls/*/updateRecordingStatus", ROLE_JOIN_GROUP | MEDIA, 0, ON_ESTABLISHED,
		&body_recording, verb_recording_status },
	{ "POST", "calls/*/changeScreenSharingRole", MEDIA, 0, ON_ESTABLISHED, &body_sharing,
		verb_app_hosted_only },
	{ "POST", "calls/*/addLargeGalleryView", MEDIA, 0, ON_ESTABLISHED, &body_context,
		verb_app_hosted_only },
	{ "GET", "calls/*/participants", 0, 0, ON_ANY, NULL, verb_participants },
	{ "POST", "calls/*/participants/invite", ROLE_INITIATE_GROUP, 0, ON_ESTABLISHED,
		&body_invite, verb_invite },
	{ "GET", "calls/*/participants/*", 0, 0, ON_ANY, NULL, verb_participant_get },
	{ "DELETE", "calls/*/participants/*", 0, JOIN, ON_ANY, NULL, verb_participant_delete },
	{ "POST", "calls/*/participants/*/mute", 0, 0, ON_ESTABLISHED, &body_context,
		verb_participant_mute },
	{ "POST", "calls/*/participants/*/startHoldMusic", 0, 0, ON_ESTABLISHED, &body_hold,
		verb_hold },
	{ "POST", "calls/*/participants/*/stopHoldMusic", 0, 0, ON_ESTABLISHED, &body_context,
		verb_unhold },
	{ "GET", "calls/*/operations/*", 0, 0, ON_ANY, NULL, verb_operation },
	{ "GET", "calls/*/audioRoutingGroups", 0, 0, ON_ANY, NULL, verb_groups },
	{ "POST", "calls/*/audioRoutingGroups", 0, ROLE_JOIN_GROUP | ROLE_INITIATE_GROUP,
		ON_ESTABLISHED, &body_routing, verb_group_create },
	{ "GET", "calls/*/audioRoutingGroups/*", 0, 0, ON_ANY, NULL, verb_group_get },
	{ "PATCH", "calls/*/audioRoutingGroups/*", 0, ROLE_JOIN_GROUP | ROLE_INITIATE_GROUP,
		ON_ESTABLISHED, &body_routing, verb_group_update },
	{ "DELETE", "calls/*/audioRoutingGroups/*", 0, ROLE_JOIN_GROUP | ROLE_INITIATE_GROUP,
		ON_ANY, NULL, verb_group_delete },
};

void refuse(struct reply *r, int status, const char *code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->message, sizeof(r->message), fmt, ap);
	va_end(ap);
	snprintf(r->code, sizeof(r->code), "%s", code);
	r->status = status;
	json_decref(r->body);
	r->body = json_pack("{s{ss, ss%}}", "error", "code", r->code, "message", r->message,
		strlen(r->message));
	if (!r->body) /* not UTF-8: what was quoted came from the body */
		r->body = json_pack(
			"{s{ss, ss}}", "error", "code", r->code, "message", "Bad request.");
}

struct path {
	char text[256];
	char *part[8];
	size_t n;
};

/* Segments below /v1.0/communications/, with action names unqualified. false: not there. */
static bool path_split(const char *from, struct path *p)
{
	char *save = NULL, *at;

	p->n = 0;
	if (text_copy(p->text, sizeof(p->text), from) != OK)
		return false;
	for (at = strtok_r(p->text, "/", &save); at; at = strtok_r(NULL, "/", &save)) {
		if (p->n == ARRAY_LEN(p->part))
			return false;
		p->part[p->n++] = strncmp(at, "microsoft.graph.", 16) == 0 ? at + 16 : at;
	}
	return p->n >= 3 && (strcmp(p->part[0], "v1.0") == 0 || strcmp(p->part[0], "beta") == 0) &&
	       strcmp(p->part[1], "communications") == 0;
}

static bool path_fits(const struct path *p, const char *pattern)
{
	size_t i = 2;

	for (; *pattern && i < p->n; i++) {
		size_t n = strcspn(pattern, "/");

		if (!(n == 1 && *pattern == '*') &&
			(strlen(p->part[i]) != n || strncmp(p->part[i], pattern, n) != 0))
			return false;
		pattern += n;
		pattern += *pattern == '/';
	}
	return !*pattern && i == p->n;
}

/* NULL with a reply: 405 where another method would do, 400 for a segment nobody knows. */
static const struct verb *verb_find(const struct path *p, const char *method, struct reply *r)
{
	bool path_known = false;

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (!path_fits(p, verbs[i].path))
			continue;
		if (strcmp(verbs[i].method, method) == 0)
			return &verbs[i];
		path_known = true;
	}
	if (path_known)
		refuse(r, 405, "Request_BadRequest", "The method %s is not allowed here.", method);
	else
		refuse(r, 400, "BadRequest", "Resource not found for the segment '%.60s'.",
			p->n ? p->part[p->n - 1] : "");
	return NULL;
}

/* The reference has both codes with one text: 7503 here is a token without any Calls.* role, as
 * before consent, and 7504 one that lacks what this takes. */
bool roles_checked(const struct ask *a, unsigned all, unsigned any, struct reply *r)
{
	unsigned have = a->request->bearer.roles, lacks = all & ~have;

	if (!lacks && any && !(have & any))
		lacks = any & -any;
	if (lacks)
		refuse(r, 403, have & ROLE_ALL ? "7504" : "7503",
			"Insufficient enterprise tenant permissions, %s is missing.",
			role_name(lacks & -lacks));
	return !lacks;
}

static bool bearer_check(struct sim *s, struct ask *a, struct reply *r)
{
	const struct sim_bearer *b = &a->request->bearer;
	const struct app *app = b->verdict == BEARER_GOOD ? scenario_app(s->scn, b->app_id) : NULL;

	if (b->verdict == BEARER_NONE)
		refuse(r, 401, "InvalidAuthenticationToken", "Access token is empty.");
	else if (b->verdict == BEARER_BAD)
		refuse(r, 401, "InvalidAuthenticationToken", "%s", b->why);
	else if (!app)
		refuse(r, 401, "InvalidAuthenticationToken",
			"The token is of another application.");
	else if (!app_serves(app, b->tenant))
		refuse(r, 403, "7505", "Request authorization tenant mismatch.");
	if (app)
		a->app = (unsigned)(app - s->scn->app);
	return r->status == 0;
}

/* What a request asks: "DELETE /v1.0/communications/calls/...". */
static void print_ask(const struct sim_request *q, char out[PATIENCE_MAX])
{
	snprintf(out, PATIENCE_MAX, "%s %s", q->method, q->path);
}

/* Graph counts what is repeated before its Retry-After against the app. */
static void impatience(struct sim *s, struct sim_call *c, const struct sim_request *q)
{
	char asked[PATIENCE_MAX];

	print_ask(q, asked);
	if (s->now_ms < c->patience_until_ms && strcmp(asked, c->patience_for) == 0)
		book_surprise(s, c, "%d ms before its Retry-After again: %s",
			(int)(c->patience_until_ms - s->now_ms), asked);
}

static void throttle(
	struct sim *s, struct sim_call *c, const struct sim_request *q, double retry_after_s)
{
	s->count.throttled++;
	if (!c)
		return;
	print_ask(q, c->patience_for);
	c->patience_until_ms = s->now_ms + (uint64_t)(retry_after_s * 1000);
}

/* The scenario's faults as a rule that always holds, or the weather's. NULL: fine. */
static const struct rule *falls(
	struct sim *s, enum fault kind, double rate, const struct rule *always)
{
	return chance(s, rate) ? always : weather(s, kind);
}

bool request_weather(
	struct sim *s, struct sim_call *c, const struct sim_request *q, struct reply *r)
{
	const struct faults *f = &s->scn->faults;
	const struct rule always = { .retry_after_s = f->throttle_retry_after_s,
		.status = f->error_status,
		.ms_min = f->hang_ms,
		.ms_max = f->hang_ms };
	const struct rule *now;

	if (c)
		impatience(s, c, q);
	now = falls(s, FAULT_429, f->throttle_rate, &always);
	if (now) {
		throttle(s, c, q, now->retry_after_s);
		refuse(r, 429, "TooManyRequests", "Too many requests.");
		r->retry_after_s = now->retry_after_s;
		return true;
	}
	now = falls(s, FAULT_5XX, f->error_rate, &always);
	if (now) {
		s->count.errors++;
		refuse(r, now->status, now->status == 500 ? "UnknownError" : "serviceNotAvailable",
			"The service is not available.");
		return true;
	}
	now = falls(s, FAULT_TIMEOUT, f->hang_rate, &always);
	if (now) {
		s->count.hung++;
		timer_set(s, now->ms_min, TIMER_DROP, 0, q->id);
	}
	return now != NULL;
}

static unsigned state_bit(const struct sim_call *c)
{
	return 1u << c->state;
}

static const char *const state_name[] = { "incoming", "establishing", "established", "transferring",
	"redirecting", "terminated" };

static bool body_read(
	const struct verb *v, const struct sim_request *q, struct ask *a, struct reply *r)
{
	json_error_t at;
	struct why why;

	if (!v->body)
		return true;
	if (q->body_bytes)
		a->body = json_loadb(q->body, q->body_bytes, JSON_REJECT_DUPLICATES, &at);
	else
		a->body = json_object();
	if (!a->body)
		refuse(r, 400, "BadRequest", "Unable to read JSON request payload: line %d: %s",
			at.line, at.text);
	else if (body_check(a->body, "body", v->body, &why) != OK)
		refuse(r, 400, "BadRequest", "%s", why.text);
	return r->status == 0;
}

/* Everything that is wrong is found before anything is done. */
static bool admitted(struct sim *s, const struct verb *v, struct ask *a, struct reply *r)
{
	if (a->id && !a->call)
		refuse(r, 404, "itemNotFound", "Call not found.");
	else if (a->call && !text_same_nocase(a->call->tenant, a->request->bearer.tenant))
		refuse(r, 403, "7505", "Request authorization tenant mismatch.");
	else if (roles_checked(a, v->roles, v->one_of, r) && body_read(v, a->request, a, r) &&
		 a->call && !(v->states & state_bit(a->call)))
		refuse(r, 409, "Conflict", "The call is %s: this cannot be done now.",
			state_name[a->call->state]);
	(void)s;
	return r->status == 0;
}

/* A notification may beat the answer to what caused it: then the answer waits for it. */
static bool hold(struct sim *s, struct sim_call *c, uint32_t request, struct reply *r)
{
	if (!c || !c->key || !c->note || c->held.request || !dice(s, 4))
		return false;
	c->held.request = request;
	c->held.reply = *r;
	timer_set(s, 1500, TIMER_HELD, c->key, 0);
	return true;
}

void request_answer(struct sim *s, struct sim_call *c, const struct sim_request *q, struct reply *r)
{
	struct sim_out *o;

	if (r->status >= 400 && r->status != 429 && !(r->status >= 500))
		book_refuse(s, q, r);
	if (r->status < 300 &&
		(chance(s, s->scn->faults.reset_after_effect) || weather(s, FAULT_RESET))) {
		s->count.reset++;
		o = out_add(s, SIM_ANSWER, 0);
		o->request = q->id;
		o->drop = true;
		json_decref(r->body);
		return;
	}
	if (r->status < 300 && hold(s, c, q->id, r))
		return;
	reply_send(s, q->id, r);
}

/* The control's own: keys and evil tokens. */
static void control_request(struct sim *s, const struct sim_request *q)
{
	struct reply r = { .status = 204 };
	json_error_t at;
	CLEAN(json_decref)
	json_t *body = json_loadb(q->body ? q->body : "", q->body_bytes, 0, &at);
	enum evil kind = evil_of(text_at(body, "kind"));
	struct sim_call *c = NULL;

	for (uint32_t i = 0; i < s->slots_used; i++)
		if (s->call[i].key && s->call[i].state != CALL_ENDED &&
			(!text_at(body, "call")[0] ||
				text_same_nocase(text_at(body, "call"), s->call[i].id_text)))
			c = &s->call[i];
	if (strcmp(q->method, "POST") == 0 && strcmp(q->path, "/sim/keys") == 0) {
		s->count.rolls++;
		out_add(s, SIM_KEYS_ROLL, 0);
	} else if (strcmp(q->method, "POST") != 0 || strcmp(q->path, "/sim/evil") != 0) {
		refuse(&r, 404, "sim", "foyer-sim --help lists what is under /sim/");
	} else if (kind == EVIL_NOT) {
		refuse(&r, 400, "sim", "want {\"kind\": \"none\"}, or another that --help names");
	} else if (!c) {
		refuse(&r, 409, "sim", "there is no such call now");
	} else {
		evil_post(s, c, kind);
	}
	reply_send(s, q->id, &r);
}

/* Neither Graph's verbs nor the weather's. true: answered. */
static bool elsewhere(struct sim *s, const struct sim_request *q)
{
	if (strncmp(q->path, "/relay/", 7) == 0)
		relay_request(s, q);
	else if (strncmp(q->path, "/recordings/", 12) == 0)
		recording_request(s, q);
	else if (strncmp(q->path, "/sim/", 5) == 0)
		control_request(s, q);
	else
		return false;
	return true;
}

void verbs_request(struct sim *s, const struct sim_request *q)
{
	struct reply r = { .status = 0 };
	struct ask a = { .request = q };
	const struct verb *v;
	struct path p = { .n = 0 };
	bool split = path_split(q->path, &p), known;

	s->count.requests++;
	if (elsewhere(s, q))
		return;
	known = bearer_check(s, &a, &r);
	a.id = split && p.n > 3 ? p.part[3] : NULL;
	a.call = known && a.id ? call_by_id(s, a.app, a.id) : NULL;
	if (known && request_weather(s, a.call, q, &r)) {
		if (r.status)
			reply_send(s, q->id, &r);
		return;
	}
	if (!known || over_limits(s, a.app, p.n == 3 && strcmp(q->method, "POST") == 0, &r)) {
		request_answer(s, NULL, q, &r);
		return;
	}
	if (!split)
		refuse(&r, 404, "itemNotFound", "There is nothing at this address.");
	v = r.status ? NULL : verb_find(&p, q->method, &r);
	if (v && admitted(s, v, &a, &r)) {
		a.id = p.n > 5 ? p.part[5] : NULL;
		v->run(s, &a, &r);
	}
	request_answer(s, a.call, q, &r);
	json_decref(a.body);
}
