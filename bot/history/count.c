#include "bot/history/count.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
	char key[COUNT_KEY_BYTES];
	struct cell **cell; /* [n]; NULL where nothing is */
};

struct count {
	const uint64_t *bound;
	size_t n, n_keys, n_cells;
	struct row *row; /* sorted by key */
};

struct count *count_new(const uint64_t *bound, size_t n)
{
	struct count *c = calloc(1, sizeof(*c));

	if (c)
		c->row = calloc(COUNT_KEYS_MAX, sizeof(*c->row));
	if (!c || !c->row) {
		free(c);
		return NULL;
	}
	c->bound = bound;
	c->n = n;
	return c;
}

void count_free(struct count *c)
{
	if (!c)
		return;
	for (size_t k = 0; k < c->n_keys; k++) {
		for (size_t i = 0; i < c->n; i++)
			free(c->row[k].cell[i]);
		free(c->row[k].cell);
	}
	free(c->row);
	free(c);
}

/* Of the interval a time lies in; n: in none. */
static size_t interval_of(const struct count *c, uint64_t at_ms)
{
	size_t low = 0, high = c->n;

	if (!c->n || at_ms < c->bound[0] || at_ms >= c->bound[c->n])
		return c->n;
	while (high - low > 1) {
		size_t mid = (low + high) / 2;

		if (c->bound[mid] <= at_ms)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static size_t place_of(const struct count *c, const char *key)
{
	size_t low = 0, high = c->n_keys;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (strcmp(c->row[mid].key, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct row *row_of(struct count *c, const char *key)
{
	char cut[COUNT_KEY_BYTES];
	struct cell **cells;
	size_t at;

	/* Longer ones are told apart by their beginning: paths through more than a few queues. */
	snprintf(cut, sizeof(cut), "%s", key);
	at = place_of(c, cut);
	if (at < c->n_keys && strcmp(c->row[at].key, cut) == 0)
		return &c->row[at];
	if (c->n_keys == COUNT_KEYS_MAX)
		return NULL;
	cells = calloc(c->n, sizeof(*cells));
	if (!cells)
		return NULL;
	memmove(&c->row[at + 1], &c->row[at], (c->n_keys - at) * sizeof(c->row[0]));
	c->row[at].cell = cells;
	memcpy(c->row[at].key, cut, sizeof(cut));
	c->n_keys++;
	return &c->row[at];
}

static struct cell *cell_of(struct count *c, const char *key, size_t interval)
{
	struct row *r = row_of(c, key);

	if (!r || r->cell[interval])
		return r ? r->cell[interval] : NULL;
	if (c->n_cells == COUNT_CELLS_MAX)
		return NULL;
	c->n_cells++;
	return r->cell[interval] = calloc(1, sizeof(struct cell));
}

static bool is_counted(const struct visit_told *v)
{
	return !v->kept && !v->again;
}

bool count_entered(struct count *c, const char *key, const struct visit_told *v)
{
	size_t i = interval_of(c, v->entered_ms);
	struct cell *cell;

	if (i == c->n || v->again)
		return true;
	cell = cell_of(c, key, i);
	if (!cell)
		return false;
	cell->offered += !v->kept;
	cell->call_backs += v->kept;
	return true;
}

static void add_left(struct cell *cell, const struct visit_told *v)
{
	uint64_t wait_ms = v->left_ms - v->entered_ms;

	if (wait_ms > cell->longest_ms)
		cell->longest_ms = wait_ms;
	cell->end[v->end]++;
	switch ((enum visit_end)v->end) {
	case VISIT_ANSWERED:
		cell->handled++;
		cell->within += v->within;
		cell->wait_ms += wait_ms;
		break;
	case VISIT_ABANDONED:
		cell->abandoned++;
		break;
	case VISIT_ABANDONED_SHORT:
		cell->abandoned_short++;
		break;
	default:
		cell->otherwise++;
		break;
	}
}

bool count_left(struct count *c, const char *key, const struct visit_told *v)
{
	size_t i = interval_of(c, v->left_ms);
	struct cell *cell;

	if (i == c->n || v->end == VISIT_WAITS || v->again)
		return true;
	cell = cell_of(c, key, i);
	if (!cell)
		return false;
	if (is_counted(v))
		add_left(cell, v);
	else
		cell->call_backs_answered += v->end == VISIT_ANSWERED;
	return true;
}

bool count_talk(struct count *c, const char *key, const struct visit_told *v, uint64_t wrap_up_ms)
{
	size_t i = interval_of(c, v->talk_end_ms);
	struct cell *cell;

	if (i == c->n || v->end != VISIT_ANSWERED)
		return true;
	cell = cell_of(c, key, i);
	if (!cell)
		return false;
	cell->talks++;
	cell->talk_ms += v->talk_ms;
	cell->wrap_up_ms += wrap_up_ms;
	cell->transfers += v->n_transfers;
	return true;
}

bool count_span(struct count *c, const char *key, const struct span_told *s, uint64_t now_ms)
{
	uint64_t from = s->from_ms, to = s->to_ms ? s->to_ms : now_ms;

	if (!c->n || to <= c->bound[0] || from >= c->bound[c->n])
		return true;
	if (from < c->bound[0])
		from = c->bound[0];
	for (size_t i = interval_of(c, from); i < c->n && c->bound[i] < to; i++) {
		uint64_t begin = from > c->bound[i] ? from : c->bound[i];
		uint64_t end = to < c->bound[i + 1] ? to : c->bound[i + 1];
		struct cell *cell = cell_of(c, key, i);

		if (!cell)
			return false;
		cell->duty_ms[s->duty] += end - begin;
	}
	return true;
}

bool count_contact(struct count *c, const char *key, uint64_t offered_ms, enum outcome outcome,
	unsigned n_queues)
{
	size_t i = interval_of(c, offered_ms);
	struct cell *cell;

	if (i == c->n)
		return true;
	cell = cell_of(c, key, i);
	if (!cell)
		return false;
	cell->contacts++;
	cell->to_queue += n_queues > 0;
	cell->self_served += outcome == OUTCOME_SELF_SERVED && n_queues == 0;
	cell->left_in_flow += outcome == OUTCOME_ABANDONED_IVR && n_queues == 0;
	cell->handled += outcome == OUTCOME_HANDLED || outcome == OUTCOME_CALL_BACK_ANSWERED;
	cell->abandoned += outcome == OUTCOME_ABANDONED_QUEUE ||
			   outcome == OUTCOME_ABANDONED_RINGING;
	cell->abandoned_short += outcome == OUTCOME_ABANDONED_SHORT;
	return true;
}

bool count_journey(struct count *c, const char *path, enum outcome outcome, uint64_t waited_ms)
{
	struct cell *cell = cell_of(c, path, 0);

	if (!cell || !count_contact(c, path, c->bound[0], outcome, 1))
		return false;
	cell->wait_ms += waited_ms;
	return true;
}

size_t count_keys(const struct count *c)
{
	return c->n_keys;
}

const char *count_key(const struct count *c, size_t key)
{
	return c->row[key].key;
}

const struct cell *count_cell(const struct count *c, size_t key, size_t interval)
{
	return c->row[key].cell[interval];
}

void cell_add(struct cell *sum, const struct cell *more)
{
	uint64_t longest = sum->longest_ms > more->longest_ms ? sum->longest_ms : more->longest_ms;
	uint64_t *to = (uint64_t *)sum;
	const uint64_t *from = (const uint64_t *)more;

	_Static_assert(sizeof(struct cell) % sizeof(uint64_t) == 0, "a cell is sums of one kind");
	for (size_t i = 0; i < sizeof(*sum) / sizeof(*to); i++)
		to[i] += from[i];
	sum->longest_ms = longest;
}

int64_t count_mean(uint64_t x, uint64_t y)
{
	return y ? (int64_t)((x + y / 2) / y) : -1;
}

int64_t count_per_mille(uint64_t x, uint64_t y)
{
	return count_mean(x * 1000, y);
}

int64_t count_service_level(const struct cell *c)
{
	return count_per_mille(c->within, c->handled + c->abandoned);
}

int64_t count_occupancy(const struct cell *c)
{
	uint64_t handling = c->duty_ms[DUTY_TALKING] + c->duty_ms[DUTY_WRAP_UP];

	return count_per_mille(handling, handling + c->duty_ms[DUTY_AVAILABLE]);
}
