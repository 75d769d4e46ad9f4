/*
 * The shape of the line before a place: what remains of the context when
 * names in between are left out. Inside brackets it is whose they are, how
 * many commas came, and the last token; at the start of a line the first
 * token of the line before; else the first token of the line and the last.
 */
#ifndef NGRAM_SHAPE_H
#define NGRAM_SHAPE_H

#include "ngram/vocabulary.h"

enum { SHAPE_REACH = 64 /* tokens that are looked at */ };

struct shape {
    uint64_t hash;        /* once it is complete; 0: there is none */
    uint32_t first, last; /* tokens of the line, the newline before it too */
    uint8_t steps, depth, commas;
    bool opened; /* the next token is the bracket's owner */
};

/* Start from zero bytes; feed tokens backwards for as long as it is true. */
bool shape_add(struct shape *s, const struct vocabulary *v, uint32_t token);

#endif
