/*
 * Who works here, and which number leads where: GET /api/v1/people and GET /api/v1/numbers. Agents
 * as the configuration has them, beside what Teams and the centre say of them, and the role each
 * had when she came last; and who else came with one.
 */
#include "bot/shell/admin.h"
#include "bot/shell/config_inside.h"
#include "bot/shell/seen.h"
#include "bot/shell/work.h"

#include "bot/base/clean.h"
#include "bot/core/view.h"

#include <string.h>

enum { LOOKED_AT_MAX = 500000 /* events of the journal, for the last call of each number */ };

static const char *const phase_name[AGENT_PHASES] = { [AGENT_SIGNED_OUT] = "signed_out",
	[AGENT_IDLE] = "idle",
	[AGENT_RINGING] = "ringing",
	[AGENT_TALKING] = "talking",
	[AGENT_WRAP_UP] = "wrap_up",
	[AGENT_BACK_OFF] = "back_off" };

/* ---- people */

/* Where the bot can write to somebody: by user id, the reason why not, "" for it can. */
static bool add_chat(void *arg, const struct chat_row *row)
{
	json_t *chats = arg;

	json_object_set_new(chats, row->user,
		admin_text(row->blocked[0]           ? row->blocked
			   : row->conversation_id[0] ? ""
						     : "no chat yet"));
	return true;
}

static json_t *chat_json(const json_t *chats, const char *user)
{
	const char *reason = json_string_value(json_object_get(chats, user));

	return json_pack("{sb, ss}", "reachable", reason && !*reason, "reason",
		!reason ? "the Teams app is not installed" : reason);
}

static json_t *roles_json(unsigned roles)
{
	json_t *out = json_array();

	for (unsigned role = ROLE_AGENT; role <= ROLE_ADMIN; role <<= 1)
		if (roles & role)
			json_array_append_new(out, json_string(role_name((enum login_role)role)));
	return out;
}

/* "roles" and "seen_at", into out. x may be NULL. */
static json_t *with_roles(json_t *out, const struct seen *x)
{
	json_object_set_new(out, "roles", roles_json(x ? x->roles : 0));
	json_object_set_new(out, "seen_at", x ? admin_time(x->at_unix_ms) : json_null());
	return out;
}

static const struct seen *seen_of(const struct shell *s, const struct config_agent *a)
{
	struct guid user;

	return guid_parse(a->user_id, strlen(a->user_id), &user) == OK
		       ? seen_get(s, a->tenant, user)
		       : NULL;
}

static bool is_agent(const struct shell *s, const char *user)
{
	for (uint32_t i = 0; i < s->conf->plan.n_agents; i++)
		if (strcmp(s->conf->agent[i].user_id, user) == 0)
			return true;
	return false;
}

static json_t *others_json(struct shell *s, struct guid tenant)
{
	json_t *out = json_array();
	const struct seen *x;
	char user[GUID_TEXT];

	for (size_t i = 0; (x = seen_next(s, tenant, &i));) {
		guid_print(x->user, user);
		if (!is_agent(s, user))
			json_array_append_new(out, with_roles(json_pack("{ss}", "user", user), x));
	}
	return out;
}

static json_t *agent_json(struct shell *s, uint32_t i, const json_t *chats)
{
	const struct config_agent *a = &s->conf->agent[i];
	const json_t *paper = json_array_get(json_object_get(s->conf->own->root, "agents"), i);
	json_t *queues = json_object_get(paper, "queues"),
	       *skills = json_object_get(paper, "skills");
	struct agent_view view;

	centre_agent(s->centre, i, &view);
	return with_roles(
		json_pack("{ss, so, sO, sO, sb, sb, ss, ss, so}", "user", a->user_id, "name",
			admin_text(a->name), "queues", queues, "skills", skills, "supervisor",
			s->conf->plan.agent[i].supervisor, "signed_in",
			view.phase != AGENT_SIGNED_OUT, "phase", phase_name[view.phase], "presence",
			presence_name(view.presence), "chat", chat_json(chats, a->user_id)),
		seen_of(s, a));
}

void route_people(struct shell *s, struct visit *v, const struct person *who)
{
	json_t *chats = json_object(), *all = json_array();
	struct why why;

	if (store_chats(s->store, add_chat, chats, &why) != OK)
		json_object_clear(chats);
	for (uint32_t i = 0; i < s->conf->plan.n_agents; i++)
		json_array_append_new(all, agent_json(s, i, chats));
	json_decref(chats);
	gate_answer(s, visit_id(v), 200,
		json_pack("{so, so}", "people", all, "others", others_json(s, who->tenant)));
}

/* ---- numbers: the last call of each is looked up in the journal, beside the loop */

struct numbers {
	struct job job;
	uint64_t visit;
	char *journal;
	struct store *store;
	size_t n, n_seen, n_events;
	struct number {
		char instance[GUID_TEXT]; /* "": the default */
		uint64_t last_ms;
	} * number;
	const atomic_bool *stop;
};

/* Entries are told by what was dialled: their index is another in each configuration. */
static struct number *number_of(struct numbers *x, const char *dialled)
{
	struct number *by_default = NULL;

	for (size_t i = 0; i < x->n; i++) {
		if (strcmp(x->number[i].instance, dialled) == 0)
			return &x->number[i];
		if (!x->number[i].instance[0])
			by_default = &x->number[i];
	}
	return by_default;
}

static bool look_back(void *arg, uint64_t seq, const struct event *ev)
{
	struct numbers *x = arg;
	struct number *number;
	struct caller who;

	(void)seq;
	if (ev->kind == EV_CALL_INCOMING &&
		store_person_get(x->store, ev->contact, &who, NULL) == OK) {
		number = number_of(x, who.line);
		if (number && !number->last_ms) {
			number->last_ms = ev->at_ms;
			x->n_seen++;
		}
	}
	return x->n_seen < x->n && ++x->n_events < LOOKED_AT_MAX && !*x->stop;
}

static void run_numbers(struct job *j, const atomic_bool *stop)
{
	struct numbers *x = (struct numbers *)j;
	struct store_summary found;
	struct why why;

	x->stop = stop;
	if (store_open_to_read(x->journal, &x->store, &found, &why) == OK &&
		store_replay_back(x->store, UINT64_MAX, look_back, x, &why) != OK)
		x->n_seen = 0;
	store_close(x->store);
}

static uint64_t last_of(const struct numbers *x, const char *instance)
{
	for (size_t i = 0; i < x->n; i++)
		if (strcmp(x->number[i].instance, instance) == 0)
			return x->number[i].last_ms;
	return 0;
}

static void instance_of(const struct config *c, uint32_t entry, char out[GUID_TEXT])
{
	out[0] = '\0';
	if (!guid_is_none(c->entry[entry].application_instance))
		guid_print(c->entry[entry].application_instance, out);
}

static json_t *number_json(struct shell *s, const struct numbers *x, uint32_t i)
{
	const struct config *c = s->conf;
	const struct config_entry *e = &c->entry[i];
	char instance[GUID_TEXT];

	instance_of(c, i, instance);
	return json_pack("{sI, ss, sb, ss, ss, ss, ss, ss, so}", "entry", (json_int_t)i,
		"application_instance", instance, "default", e->is_default, "flow",
		c->flow_name[c->plan.entry[i].flow], "language",
		c->language[c->plan.entry[i].language], "media", e->relay ? "relay" : "service",
		"bot", c->bot[c->realm[e->realm].bot].name, "tenant", c->realm[e->realm].tenant_id,
		"last_call_at", admin_time(last_of(x, instance)));
}

static void done_numbers(struct shell *s, struct job *j)
{
	struct numbers *x = (struct numbers *)j;
	json_t *all = s ? json_array() : NULL;

	for (uint32_t i = 0; s && i < s->conf->plan.n_entries; i++)
		json_array_append_new(all, number_json(s, x, i));
	if (s)
		gate_answer(s, x->visit, 200, json_pack("{so}", "numbers", all));
	free(x->number);
	free(x->journal);
	free(x);
}

void route_numbers(struct shell *s, struct visit *v, const struct person *who)
{
	struct numbers *x = config_array(1, sizeof(*x));

	(void)who;
	*x = (struct numbers){ .job = { .run = run_numbers, .done = done_numbers },
		.visit = visit_id(v),
		.journal = strdup(s->conf->store_path),
		.n = s->conf->plan.n_entries };
	x->number = config_array(x->n, sizeof(*x->number));
	for (uint32_t i = 0; i < x->n; i++)
		instance_of(s->conf, i, x->number[i].instance);
	if (!x->journal)
		abort();
	if (!work_put(s->work, LANE_SHORT, &x->job)) {
		gate_refuse(s, visit_id(v), 503, NULL, "too much is under way: ask again");
		done_numbers(NULL, &x->job);
	}
}
