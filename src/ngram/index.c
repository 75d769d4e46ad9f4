#include "ngram/index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_BUCKETS = 512,
    TOKENS_PER_BUCKET = 3,
    MALLOC_COST = 16 /* what an allocation takes besides its bytes */
};
#define BUCKET_BIT (UINT32_C(1) << 31) /* in `previous`: it is a bucket */

const struct chain_kind chain_kinds[CHAIN_COUNT] = {
    [CHAIN_OWN_1] = {1, true},
    [CHAIN_OWN_3] = {3, true},
    [CHAIN_ANY_2] = {2, false},
    [CHAIN_ANY_6] = {6, false},
};

/* With its share of the buckets, which may be twice as many as needed. */
enum {
    BLOCK_COST = sizeof(struct block) + MALLOC_COST +
                 2 * BLOCK_TOKENS / TOKENS_PER_BUCKET * sizeof(struct bucket)
};

bool index_init(struct index *ix, size_t max_bytes)
{
    size_t blocks = max_bytes / BLOCK_COST, most = BUCKET_BIT / BLOCK_TOKENS;
    *ix = (struct index){
        .n_buckets = FIRST_BUCKETS,
        .max_blocks = (uint32_t)(blocks < most ? blocks : most),
    };
    ix->buckets = malloc(FIRST_BUCKETS * sizeof *ix->buckets);
    if (!ix->buckets)
        return false;
    memset(ix->buckets, 0xFF, FIRST_BUCKETS * sizeof *ix->buckets);
    ix->cap_buckets = FIRST_BUCKETS;
    ix->bytes = FIRST_BUCKETS * sizeof *ix->buckets;
    return true;
}

void index_release(struct index *ix)
{
    for (uint32_t i = 0; i < ix->n_blocks; i++)
        free(ix->blocks[i]);
    free(ix->blocks);
    free(ix->free);
    free(ix->buckets);
    *ix = (struct index){0};
}

static bool grow_blocks(struct index *ix)
{
    uint32_t cap = ix->cap_blocks ? ix->cap_blocks + ix->cap_blocks / 2 : 64;
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

struct block *index_block(struct index *ix, uint32_t source)
{
    if (index_is_full(ix) ||
        (!ix->n_free && ix->n_blocks == ix->cap_blocks && !grow_blocks(ix)))
        return NULL;
    struct block *b = malloc(sizeof *b);
    if (!b)
        return NULL;
    memset(b, 0, offsetof(struct block, tokens));
    b->source = source;
    b->number = ix->n_free ? ix->free[--ix->n_free] : ix->n_blocks++;
    ix->blocks[b->number] = b;
    ix->bytes += sizeof *b + MALLOC_COST;
    return b;
}

void index_block_free(struct index *ix, struct block *b)
{
    ix->free[ix->n_free++] = b->number;
    ix->blocks[b->number] = NULL;
    ix->bytes -= sizeof *b + MALLOC_COST;
    free(b);
}

/* The last tokens before a place, the latest first. */
struct window {
    uint32_t tokens[INDEX_REACH];
    unsigned count;
};

static void window_before(struct window *w, const struct block *b, unsigned i)
{
    w->count = 0;
    while (w->count < INDEX_REACH && block_back(&b, &i))
        w->tokens[w->count++] = b->tokens[i];
}

static void window_push(struct window *w, uint32_t token)
{
    memmove(w->tokens + 1, w->tokens, (INDEX_REACH - 1) * sizeof *w->tokens);
    w->tokens[0] = token;
    w->count += w->count < INDEX_REACH;
}

/* False where the context is too short or holds what is never repeated. */
static bool window_hash(const struct window *w, enum chain chain,
                        uint32_t source, uint64_t *hash)
{
    const struct chain_kind *kind = &chain_kinds[chain];
    if (w->count < kind->order)
        return false;
    uint64_t h = chain + 1;
    if (kind->own)
        h ^= (uint64_t)source << 8;
    for (unsigned i = 0; i < kind->order; i++) {
        if (w->tokens[i] == ID_NONE)
            return false;
        h = (h ^ w->tokens[i]) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    }
    *hash = h;
    return true;
}

static uint32_t bucket_of(const struct index *ix, uint64_t hash)
{
    uint32_t size = FIRST_BUCKETS; /* the power of two from n_buckets on */
    while (size < ix->n_buckets)
        size *= 2;
    uint32_t bucket = (uint32_t)(hash >> 16) & (size - 1);
    return bucket < ix->n_buckets ? bucket : bucket & (size / 2 - 1);
}

static struct link *link_at(const struct index *ix, enum chain chain,
                            uint32_t slot)
{
    return &index_at(ix, slot)->links[chain][slot % BLOCK_TOKENS];
}

static void link_first(struct index *ix, enum chain chain, uint32_t bucket,
                       uint32_t slot)
{
    uint32_t *first = &ix->buckets[bucket].first[chain];
    *link_at(ix, chain, slot) = (struct link){*first, BUCKET_BIT | bucket};
    if (*first != NO_SLOT)
        link_at(ix, chain, *first)->previous = slot;
    *first = slot;
}

static void unlink_slot(struct index *ix, enum chain chain, uint32_t slot)
{
    struct link *link = link_at(ix, chain, slot);
    if (link->previous == NO_SLOT)
        return; /* it had no context to be found by */
    if (link->previous & BUCKET_BIT)
        ix->buckets[link->previous & ~BUCKET_BIT].first[chain] = link->next;
    else
        link_at(ix, chain, link->previous)->next = link->next;
    if (link->next != NO_SLOT)
        link_at(ix, chain, link->next)->previous = link->previous;
    link->previous = NO_SLOT;
}

void index_link(struct index *ix, struct block *b, unsigned limit)
{
    struct window before;
    window_before(&before, b, 0);
    for (unsigned i = 0; i < b->count && i < limit; i++) {
        for (enum chain c = 0; c < CHAIN_COUNT; c++) {
            uint64_t hash;
            if (window_hash(&before, c, b->source, &hash))
                link_first(ix, c, bucket_of(ix, hash), block_slot(b, i));
            else
                b->links[c][i] = (struct link){NO_SLOT, NO_SLOT};
        }
        window_push(&before, b->tokens[i]);
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

uint32_t index_first(const struct index *ix, enum chain chain, uint32_t source,
                     const uint32_t *context, size_t n)
{
    struct window w = {.count = n < INDEX_REACH ? (unsigned)n : INDEX_REACH};
    for (unsigned i = 0; i < w.count; i++)
        w.tokens[i] = context[n - 1 - i];
    uint64_t hash;
    if (!window_hash(&w, chain, source, &hash))
        return NO_SLOT;
    return ix->buckets[bucket_of(ix, hash)].first[chain];
}

/* Share the slots of the bucket that the next one splits off, in order. */
static void split_chain(struct index *ix, enum chain chain, uint32_t from,
                        uint32_t to)
{
    uint32_t last[2] = {BUCKET_BIT | from, BUCKET_BIT | to};
    uint32_t *end[2] = {&ix->buckets[from].first[chain],
                        &ix->buckets[to].first[chain]};
    for (uint32_t slot = *end[0], next; slot != NO_SLOT; slot = next) {
        struct link *link = link_at(ix, chain, slot);
        struct block *b = index_at(ix, slot);
        struct window before;
        uint64_t hash;
        window_before(&before, b, slot % BLOCK_TOKENS);
        bool known = window_hash(&before, chain, b->source, &hash);
        assert(known);
        bool moves = known && bucket_of(ix, hash) == to;
        next = link->next;
        *end[moves] = slot;
        link->previous = last[moves];
        last[moves] = slot;
        end[moves] = &link->next;
    }
    *end[0] = *end[1] = NO_SLOT;
}

static bool resize_buckets(struct index *ix, uint32_t cap)
{
    struct bucket *buckets = realloc(ix->buckets, cap * sizeof *buckets);
    if (!buckets)
        return false;
    ix->bytes -= ix->cap_buckets * sizeof *buckets;
    ix->bytes += cap * sizeof *buckets;
    ix->buckets = buckets;
    ix->cap_buckets = cap;
    return true;
}

/* The bucket that `bucket` was split off from. */
static uint32_t parent_of(uint32_t bucket)
{
    uint32_t size = FIRST_BUCKETS;
    while (size * 2 <= bucket)
        size *= 2;
    return bucket - size;
}

static bool add_bucket(struct index *ix)
{
    if (ix->n_buckets == ix->cap_buckets &&
        !resize_buckets(ix, ix->cap_buckets * 2))
        return false;
    uint32_t to = ix->n_buckets++;
    memset(&ix->buckets[to], 0xFF, sizeof *ix->buckets);
    for (enum chain c = 0; c < CHAIN_COUNT; c++)
        split_chain(ix, c, parent_of(to), to);
    return true;
}

/* Put the last bucket's chains before those of its parent. */
static void remove_bucket(struct index *ix)
{
    uint32_t from = --ix->n_buckets, to = parent_of(from);
    for (enum chain c = 0; c < CHAIN_COUNT; c++) {
        uint32_t first = ix->buckets[from].first[c], last = first;
        if (first == NO_SLOT)
            continue;
        while (index_next(ix, c, last) != NO_SLOT)
            last = index_next(ix, c, last);
        uint32_t behind = ix->buckets[to].first[c];
        link_at(ix, c, last)->next = behind;
        if (behind != NO_SLOT)
            link_at(ix, c, behind)->previous = last;
        link_at(ix, c, first)->previous = BUCKET_BIT | to;
        ix->buckets[to].first[c] = first;
    }
}

void index_settle(struct index *ix)
{
    while (ix->tokens > (size_t)ix->n_buckets * TOKENS_PER_BUCKET)
        if (!add_bucket(ix))
            return; /* longer chains, nothing worse */
    /* Far below, so that no edit goes back and forth. */
    while (ix->n_buckets > FIRST_BUCKETS &&
           ix->tokens * 4 < (size_t)ix->n_buckets * TOKENS_PER_BUCKET)
        remove_bucket(ix);
    if (ix->n_buckets * 4 < ix->cap_buckets)
        resize_buckets(ix, ix->cap_buckets / 2);
}
