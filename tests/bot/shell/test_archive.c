/* The archive's place in the service, where the journal cannot be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/clock.h"
#include "bot/shell/archive.h"
#include "bot/shell/shell.h"
#include "bot/shell/work.h"

#include <poll.h>
#include <stdlib.h>

/* Whom it must forget it is asked again; at once it would be for ever. */
static void an_archive_that_fails_is_asked_again_later(void **state)
{
	struct config conf = { .store_path = "/nowhere/foyer.sqlite" };
	struct shell *s = calloc(1, sizeof(*s));
	uint64_t began_ms = clock_mono_ms();

	(void)state;
	s->conf = &conf;
	s->work = work_new();
	assert_int_equal(hand_archive.open(s, NULL), OK);
	for (int i = 0; i < 2; i++) {
		struct pollfd fd = { .fd = work_fd(s->work), .events = POLLIN };

		archive_forget(s, &(uint32_t){ 7 }, 1);
		assert_int_equal(hand_archive.deadline_ms(s), 0);
		hand_archive.run(s);
		assert_true(hand_archive.deadline_ms(s) == UINT64_MAX); /* under way */
		assert_int_equal(poll(&fd, 1, 60000), 1);
		work_run(s);
		assert_true(hand_archive.deadline_ms(s) > began_ms);
		assert_true(hand_archive.deadline_ms(s) < UINT64_MAX);
	}
	hand_archive.close(s);
	work_free(s->work);
	free(s);
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		cmocka_unit_test(an_archive_that_fails_is_asked_again_later),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
