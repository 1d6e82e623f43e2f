#ifndef BOT_SHELL_SOUND_INSIDE_H
#define BOT_SHELL_SOUND_INSIDE_H

/* Between sound.c, which is asked, sound_list.c, which knows what there is to say, and
 * sound_render.c, which makes it heard. */

#include "bot/shell/sound.h"

/* One thing that can be played. */
struct said {
	uint16_t prompt;  /* index */
	uint8_t language; /* the one it is in */
	int32_t value;    /* 0: it speaks none */
	struct shelf_item item;
	struct pcm pcm; /* of live audio, until the engine has it */
	uint32_t live;  /* engine sound; 0: none */
};

struct queue_music {
	struct shelf_item slice[SOUND_SLICES_MAX];
	unsigned n;
};

struct sounds {
	const struct config *conf;
	struct shelf *shelf;
	struct engine *engine; /* NULL: it has nothing of ours */
	struct said *said;     /* by prompt, then language, then value */
	size_t n_said;
	uint32_t *first; /* of prompt and language, [prompt * n_languages + language]; one more at
			    the end */
	struct queue_music *music; /* [queue * n_languages + language] */
};

/* Fills said and first, from what the configuration can have said. E_SYSTEM: no memory. */
enum err sound_list(struct sounds *s, struct why *why) MUST_CHECK;
/* Gives each said its item, and its samples where live. Errors name the prompt. */
enum err sound_render(struct sounds *s, bool live, struct why *why) MUST_CHECK;

/* What is said of it in the language, which says it of another where that lacks it. NULL: never
 * with this value, or never at all. */
struct said *sound_said(const struct sounds *s, uint16_t prompt, uint8_t language, int32_t value);

#endif
