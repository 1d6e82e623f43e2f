/* Graph's side: the simulator's state machine, its Entra, and ears that only count the time. */

#include "graph/sim/entra.h"
#include "graph/sim/scenario.h"
#include "graph/sim/sim.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/text.h"
#include "tests/day/day.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TENANT "7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e"
#define APP "11111111-2222-4333-8444-555555555555"
#define MAIN "aaaaaaaa-0000-4000-8000-000000000001"

enum {
	HOUR_MS = 3600000,
	MORNING_MS = 1000000,
	SLOTS = 4096,
	PLAYS = 16,
	SOUNDS = 64,
	TOKEN_LIFE_S = 600, /* so long a notification's token is shown again */
	OUTAGE_AFTER_MS = 10 * HOUR_MS,
	OUTAGE_MS = 300000,
	OLD_KEY_AFTER_MS = 20000,
	AGENTS = 24,
	JUDGED = 64,
};

CLEAN_FN(json_decref, json_t *)

static struct scenario scenario;
static struct sim *sim;
static struct entra *entra;
static unsigned n_calls;
static struct graph_call *known; /* by number of the call: was it told */

static struct {
	uint32_t call;
	size_t n;
	struct {
		uint32_t key, ms;
	} play[PLAYS];
} ears[SLOTS];

static struct {
	char url[256];
	uint32_t ms;
} sound[SOUNDS];
static size_t n_sounds;

/* Tokens of notifications, as long as they are shown again: by issuer. */
static struct {
	char *text;
	uint64_t made_s;
} shown[2];
/* Authorization headers that were judged good, and when. */
static struct {
	char *header;
	uint64_t at_s;
	struct sim_bearer bearer;
} judged[JUDGED];

static uint64_t outage_ends_ms; /* of the token endpoint; 0: it has not begun */

static uint64_t now_s(void)
{
	return clock_unix_ms() / 1000;
}

/* ---- what is to happen */

static void scenario_write(struct text *t, uint64_t seed, const char *webhook)
{
	static const char *const moods[] = { "\"answers\"",
		"[\"answers\", \"answers\", \"no-answer\"]", "[\"answers\", \"busy\"]",
		"[\"answers\", \"answers\", \"rejects\"]",
		"[\"answers\", \"offline\", \"answers\"]" };

	text_add(t,
		"{ \"seed\": %llu, \"tenant\": \"" TENANT "\", \"app_id\": \"" APP
		"\", \"client_secret\": \"for-the-day\", \"webhook\": \"%s\","
		"\"concurrent_calls\": 1000, \"ring_timeout_s\": 40,"
		"\"application_instances\": [{ \"id\": \"" MAIN "\", \"name\": \"Main\" }],"
		"\"faults\": { \"delay_ms\": [0, 200], \"redeliver\": 3 },"
		"\"weather\": ["
		"{ \"fault\": \"429\", \"rate\": 0.05, \"retry_after\": 2.128 },"
		"{ \"fault\": \"5xx\", \"rate\": 0.01, \"status\": 503 },"
		"{ \"fault\": \"5xx\", \"rate\": 0.005, \"status\": 500 },"
		"{ \"fault\": \"5xx\", \"rate\": 0.005, \"status\": 504 },"
		"{ \"fault\": \"timeout\", \"rate\": 0.007, \"ms\": 15000 },"
		"{ \"fault\": \"reset-after-effect\", \"rate\": 0.003 },"
		"{ \"fault\": \"lose\", \"rate\": 0.01 },"
		"{ \"fault\": \"double\", \"rate\": 0.05 },"
		"{ \"fault\": \"reorder\", \"rate\": 0.03 },"
		"{ \"fault\": \"late\", \"rate\": 0.01, \"ms\": [500, 4000] },"
		"{ \"fault\": \"evil-token\", \"rate\": 0.002 },"
		"{ \"fault\": \"key-rollover\", \"at_s\": 25200 },"
		"{ \"fault\": \"key-rollover\", \"at_s\": 64800 } ],"
		"\"agents\": [",
		(unsigned long long)seed, webhook);
	for (int i = 1; i <= AGENTS; i++)
		text_add(t,
			"%s{ \"user\": \"bbbbbbbb-0000-4000-8000-%012d\", \"name\": \"agent%d\", "
			"\"behaviour\": %s, \"answers_after_s\": %d, \"talk_s\": 600 }",
			i > 1 ? ", " : "", i, i, moods[i % 5], 1 + i % 8);
	text_add(t, "] }");
}

static void step(const struct sim_in *in);

static void caller_draw(struct caller *c, uint64_t n)
{
	*c = (struct caller){ .talk_ms = day_between(10000, 120000), .media = MEDIA_SERVICE };
	snprintf(c->name, sizeof(c->name), "c-%05u", (unsigned)n);
	snprintf(c->number, sizeof(c->number), "+1555%07u", (unsigned)n);
	memcpy(c->to, MAIN, sizeof(MAIN));
	if (day_chance(0.4))
		c->patience_ms = day_between(2000, 120000);
	if (day_chance(0.85)) {
		c->press[0] = (struct press){ .on = PRESS_MENU,
			.after_ms = (uint32_t)day_between(200, 3000),
			.digit = day_chance(0.5)   ? '1'
				 : day_chance(0.9) ? '2'
						   : '9' };
		c->n_press = 1;
	}
}

static void call_in(void *arg, uint64_t n)
{
	struct caller c;

	(void)arg;
	caller_draw(&c, n);
	step(&(struct sim_in){ .kind = SIM_CALL, .caller = &c });
}

/* Through the day, and more of them before noon. */
static uint64_t arrival_ms(void)
{
	return day_ms + (day_chance(0.3) ? day_between(9 * HOUR_MS, 12 * HOUR_MS)
					 : day_between(60000, 23 * HOUR_MS));
}

void graph_open(uint64_t seed, unsigned calls, const char *webhook)
{
	static char buf[16384];
	struct text t = TEXT(buf);
	struct why why;

	scenario_write(&t, seed, webhook);
	if (scenario_parse("day", buf, t.used, &scenario, &why) != OK ||
		entra_new(&scenario, "https://graph.day", &entra, &why) != OK) {
		fprintf(stderr, "%s\n", why.text);
		exit(EXIT_FAILURE);
	}
	sim = sim_new(&scenario, "127.0.0.1");
	known = calloc(calls, sizeof(*known));
	assert(sim && known);
	sim_origin(sim, "https://graph.day");
	n_calls = calls;
	step(&(struct sim_in){ .kind = SIM_START });
	for (unsigned i = 0; i < calls; i++)
		agenda_add(arrival_ms(), call_in, NULL, i);
}

void graph_close(void)
{
	sim_free(sim);
	entra_free(entra);
	scenario_fini(&scenario);
	for (size_t i = 0; i < 2; i++)
		free(shown[i].text);
	for (size_t i = 0; i < JUDGED; i++)
		free(judged[i].header);
	free(known);
}

uint64_t graph_deadline_ms(void)
{
	return sim_deadline_ms(sim);
}

void graph_tick(void)
{
	step(&(struct sim_in){ .kind = SIM_TICK });
}

bool graph_idle(void)
{
	return sim_idle(sim);
}

/* ---- sound, as time */

static uint32_t sound_ms(const char *url)
{
	size_t i = 0;

	while (i < n_sounds && strcmp(sound[i].url, url) != 0)
		i++;
	if (i < n_sounds)
		return sound[i].ms;
	assert(n_sounds < SOUNDS);
	assert(text_copy(sound[n_sounds].url, sizeof(sound[0].url), url) == OK);
	sound[n_sounds].ms = door_prompt_ms(url);
	audit_check(sound[n_sounds].ms > 0, "the prompt %s cannot be fetched", url);
	return sound[n_sounds++].ms;
}

static void told(void *arg, uint64_t n)
{
	step(&(struct sim_in){ .kind = SIM_PLAYED,
		.call = (uint32_t)(n >> 32),
		.key = (uint32_t)n,
		.status = (int)(intptr_t)arg });
}

static void played(void *arg, uint64_t n);

static void play_first(uint32_t call)
{
	size_t i = call % SLOTS;

	agenda_add(day_ms + ears[i].play[0].ms, played, NULL,
		(uint64_t)call << 32 | ears[i].play[0].key);
}

static void played(void *arg, uint64_t n)
{
	uint32_t call = (uint32_t)(n >> 32);
	size_t i = call % SLOTS;

	(void)arg;
	if (ears[i].call != call || ears[i].n == 0 || ears[i].play[0].key != (uint32_t)n)
		return;
	memmove(&ears[i].play[0], &ears[i].play[1], --ears[i].n * sizeof(ears[i].play[0]));
	if (ears[i].n)
		play_first(call);
	told((void *)(intptr_t)SIM_HEARD, n);
}

static void play(const struct sim_out *o)
{
	size_t i = o->call % SLOTS, n;
	uint32_t ms = 0;
	json_t *one;

	if (ears[i].call != o->call) {
		ears[i].call = o->call;
		ears[i].n = 0;
	}
	assert(ears[i].n < PLAYS);
	json_array_foreach(o->json, n, one)
	{
		json_t *media = json_object_get(one, "mediaInfo");
		const char *uri = json_string_value(json_object_get(media ? media : one, "uri"));

		assert(uri);
		ms += sound_ms(uri);
	}
	ears[i].play[ears[i].n].key = o->key;
	ears[i].play[ears[i].n++].ms = ms;
	if (ears[i].n == 1)
		play_first(o->call);
}

static void play_stop(uint32_t call)
{
	size_t i = call % SLOTS;

	if (ears[i].call != call)
		return;
	for (size_t p = 0; p < ears[i].n; p++)
		agenda_add(day_ms, told, (void *)(intptr_t)SIM_CANCELLED,
			(uint64_t)call << 32 | ears[i].play[p].key);
	ears[i].n = 0;
}

/* ---- what leaves for the bot */

static const char *token_of(const struct sim_out *o)
{
	struct token_wish wish = {
		.app_id = o->app_id, .tenant = o->tenant, .graph_issuer = o->graph_issuer
	};
	size_t i = o->graph_issuer;

	if (!shown[i].text || now_s() - shown[i].made_s > TOKEN_LIFE_S) {
		free(shown[i].text);
		shown[i].text = entra_notification_token(entra, &wish, now_s());
		shown[i].made_s = now_s();
		assert(shown[i].text);
	}
	return shown[i].text;
}

/* The last thing that was posted with a good token: shown again with a withdrawn one. */
static struct {
	char *url, *body;
} last;

static void post(const struct sim_out *o)
{
	struct token_wish wish = { .app_id = o->app_id,
		.tenant = o->tenant,
		.graph_issuer = o->graph_issuer,
		.evil = o->evil };
	CLEAN(free) char *body = json_dumps(o->json, JSON_COMPACT);
	CLEAN(free)
	char *evil = o->evil ? entra_notification_token(entra, &wish, now_s()) : NULL;

	assert(body && (evil || !o->evil));
	door_note(&(struct graph_note){ .cookie = (uint64_t)o->call << 32 | o->key,
		.url = o->text,
		.token = evil ? evil : token_of(o),
		.body = body,
		.message_id = o->message_id,
		.scenario_id = o->scenario_id });
	if (evil)
		return;
	free(last.url);
	free(last.body);
	last.url = strdup(o->text);
	last.body = TAKE(body);
}

enum { OLD_KEY_COOKIE = UINT32_MAX };

/* Withdrawn, and the other one is in use: whoever still believes it is wrong. */
static struct {
	char *token;
	uint64_t since_ms;
} old_key;

static void show_old_key(void)
{
	CLEAN(free) char *token = TAKE(old_key.token);

	door_note(&(struct graph_note){ .cookie = OLD_KEY_COOKIE,
		.url = last.url,
		.token = token,
		.body = last.body,
		.message_id = "",
		.scenario_id = "" });
}

static void roll(void)
{
	size_t i = shown[0].text ? 0 : 1;

	free(old_key.token);
	old_key.token = TAKE(shown[i].text);
	old_key.since_ms = day_ms;
	free(shown[0].text);
	free(shown[1].text);
	shown[0].text = shown[1].text = NULL;
	assert(entra_roll(entra));
	day_count.rollovers++;
}

void graph_noted(uint64_t cookie, int status)
{
	if (cookie == OLD_KEY_COOKIE) {
		audit_check(status == 0 || status == 401 || status == 503,
			"a withdrawn key's token was answered %d", status);
		day_count.old_keys_refused++;
		return;
	}
	step(&(struct sim_in){ .kind = SIM_NOTIFIED,
		.call = (uint32_t)(cookie >> 32),
		.key = (uint32_t)cookie,
		.status = status });
	if (old_key.token && status / 100 == 2 && day_ms - old_key.since_ms > OLD_KEY_AFTER_MS)
		show_old_key();
}

static void answer(const struct sim_out *o)
{
	CLEAN(free) char *body = o->json ? json_dumps(o->json, JSON_COMPACT) : NULL;

	net_answered(o->request, &(struct graph_answer){ .status = o->status,
					 .drop = o->drop,
					 .retry_after_s = o->retry_after_s,
					 .body = body,
					 .location = o->location });
}

static void perform(const struct sim_out *o)
{
	switch (o->kind) {
	case SIM_ANSWER:
		answer(o);
		break;
	case SIM_POST:
		post(o);
		break;
	case SIM_PLAY:
		play(o);
		break;
	case SIM_PLAY_STOP:
		play_stop(o->call);
		break;
	case SIM_BRIDGE_FREE:
		ears[o->call % SLOTS].call = 0;
		break;
	case SIM_KEYS_ROLL:
		roll();
		break;
	case SIM_RECORD:
	case SIM_HOLD:
	case SIM_LEG_OPEN:
		audit_check(false, "an order of kind %d that nobody here asks for", (int)o->kind);
		break;
	default: /* who speaks and hears */
		break;
	}
}

static void step(const struct sim_in *in)
{
	const struct sim_outs *o = sim_step(sim, day_ms, in);

	for (size_t i = 0; i < o->n; i++)
		perform(&o->item[i]);
}

/* ---- what comes from the bot */

static void bearer_judge(const char *authorization, struct sim_bearer *out)
{
	size_t i = 0;

	*out = (struct sim_bearer){ .verdict = BEARER_NONE };
	while (authorization && i < JUDGED &&
		!(judged[i].header && strcmp(judged[i].header, authorization) == 0 &&
			now_s() - judged[i].at_s < 60))
		i++;
	if (authorization && i < JUDGED) {
		*out = judged[i].bearer;
		return;
	}
	entra_bearer(entra, authorization, now_s(), out);
	if (out->verdict != BEARER_GOOD)
		return;
	i = now_s() % JUDGED;
	free(judged[i].header);
	judged[i].header = strdup(authorization);
	judged[i].at_s = now_s();
	judged[i].bearer = *out;
}

/* The first renewal after ten hours meets an endpoint that is out for five minutes. */
static bool token_outage(void)
{
	if (!outage_ends_ms && day_ms - MORNING_MS > OUTAGE_AFTER_MS)
		outage_ends_ms = day_ms + OUTAGE_MS;
	return day_ms < outage_ends_ms;
}

static void token_request(const struct graph_request *r, const char *path)
{
	char tenant[64];
	json_t *json = NULL;
	CLEAN(free) char *body = NULL;
	int status;

	day_count.token_requests++;
	if (token_outage()) {
		day_count.token_refusals++;
		net_answered(r->id, &(struct graph_answer){ .status = 503 });
		return;
	}
	snprintf(tenant, sizeof(tenant), "%.*s", (int)strcspn(path + 1, "/"), path + 1);
	status = entra_token(entra, tenant, r->body ? r->body : "", now_s(), &json);
	body = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	net_answered(r->id, &(struct graph_answer){ .status = status, .body = body });
}

static bool document_request(const struct graph_request *r, const char *path)
{
	CLEAN(json_decref) json_t *json = entra_document(entra, path);
	CLEAN(free) char *body = json ? json_dumps(json, JSON_COMPACT) : NULL;

	if (!json)
		return false;
	day_count.key_fetches++;
	net_answered(r->id, &(struct graph_answer){ .status = 200, .body = body });
	return true;
}

void graph_request(const struct graph_request *r)
{
	const char *path = strchr(strstr(r->url, "://") + 3, '/');
	struct sim_in in = { .kind = SIM_REQUEST };

	if (strstr(path, "/oauth2/v2.0/token")) {
		token_request(r, path);
		return;
	}
	if (strcmp(r->method, "GET") == 0 && document_request(r, path))
		return;
	day_count.in_outage += day_ms < outage_ends_ms;
	in.request = (struct sim_request){ .id = r->id,
		.method = r->method,
		.path = path,
		.scenario_id = r->scenario_id,
		.body = r->body,
		.body_bytes = r->body_bytes,
		.authorization = r->authorization };
	bearer_judge(r->authorization, &in.request.bearer);
	step(&in);
}

/* ---- the books */

static long number_at(json_t *o, const char *a, const char *b)
{
	return (long)json_integer_value(json_object_get(b ? json_object_get(o, a) : o, b ? b : a));
}

static void calls_check(json_t *books, struct graph_call *calls)
{
	json_t *call;
	size_t i;

	json_array_foreach(json_object_get(books, "calls"), i, call)
	{
		unsigned n;

		if (sscanf(json_string_value(json_object_get(call, "caller")), "c-%u", &n) != 1 ||
			n >= n_calls)
			continue;
		calls[n].told = true;
		calls[n].offered = json_is_integer(json_object_get(call, "offered_ms"));
	}
}

static void refusals_check(json_t *books)
{
	json_t *r;
	size_t i;

	json_array_foreach(json_object_get(books, "refused"), i, r)
	{
		long status = number_at(r, "status", NULL);

		audit_check(status == 404 || status == 409 || status == 429 || status >= 500,
			"%s %s was refused %ld: %s", json_string_value(json_object_get(r, "verb")),
			json_string_value(json_object_get(r, "path")), status,
			json_string_value(json_object_get(r, "message")));
	}
}

static unsigned on_the_phone(json_t *books)
{
	unsigned n = 0;
	json_t *a;
	size_t i;

	json_array_foreach(json_object_get(books, "agents"), i, a)
		n += json_is_true(json_object_get(a, "on_the_phone"));
	return n;
}

static long evil_accepted(json_t *books)
{
	json_t *kind;
	const char *name;
	long n = 0;

	json_object_foreach(json_object_get(books, "evil_tokens"), name, kind)
		n += number_at(kind, "accepted", NULL);
	return n;
}

/* What was not heard cannot be heeded. */
static void surprise_check(const char *surprise)
{
	if (strstr(surprise, "before its Retry-After again") && day_count.waits_unseen > 0)
		day_count.waits_unseen--;
	else
		audit_check(false, "%s", surprise);
}

void graph_audit(struct graph_call *calls, unsigned n)
{
	CLEAN(json_decref) json_t *books = sim_books(sim);
	json_t *surprise;
	size_t i;

	assert(n == n_calls);
	calls_check(books, calls);
	refusals_check(books);
	audit_line(true, "no request was refused but for the call's or the weather's sake");
	json_array_foreach(json_object_get(books, "surprises"), i, surprise)
		surprise_check(json_string_value(surprise));
	audit_line(true, "nothing surprised Graph");
	audit_line(number_at(books, "calls_held", NULL) == 0 && on_the_phone(books) == 0,
		"Graph holds no call, and no agent is on the telephone");
	audit_line(evil_accepted(books) == 0, "no token that must not pass was believed");
	printf("# Graph: %ld requests; drew %ld 429, %ld 5xx, %ld timeouts, %ld resets; "
	       "notifications: %ld sent, %ld lost, %ld doubled, %ld out of order, %ld given up\n",
		number_at(books, "requests", NULL), number_at(books, "faults", "http_429"),
		number_at(books, "faults", "http_5xx"), number_at(books, "faults", "hung"),
		number_at(books, "faults", "reset"), number_at(books, "notifications", "sent"),
		number_at(books, "notifications", "lost"),
		number_at(books, "notifications", "twice"),
		number_at(books, "notifications", "reordered"),
		number_at(books, "notifications", "given_up"));
	free(last.url);
	free(last.body);
	free(old_key.token);
}
