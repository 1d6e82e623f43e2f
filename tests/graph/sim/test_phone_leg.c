/* Legs over real UDP: two phones on two legs, and this test as the network between them. */
#include "tests/graph/sim/phone_help.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

enum { PT = 111, EVENT = 101 };

static const char HELLO[] = "Hello, I would like to ask about my order.";
static const char SALES[] = "Sales, good morning, how can I help you?";

/* One end of the network: what a leg sends comes out here. */
struct end {
	int fd;
	uint32_t leg;
	struct sockaddr_in leg_at;
};

static uint16_t bound(int *fd)
{
	struct sockaddr_in here = { .sin_family = AF_INET };
	socklen_t n = sizeof(here);

	here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	*fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(*fd, (struct sockaddr *)&here, sizeof(here)), 0);
	assert_int_equal(getsockname(*fd, (struct sockaddr *)&here, &n), 0);
	return ntohs(here.sin_port);
}

static void end_open(struct desk *d, struct end *e)
{
	struct phone_leg_conf conf = { "127.0.0.1", bound(&e->fd), PT, EVENT };
	struct why why = { 0 };
	uint16_t port;

	must(phone_leg_open(d->p, &conf, &e->leg, &port, &why), &why);
	e->leg_at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port) };
	e->leg_at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

static void give(const struct end *e, const void *bytes, size_t n)
{
	assert_int_equal(
		sendto(e->fd, bytes, n, 0, (const struct sockaddr *)&e->leg_at, sizeof(e->leg_at)),
		n);
}

/* A busy kernel may take its time, even on loopback. */
static void await_packet(const struct end *e)
{
	struct pollfd p = { .fd = e->fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, 10000), 1);
}

/* false: nothing has come. */
static bool take(const struct end *e, uint8_t *bytes, struct phone_rtp *rtp, size_t *n)
{
	ssize_t got = recv(e->fd, bytes, RTP_BYTES_MAX, 0);

	if (got < 0)
		return false;
	*n = (size_t)got;
	assert_true(phone_rtp_read(bytes, *n, rtp));
	return true;
}

/* Carries on what a has sent to b's leg, but for every lose-th packet since the test began. */
static void carry(const struct end *a, const struct end *b, unsigned lose)
{
	static unsigned nth;
	uint8_t bytes[RTP_BYTES_MAX];
	struct phone_rtp rtp;
	size_t n;

	await_packet(a); /* a leg in a bridge sends one each tick */
	while (take(a, bytes, &rtp, &n))
		if (lose == 0 || ++nth % lose != 0)
			give(b, bytes, n);
}

static uint32_t call_of(struct desk *d, uint32_t phone, const struct end *e)
{
	uint32_t b = bridge_of(d, phone, 0);
	struct why why = { 0 };

	must(phone_leg_join(d->p, e->leg, b, &why), &why);
	return b;
}

struct talkers {
	uint32_t anna, bert;
	struct end a, b;
};

static struct talkers two_calls(struct desk *d)
{
	struct talkers t;

	t.anna = person(d, "anna", HELLO, 70);
	t.bert = person(d, "bert", SALES, 30);
	end_open(d, &t.a);
	end_open(d, &t.b);
	call_of(d, t.anna, &t.a);
	call_of(d, t.bert, &t.b);
	return t;
}

static void run(struct desk *d, const struct talkers *t, int n)
{
	while (n-- > 0) {
		ticks(d, 1);
		carry(&t->a, &t->b, 0);
		carry(&t->b, &t->a, 0);
	}
}

static void network_down(const struct talkers *t)
{
	close(t->a.fd);
	close(t->b.fd);
}

static void people_on_two_legs_hear_each_other_and_not_themselves(void **state)
{
	struct desk *d = *state;
	struct talkers t = two_calls(d);
	struct phone_leg_counters n;
	struct pcm a, b, ear;
	size_t where;

	run(d, &t, 10);
	talk(d, t.anna, true);
	talk(d, t.bert, true);
	run(d, &t, 140);
	network_down(&t);
	phone_leg_count(d->p, t.b.leg, &n);
	assert_int_equal(n.out, 150);
	assert_in_range(n.in, 148, 150);
	assert_int_equal(n.lost + n.late + n.skipped + n.strange + n.out_refused + n.out_events, 0);
	phone_hang_up(d->p, t.anna);
	phone_hang_up(d->p, t.bert);
	ticks(d, 1);

	a = read_wav(d, "anna.mouth");
	b = read_wav(d, "bert.mouth");
	ear = read_wav(d, "bert");
	assert_true(match(ear, a.at, 12000, 6400, &where) > 0.9);
	/* 200 ms until they talk, a tick of network, 40 ms of buffer, the codec's own few ms. */
	assert_in_range(where, 3200 + 960, 3200 + 960 + 200);
	assert_true(fabs(level_db(ear.at + where, 12000) - level_db(a.at, 12000)) < 1.5);
	assert_true(match(ear, b.at, 12000, 6400, &where) < 0.5);
	free(ear.file);
	ear = read_wav(d, "anna");
	assert_true(match(ear, b.at, 12000, 6400, &where) > 0.9);
	assert_true(match(ear, a.at, 12000, 6400, &where) < 0.5);
	free(ear.file);
	free(a.file);
	free(b.file);
	told(d, "anna", "\"what\":\"rtp-first\",\"bridge\":");
}

static void losses_are_counted_and_concealed(void **state)
{
	struct desk *d = *state;
	struct talkers t = two_calls(d);
	struct phone_leg_counters n;
	struct pcm a, ear;
	size_t where;

	talk(d, t.anna, true);
	for (int i = 0; i < 100; i++) {
		ticks(d, 1);
		carry(&t.a, &t.b, 10);
	}
	network_down(&t);
	phone_leg_count(d->p, t.b.leg, &n);
	assert_in_range(n.lost, 8, 9); /* the tenth is the last one, whose turn has not come */
	assert_in_range(n.in, 88, 90);
	phone_hang_up(d->p, t.bert);
	ticks(d, 1);
	a = read_wav(d, "anna.mouth");
	ear = read_wav(d, "bert");
	assert_true(match(ear, a.at, 12000, 3200, &where) > 0.7); /* 0.79 to 0.92 by the phase */
	/* Without concealment a tenth of the blocks would be digital silence. */
	for (size_t at = where; at + TICK_SAMPLES < where + 12000; at += TICK_SAMPLES)
		assert_false(silent(ear.at + at, TICK_SAMPLES));
	free(a.file);
	free(ear.file);
}

static void a_leg_sends_an_even_stream_and_keys_in_between(void **state)
{
	struct desk *d = *state;
	uint32_t anna = person(d, "anna", HELLO, 70);
	struct phone_rtp first, rtp, key = { 0 };
	uint8_t bytes[RTP_BYTES_MAX];
	unsigned sounds = 0, keys = 0, ends = 0;
	struct why why = { 0 };
	struct end e;
	size_t n;

	end_open(d, &e);
	ticks(d, 3);
	assert_false(take(&e, bytes, &rtp, &n)); /* in no bridge: not a word */
	call_of(d, anna, &e);
	ticks(d, 1);
	await_packet(&e);
	assert_true(take(&e, bytes, &first, &n));
	assert_true(first.marker && first.payload_type == PT);
	must(phone_dtmf(d->p, anna, '5', &why), &why);
	for (unsigned i = 1; i < 20; i++) {
		ticks(d, 1);
		await_packet(&e);
		while (take(&e, bytes, &rtp, &n)) {
			assert_int_equal(rtp.ssrc, first.ssrc);
			assert_int_equal(rtp.seq, (uint16_t)(first.seq + 1 + sounds + keys));
			if (rtp.payload_type == PT) {
				assert_false(rtp.marker);
				assert_int_equal(rtp.ts, first.ts + 960 * ++sounds);
				continue;
			}
			assert_int_equal(rtp.payload_type, EVENT);
			if (keys++ == 0)
				key = rtp;
			assert_int_equal(rtp.ts, first.ts + 960); /* of its begin, to the end */
			assert_int_equal(rtp.payload[0], 5);
			ends += rtp.payload[1] >> 7;
		}
	}
	close(e.fd);
	assert_true(key.marker);
	assert_int_equal(sounds, 19);
	assert_int_equal(keys, 7);
	assert_int_equal(ends, 3);
	phone_hang_up(d->p, anna);
	ticks(d, 1);
	told(d, "anna", "{\"ms\":80,\"sample\":1280,\"what\":\"dtmf\",\"digit\":\"5\"}\n");
}

static void strangers_and_rubbish_are_counted_and_not_heard(void **state)
{
	struct desk *d = *state;
	uint32_t anna = person(d, "anna", NULL, 0);
	struct phone_leg_counters n;
	uint8_t big[3000] = { 0x80, PT };
	struct end e, other;
	struct pcm ear;

	end_open(d, &e);
	call_of(d, anna, &e);
	bound(&other.fd);
	other.leg_at = e.leg_at;
	give(&other, "\x80\x6f\0\1\0\0\0\0\0\0\0\1Opus", 16); /* from another port */
	give(&e, "GET / HTTP/1.1\r\n", 16);
	give(&e, "\x80\x08\0\2\0\0\0\0\0\0\0\1Opus", 16); /* A-law was not agreed on */
	give(&e, big, sizeof(big));
	give(&e, "\x80\x6f\0\3\0\0\0\0\0\0\0\1\xff\xff\xff", 15); /* no Opus inside */
	for (int i = 0; i < 5000; i++) { /* until the kernel has brought them all */
		ticks(d, 1);
		phone_leg_count(d->p, e.leg, &n);
		if (n.strange >= 5)
			break;
	}
	ticks(d, 1);
	assert_int_equal(n.strange, 5);
	assert_int_equal(n.in, 1);
	close(e.fd);
	close(other.fd);
	phone_leg_close(d->p, e.leg);
	phone_leg_count(d->p, e.leg, &n);
	assert_int_equal(n.strange, 0);
	phone_hang_up(d->p, anna);
	ticks(d, 1);
	ear = read_wav(d, "anna");
	assert_true(silent(ear.at, ear.n));
	free(ear.file);
}

static const struct {
	const char *name;
	struct phone_leg_conf conf;
	enum err want;
} confs[] = {
	{ "a host name", { "localhost", 4000, PT, EVENT }, E_MALFORMED },
	{ "no address", { NULL, 4000, PT, EVENT }, E_MALFORMED },
	{ "the other family", { "::1", 4000, PT, EVENT }, E_MALFORMED },
	{ "port 0", { "127.0.0.1", 0, PT, EVENT }, E_MALFORMED },
	{ "a static payload type", { "127.0.0.1", 4000, 8, EVENT }, E_MALFORMED },
	{ "payload type 128", { "127.0.0.1", 4000, 128, EVENT }, E_MALFORMED },
	{ "twice the same", { "127.0.0.1", 4000, PT, PT }, E_MALFORMED },
	{ "good", { "127.0.0.1", 4000, PT, EVENT }, OK },
};

static void each_leg_is_opened_or_refused(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < ARRAY_LEN(confs); i++) {
		struct why why = { 0 };
		uint16_t port;
		uint32_t leg;
		enum err e = phone_leg_open(d->p, &confs[i].conf, &leg, &port, &why);

		if (e != confs[i].want || (e == OK) != (leg != 0 && port != 0))
			fail_msg("%s: %s %s", confs[i].name, err_text(e), why.text);
	}
}

/* The threads, for real: no hand on the clock, and time waits for the events' descriptor. */
static void the_clock_runs_by_itself(void **state)
{
	struct desk *d = *state;
	struct talkers t = two_calls(d);
	struct pollfd p = { .fd = phones_event_fd(d->p), .events = POLLIN };
	struct phones_counters count;
	struct phone_event ev;
	struct why why = { 0 };
	int16_t pcm[3200];
	struct pcm ear;
	uint32_t carl = person(d, "carl", NULL, 0), b = bridge_of(d, carl, 0);

	noise(pcm, 3200, 6);
	must(phones_start(d->p, &why), &why);
	talk(d, t.anna, true);
	for (uint64_t i = 0; i < 3; i++)
		play_one(d, b, i, clip_of(pcm, 3200, "x"));
	for (uint64_t i = 0; i < 3;) {
		assert_int_equal(poll(&p, 1, 10000), 1);
		assert_true(phones_event_take(d->p, &ev));
		assert_int_equal(ev.cookie, i);
		assert_int_equal(ev.kind, PHONE_PLAYED);
		i++;
		carry(&t.a, &t.b, 0);
	}
	phone_hang_up(d->p, carl);
	assert_int_equal(poll(&p, 1, 10000), 1);
	assert_true(phones_event_take(d->p, &ev));
	assert_int_equal(ev.kind, PHONE_HUNG_UP);
	assert_int_equal(ev.phone, carl);
	ear = read_wav(d, "carl"); /* complete while the clock runs */
	assert_true(ear.n >= 9600 && ear.n % TICK_SAMPLES == 0);
	free(ear.file);
	phones_count(d->p, &count);
	assert_true(count.ticks >= 30);
	assert_int_equal(count.ear_lost, 0);
	network_down(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_DESK(people_on_two_legs_hear_each_other_and_not_themselves),
		AT_DESK(losses_are_counted_and_concealed),
		AT_DESK(a_leg_sends_an_even_stream_and_keys_in_between),
		AT_DESK(strangers_and_rubbish_are_counted_and_not_heard),
		AT_DESK(each_leg_is_opened_or_refused),
		AT_DESK(the_clock_runs_by_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
