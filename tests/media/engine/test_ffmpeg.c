/* A stranger's RTP, Opus, G.711 and G.722: ffmpeg hears us, and we hear ffmpeg. Skipped where there
 * is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/clock.h"
#include "bot/base/err.h"
#include "media/engine/engine.h"
#include "media/leg/sdes.h"

#include "tests/media/engine/phone.h"

#include <stdio.h>

enum { SECOND = PHONE_RATE, FRAME = PHONE_FRAME, LOOP = SECOND, HEARD = 3 * SECOND / 2 };

static const struct row {
	const struct codec *codec;
	const char *map;    /* of SDP, without the payload type */
	const char *encode; /* ffmpeg's options */
	double least;       /* correlation; a telephone's band leaves out some of the voice */
	bool is_sealed;     /* SRTP, with a key told in a line a=crypto (SDES) */
} rows[] = {
	{ &codec_opus, "opus/48000/2", "-c:a libopus -b:a 40k -application voip", 0.9, false },
	{ &codec_g722, "G722/8000", "-c:a g722 -ar 16000", 0.9, false },
	{ &codec_pcmu, "PCMU/8000", "-c:a pcm_mulaw -ar 8000", 0.85, false },
	{ &codec_pcma, "PCMA/8000", "-c:a pcm_alaw -ar 8000", 0.85, true },
};

static int16_t loop[3 * LOOP]; /* the same second three times, to look for a window in */

static int prepare(void **state)
{
	struct engine_conf conf;
	struct why why = { 0 };

	voice(31, loop, LOOP);
	memcpy(loop + LOOP, loop, LOOP * sizeof(*loop));
	memcpy(loop + 2 * LOOP, loop, LOOP * sizeof(*loop));
	engine_conf_default(&conf);
	*state = engine_new(&conf, &why);
	if (!*state)
		fail_msg("%s", why.text);
	return 0;
}

static int end(void **state)
{
	engine_free(*state);
	return 0;
}

static bool has_ffmpeg(void)
{
	return system("command -v ffmpeg >/dev/null 2>&1") == 0;
}

/* A port that is even and free, for a moment: ffmpeg wants to be told one. */
static uint16_t free_port(void)
{
	struct phone p;
	uint16_t port;

	do {
		phone_init(&p, true);
		port = p.port;
		phone_fini(&p);
	} while (port % 2);
	return port;
}

static uint32_t open_leg(struct engine *e, const struct codec *codec, const struct rtp_key *key,
	uint16_t remote, uint16_t *port)
{
	struct leg_conf conf = { .codec = codec, .key_out = key, .key_in = key };
	struct why why = { 0 };
	uint32_t leg;

	if (engine_leg_open(e, 1, &conf, &leg, port, &why) != OK ||
		engine_leg_remote(e, leg, "127.0.0.1", remote, &why) != OK)
		fail_msg("%s", why.text);
	return leg;
}

static void play_loop(struct engine *e, uint32_t leg)
{
	struct pcm pcm = { malloc(LOOP * sizeof(*loop)), LOOP };
	uint32_t sound;

	memcpy(pcm.samples, loop, LOOP * sizeof(*loop));
	assert_int_equal(engine_sound_add(e, &pcm, &sound, NULL), OK);
	assert_int_equal(engine_hold(e, leg, 1, sound, NULL, 0, 60000), OK);
}

/* The best of some windows: a machine that is kept busy may have broken one. */
static double best_match(const int16_t *heard, size_t n)
{
	double best = 0;

	for (size_t at = SECOND / 4; at + SECOND / 8 <= n && best < 0.9; at += SECOND / 8) {
		size_t lag;

		best = fmax(best, correlation(heard + at, SECOND / 8, loop, LOOP, &lag));
	}
	return best;
}

static uint64_t ticks_lost(const struct engine *e)
{
	struct engine_stats s;

	engine_stats(e, &s);
	return s.ticks_lost;
}

static void ffmpeg_hears(struct engine *e, const struct row *row)
{
	static const char sdp[] = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\n"
				  "m=audio %u RTP/%s %u\na=rtpmap:%u %s\n";
	static int16_t heard[HEARD];
	char path[] = "/tmp/foyer-sdp-XXXXXX", command[256], crypto[SDES_LINE_MAX];
	uint16_t there = free_port(), here;
	uint32_t leg;
	uint64_t lost = ticks_lost(e);
	struct sdes own;
	FILE *f;
	size_t n;

	sdes_make(&own, 1, RTP_AES_CM_128_HMAC_SHA1_80);
	sdes_write(&own, crypto);
	f = fdopen(mkstemp(path), "w");
	assert_non_null(f);
	fprintf(f, sdp, (unsigned)there, row->is_sealed ? "SAVP" : "AVP", row->codec->payload_type,
		row->codec->payload_type, row->map);
	if (row->is_sealed)
		fprintf(f, "a=crypto:%s\n", crypto);
	fclose(f);
	leg = open_leg(e, row->codec, row->is_sealed ? &own.key : NULL, there, &here);
	play_loop(e, leg);
	snprintf(command, sizeof(command),
		"timeout 30 ffmpeg -nostdin -loglevel error -protocol_whitelist file,udp,rtp -f sdp"
		" -analyzeduration 500000 -i %s -t 1.5 -ac 1 -ar 16000 -f s16le - 2>/dev/null",
		path);
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(heard, sizeof(*heard), HEARD, f);
	pclose(f);
	unlink(path);
	assert_int_equal(engine_leg_close(e, leg), OK);
	/* What a machine that stood still dropped leaves a gap in time, which ffmpeg does not fill;
	 * nothing else is missing. */
	lost = ticks_lost(e) - lost;
	assert_in_range(n, lost * FRAME < HEARD ? HEARD - lost * FRAME : 0, HEARD);
	if (best_match(heard, n) < row->least)
		fail_msg("%s: correlation %.2f over %zu samples", row->codec->name,
			best_match(heard, n), n);
}

/* ffmpeg's stream comes in on one leg and goes out on another, to a telephone of ours. */
static void we_hear(struct engine *e, const struct row *row)
{
	uint64_t deadline_ms = clock_mono_ms() + 3 * PHONE_WAIT_MS;
	uint32_t from, to;
	uint16_t port, phone_port;
	char command[480], crypto[SDES_LINE_MAX], sealed[160] = "";
	struct sdes own;
	struct phone p;
	FILE *f;

	phone_init(&p, false);
	sdes_make(&own, 1, RTP_AES_CM_128_HMAC_SHA1_80);
	sdes_write(&own, crypto);
	to = open_leg(e, &codec_opus, NULL, p.port, &phone_port);
	from = open_leg(e, row->codec, row->is_sealed ? &own.key : NULL, free_port(), &port);
	assert_int_equal(engine_hear(e, to, from, 0, 20), OK);
	if (row->is_sealed) /* it takes the suite and the key of such a line apart */
		snprintf(sealed, sizeof(sealed), "-srtp_out_suite %s -srtp_out_params '%s'",
			sdes_suite_name(own.key.suite), strstr(crypto, "inline:") + 7);
	snprintf(command, sizeof(command),
		"timeout 30 ffmpeg -nostdin -loglevel error -re -f s16le -ac 1 -ar 16000 -i -"
		" %s -payload_type %u -f rtp %s '%s://127.0.0.1:%u' >/dev/null 2>&1",
		row->encode, row->codec->payload_type, sealed, row->is_sealed ? "srtp" : "rtp",
		(unsigned)port);
	f = popen(command, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(loop, sizeof(*loop), ARRAY_LEN(loop), f), ARRAY_LEN(loop));
	fflush(f);
	/* Two seconds of it, from its first sound on. */
	while (p.n_heard < 2 * SECOND && clock_mono_ms() < deadline_ms) {
		assert_true(phone_await(&p));
		if (p.n_heard == FRAME && rms(p.heard, FRAME) < 1)
			p.n_heard = 0;
	}
	pclose(f);
	assert_int_equal(engine_leg_close(e, from), OK);
	assert_int_equal(engine_leg_close(e, to), OK);
	if (best_match(p.heard, p.n_heard) < row->least)
		fail_msg("%s: correlation %.2f over %zu samples", row->codec->name,
			best_match(p.heard, p.n_heard), p.n_heard);
	phone_fini(&p);
}

static void ffmpeg_hears_what_we_play(void **state)
{
	if (!has_ffmpeg())
		skip();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ffmpeg_hears(*state, &rows[i]);
}

static void we_hear_what_ffmpeg_says(void **state)
{
	if (!has_ffmpeg())
		skip();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		we_hear(*state, &rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ffmpeg_hears_what_we_play),
		cmocka_unit_test(we_hear_what_ffmpeg_says),
	};

	return cmocka_run_group_tests(tests, prepare, end);
}
