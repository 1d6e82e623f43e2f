#ifndef GRAPH_SIM_INSIDE_H
#define GRAPH_SIM_INSIDE_H

/*
 * The state machine's own state, for its files alone.
 *
 * A call's key holds its slot and a generation, so that a late timer or answer finds nobody.
 * A slot is used until the call has ended, its people have hung up, and its last notification
 * is delivered or given up.
 */

#include "bot/base/clean.h"
#include "bot/base/rng.h"
#include "graph/sim/sim.h"

enum {
	CALL_SLOTS = 4096, /* more than SIM_CALLS_MAX: ended calls linger until told */
	PARTY_MAX = 28,    /* 25 rung at once by a redirection, and who is in */
	TALKERS_MAX = 15,  /* in a call, with those who ring for it */
	GROUPS_MAX = 16,   /* audio routing groups of a call */
	RECEIVERS_MAX = 16,
	RECORDINGS_MAX = 64, /* kept at one time */
	SUBJECT_TEXT = 64,   /* a GUID, a number, a guest's name */
	THREAD_TEXT = 128,
	OPS_MAX = 32,
	NOTES_MAX = 128, /* of one call, untold */
	LEGS_MAX = 512,
	TIMERS_MAX = 65536,
	BOOKS_MAX = 10000,
	REFUSALS_MAX = 1000,
	SURPRISES_MAX = 200,
	CONTEXT_MAX = 256,
	PATIENCE_MAX = 160, /* a request's method and path, cut */
	INVITEES_MAX = 5,
};

CLEAN_FN(json_decref, json_t *)

enum call_state {
	CALL_INCOMING,
	CALL_ESTABLISHING,
	CALL_ESTABLISHED,
	CALL_TRANSFERRING,
	CALL_REDIRECTING,
	CALL_ENDED
};

enum party_state { PARTY_NONE, PARTY_RINGING, PARTY_IN };
enum ring_for { RING_INVITE, RING_TRANSFER, RING_CREATE, RING_REDIRECT };
enum subject_kind { SUBJECT_USER, SUBJECT_PHONE, SUBJECT_APP, SUBJECT_GUEST };

/* Somebody, as a request names him. */
struct subject {
	enum subject_kind kind;
	char id[SUBJECT_TEXT]; /* a GUID in our spelling, E.164, or a guest's own id */
};

/* One invitationParticipantInfo, checked. */
struct target {
	struct subject who;
	char participant_id[GUID_TEXT], replaces[SUBJECT_TEXT]; /* or "" */
	bool hidden, apart, voicemail; /* apart: out of the default audio routing group */
};

struct party {
	enum party_state state;
	enum ring_for why;
	uint32_t person, key, op; /* person 0: somebody nobody knows; op of an invitation */
	char id[GUID_TEXT];
	bool muted, hidden, apart, held, changed; /* changed: since the last delta roster */
	struct subject who;                       /* as invited */
	uint32_t hears;                           /* bits of parties; HEARS_BOT: the prompts */
	uint64_t roster_sequence;
};
#define HEARS_BOT (1u << 31)
#define HEARS_ALL UINT32_MAX

enum op_kind { OP_NONE, OP_PLAY, OP_RECORD, OP_INVITE, OP_DTMF, OP_HOLD, OP_UNHOLD };

struct op {
	enum op_kind kind;
	uint32_t key;
	char id[GUID_TEXT], context[CONTEXT_MAX + 1];
	uint64_t sound;     /* OP_PLAY: what is last in it, so that a repeated menu is recognised */
	uint32_t party;     /* of OP_HOLD and OP_UNHOLD */
	uint32_t waits;     /* OP_INVITE: so many still ring */
	bool joined;        /* OP_INVITE: somebody came */
	json_t *echo;       /* OP_INVITE: the participants, as asked; owned */
	const char *reason; /* completionReason, or NULL */
	bool recorded;      /* OP_RECORD ended with a recording */
	bool nowhere;       /* OP_INVITE: the call it is to replace is not there */
};

/* What a recordResponse left behind: its location is /recordings/{id}. */
struct recording {
	uint32_t call, key; /* call 0: free */
	char id[GUID_TEXT], token[2 * GUID_TEXT];
};

struct routing_group {
	char id[GUID_TEXT]; /* "": free */
	bool multicast;
	char source[GUID_TEXT], receiver[RECEIVERS_MAX][GUID_TEXT];
	size_t n_receivers;
};

struct note {
	struct note *next;
	uint32_t key;
	uint64_t due_ms;
	json_t *items;                            /* or the legacy body */
	bool legacy, incoming, late, twice, asks; /* asks: participantJoining wants a body */
	unsigned tries;
	char message_id[GUID_TEXT];
};

struct reply {
	int status;
	json_t *body;
	char location[192];
	char code[48], message[200]; /* of a refusal */
	double retry_after_s;
};

enum ended_by {
	BY_NOBODY,
	BY_CALLER,
	BY_AGENT,
	BY_BOT,
	BY_TRANSFER,
	BY_PLATFORM,
	BY_REDIRECT,
};
enum joining { JOINING_NONE, JOINING_ASKED, JOINING_ACCEPTED, JOINING_REJECTED, JOINING_NEW_BOT };

struct book {
	uint32_t call;
	char id[GUID_TEXT], chain[GUID_TEXT], name[SCENARIO_NAME], to[GUID_TEXT];
	char agent[SCENARIO_NAME];
	bool outgoing, relay;
	int64_t offered_ms, answered_ms, active_ms, connected_ms, ended_ms,
		gone_ms; /* -1: not yet */
	int code, subcode;
	enum ended_by by;
	uint32_t prompts, tones, rings, recordings;
	char app_id[GUID_TEXT], tenant[GUID_TEXT];
	char dtmf[33]; /* what the bot sent, its end when longer */
	enum joining joining;
	char recording_status[16]; /* as the bot said; "" never */
	char *ear, *agent_ear;
};

struct refusal {
	uint64_t at_ms;
	char method[8], path[96], code[48], message[200];
	int status;
};

struct sim_call {
	uint32_t key; /* 0: the slot is free */
	enum call_state state;
	bool outgoing, answered, relay, group, active, tones, detached, connected, started;
	bool away;      /* its caller was taken into another call: the slot is hers still */
	bool listens;   /* the recordResponse under way has begun to record */
	bool policy;    /* the bot is here to record, by policy */
	bool by_token;  /* a meeting joined by a token: no telephone can be invited */
	bool elsewhere; /* its first word was sent on to another region */
	bool guest, muted, delta, sharing;
	unsigned app; /* whose: an index into the scenario's */
	char tenant[GUID_TEXT], subject[SUBJECT_TEXT];
	const struct instance *instance; /* the resource account it runs on, or NULL */
	const struct meeting *meeting;
	char thread[THREAD_TEXT]; /* "": no chat */
	char consults[GUID_TEXT]; /* the call a transfer is to replace, or "" */
	uint32_t transferee;      /* party; 0: the other one of two */
	int failure;              /* subcode of a transfer that fails */
	uint64_t roster_sequence;
	json_t *left; /* who left since the last delta roster */
	struct routing_group routing[GROUPS_MAX];
	struct guid id;
	char id_text[GUID_TEXT], chain[GUID_TEXT], me[GUID_TEXT], scenario_id[GUID_TEXT];
	char callback[SCENARIO_URL];
	struct caller caller; /* who calls; empty when outgoing */
	struct party party[PARTY_MAX];
	enum behaviour pending[PARTY_MAX]; /* what a ringing party will do */
	struct op op[OPS_MAX];             /* in the order asked */
	size_t n_ops;
	uint32_t next_key, n_prompts, leg, partner; /* partner: the other call of a relayed pair */
	uint64_t tone_sequence, alive_ms;
	uint64_t patience_until_ms; /* so long a 429 asked to wait */
	char patience_for[PATIENCE_MAX];
	struct {
		uint64_t sound;
		uint32_t prompt;
		bool waits; /* for subscribeToTone */
	} pressed[SCENARIO_PRESSES];
	struct note *note;
	size_t n_notes;
	uint32_t sending; /* note under way */
	struct {
		uint32_t request;
		struct reply reply;
	} held; /* an answer that lets its notification go first */
	struct book *book;
};

struct agent_state {
	uint32_t call, rings; /* call: rings or talks in it */
	uint32_t talks;
};

struct leg {
	uint32_t key, request, call;
	char name[128], blob[48];
};

enum timer_kind {
	TIMER_ARRIVE,
	TIMER_ARRIVALS,
	TIMER_WINDOW,
	TIMER_ESTABLISHED,
	TIMER_AGAIN,
	TIMER_ACTIVE,
	TIMER_PATIENCE,
	TIMER_PRESS,
	TIMER_RING,
	TIMER_RING_OUT,
	TIMER_HANG_UP,
	TIMER_ALONE,
	TIMER_ALIVE,
	TIMER_NOTE,
	TIMER_HELD,
	TIMER_DROP,
	TIMER_ANNEX,
	TIMER_TRANSFER,
	TIMER_REDIRECT,
	TIMER_OP,
	TIMER_RECORDING,
	TIMER_KEYS,
	TIMER_JOINING,
};

struct timer {
	uint64_t at_ms, seq;
	enum timer_kind kind;
	uint32_t call, arg;
};

struct counts {
	uint64_t notes, acked, other, unanswered, lost, twice, given_up, reordered;
	uint64_t throttled, errors, hung, reset, refused, requests, not_offered, timers_lost;
	uint64_t regions, rolls, limited;
	struct {
		uint64_t sent, refused, accepted, unanswered;
	} evil[EVIL_KINDS];
};

/* A note's key of one of these is an evil token's post: nothing of a call waits for it. */
enum { EVIL_KEY = 1 << 30 };

struct sim {
	const struct scenario *scn;
	const char *rtp_address;
	struct rng rng;
	uint64_t now_ms, start_ms, timer_seq;
	bool started, stopped;
	uint32_t generation, n_arrived, n_scripted_left;
	struct sim_call *call; /* CALL_SLOTS */
	uint32_t slots_used;   /* high-water mark */
	struct agent_state *agent;
	struct leg *leg;
	uint32_t leg_key;
	struct timer *timer; /* a heap; TIMERS_MAX */
	size_t n_timers;
	struct book *book; /* a ring; BOOKS_MAX */
	uint64_t n_books;
	struct refusal *refusal; /* a ring; REFUSALS_MAX */
	struct annex *annex;     /* what is beside calls: annex.h */
	struct counts count;
	char origin[128];
	struct recording recording[RECORDINGS_MAX];
	uint64_t n_recordings;
	struct {
		uint64_t second_ms, created;
		unsigned requests;
	} quota[SCENARIO_APPS];
	char surprise[SURPRISES_MAX][160];
	uint64_t n_surprises;
	struct sim_outs outs;
};

/* sim.c */
struct sim_out *out_add(struct sim *s, enum sim_out_kind kind, uint32_t call);
void timer_set(struct sim *s, uint64_t in_ms, enum timer_kind kind, uint32_t call, uint32_t arg);
uint64_t scaled(const struct sim *s, uint64_t ms);
bool dice(struct sim *s, unsigned one_in);
bool chance(struct sim *s, double rate);
uint64_t between(struct sim *s, uint64_t lo, uint64_t hi);
struct guid guid_draw(struct sim *s);
void guid_draw_text(struct sim *s, char out[GUID_TEXT]);
struct sim_call *call_of(struct sim *s, uint32_t key);
void reply_send(struct sim *s, uint32_t request, struct reply *r);

/* call.c: the life of a call */
struct sim_call *call_new(struct sim *s, unsigned app, const char *tenant);
struct sim_call *call_by_id(struct sim *s, unsigned app, const char *id);
const struct app *app_of(const struct sim *s, const struct sim_call *c);
void call_incoming(struct sim *s, const struct caller *who);
void call_answered(struct sim *s, struct sim_call *c);
void call_established(struct sim *s, struct sim_call *c);
void call_again(struct sim *s, struct sim_call *c);
void call_active(struct sim *s, struct sim_call *c);
void call_end(struct sim *s, struct sim_call *c, int code, int subcode, enum ended_by by);
void call_retire(struct sim *s, struct sim_call *c);
void call_keep_alive(struct sim *s, struct sim_call *c);
struct leg *leg_by_blob(struct sim *s, const char *blob);

/* people.c: what people do */
void people_arrivals(struct sim *s);
uint32_t caller_of(const struct sim_call *c);
struct party *party_add(struct sim *s, struct sim_call *c, uint32_t person);
struct party *party_of(struct sim_call *c, uint32_t key);
struct party *party_by_id(struct sim_call *c, const char *participant_id);
struct party *party_by_subject(struct sim *s, struct sim_call *c, const struct subject *who);
struct party *party_move(
	struct sim *s, struct sim_call *from, struct party *p, struct sim_call *to);
unsigned parties_in(const struct sim_call *c);
const struct agent *agent_plan(const struct sim *s, uint32_t person);
struct subject subject_of(struct sim *s, const struct sim_call *c, const struct party *p);
const char *person_name(struct sim *s, uint32_t person);
void people_connected(struct sim *s, struct sim_call *c, uint32_t agent);
void people_hang_up(struct sim *s, struct sim_call *c, uint32_t person);
void people_leave(struct sim *s, struct sim_call *c, struct party *p, const char *reason);
void people_pulled(
	struct sim *s, struct sim_call *home, struct party *p, struct sim_call *to, struct op *op);
void people_gone(struct sim *s, struct sim_call *c);
void people_say(struct sim *s, uint32_t person, bool once);

/* ring.c: who is called, and what comes of it */
struct party *ring(struct sim *s, struct sim_call *c, const struct target *who, enum ring_for why,
	struct op *op);
void ring_decides(struct sim *s, struct sim_call *c, struct party *p);
void ring_over(struct sim *s, struct sim_call *c, struct party *p, int code, int subcode);
unsigned ringing(const struct sim_call *c, enum ring_for why);
void invited_joins(struct sim *s, struct sim_call *c, struct party *p);

/* transfer.c */
void transfer_begin(struct sim *s, struct sim_call *c, const struct target *to);
void transfer_decides(struct sim *s, struct sim_call *c);
void transfer_done(struct sim *s, struct sim_call *c, struct party *target);
void transfer_failed(struct sim *s, struct sim_call *c, int subcode);
void redirect_done(struct sim *s, struct sim_call *c, struct party *taker);

/* meeting.c: meetings, and recording by policy */
void meeting_begins(struct sim *s, struct sim_call *c);
void joining_ask(struct sim *s, struct sim_call *c);
void joining_answered(struct sim *s, struct sim_call *c, const char *body, int status);
void joining_over(struct sim *s, struct sim_call *c);

/* mix.c: who hears whom */
void mix_update(struct sim *s, struct sim_call *c);
void mix_forget(struct sim_call *c, size_t party);
json_t *mix_json(struct sim *s, struct sim_call *c);

/* weather.c */
const struct rule *weather(struct sim *s, enum fault kind);
void weather_start(struct sim *s);
void evil_post(struct sim *s, struct sim_call *c, enum evil kind);
void evil_answered(struct sim *s, enum evil kind, int status);
json_t *evil_json(const struct sim *s);
/* true: the application passes a limit of the reference; r says when to come again. */
bool over_limits(struct sim *s, unsigned app, bool creates, struct reply *r);

/* recording.c */
struct recording *recording_new(struct sim *s, struct sim_call *c, const struct op *op);
void recordings_leave(struct sim *s, const struct sim_call *c);
void recording_gone(struct sim *s, uint32_t index, uint32_t call);
void recording_request(struct sim *s, const struct sim_request *q);
void press_consider(struct sim *s, struct sim_call *c);
void press_active(struct sim *s, struct sim_call *c);
void press_now(struct sim *s, struct sim_call *c, uint32_t index);
void press_subscribed(struct sim *s, struct sim_call *c);
void record_begins(struct sim *s, struct sim_call *c, uint32_t op);

/* note.c: notifications as JSON, in every spelling seen */
json_t *result_info(struct sim *s, int code, int subcode, const char *message);
json_t *call_data(struct sim *s, const struct sim_call *c, const char *state);
json_t *call_entity(struct sim *s, const struct sim_call *c);
json_t *identity_of(const char *kind, const char *id, const char *name, const char *tenant);
json_t *active_state(const char *audio);
void note(struct sim *s, struct sim_call *c, const char *change, const char *suffix, json_t *data,
	bool incoming);

/* roster.c */
json_t *roster(struct sim *s, const struct sim_call *c);
json_t *participant(struct sim *s, const struct sim_call *c, const struct party *p);
json_t *subject_json(struct sim *s, const struct sim_call *c, const struct subject *who);
void roster_left(struct sim *s, struct sim_call *c, const struct party *p, const char *reason);
void note_roster(struct sim *s, struct sim_call *c);
void note_sharing(struct sim *s, struct sim_call *c);

/* note.c */
void note_incoming(struct sim *s, struct sim_call *c);
void note_call(struct sim *s, struct sim_call *c, const char *change, json_t *data);
void note_state(struct sim *s, struct sim_call *c, const char *state);
void note_tone(struct sim *s, struct sim_call *c, char digit);
void note_operation(
	struct sim *s, struct sim_call *c, const struct op *op, bool good, int code, int subcode);

/* post.c: the order they leave in */
void post_add(struct sim *s, struct sim_call *c, json_t *items, bool legacy, bool incoming);
void post_pump(struct sim *s, struct sim_call *c);
void post_done(struct sim *s, struct sim_call *c, const struct sim_in *in);
void post_drop(struct sim_call *c);
void held_release(struct sim *s, struct sim_call *c);

/* ops.c */
struct op *op_new(struct sim *s, struct sim_call *c, enum op_kind kind, const char *context);
struct op *op_by_key(struct sim_call *c, uint32_t key);
void op_end(struct sim *s, struct sim_call *c, struct op *op, bool good, int code, int subcode);
struct op *op_playing(struct sim_call *c);
json_t *op_json(const struct op *op, const char *tag, const char *status);
void op_forget(struct op *op);
void op_timer(struct sim *s, struct sim_call *c, uint32_t key);
void op_cancel_tones(struct sim *s, struct sim_call *c);
void op_played(struct sim *s, struct sim_call *c, uint32_t key, int subcode);
void op_play_started(struct sim *s, struct sim_call *c);

/* verbs.c */
void verbs_request(struct sim *s, const struct sim_request *r);
/* Weather before the effect. c: whom it is about, or NULL. true: the request got it, and is to be
 * answered if r has a status. */
bool request_weather(
	struct sim *s, struct sim_call *c, const struct sim_request *q, struct reply *r);
/* Answers, books what was refused, and plays the weather after the effect. Takes r's body. */
void request_answer(
	struct sim *s, struct sim_call *c, const struct sim_request *q, struct reply *r);
void relay_request(struct sim *s, const struct sim_request *r);
void relay_opened(struct sim *s, uint32_t key, int port);
void leg_close(struct sim *s, struct leg *l);

/* books.c */
struct book *book_open(struct sim *s, struct sim_call *c, const char *name);
int64_t book_now(const struct sim *s);
void book_refuse(struct sim *s, const struct sim_request *r, const struct reply *reply);
void book_surprise(struct sim *s, const struct sim_call *c, const char *fmt, ...) PRINTF_LIKE(3, 4);
void book_ear(struct sim *s, struct sim_call *c, uint32_t person, const char *path);
bool book_has_name(const struct sim *s, const char *name);
void books_fini(struct sim *s);

#endif
