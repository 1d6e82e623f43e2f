#include "bot/shell/command.h"

#include "bot/base/clean.h"
#include "bot/core/effect.h"
#include "bot/core/view.h"
#include "bot/shell/from_core.h"
#include "bot/shell/noun.h"
#include "bot/shell/shell.h"

#include <jansson.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

enum {
	AGENT = 1,
	TO = 2,
	CONTACT = 4,
	QUEUE = 8,
	QUEUE_MAY = 16,
	REASON = 32,
	CODE = 64,
	HEARING = 128,
	PRIORITY = 256,
	PROMPT_MAY = 512,
	OFFER = 1024,
};
enum who_may { OWN, CALL, SUPERVISOR };

struct command {
	const char *name;
	enum event_kind kind;
	unsigned members;
	enum who_may who;
};

static const struct command commands[] = {
#define COMMAND(name, event, members, who) { name, event, members, who },
#include "bot/shell/commands.def"
#undef COMMAND
};

/* A command that is being read. */
struct wish {
	struct shell *s;
	const struct person *who;
	const struct command *command;
	json_t *root;
	struct viewer viewer; /* what she sees, and so may steer */
	struct event *out;
	const char **target;
	struct text *says;
};

static bool may_all(const struct person *who)
{
	return who->roles & (ROLE_SUPERVISOR | ROLE_ADMIN);
}

/* ---- who and what is meant ---- */

static uint32_t agent_of(const struct wish *w, struct guid user)
{
	const struct config *c = w->s->conf;
	char id[GUID_TEXT];

	guid_print(user, id);
	for (uint32_t i = 0; i < c->plan.n_agents; i++)
		if (strcmp(c->agent[i].user_id, id) == 0 &&
			guid_same(c->agent[i].tenant, w->who->tenant))
			return i + 1;
	return 0;
}

static bool serves_hers(const struct wish *w, uint32_t agent)
{
	struct place_view v;

	for (uint32_t n = 0; !w->viewer.all && centre_agent_place(w->s->centre, agent - 1, n, &v);
		n++)
		if (queue_set_has(&w->viewer.queues, v.queue))
			return true;
	return w->viewer.all;
}

/* "agent", the person herself where it is left out, or "to". */
static int read_person(struct wish *w, const char *name)
{
	const char *text = json_string_value(json_object_get(w->root, name));
	struct guid user = w->who->user;
	uint32_t agent;

	if (!text && (json_object_get(w->root, name) || strcmp(name, "to") == 0)) {
		text_add(w->says, "\"%s\" is missing: the Entra object id of an agent", name);
		return 400;
	}
	if (text && guid_parse(text, strlen(text), &user) != OK) {
		text_add(w->says, "\"%s\" is not the Entra object id of an agent", name);
		return 400;
	}
	agent = agent_of(w, user);
	if (!agent) {
		text_add(w->says, "%s", refusal_text(REFUSED_NO_AGENT));
		return 409;
	}
	if (w->command->who == OWN && !may_all(w->who) && !guid_same(user, w->who->user)) {
		text_add(w->says, "\"%s\" is for supervisors where it is not yourself", name);
		return 403;
	}
	if (w->command->who == OWN && !guid_same(user, w->who->user) && !serves_hers(w, agent)) {
		text_add(w->says, "\"%s\" serves none of the queues you supervise", name);
		return 403;
	}
	w->out->attempt = agent;
	return 0;
}

static int read_agent(struct wish *w)
{
	return read_person(w, "agent");
}

static int read_to(struct wish *w)
{
	return read_person(w, "to");
}

/* Her own call is one she rings in or talks in. */
static bool is_hers(const struct wish *w, uint32_t contact)
{
	uint32_t agent = agent_of(w, w->who->user);
	struct agent_view view;

	if (!agent)
		return false;
	centre_agent(w->s->centre, agent - 1, &view);
	return view.contact == contact;
}

static bool is_supervised(const struct wish *w, uint32_t contact)
{
	struct contact_view k;

	/* One that is over, or nowhere yet, is the centre's to refuse. */
	return w->viewer.all || !centre_contact(w->s->centre, contact, &k) ||
	       (k.record.queue && queue_set_has(&w->viewer.queues, k.record.queue - 1u));
}

static bool other_tenant(const struct wish *w, uint32_t contact)
{
	const struct config *c = w->s->conf;
	const struct line *l = line_of(w->s->lines, contact);

	return l &&
	       (l->realm == REALM_NONE || !guid_same(c->realm[l->realm].tenant, w->who->tenant));
}

static int read_contact(struct wish *w)
{
	json_t *number = json_object_get(w->root, "contact");
	json_int_t contact = json_integer_value(number);

	if (!json_is_integer(number) || contact < 1 || contact > UINT32_MAX) {
		text_add(w->says, "\"contact\" is missing: a contact's number");
		return 400;
	}
	w->out->contact = (uint32_t)contact;
	if (other_tenant(w, w->out->contact)) {
		text_add(w->says, "%s", refusal_text(REFUSED_NO_CONTACT));
		return 409;
	}
	if (w->command->who == CALL && !may_all(w->who) && !is_hers(w, w->out->contact)) {
		text_add(w->says, "the call is not yours");
		return 403;
	}
	if (may_all(w->who) && !is_hers(w, w->out->contact) && !is_supervised(w, w->out->contact)) {
		text_add(w->says, "the call is in none of the queues you supervise");
		return 403;
	}
	return 0;
}

/* What rings for her now: the same as the buttons of a card. */
static int read_offer(struct wish *w)
{
	int status = read_contact(w);
	uint32_t agent = agent_of(w, w->who->user);
	struct party_view p = { .attempt = 0 };
	struct contact_view k;
	bool accepts = w->command->kind == EV_AGENT_ACCEPTED;

	if (status)
		return status;
	for (uint32_t n = 0; agent && centre_contact_party(w->s->centre, w->out->contact, n, &p);
		n++)
		if (p.agent == agent - 1 && !p.talks)
			break;
	if (!agent || p.agent != agent - 1 || p.talks || !p.attempt) {
		text_add(w->says, "nothing of that contact rings for you");
		return 409;
	}
	if (accepts && !p.asked) {
		text_add(w->says, "it rings already: answer in Teams");
		return 409;
	}
	if (!accepts && !p.asked && centre_contact(w->s->centre, w->out->contact, &k) &&
		k.record.queue &&
		w->s->conf->plan.queue[k.record.queue - 1].hand_off == HAND_OFF_TRANSFER) {
		text_add(w->says, "a transfer cannot be called back: decline in Teams");
		return 409;
	}
	w->out->attempt = p.attempt;
	w->out->value = accepts ? 0 : RING_REJECTED;
	return 0;
}

static bool one_tenant(const struct wish *w)
{
	const struct config *c = w->s->conf;

	for (uint32_t i = 0; i < c->plan.n_queues; i++)
		if (!guid_same(c->queue[i].tenant, w->who->tenant))
			return false;
	return true;
}

/* Who steers a queue supervises it; others send callers there, or serve it. */
static int may_steer(struct wish *w, uint32_t queue)
{
	if (w->command->who != SUPERVISOR || w->viewer.all ||
		queue_set_has(&w->viewer.queues, queue))
		return 0;
	text_add(w->says, "\"%s\" is none of the queues you supervise",
		w->s->conf->queue[queue].name);
	return 403;
}

static int read_queue(struct wish *w)
{
	const struct config *c = w->s->conf;
	json_t *given = json_object_get(w->root, "queue");
	const char *name = json_string_value(given);
	size_t n = 0;

	if (!given && w->command->members & QUEUE_MAY &&
		(w->command->kind != EV_ANNOUNCE || (one_tenant(w) && w->viewer.all)))
		return 0;
	for (uint32_t i = 0; name && i < c->plan.n_queues; i++)
		if (strcmp(c->queue[i].name, name) == 0 &&
			guid_same(c->queue[i].tenant, w->who->tenant)) {
			w->out->value = (int32_t)i + 1;
			return may_steer(w, i);
		}
	text_add(w->says, "\"queue\" is %s (have: ", name ? "none of yours" : "missing");
	for (uint32_t i = 0; i < c->plan.n_queues; i++)
		if (guid_same(c->queue[i].tenant, w->who->tenant))
			text_add(w->says, "%s%s", n++ ? ", " : "", c->queue[i].name);
	text_add(w->says, ")");
	return 400;
}

/* One of a list of words, whose number is index + 1. */
static int read_word(struct wish *w, const char *name, const char *const *words, size_t n)
{
	const char *text = json_string_value(json_object_get(w->root, name));

	for (size_t i = 0; text && i < n; i++)
		if (strcmp(words[i], text) == 0) {
			w->out->value = (int32_t)i + 1;
			return 0;
		}
	text_add(w->says, "\"%s\" is %s (have: ", name, text ? "unknown" : "missing");
	for (size_t i = 0; i < n; i++)
		text_add(w->says, "%s%s", i ? ", " : "", words[i]);
	text_add(w->says, ")");
	return 400;
}

static int read_reason(struct wish *w)
{
	const struct config *c = w->s->conf;

	if (c->n_pause_reasons)
		return read_word(w, "reason", c->pause_reason, c->n_pause_reasons);
	w->out->value = PAUSE_PLAIN;
	return 0;
}

static int read_code(struct wish *w)
{
	return read_word(w, "code", w->s->conf->wrap_up_code, w->s->conf->n_wrap_up_codes);
}

/* Where Graph carries the audio, whispering wants what only one cloud has: said before anybody is
 * invited. */
static int read_hearing(struct wish *w)
{
	static const char *const words[] = { "leave", "barge", "listen", "whisper" };
	const struct line *l = line_of(w->s->lines, w->out->contact);
	int status = read_word(w, "hearing", words, ARRAY_LEN(words));

	if (status)
		return status;
	w->out->value -= 1;
	_Static_assert(HEAR_NOTHING == 0 && HEAR_ALL == 1 && HEAR_LISTEN == 2 && HEAR_WHISPER == 3,
		"the words above are in their order");
	if (w->out->value == HEAR_WHISPER && l && !l->relay && !groups_exist(w->s)) {
		text_add(w->says, "whispering wants Graph's audio routing groups, which are in the "
				  "global cloud only, or live audio");
		return 409;
	}
	return 0;
}

static int read_priority(struct wish *w)
{
	json_t *given = json_object_get(w->root, "priority");

	if (!json_is_integer(given) || json_integer_value(given) < 1 ||
		json_integer_value(given) > PLAN_PRIORITIES) {
		text_add(w->says, "\"priority\" wants 1 (very high) to %d (very low)",
			PLAN_PRIORITIES);
		return 400;
	}
	w->out->value = (int32_t)json_integer_value(given);
	return 0;
}

/* One that can be said as it is: rendered, and speaking no number. */
static bool is_said(const struct wish *w, uint16_t prompt)
{
	const struct shelf_item *item[SOUND_LIST_MAX];

	return sound_items(w->s->sounds, &(struct effect){ .prompt = prompt }, item) == 1;
}

/* Left out: no announcement any more. */
static int read_prompt(struct wish *w)
{
	const struct config *c = w->s->conf;
	json_t *given = json_object_get(w->root, "prompt");
	const char *name = json_string_value(given);

	for (size_t i = 0; name && i < c->n_prompts; i++)
		if (strcmp(c->prompt[i].name, name) == 0) {
			w->out->attempt = (uint32_t)i + 1;
			if (is_said(w, (uint16_t)(i + 1)))
				return 0;
			text_add(w->says,
				"prompt \"%s\" is not made ready: one under the configuration's "
				"\"prompts\" that speaks no number would be right",
				name);
			return 409;
		}
	if (!given)
		return 0;
	text_add(w->says, "\"prompt\" is none of the configuration's prompts");
	return 400;
}

/* ---- the whole ---- */

/* In the order of reading: whose the contact is goes before what is asked of it. */
static const struct {
	unsigned bits;
	const char *name;
	int (*read)(struct wish *w);
} members[] = {
	{ CONTACT, "contact", read_contact },
	{ OFFER, "contact", read_offer },
	{ AGENT, "agent", read_agent },
	{ TO, "to", read_to },
	{ QUEUE | QUEUE_MAY, "queue", read_queue },
	{ REASON, "reason", read_reason },
	{ CODE, "code", read_code },
	{ HEARING, "hearing", read_hearing },
	{ PRIORITY, "priority", read_priority },
	{ PROMPT_MAY, "prompt", read_prompt },
};

/* A member that means nothing here was meant for something. */
static int check_members(struct wish *w)
{
	const char *name;
	json_t *value;
	size_t i;

	json_object_foreach(w->root, name, value)
	{
		for (i = 0; i < ARRAY_LEN(members); i++)
			if (strcmp(members[i].name, name) == 0 &&
				w->command->members & members[i].bits)
				break;
		if (strcmp(name, "command") == 0 || i < ARRAY_LEN(members))
			continue;
		text_add(w->says, "\"%.40s\" is no member of %s (have: command", name,
			w->command->name);
		for (i = 0; i < ARRAY_LEN(members); i++)
			if (w->command->members & members[i].bits)
				text_add(w->says, ", %s", members[i].name);
		text_add(w->says, ")");
		return 400;
	}
	return 0;
}

static int read_members(struct wish *w)
{
	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		int status = w->command->members & members[i].bits ? members[i].read(w) : 0;

		if (status) {
			*w->target = members[i].name;
			return status;
		}
	}
	return 0;
}

static const struct command *command_of(const char *name, struct text *says)
{
	for (size_t i = 0; name && i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	text_add(says, "\"command\" is %s (have: ", name ? "unknown" : "missing");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		text_add(says, "%s%s", i ? ", " : "", commands[i].name);
	text_add(says, ")");
	return NULL;
}

int command_read(struct shell *s, const struct person *who, const char *body, size_t n,
	struct event *out, const char **target, struct text *says)
{
	struct wish w = { .s = s, .who = who, .out = out, .target = target, .says = says };
	json_error_t at;
	CLEAN(json_decref) json_t *root = json_loadb(body, n, JSON_REJECT_DUPLICATES, &at);
	int status;

	if (!json_is_object(root)) {
		text_add(says, "want a JSON object: {\"command\": .., ..}");
		return 400;
	}
	w.root = root;
	w.command = command_of(json_string_value(json_object_get(root, "command")), says);
	if (!w.command) {
		*target = "command";
		return 400;
	}
	if (w.command->who == SUPERVISOR && !may_all(who)) {
		text_add(says, "%s is for supervisors", w.command->name);
		return 403;
	}
	viewer_of(s, who, &w.viewer);
	*out = (struct event){ .kind = w.command->kind, .ref = who->user };
	status = check_members(&w);
	return status ? status : read_members(&w);
}
