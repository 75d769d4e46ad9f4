/*
 * Where each context stands. The tokens of all learned texts lie in blocks
 * of up to 64; a token's *slot* is its block's number and its place in it,
 * and stays the same for as long as the block lives, so that an edit moves
 * nothing but its own few blocks.
 *
 * For each kind of context (the last one or three tokens within the same
 * source, the last two or six in any) the slots that follow an equal one
 * are chained, latest first, in buckets by hash. The buckets grow by one at
 * a time (linear hashing, Litwin 1980): no insertion ever rebuilds a table.
 */
#ifndef NGRAM_INDEX_H
#define NGRAM_INDEX_H

#include "ngram/vocabulary.h"

enum { BLOCK_TOKENS = 64, INDEX_REACH = 6 /* of the longest context */ };
#define NO_SLOT UINT32_MAX

enum chain { CHAIN_OWN_1, CHAIN_OWN_3, CHAIN_ANY_2, CHAIN_ANY_6, CHAIN_COUNT };

struct chain_kind {
    uint8_t order; /* tokens of context */
    bool own;      /* only within the same source */
};
extern const struct chain_kind chain_kinds[CHAIN_COUNT];

struct block {
    struct block *previous, *next; /* in the text */
    uint32_t source;               /* whose text it is */
    uint32_t number;
    uint32_t rank;  /* how many stand before it, for distances */
    uint32_t bytes; /* of text; a block begins at the start of a line, */
    uint8_t count;
    bool continues; /* or goes on with a line that fills the one before */
    struct lexer_state start;
    uint64_t spaced, prose, quiet; /* a bit for each token */
    uint32_t tokens[BLOCK_TOKENS];
    struct link {
        uint32_t next, previous; /* slots; the first one's is a bucket */
    } links[CHAIN_COUNT][BLOCK_TOKENS];
};

struct bucket {
    uint32_t first[CHAIN_COUNT]; /* slots */
};

struct index {
    struct block **blocks; /* by number; NULL: free */
    uint32_t *free;        /* numbers that may be used again */
    uint32_t n_free, n_blocks, cap_blocks, max_blocks;
    struct bucket *buckets;
    uint32_t n_buckets, cap_buckets;
    size_t tokens; /* linked */
    size_t bytes;
};

/* `max_bytes` bounds the blocks. False without memory. */
bool index_init(struct index *ix, size_t max_bytes);
void index_release(struct index *ix);

/* An empty block; it is linked by hand into its text. NULL without memory or
 * when there are too many. */
struct block *index_block(struct index *ix, uint32_t source);
static inline bool index_is_full(const struct index *ix)
{
    return ix->n_blocks - ix->n_free >= ix->max_blocks;
}

/* None of its slots may be linked any more. */
void index_block_free(struct index *ix, struct block *b);

/* Chain (take out) the first `limit` slots of a block, or all. */
void index_link(struct index *ix, struct block *b, unsigned limit);
void index_unlink(struct index *ix, struct block *b, unsigned limit);

/* Grow or shrink the table to what is linked. All linked slots must then
 * stand behind the tokens that they were linked with. */
void index_settle(struct index *ix);

/*
 * The first slot in a chain for a context of `n` tokens, `context[n - 1]` the
 * last, seen from `source`; NO_SLOT when there is none. Others may have got
 * into the same bucket: the tokens before a slot have to be compared.
 */
uint32_t index_first(const struct index *ix, enum chain chain, uint32_t source,
                     const uint32_t *context, size_t n);

static inline struct block *index_at(const struct index *ix, uint32_t slot)
{
    return ix->blocks[slot / BLOCK_TOKENS];
}

static inline uint32_t index_next(const struct index *ix, enum chain chain,
                                  uint32_t slot)
{
    return index_at(ix, slot)->links[chain][slot % BLOCK_TOKENS].next;
}

static inline uint32_t block_slot(const struct block *b, unsigned i)
{
    return b->number * BLOCK_TOKENS + i;
}

/* Move to the token before; false at the start of the text. */
static inline bool block_back(const struct block **b, unsigned *i)
{
    while (*i == 0) {
        *b = (*b)->previous;
        if (!*b)
            return false;
        *i = (*b)->count;
    }
    --*i;
    return true;
}

#endif
