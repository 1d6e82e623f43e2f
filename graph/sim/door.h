#ifndef GRAPH_SIM_DOOR_H
#define GRAPH_SIM_DOOR_H

/*
 * A door, of HTTPS or plain http: libmicrohttpd in a thread of its own. A whole request becomes an
 * exchange and is put into an inbox of exchange pointers; the loop that takes it owns it until
 * door_answer or door_drop, and must do one of the two.
 */

#include "bot/base/err.h"
#include "bot/base/guid.h"
#include "bot/base/inbox.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { DOOR_BODY_MAX = 1 << 20, DOOR_EXCHANGES_MAX = 1024 };

struct exchange {
	char method[8], path[256];
	char *authorization, *scenario_id, *client_request_id; /* or NULL */
	char *metadata, *identity_header, *forwarded_for;      /* likewise; plain only */
	bool plain;                                            /* came by plain http */
	json_t *query; /* decoded, an object of strings; or NULL */
	char *body;    /* NUL-terminated; may be NULL */
	size_t body_bytes;
	struct MHD_Connection *connection;
	int status; /* 0: not answered; -1: the connection is to be dropped */
	char *text; /* of the answer; may be NULL */
	size_t text_bytes;
	const char *type; /* of the answer; NULL: JSON */
	char location[1024], retry_after[32], request_id[GUID_TEXT];
};

struct door;

struct door_conf {
	const char *address;           /* numeric IPv4 */
	uint16_t port;                 /* 0: any */
	const char *certificate, *key; /* PEM files; NULL: plain http */
	struct inbox *inbox;
};

/* E_ABSENT: a PEM file cannot be read. E_SYSTEM: the port is taken, or TLS refused the files. */
enum err door_open(const struct door_conf *conf, struct door **out, struct why *why) MUST_CHECK;
uint16_t door_port(const struct door *d);
/* Every exchange must have been answered or dropped; the last answers get a second to leave. */
void door_close(struct door *d);

/* text is heap and taken over; NULL for none. A JSON text unless status is 204. */
void door_answer(struct exchange *x, int status, char *text);
/* Anything else than JSON; bytes is heap and taken over. */
void door_answer_bytes(struct exchange *x, int status, char *bytes, size_t n, const char *type);
void door_drop(struct exchange *x);

#endif
