#include "bot/api/api.h"

void api_health(const struct ledger *ledger, struct text *out)
{
	text_add(out, "{\"status\":\"ok\",\"offered\":%llu,\"in_progress\":%llu,\"outcomes\":{",
		(unsigned long long)ledger->offered, (unsigned long long)ledger->in_progress);
	for (unsigned o = OUTCOME_NONE + 1; o < OUTCOMES; o++)
		text_add(out, "%s\"%s\":%llu", o > OUTCOME_NONE + 1 ? "," : "", outcome_name(o),
			(unsigned long long)ledger->outcome[o]);
	text_add(out, "}}");
}
