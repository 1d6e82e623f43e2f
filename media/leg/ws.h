#ifndef MEDIA_LEG_WS_H
#define MEDIA_LEG_WS_H

/*
 * WebSocket frames, the server's side: bytes of a stream into messages, and messages into frames.
 *
 * A state machine over one buffer: it knows no socket. libwebsockets owns its event loop. wslay,
 * which does not, unmasks byte by byte (wslay_frame_recv), and either gives a message in pieces or
 * takes memory for each piece (wslay_event), which the 20 ms clock may not. Pure; one thread at a
 * time. Source: RFC 6455.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WS_MESSAGE_MAX = 8192, /* bytes, all fragments together; more: close with 1009 */
	WS_CONTROL_MAX = 125,
	WS_CLIENT_HEADER_MAX = 14,
	WS_BUFFER = 2 * WS_MESSAGE_MAX + WS_CLIENT_HEADER_MAX + 2,
	WS_HEADER_MAX = 4, /* bytes before a message of ours, up to 65535 of them */
};

enum ws_opcode {
	WS_CONTINUATION = 0,
	WS_TEXT = 1,
	WS_BINARY = 2,
	WS_CLOSE = 8,
	WS_PING = 9,
	WS_PONG = 10,
};

/* RFC 6455 section 7.4.1. */
enum ws_code {
	WS_NORMAL = 1000,
	WS_GOING_AWAY = 1001,
	WS_PROTOCOL_ERROR = 1002,
	WS_UNSUPPORTED = 1003,
	WS_NO_CODE = 1005, /* never on the wire: a close that gave none */
	WS_NOT_UTF8 = 1007,
	WS_POLICY = 1008,
	WS_TOO_BIG = 1009,
};

struct ws {
	size_t used;    /* bytes in the buffer */
	size_t at;      /* where the next frame begins */
	size_t message; /* bytes of the fragments so far, which lie at the start */
	uint8_t opcode; /* of that message; 0: none is under way */
	bool is_lent;   /* the message at the start was given out whole */
	uint8_t byte[WS_BUFFER];
};

struct ws_message {
	enum ws_opcode opcode; /* WS_TEXT (valid UTF-8), WS_BINARY, WS_CLOSE, WS_PING, WS_PONG */
	uint8_t *bytes;        /* unmasked, the taker's to change, until the next ws_take or
				  ws_room */
	size_t n;
	uint16_t code; /* of WS_CLOSE: theirs, or WS_NO_CODE */
};

enum ws_take {
	WS_TAKEN,
	WS_MORE, /* bytes are missing: read into ws_room */
	WS_BAD,  /* close the connection with *code; nothing more is taken */
};

void ws_init(struct ws *w);

/* Where to read to; *n is never 0 after WS_MORE. */
uint8_t *ws_room(struct ws *w, size_t *n);
/* So many bytes were read there. */
void ws_filled(struct ws *w, size_t n);

/* The next message or control frame. code is set with WS_BAD. */
enum ws_take ws_take(struct ws *w, struct ws_message *out, uint16_t *code);

/* The header of an unmasked, unfragmented frame of n bytes. Returns its length, 2 or 4. */
size_t ws_header(uint8_t out[WS_HEADER_MAX], enum ws_opcode opcode, size_t n);

#endif
