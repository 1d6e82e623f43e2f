/* bench: bot/core */
/*
 * What nobody gets around, for the bench of the door: an RSA-2048 signature verified by OpenSSL,
 * and journal records of one and of 32 events brought to the disk by fdatasync into a file that
 * has its size already. Prints a line of JSON, in microseconds.
 *
 *	load_raw FOLDER
 */
#include "bot/base/clock.h"
#include "bot/core/event.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { VERIFICATIONS = 400, SYNCS = 100, BATCH = 32, TEXT_BYTES = 700 };

static void die(const char *what)
{
	fprintf(stderr, "load_raw: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void verify_once(EVP_PKEY *key, const uint8_t *text, const uint8_t *signature, size_t n)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();

	if (!md || EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) != 1 ||
		EVP_DigestVerify(md, signature, n, text, TEXT_BYTES) != 1)
		die("OpenSSL does not verify its own signature");
	EVP_MD_CTX_free(md);
}

static double verify_us(void)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t text[TEXT_BYTES] = { 'e' }, signature[256];
	size_t n = sizeof(signature);
	double begin;

	if (!key || !md || EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key) != 1 ||
		EVP_DigestSign(md, signature, &n, text, sizeof(text)) != 1)
		die("OpenSSL does not sign");
	EVP_MD_CTX_free(md);
	verify_once(key, text, signature, n);
	begin = cpu_us();
	for (int i = 0; i < VERIFICATIONS; i++)
		verify_once(key, text, signature, n);
	begin = cpu_us() - begin;
	EVP_PKEY_free(key);
	return begin / VERIFICATIONS;
}

struct cost {
	double cpu_us, wall_us;
};

/* A record is an event's bytes; its content does not matter to the disk. */
static struct cost sync_us(int fd, size_t records)
{
	static const char bytes[BATCH * EVENT_BYTES] = { 'r' };
	double cpu = cpu_us();
	uint64_t ns = clock_mono_ns();

	for (size_t i = 0; i < SYNCS; i++)
		if (pwrite(fd, bytes, records * EVENT_BYTES, (off_t)(i * records * EVENT_BYTES)) <
				0 ||
			fdatasync(fd))
			die("fdatasync");
	return (struct cost){ (cpu_us() - cpu) / SYNCS,
		(double)(clock_mono_ns() - ns) / 1e3 / SYNCS };
}

static int file_open(const char *folder)
{
	static const char zeros[SYNCS * BATCH * EVENT_BYTES];
	char name[4096];
	int fd;

	snprintf(name, sizeof(name), "%s/raw", folder);
	fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, zeros, sizeof(zeros)) != sizeof(zeros) || fsync(fd) || unlink(name))
		die(name);
	return fd;
}

int main(int argc, char **argv)
{
	struct cost one, many;
	int fd;

	if (argc != 2) {
		fputs("usage: load_raw FOLDER\n", stderr);
		return 2;
	}
	fd = file_open(argv[1]);
	one = sync_us(fd, 1);
	many = sync_us(fd, BATCH);
	close(fd);
	printf("{\"verify_us\":%.3f,\"sync_cpu_us\":%.3f,\"sync_us\":%.3f,\"sync_32_cpu_us\":%.3f,"
	       "\"sync_32_us\":%.3f}\n",
		verify_us(), one.cpu_us, one.wall_us, many.cpu_us, many.wall_us);
	return EXIT_SUCCESS;
}
