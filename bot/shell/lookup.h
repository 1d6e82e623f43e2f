#ifndef BOT_SHELL_LOOKUP_H
#define BOT_SHELL_LOOKUP_H

/*
 * Other systems are asked about a caller, while the flow goes on or waits for its own time. What
 * comes back is a case of the configuration's, and no more than that leaves this file: neither
 * bodies nor numbers are logged or kept. Whatever goes wrong is "no answer", told by the lookup's
 * deadline at the latest.
 */

#include "bot/base/text.h"
#include "bot/shell/config.h"

#include <jansson.h>

enum {
	LOOKUPS_UNDER_WAY = 256, /* so that a slow system cannot take all of the client's places */
	LOOKUP_BYTES_MAX = 64 * 1024,
	LOOKUP_URL_MAX = 1024,
};

struct shell;
struct effect;

/* FX_LOOKUP; EV_LOOKED_UP comes of it, once. */
void lookup_begin(struct shell *s, const struct effect *fx);
/* What is known of a contact by lookups: "crm gold, shop open", and how old the oldest is. Nothing:
 * nothing is. */
void lookup_context(const struct shell *s, uint32_t contact, struct text *out, uint64_t *age_ms);

/* One finding after another, *at from 0. false: no more. */
bool lookup_finding(const struct shell *s, uint32_t contact, size_t *at, const char **name,
	const char **answer, uint64_t *at_ms);

/* The template with {digits} and {caller} in it, escaped as RFC 3986 has it. E_LIMIT: too long. */
enum err lookup_url(const char *template, const char *digits, const char *caller,
	char out[LOOKUP_URL_MAX]) MUST_CHECK;
/* RFC 6901; NULL: there is nothing at that place. */
json_t *json_at(json_t *root, const char *pointer);
/* Index of the first case that fits; -1: none does. */
int lookup_case(const struct config_lookup *l, json_t *answer);

#endif
