/* CRC-32 of IEEE 802.3, as zlib's. */
#ifndef BASE_CRC32_H
#define BASE_CRC32_H

#include "base/str.h"

#include <stdint.h>

/* `crc` is 0 or that of the bytes before. */
uint32_t crc32_of(uint32_t crc, struct str bytes);

#endif
