/*
 * From next tokens to text: token by token, for as long as all of them are
 * likely enough together, with the buffer's own indentation.
 */
#ifndef NGRAM_GENERATE_H
#define NGRAM_GENERATE_H

#include "ngram/ngram.h"
#include "ngram/signs.h"

/* See ngram_predict(). `signs`: NULL, or room for what spoke for the answer. */
bool generate(const struct library *l, const struct ngram_query *q,
              struct ngram_answer *a, float signs[SIGN_COUNT]);

#endif
