/*
 * Notifications on their way: for each call one after another, in order, unless a fault says
 * otherwise. Whether the real service repeats a refused one is not known, so how often is the
 * scenario's choice.
 */
#include "graph/sim/inside.h"

#include "bot/base/text.h"

#include <stdlib.h>
#include <string.h>

static void note_free(struct note *n)
{
	json_decref(n->items);
	free(n);
}

void post_drop(struct sim_call *c)
{
	while (c->note) {
		struct note *n = c->note;

		c->note = n->next;
		note_free(n);
	}
	c->n_notes = 0;
	c->sending = 0;
}

/* Takes items over. */
void post_add(struct sim *s, struct sim_call *c, json_t *items, bool legacy, bool incoming)
{
	const struct faults *f = &s->scn->faults;
	struct note **at = &c->note, *n;

	const struct rule *late;

	if (c->n_notes == NOTES_MAX || chance(s, f->lose) || weather(s, FAULT_LOSE)) {
		s->count.lost++;
		json_decref(items);
		return;
	}
	n = calloc(1, sizeof(*n));
	if (!n) {
		s->count.lost++;
		json_decref(items);
		return;
	}
	n->key = ++c->next_key;
	n->items = items;
	n->legacy = legacy;
	n->incoming = incoming;
	n->due_ms = s->now_ms;
	n->twice = chance(s, f->twice) || weather(s, FAULT_DOUBLE);
	guid_draw_text(s, n->message_id);
	if (f->delay_ms_max)
		n->due_ms += between(s, f->delay_ms_min, f->delay_ms_max);
	late = weather(s, FAULT_LATE);
	if (late)
		n->due_ms += between(s, late->ms_min, late->ms_max);
	/* Nothing can overtake the first word of a call. */
	if (!incoming && (chance(s, f->reorder) || weather(s, FAULT_REORDER))) {
		n->late = true;
		n->due_ms += between(s, 50, 400);
		s->count.reordered++;
	}
	while (*at)
		at = &(*at)->next;
	*at = n;
	c->n_notes++;
	if (n->due_ms > s->now_ms)
		timer_set(s, n->due_ms - s->now_ms, TIMER_NOTE, c->key, 0);
}

static struct note *next_due(struct sim *s, struct sim_call *c)
{
	for (struct note *n = c->note; n; n = n->next) {
		if (n->due_ms <= s->now_ms)
			return n;
		if (!n->late)
			return NULL;
	}
	return NULL;
}

/* Two in one POST, as Graph may. */
static void glue(struct sim *s, struct sim_call *c, struct note *n)
{
	struct note *after = n->next;

	if (!after || n->legacy || n->incoming || n->late || after->late ||
		after->due_ms > s->now_ms || n->tries || n->twice || n->asks || after->asks ||
		!dice(s, 4))
		return;
	json_array_extend(n->items, after->items);
	n->next = after->next;
	note_free(after);
	c->n_notes--;
}

static void send(struct sim *s, struct sim_call *c, const struct note *n)
{
	struct sim_out *o = out_add(s, SIM_POST, c->key);

	o->key = n->key;
	o->text = c->callback;
	o->legacy = n->legacy;
	o->json = n->legacy ? json_incref(n->items)
			    : json_pack("{ss, sO}", "@odata.type",
				      dice(s, 16) ? "#Microsoft.Graph.Notifications"
						  : "#microsoft.graph.commsNotifications",
				      "value", n->items);
	o->graph_issuer = dice(s, 2);
	o->app_id = app_of(s, c)->app_id;
	o->tenant = c->tenant;
	memcpy(o->message_id, n->message_id, GUID_TEXT);
	memcpy(o->chain_id, c->chain, GUID_TEXT);
	memcpy(o->scenario_id, c->scenario_id, GUID_TEXT);
	s->count.notes++;
}

void post_pump(struct sim *s, struct sim_call *c)
{
	const struct rule *evil;
	struct note *n;

	if (c->sending)
		return;
	n = next_due(s, c);
	if (!n)
		return;
	glue(s, c, n);
	c->sending = n->key;
	send(s, c, n);
	evil = weather(s, FAULT_EVIL);
	if (evil)
		evil_post(s, c,
			evil->evil ? evil->evil : (enum evil)between(s, EVIL_NONE, EVIL_KINDS - 1));
}

static void remove_note(struct sim_call *c, struct note *gone)
{
	struct note **at = &c->note;

	while (*at != gone)
		at = &(*at)->next;
	*at = gone->next;
	note_free(gone);
	c->n_notes--;
}

static void count_answer(struct sim *s, int status)
{
	if (status / 100 == 2)
		s->count.acked++;
	else if (status)
		s->count.other++;
	else
		s->count.unanswered++;
}

static bool good_answer(struct sim *s, struct sim_call *c, const struct note *n, int status)
{
	if (n->legacy && status / 100 == 2 && status != 204)
		book_surprise(s, c, "the legacy first message was answered %d, wants 204", status);
	return n->legacy ? status == 204 : status / 100 == 2;
}

/* The first word of a call may be sent on to another region, once. */
static bool sent_on(struct sim *s, struct sim_call *c, struct note *n, const struct sim_in *in)
{
	if ((in->status != 302 && in->status != 307) || !n->incoming || !in->path ||
		strncmp(in->path, "https://", 8) != 0 || c->elsewhere ||
		text_copy(c->callback, sizeof(c->callback), in->path) != OK)
		return false;
	c->elsewhere = true;
	s->count.regions++;
	n->due_ms = s->now_ms;
	return true;
}

void post_done(struct sim *s, struct sim_call *c, const struct sim_in *in)
{
	struct note *n = c->note;
	uint32_t key = in->key;
	int status = in->status;

	while (n && n->key != key)
		n = n->next;
	if (!n || c->sending != key)
		return;
	c->sending = 0;
	count_answer(s, status);
	if (sent_on(s, c, n, in))
		return;
	if (n->asks && status)
		joining_answered(s, c, in->body, status);
	if (good_answer(s, c, n, status)) {
		if (n->incoming && !n->legacy && c->book->offered_ms < 0)
			c->book->offered_ms = book_now(s);
		if (n->twice) {
			n->twice = false;
			s->count.twice++;
		} else {
			remove_note(c, n);
		}
		held_release(s, c);
		return;
	}
	if (n->tries++ < s->scn->faults.redeliver) {
		n->due_ms = s->now_ms + scaled(s, n->tries == 1 ? 1000 : 3000);
		timer_set(s, n->due_ms - s->now_ms, TIMER_NOTE, c->key, 0);
		return;
	}
	s->count.given_up++;
	remove_note(c, n);
	held_release(s, c);
}

void held_release(struct sim *s, struct sim_call *c)
{
	if (!c->held.request)
		return;
	reply_send(s, c->held.request, &c->held.reply);
	c->held.request = 0;
}
