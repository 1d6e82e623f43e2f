/* What goes beside the sound: digits out, counted where they are asked for, so that the leg's queue
 * cannot overflow; what the other side told later; and how a leg sounds. */
#include "media/engine/inside.h"

#include <string.h>

static bool are_digits(const char *digits, size_t n)
{
	return n > 0 && n < LEG_DIGITS_MAX && strspn(digits, "0123456789*#ABCDabcd") == n;
}

/* This thread alone adds; the leg takes away. */
static bool reserve(struct leg *leg, size_t n)
{
	if (atomic_load(&leg->dialling) + n > LEG_DIALLING_MAX)
		return false;
	atomic_fetch_add(&leg->dialling, (unsigned)n);
	return true;
}

enum err engine_dtmf(struct engine *e, uint32_t leg, const char *digits)
{
	struct command c = { .kind = COMMAND_PRESS };
	struct place *p = engine_place(e, leg);
	size_t n = strlen(digits);

	engine_reap(e);
	if (!p)
		return E_STALE;
	if (!are_digits(digits, n))
		return E_MALFORMED;
	if (!p->line->leg->kind->press || p->line->leg->in_band)
		return E_DENIED;
	if (!reserve(p->line->leg, n))
		return E_LIMIT;
	memcpy(c.digits, digits, n);
	if (engine_tell(p, c))
		return OK;
	atomic_fetch_sub(&p->line->leg->dialling, (unsigned)n);
	return E_LIMIT;
}

enum err engine_leg_key(struct engine *e, uint32_t leg, const struct rtp_key *in, struct why *why)
{
	struct command c = { .kind = COMMAND_KEY };
	struct place *p = engine_place(e, leg);
	enum err err;

	engine_reap(e);
	if (!p)
		return FAIL(why, E_STALE, "the leg is closed");
	if (!p->line->leg->kind->key)
		return FAIL(why, E_DENIED, "a leg of this kind has no keys");
	if ((err = rtp_seal_new(in, &c.seal, why)) != OK)
		return err;
	if (engine_tell(p, c))
		return OK;
	rtp_seal_free(c.seal);
	return FAIL(why, E_LIMIT, "%u commands wait for the media clock", e->conf.commands_max);
}

enum err engine_leg_hold_ms(struct engine *e, uint32_t leg, unsigned hold_ms)
{
	struct command c = { .kind = COMMAND_JOIN, .frames = hold_ms / PCM_FRAME_MS };
	struct place *p = engine_place(e, leg);

	engine_reap(e);
	if (!p)
		return E_STALE;
	if (hold_ms % PCM_FRAME_MS || !c.frames || c.frames > CODEC_JOIN_MAX)
		return E_MALFORMED;
	return engine_tell(p, c) ? OK : E_LIMIT;
}

enum err engine_quality(struct engine *e, uint32_t leg, struct engine_quality *out)
{
	const struct place *p = engine_place(e, leg);

	if (!p)
		return E_STALE;
	quality_read(&p->line->quality, p->line->codec, out);
	return OK;
}
