/*
 * An hour of five hundred legs in virtual time: every leg's far end is another one, over a network
 * that loses, doubles and delays; sealed or plain, in three codecs. Half of those who hear anything
 * wait with music, half hear somebody, and they change places all the time. Nothing leaks, nothing
 * runs away, delay stays bounded, digits arrive. HOUR_SECONDS in the environment says how long; by
 * itself it is a few seconds, and make hour is the hour.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/rng.h"
#include "media/engine/inside.h"
#include "media/leg/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEGS = 500, SECONDS = 2, FLYING = 32, TICKS_S = 50, JITTER_MS = 60, TELL_S = 300 };

struct flying {
	size_t bytes;
	uint8_t packet[SESSION_PACKET_MAX];
};

/* A leg whose network is a table. */
struct air_leg {
	struct leg leg; /* first */
	struct session session;
	struct air_leg *far;
	uint64_t due_us[FLYING]; /* 0: none; by themselves, for every tick looks at all of them */
	struct flying flying[FLYING];
	uint64_t now_us, overflown;
};

static struct rng weather = { 1 };
static struct air_leg *opened;

static struct air_leg *air(struct leg *leg)
{
	return (struct air_leg *)leg;
}

static enum err air_open(const struct leg_conf *conf, struct leg_bind *b, struct leg **out,
	uint16_t *port, struct why *why)
{
	struct air_leg *a = calloc(1, sizeof(*a));

	(void)b;
	assert_non_null(a);
	assert_int_equal(session_begin(&a->session, conf, why), OK);
	a->leg.kind = conf->kind;
	a->leg.fd = a->leg.peer_fd = -1;
	opened = a;
	*out = &a->leg;
	*port = 0;
	return OK;
}

static void air_free(struct leg *leg)
{
	session_end(&air(leg)->session);
	free(leg);
}

static void fly(struct air_leg *a, const uint8_t *packet, size_t n)
{
	unsigned copies = 1 + !rng_below(&weather, 100);

	if (!n || !a->far || rng_below(&weather, 100) < 3)
		return;
	for (size_t i = 0; i < FLYING && copies; i++) {
		struct flying *f = &a->far->flying[i];

		if (a->far->due_us[i])
			continue;
		a->far->due_us[i] = a->now_us + 10000 + rng_below(&weather, JITTER_MS * 1000);
		f->bytes = n;
		memcpy(f->packet, packet, n);
		copies--;
	}
	a->far->overflown += copies > 0;
}

static void air_receive(struct leg *leg, uint64_t now_ms, struct leg_batch *out)
{
	struct air_leg *a = air(leg);
	uint8_t packet[SESSION_PACKET_MAX];

	a->now_us = now_ms * 1000;
	out->n = 0;
	out->has_more = false;
	for (size_t i = 0; i < FLYING && out->n < LEG_BATCH; i++) {
		struct flying *f = &a->flying[i];
		uint64_t due_us = a->due_us[i];
		struct rtp rtp;

		if (!due_us || due_us > a->now_us)
			continue;
		memcpy(out->bytes[out->n], f->packet, f->bytes);
		switch (session_read(&a->session, out->bytes[out->n], &f->bytes, &rtp)) {
		case SESSION_RTCP:
			assert_true(
				session_told(&a->session, out->bytes[out->n], f->bytes, due_us));
			break;
		case SESSION_RTP:
			if (session_take(&a->session, &rtp, due_us, &out->item[out->n]))
				out->n++;
			break;
		case SESSION_NEITHER:
			leg->refused++; /* the copy of a sealed one */
		}
		a->due_us[i] = 0;
	}
	leg->in += out->n;
	fly(a, packet, session_report(&a->session, a->now_us, packet));
}

static bool air_is_sending(const struct leg *leg)
{
	(void)leg;
	return true;
}

static void air_send(struct leg *leg, const uint8_t *payload, size_t bytes, unsigned frames)
{
	uint8_t packet[SESSION_PACKET_MAX];
	size_t n = session_say(&air(leg)->session, payload, bytes, frames, packet);

	atomic_fetch_sub(&leg->dialling, session_dialled(&air(leg)->session));
	leg->out += n > 0;
	fly(air(leg), packet, n);
}

static void air_pass(struct leg *leg, uint64_t frames)
{
	session_pass(&air(leg)->session, frames, NULL);
}

static void air_press(struct leg *leg, const char digits[LEG_DIGITS_MAX])
{
	assert_true(dial_add(&air(leg)->session.dial, digits));
}

static void air_quality(const struct leg *leg, struct leg_quality *out)
{
	session_quality(&((const struct air_leg *)leg)->session, out);
}

static const struct leg_kind air_kind = {
	.name = "air",
	.open = air_open,
	.free = air_free,
	.receive = air_receive,
	.is_sending = air_is_sending,
	.send = air_send,
	.pass = air_pass,
	.press = air_press,
	.quality = air_quality,
};

static const struct rtp_key keys[2] = { { .master = "one way's key and salt, 30 byt" },
	{ .suite = RTP_AEAD_AES_128_GCM, .master = "and another one for the way.." } };

struct hour {
	struct engine *e;
	uint32_t leg[LEGS];
	struct air_leg *air[LEGS];
	bool waits[LEGS]; /* of those who hear anything, which is every other one */
	uint64_t digits;
	uint32_t sound;
};

static void wait_or_talk(struct hour *h, size_t i, bool waits)
{
	uint32_t leg = h->leg[i], mate = h->leg[(i + LEGS - 1) % LEGS];

	h->waits[i] = waits;
	assert_int_equal(engine_hear(h->e, leg, mate, waits ? ENGINE_DEAF : 0, 0), OK);
	assert_int_equal(waits ? engine_hold(h->e, leg, 0, h->sound, NULL, 0, 1000000)
			       : engine_stop(h->e, leg),
		OK);
}

static void open_legs(struct hour *h)
{
	static const struct codec *const codecs[] = { &codec_opus, &codec_l16, &codec_pcma };

	for (size_t i = 0; i < LEGS; i++) {
		struct leg_conf conf = { .kind = &air_kind, .codec = codecs[i / 2 % 3] };
		struct why why = { 0 };
		uint16_t port;

		if (i / 2 % 2) {
			conf.key_out = &keys[i % 2];
			conf.key_in = &keys[!(i % 2)];
		}
		/* Far ends are neighbours; rooms are neighbours, moved by one. */
		if (engine_leg_open(h->e, (i + 1) % LEGS / 2, &conf, &h->leg[i], &port, &why) != OK)
			fail_msg("%s", why.text);
		h->air[i] = opened;
		if (i % 2) {
			h->air[i]->far = h->air[i - 1];
			h->air[i - 1]->far = h->air[i];
		}
	}
	for (size_t i = 0; i < LEGS; i += 2)
		wait_or_talk(h, i, i % 4 == 0);
}

/* An hour is long to wait for without a word. */
static void tell_progress(uint64_t tick)
{
	if (tick && tick % (TELL_S * TICKS_S) == 0) {
		printf("# %lu s so far\n", (unsigned long)(tick / TICKS_S));
		fflush(stdout);
	}
}

static void an_hour_of_five_hundred_legs(void **state)
{
	const char *env = getenv("HOUR_SECONDS");
	uint64_t seconds = env ? strtoull(env, NULL, 10) : SECONDS, pressed = 0;
	static struct hour h;
	struct engine_conf conf;
	struct engine_event ev;
	struct engine_stats s;
	struct pcm pcm = { malloc(PCM_RATE * sizeof(int16_t)), PCM_RATE };

	(void)state;
	engine_conf_default(&conf);
	conf.legs_max = LEGS;
	codec_opus_complexity(0, 0); /* how well libopus codes is not what is looked at */
	h.e = engine_make(&conf, false, NULL);
	assert_non_null(h.e);
	for (size_t i = 0; i < PCM_RATE; i++)
		pcm.samples[i] = (int16_t)lrint(5000 * sin(0.1 * (double)i));
	assert_int_equal(engine_sound_add(h.e, &pcm, &h.sound, NULL), OK);
	open_legs(&h);
	for (uint64_t tick = 0; tick < seconds * TICKS_S; tick++) {
		if (tick % 20 == 5 && tick + 50 < seconds * TICKS_S)
			pressed += engine_dtmf(h.e, h.leg[tick / 20 % LEGS], "17") == OK;
		if (tick % 20 == 15)
			wait_or_talk(&h, tick / 20 * 2 % LEGS, !h.waits[tick / 20 * 2 % LEGS]);
		tell_progress(tick);
		engine_wake(h.e, tick * PACE_TICK_NS);
		while (engine_take(h.e, &ev))
			h.digits += ev.kind == ENGINE_DTMF;
	}
	engine_stats(h.e, &s);
	assert_int_equal(h.digits, 2 * pressed);
	assert_int_equal(s.events_dropped, 0);
	for (size_t i = 0; i < LEGS; i++) {
		struct engine_quality q;

		assert_int_equal(engine_quality(h.e, h.leg[i], &q), OK);
		assert_int_equal(h.air[i]->overflown, 0);
		assert_in_range(q.buffer_us, 0, 160000);
		/* 3 % of what the other side sent, by chance; a dozen more in a short life. */
		assert_in_range(q.lost, 0, q.expected * 45 / 1000 + 12);
	}
	printf("# %lu s of %d legs: %lu packets, %lu digits, %lu frames concealed\n",
		(unsigned long)seconds, LEGS, (unsigned long)s.packets_in, (unsigned long)h.digits,
		(unsigned long)s.frames_concealed);
	assert_true(s.packets_in > seconds * TICKS_S * LEGS * 8 / 10);
	engine_free(h.e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_hour_of_five_hundred_legs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
