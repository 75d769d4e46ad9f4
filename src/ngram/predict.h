/* The next token: evidence (ngram/evidence.h), weighed (ngram/mixer.h). */
#ifndef NGRAM_PREDICT_H
#define NGRAM_PREDICT_H

#include "ngram/site.h"

struct guess {
    uint32_t id;
    float p;
    bool spaced; /* white space stands before it */
};

/* The likeliest tokens, best first; their number, at most `max`. */
size_t predict(const struct site *s, struct guess *guesses, size_t max);

#endif
