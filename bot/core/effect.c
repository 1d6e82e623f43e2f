#include "bot/core/effect.h"

#include "bot/base/err.h"
#include "bot/core/plan.h"

#include <assert.h>

#define NAME(name, text) [name] = text,
static const char *const kind_name[EFFECT_KINDS] = { EFFECT_LIST(NAME) };
static const char *const outcome_text[OUTCOMES] = { OUTCOME_LIST(NAME) };

const char *effect_name(enum effect_kind kind)
{
	assert((unsigned)kind < EFFECT_KINDS);
	return kind_name[kind];
}

const char *outcome_name(enum outcome o)
{
	assert((unsigned)o < OUTCOMES);
	return outcome_text[o];
}

static const char *const refusals[REFUSALS] = { REFUSAL_LIST(NAME) };

const char *refusal_text(enum refusal r)
{
	assert((unsigned)r < REFUSALS);
	return refusals[r];
}

static void print_some(struct text *out, const char *word, uint64_t value)
{
	if (value)
		text_add(out, " %s=%llu", word, (unsigned long long)value);
}

static void print_record(const struct record *r, struct text *out)
{
	text_add(out, " %s entry=%u", outcome_name(r->outcome), r->entry);
	print_some(out, "queue", r->queue);
	print_some(out, "agent", r->agent);
	print_some(out, "offers", r->n_offers);
	print_some(out, "offered", r->offered_ms);
	print_some(out, "answered", r->answered_ms);
	print_some(out, "queued", r->queued_ms);
	print_some(out, "connected", r->connected_ms);
	print_some(out, "ended", r->ended_ms);
	if (r->estimated)
		text_add(out, " estimated");
	print_some(out, "exit", r->exit);
	if (r->priority && r->priority != PRIORITY_NORMAL)
		text_add(out, " priority=%u", r->priority);
	print_some(out, "language", r->language);
	for (size_t i = 0; i < ARRAY_LEN(r->survey); i++)
		print_some(out, "answer", (uint8_t)r->survey[i]);
	print_some(out, "dials", r->n_dials);
	print_some(out, "unanswered", r->n_unanswered);
	print_some(out, "code", r->wrap_up_code);
	print_some(out, "promised", r->promised_s);
	print_some(out, "held", r->held_ms);
	print_some(out, "recorded", r->recorded);
	print_some(out, "left", r->left_ms);
}

void effect_print(const struct effect *fx, struct text *out)
{
	if (fx->kind >= EFFECT_KINDS) {
		text_add(out, "unknown kind=%u", fx->kind);
		return;
	}
	text_add(out, "%s contact=%u", kind_name[fx->kind], fx->contact);
	print_some(out, "attempt", fx->attempt);
	if (fx->kind == FX_OUTCOME) {
		print_record(&fx->record, out);
		return;
	}
	print_some(out, "agent", fx->agent);
	if (fx->kind == FX_REFUSED && fx->value >= 0 && fx->value < REFUSALS) {
		text_add(out, ": %s", refusals[fx->value]);
		return;
	}
	print_some(out, "queue", fx->queue);
	print_some(out, "prompt", fx->prompt);
	if (fx->value)
		text_add(out, " value=%d", fx->value);
	for (size_t i = 0; i < SAY_MORE && fx->also[i].prompt; i++)
		text_add(out, " and=%u:%d", fx->also[i].prompt, fx->also[i].value);
	print_some(out, "music", fx->music);
	print_some(out, "language", fx->language);
	print_some(out, "role", fx->role);
	print_some(out, "call_back", fx->call_back);
	print_some(out, "length", fx->length_ms);
	print_some(out, "silence", fx->silence_ms);
	if (fx->digits[0])
		text_add(out, " digits=%s", fx->digits);
}
