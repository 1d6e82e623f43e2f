#include "graph/sim/ears.h"

#include "bot/base/log.h"
#include "bot/base/text.h"
#include "graph/sim/phone_clip.h"
#include "graph/sim/prompts.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 4096, LEGS = 512, TOLD_MAX = 8192, SPARE = 64, KEPT_MAX = 64 };

/* The audio of one call: the state machine's key beside the phones' handles. */
struct wire {
	uint32_t call, bridge, caller; /* caller: phone */
	struct prompts prompts, holds;
};

struct ears {
	struct phones *phones;
	struct ears_conf conf;
	struct wire *wire; /* SLOTS, by call key */
	uint32_t *agent;   /* phones of the agents, from 1 */
	uint32_t *leaving; /* phones of callers whose files are not closed yet */
	size_t n_leaving, leaving_max, n_closing;
	struct {
		uint32_t key, leg;
	} leg[LEGS];
	struct cache *cache;
	struct {
		uint32_t call, op;
		uint8_t *wav;
		size_t n;
	} kept[KEPT_MAX]; /* recordings; the oldest gives way */
	size_t n_kept;
	struct sim_in *told; /* a ring; TOLD_MAX */
	size_t told_first, n_told;
};

enum err ears_new(const struct ears_conf *conf, struct ears **out, struct why *why)
{
	const struct scenario *s = conf->scenario;
	size_t people = s->n_agents + 2 * s->concurrent_calls + SPARE;
	struct phones_conf p = { conf->record_dir, conf->rtp_address, (uint16_t)people,
		(uint16_t)(2 * s->concurrent_calls + SPARE),
		(uint16_t)(s->concurrent_calls < LEGS ? s->concurrent_calls : LEGS) };
	struct ears *e = calloc(1, sizeof(*e));
	enum err err;

	if (!e)
		return FAIL(why, E_SYSTEM, "no memory");
	e->conf = *conf;
	e->leaving_max = people;
	e->wire = calloc(SLOTS, sizeof(*e->wire));
	e->agent = calloc(s->n_agents + 1, sizeof(*e->agent));
	e->leaving = calloc(people, sizeof(*e->leaving));
	e->told = calloc(TOLD_MAX, sizeof(*e->told));
	e->cache = cache_new(conf->office);
	if (!e->wire || !e->agent || !e->leaving || !e->told || !e->cache) {
		ears_free(e);
		return FAIL(why, E_SYSTEM, "no memory");
	}
	err = phones_new(&p, &e->phones, why);
	if (err == OK)
		err = phones_start(e->phones, why);
	if (err != OK) {
		ears_free(e);
		return err;
	}
	*out = e;
	return OK;
}

void ears_free(struct ears *e)
{
	if (!e)
		return;
	phones_free(e->phones);
	for (size_t i = 0; e->wire && i < SLOTS; i++) {
		prompts_fini(&e->wire[i].prompts);
		prompts_fini(&e->wire[i].holds);
	}
	for (size_t i = 0; i < KEPT_MAX; i++)
		free(e->kept[i].wav);
	cache_free(e->cache);
	free(e->wire);
	free(e->agent);
	free(e->leaving);
	free(e->told);
	free(e);
}

static void tell(struct ears *e, enum sim_in_kind kind, uint32_t call, uint32_t key, int status,
	const char *path)
{
	/* One for each play, leg and pick-up under way, all of which are bounded by less. */
	assert(e->n_told < TOLD_MAX);
	e->told[(e->told_first + e->n_told++) % TOLD_MAX] = (struct sim_in){
		.kind = kind, .call = call, .key = key, .status = status, .path = path
	};
}

static void grumble(const char *what, const char *id, const struct why *why)
{
	log_line(LOG_WARN, "sim", id, "%s: %s -> go on without", what, why->text);
}

static struct wire *wire_of(struct ears *e, uint32_t call)
{
	struct wire *w = &e->wire[call % SLOTS];

	return call && w->call == call ? w : NULL;
}

static uint32_t phone_of(struct ears *e, uint32_t person)
{
	struct wire *w;

	if (person < PERSON_CALLER)
		return person <= e->conf.scenario->n_agents ? e->agent[person] : 0;
	w = wire_of(e, person - PERSON_CALLER);
	return w ? w->caller : 0;
}

static void bridge_new(struct ears *e, uint32_t call)
{
	struct wire *w = &e->wire[call % SLOTS];
	struct why why;

	*w = (struct wire){ .call = call };
	if (phone_bridge_new(e->phones, &w->bridge, &why) != OK)
		grumble("bridge", "", &why);
}

/* What a file may be called. */
static void name_of(char out[PHONE_NAME_MAX + 1], const char *name)
{
	size_t n = 0;

	for (; *name && n < PHONE_NAME_MAX; name++, n++)
		out[n] = isalnum((unsigned char)*name) || strchr("-_", *name) || (*name == '.' && n)
				 ? *name
				 : '-';
	out[n] = '\0';
}

/* Voices differ by person, so that one can tell them apart by ear. */
static uint32_t phone_make(struct ears *e, const struct sim_out *o)
{
	static const char *const voices[] = { "en-us+f3", "en-gb", "en-us", "en-us+m3",
		"en-gb+f2" };
	size_t which = o->person < PERSON_CALLER ? 1 + o->person % 2 : 3 * (o->call % 2);
	struct phone_speech speech = { o->text, voices[which], 50 };
	char name[PHONE_NAME_MAX + 1];
	uint32_t phone = 0;
	struct why why;

	name_of(name, o->name);
	if (phone_add(e->phones, name, &speech, &phone, &why) == OK)
		return phone;
	grumble("speech", name, &why);
	speech.text = NULL;
	if (phone_add(e->phones, name, &speech, &phone, &why) == OK)
		return phone;
	grumble("phone", name, &why);
	return 0;
}

static void pick_up(struct ears *e, const struct sim_out *o)
{
	struct wire *w = wire_of(e, o->call);
	uint32_t *at = o->person < PERSON_CALLER ? &e->agent[o->person] : w ? &w->caller : NULL;
	struct why why;

	if (!at)
		return;
	if (!*at)
		*at = phone_make(e, o);
	if (!*at)
		return;
	if (phone_pick_up(e->phones, *at, &why) != OK)
		grumble("pick up", o->name, &why);
	else
		tell(e, SIM_EAR, o->call, o->person, 0, phone_ear_path(e->phones, *at));
}

static void hang_up(struct ears *e, uint32_t person)
{
	uint32_t phone = phone_of(e, person);

	if (!phone)
		return;
	phone_hang_up(e->phones, phone);
	e->n_closing++;
	if (person < PERSON_CALLER)
		return;
	/* A caller's phone is no more once its files are closed. */
	wire_of(e, person - PERSON_CALLER)->caller = 0;
	assert(e->n_leaving < e->leaving_max);
	e->leaving[e->n_leaving++] = phone;
}

static void play_done(void *cls, uint32_t call, uint32_t op, int status)
{
	tell(cls, SIM_PLAYED, call, op, status, NULL);
}

static void play(struct ears *e, const struct sim_out *o)
{
	struct wire *w = wire_of(e, o->call);
	struct phone_record how = { o->record.initial_ms, o->record.silence_ms,
		o->record.longest_ms, o->record.beep, "" };
	struct prompts_ask ask = { .call = o->call,
		.op = o->key,
		.infos = o->json,
		.record = o->kind == SIM_RECORD ? &how : NULL };

	memcpy(how.stop, o->record.stop, sizeof(how.stop));
	if (!w || prompts_add(&w->prompts, e->cache, &ask) != OK)
		tell(e, SIM_PLAYED, o->call, o->key, PHONE_SUBCODE_DOWNLOAD, NULL);
	else
		prompts_play(&w->prompts, e->phones, w->bridge, play_done, e);
}

/* Music for one ear; it begins when its file is here. */
static void hold(struct ears *e, const struct sim_out *o)
{
	struct wire *w = wire_of(e, o->call);
	uint32_t phone = phone_of(e, o->person);
	struct prompts_ask ask = {
		.call = o->call, .op = o->key, .infos = o->json, .phone = phone
	};
	struct why why;

	if (w)
		prompts_cancel(&w->holds, play_done, e);
	if (!o->on) {
		if (phone && phone_hold(e->phones, phone, NULL, &why) != OK)
			grumble("hold", "", &why);
		return;
	}
	if (!w || !phone || prompts_add(&w->holds, e->cache, &ask) != OK)
		tell(e, SIM_PLAYED, o->call, o->key, PHONE_SUBCODE_DOWNLOAD, NULL);
	else
		prompts_play(&w->holds, e->phones, w->bridge, play_done, e);
}

static size_t kept_at(const struct ears *e, uint32_t call, uint32_t op)
{
	size_t i = 0;

	while (i < KEPT_MAX && (!e->kept[i].wav || e->kept[i].call != call || e->kept[i].op != op))
		i++;
	return i;
}

bool ears_recording(
	const struct ears *e, uint32_t call, uint32_t op, const uint8_t **wav, size_t *n)
{
	size_t i = kept_at(e, call, op);

	if (i == KEPT_MAX)
		return false;
	*wav = e->kept[i].wav;
	*n = e->kept[i].n;
	return true;
}

/* sound is taken over. */
static void keep(struct ears *e, uint32_t call, uint32_t op, int16_t *sound, size_t n_samples)
{
	size_t i = e->n_kept++ % KEPT_MAX, bytes = n_samples * sizeof(*sound);

	free(e->kept[i].wav);
	e->kept[i].wav = malloc(WAV_HEAD + bytes);
	e->kept[i].call = call;
	e->kept[i].op = op;
	e->kept[i].n = WAV_HEAD + bytes;
	if (e->kept[i].wav) {
		phone_wav_head(e->kept[i].wav, (uint32_t)bytes);
		memcpy(e->kept[i].wav + WAV_HEAD, sound, bytes);
	}
	free(sound);
}

static void kept_forget(struct ears *e, uint32_t call, uint32_t op)
{
	size_t i = kept_at(e, call, op);

	if (i == KEPT_MAX)
		return;
	free(e->kept[i].wav);
	e->kept[i].wav = NULL;
}

static void play_stop(struct ears *e, uint32_t call)
{
	struct wire *w = wire_of(e, call);
	struct why why;

	if (!w)
		return;
	prompts_cancel(&w->prompts, play_done, e);
	if (phone_play_stop(e->phones, w->bridge, &why) != OK)
		grumble("stop", "", &why);
}

static void leg_open(struct ears *e, const struct sim_out *o)
{
	struct phone_leg_conf conf = { o->location, o->port, o->payload_type, o->telephone_event };
	uint16_t port = 0;
	uint32_t leg = 0;
	size_t i = 0;
	struct why why;

	while (i < LEGS && e->leg[i].key)
		i++;
	if (i == LEGS || phone_leg_open(e->phones, &conf, &leg, &port, &why) != OK) {
		if (i < LEGS)
			grumble("leg", "", &why);
		tell(e, SIM_LEG, 0, o->key, 0, NULL);
		return;
	}
	e->leg[i].key = o->key;
	e->leg[i].leg = leg;
	tell(e, SIM_LEG, 0, o->key, port, NULL);
}

static void leg_move(struct ears *e, const struct sim_out *o)
{
	struct wire *w = wire_of(e, o->call);
	struct why why;

	for (size_t i = 0; i < LEGS; i++) {
		if (e->leg[i].key != o->key)
			continue;
		if (o->kind == SIM_LEG_CLOSE) {
			phone_leg_close(e->phones, e->leg[i].leg);
			e->leg[i].key = 0;
		} else if (w && phone_leg_join(e->phones, e->leg[i].leg, w->bridge, &why) != OK) {
			grumble("leg", "", &why);
		}
		return;
	}
}

static void person_do(struct ears *e, const struct sim_out *o)
{
	uint32_t phone = phone_of(e, o->person);
	struct wire *w = wire_of(e, o->call);
	enum err err = OK;
	struct why why;

	if (!phone)
		return;
	if (o->kind == SIM_JOIN && w)
		err = phone_bridge_join(e->phones, w->bridge, phone, &why);
	else if (o->kind == SIM_HEARS && o->key && !phone_of(e, o->key))
		return; /* somebody without a telephone */
	else if (o->kind == SIM_HEARS)
		err = phone_hears(e->phones, phone, o->key ? phone_of(e, o->key) : 0, o->on, &why);
	else if (o->kind == SIM_SAY && o->once)
		err = phone_say_once(e->phones, phone, &why);
	else if (o->kind == SIM_SAY)
		err = phone_say(e->phones, phone, o->on, &why);
	else if (o->kind == SIM_KEY)
		err = phone_dtmf(e->phones, phone, (char)toupper((unsigned char)o->digit), &why);
	if (err != OK)
		grumble("phone", "", &why);
}

bool ears_do(struct ears *e, const struct sim_out *o)
{
	struct wire *w = wire_of(e, o->call);

	switch (o->kind) {
	case SIM_BRIDGE_NEW:
		bridge_new(e, o->call);
		return true;
	case SIM_BRIDGE_FREE:
		if (w) {
			phone_bridge_free(e->phones, w->bridge);
			prompts_fini(&w->prompts);
			prompts_fini(&w->holds);
			*w = (struct wire){ 0 };
		}
		return true;
	case SIM_PICK_UP:
		pick_up(e, o);
		return true;
	case SIM_HANG_UP:
		hang_up(e, o->person);
		return true;
	case SIM_JOIN:
	case SIM_SAY:
	case SIM_KEY:
	case SIM_HEARS:
		person_do(e, o);
		return true;
	case SIM_HOLD:
		hold(e, o);
		return true;
	case SIM_RECORDING_FREE:
		kept_forget(e, o->call, o->key);
		return true;
	case SIM_RECORD:
	case SIM_PLAY:
		play(e, o);
		return true;
	case SIM_PLAY_STOP:
		play_stop(e, o->call);
		return true;
	case SIM_LEG_OPEN:
		leg_open(e, o);
		return true;
	case SIM_LEG_JOIN:
	case SIM_LEG_CLOSE:
		leg_move(e, o);
		return true;
	default:
		return false;
	}
}

void ears_fetched(struct ears *e, struct post_result *r)
{
	cache_fetched(e->cache, r);
	for (size_t i = 0; i < SLOTS; i++)
		if (e->wire[i].call) {
			prompts_play(
				&e->wire[i].prompts, e->phones, e->wire[i].bridge, play_done, e);
			prompts_play(&e->wire[i].holds, e->phones, e->wire[i].bridge, play_done, e);
		}
}

int ears_fd(const struct ears *e)
{
	return phones_event_fd(e->phones);
}

static void closed(struct ears *e, uint32_t phone)
{
	e->n_closing -= e->n_closing > 0;
	for (size_t i = 0; i < e->n_leaving; i++)
		if (e->leaving[i] == phone) {
			phone_free(e->phones, phone);
			e->leaving[i] = e->leaving[--e->n_leaving];
			return;
		}
}

bool ears_next(struct ears *e, struct sim_in *in)
{
	struct phone_event ev;

	while (e->n_told < TOLD_MAX / 2 && phones_event_take(e->phones, &ev)) {
		uint32_t call = (uint32_t)(ev.cookie >> 32), op = (uint32_t)ev.cookie;

		if (ev.kind == PHONE_HUNG_UP)
			closed(e, ev.phone);
		else if (ev.kind == PHONE_RECORDS)
			tell(e, SIM_RECORDS, call, op, 0, NULL);
		else if (ev.kind == PHONE_RECORDED) {
			keep(e, call, op, ev.sound, ev.n_samples);
			tell(e, SIM_PLAYED, call, op, ev.subcode, NULL);
		} else
			tell(e, SIM_PLAYED, call, op,
				ev.kind == PHONE_PLAYED      ? SIM_HEARD
				: ev.kind == PHONE_CANCELLED ? SIM_CANCELLED
							     : ev.subcode,
				NULL);
	}
	if (!e->n_told)
		return false;
	*in = e->told[e->told_first];
	e->told_first = (e->told_first + 1) % TOLD_MAX;
	e->n_told--;
	return true;
}

bool ears_quiet(const struct ears *e)
{
	return e->n_closing == 0;
}
