/*
 * A day of weather: 10,000 simulated calls, in virtual time, through the service whole.
 * SEED draws the day, CALLS how many call.
 */

#include "tests/day/day.h"

#include "bot/base/log.h"
#include "bot/shell/serve.h"
#include "bot/shell/shell.h"

#include <assert.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	CALLS = 10000,
	SAMPLE_HZ = 16000,
	TURNS_AT_ONCE = 100000, /* more than this without a millisecond: time stands still */
	TAIL_MS = 7200000,      /* all must be over so long after the last call came */
	AGENTS = 24,
	DAY_MS = 86400000,
	MINUTE_MS = 60000,
};

static char folder[128];
static struct shell *shell;

bool day_contact_lives(uint32_t contact)
{
	return line_of(shell->lines, contact) != NULL;
}

/* ---- a folder with prompts and a configuration */

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void put32(uint8_t *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> 8 * i);
}

/* A saw tooth of so many milliseconds: what it sounds like, nobody hears. */
static void wav_write(const char *name, uint32_t ms)
{
	uint32_t bytes = SAMPLE_HZ / 1000 * 2 * ms;
	uint8_t head[44] = "RIFF....WAVEfmt ";
	FILE *f = fopen(path_of(name), "wb");

	assert(f);
	put32(head + 4, 36 + bytes);
	put32(head + 16, 16);
	head[20] = head[22] = 1;
	put32(head + 24, SAMPLE_HZ);
	put32(head + 28, SAMPLE_HZ * 2);
	head[32] = 2;
	head[34] = 16;
	memcpy(head + 36, "data", 4);
	put32(head + 40, bytes);
	fwrite(head, 1, sizeof(head), f);
	for (uint32_t i = 0; i < bytes / 2; i++) {
		int16_t v = (int16_t)((int)(i % 80 * 200) - 8000);

		fwrite(&v, sizeof(v), 1, f);
	}
	fclose(f);
}

static const struct {
	const char *name;
	uint32_t ms;
} prompts[] = { { "greeting", 1500 }, { "choose", 3000 }, { "menu", 1000 }, { "position", 1800 },
	{ "wrong-key", 900 }, { "queue-full", 2000 }, { "no-agents", 2000 }, { "timeout", 2000 },
	{ "music", 20000 } };

static void queue_write(FILE *f, const char *name, const char *hand_off)
{
	fprintf(f,
		"\"%s\": { \"hand_off\": \"%s\", \"ring_seconds\": 12, \"wrap_up_seconds\": 5, "
		"\"back_off_seconds\": 15, \"announce_seconds\": 15, \"wait_seconds_max\": 300 }",
		name, hand_off);
}

static void config_write(void)
{
	FILE *f = fopen(path_of("day.json"), "w");

	assert(f);
	fprintf(f, "{ \"public_url\": \"https://foyer.day\","
		   "\"listen\": { \"address\": \"127.0.0.1\", \"plain\": true },"
		   "\"endpoints\": { \"graph\": \"https://graph.day\","
		   "\"authority\": \"https://login.day\","
		   "\"call_openid\": \"https://graph.day/v1/.well-known/OpenIdConfiguration\","
		   "\"bot_openid\": \"https://graph.day/v1/.well-known/OpenIdConfiguration\","
		   "\"entra_openid\": \"https://graph.day/7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e/"
		   "v2.0/.well-known/openid-configuration\" },"
		   "\"bots\": [{ \"app_id\": \"11111111-2222-4333-8444-555555555555\","
		   "\"tenant_id\": \"7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e\" }],"
		   "\"entries\": [{ \"default\": true, \"flow\": \"welcome\" }],"
		   "\"flows\": { \"welcome\": [{ \"play\": \"greeting\" }, { \"menu\": {"
		   "\"prompt\": \"choose\", \"1\": \"sales\", \"2\": \"support\" } }] },"
		   "\"presence\": { \"poll\": false },"
		   "\"queues\": { ");
	queue_write(f, "sales", "bridge");
	fprintf(f, ", ");
	queue_write(f, "support", "transfer");
	fprintf(f, " }, \"agents\": [");
	for (int i = 1; i <= AGENTS; i++)
		fprintf(f,
			"%s{ \"user\": \"bbbbbbbb-0000-4000-8000-%012d\", \"name\": \"Agent %d\", "
			"\"queues\": [\"%s\"] }",
			i > 1 ? ", " : "", i, i, i % 2 ? "support" : "sales");
	fprintf(f, "], \"prompts\": {");
	for (size_t i = 0; i < ARRAY_LEN(prompts); i++)
		fprintf(f, "%s\"%s\": { \"wav\": \"%s.wav\" }", i ? ", " : "", prompts[i].name,
			prompts[i].name);
	fprintf(f, "} }");
	fclose(f);
}

/* In memory where there is such a place: what a disk promises is tested elsewhere. */
static void folder_make(void)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	char name[64];

	snprintf(folder, sizeof(folder), "%s/foyer-day-XXXXXX", base);
	assert(mkdtemp(folder));
	for (size_t i = 0; i < ARRAY_LEN(prompts); i++) {
		snprintf(name, sizeof(name), "%s.wav", prompts[i].name);
		wav_write(name, prompts[i].ms);
	}
	config_write();
}

static void folder_remove(void)
{
	char command[160];

	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	assert(system(command) == 0);
}

/* ---- the day */

static struct config *config_make(void)
{
	static struct faults faults;
	struct config *conf;
	struct why why;

	if (config_load(path_of("day.json"), &conf, &faults, &why) == OK)
		return conf;
	fprintf(stderr, "%s\n", why.text);
	for (size_t i = 0; i < faults.n; i++)
		fprintf(stderr, "%s\n", faults.item[i].text);
	exit(EXIT_FAILURE);
}

static void shell_start(const struct config *conf)
{
	struct why why;

	shell = calloc(1, sizeof(*shell));
	assert(shell);
	shell->conf = conf;
	shell->watch = watch_new(conf, WATCH_NONE, stdout);
	if (shell_open(shell, &why) != OK) {
		fprintf(stderr, "%s\n", why.text);
		exit(EXIT_FAILURE);
	}
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Everything that is due at this millisecond. */
static void settle(void)
{
	for (unsigned turns = 0;; turns++) {
		bool any = false;

		assert(turns < TURNS_AT_ONCE);
		while (agenda_run())
			any = true;
		if (graph_deadline_ms() <= day_ms) {
			graph_tick();
			any = true;
		}
		any |= net_run() || door_busy();
		if (!any && shell_wait_ms(shell) > 0 && turns > 0)
			return;
		shell_once(shell);
	}
}

static bool over(void)
{
	struct ledger ledger;

	centre_ledger(shell->centre, &ledger);
	return graph_idle() && ledger.in_progress == 0;
}

/* Until the last call is over on both sides, and then a while, for what is still on its way. */
static void live(void)
{
	uint64_t end_ms = day_ms + DAY_MS, minute_ms = day_ms;

	while (day_ms < end_ms + TAIL_MS && !(day_ms >= end_ms && over())) {
		uint64_t next = sooner(agenda_first_ms(), graph_deadline_ms());

		next = sooner(next, net_deadline_ms());
		next = sooner(next, day_ms + (uint64_t)shell_wait_ms(shell));
		day_ms = next > day_ms ? next : day_ms + 1;
		settle();
		if (day_ms - minute_ms >= MINUTE_MS) {
			minute_ms = day_ms;
			audit_minute();
			store_idle(shell->store);
		}
	}
}

/* ---- the books of both sides */

static sqlite3_int64 number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;
	sqlite3_int64 n = -1;

	assert(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK);
	if (sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

/* How many records each caller has. */
static void records_count(sqlite3 *db, unsigned *records, unsigned calls)
{
	sqlite3_stmt *st;

	assert(sqlite3_prepare_v2(db,
		       "select p.id from contact c join j.person p on p.contact = c.contact", -1,
		       &st, NULL) == SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *id = (const char *)sqlite3_column_text(st, 0);
		unsigned n;

		if (sscanf(id, "+1555%u", &n) == 1 && n < calls)
			records[n]++;
		else
			audit_check(false, "a record of a caller who never called: %s", id);
	}
	sqlite3_finalize(st);
}

static void outcomes_tell(sqlite3 *db)
{
	sqlite3_stmt *st;

	assert(sqlite3_prepare_v2(db,
		       "select outcome, count(*) from contact group by outcome order by outcome",
		       -1, &st, NULL) == SQLITE_OK);
	printf("# outcomes:");
	while (sqlite3_step(st) == SQLITE_ROW)
		printf(" %s %d", outcome_name((enum outcome)sqlite3_column_int(st, 0)),
			sqlite3_column_int(st, 1));
	printf("\n");
	sqlite3_finalize(st);
}

static void records_audit(const struct ledger *ledger, unsigned calls)
{
	struct graph_call *graph = calloc(calls, sizeof(*graph));
	unsigned *records = calloc(calls, sizeof(*records)), offered = 0;
	char sql[400];
	sqlite3 *db;

	assert(graph && records);
	graph_audit(graph, calls);
	assert(sqlite3_open_v2(path_of("foyer.sqlite-contacts"), &db, SQLITE_OPEN_READWRITE,
		       NULL) == SQLITE_OK);
	snprintf(sql, sizeof(sql), "attach '%s' as j", path_of("foyer.sqlite"));
	assert(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
	records_count(db, records, calls);
	for (unsigned i = 0; i < calls; i++) {
		offered += graph[i].offered;
		audit_check(records[i] <= 1, "caller %u has %u records", i, records[i]);
		audit_check(records[i] == 1 || !graph[i].offered,
			"caller %u became known and has no record", i);
		audit_check(graph[i].told, "caller %u never called", i);
	}
	audit_line(true, "each of %u calls that became known has exactly one record", offered);
	audit_line(number(db, "select count(*) from contact") == (sqlite3_int64)ledger->offered &&
			   number(db, "select count(*) from contact where outcome = 0") == 0,
		"the %llu contacts offered have as many records, each with an outcome",
		(unsigned long long)ledger->offered);
	outcomes_tell(db);
	sqlite3_close(db);
	free(graph);
	free(records);
}

static void ledger_audit(const struct ledger *ledger)
{
	uint64_t outcomes = 0;

	for (int i = 0; i < OUTCOMES; i++)
		outcomes += ledger->outcome[i];
	audit_line(ledger->in_progress == 0 && outcomes == ledger->offered,
		"%llu offered, %llu outcomes, %llu in progress",
		(unsigned long long)ledger->offered, (unsigned long long)outcomes,
		(unsigned long long)ledger->in_progress);
}

#define N(x) (unsigned long long)day_count.x

static void requests_audit(void)
{
	audit_line(true, "no request after its deadline or before its Retry-After, no two of a "
			 "call at once, one flight a token, no unknown outcome left alone");
	audit_line(day_count.unknown_resolved >= day_count.unknown,
		"%llu unknown outcomes were asked for, or their calls ended", N(unknown));
	audit_line(day_count.token_refusals > 1 && day_count.in_outage > 20,
		"while tokens could not be had (%llu refusals), %llu requests went on",
		N(token_refusals), N(in_outage));
	/* Two documents a root, three roots, each hour and a tenth sooner; and after a rollover. */
	audit_line(day_count.rollovers == 2 && day_count.old_keys_refused == 2 &&
			   day_count.key_fetches < 3 * 2 * 30 + 2 * 4,
		"after each of %llu rollovers the old key was refused, with %llu fetches in all",
		N(rollovers), N(key_fetches));
	door_audit();
}

static void tell(unsigned calls, uint64_t seed, clock_t began)
{
	printf("# SEED=%llu: %u calls in %.1f virtual hours, %.1f CPU seconds\n",
		(unsigned long long)seed, calls, (double)(day_ms - 1000000) / 3600000,
		(double)(clock() - began) / CLOCKS_PER_SEC);
	printf("# requests %llu, attempts %llu, retries %llu; refused connections %llu, timeouts "
	       "%llu; not sent for a circuit %llu, for a throttle %llu; circuits opened %llu, "
	       "closed %llu; posts of Graph %llu, acknowledgements lost %llu\n",
		N(requests), N(attempts), N(retries), N(refused_connections), N(timeouts),
		N(refused_by_circuit), N(refused_by_throttle), N(circuits_opened),
		N(circuits_closed), N(notes), N(lost_acks));
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

int main(void)
{
	uint64_t seed = setting("SEED", 1);
	unsigned calls = (unsigned)setting("CALLS", CALLS);
	clock_t began = clock();
	struct ledger ledger;
	struct config *conf;

	day_rng.state = seed;
	setenv("AZURE_CLIENT_SECRET", "for-the-day", 1);
	log_level_set(getenv("DAY_LOG") ? LOG_INFO : LOG_ERROR + 1);
	folder_make();
	conf = config_make();
	shell_start(conf);
	graph_open(seed, calls, "https://foyer.day/api/calls");
	live();
	centre_ledger(shell->centre, &ledger);
	requests_audit();
	ledger_audit(&ledger);
	audit_line(errands_open(shell->errands) == 0, "no errand is left behind");
	audit_line(store_contacts_missed(shell->store) == 0, "no record was missed");
	shell_close(shell);
	free(shell);
	records_audit(&ledger, calls);
	tell(calls, seed, began);
	graph_close();
	config_free(conf);
	folder_remove();
	return audit_done();
}
