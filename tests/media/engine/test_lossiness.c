/* When what is sent shall bear loss, by the reports of who receives it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "media/engine/lossiness.h"

#include "tests/media/engine/rig.h"

static const struct {
	const char *name;
	struct {
		unsigned s; /* until then */
		uint8_t fraction;
	} report[6];
	bool is_lossy;
} rows[] = {
	{ "a good way", { { 300, 0 } }, false },
	{ "2 % is borne", { { 300, 5 } }, false },
	{ "3 % for nine seconds", { { 9, 8 }, { 300, 0 } }, false },
	{ "3 % for more than ten", { { 11, 8 } }, true },
	{ "with one good report between", { { 9, 8 }, { 10, 0 }, { 19, 8 }, { 20, 0 } }, false },
	{ "good again, but not for a minute", { { 11, 8 }, { 70, 0 } }, true },
	{ "good for a minute", { { 11, 8 }, { 73, 0 } }, false },
	{ "half a percent does not keep it, one does", { { 11, 8 }, { 73, 1 } }, false },
	{ "one percent keeps it", { { 11, 8 }, { 300, 3 } }, true },
	{ "bad once more within the minute", { { 11, 8 }, { 60, 0 }, { 61, 9 }, { 120, 0 } },
		true },
};

static void each_row(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		struct lossiness l = { 0 };
		uint64_t ms = 0;

		for (size_t i = 0; i < 6 && rows[r].report[i].s; i++)
			for (; ms < rows[r].report[i].s * 1000; ms += 500)
				lossiness_step(&l, rows[r].report[i].fraction, ms);
		if (l.is_lossy != rows[r].is_lossy)
			fail_msg("%s", rows[r].name);
	}
}

/* RTCP as a telephone writes it: of what we send, this fraction (of 256) was lost lately. */
static void report(struct rig *r, size_t phone, uint8_t fraction)
{
	struct phone *p = &r->phone[phone];
	uint32_t words[8] = { htonl(0x81c90007), htonl(p->ssrc), htonl(p->heard_ssrc),
		htonl((uint32_t)fraction << 24), htonl(p->heard_seq) };

	assert_int_equal(
		sendto(p->fd, words, sizeof(words), 0, (struct sockaddr *)&p->to, sizeof(p->to)),
		sizeof(words));
	rig_await_arrival(r, phone);
}

/* SILK and hybrid are configurations below 16 of RFC 6716's table 2; CELT is what is sent else. */
static bool hears_silk(const struct phone *p)
{
	return p->came[0] >> 3 < 16;
}

static void seconds_of(struct rig *r, size_t phone, uint8_t fraction, unsigned n)
{
	while (n-- > 0) {
		report(r, phone, fraction);
		rig_run(r, 50);
	}
}

/* Who reports loss for long is sent what bears it, and who has none again, what sounds better; its
 * timeline is one throughout. */
static void a_leg_that_loses_is_sent_what_bears_it(void **state)
{
	enum { LOSES_S = LOSSINESS_MS / 1000 + 2, GAINS_S = LOSSLESS_MS / 1000 + 2 };
	static int16_t said[(LOSES_S + GAINS_S + 5) * PHONE_RATE];
	struct rig *r = rig_new(NULL);
	size_t ear = rig_phone(r, 1, false), talker = rig_phone(r, 1, true);
	struct phone *p = &r->phone[ear];

	(void)state;
	voice(3, said, ARRAY_LEN(said));
	assert_int_equal(engine_hear(r->e, r->leg[ear], r->leg[talker], 0, 20), OK);
	rig_say(r, talker, said, ARRAY_LEN(said));
	rig_run(r, 50);
	assert_false(hears_silk(p));
	p->n_heard = 0; /* there is room for half a minute */
	seconds_of(r, ear, LOSSINESS_FROM + 1, LOSES_S);
	assert_true(hears_silk(p));
	for (unsigned s = 0; s < GAINS_S; s++) {
		p->n_heard = r->phone[talker].n_heard = 0;
		seconds_of(r, ear, 0, 1);
	}
	assert_false(hears_silk(p));
	assert_int_equal(p->breaks, 0);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(a_leg_that_loses_is_sent_what_bears_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
