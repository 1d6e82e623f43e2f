#ifndef GRAPH_SIM_SIM_H
#define GRAPH_SIM_SIM_H

/*
 * Graph's cloud calling and the people who use it, as a state machine: no socket, clock, thread,
 * file or kernel's chance. Written from the reference alone, as a second opinion on what the
 * bot's own Graph code believes.
 *
 * The owner steps it with what happened and carries out what it answers: HTTP answers,
 * notifications to post, phones to move. Which spelling a notification takes is drawn from the
 * scenario's seed. One thread.
 */

#include "graph/sim/jwt.h"
#include "graph/sim/scenario.h"

#include <jansson.h>

/* What the door found out about a request's access token. */
struct sim_bearer {
	enum { BEARER_NONE, BEARER_BAD, BEARER_GOOD } verdict;
	char why[96]; /* BEARER_BAD: for the error's message */
	char tenant[GUID_TEXT], app_id[GUID_TEXT];
	bool connector;       /* made out to the Bot Connector, not to Graph */
	char user[GUID_TEXT]; /* who the token speaks for; "": the application itself */
	unsigned roles;
};

struct sim_request {
	uint32_t id;                             /* comes back with the answer */
	const char *method, *path, *scenario_id; /* path without the query; scenario_id or NULL */
	const char *body;
	size_t body_bytes;
	const json_t *query;       /* an object of strings, or NULL */
	const char *authorization; /* the header as it came, or NULL */
	struct sim_bearer bearer;
	bool relay_key_good; /* for /relay/ */
};

enum sim_in_kind {
	SIM_TICK,
	SIM_START,    /* the scenario's callers begin to arrive */
	SIM_CALL,     /* one more caller, now */
	SIM_STOP,     /* nobody arrives any more and everybody hangs up */
	SIM_REQUEST,  /* a verb of Graph, the Connector, the relay or of the control */
	SIM_NOTIFIED, /* the bot's answer to a notification */
	SIM_PLAYED,   /* a playPrompt, recordResponse or hold music came to what status says */
	SIM_RECORDS,  /* a recordResponse has played its prompt and beep, and listens */
	SIM_LEG,      /* the port of a relay leg */
	SIM_EAR,      /* where a person's WAV is */
	SIM_SENT,     /* key: the bot answered a SIM_SEND with status, type and body */
};

struct sim_in {
	enum sim_in_kind kind;
	const struct caller *caller; /* SIM_CALL; copied */
	struct sim_request request;
	const char *type;   /* SIM_SENT: of the body, or NULL */
	uint32_t waited_ms; /* SIM_SENT: how long that took */
	uint32_t call;      /* SIM_NOTIFIED, SIM_PLAYED, SIM_EAR */
	uint32_t key;       /* note, operation, leg or person */
	int status; /* SIM_NOTIFIED: HTTP, 0 for none. SIM_PLAYED: see SIM_HEARD. SIM_LEG: port, or
		       0 */
	const char *path; /* SIM_EAR: the file. SIM_NOTIFIED: a redirection's Location, or NULL */
	const char *body; /* SIM_NOTIFIED: what the bot said; or NULL */
};
/* SIM_PLAYED's status; anything else is Graph's subcode of the failure. Hold music is SIM_HEARD
 * when it begins. The last five end a recordResponse that has its recording. */
enum {
	SIM_HEARD = 0,
	SIM_CANCELLED = 8508,
	SIM_REC_STOP_TONE = 8514,
	SIM_REC_LONGEST = 8515,
	SIM_REC_INITIAL_SILENCE = 8510,
	SIM_REC_SILENCE = 1, /* nothing documents a subcode */
};

enum sim_out_kind {
	SIM_ANSWER,     /* request: status, json, location, retry_after_s; or drop the connection */
	SIM_SEND,       /* key, mail, app_id: json to text, an address; SIM_SENT comes back */
	SIM_POST,       /* call, key: json to text as a notification */
	SIM_BRIDGE_NEW, /* call: its audio */
	SIM_BRIDGE_FREE, /* call */
	SIM_PICK_UP,     /* call, person: name, text is the speech; ear open, in no bridge yet */
	SIM_JOIN,        /* call, person */
	SIM_HANG_UP,     /* person */
	SIM_SAY,         /* person, on */
	SIM_KEY,         /* person, digit */
	SIM_PLAY,        /* call, key is the operation: json is the list of mediaInfo */
	SIM_PLAY_STOP,   /* call: all that plays, records or waits for that is cancelled */
	SIM_RECORD,      /* as SIM_PLAY, and then record: see record */
	SIM_HOLD,  /* call, person, on; with on: key and json as SIM_PLAY's, an empty list for the
		      platform's own music. The music goes round and round. */
	SIM_HEARS, /* call, person: whether (on) the ear of person hears key, a person, or 0 for
		      the prompts. Who joins a bridge hears and is heard by all. */
	SIM_RECORDING_FREE, /* call, key: nobody may fetch it any more */
	SIM_KEYS_ROLL,      /* notifications are signed by another key from now on */
	SIM_LEG_OPEN,       /* key is the leg: location is the address, port, payload_type,
			       telephone_event */
	SIM_LEG_JOIN,       /* key, call */
	SIM_LEG_CLOSE,      /* key */
};

/* Of SIM_RECORD. */
struct sim_record {
	uint32_t initial_ms, silence_ms, longest_ms;
	bool beep;
	char stop[17]; /* characters: 0-9 * # a-d */
};

/* What a SIM_SEND is, and so how it is dressed. */
enum sim_mail {
	MAIL_HANDSHAKE, /* json {"token"}: a validationToken in the address, and no body */
	MAIL_CHANGE,    /* a collection of change notifications; "@rich" is to be encrypted */
	MAIL_ACTIVITY,  /* of a person, with the Connector's token */
};

struct sim_out {
	enum sim_out_kind kind;
	uint32_t request, call, key, person;
	int status;
	json_t *json;                /* owned by the outputs */
	double retry_after_s;        /* 0: none */
	bool drop, on, legacy, once; /* once: SIM_SAY ends by itself */
	bool recording;              /* SIM_ANSWER: the body is the recording of call, key */
	struct sim_record record;
	char digit;
	uint16_t port;
	uint8_t payload_type, telephone_event;
	const char *text, *name; /* live until the next step */
	char location[192], message_id[GUID_TEXT], chain_id[GUID_TEXT], scenario_id[GUID_TEXT];
	enum sim_mail mail;
	bool graph_issuer;           /* of SIM_POST's token: https://graph.microsoft.com, or the bot
					framework's */
	enum evil evil;              /* of the same */
	const char *app_id, *tenant; /* likewise; live until the next step */
};

struct sim_outs {
	struct sim_out *item;
	size_t n, room;
};

/* Persons: the scenario's agents are 1 to n_agents; a call's own caller is this with its key. */
enum { PERSON_CALLER = 1 << 30 };

struct sim;

/* scenario and rtp_address are borrowed for life. NULL: no memory. */
struct sim *sim_new(const struct scenario *scenario, const char *rtp_address);
void sim_free(struct sim *sim);

/* Where this Graph can be reached, for addresses it gives out; else https://graph.microsoft.com.
 * Copied. */
void sim_origin(struct sim *sim, const char *origin);

/* The rule of this kind that is in its window now, whatever its rate; NULL: the weather is fine. */
const struct rule *sim_weather_now(const struct sim *sim, enum fault kind, uint64_t now_ms);

/* What follows from in at now_ms (monotonic, never less than before). The outputs live until the
 * next step. */
const struct sim_outs *sim_step(struct sim *sim, uint64_t now_ms, const struct sim_in *in);

/* When SIM_TICK is due; UINT64_MAX: nothing is. */
uint64_t sim_deadline_ms(const struct sim *sim);

/* Everybody the scenario promised has come and gone, and nothing is left to tell the bot. */
bool sim_idle(const struct sim *sim);

/* Where this Graph is reached, and the wall clock less the one of the steps. */
void sim_place(struct sim *sim, const char *origin, uint64_t unix_at_0_ms);

/* The books: a new reference. Times are milliseconds since SIM_START, or null. */
json_t *sim_books(struct sim *sim);

#endif
