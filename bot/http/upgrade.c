/*
 * A request becomes a WebSocket: the door shakes hands, and the connection is the taker's. Frames
 * are none of its business. Source: RFC 6455 section 4.2.
 */
#include "bot/http/inside.h"

#include "bot/base/clean.h"

#include <fcntl.h>
#include <gnutls/crypto.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum {
	KEY_CHARS = 24, /* base64 of 16 bytes */
	SHA1_BYTES = 20,
	ACCEPT_CHARS = 28,
	/* What the kernel holds for who reads slowly; the default would be minutes of sound. */
	SEND_BUFFER = 16384,
};

/* Is this word in a header's list? */
static bool lists(const struct visit *v, const char *name, const char *word)
{
	const char *at = visit_header(v, name);
	size_t n = strlen(word);

	while (at && *at) {
		size_t len;

		at += strspn(at, ", \t");
		len = strcspn(at, ", \t");
		if (len == n && !strncasecmp(at, word, n))
			return true;
		at += len;
	}
	return false;
}

/* NULL: it may be one. */
static const char *fault_of(const struct visit *v)
{
	const char *key = visit_header(v, "Sec-WebSocket-Key");
	const char *version = visit_header(v, "Sec-WebSocket-Version");

	if (!lists(v, "Upgrade", "websocket") || !lists(v, "Connection", "upgrade"))
		return "a WebSocket is here: Upgrade: websocket and Connection: Upgrade are wanted";
	if (!version || strcmp(version, "13") != 0)
		return "version 13 of the WebSocket protocol is wanted";
	if (!key || strlen(key) != KEY_CHARS || strcmp(key + KEY_CHARS - 2, "==") != 0)
		return "a Sec-WebSocket-Key of 16 bytes is wanted";
	return NULL;
}

/* The key and this GUID, hashed, show that we know what a WebSocket is. */
static bool accept_print(const char *key, char out[ACCEPT_CHARS + 1])
{
	char text[KEY_CHARS + 40];
	uint8_t sha1[SHA1_BYTES];
	gnutls_datum_t digest = { sha1, sizeof(sha1) }, base64;

	snprintf(text, sizeof(text), "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
	if (gnutls_hash_fast(GNUTLS_DIG_SHA1, text, strlen(text), sha1) != 0 ||
		gnutls_base64_encode2(&digest, &base64) != 0)
		return false;
	snprintf(out, ACCEPT_CHARS + 1, "%s", (const char *)base64.data);
	gnutls_free(base64.data);
	return true;
}

/* 101 has left. The taker gets a descriptor of its own, so that neither closes the other's. */
static void shaken(void *arg, struct MHD_Connection *mhd, void *context, const char *extra,
	size_t extra_bytes, MHD_socket fd, struct MHD_UpgradeResponseHandle *handle)
{
	struct visit *v = context;
	struct conn *c = v->conn;
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	(void)arg, (void)mhd, (void)extra;
	c->handle = handle;
	c->door->n_taken += c->door->tls != NULL;
	conn_phase(c, PHASE_TAKEN, UINT64_MAX);
	if (extra_bytes > 0 || own < 0) {
		refusal_log(c, 101, own < 0 ? "no descriptor" : "spoke before it was answered");
		if (own >= 0)
			close(own);
		conn_hang_up(c);
		return;
	}
	setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &(int){ SEND_BUFFER }, sizeof(int));
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	v->taken(v->taken_arg, v->id, own);
}

static void refuse(struct visit *v, const char *fault)
{
	refusal_log(v->conn, 426, fault);
	visit_answer(v, &(struct answer){ .status = 426,
				.content_type = "text/plain",
				.body = fault,
				.body_bytes = strlen(fault),
				.extra = { { "Upgrade", "websocket" },
					{ "Sec-WebSocket-Version", "13" } } });
}

bool visit_websocket(
	struct visit *v, void (*taken)(void *arg, uint64_t visit_id, int fd), void *arg)
{
	const char *fault = fault_of(v);
	char accept[ACCEPT_CHARS + 1];
	struct MHD_Response *r;

	if (v->answered)
		return false;
	if (fault) {
		refuse(v, fault);
		return false;
	}
	v->taken = taken;
	v->taken_arg = arg;
	r = accept_print(visit_header(v, "Sec-WebSocket-Key"), accept)
		    ? MHD_create_response_for_upgrade(shaken, NULL)
		    : NULL;
	if (r && (MHD_add_response_header(r, "Upgrade", "websocket") != MHD_YES ||
			 MHD_add_response_header(r, "Sec-WebSocket-Accept", accept) != MHD_YES)) {
		MHD_destroy_response(r);
		r = NULL;
	}
	visit_send(v, 101, r, 0);
	if (r)
		MHD_destroy_response(r);
	return r != NULL;
}

bool door_websocket(struct door *d, uint64_t visit_id,
	void (*taken)(void *arg, uint64_t visit_id, int fd), void *arg)
{
	struct visit *v = visit_find(d, visit_id);

	return v && visit_websocket(v, taken, arg);
}

void conn_hang_up(struct conn *c)
{
	if (c->handle) {
		MHD_upgrade_action(c->handle, MHD_UPGRADE_ACTION_CLOSE);
		c->door->n_taken -= c->door->tls != NULL;
	}
	c->handle = NULL;
	c->door->due = true;
}

void door_hang_up(struct door *d, uint64_t visit_id)
{
	struct visit *v = visit_find(d, visit_id);

	if (v)
		conn_hang_up(v->conn);
}
