/* bench: bot/store */
/*
 * What remembering costs: events committed one, 32 and 256 at a time, beside fdatasync of the same
 * bytes into a preallocated file on the same disk, in alternating rounds. Processor time is what
 * the machine's other guests spoil least; the wall's time is the disk's.
 */
#include "bot/base/clock.h"
#include "bot/store/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 9, BATCH_MAX = 256 };

static const struct {
	size_t batch, commits; /* a round */
} sizes[] = { { 1, 100 }, { 32, 60 }, { 256, 20 } };

static char dir[] = "/var/tmp/bench_store.XXXXXX";

struct cost {
	double cpu_us, wall_us; /* an event */
};

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void die(const char *what)
{
	fprintf(stderr, "bench_store: %s\n", what);
	exit(1);
}

static void events_make(struct event *ev, size_t n, uint64_t at)
{
	for (size_t i = 0; i < n; i++)
		ev[i] = (struct event){ .at_ms = at + i,
			.kind = EV_DIGIT,
			.contact = 1 + (uint32_t)at,
			.attempt = (uint32_t)i,
			.value = '1' };
}

static struct cost cost_of(double cpu, uint64_t ns, size_t n)
{
	return (struct cost){ cpu / (double)n, (double)ns / 1e3 / (double)n };
}

static struct cost round_store(struct store *s, size_t batch, size_t commits)
{
	struct event ev[BATCH_MAX];
	struct why why;
	double cpu = cpu_us();
	uint64_t ns = clock_mono_ns();

	for (size_t i = 0; i < commits; i++) {
		events_make(ev, batch, i);
		if (store_commit(s, &(struct store_batch){ ev, batch, NULL, 0 }, &why) != OK)
			die(why.text);
	}
	return cost_of(cpu_us() - cpu, clock_mono_ns() - ns, batch * commits);
}

static struct cost round_raw(int fd, size_t batch, size_t commits)
{
	struct event ev[BATCH_MAX];
	uint8_t bytes[BATCH_MAX][EVENT_BYTES];
	double cpu = cpu_us();
	uint64_t ns = clock_mono_ns();

	for (size_t i = 0; i < commits; i++) {
		events_make(ev, batch, i);
		for (size_t j = 0; j < batch; j++)
			event_pack(&ev[j], bytes[j]);
		if (pwrite(fd, bytes, batch * EVENT_BYTES, (off_t)(i * batch * EVENT_BYTES)) < 0 ||
			fdatasync(fd))
			die("the disk does not take it");
	}
	return cost_of(cpu_us() - cpu, clock_mono_ns() - ns, batch * commits);
}

static int raw_open(void)
{
	static char zeros[BATCH_MAX * EVENT_BYTES * 32];
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "%s/raw", dir);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, zeros, sizeof(zeros)) != sizeof(zeros) || fsync(fd))
		die("no file to write");
	return fd;
}

static int by_cpu(const void *a, const void *b)
{
	double x = ((const struct cost *)a)->cpu_us, y = ((const struct cost *)b)->cpu_us;

	return (x > y) - (x < y);
}

static struct cost median(struct cost *c)
{
	qsort(c, ROUNDS, sizeof(*c), by_cpu);
	return c[ROUNDS / 2];
}

static bool count(void *arg, uint64_t seq, const struct event *ev)
{
	(void)seq, (void)ev;
	++*(uint64_t *)arg;
	return true;
}

static void measure_replay(struct store *s)
{
	uint64_t n = 0;
	struct why why;
	double cpu = cpu_us();

	if (store_replay(s, count, &n, &why) != OK)
		die(why.text);
	printf("store replay: %.2f us an event, of %llu\n", (cpu_us() - cpu) / (double)n,
		(unsigned long long)n);
}

int main(void)
{
	struct store_summary found;
	struct store *s;
	char path[64], line[96];
	struct why why;
	int fd;

	if (!mkdtemp(dir))
		die("no folder under /var/tmp");
	snprintf(path, sizeof(path), "%s/foyer.db", dir);
	if (store_open(path, &s, &found, &why) != OK)
		die(why.text);
	fd = raw_open();
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct cost own[ROUNDS], raw[ROUNDS];

		for (int r = 0; r < ROUNDS; r++) {
			own[r] = round_store(s, sizes[i].batch, sizes[i].commits);
			raw[r] = round_raw(fd, sizes[i].batch, sizes[i].commits);
		}
		own[0] = median(own);
		raw[0] = median(raw);
		printf("store commit of %3zu: %6.2f us of processor an event (%.1f on the wall); "
		       "fdatasync of the same bytes %.2f (%.1f): %.1f times\n",
			sizes[i].batch, own[0].cpu_us, own[0].wall_us, raw[0].cpu_us,
			raw[0].wall_us, own[0].cpu_us / raw[0].cpu_us);
	}
	measure_replay(s);
	store_close(s);
	close(fd);
	snprintf(line, sizeof(line), "rm -r %s", dir);
	return system(line) != 0;
}
