/* bench: media/leg */
/*
 * A message of audio streaming, read and written: frame, JSON and base64, without a socket. Beside
 * it in the same run what libraries would do: jansson and OpenSSL's EVP, unmasked byte by byte.
 */
#include "bot/base/rng.h"
#include "media/leg/acs.h"
#include "media/leg/base64.h"
#include "media/leg/ws.h"

#include <assert.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 1000, RUNS = 200 };

static uint8_t sound[ACS_SOUND_MAX], frame[4096];
static size_t sound_bytes, frame_bytes;

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* What a client sends: masked. */
static void make_frame(void)
{
	static const uint8_t mask[4] = { 7, 77, 177, 17 };
	char text[2000];
	size_t n = (size_t)snprintf(text, sizeof(text),
		"{\"kind\":\"AudioData\",\"audioData\":{\"timestamp\":\"2024-11-15T19:16:12.925Z\","
		"\"participantRawID\":\"8:acs:3d20e1de-0f28-41c5-84a0-4960fde5f411_0000\","
		"\"data\":\"");

	n += base64_encode(sound, sound_bytes, text + n);
	n += (size_t)snprintf(text + n, sizeof(text) - n, "\",\"silent\":false}}");
	frame[0] = 0x81;
	frame[1] = 0x80 | 126;
	frame[2] = (uint8_t)(n >> 8);
	frame[3] = (uint8_t)n;
	memcpy(frame + 4, mask, 4);
	for (size_t i = 0; i < n; i++)
		frame[8 + i] = (uint8_t)text[i] ^ mask[i % 4];
	frame_bytes = 8 + n;
}

static void read_ours(void)
{
	static struct ws w;
	struct acs_message said;
	struct ws_message m;
	uint8_t out[WS_MESSAGE_MAX], *to;
	uint16_t code;
	size_t room;

	to = ws_room(&w, &room);
	memcpy(to, frame, frame_bytes); /* the read of the socket */
	ws_filled(&w, frame_bytes);
	if (ws_take(&w, &m, &code) != WS_TAKEN || acs_read((char *)m.bytes, m.n, &said) != OK ||
		base64_decode(said.data.at, said.data.n, out) != sound_bytes ||
		memcmp(out, sound, 8) != 0)
		abort();
}

static void write_ours(void)
{
	uint8_t out[WS_HEADER_MAX + ACS_TEXT_MAX];
	size_t n = acs_audio_write(sound, sound_bytes, (char *)out + WS_HEADER_MAX);

	if (ws_header(out, WS_TEXT, n) != WS_HEADER_MAX)
		abort();
}

static void read_theirs(void)
{
	static uint8_t text[4096];
	size_t n = frame_bytes - 8;
	uint8_t out[2048];
	const char *data;
	json_t *root;
	int got;

	for (size_t i = 0; i < n; i++)
		text[i] = frame[8 + i] ^ frame[4 + i % 4];
	root = json_loadb((char *)text, n, 0, NULL);
	if (!root || json_unpack(root, "{s:{s:s}}", "audioData", "data", &data) != 0)
		abort();
	got = EVP_DecodeBlock(out, (const uint8_t *)data, (int)strlen(data));
	if (got < (int)sound_bytes || memcmp(out, sound, 8) != 0)
		abort();
	json_decref(root);
}

static void write_theirs(void)
{
	char data[2048], *text;
	json_t *root;

	EVP_EncodeBlock((uint8_t *)data, sound, (int)sound_bytes);
	root = json_pack("{s:s, s:{s:s}}", "kind", "AudioData", "audioData", "data", data);
	text = json_dumps(root, JSON_COMPACT);
	if (!text)
		abort();
	free(text);
	json_decref(root);
}

/* The best of some runs: the others were disturbed. */
static double cost_us(void (*what)(void))
{
	double best = 1e9;

	for (int run = 0; run < RUNS; run++) {
		double from = cpu_us(), took;

		for (int i = 0; i < ROUNDS; i++)
			what();
		took = (cpu_us() - from) / ROUNDS;
		best = took < best ? took : best;
	}
	return best;
}

int main(void)
{
	static const unsigned rates[] = { 16000, 24000 };
	struct rng r = { 3 };

	for (size_t i = 0; i < sizeof(sound); i++)
		sound[i] = (uint8_t)rng_next(&r);
	for (size_t i = 0; i < ARRAY_LEN(rates); i++) {
		double in, out, their_in, their_out;

		sound_bytes = rates[i] / 50 * 2;
		make_frame();
		in = cost_us(read_ours), out = cost_us(write_ours);
		their_in = cost_us(read_theirs), their_out = cost_us(write_theirs);
		printf("%u Hz: read %.2f us, written %.2f us a message (together at most 0.5); "
		       "jansson and EVP %.1f and %.1f us: %.0f times that (wanted: 50)\n",
			rates[i], in, out, their_in, their_out,
			(their_in + their_out) / (in + out));
	}
	return 0;
}
