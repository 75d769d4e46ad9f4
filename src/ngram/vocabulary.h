/*
 * The texts of tokens, each under a small number for as long as something
 * uses it. Words can be found by how they begin.
 */
#ifndef NGRAM_VOCABULARY_H
#define NGRAM_VOCABULARY_H

#include "ngram/kind.h"

enum {
    ID_NONE = 0,    /* what is not known, or not to be repeated */
    ID_NEWLINE = 1, /* and the following: enum newline added */
    ID_FIRST = ID_NEWLINE + NEWLINE_COUNT
};

static inline bool is_newline(uint32_t id)
{
    return id >= ID_NEWLINE && id < ID_FIRST;
}

struct word {
    char *text; /* NULL: free; `same` is then the next free one */
    uint16_t len;
    bool name; /* of a thing: no operator, number or reserved word */
    uint8_t kind;
    uint32_t hash;
    uint32_t uses;
    uint32_t same;           /* next with the same bucket */
    uint32_t next, previous; /* among those with the same first two bytes */
};

enum { VOCABULARY_STARTS = 4096 };

struct vocabulary {
    struct word *words;  /* by id */
    uint32_t count, cap; /* ids given so far, and room */
    uint32_t free;
    uint32_t *buckets; /* of words with equal hashes; a power of two */
    uint32_t n_buckets;
    uint32_t starts[VOCABULARY_STARTS];
    uint32_t common[KIND_COUNT]; /* ids of the commonest tokens, or 0 */
    size_t bytes;
};

void vocabulary_init(struct vocabulary *v);
void vocabulary_release(struct vocabulary *v);

/* The id of a token's text, or ID_NONE. */
uint32_t vocabulary_find(const struct vocabulary *v, const struct token *t);

/* Likewise, and one use more; ID_NONE also without memory. */
uint32_t vocabulary_use(struct vocabulary *v, const struct token *t);

/* One use less; the last one frees the id. */
void vocabulary_drop(struct vocabulary *v, uint32_t id);

/* Into an empty vocabulary: ids up to `count`, then words under theirs, of no
 * use yet, then uses, and then those without any are freed. False without
 * memory, or where the id or the text is taken. */
bool vocabulary_reserve(struct vocabulary *v, uint32_t count);
bool vocabulary_place(struct vocabulary *v, uint32_t id, struct str text);
void vocabulary_sweep(struct vocabulary *v);

static inline bool vocabulary_is_name(const struct vocabulary *v, uint32_t id)
{
    return id >= ID_FIRST && v->words[id].name;
}

static inline uint8_t vocabulary_kind(const struct vocabulary *v, uint32_t id)
{
    return id < ID_FIRST ? (uint8_t)id : v->words[id].kind;
}

/* Empty for newlines and ID_NONE. Valid until the id is freed. */
struct str vocabulary_text(const struct vocabulary *v, uint32_t id);

/* The first (next) of the ids whose text may begin with `start`, which has
 * at least two bytes; 0 at the end. */
uint32_t vocabulary_first(const struct vocabulary *v, struct str start);
uint32_t vocabulary_next(const struct vocabulary *v, uint32_t id);

#endif
