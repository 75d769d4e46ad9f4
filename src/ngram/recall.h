/* What the workspace's files (ngram/archive.h) say about the next token. */
#ifndef NGRAM_RECALL_H
#define NGRAM_RECALL_H

#include "ngram/evidence.h"

void recall(struct evidence *e);

#endif
