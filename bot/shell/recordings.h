#ifndef BOT_SHELL_RECORDINGS_H
#define BOT_SHELL_RECORDINGS_H

#include "bot/shell/shell.h"

/* FX_RECORDING: begin, pause, go on, end. */
void from_core_recording(struct shell *s, struct line *l, const struct effect *fx);
/* ENGINE_RECORDED: a file is complete, or broke off. */
void recordings_told(const struct engine_event *ev);

#endif
