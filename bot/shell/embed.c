/* The schema, the example configuration and the pages of law travel inside the program, so that it
 * stands alone. */
#include "bot/shell/config.h"
#include "bot/shell/legal.h"

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

EMBED(embedded_privacy_en, "bot/shell/legal/privacy.en.txt");
EMBED(embedded_privacy_de, "bot/shell/legal/privacy.de.txt");
EMBED(embedded_terms_en, "bot/shell/legal/terms.en.txt");
EMBED(embedded_terms_de, "bot/shell/legal/terms.de.txt");

/* EMBED ends each with a NUL. */
const char *legal_text(enum legal_page page, enum page_language language)
{
	static const char *const texts[LEGAL_PAGES][PAGE_LANGUAGES] = {
		[LEGAL_PRIVACY] = { embedded_privacy_en, embedded_privacy_de },
		[LEGAL_TERMS] = { embedded_terms_en, embedded_terms_de },
	};

	return texts[page][language];
}

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
