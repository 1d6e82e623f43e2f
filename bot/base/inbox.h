#ifndef BOT_BASE_INBOX_H
#define BOT_BASE_INBOX_H

/*
 * A bounded queue of plain values between threads.
 *
 * Writers: any thread. Reader: one thread, which may sleep in poll() on inbox_fd.
 * The one too many is refused with E_LIMIT: the writer decides what that means.
 * Values are copied in and out; a value that holds a pointer hands over what it
 * points to.
 */

#include "bot/base/err.h"

#include <stdbool.h>

struct inbox;

/* capacity values of value_bytes each. NULL when memory or descriptors are out. */
struct inbox *inbox_new(size_t capacity, size_t value_bytes);
/* Values still inside are forgotten: drain first if they own something. NULL is fine. */
void inbox_free(struct inbox *in);
enum err inbox_put(struct inbox *in, const void *value) MUST_CHECK;
/* false: empty. */
bool inbox_take(struct inbox *in, void *value);
/* Readable while values wait. Owned by the inbox; do not read from it. */
int inbox_fd(const struct inbox *in);
size_t inbox_waiting(struct inbox *in);

#endif
