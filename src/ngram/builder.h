/* Reads a stretch of text into new blocks. */
#ifndef NGRAM_BUILDER_H
#define NGRAM_BUILDER_H

#include "ngram/index.h"

struct builder {
    struct index *index;
    struct vocabulary *words;
    struct lexer lexer;
    struct block *first, *last;
    size_t last_at; /* where the last block begins in the text */
    unsigned line;  /* its place in the last block where the line begins */
};

/* Begin with an empty block at byte `from` of `text`, where a line starts
 * with `state`. False without memory or room for a block. */
bool builder_begin(struct builder *b, struct index *index,
                   struct vocabulary *words, struct str text, size_t from,
                   const struct syntax *syntax, struct lexer_state state);

/* Read on to the end of b->lexer.text, which may be set further after. False
 * as above; the blocks so far are the caller's in any case. */
bool builder_read(struct builder *b);

#endif
