#include "graph/sim/desk.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/text.h"
#include "graph/sim/control.h"
#include "graph/sim/courier.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

CLEAN_FN(json_decref, json_t *)

void desk_answer_json(struct exchange *x, int status, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	json_decref(json);
	door_answer(x, status, text);
}

/* Graph's errors carry who asked and when; only the door's side knows. */
static void error_complete(const struct exchange *x, json_t *body)
{
	json_t *error = json_object_get(body, "error");
	char date[32];
	time_t now = (time_t)(clock_unix_ms() / 1000);
	struct tm tm;

	if (!json_is_object(error))
		return;
	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	json_object_set_new(error, "innerError",
		json_pack("{ss, ss, ss}", "date", date, "request-id", x->request_id,
			"client-request-id", x->client_request_id ? x->client_request_id : ""));
}

static struct exchange *open_take(struct desk *d, uint32_t id)
{
	struct exchange *x;

	if (d->open[id % DESK_EXCHANGES].id != id)
		return NULL;
	x = d->open[id % DESK_EXCHANGES].x;
	d->open[id % DESK_EXCHANGES].id = 0;
	return x;
}

/* Graph call-record: chunked, application/octet-stream. */
static void recording_answered(struct desk *d, struct exchange *x, const struct sim_out *o)
{
	const uint8_t *wav;
	size_t n;
	char *copy = NULL;

	if (ears_recording(d->ears, o->call, o->key, &wav, &n))
		copy = malloc(n);
	if (!copy) {
		door_answer(x, 404, NULL);
		return;
	}
	memcpy(copy, wav, n);
	door_answer_bytes(x, 200, copy, n, "application/octet-stream");
}

static void answered(struct desk *d, const struct sim_out *o)
{
	struct exchange *x = open_take(d, o->request);

	if (!x)
		return;
	log_line(o->status >= 400 ? LOG_WARN : LOG_DEBUG, "sim", "", "%s %s -> %d", x->method,
		x->path, o->drop ? -1 : o->status);
	if (o->drop) {
		door_drop(x);
		return;
	}
	if (o->recording) {
		recording_answered(d, x, o);
		return;
	}
	memcpy(x->location, o->location, sizeof(o->location));
	if (o->retry_after_s > 0)
		snprintf(x->retry_after, sizeof(x->retry_after), "%.3f", o->retry_after_s);
	if (o->status >= 400)
		error_complete(x, o->json);
	desk_answer_json(x, o->status, json_incref(o->json));
}

/* The key of a note and of its call, for the way back. */
static uint64_t cookie_of(const struct sim_out *o)
{
	return (uint64_t)o->call << 32 | o->key;
}

static bool posted(struct desk *d, const struct sim_out *o)
{
	CLEAN(free) char *body = json_dumps(o->json, JSON_COMPACT);
	CLEAN(free)
	char *token = entra_notification_token(d->entra,
		&(struct token_wish){ o->app_id, o->tenant, o->graph_issuer, o->evil },
		clock_unix_ms() / 1000);
	struct letter l = { o->text, body, token, o->message_id, o->chain_id, o->scenario_id };
	struct why why = { .text = "no memory" };

	if (body && token && post_send(d->office, cookie_of(o), &l, &why) == OK)
		return true;
	log_line(LOG_ERROR, "sim", "", "notification: %s -> not sent", why.text);
	return false;
}

/* What one step wants; what came of it at once is told in the next. */
static void perform(struct desk *d, const struct sim_outs *outs)
{
	struct post_result failed[64];
	size_t n_failed = 0;

	for (size_t i = 0; i < outs->n; i++) {
		const struct sim_out *o = &outs->item[i];

		if (o->kind == SIM_ANSWER)
			answered(d, o);
		else if (o->kind == SIM_KEYS_ROLL)
			log_line(LOG_INFO, "sim", "", "keys rolled ok=%d", entra_roll(d->entra));
		else if (o->kind == SIM_SEND) {
			if (!courier_send(d, o) && n_failed < ARRAY_LEN(failed))
				failed[n_failed++] = (struct post_result){ .cookie = o->key,
					.talk = true };
		} else if (o->kind != SIM_POST)
			ears_do(d->ears, o);
		else if (!posted(d, o) && n_failed < ARRAY_LEN(failed))
			failed[n_failed++] = (struct post_result){ .cookie = cookie_of(o) };
	}
	for (size_t i = 0; i < n_failed; i++)
		desk_result(d, &failed[i]);
}

void desk_step(struct desk *d, const struct sim_in *in)
{
	struct sim_in next;

	perform(d, sim_step(d->sim, clock_mono_ms(), in));
	while (ears_next(d->ears, &next))
		perform(d, sim_step(d->sim, clock_mono_ms(), &next));
}

void desk_result(struct desk *d, struct post_result *r)
{
	struct sim_in in = { .kind = SIM_NOTIFIED,
		.call = (uint32_t)(r->cookie >> 32),
		.key = (uint32_t)r->cookie,
		.status = r->status,
		.path = r->location[0] ? r->location : NULL };
	CLEAN(free) char *said = NULL;

	if (r->talk) {
		courier_back(d, r);
		return;
	}
	if (r->fetch) {
		ears_fetched(d->ears, r);
		return;
	}
	if (r->n && (said = strndup(r->bytes, r->n)) != NULL)
		in.body = said;
	free(r->bytes);
	r->bytes = NULL;
	if (r->status / 100 != 2)
		log_line(LOG_WARN, "sim", "", "notification status=%d -> count", r->status);
	desk_step(d, &in);
}

/* Both are long; the time tells nothing about where they differ. */
static bool relay_key_good(const struct desk *d, const struct exchange *x)
{
	const char *want = d->conf->relay_key, *have = x->authorization;

	if (!want || !want[0])
		return true;
	return have && strncmp(have, "Bearer ", 7) == 0 && strlen(have + 7) == strlen(want) &&
	       CRYPTO_memcmp(have + 7, want, strlen(want)) == 0;
}

static bool is_connector(const char *path)
{
	return strncmp(path, "/v3/", 4) == 0 || strncmp(path, "/teams/v3/", 10) == 0;
}

void desk_ask(struct desk *d, struct exchange *x)
{
	struct sim_in in = { .kind = SIM_REQUEST };
	uint32_t id = d->last_id;

	for (size_t i = 0; i < DESK_EXCHANGES; i++) {
		id = id == UINT32_MAX ? 1 : id + 1;
		if (!d->open[id % DESK_EXCHANGES].id)
			break;
	}
	if (d->open[id % DESK_EXCHANGES].id) {
		door_answer(x, 503, NULL);
		return;
	}
	d->last_id = id;
	d->open[id % DESK_EXCHANGES].id = id;
	d->open[id % DESK_EXCHANGES].x = x;
	in.request = (struct sim_request){ .id = id,
		.method = x->method,
		.path = x->path,
		.scenario_id = x->scenario_id,
		.body = x->body,
		.body_bytes = x->body_bytes,
		.query = x->query,
		.authorization = x->authorization,
		.relay_key_good = relay_key_good(d, x) };
	entra_bearer(d->entra, x->authorization, clock_unix_ms() / 1000, &in.request.bearer);
	/* Each service takes tokens made out to itself. */
	if (in.request.bearer.verdict == BEARER_GOOD &&
		in.request.bearer.connector != is_connector(x->path)) {
		in.request.bearer.verdict = BEARER_BAD;
		snprintf(in.request.bearer.why, sizeof(in.request.bearer.why),
			"Access token validation failure. Invalid audience.");
	}
	desk_step(d, &in);
}

void desk_exchange(struct desk *d, struct exchange *x)
{
	if (x->plain)
		desk_machine(d, x);
	else if (strncmp(x->path, "/sim/", 5) == 0)
		control_exchange(d, x);
	else if (!desk_entra(d, x))
		desk_ask(d, x);
}

void desk_drop_all(struct desk *d)
{
	struct exchange *x;

	for (size_t i = 0; i < DESK_EXCHANGES; i++)
		if (d->open[i].id)
			door_drop(open_take(d, d->open[i].id));
	for (size_t i = 0; i < IDLERS_MAX; i++)
		if (d->idler[i].x)
			door_drop(d->idler[i].x);
	while (d->inbox && inbox_take(d->inbox, &x))
		door_drop(x);
}
