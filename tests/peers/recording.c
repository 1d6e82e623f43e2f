/* peers: graph/client */
/*
 * Fetches a recording as the service would: recording CA, and on standard input a line with its
 * address and a line with its token. Prints HTTP's status and a newline, then what came.
 */
#include "graph/client/recording.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool line(char *out, size_t size)
{
	if (!fgets(out, (int)size, stdin))
		return false;
	out[strcspn(out, "\n")] = '\0';
	return true;
}

static int fetch(struct client *c, const struct recording *rec)
{
	struct client_request r = recording_get(rec);
	struct pollfd fd = { .fd = client_fd(c), .events = POLLIN };
	struct client_answer a;
	struct why why;

	if (client_send(c, &r, &why) != OK) {
		fprintf(stderr, "%s\n", why.text);
		return EXIT_FAILURE;
	}
	if (poll(&fd, 1, RECORDING_MS + 1000) != 1 || !client_take(c, &a))
		return EXIT_FAILURE;
	printf("%d\n", a.status);
	if (a.end == CLIENT_ANSWERED)
		fwrite(a.body, 1, a.body_bytes, stdout);
	client_answer_fini(&a);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct client_conf conf = { .extra_ca = argc > 1 ? argv[1] : NULL,
		.user_agent = "foyer-test/1",
		.requests_max = 1,
		.connections_max = 1,
		.connect_ms = 5000,
		.answer_bytes_max = 1024 };
	struct recording rec;
	struct client *c;
	struct why why;
	int rc;

	if (!line(rec.location, sizeof(rec.location)) || !line(rec.token, sizeof(rec.token)))
		return EXIT_FAILURE;
	c = client_new(&conf, &why);
	if (!c) {
		fprintf(stderr, "%s\n", why.text);
		return EXIT_FAILURE;
	}
	rc = fetch(c, &rec);
	client_free(c);
	return rc;
}
