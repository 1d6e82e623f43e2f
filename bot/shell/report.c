#include "bot/shell/report.h"

#include "bot/base/text.h"
#include "bot/core/plan.h"
#include "bot/store/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds(uint64_t from_ms, uint64_t to_ms)
{
	return from_ms && to_ms > from_ms ? (double)(to_ms - from_ms) / 1000.0 : 0;
}

/* What Microsoft wrote down of it. */
static void tell_call(const struct call_row *c)
{
	printf("         call record  version %" PRId64
	       "  %s  %s  %.1f s  parties %u  joined by %s",
		c->version, c->type, c->modalities[0] ? c->modalities : "-",
		seconds(c->start_unix_ms, c->end_unix_ms), c->n_parties, c->how);
	if (c->failure_stage[0])
		printf("  failed: %s (%s)", c->failure_reason[0] ? c->failure_reason : "-",
			c->failure_stage);
	printf("\n");
}

/* A line a leg of live audio. */
static bool tell_leg(void *arg, const struct leg_row *l)
{
	(void)arg;
	printf("         %-14.14s  mos %.2f", l->agent[0] ? l->agent : "the caller",
		(double)l->mos_percent / 100);
	if (l->theirs_mos_percent)
		printf(" (there %.2f)", (double)l->theirs_mos_percent / 100);
	printf("  packets %" PRId64 "  lost %" PRId64 "  concealed %.2f s  jitter %.1f ms"
	       "  delay %.1f ms  level %.1f dBov",
		l->expected, l->lost, (double)l->concealed / 50, (double)l->jitter_us / 1000,
		(double)l->delay_us / 1000, (double)l->level_cb / 10);
	if (l->clipped)
		printf("  clipped %.2f s", (double)l->clipped / 50);
	printf("\n");
	return true;
}

/* Only what there is to tell: most contacts have none of it. */
static void tell_more(const struct record *r)
{
	static const char *const exits[] = { "", "waited too long", "the queue was full",
		"nobody served it", "the queue was closed", "left by key" };
	char buf[300];
	struct text t = TEXT(buf);

	if (r->exit < ARRAY_LEN(exits) && r->exit)
		text_add(&t, "  %s", exits[r->exit]);
	if (r->priority && r->priority != PRIORITY_NORMAL)
		text_add(&t, "  priority %u", r->priority);
	if (r->n_queues > 1)
		text_add(&t, "  queues %u", r->n_queues);
	if (r->n_unanswered)
		text_add(&t, "  unanswered offers %u", r->n_unanswered);
	if (r->promised_s)
		text_add(&t, "  promised %u s", r->promised_s);
	if (r->n_dials)
		text_add(&t, "  called back %u", r->n_dials);
	if (r->held_ms)
		text_add(&t, "  on hold %.1f s", r->held_ms / 1000.0);
	if (r->wrap_up_code)
		text_add(&t, "  code %u", r->wrap_up_code);
	for (size_t i = 0; i < ARRAY_LEN(r->survey); i++)
		if (r->survey[i])
			text_add(&t, "  answer %zu: %u", i + 1, r->survey[i]);
	if (t.used)
		printf("       %s\n", buf);
}

struct calls {
	unsigned n, joined;
};

static bool count_call(void *arg, const struct call_row *row)
{
	struct calls *c = arg;

	c->n++;
	c->joined += row->contact != 0;
	return true;
}

struct rows {
	struct store *store;
	unsigned n;
	enum err err; /* of what belongs to a row */
	struct why why;
};

static bool row(void *arg, const struct contact_row *c)
{
	const struct record *r = &c->record;
	uint64_t until = r->connected_ms ? r->connected_ms : r->ended_ms;
	time_t at = (time_t)(r->offered_ms / 1000);
	struct rows *rows = arg;
	char who[32], when[16];
	struct tm tm;

	text_mask(who, sizeof(who), c->person.id);
	localtime_r(&at, &tm);
	strftime(when, sizeof(when), "%H:%M:%S", &tm);
	printf("%5u  %s  %-14.14s  %-10.10s  %-10.10s  %6u  %7.1f  %7.1f%s  %s\n", c->contact, when,
		c->person.name[0] ? c->person.name : who, c->queue_name[0] ? c->queue_name : "-",
		c->agent_name[0] ? c->agent_name : "-", r->n_offers, seconds(r->queued_ms, until),
		seconds(r->connected_ms, r->ended_ms), r->estimated ? "~" : " ",
		outcome_name(r->outcome));
	tell_more(r);
	if (c->call.contact)
		tell_call(&c->call);
	rows->err = store_legs(rows->store, c->contact, tell_leg, NULL, &rows->why);
	rows->n++;
	return rows->err == OK;
}

int report(const char *path)
{
	struct store_summary found;
	struct store *store;
	struct why why;
	struct calls calls = { .n = 0 };
	struct rows rows = { .err = OK };

	if (store_open_to_read(path, &store, &found, &why) != OK) {
		fprintf(stderr, "foyer: %s\n", why.text);
		return EXIT_FAILURE;
	}
	printf("contact  offered   caller          queue       agent       offers  waited s   talk "
	       "s   outcome\n");
	rows.store = store;
	if (store_contacts(store, row, &rows, &why) != OK || rows.err != OK) {
		fprintf(stderr, "foyer: %s\n", rows.err != OK ? rows.why.text : why.text);
		store_close(store);
		return EXIT_FAILURE;
	}
	if (store_records(store, count_call, &calls, &why) != OK) {
		fprintf(stderr, "foyer: %s\n", why.text);
		store_close(store);
		return EXIT_FAILURE;
	}
	store_close(store);
	printf("contacts=%u\n", rows.n);
	if (calls.n)
		printf("call-records=%u joined=%u\n", calls.n, calls.joined);
	return EXIT_SUCCESS;
}
