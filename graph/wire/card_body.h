#ifndef GRAPH_WIRE_CARD_BODY_H
#define GRAPH_WIRE_CARD_BODY_H

/* Inside graph/wire: the pieces of a card. As in op_body.h, a piece without memory is NULL. */

#include "graph/wire/card.h"
#include "graph/wire/op_body.h"

struct text;

/* Our own words: Markdown and {{TIME()}} hold. */
json_t *card_block(const char *text);
/* A stranger's words: a TextRun is shown as it is. */
json_t *card_plain(const char *text);
json_t *card_row(const char *label, json_t *value);
/* The client shows it in its own zone; without fractions, which the function does not know. */
void card_time_add(struct text *t, uint64_t unix_ms);
/* struct text cuts bytes; a character cut in two would not be UTF-8 any more. */
void card_whole_characters(char *text);

/* The card's body. */
json_t *card_rows(const struct card_in *in);
/* The same in one line, whole characters only. */
void card_summary(const struct card_in *in, char *out, size_t out_size);

#endif
