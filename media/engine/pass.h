#ifndef MEDIA_ENGINE_PASS_H
#define MEDIA_ENGINE_PASS_H

/*
 * Whose packets a line is passed on, as they came, also through his pauses.
 *
 * It takes that who listens hears him alone, at unity, and in the same codec: because nobody else
 * is there, and then he need not be decoded; or because the others were silent for half a second,
 * and then he is, so that whoever speaks up is heard beside him in the same tick.
 *
 * That begins in a pause of his only, because a decoder that enters his own coder's stream in
 * mid-word is out of step for some frames; and it goes back to ours at once, which is without
 * prediction.
 */

#include "media/engine/mixer.h"

/* Before anybody says this tick's frame: who is passed on may be wanted decoded now. */
void pass_check(struct line *l);

/* Everybody has said it: is somebody passed on to this line (feed.talker), still or from now on? */
bool pass_is_on(const struct mixer *m, struct line *l);

/* He is: send what came of him. */
void pass_send(struct line *l);

/* No more, if he was. */
void pass_end(struct line *l);

#endif
