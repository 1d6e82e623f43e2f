/*
 * The centre's wishes in Graph's words, or, where a call has live audio, in the media engine's and
 * relay's. These from_core_*.c and the to_core_*.c are the only places that know both.
 */
#include "bot/shell/from_core.h"

#include "bot/base/log.h"
#include "bot/base/text.h"
#include "bot/shell/known.h"
#include "bot/shell/lookup.h"
#include "bot/shell/recordings.h"
#include "bot/shell/relay.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void from_core_answer(struct shell *s, struct line *l, uint32_t attempt, const char *blob)
{
	char callback[CALLBACK_MAX];
	struct op_in in = { .callback_uri = callback, .media_blob = blob };

	callback_print(s, l->realm, l->contact, 0, callback);
	ask_graph(s, ask_replied, OP_ANSWER, l, attempt, &in);
}

static void do_answer(struct shell *s, struct line *l, const struct effect *fx)
{
	if (l->relay)
		relay_open(s, l, NULL, fx->attempt);
	else
		from_core_answer(s, l, fx->attempt, NULL);
}

static void do_reject(struct shell *s, struct line *l, const struct effect *fx)
{
	char callback[CALLBACK_MAX];
	struct op_in in = { .callback_uri = callback, .reason = "busy" };

	callback_print(s, l->realm, l->contact, 0, callback);
	ask_graph(s, ask_replied, OP_REJECT, l, fx->attempt, &in);
}

void from_core_cancel(struct shell *s, struct line *l)
{
	struct op_in in = { .client_context = "0" };

	ask_graph(s, ask_replied, OP_CANCEL_MEDIA, l, 0, &in);
}

static void play_items(struct shell *s, struct line *l, uint32_t attempt,
	const struct shelf_item *const items[], size_t n)
{
	char uri[SOUND_LIST_MAX + 1][CALLBACK_MAX], context[16];
	struct op_prompt prompts[SOUND_LIST_MAX + 1];
	struct op_in in = { .client_context = context, .prompts = prompts, .n_prompts = n };

	assert(n <= ARRAY_LEN(prompts));
	for (size_t i = 0; i < n; i++) {
		snprintf(uri[i], sizeof(uri[i]), "%s/%s", s->conf->prompt_base, items[i]->name);
		prompts[i] = (struct op_prompt){ uri[i], items[i]->resource_id };
	}
	snprintf(context, sizeof(context), "%u", attempt);
	ask_graph(s, ask_replied, OP_PLAY_PROMPT, l, attempt, &in);
}

static void play_ended(struct shell *s, const struct effect *fx, enum play_end end)
{
	shell_push(s, (struct event){ .kind = EV_PLAY_ENDED,
			      .contact = fx->contact,
			      .attempt = fx->attempt,
			      .value = end });
}

/* Sentences and music are one operation, so that nothing comes between them. Graph keeps a queue
 * of operations a call: what still plays must go first. */
static void do_play(struct shell *s, struct line *l, const struct effect *fx)
{
	const struct shelf_item *item[SOUND_LIST_MAX + 1];
	size_t n = sound_items(s->sounds, fx, item);

	if (l->play_attempt)
		from_core_cancel(s, l);
	if (fx->kind == FX_HOLD)
		item[n++] = sound_music(s->sounds, fx->queue - 1u, fx->language, l->hold_rounds);
	if (n > 0)
		play_items(s, l, fx->attempt, item, n);
	else
		play_ended(s, fx, PLAY_DONE);
}

static void do_play_live(struct shell *s, struct line *l, const struct effect *fx)
{
	uint32_t sound[SOUND_LIST_MAX];
	size_t n = sound_lives(s->sounds, fx, sound);
	enum err e = OK;

	if (fx->kind == FX_HOLD)
		e = engine_hold(s->engine, l->leg, fx->attempt,
			sound_music_live(s->sounds, fx->music, fx->language), sound, n,
			s->conf->plan.queue[fx->queue - 1].announce_ms);
	else if (n > 0)
		e = engine_play(s->engine, l->leg, fx->attempt, sound, n);
	else
		play_ended(s, fx, PLAY_DONE);
	if (e != OK)
		play_ended(s, fx, PLAY_FAILED);
}

static void do_stop_play(struct shell *s, struct line *l)
{
	if (l->relay && engine_stop(s->engine, l->leg) != OK)
		log_line(LOG_WARN, "media", "", "leg=%u cannot be stopped", l->leg);
	if (!l->relay && l->play_attempt)
		from_core_cancel(s, l);
}

static void do_hang_up(struct shell *s, struct line *l, const struct effect *fx)
{
	struct op_in in = { .call_id = NULL };

	client_lane_drop(s->client, ask_lane(l->contact, 0));
	ask_graph(s, ask_replied, OP_DELETE_CALL, l, fx->attempt, &in);
}

static void do_keep_alive(struct shell *s, struct line *l, const struct effect *fx)
{
	struct op_in in = { .call_id = NULL };
	char call_id[GUID_TEXT];

	ask_graph(s, ask_replied, OP_KEEP_ALIVE, l, fx->attempt, &in);
	for (size_t i = 0; i < LINE_RINGS; i++) {
		struct ring_out *r = &l->ring[i];

		if (r->over || guid_is_none(r->call_id))
			continue;
		guid_print(r->call_id, call_id);
		in = (struct op_in){ .call_id = call_id };
		ask_own_call(s, relay_hung_up, OP_KEEP_ALIVE, l, r, 0, &in);
	}
}

/* Live audio does not survive the process: its sockets are gone, and the caller would hear nothing
 * for ever. */
static void do_probe(struct shell *s, struct line *l, const struct effect *fx)
{
	struct op_in in = { .call_id = NULL };

	if (!l->relay || l->leg) {
		ask_state(s, l, fx->attempt, ask_probed);
		return;
	}
	for (size_t i = 0; i < LINE_RINGS; i++)
		if (l->ring[i].attempt && !l->ring[i].over)
			from_core_drop(s, l,
				&(struct effect){
					.contact = l->contact, .attempt = l->ring[i].attempt });
	ask_graph(s, ask_replied, OP_DELETE_CALL, l, fx->attempt, &in);
	shell_push(s, (struct event){
			      .kind = EV_CALL_ENDED, .contact = l->contact, .value = END_FAILED });
}

static void do_outcome(struct shell *s, struct line *l, const struct effect *fx)
{
	const struct record *r = &fx->record;

	relay_close_all(s, l);
	known_ended(s->known, l->caller, l->contact, r, s->conf);
	store_contact_put(s->store, fx->contact, r,
		r->queue ? s->conf->queue[r->queue - 1].name : "",
		r->agent ? s->conf->agent[r->agent - 1].name : "");
}

static void do_listen(struct shell *s, struct line *l, const struct effect *fx)
{
	char context[16];
	struct op_in in = { .client_context = context };

	l->tones_due = false;
	if (l->relay)
		return; /* keys come with the audio, RFC 4733 */
	snprintf(context, sizeof(context), "%u", fx->attempt);
	ask_graph(s, ask_replied, OP_SUBSCRIBE_TO_TONE, l, fx->attempt, &in);
}

/* Of agents who come and go, and of who hears whom. */
static void agent_effect(struct shell *s, struct line *l, const struct effect *fx)
{
	switch (fx->kind) {
	case FX_RING:
		from_core_ring(s, l, fx);
		break;
	case FX_ASK:
		from_core_ask(s, fx);
		break;
	case FX_WITHDRAW:
	case FX_DROP_AGENT:
		from_core_drop(s, l, fx);
		break;
	case FX_CONNECT:
		from_core_connect(s, l, fx);
		break;
	case FX_HEARING:
		from_core_hearing(s, l, fx);
		break;
	case FX_RECORDING:
		from_core_recording(s, l, fx);
		break;
	default:
		break;
	}
}

/* Of the call itself. */
static void call_effect(struct shell *s, struct line *l, const struct effect *fx)
{
	switch (fx->kind) {
	case FX_ANSWER:
		do_answer(s, l, fx);
		break;
	case FX_REJECT:
		do_reject(s, l, fx);
		break;
	case FX_DIAL:
		from_core_dial(s, l, fx);
		break;
	case FX_UNDIAL:
		from_core_undial(s, l, fx);
		break;
	case FX_TRANSFER:
		from_core_leave(s, l, fx);
		break;
	case FX_HANG_UP:
		do_hang_up(s, l, fx);
		break;
	case FX_KEEP_ALIVE:
		do_keep_alive(s, l, fx);
		break;
	case FX_PROBE:
		do_probe(s, l, fx);
		break;
	case FX_OUTCOME:
		do_outcome(s, l, fx);
		break;
	default:
		agent_effect(s, l, fx);
	}
}

/* Of what the caller hears and says. */
static void media_effect(struct shell *s, struct line *l, const struct effect *fx)
{
	switch (fx->kind) {
	case FX_LISTEN:
		do_listen(s, l, fx);
		break;
	case FX_PLAY:
	case FX_HOLD:
		if (l->tones_due)
			do_listen(s, l, fx);
		if (l->relay)
			do_play_live(s, l, fx);
		else
			do_play(s, l, fx);
		break;
	case FX_STOP_PLAY:
		do_stop_play(s, l);
		break;
	case FX_RECORD:
		from_core_record(s, l, fx);
		break;
	default:
		call_effect(s, l, fx);
	}
}

void from_core(struct shell *s, const struct effect *fx)
{
	struct line *l = line_of(s->lines, fx->contact);

	/* These may come when the contact is over. */
	if (fx->kind == FX_CODE)
		store_contact_code(s->store, fx->contact, (uint16_t)fx->value);
	else if (fx->kind == FX_LOOKUP)
		lookup_begin(s, fx);
	else if (l) /* else ended by an effect before this one */
		media_effect(s, l, fx);
}
