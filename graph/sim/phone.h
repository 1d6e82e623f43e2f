#ifndef GRAPH_SIM_PHONE_H
#define GRAPH_SIM_PHONE_H

/*
 * The telephones of simulated people, and the wires between them.
 *
 * A phone has a mouth (speech, rendered once from a text by espeak-ng, looped while the
 * person talks) and an ear (what that person heard, kept as WAV and timeline). A bridge is
 * the audio of one Graph call: everybody in it hears all others and the prompt, not
 * themselves. A leg is the RTP end of a media relay and sits in a bridge like one more
 * person: so a real-time call is a bridge with one phone and one leg. A clip is a prompt
 * file, checked as strictly as Graph checks it.
 *
 * All sound is 16 kHz, mono, 16 bit; time goes in ticks of 20 ms.
 *
 * Threads: the phones have two of their own (a clock that owns every sample, and a scribe
 * that owns the files). Every function here is for ONE thread, the one that called
 * phones_new; none of them waits for the clock, and only phone_add may take long (about
 * 0.1 s for a text not heard before). phone_clip_* alone is for any thread. What a call
 * asks for happens at the next tick, in the order asked.
 *
 * Handles are numbers, never 0. A handle that was freed is refused with E_ABSENT, by the
 * void functions with silence.
 *
 * On disk, in record_dir, for each person NAME:
 *	NAME.mouth.wav	the speech, one round of it without the pause: the needle to look for
 *	NAME.wav	what the person heard in the first call, NAME-2.wav in the second, ...
 *			from pick-up to hang-up in real time, silence included; the header is
 *			true once a second, so that a crash leaves a file one can use
 *	NAME.jsonl	beside NAME.wav, NAME-2.jsonl beside NAME-2.wav: one line a happening
 * Existing files of these names are overwritten.
 *
 * A line of the timeline: {"ms":1240,"sample":19840,"what":"clip-started",...}; sample counts
 * from the start of the WAV, ms is sample / 16 rounded down. What, and its other members:
 *	picked-up, hung-up
 *	joined, left		bridge
 *	say-on, say-off
 *	dtmf			digit
 *	clip-started		bridge, cookie, clip (0 is the first of the play), name
 *	clip-ended		the same; sample is the first one after the clip
 *	play-failed		bridge, cookie, subcode
 *	play-cancelled		bridge, cookie
 *	hold-on, hold-off	(name of the music)
 *	record-started		bridge, cookie; after prompt and beep
 *	record-ended		bridge, cookie, why (8514 a stop tone, 8515 the longest, 8510 nobody
 *				spoke, 1 silence after speech)
 *	rtp-first		bridge; the first sound of the leg reached this ear here
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PHONE_NAME_MAX = 48,            /* bytes of a person's name, without the NUL */
	PHONE_PATH_MAX = 512,           /* of every path, NUL included */
	PHONE_TEXT_MAX = 1000,          /* bytes of a speech */
	PHONE_SPEECHES_MAX = 256,       /* different speeches in one life of struct phones */
	PHONE_MEMBERS_MAX = 16,         /* phones in one bridge */
	PHONE_PLAYS_MAX = 32,           /* plays queued in one bridge, the running one included */
	PHONE_CLIPS_MAX = 20,           /* clips in one play, as Graph's playPrompt */
	PHONE_CLIP_BYTES_MAX = 1 << 26, /* of a prompt file: half an hour */
	PHONE_CLIP_NAME_MAX = 96,       /* bytes of a clip's name kept for the timeline */
};

/* Graph's subcodes for prompts (reference: ACS, likely the same media engine). */
enum { PHONE_SUBCODE_FORMAT = 8535, PHONE_SUBCODE_DOWNLOAD = 8536 };

struct phones;

struct phones_conf {
	const char *record_dir;  /* exists and is writable; NULL: nothing is written */
	const char *rtp_address; /* numeric IPv4 or IPv6 to bind legs to; NULL: "127.0.0.1" */
	uint16_t phones_max, bridges_max, legs_max; /* at least 1 each */
};

/*
 * Room for everything conf allows, all of it taken here; nothing runs yet. conf is borrowed.
 *
 * E_MALFORMED  a limit of 0, or rtp_address is not a numeric address
 * E_ABSENT     record_dir is not a writable directory
 * E_SYSTEM     no memory or descriptors
 */
enum err phones_new(
	const struct phones_conf *conf, struct phones **out, struct why *why) MUST_CHECK;

/* Starts clock and scribe. E_SYSTEM: no thread. Without it time stands still (as tests want). */
enum err phones_start(struct phones *p, struct why *why) MUST_CHECK;

/* Hangs up everybody, finishes the files, joins the threads. NULL is fine. */
void phones_free(struct phones *p);

/* ---- people: on the hook a phone neither hears nor is heard, wherever it is ---- */

struct phone_clip;

struct phone_speech {
	const char *text;  /* NULL or "": a person who never says a word */
	const char *voice; /* espeak-ng's: "en-us+f3"; NULL: "en" */
	uint8_t pitch;     /* 0 to 99, espeak-ng's own scale; 50 is the voice's usual one */
};

/*
 * A phone for one person, on its hook. Renders the speech unless the same text, voice and
 * pitch was rendered before, and writes NAME.mouth.wav.
 *
 *   name  letters, digits, '-', '_' and '.', not '.' first; names the files, so it is up to
 *         the caller that two people on the phone at once have two names
 *
 * E_MALFORMED  the name or the speech is not as said above
 * E_LIMIT      phones_max phones, or PHONE_SPEECHES_MAX speeches
 * E_ABSENT     espeak-ng is not installed, or does not know the voice
 * E_REMOTE     espeak-ng failed or took more than 10 s
 * E_SYSTEM     files, memory
 */
enum err phone_add(struct phones *p, const char *name, const struct phone_speech *speech,
	uint32_t *phone, struct why *why) MUST_CHECK;

/* Hangs up when need be; the phone leaves its bridge and is no more. */
void phone_free(struct phones *p, uint32_t phone);

/*
 * The person's call starts: the ear opens, millisecond 0 of the WAV is the next tick.
 *
 * E_STALE   picked up already
 * E_LIMIT   overload: too many hang-ups whose PHONE_HUNG_UP nobody took, or too many
 *           commands before one tick; take events, try again later
 * E_SYSTEM  a file
 */
enum err phone_pick_up(struct phones *p, uint32_t phone, struct why *why) MUST_CHECK;

/* The call of the person ends: leaves the bridge, stops talking, closes the ear; PHONE_HUNG_UP
 * follows once the files are complete. Nothing when on the hook. */
void phone_hang_up(struct phones *p, uint32_t phone);

/* The WAV of the current call, or of the last one; "" before the first and without record_dir.
 * Owned by the phones, until the next pick-up or phone_free. */
const char *phone_ear_path(const struct phones *p, uint32_t phone);

/* The person starts to talk, from the beginning of the speech, or falls silent. E_ABSENT,
 * E_LIMIT (overload). */
enum err phone_say(struct phones *p, uint32_t phone, bool on, struct why *why) MUST_CHECK;

/* As phone_say, but the speech is said once. E_ABSENT, E_LIMIT (overload). */
enum err phone_say_once(struct phones *p, uint32_t phone, struct why *why) MUST_CHECK;

/* Music for this ear alone, round and round, instead of everything else; NULL: no more. The phones
 * hold the clip as long as they need it. E_MALFORMED: it is not playable. E_ABSENT, E_LIMIT. */
enum err phone_hold(
	struct phones *p, uint32_t phone, struct phone_clip *clip, struct why *why) MUST_CHECK;

/* Whether this ear hears speaker (a phone; 0: the prompts) while both are in one bridge. Who joins
 * a bridge hears all and is heard by all. E_ABSENT, E_LIMIT (overload). */
enum err phone_hears(
	struct phones *p, uint32_t phone, uint32_t speaker, bool on, struct why *why) MUST_CHECK;

/*
 * The person presses a key: 0-9 * # A-D. If a leg is in the bridge, it sends the key as RFC 4733
 * telephone-event (100 ms, three end packets, sound goes on meanwhile; keys wait for each other,
 * 32 at most, the one too many is lost and counted). In every case the timeline notes it. Tones
 * of service-hosted calls are Graph's to report, not ours.
 * E_MALFORMED: no such key. E_ABSENT, E_LIMIT (overload).
 */
enum err phone_dtmf(struct phones *p, uint32_t phone, char digit, struct why *why) MUST_CHECK;

/* ---- bridges ---- */

/* E_LIMIT: bridges_max are in use, or overload. */
enum err phone_bridge_new(struct phones *p, uint32_t *bridge, struct why *why) MUST_CHECK;

/* Everybody in it is left alone (in silence), its plays are cancelled, each with its event. */
void phone_bridge_free(struct phones *p, uint32_t bridge);

/* A phone is in one bridge at most: joining another one leaves the first, without a gap.
 * E_ABSENT, E_LIMIT (PHONE_MEMBERS_MAX, overload). */
enum err phone_bridge_join(
	struct phones *p, uint32_t bridge, uint32_t phone, struct why *why) MUST_CHECK;

/* Out of its bridge: hears silence (the WAV goes on), is heard by nobody. */
void phone_bridge_leave(struct phones *p, uint32_t phone);

/* ---- prompts ---- */

/* struct phone_clip is immutable and counted; one clip may play in many bridges at once. */

/*
 * Checks a prompt file as Graph does: RIFF WAVE, PCM, mono, 16 bit, 16 kHz, at least one sample,
 * no chunk longer than the file. bytes are copied. name is for the timeline (cut when longer,
 * '?' for what is not plain ASCII); * Graph's resourceId or the URL's last part will do.
 *
 * Always gives a clip to be passed to phone_play, and NULL only without memory: a bad file is
 * a clip that fails with PHONE_SUBCODE_FORMAT in its turn, and why says what is wrong with it.
 * Any thread.
 */
struct phone_clip *phone_clip_new(const void *bytes, size_t n, const char *name, struct why *why);

/* A clip that could not be had: fails with subcode in its turn. NULL: no memory. */
struct phone_clip *phone_clip_failed(int subcode, const char *name);

/* 0: playable. */
int phone_clip_subcode(const struct phone_clip *clip);
uint64_t phone_clip_ms(const struct phone_clip *clip);

/* One more owner / one less; the last one frees. NULL is fine. */
struct phone_clip *phone_clip_hold(struct phone_clip *clip);
void phone_clip_drop(struct phone_clip *clip);

/*
 * Queues n clips (1 to PHONE_CLIPS_MAX) to be played one after another, sample upon sample, as
 * one operation. The bridge plays its operations in the order they were queued; one that has a
 * bad clip fails as a whole, without a sound, in its turn.
 *
 *   cookie  comes back with the event, exactly one for each OK here
 *   clips   held by the phones as long as they need them; the caller keeps its own count
 *
 * Whoever downloads should queue in the order asked, so a slow download holds up what comes
 * behind it, as in Graph.
 *
 * E_MALFORMED  n
 * E_ABSENT     no such bridge
 * E_LIMIT      PHONE_PLAYS_MAX queued (or ended, with the event not yet taken), or overload
 */
enum err phone_play(struct phones *p, uint32_t bridge, uint64_t cookie,
	struct phone_clip *const clips[], size_t n, struct why *why) MUST_CHECK;

struct phone_record {
	uint32_t initial_ms, silence_ms, longest_ms; /* longest up to PHONE_RECORD_MS_MAX */
	bool beep;
	char stop[17]; /* keys that end it, in either case */
};
enum { PHONE_RECORD_MS_MAX = 120000 };
/* Why a recording ended: subcode of PHONE_RECORDED. */
enum {
	PHONE_END_SILENCE = 1,
	PHONE_END_NOBODY_SPOKE = 8510,
	PHONE_END_STOP_TONE = 8514,
	PHONE_END_LONGEST = 8515,
};

/*
 * As phone_play with up to PHONE_CLIPS_MAX clips (or none), and then, after a beep if wanted, what
 * everybody in the bridge says is recorded; PHONE_RECORDS tells of its begin, PHONE_RECORDED of
 * its end.
 */
enum err phone_record(struct phones *p, uint32_t bridge, uint64_t cookie,
	struct phone_clip *const clips[], size_t n, const struct phone_record *how,
	struct why *why) MUST_CHECK;

/* Cancels what plays and what is queued by now; each gives PHONE_CANCELLED. E_ABSENT, E_LIMIT
 * (overload). */
enum err phone_play_stop(struct phones *p, uint32_t bridge, struct why *why) MUST_CHECK;

/* ---- RTP legs ---- */

struct phone_leg_conf {
	const char *address;     /* where we send, and the only source we listen to; numeric */
	uint16_t port;           /* likewise */
	uint8_t payload_type;    /* Opus, 48 kHz clock: 96 to 127 */
	uint8_t telephone_event; /* RFC 4733, 48 kHz clock: 96 to 127, not the same */
};

/*
 * Binds a UDP port of the kernel's choice at rtp_address; the leg is silent and deaf until it
 * joins a bridge. conf is borrowed.
 *
 * E_MALFORMED  conf is not as said above, or of another address family than rtp_address
 * E_LIMIT      legs_max, or overload
 * E_SYSTEM     socket, codec
 */
enum err phone_leg_open(struct phones *p, const struct phone_leg_conf *conf, uint32_t *leg,
	uint16_t *local_port, struct why *why) MUST_CHECK;

/*
 * From now on what the bridge's people say goes out as RTP/Opus, one packet each 20 ms also in
 * silence, and what arrives is heard in the bridge: 40 ms of jitter buffer, losses concealed.
 * Joining another bridge leaves the first. E_ABSENT; E_STALE: the bridge has a leg already;
 * E_LIMIT (overload).
 */
enum err phone_leg_join(
	struct phones *p, uint32_t leg, uint32_t bridge, struct why *why) MUST_CHECK;

/* Closes the port. */
void phone_leg_close(struct phones *p, uint32_t leg);

struct phone_leg_counters {
	uint64_t in;          /* Opus packets taken */
	uint64_t lost;        /* never came, or too late: concealed */
	uint64_t late;        /* of these, came after their turn */
	uint64_t skipped;     /* dropped to catch up after a burst */
	uint64_t strange;     /* from elsewhere, not RTP, or a payload type not agreed on */
	uint64_t out;         /* Opus packets sent */
	uint64_t out_events;  /* telephone-event packets sent */
	uint64_t out_refused; /* sends the kernel refused, and keys lost in a full queue */
};

/* As of the last tick. All 0 for a leg that is not there. */
void phone_leg_count(const struct phones *p, uint32_t leg, struct phone_leg_counters *out);

/* ---- events ---- */

enum phone_event_kind {
	PHONE_PLAYED = 1, /* bridge, cookie: every sample of the play was heard */
	PHONE_FAILED,     /* bridge, cookie, subcode */
	PHONE_CANCELLED,  /* bridge, cookie */
	PHONE_RECORDS,    /* bridge, cookie: the recording has begun */
	PHONE_RECORDED,   /* bridge, cookie, subcode, sound: the taker's to free */
	PHONE_HUNG_UP,    /* phone: WAV and timeline are complete on disk */
};

struct phone_event {
	enum phone_event_kind kind;
	uint32_t bridge, phone; /* handles, which may be freed by now; 0 where they do not apply */
	uint64_t cookie;
	int subcode;
	int16_t *sound;
	size_t n_samples;
};

/* Readable while events wait; for poll(). Owned by the phones. */
int phones_event_fd(const struct phones *p);
/* false: none waits. No event is ever lost; who does not take them is refused new plays. */
bool phones_event_take(struct phones *p, struct phone_event *out);

struct phones_counters {
	uint64_t ticks; /* run */
	uint64_t
		ticks_lost; /* the machine was away for longer than a second: skipped, as silence */
	uint64_t
		ear_lost; /* frames and lines the scribe's disk was too slow for: silence in WAVs */
};
void phones_count(const struct phones *p, struct phones_counters *out);

#endif
