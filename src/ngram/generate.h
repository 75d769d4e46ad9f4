/*
 * From next tokens to text: token by token, for as long as all of them are
 * likely enough together, with the buffer's own indentation.
 */
#ifndef NGRAM_GENERATE_H
#define NGRAM_GENERATE_H

#include "ngram/ngram.h"
#include "ngram/site.h"

/* See ngram_predict(). `source` is the learned text of q->key, or NULL. */
bool generate(const struct memory *m, const struct source *source,
              const struct ngram_query *q, struct ngram_answer *a);

#endif
