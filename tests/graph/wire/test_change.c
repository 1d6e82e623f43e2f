/* Change notifications, answers about subscriptions, call records and moments, in rows. */
#include "graph/wire/change.h"

#include "bot/base/text.h"
#include "graph/wire/datetime.h"
#include "graph/wire/record.h"
#include "graph/wire/subscription.h"
#include "tests/graph/wire/files.h"

#include <stdbool.h>

#define ID "\"subscriptionId\":\"7F105C7D-2DC5-4530-97CD-4E7AE6534C07\""
#define TENANT_MEMBER "\"tenantId\":\"84bd8158-6d4d-4958-8b9f-9d6445542f95\""

static struct changes got;

static void decode(const char *body)
{
	struct why why;

	if (changes_decode(body, strlen(body), &got, &why) != OK)
		fail_msg("%s (%d:%d)", why.text, got.line, got.column);
}

static void a_plain_change_is_read_whole(void **state)
{
	const struct change *c = &got.item[0];
	struct guid id;
	char entity[NOTE_ID_MAX];

	(void)state;
	decode("{\"value\":[{" ID "," TENANT_MEMBER
	       ",\"subscriptionExpirationDateTime\":\"2026-11-22T18:30:00.1234567Z\","
	       "\"changeType\":\"Created\",\"resource\":\"communications/callRecords/r-1\","
	       "\"clientState\":\"s3\\u0063ret\",\"lifecycleEvent\":null,"
	       "\"resourceData\":{\"@odata.type\":\"#microsoft.graph.callrecord\","
	       "\"@odata.id\":\"communications/callRecords/r-1\",\"id\":\"r-2\"}}],"
	       "\"validationTokens\":null}");
	assert_int_equal(got.n, 1);
	assert_int_equal(got.n_tokens, 0);
	assert_int_equal(guid_parse("7f105c7d-2dc5-4530-97cd-4e7ae6534c07", 36, &id), OK);
	assert_true(guid_same(c->subscription_id, id));
	assert_false(guid_is_none(c->tenant_id));
	assert_int_equal(c->change, CHANGE_CREATED);
	assert_int_equal(c->lifecycle, LIFECYCLE_NONE);
	assert_int_equal(c->expires_unix_ms, 1795372200123);
	assert_string_equal(c->client_state, "s3cret");
	assert_string_equal(c->data_type, "callrecord");
	assert_false(c->is_encrypted);
	assert_true(change_entity_id(c, entity));
	assert_string_equal(entity, "r-2");
}

static void lifecycle_and_rich_items_stand_in_one_body(void **state)
{
	(void)state;
	decode("{\"value\":[{" ID ",\"lifecycleEvent\":\"reauthorizationRequired\"},"
	       "{" ID ",\"lifecycleEvent\":\"subscriptionRemoved\"},{" ID
	       ",\"lifecycleEvent\":\"missed\"},{" ID ",\"lifecycleEvent\":\"somethingNew\"},"
	       "{\"subscriptionId\":\"not-a-guid\",\"changeType\":\"updated\","
	       "\"encryptedContent\":{\"data\":\"ZGF0YQ==\",\"dataSignature\":\"c2ln\","
	       "\"dataKey\":\"a2V5\",\"encryptionCertificateId\":\"k1\","
	       "\"encryptionCertificateThumbprint\":\"AB\"}}],"
	       "\"validationTokens\":[\"a.b.c\",\"d.e.f\"]}");
	assert_int_equal(got.n, 5);
	assert_int_equal(got.item[0].lifecycle, LIFECYCLE_REAUTHORIZE);
	assert_int_equal(got.item[1].lifecycle, LIFECYCLE_REMOVED);
	assert_int_equal(got.item[2].lifecycle, LIFECYCLE_MISSED);
	assert_int_equal(got.item[3].lifecycle, LIFECYCLE_OTHER);
	assert_true(guid_is_none(got.item[4].subscription_id));
	assert_true(got.item[4].is_encrypted);
	assert_string_equal(got.item[4].encrypted.data, "ZGF0YQ==");
	assert_string_equal(got.item[4].encrypted.certificate_id, "k1");
	assert_int_equal(got.n_tokens, 2);
	assert_string_equal(got.token[1], "d.e.f");
	assert_string_equal(got.item[0].client_state, "");
}

static void what_is_no_collection_is_refused(void **state)
{
	static const struct {
		const char *name, *body, *wanted;
	} rows[] = {
		{ "empty", "", "too early" },
		{ "an array", "[]", "the body is an array" },
		{ "no value", "{\"validationTokens\":[]}", "without a value" },
		{ "value is text", "{\"value\":\"x\"}", "value is a string" },
		{ "an item is a number", "{\"value\":[7]}", "value[0] is a number" },
		{ "id is a number", "{\"value\":[{\"subscriptionId\":7}]}", "subscriptionId" },
		{ "clientState is an object", "{\"value\":[{\"clientState\":{}}]}", "clientState" },
		{ "a token is null", "{\"value\":[],\"validationTokens\":[null]}",
			"validationTokens[0]" },
		{ "half of encryptedContent",
			"{\"value\":[{\"encryptedContent\":{\"data\":\"ZA==\"}}]}",
			"has no dataSignature" },
		{ "a member twice", "{\"value\":[],\"value\":[]}", "twice" },
		{ "something behind", "{\"value\":[]}x", "behind" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct why why = { .text = "" };

		if (changes_decode(rows[i].body, strlen(rows[i].body), &got, &why) != E_MALFORMED ||
			!strstr(why.text, rows[i].wanted) || got.line < 1)
			fail_msg("%s: \"%s\"", rows[i].name, why.text);
	}
}

static char *many(const char *head, const char *one, size_t n, const char *tail)
{
	size_t size = strlen(head) + n * (strlen(one) + 1) + strlen(tail) + 1;
	char *at = calloc(1, size);
	struct text t;

	assert_non_null(at);
	t = text_of(at, size);
	text_add(&t, "%s", head);
	for (size_t i = 0; i < n; i++)
		text_add(&t, "%s%s", i ? "," : "", one);
	text_add(&t, "%s", tail);
	assert_false(t.cut);
	return at;
}

static void limits_are_answers(void **state)
{
	const struct {
		const char *head, *one, *tail;
		size_t most;
	} rows[] = {
		{ "{\"value\":[", "{}", "]}", CHANGES_MAX },
		{ "{\"value\":[],\"validationTokens\":[", "\"x\"", "]}", CHANGE_TOKENS_MAX },
	};
	char *state_text;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *fits = many(rows[i].head, rows[i].one, rows[i].most, rows[i].tail);
		char *more = many(rows[i].head, rows[i].one, rows[i].most + 1, rows[i].tail);

		assert_int_equal(changes_decode(fits, strlen(fits), &got, NULL), OK);
		assert_int_equal(changes_decode(more, strlen(more), &got, NULL), E_LIMIT);
		free(fits);
		free(more);
	}
	state_text = many("{\"value\":[{\"clientState\":\"", "xxxxxxxxxxxxxxx", 16, "\"}]}");
	assert_int_equal(changes_decode(state_text, strlen(state_text), &got, NULL), OK);
	free(state_text);
	state_text = many("{\"value\":[{\"clientState\":\"", "xxxxxxxxxxxxxxxx", 16, "\"}]}");
	assert_int_equal(changes_decode(state_text, strlen(state_text), &got, NULL), E_LIMIT);
	free(state_text);
}

static void an_entity_is_found_in_the_resource(void **state)
{
	static const struct {
		const char *resource, *id;
	} rows[] = {
		{ "communications/callRecords/abc", "abc" },
		{ "/communications/callRecords('abc')", "abc" },
		{ "communications/callRecords/abc?x=1", "abc" },
		{ "communications/callRecords('')", NULL },
		{ "communications/callRecords/", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct change c = { .resource = rows[i].resource, .data_id = "" };
		char id[NOTE_ID_MAX] = "";
		bool is = change_entity_id(&c, id);

		if (is != (rows[i].id != NULL) || (is && strcmp(id, rows[i].id) != 0))
			fail_msg("%s gave \"%s\"", rows[i].resource, id);
	}
}

static void moments_are_read_and_printed(void **state)
{
	static const struct {
		const char *text;
		bool is;
		uint64_t ms;
	} rows[] = {
		{ "1970-01-01T00:00:00Z", true, 0 },
		{ "2000-02-29T12:34:56.789Z", true, 951827696789 },
		{ "2026-11-22T18:30:00Z", true, 1795372200000 },
		{ "2026-11-22T19:30:00+01:00", true, 1795372200000 },
		{ "2026-11-22T13:00:00-05:30", true, 1795372200000 },
		{ "2026-11-22t18:30z", true, 1795372200000 },
		{ "2026-11-22T18:30:00.1234567Z", true, 1795372200123 },
		{ "9999-12-31T23:59:59.999Z", true, 253402300799999 },
		{ "0001-01-01T00:00:00Z", false, 0 },
		{ "2026-02-29T00:00:00Z", false, 0 },
		{ "2026-13-01T00:00:00Z", false, 0 },
		{ "2026-00-01T00:00:00Z", false, 0 },
		{ "2026-11-22T24:00:00Z", false, 0 },
		{ "2026-11-22T18:30:00.Z", false, 0 },
		{ "2026-11-22T18:30:00", false, 0 },
		{ "2026-11-22T18:30:00Zx", false, 0 },
		{ "2026-11-22", false, 0 },
		{ "", false, 0 },
	};
	char text[DATETIME_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t ms = 7;

		if (datetime_read(rows[i].text, &ms) != rows[i].is || ms != rows[i].ms)
			fail_msg("%s gave %llu", rows[i].text, (unsigned long long)ms);
	}
	/* Each day of two cycles of leap years, there and back. */
	for (uint64_t day = 0; day < 2 * 146097; day++) {
		uint64_t at = day * 86400000 + day % 86400000, back;

		datetime_print(at, text);
		if (!datetime_read(text, &back) || back != at)
			fail_msg("day %llu: %s", (unsigned long long)day, text);
	}
	datetime_print(UINT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59.999Z");
}

static void subscriptions_are_read(void **state)
{
	static const char one[] =
		"{\"@odata.context\":\"x\","
		"\"id\":\"7f105c7d-2dc5-4530-97cd-4e7ae6534c07\","
		"\"resource\":\"communications/callRecords\",\"changeType\":\"created,updated\","
		"\"clientState\":null,\"notificationUrl\":\"https://a/b\","
		"\"expirationDateTime\":\"2026-11-22T18:30:00Z\",\"encryptionCertificateId\":null}";
	static struct subscriptions list;
	struct subscription s;
	char *text = many("{\"@odata.nextLink\":\"https://g/v1.0/subscriptions?$skiptoken=1\","
			  "\"value\":[",
		one, 2, "]}");
	char *more = many("{\"value\":[", one, SUBSCRIPTIONS_MAX + 1, "]}");

	(void)state;
	assert_int_equal(subscription_decode(one, strlen(one), &s, NULL), OK);
	assert_string_equal(s.change_type, "created,updated");
	assert_string_equal(s.url, "https://a/b");
	assert_int_equal(s.expires_unix_ms, 1795372200000);
	assert_int_equal(subscription_decode("{\"id\":\"x\"}", 10, &s, NULL), E_MALFORMED);
	assert_int_equal(subscription_decode("", 0, &s, NULL), E_MALFORMED);
	assert_int_equal(subscriptions_decode(text, strlen(text), &list, NULL), OK);
	assert_int_equal(list.n, 2);
	assert_string_equal(list.next_link, "https://g/v1.0/subscriptions?$skiptoken=1");
	assert_int_equal(subscriptions_decode(more, strlen(more), &list, NULL), E_LIMIT);
	assert_int_equal(subscriptions_decode("{}", 2, &list, NULL), E_MALFORMED);
	free(text);
	free(more);
}

static void a_call_record_is_read(void **state)
{
	static struct call_record r;
	size_t n;
	char *text = file_read("tests/fuzz/corpus/record/group.json", &n);
	struct why why;

	(void)state;
	assert_non_null(text);
	if (record_decode(text, n, &r, &why) != OK)
		fail_msg("%s", why.text);
	free(text);
	assert_string_equal(r.id, "e523d2ed-2966-4b6b-925b-754a88034cc5");
	assert_false(guid_is_none(r.guid));
	assert_int_equal(r.version, 2);
	assert_int_equal(r.type, RECORD_GROUP_CALL);
	assert_int_equal(r.modalities, MODALITY_AUDIO | MODALITY_SCREEN);
	assert_int_equal(r.start_unix_ms, 1795372200000);
	assert_int_equal(r.end_unix_ms, 1795372325500);
	assert_int_equal(r.organizer.kind, PARTY_PHONE);
	assert_int_equal(r.n_parties, 3);
	assert_int_equal(r.party[0].kind, PARTY_PHONE);
	assert_string_equal(r.party[0].id, "+15550123");
	assert_int_equal(r.party[2].kind, PARTY_APPLICATION_INSTANCE);
	assert_int_equal(r.n_sessions, 2);
	assert_int_equal(r.session[0].caller.kind, PARTY_PHONE);
	assert_int_equal(r.session[0].callee.kind, PARTY_NONE);
	assert_int_equal(r.session[0].failure.stage, STAGE_NONE);
	assert_int_equal(r.session[1].n_segments, 2);
	assert_int_equal(r.session[1].failure.stage, STAGE_MIDCALL);
	assert_string_equal(r.failure.reason, "Media connectivity was lost.");
	assert_false(r.more);
}

static void a_small_record_and_none(void **state)
{
	static struct call_record r;
	static const struct {
		const char *body;
		enum err want;
	} rows[] = {
		{ "{\"id\":\"a\",\"version\":1}", OK },
		{ "{\"id\":\"a\",\"version\":\"12\",\"type\":\"fromTheFuture\"}", OK },
		{ "{\"id\":\"a\",\"version\":1,\"sessions@odata.nextLink\":\"x\"}", OK },
		{ "{\"id\":\"a\"}", E_MALFORMED },
		{ "{\"version\":1}", E_MALFORMED },
		{ "{\"id\":\"a\",\"version\":1,\"sessions\":{}}", E_MALFORMED },
		{ "{\"id\":\"a\",\"version\":1,\"participants\":[1]}", E_MALFORMED },
		{ "{\"id\":\"a\",\"version\":1,\"modalities\":[{}]}", E_MALFORMED },
		{ "[]", E_MALFORMED },
		{ "", E_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (record_decode(rows[i].body, strlen(rows[i].body), &r, NULL) != rows[i].want)
			fail_msg("%s", rows[i].body);
	assert_int_equal(record_decode(rows[2].body, strlen(rows[2].body), &r, NULL), OK);
	assert_true(r.more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_change_is_read_whole),
		cmocka_unit_test(lifecycle_and_rich_items_stand_in_one_body),
		cmocka_unit_test(what_is_no_collection_is_refused),
		cmocka_unit_test(limits_are_answers),
		cmocka_unit_test(an_entity_is_found_in_the_resource),
		cmocka_unit_test(moments_are_read_and_printed),
		cmocka_unit_test(subscriptions_are_read),
		cmocka_unit_test(a_call_record_is_read),
		cmocka_unit_test(a_small_record_and_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
