#ifndef TESTS_MEDIA_ENGINE_RIG_H
#define TESTS_MEDIA_ENGINE_RIG_H

/* An engine whose clock is moved by hand, and telephones on it. Include after cmocka. */

#include "media/engine/inside.h"

#include "tests/media/engine/phone.h"

enum { RIG_PHONES_MAX = 16, RIG_EVENTS_MAX = 64 };

struct rig {
	struct engine *e;
	uint64_t now_ns;
	struct phone phone[RIG_PHONES_MAX];
	uint32_t leg[RIG_PHONES_MAX];
	const int16_t *says[RIG_PHONES_MAX]; /* the rest of what this phone has to say */
	size_t n_says[RIG_PHONES_MAX];
	size_t n;
	struct engine_event event[RIG_EVENTS_MAX];
	size_t n_events;
};

static inline struct rig *rig_new(const struct engine_conf *conf)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct engine_conf plain;
	struct why why = { 0 };

	engine_conf_default(&plain);
	r->e = engine_make(conf ? conf : &plain, false, &why);
	if (!r->e)
		fail_msg("%s", why.text);
	return r;
}

static inline void rig_free(struct rig *r)
{
	engine_free(r->e);
	for (size_t i = 0; i < r->n; i++)
		phone_fini(&r->phone[i]);
	free(r);
}

/* A phone on a new leg of this room. Returns its number in the rig. */
static inline size_t rig_phone_on(struct rig *r, uint64_t room, bool is_l16, uint8_t hold_ms)
{
	struct leg_conf conf = { .codec = is_l16 ? &codec_l16 : NULL, .hold_ms = hold_ms };
	struct why why = { 0 };
	size_t i = r->n++;
	uint16_t port;

	phone_init(&r->phone[i], is_l16);
	if (engine_leg_open(r->e, room, &conf, &r->leg[i], &port, &why) != OK ||
		engine_leg_remote(r->e, r->leg[i], "127.0.0.1", r->phone[i].port, &why) != OK)
		fail_msg("%s", why.text);
	phone_dial(&r->phone[i], port);
	return i;
}

static inline size_t rig_phone(struct rig *r, uint64_t room, bool is_l16)
{
	return rig_phone_on(r, room, is_l16, 0);
}

static inline struct engine_stats rig_stats(const struct rig *r)
{
	struct engine_stats s;

	engine_stats(r->e, &s);
	return s;
}

static inline uint32_t rig_sound(struct rig *r, const int16_t *samples, size_t n)
{
	struct pcm pcm = { malloc(n * sizeof(*samples)), n };
	uint32_t sound;

	memcpy(pcm.samples, samples, n * sizeof(*samples));
	assert_int_equal(engine_sound_add(r->e, &pcm, &sound, NULL), OK);
	assert_null(pcm.samples);
	return sound;
}

static inline void rig_say(struct rig *r, size_t phone, const int16_t *samples, size_t n)
{
	r->says[phone] = samples;
	r->n_says[phone] = n;
}

/* A packet that was sent is seen by one of the engine's sockets. */
static inline void rig_await_arrival(struct rig *r, size_t phone)
{
	const struct leg *leg = engine_leg(r->e, r->leg[phone]);
	struct pollfd f[] = { { .fd = leg ? leg->fd : -1, .events = POLLIN },
		{ .fd = leg ? leg->peer_fd : -1, .events = POLLIN } };

	if (f[0].fd >= 0)
		assert_true(poll(f, ARRAY_LEN(f), PHONE_WAIT_MS) > 0);
}

static inline void rig_speak(struct rig *r)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->n_says[i] < PHONE_FRAME)
			continue;
		phone_say(&r->phone[i], r->says[i]);
		r->says[i] += PHONE_FRAME;
		r->n_says[i] -= PHONE_FRAME;
		rig_await_arrival(r, i);
	}
}

static inline void rig_collect(struct rig *r)
{
	struct engine_event ev;

	while (engine_take(r->e, &ev))
		if (r->n_events < RIG_EVENTS_MAX)
			r->event[r->n_events++] = ev;
}

/* Was this tick's frame in a longer packet that came before? */
static inline bool rig_is_ahead(const struct rig *r, size_t phone)
{
	const struct place *p = engine_place(r->e, r->leg[phone]);

	return !p || p->line->feed.ahead > 0;
}

/* So many frames of 20 ms: everybody says the next frame, the engine ticks, everybody hears. */
static inline void rig_run(struct rig *r, int frames)
{
	for (int f = 0; f < frames; f++, r->now_ns += PACE_TICK_NS) {
		bool is_ahead[RIG_PHONES_MAX];

		rig_speak(r);
		for (size_t i = 0; i < r->n; i++)
			is_ahead[i] = rig_is_ahead(r, i);
		engine_wake(r->e, r->now_ns);
		for (size_t i = 0; i < r->n; i++)
			if (!is_ahead[i])
				assert_true(phone_await(&r->phone[i]));
		rig_collect(r);
	}
}

/* How many events of this kind came for this phone's leg. */
static inline size_t rig_events(const struct rig *r, enum engine_event_kind kind, size_t phone)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_events; i++)
		n += r->event[i].kind == kind && r->event[i].leg == r->leg[phone];
	return n;
}

#endif
