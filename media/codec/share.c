#include "media/codec/share.h"

#include <string.h>

enum { DYING_PARTS = 4 }; /* of a frame of 20 ms */

size_t share_no_bytes(void)
{
	return 0;
}

bool share_no_init(void *state)
{
	(void)state;
	return true;
}

size_t share_join(const uint8_t *const payload[], const size_t bytes[], unsigned n,
	uint8_t out[CODEC_PAYLOAD_MAX])
{
	size_t at = 0;

	for (unsigned i = 0; i < n; i++) {
		if (bytes[i] > CODEC_PAYLOAD_MAX - at)
			return 0;
		memcpy(out + at, payload[i], bytes[i]);
		at += bytes[i];
	}
	return at;
}

size_t share_samples16(const uint8_t *payload, size_t bytes)
{
	(void)payload;
	return bytes > CODEC_PAYLOAD_MAX || bytes % sizeof(int16_t) ? 0 : bytes / sizeof(int16_t);
}

enum codec_activity share_activity(const uint8_t *payload, size_t bytes, uint8_t bits, uint8_t rest)
{
	uint8_t any = 0;

	for (size_t i = 0; i < bytes; i++)
		any |= (payload[i] & bits) ^ rest;
	return !bytes || any ? CODEC_UNKNOWN : CODEC_SILENT;
}

enum codec_activity share_activity16(const uint8_t *payload, size_t bytes)
{
	return share_samples16(payload, bytes) ? share_activity(payload, bytes, 0xff, 0)
					       : CODEC_UNKNOWN;
}

void share_die_away(int16_t *last, int16_t *x, int n)
{
	int dying = n / DYING_PARTS;

	memset(x, 0, (size_t)n * sizeof(*x));
	for (int i = 0; i < dying; i++)
		x[i] = (int16_t)(*last * (dying - i) / (dying + 1));
	*last = 0;
}
