#ifndef BOT_SHELL_NOUN_H
#define BOT_SHELL_NOUN_H

/*
 * What people see of the centre, as the API's schemas have it, and who sees it. A noun comes whole
 * or in short; sight_of says to whom.
 */

#include "bot/api/api.h"
#include "bot/api/sight.h"
#include "bot/core/view.h"
#include "bot/shell/people.h"

#include <jansson.h>

/* "2026-11-23T08:14:03.120Z"; 0 is null. */
json_t *noun_time(uint64_t unix_ms);

/* Indices of the configuration in force. */
json_t *noun_queue(struct shell *s, uint32_t queue);
json_t *noun_agent(struct shell *s, uint32_t agent, bool whole);
json_t *noun_contact(struct shell *s, const struct contact_view *k, bool whole);
json_t *noun_ended(struct shell *s, uint32_t contact, const struct record *r);
/* What does not change but with the configuration. */
json_t *noun_settings(struct shell *s, const struct viewer *v);
json_t *noun_self(struct shell *s, const struct person *who, const struct viewer *v);

void audience_queue(const struct shell *s, uint32_t queue, struct audience *out);
void audience_agent(const struct shell *s, uint32_t agent, struct audience *out);
void audience_contact(const struct shell *s, const struct contact_view *k, struct audience *out);

/* "barge"; NULL: she does not talk. */
const char *noun_hearing(const struct agent_view *v);

/* A caller as people may see her: "+49 30 ***567". */
void noun_mask(char *out, size_t size, const struct caller *p);

/* Which queues she sees, and as what. */
void viewer_of(const struct shell *s, const struct person *who, struct viewer *out);

#endif
