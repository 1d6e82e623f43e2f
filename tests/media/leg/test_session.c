/* Two ends of one call in virtual time, with a network between them that loses, doubles and
 * reorders: key presses arrive, reports tell what happened, and nothing of it depends on keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/text.h"
#include "media/leg/session.h"

#include <stdio.h>
#include <string.h>

enum { FRAME_US = 20000, SEQUENCES = 1000, SEQUENCE_MAX = 16, PAUSE_FRAMES = 8 };

struct ends {
	struct session at[2];
	struct rng weather;
	unsigned loss_percent;
	uint64_t now_us;
	char heard[2][SEQUENCES * SEQUENCE_MAX + 1];
	size_t n_heard[2];
	unsigned sounds[2];
};

static struct ends *ends_new(const struct codec *codec, const struct rtp_key key[2])
{
	static struct ends e;
	struct why why = { 0 };

	memset(&e, 0, sizeof(e));
	for (int i = 0; i < 2; i++) {
		struct leg_conf conf = { .codec = codec };

		if (key) {
			conf.key_out = &key[i];
			conf.key_in = &key[!i];
		}
		if (session_begin(&e.at[i], &conf, &why) != OK)
			fail_msg("%s", why.text);
	}
	return &e;
}

static void ends_free(struct ends *e)
{
	session_end(&e->at[0]);
	session_end(&e->at[1]);
}

static void arrive(struct ends *e, int to, uint8_t *packet, size_t bytes)
{
	struct leg_item item;
	struct rtp rtp;

	switch (session_read(&e->at[to], packet, &bytes, &rtp)) {
	case SESSION_RTCP:
		assert_true(session_told(&e->at[to], packet, bytes, e->now_us));
		return;
	case SESSION_RTP:
		assert_true(session_take(&e->at[to], &rtp, e->now_us, &item));
		e->sounds[to] += item.is_sound;
		if (item.digit)
			e->heard[to][e->n_heard[to]++] = item.digit;
		return;
	case SESSION_NEITHER:
		fail_msg("what one end sent the other does not understand");
	}
}

static void carry(struct ends *e, int from, uint8_t *packet, size_t bytes)
{
	uint8_t copy[SESSION_PACKET_MAX];

	if (!bytes || rng_below(&e->weather, 100) < e->loss_percent)
		return;
	memcpy(copy, packet, bytes);
	arrive(e, !from, copy, bytes);
}

static void frame(struct ends *e)
{
	uint8_t packet[SESSION_PACKET_MAX];
	static const uint8_t sound[160] = { 1 };

	for (int i = 0; i < 2; i++) {
		carry(e, i, packet, session_report(&e->at[i], e->now_us, packet));
		carry(e, i, packet, session_say(&e->at[i], sound, sizeof(sound), 1, packet));
	}
	e->now_us += FRAME_US;
}

static bool is_dialling(const struct ends *e)
{
	return e->at[0].dial.n > 0;
}

static const struct rtp_key keys[2] = { { .master = "one way's key and salt, 30 byt" },
	{ .master = "and another 30 for the way bac" } };

/* Each digit once and in order. Eight copies of a press and more are sent: at 2 % loss all of them
 * are lost once in 10^13. */
static void random_digits_survive_the_weather(void **state)
{
	static const struct {
		const char *name;
		const struct codec *codec;
		const struct rtp_key *key;
	} rows[] = {
		{ "Opus", &codec_opus, NULL },
		{ "G.711, sealed", &codec_pcmu, keys },
	};

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		static char want[SEQUENCES * SEQUENCE_MAX + 1];
		struct ends *e = ends_new(rows[r].codec, rows[r].key);
		struct rng chance = { 7 + r };
		size_t n = 0;

		e->loss_percent = 2;
		for (int s = 0; s < SEQUENCES; s++) {
			size_t length = 1 + rng_below(&chance, SEQUENCE_MAX - 1);
			char digits[SEQUENCE_MAX];

			for (size_t i = 0; i < length; i++)
				digits[i] = "0123456789*#ABCD"[rng_below(&chance, 16)];
			digits[length] = 0;
			memcpy(want + n, digits, length);
			n += length;
			assert_true(dial_add(&e->at[0].dial, digits));
			for (int f = 0; is_dialling(e) || f < PAUSE_FRAMES; f++)
				frame(e);
		}
		want[n] = e->heard[1][e->n_heard[1]] = 0;
		if (strcmp(e->heard[1], want) != 0)
			fail_msg("%s: %zu digits dialled, %zu heard", rows[r].name, n,
				e->n_heard[1]);
		assert_int_equal(session_dialled(&e->at[0]), n);
		assert_int_equal(e->n_heard[0], 0);
		printf("# %s: %zu digits\n", rows[r].name, n);
		ends_free(e);
	}
}

/* RFC 4733 by the letter: what one press of one digit looks like on the wire. */
static void a_press_is_as_the_rfc_draws_it(void **state)
{
	static const struct {
		bool is_end, is_marked;
		unsigned ms;
	} want[] = { { 0, 1, 20 }, { 0, 0, 40 }, { 0, 0, 60 }, { 0, 0, 80 }, { 1, 0, 100 },
		{ 1, 0, 100 }, { 1, 0, 100 } };
	static const struct {
		const struct codec *codec;
		uint32_t event_hz, ticks_a_ms;
	} rows[] = { { &codec_opus, 0, 48 }, { &codec_opus, 8000, 8 }, { &codec_pcma, 0, 8 } };

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		struct leg_conf conf = { .codec = rows[r].codec, .event_hz = rows[r].event_hz };
		uint32_t frame_ticks = rows[r].codec->clock_hz / 50;
		uint8_t packet[SESSION_PACKET_MAX];
		struct session s;
		uint32_t start;
		uint16_t seq;
		struct rtp p;

		assert_int_equal(session_begin(&s, &conf, NULL), OK);
		assert_true(dial_add(&s.dial, "d"));
		start = s.next.ts;
		seq = s.next.seq;
		for (size_t i = 0; i < ARRAY_LEN(want); i++) {
			size_t n = session_say(&s, (const uint8_t *)"x", 1, 1, packet);

			assert_int_equal(rtp_parse(packet, n, &p), OK);
			assert_int_equal(p.payload_type, 101);
			assert_int_equal(p.ts, start);
			assert_int_equal(p.seq, (uint16_t)(seq + i));
			assert_int_equal(p.marker, want[i].is_marked);
			assert_int_equal(p.payload_bytes, 4);
			assert_int_equal(p.payload[0], 15);
			assert_int_equal(p.payload[1], want[i].is_end << 7 | 10);
			assert_int_equal(
				p.payload[2] << 8 | p.payload[3], want[i].ms * rows[r].ticks_a_ms);
		}
		/* 60 ms of pause in all, then the sound goes on, marked, in its own time. */
		assert_int_equal(session_say(&s, (const uint8_t *)"x", 1, 1, packet), 0);
		assert_int_equal(
			rtp_parse(packet, session_say(&s, (const uint8_t *)"x", 1, 1, packet), &p),
			OK);
		assert_true(p.marker && p.payload_type == rows[r].codec->payload_type);
		assert_int_equal(p.ts - start, 8 * frame_ticks);
		session_end(&s);
	}
}

/* Ticks that were missed make a press longer, never two of it or none. */
static void a_clock_that_stood_still_presses_longer(void **state)
{
	static const unsigned stood[] = { 1, 3, 10, 100, 5000 };

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(stood); r++) {
		struct ends *e = ends_new(&codec_opus, NULL);
		uint8_t packet[SESSION_PACKET_MAX];

		assert_true(dial_add(&e->at[0].dial, "12"));
		frame(e);
		carry(e, 0, packet, session_pass(&e->at[0], stood[r], packet));
		for (int f = 0; f < 30; f++)
			frame(e);
		e->heard[1][e->n_heard[1]] = 0;
		assert_string_equal(e->heard[1], "12");
		ends_free(e);
	}
}

static void what_cannot_be_dialled_is_refused_whole(void **state)
{
	struct dial d = { 0 };
	char many[DIAL_MAX + 2];

	(void)state;
	memset(many, '1', sizeof(many));
	many[DIAL_MAX + 1] = 0;
	assert_false(dial_add(&d, many));
	assert_false(dial_add(&d, "12x"));
	assert_int_equal(d.n, 0);
	many[DIAL_MAX] = 0;
	assert_true(dial_add(&d, many));
	assert_false(dial_add(&d, "1"));
	assert_true(dial_add(&d, ""));
}

/* One end's report is the other's loss. */
static void each_end_learns_how_it_is_heard(void **state)
{
	struct leg_quality q[2];
	struct ends *e = ends_new(&codec_pcmu, keys);

	(void)state;
	e->loss_percent = 10;
	for (int f = 0; f < 3000; f++)
		frame(e);
	session_quality(&e->at[0], &q[0]);
	session_quality(&e->at[1], &q[1]);
	for (int i = 0; i < 2; i++) {
		assert_in_range(q[i].expected, 2980, 3000);
		assert_in_range(q[i].lost, 240, 360);
		assert_int_equal(q[i].expected - q[i].lost, e->sounds[i]);
		assert_true(q[i].has_theirs && q[i].has_rtt);
		assert_in_range(q[i].theirs_lost, q[!i].lost * 3 / 4, q[!i].lost);
		assert_in_range(q[i].rtt_us, 0, 31); /* two steps of 1/65536 s */
	}
	ends_free(e);
}

static void comfort_noise_is_told(void **state)
{
	static const struct {
		const char *name;
		const struct codec *codec;
		uint8_t conf, type;
		size_t bytes;
		bool is_taken;
	} rows[] = {
		{ "13 beside G.711", &codec_pcmu, 0, 13, 1, true },
		{ "with a spectrum", &codec_pcmu, 0, 13, 11, true },
		{ "without its level", &codec_pcmu, 0, 13, 0, false },
		{ "not beside Opus", &codec_opus, 0, 13, 1, false },
		{ "where it was agreed", &codec_opus, 106, 106, 1, true },
	};

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		struct leg_conf conf = { .codec = rows[r].codec, .comfort_noise = rows[r].conf };
		uint8_t packet[64] = { 0 };
		struct rtp p = { .payload_type = rows[r].type, .seq = 3, .ssrc = 4 };
		size_t n = RTP_HEADER_BYTES + rows[r].bytes;
		struct leg_item item = { 0 };
		struct session s;

		assert_int_equal(session_begin(&s, &conf, NULL), OK);
		rtp_write(&p, packet);
		packet[RTP_HEADER_BYTES] = 50;
		assert_int_equal(session_read(&s, packet, &n, &p), SESSION_RTP);
		if (session_take(&s, &p, 0, &item) != rows[r].is_taken)
			fail_msg("%s", rows[r].name);
		if (rows[r].is_taken && (!item.is_noise || item.noise_db != 50 || item.is_sound))
			fail_msg("%s: %d dB", rows[r].name, item.noise_db);
		session_end(&s);
	}
}

/* Silence is told once a second; time goes on, numbers are spent on packets alone, and the sound
 * after it begins with the marker. A digit that is dialled meanwhile goes out. */
static void a_rest_is_told_once_a_second(void **state)
{
	enum { REST = 130, SAID = 3, DIALLED_AT = 60 };
	struct leg_conf conf = { .codec = &codec_pcmu, .rests = true };
	uint8_t packet[SESSION_PACKET_MAX], sound[160] = { 1 };
	unsigned noises = 0, events = 0, next_noise = 0;
	struct session s;
	struct rtp first, p;

	(void)state;
	assert_int_equal(session_begin(&s, &conf, NULL), OK);
	first = s.next;
	for (int f = 0; f < SAID; f++)
		assert_true(session_say(&s, sound, sizeof(sound), 1, packet) > 0);
	for (unsigned f = 0; f < REST; f++) {
		size_t n;

		if (f == DIALLED_AT)
			assert_true(dial_add(&s.dial, "5"));
		n = session_rest(&s, packet);
		if (!n) {
			assert_true(f != next_noise);
			continue;
		}
		assert_int_equal(rtp_parse(packet, n, &p), OK);
		assert_int_equal(p.seq, (uint16_t)(first.seq + SAID + noises + events));
		if (p.payload_type == 101) {
			events++;
			continue;
		}
		assert_int_equal(p.payload_type, 13);
		assert_int_equal(p.payload_bytes, 1);
		assert_int_equal(p.payload[0], SESSION_NOISE_DB);
		assert_false(p.marker);
		assert_int_equal(p.ts, first.ts + (SAID + f) * 160);
		assert_int_equal(f, next_noise);
		/* The frames of the press and of the pause after it are no rest. */
		next_noise += SESSION_NOISE_FRAMES + (noises++ == 1 ? 8 : 0);
	}
	assert_int_equal(noises, 3);
	assert_int_equal(events, 7); /* five frames, and its end twice more */
	assert_true(session_say(&s, sound, sizeof(sound), 1, packet) > 0);
	assert_int_equal(rtp_parse(packet, 172, &p), OK);
	assert_true(p.marker);
	assert_int_equal(p.payload_type, 0);
	assert_int_equal(p.ts, first.ts + (SAID + REST) * 160);
	/* The next rest is told at once. */
	assert_true(session_rest(&s, packet) > 0);
	session_end(&s);
}

static void what_makes_no_sense_is_refused(void **state)
{
	static const struct {
		struct leg_conf conf;
		const char *says;
	} rows[] = {
		{ { .comfort_noise = 101 }, "101 for comfort noise" },
		{ { .comfort_noise = 200 }, "200 for comfort noise" },
		{ { .rests = true }, "for comfort noise beside opus" },
		{ { .codec = &codec_pcmu, .event_hz = 48000 }, "telephone-event/48000" },
	};

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		struct why why = { 0 };
		struct session s;

		assert_int_equal(session_begin(&s, &rows[r].conf, &why), E_MALFORMED);
		assert_non_null(strstr(why.text, rows[r].says));
		session_end(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_digits_survive_the_weather),
		cmocka_unit_test(a_press_is_as_the_rfc_draws_it),
		cmocka_unit_test(a_clock_that_stood_still_presses_longer),
		cmocka_unit_test(what_cannot_be_dialled_is_refused_whole),
		cmocka_unit_test(each_end_learns_how_it_is_heard),
		cmocka_unit_test(comfort_noise_is_told),
		cmocka_unit_test(a_rest_is_told_once_a_second),
		cmocka_unit_test(what_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
