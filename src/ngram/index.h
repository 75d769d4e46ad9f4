/*
 * Where each context stands in one text. Its tokens lie in blocks of up to
 * 64; a token's *slot* is its block's number and its place in it, and stays
 * the same for as long as the block lives, so that an edit moves nothing but
 * its own few blocks.
 *
 * For each kind of context the slots that follow an equal one are chained,
 * latest first, in buckets by hash. The table grows only when the text has
 * doubled since it was read as a whole.
 */
#ifndef NGRAM_INDEX_H
#define NGRAM_INDEX_H

#include "ngram/vocabulary.h"

enum {
    BLOCK_TOKENS = 64,
    INDEX_REACH = 2 /* tokens that a context reaches into the lines before */
};

/* Slots take 24 bits, in bytes: links are half of what an open text takes. */
#define NO_SLOT UINT32_C(0xFFFFFF)

struct link {
    uint8_t next[3], previous[3]; /* slots; the first one's is a bucket */
};

static inline uint32_t slot_get(const uint8_t from[3])
{
    return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16;
}

static inline void slot_put(uint8_t to[3], uint32_t slot)
{
    to[0] = (uint8_t)slot;
    to[1] = (uint8_t)(slot >> 8);
    to[2] = (uint8_t)(slot >> 16);
}

/* The last two tokens, the last, the shape of the line (see shape.h) and its
 * pattern (pattern.h). */
enum chain { CHAIN_TWO, CHAIN_ONE, CHAIN_SHAPE, CHAIN_PATTERN, CHAIN_COUNT };

struct block {
    struct block *previous, *next; /* in the text */
    uint32_t number;
    uint32_t rank;       /* how many stand before it, for distances */
    uint32_t bytes;      /* of text; a block begins at the start of a line, */
    uint8_t count, room; /* tokens; and those that `links` has room for */
    bool continues;      /* or goes on with a line that fills the one before */
    struct lexer_state start;
    uint64_t spaced, prose, quiet; /* a bit for each token */
    uint32_t tokens[BLOCK_TOKENS];
    uint8_t tags[BLOCK_TOKENS]; /* of the shapes, to tell most apart */
    /* As many as there are tokens once the block is whole: index_fit(). */
    struct link links[BLOCK_TOKENS][CHAIN_COUNT];
};

struct bucket {
    uint8_t first[CHAIN_COUNT][3]; /* slots */
};

struct index {
    const struct vocabulary *words;
    struct block **blocks; /* by number; NULL: free */
    uint32_t *free;        /* numbers that may be used again */
    uint32_t n_free, n_blocks, cap_blocks, max_blocks;
    struct bucket *buckets;
    uint32_t n_buckets; /* 0 or a power of two */
    size_t tokens;      /* linked */
    size_t bytes;
};

void index_init(struct index *ix, const struct vocabulary *words);
void index_release(struct index *ix);

/* No blocks are added beyond so many bytes. */
void index_bound(struct index *ix, size_t max_bytes);

/* An empty block; it is linked by hand into its text. NULL without memory or
 * when there are too many. */
struct block *index_block(struct index *ix);

/* The block in no more memory than its tokens take, at another address, where
 * its neighbours do not know it yet. None of its slots is linked, and no token
 * is added any more. */
struct block *index_fit(struct index *ix, struct block *b);

/* None of its slots may be linked any more. */
void index_block_free(struct index *ix, struct block *b);

bool index_is_full(const struct index *ix);

/* Chain (take out) the first `limit` slots of a block, or all. */
void index_link(struct index *ix, struct block *b, unsigned limit);
void index_unlink(struct index *ix, struct block *b, unsigned limit);

/* So many tokens are about to come, in steps: an empty table is made for them,
 * so that it need not be made anew, all at once, while they do. */
void index_expect(struct index *ix, size_t tokens);

/* Link all blocks from `first` on in a table that is made for them. False
 * without memory, and then nothing has changed. */
bool index_rebuild(struct index *ix, struct block *first);
/* Whether the table has become too small, so that it is slow. */
bool index_is_crowded(const struct index *ix);

/* The hash of a context of `n` tokens, `context[n - 1]` the last; 0 when it
 * can't be looked up. */
uint64_t index_hash(const struct vocabulary *words, enum chain chain,
                    const uint32_t *context, size_t n);

/* The first slot with that hash; NO_SLOT when there is none. Others may have
 * got into the same chain: the tokens before a slot have to be compared, or
 * the tags. */
uint32_t index_first(const struct index *ix, enum chain chain, uint64_t hash);

static inline uint8_t index_tag(uint64_t hash)
{
    return (uint8_t)(hash >> 48);
}

static inline struct block *index_at(const struct index *ix, uint32_t slot)
{
    return ix->blocks[slot / BLOCK_TOKENS];
}

static inline uint32_t index_next(const struct index *ix, enum chain chain,
                                  uint32_t slot)
{
    return slot_get(index_at(ix, slot)->links[slot % BLOCK_TOKENS][chain].next);
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

/* Move to the token behind; false at the end of the text. */
static inline bool block_on(const struct block **b, unsigned *i)
{
    ++*i;
    while (*b && *i >= (*b)->count) {
        *b = (*b)->next;
        *i = 0;
    }
    return *b != NULL;
}

#endif
