#ifndef TESTS_GRAPH_SIM_RIG_H
#define TESTS_GRAPH_SIM_RIG_H

/* The state machine with a patient bot: every notification is acknowledged at once, time jumps. */

#include "graph/sim/inside.h"
#include "graph/sim/sim.h"

#include <stdio.h>
#include <string.h>

#define TENANT "11111111-1111-1111-1111-111111111111"
#define APP "22222222-2222-2222-2222-222222222222"
#define SALES "33333333-3333-3333-3333-333333333333"
#define BOB "44444444-4444-4444-4444-444444444444"
#define EVE "55555555-5555-5555-5555-555555555555"
#define NOBODY "66666666-6666-6666-6666-666666666666"
#define SERVICE "{\"@odata.type\":\"#microsoft.graph.serviceHostedMediaConfig\"}"
#define ANSWER                                                                    \
	"{\"callbackUri\":\"https://bot/cb\",\"acceptedModalities\":[\"audio\"]," \
	"\"mediaConfig\":" SERVICE "}"
#define USER(id)                                                                         \
	"{\"@odata.type\":\"#microsoft.graph.invitationParticipantInfo\",\"identity\":{" \
	"\"@odata.type\":\"#microsoft.graph.identitySet\",\"user\":{\"@odata.type\":"    \
	"\"#microsoft.graph.identity\",\"id\":\"" id "\"}}}"
#define INVITE(id) "{\"clientContext\":\"inv\",\"participants\":[" USER(id) "]}"
#define TRANSFER(id) "{\"transferTarget\":" USER(id) "}"
#define PROMPT(uri)                                                                       \
	"{\"@odata.type\":\"#microsoft.graph.mediaPrompt\",\"mediaInfo\":{\"uri\":\"" uri \
	"\",\"resourceId\":\"r\"}}"
#define PLAY(uri) "{\"clientContext\":\"play\",\"prompts\":[" PROMPT(uri) "]}"
#define CREATE(id, media)                                                                \
	"{\"@odata.type\":\"#microsoft.graph.call\",\"callbackUri\":\"https://bot/cb\"," \
	"\"requestedModalities\":[\"audio\"],\"tenantId\":\"" TENANT                     \
	"\",\"targets\":[" USER(id) "],\"mediaConfig\":" media "}"

enum { RIG_POSTS = 2048 };

struct rig {
	struct scenario scn;
	struct sim *sim;
	uint64_t now;
	int bot_says; /* status for each notification; 0: none comes */
	bool silent;  /* the bot takes notifications and says nothing yet */
	struct {
		json_t *json;
		uint32_t call, key;
		bool legacy;
		enum evil evil;
	} post[RIG_POSTS];
	size_t n_posts;
	int status; /* of the last answer; -1 dropped; 0 none yet */
	json_t *body;
	double retry_after_s;
	char location[192];
	uint32_t plays[64];
	size_t n_plays, n_stops, n_keys, n_hang_ups, n_says;
	int n_holds, hold_says; /* hold_says: what becomes of hold music */
	size_t n_hears, n_rolls, n_freed;
	struct sim_record record;
	const char *authorization, *bot_body; /* bot_body: what it says to notifications */
	json_t *query;
	const char *app; /* of the token; else APP */
	char digits[32];
	uint32_t request, call;
	unsigned roles;
	const char *tenant;
	struct sim_bearer bearer;
	/* What the bot says to change notifications and activities; NULL: nothing. Its body lives
	 * until the next step. */
	struct sim_in (*mail)(struct rig *r, const struct sim_out *o);
};

static void rig_step(struct rig *r, struct sim_in in);

static void rig_keep(struct rig *r, const struct sim_out *o)
{
	if (r->n_posts == RIG_POSTS)
		return;
	r->post[r->n_posts].json = json_incref(o->json);
	r->post[r->n_posts].call = o->call;
	r->post[r->n_posts].key = o->key;
	r->post[r->n_posts].evil = o->evil;
	r->post[r->n_posts++].legacy = o->legacy;
}

static void rig_out(struct rig *r, const struct sim_out *o, struct sim_in *back, size_t *n)
{
	switch (o->kind) {
	case SIM_ANSWER:
		json_decref(r->body);
		r->body = json_incref(o->json);
		r->status = o->drop ? -1 : o->status;
		r->retry_after_s = o->retry_after_s;
		memcpy(r->location, o->location, sizeof(r->location));
		break;
	case SIM_POST:
		rig_keep(r, o);
		if (!r->silent)
			back[(*n)++] = (struct sim_in){ .kind = SIM_NOTIFIED,
				.call = o->call,
				.key = o->key,
				.body = r->bot_body,
				.status = r->bot_says ? r->bot_says
					  : o->legacy ? 204
						      : 202 };
		break;
	case SIM_HOLD:
		r->n_holds += o->on ? 1 : -1;
		if (o->on)
			back[(*n)++] = (struct sim_in){ .kind = SIM_PLAYED,
				.call = o->call,
				.key = o->key,
				.status = r->hold_says };
		break;
	case SIM_HEARS:
		r->n_hears++;
		break;
	case SIM_KEYS_ROLL:
		r->n_rolls++;
		break;
	case SIM_RECORDING_FREE:
		r->n_freed++;
		break;
	case SIM_RECORD:
		r->record = o->record; /* fall through */
	case SIM_PLAY:
		r->plays[r->n_plays++ % 64] = o->key;
		break;
	case SIM_PLAY_STOP:
		r->n_stops++;
		break;
	case SIM_KEY:
		r->digits[r->n_keys++ % 31] = o->digit;
		break;
	case SIM_HANG_UP:
		r->n_hang_ups++;
		break;
	case SIM_SAY:
		r->n_says++;
		break;
	case SIM_SEND:
		if (r->mail)
			back[(*n)++] = r->mail(r, o);
		break;
	case SIM_BRIDGE_NEW:
		r->call = o->call;
		break;
	case SIM_LEG_OPEN:
		back[(*n)++] = (struct sim_in){ .kind = SIM_LEG, .key = o->key, .status = 50000 };
		break;
	default:
		break;
	}
}

static void rig_step(struct rig *r, struct sim_in in)
{
	struct sim_in back[256];
	size_t n = 0;
	const struct sim_outs *outs = sim_step(r->sim, r->now, &in);

	for (size_t i = 0; i < outs->n; i++)
		rig_out(r, &outs->item[i], back, &n);
	for (size_t i = 0; i < n; i++)
		rig_step(r, back[i]);
}

__attribute__((unused)) static void rig_run(struct rig *r, uint64_t ms)
{
	uint64_t until = r->now + ms;

	for (int i = 0; i < 100000 && sim_deadline_ms(r->sim) <= until; i++) {
		if (sim_deadline_ms(r->sim) > r->now)
			r->now = sim_deadline_ms(r->sim);
		rig_step(r, (struct sim_in){ .kind = SIM_TICK });
	}
	r->now = until;
}

/* more is the rest of the scenario's members, after a comma, or "". */
__attribute__((unused)) static void rig_open(struct rig *r, unsigned seed, const char *more)
{
	char text[8192];
	struct why why;

	*r = (struct rig){ .now = 1000, .roles = ROLE_ALL, .tenant = TENANT };
	snprintf(text, sizeof(text),
		"{\"seed\":%u,\"tenant\":\"" TENANT "\",\"app_id\":\"" APP
		"\",\"webhook\":\"https://bot/in\",\"application_instances\":[{\"id\":\"" SALES
		"\",\"name\":\"Sales\"}]%s}",
		seed, more);
	if (scenario_parse("test", text, strlen(text), &r->scn, &why) != OK)
		fail_msg("%s", why.text);
	r->sim = sim_new(&r->scn, "127.0.0.1");
	assert_non_null(r->sim);
}

__attribute__((unused)) static void rig_forget(struct rig *r)
{
	for (size_t i = 0; i < r->n_posts; i++)
		json_decref(r->post[i].json);
	r->n_posts = 0;
}

__attribute__((unused)) static void rig_close(struct rig *r)
{
	rig_forget(r);
	json_decref(r->body);
	sim_free(r->sim);
	scenario_fini(&r->scn);
}

__attribute__((unused)) static int rig_ask(
	struct rig *r, const char *method, const char *path, const char *body)
{
	struct sim_in in = { .kind = SIM_REQUEST };

	in.request = (struct sim_request){ .id = ++r->request,
		.method = method,
		.path = path,
		.body = body,
		.body_bytes = body ? strlen(body) : 0,
		.authorization = r->authorization,
		.query = r->query,
		.relay_key_good = true };
	if (r->bearer.verdict == BEARER_NONE && !r->bearer.why[0]) {
		in.request.bearer.verdict = BEARER_GOOD;
		in.request.bearer.roles = r->roles;
		snprintf(in.request.bearer.tenant, GUID_TEXT, "%s", r->tenant);
		snprintf(in.request.bearer.app_id, GUID_TEXT, "%s", r->app ? r->app : APP);
	} else {
		in.request.bearer = r->bearer;
	}
	r->status = 0;
	rig_step(r, in);
	return r->status;
}

/* verb is what follows the call's id, "" for the call itself. */
__attribute__((unused)) static int rig_verb(
	struct rig *r, const char *method, const char *verb, const char *body)
{
	char path[256];
	const struct sim_call *c = &r->sim->call[r->call % CALL_SLOTS];

	snprintf(path, sizeof(path), "/v1.0/communications/calls/%s%s%s", c->id_text,
		verb[0] ? "/" : "", verb);
	return rig_ask(r, method, path, body);
}

__attribute__((unused)) static struct sim_call *rig_call(struct rig *r)
{
	return &r->sim->call[r->call % CALL_SLOTS];
}

__attribute__((unused)) static void rig_caller(struct rig *r, struct caller who)
{
	if (!who.name[0])
		snprintf(who.name, sizeof(who.name), "ann");
	if (!who.user[0])
		snprintf(who.number, sizeof(who.number), "+15550100");
	snprintf(who.to, sizeof(who.to), SALES);
	rig_step(r, (struct sim_in){ .kind = SIM_CALL, .caller = &who });
}

__attribute__((unused)) static void rig_active(struct rig *r, struct caller who)
{
	rig_caller(r, who);
	assert_int_equal(rig_verb(r, "POST", "answer", ANSWER), 202);
	rig_run(r, 1000);
	assert_true(rig_call(r)->active);
}

/* The end of the play asked last. */
__attribute__((unused)) static void rig_played(struct rig *r, int status)
{
	rig_step(r, (struct sim_in){ .kind = SIM_PLAYED,
			    .call = r->call,
			    .key = r->plays[(r->n_plays - 1) % 64],
			    .status = status });
}

__attribute__((unused)) static const char *rig_code(struct rig *r)
{
	const char *code = json_string_value(
		json_object_get(json_object_get(r->body, "error"), "code"));

	return code ? code : "";
}

/* Notifications in order, as short words: "incoming establishing ... terminated", "!" before what
 * is deleted, "+" after active media, "#" a tone, "[n]" a roster, "op:status". */
__attribute__((unused)) static void rig_story(struct rig *r, char *out, size_t room)
{
	struct text {
		size_t used;
	} t = { 0 };

	out[0] = '\0';
	for (size_t i = 0; i < r->n_posts; i++) {
		json_t *items = json_object_get(r->post[i].json, "value"), *item;
		size_t k;

		if (r->post[i].legacy)
			t.used += (size_t)snprintf(out + t.used, room - t.used, "legacy ");
		json_array_foreach(items, k, item)
		{
			json_t *d = json_object_get(item, "resourceData");
			const char *state = json_string_value(json_object_get(d, "state"));
			const char *status = json_string_value(json_object_get(d, "status"));
			const char *change = json_string_value(json_object_get(item, "changeType"));
			const char *type = json_string_value(json_object_get(d, "@odata.type"));
			const char *audio = json_string_value(
				json_object_get(json_object_get(d, "mediaState"), "audio"));

			if (json_is_array(d))
				t.used += (size_t)snprintf(
					out + t.used, room - t.used, "[%zu] ", json_array_size(d));
			else if (status)
				t.used += (size_t)snprintf(
					out + t.used, room - t.used, "%.6s:%s ", type + 17, status);
			else
				t.used += (size_t)snprintf(out + t.used, room - t.used, "%s%s%s%s ",
					strcasecmp(change, "deleted") == 0 ? "!" : "",
					state ? state : "-",
					!audio                         ? ""
					: strcmp(audio, "active") == 0 ? "+"
								       : "~",
					json_object_get(d, "toneInfo") ? "#" : "");
			assert_true(t.used < room);
		}
	}
	for (char *p = out; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
}

/* Is word in the story? */
__attribute__((unused)) static bool rig_said(struct rig *r, const char *word)
{
	char story[8192], padded[64], all[8200];

	rig_story(r, story, sizeof(story));
	snprintf(all, sizeof(all), " %s", story);
	snprintf(padded, sizeof(padded), " %s ", word);
	return strstr(all, padded) != NULL;
}

#endif
