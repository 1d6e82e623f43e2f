#ifndef GRAPH_SIM_ANNEX_INSIDE_H
#define GRAPH_SIM_ANNEX_INSIDE_H

/* The annex's own state, for its files alone. */

#include "graph/sim/annex.h"
#include "graph/sim/body.h"
#include "graph/sim/inside.h"

enum {
	ANNEX_IDS = 4,
	SESSIONS_MAX = 8,
	PRESENCE_IDS_MAX = 650,
	CHATS_MAX = 2000,
	CHAT_WINDOWS = 4,
	ERRANDS_MAX = 1024, /* posts to the bot under way */
	LATERS_MAX = 4096,
	SUBSCRIPTIONS_MAX = 100,
	RECORDS_MAX = 1000,
};

/* The shape of a body without @odata.type. */
#define SHAPE(members)                                                             \
	{                                                                          \
		{ NULL, NULL }, false, members, sizeof(members) / sizeof(*members) \
	}

/* context is borrowed. in is the bot's answer; status 0: there was none. */
typedef void annex_back(struct sim *s, json_t *context, const struct sim_in *in);
typedef void annex_run(struct sim *s, json_t *context);

struct errand {
	uint32_t key; /* 0: free */
	annex_back *back;
	json_t *context; /* "url" is where it went */
};

struct later {
	uint32_t key; /* 0: free */
	annex_run *run;
	json_t *context;
};

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

struct subscription {
	json_t *json; /* as Graph shows it; NULL: free */
	const struct app *app;
	char tenant[GUID_TEXT];
	uint64_t expires_unix_ms;
	uint32_t delivered, failed, slow, authorized;
};

/* One person's conversation with one bot. */
struct chat {
	const struct app *app;
	const struct person *person;
	json_t *json; /* as the books show it */
	struct window window[CHAT_WINDOWS];
};

struct annex {
	char origin[96];
	uint64_t unix_at_0_ms;
	uint32_t last_key;
	struct errand errand[ERRANDS_MAX];
	struct later later[LATERS_MAX];
	struct chat chat[CHATS_MAX];
	size_t n_chats;
	struct window bot_window[SCENARIO_APPS];
	json_t *toasts;
	struct subscription subscription[SUBSCRIPTIONS_MAX];
	json_t *records;       /* {"tenant", "chain", "record"}, the oldest first */
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

extern const struct routes presence_routes, chat_routes, connector_routes, feed_routes,
	change_routes, record_routes;

/* annex.c */
void refuse(struct reply *r, int status, const char *code, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* So many milliseconds to wait; 0: there is room. */
uint64_t window_full(const struct window *w, uint64_t now_ms, uint64_t span_ms);
/* One more. max is asked the first time; without memory nothing is counted. */
void window_add(struct window *w, size_t max, uint64_t now_ms);
/* "PT1H30M" in milliseconds; false: it is none. */
bool duration_read(const char *text, uint64_t *ms);
const char *member_text(const json_t *json, const char *name); /* "" when there is none */

/* mail.c. json and context are taken over; context's "url" says where to. */
void annex_send(struct sim *s, enum sim_mail mail, const char *app_id, json_t *json,
	annex_back *back, json_t *context);
void annex_later(struct sim *s, uint64_t in_ms, annex_run *run, json_t *context);
/* Answers a request whose route gave no status. body is taken over. */
void reply_later(struct sim *s, uint32_t request, int status, json_t *body);
void mail_free(struct annex *a);

/* chat.c */
struct chat *chat_of(struct sim *s, const struct app *app, const struct person *p);
struct chat *chat_by_conversation(struct sim *s, const char *id);
bool chat_installed(const struct chat *c);
void chat_install(struct sim *s, struct chat *c, bool on, uint32_t request);
json_t *chat_message(const struct chat *c, const char *id); /* NULL: none, or withdrawn */
void chat_forget_old(struct chat *c);
void chat_posted(struct sim *s, struct chat *c, json_t *message);
void chat_edited(struct sim *s, struct chat *c, json_t *message);
void chat_start(struct sim *s);
void chat_books(struct sim *s, json_t *books);
void chat_free(struct annex *a);

/* change.c */
uint64_t annex_unix_ms(const struct sim *s);
void moment_print(uint64_t unix_ms, char out[32]); /* "2026-01-31T12:00:00.000Z" */
bool moment_read(const char *text, uint64_t *unix_ms);
void change_books(struct sim *s, json_t *books);
void change_free(struct annex *a);
struct subscription *subscription_by_id(struct sim *s, const char *id); /* NULL: none */
void subscription_free(struct subscription *x);
/* What has expired is gone, and nobody is told. */
void subscriptions_expire(struct sim *s);

/* change_send.c */
/* {"event", "subscription"?}: a lifecycle notification, to one or to all. */
void change_lifecycle(struct sim *s, const struct annex_ask *a, struct reply *r);
/* To whom it concerns: change is "created" or "updated", path as in resource. data is borrowed. */
void change_notify(struct sim *s, const char *tenant, const char *change, const char *tag,
	const char *path, json_t *data);

/* record.c */
void record_books(struct sim *s, json_t *books);

/* presence.c; presence_ask.c has the requests */
bool presence_new(struct annex *a, const struct scenario *scn);
void presence_free(struct annex *a);
struct person *person_of(struct sim *s, const char *tenant, const char *user); /* NULL: nobody */
struct person *person_named(struct sim *s, const char *user); /* of whichever tenant */
struct state_shown presence_now(struct sim *s, struct person *p);
/* DND > Busy > Available > Away; nobody at all is Offline. */
int presence_rank(const struct state_shown *x);
bool session_lives(const struct sim *s, const struct session *x);
json_t *presence_json(struct sim *s, struct person *p);
void presence_books(struct sim *s, json_t *books);

#endif
