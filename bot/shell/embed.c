/* The schema and the example configuration travel inside the program, so that it stands alone. */
#include "bot/shell/config.h"

#define EMBED(symbol, file)                                   \
	__asm__(".section .rodata\n"                          \
		".global " #symbol "\n" #symbol ":\n"         \
		".incbin \"" file "\"\n"                      \
		".global " #symbol "_end\n" #symbol "_end:\n" \
		".byte 0\n"                                   \
		".previous\n");                               \
	extern const char symbol[], symbol##_end[]

EMBED(embedded_schema, "bot/shell/foyer.schema.json");
EMBED(embedded_example, "bot/example.json");

const char *config_schema(size_t *bytes)
{
	*bytes = (size_t)(embedded_schema_end - embedded_schema);
	return embedded_schema;
}

const char *config_example(size_t *bytes)
{
	*bytes = (size_t)(embedded_example_end - embedded_example);
	return embedded_example;
}
