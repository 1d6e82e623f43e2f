/* Following the journal beside the loop, and the rows that come of it. */
#include "bot/shell/archive.h"

#include "bot/base/clean.h"
#include "bot/base/log.h"

#include <stdlib.h>
#include <string.h>

/* ---- rows, with the names that hold when they are told */

static bool is_new(const struct archive *a)
{
	return a->position + 1 > a->written; /* the event under way is position + 1 */
}

static void told(struct archive *a, enum err e)
{
	a->failed |= e != OK;
}

static struct names_told names_of(const struct config *c, uint16_t queue, uint16_t agent)
{
	struct names_told n = { .queue = NULL };

	if (queue) {
		n.queue = c->queue[queue - 1].name;
		n.tenant = c->queue[queue - 1].tenant;
	}
	if (agent) {
		n.agent = c->agent[agent - 1].name;
		n.user = c->agent[agent - 1].user_id;
		n.tenant = queue ? n.tenant : c->agent[agent - 1].tenant;
	}
	return n;
}

static void tell_contact(void *arg, const struct contact_told *row)
{
	struct archive *a = arg;
	const struct config *c = a->f.conf;
	struct names_told names = names_of(c, row->record.queue, row->record.agent);

	names.flow = c->flow_name[c->plan.entry[row->entry].flow];
	names.tenant = c->realm[c->entry[row->entry].realm].tenant;
	if (is_new(a))
		told(a, history_contact(a->history, row, &names, &a->why));
}

static void tell_visit(void *arg, const struct visit_told *row)
{
	struct archive *a = arg;
	struct names_told names = names_of(a->f.conf, row->queue, row->agent);

	if (is_new(a))
		told(a, history_visit(a->history, row, &names, &a->why));
}

static void tell_span(void *arg, const struct span_told *row)
{
	struct archive *a = arg;
	struct names_told names = names_of(a->f.conf, row->queue, row->agent);

	if (is_new(a))
		told(a, history_span(a->history, row, &names, &a->why));
}

static const char *name_of_user(const struct config *c, struct guid user)
{
	char text[GUID_TEXT];

	guid_print(user, text);
	for (uint32_t i = 0; !guid_is_none(user) && i < c->plan.n_agents; i++)
		if (strcmp(c->agent[i].user_id, text) == 0)
			return c->agent[i].name;
	return "";
}

static void tell_moment(void *arg, const struct moment_told *row)
{
	struct archive *a = arg;
	struct names_told names = names_of(a->f.conf, row->queue, row->agent);

	if (is_new(a))
		told(a, history_moment(a->history, row, &names, name_of_user(a->f.conf, row->by),
				&a->why));
}

static void tell_wrap_up(void *arg, uint32_t contact, uint64_t ms)
{
	struct archive *a = arg;

	if (is_new(a))
		told(a, history_wrap_up(a->history, contact, ms, &a->why));
}

static void tell_code(void *arg, uint32_t contact, uint16_t code)
{
	struct archive *a = arg;

	if (is_new(a))
		told(a, history_code(a->history, contact, code, &a->why));
}

static const struct telling telling = { .contact = tell_contact,
	.visit = tell_visit,
	.span = tell_span,
	.moment = tell_moment,
	.wrap_up = tell_wrap_up,
	.code = tell_code };

/* ---- checkpoints */

static void checkpoint_drop(struct archive *a, size_t i)
{
	a->checkpoint_bytes -= a->checkpoint[i].era->bytes;
	free(a->checkpoint[i].bytes);
	a->n_checkpoints--;
	memmove(&a->checkpoint[i], &a->checkpoint[i + 1],
		(a->n_checkpoints - i) * sizeof(a->checkpoint[0]));
}

static void era_free(struct era *e)
{
	free(e->storage);
	config_free(e->conf);
	free(e);
}

/* The oldest era, with all its checkpoints: what is before is followed from the beginning. */
static void era_forget(struct archive *a)
{
	struct era **at = &a->era, *old;

	while ((*at)->next)
		at = &(*at)->next;
	old = *at;
	if (old == a->era)
		return; /* the present one stays */
	while (a->n_checkpoints && a->checkpoint[0].era == old)
		checkpoint_drop(a, 0);
	*at = NULL;
	era_free(old);
}

/* The one that leaves the smallest gap behind; those that begin an era go with it. */
static void checkpoint_thin(struct archive *a)
{
	size_t best = 0;
	uint64_t gap = UINT64_MAX;

	for (size_t i = 1; i + 1 < a->n_checkpoints; i++) {
		uint64_t left = a->checkpoint[i + 1].seq - a->checkpoint[i - 1].seq;

		if (!a->checkpoint[i].first && left < gap) {
			gap = left;
			best = i;
		}
	}
	if (best)
		checkpoint_drop(a, best);
	else
		era_forget(a);
}

static void checkpoint_take(struct archive *a, uint64_t seq, uint64_t at_ms, bool first)
{
	struct era *e = a->era;
	uint8_t *bytes;

	while (a->n_checkpoints > 1 &&
		(a->n_checkpoints == CHECKPOINTS_MAX ||
			a->checkpoint_bytes + e->bytes > CHECKPOINT_BYTES_MAX)) {
		size_t before = a->n_checkpoints;

		checkpoint_thin(a);
		if (a->n_checkpoints == before)
			return;
	}
	bytes = malloc(e->bytes);
	if (!bytes)
		return; /* one fewer: the way from the one before is longer */
	memcpy(bytes, e->storage, e->bytes);
	a->checkpoint[a->n_checkpoints++] = (struct checkpoint){ seq, at_ms, e, bytes, first };
	a->checkpoint_bytes += e->bytes;
}

/* What is followed no more stays as an era of the past. */
static void left(void *arg, struct config *conf, void *storage)
{
	(void)arg, (void)conf, (void)storage; /* they are the era's already */
}

static void era_begin(struct archive *a, uint64_t seq, uint64_t at_ms)
{
	struct era *e = calloc(1, sizeof(*e));

	if (!e)
		abort();
	*e = (struct era){ .next = a->era,
		.conf = a->f.conf,
		.storage = a->f.storage,
		.centre = a->f.centre,
		.bytes = (centre_bytes(&a->f.conf->plan) + 15) & ~(size_t)15,
		.from_seq = seq,
		.from_ms = at_ms };
	a->era = e;
}

static void saw(
	void *arg, const struct event *ev, const struct effects *fx, const struct config *conf)
{
	struct archive *a = arg;
	uint64_t seq = a->position + 1;
	bool first = ev->kind == EV_START || ev->kind == EV_RELOAD;

	if (first)
		era_begin(a, seq, ev->at_ms);
	teller_saw(a->teller, a->f.centre, &conf->plan, seq, ev, fx);
	if (first || !a->n_checkpoints ||
		seq - a->checkpoint[a->n_checkpoints - 1].seq >= CHECKPOINT_EVENTS)
		checkpoint_take(a, seq, ev->at_ms, first);
}

/* ---- following */

static bool transaction_end(struct archive *a)
{
	if (a->open && !a->failed && a->position > a->written) {
		told(a, history_commit(a->history, a->position, &a->why));
		a->written = a->position;
	} else if (a->open && !a->failed) {
		told(a, history_commit(a->history, a->written, &a->why));
	}
	a->open = false;
	a->begun = 0;
	return !a->failed;
}

static bool each(void *arg, uint64_t seq, const struct event *ev)
{
	struct archive *a = arg;

	if (!a->open) {
		told(a, history_begin(a->history, &a->why));
		a->open = !a->failed;
	}
	if (a->failed || !follow(&a->f, ev)) {
		if (!a->failed)
			a->why = a->f.why;
		a->failed = true;
		return false;
	}
	a->position = seq;
	a->at_ms = ev->at_ms;
	if (++a->begun >= ARCHIVE_COMMIT_EVENTS)
		transaction_end(a);
	return !a->failed && !atomic_load(a->stop);
}

static enum err open_files(struct archive *a)
{
	struct store_summary found;
	uint8_t id[16];
	char name[4096];
	enum err e = store_open_to_read(a->path, &a->store, &found, &a->why);

	if (e != OK)
		return e;
	a->f.store = a->store;
	store_id(a->store, id);
	snprintf(name, sizeof(name), "%s-history", a->path);
	return history_open(name, a->path, id, &a->history, &a->written, &a->why);
}

bool archive_follow(struct archive *a, const atomic_bool *stop)
{
	enum err e = OK;

	a->stop = stop;
	if (!a->store && !a->failed)
		e = open_files(a);
	if (e == OK && !a->failed)
		e = store_replay_after(a->store, a->position, each, a, &a->why);
	if (e != OK && !a->failed)
		a->failed = true;
	transaction_end(a);
	if (a->failed)
		log_line(LOG_WARN, "store", "", "history: %s -> no answers of the past",
			a->why.text);
	return !a->failed && !atomic_load(stop);
}

struct archive *archive_new(const char *path)
{
	struct archive *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->path = path;
	a->teller = teller_new(&telling, a);
	a->f = (struct follower){ .saw = saw, .arg = a, .left = left };
	return a;
}

void archive_free(struct archive *a)
{
	if (!a)
		return;
	while (a->n_checkpoints)
		checkpoint_drop(a, a->n_checkpoints - 1);
	if (!a->era || a->era->storage != a->f.storage)
		follower_fini(&a->f); /* taken over, and its step not seen */
	while (a->era) {
		struct era *next = a->era->next;

		era_free(a->era);
		a->era = next;
	}
	teller_free(a->teller);
	history_close(a->history);
	store_close(a->store);
	free(a);
}

/* ---- a moment of the past */

struct walk {
	struct moment *m;
	uint64_t until_ms, n;
	struct why why;
	bool too_far;
};

static void passed(
	void *arg, const struct event *ev, const struct effects *fx, const struct config *conf)
{
	struct walk *w = arg;

	(void)fx, (void)conf;
	w->m->at_ms = ev->at_ms;
}

/* Where a checkpoint of the next era is missing; an era's own stay with it. */
static void walked_on(void *arg, struct config *conf, void *storage)
{
	struct walk *w = arg;

	if (w->m->era && w->m->era->storage == storage)
		return;
	free(storage);
	config_free(conf);
}

static bool each_until(void *arg, uint64_t seq, const struct event *ev)
{
	struct walk *w = arg;

	if (ev->at_ms > w->until_ms)
		return false;
	w->too_far = ++w->n > REPLAY_EVENTS_MAX;
	if (w->too_far || !follow(&w->m->f, ev))
		return false;
	w->m->seq = seq;
	return true;
}

static struct checkpoint *nearest(struct archive *a, uint64_t at_ms)
{
	for (size_t i = a->n_checkpoints; i > 0; i--)
		if (a->checkpoint[i - 1].at_ms <= at_ms)
			return &a->checkpoint[i - 1];
	return NULL;
}

/* Into the checkpoint's own storage; what the present holds there is saved first. */
static enum err restore(struct moment *m, const struct checkpoint *c, struct why *why)
{
	m->era = c->era;
	m->saved = malloc(c->era->bytes);
	if (!m->saved) {
		m->era = NULL;
		return FAIL(why, E_SYSTEM, "no memory for the past");
	}
	memcpy(m->saved, c->era->storage, c->era->bytes);
	memcpy(c->era->storage, c->bytes, c->era->bytes);
	m->f.conf = c->era->conf;
	m->f.storage = c->era->storage;
	m->f.centre = c->era->centre;
	m->seq = c->seq;
	m->at_ms = c->at_ms;
	return OK;
}

enum err archive_at(struct archive *a, uint64_t at_ms, struct moment *out, struct why *why)
{
	struct walk w = { .m = out, .until_ms = at_ms };
	struct checkpoint *c = nearest(a, at_ms);
	enum err e = OK;

	*out = (struct moment){ .f = { .store = a->store, .saw = passed, .left = walked_on } };
	out->f.arg = &w;
	if (c)
		e = restore(out, c, why);
	if (e == OK)
		e = store_replay_after(a->store, out->seq, each_until, &w, why);
	if (e == OK && out->f.why.code != OK) {
		*why = out->f.why;
		e = why->code;
	}
	if (e == OK && w.too_far)
		e = FAIL(why, E_LIMIT, "that is too far back for what this service keeps at hand");
	if (e == OK && !out->f.centre)
		e = FAIL(why, E_ABSENT, "the journal begins later");
	out->centre = out->f.centre;
	out->conf = out->f.conf;
	if (e != OK)
		archive_back(a, out);
	return e;
}

void archive_back(struct archive *a, struct moment *m)
{
	(void)a;
	if (!m->era || m->f.storage != m->era->storage)
		follower_fini(&m->f);
	if (m->era)
		memcpy(m->era->storage, m->saved, m->era->bytes);
	free(m->saved);
	*m = (struct moment){ .centre = NULL };
}
