#ifndef MEDIA_ENGINE_ENGINE_H
#define MEDIA_ENGINE_ENGINE_H

/*
 * The 20 ms clock: who is on a line, who hears whom, and what is played to whom.
 *
 * A leg is one telephone line in both directions; legs that may hear each other share
 * a room. A leg hears the sum of its player (play or hold) and of every leg the matrix
 * lets it hear, and never itself. Rooms are spread over shards; a shard is one thread
 * that owns its legs outright and wakes every 20 ms on the monotonic clock.
 *
 * Threads: all functions belong to one control thread, whichever made the engine,
 * except engine_stats and engine_fd (any thread). Commands travel to the shard through
 * a bounded ring and take effect at its next tick, in the order they were given; events
 * come back through another ring and an eventfd. Nothing here waits for a tick.
 *
 * Ids carry a generation: an id of a leg or sound that is gone names nothing, does
 * nothing and is answered with E_STALE. 0 is never an id.
 *
 * Source: RFC 3550 (RTP), 4733 (key presses), 7587 (Opus in RTP).
 */

#include "bot/base/err.h"
#include "media/dsp/pcm.h"
#include "media/leg/leg.h"
#include "media/engine/quality.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	ENGINE_LIST_MAX = 32, /* sounds in one play or announcement */
	ENGINE_SHARDS_MAX = 64,
	ENGINE_LEGS_MAX = 60000,
	ENGINE_SOUNDS_MAX = 60000,
	ENGINE_HEARS_MAX = 255,
	ENGINE_RECORDINGS_MAX = 10000,
	ENGINE_BEEP_MS_MIN = 1000, /* between the starts of two */
	ENGINE_GAIN_CB_MIN = -900,
	ENGINE_GAIN_CB_MAX = 120,
};

#define ENGINE_DEAF INT_MIN /* gain_cb of engine_hear: no longer */

struct engine_conf {
	char address[64];      /* numeric IPv4 or IPv6 the legs' sockets bind to */
	uint16_t port_first;   /* legs take the even ports of first to last, both included; */
	uint16_t port_last;    /* both 0: any port the system gives */
	unsigned n_shards;     /* threads, 1 to ENGINE_SHARDS_MAX */
	unsigned legs_max;     /* at once, all shards together, 1 to ENGINE_LEGS_MAX */
	unsigned sounds_max;   /* at once, 1 to ENGINE_SOUNDS_MAX */
	unsigned hears_max;    /* talkers one leg may hear, 1 to ENGINE_HEARS_MAX */
	unsigned commands_max; /* waiting for one shard's next tick */
	unsigned events_max;   /* waiting in one shard's ring for engine_take */
	unsigned
		recordings_max; /* at once, 1 to ENGINE_RECORDINGS_MAX; 330 KB each while it runs */
	int duck_db;            /* of the music while an announcement speaks; 0 to -60 */
	unsigned duck_ms;       /* the music goes down in this time, then the announcement starts */
	unsigned release_ms;    /* and comes back in this time after it */
	unsigned fade_ms;     /* what is stopped or replaced while it sounds leaves in this time */
	unsigned tracks_mib;  /* of sounds' samples, for each codec they are kept encoded in */
	unsigned rtp_lost_ms; /* no packet for so long, after packets had come: ENGINE_SILENT */
	unsigned busy_max; /* percent of its time that a shard works; then it takes no more legs */
	unsigned priority; /* 1 to 20: SCHED_FIFO where the system permits it; 0: as others */
};

/* 127.0.0.1, any port, 1 shard, 256 legs, 1024 sounds, 8 talkers, 4096 commands and events, 64
 * recordings, music 12 dB down in 150 ms and back in 400 ms, fade 100 ms, lost after 5 s, 256 MiB
 * of sounds kept encoded, legs up to 70 % of
 * the time, no priority. */
void engine_conf_default(struct engine_conf *conf);

struct engine;

/*
 * Take the memory for everything the limits allow for, and start the shards.
 *
 *   conf  copied
 *
 * NULL with why: a value is out of its range (E_MALFORMED, names the value and the range), or
 * the system refuses memory, descriptors or threads (E_SYSTEM).
 */
struct engine *engine_new(const struct engine_conf *conf, struct why *why) MUST_CHECK;

/* Joins the shards, closes all legs without further packets, frees all sounds. NULL is fine. */
void engine_free(struct engine *e);

/*
 * Give a sound to the engine, which owns its samples from OK on and leaves *pcm empty. It is
 * immutable and may be played to any number of legs at once.
 *
 * E_MALFORMED  the sound is empty
 * E_LIMIT      sounds_max sounds are here: drop one
 */
enum err engine_sound_add(
	struct engine *e, struct pcm *pcm, uint32_t *sound, struct why *why) MUST_CHECK;

/* The id ends now; the samples live on until the last leg that plays them has done with them. */
enum err engine_sound_drop(struct engine *e, uint32_t sound);

/*
 * Open a leg in a room: binds its socket now and tells its port; it hears and says nothing yet.
 * A leg whose remote address is not yet known receives nothing and sends nothing; its player runs.
 *
 *   room  any number of the caller's; the same number means the same room
 *   conf  borrowed; see media/leg/leg.h. conf->address and the port range are the engine's own
 *
 * E_MALFORMED  conf makes no sense, why says where
 * E_LIMIT      legs_max legs are open, the room's shard works busy_max of its time, or no port of
 *              the range is free: refuse the call. A closed leg's place and port come free
 *              within two ticks (40 ms)
 * E_SYSTEM     no memory, no descriptors
 */
enum err engine_leg_open(struct engine *e, uint64_t room, const struct leg_conf *conf,
	uint32_t *leg, uint16_t *port, struct why *why) MUST_CHECK;

/*
 * Where the other side is. Packets of other hosts are counted and dropped; when its packets come
 * from another port of that host, answers go there (symmetric RTP).
 *
 *   address  numeric, of the family of conf.address
 *
 * E_MALFORMED  address or port is none; E_STALE; E_DENIED: a leg that is connected to; E_LIMIT:
 * commands_max
 */
enum err engine_leg_remote(struct engine *e, uint32_t leg, const char *address, uint16_t port,
	struct why *why) MUST_CHECK;

/*
 * Of a kind that is connected to (ws): the other side has come, by this connection, whose owner the
 * engine is from here on, also when it fails. A second one takes the place of the first. Before the
 * first the leg receives and sends nothing; its player runs.
 *
 * ENGINE_GONE when a connection is over, for whatever reason but engine_leg_close: the leg waits
 * for another.
 *
 * E_STALE; E_DENIED: another kind of leg; E_LIMIT: commands_max
 */
enum err engine_leg_connect(struct engine *e, uint32_t leg, int fd, struct why *why) MUST_CHECK;

/* Ends the leg; those who heard it hear it fade within one frame. No event of it is taken after
 * this returned. Cannot fail for want of room; E_STALE when it is gone already. */
enum err engine_leg_close(struct engine *e, uint32_t leg);

/*
 * One cell of the who-hears-whom matrix: listener hears talker with this gain from the next tick
 * on. Gains never jump: a change takes ramp_ms, and at least one frame.
 *
 *   gain_cb  in 0.1 dB, ENGINE_GAIN_CB_MIN to ENGINE_GAIN_CB_MAX (clamped); 0 as said; ENGINE_DEAF:
 *            no longer (nothing to do, and OK, when it did not)
 *
 * E_STALE      either leg is gone
 * E_DENIED     they are the same leg or in different rooms
 * E_LIMIT      the listener hears hears_max talkers, or commands_max
 */
enum err engine_hear(struct engine *e, uint32_t listener, uint32_t talker, int gain_cb,
	unsigned ramp_ms) MUST_CHECK;

/*
 * Play sounds one after another to a leg, in place of what its player does now.
 * ENGINE_PLAYED with the cookie when the last sample was sent; none when it is stopped or replaced
 * (one that was on its way by then still comes, and its cookie tells).
 *
 * E_STALE: leg or a sound is gone, nothing changed; E_MALFORMED: n is 0; E_LIMIT: n over
 * ENGINE_LIST_MAX, or commands_max; E_SYSTEM: no memory.
 */
enum err engine_play(struct engine *e, uint32_t leg, uint64_t cookie, const uint32_t sounds[],
	size_t n) MUST_CHECK;

/*
 * Loop music to a leg from where this music last stood on this leg (a hold after a hold does not
 * break it), and say the announcement once over it, the music ducked.
 *
 *   music         0: none, the announcement comes out of silence
 *   announcement  n may be 0: none
 *   period_ms     ENGINE_PLAYED with the cookie once, so long after the start, and not before
 *                 the announcement is over. The music goes on until stop, play or another hold
 *
 * E_STALE: leg or a sound is gone, nothing changed; E_LIMIT: n over ENGINE_LIST_MAX, or
 * commands_max; E_SYSTEM: no memory.
 */
enum err engine_hold(struct engine *e, uint32_t leg, uint64_t cookie, uint32_t music,
	const uint32_t announcement[], size_t n, unsigned period_ms) MUST_CHECK;

/* The player falls silent in fade_ms, without ENGINE_PLAYED. E_STALE; E_LIMIT: commands_max. */
enum err engine_stop(struct engine *e, uint32_t leg) MUST_CHECK;

enum engine_format { ENGINE_WAV, ENGINE_OPUS };

/*
 * Record what two legs of one room say to a stereo file, the one left, the other right, until it is
 * ended or both are closed; a side that closes is silent. What they hear is not in it.
 *
 *   right   0: silence there
 *   path    of a file that is not there yet; made with mode 0600
 *   format  ENGINE_OPUS: Ogg, RFC 7845
 *   beep_ms 0: none; else both legs hear a tone (media/engine/beep.h) at the start and so often,
 *           and it is in the file; not in a pause, and at once after it
 *
 * ENGINE_RECORDED with the cookie when the file is complete, or cannot be written any further (disk
 * full): then it is failed, and what was written so far is there. No call is touched by that.
 *
 * E_STALE    a leg is gone
 * E_MALFORMED beep_ms is less than ENGINE_BEEP_MS_MIN
 * E_DENIED   they are in different rooms
 * E_LIMIT    recordings_max, or commands_max
 * E_SYSTEM   the file cannot be made, no memory; why says
 */
enum err engine_record(struct engine *e, uint32_t left, uint32_t right, const char *path,
	enum engine_format format, unsigned beep_ms, uint64_t cookie, uint32_t *recording,
	struct why *why) MUST_CHECK;

/* Silence instead of both sides from the next tick on, while a card number is said; the time goes
 * on. E_STALE; E_LIMIT: commands_max, nothing changed. */
enum err engine_record_pause(struct engine *e, uint32_t recording, bool is_paused) MUST_CHECK;

/* ENGINE_RECORDED follows. E_STALE; E_LIMIT: commands_max, it goes on. */
enum err engine_record_end(struct engine *e, uint32_t recording) MUST_CHECK;

enum engine_event_kind {
	ENGINE_PLAYED,   /* cookie */
	ENGINE_DTMF,     /* digit; once a press, at its first packet */
	ENGINE_HEARD,    /* the first packet came: at the start, and again after ENGINE_SILENT */
	ENGINE_SILENT,   /* no packet for rtp_lost_ms */
	ENGINE_GONE,     /* its connection is over */
	ENGINE_RECORDED, /* cookie; leg: the left one, which may be closed; error */
};

struct engine_event {
	enum engine_event_kind kind;
	uint32_t leg;
	uint64_t cookie; /* of the play, hold or recording; else 0 */
	char digit;      /* one of 0-9 * # A-D; else 0 */
	int error;       /* errno of a recording that failed; else 0 */
};

/* Readable while events may wait; owned by the engine, not to be read from. */
int engine_fd(const struct engine *e);

/* The next event; false: none (only then does engine_fd fall silent, so take until false). When
 * events_max is reached, digits are dropped and counted; the other kinds come when there is room.
 */
bool engine_take(struct engine *e, struct engine_event *out);

struct engine_stats {
	uint64_t ticks;            /* run, all shards together */
	uint64_t ticks_lost;       /* not run, because they were more than three late */
	uint64_t late_us_max;      /* the latest start of a tick */
	uint64_t cpu_us;           /* of the shards' threads */
	uint32_t legs;             /* open */
	uint32_t sounds;           /* held */
	uint64_t packets_in;       /* taken as sound or event */
	uint64_t packets_out;      /* sent */
	uint64_t packets_lost;     /* missing by sequence when their time came */
	uint64_t packets_late;     /* came after their time, or twice */
	uint64_t packets_refused;  /* wrong host, not RTP, unknown payload type, too long */
	uint64_t packets_unsent;   /* the socket refused */
	uint64_t frames_concealed; /* made up by the decoder in place of lost ones */
	uint64_t frames_decoded;
	uint64_t frames_encoded;
	uint64_t events_dropped; /* digits that found events_max events waiting */
	uint64_t frames_stored;  /* sent as they were encoded beforehand */
	uint64_t packets_passed; /* sent as they came from the one talker who is heard */
	uint32_t encoders;       /* in use: different sounds that are being sent */
	uint32_t decoders;       /* in use */
	uint32_t busy;           /* percent of its time that the busiest shard works, lately */
};

/* Totals since engine_new. Each number was right; what is of single legs is counted five times a
 * second, so they may be that much apart. Any thread. */
void engine_stats(const struct engine *e, struct engine_stats *out);

/*
 * The key of what comes on a leg that was opened with key_out alone: from the next tick on it is
 * heard, and hears.
 *
 * E_STALE      the leg is gone
 * E_DENIED     a leg of this kind has no keys
 * E_LIMIT      commands_max
 * E_SYSTEM     OpenSSL or no memory
 */
enum err engine_leg_key(
	struct engine *e, uint32_t leg, const struct rtp_key *in, struct why *why) MUST_CHECK;

/*
 * Packets may last so long while nothing but music is heard: when the other side has told its
 * maxptime after the leg was opened; else see hold_ms of leg.h.
 *
 *   hold_ms  a multiple of 20 to 120
 *
 * E_STALE      the leg is gone
 * E_MALFORMED  hold_ms is none of these
 * E_LIMIT      commands_max
 */
enum err engine_leg_hold_ms(struct engine *e, uint32_t leg, unsigned hold_ms) MUST_CHECK;

/*
 * Dial digits on a leg, after those it is dialling still: RFC 4733 events, 100 ms each and 60 ms
 * apart, in the place of what the leg would hear meanwhile.
 *
 *   digits  1 to LEG_DIGITS_MAX - 1 of 0-9 * # A-D
 *
 * E_STALE      the leg is gone
 * E_MALFORMED  no digits, too many, or others than these
 * E_DENIED     the other side of this leg knows no such events
 * E_LIMIT      LEG_DIALLING_MAX digits wait on this leg, or commands_max: dial later
 */
enum err engine_dtmf(struct engine *e, uint32_t leg, const char *digits) MUST_CHECK;

/*
 * How a leg sounds, as it was at most half a second ago; ask before engine_leg_close.
 *
 * E_STALE  the leg is gone
 */
enum err engine_quality(struct engine *e, uint32_t leg, struct engine_quality *out) MUST_CHECK;

#endif
