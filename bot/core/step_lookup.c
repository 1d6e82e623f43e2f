/*
 * Another system is asked about the caller, and its answer, a case, says where to go. The caller
 * waits for it so long and no longer; with no time to wait the flow goes on at once, and the
 * answer, whenever it comes, is only kept in the variable.
 */
#include "bot/core/contact.h"
#include "bot/core/flow.h"
#include "bot/core/step.h"

#include <string.h>

/* More than LOOKUPS_MAX at a time: the oldest one's answer is no longer waited for. */
static void expect(struct contact *k, uint32_t attempt, uint8_t var)
{
	size_t at = 0;

	while (at < LOOKUPS_MAX && k->lookup[at])
		at++;
	if (at == LOOKUPS_MAX) {
		memmove(k->lookup, k->lookup + 1, sizeof(k->lookup) - sizeof(k->lookup[0]));
		memmove(k->lookup_var, k->lookup_var + 1, sizeof(k->lookup_var) - 1);
		at--;
	}
	k->lookup[at] = attempt;
	k->lookup_var[at] = var;
	if (var < PLAN_VARS)
		k->var[var] = -1;
}

static bool begin(struct centre *c, struct contact *k, const struct plan_step *s)
{
	struct effect *fx;
	uint32_t attempt;

	if (s->prompt && s->timeout_ms)
		contact_play(c, k, s->prompt);
	attempt = s->timeout_ms ? flow_task(c, k, s->timeout_ms) : attempt_next(c);
	expect(k, attempt, s->var);
	fx = effect_emit(c, FX_LOOKUP, k, attempt);
	fx->value = s->index;
	memcpy(fx->digits, k->digits, sizeof(k->digits));
	return !s->timeout_ms;
}

static void lost(struct centre *c, struct contact *k, const struct plan_step *s)
{
	contact_stop_play(c, k);
	flow_go_or_next(c, k, s->otherwise);
}

static void told(
	struct centre *c, struct contact *k, const struct plan_step *s, const struct event *ev)
{
	if (ev->value < 0 || ev->value >= PLAN_KEYS || s->key[ev->value].kind == TARGET_NONE) {
		lost(c, k, s);
		return;
	}
	contact_stop_play(c, k);
	flow_go(c, k, s->key[ev->value]);
}

extern const struct step step_lookup;
const struct step step_lookup = { .begin = begin, .told = told, .lost = lost, .once = true };
