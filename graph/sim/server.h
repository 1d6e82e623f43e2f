#ifndef GRAPH_SIM_SERVER_H
#define GRAPH_SIM_SERVER_H

/* The loop: owns the state machine and everything that carries out its wishes, but the door's and
 * the phones' own threads. */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct server_conf {
	const char *scenario, *certificate, *key, *ca, *address, *webhook, *record_dir, *relay_key;
	const char *weather; /* a file of rules, or NULL */
	uint16_t port, identity_port;
	bool identity; /* the machine's own token endpoints are open */
	bool paused, check;
};

/*
 * Runs until /sim/stop, SIGINT or SIGTERM. Says on standard output where it listens.
 * Anything but OK: it could not start, and why->text is for the user.
 */
enum err server_run(const struct server_conf *conf, struct why *why) MUST_CHECK;

#endif
