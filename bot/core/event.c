#include "bot/core/event.h"

#include <assert.h>
#include <string.h>

/* The upper byte of the packed kind: a journal of another layout is refused, not misread. */
enum { LAYOUT = 1 };

#define EVENT_NAME(name, text) [name] = text,
static const char *const kind_name[EVENT_KINDS] = { EVENT_LIST(EVENT_NAME) };

static const char *const call_end_name[] = {
	[END_HUNG_UP] = "hung-up",
	[END_LEFT] = "left",
	[END_GONE] = "gone",
	[END_FAILED] = "failed",
	[END_BY_US] = "by-us",
};
static const char *const call_presence_name[] = {
	[PRESENT_RINGING] = "ringing",
	[PRESENT_ACTIVE] = "active",
	[PRESENT_PENDING] = "pending",
	[PRESENT_WITH_AGENT] = "with-agent",
};
static const char *const play_end_name[] = {
	[PLAY_DONE] = "done",
	[PLAY_FAILED] = "failed",
	[PLAY_CANCELLED] = "cancelled",
};
static const char *const ring_end_name[] = {
	[RING_NO_ANSWER] = "no-answer",
	[RING_BUSY] = "busy",
	[RING_REJECTED] = "rejected",
	[RING_UNREACHABLE] = "unreachable",
	[RING_FAILED] = "failed",
};
static const char *const effect_end_name[] = {
	[EFFECT_GONE] = "gone",
	[EFFECT_REFUSED] = "refused",
	[EFFECT_TIMEOUT] = "timeout",
};

static const char *const record_end_name[] = {
	[RECORD_DONE] = "done",
	[RECORD_EMPTY] = "empty",
	[RECORD_FAILED] = "failed",
};
static const char *const hearing_name[] = {
	[HEAR_NOTHING] = "nothing",
	[HEAR_ALL] = "all",
	[HEAR_LISTEN] = "listen",
	[HEAR_WHISPER] = "whisper",
	[HEAR_MUSIC] = "music",
};

#define PRESENCE_NAME(name, text) [name] = text,
static const char *const agent_presence_name[PRESENCES] = { PRESENCE_LIST(PRESENCE_NAME) };

const char *event_name(enum event_kind kind)
{
	assert((unsigned)kind < EVENT_KINDS);
	return kind_name[kind];
}

const char *presence_name(enum presence_class p)
{
	return agent_presence_name[p];
}

bool event_names_agent(enum event_kind kind)
{
	switch (kind) {
	case EV_AGENT_PRESENCE:
	case EV_CALLER:
	case EV_SIGN_IN:
	case EV_SIGN_OUT:
	case EV_PAUSE:
	case EV_RESUME:
	case EV_WRAP_UP_MORE:
	case EV_WRAP_UP_DONE:
	case EV_WRAP_UP_CODE:
	case EV_PICK:
	case EV_CONSULT:
	case EV_TO_AGENT:
	case EV_SUPERVISE:
	case EV_TAKE_OVER:
		return true;
	default:
		return false;
	}
}

/* What value means for a kind: a word, and the names of its values where it has some. */
struct meaning {
	const char *word;
	const char *const *name;
	size_t n;
};

#define NAMED(word_, table)                                             \
	{                                                               \
		.word = (word_), .name = (table), .n = ARRAY_LEN(table) \
	}
static const struct meaning meaning[EVENT_KINDS] = {
	[EV_CALL_INCOMING] = { .word = "entry" },
	[EV_CALL_ENDED] = NAMED("end", call_end_name),
	[EV_CALL_PRESENT] = NAMED("presence", call_presence_name),
	[EV_PLAY_ENDED] = NAMED("end", play_end_name),
	[EV_AGENT_FAILED] = NAMED("end", ring_end_name),
	[EV_EFFECT_FAILED] = NAMED("end", effect_end_name),
	[EV_AGENT_PRESENCE] = NAMED("presence", agent_presence_name),
	[EV_LOOKED_UP] = { .word = "case" },
	[EV_RECORDED] = NAMED("end", record_end_name),
	[EV_DIAL_FAILED] = NAMED("end", ring_end_name),
	[EV_SIGN_IN] = { .word = "queue" },
	[EV_SIGN_OUT] = { .word = "queue" },
	[EV_PAUSE] = { .word = "reason" },
	[EV_WRAP_UP_CODE] = { .word = "code" },
	[EV_TO_QUEUE] = { .word = "queue" },
	[EV_SUPERVISE] = NAMED("hearing", hearing_name),
	[EV_PRIORITY] = { .word = "priority" },
	[EV_QUEUE_OPEN] = { .word = "queue" },
	[EV_QUEUE_CLOSE] = { .word = "queue" },
	[EV_ANNOUNCE] = { .word = "queue" },
};

static uint8_t *put(uint8_t *at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> (8 * i));
	return at + bytes;
}

static const uint8_t *get(const uint8_t *at, uint64_t *value, size_t bytes)
{
	*value = 0;
	for (size_t i = 0; i < bytes; i++)
		*value |= (uint64_t)at[i] << (8 * i);
	return at + bytes;
}

void event_pack(const struct event *ev, uint8_t out[EVENT_BYTES])
{
	uint8_t *at = out;

	at = put(at, ev->at_ms, 8);
	at = put(at, (uint32_t)LAYOUT << 24 | (ev->kind & 0xffffff), 4);
	at = put(at, ev->contact, 4);
	at = put(at, ev->attempt, 4);
	at = put(at, (uint32_t)ev->value, 4);
	memcpy(at, ev->ref.byte, sizeof(ev->ref.byte));
}

enum err event_unpack(const uint8_t *in, size_t n, struct event *out)
{
	uint64_t kind, contact, attempt, value;
	const uint8_t *at = in;

	memset(out, 0, sizeof(*out));
	if (n != EVENT_BYTES)
		return E_MALFORMED;
	at = get(at, &out->at_ms, 8);
	at = get(at, &kind, 4);
	at = get(at, &contact, 4);
	at = get(at, &attempt, 4);
	at = get(at, &value, 4);
	memcpy(out->ref.byte, at, sizeof(out->ref.byte));
	out->kind = (uint32_t)kind & 0xffffff;
	out->contact = (uint32_t)contact;
	out->attempt = (uint32_t)attempt;
	out->value = (int32_t)(uint32_t)value;
	if (kind >> 24 != LAYOUT || out->kind == EV_NONE || out->kind >= EVENT_KINDS)
		return E_MALFORMED;
	return OK;
}

static void print_value(const struct event *ev, struct text *out)
{
	const struct meaning *m = &meaning[ev->kind];
	const char *name = NULL;

	if (ev->kind == EV_DIGIT && ev->value > ' ' && ev->value <= '~') {
		text_add(out, " digit=%c", (char)ev->value);
		return;
	}
	if (!m->word) {
		if (ev->value)
			text_add(out, " value=%d", ev->value);
		return;
	}
	if (m->name && ev->value >= 0 && (size_t)ev->value < m->n)
		name = m->name[ev->value];
	if (name)
		text_add(out, " %s=%s", m->word, name);
	else
		text_add(out, " %s=%d", m->word, ev->value);
}

static const char *attempt_word(uint32_t kind)
{
	if (kind == EV_ANNOUNCE)
		return "prompt";
	return event_names_agent((enum event_kind)kind) ? "agent" : "attempt";
}

void event_print(const struct event *ev, struct text *out)
{
	char ref[GUID_TEXT];

	if (ev->kind >= EVENT_KINDS) {
		text_add(out, "unknown kind=%u", ev->kind);
		return;
	}
	text_add(out, "%s", kind_name[ev->kind]);
	if (ev->contact)
		text_add(out, " contact=%u", ev->contact);
	if (ev->attempt)
		text_add(out, " %s=%u", attempt_word(ev->kind), ev->attempt);
	print_value(ev, out);
	if (!guid_is_none(ev->ref)) {
		guid_print(ev->ref, ref);
		text_add(out, " ref=%s", ref);
	}
}
