/* Who came last: found among all, and the one who came longest ago makes room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/shell/seen.h"
#include "bot/shell/shell.h"

#include <stdlib.h>
#include <string.h>

/* Two tenants; users' ids come in an order that is not theirs. */
static struct person somebody(unsigned n)
{
	struct person p = { .roles = n, .tenant.byte = { (uint8_t)(1 + n % 2) } };

	p.user.byte[0] = (uint8_t)(n * 37);
	p.user.byte[14] = (uint8_t)(n >> 8);
	p.user.byte[15] = (uint8_t)n;
	snprintf(p.username, sizeof(p.username), "u%u@example.com", n);
	return p;
}

static const struct seen *get(const struct shell *s, unsigned n)
{
	struct person p = somebody(n);

	return seen_get(s, p.tenant, p.user);
}

/* The clock of the shell never goes back, so it can be put ahead by hand. */
static void put(struct shell *s, unsigned n, uint64_t *now_ms)
{
	struct person p = somebody(n);

	s->now_ms = ++*now_ms;
	seen_put(s, &p);
}

static struct shell *shell_new(void)
{
	struct shell *s = calloc(1, sizeof(*s));

	s->mono_base = UINT64_MAX / 2; /* so that the shell's own time is long ago */
	s->service_base = UINT64_MAX / 2 + 1;
	assert_int_equal(hand_seen.open(s, NULL), OK);
	return s;
}

static void shell_done(struct shell *s)
{
	hand_seen.close(s);
	free(s);
}

static void assert_seen(const struct shell *s, unsigned n)
{
	const struct seen *x = get(s, n);
	struct person p = somebody(n);

	assert_non_null(x);
	assert_int_equal(x->roles, n);
	assert_string_equal(x->username, p.username);
}

static void everybody_is_found_and_who_came_longest_ago_makes_room(void **state)
{
	struct shell *s = shell_new();
	uint64_t now_ms = UINT64_MAX / 4 * 3;

	(void)state;
	for (unsigned n = 0; n < SEEN_MAX; n++)
		put(s, n, &now_ms);
	put(s, 0, &now_ms); /* she comes again: now 1 is the one of longest ago */
	for (unsigned n = 0; n < SEEN_MAX; n++)
		assert_seen(s, n);
	put(s, SEEN_MAX, &now_ms);
	assert_null(get(s, 1));
	for (unsigned n = 0; n <= SEEN_MAX; n++)
		if (n != 1)
			assert_seen(s, n);
	shell_done(s);
}

static void a_tenant_sees_its_own_and_a_person_is_forgotten_in_all(void **state)
{
	struct person a = somebody(2), b = somebody(2), app = somebody(4);
	struct shell *s = shell_new();
	uint64_t now_ms = UINT64_MAX / 4 * 3;
	const struct seen *x;
	size_t i = 0, n = 0;

	(void)state;
	for (unsigned k = 0; k < 9; k++)
		if (k != 2 && k != 4)
			put(s, k, &now_ms);
	b.tenant.byte[0] = 2;
	seen_put(s, &a);
	seen_put(s, &b);
	app.app.byte[0] = 1;
	seen_put(s, &app); /* nobody */
	assert_null(get(s, 4));
	while ((x = seen_next(s, b.tenant, &i))) {
		assert_true(guid_same(x->tenant, b.tenant));
		n++;
	}
	assert_int_equal(n, 5); /* four of odd numbers, and b */
	seen_forget(s, a.user);
	assert_null(seen_get(s, a.tenant, a.user));
	assert_null(seen_get(s, b.tenant, b.user));
	for (unsigned k = 0; k < 9; k++)
		if (k != 2 && k != 4)
			assert_seen(s, k);
	shell_done(s);
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		cmocka_unit_test(everybody_is_found_and_who_came_longest_ago_makes_room),
		cmocka_unit_test(a_tenant_sees_its_own_and_a_person_is_forgotten_in_all),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
