/*
 * Versions of the configuration: each text that was in force, with who, when and why, in the store.
 * The file is the truth: what is applied here becomes the file first, and what somebody else wrote
 * into it becomes a version when it is taken over.
 *
 * The order, so that a crash between any two leaves one of both: the version is written down as not
 * taken, the file is renamed, the event is committed, the version is taken. A start looks which one
 * the file is.
 */
#include "bot/shell/admin.h"
#include "bot/shell/draft.h"
#include "bot/shell/reload.h"
#include "bot/shell/work.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"

#include <stdlib.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

enum { LISTED_MAX = 200 };

/* ---- what is known of versions */

struct found {
	const uint8_t *digest; /* NULL: any */
	uint32_t number;       /* 0: any */
	bool taken;            /* only those */
	struct version_row row;
	bool is_found;
};

static bool look(void *arg, const struct version_row *row)
{
	struct found *f = arg;

	if ((f->taken && !row->taken) || (f->number && row->number != f->number) ||
		(f->digest && memcmp(row->digest, f->digest, sizeof(row->digest)) != 0))
		return true;
	f->row = *row;
	f->is_found = true;
	return false;
}

/* false: there is none, and row is empty. */
static bool find(struct shell *s, struct found *f)
{
	struct why why;

	if (store_versions(s->store, UINT32_MAX, look, f, &why) != OK)
		log_line(LOG_ERROR, "store", "", "%s", why.text);
	return f->is_found;
}

static struct version_row current(struct shell *s)
{
	struct found f = { .taken = true };

	find(s, &f);
	return f.row;
}

static enum err note(struct shell *s, struct version_row *row, struct why *why)
{
	memcpy(row->digest, s->conf->digest, sizeof(row->digest));
	row->at_unix_ms = clock_unix_ms();
	row->taken = true;
	snprintf(row->how, sizeof(row->how), "file");
	return store_version_put(s->store, row, why);
}

/* What is in force is a version, whoever made it. */
static enum err settle(struct shell *s, struct why *why)
{
	struct found pending = { .digest = s->conf->digest };
	struct version_row row = { .number = 0 };
	enum err e = OK;

	if (find(s, &pending) && !pending.row.taken)
		e = store_version_take(s->store, pending.row.number, why);
	if (e == OK)
		e = store_versions_settle(s->store, why);
	row = current(s);
	if (e == OK && (!row.number || memcmp(row.digest, s->conf->digest, sizeof(row.digest)))) {
		row = (struct version_row){ .number = 0 };
		e = note(s, &row, why);
	}
	return e;
}

static enum err version_open(struct shell *s, struct why *why)
{
	return settle(s, why);
}

static void version_reload(struct shell *s, const struct config *old)
{
	struct why why;

	(void)old;
	if (settle(s, &why) != OK)
		log_line(LOG_ERROR, "store", "", "%s", why.text);
}

static json_t *version_json(struct shell *s, const struct version_row *row)
{
	return json_pack("{sI, so, ss, so, so, ss}", "number", (json_int_t)row->number, "at",
		admin_time(row->at_unix_ms), "author", row->author, "author_name",
		admin_text(admin_name(s, row->author)), "comment", admin_text(row->comment), "how",
		row->how);
}

/* ---- reading */

void route_config(struct shell *s, struct visit *v, const struct person *who)
{
	struct version_row row = current(s);

	(void)who;
	gate_answer(s, visit_id(v), 200,
		json_pack("{so, ss%}", "version", version_json(s, &row), "text", s->conf->text,
			s->conf->text_bytes));
}

struct list {
	struct shell *s;
	json_t *all;
	uint32_t last;
};

static bool list_one(void *arg, const struct version_row *row)
{
	struct list *l = arg;

	if (row->taken)
		json_array_append_new(l->all, version_json(l->s, row));
	l->last = row->number;
	return json_array_size(l->all) < LISTED_MAX;
}

void route_config_versions(struct shell *s, struct visit *v, const struct person *who)
{
	struct list l = { .s = s, .all = json_array() };
	const char *before = visit_query(v, "before");
	unsigned long from = before ? strtoul(before, NULL, 10) : 0;
	struct why why;

	(void)who;
	if (store_versions(l.s->store, from && from < UINT32_MAX ? (uint32_t)from : UINT32_MAX,
		    list_one, &l, &why) != OK)
		log_line(LOG_ERROR, "store", "", "%s", why.text);
	gate_answer(l.s, visit_id(v), 200,
		json_pack("{so, so}", "versions", l.all, "next",
			json_array_size(l.all) == LISTED_MAX ? json_integer(l.last) : json_null()));
}

/* NULL: refused. */
static char *text_of_version(
	struct shell *s, uint64_t visit, uint32_t number, struct version_row *row)
{
	struct found f = { .number = number, .taken = true };
	char *text = NULL;
	struct why why;

	if (!number || !find(s, &f))
		gate_refuse(s, visit, 404, "version", "there is no such version");
	else if (store_config_get(s->store, f.row.digest, &text, &why) != OK)
		gate_refuse(s, visit, 404, "version", why.text);
	*row = f.row;
	return text;
}

void route_config_version(struct shell *s, struct visit *v, const struct person *who)
{
	struct version_row row;
	CLEAN(free)
	char *text = text_of_version(
		s, visit_id(v), (uint32_t)strtoul(visit_rest(v), NULL, 10), &row);

	(void)who;
	if (text)
		gate_answer(s, visit_id(v), 200,
			json_pack("{so, ss}", "version", version_json(s, &row), "text", text));
}

void route_config_schema(struct shell *s, struct visit *v, const struct person *who)
{
	size_t bytes;
	const char *text = config_schema(&bytes);

	(void)who, (void)s;
	visit_answer(v, &(struct answer){ .status = 200,
				.content_type = "application/schema+json",
				.body = text,
				.body_bytes = bytes });
}

/* ---- checking and applying: judged beside the loop, then ordered */

struct order {
	struct reload_order order;
	struct version_row row;
	uint32_t base; /* the version it was made on */
	uint64_t visit;
};

struct judged {
	struct job job;
	struct draft draft;
	struct order *order; /* NULL: a check alone */
	uint64_t visit;
};

static void order_free(struct order *o)
{
	if (o)
		free(o->order.text);
	free(o);
}

static enum err keep(struct shell *s, struct reload_order *order, struct why *why)
{
	struct order *o = (struct order *)order;

	return store_version_put(s->store, &o->row, why);
}

static void ordered(struct shell *s, struct reload_order *order, const char *refused)
{
	struct order *o = (struct order *)order;
	char target[40];

	if (s && refused) {
		gate_refuse(s, o->visit, 409, "config", refused);
	} else if (s) {
		snprintf(target, sizeof(target), "version %u", o->row.number);
		audit_add(s, o->row.author, "config-apply", target, o->row.comment);
		gate_answer(s, o->visit, 200,
			json_pack("{so, sI}", "version", version_json(s, &o->row), "position",
				(json_int_t)store_position(s->store)));
	}
	order_free(o);
}

static void judge(struct job *j, const atomic_bool *stop)
{
	(void)stop;
	draft_judge(&((struct judged *)j)->draft);
}

static void place_order(struct shell *s, struct judged *it)
{
	struct order *o = it->order;

	if (!it->draft.ok) {
		json_t *error = json_pack("{ss, ss, ss}", "code", "refused", "message",
			"the configuration has faults", "target", "text");

		json_object_set_new(it->draft.report, "error", error);
		gate_answer(s, it->visit, 422, TAKE(it->draft.report));
	} else if (current(s).number != o->base) {
		gate_refuse(s, it->visit, 412, "version",
			"another version came into force meanwhile: compare, and apply on that "
			"one");
	} else if (reload_order(s, &o->order)) {
		it->order = NULL;
	} else {
		gate_refuse(s, it->visit, 503, NULL,
			"another configuration is just being taken over: ask again");
	}
}

static void judged(struct shell *s, struct job *j)
{
	struct judged *it = (struct judged *)j;

	if (s && it->order)
		place_order(s, it);
	else if (s)
		gate_answer(s, it->visit, 200, TAKE(it->draft.report));
	order_free(it->order);
	draft_fini(&it->draft);
	free(it);
}

static void start(
	struct shell *s, uint64_t visit, const char *text, size_t bytes, struct order *order)
{
	struct judged *it = calloc(1, sizeof(*it));

	if (!it)
		abort();
	*it = (struct judged){
		.job = { .run = judge, .done = judged }, .order = order, .visit = visit
	};
	draft_init(&it->draft, text, bytes, reload_path(s->reload), s->conf);
	if (!work_put(s->work, LANE_SHORT, &it->job)) {
		gate_refuse(s, visit, 503, NULL, "too much is under way: ask again");
		order_free(order);
		draft_fini(&it->draft);
		free(it);
	}
}

/* "text" of a body; NULL: refused. */
static const char *text_of_body(struct shell *s, struct visit *v, json_t *body, size_t *bytes)
{
	json_t *text = json_object_get(body, "text");

	*bytes = json_string_length(text);
	if (!json_is_string(text))
		gate_refuse(s, visit_id(v), 400, "text",
			"\"text\" is missing: the configuration as text");
	return json_string_value(text);
}

void route_config_check(struct shell *s, struct visit *v, const struct person *who)
{
	CLEAN(json_decref) json_t *body = admin_body(s, v);
	size_t bytes;
	const char *text = body ? text_of_body(s, v, body, &bytes) : NULL;

	(void)who;
	if (text)
		start(s, visit_id(v), text, bytes, NULL);
}

/* The version the change was made on is the one in force. */
static bool is_on_current(struct shell *s, struct visit *v)
{
	const char *match = visit_header(v, "If-Match");
	uint32_t number = current(s).number;
	char says[160];

	if (!match) {
		gate_refuse(s, visit_id(v), 428, NULL,
			"If-Match is missing: the number of the version this was made on");
		return false;
	}
	if (strtoul(match + (*match == '"'), NULL, 10) == number)
		return true;
	snprintf(says, sizeof(says),
		"version %u is in force: somebody has changed it since. Nothing of yours is lost; "
		"compare, and apply on that one",
		number);
	gate_refuse(s, visit_id(v), 412, "version", says);
	return false;
}

static void apply(struct shell *s, struct visit *v, const struct person *who, json_t *body,
	const char *how, const char *text, size_t bytes)
{
	const char *comment = json_string_value(json_object_get(body, "comment"));
	struct order *o = calloc(1, sizeof(*o));

	if (!o)
		abort();
	*o = (struct order){ .order = { .bytes = bytes, .keep = keep, .done = ordered },
		.base = current(s).number,
		.visit = visit_id(v) };
	o->order.text = malloc(bytes + 1);
	if (!o->order.text)
		abort();
	memcpy(o->order.text, text, bytes);
	o->order.text[bytes] = '\0';
	o->row.at_unix_ms = clock_unix_ms();
	guid_print(who->user, o->row.author);
	snprintf(o->row.comment, sizeof(o->row.comment), "%s", comment ? comment : "");
	snprintf(o->row.how, sizeof(o->row.how), "%s", how);
	config_digest(text, bytes, o->row.digest, sizeof(o->row.digest));
	start(s, visit_id(v), text, bytes, o);
}

void route_config_apply(struct shell *s, struct visit *v, const struct person *who)
{
	CLEAN(json_decref) json_t *body = admin_body(s, v);
	size_t bytes;
	const char *text = body ? text_of_body(s, v, body, &bytes) : NULL;

	if (!text || !is_on_current(s, v))
		return;
	if (bytes == s->conf->text_bytes && memcmp(text, s->conf->text, bytes) == 0)
		gate_refuse(s, visit_id(v), 409, "text", "nothing is changed");
	else
		apply(s, v, who, body, "console", text, bytes);
}

void route_config_rollback(struct shell *s, struct visit *v, const struct person *who)
{
	CLEAN(json_decref) json_t *body = admin_body(s, v);
	CLEAN(free) char *text = NULL;
	struct version_row row;

	if (!body || !is_on_current(s, v))
		return;
	text = text_of_version(s, visit_id(v),
		(uint32_t)json_integer_value(json_object_get(body, "version")), &row);
	if (text)
		apply(s, v, who, body, "rollback", text, strlen(text));
}

const struct hand hand_version = { .open = version_open, .reload = version_reload };
