/* Call records: announced, fetched when they are there, joined to our contacts, kept. */
#include "bot/shell/change.h"

#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/rng.h"
#include "graph/change/join.h"
#include "graph/wire/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS UINT64_C(3600000)

/* How far back contacts are looked at, newest first. */
enum { LOOK_BACK_MAX = 20000, SWEEP_MAX = 500, LOOK_BACK_H = 12, SWEEP_H = 24 };

static void must(enum err e, const struct why *why)
{
	if (e == OK)
		return;
	log_line(LOG_ERROR, "store", "", "%s -> the service stops, since it cannot remember",
		why->text);
	exit(EXIT_FAILURE);
}

static const char *tenant_of(const struct shell *s, const struct change_realm *r)
{
	return s->conf->realm[r->realm].tenant_id;
}

/* Durable before it is waited for, so that 202 is a promise that holds. */
static bool announce(struct shell *s, struct change_realm *r, const char *id)
{
	struct record_due due = { .id = "" };
	struct why why;

	if (fetch_knows(r->fetch, id))
		return fetch_notice(r->fetch, clock_mono_ms(), id, &why) == OK;
	if (fetch_count(r->fetch) == FETCH_MAX)
		return false;
	snprintf(due.tenant, sizeof(due.tenant), "%s", tenant_of(s, r));
	snprintf(due.id, sizeof(due.id), "%s", id);
	must(store_records_due_put(s->store, &due, 1, &why), &why);
	return fetch_notice(r->fetch, clock_mono_ms(), id, &why) == OK;
}

bool records_announced(struct shell *s, struct change_realm *r, const struct change *c)
{
	char id[NOTE_ID_MAX];

	if (c->change == CHANGE_DELETED)
		return true; /* Graph keeps records 30 days; ours stay */
	if (!change_entity_id(c, id)) {
		log_line(LOG_WARN, "change", "", "a call record without an id -> dropped");
		return true;
	}
	if (announce(s, r, id))
		return true;
	log_line(LOG_WARN, "change", "", "%zu call records wait to be fetched -> 503",
		fetch_count(r->fetch));
	return false;
}

static bool due_again(void *arg, const struct record_due *due)
{
	struct shell *s = arg;

	for (uint16_t i = 0; i < s->conf->n_realms; i++) {
		struct change_realm *r = &s->told->realm[i];

		if (!strcmp(tenant_of(s, r), due->tenant) && r->fetch)
			(void)!fetch_notice(r->fetch, clock_mono_ms(), due->id, NULL);
	}
	return true;
}

enum err records_start(struct shell *s, struct why *why)
{
	uint64_t seed;

	for (uint16_t i = 0; i < s->conf->n_realms; i++) {
		random_bytes(&seed, sizeof(seed));
		s->told->realm[i].fetch = fetch_new(seed, s->conf->call_records.retry_ms);
		if (!s->told->realm[i].fetch)
			return FAIL(why, E_SYSTEM, "no memory for call records");
	}
	return store_records_due(s->store, due_again, s, why);
}

/* ---- joining */

struct look {
	struct shell *s;
	const char *tenant;
	struct join join;
	unsigned n;
};

/* Never across tenants: a contact whose tenant is not known counts where there is only one. */
static bool of_tenant(struct look *l, uint32_t contact, struct guid *chain)
{
	char tenant[GUID_TEXT], text[GUID_TEXT];

	if (store_chain_of(l->s->store, contact, tenant, text, NULL) != OK)
		return l->s->conf->n_realms == 1;
	if (guid_parse(text, strlen(text), chain) != OK)
		return false;
	return strcmp(tenant, l->tenant) == 0;
}

static bool look_at(void *arg, const struct contact_row *row)
{
	struct look *l = arg;
	struct join_contact c = { .contact = row->contact,
		.caller_id = row->person.contact ? row->person.id : "",
		.offered_unix_ms = row->record.offered_ms,
		.ended_unix_ms = row->record.ended_ms };

	if (row->record.offered_ms + LOOK_BACK_H * HOUR_MS < l->join.record->start_unix_ms)
		return false;
	if (of_tenant(l, row->contact, &c.chain_id))
		join_consider(&l->join, &c);
	return ++l->n < LOOK_BACK_MAX;
}

static uint32_t join_record(struct shell *s, const struct change_realm *r,
	const struct call_record *record, enum joined *how)
{
	struct look look = { .s = s, .tenant = tenant_of(s, r) };
	struct join_contact c = { .chain_id = record->guid, .caller_id = "" };
	char chain[GUID_TEXT];
	struct why why;

	join_begin(&look.join, record);
	guid_print(record->guid, chain);
	if (!guid_is_none(record->guid) &&
		store_chain(s->store, look.tenant, chain, &c.contact, NULL) == OK)
		join_consider(&look.join, &c);
	else if (store_contacts_back(s->store, look_at, &look, &why) != OK)
		log_line(LOG_WARN, "store", "", "%s -> not joined by who and when", why.text);
	return join_end(&look.join, how);
}

/* Of all calls of the tenant, those that have our bot or one of its numbers in them. */
static bool is_ours(
	const struct shell *s, const struct change_realm *r, const struct call_record *record)
{
	const struct config *c = s->conf;
	char id[GUID_TEXT];

	if (record_names(record, c->bot[c->realm[r->realm].bot].app_id))
		return true;
	for (uint32_t i = 0; i < c->plan.n_entries; i++) {
		guid_print(c->entry[i].application_instance, id);
		if (c->entry[i].realm == r->realm &&
			!guid_is_none(c->entry[i].application_instance) && record_names(record, id))
			return true;
	}
	return false;
}

static void modalities_print(unsigned modalities, char *out, size_t size)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = { { MODALITY_AUDIO, "audio" }, { MODALITY_VIDEO, "video" },
		{ MODALITY_SCREEN, "screen" }, { MODALITY_DATA, "data" },
		{ MODALITY_OTHER, "other" } };
	struct text t = text_of(out, size);

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (modalities & names[i].bit)
			text_add(&t, "%s%s", t.used ? "," : "", names[i].name);
}

static void row_fill(const struct shell *s, const struct change_realm *r,
	const struct call_record *record, struct call_row *out)
{
	static const char *const types[] = { "unknown", "groupCall", "peerToPeer" };
	static const char *const stages[] = { "", "unknown", "callSetup", "midcall" };

	*out = (struct call_row){ .version = record->version,
		.start_unix_ms = record->start_unix_ms,
		.end_unix_ms = record->end_unix_ms,
		.n_parties = (uint32_t)record->n_parties,
		.n_sessions = (uint32_t)record->n_sessions };
	snprintf(out->tenant, sizeof(out->tenant), "%s", tenant_of(s, r));
	snprintf(out->id, sizeof(out->id), "%s", record->id);
	snprintf(out->type, sizeof(out->type), "%s", types[record->type]);
	modalities_print(record->modalities, out->modalities, sizeof(out->modalities));
	snprintf(out->failure_stage, sizeof(out->failure_stage), "%s",
		stages[record->failure.stage]);
	snprintf(out->failure_reason, sizeof(out->failure_reason), "%s", record->failure.reason);
}

static void keep(struct shell *s, const struct change_realm *r, const struct call_record *record)
{
	static const char *const ways[] = { "", "chain", "participants" };
	struct call_row row;
	struct why why;
	enum joined how;
	char id[16] = "";

	row_fill(s, r, record, &row);
	row.contact = join_record(s, r, record, &how);
	snprintf(row.how, sizeof(row.how), "%s", ways[how]);
	if (!row.contact && !is_ours(s, r, record))
		return;
	must(store_record_put(s->store, &row, &why), &why);
	if (row.contact)
		snprintf(id, sizeof(id), "%" PRIu32, row.contact);
	log_line(LOG_INFO, "change", id, "call-record version=%" PRId64 " joined=%s -> kept",
		row.version, row.contact ? row.how : "no");
}

/* ---- fetching */

static enum fetch_answer read_answer(struct shell *s, const struct change_realm *r,
	const struct client_answer *a, struct why *why)
{
	static struct call_record record; /* large; one thread */
	enum reply_class class = reply_class(a->status);
	enum err e;

	if (a->end != CLIENT_ANSWERED || class == REPLY_THROTTLED || class == REPLY_TRANSIENT) {
		FAIL_EXT(why, E_REMOTE, a->status, "no answer to use (status %d)", a->status);
		return FETCH_FAILED;
	}
	if (class == REPLY_GONE) {
		FAIL(why, E_ABSENT, "not there yet");
		return FETCH_ABSENT;
	}
	if (class != REPLY_OK) {
		FAIL_EXT(why, E_DENIED, a->status,
			"Graph refuses it (%d): grant the application permission "
			"CallRecords.Read.All in tenant %s, and consent to it again",
			a->status, tenant_of(s, r));
		return FETCH_REFUSED;
	}
	e = record_decode(a->body, a->body_bytes, &record, why);
	if (e == OK)
		keep(s, r, &record);
	return e == OK ? FETCH_GOT : e == E_LIMIT ? FETCH_TOO_BIG : FETCH_SENSELESS;
}

static void fetched(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct change_realm *r = &s->told->realm[e->realm];
	struct record_due due = { .id = "" };
	char told[ERRAND_STORY_MAX];
	struct why why = { .text = "" };
	enum fetch_answer got = read_answer(s, r, a, &why);
	enum fetch_end end = fetch_got(r->fetch, clock_mono_ms(), e->number, got,
		a->end == CLIENT_ANSWERED ? a->retry_after_ms : UINT64_MAX, due.id);

	if (end == FETCH_STALE)
		return;
	if (got != FETCH_GOT)
		log_line(got == FETCH_REFUSED ? LOG_ERROR : LOG_INFO, "change", "",
			"call-record: %s: %s -> %s", why.text, errand_told(a, told),
			end == FETCH_AGAIN ? "again later" : "given up");
	if (end == FETCH_AGAIN)
		return;
	snprintf(due.tenant, sizeof(due.tenant), "%s", tenant_of(s, r));
	must(store_record_due_drop(s->store, &due, &why), &why);
}

void records_run(struct shell *s, struct change_realm *r)
{
	struct fetch_request request;

	while (fetch_want(r->fetch, clock_mono_ms(), &request)) {
		struct errand e = { .done = fetched,
			.realm = r->realm,
			.op = OP_GET_CALL_RECORD,
			.number = request.attempt };
		struct op_in in = { .record_id = request.id, .record_alone = request.alone };

		errand_graph(s, &e, 0, &in);
	}
}

/* ---- what may have been missed */

struct sweep {
	struct look look;
	struct change_realm *r;
	uint64_t since_unix_ms;
	char id[SWEEP_MAX][GUID_TEXT];
	size_t n_ids;
};

static bool sweep_at(void *arg, const struct contact_row *row)
{
	struct sweep *w = arg;
	struct guid chain = { { 0 } };

	if (row->record.offered_ms < w->since_unix_ms || w->n_ids == SWEEP_MAX)
		return false;
	if (!row->call.contact && of_tenant(&w->look, row->contact, &chain) && !guid_is_none(chain))
		guid_print(chain, w->id[w->n_ids++]);
	return true;
}

void records_sweep(struct shell *s, struct change_realm *r)
{
	uint64_t now = clock_unix_ms();
	struct sweep w = { .look = { .s = s, .tenant = tenant_of(s, r) },
		.r = r,
		.since_unix_ms = now > SWEEP_H * HOUR_MS ? now - SWEEP_H * HOUR_MS : 0 };
	struct why why;
	size_t n = 0;

	if (store_contacts_back(s->store, sweep_at, &w, &why) != OK)
		log_line(LOG_WARN, "store", "", "%s -> not all late contacts are asked for",
			why.text);
	for (size_t i = 0; i < w.n_ids; i++)
		n += announce(s, r, w.id[i]);
	log_line(LOG_INFO, "change", "",
		"call records may have been missed: contacts=%zu -> asked for", n);
}
