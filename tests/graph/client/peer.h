#ifndef TESTS_GRAPH_CLIENT_PEER_H
#define TESTS_GRAPH_CLIENT_PEER_H

/* Starts peer.js, or another of its kind, with a certificate made for the occasion, and ends it. */

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct peer {
	pid_t pid;
	int in; /* closing it ends the peer */
	int port;
};

static char peer_dir[] = "/tmp/foyer-client-XXXXXX";
static char peer_ca[96], peer_key[96];
static const char *peer_script = "tests/graph/client/peer.js";

static void peer_certificate_make(void)
{
	char command[512];
	int n;

	assert(mkdtemp(peer_dir));
	snprintf(peer_ca, sizeof(peer_ca), "%s/ca.pem", peer_dir);
	snprintf(peer_key, sizeof(peer_key), "%s/key.pem", peer_dir);
	n = snprintf(command, sizeof(command),
		"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
		"-subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout %s -out %s "
		"2>/dev/null",
		peer_key, peer_ca);
	assert(n > 0 && (size_t)n < sizeof(command));
	assert(system(command) == 0);
}

static void peer_certificate_remove(void)
{
	unlink(peer_ca);
	unlink(peer_key);
	rmdir(peer_dir);
}

static void peer_exec(const char *mode, const int in[2], const int out[2])
{
	dup2(in[0], 0);
	dup2(out[1], 1);
	close(in[1]);
	close(out[0]);
	execlp("node", "node", peer_script, peer_ca, peer_key, mode, (char *)NULL);
	_exit(127);
}

static struct peer peer_start(const char *mode)
{
	struct peer p = { 0 };
	int in[2], out[2];
	FILE *f;

	assert(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
	p.pid = fork();
	assert(p.pid >= 0);
	if (p.pid == 0)
		peer_exec(mode, in, out);
	close(in[0]);
	close(out[1]);
	p.in = in[1];
	f = fdopen(out[0], "r");
	assert(f && fscanf(f, "%d", &p.port) == 1); /* node is there and could listen */
	fclose(f);
	return p;
}

static void peer_stop(struct peer *p)
{
	int status;

	close(p->in);
	waitpid(p->pid, &status, 0);
}

#endif
