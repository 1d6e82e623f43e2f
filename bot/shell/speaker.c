#include "bot/shell/speaker.h"

#include "bot/base/rng.h"
#include "bot/base/text.h"
#include "graph/client/client.h"

#include <poll.h>
#include <stdlib.h>

/* Of one sentence; a 429 or a 5xx is repeated within the sentence's time. */
enum { ATTEMPTS_MAX = 5, ATTEMPT_MS = 20000, CONNECT_MS = 3000 };

static enum err client_start(struct speaker *s, uint32_t answer_bytes_max, struct why *why)
{
	struct client_conf conf = { .extra_ca = s->extra_ca,
		.user_agent = "Foyer/1",
		.requests_max = 1,
		.connections_max = 1,
		.connect_ms = CONNECT_MS,
		.answer_bytes_max = answer_bytes_max,
		.plain_loopback = true };

	if (s->client)
		return OK;
	random_bytes(&conf.seed, sizeof(conf.seed));
	s->client = client_new(&conf, why);
	return s->client ? OK : why->code;
}

/* Its deadline brings it to an end, whatever the other side does. */
static void await(struct client *c, struct client_answer *out)
{
	struct pollfd p = { .fd = client_fd(c), .events = POLLIN };

	while (!client_take(c, out))
		(void)poll(&p, 1, -1);
}

static enum err post(
	void *ctx, const struct voice_ask *ask, struct voice_answer *out, struct why *why)
{
	struct speaker *s = ctx;
	struct client_request q = { .method = "POST",
		.url = ask->url,
		.header = { { ask->header[0][0], ask->header[0][1] },
			{ ask->header[1][0], ask->header[1][1] } },
		.content_type = ask->content_type,
		.body = ask->body,
		.body_bytes = ask->body_bytes,
		.deadline_ms = ask->deadline_ms,
		.attempt_ms = ask->deadline_ms < ATTEMPT_MS ? ask->deadline_ms : ATTEMPT_MS,
		.attempts_max = ATTEMPTS_MAX,
		.harmless = true }; /* to say a sentence twice */
	struct client_answer a;
	enum err e = client_start(s, (uint32_t)ask->answer_bytes_max, why);

	if (e == OK)
		e = client_send(s->client, &q, why);
	if (e != OK)
		return e;
	await(s->client, &a);
	if (a.end == CLIENT_ANSWERED)
		*out = (struct voice_answer){ .status = a.status,
			.body = (uint8_t *)TAKE(a.body),
			.body_bytes = a.body_bytes,
			.retry_after_ms = a.retry_after_ms };
	else
		e = FAIL(why, E_REMOTE, "no answer: %s", a.story);
	client_answer_fini(&a);
	return e;
}

void speaker_init(struct speaker *s, const struct config *conf)
{
	*s = (struct speaker){ .voice = conf->voice.speaks,
		.fallback = conf->voice.fallback,
		.extra_ca = conf->endpoint.extra_ca };
	s->voice.key = getenv(SPEAKER_KEY);
	s->voice.post = post;
	s->voice.post_ctx = s;
}

void speaker_fini(struct speaker *s)
{
	client_free(s->client);
	s->client = NULL;
}
