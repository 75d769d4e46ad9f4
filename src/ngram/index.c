#include "ngram/index.h"
#include "ngram/pattern.h"
#include "ngram/shape.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_BUCKETS = 16,
    TOKENS_PER_BUCKET = 3, /* at most, in a table made for its tokens */
    MALLOC_COST = 16,      /* what an allocation takes besides its bytes */
    MAX_TOKENS = 1 << 20   /* that a table is made for before they are there */
};
#define BUCKET_BIT (UINT32_C(1) << 23) /* in `previous`: it is a bucket */

void index_init(struct index *ix, const struct vocabulary *words)
{
    *ix = (struct index){.words = words};
    index_bound(ix, SIZE_MAX);
}

void index_bound(struct index *ix, size_t max_bytes)
{
    size_t blocks = max_bytes / (sizeof(struct block) + MALLOC_COST);
    size_t most = BUCKET_BIT / BLOCK_TOKENS - 1;
    ix->max_blocks = (uint32_t)(blocks < most ? blocks : most);
}

void index_release(struct index *ix)
{
    for (uint32_t i = 0; i < ix->n_blocks; i++)
        free(ix->blocks[i]);
    free(ix->blocks);
    free(ix->free);
    free(ix->buckets);
    *ix = (struct index){.words = ix->words, .max_blocks = ix->max_blocks};
}

static bool grow_blocks(struct index *ix)
{
    uint32_t cap = ix->cap_blocks ? ix->cap_blocks + ix->cap_blocks / 2 : 8;
    struct block **blocks = realloc(ix->blocks, cap * sizeof *blocks);
    if (!blocks)
        return false;
    ix->blocks = blocks;
    uint32_t *numbers = realloc(ix->free, cap * sizeof *numbers);
    if (!numbers)
        return false;
    ix->free = numbers;
    ix->bytes += (cap - ix->cap_blocks) * (sizeof *blocks + sizeof *numbers);
    ix->cap_blocks = cap;
    return true;
}

bool index_is_full(const struct index *ix)
{
    return ix->n_blocks - ix->n_free >= ix->max_blocks;
}

static size_t block_bytes(size_t tokens)
{
    return offsetof(struct block, links) +
           tokens * sizeof(struct link[CHAIN_COUNT]);
}

struct block *index_block(struct index *ix)
{
    if (index_is_full(ix) ||
        (!ix->n_free && ix->n_blocks == ix->cap_blocks && !grow_blocks(ix)))
        return NULL;
    struct block *b = malloc(sizeof *b);
    if (!b)
        return NULL;
    memset(b, 0, offsetof(struct block, tokens));
    b->room = BLOCK_TOKENS;
    b->number = ix->n_free ? ix->free[--ix->n_free] : ix->n_blocks++;
    ix->blocks[b->number] = b;
    ix->bytes += sizeof *b + MALLOC_COST;
    return b;
}

/* Copied, not cut: what is cut off is too little for anything else. */
struct block *index_fit(struct index *ix, struct block *b)
{
    struct block *fit =
        b->count < b->room ? malloc(block_bytes(b->count)) : NULL;
    if (!fit)
        return b;
    memcpy(fit, b, offsetof(struct block, links));
    ix->bytes -= block_bytes(b->room) - block_bytes(b->count);
    fit->room = b->count;
    ix->blocks[b->number] = fit;
    free(b);
    return fit;
}

void index_block_free(struct index *ix, struct block *b)
{
    ix->free[ix->n_free++] = b->number;
    ix->blocks[b->number] = NULL;
    ix->bytes -= block_bytes(b->room) + MALLOC_COST;
    free(b);
}

/* 0 where the context is too short or holds what is never repeated. */
static uint64_t hash_of(enum chain chain, const uint32_t *last, size_t n)
{
    size_t order = chain == CHAIN_ONE ? 1 : 2;
    uint64_t h = 0;
    if (n < order)
        return 0;
    for (size_t i = 0; i < order; i++) {
        if (last[i] == ID_NONE)
            return 0;
        h = (h ^ last[i]) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    }
    return h | 1;
}

/* The hashes of all chains at a place. */
static void hash_before(const struct index *ix, const struct block *b,
                        unsigned i, uint64_t hashes[CHAIN_COUNT])
{
    uint32_t last[2];
    size_t n = 0;
    struct shape shape = {0};
    struct pattern pattern = {0};
    bool more = true, on = true;
    while ((n < 2 || more || on) && block_back(&b, &i)) {
        if (n < 2)
            last[n++] = b->tokens[i];
        more = more && shape_add(&shape, ix->words, b->tokens[i]);
        on = on && pattern_add(&pattern, ix->words, b->tokens[i]);
    }
    hashes[CHAIN_ONE] = hash_of(CHAIN_ONE, last, n);
    hashes[CHAIN_TWO] = hash_of(CHAIN_TWO, last, n);
    hashes[CHAIN_SHAPE] = shape.hash;
    hashes[CHAIN_PATTERN] = pattern.hash;
}

static uint32_t bucket_of(const struct index *ix, uint64_t hash)
{
    return (uint32_t)(hash >> 16 & (ix->n_buckets - 1));
}

static struct link *link_at(const struct index *ix, enum chain chain,
                            uint32_t slot)
{
    return &index_at(ix, slot)->links[slot % BLOCK_TOKENS][chain];
}

static void link_slot(struct index *ix, enum chain chain, uint64_t hash,
                      uint32_t slot)
{
    struct link *link = link_at(ix, chain, slot);
    slot_put(link->next, NO_SLOT);
    slot_put(link->previous, NO_SLOT);
    if (hash == 0)
        return;
    uint32_t bucket = bucket_of(ix, hash);
    uint8_t *first = ix->buckets[bucket].first[chain];
    uint32_t next = slot_get(first);
    slot_put(link->next, next);
    slot_put(link->previous, BUCKET_BIT | bucket);
    if (next != NO_SLOT)
        slot_put(link_at(ix, chain, next)->previous, slot);
    slot_put(first, slot);
}

static void unlink_slot(struct index *ix, enum chain chain, uint32_t slot)
{
    struct link *link = link_at(ix, chain, slot);
    uint32_t next = slot_get(link->next), previous = slot_get(link->previous);
    if (previous == NO_SLOT)
        return; /* it had no context to be found by */
    if (previous & BUCKET_BIT)
        slot_put(ix->buckets[previous & ~BUCKET_BIT].first[chain], next);
    else
        slot_put(link_at(ix, chain, previous)->next, next);
    if (next != NO_SLOT)
        slot_put(link_at(ix, chain, next)->previous, previous);
    slot_put(link->previous, NO_SLOT);
}

void index_link(struct index *ix, struct block *b, unsigned limit)
{
    for (unsigned i = 0; i < b->count && i < limit; i++) {
        uint64_t hashes[CHAIN_COUNT];
        hash_before(ix, b, i, hashes);
        b->tags[i] = index_tag(hashes[CHAIN_SHAPE]);
        for (enum chain c = 0; c < CHAIN_COUNT; c++)
            link_slot(ix, c, hashes[c], block_slot(b, i));
        ix->tokens++;
    }
}

void index_unlink(struct index *ix, struct block *b, unsigned limit)
{
    for (unsigned i = 0; i < b->count && i < limit; i++) {
        for (enum chain c = 0; c < CHAIN_COUNT; c++)
            unlink_slot(ix, c, block_slot(b, i));
        ix->tokens--;
    }
}

bool index_is_crowded(const struct index *ix)
{
    return ix->n_buckets == 0 ||
           ix->tokens > (size_t)ix->n_buckets * TOKENS_PER_BUCKET * 2;
}

/* An empty table for so many tokens. False without memory, unchanged. */
static bool make_table(struct index *ix, size_t tokens)
{
    uint32_t n = FIRST_BUCKETS;
    while ((size_t)n * TOKENS_PER_BUCKET < tokens)
        n *= 2;
    struct bucket *buckets = malloc(n * sizeof *buckets);
    if (!buckets)
        return false;
    memset(buckets, 0xFF, n * sizeof *buckets); /* NO_SLOT */
    free(ix->buckets);
    ix->bytes += n * sizeof *buckets;
    ix->bytes -= ix->n_buckets * sizeof *buckets;
    ix->buckets = buckets;
    ix->n_buckets = n;
    ix->tokens = 0;
    return true;
}

void index_expect(struct index *ix, size_t tokens)
{
    if (ix->tokens == 0 && ix->n_blocks == ix->n_free)
        make_table(ix, tokens < MAX_TOKENS ? tokens : MAX_TOKENS);
}

bool index_rebuild(struct index *ix, struct block *first)
{
    size_t tokens = 0;
    for (const struct block *b = first; b; b = b->next)
        tokens += b->count;
    if (!make_table(ix, tokens))
        return false;
    for (struct block *b = first; b; b = b->next)
        index_link(ix, b, BLOCK_TOKENS);
    return true;
}

uint64_t index_hash(const struct vocabulary *words, enum chain chain,
                    const uint32_t *context, size_t n)
{
    if (chain == CHAIN_SHAPE) {
        struct shape shape = {0};
        while (n > 0 && shape_add(&shape, words, context[n - 1]))
            n--;
        return shape.hash;
    }
    if (chain == CHAIN_PATTERN) {
        struct pattern pattern = {0};
        while (n > 0 && pattern_add(&pattern, words, context[n - 1]))
            n--;
        return pattern.hash;
    }
    uint32_t last[2] = {n > 0 ? context[n - 1] : ID_NONE,
                        n > 1 ? context[n - 2] : ID_NONE};
    return hash_of(chain, last, n < 2 ? n : 2);
}

uint32_t index_first(const struct index *ix, enum chain chain, uint64_t hash)
{
    return hash && ix->n_buckets
               ? slot_get(ix->buckets[bucket_of(ix, hash)].first[chain])
               : NO_SLOT;
}
