#ifndef TESTS_DAY_DAY_H
#define TESTS_DAY_DAY_H

/*
 * One day in a time of our own. The service and the local Graph are each a world with names of its
 * own, so nothing of either is in here: graph.c sees the one, net.c, door.c and day.c the other,
 * and they meet in plain values. One thread, but for the store's.
 */

#include "bot/base/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* agenda.c: time, and what is to happen. */
extern uint64_t day_ms;    /* monotonic */
extern struct rng day_rng; /* of everything this program draws */
bool day_chance(double rate);
uint64_t day_between(uint64_t lo, uint64_t hi);
typedef void day_deed(void *arg, uint64_t n);
void agenda_add(uint64_t at_ms, day_deed *deed, void *arg, uint64_t n);
uint64_t agenda_first_ms(void);
/* Does one thing that is due; false: nothing is. */
bool agenda_run(void);

/* What was drawn and done, for the summary. */
struct day_counts {
	uint64_t requests, attempts, retries, refused_connections, timeouts, lost_acks, notes;
	uint64_t refused_by_circuit, refused_by_throttle, circuits_opened, circuits_closed;
	uint64_t key_fetches, token_requests, token_refusals, rollovers, old_keys_refused;
	uint64_t unknown, unknown_resolved, in_outage;
	uint64_t waits_unseen; /* Retry-After of answers that came after we had given up */
};
extern struct day_counts day_count;

/* graph.c: Graph, Entra and the people. */
void graph_open(uint64_t seed, unsigned calls, const char *webhook);
void graph_close(void);
uint64_t graph_deadline_ms(void);
void graph_tick(void);
bool graph_idle(void);
struct graph_request {
	uint32_t id;
	const char *method, *url, *authorization, *scenario_id, *body;
	size_t body_bytes;
};
/* It has arrived; net_answered follows, now or later. */
void graph_request(const struct graph_request *r);
/* The service's word about a notification has come back; 0: none came. */
void graph_noted(uint64_t cookie, int status);
/* Every caller: how often Graph told of the call, and whether the service said that it knows. */
struct graph_call {
	bool told, offered;
};
/* The books, into lines of TAP; calls[n] is filled. */
void graph_audit(struct graph_call *calls, unsigned n);

/* net.c: the client's face, and the network between. */
struct graph_answer {
	int status;
	bool drop;
	double retry_after_s;
	const char *body, *location;
};
void net_answered(uint32_t id, const struct graph_answer *a);
/* Begins what is due; true: something happened. */
bool net_run(void);
uint64_t net_deadline_ms(void);

/* door.c: the web door's face. */
struct graph_note {
	uint64_t cookie;
	const char *url, *token, *body, *message_id, *scenario_id;
};
void door_note(const struct graph_note *n);
/* How long a prompt of this address lasts; 0: the service does not have it. */
uint32_t door_prompt_ms(const char *url);
/* Something has come for door_run, or waits to be answered. */
bool door_busy(void);
void door_audit(void);

/* audit.c: what must hold, with books of its own. */
void audit_check(bool good, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A line of TAP; good is joined with what audit_check found under that name. */
void audit_line(bool good, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int audit_done(void);
void audit_sent(
	uint64_t cookie, uint64_t lane, const char *method, const char *url, uint32_t deadline_ms);
void audit_begun(uint64_t cookie);
void audit_ended(uint64_t cookie, int status, uint64_t retry_after_ms);
enum audit_end { AUDIT_ANSWERED, AUDIT_UNKNOWN, AUDIT_NOT_SENT, AUDIT_DROPPED };
void audit_answered(uint64_t cookie, enum audit_end end, const char *story);
void audit_minute(void);
/* Of day.c: does this contact's call still live? */
bool day_contact_lives(uint32_t contact);

#endif
