#include "bot/shell/token_answer.h"

#include "bot/base/clock.h"

#include <stdio.h>

void token_answer_read(const struct client_answer *a, struct token_answer *out)
{
	*out = (struct token_answer){ .reply = { .status = a->status,
					      .now_unix_s = clock_unix_ms() / 1000,
					      .story = a->story,
					      .body = a->body,
					      .body_bytes = a->body_bytes } };
	if (a->retry_after_ms == UINT64_MAX)
		return;
	snprintf(out->retry_after, sizeof(out->retry_after), "%llu",
		(unsigned long long)((a->retry_after_ms + 999) / 1000));
	out->reply.retry_after = out->retry_after;
}
