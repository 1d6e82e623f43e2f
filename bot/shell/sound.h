#ifndef BOT_SHELL_SOUND_H
#define BOT_SHELL_SOUND_H

/*
 * Everything that can be said, rendered before the first call: each prompt in each language, with
 * each value the plan can have it speak, and music cut into rounds; on the shelf for Graph to
 * fetch and, where live audio is configured, in the engine.
 *
 * Built-in prompts that nothing refers to are not rendered; prompts of the configuration are, since
 * a supervisor may announce any of them.
 */

#include "bot/core/effect.h"
#include "bot/shell/config.h"
#include "media/engine/engine.h"
#include "media/prompt/shelf.h"

enum {
	SOUND_PLACES = 30,     /* in a queue that are announced where it says no other number */
	SOUND_NUMBER_MAX = 99, /* and whatever it says */
	SOUND_SLICES_MAX = 16,
	SOUND_LIST_MAX = 1 + SAY_MORE, /* one after another, beside the music */
};

struct sounds;

/*
 * Renders what the shelf does not have, a few at a time: a process a sentence at the first start,
 * nothing after it. On a thread that may wait. conf and shelf are borrowed for its life.
 *
 *   live  also keep the samples, for sounds_live
 *
 * Errors name the prompt.
 */
enum err sounds_new(const struct config *conf, struct shelf *shelf, bool live, struct sounds **out,
	struct why *why) MUST_CHECK;
/* Hand the samples to the engine, which must outlive it. Waits for nothing. On the engine's
 * thread, and sounds_free too from then on. E_LIMIT: the engine has no room. */
enum err sounds_live(struct sounds *s, struct engine *engine, struct why *why) MUST_CHECK;
/* NULL is fine. Lines that hear one of its sounds hear it to its end. */
void sounds_free(struct sounds *s);

/* What an effect says, in its order and language: prompt with value, then also. Of what cannot be
 * said, as a place too far back in the queue, nothing. The number of those filled. */
size_t sound_items(const struct sounds *s, const struct effect *fx,
	const struct shelf_item *out[SOUND_LIST_MAX]);
size_t sound_lives(const struct sounds *s, const struct effect *fx, uint32_t out[SOUND_LIST_MAX]);

/* One prompt (index + 1) in a language, with a value where it speaks one; NULL: nothing says it so.
 */
const struct shelf_item *sound_item(
	const struct sounds *s, uint16_t prompt, uint8_t language, int32_t value);

/* The n-th round of a queue's music: a piece as long as the queue's announce time; silence where
 * there is no music. */
const struct shelf_item *sound_music(
	const struct sounds *s, uint32_t queue, uint8_t language, unsigned round);
/* The whole loop, for the engine; prompt: index + 1, 0 none; 0: none. */
uint32_t sound_music_live(const struct sounds *s, uint16_t prompt, uint8_t language);

#endif
