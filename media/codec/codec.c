#include "media/codec/codec.h"

#include "bot/base/text.h"

#include <stdlib.h>
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

static void *state_new(size_t bytes, bool (*init)(void *))
{
	void *state = malloc(bytes ? bytes : 1);

	if (state && !init(state)) {
		free(state);
		return NULL;
	}
	return state;
}

void *codec_encoder_new(const struct codec *codec)
{
	return state_new(codec->encoder_bytes(), codec->encoder_init);
}

void *codec_decoder_new(const struct codec *codec)
{
	return state_new(codec->decoder_bytes(), codec->decoder_init);
}
