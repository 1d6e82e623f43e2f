#include "media/leg/base64.h"

#include <stdbool.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_encode_plain(const uint8_t *in, size_t n, char *out)
{
	char *at = out;

	for (; n >= 3; n -= 3, in += 3) {
		*at++ = letters[in[0] >> 2];
		*at++ = letters[(in[0] & 3) << 4 | in[1] >> 4];
		*at++ = letters[(in[1] & 15) << 2 | in[2] >> 6];
		*at++ = letters[in[2] & 63];
	}
	if (n > 0) {
		unsigned second = n == 2 ? in[1] : 0;

		*at++ = letters[in[0] >> 2];
		*at++ = letters[(in[0] & 3) << 4 | second >> 4];
		*at++ = n == 2 ? letters[(second & 15) << 2] : '=';
		*at++ = '=';
	}
	return (size_t)(at - out);
}

/* What a letter stands for, and one more, so that 0 is none. */
/* clang-format off */
static const uint8_t values[256] = {
	['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
	['N'] = 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
	['n'] = 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52,
	['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
	['+'] = 63, ['/'] = 64,
};
/* clang-format on */

static unsigned value_of(char c)
{
	return values[(unsigned char)c] - 1u;
}

/* Four characters that stand for three bytes. */
static bool group(const char *in, uint8_t *out)
{
	unsigned a = value_of(in[0]), b = value_of(in[1]), c = value_of(in[2]), d = value_of(in[3]);
	uint32_t all = a << 18 | b << 12 | c << 6 | d;

	out[0] = (uint8_t)(all >> 16);
	out[1] = (uint8_t)(all >> 8);
	out[2] = (uint8_t)all;
	return (a | b | c | d) < 64;
}

/* The last four, of which one or two may be signs of equality. Bits that stand for nothing are 0.
 */
static bool last_group(const char *in, size_t bytes, uint8_t *out)
{
	char whole[4] = { in[0], in[1], bytes > 1 ? in[2] : 'A', bytes > 2 ? in[3] : 'A' };
	uint8_t all[3];

	if (!group(whole, all))
		return false;
	for (size_t i = 0; i < sizeof(all); i++) {
		if (i < bytes)
			out[i] = all[i];
		else if (all[i])
			return false;
	}
	return true;
}

size_t base64_decode_plain(const char *in, size_t n, uint8_t *out)
{
	uint8_t *at = out;
	size_t last;

	if (n % 4)
		return BASE64_BAD;
	for (; n > 4; n -= 4, in += 4, at += 3)
		if (!group(in, at))
			return BASE64_BAD;
	if (n == 0)
		return 0;
	last = in[3] != '=' ? 3 : in[2] != '=' ? 2 : 1;
	return last_group(in, last, at) ? (size_t)(at - out) + last : BASE64_BAD;
}

#ifdef __x86_64__

/* Twelve bytes a lane become sixteen values of six bits, and those letters. */
__attribute__((target("avx2"))) static __m256i encode_24(const uint8_t *in)
{
	const __m256i spread = _mm256_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10,
		1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
	/* By range: a-z, ten digits, +, /, and at 13 A-Z; what is added to the value. */
	const __m256i shift = _mm256_setr_epi8('a' - 26, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4,
		'+' - 62, '/' - 63, 'A', 0, 0, 'a' - 26, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4,
		'+' - 62, '/' - 63, 'A', 0, 0);
	__m256i x = _mm256_inserti128_si256(
		_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)in)),
		_mm_loadu_si128((const __m128i *)(in + 12)), 1);
	__m256i high, low, range;

	x = _mm256_shuffle_epi8(x, spread);
	high = _mm256_mulhi_epu16(
		_mm256_and_si256(x, _mm256_set1_epi32(0x0fc0fc00)), _mm256_set1_epi32(0x04000040));
	low = _mm256_mullo_epi16(
		_mm256_and_si256(x, _mm256_set1_epi32(0x003f03f0)), _mm256_set1_epi32(0x01000010));
	x = _mm256_or_si256(high, low);
	range = _mm256_subs_epu8(x, _mm256_set1_epi8(51));
	range = _mm256_or_si256(range,
		_mm256_and_si256(_mm256_cmpgt_epi8(_mm256_set1_epi8(26), x), _mm256_set1_epi8(13)));
	return _mm256_add_epi8(x, _mm256_shuffle_epi8(shift, range));
}

__attribute__((target("avx2"))) static size_t encode_avx2(const uint8_t *in, size_t n, char *out)
{
	char *at = out;

	for (; n >= 28; n -= 24, in += 24, at += 32)
		_mm256_storeu_si256((__m256i *)at, encode_24(in));
	return (size_t)(at - out) + base64_encode_plain(in, n, at);
}

/* false: a character that is none of the 64. */
__attribute__((target("avx2"))) static bool decode_32(const char *in, uint8_t *out)
{
	/* A character is good when the bits of its two halves do not meet. */
	const __m256i good_low = _mm256_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
		0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a, 0x15, 0x11, 0x11, 0x11, 0x11, 0x11,
		0x11, 0x11, 0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a);
	const __m256i good_high = _mm256_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08,
		0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x01, 0x02, 0x04, 0x08,
		0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
	const __m256i shift = _mm256_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
	const __m256i gather = _mm256_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1,
		-1, 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
	const __m256i nibble = _mm256_set1_epi8(15);
	__m256i x = _mm256_loadu_si256((const __m256i *)in);
	__m256i high = _mm256_and_si256(_mm256_srli_epi32(x, 4), nibble);
	__m256i low = _mm256_and_si256(x, nibble);
	__m256i is_slash = _mm256_cmpeq_epi8(x, _mm256_set1_epi8('/'));

	if (!_mm256_testz_si256(
		    _mm256_shuffle_epi8(good_low, low), _mm256_shuffle_epi8(good_high, high)))
		return false;
	x = _mm256_add_epi8(x, _mm256_shuffle_epi8(shift, _mm256_add_epi8(is_slash, high)));
	x = _mm256_maddubs_epi16(x, _mm256_set1_epi32(0x01400140));
	x = _mm256_madd_epi16(x, _mm256_set1_epi32(0x00011000));
	x = _mm256_shuffle_epi8(x, gather);
	x = _mm256_permutevar8x32_epi32(x, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
	_mm256_storeu_si256((__m256i *)out, x);
	return true;
}

/* 32 bytes are stored of which 24 count: so it stops where those that follow have no room. */
__attribute__((target("avx2"))) static size_t decode_avx2(const char *in, size_t n, uint8_t *out)
{
	uint8_t *at = out;
	size_t rest;

	for (; n >= 48; n -= 32, in += 32, at += 24)
		if (!decode_32(in, at))
			return BASE64_BAD;
	rest = base64_decode_plain(in, n, at);
	return rest == BASE64_BAD ? rest : (size_t)(at - out) + rest;
}

size_t base64_encode(const uint8_t *in, size_t n, char *out)
{
	return __builtin_cpu_supports("avx2") ? encode_avx2(in, n, out)
					      : base64_encode_plain(in, n, out);
}

size_t base64_decode(const char *in, size_t n, uint8_t *out)
{
	return __builtin_cpu_supports("avx2") ? decode_avx2(in, n, out)
					      : base64_decode_plain(in, n, out);
}

#else

size_t base64_encode(const uint8_t *in, size_t n, char *out)
{
	return base64_encode_plain(in, n, out);
}

size_t base64_decode(const char *in, size_t n, uint8_t *out)
{
	return base64_decode_plain(in, n, out);
}

#endif
