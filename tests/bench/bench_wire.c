/* bench: graph/wire */

/* What a notification's body costs, beside jansson reading the same bytes in the same run. Best of
 * rounds that take turns, so that a busy machine disturbs both alike. */

#include "graph/wire/note.h"

#include "bot/base/clock.h"
#include "graph/wire/json_tape.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 15, TURNS = 2000, BODY_MAX = 65536 };

static struct notes notes;
static struct tape tape;

static void by_us(const char *body, size_t bytes)
{
	enum err e = notes_decode(body, bytes, &notes, NULL);

	assert(e == OK && notes.n == 1);
}

static void by_tape(const char *body, size_t bytes)
{
	enum err e = tape_read(&tape, body, bytes, NULL);

	assert(e == OK);
}

static void by_jansson(const char *body, size_t bytes)
{
	json_t *root = json_loadb(body, bytes, JSON_REJECT_DUPLICATES, NULL);

	assert(root);
	json_decref(root);
}

static double round_us(void (*way)(const char *, size_t), const char *body, size_t bytes)
{
	uint64_t from = clock_mono_ns();

	for (int i = 0; i < TURNS; i++)
		way(body, bytes);
	return (double)(clock_mono_ns() - from) / 1000 / TURNS;
}

static void measure(const char *path)
{
	static void (*const ways[])(const char *, size_t) = { by_us, by_tape, by_jansson };
	double best[ARRAY_LEN(ways)] = { 1e9, 1e9, 1e9 };
	static char body[BODY_MAX];
	FILE *f = fopen(path, "rb");
	size_t bytes = f ? fread(body, 1, sizeof(body), f) : 0;

	assert(bytes > 0);
	fclose(f);
	for (int r = 0; r < ROUNDS; r++) {
		for (size_t w = 0; w < ARRAY_LEN(ways); w++) {
			double us = round_us(ways[w], body, bytes);

			best[w] = us < best[w] ? us : best[w];
		}
	}
	printf("wire: %zu bytes of %s: decoded %.2f us (reader alone %.2f), jansson's json_loadb "
	       "alone %.2f us: %.2f of it\n",
		bytes, strrchr(path, '/') + 1, best[0], best[1], best[2], best[0] / best[2]);
}

int main(void)
{
	measure("tests/fixtures/call/incoming-phone.json");
	measure("tests/fixtures/call/tone-digit.json");
	measure("tests/fixtures/roster/full.json");
	return 0;
}
