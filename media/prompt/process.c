#include "media/prompt/process.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

enum { OUT_STEP_BYTES = 64 * 1024, COMPLAINT_MAX = 160 };

/* What a running child is to us. Descriptors are -1 when closed. */
struct child {
	const char *name;
	pid_t pid; /* 0: none, or buried */
	int pid_fd;
	int out_fd;
	int err_fd;
	uint8_t *out;
	size_t out_bytes, out_size, bytes_max;
	char complaint[COMPLAINT_MAX];
	size_t complaint_bytes;
};

static void shut(int *fd)
{
	close_clean(fd);
	*fd = -1;
}

/* Kill what is left of the group and bury the child. Its status, or -1 when there was none. */
static int child_end(struct child *c)
{
	int status = -1;

	if (c->pid > 0) {
		kill(-c->pid, SIGKILL);
		while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
			;
		c->pid = 0;
	}
	shut(&c->pid_fd);
	shut(&c->out_fd);
	shut(&c->err_fd);
	return status;
}

static void child_fini(struct child *c)
{
	(void)child_end(c);
	free(c->out);
	c->out = NULL;
}

static void child_fini_clean(struct child *c)
{
	child_fini(c);
}

/* A file without a name that holds the input: unlike a pipe it cannot fill up, and a program that
 * does not read it raises no SIGPIPE here. -1: errno. */
static int input_of(const char *in, size_t in_bytes)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0)
		return -1;
	for (size_t at = 0; at < in_bytes;) {
		ssize_t w = write(fd, in + at, in_bytes - at);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0) {
			close(fd);
			return -1;
		}
		at += (size_t)w;
	}
	if (lseek(fd, 0, SEEK_SET) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The signals a program expects at its start, whatever we ignore or block ourselves. */
static void signals_default(posix_spawnattr_t *attr)
{
	sigset_t set;

	sigemptyset(&set);
	posix_spawnattr_setsigmask(attr, &set);
	sigfillset(&set);
	posix_spawnattr_setsigdefault(attr, &set);
	posix_spawnattr_setpgroup(attr, 0);
	posix_spawnattr_setflags(
		attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

/* 0, or an errno. */
static int spawn(pid_t *pid, const char *const argv[], const int three[3])
{
	char path[1024];
	struct text t = TEXT(path);
	char *env[] = { path, "LC_ALL=C.UTF-8", NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int e;

	text_add(&t, "PATH=%s", getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
	e = posix_spawn_file_actions_init(&files);
	if (e)
		return e;
	e = posix_spawnattr_init(&attr);
	if (!e) {
		signals_default(&attr);
		for (int i = 0; i < 3 && !e; i++)
			e = posix_spawn_file_actions_adddup2(&files, three[i], i);
		if (!e)
			e = posix_spawn_file_actions_addclosefrom_np(&files, 3);
		if (!e)
			e = posix_spawnp(pid, argv[0], &files, &attr, (char *const *)argv, env);
		posix_spawnattr_destroy(&attr);
	}
	posix_spawn_file_actions_destroy(&files);
	return e;
}

static enum err child_start(
	struct child *c, const char *const argv[], const char *in, size_t in_bytes, struct why *why)
{
	CLEAN(close) int in_fd = input_of(in, in_bytes);
	CLEAN(close) int out_end = -1;
	CLEAN(close) int err_end = -1;
	int out_pipe[2], err_pipe[2];
	int e;

	if (in_fd < 0 || pipe2(out_pipe, O_CLOEXEC) != 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", c->name, strerror(errno));
	c->out_fd = out_pipe[0];
	out_end = out_pipe[1];
	if (pipe2(err_pipe, O_CLOEXEC) != 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", c->name, strerror(errno));
	c->err_fd = err_pipe[0];
	err_end = err_pipe[1];
	fcntl(c->out_fd, F_SETFL, O_NONBLOCK);
	fcntl(c->err_fd, F_SETFL, O_NONBLOCK);
	e = spawn(&c->pid, argv, (int[3]){ in_fd, out_end, err_end });
	if (e) {
		c->pid = 0;
		return FAIL_EXT(
			why, E_SYSTEM, e, "%s: cannot be started: %s", c->name, strerror(e));
	}
	c->pid_fd = pidfd_open(c->pid, 0);
	if (c->pid_fd < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", c->name, strerror(errno));
	return OK;
}

static enum err out_grow(struct child *c, struct why *why)
{
	size_t size = c->out_size ? 2 * c->out_size : OUT_STEP_BYTES;
	uint8_t *p;

	if (c->out_bytes < c->out_size)
		return OK;
	if (size > c->bytes_max + 1) /* one more than allowed shows that it was too much */
		size = c->bytes_max + 1;
	p = realloc(c->out, size);
	if (!p)
		return FAIL(why, E_SYSTEM, "%s: no memory for its output", c->name);
	c->out = p;
	c->out_size = size;
	return OK;
}

/* Read what is there. The descriptor is closed at the end of file. */
static enum err out_drain(struct child *c, struct why *why)
{
	while (c->out_fd >= 0) {
		enum err e = out_grow(c, why);
		ssize_t r;

		if (e != OK)
			return e;
		r = read(c->out_fd, c->out + c->out_bytes, c->out_size - c->out_bytes);
		if (r < 0 && (errno == EAGAIN || errno == EINTR))
			return OK;
		if (r <= 0)
			shut(&c->out_fd);
		else
			c->out_bytes += (size_t)r;
		if (c->out_bytes > c->bytes_max)
			return FAIL(why, E_LIMIT, "%s: wrote more than %zu bytes", c->name,
				c->bytes_max);
	}
	return OK;
}

/* The beginning of the complaints is kept, the rest only read. */
static void err_drain(struct child *c)
{
	while (c->err_fd >= 0) {
		char rest[512];
		size_t room = sizeof(c->complaint) - 1 - c->complaint_bytes;
		ssize_t r = room ? read(c->err_fd, c->complaint + c->complaint_bytes, room)
				 : read(c->err_fd, rest, sizeof(rest));

		if (r < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (r <= 0)
			shut(&c->err_fd);
		else if (room)
			c->complaint_bytes += (size_t)r;
	}
}

/* Until it has exited. A grandchild that keeps the pipe open is not waited for. */
static enum err child_watch(
	struct child *c, uint64_t until_ms, uint32_t deadline_ms, struct why *why)
{
	for (;;) {
		struct pollfd p[3] = {
			{ .fd = c->pid_fd, .events = POLLIN },
			{ .fd = c->out_fd, .events = POLLIN },
			{ .fd = c->err_fd, .events = POLLIN },
		};
		uint64_t now_ms = clock_mono_ms();
		bool exited;
		enum err e;

		if (now_ms >= until_ms)
			return FAIL(why, E_LATE, "%s: not done within %u ms, killed", c->name,
				deadline_ms);
		if (poll(p, 3, (int)(until_ms - now_ms)) < 0 && errno != EINTR)
			return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", c->name, strerror(errno));
		exited = p[0].revents != 0; /* asked before draining, so nothing is missed */
		e = out_drain(c, why);
		err_drain(c);
		if (e != OK || exited)
			return e;
	}
}

/* The first line, without anything that could write on a terminal. */
static const char *complaint(struct child *c)
{
	c->complaint[c->complaint_bytes] = '\0';
	c->complaint[strcspn(c->complaint, "\n")] = '\0';
	for (char *p = c->complaint; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	return c->complaint[0] ? c->complaint : "(it did not say why)";
}

enum err process_filter(const char *const argv[], const char *in, size_t in_bytes, size_t bytes_max,
	uint32_t deadline_ms, uint8_t **out, size_t *out_bytes, struct why *why)
{
	CLEAN(child_fini)
	struct child c = {
		.name = argv[0],
		.pid_fd = -1,
		.out_fd = -1,
		.err_fd = -1,
		.bytes_max = bytes_max,
	};
	uint64_t until_ms = clock_mono_ms() + deadline_ms;
	enum err e;
	int status;

	*out = NULL;
	*out_bytes = 0;
	e = child_start(&c, argv, in, in_bytes, why);
	if (e == OK)
		e = child_watch(&c, until_ms, deadline_ms, why);
	if (e != OK)
		return e;
	status = child_end(&c);
	if (WIFSIGNALED(status))
		return FAIL_EXT(why, E_REMOTE, -WTERMSIG(status), "%s: died of signal %d: %s",
			c.name, WTERMSIG(status), complaint(&c));
	if (WEXITSTATUS(status) != 0)
		return FAIL_EXT(why, E_REMOTE, WEXITSTATUS(status), "%s: failed with status %d: %s",
			c.name, WEXITSTATUS(status), complaint(&c));
	*out = TAKE(c.out);
	*out_bytes = c.out_bytes;
	return OK;
}
