#ifndef BOT_SHELL_RECORDINGS_H
#define BOT_SHELL_RECORDINGS_H

#include "bot/shell/shell.h"

/* FX_RECORDING: begin, pause, go on, end. */
void from_core_recording(struct shell *s, struct line *l, const struct effect *fx);
/* ENGINE_PLAYED of a notice said to this caller: what waited for it is recorded from now on. false:
 * it is no notice's. */
bool recordings_notice(struct shell *s, struct line *l, const struct engine_event *ev);
/* A leg of it is about to close: if its caller was still being told, nothing was recorded. */
void recordings_untold(struct ring_out *r);
/* ENGINE_RECORDED: a file is complete, or broke off. */
void recordings_told(const struct engine_event *ev);
/* The files of these contacts (rising) in a folder: how many, and their names where list is not
 * NULL. */
struct json_t;
size_t recordings_of(
	const char *folder, const uint32_t *contact, size_t n, bool remove, struct json_t *list);

#endif
