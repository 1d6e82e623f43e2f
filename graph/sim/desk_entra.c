/* What people and programs ask of Entra, and of the machine they run on. */
#include "graph/sim/desk.h"

#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "graph/sim/entra_identity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Entra's errors carry who asked and when; only the door's side knows. */
static void error_complete(const struct exchange *x, json_t *body)
{
	const char *text = json_string_value(json_object_get(body, "error_description"));
	const char *asked = x->client_request_id ? x->client_request_id : x->request_id;
	char date[32], whole[640];
	time_t now = (time_t)(clock_unix_ms() / 1000);
	struct tm tm;

	if (!text)
		return;
	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%SZ", &tm);
	snprintf(whole, sizeof(whole), "%.400s Trace ID: %s Correlation ID: %.64s Timestamp: %s",
		text, x->request_id, asked, date);
	json_object_set_new(body, "error_description", json_string(whole));
	json_object_set_new(body, "timestamp", json_string(date));
	json_object_set_new(body, "trace_id", json_string(x->request_id));
	json_object_set_new(body, "correlation_id", json_string(asked));
}

/* Out of order, by the weather first: the status, or 0. */
static int outage(struct desk *d, enum entra_door door, struct exchange *x, json_t **body)
{
	const struct rule *r = sim_weather_now(d->sim,
		door == ENTRA_TOKEN ? FAULT_TOKEN_OUTAGE : FAULT_IDENTITY_OUTAGE, clock_mono_ms());
	unsigned retry_after_s = r ? (unsigned)ceil(r->retry_after_s) : 0;
	int status = r ? r->status : entra_outage_take(d->entra, door, &retry_after_s);

	if (!status)
		return 0;
	if (retry_after_s)
		snprintf(x->retry_after, sizeof(x->retry_after), "%u", retry_after_s);
	return entra_outage_body(door, status, body);
}

static void token(struct desk *d, struct exchange *x, const char *tenant)
{
	json_t *body = NULL;
	int status = outage(d, ENTRA_TOKEN, x, &body);

	if (!status)
		status = entra_token(
			d->entra, tenant, x->body ? x->body : "", clock_unix_ms() / 1000, &body);
	log_line(status == 200 ? LOG_INFO : LOG_WARN, "sim", "", "token -> %d", status);
	error_complete(x, body);
	desk_answer_json(x, status, body);
}

static void authorize(struct desk *d, struct exchange *x, const char *tenant)
{
	json_t *body = NULL;
	int status = entra_authorize(d->entra, tenant, x->query, clock_unix_ms() / 1000,
		x->location, sizeof(x->location), &body);

	error_complete(x, body);
	desk_answer_json(x, status, body);
}

/* "/{tenant}", and then rest. */
static bool tenant_path(const char *path, const char *wanted, char tenant[64])
{
	const char *rest = path[0] == '/' ? strchr(path + 1, '/') : NULL;

	if (!rest || strcmp(rest, wanted) != 0 || rest - path - 1 >= 64)
		return false;
	memcpy(tenant, path + 1, (size_t)(rest - path - 1));
	tenant[rest - path - 1] = '\0';
	return true;
}

bool desk_entra(struct desk *d, struct exchange *x)
{
	bool get = strcmp(x->method, "GET") == 0, post = strcmp(x->method, "POST") == 0;
	json_t *body = NULL;
	char tenant[64];
	int status;

	if (post && tenant_path(x->path, "/oauth2/v2.0/token", tenant)) {
		token(d, x, tenant);
		return true;
	}
	if (get && tenant_path(x->path, "/oauth2/v2.0/authorize", tenant)) {
		authorize(d, x, tenant);
		return true;
	}
	status = get ? entra_discover(d->entra, x->path, x->query, &body) : 0;
	if (!status)
		return false;
	error_complete(x, body);
	desk_answer_json(x, status, body);
	return true;
}

void desk_machine(struct desk *d, struct exchange *x)
{
	struct identity_ask ask = { x->method, x->path, x->query, x->metadata, x->identity_header,
		x->forwarded_for };
	json_t *body = NULL;
	int status = outage(d, ENTRA_IDENTITY, x, &body);

	if (!status)
		status = entra_identity(d->entra, &ask, clock_unix_ms() / 1000, &body);
	log_line(status == 200 ? LOG_INFO : LOG_WARN, "sim", "", "%s %s -> %d", x->method, x->path,
		status);
	desk_answer_json(x, status, body);
}
