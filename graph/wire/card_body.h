#ifndef GRAPH_WIRE_CARD_BODY_H
#define GRAPH_WIRE_CARD_BODY_H

/* Inside graph/wire: the pieces of a card. As in op_body.h, a piece without memory is NULL. */

#include "graph/wire/card.h"
#include "graph/wire/op_body.h"

/* The card's body. */
json_t *card_rows(const struct card_in *in);
/* The same in one line, whole characters only. */
void card_summary(const struct card_in *in, char *out, size_t out_size);

#endif
