#ifndef MEDIA_LEG_WIRE_H
#define MEDIA_LEG_WIRE_H

/* Numbers as they travel, most significant byte first. For this room. */

#include <stdint.h>

static inline uint16_t wire_get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t wire_get32(const uint8_t *at)
{
	return (uint32_t)wire_get16(at) << 16 | wire_get16(at + 2);
}

static inline void wire_put16(uint8_t *at, uint16_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static inline void wire_put32(uint8_t *at, uint32_t v)
{
	wire_put16(at, (uint16_t)(v >> 16));
	wire_put16(at + 2, (uint16_t)v);
}

#endif
