/* A contact's story, from events and effects. */
#include "bot/history/inside.h"

#define MOMENT(name, text) [MOMENT_##name] = text,
static const char *const names[MOMENTS] = {
#include "bot/history/moments.def"
};
#undef MOMENT

const char *moment_name(enum moment_kind m)
{
	return names[m];
}

void moment_put(struct teller *t, uint32_t contact, enum moment_kind kind, uint16_t agent,
	uint16_t queue, int32_t value)
{
	bool commanded = t->ev->kind >= EV_SIGN_IN && t->ev->contact == contact;

	t->to->moment(t->arg, &(struct moment_told){ .contact = contact,
				      .seq = t->seq,
				      .n = t->n_moments++,
				      .at_ms = t->ev->at_ms,
				      .kind = (uint8_t)kind,
				      .agent = agent,
				      .queue = queue,
				      .value = value,
				      .by = commanded ? t->ev->ref : (struct guid){ { 0 } } });
}

/* Who rings under that attempt; agent 0: long ago, or nobody. */
static struct ring_known ring_of(struct teller *t, uint32_t contact, uint32_t attempt)
{
	const struct contact_seen *s = teller_contact(t, contact);

	for (int i = 0; s && attempt && i < RINGS_KNOWN; i++)
		if (s->ring[i].attempt == attempt)
			return s->ring[i];
	return (struct ring_known){ .agent = 0 };
}

/* What a kind of event is in a story, where it is one. */
struct meaning {
	uint8_t moment;
	enum { NOT_TOLD, PLAIN, OF_RING, OF_AGENT } how;
};
static const struct meaning meaning[EVENT_KINDS] = {
	[EV_CALL_INCOMING] = { MOMENT_CAME, PLAIN },
	[EV_AGENT_FAILED] = { MOMENT_NOT_TAKEN, OF_RING },
	[EV_AGENT_LEFT] = { MOMENT_AGENT_LEFT, OF_RING },
	[EV_LOOKED_UP] = { MOMENT_LOOKED_UP, PLAIN },
	[EV_RECORDED] = { MOMENT_VOICEMAIL, PLAIN },
	[EV_DIAL_FAILED] = { MOMENT_CALL_BACK_FAILED, PLAIN },
	[EV_TRANSFERRED] = { MOMENT_SENT_OUT, PLAIN },
	[EV_PICK] = { MOMENT_PICKED, OF_AGENT },
	[EV_HOLD] = { MOMENT_HELD, PLAIN },
	[EV_UNHOLD] = { MOMENT_UNHELD, PLAIN },
	[EV_CONSULT] = { MOMENT_CONSULTED, OF_AGENT },
	[EV_CONSULT_END] = { MOMENT_CONSULT_ENDED, PLAIN },
	[EV_CONFERENCE] = { MOMENT_CONFERENCE, PLAIN },
	[EV_COMPLETE] = { MOMENT_COMPLETED, PLAIN },
	[EV_TO_AGENT] = { MOMENT_SENT_TO_AGENT, OF_AGENT },
	[EV_TO_QUEUE] = { MOMENT_SENT_TO_QUEUE, PLAIN },
	[EV_SUPERVISE] = { MOMENT_SUPERVISED, OF_AGENT },
	[EV_TAKE_OVER] = { MOMENT_TAKEN_OVER, OF_AGENT },
	[EV_PRIORITY] = { MOMENT_PRIORITY, PLAIN },
	[EV_RELEASE] = { MOMENT_RELEASED, PLAIN },
};

void moment_event(struct teller *t)
{
	const struct event *ev = t->ev;
	struct meaning m = meaning[ev->kind];
	struct ring_known ring = { .agent = 0 };
	uint16_t agent = 0;

	if (ev->kind == EV_CALL_ACTIVE && teller_contact(t, ev->contact)) {
		struct contact_view k;

		if (centre_contact(t->c, ev->contact, &k) && k.record.answered_ms == ev->at_ms)
			moment_put(t, ev->contact, MOMENT_HEARD, 0, 0, 0);
		return;
	}
	if (m.how == NOT_TOLD || !ev->contact || t->refused)
		return;
	/* What comes for a contact that is over, or again, is no part of its story. */
	if (ev->kind == EV_CALL_INCOMING ? ev->contact <= t->last_contact
					 : !teller_contact(t, ev->contact))
		return;
	if (ev->kind == EV_CALL_INCOMING)
		t->last_contact = ev->contact;
	if (m.how == OF_RING) {
		ring = ring_of(t, ev->contact, ev->attempt);
		if (!ring.agent)
			return;
		agent = ring.agent;
	} else if (m.how == OF_AGENT) {
		agent = (uint16_t)ev->attempt;
	}
	moment_put(t, ev->contact, (enum moment_kind)m.moment, agent,
		ev->kind == EV_TO_QUEUE ? (uint16_t)ev->value : 0, ev->value);
}

static void ring_remember(struct teller *t, const struct effect *fx)
{
	struct contact_seen *s = teller_contact(t, fx->contact);

	if (s)
		s->ring[s->n_rings++ % RINGS_KNOWN] = (struct ring_known){ fx->attempt, fx->agent,
			fx->role };
}

static void connected(struct teller *t, const struct effect *fx)
{
	struct ring_known r = ring_of(t, fx->contact, fx->attempt);
	uint16_t agent = fx->agent ? fx->agent : r.agent;

	if (agent)
		moment_put(t, fx->contact, MOMENT_CONNECTED, agent, 0, r.role);
}

static void effect_tell(struct teller *t, const struct effect *fx)
{
	switch ((enum effect_kind)fx->kind) {
	case FX_ASK:
		ring_remember(t, fx);
		moment_put(t, fx->contact, MOMENT_ASKED, fx->agent, fx->queue, fx->role);
		break;
	case FX_RING:
		ring_remember(t, fx);
		moment_put(t, fx->contact, MOMENT_OFFERED, fx->agent, fx->queue, fx->role);
		break;
	case FX_WITHDRAW:
		moment_put(t, fx->contact, MOMENT_WITHDRAWN,
			fx->agent ? fx->agent : ring_of(t, fx->contact, fx->attempt).agent, 0, 0);
		break;
	case FX_CONNECT:
		connected(t, fx);
		break;
	case FX_DIAL:
		moment_put(t, fx->contact, MOMENT_CALLED_BACK, 0, 0, 0);
		break;
	case FX_RECORDING:
		moment_put(t, fx->contact, MOMENT_RECORDING, fx->agent, 0, fx->value);
		break;
	case FX_CODE:
		moment_put(t, fx->contact, MOMENT_CODE, 0, 0, fx->value);
		break;
	case FX_OUTCOME:
		moment_put(t, fx->contact, MOMENT_OVER, fx->record.agent, fx->record.queue,
			fx->record.outcome);
		break;
	default:
		break;
	}
}

void moment_effects(struct teller *t)
{
	for (size_t i = 0; i < t->fx->n; i++)
		effect_tell(t, &t->fx->item[i]);
}
