#ifndef BOT_SHELL_SCHEMA_H
#define BOT_SHELL_SCHEMA_H

/*
 * JSON Schema, as much of draft 2020-12 as foyer.schema.json uses: type, enum, pattern,
 * minimum, maximum, minLength, maxLength, properties, patternProperties (one),
 * additionalProperties, propertyNames.pattern, required, minProperties, maxProperties, items,
 * minItems, maxItems, $ref into $defs. A keyword that is neither of these nor an annotation
 * would be passed over; a test asks schema_is_known, and another holds this reader against ajv, so
 * that the editor and we cannot disagree in silence.
 */

#include "bot/shell/faults.h"

#include <jansson.h>

/* Every fault of the instance is added. */
void schema_check(json_t *schema, json_t *instance, struct faults *faults);
/* Set absent members to the "default" that the schema gives. The instance must have passed
 * schema_check. */
void schema_fill(json_t *schema, json_t *instance);
/* Every keyword of the schema is one we know. */
bool schema_is_known(json_t *schema, struct why *why);

#endif
