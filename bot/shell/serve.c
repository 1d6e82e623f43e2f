/*
 * The loop: what came in becomes events, events become durable, then the centre steps and effects
 * leave, then the POSTs are answered. One thread.
 */
#include "bot/shell/serve.h"

#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/rng.h"
#include "bot/shell/known.h"
#include "bot/shell/media_door.h"
#include "bot/shell/recordings.h"
#include "bot/shell/recover.h"
#include "bot/shell/reload.h"
#include "bot/shell/shell.h"
#include "bot/shell/work.h"
#include "media/codec/codec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { SHELF_BYTES_MAX = 1 << 30, ROUTES_MAX = 256 };

static const struct hand *const hands[] = {
#define HAND(name) &hand_##name,
#include "bot/shell/hands.def"
#undef HAND
};

/* What a hand may leave out. */
#define EACH_HAND(h, member)                                                         \
	for (const struct hand *const *h = hands; h < hands + ARRAY_LEN(hands); h++) \
		if ((*h)->member)

uint64_t shell_now_ms(struct shell *s)
{
	uint64_t now = s->service_base + clock_mono_ms() - s->mono_base;

	return s->now_ms = now > s->now_ms ? now : s->now_ms;
}

bool shell_push(struct shell *s, struct event ev)
{
	if (s->n_batch == BATCH_MAX) {
		log_line(LOG_ERROR, "shell", "", "contact=%u event=%u no room in the batch -> lost",
			ev.contact, ev.kind);
		return false;
	}
	ev.at_ms = shell_now_ms(s);
	lines_event(s->lines, &ev, s->conf);
	s->batch[s->n_batch++] = ev;
	return true;
}

static void tell_person(struct shell *s, const struct caller *p)
{
	char who[48];

	if (p->name[0])
		text_mask_name(who, sizeof(who), p->name);
	else
		text_mask(who, sizeof(who), p->id);
	watch_person(s->watch, p->contact, who);
}

void shell_push_all(struct shell *s, const struct to_core *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (!shell_push(s, t->event[i]))
			return;
	if (t->person.contact && s->n_person < PERSONS_MAX) {
		s->person[s->n_person++] = t->person;
		tell_person(s, &t->person);
	}
}

static bool is_transfer(const struct shell *s, const struct effect *fx)
{
	return fx->queue && s->conf->plan.queue[fx->queue - 1].hand_off == HAND_OFF_TRANSFER;
}

/* What an effect wants must be in the books before it is carried out where an answer may come at
 * once; all else is booked after. */
static bool booked_first(enum effect_kind kind)
{
	switch (kind) {
	case FX_ASK:
	case FX_RING:
	case FX_CONNECT:
	case FX_HEARING:
	case FX_DIAL:
	case FX_RECORD:
	case FX_TRANSFER:
		return true;
	default:
		return false;
	}
}

static void perform(struct shell *s, const struct event *cause, const struct effect *fx)
{
	bool first = booked_first((enum effect_kind)fx->kind);

	watch_effect(s->watch, cause, fx);
	if (first)
		lines_effect(s->lines, fx, is_transfer(s, fx));
	from_core(s, fx);
	if (!first)
		lines_effect(s->lines, fx, false);
	EACH_HAND(h, effect)(*h)->effect(s, fx);
}

static void log_effect(const struct effect *fx)
{
	char id[16], buf[200];
	struct text t = TEXT(buf);

	snprintf(id, sizeof(id), "%u", fx->contact);
	effect_print(fx, &t);
	log_line(LOG_INFO, "call", id, "%s", buf);
}

static void step(struct shell *s, const struct event *ev, uint64_t position)
{
	static struct effects out; /* large; one thread */

	watch_event(s->watch, ev);
	EACH_HAND(h, event)(*h)->event(s, ev);
	centre_step(s->centre, ev, &out);
	for (size_t i = 0; i < out.n; i++) {
		log_effect(&out.item[i]);
		perform(s, ev, &out.item[i]);
	}
	EACH_HAND(h, stepped)(*h)->stepped(s, ev, position);
}

static void commit(struct shell *s, const struct event *batch, size_t n)
{
	struct store_batch b = {
		.event = batch, .n_events = n, .person = s->person, .n_persons = s->n_person
	};
	struct why why;

	if (store_commit(s->store, &b, &why) != OK) {
		log_line(LOG_ERROR, "store", "",
			"%s -> the service stops, since it cannot remember", why.text);
		exit(EXIT_FAILURE);
	}
	s->n_person = 0;
}

void shell_turn(struct shell *s)
{
	static struct event batch[BATCH_MAX];

	for (;;) {
		size_t n = s->n_batch;

		if (centre_deadline_ms(s->centre) <= shell_now_ms(s) && n < BATCH_MAX)
			shell_push(s, (struct event){ .kind = EV_TICK });
		n = s->n_batch;
		if (n == 0)
			return;
		memcpy(batch, s->batch, n * sizeof(batch[0]));
		s->n_batch = 0;
		commit(s, batch, n);
		webhook_committed(s);
		for (size_t i = 0; i < n; i++)
			step(s, &batch[i], store_position(s->store) - n + 1 + i);
	}
}

static void media_run(struct shell *s)
{
	struct engine_event ev;

	while (s->engine && s->n_batch < BATCH_MAX - TO_CORE_MAX && engine_take(s->engine, &ev)) {
		struct to_core t = { .n = 0 };

		if (ev.kind == ENGINE_GONE) {
			media_gone(s, ev.leg);
			continue;
		}
		if (ev.kind == ENGINE_RECORDED) {
			recordings_told(&ev);
			continue;
		}
		for (uint32_t i = 0; i < lines_slots(s->lines) && t.n == 0; i++) {
			struct line *l = lines_at(s->lines, i);

			if (l && l->leg == ev.leg && !recordings_notice(s, l, &ev))
				to_core_media(l, &ev, &t);
		}
		shell_push_all(s, &t);
	}
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Milliseconds until something is due. Deadlines of the centre are in service time, of the rest in
 * monotonic time. */
int shell_wait_ms(struct shell *s)
{
	uint64_t mono = clock_mono_ms(), now = shell_now_ms(s);
	uint64_t service = sooner(
		centre_deadline_ms(s->centre), watch_draw(s->watch, s->centre, now));
	uint64_t due = sooner(trust_deadline_ms(s), errands_deadline_ms(s->errands));
	uint64_t wait = service == UINT64_MAX ? 60000 : service > now ? service - now : 0;

	EACH_HAND(h, deadline_ms) due = sooner(due, (*h)->deadline_ms(s));
	if (due != UINT64_MAX)
		wait = sooner(wait, due > mono ? due - mono : 0);
	wait = sooner(wait, door_timeout_ms(s->door));
	return (int)sooner(wait, 60000);
}

void shell_once(struct shell *s)
{
	reload_run(s);
	work_run(s);
	errands_take(s);
	media_run(s);
	door_run(s->door);
	EACH_HAND(h, run)(*h)->run(s);
	errands_token(s);
	trust_run(s);
	/* Last, so that nothing taken waits for the next wake-up. The answers leave with the next
	 * door_run, beside what came while the commit went to disk. */
	shell_turn(s);
}

static enum err open_secret(struct shell *s, struct why *why)
{
	size_t n = sizeof(s->secret);
	enum err e = store_fact_get(s->store, "secret", s->secret, &n, why);

	if (e != E_ABSENT)
		return e;
	random_bytes(s->secret, sizeof(s->secret));
	return store_fact_put(s->store, "secret", s->secret, sizeof(s->secret), why);
}

static enum err open_client(struct shell *s, struct why *why)
{
	struct client_conf conf = { .extra_ca = s->conf->endpoint.extra_ca,
		.user_agent = "Foyer/1",
		.requests_max = 4096,
		.connections_max = 8,
		.connect_ms = 3000,
		.answer_bytes_max = 2 << 20, /* 650 people with status messages */
		.plain_loopback = true };

	random_bytes(&conf.seed, sizeof(conf.seed));
	s->client = client_new(&conf, why);
	s->errands = errands_new(4096);
	if (s->client && !s->errands)
		return FAIL(why, E_SYSTEM, "no memory");
	return s->client ? OK : why->code;
}

static bool any_relay(const struct config *conf)
{
	for (uint32_t i = 0; i < conf->plan.n_entries; i++)
		if (conf->entry[i].relay)
			return true;
	return false;
}

static unsigned cores(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > ENGINE_SHARDS_MAX ? ENGINE_SHARDS_MAX : (unsigned)n;
}

static enum err open_engine(struct shell *s, struct why *why)
{
	struct engine_conf conf;

	if (!any_relay(s->conf))
		return OK;
	engine_conf_default(&conf);
	snprintf(conf.address, sizeof(conf.address), "%s", s->conf->media.rtp_address);
	conf.port_first = s->conf->media.rtp_port_first;
	conf.port_last = s->conf->media.rtp_port_last;
	conf.legs_max = s->conf->media.legs;
	conf.n_shards = s->conf->media.threads ? s->conf->media.threads : cores();
	conf.priority = s->conf->media.priority;
	conf.recordings_max = (conf.legs_max + 1) / 2; /* of two legs each */
	conf.sounds_max = ENGINE_SOUNDS_MAX; /* two sets of them while a configuration is renewed */
	codec_opus_complexity(s->conf->media.opus_complexity, s->conf->media.opus_complexity_lossy);
	s->relay_key = getenv("FOYER_RELAY_KEY");
	s->engine = engine_new(&conf, why);
	return s->engine ? OK : why->code;
}

static enum err open_sounds(struct shell *s, struct why *why)
{
	enum err e;

	if (mkdir(s->conf->store_prompts, 0700) != 0 && errno != EEXIST)
		return FAIL_EXT(
			why, E_SYSTEM, errno, "%s: %s", s->conf->store_prompts, strerror(errno));
	e = shelf_open(s->conf->store_prompts, s->secret, sizeof(s->secret), SHELF_BYTES_MAX,
		&s->shelf, why);
	if (e == OK)
		e = sounds_new(s->conf, s->shelf, s->engine, &s->sounds, why);
	return e == OK && s->engine ? sounds_live(s->sounds, s->engine, why) : e;
}

static enum err open_door(struct shell *s, struct why *why)
{
	static struct route routes[ROUTES_MAX]; /* borrowed by the door for its life */
	const struct config *c = s->conf;
	struct door_conf conf = { .address = c->listen.address,
		.port = c->listen.port,
		.certificate = c->listen.plain ? NULL : c->listen.certificate,
		.key = c->listen.plain ? NULL : c->listen.key,
		.client_ca = c->listen.client_ca,
		.connections_max = s->connections_max,
		.body_bytes_max = 64 * 1024,
		.head_ms_max = c->limit.head_ms,
		.body_ms_max = c->limit.body_ms,
		.idle_ms_max = 120000 };
	size_t n = 0;

	EACH_HAND(h, routes) n += (*h)->routes(s, routes + n, ARRAY_LEN(routes) - n);
	s->door = door_new(&conf, routes, n, why);
	return s->door ? OK : why->code;
}

static const char *environment(void *ctx, const char *name)
{
	(void)ctx;
	return getenv(name);
}

enum { FILES_OF_OUR_OWN = 512, FILES_A_LEG = 2 };

/* A descriptor a connection, two a leg, and some of our own; where the system allows fewer, there
 * are fewer connections. */
static enum err raise_files(struct shell *s, struct why *why)
{
	unsigned own = FILES_OF_OUR_OWN +
		       (any_relay(s->conf) ? s->conf->media.legs * FILES_A_LEG : 0);
	struct rlimit files;

	s->connections_max = s->conf->limit.connections;
	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "open files: %s", strerror(errno));
	if (files.rlim_max < own + FILES_OF_OUR_OWN)
		return FAIL(why, E_LIMIT,
			"only %llu open files are allowed: raise LimitNOFILE to %u or more",
			(unsigned long long)files.rlim_max, s->connections_max + own);
	if (files.rlim_max < s->connections_max + own) {
		s->connections_max = (unsigned)files.rlim_max - own;
		log_line(LOG_WARN, "shell", "",
			"limits.connections=%u files_allowed=%llu -> %u connections",
			s->conf->limit.connections, (unsigned long long)files.rlim_max,
			s->connections_max);
	}
	if (files.rlim_cur < s->connections_max + own)
		files.rlim_cur = s->connections_max + own;
	if (setrlimit(RLIMIT_NOFILE, &files) != 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "open files: %s", strerror(errno));
	return OK;
}

static enum err open_hands(struct shell *s, struct why *why)
{
	EACH_HAND(h, open)
	{
		enum err e = (*h)->open(s, why);

		if (e != OK)
			return e;
	}
	return OK;
}

void hands_reload(struct shell *s, const struct config *old)
{
	EACH_HAND(h, reload)(*h)->reload(s, old);
}

static void close_hands(struct shell *s)
{
	for (size_t i = ARRAY_LEN(hands); i > 0; i--)
		if (hands[i - 1]->close)
			hands[i - 1]->close(s);
}

enum err shell_open(struct shell *s, struct why *why)
{
	struct store_summary found;
	enum err e = raise_files(s, why);

	if (e == OK)
		e = store_open(s->conf->store_path, &s->store, &found, why);
	if (e == OK)
		e = open_secret(s, why);
	if (e == OK)
		e = callback_open(s, why);
	if (e == OK)
		e = trust_open(s, environment, NULL, why);
	if (e == OK)
		e = open_client(s, why);
	if (e == OK)
		e = open_engine(s, why);
	if (e == OK)
		e = open_sounds(s, why);
	if (e == OK)
		e = recover(s, &found, why);
	if (e == OK && !(s->work = work_new()))
		e = FAIL(why, E_SYSTEM, "no threads for what takes long");
	if (e == OK)
		e = open_hands(s, why);
	return e == OK ? open_door(s, why) : e;
}

void shell_close(struct shell *s)
{
	door_free(s->door);
	reload_wait(s->reload); /* it writes on the shelf */
	work_free(s->work);
	s->work = NULL;
	close_hands(s);
	client_free(s->client);
	errands_free(s->errands);
	sounds_free(s->sounds);
	engine_free(s->engine);
	shelf_close(s->shelf);
	trust_close(s);
	callback_close(s);
	if (s->store) {
		store_contacts_flush(s->store);
		store_close(s->store);
	}
	lines_free(s->lines);
	known_free(s->known);
	free(s->centre_storage);
	watch_free(s->watch);
	reload_free(s->reload); /* last: all else borrows its configuration */
}
