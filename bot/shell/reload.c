#include "bot/shell/reload.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/check.h"
#include "bot/shell/conf_file.h"
#include "bot/shell/config_inside.h"
#include "bot/shell/recover.h"
#include "bot/shell/shell.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct reload {
	const char *path;
	struct config *own; /* in force since the last reload; NULL: none yet */
	int done;           /* an eventfd: the thread has returned, or is about to */
	bool busy, again;
	pthread_t thread;
	struct reload_order *order; /* NULL: the file is read */

	/* The thread's, while it runs. */
	const struct config *now;
	struct shelf *shelf;
	bool live;           /* there is an engine */
	struct config *next; /* NULL: not to be had, complaints says why */
	struct sounds *sounds;
	char *complaints; /* lines */
	size_t complaints_bytes;
};

struct reload *reload_new(const char *path)
{
	struct reload *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->path = path;
	r->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->done < 0) {
		free(r);
		return NULL;
	}
	return r;
}

/* What the thread left is nobody's. */
static void drop(struct reload *r)
{
	sounds_free(r->sounds);
	config_free(r->next);
	free(r->complaints);
	r->sounds = NULL;
	r->next = NULL;
	r->complaints = NULL;
}

void reload_wait(struct reload *r)
{
	if (r && r->busy)
		pthread_join(r->thread, NULL);
	if (r)
		r->busy = false;
}

void reload_free(struct reload *r)
{
	if (!r)
		return;
	if (r->order)
		r->order->done(NULL, r->order, "the service ends");
	drop(r);
	config_free(r->own);
	close(r->done);
	free(r);
}

int reload_fd(const struct reload *r)
{
	return r ? r->done : -1;
}

/* What the process has made at its start from the configuration, and never makes again. */
static const char *const fixed[][2] = { { "public_url" }, { "prompt_base" }, { "listen" },
	{ "cloud" }, { "endpoints" }, { "bots" }, { "store" }, { "media" }, { "call_records" },
	{ "presence", "subscribe" }, { "limits", "connections" }, { "limits", "head_seconds" },
	{ "limits", "body_seconds" } };

static const json_t *member(const struct config *c, const char *const path[2])
{
	const json_t *at = json_object_get(c->own->root, path[0]);

	return path[1] ? json_object_get(at, path[1]) : at;
}

static bool has_relay(const struct config *c)
{
	for (uint32_t i = 0; i < c->plan.n_entries; i++)
		if (c->entry[i].relay)
			return true;
	return false;
}

void reload_judge(const struct config *now, const struct config *next, struct faults *out)
{
	out->text = next->text;
	out->bytes = next->text_bytes;
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
		const json_t *a = member(now, fixed[i]), *b = member(next, fixed[i]);
		char parent[POINTER_MAX], at[POINTER_MAX];

		if (a == b || (a && b && json_equal(a, b)))
			continue;
		pointer_add(parent, "", fixed[i][0]);
		snprintf(at, sizeof(at), "%s", parent);
		if (fixed[i][1])
			pointer_add(at, parent, fixed[i][1]);
		fault_add(out, at, true,
			"\"%s\" is not what the service began with: restart it for that",
			fixed[i][1] ? fixed[i][1] : fixed[i][0]);
	}
	if (has_relay(next) && !has_relay(now))
		fault_add(out, "/entries", true,
			"live audio (\"media\": \"relay\") where there was none: restart the "
			"service for that");
}

static bool is_taken(struct reload *r, FILE *complaints)
{
	CLEAN(free) struct faults *faults = calloc(1, sizeof(*faults));

	if (!faults)
		abort();
	reload_judge(r->now, r->next, faults);
	faults_print(faults, r->path, complaints);
	return faults->n == 0;
}

static enum err exchange(struct shell *s, struct reload *r, struct why *why)
{
	enum err e = r->order->keep(s, r->order, why);

	return e == OK ? conf_file_take(r->path, why) : e;
}

static struct config *read_order(struct reload *r, FILE *complaints)
{
	CLEAN(free) struct faults *faults = calloc(1, sizeof(*faults));
	struct config *conf = NULL;
	struct why why;
	enum err e;

	if (!faults)
		abort();
	e = config_load_text(r->order->text, r->order->bytes, r->path, &conf, faults, &why);
	if (faults->n > 0)
		faults_print(faults, r->path, complaints);
	if (e == OK)
		e = conf_file_is(r->path, r->now->digest, &why);
	if (e == OK)
		e = conf_file_write(r->path, r->order->text, r->order->bytes, &why);
	if (e == OK)
		return conf;
	if (faults->n == 0)
		fprintf(complaints, "%s\n", why.text);
	config_free(conf);
	return NULL;
}

/* Everything slow: the file, its check, a process for each prompt that nobody has said before. */
static void *read_whole(void *arg)
{
	struct reload *r = arg;
	FILE *complaints = open_memstream(&r->complaints, &r->complaints_bytes);
	struct why why;

	if (!complaints)
		abort();
	r->next = r->order ? read_order(r, complaints) : config_or_tell(r->path, complaints);
	if (r->next && (!is_taken(r, complaints) ||
			       sounds_new(r->next, r->shelf, r->live, &r->sounds, &why) != OK)) {
		if (ftell(complaints) == 0)
			fprintf(complaints, "%s: %s\n", r->path, why.text);
		config_free(r->next);
		r->next = NULL;
	}
	fclose(complaints);
	if (eventfd_write(r->done, 1) != 0)
		abort();
	return NULL;
}

static bool start(struct shell *s, struct reload *r)
{
	r->now = s->conf;
	r->shelf = s->shelf;
	r->live = s->engine != NULL;
	r->busy = pthread_create(&r->thread, NULL, read_whole, r) == 0;
	if (!r->busy)
		log_line(LOG_ERROR, "reload", "", "no thread -> the old configuration stays");
	return r->busy;
}

void reload_begin(struct shell *s)
{
	struct reload *r = s->reload;

	if (r && r->busy)
		r->again = true;
	else if (r)
		(void)start(s, r);
}

bool reload_order(struct shell *s, struct reload_order *o)
{
	struct reload *r = s->reload;

	if (!r || r->busy)
		return false;
	r->order = o;
	if (!start(s, r))
		r->order = NULL;
	return r->order != NULL;
}

const char *reload_path(const struct reload *r)
{
	return r ? r->path : NULL;
}

static void tell(const struct reload *r)
{
	char *rest = r->complaints, *line;

	while (rest && (line = strsep(&rest, "\n")))
		if (*line)
			log_line(LOG_ERROR, "reload", "", "%s", line);
	log_line(LOG_ERROR, "reload", "", "%s -> the old configuration stays", r->path);
}

/* All that can fail, before anything changes. */
static enum err prepare(
	struct shell *s, struct reload *r, void **storage, struct centre **centre, struct why *why)
{
	enum err e = OK;

	if (s->engine) /* which has its sounds from this thread alone */
		e = sounds_live(r->sounds, s->engine, why);
	if (e == OK)
		e = store_config_put(s->store, r->next->digest, r->next->text, why);
	if (e == OK)
		e = centre_renew(s->centre, &r->next->plan, storage, centre, why);
	if (e != OK)
		return e;
	if (r->order)
		e = exchange(s, r, why);
	if (e == OK)
		e = lines_renew(s->lines, s->conf, r->next, why);
	if (e != OK)
		free(*storage);
	return e;
}

/* The event is durable before any of its effects leaves, as every other is. */
static void take_over(struct shell *s, struct reload *r, void *storage, struct centre *centre)
{
	const struct config *old = s->conf;
	struct sounds *sounds = s->sounds;
	struct event ev = { .kind = EV_RELOAD };

	free(s->centre_storage);
	s->centre_storage = storage;
	s->centre = centre;
	s->conf = r->next;
	s->sounds = r->sounds;
	watch_reload(s->watch, s->conf);
	hands_reload(s, old);
	sounds_free(sounds);
	config_free(r->own);
	r->own = r->next;
	r->next = NULL;
	r->sounds = NULL;
	memcpy(ev.ref.byte, s->conf->digest, sizeof(ev.ref.byte));
	shell_push(s, ev);
	shell_turn(s);
}

static bool finish(struct shell *s, struct reload *r, struct why *why)
{
	uint64_t began = clock_mono_ns();
	struct ledger ledger;
	struct centre *centre;
	void *storage;

	assert(s->n_batch == 0);
	if (prepare(s, r, &storage, &centre, why) != OK) {
		log_line(LOG_ERROR, "reload", "", "%s: %s -> the old configuration stays", r->path,
			why->text);
		return false;
	}
	take_over(s, r, storage, centre);
	centre_ledger(s->centre, &ledger);
	log_line(LOG_INFO, "reload", "",
		"queues=%u agents=%u flows=%u in_progress=%llu pause_us=%llu -> %s is in force",
		s->conf->plan.n_queues, s->conf->plan.n_agents, s->conf->plan.n_flows,
		(unsigned long long)ledger.in_progress,
		(unsigned long long)((clock_mono_ns() - began) / 1000), r->path);
	return true;
}

static void answer_order(struct shell *s, struct reload *r, const char *refused)
{
	struct reload_order *o = r->order;

	r->order = NULL;
	if (o)
		o->done(s, o, refused);
}

void reload_run(struct shell *s)
{
	struct reload *r = s->reload;
	struct why why;
	eventfd_t n;

	if (!r || !r->busy || eventfd_read(r->done, &n) != 0)
		return;
	pthread_join(r->thread, NULL);
	r->busy = false;
	if (!r->next) {
		answer_order(s, r, r->complaints);
		tell(r);
	} else if (finish(s, r, &why)) {
		answer_order(s, r, NULL);
	} else {
		answer_order(s, r, why.text);
	}
	drop(r);
	if (r->again) {
		r->again = false;
		reload_begin(s);
	}
}
