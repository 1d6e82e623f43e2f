/* Ordered sets and rows of masks, at sizes that have many levels, beside a plain array. */
#include "bot/core/masks.h"
#include "bot/core/race.h"
#include "bot/core/tree.h"

#include "bot/base/err.h"
#include "bot/base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { NODES = 700, ROUNDS = 20000, WORDS = 2000 };

static struct tree_node node[NODES + 1];
static bool in[NODES + 1];

static bool before(uint32_t a, uint32_t b)
{
	return node[a].key != node[b].key ? node[a].key < node[b].key : node[a].tie < node[b].tie;
}

static uint32_t scan(uint64_t mask)
{
	uint32_t best = 0;

	for (uint32_t id = 1; id <= NODES; id++)
		if (in[id] && node[id].own & mask && (!best || before(id, best)))
			best = id;
	return best;
}

static void a_set_is_a_sorted_array(void **state)
{
	struct rng rng = { 7 };
	uint32_t root = 0, n, depth, deepest = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t id = 1 + (uint32_t)rng_below(&rng, NODES);
		uint64_t mask = (uint64_t)1 << rng_below(&rng, 6);

		if (in[id] && rng_below(&rng, 3) == 0) {
			tree_mark(node, id, mask * rng_below(&rng, 2));
		} else if (in[id] && rng_below(&rng, 2) == 0) {
			tree_remove(node, &root, id);
			in[id] = false;
		} else if (!in[id]) {
			node[id].key = (int64_t)rng_below(&rng, 50) - 25;
			node[id].tie = id;
			node[id].own = mask;
			tree_insert(node, &root, id);
			in[id] = true;
		}
		assert_int_equal(tree_first(node, root, mask), scan(mask));
		assert_int_equal(node[0].n | node[0].all, 0);
	}
	n = 0;
	for (uint32_t id = tree_least(node, root), last = 0; id;
		last = id, id = tree_after(node, id)) {
		assert_true(!last || before(last, id));
		assert_int_equal(tree_before(node, id), n++);
		depth = 0;
		for (uint32_t at = id; at; at = node[at].up)
			depth++;
		deepest = depth > deepest ? depth : deepest;
	}
	assert_int_equal(n, node[root].n);
	assert_true(n > NODES / 4 && deepest < 30);
}

static void a_row_is_an_array(void **state)
{
	static const uint32_t sizes[] = { 1, 7, 8, 9, 64, 65, 513, WORDS };
	static uint64_t row[WORDS * 2], plain[WORDS];
	struct rng rng = { 8 };

	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
		uint32_t n = sizes[s];

		assert_true(masks_words(n) <= ARRAY_LEN(row));
		memset(row, 0, sizeof(row));
		memset(plain, 0, sizeof(plain));
		for (int i = 0; i < ROUNDS / 4; i++) {
			uint32_t at = (uint32_t)rng_below(&rng, n), from, want;
			uint64_t mask = (uint64_t)1 << rng_below(&rng, 64);

			plain[at] = rng_below(&rng, 3) ? 0 : mask;
			masks_set(row, n, at, plain[at]);
			from = want = (uint32_t)rng_below(&rng, n + 1);
			while (want < n && !(plain[want] & mask))
				want++;
			assert_int_equal(masks_first(row, n, from, mask), want);
		}
	}
}

/* Three agents race for 100,000 callers, each free again at once. */
static void chances_are_as_weights_are(void **state)
{
	static const uint8_t weight[3] = { 1, 2, 5 };
	uint64_t key[3], clock = 0, seq = 0;
	uint32_t won[3] = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++)
		key[i] = race_arrival(
			&(struct candidate){ .idle_seq = ++seq, .queue = 9 }, weight[i]);
	for (int n = 0; n < 100000; n++) {
		int first = 0;

		for (int i = 1; i < 3; i++)
			if (key[i] < key[first])
				first = i;
		won[first]++;
		clock = key[first] > clock ? key[first] : clock;
		key[first] = race_arrival(
			&(struct candidate){ .idle_seq = ++seq, .queue = 9, .offered_key = clock },
			weight[first]);
	}
	/* Four standard deviations of a binomial are 420, 550 and 620. */
	assert_in_range(won[0], 12500 - 420, 12500 + 420);
	assert_in_range(won[1], 25000 - 550, 25000 + 550);
	assert_in_range(won[2], 62500 - 620, 62500 + 620);
}

/* The latest arrival there can be is no key too large. */
static void a_race_ends(void **state)
{
	(void)state;
	assert_true(race_arrival(&(struct candidate){ .offered_key = CANDIDATE_KEYS - 1 }, 0) <
		    CANDIDATE_KEYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_is_a_sorted_array),
		cmocka_unit_test(a_row_is_an_array),
		cmocka_unit_test(chances_are_as_weights_are),
		cmocka_unit_test(a_race_ends),
	};

	return cmocka_run_group_tests_name("core tree", tests, NULL, NULL);
}
