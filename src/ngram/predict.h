/*
 * The next token. The places that follow an equal context are looked up in
 * the index, the longest contexts first, in the edited text and in others;
 * what followed there is counted, and the counts of long and short contexts
 * are blended as in PPM (Cleary and Witten 1984; escapes by Witten and Bell
 * 1991), the edited text weighing most (a cache model: Tu, Su and Devanbu
 * 2014, Hellendoorn and Devanbu 2017).
 */
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
