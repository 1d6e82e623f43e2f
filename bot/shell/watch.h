#ifndef BOT_SHELL_WATCH_H
#define BOT_SHELL_WATCH_H

/*
 * For people: the story of the calls, sentence by sentence, and a calm picture of who waits and who
 * talks. Sees what the loop does, decides nothing.
 */

#include "bot/core/view.h"
#include "bot/shell/config.h"

#include <stdio.h>

struct watch;

enum watch_form {
	WATCH_NONE,
	WATCH_STORY, /* a line a happening */
	WATCH_LIVE,  /* redrawn twice a second; out is a terminal */
};

struct watch *watch_new(const struct config *conf, enum watch_form form, FILE *out);
void watch_free(struct watch *w);
/* Names are those of conf from now on. */
void watch_reload(struct watch *w, const struct config *conf);

/* A caller's name or masked number, told once, before the call's first event. */
void watch_person(struct watch *w, uint32_t contact, const char *who);
void watch_event(struct watch *w, const struct event *ev);
void watch_effect(struct watch *w, const struct event *cause, const struct effect *fx);
/* Redraw where it is time; the service time of the next one, UINT64_MAX if none is due. */
uint64_t watch_draw(struct watch *w, const struct centre *c, uint64_t now_ms);

#endif
