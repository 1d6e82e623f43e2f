/* Recovery: a journal that ran under several configurations is replayed as it was decided, and goes
 * on under the present one. The store is a real one in memory; what Graph would do is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/text.h"
#include "bot/shell/known.h"
#include "bot/shell/recover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ADA "bbbbbbbb-0000-4000-8000-000000000001"

enum { DUMP_MAX = 65536 };

/* One life of the service. */
struct life {
	struct shell *s;
	struct config *conf;
	uint32_t attempt[EFFECT_KINDS]; /* of the last effect of each kind */
	uint16_t agent;                 /* of the last ring or connect */
	uint64_t n_events;
};

static struct store *store;
static struct store_summary found;

static struct config *config_of(const char *text, const char *name)
{
	struct faults *faults = calloc(1, sizeof(*faults));
	struct config *conf = NULL;
	struct why why;

	if (config_parse(text, strlen(text), name, &conf, faults, &why) != OK)
		fail_msg("%d:%d: %s", faults->item[0].line, faults->item[0].column,
			faults->item[0].text);
	free(faults);
	return conf;
}

/* The example with text replaced; the caller frees. */
static char *edited(const char *old, const char *with)
{
	size_t bytes;
	const char *example = config_example(&bytes), *at = strstr(example, old);
	char *out;

	assert_non_null(at);
	assert_true(
		asprintf(&out, "%.*s%s%.*s", (int)(at - example), example, with,
			(int)(bytes - (size_t)(at - example) - strlen(old)), at + strlen(old)) > 0);
	return out;
}

static void book(struct life *life, const struct effect *fx)
{
	bool transfer = fx->queue &&
			life->conf->plan.queue[fx->queue - 1].hand_off == HAND_OFF_TRANSFER;

	life->attempt[fx->kind] = fx->attempt;
	if (fx->agent)
		life->agent = fx->agent;
	lines_effect(life->s->lines, fx, transfer);
}

/* As shell_turn, but nobody carries the effects out. */
static void turn(struct life *life)
{
	struct shell *s = life->s;
	struct store_batch batch = { .event = s->batch, .n_events = s->n_batch };
	struct effects out;
	struct why why;

	assert_int_equal(store_commit(store, &batch, &why), OK);
	for (size_t i = 0; i < s->n_batch; i++) {
		centre_step(s->centre, &s->batch[i], &out);
		for (size_t k = 0; k < out.n; k++)
			book(life, &out.item[k]);
		found.last_ms = s->batch[i].at_ms;
		found.n_events++;
	}
	s->n_batch = 0;
}

static void happen(struct life *life, struct event ev)
{
	ev.contact = 1;
	assert_true(shell_push(life->s, ev));
	turn(life);
}

static enum err begin(struct life *life, const char *text, struct why *why)
{
	*life = (struct life){ .s = calloc(1, sizeof(*life->s)), .conf = config_of(text, NULL) };
	life->s->store = store;
	life->s->conf = life->conf;
	return recover(life->s, &found, why);
}

static void live(struct life *life, const char *text)
{
	struct why why;

	if (begin(life, text, &why) != OK)
		fail_msg("%s", why.text);
}

static void die(struct life *life)
{
	lines_free(life->s->lines);
	known_free(life->s->known);
	free(life->s->centre_storage);
	free(life->s);
	config_free(life->conf);
}

static void collect(void *arg, const char *text, size_t n)
{
	text_add_bytes(arg, text, n);
}

static char *dump_of(const struct centre *centre)
{
	char *room = calloc(1, DUMP_MAX);
	struct text t = text_of(room, DUMP_MAX);

	centre_dump(centre, collect, &t);
	assert_false(t.cut);
	return room;
}

static uint64_t in_progress(const struct life *life)
{
	struct ledger ledger;

	centre_ledger(life->s->centre, &ledger);
	return ledger.in_progress;
}

static const char *ringing_user(const struct life *life, uint32_t attempt)
{
	struct line *l = line_of(life->s->lines, 1);
	struct ring_out *r = l ? line_ring(l, attempt) : NULL;

	return r ? life->conf->agent[r->agent - 1].user_id : "nobody";
}

/* A caller who chose sales, and Ada rings. */
static void call_rings_at_ada(struct life *life)
{
	turn(life);
	happen(life, (struct event){ .kind = EV_CALL_INCOMING, .value = 2, .ref = { { 4, 2 } } });
	happen(life, (struct event){ .kind = EV_CALL_ACTIVE });
	happen(life, (struct event){ .kind = EV_PLAY_ENDED,
			     .attempt = life->attempt[FX_PLAY],
			     .value = PLAY_DONE });
	happen(life, (struct event){ .kind = EV_DIGIT, .attempt = 1, .value = '1' });
	assert_string_equal(ringing_user(life, life->attempt[FX_RING]), ADA);
}

static int open_store(void **state)
{
	struct why why;

	(void)state;
	memset(&found, 0, sizeof(found));
	return store_open(":memory:", &store, &found, &why) == OK ? 0 : -1;
}

static int close_store(void **state)
{
	(void)state;
	store_close(store);
	return 0;
}

static void the_state_after_recovery_is_the_state_before(void **state)
{
	char *text = edited("\"name\": \"main\"", "\"name\": \"same\"");
	struct life first, second;
	char *before, *after;
	struct centre *renewed;
	void *storage;
	struct why why;

	(void)state;
	live(&first, text);
	call_rings_at_ada(&first);
	/* Taking a plan over, the same one too, has idle agents look for work. */
	assert_int_equal(
		centre_renew(first.s->centre, &first.conf->plan, &storage, &renewed, &why), OK);
	before = dump_of(renewed);
	live(&second, text);
	after = dump_of(second.s->centre);
	assert_string_equal(after, before);
	assert_int_equal(in_progress(&second), 1);
	assert_memory_equal(
		line_of(second.s->lines, 1), line_of(first.s->lines, 1), sizeof(struct line));
	assert_int_equal(second.s->n_batch, 1);
	assert_int_equal(second.s->batch[0].kind, EV_START);
	assert_memory_equal(second.s->batch[0].ref.byte, second.conf->digest, 16);
	turn(&second);
	assert_int_not_equal(second.attempt[FX_PROBE], 0);
	free(before);
	free(after);
	free(storage);
	die(&first);
	die(&second);
	free(text);
}

/* Ada, Ben, Cleo; then Cleo, Ada, Ben and a queue less; then as at first. The ring is Ada's all the
 * time. */
static void agents_are_found_again_at_every_configuration(void **state)
{
	static const char ada[] = "\"" ADA "\", \"name\": \"Ada\", \"queues\": [\"sales\"]";
	static const char cleo[] = "\"bbbbbbbb-0000-4000-8000-000000000003\", \"name\": \"Cleo\", "
				   "\"queues\": [\"sales\"] },\n"
				   "{ \"user\": \"" ADA
				   "\", \"name\": \"Ada\", \"queues\": [\"sales\"]";
	char *plain = edited("\"name\": \"main\"", "\"name\": \"main\"");
	char *other = edited(ada, cleo), *at;
	struct life life[3];
	uint32_t ring;

	(void)state;
	at = strstr(other, "bbbbbbbb-0000-4000-8000-000000000003\", \"name\": \"Cleo\", "
			   "\"queues\": [\"support\"]");
	assert_non_null(at);
	at[strlen("bbbbbbbb-0000-4000-8000-00000000000")] = '4';
	live(&life[0], plain);
	call_rings_at_ada(&life[0]);
	ring = life[0].attempt[FX_RING];
	live(&life[1], other);
	assert_int_equal(line_ring(line_of(life[1].s->lines, 1), ring)->agent, 2);
	assert_string_equal(ringing_user(&life[1], ring), ADA);
	turn(&life[1]);
	live(&life[2], plain);
	assert_string_equal(ringing_user(&life[2], ring), ADA);
	turn(&life[2]);
	happen(&life[2], (struct event){ .kind = EV_AGENT_ANSWERED, .attempt = ring });
	assert_int_equal(life[2].attempt[FX_CONNECT], ring);
	assert_string_equal(life[2].conf->agent[life[2].agent - 1].user_id, ADA);
	for (size_t i = 0; i < ARRAY_LEN(life); i++)
		die(&life[i]);
	free(plain);
	free(other);
}

/* As bot/shell/reload.c does it, between two turns of the loop. */
static void reload(struct life *life, const char *text)
{
	struct shell *s = life->s;
	struct config *next = config_of(text, NULL);
	struct event ev = { .kind = EV_RELOAD };
	struct centre *centre;
	void *storage;
	struct why why;

	assert_int_equal(store_config_put(store, next->digest, next->text, &why), OK);
	assert_int_equal(centre_renew(s->centre, &next->plan, &storage, &centre, &why), OK);
	assert_int_equal(lines_renew(s->lines, life->conf, next, &why), OK);
	free(s->centre_storage);
	s->centre_storage = storage;
	s->centre = centre;
	config_free(life->conf);
	s->conf = life->conf = next;
	memcpy(ev.ref.byte, next->digest, sizeof(ev.ref.byte));
	assert_true(shell_push(s, ev));
	turn(life);
}

/* Nobody is in doubt for a reload, and the journal gives the same state again, also where an event
 * names an agent by her number in the newer configuration. */
static void a_reload_is_replayed_as_it_was(void **state)
{
	char *plain = edited("\"name\": \"main\"", "\"name\": \"main\"");
	char *other = edited("\"agents\": [",
		"\"agents\": [\n{ \"user\": \"bbbbbbbb-0000-4000-8000-000000000009\", "
		"\"name\": \"Zoe\", \"queues\": [\"sales\"] },");
	struct life first, second;
	char *before, *after;
	struct centre *renewed;
	void *storage;
	struct why why;

	(void)state;
	live(&first, plain);
	call_rings_at_ada(&first);
	first.attempt[FX_PROBE] = 0;
	reload(&first, other);
	assert_int_equal(first.attempt[FX_PROBE], 0);
	assert_string_equal(ringing_user(&first, first.attempt[FX_RING]), ADA);
	assert_int_equal(line_ring(line_of(first.s->lines, 1), first.attempt[FX_RING])->agent, 2);
	happen(&first,
		(struct event){ .kind = EV_AGENT_ANSWERED, .attempt = first.attempt[FX_RING] });
	assert_int_equal(first.agent, 2);
	assert_int_equal(
		centre_renew(first.s->centre, &first.conf->plan, &storage, &renewed, &why), OK);
	before = dump_of(renewed);
	live(&second, other);
	after = dump_of(second.s->centre);
	assert_string_equal(after, before);
	assert_string_equal(ringing_user(&second, first.attempt[FX_RING]), ADA);
	free(before);
	free(after);
	free(storage);
	die(&first);
	die(&second);
	free(plain);
	free(other);
}

static void an_agent_who_is_no_longer_has_no_ring(void **state)
{
	char *plain = edited("\"name\": \"main\"", "\"name\": \"main\"");
	char *without = edited(
		"{ \"user\": \"" ADA "\", \"name\": \"Ada\", \"queues\": [\"sales\"] },", "");
	struct life first, second;

	(void)state;
	live(&first, plain);
	call_rings_at_ada(&first);
	live(&second, without);
	assert_string_equal(ringing_user(&second, first.attempt[FX_RING]), "nobody");
	assert_int_equal(in_progress(&second), 1);
	turn(&second);
	die(&first);
	die(&second);
	free(plain);
	free(without);
}

/* The menu's caller waits for sales, which the next configuration has under another name. */
static void a_queue_that_is_gone_ends_its_callers(void **state)
{
	char *plain = edited("\"name\": \"main\"", "\"name\": \"main\""), *text, *at;
	struct life first, second;

	(void)state;
	live(&first, plain);
	call_rings_at_ada(&first);
	text = strdup(plain);
	while ((at = strstr(text, "\"sales\"")))
		memcpy(at, "\"trade\"", 7);
	live(&second, text);
	turn(&second);
	happen(&second, (struct event){ .kind = EV_CALL_PRESENT,
				.attempt = second.attempt[FX_PROBE],
				.value = PRESENT_ACTIVE });
	assert_int_not_equal(second.attempt[FX_HANG_UP], 0);
	die(&first);
	die(&second);
	free(plain);
	free(text);
}

/* Fewer contacts allowed than the journal held, each in its line. */
static void the_books_hold_what_the_past_held(void **state)
{
	char *many = edited(
		"\"media\": {\n", "\"limits\": { \"contacts\": 3000 },\n\t\"media\": {\n");
	char *few = edited("\"media\": {\n", "\"limits\": { \"contacts\": 1 },\n\t\"media\": {\n");
	struct life first, second;
	struct why why;

	(void)state;
	live(&first, many);
	turn(&first);
	for (uint32_t n = 1; n <= 1000; n++) {
		shell_push(first.s, (struct event){ .kind = EV_CALL_INCOMING,
					    .contact = n,
					    .value = 2,
					    .ref = { { 1, (uint8_t)n, (uint8_t)(n >> 8) } } });
		turn(&first);
	}
	live(&second, many);
	assert_non_null(line_of(second.s->lines, 1000));
	die(&second);
	assert_int_equal(begin(&second, few, &why), E_LIMIT);
	assert_non_null(strstr(why.text, "limits.contacts"));
	die(&second);
	for (uint32_t n = 1; n < 1000; n++) {
		shell_push(first.s,
			(struct event){
				.kind = EV_CALL_ENDED, .contact = n, .value = END_HUNG_UP });
		turn(&first);
	}
	live(&second, few);
	assert_non_null(line_of(second.s->lines, 1000));
	assert_int_equal(in_progress(&second), 1);
	die(&second);
	die(&first);
	free(many);
	free(few);
}

static void a_past_configuration_needs_no_files(void **state)
{
	char path[] = "/tmp/foyer-recover-XXXXXX", member[100];
	char *plain = edited("\"name\": \"main\"", "\"name\": \"main\""), *text;
	int fd = mkstemp(path);
	struct life first, second;
	struct config *conf;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	snprintf(member, sizeof(member), "\"greeting\": { \"wav\": \"%s\" }", path);
	text = edited("\"greeting\": { \"text\": \"Welcome to Foyer.\" }", member);
	conf = config_of(text, "present.json");
	config_free(conf);
	live(&first, text);
	call_rings_at_ada(&first);
	unlink(path);
	live(&second, plain);
	assert_int_equal(in_progress(&second), 1);
	die(&first);
	die(&second);
	free(text);
	free(plain);
}

static void a_journal_whose_configuration_is_lost_is_refused(void **state)
{
	struct event start = { .kind = EV_START, .at_ms = 1000, .ref = { { 7 } } };
	struct store_batch batch = { .event = &start, .n_events = 1 };
	char *plain = edited("\"name\": \"main\"", "\"name\": \"main\"");
	struct life life;
	struct why why;

	(void)state;
	assert_int_equal(store_commit(store, &batch, &why), OK);
	assert_int_not_equal(begin(&life, plain, &why), OK);
	assert_true(why.text[0] != '\0');
	die(&life);
	free(plain);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, open_store, close_store)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(the_state_after_recovery_is_the_state_before),
		ROW(agents_are_found_again_at_every_configuration),
		ROW(a_reload_is_replayed_as_it_was),
		ROW(an_agent_who_is_no_longer_has_no_ring),
		ROW(a_queue_that_is_gone_ends_its_callers),
		ROW(the_books_hold_what_the_past_held),
		ROW(a_past_configuration_needs_no_files),
		ROW(a_journal_whose_configuration_is_lost_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
