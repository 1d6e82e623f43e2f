/*
 * POST /api/v1/commands. A command is answered when its event is durable and was stepped, so that
 * the answer says what the centre made of it: 200 {"position": N}, its place in the journal, from
 * which on a reader of the stream sees what came of it; or 409, and why not.
 */
#include "bot/shell/command.h"

#include "bot/base/log.h"
#include "bot/shell/chat.h"
#include "bot/shell/command_again.h"
#include "bot/shell/gate.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { COMMANDS_MAX = 64, SAYS_MAX = 900 };

/* Commands that wait for their step, in the order of their events. */
struct commands {
	struct {
		uint64_t visit;
		struct again *again; /* NULL: no key came with it */
		struct event event;
	} waiting[COMMANDS_MAX];
	size_t n;
	enum refusal refused; /* by the step under way */
	struct agains again;
};

static bool is_command(const struct event *ev)
{
	return (ev->kind >= EV_SIGN_IN || ev->kind == EV_AGENT_ACCEPTED ||
		       ev->kind == EV_AGENT_FAILED) &&
	       !guid_is_none(ev->ref);
}

static bool same_event(const struct event *a, const struct event *b)
{
	return a->kind == b->kind && a->contact == b->contact && a->attempt == b->attempt &&
	       a->value == b->value && guid_same(a->ref, b->ref);
}

static void answer(struct shell *s, uint64_t visit, uint64_t position, enum refusal refused)
{
	if (refused != REFUSED_NOT)
		gate_refuse(s, visit, 409, NULL, refusal_text(refused));
	else
		gate_answer(s, visit, 200, json_pack("{sI}", "position", (json_int_t)position));
}

static void log_command(const struct person *who, const struct event *ev)
{
	char buf[SAYS_MAX], by[GUID_TEXT];
	struct text says = TEXT(buf);

	event_print(ev, &says);
	guid_print(who->user, by);
	log_line(LOG_INFO, "command", "", "by=%s %s", by, buf);
}

void route_commands(struct shell *s, struct visit *v, const struct person *who)
{
	struct commands *c = s->commands;
	struct again *again;
	struct event ev;
	char buf[SAYS_MAX];
	struct text says = TEXT(buf);
	const char *target = NULL, *body;
	size_t n;
	int status;

	switch (again_ask(&s->commands->again, s, v, who, &again)) {
	case AGAIN_DONE:
		answer(s, visit_id(v), again->number, (enum refusal)again->refused);
		return;
	case AGAIN_REFUSED:
		return;
	case AGAIN_NEW:
		break;
	}
	body = visit_body(v, &n);
	status = command_read(s, who, body, n, &ev, &target, &says);
	if (!status &&
		(c->n == COMMANDS_MAX || s->n_batch > BATCH_POST_MAX || !shell_push(s, ev))) {
		status = 503;
		text_add(&says, "too much is under way: ask again");
	}
	if (status) {
		again_forget(again);
		gate_refuse(s, visit_id(v), status, target, buf);
		return;
	}
	c->waiting[c->n].visit = visit_id(v);
	c->waiting[c->n].again = again;
	c->waiting[c->n++].event = ev;
	log_command(who, &ev);
}

/* On disk now, so it is done now: Teams stops ringing for who declined, and her card is edited. */
static void command_event(struct shell *s, const struct event *ev)
{
	if (!is_command(ev))
		return;
	if (ev->kind == EV_AGENT_FAILED)
		from_core_withdraw(s, ev->contact, ev->attempt);
	if (ev->kind == EV_AGENT_ACCEPTED && s->chat)
		chat_card_happened(s, ev->contact, ev->attempt, FATE_ACCEPTED);
}

static void command_effect(struct shell *s, const struct effect *fx)
{
	if (fx->kind == FX_REFUSED)
		s->commands->refused = (enum refusal)fx->value;
}

static void command_stepped(struct shell *s, const struct event *ev, uint64_t position)
{
	struct commands *c = s->commands;
	enum refusal refused = c->refused;

	c->refused = REFUSED_NOT;
	if (!is_command(ev) || c->n == 0 || !same_event(&c->waiting[0].event, ev))
		return;
	if (c->waiting[0].again) {
		c->waiting[0].again->status = refused != REFUSED_NOT ? 409 : 200;
		c->waiting[0].again->number = position;
		c->waiting[0].again->refused = (int)refused;
	}
	answer(s, c->waiting[0].visit, position, refused);
	memmove(c->waiting, c->waiting + 1, --c->n * sizeof(c->waiting[0]));
}

static enum err command_open(struct shell *s, struct why *why)
{
	s->commands = calloc(1, sizeof(*s->commands));
	return s->commands ? OK : FAIL(why, E_SYSTEM, "no memory for commands");
}

static void command_close(struct shell *s)
{
	free(s->commands);
	s->commands = NULL;
}

const struct hand hand_command = { .open = command_open,
	.close = command_close,
	.event = command_event,
	.effect = command_effect,
	.stepped = command_stepped };
