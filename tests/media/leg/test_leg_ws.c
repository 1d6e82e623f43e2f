/* A WebSocket leg, and the other side by hand at the end of a socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "media/leg/acs.h"
#include "media/leg/base64.h"
#include "media/leg/leg.h"
#include "media/leg/ws.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct side {
	struct leg *leg;
	int fd; /* theirs */
	uint64_t now_ms;
	struct leg_batch batch;
	/* What came to them and is no whole frame yet. */
	uint8_t came[1 << 17];
	size_t n;
};

static void connect_side(struct side *s)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	s->fd = pair[1];
	s->n = 0;
	s->leg->kind->connect(s->leg, pair[0]);
}

static struct side *side_new(const struct codec *codec)
{
	struct side *s = calloc(1, sizeof(*s));
	struct leg_conf conf = { .kind = &leg_kind_ws, .codec = codec };
	struct why why = { 0 };
	uint16_t port = 1;

	s->now_ms = 1000;
	assert_int_equal(leg_kind_ws.open(&conf, NULL, &s->leg, &port, &why), OK);
	assert_int_equal(port, 0);
	assert_false(leg_kind_ws.is_sending(s->leg));
	connect_side(s);
	assert_true(leg_kind_ws.is_sending(s->leg));
	return s;
}

static void side_free(struct side *s)
{
	s->leg->kind->free(s->leg);
	close(s->fd);
	free(s);
}

static void say(struct side *s, uint8_t first, const void *bytes, size_t n)
{
	static const uint8_t mask[4] = { 1, 2, 3, 4 };
	uint8_t frame[WS_MESSAGE_MAX + 16] = { first, 0x80 | 126, (uint8_t)(n >> 8), (uint8_t)n };
	size_t head = 4;

	if (n < 126) {
		frame[1] = (uint8_t)(0x80 | n);
		head = 2;
	}
	memcpy(frame + head, mask, 4);
	for (size_t i = 0; i < n; i++)
		frame[head + 4 + i] = ((const uint8_t *)bytes)[i] ^ mask[i % 4];
	assert_int_equal(send(s->fd, frame, head + 4 + n, MSG_NOSIGNAL), head + 4 + n);
}

static void say_text(struct side *s, const char *text)
{
	say(s, 0x81, text, strlen(text));
}

/* n samples that all have this value; who and stamp may be NULL. */
static void say_sound(
	struct side *s, size_t n, int16_t value, bool is_silent, const char *who, const char *stamp)
{
	int16_t x[3072];
	char data[8200], text[9000], by[80] = "", at[80] = "";

	for (size_t i = 0; i < n; i++)
		x[i] = value;
	data[base64_encode((uint8_t *)x, n * 2, data)] = '\0';
	if (who)
		snprintf(by, sizeof(by), "\"participantRawID\":\"%s\",", who);
	if (stamp)
		snprintf(at, sizeof(at), "\"timestamp\":\"2024-11-15T%sZ\",", stamp);
	snprintf(text, sizeof(text),
		"{\"kind\":\"AudioData\",\"audioData\":{%s%s\"data\":\"%s\",\"silent\":%s}}", at,
		by, data, is_silent ? "true" : "false");
	say_text(s, text);
}

static size_t receive(struct side *s)
{
	s->leg->kind->receive(s->leg, s->now_ms, &s->batch);
	return s->batch.n;
}

static int16_t value_of(const struct leg_item *item)
{
	int16_t first;

	memcpy(&first, item->payload, sizeof(first));
	return first;
}

/* The next frame of ours, its opcode; 0: no whole one has come. text: its payload and a NUL. */
static int hear(struct side *s, char *text, size_t *n)
{
	ssize_t got = recv(s->fd, s->came + s->n, sizeof(s->came) - s->n, MSG_DONTWAIT);
	size_t head = 2, length;
	int opcode;

	s->n += got > 0 ? (size_t)got : 0;
	if (s->n < 4)
		return s->n >= 2 && s->came[1] == 0 ? s->came[0] & 15 : 0;
	length = s->came[1];
	if (length == 126) {
		length = (size_t)s->came[2] << 8 | s->came[3];
		head = 4;
	}
	if (s->n < head + length)
		return 0;
	assert_int_equal(s->came[0] & 0xf0, 0x80);
	opcode = s->came[0] & 15;
	memcpy(text, s->came + head, length);
	text[length] = '\0';
	*n = length;
	s->n -= head + length;
	memmove(s->came, s->came + head + length, s->n);
	return opcode;
}

static void sound_goes_both_ways_at_both_rates(void **state)
{
	static const struct codec *const codecs[] = { &codec_pcm16, &codec_pcm24 };
	static const char *const metadata =
		"{\"kind\":\"AudioMetadata\",\"audioMetadata\":{\"encoding\":\"PCM\","
		"\"sampleRate\":%u,\"channels\":1,\"length\":640}}";

	(void)state;
	for (size_t c = 0; c < ARRAY_LEN(codecs); c++) {
		struct side *s = side_new(codecs[c]);
		size_t frame = codecs[c]->clock_hz / 50, n;
		char text[9000];
		uint8_t sound[960], back[960];
		const char *data;
		json_t *root;

		snprintf(text, sizeof(text), metadata, codecs[c]->clock_hz);
		say_text(s, text);
		say_sound(s, frame, 7, false, NULL, NULL);
		say_sound(s, 3 * frame + 6, 8, false, NULL, NULL);
		assert_int_equal(receive(s), 5);
		for (size_t i = 0; i < 5; i++) {
			const struct leg_item *item = &s->batch.item[i];

			assert_true(item->is_sound && !item->digit);
			assert_int_equal(item->payload_bytes, i < 4 ? 2 * frame : 12);
			assert_int_equal(value_of(item), i == 0 ? 7 : 8);
			assert_int_equal(item->ts, i * frame);
			assert_int_equal(item->seq, i);
			assert_int_equal(item->ssrc, s->batch.item[0].ssrc);
		}
		for (size_t i = 0; i < 2 * frame; i++)
			sound[i] = (uint8_t)(i * 7);
		leg_kind_ws.send(s->leg, sound, 2 * frame, 1);
		assert_int_equal(hear(s, text, &n), WS_TEXT);
		root = json_loads(text, 0, NULL);
		assert_int_equal(json_unpack(root, "{s:{s:s}}", "audioData", "data", &data), 0);
		assert_int_equal(base64_decode(data, strlen(data), back), 2 * frame);
		assert_memory_equal(back, sound, 2 * frame);
		json_decref(root);
		assert_int_equal(s->leg->in, 5);
		assert_int_equal(s->leg->out, 1);
		side_free(s);
	}
}

static void what_is_silent_or_left_out_passes_as_time(void **state)
{
	struct side *s = side_new(&codec_pcm16);

	(void)state;
	say_sound(s, 320, 1, false, NULL, "23:59:59.900");
	say_sound(s, 320, 0, true, NULL, "23:59:59.920");
	say_text(s, "{\"kind\":\"AudioData\",\"audioData\":{\"timestamp\":\"2024-11-15T23:59:59."
		    "940Z\",\"silent\":true}}");
	say_sound(s, 320, 2, false, NULL, "23:59:59.975"); /* 15 ms late: no gap */
	say_sound(s, 320, 3, false, NULL, "00:00:00.475"); /* 480 ms left out, over midnight */
	say_sound(s, 320, 4, false, NULL, NULL);
	say_sound(s, 320, 5, false, NULL, "00:00:00.100"); /* back in time: as if without */
	assert_int_equal(receive(s), 6);
	assert_int_equal(value_of(&s->batch.item[1]), 0); /* the first of two */
	assert_int_equal(s->batch.item[1].ts, 320);
	assert_int_equal(s->batch.item[2].ts, 3 * 320);
	assert_int_equal(s->batch.item[3].ts, 4 * 320 + 480 * 16);
	assert_int_equal(s->batch.item[4].ts, 5 * 320 + 480 * 16);
	assert_int_equal(s->batch.item[5].ts, 6 * 320 + 480 * 16);
	assert_int_equal(s->batch.item[5].seq, 5); /* nothing was lost */
	side_free(s);
}

static void of_two_talkers_the_first_is_heard_until_silent(void **state)
{
	struct side *s = side_new(&codec_pcm16);

	(void)state;
	say_sound(s, 320, 0, true, "anna", NULL);
	say_sound(s, 320, 1, false, "ben", NULL);
	say_sound(s, 320, 2, false, "anna", NULL);
	say_sound(s, 320, 0, true, "anna", NULL);
	say_sound(s, 320, 3, false, "ben", NULL);
	assert_int_equal(receive(s), 2);
	assert_int_equal(value_of(&s->batch.item[1]), 3);
	assert_int_equal(s->batch.item[1].ts - s->batch.item[0].ts, 320);
	assert_int_equal(s->leg->refused, 1);
	s->now_ms += 250;
	say_sound(s, 320, 4, false, "anna", NULL);
	say_sound(s, 320, 5, false, "ben", NULL);
	assert_int_equal(receive(s), 1);
	assert_int_equal(value_of(&s->batch.item[0]), 4);
	side_free(s);
}

static void keys_are_told_and_nonsense_is_counted(void **state)
{
	struct side *s = side_new(&codec_pcm16);

	(void)state;
	say_text(s, "{\"kind\":\"DtmfData\",\"dtmfData\":{\"data\":\"5\"}}");
	say_text(s, "{\"kind\":\"DtmfData\",\"dtmfData\":{\"data\":\"flash\"}}");
	say_text(s, "{\"kind\":\"SomethingNew\"}");
	say_text(s, "hello");
	say_text(s, "{\"kind\":\"AudioData\",\"audioData\":{\"data\":\"5AD\"}}");
	say_text(s, "{\"kind\":\"AudioData\",\"audioData\":{\"data\":\"5ADw\"}}"); /* odd */
	say_text(s, "{\"kind\":\"AudioData\",\"audioData\":{\"data\":\"\\u0035AA=\"}}");
	assert_int_equal(receive(s), 2);
	assert_int_equal(s->batch.item[0].digit, '5');
	assert_false(s->batch.item[0].is_sound);
	assert_int_equal(s->batch.item[1].payload_bytes, 2);
	assert_int_equal(s->leg->refused, 4);
	assert_int_equal(s->leg->ended, 0);
	side_free(s);
}

/* The connection is over for both: they read why, we say so once. */
static void ended_with(struct side *s, unsigned code)
{
	char text[9000];
	size_t n = 0;

	receive(s);
	assert_int_equal(s->leg->ended, 1);
	assert_int_equal(s->leg->fd, -1);
	assert_int_equal(hear(s, text, &n), WS_CLOSE);
	assert_int_equal(n, 2);
	assert_int_equal((uint8_t)text[0] << 8 | (uint8_t)text[1], code);
	assert_int_equal(recv(s->fd, text, 1, MSG_DONTWAIT), 0);
	receive(s);
	leg_kind_ws.send(s->leg, (const uint8_t *)text, 640, 1);
	leg_kind_ws.flush(s->leg);
	assert_int_equal(s->leg->ended, 1);
	side_free(s);
}

static void each_way_to_end(void **state)
{
	struct side *s = side_new(&codec_pcm16);

	(void)state;
	say(s, 0x88, "\x03\xe8", 2);
	ended_with(s, WS_NORMAL);
	s = side_new(&codec_pcm16);
	say(s, 0x82, "\x01", 1);
	ended_with(s, WS_UNSUPPORTED);
	s = side_new(&codec_pcm16);
	say(s, 0x83, "\x01", 1);
	ended_with(s, WS_PROTOCOL_ERROR);
	s = side_new(&codec_pcm16);
	say_text(s, "{\"kind\":\"AudioMetadata\",\"audioMetadata\":{\"encoding\":\"PCM\","
		    "\"sampleRate\":24000,\"channels\":1}}");
	ended_with(s, WS_UNSUPPORTED);
	s = side_new(&codec_pcm16);
	shutdown(s->fd, SHUT_WR);
	ended_with(s, WS_GOING_AWAY);
}

static void a_ping_is_answered_and_a_second_connection_takes_over(void **state)
{
	struct side *s = side_new(&codec_pcm16);
	char text[9000];
	uint32_t ssrc;
	size_t n;
	int old;

	(void)state;
	say(s, 0x89, "you?", 4);
	say_sound(s, 320, 1, false, NULL, NULL);
	assert_int_equal(receive(s), 1);
	assert_int_equal(hear(s, text, &n), WS_PONG);
	assert_string_equal(text, "you?");
	ssrc = s->batch.item[0].ssrc;
	old = s->fd;
	connect_side(s);
	assert_int_equal(s->leg->ended, 1);
	assert_int_equal(recv(old, text, 4, MSG_DONTWAIT), 4);
	assert_memory_equal(text, "\x88\x02\x03\xe9", 4);
	close(old);
	say_sound(s, 320, 2, false, NULL, NULL);
	assert_int_equal(receive(s), 1);
	assert_true(s->batch.item[0].ssrc != ssrc);
	leg_kind_ws.flush(s->leg);
	assert_int_equal(hear(s, text, &n), WS_TEXT);
	assert_non_null(strstr(text, "\"kind\":\"StopAudio\""));
	side_free(s);
}

/* What they take is whole messages, however little at a time; the rest is counted. */
static void who_reads_slowly_misses_frames_and_who_does_not_read_is_let_go(void **state)
{
	struct side *s = side_new(&codec_pcm16);
	uint8_t sound[640] = { 0 };
	unsigned heard = 0;
	char text[9000];
	size_t n;

	(void)state;
	for (int tick = 0; tick < 400; tick++) {
		leg_kind_ws.send(s->leg, sound, sizeof(sound), 1);
		if (tick % 4 == 0) { /* a quarter of what comes */
			uint8_t *to = s->came + s->n;
			ssize_t got = recv(s->fd, to, 900, MSG_DONTWAIT);

			s->n += got > 0 ? (size_t)got : 0;
		}
	}
	assert_int_equal(s->leg->ended, 0);
	assert_in_range(s->leg->unsent, 100, 350);
	for (int tick = 0; tick < 300; tick++)
		leg_kind_ws.send(s->leg, sound, sizeof(sound), 1);
	assert_int_equal(s->leg->ended, 1);
	while (hear(s, text, &n) == WS_TEXT) {
		assert_int_equal(n, 900);
		heard++;
	}
	/* The last one may have been under way. */
	assert_in_range(heard, s->leg->out - 1, s->leg->out);
	side_free(s);
}

static void of_a_flood_a_batch_at_a_time_is_taken_and_nothing_is_lost(void **state)
{
	struct side *s = side_new(&codec_pcm16);
	unsigned taken = 0, batches = 0;

	(void)state;
	for (int i = 0; i < 40; i++)
		say_sound(s, 320, (int16_t)i, false, NULL, NULL);
	do {
		receive(s);
		for (size_t i = 0; i < s->batch.n; i++)
			assert_int_equal(value_of(&s->batch.item[i]), taken++);
		batches++;
	} while (s->batch.n > 0);
	assert_int_equal(taken, 40);
	assert_in_range(batches, 4, 10);
	side_free(s);
}

static void what_cannot_be_is_refused(void **state)
{
	const struct rtp_key key = { 0 };
	const struct leg_conf rows[] = {
		{ .kind = &leg_kind_ws },
		{ .kind = &leg_kind_ws, .codec = &codec_l16 },
		{ .kind = &leg_kind_ws, .codec = &codec_pcm16, .key_out = &key },
	};
	struct why why;
	struct leg *leg;
	uint16_t port;

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++)
		assert_int_equal(leg_kind_ws.open(&rows[r], NULL, &leg, &port, &why), E_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_goes_both_ways_at_both_rates),
		cmocka_unit_test(what_is_silent_or_left_out_passes_as_time),
		cmocka_unit_test(of_two_talkers_the_first_is_heard_until_silent),
		cmocka_unit_test(keys_are_told_and_nonsense_is_counted),
		cmocka_unit_test(each_way_to_end),
		cmocka_unit_test(a_ping_is_answered_and_a_second_connection_takes_over),
		cmocka_unit_test(who_reads_slowly_misses_frames_and_who_does_not_read_is_let_go),
		cmocka_unit_test(of_a_flood_a_batch_at_a_time_is_taken_and_nothing_is_lost),
		cmocka_unit_test(what_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
