/*
 * Completions that were given, found again while one types along them.
 *
 * An entry remembers what was to be inserted, and hashes of the text around
 * the place (a tail of the prefix, a head of the suffix). It answers
 * wherever the text now before the cursor is its own prefix followed by a
 * beginning of its completion. Bounded in bytes; the least recently used
 * goes first.
 */
#ifndef COMPLETE_CACHE_H
#define COMPLETE_CACHE_H

#include "base/clock.h"
#include "base/str.h"

#include <stdint.h>

enum {
    CACHE_PREFIX = 1024, /* bytes of the prefix that have to agree */
    CACHE_SUFFIX = 256,  /* bytes of the suffix */
    CACHE_TYPED = 512,   /* longest typed-along beginning */
};

struct cache;

/* What shaped the answer besides the text. Equal or not the same. */
struct cache_key {
    uint64_t table;    /* the route table's id */
    uint64_t document; /* hash of URI and language */
    unsigned flags;    /* trigger and form */
};

struct cache_hit {
    struct str text;  /* still to be inserted; until the next call */
    struct str model; /* that wrote it */
    size_t typed;     /* bytes of it that had been typed already */
    int class;        /* enum cursor_class */
    int route;        /* index */
    bool stands_in;   /* for a model that did not answer */
};

/* NULL without memory; `max_bytes` 0 remembers nothing. */
struct cache *cache_new(size_t max_bytes);
void cache_free(struct cache *c);
void cache_clear(struct cache *c);

void cache_put(struct cache *c, const struct cache_key *key, struct str prefix,
               struct str suffix, const struct cache_hit *completion);

/* `prefix` and `suffix` are the whole text before and after the cursor; only
 * their ends are looked at. Costs a hash step per byte of CACHE_TYPED. */
bool cache_get(struct cache *c, const struct cache_key *key, struct str prefix,
               struct str suffix, struct cache_hit *hit);

/* The parts of both that count. */
void cache_trim(struct str *prefix, struct str *suffix);

/* What tells an entry from all others, also in other processes. */
uint64_t cache_id(const struct cache_key *key, struct str prefix,
                  struct str suffix);

size_t cache_bytes(const struct cache *c);

#endif
