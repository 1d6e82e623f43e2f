#ifndef BOT_API_SCHEMAS_H
#define BOT_API_SCHEMAS_H

/* The shapes of what routes take and give: schemas/NAME.json, a line each in schemas.def. */

#include <stddef.h>

struct api_schema {
	const char *name;
	const char *text; /* JSON Schema 2020-12, NUL-terminated */
};
const struct api_schema *api_schemas(size_t *n);

#endif
