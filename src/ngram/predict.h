/* The next token: evidence (ngram/evidence.h), weighed (ngram/mixer.h). */
#ifndef NGRAM_PREDICT_H
#define NGRAM_PREDICT_H

#include "ngram/site.h"

/* What speaks for a guess: some of its features, see ngram/mixer.h. */
struct grounds {
    float level;   /* FEATURE_OWN_LEVEL or FEATURE_OTHERS_LEVEL, the larger */
    float share;   /* FEATURE_OWN_SHARE or FEATURE_OTHERS_SHARE, the larger */
    float lead;    /* FEATURE_LEAD */
    float similar; /* FEATURE_LOG_SIMILAR */
    float places;  /* FEATURE_OWN_COUNT and FEATURE_OTHERS_COUNT */
};

struct guess {
    uint32_t id;
    float p;
    bool spaced; /* white space stands before it */
    struct grounds grounds;
};

/* The likeliest tokens, best first; their number, at most `max`. */
size_t predict(const struct site *s, struct guess *guesses, size_t max);

#endif
