/* The schemas travel inside the program. */
#include "bot/api/schemas.h"

#define EMBED(symbol, file)                                   \
	__asm__(".section .rodata\n"                          \
		".global " #symbol "\n" #symbol ":\n"         \
		".incbin \"" file "\"\n"                      \
		".global " #symbol "_end\n" #symbol "_end:\n" \
		".byte 0\n"                                   \
		".previous\n");                               \
	extern const char symbol[], symbol##_end[]

#define SCHEMA(name) EMBED(api_shape_##name, "bot/api/schemas/" #name ".json");
#include "bot/api/schemas.def"
#undef SCHEMA

static const struct api_schema schemas[] = {
#define SCHEMA(name) { #name, api_shape_##name },
#include "bot/api/schemas.def"
#undef SCHEMA
};

const struct api_schema *api_schemas(size_t *n)
{
	*n = sizeof(schemas) / sizeof(schemas[0]);
	return schemas;
}
