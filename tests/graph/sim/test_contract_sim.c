/*
 * Everything the simulator says against the declared types of Graph v1.0 (tests/graph/csdl.h; what
 * may differ, and why, stands in csdl_tables.h): notifications of calls, change notifications, and
 * the answers to every request, refusals too. A type that was expected and never said fails, and so
 * does an exception that nobody needed. Skipped, and counted as such, without the file of types.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "graph/sim/annex_inside.h"
#include "graph/sim/courier.h"
#include "tests/graph/sim/lives.h"
#include "tests/graph/sim/refusals.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

/* What must have been said, or the lives are poorer than they look. */
static const char *const expected[] = { "call", "participant", "deltaParticipants",
	"recordOperation", "playPromptOperation", "sendDtmfTonesOperation",
	"inviteParticipantsOperation", "startHoldMusicOperation", "stopHoldMusicOperation",
	"subscribeToToneOperation", "cancelMediaProcessingOperation", "muteParticipantOperation",
	"unmuteParticipantOperation", "updateRecordingStatusOperation", "toneInfo",
	"callMediaState", "callTranscriptionInfo", "contentSharingSession",
	"participantJoiningNotification", "participantLeftNotification", "audioRoutingGroup",
	"removedState", "recordingInfo", "callRoute", "incomingContext", "chatInfo", "resultInfo",
	"commsNotifications", "commsNotification", "participantInfo", "identitySet",
	"communicationsIdentitySet", "identity", "subscription", "changeNotificationCollection",
	"changeNotification", "changeNotificationEncryptedContent", "resourceData", "presence",
	"presenceStatusMessage", "itemBody", "outOfOfficeSettings", "user",
	"callRecords.callRecord", "callRecords.organizer", "callRecords.participant",
	"callRecords.session", "callRecords.segment", "callRecords.participantEndpoint",
	"callRecords.serviceEndpoint", "callRecords.serviceUserAgent" };

static void expected_were_said(void)
{
	char name[128];

	for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
		snprintf(name, sizeof(name), "microsoft.graph.%s", expected[i]);
		if (!json_object_get(csdl_met, name))
			text_add(&csdl_told, "no %s was ever said\n", expected[i]);
	}
}

/* ---- beside calls ---- */

static struct entra *issuer;

/* A certificate of the subscriber's, as base64. */
static void certificate(char out[8192])
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *x = X509_new();
	uint8_t der[4096], *at = der;

	X509_set_pubkey(x, key);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	EVP_EncodeBlock((uint8_t *)out, der, i2d_X509(x, &at));
	X509_free(x);
	EVP_PKEY_free(key);
}

/* As it leaves: the rich content is judged before it is encrypted. */
static void change_judge(const struct sim_out *o)
{
	json_t *item;
	size_t i, n = 0;

	json_array_foreach(json_object_get(o->json, "value"), i, item)
	{
		json_t *content = json_object_get(json_object_get(item, "@rich"), "content");
		const char *tag = json_string_value(
			json_object_get(json_object_get(item, "resourceData"), "@odata.type"));

		if (content)
			csdl_entity("what is encrypted", tag + 1, content);
		n += content != NULL;
	}
	courier_dress(issuer, o->json, o->app_id);
	assert_int_equal(json_array_size(json_object_get(o->json, "validationTokens")), n);
	csdl_change("change notification", o->json);
}

/* The bot takes everything. */
static struct sim_in mail_taken(struct rig *r, const struct sim_out *o)
{
	static char token[256];
	struct sim_in in = { .kind = SIM_SENT, .key = o->key, .status = 200 };

	(void)r;
	if (o->mail == MAIL_CHANGE)
		change_judge(o);
	if (o->mail != MAIL_HANDSHAKE)
		return in;
	snprintf(token, sizeof(token), "%s", member_text(o->json, "token"));
	in.type = "text/plain";
	in.body = token;
	return in;
}

static void subscribed(struct rig *r, const char *more, char path[128])
{
	char body[12000], at[32];

	moment_print(annex_unix_ms(r->sim) + 60 * 60000, at);
	snprintf(body, sizeof(body),
		"{\"changeType\":\"created,updated\",\"notificationUrl\":\"https://bot/n\","
		"\"resource\":\"/communications/callRecords\",\"clientState\":\"s\","
		"\"lifecycleNotificationUrl\":\"https://bot/l\",\"expirationDateTime\":"
		"\"%s\"%s}",
		at, more);
	lives_ask(r, "POST", "/v1.0/subscriptions", body);
	assert_int_equal(r->status, 201);
	snprintf(path, 128, "/v1.0/subscriptions/%s", member_text(r->body, "id"));
}

static void subscription_life(struct rig *r, const char *path)
{
	char again[160], body[128], at[32];

	moment_print(annex_unix_ms(r->sim) + 120 * 60000, at);
	snprintf(body, sizeof(body), "{\"expirationDateTime\":\"%s\"}", at);
	snprintf(again, sizeof(again), "%s/reauthorize", path);
	lives_ask(r, "GET", path, NULL);
	lives_ask(r, "GET", "/v1.0/subscriptions", NULL);
	lives_ask(r, "PATCH", path, body);
	lives_ask(r, "POST", again, NULL);
	rig_ask(r, "POST", "/sim/lifecycle", "{\"event\":\"reauthorizationRequired\"}");
	rig_ask(r, "POST", "/sim/lifecycle", "{\"event\":\"missed\"}");
	lives_ask(r, "DELETE", path, NULL);
	rig_ask(r, "POST", "/sim/lifecycle", "{\"event\":\"subscriptionRemoved\"}");
}

static void records_read(struct rig *r, const char *chain)
{
	static const char *const ways[] = { "", "/sessions", "/participants_v2" };
	char path[160];

	lives_ask(r, "GET", "/v1.0/communications/callRecords", NULL);
	r->query = json_pack("{ss}", "$expand", "sessions($expand=segments)");
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		snprintf(path, sizeof(path), "/v1.0/communications/callRecords/%s%s", chain,
			ways[i]);
		lives_ask(r, "GET", path, NULL);
		assert_int_equal(r->status, 200);
	}
	json_decref(r->query);
	r->query = NULL;
}

static void records_and_changes(unsigned seed)
{
	char path[2][128], chain[GUID_TEXT], more[10000], base64[8192];
	struct rig r;

	rig_open(&r, seed, "");
	r.mail = mail_taken;
	certificate(base64);
	snprintf(more, sizeof(more),
		",\"includeResourceData\":true,\"encryptionCertificateId\":\"7\","
		"\"encryptionCertificate\":\"%s\"",
		base64);
	assert_int_equal(entra_new(&r.scn, "https://127.0.0.1:1", &issuer, &(struct why){ 0 }), OK);
	rig_active(&r, (struct caller){ .talk_ms = 60000 });
	memcpy(chain, rig_call(&r)->chain, sizeof(chain));
	subscribed(&r, "", path[0]);
	subscribed(&r, more, path[1]);
	rig_verb(&r, "DELETE", "", NULL);
	rig_run(&r, 200000);
	records_read(&r, chain);
	subscription_life(&r, path[0]);
	rig_close(&r);
	entra_free(issuer);
}

#define STATUS                                                                          \
	"{\"statusMessage\":{\"message\":{\"content\":\"x\",\"contentType\":\"text\"}," \
	"\"expiryDateTime\":{\"dateTime\":\"2026-11-22T17:00:00.0000000\","             \
	"\"timeZone\":\"UTC\"}}}"

static void presences(unsigned seed)
{
	static const struct {
		const char *method, *path, *body;
	} asks[] = {
		{ "GET", "/v1.0/users/" BOB "/presence", NULL },
		{ "GET", "/v1.0/communications/presences/" BOB, NULL },
		{ "POST", "/v1.0/communications/getPresencesByUserId",
			"{\"ids\":[\"" BOB "\",\"" EVE "\"]}" },
		{ "POST", "/v1.0/users/" BOB "/presence/setPresence",
			"{\"sessionId\":\"" APP
			"\",\"availability\":\"Busy\",\"activity\":\"InACall\"}" },
		{ "POST", "/v1.0/users/" BOB "/presence/setStatusMessage", STATUS },
		{ "GET", "/v1.0/users/" BOB "/presence", NULL },
		{ "POST", "/v1.0/users/" BOB "/presence/clearPresence",
			"{\"sessionId\":\"" APP "\"}" },
	};
	struct rig r;

	rig_open(&r, seed, PEOPLE);
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		lives_ask(&r, asks[i].method, asks[i].path, asks[i].body);
		if (r.status != 200)
			fail_msg("%s: %d", asks[i].path, r.status);
	}
	r.bearer = (struct sim_bearer){ .verdict = BEARER_GOOD, .tenant = TENANT, .app_id = APP };
	snprintf(r.bearer.user, sizeof(r.bearer.user), BOB);
	lives_ask(&r, "GET", "/v1.0/me", NULL);
	assert_int_equal(r.status, 200);
	rig_close(&r);
}

#define TOAST                                                                        \
	"{\"topic\":{\"source\":\"text\",\"value\":\"v\",\"webUrl\":\"https://b\"}," \
	"\"activityType\":\"callWaiting\"}"

static void toasts(unsigned seed)
{
	static const char path[] = "/v1.0/users/" BOB "/teamwork/sendActivityNotification";
	struct rig r;

	rig_open(&r, seed, ",\"messages\":\"https://bot/m\"" PEOPLE);
	r.mail = mail_taken;
	lives_ask(&r, "POST", path, TOAST);
	assert_int_equal(r.status, 403);
	rig_ask(&r, "POST", "/sim/chat", "{\"user\":\"" BOB "\",\"do\":\"install\"}");
	lives_ask(&r, "POST", path, TOAST);
	assert_int_equal(r.status, 204);
	rig_close(&r);
}

/* Page after page, each a list of participants. */
static void pages(unsigned seed)
{
	char path[160];
	struct rig r;

	rig_open(&r, seed, PEOPLE ",\"roster_page\":2");
	assert_int_equal(rig_ask(&r, "POST", CALLS, GROUP), 201);
	rig_run(&r, 5000);
	snprintf(path, sizeof(path), CALLS "/%s/participants", rig_call(&r)->id_text);
	lives_ask(&r, "GET", path, NULL);
	assert_true(json_is_string(json_object_get(r.body, "@odata.nextLink")));
	r.query = json_pack("{ss}", "$skiptoken", "2");
	lives_ask(&r, "GET", path, NULL);
	assert_int_equal(json_array_size(json_object_get(r.body, "value")), 1);
	json_decref(r.query);
	rig_close(&r);
}

/* ---- tests ---- */

static void everything_said_is_declared(void **state)
{
	static const int statuses[] = { 400, 401, 403, 404, 405, 409, 429, 500, 503 };

	(void)state;
	csdl_begin();
	csdl_met = json_object();
	for (unsigned seed = 1; seed <= 16; seed++) {
		incoming(seed);
		outgoing(seed);
		refused_and_redirected(seed);
		presences(seed);
		pages(seed);
		toasts(seed);
	}
	records_and_changes(1);
	records_and_changes(2);
	refusals_beside_calls();
	refusals_of_calls();
	refusals_of_the_weather();
	expected_were_said();
	csdl_unused(CSDL_SAID);
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		if (!refused[statuses[i]])
			text_add(&csdl_told, "nothing was refused with %d\n", statuses[i]);
	json_decref(csdl_met);
	csdl_met = NULL;
	if (csdl_told.used)
		fail_msg("\n%s", csdl_faults);
	assert_in_range(csdl_judged, 5000, 10000000);
}

enum how { NOTE, CHANGE, REPLY, ERROR };

static const struct {
	const char *name;
	enum how how;
	const char *body;
} planted[] = {
	{ "an operation without status", NOTE,
		"{\"value\":[{\"changeType\":\"updated\",\"resourceUrl\":\"/"
		"x\",\"resourceData\":{\"@odata.type\":\"#microsoft.graph."
		"playPromptOperation\",\"id\":\"1\"}}]}" },
	{ "no member of its enum", NOTE,
		"{\"value\":[{\"changeType\":\"updated\",\"resourceUrl\":\"/"
		"x\",\"resourceData\":{\"@odata.type\":\"#microsoft.graph."
		"playPromptOperation\",\"id\":\"1\",\"status\":\"done\"}}]}" },
	{ "a number as text", NOTE,
		"{\"value\":[{\"changeType\":\"updated\",\"resourceUrl\":\"/"
		"x\",\"resourceData\":{\"@odata.type\":\"#microsoft.graph.toneInfo\","
		"\"sequenceId\":\"1\",\"tone\":\"tone1\"}}]}" },
	{ "an unknown member", NOTE,
		"{\"value\":[{\"changeType\":\"updated\",\"resourceUrl\":\"/"
		"x\",\"resourceData\":{\"@odata.type\":\"#microsoft.graph.toneInfo\","
		"\"sequenceId\":1,\"tone\":\"tone1\",\"x\":1}}]}" },
	{ "an unknown type", NOTE,
		"{\"value\":[{\"changeType\":\"updated\",\"resourceUrl\":\"/"
		"x\",\"resourceData\":{\"@odata.type\":\"#microsoft.graph.nothing\"}}]}" },
	{ "no type", NOTE,
		"{\"value\":[{\"changeType\":\"updated\",\"resourceUrl\":\"/"
		"x\",\"resourceData\":{\"id\":\"1\"}}]}" },
	{ "of nothing", NOTE, "{\"value\":[{\"changeType\":\"updated\"}]}" },
	{ "null for what may not be", NOTE,
		"{\"value\":[{\"changeType\":\"updated\",\"resourceUrl\":\"/"
		"x\",\"resourceData\":{\"@odata.type\":\"#microsoft.graph."
		"playPromptOperation\",\"id\":null,\"status\":\"completed\"}}]}" },
	{ "a roster of half participants", NOTE,
		"{\"value\":[{\"changeType\":\"updated\",\"resourceUrl\":\"/"
		"x\",\"resourceData\":[{\"id\":\"1\"}]}]}" },
	{ "a tag of another family", NOTE,
		"{\"value\":[{\"changeType\":\"updated\",\"resourceUrl\":\"/"
		"x\",\"resourceData\":{\"@odata.type\":\"#microsoft.graph.call\","
		"\"mediaState\":{\"@odata.type\":\"#microsoft.graph.toneInfo\","
		"\"sequenceId\":1,\"tone\":\"tone1\"}}}]}" },
	{ "a change of nothing", CHANGE,
		"{\"value\":[{\"changeType\":\"updated\",\"subscriptionId\":\"1\","
		"\"subscriptionExpirationDateTime\":\"2026-11-22T10:00:00Z\",\"tenantId\":"
		"\"1\"}]}" },
	{ "a change and a lifecycle event", CHANGE,
		"{\"value\":[{\"changeType\":\"updated\",\"resource\":\"x\","
		"\"lifecycleEvent\":\"missed\",\"subscriptionId\":\"1\","
		"\"subscriptionExpirationDateTime\":\"2026-11-22T10:00:00Z\",\"tenantId\":"
		"\"1\"}]}" },
	{ "half of what is encrypted", CHANGE,
		"{\"value\":[{\"changeType\":\"updated\",\"resource\":\"x\","
		"\"encryptedContent\":{\"data\":\"x\"},\"subscriptionId\":\"1\","
		"\"subscriptionExpirationDateTime\":\"2026-11-22T10:00:00Z\",\"tenantId\":"
		"\"1\"}]}" },
	{ "tokens that are none", CHANGE, "{\"validationTokens\":[1],\"value\":[]}" },
	{ "a presence without id", REPLY, "{\"value\":[{\"availability\":\"Away\"}]}" },
	{ "a presence of an unknown kind", REPLY,
		"{\"value\":[{\"id\":\"1\",\"mood\":\"good\"}]}" },
	{ "a page without value", REPLY, "{\"presences\":[]}" },
	{ "a refusal without code", ERROR, "{\"error\":{\"message\":\"no\"}}" },
	{ "a refusal without message", ERROR, "{\"error\":{\"code\":\"no\"}}" },
	{ "a refusal of another shape", ERROR, "{\"message\":\"no\"}" },
};

/* The judge itself: a planted fault of each kind is found. */
static void planted_faults_are_found(void **state)
{
	static const char list[] = "/v1.0/communications/getPresencesByUserId";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(planted); i++) {
		json_t *body = json_loads(planted[i].body, 0, NULL);

		assert_non_null(body);
		csdl_begin();
		if (planted[i].how == NOTE)
			csdl_notification(planted[i].name, CSDL_NOTE, body);
		else if (planted[i].how == CHANGE)
			csdl_change(planted[i].name, body);
		else if (planted[i].how == REPLY)
			csdl_reply(planted[i].name, "POST", list, body);
		else
			csdl_error(planted[i].name, body);
		if (!csdl_told.used)
			fail_msg("%s passes", planted[i].name);
		json_decref(body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_said_is_declared),
		cmocka_unit_test(planted_faults_are_found),
	};
	const char *names[ARRAY_LEN(tests)];
	int failed;

	for (size_t i = 0; i < ARRAY_LEN(tests); i++)
		names[i] = tests[i].name;
	failed = csdl_load() ? cmocka_run_group_tests(tests, NULL, NULL)
			     : csdl_skip(names, ARRAY_LEN(names));
	csdl_free();
	return failed;
}
