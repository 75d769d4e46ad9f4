/*
 * A table from byte strings to pointers (open addressing, keys copied).
 * Iteration is in no order and must not change the table.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

struct map_slot {
    char *key; /* NULL: free; terminated copy otherwise */
    size_t key_len;
    void *value;
};

struct map {
    struct map_slot *slots;
    size_t count, cap; /* cap is 0 or a power of two */
};

void map_init(struct map *m);

/* Frees keys and table, and each value with `free_value` unless NULL. */
void map_release(struct map *m, void (*free_value)(void *));

void *map_get(const struct map *m, struct str key); /* NULL: not there */

/* Put `value` (not NULL) under a copy of `key`; the value that was there is
 * given back through `old` (NULL when there was none). False without memory,
 * the table unchanged. */
bool map_put(struct map *m, struct str key, void *value, void **old);

/* Remove and return; NULL when it was not there. */
void *map_take(struct map *m, struct str key);

/* The next used slot from `*at` on, or NULL; start with `*at = 0`. */
const struct map_slot *map_next(const struct map *m, size_t *at);

#endif
