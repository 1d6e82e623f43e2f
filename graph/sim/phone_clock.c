/* The 20 ms: who hears what, and the thread that never waits for anything but time. */
#include "graph/sim/phone_clock.h"

#include "bot/base/clock.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TICK_NS = 20 * 1000 * 1000, LATE_TICKS_MAX = TICKS_A_SECOND };

static void note(struct phones *p, size_t phone, size_t offset, const char *tail)
{
	const struct clock_phone *ph = &p->phone[phone];
	uint64_t sample = ph->frame * TICK_SAMPLES + offset;
	char line[EAR_LINE_MAX];

	if (!ph->off_hook)
		return;
	snprintf(line, sizeof(line), "{\"ms\":%llu,\"sample\":%llu,\"what\":%s}",
		(unsigned long long)sample / (WAV_RATE / 1000), (unsigned long long)sample, tail);
	scribe_note(&p->scribe, phone, line);
}

void phone_note(struct phones *p, size_t phone, size_t offset, const char *fmt, ...)
{
	char tail[EAR_LINE_MAX / 2];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(tail, sizeof(tail), fmt, ap);
	va_end(ap);
	note(p, phone, offset, tail);
}

void phone_bridge_note(
	struct phones *p, const struct clock_bridge *b, size_t offset, const char *fmt, ...)
{
	char tail[EAR_LINE_MAX - 64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(tail, sizeof(tail), fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < b->n_members; i++)
		note(p, b->member[i], offset, tail);
}

/* ---- the sound of one tick ---- */

static int16_t clip16(int32_t v)
{
	return (int16_t)(v > INT16_MAX ? INT16_MAX : v < INT16_MIN ? INT16_MIN : v);
}

static void add(int32_t sum[TICK_SAMPLES], const int16_t *pcm)
{
	for (size_t i = 0; i < TICK_SAMPLES; i++)
		sum[i] += pcm[i];
}

/* Everything but one's own voice. */
static void minus(const int32_t sum[TICK_SAMPLES], const int16_t *own, int16_t *out)
{
	for (size_t i = 0; i < TICK_SAMPLES; i++)
		out[i] = clip16(sum[i] - own[i]);
}

static void speak(struct phones *p, size_t phone, int16_t pcm[TICK_SAMPLES])
{
	struct clock_phone *ph = &p->phone[phone];

	memset(pcm, 0, TICK_SAMPLES * sizeof(*pcm));
	if (!ph->talking || !ph->off_hook || !ph->mouth)
		return;
	for (size_t done = 0; done < TICK_SAMPLES;) {
		size_t n = ph->mouth->n - ph->mouth_at;

		if (n > TICK_SAMPLES - done)
			n = TICK_SAMPLES - done;
		memcpy(pcm + done, ph->mouth->sample + ph->mouth_at, n * sizeof(*pcm));
		done += n;
		ph->mouth_at = (ph->mouth_at + n) % ph->mouth->n;
		if (ph->once && ph->mouth_at == 0) {
			ph->talking = ph->once = false;
			phone_note(p, phone, done < TICK_SAMPLES ? done : 0, "\"say-off\"");
			return;
		}
	}
}

static void hear(struct phones *p, size_t phone, const int16_t pcm[TICK_SAMPLES])
{
	struct clock_phone *ph = &p->phone[phone];

	if (ph->off_hook)
		scribe_hear(&p->scribe, phone, ph->frame++, pcm);
}

static void note_first_rtp(struct phones *p, const struct clock_bridge *b)
{
	for (size_t i = 0; i < b->n_members; i++) {
		struct clock_phone *ph = &p->phone[b->member[i]];

		if (ph->off_hook && !ph->rtp_heard) {
			phone_note(p, b->member[i], 0, "\"rtp-first\",\"bridge\":%u", b->id);
			ph->rtp_heard = true;
		}
	}
}

static bool unheard(const struct clock_phone *ph, uint16_t speaker)
{
	for (size_t i = 0; i < ph->n_unheard; i++)
		if (ph->unheard[i] == speaker)
			return true;
	return false;
}

/* Less what this ear does not hear, besides its own voice. */
static void hear_some(struct phones *p, const struct clock_bridge *b, size_t listener,
	const int32_t sum[TICK_SAMPLES], const int16_t *prompt,
	int16_t voice[PHONE_MEMBERS_MAX][TICK_SAMPLES], int16_t *out)
{
	const struct clock_phone *ph = &p->phone[b->member[listener]];
	int32_t left[TICK_SAMPLES];

	memcpy(left, sum, sizeof(left));
	for (size_t i = 0; i < TICK_SAMPLES && ph->no_prompts; i++)
		left[i] -= prompt[i];
	for (size_t m = 0; m < b->n_members; m++)
		for (size_t i = 0; i < TICK_SAMPLES && unheard(ph, b->member[m]); i++)
			left[i] -= voice[m][i];
	minus(left, voice[listener], out);
}

/* Music, round and round. */
static void hold_music(struct clock_phone *ph, int16_t out[TICK_SAMPLES])
{
	for (size_t i = 0; i < TICK_SAMPLES; i++) {
		out[i] = ph->hold->sample[ph->hold_at];
		ph->hold_at = (ph->hold_at + 1) % ph->hold->n;
	}
}

static void bridge_tick(struct phones *p, struct clock_bridge *b)
{
	struct phone_leg *leg = b->leg == NOWHERE ? NULL : p->leg[b->leg].leg;
	int16_t voice[PHONE_MEMBERS_MAX][TICK_SAMPLES], pcm[TICK_SAMPLES], theirs[TICK_SAMPLES];
	int16_t prompt[TICK_SAMPLES];
	int32_t sum[TICK_SAMPLES] = { 0 }, voices[TICK_SAMPLES] = { 0 };

	if (phone_bridge_prompt(p, b, prompt))
		add(sum, prompt);
	if (leg && phone_leg_hear(leg, theirs)) {
		note_first_rtp(p, b);
		add(sum, theirs);
	} else {
		memset(theirs, 0, sizeof(theirs));
	}
	for (size_t i = 0; i < b->n_members; i++) {
		speak(p, b->member[i], voice[i]);
		add(sum, voice[i]);
		add(voices, voice[i]);
	}
	if (b->listening)
		phone_record_hear(p, b, voices);
	for (size_t i = 0; i < b->n_members; i++) {
		struct clock_phone *ph = &p->phone[b->member[i]];

		if (ph->hold)
			hold_music(ph, pcm);
		else
			hear_some(p, b, i, sum, prompt, voice, pcm);
		hear(p, b->member[i], pcm);
	}
	if (leg) {
		minus(sum, theirs, pcm);
		phone_leg_say(leg, pcm);
	}
}

/* Out of every bridge: the WAV goes on, and so does the speech. */
static void alone_tick(struct phones *p, size_t phone)
{
	static const int16_t silence[TICK_SAMPLES];
	int16_t unspoken[TICK_SAMPLES];

	speak(p, phone, unspoken);
	hear(p, phone, silence);
}

static void publish(struct phones *p, size_t leg)
{
	uint64_t v[ARRAY_LEN(p->meter[leg].v)];

	memcpy(v, &p->leg[leg].leg->count, sizeof(v));
	for (size_t i = 0; i < ARRAY_LEN(v); i++)
		atomic_store_explicit(&p->meter[leg].v[i], v[i], memory_order_relaxed);
}

void phones_tick(struct phones *p)
{
	phones_obey(p);
	for (size_t i = 0; i < p->conf.legs_max; i++)
		if (p->leg[i].leg)
			phone_leg_receive(p->leg[i].leg, p->leg[i].bridge != NOWHERE);
	for (size_t i = 0; i < p->conf.bridges_max; i++)
		if (p->bridge[i].id)
			bridge_tick(p, &p->bridge[i]);
	for (size_t i = 0; i < p->conf.phones_max; i++)
		if (p->phone[i].off_hook && p->phone[i].bridge == NOWHERE)
			alone_tick(p, i);
	for (size_t i = 0; i < p->conf.legs_max; i++)
		if (p->leg[i].leg)
			publish(p, i);
	atomic_fetch_add_explicit(&p->ticks, 1, memory_order_relaxed);
	scribe_tick(&p->scribe);
}

/* ---- the thread ---- */

/* The machine slept, or somebody stopped us: real time has passed, and WAVs show it as silence. */
static void skip(struct phones *p, uint64_t ticks)
{
	for (size_t i = 0; i < p->conf.phones_max; i++)
		p->phone[i].frame += p->phone[i].off_hook ? ticks : 0;
	for (size_t i = 0; i < p->conf.legs_max; i++)
		if (p->leg[i].leg)
			phone_leg_skip(p->leg[i].leg, ticks);
	atomic_fetch_add_explicit(&p->ticks_lost, ticks, memory_order_relaxed);
}

static void sleep_until(uint64_t ns)
{
	struct timespec at = { .tv_sec = (time_t)(ns / 1000000000), .tv_nsec = ns % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
}

static void *tick_on(void *arg)
{
	struct phones *p = arg;
	uint64_t due = clock_mono_ns();

	while (!atomic_load(&p->stop)) {
		uint64_t now, behind;

		sleep_until(due += TICK_NS);
		now = clock_mono_ns();
		behind = (now - due) / TICK_NS;
		if (behind > LATE_TICKS_MAX) { /* up to then the missed ticks run at once */
			skip(p, behind);
			due += behind * TICK_NS;
		}
		phones_tick(p);
	}
	return NULL;
}

enum err phones_clock_start(struct phones *p, struct why *why)
{
	int rc = pthread_create(&p->clock, NULL, tick_on, p);

	if (rc != 0)
		return FAIL_EXT(why, E_SYSTEM, rc, "phone clock: %s", strerror(rc));
	pthread_setname_np(p->clock, "sim-phones");
	p->running = true;
	return OK;
}

void phones_clock_stop(struct phones *p)
{
	if (!p->running)
		return;
	atomic_store(&p->stop, true);
	pthread_join(p->clock, NULL);
	p->running = false;
}
