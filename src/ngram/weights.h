/*
 * The numbers of the mixer, which src/ngram/weights.bin holds: `make weights`
 * writes it, weights.txt beside it says what they were fitted on and how well,
 * and the build embeds it (embed.mjs). The file, numbers little-endian:
 *
 *   "SWYMIXER" (8)  version (4)  CRC-32 of all that follows (4)
 *   how many situations, features of sites, tokens with kinds, kinds,
 *   features of candidates and hidden units there are (2 each)
 *   CRC-32 of their names (4)
 *   a struct packed_weights for each situation
 */
#ifndef NGRAM_WEIGHTS_H
#define NGRAM_WEIGHTS_H

#include "base/err.h"
#include "ngram/mixer.h"

#include <math.h>

/* Rows of HIDDEN numbers. */
struct weights {
    float site[NONE_COUNT][HIDDEN];
    float around[ROLE_COUNT][KIND_COUNT][HIDDEN];
    float candidate[FEATURE_COUNT][HIDDEN];
    float is[KIND_COUNT][HIDDEN]; /* the candidate's kind */
    float score[1][HIDDEN];
    float none_site[NONE_COUNT][HIDDEN];
    float none_last[KIND_COUNT][HIDDEN];
    float none_score[1][HIDDEN];
};

/* As stored: each number is the sum of `at` times 2^(step / 4) of its row. */
enum { WEIGHT_ROWS = sizeof(struct weights) / sizeof(float[HIDDEN]) };
struct packed_weights {
    int8_t step[WEIGHT_ROWS];
    int8_t at[WEIGHT_ROWS][HIDDEN];
};

enum {
    WEIGHTS_CHECKED = 16, /* byte of the file where what is summed begins */
    WEIGHTS_HEADER = 32,
    WEIGHTS_FILE =
        WEIGHTS_HEADER + SITUATION_COUNT * sizeof(struct packed_weights)
};

/* The embedded file, whose sum was right when it was embedded. */
struct str weights_embedded(void);

/*
 * One for each situation, views of the file's bytes. NULL where it is no such
 * file, or fitted for another network or other features than this program's;
 * the sentence names what differs. Bytes behind the header are taken as they
 * are: any of them are numbers.
 */
const struct packed_weights *weights_view(struct str file, struct why *why);

/* The header of a file for this program that holds these. */
void weights_header(const struct packed_weights all[SITUATION_COUNT],
                    char header[WEIGHTS_HEADER]);

static inline float weights_step(const struct packed_weights *packed,
                                 size_t row)
{
    return exp2f(0.25f * (float)packed->step[row]);
}

/* `n` rows from `first` on. */
void weights_unpack(const struct packed_weights *packed, size_t first, size_t n,
                    float (*out)[HIDDEN]);

#endif
