/* fuzz: media/leg */
/*
 * Bytes of a stranger's in a WebSocket: frames, and the messages in them. Input: the stream, fed in
 * pieces whose length its own bytes say; masks of zeros make texts readable in the corpus.
 */
#include "media/leg/acs.h"
#include "media/leg/base64.h"
#include "media/leg/ws.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void audio(const struct scan_text *t)
{
	uint8_t fast[WS_MESSAGE_MAX], plain[WS_MESSAGE_MAX];
	size_t n = base64_decode(t->at, t->n, fast), m = base64_decode_plain(t->at, t->n, plain);

	assert(n == m);
	assert(n == BASE64_BAD || memcmp(fast, plain, n) == 0);
}

static void text(const struct ws_message *m)
{
	const uint8_t *end = m->bytes + m->n;
	struct acs_message said;

	if (acs_read((char *)m->bytes, m->n, &said) != OK || said.kind != ACS_AUDIO || !said.data.n)
		return;
	assert((uint8_t *)said.data.at >= m->bytes && (uint8_t *)said.data.at + said.data.n <= end);
	audio(&said.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct ws w;
	struct ws_message m;
	enum ws_take take;
	uint16_t code;

	ws_init(&w);
	for (size_t at = 0; at < n;) {
		size_t room, piece = 1 + data[at] * 8u;
		uint8_t *to = ws_room(&w, &room);

		assert(room > 0);
		piece = piece < n - at ? piece : n - at;
		piece = piece < room ? piece : room;
		memcpy(to, data + at, piece);
		ws_filled(&w, piece);
		at += piece;
		while ((take = ws_take(&w, &m, &code)) == WS_TAKEN)
			if (m.opcode == WS_TEXT)
				text(&m);
		if (take == WS_BAD)
			return 0;
	}
	return 0;
}
