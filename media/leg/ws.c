#include "media/leg/ws.h"

#include <assert.h>
#include <string.h>

enum { FIN = 0x80, RESERVED = 0x70, OPCODE = 0x0f, MASKED = 0x80, LENGTH = 0x7f };
enum { LENGTH_16 = 126, LENGTH_64 = 127, MASK_BYTES = 4 };

/* A header as it was read. */
struct frame {
	bool is_final;
	uint8_t opcode;
	size_t header, n;
	uint8_t mask[MASK_BYTES];
};

void ws_init(struct ws *w)
{
	w->used = w->at = w->message = 0;
	w->opcode = 0;
	w->is_lent = false;
}

/* What was given out is no longer there, what waits moves down behind the message under way. */
uint8_t *ws_room(struct ws *w, size_t *n)
{
	size_t to;

	if (w->is_lent)
		w->message = 0;
	w->is_lent = false;
	to = w->message;
	memmove(w->byte + to, w->byte + w->at, w->used - w->at);
	w->used = to + w->used - w->at;
	w->at = to;
	*n = sizeof(w->byte) - w->used;
	return w->byte + w->used;
}

void ws_filled(struct ws *w, size_t n)
{
	assert(n <= sizeof(w->byte) - w->used);
	w->used += n;
}

static bool is_control(uint8_t opcode)
{
	return opcode & 8;
}

/* What must hold of a header, whatever the payload. 0: it may stand. */
static uint16_t fault_of(
	const struct ws *w, const struct frame *f, uint8_t first, uint8_t second, uint64_t length)
{
	bool known = f->opcode <= WS_BINARY || (f->opcode >= WS_CLOSE && f->opcode <= WS_PONG);

	if (first & RESERVED || !known || !(second & MASKED))
		return WS_PROTOCOL_ERROR;
	if (is_control(f->opcode))
		return length > WS_CONTROL_MAX || !f->is_final ? WS_PROTOCOL_ERROR : 0;
	if ((f->opcode == WS_CONTINUATION) != (w->opcode != 0))
		return WS_PROTOCOL_ERROR;
	return length > WS_MESSAGE_MAX - (w->opcode ? w->message : 0) ? WS_TOO_BIG : 0;
}

static uint64_t big_endian(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

/* WS_TAKEN: header is whole, and allowed. */
static enum ws_take header_read(const struct ws *w, struct frame *f, uint16_t *code)
{
	const uint8_t *p = w->byte + w->at;
	size_t there = w->used - w->at, extra;
	uint64_t length;

	if (there < 2)
		return WS_MORE;
	f->is_final = p[0] & FIN;
	f->opcode = p[0] & OPCODE;
	length = p[1] & LENGTH;
	extra = length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0;
	if (there < 2 + extra)
		return WS_MORE;
	if (extra)
		length = big_endian(p + 2, extra);
	*code = fault_of(w, f, p[0], p[1], length);
	/* RFC 6455 section 5.2: the shortest form that holds the length. */
	if (!*code && ((extra == 2 && length < LENGTH_16) || (extra == 8 && length <= UINT16_MAX)))
		*code = WS_PROTOCOL_ERROR;
	if (*code)
		return WS_BAD;
	f->header = 2 + extra + MASK_BYTES;
	f->n = (size_t)length;
	if (there < f->header + f->n)
		return WS_MORE;
	memcpy(f->mask, p + 2 + extra, MASK_BYTES);
	return WS_TAKEN;
}

static void unmask(uint8_t *at, size_t n, const uint8_t mask[MASK_BYTES])
{
	uint64_t word, wide;
	size_t i = 0;

	memcpy(&wide, mask, MASK_BYTES);
	memcpy((uint8_t *)&wide + MASK_BYTES, mask, MASK_BYTES);
	for (; i + sizeof(word) <= n; i += sizeof(word)) {
		memcpy(&word, at + i, sizeof(word));
		word ^= wide;
		memcpy(at + i, &word, sizeof(word));
	}
	for (; i < n; i++)
		at[i] ^= mask[i % MASK_BYTES];
}

/* The bytes of one character that is not ASCII; 0: none such (RFC 3629: too long a form, surrogate,
 * above U+10FFFF, cut). */
static size_t character(const uint8_t *p, size_t n)
{
	size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	uint32_t c = p[0] & (0x7fu >> len);
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (p[0] < 0xc2 || p[0] > 0xf4 || n < len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	return c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : len;
}

static bool is_ascii(const uint8_t *p, size_t n)
{
	uint8_t any = 0;

	for (size_t i = 0; i < n; i++)
		any |= p[i];
	return any < 0x80;
}

static bool is_utf8(const uint8_t *p, size_t n)
{
	if (is_ascii(p, n))
		return true;
	while (n > 0) {
		size_t len = p[0] < 0x80 ? 1 : character(p, n);

		if (len == 0)
			return false;
		p += len;
		n -= len;
	}
	return true;
}

/* 1004 to 1006 and 1015 are never sent; 3000 to 4999 are everybody's. */
static bool is_code(uint16_t code)
{
	return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) ||
	       (code >= 3000 && code <= 4999);
}

/* 0: as it should be. */
static uint16_t control_read(struct ws_message *out)
{
	if (out->opcode != WS_CLOSE)
		return 0;
	out->code = WS_NO_CODE;
	if (out->n == 0)
		return 0;
	if (out->n == 1)
		return WS_PROTOCOL_ERROR;
	out->code = (uint16_t)big_endian(out->bytes, 2);
	if (!is_code(out->code))
		return WS_PROTOCOL_ERROR;
	return is_utf8(out->bytes + 2, out->n - 2) ? 0 : WS_NOT_UTF8;
}

/* false: a fragment of more. */
static bool data_read(struct ws *w, const struct frame *f, uint8_t *bytes, struct ws_message *out)
{
	bool is_whole = f->is_final && f->opcode != WS_CONTINUATION;

	if (is_whole) {
		*out = (struct ws_message){ (enum ws_opcode)f->opcode, bytes, f->n, 0 };
		return true;
	}
	if (f->opcode != WS_CONTINUATION) {
		w->opcode = f->opcode;
		w->message = 0;
	}
	memmove(w->byte + w->message, bytes, f->n);
	w->message += f->n;
	if (!f->is_final)
		return false;
	*out = (struct ws_message){ (enum ws_opcode)w->opcode, w->byte, w->message, 0 };
	w->opcode = 0;
	w->is_lent = true;
	return true;
}

enum ws_take ws_take(struct ws *w, struct ws_message *out, uint16_t *code)
{
	struct frame f;
	enum ws_take take;

	if (w->is_lent)
		w->message = 0;
	w->is_lent = false;
	while ((take = header_read(w, &f, code)) == WS_TAKEN) {
		uint8_t *bytes = w->byte + w->at + f.header;

		unmask(bytes, f.n, f.mask);
		w->at += f.header + f.n;
		if (is_control(f.opcode)) {
			*out = (struct ws_message){ (enum ws_opcode)f.opcode, bytes, f.n, 0 };
			*code = control_read(out);
			return *code ? WS_BAD : WS_TAKEN;
		}
		if (!data_read(w, &f, bytes, out))
			continue;
		*code = WS_NOT_UTF8;
		return out->opcode == WS_TEXT && !is_utf8(out->bytes, out->n) ? WS_BAD : WS_TAKEN;
	}
	return take;
}

size_t ws_header(uint8_t out[WS_HEADER_MAX], enum ws_opcode opcode, size_t n)
{
	assert(n <= UINT16_MAX);
	out[0] = (uint8_t)(FIN | opcode);
	if (n < LENGTH_16) {
		out[1] = (uint8_t)n;
		return 2;
	}
	out[1] = LENGTH_16;
	out[2] = (uint8_t)(n >> 8);
	out[3] = (uint8_t)n;
	return 4;
}
