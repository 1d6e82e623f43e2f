/*
 * Call records: written some time after a call, and written again when more is known.
 * Source: Graph v1.0, callrecords/callRecord; concepts/cloud-communications-callrecords.
 */
#include "graph/sim/annex_inside.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The newest are asked for most. */
static json_t *entry_of(struct sim *s, const char *tenant, const char *id)
{
	for (size_t i = json_array_size(s->annex->records); i-- > 0;) {
		json_t *entry = json_array_get(s->annex->records, i);

		if ((strcmp(member_text(entry, "chain"), id) == 0 ||
			    text_same_nocase(
				    member_text(json_object_get(entry, "record"), "id"), id)) &&
			text_same_nocase(member_text(entry, "tenant"), tenant))
			return entry;
	}
	return NULL;
}

static json_t *identity(const char *kind, const char *id, const char *name)
{
	return json_pack("{ss, s{ss, ss}}", "@odata.type",
		"#microsoft.graph.communicationsIdentitySet", kind, "id", id, "displayName", name);
}

/* An organizer_v2 or one of participants_v2: an entity around the identity, which is taken over. */
static json_t *participant_json(json_t *who)
{
	static const char *const kinds[] = { "phone", "user" };
	const char *id = "";

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (json_object_get(who, kinds[i]))
			id = member_text(json_object_get(who, kinds[i]), "id");
	return json_pack("{ss, so}", "id", id, "identity", who);
}

static json_t *caller_json(const struct sim_call *c)
{
	if (c->caller.number[0])
		return identity("phone", c->caller.number, c->book->name);
	return identity("user", c->caller.user[0] ? c->caller.user : c->me, c->book->name);
}

/* One leg of the chain, as a session with one segment. */
static json_t *session_json(struct sim *s, const char *from, const char *to)
{
	char id[GUID_TEXT];

	guid_draw_text(s, id);
	return json_pack("{ss, s[s], ss, ss, s{ss}, s{ss, s{ss, ss}}, s[{ss, ss, ss}]}", "id", id,
		"modalities", "audio", "startDateTime", from, "endDateTime", to, "caller",
		"@odata.type", "#microsoft.graph.callRecords.participantEndpoint", "callee",
		"@odata.type", "#microsoft.graph.callRecords.serviceEndpoint", "userAgent",
		"@odata.type", "#microsoft.graph.callRecords.serviceUserAgent", "role", "customBot",
		"segments", "id", id, "startDateTime", from, "endDateTime", to);
}

static uint64_t unix_of(const struct sim *s, int64_t book_ms)
{
	return s->annex->unix_at_0_ms + s->start_ms + (uint64_t)(book_ms < 0 ? 0 : book_ms);
}

static json_t *record_new(struct sim *s, const struct sim_call *c, const char *from, const char *to)
{
	char id[GUID_TEXT];

	memcpy(id, c->chain, sizeof(id));
	if (s->scn->record_ids_differ)
		guid_draw_text(s, id);
	return json_pack("{ss, si, ss, s[s], ss, ss, ss, so, s[o], s[]}", "id", id, "version", 0,
		"type", c->group ? "groupCall" : "peerToPeer", "modalities", "audio",
		"startDateTime", from, "endDateTime", to, "lastModifiedDateTime", to,
		"organizer_v2", participant_json(caller_json(c)), "participants_v2",
		participant_json(caller_json(c)), "sessions");
}

/* The record grows: later legs of the chain, then what was late anyway. */
static void record_written(struct sim *s, json_t *context)
{
	json_t *entry = entry_of(s, member_text(context, "tenant"), member_text(context, "chain"));
	json_t *record = json_object_get(entry, "record");
	json_int_t version = json_integer_value(json_object_get(record, "version")) + 1;
	char path[128], at[32];

	if (!record)
		return;
	moment_print(annex_unix_ms(s), at);
	json_object_set_new(record, "version", json_integer(version));
	json_object_set_new(record, "lastModifiedDateTime", json_string(at));
	snprintf(path, sizeof(path), "communications/callRecords/%s", member_text(record, "id"));
	change_notify(s, member_text(context, "tenant"), version == 1 ? "created" : "updated",
		"#microsoft.graph.callRecords.callRecord", path, record);
	if (!json_object_get(context, "last"))
		annex_later(s, scaled(s, s->scn->record_ms), record_written,
			json_pack("{ss, ss, sb}", "tenant", member_text(context, "tenant"), "chain",
				member_text(context, "chain"), "last", true));
}

void annex_call_ended(struct sim *s, const struct sim_call *c)
{
	json_t *entry = entry_of(s, c->tenant, c->chain), *record, *session;
	char from[32], to[32];

	moment_print(unix_of(s, c->book->offered_ms), from);
	moment_print(unix_of(s, c->book->ended_ms), to);
	if (!entry) {
		while (json_array_size(s->annex->records) >= RECORDS_MAX)
			json_array_remove(s->annex->records, 0);
		entry = json_pack("{ss, ss, so}", "tenant", c->tenant, "chain", c->chain, "record",
			record_new(s, c, from, to));
		json_array_append_new(s->annex->records, entry);
	}
	record = json_object_get(entry, "record");
	session = session_json(s, from, to);
	json_object_set_new(json_object_get(session, "caller"), "identity", caller_json(c));
	json_array_append_new(json_object_get(record, "sessions"), session);
	json_object_set_new(record, "endDateTime", json_string(to));
	annex_later(s, scaled(s, s->scn->record_ms), record_written,
		json_pack("{ss, ss}", "tenant", c->tenant, "chain", c->chain));
}

/* Too early is as unknown as never. NULL with a reply. */
static json_t *record_asked(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	json_t *entry = entry_of(s, a->request->bearer.tenant, a->id[0]);
	json_t *record = json_object_get(entry, "record");

	if (record && json_integer_value(json_object_get(record, "version")) > 0 &&
		text_same_nocase(member_text(record, "id"), a->id[0]))
		return record;
	refuse(r, 404, "NotFound", "The call record is not there, or not yet.");
	return NULL;
}

static void record_get(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	json_t *record = record_asked(s, a, r);
	const char *expand = member_text(a->request->query, "$expand");
	json_t *session;
	size_t i;

	if (!record)
		return;
	r->status = 200;
	r->body = json_deep_copy(record);
	if (strncmp(expand, "sessions", 8) != 0)
		json_object_del(r->body, "sessions");
	if (!strstr(expand, "segments"))
		json_array_foreach(json_object_get(r->body, "sessions"), i, session)
			json_object_del(session, "segments");
}

static void sessions_get(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	json_t *record = record_asked(s, a, r);

	if (!record)
		return;
	r->status = 200;
	r->body = json_pack("{so}", "value", json_deep_copy(json_object_get(record, "sessions")));
}

static void participants_get(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	json_t *record = record_asked(s, a, r);

	if (!record)
		return;
	r->status = 200;
	r->body = json_pack(
		"{so}", "value", json_deep_copy(json_object_get(record, "participants_v2")));
}

static void records_get(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	json_t *entry, *value = json_array();
	size_t i;

	json_array_foreach(s->annex->records, i, entry)
	{
		json_t *record = json_object_get(entry, "record");

		if (!text_same_nocase(member_text(entry, "tenant"), a->request->bearer.tenant) ||
			json_integer_value(json_object_get(record, "version")) == 0)
			continue;
		record = json_deep_copy(record);
		json_object_del(record, "sessions");
		json_array_append_new(value, record);
	}
	r->status = 200;
	r->body = json_pack("{so}", "value", value);
}

static const struct route routes[] = {
	{ ROOT_GRAPH, "GET", "communications/callRecords", ROLE_RECORDS, NULL, records_get },
	{ ROOT_GRAPH, "GET", "communications/callRecords/*", ROLE_RECORDS, NULL, record_get },
	{ ROOT_GRAPH, "GET", "communications/callRecords/*/sessions", ROLE_RECORDS, NULL,
		sessions_get },
	{ ROOT_GRAPH, "GET", "communications/callRecords/*/participants_v2", ROLE_RECORDS, NULL,
		participants_get },
};

const struct routes record_routes = { routes, ARRAY_LEN(routes) };

void record_books(struct sim *s, json_t *books)
{
	json_object_set_new(books, "records", json_deep_copy(s->annex->records));
}
