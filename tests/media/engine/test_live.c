/* The engine's own threads and clock, with two telephones on real sockets in real time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/clock.h"
#include "bot/base/err.h"
#include "media/engine/engine.h"

#include "tests/media/engine/phone.h"

#include <sys/stat.h>
#include <sys/timerfd.h>

enum { FRAME = PHONE_FRAME, SECOND = PHONE_RATE, EVENTS_MAX = 64, WINDOW = 8, DELAY_MAX = 15 };

struct life {
	struct engine *e;
	struct phone caller, agent;
	uint32_t caller_leg, agent_leg;
	int beat; /* timerfd: the telephones' own 20 ms */
	struct engine_event event[EVENTS_MAX];
	size_t n_events;
	size_t n_said;                           /* frames, by each */
	size_t said_at[PHONE_HEARD_MAX / FRAME]; /* when the caller heard its packet i: n_said */
	unsigned torn[PHONE_HEARD_MAX / FRAME];  /* how often its stream was, up to that packet */
};

static int16_t caller_voice[20 * SECOND], agent_voice[20 * SECOND], announcement[SECOND];

static void open_leg(struct life *l, struct phone *p, uint32_t *leg)
{
	struct leg_conf conf = { 0 };
	struct why why = { 0 };
	uint16_t port;

	phone_init(p, false);
	if (engine_leg_open(l->e, 1, &conf, leg, &port, &why) != OK ||
		engine_leg_remote(l->e, *leg, "127.0.0.1", p->port, &why) != OK)
		fail_msg("%s", why.text);
	phone_dial(p, port);
}

static int begin(void **state)
{
	struct itimerspec beat = { { 0, 20000000 }, { 0, 20000000 } };
	struct life *l = calloc(1, sizeof(*l));
	struct engine_conf conf;
	struct why why = { 0 };

	voice(21, caller_voice, ARRAY_LEN(caller_voice));
	voice(22, agent_voice, ARRAY_LEN(agent_voice));
	voice(23, announcement, ARRAY_LEN(announcement));
	engine_conf_default(&conf);
	conf.n_shards = 2;
	l->e = engine_new(&conf, &why);
	if (!l->e)
		fail_msg("%s", why.text);
	open_leg(l, &l->caller, &l->caller_leg);
	open_leg(l, &l->agent, &l->agent_leg);
	l->beat = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	assert_int_equal(timerfd_settime(l->beat, 0, &beat, NULL), 0);
	*state = l;
	return 0;
}

static int end(void **state)
{
	struct life *l = *state;

	engine_free(l->e);
	phone_fini(&l->caller);
	phone_fini(&l->agent);
	close(l->beat);
	free(l);
	return 0;
}

/* One frame each. Beats that were missed are missed: telephones do not catch up. */
static void speak(struct life *l)
{
	uint64_t beats = 0;

	assert_int_equal(read(l->beat, &beats, sizeof(beats)), sizeof(beats));
	if ((l->n_said + 1) * FRAME > ARRAY_LEN(caller_voice))
		return;
	phone_say(&l->caller, caller_voice + l->n_said * FRAME);
	phone_say(&l->agent, agent_voice + l->n_said * FRAME);
	l->n_said++;
}

static void note(struct life *l, size_t packet)
{
	l->said_at[packet] = l->n_said;
	l->torn[packet] = l->caller.breaks + l->caller.dropped;
}

/* Live until the caller has heard so many packets more, or this kind of event has come. */
static bool live(struct life *l, unsigned packets, int kind)
{
	uint64_t deadline_ms = clock_mono_ms() + PHONE_WAIT_MS;
	unsigned until = l->caller.packets + packets;
	size_t from = l->n_events;

	while (l->caller.packets < until) {
		struct pollfd f[] = { { .fd = l->beat, .events = POLLIN },
			{ .fd = l->caller.fd, .events = POLLIN },
			{ .fd = l->agent.fd, .events = POLLIN },
			{ .fd = engine_fd(l->e), .events = POLLIN } };

		if (clock_mono_ms() > deadline_ms || poll(f, ARRAY_LEN(f), PHONE_WAIT_MS) < 1)
			return false;
		if (f[0].revents)
			speak(l);
		while (phone_hear(&l->caller))
			note(l, l->caller.packets - 1);
		while (phone_hear(&l->agent))
			;
		while (l->n_events < EVENTS_MAX && engine_take(l->e, &l->event[l->n_events]))
			l->n_events++;
		for (; kind >= 0 && from < l->n_events; from++)
			if (l->event[from].kind == (enum engine_event_kind)kind)
				return true;
	}
	return true;
}

static uint32_t sound_of(struct life *l, const int16_t *samples, size_t n)
{
	struct pcm pcm = { malloc(n * sizeof(*samples)), n };
	uint32_t sound;

	memcpy(pcm.samples, samples, n * sizeof(*samples));
	assert_int_equal(engine_sound_add(l->e, &pcm, &sound, NULL), OK);
	return sound;
}

/* A machine that stands still drops ticks: of a tone across that nothing can be measured. */
static bool is_whole(const struct life *l, size_t at, size_t frames)
{
	return l->torn[at / FRAME] == l->torn[at / FRAME + frames - 1];
}

/* Music of one tone; the announcement lies over it, the music is ducked by 12 dB. */
static void a_caller_on_hold_hears_music_and_an_announcement_over_it(void **state)
{
	static int16_t music[SECOND];
	struct life *l = *state;
	const int16_t *h = l->caller.heard;
	size_t start, lag = 0;
	uint32_t m, s;
	double before, best = 0, least = 1e9, back = 0; /* after the least */

	tone(440, 6000, music, SECOND);
	m = sound_of(l, music, SECOND);
	s = sound_of(l, announcement, SECOND);
	assert_int_equal(engine_hold(l->e, l->caller_leg, 1, m, NULL, 0, 600), OK);
	assert_true(live(l, 500, ENGINE_PLAYED));
	while (!is_whole(l, l->caller.n_heard - 15 * FRAME, 15))
		assert_true(live(l, 1, -1));
	start = l->caller.n_heard;
	before = amplitude_at(440, h + start - 15 * FRAME, 15 * FRAME);
	assert_true(fabs(db(before / 6000)) < 1);
	assert_int_equal(engine_hold(l->e, l->caller_leg, 2, m, &s, 1, 2500), OK);
	assert_true(live(l, 500, ENGINE_PLAYED));
	for (size_t at = start; at + 10 * FRAME <= l->caller.n_heard; at += 5 * FRAME)
		if (is_whole(l, at, 10)) {
			double now = amplitude_at(440, h + at, 10 * FRAME);

			back = now < least ? 0 : fmax(back, now);
			least = fmin(least, now);
		}
	/* The voice has a little at 440 Hz too, so the duck is looked for in its quietest moment.
	 */
	assert_true(db(least / before) < -10 && db(least / before) > -15);
	for (size_t from = SECOND / 4; from < SECOND && best <= 0.85; from += SECOND / 4) {
		best = correlation(announcement + from, 10 * FRAME, h + start, 60 * FRAME, &lag);
		assert_true(best <= 0.85 || lag > from);
	}
	assert_true(best > 0.85);
	assert_true(fabs(db(back / before)) < 1);
}

/* How well a stretch of what was heard is explained by what was said shortly before. */
static double heard_of(
	const struct life *l, const struct phone *p, size_t packet, const int16_t *said)
{
	size_t lag = 0, from = l->said_at[packet];

	return correlation(p->heard + packet * FRAME, WINDOW * FRAME,
		said + (from - DELAY_MAX) * FRAME, (DELAY_MAX + 1) * FRAME, &lag);
}

/* On a machine that is kept busy some moments are concealed; good ones must come all the same. */
static void bridged_to_an_agent_each_hears_the_other_and_not_itself(void **state)
{
	struct life *l = *state;
	double caller = 0, agent = 0;
	size_t from, to;

	assert_int_equal(engine_stop(l->e, l->caller_leg), OK);
	assert_int_equal(engine_hear(l->e, l->caller_leg, l->agent_leg, 0, 100), OK);
	assert_int_equal(engine_hear(l->e, l->agent_leg, l->caller_leg, 0, 100), OK);
	assert_true(live(l, 20, -1));
	from = l->caller.packets;
	assert_true(live(l, 100, -1));
	to = (l->caller.packets < l->agent.packets ? l->caller.packets : l->agent.packets) - WINDOW;
	for (size_t at = from; at < to && (caller < 0.85 || agent < 0.85); at += WINDOW) {
		caller = fmax(caller, heard_of(l, &l->caller, at, agent_voice));
		agent = fmax(agent, heard_of(l, &l->agent, at, caller_voice));
		assert_true(heard_of(l, &l->caller, at, caller_voice) < 0.25);
		assert_true(heard_of(l, &l->agent, at, agent_voice) < 0.25);
	}
	if (caller < 0.85 || agent < 0.85)
		fail_msg(
			"correlation %.2f at the caller's ear, %.2f at the agent's", caller, agent);
}

/* The recorder's own thread writes beside the clock; how exactly, test_record.c shows. */
static void a_conversation_is_recorded_while_it_lasts(void **state)
{
	enum { HALF_SECOND = 44 + 25 * FRAME * 4 };
	uint64_t deadline_ms = clock_mono_ms() + PHONE_WAIT_MS;
	char path[] = "/tmp/foyer-live-XXXXXX";
	struct life *l = *state;
	struct why why = { 0 };
	struct stat st;
	uint32_t id;

	close(mkstemp(path));
	unlink(path);
	if (engine_record(l->e, l->caller_leg, l->agent_leg, path, ENGINE_WAV, 0, 5, &id, &why) !=
		OK)
		fail_msg("%s", why.text);
	while (clock_mono_ms() < deadline_ms && (stat(path, &st) != 0 || st.st_size < HALF_SECOND))
		assert_true(live(l, 1, -1));
	assert_int_equal(engine_record_end(l->e, id), OK);
	l->n_events = 0;
	assert_true(live(l, 250, ENGINE_RECORDED));
	assert_int_equal(l->event[l->n_events - 1].error, 0);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size >= HALF_SECOND);
	unlink(path);
}

static void a_digit_arrives_once(void **state)
{
	struct life *l = *state;
	size_t n = 0;

	l->n_events = 0;
	phone_press(&l->caller, 9, 6);
	assert_true(live(l, 50, ENGINE_DTMF));
	assert_true(live(l, 10, -1));
	for (size_t i = 0; i < l->n_events; i++)
		n += l->event[i].kind == ENGINE_DTMF && l->event[i].leg == l->caller_leg &&
		     l->event[i].digit == '9';
	assert_int_equal(n, 1);
}

static void the_books_are_right(void **state)
{
	struct life *l = *state;
	struct engine_stats s;
	unsigned breaks;

	assert_int_equal(engine_leg_close(l->e, l->agent_leg), OK);
	assert_true(live(l, 10, -1));
	breaks = l->caller.breaks;
	assert_true(live(l, 5, -1)); /* a tick is shown after its packets are sent */
	engine_stats(l->e, &s);
	assert_int_equal(s.legs, 1);
	assert_true(s.ticks > 100 && s.cpu_us > 0 && s.packets_in > 100);
	assert_true(s.packets_out > 100);
	assert_int_equal(s.packets_refused, 0);
	/* Its timeline broke only where the machine kept the clock from its ticks, or a packet of
	 * whom it is passed from the wire: once each, as test_limits.c and test_pass.c show where
	 * time stands still. */
	assert_true(breaks <= s.ticks_lost + s.packets_lost);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_caller_on_hold_hears_music_and_an_announcement_over_it),
		cmocka_unit_test(bridged_to_an_agent_each_hears_the_other_and_not_itself),
		cmocka_unit_test(a_conversation_is_recorded_while_it_lasts),
		cmocka_unit_test(a_digit_arrives_once),
		cmocka_unit_test(the_books_are_right),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
