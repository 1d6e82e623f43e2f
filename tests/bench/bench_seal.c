/* bench: media/leg */
/*
 * What sealing and opening a packet of SRTP costs with one session and with 1,000, beside libsrtp
 * in the same run: 80 bytes of sound, AES_CM_128_HMAC_SHA1_80.
 */
#include "media/leg/seal.h"

#include <srtp2/srtp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SESSIONS = 1000, PACKETS = 60000, BYTES = 92, ROUNDS = 5 };

static struct rtp_seal *ours_out[SESSIONS], *ours_in[SESSIONS];
static srtp_t theirs_out[SESSIONS], theirs_in[SESSIONS];

/* Sessions from `from` on up to `to`: what libsrtp keeps of all of them is what it pays for. */
static bool open_sessions(int from, int to)
{
	struct rtp_key key = { .master = "sixteen and fourteen are thirt" };
	srtp_policy_t policy = { .key = key.master, .window_size = 128 };
	bool ok = true;

	srtp_crypto_policy_set_rtp_default(&policy.rtp);
	srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
	for (int i = from; ok && i < to; i++) {
		policy.ssrc.type = ssrc_any_outbound;
		ok = srtp_create(&theirs_out[i], &policy) == srtp_err_status_ok;
		policy.ssrc.type = ssrc_any_inbound;
		ok = ok && srtp_create(&theirs_in[i], &policy) == srtp_err_status_ok &&
		     rtp_seal_new(&key, &ours_out[i], NULL) == OK &&
		     rtp_seal_new(&key, &ours_in[i], NULL) == OK;
	}
	return ok;
}

static void make(uint8_t packet[BYTES + 32], uint16_t seq)
{
	memset(packet, 7, BYTES);
	packet[0] = 0x80;
	packet[1] = 111;
	packet[2] = (uint8_t)(seq >> 8);
	packet[3] = (uint8_t)seq;
}

static bool ours(int session, uint8_t *packet)
{
	size_t n = BYTES;

	return rtp_protect(ours_out[session], packet, &n) == OK &&
	       rtp_unprotect(ours_in[session], packet, &n) == OK;
}

static bool theirs(int session, uint8_t *packet)
{
	int n = BYTES;

	return srtp_protect(theirs_out[session], packet, &n) == srtp_err_status_ok &&
	       srtp_unprotect(theirs_in[session], packet, &n) == srtp_err_status_ok;
}

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* CPU-us a packet, sealed and opened. */
static double timed(bool (*pass)(int session, uint8_t *packet), int sessions, uint16_t *seq)
{
	double began = cpu_us();

	for (int i = 0; i < PACKETS; i++) {
		uint8_t packet[BYTES + 32];

		make(packet, (uint16_t)(*seq + i / sessions));
		if (!pass(i % sessions, packet))
			abort();
	}
	*seq = (uint16_t)(*seq + PACKETS / sessions + 1);
	return (cpu_us() - began) / PACKETS;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int main(void)
{
	static const int sessions[] = { 1, SESSIONS };
	uint16_t seq_ours = 0, seq_theirs = 0;

	int have = 0;

	if (srtp_init() != srtp_err_status_ok)
		return EXIT_FAILURE;
	for (size_t s = 0; s < 2; s++) {
		double a[ROUNDS], b[ROUNDS];

		if (!open_sessions(have, sessions[s]))
			return EXIT_FAILURE;
		have = sessions[s];
		for (int i = 0; i < ROUNDS; i++) {
			a[i] = timed(ours, sessions[s], &seq_ours);
			b[i] = timed(theirs, sessions[s], &seq_theirs);
		}
		qsort(a, ROUNDS, sizeof(a[0]), ascending);
		qsort(b, ROUNDS, sizeof(b[0]), ascending);
		printf("seal: %4d sessions, sealed and opened: ours %6.2f CPU-us a packet, libsrtp "
		       "%6.2f -> 1/%.1f\n",
			sessions[s], a[ROUNDS / 2], b[ROUNDS / 2], b[ROUNDS / 2] / a[ROUNDS / 2]);
	}
	return EXIT_SUCCESS;
}
