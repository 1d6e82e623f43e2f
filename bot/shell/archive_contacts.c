/* Contacts that were and are: lists, one with its story, and notes on it. */
#include "bot/api/told.h"
#include "bot/base/clean.h"
#include "bot/shell/archive.h"
#include "bot/shell/noun.h"
#include "graph/wire/datetime.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_DEFAULT = 50, PAGE_MAX = 200, STORY_MAX = 1000, EARLIER_MAX = 20, LEGS_MAX = 64 };
#define EVER (UINT64_C(1) << 62)

/* "+49 30 ***567", or the name Graph gave; "": erased, or never known. */
static void caller_of(struct archive *a, uint32_t contact, char *out, size_t size)
{
	struct caller p;

	*out = '\0';
	if (store_person_get(a->store, contact, &p, NULL) != OK)
		return;
	noun_mask(out, size, &p);
}

static const char *code_of(const struct archive *a, uint32_t number)
{
	return number ? config_wrap_up_code(a->f.conf, number) : NULL;
}

/* What she may see: those she spoke with, and a supervisor those of her queues; to be freed. */
static char *only_hers(const struct question *q, struct history_search *by, char user[GUID_TEXT])
{
	if (q->is_boss)
		return NULL;
	guid_print(q->who.user, user);
	by->user = user;
	return (char *)(by->queues = q->sees ? json_dumps(q->sees, JSON_COMPACT) : NULL);
}

struct listing {
	struct archive *a;
	json_t *rows;
	uint32_t last, n_max;
	bool more;
};

static bool list_row(void *arg, const struct told_row *row)
{
	struct listing *l = arg;
	char caller[160];

	if (json_array_size(l->rows) == l->n_max) {
		l->more = true;
		return false;
	}
	caller_of(l->a, row->contact, caller, sizeof(caller));
	json_array_append_new(
		l->rows, api_contact_row(row, caller, code_of(l->a, row->record.wrap_up_code)));
	l->last = row->contact;
	return true;
}

/* ---- what was asked */

static bool read_number(
	struct question *q, const char *name, const char *text, uint32_t max, uint32_t *out)
{
	char *end;
	unsigned long long value;

	if (!*text)
		return true;
	value = strtoull(text, &end, 10);
	if (*end || end == text || *text == '-' || !value || value > max) {
		archive_refuse(q, 400, name, "a number from 1 to %" PRIu32 " would be right", max);
		return false;
	}
	*out = (uint32_t)value;
	return true;
}

static bool read_outcome(struct question *q, int *out)
{
	*out = -1;
	for (int o = 0; *q->outcome && o < OUTCOMES; o++)
		if (strcmp(outcome_name((enum outcome)o), q->outcome) == 0)
			*out = o;
	if (*q->outcome && *out < 0)
		archive_refuse(q, 400, "outcome", "outcome \"%s\" is unknown", q->outcome);
	return !*q->outcome || *out >= 0;
}

static bool read_moment(struct question *q, const char *name, const char *text, uint64_t *out)
{
	if (!*text || datetime_read(text, out))
		return true;
	archive_refuse(
		q, 400, name, "\"%s\" is no time: 2026-11-23T08:00:00Z would be right", text);
	return false;
}

static bool read_digits(struct question *q)
{
	size_t n = strlen(q->digits);

	if (!n || (n >= 3 && n <= 15 && q->digits[strspn(q->digits, "0123456789")] == '\0'))
		return true;
	archive_refuse(q, 400, "digits",
		"3 to 15 digits would be right: the last ones of the caller's number");
	return false;
}

static bool read_search(struct question *q, struct history_search *by)
{
	*by = (struct history_search){ .tenant = q->who.tenant,
		.to_ms = EVER,
		.queue = *q->queue ? q->queue : NULL,
		.agent = *q->agent ? q->agent : NULL,
		.digits = *q->digits ? q->digits : NULL,
		.n_max = PAGE_DEFAULT };
	return read_number(q, "limit", q->limit, PAGE_MAX, &by->n_max) &&
	       read_number(q, "cursor", q->cursor, UINT32_MAX, &by->before) &&
	       read_outcome(q, &by->outcome) && read_moment(q, "from", q->from, &by->from_ms) &&
	       read_moment(q, "to", q->to, &by->to_ms) && read_digits(q);
}

void archive_contacts(struct archive *a, struct question *q)
{
	struct history_search by;
	struct listing l = { .a = a };
	char user[GUID_TEXT], cursor[16];
	CLEAN(free) char *queues = NULL;
	struct why why;

	if (!read_search(q, &by))
		return;
	queues = only_hers(q, &by, user);
	l.n_max = by.n_max++; /* one more tells whether there is a next page */
	l.rows = json_array();
	if (history_contacts(a->history, &by, list_row, &l, &why) != OK) {
		json_decref(l.rows);
		archive_refuse(q, 503, NULL, "%s", why.text);
		return;
	}
	snprintf(cursor, sizeof(cursor), "%" PRIu32, l.last);
	archive_json(q, 200,
		json_pack("{s:o, s:s?, s:I}", "contacts", l.rows, "next", l.more ? cursor : NULL,
			"position", (json_int_t)a->position));
}

/* ---- one contact */

struct found {
	struct told_row row;
	json_t *json;
	struct archive *a;
	uint32_t contact;
};

static bool find_row(void *arg, const struct told_row *row)
{
	struct found *f = arg;
	char caller[160];

	if (row->contact != f->contact)
		return false;
	f->row = *row;
	caller_of(f->a, row->contact, caller, sizeof(caller));
	f->json = api_contact_row(row, caller, code_of(f->a, row->record.wrap_up_code));
	return false;
}

/* NULL: there is none that she may see, and the question is answered so. */
static json_t *find(struct archive *a, struct question *q, struct found *f)
{
	char user[GUID_TEXT];
	struct history_search by = {
		.tenant = q->who.tenant, .to_ms = EVER, .outcome = -1, .n_max = 1
	};
	CLEAN(free) char *queues = q->is_hers ? NULL : only_hers(q, &by, user);
	struct why why;
	uint32_t number = 0;

	*f = (struct found){ .a = a };
	if (!read_number(q, "contact", *q->contact ? q->contact : "0", UINT32_MAX - 1, &number))
		return NULL;
	f->contact = number;
	by.before = number + 1;
	if (history_contacts(a->history, &by, find_row, f, &why) != OK)
		archive_refuse(q, 503, NULL, "%s", why.text);
	else if (!f->json)
		archive_refuse(q, 404, "contact",
			"there is no contact %" PRIu32 " that is yours to see", number);
	return f->json;
}

struct telling_story {
	const struct archive *a;
	json_t *list;
};

static bool story_row(void *arg, const struct moment_row *row)
{
	struct telling_story *t = arg;
	const char *code = row->moment.kind == MOMENT_CODE
				   ? code_of(t->a, (uint32_t)row->moment.value)
				   : NULL;

	if (json_array_size(t->list) < STORY_MAX)
		json_array_append_new(t->list, api_moment(row, code));
	return json_array_size(t->list) < STORY_MAX;
}

struct noting {
	json_t *list;
	const char *reader;
	uint64_t now_ms;
};

static bool note_row(void *arg, const struct note_row *row)
{
	struct noting *n = arg;

	json_array_append_new(n->list, api_note(row, n->reader, n->now_ms));
	return true;
}

static bool leg_row(void *list, const struct leg_row *row)
{
	json_array_append_new(list, api_leg(row));
	return json_array_size(list) < LEGS_MAX;
}

/* Earlier ones of the same caller, known by a keyed hash and by nothing else. */
static enum err earlier(struct archive *a, const struct question *q, const struct found *f,
	json_t *list, struct why *why)
{
	struct listing l = { .a = a, .rows = list, .n_max = EARLIER_MAX };
	struct history_search by = { .tenant = q->who.tenant,
		.to_ms = EVER,
		.outcome = -1,
		.caller = f->row.caller,
		.before = f->contact,
		.n_max = EARLIER_MAX };

	return guid_is_none(f->row.caller) ? OK
					   : history_contacts(a->history, &by, list_row, &l, why);
}

void archive_contact(struct archive *a, struct question *q)
{
	struct found f;
	json_t *root = find(a, q, &f), *story, *notes, *before, *sound;
	char user[GUID_TEXT];
	struct why why;
	enum err e;

	if (!root)
		return;
	story = json_array();
	notes = json_array();
	before = json_array();
	sound = json_array();
	guid_print(q->who.user, user);
	e = history_moments(
		a->history, f.contact, story_row, &(struct telling_story){ a, story }, &why);
	if (e == OK)
		e = history_notes(a->history, f.contact, note_row,
			&(struct noting){ notes, user, q->now_ms }, &why);
	if (e == OK)
		e = earlier(a, q, &f, before, &why);
	if (e == OK)
		e = store_legs(a->store, f.contact, leg_row, sound, &why);
	json_object_set_new(root, "story", story);
	json_object_set_new(root, "notes", notes);
	json_object_set_new(root, "earlier", before);
	json_object_set_new(root, "sound", sound);
	json_object_set_new(root, "position", json_integer((json_int_t)a->position));
	if (e == OK) {
		archive_json(q, 200, root);
		return;
	}
	json_decref(root);
	archive_refuse(q, 503, NULL, "%s", why.text);
}

/* Whether she may: what is written is the loop's. */
void archive_note(struct archive *a, struct question *q)
{
	struct found f;

	if (!find(a, q, &f))
		return;
	json_decref(f.json);
	q->status = 201;
}
