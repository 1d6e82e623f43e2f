#include "media/codec/codec.h"

#include "bot/base/text.h"

static const struct codec *const all[] = {
#define CODEC(id) &codec_##id,
#include "media/codec/codecs.def"
#undef CODEC
};

const struct codec *codec_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (text_same_nocase(all[i]->name, name))
			return all[i];
	return NULL;
}
