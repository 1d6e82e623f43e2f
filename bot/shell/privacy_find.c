#include "bot/shell/admin.h"
#include "bot/shell/privacy.h"
#include "bot/shell/recordings.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void traces_free(struct traces *t)
{
	if (!t)
		return;
	json_decref(t->told);
	free(t->journal);
	free(t->recordings);
	free(t);
}

static bool has_letter(const char *text)
{
	while (*text && !isalpha((unsigned char)*text))
		text++;
	return *text;
}

/* "+49 30 123", "4:+4930123" and "4930123" are one number; an id is itself alone. */
static bool same_number(const char *asked, const char *id)
{
	const char *plus = strchr(id, '+');
	bool any = false; /* who withheld hers is not everybody who did */

	if (strcasecmp(asked, id) == 0)
		return true;
	if (has_letter(asked) || has_letter(id))
		return false;
	id = plus ? plus + 1 : id;
	while (*asked || *id) {
		while (*asked && !isdigit((unsigned char)*asked))
			asked++;
		while (*id && !isdigit((unsigned char)*id))
			id++;
		if (*asked != *id)
			return false;
		if (*asked)
			asked++, id++, any = true;
	}
	return any;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static bool is_hers(const struct traces *t, uint32_t contact)
{
	return contact && bsearch(&contact, t->contact, t->n_contacts, sizeof(contact), by_number);
}

static json_t *part(struct traces *t, const char *name)
{
	json_t *list = json_object_get(t->told, name);

	if (!list)
		json_object_set_new(t->told, name, list = json_array());
	return list;
}

static bool see_person(void *arg, const struct caller *p)
{
	struct traces *t = arg;

	if (!same_number(t->of.number, p->id))
		return true;
	if (t->n_contacts == TRACES_MAX)
		return false;
	t->contact[t->n_contacts++] = p->contact;
	json_array_append_new(part(t, "persons"),
		json_pack("{sI, ss, so, so, so}", "contact", (json_int_t)p->contact, "kind",
			p->kind, "id", admin_text(p->id), "name", admin_text(p->name), "dialled",
			admin_text(p->line)));
	return !*t->stop;
}

static void tell_event(struct traces *t, const char *list, uint64_t seq, const struct event *ev)
{
	char buf[300];
	struct text text = TEXT(buf);

	if (!t->tell || t->n_events++ >= STORY_MAX)
		return;
	event_print(ev, &text);
	json_array_append_new(
		part(t, list), json_pack("{sI, so, so}", "position", (json_int_t)seq, "at",
				       admin_time(ev->at_ms), "event", admin_text(buf)));
}

static bool see_event(void *arg, uint64_t seq, const struct event *ev)
{
	struct traces *t = arg;
	char by[GUID_TEXT];

	if (is_hers(t, ev->contact)) {
		if (ev->kind == EV_CALLER && t->n_hashed < TRACES_MAX) {
			t->hashed[t->n_hashed++] = seq;
			t->caller = ev->ref;
		}
		tell_event(t, "events", seq, ev);
	}
	if (t->of.user[0] && ev->kind >= EV_SIGN_IN) {
		guid_print(ev->ref, by);
		if (strcmp(by, t->of.user) == 0) {
			t->n_commands++;
			tell_event(t, "commands", seq, ev);
		}
	}
	return !*t->stop;
}

static bool see_record(void *arg, const struct contact_row *row)
{
	struct traces *t = arg;
	const struct record *r = &row->record;

	if (t->of.user[0] ? strcmp(row->agent_name, t->of.agent_name) != 0
			  : !is_hers(t, row->contact))
		return true;
	json_array_append_new(part(t, "contacts"),
		json_pack("{sI, so, so, so, ss, so, so}", "contact", (json_int_t)row->contact,
			"offered_at", admin_time(r->offered_ms), "connected_at",
			admin_time(r->connected_ms), "ended_at", admin_time(r->ended_ms), "outcome",
			outcome_name((enum outcome)r->outcome), "queue",
			admin_text(row->queue_name), "agent",
			admin_text(t->of.user[0] ? row->agent_name : "")));
	return !*t->stop;
}

static bool see_voicemail(void *arg, const struct voicemail_row *row)
{
	struct traces *t = arg;

	if (is_hers(t, row->contact))
		json_array_append_new(part(t, "voicemail"),
			json_pack("{ss, sI, ss, so, sI}", "file", row->file, "contact",
				(json_int_t)row->contact, "mailbox", row->mailbox, "at",
				admin_time(row->at_unix_ms), "length_ms",
				(json_int_t)row->length_ms));
	return true;
}

static bool see_note(void *arg, const struct note_row *row)
{
	struct traces *t = arg;

	if (t->of.user[0] ? strcmp(row->author, t->of.user) == 0 : is_hers(t, row->contact))
		json_array_append_new(part(t, "notes"),
			json_pack("{sI, so, so, so}", "contact", (json_int_t)row->contact, "at",
				admin_time(row->at_unix_ms), "author",
				admin_text(t->of.user[0] ? row->name : ""), "text",
				admin_text(row->text)));
	return true;
}

static bool see_taken(void *arg, const struct voicemail_row *row)
{
	struct traces *t = arg;

	if (strcmp(row->taken_by, t->of.user) == 0)
		json_array_append_new(part(t, "voicemail_taken"),
			json_pack("{ss, sI, so}", "file", row->file, "contact",
				(json_int_t)row->contact, "at", admin_time(row->taken_unix_ms)));
	return true;
}

static bool see_chat(void *arg, const struct chat_row *row)
{
	struct traces *t = arg;

	if (strcmp(row->user, t->of.user) == 0)
		json_array_append_new(part(t, "chats"),
			json_pack("{so, so, so, so}", "name", admin_text(row->name), "user_id",
				admin_text(row->user_id), "locale", admin_text(row->locale),
				"seen_at", admin_time(row->seen_unix_ms)));
	return true;
}

static enum err find_all(struct traces *t, struct why *why)
{
	enum err e = OK;

	if (t->of.number[0])
		e = store_persons(t->store, see_person, t, why);
	if (e == OK && t->n_contacts == TRACES_MAX)
		e = FAIL(why, E_LIMIT, "more than %d contacts: not of one caller", TRACES_MAX - 1);
	if (e == OK)
		e = store_replay(t->store, see_event, t, why);
	if (e == OK)
		e = store_contacts(t->store, see_record, t, why);
	return e;
}

enum err traces_find(struct traces *t, struct why *why)
{
	struct store_summary found;
	enum err e = store_open_to_read(t->journal, &t->store, &found, why);

	t->told = json_object();
	if (e == OK)
		e = find_all(t, why);
	store_close(t->store);
	t->store = NULL;
	if (e == OK && t->recordings)
		(void)recordings_of(
			t->recordings, t->contact, t->n_contacts, false, part(t, "recordings"));
	return e;
}

/* What only the loop's own connection reads: tables that came later. */
enum err traces_tables(struct traces *t, struct store *s, struct why *why)
{
	bool agent = t->of.user[0] != '\0';
	enum err e = store_voicemails(s, agent ? see_taken : see_voicemail, t, why);

	if (e == OK)
		e = store_notes(s, see_note, t, why);
	return e == OK && agent ? store_chats(s, see_chat, t, why) : e;
}
