#ifndef BOT_WHATIF_INSIDE_H
#define BOT_WHATIF_INSIDE_H

/* One life, between this room's files: coming.c says who comes and who is there, draw.c what they
 * are like, world.c what the world answers, life.c lets it happen, figures.c counts. */

#include "bot/base/rng.h"
#include "bot/core/view.h"
#include "bot/whatif/heap.h"
#include "bot/whatif/life.h"

/* A caller of this life. */
struct guest {
	const struct caller_past *like;
	struct rng rng;
	double patient, talks, wraps; /* drawn shares, 0 to 1 */
	bool queued, waits;
};

struct life {
	const struct life_conf *conf;
	struct figures *out;
	struct centre *centre;
	struct heap heap;
	struct guest *guest; /* [n_guests + 1], by contact */
	uint32_t n_guests, room_guests;
	uint64_t now_ms, last_ms; /* last_ms: the last caller comes */
	uint32_t in_line, staffed;
	bool *withdrawn; /* [n_withdrawn], by attempt */
	uint32_t n_withdrawn;
};

/* draw.c: 0 to below 1 */
double draw_unit(struct rng *r);
/* A caller's three shares, from the life's seed and her number. */
void draw_guest(struct guest *g, uint64_t seed, uint32_t number);
uint64_t draw_patience_ms(const struct life *l, const struct guest *g, uint32_t queue);
uint32_t draw_talk_ms(const struct life *l, const struct guest *g, uint32_t queue);
/* false: the agent does not end this wrap-up early. */
bool draw_wrap_up_ms(const struct life *l, const struct guest *g, uint32_t *ms);
struct ring_seen draw_ring(const struct life *l, struct guest *g, uint32_t queue);
uint32_t draw_prompt_ms(const struct life *l, uint32_t prompt);

/* coming.c: everybody who will call, and all that agents did. */
void coming_callers(struct life *l);
void coming_duties(struct life *l);

/* world.c: the world's answer to an effect. */
void world_perform(struct life *l, const struct effect *fx);

/* figures.c: a contact is over. */
void figures_count(struct life *l, const struct record *r);
/* An agent was busy; of it what lies before the last caller came, as staffed_ms does. */
void figures_busy(struct life *l, uint64_t from_ms, uint64_t to_ms);

#endif
