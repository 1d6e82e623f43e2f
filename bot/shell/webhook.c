/* The routes of the web door: notifications in, prompts out. */
#include "auth/jose/jws.h"
#include "bot/api/api.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/known.h"
#include "bot/shell/relay.h"
#include "bot/shell/voicemail.h"
#include "graph/wire/join.h"
#include "media/prompt/shelf.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* What admit leaves for handle. */
struct scratch {
	struct address at;
	bool keyless; /* the key is being fetched: look again */
};

_Static_assert(sizeof(struct scratch) <= VISIT_SCRATCH_BYTES, "visit scratch is too small");

static void refuse(struct visit *v, int status, const char *text, uint32_t retry_after_s)
{
	visit_answer(v, &(struct answer){ .status = status,
				.content_type = text ? "text/plain" : NULL,
				.body = text,
				.body_bytes = text ? strlen(text) : 0,
				.retry_after_s = retry_after_s });
}

/* The profile is that of the bot whose address was used; its tenants are all it lets in. */
static enum err judge(
	struct shell *s, struct address *at, const char *token, size_t n, struct why *why)
{
	struct claims claims;
	enum err e = keys_verify(s->call_keys, &s->call_profile[at->bot], clock_mono_ms(),
		clock_unix_ms() / 1000, token, n, &claims, why);

	if (e != OK)
		return e;
	at->realm = config_realm(s->conf, at->bot, claims.tid);
	return at->realm == REALM_NONE ? FAIL(why, E_DENIED, "tid is not a tenant of ours") : OK;
}

static void refuse_token(struct visit *v, const struct why *why)
{
	char reason[sizeof(why->text) + 32];

	snprintf(reason, sizeof(reason), "token refused: %s", why->text);
	visit_reason(v, reason);
}

/* The token is judged before the body is read: strangers get no further than this. */
static int admit_call(void *arg, struct visit *v)
{
	struct shell *s = arg;
	struct scratch *scratch = visit_scratch(v);
	const char *header = visit_header(v, "Authorization"), *token;
	struct why why;
	size_t n;
	enum err e;

	if (*visit_rest(v) && !callback_read(s, visit_rest(v), &scratch->at))
		return 404;
	if (visit_header_count(v, "Authorization") != 1) {
		snprintf(why.text, sizeof(why.text), "%u Authorization headers",
			visit_header_count(v, "Authorization"));
		visit_reason(v, why.text);
		return 401;
	}
	e = jws_bearer(header, &token, &n, &why);
	if (e == OK)
		e = judge(s, &scratch->at, token, n, &why);
	scratch->keyless = e == E_STALE;
	if (e == OK || e == E_STALE)
		return 0;
	refuse_token(v, &why);
	return e == E_DENIED ? 401 : 503;
}

static void set_echo(struct waiting *w, struct visit *v)
{
	const char *id = visit_header(v, "X-Microsoft-Skype-Message-ID");
	const char *scenario = visit_header(v, "Scenario-Id");

	w->visit = visit_id(v);
	snprintf(w->message_id, sizeof(w->message_id), "%s", id ? id : "");
	snprintf(w->scenario_id, sizeof(w->scenario_id), "%s", scenario ? scenario : "");
}

static bool other_tenant(const struct note *note, struct guid tid)
{
	struct guid told;

	return note->tenant_id[0] &&
	       guid_parse(note->tenant_id, strlen(note->tenant_id), &told) == OK &&
	       !guid_same(told, tid);
}

/* Who is in a call without reason is let go. */
static void settle(struct shell *s, struct address at, const struct note *note)
{
	struct line *l = at.contact ? line_of(s->lines, at.contact)
				    : line_of_call(s->lines, note->call_id);

	if (l && note->kind == NOTE_ROSTER)
		from_core_settle(s, l);
	if (l && l->state == CALL_TERMINATED)
		relay_close_caller(s, l); /* the contact may live on, waiting to be called back */
	if (at.attempt && note->kind == NOTE_CALL && note->state == CALL_ESTABLISHED &&
		(!l || (!line_ring(l, at.attempt) && !line_waits(l, at.attempt))))
		from_core_orphan(s, at.realm, at.contact, note->call_id);
}

/* A new contact, and a caller we may know. */
static void recognise(struct shell *s, struct to_core *t)
{
	struct guid caller;

	s->last_contact = t->person.contact;
	if (!known_hash(s, &t->person, &caller))
		return;
	assert(t->n < TO_CORE_MAX); /* a call that rings is one event */
	t->event[t->n++] = (struct event){ .kind = EV_CALLER,
		.contact = t->person.contact,
		.attempt = known_agent(s->known, caller, shell_now_ms(s), s->conf),
		.ref = caller };
}

static void take_note(
	struct shell *s, struct address at, const struct notes *notes, const struct note *note)
{
	struct to_core t = { .n = 0 };
	char buf[300], id[16];
	struct text line = TEXT(buf);

	if (other_tenant(note, s->conf->realm[at.realm].tenant))
		t.ignored = "its tenant is not the token's";
	else
		to_core_note(s->conf, s->lines, at, notes, note, s->last_contact + 1, &t);
	if (t.person.contact)
		recognise(s, &t);
	if (t.recorded &&
		voicemail_fetch(s, at, t.recorded, &notes->recording[note->recording - 1]))
		t.n = 0; /* told when it is kept */
	if (t.ignored) {
		note_print(note, &line);
		snprintf(id, sizeof(id), "%u", at.contact);
		log_line(note->fault[0] ? LOG_WARN : LOG_INFO, "door", at.contact ? id : "",
			"%s: %s -> ignored", buf, t.ignored);
	}
	shell_push_all(s, &t);
	settle(s, at, note);
}

/* The status to answer with; 0: when the events are durable; JOINING: with what answers that. */
enum { JOINING = -1 };

static int take_body(
	struct shell *s, struct address at, const char *body, size_t n, const char *peer)
{
	static struct notes notes; /* large; one thread */
	struct why why;
	enum err e;

	if (s->n_batch > BATCH_POST_MAX || s->n_waiting == WAITING_MAX)
		return 503;
	e = notes_decode(body, n, &notes, &why);
	if (e != OK) {
		int status = e == E_LIMIT ? 413 : e == E_SYSTEM ? 503 : 400;

		log_line(LOG_WARN, "door", "", "peer=%s body refused at %d:%d: %s -> %d", peer,
			notes.line, notes.column, why.text, status);
		return status;
	}
	if (notes.legacy) {
		log_line(LOG_INFO, "door", "",
			"peer=%s no commsNotifications: the older first message -> 204", peer);
		return 204;
	}
	for (size_t i = 0; i < notes.n; i++)
		take_note(s, at, &notes, &notes.item[i]);
	OPENSSL_cleanse(notes.recording, notes.n_recordings * sizeof(notes.recording[0]));
	if (notes.n == 1 && notes.item[0].kind == NOTE_JOINING)
		return JOINING;
	/* Even what brought nothing waits with the batch: it may tell again of a call whose first
	 * word is not durable yet. */
	return s->n_batch > 0 ? 0 : 202;
}

/* body: JSON, or NULL. */
static void answer_with(struct shell *s, const struct waiting *w, int status, const char *body)
{
	struct answer a = { .status = status,
		.content_type = body ? "application/json" : NULL,
		.body = body,
		.body_bytes = body ? strlen(body) : 0,
		.retry_after_s = status == 503 ? 1 : 0 };
	size_t n = 0;

	if (w->message_id[0])
		a.extra[n][0] = "Client-Request-Id", a.extra[n++][1] = w->message_id;
	if (w->scenario_id[0])
		a.extra[n][0] = "Scenario-Id", a.extra[n++][1] = w->scenario_id;
	door_answer(s->door, w->visit, &a);
}

static void answer_echo(struct shell *s, const struct waiting *w, int status)
{
	answer_with(s, w, status, NULL);
}

/* A recording bot is asked whether it takes somebody who joins. We record for nobody's policy, and
 * to say yes would have her taken for recorded. */
static void answer_joining(struct shell *s, const struct waiting *w)
{
	char *body;
	struct why why;

	if (join_write(JOIN_REJECT, "none", &body, &why) == OK)
		answer_with(s, w, 200, body);
	else
		answer_echo(s, w, 503);
	free(body);
}

void webhook_committed(struct shell *s)
{
	for (size_t i = 0; i < s->n_waiting; i++)
		answer_echo(s, &s->waiting[i], 202);
	s->n_waiting = 0;
}

static void take(struct shell *s, struct address at, const char *body, size_t n, const char *peer,
	const struct waiting *echo)
{
	int status = take_body(s, at, body, n, peer);

	if (status == JOINING)
		answer_joining(s, echo);
	else if (status)
		answer_echo(s, echo, status);
	else
		s->waiting[s->n_waiting++] = *echo;
}

static void keep_keyless(
	struct shell *s, struct visit *v, const struct scratch *scratch, const struct waiting *echo)
{
	const char *token, *body;
	struct keyless *k;
	size_t n;

	if (s->n_keyless == KEYLESS_MAX ||
		jws_bearer(visit_header(v, "Authorization"), &token, &n, NULL) != OK) {
		answer_echo(s, echo, 503);
		return;
	}
	k = &s->keyless[s->n_keyless];
	*k = (struct keyless){ .visit = visit_id(v),
		.until_ms = clock_mono_ms() + KEYS_WAIT_MS,
		.at = scratch->at,
		.echo = *echo,
		.token_bytes = n };
	body = visit_body(v, &k->body_bytes);
	k->token = strndup(token, n);
	k->body = malloc(k->body_bytes + 1);
	if (!k->token || !k->body)
		abort();
	memcpy(k->body, body, k->body_bytes);
	s->n_keyless++;
}

static void handle_call(void *arg, struct visit *v)
{
	struct shell *s = arg;
	const struct scratch *scratch = visit_scratch(v);
	struct waiting echo;
	const char *body;
	size_t n;

	set_echo(&echo, v);
	if (scratch->keyless) {
		keep_keyless(s, v, scratch, &echo);
		return;
	}
	body = visit_body(v, &n);
	take(s, scratch->at, body, n, visit_peer(v), &echo);
}

/* true: answered or taken, forget it. */
static bool keyless_again(struct shell *s, struct keyless *k, uint64_t now_ms)
{
	struct why why;
	enum err e = judge(s, &k->at, k->token, k->token_bytes, &why);

	if (e == E_STALE && now_ms < k->until_ms)
		return false;
	if (e == OK) {
		take(s, k->at, k->body, k->body_bytes, "(waited for a key)", &k->echo);
		return true;
	}
	log_line(LOG_WARN, "door", "", "token refused after its key was fetched: %s -> %d",
		why.text, e == E_DENIED ? 401 : 503);
	answer_echo(s, &k->echo, e == E_DENIED ? 401 : 503);
	return true;
}

void webhook_keyless(struct shell *s)
{
	uint64_t now = clock_mono_ms();
	size_t kept = 0;

	for (size_t i = 0; i < s->n_keyless; i++) {
		if (keyless_again(s, &s->keyless[i], now)) {
			free(s->keyless[i].token);
			free(s->keyless[i].body);
		} else {
			s->keyless[kept++] = s->keyless[i];
		}
	}
	s->n_keyless = kept;
}

static void handle_prompt(void *arg, struct visit *v)
{
	struct shell *s = arg;
	struct why why;
	uint64_t bytes;
	int fd;
	enum err e = shelf_file(s->shelf, visit_rest(v), &fd, &bytes, &why);

	if (e == OK)
		visit_answer_file(v, fd, bytes, "audio/wav", "public, max-age=31536000, immutable");
	else
		refuse(v, e == E_ABSENT ? 404 : 503, NULL, e == E_ABSENT ? 0 : 1);
}

static void handle_health(void *arg, struct visit *v)
{
	struct shell *s = arg;
	char body[400];
	struct text t = TEXT(body);
	struct ledger ledger;

	centre_ledger(s->centre, &ledger);
	api_health(&ledger, &t);
	visit_answer(v, &(struct answer){ .status = 200,
				.content_type = "application/json",
				.body = body,
				.body_bytes = t.used });
}

static size_t webhook_routes(struct shell *s, struct route *out, size_t n_max)
{
	const struct route routes[] = {
		{ "POST", "/api/calls", admit_call, handle_call, s },
		{ "POST", "/api/calls/*", admit_call, handle_call, s },
		{ "GET", "/prompts/*", NULL, handle_prompt, s },
		{ "GET", "/healthz", NULL, handle_health, s },
	};

	if (n_max < ARRAY_LEN(routes))
		abort();
	memcpy(out, routes, sizeof(routes));
	return ARRAY_LEN(routes);
}

/* Until when the POSTs without a key may wait. */
static uint64_t webhook_deadline_ms(const struct shell *s)
{
	uint64_t due = UINT64_MAX;

	for (size_t i = 0; i < s->n_keyless; i++)
		if (s->keyless[i].until_ms < due)
			due = s->keyless[i].until_ms;
	return due;
}

const struct hand hand_webhook = {
	.run = webhook_keyless, .deadline_ms = webhook_deadline_ms, .routes = webhook_routes
};
