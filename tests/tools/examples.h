/*
 * What the weights of the built-in model are fitted on: what the mixer knew of
 * the candidates at places of real code, and which of them stood there. In
 * memory and in files alike (of this machine, for this build).
 */
#ifndef TOOLS_EXAMPLES_H
#define TOOLS_EXAMPLES_H

#include "ngram/mixer.h"

/* Features are kept in steps of 1/2048. */
enum { EXAMPLE_STEPS = 2048 };

struct example {
    uint8_t situation, count;
    uint8_t answer; /* `count`: none of the candidates */
    uint8_t around[ROLE_COUNT], kinds[MIXED];
    int16_t none[NONE_COUNT];
    int16_t features[][FEATURE_COUNT]; /* `count` of them */
};

static inline size_t example_bytes(unsigned count)
{
    return sizeof(struct example) + count * sizeof(int16_t[FEATURE_COUNT]);
}

#endif
