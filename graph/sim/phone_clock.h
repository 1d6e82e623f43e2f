#ifndef GRAPH_SIM_PHONE_CLOCK_H
#define GRAPH_SIM_PHONE_CLOCK_H

/*
 * The inside of the phones: what each of the two sides owns. The caller's side checks and
 * keeps handles; the clock's side keeps sound. Between them go commands one way and events
 * the other, and nothing else but a few counters.
 */

#include "graph/sim/phone_clip.h"
#include "graph/sim/phone_scribe.h"
#include "graph/sim/phone_leg.h"
#include "graph/sim/phone_speech.h"

#include "bot/base/inbox.h"

/* ---- the caller's side ---- */

/* Slots under numbers that are never given twice in a row: a handle is generation << 16 | slot + 1.
 */
struct handles {
	size_t n, last;
	struct {
		uint16_t generation;
		bool used;
	} * of;
};

struct owned_phone {
	char name[PHONE_NAME_MAX + 1];
	char ear_path[PHONE_PATH_MAX];
	uint32_t calls, bridge;
	bool off_hook;
};

struct owned_bridge {
	uint32_t leg;
	size_t members, plays; /* plays whose event was not taken yet */
};

struct owned_leg {
	uint32_t bridge;
};

struct said {
	struct phone_speech speech;
	struct phone_mouth *mouth;
};

/* ---- between them ---- */

struct play {
	uint64_t cookie;
	size_t n;
	struct phone_clip *clip[PHONE_CLIPS_MAX];
	bool records;
	struct phone_record how;
	int16_t *sound; /* of the recording; its room was taken when it was asked for */
	size_t n_sound, beep_at;
	uint32_t quiet_ms;
	bool heard;
};

/* phone, bridge, leg are slots; id is the handle of what is new. */
struct command {
	enum {
		DO_PHONE_ADD,
		DO_PHONE_FREE,
		DO_PICK_UP,
		DO_HANG_UP,
		DO_SAY,
		DO_SAY_ONCE,
		DO_HOLD,
		DO_HEARS,
		DO_KEY,
		DO_BRIDGE_NEW,
		DO_BRIDGE_FREE,
		DO_JOIN,
		DO_LEAVE,
		DO_PLAY,
		DO_STOP,
		DO_LEG_OPEN,
		DO_LEG_JOIN,
		DO_LEG_CLOSE,
	} kind;
	uint16_t phone, bridge, leg;
	uint32_t id;
	union {
		const struct phone_mouth *mouth;
		struct ear_files ear;
		bool on;
		char digit;
		struct play *play;
		struct phone_leg *leg;
		struct phone_clip *clip;
		struct {
			uint16_t speaker; /* NOWHERE: the prompts */
			bool on;
		} hears;
	} u;
};

/* ---- the clock's side ---- */

enum { NOWHERE = UINT16_MAX }; /* a slot nobody has */

struct clock_phone {
	uint32_t id;
	const struct phone_mouth *mouth; /* NULL: mute */
	size_t mouth_at;
	bool talking, once, off_hook, rtp_heard, no_prompts;
	uint16_t unheard[PHONE_MEMBERS_MAX]; /* phones of the bridge this ear does not hear */
	size_t n_unheard;
	struct phone_clip *hold; /* the music of who is on hold, else NULL */
	size_t hold_at;
	uint16_t bridge;
	uint64_t frame; /* ticks since pick-up */
};

struct clock_bridge {
	uint32_t id; /* 0: not in use */
	uint16_t member[PHONE_MEMBERS_MAX];
	size_t n_members;
	uint16_t leg;
	struct play *queue[PHONE_PLAYS_MAX]; /* the first one runs */
	size_t n_queued;
	bool begun;      /* the running clip has told of its start */
	bool listening;  /* the running play records */
	size_t clip, at; /* of the running play */
};

struct clock_leg {
	struct phone_leg *leg; /* NULL: not in use */
	uint16_t bridge;
};

struct phones {
	struct phones_conf conf; /* its texts are ours */
	struct handles phone_ids, bridge_ids, leg_ids;
	struct owned_phone *owned_phone;
	struct owned_bridge *owned_bridge;
	struct owned_leg *owned_leg;
	struct said said[PHONE_SPEECHES_MAX];
	size_t n_said;
	size_t plays_open, ears_open; /* events that will come or wait */
	size_t plays_max, ears_max, commands_max;

	struct inbox *commands, *events;
	struct leg_meter {
		_Atomic uint64_t v[sizeof(struct phone_leg_counters) / sizeof(uint64_t)];
	} * meter;
	_Atomic uint64_t ticks, ticks_lost;
	struct phone_scribe scribe;
	pthread_t clock;
	bool running;
	atomic_bool stop;

	struct clock_phone *phone;
	struct clock_bridge *bridge;
	struct clock_leg *leg;
};

/* ---- helpers of the caller's side ---- */

/* false: no such handle (any more). */
bool phone_slot(const struct handles *h, uint32_t id, uint16_t *slot) MUST_CHECK;
/* 0: all in use. */
uint32_t phone_handle_new(struct handles *h, uint16_t *slot);
/* A command that may be refused (E_LIMIT) / one that frees what an earlier one took. */
enum err phone_ask(struct phones *p, const struct command *c, struct why *why) MUST_CHECK;
void phone_ask_surely(struct phones *p, const struct command *c);

/* ---- the clock ---- */

/* One tick. The clock thread calls it, or a test that never called phones_start. */
void phones_tick(struct phones *p);
/* Carries out the commands that wait; part of every tick. */
void phones_obey(struct phones *p);
enum err phones_clock_start(struct phones *p, struct why *why) MUST_CHECK;
void phones_clock_stop(struct phones *p);

/* A line on the timeline of one ear / of everybody in the bridge, offset samples into this tick.
 * The text continues the line after "what": begin it with the value. */
void phone_note(struct phones *p, size_t phone, size_t offset, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
void phone_bridge_note(struct phones *p, const struct clock_bridge *b, size_t offset,
	const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Plays: takes over play; one tick of the prompt, true when there is any (else pcm is zero);
 * cancels all. */
void phone_bridge_play(struct clock_bridge *b, struct play *play);
bool phone_bridge_prompt(struct phones *p, struct clock_bridge *b, int16_t pcm[TICK_SAMPLES]);
void phone_bridge_cancel(struct phones *p, struct clock_bridge *b);
/* The running play is over; its one event leaves. */
void phone_play_end(
	struct phones *p, struct clock_bridge *b, enum phone_event_kind kind, int subcode);
/* phone_record.c: the beep, then what everybody says; a key that was pressed. */
size_t phone_record_beep(
	struct phones *p, struct clock_bridge *b, int16_t pcm[TICK_SAMPLES], size_t done);
void phone_record_hear(
	struct phones *p, struct clock_bridge *b, const int32_t voices[TICK_SAMPLES]);
void phone_record_key(struct phones *p, struct clock_bridge *b, char digit);
void phone_play_free(struct play *play);

#endif
