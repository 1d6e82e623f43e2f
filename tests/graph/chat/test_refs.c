/* What is learnt of where people's chats are. */
#include "graph/chat/refs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct guid ada = { { 1 } }, ben = { { 2 } }, cleo = { { 3 } };
enum { DAY_MS = 24 * 3600 * 1000 };
static const uint64_t now = UINT64_C(1795543270500);

static struct chat_activity from(struct guid user, enum activity_scope scope)
{
	struct chat_activity a = { .kind = CHAT_MESSAGE,
		.service_url = "https://smba.trafficmanager.net/emea/",
		.locale = "de-DE",
		.conversation = { .id = "a:1", .scope = scope },
		.from = { .id = "29:1", .user = user, .name = "Ada" } };

	return a;
}

static struct refs_learnt learn(struct refs *rs, const struct chat_activity *a, uint64_t at)
{
	return refs_learn(rs, a, &a->from, at);
}

static void a_personal_chat_is_learnt_once(void **state)
{
	struct refs *rs = refs_new(8);
	struct chat_activity a = from(ada, SCOPE_PERSONAL);
	struct refs_learnt l = learn(rs, &a, now);

	(void)state;
	assert_int_equal(l.place, 0);
	assert_true(l.changed);
	assert_string_equal(refs_at(rs, 0)->conversation_id, "a:1");
	assert_false(learn(rs, &a, now + 1000).changed);
	assert_true(learn(rs, &a, now + DAY_MS).changed);
	snprintf(a.service_url, sizeof(a.service_url), "https://smba.trafficmanager.net/amer/");
	assert_true(learn(rs, &a, now + DAY_MS).changed);
	assert_string_equal(refs_at(rs, 0)->service_url, "https://smba.trafficmanager.net/amer/");
	refs_free(rs);
}

/* The id of a channel's thread is not where she is written to. */
static void a_channel_gives_her_id_and_no_conversation(void **state)
{
	struct refs *rs = refs_new(8);
	struct chat_activity a = from(ada, SCOPE_CHANNEL);

	(void)state;
	assert_true(learn(rs, &a, now).changed);
	assert_string_equal(refs_at(rs, 0)->conversation_id, "");
	assert_string_equal(refs_at(rs, 0)->user_id, "29:1");
	a = from(ada, SCOPE_PERSONAL);
	assert_true(learn(rs, &a, now).changed);
	a = from(ada, SCOPE_CHANNEL);
	snprintf(a.conversation.id, sizeof(a.conversation.id), "19:channel");
	assert_false(learn(rs, &a, now).changed);
	assert_string_equal(refs_at(rs, 0)->conversation_id, "a:1");
	refs_free(rs);
}

static void who_talks_again_is_not_blocked(void **state)
{
	struct refs *rs = refs_new(8);
	struct chat_activity a = from(ada, SCOPE_PERSONAL);
	struct chat_activity added = a;

	(void)state;
	learn(rs, &a, now);
	snprintf(refs_at(rs, 0)->blocked, REF_REASON_MAX, "403");
	added.added[0] = a.from;
	added.n_added = 1;
	/* Somebody added her to a team: she has said nothing. */
	assert_false(refs_learn(rs, &added, &added.added[0], now).changed);
	assert_string_equal(refs_at(rs, 0)->blocked, "403");
	assert_true(learn(rs, &a, now).changed);
	assert_string_equal(refs_at(rs, 0)->blocked, "");
	refs_free(rs);
}

static void nobody_and_the_one_too_many_are_refused(void **state)
{
	struct refs *rs = refs_new(2);
	struct chat_activity a = from((struct guid){ { 0 } }, SCOPE_PERSONAL);

	(void)state;
	assert_int_equal(learn(rs, &a, now).place, UINT32_MAX);
	a = from(ada, SCOPE_PERSONAL);
	assert_int_equal(learn(rs, &a, now).place, 0);
	a = from(ben, SCOPE_PERSONAL);
	assert_int_equal(learn(rs, &a, now).place, 1);
	a = from(cleo, SCOPE_PERSONAL);
	assert_int_equal(learn(rs, &a, now).place, UINT32_MAX);
	assert_true(refs_drop(rs, ada));
	assert_false(refs_drop(rs, ada));
	assert_int_equal(refs_find(rs, ada), UINT32_MAX);
	assert_null(refs_at(rs, 0));
	assert_int_equal(learn(rs, &a, now).place, 0);
	assert_int_equal(refs_find(rs, ben), 1);
	refs_free(rs);
}

static void many_are_found_and_dropped(void **state)
{
	struct refs *rs = refs_new(500);

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (unsigned i = 1; i <= 500; i++) {
			struct chat_ref r = { .user = { { (uint8_t)i, (uint8_t)(i >> 8) } } };

			assert_int_not_equal(refs_put(rs, &r), UINT32_MAX);
		}
		for (unsigned i = 1; i <= 500; i += 2)
			assert_true(
				refs_drop(rs, (struct guid){ { (uint8_t)i, (uint8_t)(i >> 8) } }));
		for (unsigned i = 2; i <= 500; i += 2)
			assert_int_not_equal(
				refs_find(rs, (struct guid){ { (uint8_t)i, (uint8_t)(i >> 8) } }),
				UINT32_MAX);
	}
	refs_free(rs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_personal_chat_is_learnt_once),
		cmocka_unit_test(a_channel_gives_her_id_and_no_conversation),
		cmocka_unit_test(who_talks_again_is_not_blocked),
		cmocka_unit_test(nobody_and_the_one_too_many_are_refused),
		cmocka_unit_test(many_are_found_and_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
