/* fuzz: media/leg */
/*
 * Datagrams of a stranger's who has no key: the first byte says which suite and whether RTP or
 * RTCP, the rest is the packet. Nothing is ever accepted, and nothing is read beyond its end.
 */
#include "media/leg/seal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct rtp_seal *seal[RTP_SUITES];
	uint8_t *packet;
	size_t bytes = n - 1;
	enum err e;

	for (int i = 0; !seal[i]; i = (i + 1) % RTP_SUITES) {
		struct rtp_key key = { .suite = (enum rtp_suite)i,
			.master = "not told to anybody" };

		assert(rtp_seal_new(&key, &seal[i], NULL) == OK);
	}
	if (n < 1)
		return 0;
	packet = malloc(n); /* of exactly this size, so that a step too far is seen */
	assert(packet);
	memcpy(packet, data + 1, bytes);
	if (data[0] & 2)
		e = rtcp_unprotect(seal[data[0] & 1], packet, &bytes);
	else
		e = rtp_unprotect(seal[data[0] & 1], packet, &bytes);
	assert(e != OK && bytes == n - 1);
	free(packet);
	return 0;
}
