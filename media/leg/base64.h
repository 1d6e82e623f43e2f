#ifndef MEDIA_LEG_BASE64_H
#define MEDIA_LEG_BASE64_H

/*
 * Base64 fifty times a second and leg, so with AVX2 where the processor has it.
 *
 * Debian's libraries (libb64, OpenSSL's EVP) go character by character, at 1 to 2 us a frame; this
 * is the method of Mula and Lemire, "Faster Base64 Encoding and Decoding Using AVX2 Instructions"
 * (2018): 24 bytes and 32 characters at a time. Pure; any thread.
 */

#include <stddef.h>
#include <stdint.h>

#define BASE64_CHARS(bytes) (((bytes) + 2) / 3 * 4)
#define BASE64_BAD SIZE_MAX

/* Writes BASE64_CHARS(n) characters, padded, no NUL. Returns their number. */
size_t base64_encode(const uint8_t *in, size_t n, char *out);

/* RFC 4648 section 4, strictly: whole groups, padded, nothing else between, unused bits zero. out
 * has room for n / 4 * 3 bytes. Returns the bytes, or BASE64_BAD with out unspecified. */
size_t base64_decode(const char *in, size_t n, uint8_t *out);

/* The same without AVX2, for other processors; tests hold the two against each other. */
size_t base64_encode_plain(const uint8_t *in, size_t n, char *out);
size_t base64_decode_plain(const char *in, size_t n, uint8_t *out);

#endif
