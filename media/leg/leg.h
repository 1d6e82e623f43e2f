#ifndef MEDIA_LEG_LEG_H
#define MEDIA_LEG_LEG_H

/*
 * How sound gets in and out of a call: one kind of leg a file, listed in legs.def.
 *
 * A leg moves packets; it neither decodes nor mixes, and it never blocks. The engine opens and
 * frees it on the control thread and calls everything else from the leg's shard, so a leg needs
 * no lock; between open and free it takes no memory.
 */

#include "bot/base/err.h"
#include "media/codec/codec.h"
#include "media/leg/seal.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LEG_BATCH = 16,        /* items of one receive, at most */
	LEG_PACKET_MAX = 1500, /* bytes of a datagram; longer ones are refused */
	LEG_RELEARN_MS = 1000, /* of silence, then another port of the remote host may take over */
	LEG_DIGITS_MAX = 32,   /* of one press, NUL included */
	LEG_DIALLING_MAX = 64, /* digits on their way out of one leg */
};

/* Filled with zeros it means RTP with Opus on 111 and telephone-event on 101. */
struct leg_conf {
	const struct leg_kind *kind; /* NULL: RTP */
	const struct codec *codec;   /* NULL: Opus; of a WebSocket pcm16 or pcm24 */
	uint8_t payload_type;        /* of the codec; 0: the codec's own */
	uint8_t telephone_event;     /* payload type of RFC 4733 events; 0: 101 */
	uint32_t event_hz;           /* clock of their durations; 0: the codec's */
	uint8_t comfort_noise;       /* of RFC 3389; 0: 13 beside a clock of 8 kHz, else none */
	/* The other side listed comfort noise: silence is said by one such packet a second, and
	 * nothing between. */
	bool rests;
	/* The other side knows no telephone-event: digits are listened for in its sound, and
	 * none can be sent. */
	bool in_band;
	/* RTCP goes to and comes from the port above, for who lacks RFC 5761. Whichever is said
	 * here, what comes the other way is understood, and then answered that way. */
	bool rtcp_apart;
	/* While nothing but music is heard, packets last so long, if what the other side said of
	 * maxptime allows it: a multiple of 20 to 120; 0: 20. */
	uint8_t hold_ms;
	/* SRTP: the keys of what we send and of what comes, a direction each. Copied. With them
	 * nothing else is sent or taken. key_out alone: the other comes later (key), and nothing is
	 * sent or taken until then. */
	const struct rtp_key *key_out, *key_in;
	/* Of kind file, whose codec is L16: the file it speaks from, read whole while it is opened
	 * (media/prompt/audio.h, whose errors are open's too), and the WAV that what it heard is
	 * written to when it is freed; it must not be there yet. NULL: none. */
	const char *says, *hears;
};

/* Where legs may bind. One of these serves all legs, so that ports are taken in turn and a late
 * packet of a call that ended does not find the next one. */
struct leg_bind {
	char address[64];               /* numeric IPv4 or IPv6 */
	uint16_t port_first, port_last; /* even ports of this range; both 0: the system's choice */
	uint16_t port_next;             /* where the next search starts; 0 at first */
	/* Packets carry the kernel's time of arrival; else it is when they were received, for tests
	 * that move the clock by hand. */
	bool has_stamps;
};

struct leg_address {
	union {
		struct sockaddr any;
		struct sockaddr_in ip4;
		struct sockaddr_in6 ip6;
	};
	socklen_t bytes; /* 0: none */
};

/* What came in: one packet of sound, or one of a key press. */
struct leg_item {
	bool is_sound;
	bool is_noise; /* comfort noise from here to the next sound, noise_db below full scale */
	uint8_t noise_db;
	char digit;   /* a new key press: 0-9 * # A-D; 0: sound, or a press that was told already */
	uint16_t seq; /* of the stream that sound and events share */
	uint32_t ts;  /* in the codec's RTP clock */
	uint32_t ssrc;
	uint64_t at_us;         /* when it came, on the monotonic clock; 0: just now */
	const uint8_t *payload; /* of sound, at most CODEC_PAYLOAD_MAX; borrowed from the batch */
	size_t payload_bytes;
};

/* Storage of one receive; a shard has one and uses it for all its legs. */
struct leg_batch {
	struct leg_item item[LEG_BATCH];
	size_t n;
	bool has_more; /* something may wait still: receive again */
	/* How far the wall clock, which stamps are of, is ahead of the monotonic one: who receives
	 * looks once for all legs. */
	int64_t wall_ahead_us;
	uint8_t bytes[LEG_BATCH][LEG_PACKET_MAX];
};

/* What every kind begins with. */
struct leg {
	const struct leg_kind *kind;
	bool in_band;     /* as its conf says, */
	bool rests;       /* and its kind can */
	int fd;           /* readable while packets wait; -1: nothing to poll */
	int peer_fd;      /* the same, for what comes from where we send to; -1: none */
	uint64_t in;      /* packets taken */
	uint64_t out;     /* packets sent */
	uint64_t refused; /* wrong host, malformed, unknown payload type, too long */
	uint64_t unsent;  /* the system would not take them; time went on */
	uint32_t ended;   /* connections that are over, of a kind that has them */
	/* Digits given to press and not over yet. Who wants to press adds them first, on any
	 * thread; the leg takes them away. */
	_Atomic unsigned dialling;
};

/* What a leg knows of its way: of what comes, and how the other side gets what we send. */
struct leg_quality {
	uint64_t expected, lost; /* packets, by sequence, since the start */
	uint32_t jitter_us;      /* RFC 3550 */
	bool has_rtt;
	uint32_t rtt_us; /* there and back, the last one */
	bool has_theirs;
	uint32_t theirs_lost, theirs_jitter_us;
	uint8_t theirs_fraction; /* lost lately, in 1/256 */
};

struct leg_kind {
	const char *name;
	/* Control thread. Tells the local port (0: this kind has none).
	 * E_MALFORMED: conf or address; E_LIMIT: no port of the range is free; E_SYSTEM. */
	enum err (*open)(const struct leg_conf *conf, struct leg_bind *bind, struct leg **out,
		uint16_t *port, struct why *why);
	void (*free)(struct leg *leg);

	/* From now on this epoll tells of whose whenever something waits, and nothing is received
	 * while it does not; until unwatch, or at once if false: the system cannot. Both NULL: a
	 * kind that is received from in every tick. */
	bool (*watch)(struct leg *leg, int epoll_fd, void *whose);
	void (*unwatch)(struct leg *leg);
	/* From now on the other side is there, and nowhere else. NULL: it is connected instead. */
	void (*remote)(struct leg *leg, const struct leg_address *remote);
	/* The other side has connected to us; the leg takes fd over, in place of one it had. NULL:
	 * a kind without connections. */
	void (*connect)(struct leg *leg, int fd);
	/* The key of what comes, made on the control thread; the leg owns it, and takes it once.
	 * NULL: a kind without keys. */
	void (*key)(struct leg *leg, struct rtp_seal *in);
	/* What arrived since the last call, in order of arrival: all of it, or the first of it and
	 * has_more. */
	void (*receive)(struct leg *leg, uint64_t now_ms, struct leg_batch *out);
	/* Each 100 ms or so: to tell the other side how it is heard. spare is storage. NULL: a kind
	 * that does not. */
	void (*report)(struct leg *leg, uint64_t now_ms, struct leg_batch *spare);
	/* send is near: what it looks at beyond the leg itself comes into the cache. NULL: nothing.
	 */
	void (*fetch)(const struct leg *leg);
	/* Whether anybody would get what is sent; if not, do not encode for it. */
	bool (*is_sending)(const struct leg *leg);
	/* One packet that lasts so many frames; the leg's time moves on by them. payload is
	 * borrowed, and others may send the same. bytes 0: this packet was lost on its way to us;
	 * its number is spent, so that the other side conceals it or mends it by what follows. */
	void (*send)(struct leg *leg, const uint8_t *payload, size_t bytes, unsigned frames);
	/* Frames in which nothing is sent; the leg's time moves on all the same. */
	void (*pass)(struct leg *leg, uint64_t frames);
	/* One frame of silence, of a leg that rests, whose encoder has come to rest. NULL: a kind
	 * that does not. */
	void (*rest)(struct leg *leg);
	/* What was sent and not played yet shall not be heard any more. NULL: nothing can be done
	 * about it. */
	void (*flush)(struct leg *leg);

	/* NULL: such a kind has no other digits than sounds. Dials what was counted in dialling;
	 * the sound of those frames is not sent. */
	void (*press)(struct leg *leg, const char digits[LEG_DIGITS_MAX]);
	/* NULL: nothing of the kind is known. */
	void (*quality)(const struct leg *leg, struct leg_quality *out);
};

#define LEG(id) extern const struct leg_kind leg_kind_##id;
#include "media/leg/legs.def"
#undef LEG

/* By name ("rtp"). NULL: we have none of that name. Any thread. */
const struct leg_kind *leg_kind_find(const char *name);

/* A numeric IPv4 or IPv6 address and a port. E_MALFORMED: it is neither. */
enum err leg_address_parse(
	const char *address, uint16_t port, struct leg_address *out, struct why *why) MUST_CHECK;

#endif
