/*
 * A call leaves the bot: transferred in any of five ways, or redirected before it was answered.
 *
 * Assumed, as nothing documents it: who is transferred out of a group talks on with the target,
 * and the others of the group, left without the bot, go home. The call that a consultative
 * transfer replaces ends as a transferred one.
 */
#include "graph/sim/inside.h"

#include <string.h>

enum { CONSULT_MS = 500, VOICEMAIL_MS = 800 };

void transfer_begin(struct sim *s, struct sim_call *c, const struct target *to)
{
	c->state = CALL_TRANSFERRING;
	c->failure = to->replaces[0] ? 7700 : 7000;
	memcpy(c->consults, to->replaces, sizeof(c->consults));
	c->consults[GUID_TEXT - 1] = '\0';
	note_state(s, c, "transferring");
	if (!to->replaces[0] && !to->voicemail) {
		ring(s, c, to, RING_TRANSFER, NULL);
		return;
	}
	timer_set(s, scaled(s, to->voicemail ? VOICEMAIL_MS : CONSULT_MS), TIMER_TRANSFER, c->key,
		to->voicemail);
}

void transfer_failed(struct sim *s, struct sim_call *c, int subcode)
{
	json_t *data;

	if (c->state != CALL_TRANSFERRING)
		return;
	c->state = CALL_ESTABLISHED;
	c->transferee = 0;
	data = call_data(s, c, "established");
	json_object_set_new(data, "resultInfo", result_info(s, 500, subcode, "Transfer failed."));
	note_call(s, c, "updated", data);
}

/* Documented: the audio may fall silent before or after transferAccepted. */
static void note_moved(struct sim *s, struct sim_call *c)
{
	bool silent_first = dice(s, 2);
	json_t *data;

	for (int i = 0; i < 2; i++) {
		if (silent_first == (i == 0)) {
			data = call_data(s, c, "transferring");
			json_object_set_new(data, "mediaState", active_state("inactive"));
			note_call(s, c, "updated", data);
		} else {
			note_state(s, c, "transferAccepted");
		}
	}
}

/* Out of a group goes one; the rest has lost its bot and its partner. */
static void others_leave(struct sim *s, struct sim_call *c, const struct party *target)
{
	for (size_t i = 0; c->transferee && i < PARTY_MAX; i++) {
		struct party *p = &c->party[i];

		if (p->state == PARTY_IN && p != target && p->key != c->transferee)
			people_leave(s, c, p, NULL);
	}
}

/* The target picked up: bot out, the two talk on. */
void transfer_done(struct sim *s, struct sim_call *c, struct party *target)
{
	others_leave(s, c, target);
	note_moved(s, c);
	call_end(s, c, dice(s, 2) ? 200 : 0, 7015, BY_TRANSFER);
}

/* The one consulted comes over into the call that waits. */
static void consulted(struct sim *s, struct sim_call *second, struct sim_call *first)
{
	struct party *moved = NULL;

	for (size_t i = 0; i < PARTY_MAX; i++)
		if (second->party[i].state == PARTY_IN)
			moved = party_move(s, second, &second->party[i], first);
	note_moved(s, second);
	call_end(s, second, 0, 7015, BY_TRANSFER);
	mix_update(s, first);
	if (moved && moved->person && moved->person < PERSON_CALLER)
		people_connected(s, first, moved->person);
	call_end(s, first, 200, 7015, BY_TRANSFER);
}

void transfer_decides(struct sim *s, struct sim_call *c)
{
	struct sim_call *first = c->consults[0] ? call_by_id(s, c->app, c->consults) : NULL;
	struct party *p;

	if (c->state != CALL_TRANSFERRING)
		return;
	if (c->consults[0]) {
		if (first && first != c && first->state == CALL_ESTABLISHED &&
			first->transferee == 0 && strcmp(first->tenant, c->tenant) == 0 &&
			!first->relay)
			consulted(s, c, first);
		else
			transfer_failed(s, c, c->failure);
		return;
	}
	/* Somebody's voicemail: it always has room, and it never hangs up first. */
	p = party_add(s, c, 0);
	if (!p) {
		transfer_failed(s, c, c->failure);
		return;
	}
	p->state = PARTY_IN;
	timer_set(s, scaled(s, c->caller.talk_ms ? c->caller.talk_ms : 10000), TIMER_HANG_UP,
		c->key, c->outgoing ? c->party[0].person : caller_of(c));
	transfer_done(s, c, p);
}

/* The first to pick up wins; all others stop ringing. */
void redirect_done(struct sim *s, struct sim_call *c, struct party *taker)
{
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state == PARTY_RINGING)
			people_leave(s, c, &c->party[i], NULL);
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state == PARTY_IN)
			out_add(s, SIM_JOIN, c->key)->person = c->party[i].person;
	people_connected(s, c, taker->person);
	call_end(s, c, 0, 0, BY_REDIRECT);
}
