/* People: their names, voices, files, and what they do with the phone. */
#include "graph/sim/phone_clock.h"

#include "bot/base/clean.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PITCH_MAX = 99 };

static enum err check_name(const char *name, struct why *why)
{
	size_t n = strspn(
		name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

	if (n == 0 || n > PHONE_NAME_MAX || name[n] != '\0' || name[0] == '.')
		return FAIL(why, E_MALFORMED,
			"phone \"%.60s\": must be 1 to %d letters, digits, '-', '_' or '.', and "
			"not begin with '.'",
			name, PHONE_NAME_MAX);
	return OK;
}

/* ---- speeches ---- */

static bool same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static enum err check_speech(const struct phone_speech *s, struct why *why)
{
	if (strlen(s->text) > PHONE_TEXT_MAX)
		return FAIL(why, E_MALFORMED, "speech: %zu bytes, the limit is %d", strlen(s->text),
			PHONE_TEXT_MAX);
	if (s->pitch > PITCH_MAX)
		return FAIL(why, E_MALFORMED, "speech: pitch %u, must be 0 to 99", s->pitch);
	return OK;
}

static enum err remember(
	struct phones *p, const struct phone_speech *s, struct phone_mouth *mouth, struct why *why)
{
	struct said *said = &p->said[p->n_said];

	said->speech = (struct phone_speech){ .text = strdup(s->text),
		.voice = s->voice ? strdup(s->voice) : NULL,
		.pitch = s->pitch };
	said->mouth = mouth;
	p->n_said++; /* also when half of it is missing: let_room_go frees it */
	if (!said->speech.text || (s->voice && !said->speech.voice))
		return FAIL(why, E_SYSTEM, "no memory");
	return OK;
}

static enum err mouth_of(struct phones *p, const struct phone_speech *s,
	const struct phone_mouth **out, struct why *why)
{
	struct phone_mouth *mouth;
	enum err e;

	*out = NULL;
	if (!s || !s->text || !s->text[0])
		return OK;
	e = check_speech(s, why);
	if (e != OK)
		return e;
	for (size_t i = 0; i < p->n_said; i++) {
		const struct phone_speech *was = &p->said[i].speech;

		if (same(was->text, s->text) && same(was->voice, s->voice) &&
			was->pitch == s->pitch) {
			*out = p->said[i].mouth;
			return OK;
		}
	}
	if (p->n_said == PHONE_SPEECHES_MAX)
		return FAIL(
			why, E_LIMIT, "speech: more than %d different ones", PHONE_SPEECHES_MAX);
	e = phone_mouth_render(s, &mouth, why);
	if (e == OK)
		e = remember(p, s, mouth, why);
	if (e == OK)
		*out = mouth;
	return e;
}

/* ---- files ---- */

static enum err open_file(const char *path, int flags, int *fd, struct why *why)
{
	*fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | flags, 0644);
	if (*fd < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", path, strerror(errno));
	return OK;
}

static enum err keep_mouth(
	const struct phones *p, const char *name, const struct phone_mouth *m, struct why *why)
{
	char path[PHONE_PATH_MAX];
	uint8_t head[WAV_HEAD];
	CLEAN(close) int fd = -1;
	size_t bytes = m->n_speech * sizeof(m->sample[0]);
	enum err e;

	snprintf(path, sizeof(path), "%s/%s.mouth.wav", p->conf.record_dir, name);
	e = open_file(path, 0, &fd, why);
	if (e != OK)
		return e;
	phone_wav_head(head, (uint32_t)bytes);
	if (write(fd, head, sizeof(head)) != sizeof(head) ||
		write(fd, m->sample, bytes) != (ssize_t)bytes)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", path, strerror(errno));
	return OK;
}

static enum err open_ear(
	const struct phones *p, struct owned_phone *o, struct ear_files *f, struct why *why)
{
	char take[16] = "", log[PHONE_PATH_MAX];
	enum err e;

	*f = (struct ear_files){ -1, -1 };
	if (!p->conf.record_dir)
		return OK;
	if (o->calls > 0)
		snprintf(take, sizeof(take), "-%u", o->calls + 1);
	snprintf(log, sizeof(log), "%s/%s%s.jsonl", p->conf.record_dir, o->name, take);
	snprintf(
		o->ear_path, sizeof(o->ear_path), "%s/%s%s.wav", p->conf.record_dir, o->name, take);
	e = open_file(o->ear_path, 0, &f->wav, why);
	if (e == OK)
		e = open_file(log, O_APPEND, &f->log, why);
	if (e != OK)
		close_clean(&f->wav);
	return e;
}

/* ---- what people do ---- */

static enum err no_phone(struct why *why, uint32_t phone)
{
	return FAIL(why, E_ABSENT, "there is no phone %u (any more)", phone);
}

enum err phone_add(struct phones *p, const char *name, const struct phone_speech *speech,
	uint32_t *phone, struct why *why)
{
	struct command c = { .kind = DO_PHONE_ADD };
	enum err e = check_name(name, why);

	*phone = 0;
	if (e == OK)
		e = mouth_of(p, speech, &c.u.mouth, why);
	if (e == OK && c.u.mouth && p->conf.record_dir)
		e = keep_mouth(p, name, c.u.mouth, why);
	if (e != OK)
		return e;
	c.id = phone_handle_new(&p->phone_ids, &c.phone);
	if (!c.id)
		return FAIL(why, E_LIMIT, "phones: %u are in use, the limit", p->conf.phones_max);
	e = phone_ask(p, &c, why);
	if (e != OK) {
		p->phone_ids.of[c.phone].used = false;
		return e;
	}
	p->owned_phone[c.phone] = (struct owned_phone){ 0 };
	snprintf(p->owned_phone[c.phone].name, sizeof(p->owned_phone[0].name), "%s", name);
	*phone = c.id;
	return OK;
}

static void out_of_bridge(struct phones *p, struct owned_phone *o)
{
	uint16_t bridge;

	if (o->bridge && phone_slot(&p->bridge_ids, o->bridge, &bridge))
		p->owned_bridge[bridge].members--;
	o->bridge = 0;
}

void phone_free(struct phones *p, uint32_t phone)
{
	struct command c = { .kind = DO_PHONE_FREE };

	if (!phone_slot(&p->phone_ids, phone, &c.phone))
		return;
	out_of_bridge(p, &p->owned_phone[c.phone]);
	p->phone_ids.of[c.phone].used = false;
	phone_ask_surely(p, &c);
}

enum err phone_pick_up(struct phones *p, uint32_t phone, struct why *why)
{
	struct command c = { .kind = DO_PICK_UP };
	struct owned_phone *o;
	enum err e;

	if (!phone_slot(&p->phone_ids, phone, &c.phone))
		return no_phone(why, phone);
	o = &p->owned_phone[c.phone];
	if (o->off_hook)
		return FAIL(why, E_STALE, "phone \"%s\" is picked up already", o->name);
	if (p->ears_open == p->ears_max)
		return FAIL(why, E_LIMIT, "phones: %zu calls ended and nobody took the events",
			p->ears_max);
	e = open_ear(p, o, &c.u.ear, why);
	if (e == OK)
		e = phone_ask(p, &c, why);
	if (e != OK) {
		close_clean(&c.u.ear.wav);
		close_clean(&c.u.ear.log);
		return e;
	}
	o->off_hook = true;
	o->calls++;
	p->ears_open++;
	return OK;
}

void phone_hang_up(struct phones *p, uint32_t phone)
{
	struct command c = { .kind = DO_HANG_UP };
	struct owned_phone *o;

	if (!phone_slot(&p->phone_ids, phone, &c.phone))
		return;
	o = &p->owned_phone[c.phone];
	if (!o->off_hook)
		return;
	o->off_hook = false;
	out_of_bridge(p, o);
	phone_ask_surely(p, &c);
}

const char *phone_ear_path(const struct phones *p, uint32_t phone)
{
	uint16_t slot;

	return phone_slot(&p->phone_ids, phone, &slot) ? p->owned_phone[slot].ear_path : "";
}

enum err phone_say(struct phones *p, uint32_t phone, bool on, struct why *why)
{
	struct command c = { .kind = DO_SAY, .u.on = on };

	if (!phone_slot(&p->phone_ids, phone, &c.phone))
		return no_phone(why, phone);
	return phone_ask(p, &c, why);
}

enum err phone_say_once(struct phones *p, uint32_t phone, struct why *why)
{
	struct command c = { .kind = DO_SAY_ONCE };

	if (!phone_slot(&p->phone_ids, phone, &c.phone))
		return no_phone(why, phone);
	return phone_ask(p, &c, why);
}

enum err phone_hold(struct phones *p, uint32_t phone, struct phone_clip *clip, struct why *why)
{
	struct command c = { .kind = DO_HOLD };
	enum err e;

	if (!phone_slot(&p->phone_ids, phone, &c.phone))
		return no_phone(why, phone);
	if (clip && phone_clip_subcode(clip))
		return FAIL(why, E_MALFORMED, "hold: the clip is not playable");
	c.u.clip = phone_clip_hold(clip);
	e = phone_ask(p, &c, why);
	if (e != OK)
		phone_clip_drop(clip);
	return e;
}

enum err phone_hears(struct phones *p, uint32_t phone, uint32_t speaker, bool on, struct why *why)
{
	struct command c = { .kind = DO_HEARS, .u.hears = { NOWHERE, on } };

	if (!phone_slot(&p->phone_ids, phone, &c.phone))
		return no_phone(why, phone);
	if (speaker && !phone_slot(&p->phone_ids, speaker, &c.u.hears.speaker))
		return no_phone(why, speaker);
	return phone_ask(p, &c, why);
}

enum err phone_dtmf(struct phones *p, uint32_t phone, char digit, struct why *why)
{
	struct command c = { .kind = DO_KEY, .u.digit = digit };

	if (phone_key_event(digit) < 0)
		return FAIL(why, E_MALFORMED, "key: must be one of 0-9 * # A-D");
	if (!phone_slot(&p->phone_ids, phone, &c.phone))
		return no_phone(why, phone);
	return phone_ask(p, &c, why);
}

enum err phone_bridge_join(struct phones *p, uint32_t bridge, uint32_t phone, struct why *why)
{
	struct command c = { .kind = DO_JOIN };
	struct owned_phone *o;
	enum err e;

	if (!phone_slot(&p->phone_ids, phone, &c.phone))
		return no_phone(why, phone);
	if (!phone_slot(&p->bridge_ids, bridge, &c.bridge))
		return FAIL(why, E_ABSENT, "there is no bridge %u (any more)", bridge);
	o = &p->owned_phone[c.phone];
	if (o->bridge == bridge)
		return OK;
	if (p->owned_bridge[c.bridge].members == PHONE_MEMBERS_MAX)
		return FAIL(
			why, E_LIMIT, "bridge: %d phones are in it, the limit", PHONE_MEMBERS_MAX);
	e = phone_ask(p, &c, why);
	if (e != OK)
		return e;
	out_of_bridge(p, o);
	o->bridge = bridge;
	p->owned_bridge[c.bridge].members++;
	return OK;
}

void phone_bridge_leave(struct phones *p, uint32_t phone)
{
	struct command c = { .kind = DO_LEAVE };

	if (!phone_slot(&p->phone_ids, phone, &c.phone) || !p->owned_phone[c.phone].bridge)
		return;
	out_of_bridge(p, &p->owned_phone[c.phone]);
	phone_ask_surely(p, &c);
}
