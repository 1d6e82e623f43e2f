#include "bot/core/strategy.h"

#include "bot/base/err.h"

#include <assert.h>
#include <string.h>

#define STRATEGY(name) extern const struct strategy strategy_##name;
#include "bot/core/strategies.def"
#undef STRATEGY

#define STRATEGY(name) &strategy_##name,
static const struct strategy *const table[] = {
#include "bot/core/strategies.def"
};
#undef STRATEGY

const struct strategy *strategy_named(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (strcmp(table[i]->name, name) == 0)
			return table[i];
	return NULL;
}

const struct strategy *strategy_at(uint32_t number)
{
	return number < ARRAY_LEN(table) ? table[number] : NULL;
}

uint32_t strategy_number(const struct strategy *s)
{
	uint32_t i = 0;

	while (i < ARRAY_LEN(table) && table[i] != s)
		i++;
	assert(i < ARRAY_LEN(table));
	return i;
}
