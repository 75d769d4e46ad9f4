/*
 * What the learned texts say about the next token. The places that follow
 * an equal context, or a line of the same shape, are looked up in the edited
 * text and in the others; what followed there becomes a candidate, described
 * by numbers that ngram/mixer.h weighs.
 *
 * Counts of long and short contexts are blended as in PPM (Cleary and Witten
 * 1984; escapes by Witten and Bell 1991), for the edited text alone, for the
 * others, and for both, the edited one weighing most (a cache model: Tu, Su
 * and Devanbu 2014, Hellendoorn and Devanbu 2017).
 */
#ifndef NGRAM_EVIDENCE_H
#define NGRAM_EVIDENCE_H

#include "ngram/candidates.h"
#include "ngram/site.h"

struct evidence {
    const struct site *site;
    struct candidates candidates;
    int own_level, others_level; /* of the longest equal context; -1: none */
    float similar;               /* over all candidates */
};

void evidence_collect(struct evidence *e, const struct site *s);

#endif
