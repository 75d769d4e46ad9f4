/*
 * What speaks for an answer as a whole, gathered token by token, and how
 * likely that makes it. The product of the tokens' probabilities is too sure
 * of what was picked because it is likely, and of further lines most of all;
 * a logistic regression on the signs, one for answers of one line and one for
 * those of several, tells how often such answers were right in the code of
 * other projects (tests/tools/calibrate).
 */
#ifndef NGRAM_SIGNS_H
#define NGRAM_SIGNS_H

#include "ngram/predict.h"

#define SIGNS(X)                                                               \
    X(BIAS, "always 1")                                                        \
    X(LOGIT, "the tokens' probability, logit")                                 \
    X(FURTHER, "of the further lines, logarithm")                              \
    X(ENDS, "of the line's end behind them, logarithm")                        \
    X(MORE, "that the line goes on, where it does")                            \
    X(PART, "cut off within a word")                                           \
    X(TYPED, "how much of the first word is typed")                            \
    X(TOKENS, "how many, logarithm")                                           \
    X(LINES, "further ones")                                                   \
    X(OPEN, "a bracket is open where a line ends")                             \
    X(LEVEL, "the shortest equal context of a token")                          \
    X(SHARE, "a token's least part of what follows there elsewhere")           \
    X(LEAD, "the least lead of a token's best place over other places")        \
    X(SIMILAR, "the least part of a token in similar surroundings, logarithm") \
    X(PLACES, "the least number of places that agree, logarithm")

enum sign {
#define X(name, meaning) SIGN_##name,
    SIGNS(X)
#undef X
        SIGN_COUNT
};

struct signs {
    double p; /* of all tokens together */
    double further;
    float level, share, lead, similar, places;
    unsigned tokens, lines;
    bool open; /* a bracket, where a line ended */
    size_t typed;
};

/* Of an empty answer behind `typed` bytes of a word. */
void signs_init(struct signs *s, size_t typed);
/* `open`: whether a bracket is, where the token stands. */
void signs_add(struct signs *s, const struct guess *guess, bool open);

/* How the answer ends: what comes next (NULL: it is not known), whether that
 * ends the line, and whether a word was cut off. */
struct ending {
    const struct guess *next;
    bool line, part;
};

void signs_describe(const struct signs *s, const struct ending *end,
                    float out[SIGN_COUNT]);

/* That the answer is right as a whole, from 0 to 1. */
double signs_confidence(const float signs[SIGN_COUNT], bool several_lines);

/* Of answers of one line and of several, see calibration.c. */
extern const float calibration[2][SIGN_COUNT];

#endif
