/* Legs that are connected to, by hand at the other end of a socket; and what a leg's reports
 * change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "media/leg/base64.h"
#include "tests/media/engine/rig.h"

#include <errno.h>
#include <stdio.h>

enum { FRAME = PHONE_FRAME, SECOND = PHONE_RATE };

static int16_t words[4 * SECOND];

static int voices(void **state)
{
	(void)state;
	voice(9, words, ARRAY_LEN(words));
	return 0;
}

/* Both ends; ours is the engine's from here on. Returns theirs. */
static int connect_leg(struct rig *r, uint32_t leg, enum err want)
{
	struct why why = { 0 };
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	assert_int_equal(engine_leg_connect(r->e, leg, pair[0], &why), want);
	assert_true(want == OK || why.text[0]);
	return pair[1];
}

/* What came there meanwhile; -1: it is open and silent, 0: closed. */
static ssize_t came(int fd, char *out, size_t size)
{
	ssize_t n = recv(fd, out, size - 1, MSG_DONTWAIT);

	out[n > 0 ? n : 0] = '\0';
	return n;
}

/* Nothing more comes, and it is closed. */
static bool is_over(int fd)
{
	char text[65536];
	ssize_t n;

	while ((n = came(fd, text, sizeof(text))) > 0)
		;
	return n == 0;
}

static uint32_t ws_leg(struct rig *r)
{
	struct leg_conf conf = { .kind = &leg_kind_ws, .codec = &codec_pcm16 };
	struct why why;
	uint16_t port;
	uint32_t leg;

	assert_int_equal(engine_leg_open(r->e, 1, &conf, &leg, &port, &why), OK);
	return leg;
}

static size_t n_gone(const struct rig *r, uint32_t leg)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_events; i++)
		n += r->event[i].kind == ENGINE_GONE && r->event[i].leg == leg;
	return n;
}

static void who_connects_hears_and_is_missed(void **state)
{
	struct rig *r = rig_new(NULL);
	uint32_t leg = ws_leg(r);
	char text[65536];
	int theirs, second;

	(void)state;
	rig_run(r, 2);
	theirs = connect_leg(r, leg, OK);
	assert_true(came(theirs, text, sizeof(text)) < 0 && errno == EAGAIN);
	rig_run(r, 2);
	assert_true(came(theirs, text, sizeof(text)) > 0);
	assert_non_null(strstr(text, "AudioData"));
	/* A second one takes the place of the first, who is told and missed. */
	second = connect_leg(r, leg, OK);
	rig_run(r, 2);
	assert_true(is_over(theirs));
	assert_int_equal(n_gone(r, leg), 1);
	assert_true(came(second, text, sizeof(text)) > 0);
	close(theirs);
	close(second);
	rig_run(r, 5);
	assert_int_equal(n_gone(r, leg), 2); /* once each */
	/* And the leg waits for another. */
	theirs = connect_leg(r, leg, OK);
	rig_run(r, 2);
	assert_true(came(theirs, text, sizeof(text)) > 0);
	assert_int_equal(engine_leg_close(r->e, leg), OK);
	rig_run(r, 3);
	engine_reap(r->e);
	assert_true(is_over(theirs));
	assert_int_equal(n_gone(r, leg), 2); /* we closed it */
	close(theirs);
	rig_free(r);
}

/* Whoever is gone in the middle of a sound hears silence, whatever was sent last: who comes in her
 * place is sent the next sound from its track, from the first frame on. */
static void who_comes_after_a_silence_is_sent_what_is_stored(void **state)
{
	enum { PROMPT = 10 };
	struct rig *r = rig_new(NULL);
	uint32_t leg = ws_leg(r), prompt = rig_sound(r, words + SECOND, PROMPT * FRAME);
	size_t talker = rig_phone(r, 1, true);
	uint64_t stored;
	int first, second;

	(void)state;
	rig_run(r, 2);
	first = connect_leg(r, leg, OK);
	assert_int_equal(engine_play(r->e, leg, 1, &prompt, 1), OK);
	rig_run(r, 2);
	recorder_turn(&r->e->recorder); /* it is pressed by now */
	rig_run(r, PROMPT);
	assert_int_equal(engine_hear(r->e, leg, r->leg[talker], 0, 0), OK);
	rig_say(r, talker, words, 20 * FRAME);
	rig_run(r, 10);
	close(first);
	rig_run(r, 50);
	second = connect_leg(r, leg, OK);
	assert_int_equal(engine_play(r->e, leg, 1, &prompt, 1), OK);
	stored = engine_place(r->e, leg)->line->stored;
	rig_run(r, PROMPT);
	assert_int_equal(engine_place(r->e, leg)->line->stored - stored, PROMPT);
	close(second);
	rig_free(r);
}

static void a_connection_that_leads_nowhere_is_closed(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t phone = rig_phone(r, 1, true);
	uint32_t gone = ws_leg(r);
	int denied, stale;

	(void)state;
	assert_int_equal(engine_leg_close(r->e, gone), OK);
	denied = connect_leg(r, r->leg[phone], E_DENIED);
	stale = connect_leg(r, gone, E_STALE);
	assert_true(is_over(denied) && is_over(stale));
	close(denied);
	close(stale);
	assert_int_equal(engine_leg_remote(r->e, ws_leg(r), "127.0.0.1", 9, NULL), E_DENIED);
	rig_free(r);
}

/* A frame as a client sends it; a mask of zeros is one, too. */
static void say(int fd, const int16_t *frame, bool is_silent)
{
	char data[1000], text[1100];
	uint8_t bytes[1200] = { 0x81, 0x80 | 126 };
	size_t n;

	data[base64_encode((const uint8_t *)frame, 2 * FRAME, data)] = '\0';
	n = (size_t)snprintf(text, sizeof(text),
		"{\"kind\":\"AudioData\",\"audioData\":{\"data\":\"%s\",\"silent\":%s}}", data,
		is_silent ? "true" : "false");
	bytes[2] = (uint8_t)(n >> 8);
	bytes[3] = (uint8_t)n;
	memcpy(bytes + 8, text, n);
	assert_int_equal(send(fd, bytes, 8 + n, MSG_NOSIGNAL), 8 + n);
}

/* Four seconds of words; in the last fifth of each nothing comes, or they say that it is silent. */
static struct engine_quality after_words(struct rig *r, uint32_t leg, int fd, bool tells_silence)
{
	char heard[65536];
	struct engine_quality q;

	for (int i = 0; i < 200; i++) {
		bool is_silent = i % 50 >= 40;

		if (!is_silent || tells_silence)
			say(fd, words + i % 50 * FRAME, is_silent);
		rig_run(r, 1);
		assert_true(came(fd, heard, sizeof(heard)) > 0);
	}
	assert_int_equal(engine_quality(r->e, leg, &q), OK);
	return q;
}

/* It counts no packets. Of its frames those made up say how it sounded, and silence is none. */
static void what_is_missing_says_how_a_websocket_sounds(void **state)
{
	struct rig *r = rig_new(NULL);
	uint32_t leg = ws_leg(r);
	size_t phone = rig_phone(r, 1, true);
	struct engine_quality good, bad;
	int theirs;

	(void)state;
	rig_run(r, 2);
	theirs = connect_leg(r, leg, OK);
	rig_run(r, 1);
	assert_int_equal(engine_hear(r->e, r->leg[phone], leg, 0, 0), OK);
	good = after_words(r, leg, theirs, true);
	assert_true(good.frames >= 100 && good.expected == 0);
	assert_int_equal(good.concealed, 0);
	assert_int_equal(good.mos_percent, 441);
	bad = after_words(r, leg, theirs, false);
	assert_true(bad.concealed >= 10);
	assert_true(bad.mos_percent < 400);
	close(theirs);
	rig_free(r);
}

/* RFC 3550: a receiver's report of what it got from us. */
static void report(struct rig *r, size_t phone, uint8_t fraction)
{
	struct phone *p = &r->phone[phone];
	uint32_t words_of[] = { htonl(0x81c90007), htonl(p->ssrc), htonl(p->heard_ssrc),
		htonl((uint32_t)fraction << 24), htonl(p->heard_seq), 0, 0, 0 };
	/* A report alone, as RFC 5506 lets it be. */
	ssize_t n = sendto(
		p->fd, words_of, sizeof(words_of), 0, (struct sockaddr *)&p->to, sizeof(p->to));

	assert_int_equal(n, sizeof(words_of));
	rig_await_arrival(r, phone);
}

static const struct codec *sends(const struct rig *r, size_t phone)
{
	return engine_place(r->e, r->leg[phone])->line->sends;
}

static void run_reporting(struct rig *r, size_t phone, int seconds, uint8_t fraction)
{
	for (int i = 0; i < seconds; i++) {
		report(r, phone, fraction);
		rig_run(r, 50);
		r->phone[phone].n_heard = 0; /* room for more */
	}
}

/* Ten seconds of reports that packets are lost: SILK with FEC goes out; a minute without: no more.
 */
static void who_loses_packets_is_sent_what_bears_it(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t phone = rig_phone(r, 1, false);
	uint32_t sound = rig_sound(r, words, ARRAY_LEN(words));

	(void)state;
	rig_say(r, phone, words, 10 * FRAME);
	assert_int_equal(engine_hold(r->e, r->leg[phone], 0, sound, NULL, 0, 0), OK);
	run_reporting(r, phone, 9, 30);
	assert_ptr_equal(sends(r, phone), &codec_opus);
	assert_true(r->phone[phone].came[0] >> 3 >= 16); /* RFC 6716: CELT */
	run_reporting(r, phone, 3, 30);
	assert_ptr_equal(sends(r, phone), codec_opus.lossy);
	assert_true(r->phone[phone].came[0] >> 3 < 12); /* SILK */
	run_reporting(r, phone, 58, 0);
	assert_ptr_equal(sends(r, phone), codec_opus.lossy);
	run_reporting(r, phone, 4, 0);
	assert_ptr_equal(sends(r, phone), &codec_opus);
	assert_true(r->phone[phone].came[0] >> 3 >= 16);
	assert_int_equal(r->phone[phone].breaks, 0);
	rig_free(r);
}

/* Frames of L16 fill a packet: longer ones cannot be joined, and go out one by one. */
static void what_does_not_fit_a_longer_packet_goes_in_short_ones(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t phone = rig_phone_on(r, 1, true, 60);
	uint32_t sound = rig_sound(r, words, ARRAY_LEN(words));

	(void)state;
	assert_int_equal(engine_hold(r->e, r->leg[phone], 0, sound, NULL, 0, 0), OK);
	for (int i = 0; i < 20; i++) { /* pressed between */
		recorder_turn(&r->e->recorder);
		rig_run(r, 5);
	}
	assert_int_equal(r->phone[phone].n_heard, 100 * FRAME);
	assert_int_equal(r->phone[phone].breaks, 0);
	assert_true(rig_stats(r).frames_stored > 50);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_connects_hears_and_is_missed),
		cmocka_unit_test(what_is_missing_says_how_a_websocket_sounds),
		cmocka_unit_test(who_comes_after_a_silence_is_sent_what_is_stored),
		cmocka_unit_test(a_connection_that_leads_nowhere_is_closed),
		cmocka_unit_test(who_loses_packets_is_sent_what_bears_it),
		cmocka_unit_test(what_does_not_fit_a_longer_packet_goes_in_short_ones),
	};

	return cmocka_run_group_tests_name("engine connect", tests, voices, NULL);
}
