/* What the caller's side asked for, carried out between two ticks. */
#include "graph/sim/phone_clock.h"

#include <assert.h>
#include <stdatomic.h>

static void set_heard(struct clock_phone *ph, uint16_t speaker, bool on)
{
	for (size_t i = 0; i < ph->n_unheard; i++)
		if (ph->unheard[i] == speaker) {
			ph->unheard[i] = ph->unheard[--ph->n_unheard];
			break;
		}
	if (!on && ph->n_unheard < PHONE_MEMBERS_MAX)
		ph->unheard[ph->n_unheard++] = speaker;
}

/* Only those of one bridge: who joins is heard by all. */
static void hears(struct phones *p, size_t phone, uint16_t speaker, bool on)
{
	struct clock_phone *ph = &p->phone[phone];

	if (ph->bridge == NOWHERE)
		return;
	if (speaker == NOWHERE)
		ph->no_prompts = !on;
	else if (p->phone[speaker].bridge == ph->bridge)
		set_heard(ph, speaker, on);
}

static void hold(struct phones *p, size_t phone, struct phone_clip *clip)
{
	struct clock_phone *ph = &p->phone[phone];

	if (clip)
		phone_note(p, phone, 0, "\"hold-on\",\"name\":\"%s\"", clip->name);
	else if (ph->hold)
		phone_note(p, phone, 0, "\"hold-off\"");
	phone_clip_drop(ph->hold);
	ph->hold = clip;
	ph->hold_at = 0;
}

static void leave(struct phones *p, size_t phone)
{
	struct clock_phone *ph = &p->phone[phone];
	struct clock_bridge *b;

	if (ph->bridge == NOWHERE)
		return;
	b = &p->bridge[ph->bridge];
	for (size_t i = 0; i < b->n_members; i++) {
		if (b->member[i] != phone)
			continue;
		b->member[i] = b->member[--b->n_members];
		break;
	}
	phone_note(p, phone, 0, "\"left\",\"bridge\":%u", b->id);
	ph->bridge = NOWHERE;
	ph->n_unheard = 0;
	ph->no_prompts = false;
	for (size_t i = 0; i < b->n_members; i++)
		set_heard(&p->phone[b->member[i]], (uint16_t)phone, true);
}

static void note_joined(struct phones *p, size_t phone)
{
	phone_note(p, phone, 0, "\"joined\",\"bridge\":%u", p->bridge[p->phone[phone].bridge].id);
}

static void join(struct phones *p, size_t phone, uint16_t bridge)
{
	struct clock_bridge *b = &p->bridge[bridge];

	leave(p, phone);
	assert(b->n_members < PHONE_MEMBERS_MAX); /* phone_bridge_join counted them */
	b->member[b->n_members++] = (uint16_t)phone;
	p->phone[phone].bridge = bridge;
	note_joined(p, phone);
}

static void say(struct phones *p, size_t phone, bool on)
{
	struct clock_phone *ph = &p->phone[phone];

	if (on)
		ph->mouth_at = 0;
	if (on != ph->talking)
		phone_note(p, phone, 0, on ? "\"say-on\"" : "\"say-off\"");
	ph->talking = on;
	ph->once = false;
}

static void pick_up(struct phones *p, size_t phone, struct ear_files files)
{
	struct clock_phone *ph = &p->phone[phone];

	scribe_open(&p->scribe, phone, files);
	ph->off_hook = true;
	ph->rtp_heard = false;
	ph->frame = 0;
	ph->mouth_at = 0;
	phone_note(p, phone, 0, "\"picked-up\"");
	if (ph->bridge != NOWHERE)
		note_joined(p, phone);
	if (ph->talking)
		phone_note(p, phone, 0, "\"say-on\"");
}

static void hang_up(struct phones *p, size_t phone)
{
	struct clock_phone *ph = &p->phone[phone];

	say(p, phone, false);
	hold(p, phone, NULL);
	leave(p, phone);
	if (!ph->off_hook)
		return;
	phone_note(p, phone, 0, "\"hung-up\"");
	ph->off_hook = false;
	scribe_close(&p->scribe, phone, ph->id, ph->frame);
}

static void press(struct phones *p, size_t phone, char digit)
{
	uint16_t bridge = p->phone[phone].bridge;

	phone_note(p, phone, 0, "\"dtmf\",\"digit\":\"%c\"", digit);
	if (bridge != NOWHERE)
		phone_record_key(p, &p->bridge[bridge], digit);
	if (bridge != NOWHERE && p->bridge[bridge].leg != NOWHERE)
		phone_leg_key(p->leg[p->bridge[bridge].leg].leg, digit);
}

static void bridge_new(struct phones *p, size_t bridge, uint32_t id)
{
	p->bridge[bridge] = (struct clock_bridge){ .id = id, .leg = NOWHERE };
}

static void leg_leave(struct phones *p, size_t leg)
{
	if (p->leg[leg].bridge != NOWHERE)
		p->bridge[p->leg[leg].bridge].leg = NOWHERE;
	p->leg[leg].bridge = NOWHERE;
}

static void leg_join(struct phones *p, uint16_t leg, uint16_t bridge)
{
	leg_leave(p, leg);
	assert(p->bridge[bridge].leg == NOWHERE); /* phone_leg_join saw to it */
	p->bridge[bridge].leg = leg;
	p->leg[leg].bridge = bridge;
}

static void leg_close(struct phones *p, size_t leg)
{
	leg_leave(p, leg);
	phone_leg_drop(p->leg[leg].leg);
	p->leg[leg].leg = NULL;
	for (size_t i = 0; i < ARRAY_LEN(p->meter[leg].v); i++)
		atomic_store_explicit(&p->meter[leg].v[i], 0, memory_order_relaxed);
}

static void bridge_free(struct phones *p, size_t bridge)
{
	struct clock_bridge *b = &p->bridge[bridge];

	phone_bridge_cancel(p, b);
	for (size_t i = b->n_members; i > 0; i--)
		leave(p, b->member[i - 1]);
	if (b->leg != NOWHERE)
		leg_leave(p, b->leg);
	b->id = 0;
}

static void obey_person(struct phones *p, const struct command *c)
{
	switch (c->kind) {
	case DO_PHONE_ADD:
		p->phone[c->phone] =
			(struct clock_phone){ .id = c->id, .mouth = c->u.mouth, .bridge = NOWHERE };
		break;
	case DO_PHONE_FREE:
	case DO_HANG_UP:
		hang_up(p, c->phone);
		break;
	case DO_PICK_UP:
		pick_up(p, c->phone, c->u.ear);
		break;
	case DO_SAY:
		say(p, c->phone, c->u.on);
		break;
	case DO_SAY_ONCE:
		say(p, c->phone, true);
		p->phone[c->phone].once = true;
		break;
	case DO_HOLD:
		hold(p, c->phone, c->u.clip);
		break;
	case DO_HEARS:
		hears(p, c->phone, c->u.hears.speaker, c->u.hears.on);
		break;
	case DO_KEY:
		press(p, c->phone, c->u.digit);
		break;
	case DO_JOIN:
		join(p, c->phone, c->bridge);
		break;
	case DO_LEAVE:
		leave(p, c->phone);
		break;
	default:
		assert(!"a command of bridges and legs");
	}
}

static void obey(struct phones *p, const struct command *c)
{
	switch (c->kind) {
	case DO_BRIDGE_NEW:
		bridge_new(p, c->bridge, c->id);
		break;
	case DO_BRIDGE_FREE:
		bridge_free(p, c->bridge);
		break;
	case DO_PLAY:
		phone_bridge_play(&p->bridge[c->bridge], c->u.play);
		break;
	case DO_STOP:
		phone_bridge_cancel(p, &p->bridge[c->bridge]);
		break;
	case DO_LEG_OPEN:
		p->leg[c->leg] = (struct clock_leg){ .leg = c->u.leg, .bridge = NOWHERE };
		break;
	case DO_LEG_JOIN:
		leg_join(p, c->leg, c->bridge);
		break;
	case DO_LEG_CLOSE:
		leg_close(p, c->leg);
		break;
	default:
		obey_person(p, c);
	}
}

void phones_obey(struct phones *p)
{
	struct command c;

	/* Not more than wait by now: who keeps asking must not hold the clock. */
	for (size_t n = inbox_waiting(p->commands); n > 0 && inbox_take(p->commands, &c); n--)
		obey(p, &c);
}
