#ifndef BOT_SHELL_LINE_H
#define BOT_SHELL_LINE_H

/*
 * What Graph and the media engine know of a contact, beside what the centre knows: call ids,
 * participant ids, legs. One line a contact in progress. Lines are made by events and effects
 * (lines_event, lines_effect), so that a replay of the journal makes them anew.
 *
 * The main loop's thread.
 */

#include "bot/base/err.h"
#include "bot/base/guid.h"
#include "bot/core/effect.h"
#include "bot/core/event.h"
#include "bot/shell/config.h"
#include "graph/wire/note.h"

/* Ten may ring at once, and others are asked, listen, or have just been let go. */
enum { LINE_RINGS = 16, LINE_ENDED_MAX = 4096 };

/* An offer to an agent, kept for a while after it ended since late answers come. */
struct ring_out {
	uint32_t attempt; /* 0: slot is free */
	uint16_t agent;   /* index + 1 */
	uint8_t role;     /* enum role */
	uint8_t hearing;  /* enum hearing, as the centre wants it */
	bool transfer;
	bool transferring; /* Graph said so since this offer began */
	bool answered;
	bool held;      /* asked first: Teams does not ring yet */
	bool over;      /* withdrawn, failed, left or dropped */
	bool in_roster; /* bridge: seen there, so absence from the next one says that the agent left
			 */
	bool unwanted;  /* bridge: shall not be in the call, whether ringing or there */
	bool muted;     /* Graph was asked to */
	bool removed;   /* and Graph was asked to take the participant out */
	char participant_id[NOTE_ID_MAX]; /* bridge: "" until the roster or the invite's answer told
					   */
	struct guid call_id;              /* relay: the agent's own call; none until placed */
	uint32_t leg;                     /* relay: engine leg; 0: none */
	uint32_t recording;               /* of caller and agent; 0: none */
	uint32_t record_beep_ms;          /* between tones in it; 0: none */
	bool tells;                       /* it begins when the caller has been told of it */
	bool pauses;                      /* it waits for the centre to go on */
};

/* A call handed to somebody outside. */
struct leaving {
	uint32_t attempt;  /* of FX_TRANSFER; 0: none under way */
	bool transferring; /* Graph said so since it began */
	bool done;         /* EV_TRANSFERRED was said */
};

/* Audio routing groups, by talker: the caller, then by ring. Receivers as bits of the same. */
struct line_group {
	char id[NOTE_ID_MAX];
	uint32_t there, asked; /* receivers; there 0: no group */
	bool busy;             /* Graph has not answered yet */
};
struct line_groups {
	struct line_group of[1 + LINE_RINGS];
	bool refused; /* Graph will have none of it */
};

struct line {
	uint32_t contact;
	struct guid call_id; /* of the call-back, once there is one */
	struct guid caller;  /* a keyed hash of who calls; none: not told */
	uint16_t entry;
	uint16_t realm; /* whose call it is; REALM_NONE: of a tenant no longer served */
	bool relay;
	bool active;                 /* EV_CALL_ACTIVE was said */
	bool caller_in_roster;       /* seen in a roster of the group call */
	char caller_id[NOTE_ID_MAX]; /* the caller's participant id there; "" until seen */
	bool hanging_up;
	bool gone; /* Graph said so to a probe, while a transfer was under way */
	enum call_state state;
	int64_t tone_sequence; /* of the last digit taken */
	uint32_t play_attempt; /* what Graph plays to the caller now; 0: nothing */
	unsigned hold_rounds;
	uint8_t hearing;    /* of the caller: HEAR_ALL, HEAR_MUSIC */
	bool held;          /* Graph was asked to play hold music to the caller alone */
	uint32_t dial;      /* of the FX_DIAL that made, or makes, the call; 0: she called us */
	bool dialled;       /* and its id is known */
	uint32_t recording; /* attempt of FX_RECORD; 0: none under way */
	uint16_t mailbox;   /* of it */
	struct leaving leaving;
	bool tones_due; /* Graph was asked for the caller's keys in vain: ask again with the next
			   prompt */
	uint32_t leg;   /* relay: engine leg; 0: none */
	struct line_groups *groups; /* owned; NULL: nobody listens in */
	uint64_t offered_ms;
	struct ring_out ring[LINE_RINGS];
	uint32_t next_by_contact, next_by_call; /* index + 1 */
};

struct lines;

/* NULL: no memory. Holds n_max lines at once; a contact beyond that has none, and nothing is done
 * for it. */
struct lines *lines_new(uint32_t n_max);
/* Room for n_max lines from now on, if there was less. Pointers to lines are void. false: no
 * memory, nothing changed. */
bool lines_grow(struct lines *ls, uint32_t n_max) MUST_CHECK;
void lines_free(struct lines *ls);

/* NULL: no such line. */
struct line *line_of(struct lines *ls, uint32_t contact);
struct line *line_of_call(struct lines *ls, struct guid call_id);
/* The call had a line that ended not long ago: what comes for it is late. */
bool line_ended(const struct lines *ls, struct guid call_id);
struct ring_out *line_ring(struct line *l, uint32_t attempt);
/* An agent's own call, an invitation, a call-back or a transfer of that attempt is wanted still. l
 * may be NULL. */
bool line_waits(struct line *l, uint32_t attempt);

/* Keep the books: before the step for events, after it for effects. conf is the configuration in
 * force when it happened. */
void lines_event(struct lines *ls, const struct event *ev, const struct config *conf);
void lines_effect(struct lines *ls, const struct effect *fx, bool transfer);

/* Lines by slot, for going over all: NULL where the slot is free. */
uint32_t lines_slots(const struct lines *ls);
struct line *lines_at(struct lines *ls, uint32_t slot);

#endif
