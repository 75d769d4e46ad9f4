/*
 * A fast hash of bytes for tables in memory (FNV-1a, 64 bits, with a final
 * mix). Not for keys that an attacker chooses in quantity, and not stable
 * across versions: it is never stored.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/str.h"

#include <stdint.h>

uint64_t hash_bytes(uint64_t seed, struct str s);

/* A seed that nobody can guess, from the system. */
uint64_t hash_seed(void);

#endif
