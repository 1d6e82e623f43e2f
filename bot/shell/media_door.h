#ifndef BOT_SHELL_MEDIA_DOOR_H
#define BOT_SHELL_MEDIA_DOOR_H

/*
 * Where live audio comes in by WebSocket: wss://.../media/CONTACT.ATTEMPT/MAC, ATTEMPT 0 for the
 * caller's leg. The address is unguessable, which is all that a relay of one's own needs; Azure
 * Communication Services also shows a token, and where media.websocket.audience names its resource,
 * nobody is let in without one.
 *
 * Source: Azure docs, communication-services/how-tos/call-automation/secure-webhook-endpoint.
 */

#include "bot/shell/shell.h"

enum { MEDIA_URL_MAX = 400 };

/* Where the other side of this leg connects to. */
void media_url_print(
	const struct shell *s, uint32_t contact, uint32_t attempt, char out[MEDIA_URL_MAX]);

/* ENGINE_GONE: one connection of this engine leg is over. */
void media_gone(struct shell *s, uint32_t leg);
/* The leg is closed: its connection is let go when its last words have left. */
void media_closed(struct shell *s, uint32_t leg);

#endif
