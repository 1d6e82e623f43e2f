#ifndef GRAPH_SIM_ANNEX_INSIDE_H
#define GRAPH_SIM_ANNEX_INSIDE_H

/* The annex's own state, for its files alone. */

#include "graph/sim/annex.h"
#include "graph/sim/body.h"
#include "graph/sim/inside.h"

enum { ANNEX_IDS = 4, SESSIONS_MAX = 8, PRESENCE_IDS_MAX = 650 };

/* Requests of the last span. Zeroed: nothing yet, and no room taken. */
struct window {
	uint64_t *at; /* a ring of max times, the oldest at n % max */
	size_t max;
	uint64_t n;
};

struct annex_ask {
	const struct sim_request *request;
	const char *id[ANNEX_IDS]; /* what stood where the route has a star */
	json_t *body;              /* checked against the route's shape */
};

struct state_shown {
	char availability[24], activity[32];
};

struct session {
	char app[GUID_TEXT]; /* "": free */
	struct state_shown set;
	uint64_t set_ms, until_ms;
};

struct person {
	const struct agent *agent;
	struct state_shown own; /* of her own Teams client; Offline: it is closed */
	struct session session[SESSIONS_MAX];
	struct state_shown preferred;
	uint64_t preferred_until_ms; /* 0: none */
	json_t *status_message;
	struct state_shown told;
	uint64_t sequence;
};

struct annex {
	struct person *person; /* in the order of the scenario's agents */
	size_t n_persons;
	struct window presence_window[SCENARIO_APPS][SCENARIO_TENANTS];
};

/* What a route asks of whom. */
enum annex_root { ROOT_GRAPH, ROOT_CONNECTOR, ROOT_CONTROL };

struct route {
	enum annex_root root;
	const char *method, *path;     /* below the root; * is an id */
	unsigned roles;                /* any one of these will do; 0: none is asked */
	const struct body_shape *body; /* NULL: the body is ignored */
	void (*run)(struct sim *s, const struct annex_ask *a, struct reply *r);
};

struct routes {
	const struct route *item;
	size_t n;
};

extern const struct routes presence_routes;

/* annex.c */
void refuse(struct reply *r, int status, const char *code, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* So many milliseconds to wait; 0: there is room. */
uint64_t window_full(const struct window *w, uint64_t now_ms, uint64_t span_ms);
/* One more. max is asked the first time; without memory nothing is counted. */
void window_add(struct window *w, size_t max, uint64_t now_ms);
/* "PT1H30M" in milliseconds; false: it is none. */
bool duration_read(const char *text, uint64_t *ms);
const char *member_text(const json_t *json, const char *name); /* "" when there is none */

/* presence.c */
bool presence_new(struct annex *a, const struct scenario *scn);
void presence_free(struct annex *a);
struct person *person_of(struct sim *s, const char *tenant, const char *user); /* NULL: nobody */
struct person *person_named(struct sim *s, const char *user); /* of whichever tenant */
struct state_shown presence_now(struct sim *s, struct person *p);
json_t *presence_json(struct sim *s, struct person *p);
void presence_books(struct sim *s, json_t *books);

#endif
