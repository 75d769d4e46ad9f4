/*
 * Chunks of files, bounded in number and bytes, and which of them are like
 * the code at a place: by the identifiers that both have, rare ones counting
 * more, long chunks less (BM25 with every word counted once).
 *
 * When there is no room, the chunk that was seen longest ago goes.
 */
#ifndef CONTEXT_CHUNKS_H
#define CONTEXT_CHUNKS_H

#include "base/str.h"

#include <stdint.h>

enum {
    CHUNKS_MAX = 512,
    CHUNKS_BYTES = 512 << 10, /* of all their texts */
    CHUNK_LINES = 24,
    CHUNK_BYTES = 1500,
    CHUNK_WORDS = 96,  /* different identifiers of one that count */
    WORDS_BITS = 4096, /* of a set of identifiers */
};

/* The identifiers of a text: letters, digits and '_', three or more. */
struct words {
    uint32_t at[CHUNK_WORDS]; /* hashes, each once */
    size_t n;
    uint64_t bits[WORDS_BITS / 64]; /* also of those beyond the limit */
};

void words_of(struct words *w, struct str text);
bool words_has(const struct words *w, struct str identifier);

struct chunk {
    uint64_t source; /* the file's, as the caller has it */
    uint64_t hash;   /* of the text; with the source it names the chunk */
    char *text;      /* whole lines */
    size_t len;
    uint64_t seen; /* grows */
    unsigned pass; /* over its source, that saw it last */
    uint32_t *words;
    uint16_t n_words;
};

struct chunks {
    struct chunk *at;
    size_t n, bytes;
    uint64_t seen;
    unsigned pass;
    uint16_t files[WORDS_BITS]; /* chunks that have a word of that bit */
};

void chunks_init(struct chunks *c);
void chunks_release(struct chunks *c);

/* Where the chunk ends that begins at `from`: before a line that begins a
 * paragraph or stands out least deep, if one is near. */
size_t chunk_end(struct str text, size_t from);

/* A pass over a source: begin, add each of its chunks, end. What the pass did
 * not see is then forgotten, and what stayed the same stays the same chunk. */
unsigned chunks_begin(struct chunks *c);
void chunks_add(struct chunks *c, uint64_t source, unsigned pass,
                struct str text);
void chunks_end(struct chunks *c, uint64_t source, unsigned pass);
void chunks_forget(struct chunks *c, uint64_t source);

/* NULL: it is no more. Valid until the next change. */
const struct chunk *chunks_find(const struct chunks *c, uint64_t source,
                                uint64_t hash);

/* The words of a place with what each is worth among the chunks. The words are
 * borrowed, and the chunks must not change while it is used. */
struct aim {
    const struct words *place;
    double all;
    double rarity[WORDS_BITS]; /* where the place has that bit */
};

void chunks_aim(const struct chunks *c, const struct words *place,
                struct aim *out);

/* How much of what is at the place the chunk has too: from 0 to 1. */
double chunks_score(const struct aim *a, const struct chunk *chunk);

#endif
