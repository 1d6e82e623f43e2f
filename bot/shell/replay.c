#include "bot/shell/replay.h"

#include "bot/base/clean.h"
#include "bot/shell/check.h"
#include "bot/shell/compare.h"
#include "bot/shell/recover.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BODY_BYTES_MAX = 1 << 20, STEP_MS = 1000, START_MS = 1000000 };

struct tape {
	EVP_MD_CTX *digest;
	struct config *conf; /* for bodies */
	void *storage;
	struct centre *centre;
	struct lines *lines;
	uint64_t now_ms;
	uint32_t last_contact;
};

static void put(struct tape *t, const char *prefix, uint64_t at_ms, const struct text *line)
{
	char out[600];
	int n = snprintf(
		out, sizeof(out), "%s%llu %s\n", prefix, (unsigned long long)at_ms, line->at);

	fputs(out, stdout);
	EVP_DigestUpdate(t->digest, out, (size_t)n);
}

static void show(
	void *arg, const struct event *ev, const struct effects *fx, const struct config *conf)
{
	char buf[400];
	struct text line = TEXT(buf);

	(void)conf;
	event_print(ev, &line);
	put(arg, "", ev->at_ms, &line);
	for (size_t i = 0; i < fx->n; i++) {
		line = TEXT(buf);
		effect_print(&fx->item[i], &line);
		put(arg, "  -> ", ev->at_ms, &line);
	}
}

static void step(struct tape *t, struct event ev)
{
	static struct effects out;

	ev.at_ms = t->now_ms;
	lines_event(t->lines, &ev, t->conf);
	centre_step(t->centre, &ev, &out);
	show(t, &ev, &out, t->conf);
	for (size_t i = 0; i < out.n; i++) {
		const struct effect *fx = &out.item[i];

		lines_effect(t->lines, fx,
			fx->queue &&
				t->conf->plan.queue[fx->queue - 1].hand_off == HAND_OFF_TRANSFER);
	}
}

/* Let made-up time pass: whatever falls due before `until` happens first. */
static void pass_time(struct tape *t, uint64_t until)
{
	while (centre_deadline_ms(t->centre) <= until) {
		uint64_t due = centre_deadline_ms(t->centre);

		t->now_ms = due > t->now_ms ? due : t->now_ms;
		step(t, (struct event){ .kind = EV_TICK });
	}
	t->now_ms = until;
}

/* A body on paper has no token: it is of the tenant it names, else of the first. */
static uint16_t realm_of(const struct config *conf, const struct note *note)
{
	struct guid tenant;
	uint16_t realm = REALM_NONE;

	if (guid_parse(note->tenant_id, strlen(note->tenant_id), &tenant) == OK)
		realm = config_realm_of_tenant(conf, tenant);
	return realm == REALM_NONE ? 0 : realm;
}

static void take_note(struct tape *t, const struct notes *notes, const struct note *note)
{
	struct line *l = line_of_call(t->lines, note->call_id);
	struct address at = { .contact = l ? l->contact : 0, .realm = realm_of(t->conf, note) };
	char buf[300];
	struct text line = TEXT(buf);
	struct to_core out;

	to_core_note(t->conf, t->lines, at, notes, note, t->last_contact + 1, &out);
	if (out.person.contact)
		t->last_contact = out.person.contact;
	if (out.ignored || (out.recorded && !out.n)) {
		note_print(note, &line);
		if (out.ignored)
			text_add(&line, ": %s -> ignored", out.ignored);
		else
			text_add(&line, ": a recording of a call that is over");
		put(t, "", t->now_ms, &line);
	}
	for (size_t i = 0; i < out.n; i++)
		step(t, out.event[i]);
}

/* body: room for BODY_BYTES_MAX + 1 */
static bool body_read(const char *path, char *body, size_t *n)
{
	FILE *f = fopen(path, "re");
	bool bad;

	if (f)
		*n = fread(body, 1, BODY_BYTES_MAX + 1, f);
	bad = !f || ferror(f);
	if (bad)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	else if (*n > BODY_BYTES_MAX)
		fprintf(stderr, "%s: longer than %d bytes\n", path, BODY_BYTES_MAX);
	if (f)
		fclose(f);
	return !bad && *n <= BODY_BYTES_MAX;
}

static bool replay_body(struct tape *t, const char *path)
{
	static struct notes notes;
	CLEAN(free) char *body = malloc(BODY_BYTES_MAX + 1);
	char buf[64];
	struct text line = TEXT(buf);
	struct why why;
	size_t n;

	if (!body)
		abort();
	if (!body_read(path, body, &n))
		return false;
	if (notes_decode(body, n, &notes, &why) != OK) {
		fprintf(stderr, "%s:%d:%d: %s\n", path, notes.line ? notes.line : 1,
			notes.column ? notes.column : 1, why.text);
		return false;
	}
	pass_time(t, t->now_ms + STEP_MS);
	if (notes.legacy) {
		text_add(&line, "older first message -> 204");
		put(t, "", t->now_ms, &line);
	}
	for (size_t i = 0; i < notes.n; i++) {
		const struct note *note = &notes.item[i];

		if (note->fault[0])
			fprintf(stderr, "%s:%d:%d: %s -> ignored\n", path, note->fault_line,
				note->fault_column, note->fault);
		take_note(t, &notes, note);
	}
	return true;
}

static int is_body(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && strcmp(d->d_name + n - 5, ".json") == 0;
}

static bool replay_folder(struct tape *t, const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, is_body, alphasort);
	bool ok = n >= 0;

	if (n < 0)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	if (n == 0) {
		fprintf(stderr, "%s: no .json file in this folder\n", path);
		ok = false;
	}
	for (int i = 0; i < n; i++) {
		char full[4096];

		snprintf(full, sizeof(full), "%s/%s", path, names[i]->d_name);
		ok = ok && replay_body(t, full);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return ok;
}

static bool each(void *arg, uint64_t seq, const struct event *ev)
{
	(void)seq;
	return follow(arg, ev);
}

static bool replay_journal(struct tape *t, const char *path)
{
	struct follower f = { .saw = show, .arg = t };
	struct store_summary found;
	struct why why;
	enum err e = store_open_to_read(path, &f.store, &found, &why);

	if (e == OK)
		e = store_replay(f.store, each, &f, &why);
	if (e == OK && f.why.code != OK) {
		why = f.why;
		e = why.code;
	}
	if (e != OK)
		fprintf(stderr, "%s: %s\n", path, why.text);
	follower_fini(&f);
	store_close(f.store);
	return e == OK;
}

static bool replay_path(struct tape *t, const char *path)
{
	struct stat st;
	size_t n = strlen(path);

	if (stat(path, &st) != 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	if (S_ISDIR(st.st_mode))
		return replay_folder(t, path);
	return n > 5 && strcmp(path + n - 5, ".json") == 0 ? replay_body(t, path)
							   : replay_journal(t, path);
}

static bool tape_open(struct tape *t, const char *config_path)
{
	struct why why;

	t->conf = config_path ? config_or_complain(config_path) : config_of_example();
	if (!t->conf)
		return false;
	t->digest = EVP_MD_CTX_new();
	t->lines = lines_new(lines_wanted(t->conf));
	if (!t->digest || !t->lines || EVP_DigestInit_ex(t->digest, EVP_sha256(), NULL) != 1)
		abort();
	if (centre_renew(NULL, &t->conf->plan, &t->storage, &t->centre, &why) != OK) {
		fprintf(stderr, "foyer: %s\n", why.text);
		return false;
	}
	t->now_ms = START_MS;
	return true;
}

static void print_digest(struct tape *t)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	unsigned n;

	EVP_DigestFinal_ex(t->digest, sum, &n);
	text_hex(hex, sizeof(hex), sum, n);
	printf("digest=%s\n", hex);
}

static bool is_journal(const char *path)
{
	struct stat st;
	size_t n = strlen(path);

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       !(n > 5 && strcmp(path + n - 5, ".json") == 0);
}

static int compare_with(const char *config_path, const char *journal)
{
	struct config *conf = config_or_complain(config_path);
	int status = conf ? compare(conf, journal) : EXIT_FAILURE;

	config_free(conf);
	return status;
}

int replay(const char *config_path, char *const paths[], size_t n_paths)
{
	struct tape t = { .digest = NULL };
	bool ok;

	if (config_path && n_paths == 1 && is_journal(paths[0]))
		return compare_with(config_path, paths[0]);
	ok = tape_open(&t, config_path);
	for (size_t i = 0; ok && i < n_paths; i++)
		ok = replay_path(&t, paths[i]);
	if (ok)
		print_digest(&t);
	EVP_MD_CTX_free(t.digest);
	lines_free(t.lines);
	free(t.storage);
	config_free(t.conf);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
