/* Subscriptions: their handshake, life and deliveries; call records, and what is encrypted. */
#include "bot/base/text.h"
#include "graph/sim/annex_inside.h"
#include "graph/sim/rich.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "tests/graph/sim/rig.h"

#define RECORDS "communications/callRecords"

/* The rig's clock starts on this day: 2026-09-21T14:13:20Z. */
static void form(struct rig *r, int minutes, const char *more, char *out, size_t room)
{
	char at[32];

	moment_print(annex_unix_ms(r->sim) + (uint64_t)minutes * 60000, at);
	snprintf(out, room,
		"{\"changeType\":\"created,updated\",\"notificationUrl\":\"https://bot/n\","
		"\"resource\":\"/" RECORDS
		"\",\"expirationDateTime\":\"%s\",\"clientState\":\"s\"%s}",
		at, more);
}

static const struct sim_out *sent(struct rig *r)
{
	for (size_t i = r->sim->outs.n; i-- > 0;)
		if (r->sim->outs.item[i].kind == SIM_SEND)
			return &r->sim->outs.item[i];
	return NULL;
}

struct hand {
	const char *name, *type;
	const char *body; /* NULL: the token itself */
	int status;
	uint32_t waited_ms;
	int want;
};

static void shake(struct rig *r, const struct hand *h)
{
	const struct sim_out *o = sent(r);
	char token[128];

	assert_non_null(o);
	assert_int_equal(o->mail, MAIL_HANDSHAKE);
	snprintf(token, sizeof(token), "%s", member_text(o->json, "token"));
	rig_step(r, (struct sim_in){ .kind = SIM_SENT,
			    .key = o->key,
			    .status = h->status,
			    .type = h->type,
			    .waited_ms = h->waited_ms,
			    .body = h->body ? h->body : token });
}

static const struct hand good = { "good", "text/plain", NULL, 200, 100, 201 };
static const struct hand hands[] = {
	{ "as it should be", "text/plain", NULL, 200, 9999, 201 },
	{ "with a charset", "text/plain; charset=utf-8", NULL, 200, 1, 201 },
	{ "as JSON", "application/json", NULL, 200, 1, 400 },
	{ "not decoded", "text/plain", "Validation%3A", 200, 1, 400 },
	{ "with 202", "text/plain", NULL, 202, 1, 400 },
	{ "too late", "text/plain", NULL, 200, 10001, 400 },
	{ "nobody there", NULL, NULL, 0, 1, 400 },
};

static void the_handshake_is_exact(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hands); i++) {
		char body[1024];
		struct rig r;

		rig_open(&r, 1, "");
		form(&r, 60, "", body, sizeof(body));
		rig_ask(&r, "POST", "/v1.0/subscriptions", body);
		assert_int_equal(r.status, 0);
		shake(&r, &hands[i]);
		if (r.status != hands[i].want)
			fail_msg("%s: %d", hands[i].name, r.status);
		rig_close(&r);
	}
}

static const struct {
	const char *name, *more;
	int minutes;
	unsigned roles;
	int status; /* 0: the handshake begins */
} forms[] = {
	{ "the longest", "", 4230, ROLE_ALL, 0 },
	{ "too long", "", 4231, ROLE_ALL, 400 },
	{ "over", "", 0, ROLE_ALL, 400 },
	{ "no right", "", 60, ROLE_ALL & ~(unsigned)ROLE_RECORDS, 403 },
	{ "an unknown member", ",\"loud\":1", 60, ROLE_ALL, 400 },
	{ "lifecycle without TLS", ",\"lifecycleNotificationUrl\":\"http://bot/l\"", 60, ROLE_ALL,
		400 },
	{ "rich without a certificate",
		",\"includeResourceData\":true,\"encryptionCertificateId\":\"1\"", 60, ROLE_ALL,
		400 },
};

static void forms_are_checked(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		char body[1024];
		struct rig r;

		rig_open(&r, 1, "");
		r.roles = forms[i].roles;
		form(&r, forms[i].minutes, forms[i].more, body, sizeof(body));
		rig_ask(&r, "POST", "/v1.0/subscriptions", body);
		if (r.status != forms[i].status)
			fail_msg("%s: %d %s", forms[i].name, r.status, rig_code(&r));
		rig_close(&r);
	}
}

static void subscribe(struct rig *r, const char *more, char path[128])
{
	char body[1024];

	form(r, 60, more, body, sizeof(body));
	rig_ask(r, "POST", "/v1.0/subscriptions", body);
	shake(r, &good);
	if (more[0])
		shake(r, &good);
	assert_int_equal(r->status, 201);
	snprintf(path, 128, "/v1.0/subscriptions/%s", member_text(r->body, "id"));
}

static void a_subscription_lives_and_ends(void **state)
{
	char path[128], again[160], renew[128], at[32];
	struct rig r;

	(void)state;
	rig_open(&r, 1, "");
	subscribe(&r, "", path);
	assert_int_equal(rig_ask(&r, "GET", path, NULL), 200);
	r.now += 59 * 60000;
	assert_int_equal(rig_ask(&r, "GET", path, NULL), 200);
	moment_print(annex_unix_ms(r.sim) + 120 * 60000, at);
	snprintf(renew, sizeof(renew), "{\"expirationDateTime\":\"%s\"}", at);
	assert_int_equal(rig_ask(&r, "PATCH", path, renew), 200);
	snprintf(again, sizeof(again), "%s/reauthorize", path);
	assert_int_equal(rig_ask(&r, "POST", again, NULL) / 100, 2);
	r.now += 119 * 60000;
	assert_int_equal(rig_ask(&r, "GET", path, NULL), 200);
	r.now += 2 * 60000;
	assert_int_equal(rig_ask(&r, "GET", path, NULL), 404);
	rig_close(&r);
}

static void nobody_sees_anothers_subscriptions(void **state)
{
#define OTHER "99999999-0000-4000-8000-000000000001"
#define THERE "99999999-0000-4000-8000-000000000002"
	static const struct {
		const char *app, *tenant;
		int status;
		size_t n;
	} asks[] = { { APP, TENANT, 200, 1 }, { OTHER, TENANT, 404, 0 }, { APP, THERE, 404, 0 } };
	char path[128];
	struct rig r;

	(void)state;
	rig_open(&r, 1,
		",\"tenants\":[\"" THERE "\"],\"apps\":[{\"app_id\":\"" OTHER
		"\",\"tenants\":[\"" TENANT "\"]}]");
	subscribe(&r, "", path);
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		r.app = asks[i].app;
		r.tenant = asks[i].tenant;
		if (rig_ask(&r, "GET", path, NULL) != asks[i].status)
			fail_msg("%zu: %d", i, r.status);
		assert_int_equal(rig_ask(&r, "GET", "/v1.0/subscriptions", NULL), 200);
		assert_int_equal(json_array_size(json_object_get(r.body, "value")), asks[i].n);
	}
	rig_close(&r);
}

static void lifecycle_goes_to_its_own_address(void **state)
{
	char path[128];
	const struct sim_out *o;
	struct rig r;

	(void)state;
	rig_open(&r, 1, "");
	subscribe(&r, ",\"lifecycleNotificationUrl\":\"https://bot/l\"", path);
	assert_int_equal(rig_ask(&r, "POST", "/sim/lifecycle", "{\"event\":\"missed\"}"), 204);
	o = sent(&r);
	assert_non_null(o);
	assert_string_equal(o->text, "https://bot/l");
	assert_int_equal(rig_ask(&r, "POST", "/sim/lifecycle", "{\"event\":\"sung\"}"), 400);
	assert_int_equal(
		rig_ask(&r, "POST", "/sim/lifecycle", "{\"event\":\"subscriptionRemoved\"}"), 204);
	assert_int_equal(rig_ask(&r, "GET", path, NULL), 404);
	rig_close(&r);
}

/* The first SIM_SEND within ms, stepping from timer to timer. */
static const struct sim_out *wait_sent(struct rig *r, uint64_t ms)
{
	uint64_t until = r->now + ms;

	while (sim_deadline_ms(r->sim) <= until) {
		r->now = sim_deadline_ms(r->sim) > r->now ? sim_deadline_ms(r->sim) : r->now;
		rig_step(r, (struct sim_in){ .kind = SIM_TICK });
		if (sent(r))
			return sent(r);
	}
	return NULL;
}

/* Eight times in all; and who takes longer than 2.9 s is booked as slow. */
static void who_never_takes_it_is_left_alone(void **state)
{
	const struct sim_out *o;
	json_t *books, *one;
	char path[128];
	struct rig r;
	int n = 0;

	(void)state;
	rig_open(&r, 1, "");
	rig_active(&r, (struct caller){ .talk_ms = 60000 });
	subscribe(&r, "", path);
	assert_int_equal(rig_verb(&r, "DELETE", "", NULL), 204);
	for (o = wait_sent(&r, 61000); o && n < 20; o = wait_sent(&r, 3000000)) {
		const json_t *item = json_array_get(json_object_get(o->json, "value"), 0);

		n += strcmp(member_text(item, "changeType"), "created") == 0;
		rig_step(&r,
			(struct sim_in){ .kind = SIM_SENT,
				.key = o->key,
				.waited_ms = n == 1 ? 2901 : 2900,
				.status = strcmp(member_text(item, "changeType"), "created") == 0
						  ? 503
						  : 202 });
	}
	assert_int_equal(n, 8);
	books = sim_books(r.sim);
	one = json_array_get(json_object_get(books, "subscriptions"), 0);
	assert_int_equal(json_integer_value(json_object_get(one, "slow")), 1);
	json_decref(books);
	rig_close(&r);
}

static void records_come_late_and_grow(void **state)
{
	char path[128], record[160];
	const struct sim_out *o;
	json_t *item;
	struct rig r;

	(void)state;
	rig_open(&r, 1, "");
	rig_active(&r, (struct caller){ .talk_ms = 60000 });
	snprintf(record, sizeof(record), "/v1.0/" RECORDS "/%s", rig_call(&r)->chain);
	subscribe(&r, "", path);
	assert_int_equal(rig_verb(&r, "DELETE", "", NULL), 204);
	assert_int_equal(rig_ask(&r, "GET", record, NULL), 404);
	o = wait_sent(&r, 70000);
	assert_non_null(o);
	item = json_array_get(json_object_get(o->json, "value"), 0);
	assert_string_equal(member_text(item, "changeType"), "created");
	assert_string_equal(member_text(item, "clientState"), "s");
	assert_string_equal(member_text(item, "tenantId"), TENANT);
	/* Not taken: it comes again. */
	rig_step(&r, (struct sim_in){ .kind = SIM_SENT, .key = o->key, .status = 503 });
	o = wait_sent(&r, 11000);
	assert_non_null(o);
	rig_step(&r, (struct sim_in){ .kind = SIM_SENT, .key = o->key, .status = 202 });
	assert_int_equal(rig_ask(&r, "GET", record, NULL), 200);
	assert_int_equal(json_integer_value(json_object_get(r.body, "version")), 1);
	assert_null(json_object_get(r.body, "sessions"));
	o = wait_sent(&r, 70000);
	assert_non_null(o);
	assert_string_equal(
		member_text(json_array_get(json_object_get(o->json, "value"), 0), "changeType"),
		"updated");
	assert_int_equal(rig_ask(&r, "GET", record, NULL), 200);
	assert_int_equal(json_integer_value(json_object_get(r.body, "version")), 2);
	r.roles = ROLE_ALL & ~(unsigned)ROLE_RECORDS;
	assert_int_equal(rig_ask(&r, "GET", record, NULL), 403);
	rig_close(&r);
}

/* A certificate of our own, as base64, and its key. */
static EVP_PKEY *certificate(char *out)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *x = X509_new();
	uint8_t der[4096], *at = der;
	int n;

	X509_set_pubkey(x, key);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	n = i2d_X509(x, &at);
	EVP_EncodeBlock((uint8_t *)out, der, n);
	X509_free(x);
	return key;
}

static size_t decoded(const json_t *json, const char *name, uint8_t *out)
{
	const char *text = member_text(json, name);
	size_t n = strlen(text), pad = 0;

	while (pad < 2 && n && text[n - 1 - pad] == '=')
		pad++;
	return (size_t)EVP_DecodeBlock(out, (const uint8_t *)text, (int)n) - pad;
}

static void what_is_rich_opens_with_the_key(void **state)
{
	char text[8192], plain[4096];
	EVP_PKEY *key = certificate(text);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	EVP_CIPHER_CTX *open = EVP_CIPHER_CTX_new();
	json_t *content = json_pack("{ss}", "id", "x"), *rich = rich_encrypt(content, text, "7");
	uint8_t secret[512], data[4096], wrapped[1024], mac[64], want[64];
	size_t n_secret = sizeof(secret), n;
	unsigned n_mac = 0;
	int first, last;

	(void)state;
	assert_true(rich_certificate_good(text));
	assert_false(rich_certificate_good("AAAA"));
	assert_non_null(rich);
	n = decoded(rich, "dataKey", wrapped);
	assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING), 1);
	assert_int_equal(EVP_PKEY_decrypt(ctx, secret, &n_secret, wrapped, n), 1);
	assert_int_equal(n_secret, 32);
	n = decoded(rich, "data", data);
	HMAC(EVP_sha256(), secret, 32, data, n, mac, &n_mac);
	assert_int_equal(decoded(rich, "dataSignature", want), 32);
	assert_memory_equal(mac, want, 32);
	EVP_DecryptInit_ex(open, EVP_aes_256_cbc(), NULL, secret, secret);
	EVP_DecryptUpdate(open, (uint8_t *)plain, &first, data, (int)n);
	assert_int_equal(EVP_DecryptFinal_ex(open, (uint8_t *)plain + first, &last), 1);
	plain[first + last] = '\0';
	assert_string_equal(plain, "{\"id\":\"x\"}");
	json_decref(rich);
	json_decref(content);
	EVP_CIPHER_CTX_free(open);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_handshake_is_exact),
		cmocka_unit_test(forms_are_checked),
		cmocka_unit_test(a_subscription_lives_and_ends),
		cmocka_unit_test(lifecycle_goes_to_its_own_address),
		cmocka_unit_test(nobody_sees_anothers_subscriptions),
		cmocka_unit_test(who_never_takes_it_is_left_alone),
		cmocka_unit_test(records_come_late_and_grow),
		cmocka_unit_test(what_is_rich_opens_with_the_key),
	};

	return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
