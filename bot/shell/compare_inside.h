#ifndef BOT_SHELL_COMPARE_INSIDE_H
#define BOT_SHELL_COMPARE_INSIDE_H

/* Between compare.c, which runs two centres, and compare_story.c, which tells them apart. */

#include "bot/core/effect.h"
#include "bot/shell/config.h"
#include "bot/whatif/heap.h"

/* A decision that people would notice. */
struct decision {
	uint64_t at_ms;
	uint8_t kind;                   /* FX_RING or FX_OUTCOME */
	uint8_t outcome;                /* enum outcome */
	char agent[GUID_TEXT];          /* user id; "": nobody */
	const char *agent_name, *queue; /* of a configuration that lives on, or kept */
	uint64_t waited_ms;
};

/* An effect that the world answers. */
struct asked {
	uint32_t kind, attempt;
	uint64_t at_ms;
};

/* One contact in one of the two runs. */
struct side {
	struct decision *decision;
	struct asked *asked;
	size_t n_decisions, n_asked;
};

/* What the world said of an effect that the new run has not come to. */
struct parked {
	uint32_t kind, ordinal;
	uint64_t after_ms;
	struct event ev;
};

struct story {
	struct side was, is;
	struct parked *parked;
	size_t n_parked;
	bool seen; /* the contact is in the journal */
};

struct names; /* texts that outlive their configuration */

/* The texts are kept until the stories are freed. */
const char *name_keep(struct names **names, const char *text);
void names_free(struct names *names);

void side_saw(struct side *s, const struct effect *fx, uint64_t at_ms, const struct config *conf,
	struct names **names);
/* How many effects of that kind the contact had, up to and with this attempt; 0: it had not. */
uint32_t side_ordinal(const struct side *s, uint32_t kind, uint32_t attempt);
/* The n-th of that kind; NULL: not yet. */
const struct asked *side_asked(const struct side *s, uint32_t kind, uint32_t ordinal);
void story_fini(struct story *s);

/* What is printed of all, to standard output. dropped: events that found nobody. */
void stories_print(const struct story *story, uint32_t n, uint64_t dropped);

#endif
