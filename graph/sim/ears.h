#ifndef GRAPH_SIM_EARS_H
#define GRAPH_SIM_EARS_H

/*
 * Carries out what the state machine says about sound: moves phones and legs, fetches prompts and
 * has them played in the order asked. Owned by the loop's thread.
 */

#include "graph/sim/post_office.h"
#include "graph/sim/sim.h"

struct ears;

struct ears_conf {
	const struct scenario *scenario;
	const char *record_dir, *rtp_address;
	struct post_office *office; /* borrowed for life */
};

/* As phones_new and phones_start. */
enum err ears_new(const struct ears_conf *conf, struct ears **out, struct why *why) MUST_CHECK;
void ears_free(struct ears *e);

/* false: out is not about sound. */
bool ears_do(struct ears *e, const struct sim_out *out);
/* A prompt has come; takes r->bytes over. */
void ears_fetched(struct ears *e, struct post_result *r);
/* Readable when ears_next may have something. */
int ears_fd(const struct ears *e);
/* What the state machine must be told; false: nothing. A path lives until the next ears_do. */
bool ears_next(struct ears *e, struct sim_in *in);
/* The WAV of a recording; false: there is none. Borrowed until the next ears_do or ears_next. */
bool ears_recording(
	const struct ears *e, uint32_t call, uint32_t op, const uint8_t **wav, size_t *n);
/* No file is still being closed. */
bool ears_quiet(const struct ears *e);

#endif
