/* fuzz: media/leg */
/* Lines a=crypto of a stranger's: any text is read or refused with a story, and what is read is
 * written as a line that reads the same. */
#include "media/leg/sdes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *line = calloc(1, n + 1), again[SDES_LINE_MAX];
	struct why why = { .text = "" };
	struct sdes s, same;

	memcpy(line, data, n);
	if (sdes_read(line, &s, &why) == OK) {
		assert(s.tag <= SDES_TAG_MAX);
		sdes_write(&s, again);
		assert(sdes_read(again, &same, NULL) == OK);
		assert(same.tag == s.tag && same.key.suite == s.key.suite);
		assert(sdes_mark(&same) == sdes_mark(&s));
	} else {
		assert(why.text[0]);
	}
	free(line);
	return 0;
}
