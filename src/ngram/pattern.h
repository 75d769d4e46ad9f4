/*
 * The pattern of a line before a place: its last tokens with the names taken
 * out, but for which of them are the same. "total += price" and
 * "count += size" have one.
 */
#ifndef NGRAM_PATTERN_H
#define NGRAM_PATTERN_H

#include "ngram/vocabulary.h"

enum {
    PATTERN_TOKENS = 6,
    PATTERN_REACH = 24 /* tokens among which a name is looked for again */
};

struct pattern {
    uint64_t hash; /* once it is complete; 0: there is none */
    uint64_t sum;
    uint32_t names[PATTERN_TOKENS];
    uint8_t tokens, n_names;
};

/* Start from zero bytes; feed tokens backwards for as long as it is true. */
bool pattern_add(struct pattern *p, const struct vocabulary *v, uint32_t token);

#endif
