#include "media/codec/codec.h"

#include "bot/base/text.h"

#include <string.h>

static const struct codec *const all[] = {
#define CODEC(id) &codec_##id,
#include "media/codec/codecs.def"
#undef CODEC
};

const struct codec *codec_at(size_t number)
{
	return all[number];
}

size_t codec_number(const struct codec *codec)
{
	size_t i = 0;

	while (all[i] != codec)
		i++;
	return i;
}

const struct codec *codec_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (text_same_nocase(all[i]->name, name))
			return all[i];
	return NULL;
}

size_t codec_join_bytes(const uint8_t *const payload[], const size_t bytes[], unsigned n,
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
