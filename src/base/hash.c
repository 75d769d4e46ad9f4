#include "base/hash.h"
#include "base/clock.h"

#include <string.h>
#include <unistd.h>

/* Eight bytes a step: FNV's multiply over words, then MurmurHash3's mix. */
uint64_t hash_bytes(uint64_t seed, struct str s)
{
    uint64_t h = seed ^ 0xcbf29ce484222325u ^ s.len;
    size_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t word;
        memcpy(&word, s.ptr + i, 8);
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
        h ^= h >> 32;
    }
    for (; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * 0x100000001b3u;
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    return h;
}

uint64_t hash_seed(void)
{
    uint64_t seed;
    if (getentropy(&seed, sizeof seed) != 0)
        seed = (uint64_t)clock_wall() ^ (uint64_t)(uintptr_t)&seed;
    return seed;
}
