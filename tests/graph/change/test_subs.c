/* Subscriptions kept alive: a Graph of a few lines on the other side, time by hand. */
#include "graph/change/subs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE_MS UINT64_C(60000)
#define URL "https://cc.example.com/api/notifications/aa"
#define LIFE_MS (4200 * MINUTE_MS)
#define START_UNIX UINT64_C(1795372200000)

static const char tenant_text[] = "84bd8158-6d4d-4958-8b9f-9d6445542f95";

struct world {
	struct subs *subs;
	uint64_t now, unix_ms;
	struct sub_state saved[SUBS_MAX];
	unsigned n_saved;
	struct sub_request r;
	struct why why;
};

static struct guid guid_of(const char *text)
{
	struct guid g;

	assert_int_equal(guid_parse(text, strlen(text), &g), OK);
	return g;
}

static void open_world(struct world *w)
{
	const struct subs_conf conf = { .tenant = guid_of(tenant_text),
		.url = URL,
		.lifecycle_url = "https://cc.example.com/api/lifecycle/aa",
		.url_head = "https://cc.example.com/api/notifications/",
		.graph = "https://graph.microsoft.com",
		.seed = 7 };

	memset(w, 0, sizeof(*w));
	w->now = 1000;
	w->unix_ms = START_UNIX;
	assert_int_equal(subs_new(&conf, &w->subs, NULL), OK);
}

static uint32_t wish(struct world *w, bool rich, const struct sub_state *state)
{
	const struct sub_wish records = { "communications/callRecords", "created,updated", false };
	const struct sub_wish presences = { "communications/presences?$filter=id in ('a')",
		"updated", true };
	uint32_t i;

	assert_int_equal(subs_add(w->subs, rich ? &presences : &records, state, &i, NULL), OK);
	return i;
}

static void save(struct world *w)
{
	struct sub_state state;
	uint32_t i;

	while (subs_unsaved(w->subs, &i, &state)) {
		w->saved[i] = state;
		w->n_saved++;
		subs_saved(w->subs, i);
	}
}

/* The next request is this one. */
static void wants(struct world *w, enum op_kind op)
{
	save(w);
	if (!subs_want(w->subs, w->now, w->unix_ms, &w->r) &&
		subs_deadline_ms(w->subs, w->now, w->unix_ms) <= w->now) {
		save(w); /* time took one away, and its new state comes first */
		(void)subs_want(w->subs, w->now, w->unix_ms, &w->r);
	}
	if (!w->r.attempt)
		fail_msg("nothing wanted; %s expected", op_name(op));
	if (w->r.op != op)
		fail_msg("%s wanted; %s expected", op_name(w->r.op), op_name(op));
}

static void wants_nothing(struct world *w)
{
	save(w);
	if (subs_want(w->subs, w->now, w->unix_ms, &w->r))
		fail_msg("%s wanted; nothing expected", op_name(w->r.op));
}

static enum err answer(struct world *w, int status, const char *body)
{
	const struct sub_answer a = { .end = status ? SUB_ANSWERED : SUB_UNKNOWN,
		.status = status,
		.retry_after_ms = UINT64_MAX,
		.body = body,
		.body_bytes = body ? strlen(body) : 0 };

	w->why.text[0] = '\0';
	return subs_got(w->subs, w->now, w->unix_ms, w->r.attempt, &a, &w->why);
}

static void pass(struct world *w, uint64_t ms)
{
	w->now += ms;
	w->unix_ms += ms;
}

#define SUB1 "7f105c7d-2dc5-4530-97cd-4e7ae6534c07"
#define SUB2 "8f105c7d-2dc5-4530-97cd-4e7ae6534c07"
#define EMPTY_LIST "{\"value\":[]}"
#define MADE(id) "{\"id\":\"" id "\",\"expirationDateTime\":\"2026-11-25T16:30:00Z\"}"
#define LISTED(id, url)                                                                   \
	"{\"id\":\"" id "\",\"resource\":\"/communications/callRecords\",\"changeType\":" \
	"\"created,updated\",\"notificationUrl\":\"" url "\",\"expirationDateTime\":"     \
	"\"2026-11-25T16:30:00Z\"}"

/* Listed, made, alive until 2026-11-25T16:30 (4200 minutes from the start). */
static void make_live(struct world *w)
{
	open_world(w);
	wish(w, false, NULL);
	wants(w, OP_LIST_SUBSCRIPTIONS);
	assert_int_equal(answer(w, 200, EMPTY_LIST), OK);
	wants(w, OP_CREATE_SUBSCRIPTION);
	assert_int_equal(answer(w, 201, MADE(SUB1)), OK);
	wants_nothing(w);
}

static bool is_live(struct world *w)
{
	struct sub_view v;

	subs_view(w->subs, 0, &v);
	return v.live;
}

static void nothing_is_asked_before_its_state_is_durable(void **state)
{
	struct sub_state s;
	struct world w;
	uint32_t i;

	(void)state;
	open_world(&w);
	wish(&w, false, NULL);
	assert_true(subs_unsaved(w.subs, &i, &s));
	assert_int_equal(strlen(s.client_state), 64);
	assert_true(subs_want(w.subs, w.now, w.unix_ms, &w.r)); /* the list does no harm */
	assert_int_equal(w.r.op, OP_LIST_SUBSCRIPTIONS);
	assert_int_equal(answer(&w, 200, EMPTY_LIST), OK);
	assert_false(subs_want(w.subs, w.now, w.unix_ms, &w.r));
	subs_saved(w.subs, i);
	assert_true(subs_want(w.subs, w.now, w.unix_ms, &w.r));
	assert_int_equal(w.r.op, OP_CREATE_SUBSCRIPTION);
	assert_false(w.r.harmless);
	assert_string_equal(w.r.in.subscription->client_state, s.client_state);
	assert_string_equal(w.r.in.subscription->url, URL);
	assert_int_equal(w.r.in.subscription->expires_unix_ms, w.unix_ms + LIFE_MS);
	assert_false(subs_want(w.subs, w.now, w.unix_ms, &w.r)); /* one at a time */
	subs_free(w.subs);
}

static void it_is_renewed_ahead_of_its_end(void **state)
{
	struct world w;
	uint64_t due;

	(void)state;
	make_live(&w);
	assert_true(is_live(&w));
	assert_false(subs_gap(w.subs, 0)); /* the first one misses nothing */
	assert_true(guid_same(w.saved[0].id, guid_of(SUB1)));
	due = subs_deadline_ms(w.subs, w.now, w.unix_ms) - w.now;
	assert_in_range(due, LIFE_MS / 2, LIFE_MS * 2 / 3);
	pass(&w, due - 1);
	wants_nothing(&w);
	pass(&w, 1);
	wants(&w, OP_RENEW_SUBSCRIPTION);
	assert_string_equal(w.r.in.subscription_id, SUB1);
	assert_int_equal(answer(&w, 503, ""), E_REMOTE);
	wants_nothing(&w);
	pass(&w, 5 * MINUTE_MS);
	wants(&w, OP_RENEW_SUBSCRIPTION);
	assert_int_equal(
		answer(&w, 200,
			"{\"id\":\"" SUB1 "\",\"expirationDateTime\":\"2026-11-28T12:00:00Z\"}"),
		OK);
	wants_nothing(&w);
	assert_int_equal(w.saved[0].expires_unix_ms, 1795867200000);
	subs_free(w.subs);
}

static void what_is_lost_is_made_again(void **state)
{
	static const char *const how[] = { "renewed: 404", "removed", "it ended" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(how); i++) {
		char before[SUB_STATE_TEXT];
		struct change c = { .subscription_id = guid_of(SUB1),
			.lifecycle = LIFECYCLE_REMOVED };
		struct world w;

		make_live(&w);
		memcpy(before, w.saved[0].client_state, sizeof(before));
		if (i == 0) {
			pass(&w, LIFE_MS * 2 / 3);
			wants(&w, OP_RENEW_SUBSCRIPTION);
			assert_int_equal(answer(&w, 404, ""), E_ABSENT);
		} else if (i == 1) {
			subs_lifecycle(w.subs, 0, &c, w.now);
		} else {
			pass(&w, LIFE_MS + 1);
		}
		wants(&w, OP_CREATE_SUBSCRIPTION);
		if (strcmp(before, w.r.in.subscription->client_state) == 0)
			fail_msg("%s: the same clientState", how[i]);
		assert_int_equal(strlen(w.r.in.subscription->client_state), 64);
		assert_string_equal(w.saved[0].client_state, w.r.in.subscription->client_state);
		assert_int_equal(answer(&w, 201, "{\"id\":\"" SUB2 "\"}"), OK);
		assert_true(subs_gap(w.subs, 0));
		assert_false(subs_gap(w.subs, 0));
		subs_free(w.subs);
	}
}

static void a_restart_finds_it(void **state)
{
	uint8_t bytes[SUB_RECORD_BYTES];
	struct sub_state back;
	struct world w;
	size_t n;

	(void)state;
	make_live(&w);
	n = subs_state_write(&w.saved[0], bytes);
	subs_free(w.subs);
	assert_int_equal(subs_state_read(bytes, n - 1, &back), E_MALFORMED);
	assert_int_equal(subs_state_read(bytes, n, &back), OK);
	open_world(&w);
	wish(&w, false, &back);
	wants(&w, OP_LIST_SUBSCRIPTIONS);
	assert_int_equal(answer(&w, 200, "{\"value\":[" LISTED(SUB1, URL) "]}"), OK);
	wants_nothing(&w);
	assert_true(is_live(&w));
	assert_int_equal(w.n_saved, 1); /* that it is alive still */
	subs_free(w.subs);

	/* The list does not have it, and neither has Graph. */
	open_world(&w);
	wish(&w, false, &back);
	wants(&w, OP_LIST_SUBSCRIPTIONS);
	assert_int_equal(answer(&w, 200, EMPTY_LIST), OK);
	wants(&w, OP_GET_SUBSCRIPTION);
	assert_int_equal(answer(&w, 404, ""), E_ABSENT);
	wants(&w, OP_CREATE_SUBSCRIPTION);
	subs_free(w.subs);

	/* The list lags; Graph itself has it. */
	open_world(&w);
	wish(&w, false, &back);
	wants(&w, OP_LIST_SUBSCRIPTIONS);
	assert_int_equal(answer(&w, 200, EMPTY_LIST), OK);
	wants(&w, OP_GET_SUBSCRIPTION);
	assert_int_equal(answer(&w, 200, MADE(SUB1)), OK);
	assert_true(is_live(&w));
	subs_free(w.subs);
}

static void an_answer_that_was_lost_is_found_in_the_list(void **state)
{
	struct change c = { .subscription_id = guid_of(SUB1), .client_state = "guess" };
	struct world w;
	uint32_t i;

	(void)state;
	open_world(&w);
	wish(&w, false, NULL);
	wants(&w, OP_LIST_SUBSCRIPTIONS);
	assert_int_equal(answer(&w, 200, EMPTY_LIST), OK);
	wants(&w, OP_CREATE_SUBSCRIPTION);
	assert_int_equal(answer(&w, 0, NULL), E_REMOTE);
	wants(&w, OP_LIST_SUBSCRIPTIONS);
	assert_int_equal(answer(&w, 200, "{\"value\":[" LISTED(SUB1, URL) "]}"), OK);
	wants_nothing(&w);
	assert_true(is_live(&w));
	/* It was another life's: its clientState is not what we believed. */
	assert_int_equal(subs_judge(w.subs, &c, &i, NULL), E_DENIED);
	wants(&w, OP_DELETE_SUBSCRIPTION);
	assert_string_equal(w.r.in.subscription_id, SUB1);
	assert_int_equal(answer(&w, 204, ""), OK);
	wants(&w, OP_CREATE_SUBSCRIPTION);
	/* No answer at all, not even that there is none. */
	pass(&w, SUB_FLIGHT_MS);
	wants(&w, OP_LIST_SUBSCRIPTIONS);
	subs_free(w.subs);
}

static void left_overs_are_deleted_and_others_are_left(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	wish(&w, false, NULL);
	wants(&w, OP_LIST_SUBSCRIPTIONS);
	assert_int_equal(answer(&w, 200,
				 "{\"@odata.nextLink\":\"https://graph.microsoft.com/v1.0/"
				 "subscriptions?p=2\","
				 "\"value\":[" LISTED(SUB1, URL) "," LISTED(SUB2,
					 "https://cc.example.com/api/notifications/old") "]}"),
		OK);
	wants(&w, OP_LIST_SUBSCRIPTIONS);
	assert_string_equal(w.r.in.page, "/v1.0/subscriptions?p=2");
	assert_int_equal(
		answer(&w, 200,
			"{\"@odata.nextLink\":\"https://evil.example/v1.0/subscriptions?p=3\","
			"\"value\":[" LISTED("9f105c7d-2dc5-4530-97cd-4e7ae6534c07",
				"https://elsewhere.example.com/api/notifications/x") "]}"),
		OK);
	wants(&w, OP_DELETE_SUBSCRIPTION);
	assert_string_equal(w.r.in.subscription_id, SUB2);
	assert_int_equal(answer(&w, 404, ""), OK);
	wants_nothing(&w);
	assert_true(is_live(&w)); /* SUB1 is taken over */
	subs_free(w.subs);
}

static void failures_are_told_and_tried_again(void **state)
{
	static const struct {
		const char *name, *body, *told;
		int status;
		enum err want;
		uint64_t rest_min_ms, rest_max_ms;
	} rows[] = {
		{ "no permission", "{\"error\":{\"code\":\"Forbidden\",\"message\":\"x\"}}",
			"CallRecords.Read.All", 403, E_DENIED, MINUTE_MS, MINUTE_MS },
		{ "handshake failed",
			"{\"error\":{\"code\":\"ValidationError\",\"message\":\"timed out\"}}",
			"public_url", 400, E_DENIED, MINUTE_MS, MINUTE_MS },
		{ "throttled", "", "429", 429, E_REMOTE, MINUTE_MS, MINUTE_MS },
		{ "down", "", "503", 503, E_REMOTE, 1, 5 * MINUTE_MS },
		{ "nonsense", "<html>", "", 201, E_REMOTE, 0, MINUTE_MS },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct world w;
		uint64_t rest;

		open_world(&w);
		wish(&w, false, NULL);
		wants(&w, OP_LIST_SUBSCRIPTIONS);
		assert_int_equal(answer(&w, 200, EMPTY_LIST), OK);
		wants(&w, OP_CREATE_SUBSCRIPTION);
		if (answer(&w, rows[i].status, rows[i].body) != rows[i].want ||
			!strstr(w.why.text, rows[i].told))
			fail_msg("%s: %s", rows[i].name, w.why.text);
		rest = subs_deadline_ms(w.subs, w.now, w.unix_ms);
		rest = rest > w.now ? rest - w.now : 0;
		if (rest < rows[i].rest_min_ms || rest > rows[i].rest_max_ms)
			fail_msg("%s rests %llu ms", rows[i].name, (unsigned long long)rest);
		subs_free(w.subs);
	}
}

static void who_may_not_list_goes_on(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	wish(&w, false, NULL);
	wants(&w, OP_LIST_SUBSCRIPTIONS);
	assert_int_equal(answer(&w, 500, ""), E_REMOTE);
	wants_nothing(&w);
	pass(&w, MINUTE_MS);
	wants(&w, OP_LIST_SUBSCRIPTIONS);
	assert_int_equal(answer(&w, 403, ""), E_DENIED);
	wants(&w, OP_CREATE_SUBSCRIPTION);
	subs_free(w.subs);
}

static void graph_asks_for_authorization(void **state)
{
	struct change c = { .subscription_id = guid_of(SUB1), .lifecycle = LIFECYCLE_REAUTHORIZE };
	struct change other = c;
	struct sub_state back;
	struct world w;

	(void)state;
	make_live(&w);
	other.subscription_id = guid_of(SUB2);
	subs_lifecycle(w.subs, 0, &other, w.now);
	wants_nothing(&w);
	subs_lifecycle(w.subs, 0, &c, w.now);
	wants(&w, OP_REAUTHORIZE_SUBSCRIPTION);
	assert_int_equal(answer(&w, 202, ""), OK);
	wants_nothing(&w);
	subs_lifecycle(w.subs, 0, &c, w.now);
	wants(&w, OP_REAUTHORIZE_SUBSCRIPTION);
	assert_int_equal(answer(&w, 404, ""), E_ABSENT);
	wants(&w, OP_CREATE_SUBSCRIPTION);
	subs_free(w.subs);

	/* Right after a restart. */
	make_live(&w);
	back = w.saved[0];
	subs_free(w.subs);
	open_world(&w);
	wish(&w, false, &back);
	subs_lifecycle(w.subs, 0, &c, w.now);
	wants(&w, OP_LIST_SUBSCRIPTIONS);
	assert_int_equal(answer(&w, 200, EMPTY_LIST), OK);
	wants(&w, OP_GET_SUBSCRIPTION);
	assert_int_equal(answer(&w, 200, MADE(SUB1)), OK);
	wants(&w, OP_REAUTHORIZE_SUBSCRIPTION);
	subs_free(w.subs);

	make_live(&w);
	c.lifecycle = LIFECYCLE_MISSED;
	subs_lifecycle(w.subs, 0, &c, w.now);
	assert_true(subs_gap(w.subs, 0));
	subs_free(w.subs);
}

static void client_state_says_whose_it_is(void **state)
{
	struct world w;
	char spoilt[SUB_STATE_TEXT];
	uint32_t i = 9;
	struct change c = { .tenant_id = guid_of(tenant_text) };

	(void)state;
	make_live(&w);
	memcpy(spoilt, w.saved[0].client_state, sizeof(spoilt));
	c.subscription_id = guid_of(SUB1);
	c.client_state = w.saved[0].client_state;
	assert_int_equal(subs_judge(w.subs, &c, &i, NULL), OK);
	assert_int_equal(i, 0);
	spoilt[63] ^= 1;
	c.client_state = spoilt;
	assert_int_equal(subs_judge(w.subs, &c, &i, NULL), E_DENIED);
	spoilt[63] = '\0'; /* a head of it */
	assert_int_equal(subs_judge(w.subs, &c, &i, NULL), E_DENIED);
	c.client_state = "";
	assert_int_equal(subs_judge(w.subs, &c, &i, NULL), E_DENIED);
	c.client_state = w.saved[0].client_state;
	c.tenant_id = guid_of(SUB2);
	assert_int_equal(subs_judge(w.subs, &c, &i, NULL), E_DENIED);
	assert_true(is_live(&w)); /* not adopted: a stranger's noise changes nothing */
	subs_free(w.subs);
}

static void rich_ones_wait_for_a_key_and_follow_it(void **state)
{
	const struct sub_key first = { "k1", "Y2VydDE=" }, second = { "k2", "Y2VydDI=" };
	struct world w;

	(void)state;
	open_world(&w);
	wish(&w, true, NULL);
	wants(&w, OP_LIST_SUBSCRIPTIONS);
	assert_int_equal(answer(&w, 200, EMPTY_LIST), OK);
	wants_nothing(&w);
	subs_key(w.subs, &first);
	wants(&w, OP_CREATE_SUBSCRIPTION);
	assert_string_equal(w.r.in.subscription->certificate, "Y2VydDE=");
	assert_string_equal(w.r.in.subscription->certificate_id, "k1");
	assert_int_equal(answer(&w, 201, "{\"id\":\"" SUB1 "\"}"), OK);
	save(&w);
	assert_string_equal(w.saved[0].key_id, "k1");
	subs_key(w.subs, &second);
	wants(&w, OP_DELETE_SUBSCRIPTION);
	assert_int_equal(answer(&w, 204, ""), OK);
	wants(&w, OP_CREATE_SUBSCRIPTION);
	assert_string_equal(w.r.in.subscription->certificate_id, "k2");
	subs_free(w.subs);
}

#define BOTH "communications/presences?$filter=id in ('a','b')"

/* Graph cannot change a filter: the old one is deleted, and a new one made. */
static void another_resource_in_its_place(void **state)
{
	struct world w;
	struct sub_view v;

	(void)state;
	make_live(&w);
	assert_int_equal(subs_instead(w.subs, 0, "no/such/thing", &w.why), E_MALFORMED);
	assert_true(is_live(&w));
	assert_int_equal(subs_instead(w.subs, 0, BOTH, &w.why), OK);
	assert_false(is_live(&w));
	wants(&w, OP_DELETE_SUBSCRIPTION);
	assert_string_equal(w.r.in.subscription_id, SUB1);
	assert_int_equal(answer(&w, 204, NULL), OK);
	wants(&w, OP_CREATE_SUBSCRIPTION);
	assert_string_equal(w.r.subscription.resource, BOTH);
	/* And again while Graph makes it: what was asked for is nobody's. */
	assert_int_equal(subs_instead(w.subs, 0, "communications/callRecords", &w.why), OK);
	assert_int_equal(answer(&w, 201, MADE(SUB2)), E_STALE);
	assert_false(is_live(&w));
	wants(&w, OP_LIST_SUBSCRIPTIONS);
	assert_int_equal(answer(&w, 200, "{\"value\":[" LISTED(SUB2, URL) "]}"), OK);
	subs_view(w.subs, 0, &v);
	assert_string_equal(v.resource, "communications/callRecords");
	subs_free(w.subs);
}

static void limits_and_strangers(void **state)
{
	const struct sub_wish unknown = { "users/1/messages", "created", false };
	const struct sub_wish known = { "/communications/callRecords", "created", false };
	struct world w;
	uint32_t i;

	(void)state;
	open_world(&w);
	wants_nothing(&w); /* without a wish there is nothing to do */
	assert_int_equal(subs_deadline_ms(w.subs, w.now, w.unix_ms), UINT64_MAX);
	assert_int_equal(subs_add(w.subs, &unknown, NULL, &i, NULL), E_MALFORMED);
	subs_forget(w.subs, &(struct sub_state){ .expires_unix_ms = 1 });
	wants_nothing(&w);
	subs_forget(w.subs, &(struct sub_state){ .id = guid_of(SUB2) });
	wants(&w, OP_DELETE_SUBSCRIPTION);
	assert_int_equal(answer(&w, 204, ""), OK);
	wants_nothing(&w);
	/* One more is doomed while a delete is under way: both go. */
	subs_forget(w.subs, &(struct sub_state){ .id = guid_of(SUB1) });
	wants(&w, OP_DELETE_SUBSCRIPTION);
	subs_forget(w.subs, &(struct sub_state){ .id = guid_of(SUB2) });
	assert_int_equal(answer(&w, 204, ""), OK);
	wants(&w, OP_DELETE_SUBSCRIPTION);
	assert_string_equal(w.r.in.subscription_id, SUB2);
	assert_int_equal(answer(&w, 204, ""), OK);
	wants_nothing(&w);
	for (uint32_t n = 0; n < SUBS_MAX; n++)
		assert_int_equal(subs_add(w.subs, &known, NULL, &i, NULL), OK);
	assert_int_equal(subs_add(w.subs, &known, NULL, &i, NULL), E_LIMIT);
	w.r.attempt = 77;
	assert_int_equal(answer(&w, 200, ""), E_STALE);
	subs_free(w.subs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_asked_before_its_state_is_durable),
		cmocka_unit_test(it_is_renewed_ahead_of_its_end),
		cmocka_unit_test(what_is_lost_is_made_again),
		cmocka_unit_test(a_restart_finds_it),
		cmocka_unit_test(an_answer_that_was_lost_is_found_in_the_list),
		cmocka_unit_test(left_overs_are_deleted_and_others_are_left),
		cmocka_unit_test(failures_are_told_and_tried_again),
		cmocka_unit_test(who_may_not_list_goes_on),
		cmocka_unit_test(graph_asks_for_authorization),
		cmocka_unit_test(client_state_says_whose_it_is),
		cmocka_unit_test(rich_ones_wait_for_a_key_and_follow_it),
		cmocka_unit_test(another_resource_in_its_place),
		cmocka_unit_test(limits_and_strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
