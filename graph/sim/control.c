#include "graph/sim/control.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/text.h"

#include <stdlib.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

enum { IDLE_MS = 60000, IDLE_MS_MAX = 600000, STOP_MS = 3000 };

static void fail(struct exchange *x, int status, const char *text)
{
	desk_answer_json(
		x, status, json_pack("{s{ss, ss}}", "error", "code", "sim", "message", text));
}

static void start(struct desk *d, struct exchange *x)
{
	desk_step(d, &(struct sim_in){ .kind = SIM_START });
	door_answer(x, 204, NULL);
}

static json_t *body_of(const struct exchange *x, struct why *why)
{
	json_error_t at;
	json_t *json = json_loadb(
		x->body ? x->body : "", x->body_bytes, JSON_REJECT_DUPLICATES, &at);

	if (!json)
		why_set(why, E_MALFORMED, 0, "control.c", "body:%d:%d: %s", at.line, at.column,
			at.text);
	return json;
}

static void calls(struct desk *d, struct exchange *x)
{
	struct why why = { .text = "" };
	CLEAN(json_decref) json_t *json = body_of(x, &why);
	struct caller who;

	if (!json || scenario_caller("body", json, &d->scenario, &who, &why) != OK) {
		fail(x, 400, why.text);
		return;
	}
	desk_step(d, &(struct sim_in){ .kind = SIM_CALL, .caller = &who });
	door_answer(x, 204, NULL);
}

static void token(struct desk *d, struct exchange *x)
{
	struct why why = {
		.text = "want {\"user\": GUID, \"name\": .., \"roles\": [..], \"scp\": ..}"
	};
	CLEAN(json_decref) json_t *json = body_of(x, &why);
	CLEAN(free)
	char *jwt = json ? entra_person_token(d->entra, json, clock_unix_ms() / 1000) : NULL;

	if (!jwt)
		fail(x, 400, why.text);
	else
		desk_answer_json(x, 200, json_pack("{ss}", "access_token", jwt));
}

/* What a notification of that registration and tenant would bring along. */
static void notification_token(struct desk *d, struct exchange *x)
{
	struct why why = { .text = "want {\"app_id\": GUID, \"tenant\": GUID}" };
	CLEAN(json_decref) json_t *json = body_of(x, &why);
	struct token_wish wish = { .graph_issuer = true };
	CLEAN(free) char *jwt = NULL;

	if (json && json_unpack_ex(json, NULL, JSON_STRICT, "{ss, ss}", "app_id", &wish.app_id,
			    "tenant", &wish.tenant) == 0)
		jwt = entra_notification_token(d->entra, &wish, clock_unix_ms() / 1000);
	if (!jwt)
		fail(x, 400, why.text);
	else
		desk_answer_json(x, 200, json_pack("{ss}", "token", jwt));
}

/* What one of Entra's doors answers next. */
static void outage(struct desk *d, struct exchange *x, enum entra_door door)
{
	struct why why = { .text = "want {\"status\": 400 to 599, \"times\": 0 to 1000}" };
	CLEAN(json_decref) json_t *json = body_of(x, &why);
	int status = 0, times = 0, retry_after_s = 0;

	if (!json ||
		json_unpack_ex(json, NULL, JSON_STRICT, "{si, si, s?i}", "status", &status, "times",
			&times, "retry_after", &retry_after_s) != 0 ||
		status < 400 || status > 599 || times < 0 || times > 1000 || retry_after_s < 0) {
		fail(x, 400, why.text);
		return;
	}
	entra_outage(d->entra, door, status, (unsigned)times, (unsigned)retry_after_s);
	door_answer(x, 204, NULL);
}

static void identity(struct desk *d, struct exchange *x)
{
	outage(d, x, ENTRA_IDENTITY);
}

static void token_outage(struct desk *d, struct exchange *x)
{
	outage(d, x, ENTRA_TOKEN);
}

static bool idle(const struct desk *d)
{
	return sim_idle(d->sim) && ears_quiet(d->ears);
}

static void wait_idle(struct desk *d, struct exchange *x)
{
	const char *asked = json_string_value(json_object_get(x->query, "timeout_ms"));
	long ms = asked ? strtol(asked, NULL, 10) : IDLE_MS;

	if (ms < 0 || ms > IDLE_MS_MAX) {
		fail(x, 400, "timeout_ms: want 0 to 600000");
		return;
	}
	for (size_t i = 0; i < IDLERS_MAX; i++)
		if (!d->idler[i].x) {
			d->idler[i].x = x;
			d->idler[i].until_ms = clock_mono_ms() + (uint64_t)ms;
			return;
		}
	fail(x, 429, "enough wait for idleness already");
}

void control_tick(struct desk *d)
{
	uint64_t now = clock_mono_ms();
	bool quiet = idle(d);

	for (size_t i = 0; i < IDLERS_MAX; i++) {
		struct exchange *x = d->idler[i].x;

		if (!x || (!quiet && now < d->idler[i].until_ms))
			continue;
		d->idler[i].x = NULL;
		desk_answer_json(x, quiet ? 200 : 408, json_pack("{sb}", "idle", quiet));
	}
}

uint64_t control_deadline_ms(const struct desk *d)
{
	uint64_t due = UINT64_MAX;

	for (size_t i = 0; i < IDLERS_MAX; i++)
		if (d->idler[i].x && d->idler[i].until_ms < due)
			due = d->idler[i].until_ms;
	return due;
}

void control_stop(struct desk *d)
{
	if (d->stop_at_ms)
		return;
	d->stop_at_ms = clock_mono_ms() + STOP_MS;
	desk_step(d, &(struct sim_in){ .kind = SIM_STOP });
}

static void stop(struct desk *d, struct exchange *x)
{
	door_answer(x, 204, NULL);
	control_stop(d);
}

static void books(struct desk *d, struct exchange *x)
{
	desk_answer_json(x, 200, sim_books(d->sim));
}

static const struct {
	const char *method, *path;
	void (*run)(struct desk *d, struct exchange *x);
} nouns[] = {
	{ "POST", "/sim/start", start },
	{ "POST", "/sim/calls", calls },
	{ "GET", "/sim/books", books },
	{ "POST", "/sim/idle", wait_idle },
	{ "POST", "/sim/token", token },
	{ "POST", "/sim/notification-token", notification_token },
	{ "POST", "/sim/identity", identity },
	{ "POST", "/sim/token-outage", token_outage },
	{ "POST", "/sim/stop", stop },
};

void control_exchange(struct desk *d, struct exchange *x)
{
	for (size_t i = 0; i < ARRAY_LEN(nouns); i++)
		if (strcmp(x->path, nouns[i].path) == 0 &&
			strcmp(x->method, nouns[i].method) == 0) {
			nouns[i].run(d, x);
			return;
		}
	desk_ask(d, x); /* the state machine knows more, or refuses it */
}
