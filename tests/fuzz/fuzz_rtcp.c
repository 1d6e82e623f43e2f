/* fuzz: media/leg */
/*
 * RTCP of a stranger's: any datagram is parsed or refused, what is parsed keeps its shape, and what
 * is said in answer can be parsed. Input: the packet; its last byte moves our clock.
 */
#include "media/leg/reports.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { OURS = 0x01020304 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const uint8_t chance[20] = "chance of a test....";
	uint64_t now_us = 1000000 + (n ? data[n - 1] * UINT64_C(100000) : 0);
	uint8_t *packet = malloc(n + !n), out[RTCP_BYTES_MAX]; /* to the byte, for ASan's eyes */
	struct reception heard = { 0 };
	struct rtcp in, said;
	struct reports r;
	size_t bytes;

	memcpy(packet, data, n);
	reports_init(&r, chance);
	if (rtcp_is(packet, n) && rtcp_parse(packet, n, OURS, &in) == OK) {
		assert(!in.has_block || in.block.ssrc == OURS);
		assert(!in.has_block || (in.block.lost >= -(1 << 23) && in.block.lost < 1 << 23));
		reports_came(&r, &in, 1000000);
		assert(!r.has_rtt || r.rtt_us <= REPORTS_RTT_US_MAX);
	}
	said = reports_make(&r, &heard, OURS, 0, now_us);
	bytes = rtcp_write(&said, r.cname, out);
	assert(bytes <= sizeof(out) && rtcp_is(out, bytes));
	assert(rtcp_parse(out, bytes, OURS, &in) == OK && in.ssrc == OURS);
	free(packet);
	return 0;
}
