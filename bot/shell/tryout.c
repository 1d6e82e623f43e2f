/*
 * A draft tried out before it is applied: POST /api/v1/config/walk is a test call through it, and
 * POST /api/v1/config/plan lives its callers' days again under it. Both beside the loop.
 */
#include "bot/shell/admin.h"
#include "bot/shell/draft.h"
#include "bot/shell/reload.h"
#include "bot/shell/walk.h"
#include "bot/shell/whatif.h"
#include "bot/shell/work.h"

#include "bot/base/clean.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

enum { RUNS_MAX = 50 /* of a plan by HTTP: the lane is for others too */ };

struct tryout {
	struct job job;
	struct draft draft;
	json_t *ask; /* the body */
	char *journal;
	uint64_t visit;
	json_t *result; /* NULL: why */
	struct why why;
};

static void tryout_free(struct tryout *t)
{
	json_decref(t->ask);
	json_decref(t->result);
	draft_fini(&t->draft);
	free(t->journal);
	free(t);
}

/* false: the draft's faults are the answer. */
static bool is_sound(struct tryout *t)
{
	json_t *error;

	draft_judge(&t->draft);
	if (t->draft.conf)
		return true;
	error = json_pack("{ss, ss, ss}", "code", "refused", "message",
		"the configuration has faults", "target", "text");
	json_object_set_new(t->draft.report, "error", error);
	return false;
}

static void run_walk(struct job *j, const atomic_bool *stop)
{
	struct tryout *t = (struct tryout *)j;
	json_t *entry = json_object_get(t->ask, "entry");
	struct walk_ask ask = { .entry = (uint32_t)json_integer_value(entry),
		.at = json_string_value(json_object_get(t->ask, "at")),
		.does = json_object_get(t->ask, "does") };

	(void)stop;
	if (!is_sound(t))
		return;
	if (walk_call(t->draft.conf, &ask, &t->result, &t->why) != OK)
		t->result = NULL;
}

static json_t *band_json(struct band b)
{
	if (isnan(b.middle))
		return json_null();
	return json_pack("{sf, sf, sf}", "middle", b.middle, "low", b.low, "high", b.high);
}

static void add_row(void *arg, const struct whatif_row *row)
{
	json_array_append_new(
		arg, json_pack("{ss, ss, ss, so, so, so}", "queue", row->queue, "name", row->name,
			     "unit", row->unit, "was", band_json(row->was), "is",
			     band_json(row->is), "change", band_json(row->change)));
}

static void run_plan(struct job *j, const atomic_bool *stop)
{
	struct tryout *t = (struct tryout *)j;
	json_int_t runs = json_integer_value(json_object_get(t->ask, "runs"));
	json_t *rows = json_array();
	struct whatif_ask ask = { .journal = t->journal,
		.runs = runs > 0 && runs <= RUNS_MAX ? (unsigned)runs : WHATIF_RUNS,
		.seed = 1,
		.stop = stop,
		.row = add_row,
		.arg = rows };

	if (is_sound(t)) {
		ask.next = t->draft.conf;
		if (whatif_rows(&ask, &t->why) == OK)
			t->result = json_pack("{si, sO}", "runs", (int)ask.runs, "rows", rows);
	}
	json_decref(rows);
}

static void done(struct shell *s, struct job *j)
{
	struct tryout *t = (struct tryout *)j;

	if (s && !t->draft.conf)
		gate_answer(s, t->visit, 422, TAKE(t->draft.report));
	else if (s && t->result)
		gate_answer(s, t->visit, 200, TAKE(t->result));
	else if (s)
		gate_refuse(s, t->visit, t->why.code == E_ABSENT ? 409 : 400, NULL, t->why.text);
	tryout_free(t);
}

static void try(struct shell *s, struct visit *v, enum lane lane,
	void (*run)(struct job *j, const atomic_bool *stop))
{
	struct tryout *t = calloc(1, sizeof(*t));
	json_t *text;

	if (!t)
		abort();
	*t = (struct tryout){ .job = { .run = run, .done = done }, .visit = visit_id(v) };
	t->ask = admin_body(s, v);
	if (!t->ask) {
		tryout_free(t);
		return;
	}
	text = json_object_get(t->ask, "text"); /* absent: what is in force */
	draft_init(&t->draft, json_is_string(text) ? json_string_value(text) : s->conf->text,
		json_is_string(text) ? json_string_length(text) : s->conf->text_bytes,
		reload_path(s->reload), s->conf);
	t->journal = strdup(s->conf->store_path);
	if (!t->journal)
		abort();
	if (!work_put(s->work, lane, &t->job)) {
		gate_refuse(s, t->visit, 503, NULL, "too much is under way: ask again");
		tryout_free(t);
	}
}

void route_config_walk(struct shell *s, struct visit *v, const struct person *who)
{
	(void)who;
	try(s, v, LANE_SHORT, run_walk);
}

void route_config_plan(struct shell *s, struct visit *v, const struct person *who)
{
	(void)who;
	try(s, v, LANE_LONG, run_plan);
}
