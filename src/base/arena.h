/*
 * Memory that dies together: for one configuration, one request. Blocks are
 * aligned for any type and zeroed. NULL when the limit is reached or there
 * is no memory.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    size_t used;                /* bytes asked for, over all blocks */
    size_t max;
};

void arena_init(struct arena *a, size_t max);
void arena_release(struct arena *a); /* frees everything at once */
void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t count, size_t size);

/* A terminated copy. `.ptr` is NULL without memory. */
struct str arena_dup(struct arena *a, struct str s);

#endif
