#ifndef BOT_SHELL_SOUND_H
#define BOT_SHELL_SOUND_H

/*
 * Everything that can be said, rendered before the first call: each prompt, each number it speaks,
 * and music cut into rounds, on the shelf for Graph to fetch and, where live audio is configured,
 * in the engine.
 */

#include "bot/shell/config.h"
#include "media/engine/engine.h"
#include "media/prompt/shelf.h"

enum { SOUND_NUMBER_MAX = 30, SOUND_SLICES_MAX = 16 };

struct sounds;

/*
 * Renders what the shelf does not have. Slow at the first start (a process a prompt), quick after.
 * engine may be NULL. Errors name the prompt.
 */
enum err sounds_new(const struct config *conf, struct shelf *shelf, struct engine *engine,
	struct sounds **out, struct why *why) MUST_CHECK;
/* Before conf and engine go. The engine drops what it was given; the shelf keeps all. */
void sounds_free(struct sounds *s);

/* One prompt, with its number where it speaks one. NULL: it has none for this number (too high):
 * say nothing. */
const struct shelf_item *sound_item(const struct sounds *s, uint16_t prompt, int32_t number);
uint32_t sound_live(const struct sounds *s, uint16_t prompt, int32_t number);

/* The n-th round of a queue's music: a piece as long as the queue's announce time; silence where
 * there is no music. */
const struct shelf_item *sound_music(const struct sounds *s, uint32_t queue, unsigned round);
/* The whole loop, for the engine; 0: none. */
uint32_t sound_music_live(const struct sounds *s, uint16_t prompt);

#endif
