/* What a text that is being written has opened and not closed yet. */
#ifndef NGRAM_NESTING_H
#define NGRAM_NESTING_H

#include "base/str.h"

struct nesting {
    char outer; /* the quote that is open where it begins; 0: none */
    char quote; /* the one that is open now */
    int open;   /* brackets */
};

/* Begin behind `line`, the part of the line before the text. */
void nesting_init(struct nesting *n, struct str line);

void nesting_add(struct nesting *n, char c);

/* Whether all that was opened is closed; closing more is no matter. */
bool nesting_is_closed(const struct nesting *n);

/* Whether a string is open that the text opened itself. */
bool nesting_in_string(const struct nesting *n);

#endif
