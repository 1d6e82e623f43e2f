#ifndef TESTS_AUTH_HANDS_H
#define TESTS_AUTH_HANDS_H

/* What a hand does to a finished token. at has room for twice its length and 20000 more. */

#include "auth/jose/b64url.h"

#include "tests/auth/mint.h"

MINT void mint_add(char *at, const char *more)
{
	memcpy(at + strlen(at), more, strlen(more) + 1);
}

MINT void pad(char *at)
{
	mint_add(at, "=");
}

MINT void pad_payload(char *at)
{
	char *dot = strrchr(at, '.');

	memmove(dot + 1, dot, strlen(dot) + 1);
	*dot = '=';
}

/* The key that signs for pad_payload_and_sign: the test's. */
static EVP_PKEY *hand_key;

MINT void pad_payload_and_sign(char *at)
{
	char *dot = strrchr(at, '.'), *text;
	uint8_t signature[1100];

	memcpy(dot, "=", 2);
	text = mint_b64(signature, mint_sign(hand_key, MINT_RS256, at, signature));
	mint_add(at, ".");
	mint_add(at, text);
	free(text);
}

MINT void line_end(char *at)
{
	mint_add(at, "\n");
}

MINT void space_before(char *at)
{
	memmove(at + 1, at, strlen(at) + 1);
	*at = ' ';
}

MINT void space_within(char *at)
{
	strrchr(at, '.')[20] = ' ';
}

MINT void plus(char *at)
{
	strrchr(at, '.')[20] = '+';
}

/* 256 bytes leave four spare bits in the last character; a lenient decoder drops them. */
MINT void spare_bit(char *at)
{
	char *last = at + strlen(at) - 1;

	*last = *last == 'A' ? 'B' : *last == 'Q' ? 'R' : *last == 'g' ? 'h' : 'x';
}

MINT void dot_after(char *at)
{
	mint_add(at, ".");
}

MINT void fourth_part(char *at)
{
	mint_add(at, ".e30");
}

MINT void letters_after(char *at)
{
	mint_add(at, "AAAA");
}

MINT void two_parts(char *at)
{
	*strrchr(at, '.') = '\0';
}

MINT void no_header(char *at)
{
	char *dot = strchr(at, '.');

	memmove(at, dot, strlen(dot) + 1);
}

MINT void no_payload(char *at)
{
	char *dot = strchr(at, '.'), *last = strrchr(at, '.');

	memmove(dot + 1, last, strlen(last) + 1);
}

MINT void nothing(char *at)
{
	*at = '\0';
}

MINT void dots(char *at)
{
	memcpy(at, "..", 3);
}

MINT void other_payload(char *at)
{
	char *dot = strchr(at, '.');

	dot[9] = dot[9] == 'x' ? 'y' : 'x';
}

MINT void cut(char *at)
{
	at[strlen(at) - 2] = '\0';
}

/* A zero byte in front and the same number: malleable, were the length not looked at. */
MINT void zero_in_front(char *at)
{
	char *dot = strrchr(at, '.');
	uint8_t bytes[512] = { 0 };
	size_t n;
	char *text;
	enum err e;

	e = b64url_decode(dot + 1, strlen(dot + 1), bytes + 1, sizeof(bytes) - 1, &n);
	assert(e == OK);
	text = mint_b64(bytes, n + 1);
	memcpy(dot + 1, text, strlen(text) + 1);
	free(text);
}

MINT void serialised(char *at)
{
	char *first = strchr(at, '.'), *last = strrchr(at, '.'), out[8192];

	snprintf(out, sizeof(out),
		"{\"protected\":\"%.*s\",\"payload\":\"%.*s\",\"signature\":\"%s\"}",
		(int)(first - at), at, (int)(last - first - 1), first + 1, last + 1);
	memcpy(at, out, strlen(out) + 1);
}

MINT void lengthen(char *at, size_t to)
{
	size_t n = strlen(at);

	memset(at + n, 'A', to - n);
	at[to] = '\0';
}

MINT void oversize(char *at)
{
	lengthen(at, 8193);
}

MINT void oversize_person(char *at)
{
	lengthen(at, 16385);
}

MINT void scheme_before(char *at)
{
	memmove(at + 7, at, strlen(at) + 1);
	memcpy(at, "Bearer ", 7);
}

#endif
