#ifndef BOT_SHELL_RELAY_H
#define BOT_SHELL_RELAY_H

/*
 * The media relay: a process that holds Microsoft's media library, where live audio of a Graph call
 * ends, and that speaks RTP with us. One leg a call, ours in the engine and its counterpart there:
 *
 *	POST {relay}/legs
 *	     {"leg":"17.3","rtp":{"address","port","codec","payload_type","telephone_event","ptime"}}
 *	     -> 201 {"blob":"for appHostedMediaConfig","rtp":{"address","port"}}
 *	DELETE {relay}/legs/17.3 -> 204
 *
 * With media.srtp both rtp have "crypto" too, a line of SDES (RFC 4568) without "a=crypto:". The
 * answer's rtp may have "maxptime" (RFC 4566), in milliseconds: then packets on hold are longer, up
 * to it and to media.hold_packet_ms.
 *
 * With media.websocket the other side connects to us instead: "websocket":{"url","sample_rate"} in
 * place of "rtp", answered with the blob alone. What is played before it has come is not heard.
 */

#include "bot/shell/shell.h"

/* Open a leg for the caller (r NULL) or an agent; then from_core_relayed is called with the blob,
 * or NULL when it failed. */
void relay_open(struct shell *s, struct line *l, struct ring_out *r, uint32_t attempt);
/* Idempotent. */
void relay_close(struct shell *s, const struct line *l, struct ring_out *r);
/* The caller's. */
void relay_close_caller(struct shell *s, struct line *l);
void relay_close_all(struct shell *s, struct line *l);
/* For requests whose answer changes nothing: a refusal is logged. */
void relay_hung_up(struct shell *s, const struct errand *e, const struct client_answer *a);

/* from_core_agent.c */
void from_core_relayed(struct shell *s, uint32_t contact, uint32_t attempt, const char *blob);

#endif
